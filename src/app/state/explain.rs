//! What the field of a line or a kind means: the explanation that is shown, and the schemas that are kept.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::app::state::words::Words;
use crate::k8s::failure::Failure;
use crate::k8s::names::GroupVersion;
use crate::k8s::request::Ticket;
use crate::object::path::Step;
use crate::object::schema::{Explanation, GroupVersionKind, Schemas, Unexplained};
use crate::text::{columns, fit, padded, visible, wrapped};

/// The most documents whose schemas are kept.
const MAX_DOCUMENTS: usize = 4;
/// The most bytes of schemas that are kept.
const MAX_BYTES: usize = 2 << 20;
/// The columns of the names of what holds for a field.
const NAMES: usize = 17;

/// The schemas of the latest documents, the latest last.
#[derive(Clone, Debug, Default)]
pub struct SchemaCache(Vec<(GroupVersion, Arc<Schemas>)>);

impl SchemaCache {
    /// Returns the schemas of a group and version, which describe a kind as far as the server does.
    pub(in crate::app) fn get(
        &mut self,
        version: &GroupVersion,
        kind: &GroupVersionKind,
    ) -> Option<Arc<Schemas>> {
        let has = |schemas: &Schemas| !schemas.is_from_crd() || schemas.has(kind);
        let at = self.0.iter().position(|(known, it)| known == version && has(it))?;
        let found = self.0.remove(at);
        self.0.push(found.clone());
        Some(found.1)
    }

    /// Returns the schemas of a group and version, if they are kept.
    pub(in crate::app) fn known(&self, version: &GroupVersion) -> Option<Arc<Schemas>> {
        let found = self.0.iter().find(|(known, _)| known == version);
        found.map(|(_, schemas)| Arc::clone(schemas))
    }

    /// Keeps the schemas of a group and version, and drops the ones that were used longest ago.
    pub(in crate::app) fn keep(&mut self, version: GroupVersion, schemas: Arc<Schemas>) {
        self.0.retain(|(known, it)| *known != version || it.is_from_crd());
        self.0.push((version, schemas));
        let size = |kept: &[(GroupVersion, Arc<Schemas>)]| -> usize {
            kept.iter().map(|(_, schemas)| schemas.size()).sum()
        };
        while self.0.len() > 1 && (self.0.len() > MAX_DOCUMENTS || size(&self.0) > MAX_BYTES) {
            self.0.remove(0);
        }
    }

    /// Drops all.
    pub(in crate::app) fn forget(&mut self) {
        self.0.clear();
    }
}

/// What is explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainSubject {
    /// The kind.
    pub kind: GroupVersionKind,
    /// The group and version whose document is read.
    pub version: GroupVersion,
    /// The plural name of the kind in URLs, where it is known.
    pub plural: Option<Arc<str>>,
    /// The field.
    pub path: Vec<Step<'static>>,
}

/// The explanation that is shown.
#[derive(Clone, Debug)]
pub struct Explain {
    /// What is explained.
    pub subject: ExplainSubject,
    /// The keys that the shown object has there.
    pub present: BTreeSet<String>,
    /// What is known.
    pub state: ExplainState,
    /// Only fields whose names match are shown.
    pub words: Words,
    /// The 0-based index of the line of the cursor.
    pub(in crate::app) line: usize,
}

/// What is known of a field.
#[derive(Clone, Debug)]
pub enum ExplainState {
    /// The document is fetched.
    Loading(Ticket),
    /// What it means.
    Known(Box<Explanation>),
    /// It is not described.
    Unexplained(Unexplained),
    /// The document could not be fetched.
    Failed(Failure),
    /// The document was not fetched yet.
    Unloaded,
    /// The cursor is at no field and no kind.
    NoField,
}

/// A line of the explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainLine {
    /// The name before the text; empty for none.
    pub name: String,
    /// The text.
    pub text: String,
    /// The index of the field that the line is of.
    pub field: Option<usize>,
    /// True if the field is deprecated.
    pub is_dim: bool,
}

impl Explain {
    /// Returns the explanation, once it is known.
    #[must_use]
    pub fn known(&self) -> Option<&Explanation> {
        if let ExplainState::Known(known) = &self.state { Some(known) } else { None }
    }

    /// Returns the 0-based index of the line of the cursor.
    #[must_use]
    pub fn line(&self, lines: &[ExplainLine]) -> usize {
        self.line.min(lines.len().saturating_sub(1))
    }

    /// Returns the lines of the pane, wrapped to its width in columns: what holds for the field, its
    /// description, and the fields below it; only the fields that match while words are searched for.
    #[must_use]
    pub fn lines(&self, width: usize) -> Vec<ExplainLine> {
        let Some(known) = self.known() else { return Vec::new() };
        let mut lines = Vec::new();
        if self.words.text.is_empty() {
            lines.extend(about(known, width));
        }
        lines.extend(self.fields(known, width));
        lines
    }

    /// Returns the lines of the fields that match.
    fn fields(&self, known: &Explanation, width: usize) -> Vec<ExplainLine> {
        let name =
            |name: &str, is_required: bool| format!("{name}{}", if is_required { "*" } else { "" });
        let names = known.fields.iter().map(|it| columns(&name(&it.name, it.is_required)));
        let names = names.max().unwrap_or(0).min(width / 3);
        let types = known.fields.iter().map(|it| columns(&it.type_name)).max().unwrap_or(0);
        let types = types.min(width / 4);
        let fields = known.fields.iter().enumerate();
        let matching = fields.filter(|(_, field)| self.words.is_in(&field.name));
        matching
            .map(|(at, field)| {
                let mark = if self.present.contains(&field.name) { "●" } else { "○" };
                let label = name(&visible(&field.name), field.is_required);
                let label = padded(&fit(&label, names), names);
                let kind = padded(&fit(&visible(&field.type_name), types), types);
                let first = text_lines(&field.description, usize::MAX / 2).into_iter().next();
                ExplainLine {
                    name: format!("{mark} {label}  "),
                    text: format!("{kind}  {}", first.unwrap_or_default()),
                    field: Some(at),
                    is_dim: field.is_deprecated,
                }
            })
            .collect()
    }
}

/// Returns the lines of what holds for a field, and of its description.
fn about(known: &Explanation, width: usize) -> Vec<ExplainLine> {
    let plain = |name: &str, text: String| ExplainLine {
        name: name.to_owned(),
        text,
        field: None,
        is_dim: false,
    };
    let mut lines = Vec::new();
    for label in &known.labels {
        if label.lines.is_empty() {
            lines.push(plain(label.name, String::new()));
        }
        for (at, text) in label.lines.iter().enumerate() {
            let name = padded(if at == 0 { label.name } else { "" }, NAMES);
            for line in text_lines(text, width.saturating_sub(NAMES)) {
                lines.push(plain(&name, line));
            }
        }
    }
    lines.extend(text_lines(&known.description, width).into_iter().map(|line| plain("", line)));
    if let Some(text) = &known.type_description {
        let text = format!("type {}: {text}", known.type_name);
        let first = text_lines(&text, usize::MAX / 2).into_iter().next().unwrap_or_default();
        lines.push(plain("", fit(&first, width).into_owned()));
    }
    lines
}

/// Wraps a text to a width in columns.
fn text_lines(text: &str, width: usize) -> Vec<String> {
    let parts = text.lines().filter(|line| !line.trim().is_empty());
    let lines =
        parts.flat_map(|part| wrapped(&[(visible(part).into_owned(), ())], width.max(1), 0));
    let lines = lines.map(|line| line.into_iter().map(|(text, ())| text).collect::<String>());
    // The blank at which a line is wrapped may be one column too many.
    lines.map(|line| line.trim_end().to_owned()).collect()
}
