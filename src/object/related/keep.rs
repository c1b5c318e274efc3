//! Which objects of a list belong to another one, where the server cannot select them.

use serde_json::Value;

use super::places;
use super::selects::selects;
use crate::object::links::naming;
use crate::object::path::{at, list, text};

/// A rule that keeps some objects of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keep {
    /// All of them.
    All,
    /// Those that the object with this uid owns.
    OwnedBy(String),
    /// Those that an object with one of these uids owns.
    OwnedByAny(Vec<String>),
    /// Those that a `ReplicaSet` owns whose name begins so.
    OwnedByPrefix(String),
    /// Those whose names are one of these and a number.
    Numbered(Vec<String>),
    /// Those that name an object: the plural name of its resource, and its name.
    Names(&'static str, String),
    /// The same, without those that another object controls.
    NamesAlone(&'static str, String),
    /// Those with a field of that value.
    Field(&'static str, String),
    /// Those with an item in a list that has a field of that value: the list, the field, the value.
    Item(&'static str, &'static str, String),
    /// Those with an annotation of that value.
    Annotated(&'static str, String),
    /// Those whose selector, in this field, selects these labels; true if it is a plain map.
    Selects(&'static str, Value, bool),
    /// Those that scale an object: its kind and name.
    Scales(String, String),
    /// Those that send requests to a Service: its namespace and name.
    Calls(String, String),
    /// Routes to a Service: its namespace and name.
    Routes(String, String),
    /// Those in these namespaces.
    In(Vec<String>),
    /// Bindings of a service account: its namespace and name.
    Subject(String, String),
    /// Bindings of a role: its kind and name.
    RoleRef(String, String),
}

impl Keep {
    /// Returns what the rule needs of each object: `None`, `Metadata` or the whole `Object`.
    #[must_use]
    pub fn needs(&self) -> &'static str {
        match self {
            Self::All => "None",
            Self::OwnedBy(_)
            | Self::OwnedByAny(_)
            | Self::OwnedByPrefix(_)
            | Self::Numbered(_)
            | Self::In(_)
            | Self::Annotated(..) => "Metadata",
            Self::Names(..)
            | Self::NamesAlone(..)
            | Self::Field(..)
            | Self::Item(..)
            | Self::Selects(..)
            | Self::Scales(..)
            | Self::Calls(..)
            | Self::Routes(..)
            | Self::Subject(..)
            | Self::RoleRef(..) => "Object",
        }
    }

    /// Returns the rule in a few words; `None` if everything is kept.
    #[must_use]
    pub fn describe(&self) -> Option<String> {
        Some(match self {
            Self::All => return None,
            Self::OwnedBy(_) => "owned by it".to_owned(),
            Self::OwnedByAny(_) => "owned by what it owns".to_owned(),
            Self::OwnedByPrefix(_) => "owned by its replica sets".to_owned(),
            Self::Numbered(_) => "of its templates".to_owned(),
            Self::Names(..) | Self::Field(..) | Self::Item(..) | Self::Annotated(..) => {
                "naming it".to_owned()
            }
            Self::NamesAlone(..) => "naming it, unowned".to_owned(),
            Self::Selects(..) => "selecting its labels".to_owned(),
            Self::Scales(..) => "scaling it".to_owned(),
            Self::Calls(..) => "calling it".to_owned(),
            Self::Routes(..) => "routing to it".to_owned(),
            Self::In(_) => "in its namespaces".to_owned(),
            Self::Subject(..) | Self::RoleRef(..) => "binding it".to_owned(),
        })
    }

    /// True if it tells where an object names the other one, which is a column of its own.
    pub(super) fn has_places(&self) -> bool {
        matches!(self, Self::Names(..) | Self::NamesAlone(..) | Self::Subject(..))
    }

    /// Returns where an object of the list names the other one: `env LOG_LEVEL +2`, `group
    /// system:authenticated`.
    pub(super) fn place(&self, object: &Value) -> String {
        places::first(match self {
            Self::Names(plural, name) | Self::NamesAlone(plural, name) => {
                let paths = naming(object, plural, name);
                paths.iter().map(|path| places::word(object, path)).collect()
            }
            Self::Subject(namespace, name) => {
                let subjects = list(object, ".subjects").iter();
                let own = subjects.filter(|subject| is_account(subject, namespace, name));
                let word = |subject: &Value| match text(subject, ".kind") {
                    "ServiceAccount" => "by its name".to_owned(),
                    kind => format!("via {} {}", kind.to_lowercase(), text(subject, ".name")),
                };
                own.map(word).collect()
            }
            _ => Vec::new(),
        })
    }

    /// True if an object belongs.
    pub(super) fn keeps(&self, object: &Value) -> bool {
        let owners = || list(object, ".metadata.ownerReferences").iter();
        match self {
            Self::All => true,
            Self::OwnedBy(uid) => owners().any(|owner| text(owner, ".uid") == uid),
            Self::OwnedByAny(uids) => owners().any(|owner| {
                let uid = text(owner, ".uid");
                uids.iter().any(|known| known == uid)
            }),
            Self::OwnedByPrefix(prefix) => owners().any(|owner| {
                text(owner, ".kind") == "ReplicaSet" && text(owner, ".name").starts_with(prefix)
            }),
            Self::Numbered(prefixes) => {
                let name = text(object, ".metadata.name");
                prefixes.iter().any(|prefix| {
                    let number = name.strip_prefix(prefix.as_str()).unwrap_or_default();
                    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
                })
            }
            Self::Names(plural, name) => !naming(object, plural, name).is_empty(),
            Self::NamesAlone(plural, name) => {
                owners().all(|owner| at(owner, ".controller") != true)
                    && !naming(object, plural, name).is_empty()
            }
            Self::Field(path, value) => text(object, path) == value,
            Self::Item(items, field, value) => {
                list(object, items).iter().any(|item| text(item, field) == value)
            }
            Self::Annotated(key, value) => {
                object["metadata"]["annotations"][*key].as_str() == Some(value)
            }
            Self::Selects(field, labels, is_map) => selects(at(object, field), labels, *is_map),
            Self::Scales(kind, name) => {
                let target = at(object, ".spec.scaleTargetRef");
                text(target, ".kind") == kind && text(target, ".name") == name
            }
            Self::Calls(namespace, name) => services(object).any(|service| {
                text(service, ".name") == name && text(service, ".namespace") == namespace
            }),
            Self::Routes(namespace, name) => routes_to(object, object, namespace, name),
            Self::In(namespaces) => {
                let own = text(object, ".metadata.namespace");
                namespaces.iter().any(|namespace| namespace == own)
            }
            Self::Subject(namespace, name) => {
                list(object, ".subjects").iter().any(|subject| is_account(subject, namespace, name))
            }
            Self::RoleRef(kind, name) => {
                text(object, ".roleRef.kind") == kind && text(object, ".roleRef.name") == name
            }
        }
    }
}

/// Returns the Services that a webhook configuration, an `APIService` or a CRD names.
fn services(object: &Value) -> impl Iterator<Item = &Value> {
    let webhooks = list(object, ".webhooks").iter();
    let own = [".spec.service", ".spec.conversion.webhook.clientConfig.service"];
    let own = own.into_iter().map(|field| at(object, field));
    webhooks.map(|webhook| at(webhook, ".clientConfig.service")).chain(own)
}

/// True if a route, or a part of it, has a Service as backend. A backend is a Service of the route's own
/// namespace unless it says otherwise (`BackendObjectReference` of the Gateway API).
fn routes_to(route: &Value, part: &Value, namespace: &str, name: &str) -> bool {
    let own = text(route, ".metadata.namespace");
    let is_it = |backend: &Value| {
        let field = |field: &str, otherwise| backend[field].as_str().unwrap_or(otherwise);
        field("kind", "Service") == "Service"
            && field("group", "").is_empty()
            && field("name", "") == name
            && field("namespace", own) == namespace
    };
    let below = |value: &Value| routes_to(route, value, namespace, name);
    match part {
        Value::Object(fields) => fields.iter().any(|(key, value)| match key.as_str() {
            "backendRef" if is_it(value) => true,
            "backendRefs" if value.as_array().is_some_and(|them| them.iter().any(is_it)) => true,
            "metadata" | "status" => false,
            _ => below(value),
        }),
        Value::Array(items) => items.iter().any(below),
        _ => false,
    }
}

/// True if a subject is a service account: by its name, as a user, or by a group that it is in.
fn is_account(subject: &Value, namespace: &str, name: &str) -> bool {
    let of = text(subject, ".name");
    match text(subject, ".kind") {
        "ServiceAccount" => of == name && text(subject, ".namespace") == namespace,
        "User" => of == format!("system:serviceaccount:{namespace}:{name}"),
        "Group" => {
            matches!(of, "system:serviceaccounts" | "system:authenticated")
                || of == format!("system:serviceaccounts:{namespace}")
        }
        _ => false,
    }
}
