//! What the schema of a kind says about the fields that are compared.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use serde_json::Value;

use super::labels::default;
use super::walk::{Layers, Step as Walked, resolve, step};
use super::{GroupVersionKind, Schemas};
use crate::object::path::{Step, list, steps};

/// How the API server merges a list, which is the type of the list in structured-merge-diff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListType {
    /// Its items are identified by these fields.
    Map(Vec<MapKey>),
    /// Its items are scalars without an order, no two of them equal.
    Set,
    /// It is replaced as a whole.
    Atomic,
}

/// A field that identifies the items of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapKey {
    /// Its name.
    pub name: String,
    /// The value of items that lack it.
    pub default: Option<Value>,
}

/// The schema of one kind. What was looked up is kept, since a comparison asks for the same fields often.
#[derive(Debug)]
pub struct KindSchema<'a> {
    schemas: &'a Schemas,
    known: RefCell<HashMap<String, Option<Rc<Layers>>>>,
}

impl<'a> KindSchema<'a> {
    /// Returns the schema of a kind; `None` if there is none.
    #[must_use]
    pub fn new(schemas: &'a Schemas, kind: &GroupVersionKind) -> Option<Self> {
        let root = schemas.root(kind)?;
        let layers = resolve(schemas, schemas.get(&root)?, &root);
        let known = HashMap::from([(String::new(), Some(Rc::new(layers)))]);
        Some(Self { schemas, known: RefCell::new(known) })
    }

    /// Returns how the list at a path is merged. List items are `[]` in the path, as in
    /// `.spec.containers[].ports`.
    #[must_use]
    pub fn list_type(&self, path: &str) -> Option<ListType> {
        let layers = self.at(path)?;
        Some(match layers.get("x-kubernetes-list-type")?.as_str()? {
            "map" => {
                let names = list(layers.get("x-kubernetes-list-map-keys")?, "");
                let key = |name: &str| MapKey {
                    name: name.to_owned(),
                    default: self.default(&format!("{path}[].{name}")),
                };
                ListType::Map(names.iter().filter_map(Value::as_str).map(key).collect())
            }
            "set" => ListType::Set,
            _ => ListType::Atomic,
        })
    }

    /// Returns the default of the field at a path.
    #[must_use]
    pub fn default(&self, path: &str) -> Option<Value> {
        default(&*self.at(path)?).cloned()
    }

    /// True if the field at a path is a quantity.
    #[must_use]
    pub fn is_quantity(&self, path: &str) -> bool {
        self.at(path).is_some_and(|layers| layers.component() == Some("Quantity"))
    }

    /// Returns the schemas of the field at a path.
    fn at(&self, path: &str) -> Option<Rc<Layers>> {
        if let Some(known) = self.known.borrow().get(path) {
            return known.clone();
        }
        let found = self.find(path);
        self.known.borrow_mut().insert(path.to_owned(), found.clone());
        found
    }

    fn find(&self, path: &str) -> Option<Rc<Layers>> {
        let (above, last) = split(path)?;
        match step(self.schemas, &*self.at(above)?, &last) {
            Walked::Into { layers, .. } => Some(Rc::new(layers)),
            Walked::AnyContent | Walked::Nowhere => None,
        }
    }
}

/// Splits the last step off a path.
fn split(path: &str) -> Option<(&str, Step<'_>)> {
    if let Some(above) = path.strip_suffix("[]") {
        return Some((above, Step::Index(0)));
    }
    let at = if path.ends_with("']") { path.rfind("['")? } else { path.rfind('.')? };
    Some((&path[..at], steps(&path[at..])?.pop()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMAS: &str = r##"{
        "Widget": {
            "x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": "Widget"}],
            "properties": {
                "size": {"allOf": [{"$ref": "#/components/schemas/io.k8s.Quantity"}]},
                "parts": {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["id", "side"],
                    "items": {"properties": {"id": {"type": "string"}, "side": {"default": "left"}}}},
                "tags": {"x-kubernetes-list-type": "set", "items": {"type": "string"}},
                "labels": {"additionalProperties": {"default": "x"}}
            }
        },
        "io.k8s.Quantity": {"type": "string"}
    }"##;

    #[test]
    fn a_kind_knows_the_types_of_its_lists_and_its_defaults() {
        let schemas = Schemas::parse(SCHEMAS.as_bytes()).unwrap();
        let text = str::to_owned;
        let kind = GroupVersionKind { group: text(""), version: text("v1"), kind: text("Widget") };
        let schema = KindSchema::new(&schemas, &kind).unwrap();
        let keys = [("id", None), ("side", Some("left".into()))];
        let keys = keys.map(|(name, default)| MapKey { name: text(name), default });
        assert_eq!(schema.list_type(".parts"), Some(ListType::Map(keys.to_vec())));
        assert_eq!(schema.list_type(".tags"), Some(ListType::Set));
        assert_eq!(schema.list_type(".labels"), None);
        assert_eq!(schema.default(".parts[].side"), Some("left".into()));
        assert_eq!(schema.default(".labels['a.b/c']"), Some("x".into()));
        assert!(schema.is_quantity(".size") && !schema.is_quantity(".tags"));
        assert_eq!(schema.default(".missing.field"), None);
        let other = GroupVersionKind { kind: text("Gadget"), ..kind };
        assert!(KindSchema::new(&schemas, &other).is_none());
    }
}
