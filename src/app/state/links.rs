//! The references out of the object that is shown, and those that were followed.

use std::collections::BTreeMap;
use std::fmt;

use crate::app::answer::Reply;
use crate::app::state::containers::{Containers, ViewRow};
use crate::document::DocumentPane;
use crate::downward::{Origin, OriginKind};
use crate::k8s::discovery::Discovery;
use crate::k8s::names::Namespace;
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Request, Ticket};
use crate::k8s::selector::Selector;
use crate::object::links::{Checked, Link, Links, Place, Target};

/// The most documents whose cursor and folds are kept.
pub(in crate::app) const MAX_SAVED: usize = 16;

/// The references out of the object that is shown.
#[derive(Clone, Debug, Default)]
pub struct ObjectLinks {
    /// The answer in which they were found, and what discovery knew then.
    pub(in crate::app) state: (u64, usize),
    /// The object; `None` if none is shown.
    pub(in crate::app) path: Option<ObjectPath>,
    /// True if it is opened, and not merely rested on.
    pub(in crate::app) is_opened: bool,
    /// The references.
    pub links: Links,
    /// Why the references that were followed lead to nothing, by the paths of their fields.
    pub(in crate::app) failed: BTreeMap<String, Failed>,
    /// The reference whose target was requested.
    pub(in crate::app) awaited: Option<Awaited>,
    /// The targets that are being looked for.
    pub(in crate::app) check: Option<Check>,
    /// The target that was found, until it is shown.
    pub(in crate::app) arriving: Option<Arriving>,
    /// The panes of documents that were left by a reference, the latest last.
    pub(in crate::app) saved: Vec<Saved>,
    /// The path to which the history returns.
    pub(in crate::app) returning: Option<ApiPath>,
    /// The lines that were left for another line of the same document, by its path: the latest last.
    pub(in crate::app) lines: Vec<(ApiPath, String)>,
}

/// Why a reference leads to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::app) struct Failed {
    /// A sentence without a full stop.
    pub(in crate::app) text: String,
    /// True if the API allows it to be missing.
    pub(in crate::app) is_optional: bool,
}

/// A reference whose target was requested.
#[derive(Clone, Debug)]
pub(in crate::app) struct Awaited {
    pub(in crate::app) ticket: Ticket,
    /// The path of the field; empty if the reference is not from a line.
    pub(in crate::app) at: String,
    pub(in crate::app) link: Link,
}

/// A look at all targets of an object's references.
#[derive(Clone, Debug, Default)]
pub(in crate::app) struct Check {
    /// How many targets there are.
    pub(in crate::app) all: usize,
    /// The requests that are not sent yet.
    pub(in crate::app) waiting: Vec<Request>,
    /// The requests without an answer.
    pub(in crate::app) open: Vec<(Ticket, Request)>,
    /// What is known of the others.
    pub(in crate::app) outcomes: Vec<Checked>,
}

impl Check {
    /// Says what was found: `12 objects: 10 found, 1 not found, 1 forbidden`.
    pub(in crate::app) fn text(&self) -> String {
        let number = |of: Checked| self.outcomes.iter().filter(|it| **it == of).count();
        let parts = [
            (Checked::Found, "found"),
            (Checked::NotFound, "not found"),
            (Checked::NoPlace, "without the key"),
            (Checked::OtherObject, "with another uid"),
            (Checked::Forbidden, "forbidden"),
            (Checked::Failed, "failed"),
        ];
        let parts = parts.map(|(outcome, words)| (number(outcome), words));
        let parts = parts.iter().filter(|(number, _)| *number > 0);
        let parts: Vec<String> = parts.map(|(number, words)| format!("{number} {words}")).collect();
        let objects = if self.all == 1 { "object" } else { "objects" };
        format!("{} referenced {objects}: {}", self.all, parts.join(", "))
    }
}

/// The target of a reference, which is not shown yet.
#[derive(Clone, Debug)]
pub(in crate::app) struct Arriving {
    pub(in crate::app) request: Request,
    /// Its answer, until the document takes it.
    pub(in crate::app) reply: Option<Reply>,
    pub(in crate::app) place: Option<Place>,
}

/// A document that was left by a reference.
#[derive(Clone, Debug)]
pub(in crate::app) struct Saved {
    pub(in crate::app) path: ApiPath,
    pub(in crate::app) pane: DocumentPane,
    /// True if the container's view had the focus.
    pub(in crate::app) from_containers: bool,
}

/// What a hint says about the line of the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkHint {
    /// The text, not made visible.
    pub text: String,
    /// True if the reference was followed and leads to nothing.
    pub is_failure: bool,
}

/// Where a row of the container's view comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowSource {
    /// Another object, and the part of it that is meant.
    Object(ObjectPath, Option<Place>),
    /// A line of the pod: the first of these paths that it has.
    Lines(Vec<String>),
}

impl RowSource {
    /// Returns the source of a row; `None` if nothing defines it.
    #[must_use]
    pub fn of(containers: &Containers, row: ViewRow) -> Option<Self> {
        let origin = containers.origin(row);
        if let Some(path) = origin.and_then(Origin::object_path) {
            let key = origin.and_then(|origin| origin.object.as_ref()?.key.clone());
            return Some(Self::Object(path, key.map(Place::Key)));
        }
        let mut paths = containers.paths(row);
        let is_of_field = origin.is_some_and(|origin| {
            use OriginKind::{Address, Annotation, Field, Label};
            matches!(origin.kind, Field | Address | Label | Annotation)
        });
        if is_of_field {
            // The field follows its declaration.
            paths.reverse();
        }
        (!paths.is_empty()).then_some(Self::Lines(paths))
    }
}

/// Writes `configmaps/web .data.region`, or the path of the line.
impl fmt::Display for RowSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object(path, place) => {
                write!(f, "{}/{}", path.gvr.resource, path.name)?;
                place.as_ref().map_or(Ok(()), |place| write!(f, " {place}"))
            }
            Self::Lines(paths) => f.write_str(paths.first().map_or("", String::as_str)),
        }
    }
}

impl ObjectLinks {
    /// Returns the link that is shown on the line of a path.
    #[must_use]
    pub fn shown_at(&self, path: &str) -> Option<&Link> {
        self.links.shown_at(path)
    }

    /// True if the reference on the line of a path was followed and leads to nothing.
    #[must_use]
    pub fn has_failed(&self, path: &str) -> bool {
        self.failed.contains_key(path)
    }

    /// Returns what a hint says about the line of a path.
    #[must_use]
    pub fn hint(&self, path: &str, discovery: &Discovery) -> Option<LinkHint> {
        let (at, link) = self.links.followed_at(path)?;
        if let Some(failed) = self.failed.get(at) {
            let optional = if failed.is_optional { "; it is optional" } else { "" };
            return Some(LinkHint { text: format!("{}{optional}", failed.text), is_failure: true });
        }
        let own = self.path.as_ref().and_then(|path| path.namespace.as_ref());
        let target = described(&link.target, own, discovery);
        let text = match &link.target {
            Target::Nowhere(reason) => reason.clone(),
            _ if link.is_sure => format!("→ {target}"),
            _ => format!("→ may be {target}"),
        };
        Some(LinkHint { text, is_failure: false })
    }
}

/// Returns a target in few words, as a location is typed: `cm/ledger-config .data.region`.
pub(in crate::app) fn described(
    target: &Target,
    own: Option<&Namespace>,
    discovery: &Discovery,
) -> String {
    let elsewhere = |namespace: Option<&Namespace>| match namespace {
        Some(namespace) if Some(namespace) != own => format!(" -n {namespace}"),
        _ => String::new(),
    };
    match target {
        Target::Object { path, place, .. } => {
            let resource = discovery.resource(&path.gvr);
            let short = resource.and_then(|resource| resource.short_names.first());
            let word = short.unwrap_or(&path.gvr.resource);
            let place = place.as_ref().map(|place| format!(" {place}")).unwrap_or_default();
            format!("{word}/{}{}{place}", path.name, elsewhere(path.namespace.as_ref()))
        }
        Target::List { path: ApiPath::Collection { gvr, namespace }, selector } => {
            list(&gvr.resource, &elsewhere(namespace.as_ref()), selector)
        }
        Target::Line(line) => format!("line {line}"),
        other => other.to_string(),
    }
}

fn list(resource: &str, elsewhere: &str, selector: &Selector) -> String {
    let selector = selector.to_string();
    let space = if selector.is_empty() { "" } else { " " };
    format!("{resource}{elsewhere}{space}{selector}")
}
