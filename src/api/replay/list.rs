//! Lists that were recorded in another way: in other pages, without the selectors, or for all namespaces.
//! Their objects are copied from the recorded list token for token.

use std::borrow::Cow;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::Found;
use super::changes::Changes;
use super::moment::Moment;
use super::objects::Objects;
use super::request::{AnswerForm, ReplayRequest};
use super::selector::{Candidate, Selection};
use crate::api::har::{RecordedExchange, Recording};
use crate::k8s::names::Namespace;
use crate::k8s::path::ApiPath;

use fields::Fields;
use written::{Written, write_objects};

mod fields;
mod written;

/// The prefix of our own continue tokens, before the offset of the page.
const TOKEN: &str = "recorded-";

/// Derives the requested list from a recorded list in that form.
///
/// The recorded pages are joined, and the requested page is cut out by the limit and the continue token.
/// Label and field selectors select from the objects; what a table row does not have is looked up in
/// recorded plain answers. Lists that were recorded with the same selectors are not selected from again.
/// A recorded refusal of the list answers all of its pages. Rows that are to have their whole objects get
/// those that were recorded in plain answers.
pub(super) fn find<'a>(
    moment: Moment<'a>,
    request: &ReplayRequest,
    form: AnswerForm,
) -> Option<Found<'a>> {
    let found = derive(moment, request, form)?;
    let is_whole = request.parameter("includeObject") == Some("Object");
    match (found, &request.path) {
        (Found::Derived(entry, body), ApiPath::Collection { gvr, namespace }) if is_whole => {
            let objects = Objects::new(moment, gvr, namespace.as_ref());
            let body = with_objects(body, &objects, namespace.as_ref());
            Some(Found::Derived(entry, body))
        }
        (found, _) => Some(found),
    }
}

/// Puts the recorded objects into the rows of a Table.
fn with_objects(body: Bytes, objects: &Objects<'_>, namespace: Option<&Namespace>) -> Bytes {
    let Ok(mut table) = serde_json::from_slice::<Value>(&body) else { return body };
    let rows = table.get_mut("rows").and_then(Value::as_array_mut);
    for row in rows.into_iter().flatten() {
        let metadata = &row["object"]["metadata"];
        let namespace = metadata["namespace"].as_str().or(namespace.map(Namespace::as_str));
        let name = metadata["name"].as_str().unwrap_or_default();
        if let Some(object) = objects.get(namespace.unwrap_or_default(), name) {
            row["object"] = object;
        }
    }
    table.to_string().into()
}

fn derive<'a>(moment: Moment<'a>, request: &ReplayRequest, form: AnswerForm) -> Option<Found<'a>> {
    let ApiPath::Collection { gvr, namespace } = &request.path else { return None };
    if request.method != "GET"
        || form == AnswerForm::Other
        || !request.query.iter().all(is_understood)
    {
        return None;
    }
    let recording = moment.recording;
    let selectors = (request.parameter("labelSelector"), request.parameter("fieldSelector"));
    let same = Pages::of(recording, &request.path, form, selectors);
    let past = || moment.past(&request.path, form);
    if let Some(pages) = same {
        let changes = if selectors == (None, None) { past() } else { Changes::default() };
        return pages.answer(request, changes, |_| Some(true));
    }
    let selection = Selection::read(selectors.0, selectors.1)?;
    let objects = Objects::new(moment, gvr, namespace.as_ref());
    let choose = |pages: &Pages<'a>, selection: &Selection<'_>, namespace: Option<&Namespace>| {
        let columns = pages.columns();
        pages.answer(request, past(), |object| {
            chooses(selection, object, form, &columns, (namespace, &objects))
        })
    };
    if let Some(pages) = Pages::of(recording, &request.path, form, (None, None)) {
        return choose(&pages, &selection, namespace.as_ref());
    }
    let namespace: &Namespace = namespace.as_ref()?;
    let everywhere = ApiPath::Collection { gvr: gvr.clone(), namespace: None };
    let pages = Pages::of(recording, &everywhere, form, (None, None))?;
    // A refusal for all namespaces says nothing about one.
    if pages.first.status != 200 {
        return None;
    }
    choose(&pages, &selection.within(namespace), None)
}

/// True if an object of a list, or a row of a Table with these columns, is selected; `None` if the
/// recording lacks a value that decides it. `namespace` is that of the list.
pub(super) fn chooses(
    selection: &Selection<'_>,
    object: &RawValue,
    form: AnswerForm,
    columns: &[String],
    (namespace, objects): (Option<&Namespace>, &Objects<'_>),
) -> Option<bool> {
    if selection.is_everything() {
        return Some(true);
    }
    let value = serde_json::from_str(object.get()).unwrap_or_default();
    selection.chooses(&match form {
        AnswerForm::Table => {
            Candidate::row(value, columns, namespace.map(Namespace::as_str), objects)
        }
        form => Candidate::item(value, form == AnswerForm::Plain, objects),
    })
}

fn is_understood((name, _): &(String, String)) -> bool {
    [
        "limit",
        "continue",
        "includeObject",
        "labelSelector",
        "fieldSelector",
        "resourceVersion",
        "resourceVersionMatch",
        "timeoutSeconds",
        "pretty",
    ]
    .contains(&name.as_str())
}

/// A recorded list, in one piece or in pages.
pub(super) struct Pages<'a> {
    /// The whole list, or its first page.
    first: &'a RecordedExchange,
    /// All exchanges of the same list, form and selectors.
    all: Vec<&'a RecordedExchange>,
}

impl<'a> Pages<'a> {
    /// Returns the recorded list of a path in a form, with these label and field selectors.
    pub(super) fn of(
        recording: &'a Recording,
        path: &ApiPath,
        form: AnswerForm,
        selectors: (Option<&str>, Option<&str>),
    ) -> Option<Self> {
        let all: Vec<_> = recording
            .at(path)
            .map(|(_, entry)| entry)
            .filter(|entry| {
                entry.method == "GET"
                    && AnswerForm::read(&entry.accept) == form
                    && entry.query.iter().all(is_understood)
                    && (entry.parameter("labelSelector"), entry.parameter("fieldSelector"))
                        == selectors
            })
            .collect();
        let starts = all.iter().filter(|entry| entry.parameter("continue").is_none());
        // The longest part that was recorded at once; of equal parts the first.
        let first = *starts.rev().max_by_key(|entry| limit(entry.parameter("limit")))?;
        Some(Self { first, all })
    }

    /// The status of the whole list, or of its first page.
    pub(super) fn status(&self) -> u16 {
        self.first.status
    }

    /// True if all pages of the list were recorded.
    pub(super) fn are_whole(&self) -> bool {
        let last = self.bodies().pop();
        self.first.status == 200
            && last.is_some_and(|body| List::read(&body).is_some_and(|it| it.meta.token.is_none()))
    }

    /// The names of a table's columns.
    pub(super) fn columns(&self) -> Vec<String> {
        #[derive(Default, Deserialize)]
        #[serde(default, rename_all = "camelCase")]
        struct Table {
            column_definitions: Vec<Column>,
        }
        #[derive(Deserialize)]
        struct Column {
            name: String,
        }
        let body = self.first.body().unwrap_or_default();
        let table = serde_json::from_slice::<Table>(&body).unwrap_or_default();
        table.column_definitions.into_iter().map(|column| column.name).collect()
    }

    /// Returns the requested page of the objects for which `chooses` returns true, after these changes of
    /// the list; `None` if `chooses` returns `None` for one.
    fn answer(
        &self,
        request: &ReplayRequest,
        changes: Changes,
        chooses: impl Fn(&RawValue) -> Option<bool>,
    ) -> Option<Found<'a>> {
        if self.first.status != 200 {
            return Some(Found::Recorded(self.first));
        }
        let bodies = self.bodies();
        let lists: Vec<_> = bodies.iter().map_while(|body| List::read(body)).collect();
        let first = lists.first()?;
        let objects = lists.iter().flat_map(|list| list.objects.iter().copied()).collect();
        let changes = changes.after(first.meta.version());
        let objects = changes.apply(objects);
        let offset = offset(&lists, request.parameter("continue"))?;
        let all = objects.len();
        let mut chosen: Vec<&RawValue> = Vec::new();
        for object in objects {
            if chooses(object)? {
                chosen.push(object);
            }
        }
        let is_everything = chosen.len() == all;
        let end = offset.saturating_add(limit(request.parameter("limit"))).min(chosen.len());
        let page = chosen.get(offset..end)?;
        let unrecorded = lists.last().and_then(|list| list.meta.remaining).unwrap_or(0);
        let unrecorded = if is_everything { unrecorded } else { 0 };
        let next = if end < chosen.len() {
            Some(format!("{TOKEN}{end}"))
        } else {
            lists.last().and_then(|list| list.meta.token.clone())
        };
        // The API server does not count the rest of a selected list.
        let counted = request.parameter("labelSelector").is_none()
            && request.parameter("fieldSelector").is_none();
        let remaining = (chosen.len() - end) as u64 + unrecorded;
        let remaining = Some(remaining).filter(|count| counted && *count > 0);
        let written = Written {
            token: next,
            remaining,
            version: changes.version(),
            is_bare: request.parameter("includeObject") == Some("None"),
        };
        Some(Found::Derived(self.first, first.write(page, &written)))
    }

    /// The bodies of the first page and of the recorded pages after it.
    fn bodies(&self) -> Vec<Bytes> {
        let mut bodies: Vec<Bytes> = self.first.body().into_iter().collect();
        while let Some(token) = bodies.last().and_then(|body| List::read(body)?.meta.token) {
            let next = self.all.iter().find(|entry| {
                entry.status == 200 && entry.parameter("continue") == Some(token.as_str())
            });
            // A list has fewer pages than exchanges; more would be an endless loop.
            let Some(Ok(body)) = next.map(|entry| entry.body()) else { break };
            if bodies.len() > self.all.len() {
                break;
            }
            bodies.push(body);
        }
        bodies
    }
}

/// Returns the index of the first object after a continue token, ours or the server's; `None` for an
/// unknown token, and for that of the last recorded page: what follows was not recorded.
fn offset(lists: &[List<'_>], token: Option<&str>) -> Option<usize> {
    let Some(token) = token.filter(|token| !token.is_empty()) else { return Some(0) };
    if let Some(offset) = token.strip_prefix(TOKEN) {
        return offset.parse().ok();
    }
    let mut before = 0;
    for list in &lists[..lists.len().saturating_sub(1)] {
        before += list.objects.len();
        if list.meta.token.as_deref() == Some(token) {
            return Some(before);
        }
    }
    None
}

/// Parses a limit; none and 0 mean all.
fn limit(value: Option<&str>) -> usize {
    value.and_then(|value| value.parse().ok()).filter(|limit| *limit > 0).unwrap_or(usize::MAX)
}

/// A recorded page, parsed no deeper than to its objects.
struct List<'a> {
    fields: Fields<'a>,
    objects: Vec<&'a RawValue>,
    meta: ListMeta,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ListMeta {
    #[serde(rename = "continue", deserialize_with = "non_empty")]
    token: Option<String>,
    #[serde(rename = "remainingItemCount")]
    remaining: Option<u64>,
    #[serde(rename = "resourceVersion")]
    version: Option<String>,
}

impl ListMeta {
    fn version(&self) -> u64 {
        self.version.as_deref().and_then(|version| version.parse().ok()).unwrap_or_default()
    }
}

fn non_empty<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.filter(|token| !token.is_empty()))
}

impl<'a> List<'a> {
    fn read(body: &'a [u8]) -> Option<Self> {
        let fields: Fields<'a> = serde_json::from_slice(body).ok()?;
        let field = |form: fn(&str) -> bool| fields.iter().find(|(name, _)| form(name));
        let objects: Option<Vec<&'a RawValue>> = if let Some((_, objects)) = field(is_objects) {
            serde_json::from_str(objects.get()).ok()?
        } else {
            // An empty list may omit its items; only its kind shows that it is a list.
            let (_, kind) = field(|name| name == "kind")?;
            let kind: Cow<'_, str> = serde_json::from_str(kind.get()).ok()?;
            (kind.ends_with("List") || kind == "Table").then_some(None)?
        };
        let meta = fields.iter().find(|(name, _)| name == "metadata");
        let meta = meta.and_then(|(_, raw)| serde_json::from_str(raw.get()).ok());
        Some(Self { objects: objects.unwrap_or_default(), meta: meta.unwrap_or_default(), fields })
    }

    /// Formats the page with other objects: its fields in their order, the objects as recorded.
    fn write(&self, objects: &[&RawValue], page: &Written) -> Bytes {
        let text = self.fields.write_with(|name, raw| match name {
            "metadata" => page.write_meta(raw),
            // An empty list stays null or [], as the server wrote it.
            name if is_objects(name) && objects.is_empty() && self.objects.is_empty() => {
                raw.get().to_owned()
            }
            name if is_objects(name) => write_objects(objects, page.is_bare && name == "rows"),
            _ => raw.get().to_owned(),
        });
        (text + "\n").into()
    }
}

/// The objects of a list are its `items`; those of a Table are its `rows`.
fn is_objects(field: &str) -> bool {
    field == "items" || field == "rows"
}
