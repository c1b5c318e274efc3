//! The references out of an object: which of its fields name another object, a list or a line.
//!
//! They are found in the object and in discovery alone, without a request, so that what a link leads to
//! may not exist. The fields of the built-in APIs are in a table; other objects, and JSON of any
//! form inside of built-in ones, follow the generic rules.

mod check;
mod generic;
mod owner;
mod pattern;
mod resolve;
mod rule;
mod selector;
mod special;
mod table;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

pub use self::check::{Checked, requests};
pub use self::owner::owner;
use self::pattern::{Found, matches};
pub(super) use self::resolve::Context;
use self::rule::{Empty, Optional, PODS, Rule, To, VOLUMES};
pub(super) use self::selector::{labels as selector_text, of_field, of_labels};
use crate::k8s::discovery::Discovery;
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Form, Request};
use crate::k8s::selector::Selector;
use crate::object::path;

/// The most links of an object.
const MAX_LINKS: usize = 20_000;

/// A reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What it refers to.
    pub target: Target,
    /// True if the field always refers to that; false if it may mean something else.
    pub is_sure: bool,
    /// True if the API allows the target to be missing.
    pub is_optional: bool,
}

/// What a reference leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// An object.
    Object {
        /// Its path.
        path: ObjectPath,
        /// Its kind, such as `ConfigMap`.
        kind: Arc<str>,
        /// The part of it that is meant.
        place: Option<Place>,
        /// The `metadata.uid` that it should have.
        uid: Option<Arc<str>>,
    },
    /// The objects of a collection.
    List {
        /// The collection.
        path: ApiPath,
        /// Which of them; all without a selector.
        selector: Selector,
    },
    /// The list of a group's or a version's resources.
    Path(ApiPath),
    /// A line of the same object, by its path.
    Line(String),
    /// One of several objects: more than one group has the kind.
    Choice(Vec<ObjectPath>),
    /// Nothing, for this reason.
    Nowhere(String),
}

/// A part of an object that a reference means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A key of its data.
    Key(String),
    /// The item of a list that has a field of that value.
    Item {
        /// The path of the list.
        list: &'static str,
        /// The field.
        field: &'static str,
        /// Its value as text.
        value: String,
    },
}

/// The references out of one object, by the paths of the fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links(BTreeMap<String, Link>);

impl Links {
    /// Finds the references out of an object.
    #[must_use]
    pub fn find(object: &Value, discovery: &Discovery) -> Self {
        let mut links = Self::default();
        let Some(context) = Context::of(object, discovery) else { return links };
        for rule in table::TABLES.into_iter().flatten() {
            if let Some(pattern) = pattern(rule, &context) {
                for found in matches(Found::root(object), &pattern) {
                    let link = link(&context, rule, &found);
                    links.add(found.path, link);
                }
            }
        }
        generic::find(&context, &mut links);
        links
    }

    /// Returns the links in the order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Link)> {
        self.0.iter().map(|(at, link)| (at.as_str(), link))
    }

    /// Returns the link of a field.
    pub(super) fn get(&self, path: &str) -> Option<&Link> {
        self.0.get(path)
    }

    /// Returns the link that is shown on the line of a path: that of the field, or of a selector that it
    /// is in.
    #[must_use]
    pub fn shown_at(&self, path: &str) -> Option<&Link> {
        let own = self.0.get(path);
        own.or_else(|| self.around(path)).filter(|link| !matches!(link.target, Target::Nowhere(_)))
    }

    /// Returns the link that a line follows: its own, that of a selector that it is in, or that of the
    /// name inside of its map or beside it. The path of it comes first.
    #[must_use]
    pub fn followed_at(&self, path: &str) -> Option<(&str, &Link)> {
        let entry = |path: &str| self.0.get_key_value(path).map(|(at, link)| (at.as_str(), link));
        let inside = ["name", "secretName", "claimName"];
        let inside = || inside.iter().find_map(|name| entry(&format!("{path}.{name}")));
        let beside = || match path.rsplit_once('.')? {
            (holder, "kind" | "apiGroup" | "uid") if !holder.is_empty() => {
                entry(&format!("{holder}.name"))
            }
            _ => None,
        };
        let around = || self.around_entry(path);
        entry(path).or_else(around).or_else(inside).or_else(beside)
    }

    /// True if nothing is referred to.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn around(&self, path: &str) -> Option<&Link> {
        self.around_entry(path).map(|(_, link)| link)
    }

    /// Returns the selector that a path is in.
    fn around_entry(&self, path: &str) -> Option<(&str, &Link)> {
        // A selector has at most four levels, and dots in a quoted key count as levels here.
        let mut above = path;
        for _ in 0..8 {
            above = &above[..above.rfind(['.', '['])?];
            if let Some((at, link)) = self.0.get_key_value(above)
                && matches!(&link.target, Target::List { selector, .. } if selector.labels.is_some())
            {
                return Some((at, link));
            }
        }
        None
    }

    fn has(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    /// Adds a link, unless the field has one already.
    fn add(&mut self, at: String, link: Option<Link>) {
        if let Some(link) = link
            && self.0.len() < MAX_LINKS
        {
            self.0.entry(at).or_insert(link);
        }
    }
}

/// Returns the paths of the fields of the table by which an object names another one of its namespace, or of
/// the cluster: the plural name of the other one's resource, and its name. Needs no discovery.
#[must_use]
pub fn naming(object: &Value, plural: &str, name: &str) -> Vec<String> {
    let nothing = Discovery::default();
    let Some(context) = Context::of(object, &nothing) else { return Vec::new() };
    let of_resource = |rule: &&Rule| matches!(rule.to, To::Object(_, it) if it == plural);
    let rules = table::TABLES.into_iter().flatten().filter(of_resource);
    let patterns = rules.filter_map(|rule| pattern(rule, &context));
    let found = patterns.flat_map(|pattern| matches(Found::root(object), &pattern));
    found.filter(|found| found.text() == Some(name)).map(|found| found.path).collect()
}

/// Returns the pattern of a rule for an object; `None` if the rule is for other kinds.
fn pattern(rule: &Rule, context: &Context<'_>) -> Option<String> {
    let own = || rule.at.to_owned();
    match rule.kinds {
        PODS => Some(rule.at.replace(PODS, context.pod?)),
        VOLUMES => Some(rule.at.replace(VOLUMES, context.volume?)),
        "*" => Some(own()),
        kinds => kinds.split(' ').any(|kind| kind == context.name).then(own),
    }
}

/// Returns the link of a field that a rule matched.
fn link(context: &Context<'_>, rule: &Rule, found: &Found<'_>) -> Option<Link> {
    let is_optional = match rule.optional {
        Optional::Never => false,
        Optional::Always => true,
        Optional::If(at) => found.beside(at) == Some(&Value::Bool(true)),
    };
    let target = target(context, rule, found)?;
    Some(Link { target, is_sure: rule.is_sure, is_optional })
}

fn target(context: &Context<'_>, rule: &Rule, found: &Found<'_>) -> Option<Target> {
    let beside = |at: &str| found.text_beside(at).filter(|_| !at.is_empty());
    let namespace = beside(rule.namespace).or_else(|| beside(rule.or)).or(context.namespace);
    let uid = || found.text_beside("uid").map(Into::into);
    match rule.to {
        To::Object(group, resource) => {
            context.object(group, resource, found.text()?, namespace, None)
        }
        To::Reference => {
            let target = context.reference(found.holder()?, found.text()?, namespace)?;
            Some(with_uid(target, uid()))
        }
        To::Key(group, resource, name) => {
            let place = Place::Key(found.text()?.to_owned());
            context.object(group, resource, found.text_beside(name)?, namespace, Some(place))
        }
        To::Port(name) => {
            let (field, value) = match found.value() {
                Value::String(name) => ("name", name.clone()),
                number => ("port", number.as_u64()?.to_string()),
            };
            let place = Place::Item { list: ".spec.ports", field, value };
            context.object("", "services", found.text_beside(name)?, namespace, Some(place))
        }
        To::Item(list) => {
            let list = format!("{}[*].name", list.replace(PODS, context.pod.unwrap_or("spec")));
            let mut items = matches(Found::root(context.object), &list).into_iter();
            let item = items.find(|item| item.text().is_some() && item.text() == found.text())?;
            Some(Target::Line(item.path.strip_suffix(".name")?.to_owned()))
        }
        To::Selected(group, resource, empty) => {
            let labels = selector::labels(found.value())?;
            if labels.is_empty() && empty == Empty::None {
                return None;
            }
            context.list(group, resource, context.namespace, selector::of_labels(labels))
        }
        To::WithField(group, resource, field) => {
            let selector = selector::of_field(field, found.text()?)?;
            context.list(group, resource, None, selector)
        }
        To::Version => context.version(found.text()?),
        To::Special(form) => special::target(context, form, found),
    }
}

fn with_uid(target: Target, known: Option<Arc<str>>) -> Target {
    match target {
        Target::Object { path, kind, place, .. } => {
            Target::Object { path, kind, place, uid: known }
        }
        other => other,
    }
}

impl Target {
    /// Returns an object by its path.
    #[must_use]
    pub fn object(discovery: &Discovery, path: ObjectPath, place: Option<Place>) -> Self {
        let resource = discovery.resource(&path.gvr);
        let kind = resource.map_or_else(|| Arc::clone(&path.gvr.resource), |it| it.kind.clone());
        Self::Object { path, kind, place, uid: None }
    }
}

impl Place {
    /// Returns the path of the part in its object, as far as that can be told without its data: a key may
    /// be in `binaryData` too, and may be missing.
    #[must_use]
    pub fn find_in(&self, object: &Value) -> Option<String> {
        match self {
            Self::Key(_) => self.paths().into_iter().next(),
            Self::Item { list, field, value } => {
                let is_it = |item: &Value| match item.get(field) {
                    Some(Value::String(text)) => text == value,
                    Some(number) => number.as_u64().is_some_and(|it| value.parse() == Ok(it)),
                    None => false,
                };
                let at = path::list(object, list).iter().position(is_it)?;
                Some(format!("{list}[{at}]"))
            }
        }
    }

    /// Returns the paths at which a key of the data may be; none for an item of a list.
    #[must_use]
    pub fn paths(&self) -> Vec<String> {
        let Self::Key(key) = self else { return Vec::new() };
        let at = |field: &str| {
            let mut at = format!(".{field}");
            path::push_key(key, &mut at);
            at
        };
        vec![at("data"), at("binaryData")]
    }
}

/// Writes `.data.region`, or `.spec.ports[name=http]`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(_) => f.write_str(&self.paths()[0]),
            Self::Item { list, field, value } => write!(f, "{list}[{field}={value}]"),
        }
    }
}

/// Writes the API path and the query, or the path of the line.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object { path, .. } => ApiPath::Object(path.clone()).fmt(f),
            Self::List { path, selector } => {
                let request = selector.of(Request::get(path.clone(), Form::Json));
                f.write_str(&request.path_and_query())
            }
            Self::Path(path) => path.fmt(f),
            Self::Line(line) => f.write_str(line),
            Self::Choice(paths) => {
                let paths = paths.iter().map(|path| ApiPath::Object(path.clone()).to_string());
                f.write_str(&paths.collect::<Vec<_>>().join(" or "))
            }
            Self::Nowhere(reason) => f.write_str(reason),
        }
    }
}

#[cfg(test)]
mod tests;
