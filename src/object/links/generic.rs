//! References out of custom resources and other JSON whose fields are not known: the shape of a map and
//! the names of fields tell what is meant. Fields that are in the table are left alone.

pub(super) mod names;

use serde_json::Value;

use self::names::{Known, default_kind, known, stem};
use super::resolve::{Context, Meaning, checked, is_built_in, of_resource};
use super::{Link, Links, Place, Target};
use crate::k8s::names::Group;
use crate::k8s::path::ApiPath;
use crate::object::path::push_key;

/// Values that are deeper are not searched.
const MAX_DEPTH: usize = 60;
/// The most values that are searched.
const MAX_VALUES: usize = 200_000;

/// Adds the references that the rules find.
pub(super) fn find(context: &Context<'_>, links: &mut Links) {
    let is_built_in = is_built_in(&context.group);
    let mut search = Search { context, links, left: MAX_VALUES, is_built_in };
    search.map(context.object, "", 0);
}

struct Search<'a, 'b> {
    context: &'a Context<'a>,
    links: &'b mut Links,
    /// How many more values are searched.
    left: usize,
    is_built_in: bool,
}

impl Search<'_, '_> {
    fn value(&mut self, value: &Value, at: &str, depth: usize) {
        self.left = self.left.saturating_sub(1);
        if depth > MAX_DEPTH || self.left == 0 {
            return;
        }
        match value {
            Value::Object(_) => {
                self.shape(value, at);
                self.map(value, at, depth);
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.value(item, &format!("{at}[{index}]"), depth + 1);
                }
            }
            Value::String(text) if !self.is_built_in => self.path(text, at),
            _ => {}
        }
    }

    /// Searches the fields of a map.
    fn map(&mut self, map: &Value, at: &str, depth: usize) {
        for (key, value) in map.as_object().into_iter().flatten() {
            let is_skipped = match key.as_str() {
                "openAPIV3Schema" => true,
                "managedFields" | "annotations" | "labels" | "ownerReferences" => {
                    at.ends_with(".metadata")
                }
                _ => false,
            };
            if is_skipped {
                continue;
            }
            let mut below = at.to_owned();
            push_key(key, &mut below);
            self.field(key, value, &below, map);
            self.value(value, &below, depth + 1);
        }
    }

    /// A map that has the name of an object, and its kind or resource; or an object inside of another.
    fn shape(&mut self, map: &Value, at: &str) {
        let field = |name: &str| map.get(name).and_then(Value::as_str);
        let name = format!("{at}.name");
        if let Some(text) = field("name").filter(|_| !self.links.has(&name)) {
            let namespace = field("namespace").or(self.context.namespace);
            let target = self.context.reference(map, text, namespace);
            let is_sure = match self.context.meaning(map) {
                Some(Meaning::One(_, is_sure)) => is_sure,
                _ => false,
            };
            let target = target.filter(|target| is_worth(target, map));
            self.add(name, target, is_sure);
        }
        let metadata = map.get("metadata");
        let inner = metadata.and_then(|metadata| metadata.get("name")).and_then(Value::as_str);
        if let (Some(text), Some(_)) = (inner, field("apiVersion")) {
            let namespace = metadata.and_then(|metadata| metadata.get("namespace"));
            let namespace = namespace.and_then(Value::as_str).or(self.context.namespace);
            let target = self.context.reference(map, text, namespace);
            let target = target.filter(|target| !matches!(target, Target::Nowhere(_)));
            self.add(format!("{at}.metadata.name"), target, false);
        }
    }

    /// A field whose name says what it refers to.
    fn field(&mut self, key: &str, value: &Value, at: &str, map: &Value) {
        if self.links.has(at) {
            return;
        }
        let known = known(key);
        if let Value::Array(items) = value {
            for (index, item) in items.iter().enumerate() {
                let at = format!("{at}[{index}]");
                self.reference(key, known, item, &at, map);
            }
        } else {
            self.reference(key, known, value, at, map);
        }
    }

    fn reference(&mut self, key: &str, known: Option<Known>, value: &Value, at: &str, map: &Value) {
        let own = self.context.namespace;
        match value {
            Value::String(text) => {
                let Some(known) = known.filter(|known| !known.needs_name) else { return };
                let (namespace, name) = match text.split_once('/') {
                    // NAMESPACE/NAME.
                    Some((namespace, _)) if checked(namespace).is_none() => return,
                    Some(_) if known.resource == "namespaces" => return,
                    Some((namespace, name)) => (Some(namespace), name),
                    None => (map.get("namespace").and_then(Value::as_str).or(own), text.as_str()),
                };
                let target =
                    self.context.object(known.group, known.resource, name, namespace, None);
                self.add(at.to_owned(), target.filter(is_found), known.is_sure);
            }
            Value::Object(fields) if !fields.contains_key("kind") => {
                let field = |name: &str| fields.get(name).and_then(Value::as_str);
                let Some(name) = field("name") else { return };
                let at_name = format!("{at}.name");
                if self.links.has(&at_name) {
                    return;
                }
                let namespace = field("namespace").or(own);
                let target = match known {
                    Some(known) => {
                        self.context.object(known.group, known.resource, name, namespace, None)
                    }
                    None => self.by_stem(key, name, namespace),
                };
                let target = target.filter(is_found);
                if let (Some(Target::Object { path, kind, uid, .. }), Some(key)) =
                    (&target, field("key"))
                {
                    let place = Some(Place::Key(key.to_owned()));
                    let (path, kind, uid) = (path.clone(), kind.clone(), uid.clone());
                    let target = Target::Object { path, kind, place, uid };
                    self.add(format!("{at}.key"), Some(target), false);
                }
                self.add(at_name, target, false);
            }
            Value::Object(_) => self.with_default_group(key, value, at),
            _ => {}
        }
    }

    /// The kind that the name of a field ends with: `issuerRef`, `bootstrapTokenSecretRef`.
    fn by_stem(&self, key: &str, name: &str, namespace: Option<&str>) -> Option<Target> {
        if let Some((group, kind)) = default_kind(key) {
            return self.of_kind(group, kind, name, namespace);
        }
        let stem = stem(key)?.to_lowercase();
        let versions = self.context.discovery.versions();
        let kinds = versions.flat_map(|version| version.resources.iter().flatten());
        let ends = kinds.filter(|resource| {
            resource.can("get") && stem.ends_with(&resource.kind.to_lowercase())
        });
        let kind = &ends.max_by_key(|resource| resource.kind.len())?.kind;
        match self.context.kind(kind) {
            Meaning::One(resource, _) => of_resource(resource, name, namespace, None),
            _ => None,
        }
    }

    /// A kind without a group, in a field for which a group is usual.
    fn with_default_group(&mut self, key: &str, map: &Value, at: &str) {
        let field = |name: &str| map.get(name).and_then(Value::as_str);
        let has_group = ["apiVersion", "apiGroup", "group"].iter().any(|f| field(f).is_some());
        let (Some(kind), Some(name)) = (field("kind"), field("name")) else { return };
        let Some((group, _)) = default_kind(key).filter(|_| !has_group) else { return };
        let namespace = field("namespace").or(self.context.namespace);
        let target = self.of_kind(group, kind, name, namespace);
        self.add(format!("{at}.name"), target, false);
    }

    fn of_kind(
        &self,
        group: &str,
        kind: &str,
        name: &str,
        namespace: Option<&str>,
    ) -> Option<Target> {
        let group = self.context.discovery.group(&Group::new(group))?;
        let resources =
            group.versions.iter().flat_map(|version| version.resources.iter().flatten());
        let mut same = resources.filter(|resource| *resource.kind == *kind);
        of_resource(same.next()?, name, namespace, None)
    }

    /// A text that is the path of an object on the server.
    fn path(&mut self, text: &str, at: &str) {
        if !text.starts_with('/') || self.links.has(at) {
            return;
        }
        let ApiPath::Object(path) = ApiPath::parse(text) else { return };
        let is_valid = checked(&path.name).is_some()
            && path
                .namespace
                .as_ref()
                .is_none_or(|namespace| checked(namespace.as_str()).is_some());
        let Some(resource) = self.context.discovery.resource(&path.gvr).filter(|_| is_valid) else {
            return;
        };
        let kind = resource.kind.clone();
        self.add(at.to_owned(), Some(Target::Object { path, kind, place: None, uid: None }), false);
    }

    fn add(&mut self, at: String, target: Option<Target>, is_sure: bool) {
        let link = target.map(|target| Link { target, is_sure, is_optional: false });
        self.links.add(at, link);
    }
}

fn is_found(target: &Target) -> bool {
    !matches!(target, Target::Nowhere(_))
}

/// True unless the target is a kind without a group that nothing serves: that is no reference, but a word
/// of its own.
fn is_worth(target: &Target, map: &Value) -> bool {
    let has_group = ["apiVersion", "apiGroup", "group"].iter().any(|f| map.get(f).is_some());
    has_group || is_found(target)
}
