//! What a field means, after the schemas of an `OpenAPI` v3 document. Pure.

mod kind;
mod labels;
mod reader;
mod walk;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

pub use kind::{KindSchema, ListType, MapKey};
pub use labels::Label;
pub use reader::{SchemaReader, Unread};

use super::path::{Step, list, push_key};
use crate::k8s::names::GroupVersion;
use walk::{Layers, Step as Walked, children, resolve, step, type_name};

/// The schemas of a group and version, each parsed when it is needed.
#[derive(Debug, Default)]
pub struct Schemas {
    components: BTreeMap<String, Box<RawValue>>,
    /// True if they are those of one kind, from its definition.
    is_from_crd: bool,
}

/// A kind with its group and version.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct GroupVersionKind {
    /// The group; empty for the core group.
    pub group: String,
    /// The version.
    pub version: String,
    /// The kind.
    pub kind: String,
}

impl GroupVersionKind {
    /// Returns the kind of an object.
    #[must_use]
    pub fn of(object: &Value) -> Option<Self> {
        let version = GroupVersion::parse(object["apiVersion"].as_str()?);
        Some(Self::new(&version, object["kind"].as_str()?))
    }

    /// Returns a kind of a group and version.
    #[must_use]
    pub fn new(version: &GroupVersion, kind: &str) -> Self {
        Self {
            group: version.group.as_str().to_owned(),
            version: version.version.to_string(),
            kind: kind.to_owned(),
        }
    }
}

/// Schemas are equal if their texts are.
impl PartialEq for Schemas {
    fn eq(&self, other: &Self) -> bool {
        let texts = self.components.iter().map(|(name, raw)| (name, raw.get()));
        let others = other.components.iter().map(|(name, raw)| (name, raw.get()));
        self.is_from_crd == other.is_from_crd && texts.eq(others)
    }
}

impl Eq for Schemas {}

/// What a field means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The path, with `[]` for list items; empty for the kind itself.
    pub path: String,
    /// Its type, such as `[]EnvVar`, `integer int32` or `map[string]Quantity`.
    pub type_name: String,
    /// What holds for it, such as its default, each with a name.
    pub labels: Vec<Label>,
    /// The description.
    pub description: String,
    /// The description of its type, if it has another one.
    pub type_description: Option<String>,
    /// The fields below it.
    pub fields: Vec<Field>,
    /// True if the definition of the custom resource describes it, and no `OpenAPI` document.
    pub is_from_crd: bool,
}

/// A field below an explained one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its key.
    pub name: String,
    /// Its type.
    pub type_name: String,
    /// True if it is required.
    pub is_required: bool,
    /// True if it is deprecated.
    pub is_deprecated: bool,
    /// The description.
    pub description: String,
    /// The fields below it, as deep as requested.
    pub fields: Vec<Field>,
}

/// Why a field is not explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unexplained {
    /// The document has no such kind.
    NoKind,
    /// The schema allows any content here, and does not describe it.
    AnyContent {
        /// The longest described beginning of the path.
        path: String,
    },
    /// The schema has no such field.
    NotAField {
        /// The path up to that field.
        path: String,
        /// Fields with a similar name.
        near: Vec<String>,
    },
}

impl Schemas {
    /// Parses the value of `components.schemas`.
    ///
    /// # Errors
    ///
    /// It is no JSON map.
    pub fn parse(json: &[u8]) -> Result<Self, serde_json::Error> {
        let components = serde_json::from_slice(json)?;
        Ok(Self { components, is_from_crd: false })
    }

    /// Takes the schema of a kind from a `CustomResourceDefinition`: that of the version in `of`. `None` if the
    /// definition has none.
    #[must_use]
    pub fn of_crd(definition: &Value, of: &GroupVersion) -> Option<Self> {
        let version = list(definition, ".spec.versions")
            .iter()
            .find(|version| version["name"].as_str() == Some(&of.version))?;
        let mut schema = version["schema"]["openAPIV3Schema"].as_object()?.clone();
        let kind = definition["spec"]["names"]["kind"].as_str()?;
        let known = serde_json::json!([{
            "group": of.group.as_str(), "version": &*of.version, "kind": kind
        }]);
        schema.insert("x-kubernetes-group-version-kind".to_owned(), known);
        let raw = serde_json::value::to_raw_value(&schema).ok()?;
        let components = BTreeMap::from([(kind.to_owned(), raw)]);
        Some(Self { components, is_from_crd: true })
    }

    /// True if they are those of one kind, from the definition of the custom resource.
    #[must_use]
    pub fn is_from_crd(&self) -> bool {
        self.is_from_crd
    }

    /// True if they describe a kind.
    #[must_use]
    pub fn has(&self, of: &GroupVersionKind) -> bool {
        self.root(of).is_some()
    }

    /// Returns the number of schemas.
    #[must_use]
    pub fn len(&self) -> usize {
        self.components.len()
    }

    /// True if there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.components.is_empty()
    }

    /// Returns the memory of the schemas in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.components.iter().map(|(name, raw)| name.len() + raw.get().len()).sum()
    }

    fn get(&self, name: &str) -> Option<Value> {
        serde_json::from_str(self.components.get(name)?.get()).ok()
    }

    /// Returns the name of the schema of a kind: of several that of an object, with most fields.
    fn root(&self, of: &GroupVersionKind) -> Option<String> {
        let quoted = format!("\"{}\"", of.kind);
        let candidates = self.components.iter().filter(|(_, raw)| raw.get().contains(&quoted));
        let fields =
            |schema: &Value| schema["properties"].as_object().map_or(0, serde_json::Map::len);
        let candidates = candidates.filter_map(|(name, raw)| {
            let schema: Value = serde_json::from_str(raw.get()).ok()?;
            let kinds = schema["x-kubernetes-group-version-kind"].as_array()?;
            let is_it = kinds
                .iter()
                .any(|kind| GroupVersionKind::deserialize(kind).is_ok_and(|kind| kind == *of));
            let is_object = schema["properties"]["kind"].is_object();
            is_it.then(|| ((is_object, fields(&schema)), name.clone()))
        });
        candidates.max().map(|(_, name)| name)
    }

    /// Explains the field of a kind at a path. Items of lists need no index.
    ///
    /// # Errors
    ///
    /// There is no such kind or field, or it is not described.
    pub fn explain(
        &self,
        of: &GroupVersionKind,
        path: &[Step<'_>],
    ) -> Result<Explanation, Unexplained> {
        self.explain_to(of, path, 1)
    }

    /// Explains the field of a kind at a path, with the fields below it down to a depth of levels.
    ///
    /// # Errors
    ///
    /// As [`Schemas::explain`].
    pub fn explain_to(
        &self,
        of: &GroupVersionKind,
        path: &[Step<'_>],
        depth: usize,
    ) -> Result<Explanation, Unexplained> {
        let root = self.root(of).ok_or(Unexplained::NoKind)?;
        let schema = self.get(&root).ok_or(Unexplained::NoKind)?;
        let mut at = resolve(self, schema, &root);
        let mut shown = String::new();
        let mut context = labels::Context::default();
        for segment in path {
            let is_key = matches!(segment, Step::Key(_));
            while is_key && at.is_list() {
                at = self.enter(&at, &Step::Index(0), &mut shown, &mut context)?;
            }
            at = self.enter(&at, segment, &mut shown, &mut context)?;
        }
        Ok(Explanation {
            fields: children(self, &at, depth),
            ..self.explanation(&at, shown, &context)
        })
    }

    /// Follows one step.
    fn enter(
        &self,
        at: &Layers,
        segment: &Step<'_>,
        shown: &mut String,
        context: &mut labels::Context,
    ) -> Result<Layers, Unexplained> {
        match step(self, at, segment) {
            Walked::Into { layers, is_any_key } => {
                context.enter(at, segment, is_any_key);
                match segment {
                    Step::Index(_) => shown.push_str("[]"),
                    Step::Key(key) => push_key(key, shown),
                }
                Ok(layers)
            }
            Walked::AnyContent => Err(Unexplained::AnyContent { path: shown.clone() }),
            Walked::Nowhere => {
                let mut path = shown.clone();
                let names: Vec<String> =
                    at.properties().map(|(name, ..)| name.to_owned()).collect();
                let key = match segment {
                    Step::Key(key) => key.to_string(),
                    Step::Index(index) => index.to_string(),
                };
                push_key(&key, &mut path);
                let near = near(&key, names);
                Err(Unexplained::NotAField { path, near })
            }
        }
    }

    fn explanation(&self, at: &Layers, path: String, context: &labels::Context) -> Explanation {
        let (description, type_description) = at.descriptions();
        Explanation {
            path,
            type_name: type_name(self, at),
            labels: labels::of(at, context),
            description,
            type_description,
            fields: Vec::new(),
            is_from_crd: self.is_from_crd,
        }
    }

    /// True if a kind has a field of that name.
    #[must_use]
    pub fn has_field(&self, of: &GroupVersionKind, name: &str) -> bool {
        self.explain_to(of, &[Step::Key(name.into())], 0).is_ok()
    }
}

/// Returns names that differ from another one in at most two letters, or begin with it.
fn near(name: &str, names: Vec<String>) -> Vec<String> {
    let limit = if name.len() < 4 { 1 } else { 2 };
    let is_near = |other: &String| other.starts_with(name) || distance(name, other) <= limit;
    names.into_iter().filter(is_near).collect()
}

/// Returns the number of letters to change, add or remove (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) =
        (one.to_lowercase().chars().collect(), other.to_lowercase().chars().collect());
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let kept = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = kept.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row.last().copied().unwrap_or(0)
}
