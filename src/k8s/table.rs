//! Pages of a collection and the events of its watch, as rows of text.

mod cell;
mod loose;
mod wire;

use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;

use self::loose::Loose;
use self::wire::{Rows, text};
use super::failure::{Failure, FailureKind, advice};
use super::json;
use super::names::Namespace;
use super::paging::PageSize;

/// The part of a list that is searched for its metadata, in bytes.
const HEAD: usize = 4 << 10;

/// Separates the cells of a row: the unit separator.
const SEPARATOR: u8 = 0x1f;

/// One page of a list: a `Table`, or a plain or metadata list with the columns Name and Age.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The columns of all rows.
    pub columns: Arc<[Column]>,
    /// The rows, in the server's order.
    pub rows: Vec<Row>,
    /// The continue token of the next page, if there is one.
    pub continue_token: Option<String>,
    /// The size of the next page.
    pub next_size: PageSize,
    /// The number of objects after this page, if the server gives it.
    pub remaining: Option<u64>,
    /// How many objects the server returned, if only some of them are rows.
    pub read: Option<u64>,
    /// The version of the list, from which a watch starts.
    pub resource_version: String,
}

impl Page {
    /// Returns the page of one namespace without the namespaces of its rows. A plain list has them, a
    /// `Table` without objects does not.
    #[must_use]
    pub fn of_one_namespace(mut self) -> Self {
        self.rows.iter_mut().for_each(|row| row.namespace = None);
        self
    }
}

/// One printer column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub name: Arc<str>,
    /// True if its cells are the objects' names (`format: name`).
    pub is_name: bool,
    /// Columns with a priority above 0 are hidden by default.
    pub priority: i32,
    /// True if its cells are ages, which keep counting: its name is `Age`.
    pub is_age: bool,
}

/// One object of a collection: its name, its namespace if known, and its cells.
///
/// Stored as one string: the name and the cells, separated by unit separators (U+001F). Unit separators
/// inside a cell become spaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The namespace, if the row's metadata has it.
    pub namespace: Option<Namespace>,
    text: Box<str>,
    /// When its page or event arrived, from which the ages in its cells count.
    pub arrived: Timestamp,
    /// What else the row says of its object.
    pub facts: Facts,
}

/// What a row says of its object besides the cells: its conditions, and its object's metadata where
/// the row carries them (`includeObject=Metadata`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// How the object ended, after the row condition `Completed`; only pods have it.
    pub finished: Option<Finished>,
    /// The `deletionTimestamp` in Unix seconds.
    pub deleted: Option<i64>,
    /// True if the metadata has finalizers.
    pub is_held: bool,
    /// True if the metadata has an owner that is a controller; `None` without metadata.
    pub is_controlled: Option<bool>,
    /// True if the entry of the list has no usable name. The row's name then says what is wrong,
    /// such as `<items[1] is null>`, and there is no object to open.
    pub is_unnamed: bool,
}

/// How a finished object ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finished {
    /// It succeeded.
    Succeeded,
    /// It failed.
    Failed,
}

impl Row {
    /// Returns a row with a name and cells.
    #[must_use]
    pub fn new<'a>(
        namespace: Option<Namespace>,
        name: &str,
        cells: impl IntoIterator<Item = &'a str>,
        arrived: Timestamp,
    ) -> Self {
        Self::of_cells(namespace, name, &cells.into_iter().collect(), arrived)
    }

    fn of_cells(
        namespace: Option<Namespace>,
        name: &str,
        cells: &Cells,
        arrived: Timestamp,
    ) -> Self {
        let mut text = String::with_capacity(name.len() + cells.0.len());
        push_apart(&mut text, name);
        text.push_str(&cells.0);
        Self { namespace, text: text.into(), arrived, facts: Facts::default() }
    }

    /// The object's name.
    #[must_use]
    pub fn name(&self) -> &str {
        parts(&self.text).next().unwrap_or_default()
    }

    /// The name and the cells, separated by unit separators (U+001F), for filters.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The cells of the columns that are not hidden, separated by two blanks, without the name.
    #[must_use]
    pub fn line(&self, columns: &[Column]) -> String {
        let mut line = String::with_capacity(self.text.len() + columns.len());
        for (cell, column) in self.cells().zip(columns) {
            if column.priority <= 0 && !column.is_name && !cell.is_empty() {
                line.push_str(if line.is_empty() { "" } else { "  " });
                line.push_str(cell);
            }
        }
        line
    }

    /// The cells as the server prints them, one for each column.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        parts(&self.text).skip(1)
    }
}

/// The cells of a row, each behind a unit separator.
#[derive(Default)]
struct Cells(String);

impl Cells {
    fn clear(&mut self) {
        self.0.clear();
    }

    fn push(&mut self, cell: &str) {
        self.0.push('\u{1f}');
        push_apart(&mut self.0, cell);
    }

    /// Appends a cell that is known to have no unit separators.
    fn push_simple(&mut self, cell: &str) {
        self.0.push('\u{1f}');
        self.0.push_str(cell);
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        parts(&self.0).skip(1)
    }
}

impl<T: AsRef<str>> FromIterator<T> for Cells {
    fn from_iter<I: IntoIterator<Item = T>>(cells: I) -> Self {
        let mut all = Self::default();
        cells.into_iter().for_each(|cell| all.push(cell.as_ref()));
        all
    }
}

/// Splits a text at its unit separators.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut start = 0;
    let ends = memchr::memchr_iter(SEPARATOR, text.as_bytes()).chain([text.len()]);
    ends.map(move |end| {
        let part = &text[start..end];
        start = end + 1;
        part
    })
}

/// Appends a cell, with blanks for unit separators.
fn push_apart(text: &mut String, cell: &str) {
    if memchr::memchr(SEPARATOR, cell.as_bytes()).is_none() {
        text.push_str(cell);
    } else {
        text.push_str(&cell.replace('\u{1f}', " "));
    }
}

/// One event of a collection's watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delta {
    /// An object was added or changed, to this row.
    Applied(Row),
    /// An object was deleted.
    Deleted {
        /// Its namespace, if the event has it.
        namespace: Option<Namespace>,
        /// Its name.
        name: Arc<str>,
    },
    /// No change; the version of the list advanced.
    Bookmark,
    /// The server ended the watch with this failure. `Gone` requires a new list.
    Failed(Failure),
}

impl Delta {
    /// Returns the change without its namespace, as [`Page::of_one_namespace`].
    #[must_use]
    pub fn of_one_namespace(mut self) -> Self {
        match &mut self {
            Self::Applied(row) => row.namespace = None,
            Self::Deleted { namespace, .. } => *namespace = None,
            Self::Bookmark | Self::Failed(_) => {}
        }
        self
    }
}

/// Parses a page of a list in any of the three forms (`Table`, `PartialObjectMetadataList`, plain). An
/// entry that is no object, or whose name is no string, becomes a row that says so, see
/// [`Facts::is_unnamed`].
///
/// # Errors
///
/// A body that is not a list. A list may have no `items`; it is then known by its kind, `…List`, and
/// by metadata that is not an object's.
pub fn parse_page(body: &[u8], arrived: Timestamp) -> Result<Page, Failure> {
    let list: wire::List<'_> = parse(body)?;
    let metadata = list.metadata.and_then(Loose::object).unwrap_or_default();
    let kind = text(list.kind.as_ref());
    let is_list = list.items.is_some() || kind.ends_with("List") && metadata.name.is_none();
    let (columns, rows) = if kind == "Table" {
        let columns = wire::columns(list.column_definitions.unwrap_or_default());
        let mut rows = Rows::new(&columns, arrived);
        let entries = list.rows.unwrap_or_default().into_iter().enumerate();
        let rows = entries.map(|(at, entry)| rows.of_table(at, entry)).collect();
        (columns, rows)
    } else if is_list {
        let columns = plain_columns();
        let mut rows = Rows::new(&columns, arrived);
        let items = list.items.flatten().unwrap_or_default().into_iter().enumerate();
        let rows = items.map(|(at, item)| rows.of_item(at, item)).collect();
        (columns, rows)
    } else {
        return Err(unexpected(kind, "a list"));
    };
    let remaining = metadata.remaining_item_count.and_then(|count| count.as_u64());
    Ok(Page {
        columns: columns.into(),
        rows,
        continue_token: Some(text(metadata.continue_token.as_ref()))
            .filter(|token| !token.is_empty())
            .map(str::to_owned),
        next_size: PageSize::FIRST,
        remaining,
        read: None,
        resource_version: text(metadata.resource_version.as_ref()).to_owned(),
    })
}

/// Parses the rows that the beginning of a `Table` has so far. `None` if there is none, or it is of
/// another form.
#[must_use]
pub fn parse_beginning(body: &[u8], arrived: Timestamp) -> Option<Page> {
    // No text of a cell has these bytes: it would have escaped the quotes.
    let end = memchr::memmem::rfind(body, br#"},{"cells":["#)? + 1;
    let whole = [&body[..end], b"]}"].concat();
    parse_page(&whole, arrived).ok()
}

/// Parses the continue token from the first bytes of a page, without the rows: servers write the
/// metadata first. `None` if there is no next page, or the token is not in these bytes.
#[must_use]
pub fn next_token(body: &[u8]) -> Option<String> {
    let head = &body[..body.len().min(HEAD)];
    let key = br#""metadata":"#;
    let start = memchr::memmem::find(head, key)? + key.len();
    let length = memchr::memchr(b'}', &head[start..])? + 1;
    let metadata: wire::ListMetadata<'_> =
        serde_json::from_slice(&head[start..start + length]).ok()?;
    let token = text(metadata.continue_token.as_ref());
    (!token.is_empty()).then(|| token.to_owned())
}

/// Parses one line of a watch in any of the three forms, and the version after it (empty if the event has
/// none). `columns` are those of the list, and of a `Table` event without columns.
///
/// # Errors
///
/// A line that is not a watch event, and an object that is not in a `Table` although the list has more
/// columns than name and age.
pub fn parse_delta(
    line: &[u8],
    columns: &[Column],
    arrived: Timestamp,
) -> Result<(Delta, String), Failure> {
    let event: wire::Event<'_> = parse(line)?;
    let object = event.object.get().as_bytes();
    if event.kind == "ERROR" {
        let code = parse::<wire::StatusCode>(object)?.code.filter(|code| *code >= 400);
        let failure = Failure::from_answer(code.unwrap_or(500), object);
        return Ok((Delta::Failed(failure), String::new()));
    }
    let (row, version) = parse_watched(object, columns, arrived)?;
    let delta = match (&*event.kind, row) {
        ("BOOKMARK", _) => Delta::Bookmark,
        ("ADDED" | "MODIFIED", Some(row)) => Delta::Applied(row),
        ("DELETED", Some(row)) => {
            Delta::Deleted { name: row.name().into(), namespace: row.namespace }
        }
        (kind, _) => return Err(unexpected(kind, "a change of an object")),
    };
    Ok((delta, version))
}

/// The row of a watch event's object, `None` without a usable name, and its version.
fn parse_watched(
    object: &[u8],
    columns: &[Column],
    arrived: Timestamp,
) -> Result<(Option<Row>, String), Failure> {
    let watched: wire::Watched<'_> = parse(object)?;
    let metadata = watched.metadata.and_then(Loose::object).unwrap_or_default();
    let version = text(metadata.resource_version.as_ref());
    if text(watched.kind.as_ref()) != "Table" {
        let Ok(name) = metadata.name() else { return Ok((None, version.to_owned())) };
        if columns.iter().any(|column| !column.is_name && !column.is_age) {
            let text = "the server sends changes without the columns of its list";
            return Err(Failure::new(FailureKind::NotAcceptable, text, "Refresh to list again"));
        }
        let row = Rows::new(columns, arrived).of_metadata(&metadata, &Ok(name));
        return Ok((Some(row), version.to_owned()));
    }
    let own = watched.column_definitions.map(wire::columns);
    let mut rows = Rows::new(own.as_deref().unwrap_or(columns), arrived);
    let entry = watched.rows.unwrap_or_default().into_iter().next();
    // The table's own version is the object's, but older servers left it out.
    let of_object = entry.as_ref().and_then(Loose::version);
    let version = if version.is_empty() { text(of_object.as_ref()) } else { version }.to_owned();
    let row = entry.map(|entry| rows.of_table(0, entry)).filter(|row| !row.facts.is_unnamed);
    Ok((row, version))
}

/// The columns of a plain or metadata list.
fn plain_columns() -> Vec<Column> {
    let column = |name: &str| Column {
        name: name.into(),
        is_name: name == "Name",
        priority: 0,
        is_age: name == "Age",
    };
    vec![column("Name"), column("Age")]
}

fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Failure> {
    json::read(body).map_err(|error| Failure::unreadable("the list", &error))
}

fn unexpected(kind: &str, wanted: &str) -> Failure {
    let found = if kind.is_empty() { "an object without a kind" } else { kind };
    let message = format!("the answer is {found}, not {wanted}");
    Failure::new(FailureKind::Malformed, message, advice(FailureKind::Malformed))
}

#[cfg(test)]
mod tests;
