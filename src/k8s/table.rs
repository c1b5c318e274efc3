//! Pages of a collection, and the deltas of its watch, as rows of text.

use std::sync::Arc;

use jiff::Timestamp;

use super::failure::Failure;
use super::names::Namespace;

/// One page of a list: a `Table`, or a plain or metadata list read as one with the columns Name
/// and Age.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The columns; the same for all rows of the page.
    pub columns: Arc<[Column]>,
    /// The rows, in the server's order.
    pub rows: Vec<Row>,
    /// The token of the next page, where there is one.
    pub continue_token: Option<String>,
    /// How many objects come after this page, where the server says so.
    pub remaining: Option<u64>,
    /// The version that the list was read at: where a watch starts.
    pub resource_version: String,
}

/// One printer column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub name: Arc<str>,
    /// Whether its cells are the objects' names (`format: name`).
    pub is_name: bool,
    /// Columns of priority above 0 are hidden at first.
    pub priority: i32,
    /// Whether its cells are ages, which go on counting: headed `Age`.
    pub is_age: bool,
}

/// One object of a collection: its name, its namespace where known, and its printed cells.
///
/// Kept as one string: the name and then the cells, each behind a unit separator (U+001F). A cell
/// that holds one has it replaced by a space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The namespace, where the row's own metadata gave it.
    pub namespace: Option<Namespace>,
    text: Box<str>,
    /// When its page or delta arrived: an age in a cell counts from then.
    pub arrived: Timestamp,
}

impl Row {
    /// A row of a name and its cells.
    #[must_use]
    pub fn new<'a>(
        namespace: Option<Namespace>,
        name: &str,
        cells: impl IntoIterator<Item = &'a str>,
        arrived: Timestamp,
    ) -> Self {
        let mut text = name.replace('\u{1f}', " ");
        for cell in cells {
            text.push('\u{1f}');
            text.push_str(&cell.replace('\u{1f}', " "));
        }
        Self { namespace, text: text.into(), arrived }
    }

    /// The object's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.text.split('\u{1f}').next().unwrap_or_default()
    }

    /// The cells, one for each column, as the server printed them.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        self.text.split('\u{1f}').skip(1)
    }
}

/// One line of a collection's watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delta {
    /// An object was added or changed: its row now.
    Applied(Row),
    /// An object is gone.
    Deleted {
        /// Its namespace, where the delta gave it.
        namespace: Option<Namespace>,
        /// Its name.
        name: Arc<str>,
    },
    /// Nothing changed, but the version moved on.
    Bookmark,
    /// The server ended the watch with this failure; `Gone` asks for a new list.
    Failed(Failure),
}

/// Reads a page of a list in any of the three forms (`Table`, `PartialObjectMetadataList`, plain).
///
/// # Errors
///
/// A body that is no list.
pub fn read_page(_body: &[u8], _arrived: Timestamp) -> Result<Page, Failure> {
    Err(Failure::new(super::failure::FailureKind::Malformed, "not read yet", ""))
}

/// Reads one line of a watch in any of the three forms, and the version that it moves to (empty
/// where it gives none). `columns` are those of the list; a `Table` delta without columns has these.
///
/// # Errors
///
/// A line that is no watch event.
pub fn read_delta(
    _line: &[u8],
    _columns: &[Column],
    _arrived: Timestamp,
) -> Result<(Delta, String), Failure> {
    Err(Failure::new(super::failure::FailureKind::Malformed, "not read yet", ""))
}
