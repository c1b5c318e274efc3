//! What belongs to an object: the lists in which it is found, each one request. Where the server cannot
//! select it, a rule keeps what belongs to the object.

mod after;
mod keep;
mod places;
mod rows;
mod selects;
mod several;
mod table;

use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};

pub use self::after::After;
pub use self::keep::Keep;
use self::rows::Rows;
pub use self::several::{Several, What, dependents, targets};
use super::links::{Context, of_labels};
use super::path::text;
use crate::k8s::discovery::Discovery;
use crate::k8s::discovery::Resource;
use crate::k8s::names::{Namespace, Scope};
use crate::k8s::path::ApiPath;
use crate::k8s::request::{Form, Request};
use crate::k8s::selector::Selector;

/// The heading of the column that says where an object names the other one.
const PLACE: &str = "Where";

/// A list of objects that belong to another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// What they are to it: `pods`, `owner`.
    pub label: String,
    /// Their resource.
    pub resource: Arc<Resource>,
    /// Their namespace; `None` for all of them, or if they have none.
    pub namespace: Option<Namespace>,
    /// What the server selects.
    pub selector: Selector,
    /// Which of these belong to the object.
    pub keep: Keep,
    /// What has to be read before the list is known.
    pub after: Option<After>,
}

impl Related {
    /// Returns the path of their collection.
    #[must_use]
    pub fn path(&self) -> ApiPath {
        ApiPath::Collection { gvr: self.resource.gvr.clone(), namespace: self.namespace.clone() }
    }

    /// Returns the request that lists them as a table, without paging. The rule needs their metadata or the
    /// whole objects; so does a list over all namespaces.
    #[must_use]
    pub fn request(&self) -> Request {
        self.request_of(&Selector::default())
    }

    /// Returns the request for those that another selector selects too.
    #[must_use]
    pub fn request_of(&self, selector: &Selector) -> Request {
        let over_all = self.namespace.is_none() && self.resource.scope == Scope::Namespaced;
        let object = match self.keep.needs() {
            "None" if over_all => "Metadata",
            needs => needs,
        };
        let list = Request::get(self.path(), Form::Table).with("includeObject", object);
        self.selector.and(selector).of(list)
    }

    /// Returns the answer of the list without the objects that do not belong, and how many there were.
    #[must_use]
    pub fn filtered(&self, body: Bytes) -> (Bytes, usize) {
        if self.keep == Keep::All {
            return (body, 0);
        }
        let Ok(mut answer) = serde_json::from_slice::<Value>(&body) else { return (body, 0) };
        let mut read = 0;
        for (field, is_row) in [("rows", true), ("items", false)] {
            let Some(rows) = answer.get_mut(field).and_then(Value::as_array_mut) else { continue };
            read += rows.len();
            rows.retain_mut(|row| self.belongs(if is_row { &mut row["object"] } else { row }));
            if is_row {
                for row in rows {
                    self.add_place(row);
                }
            }
        }
        let columns = answer.get_mut("columnDefinitions").and_then(Value::as_array_mut);
        if let Some(columns) = columns.filter(|_| self.keep.has_places()) {
            columns.push(json!({"name": PLACE, "type": "string", "priority": 0}));
        }
        (answer.to_string().into(), read)
    }

    /// Returns a line of the list's watch; an object that does not belong is one that is gone.
    #[must_use]
    pub fn changed(&self, line: Bytes) -> Bytes {
        let Ok(mut event) = serde_json::from_slice::<Value>(&line) else { return line };
        if self.keep == Keep::All || !matches!(text(&event, ".type"), "ADDED" | "MODIFIED") {
            return line;
        }
        let is_table = event["object"].get("rows").is_some();
        let object = &mut event["object"];
        let belongs =
            self.belongs(if is_table { &mut object["rows"][0]["object"] } else { object });
        if !belongs {
            event["type"] = "DELETED".into();
        } else if is_table && self.keep.has_places() {
            self.add_place(&mut event["object"]["rows"][0]);
        } else {
            return line;
        }
        event.to_string().into()
    }

    /// Returns what is selected and kept, in a few words; empty for all objects.
    #[must_use]
    pub fn describe(&self) -> String {
        if self.is_of_every_pod() {
            return "every pod gets this ConfigMap".to_owned();
        }
        let after = self.after.as_ref().map(After::describe);
        let parts = self.selected().into_iter().chain(after).chain(self.keep.describe());
        parts.collect::<Vec<_>>().join(" · ")
    }

    /// Returns what the server selects: the name of one object, what a known field means, or the selector.
    fn selected(&self) -> Option<String> {
        let field = self.selector.fields.as_deref().and_then(|fields| fields.split_once('='));
        Some(match field {
            Some(("metadata.name", name)) => name.to_owned(),
            Some((field, _)) if field.starts_with("involvedObject.") => "about it".to_owned(),
            Some(("spec.serviceAccountName", _)) => "running as it".to_owned(),
            Some(("spec.nodeName", _)) => "on it".to_owned(),
            // The label of its row says it.
            Some(("type", _)) => return None,
            _ if self.selector.is_everything() => return None,
            _ => self.selector.to_string(),
        })
    }

    /// True if the objects of the list use the object: they name it, bind it or run as it.
    #[must_use]
    pub fn is_use(&self) -> bool {
        let runs_as = |fields: &String| fields.starts_with("spec.serviceAccountName=");
        match &self.keep {
            Keep::Names(..)
            | Keep::NamesAlone(..)
            | Keep::Field(..)
            | Keep::Item(..)
            | Keep::Annotated(..)
            | Keep::Subject(..)
            | Keep::RoleRef(..)
            | Keep::Calls(..)
            | Keep::Routes(..) => true,
            Keep::All => self.selector.fields.as_ref().is_some_and(runs_as),
            _ => false,
        }
    }

    /// True if the list has every pod of its namespace: each gets a ConfigMap of that name in the volume of
    /// its token (`RootCAConfigMapName` of kube-controller-manager).
    #[must_use]
    pub fn is_of_every_pod(&self) -> bool {
        let names = |name: &str| matches!(&self.keep, Keep::Names("configmaps", of) if of == name);
        self.resource.gvr.is_core("pods") && names("kube-root-ca.crt")
    }

    /// Adds the cell that says where a row's object names the other one.
    fn add_place(&self, row: &mut Value) {
        let place = self.keep.place(&row["object"]);
        if let Some(cells) = row["cells"].as_array_mut().filter(|_| self.keep.has_places()) {
            cells.push(place.into());
        }
    }

    /// True if an object of the list belongs.
    fn belongs(&self, object: &mut Value) -> bool {
        // The items of a list have no kind of their own.
        if let Some(fields) = object.as_object_mut().filter(|it| !it.contains_key("kind")) {
            let version = self.resource.gvr.group_version.to_string();
            fields.insert("apiVersion".to_owned(), version.into());
            fields.insert("kind".to_owned(), (&*self.resource.kind).into());
        }
        self.keep.keeps(object)
    }
}

/// Returns what belongs to an object, in the order of its rows; nothing that is not served. Without a
/// request.
#[must_use]
pub fn of(object: &Value, discovery: &Discovery) -> Vec<Related> {
    let Some(context) = Context::of(object, discovery) else { return Vec::new() };
    let name = text(object, ".metadata.name").to_owned();
    let uid = text(object, ".metadata.uid").to_owned();
    let mut rows = Rows { context: &context, found: Vec::new() };
    rows.of_kind(&name, &uid);
    rows.of_table(&name);
    rows.of_labels(&name);
    rows.owners();
    rows.events(&name, &uid);
    rows.found
}

/// Returns the lists of what an object owns, besides what belongs to it otherwise.
#[must_use]
pub fn owned(object: &Value, discovery: &Discovery) -> Vec<Related> {
    let mut lists = of(object, discovery);
    lists.retain(|list| matches!(list.keep, Keep::OwnedBy(_)));
    lists
}

/// Returns the lists of what the objects with these uids own, which an object owns.
#[must_use]
pub fn owned_by(object: &Value, uids: &[String], discovery: &Discovery) -> Vec<Related> {
    let mut lists = of(object, discovery);
    lists.retain(|list| matches!(list.keep, Keep::OwnedByPrefix(_)));
    let context = Context::of(object, discovery).filter(|it| it.name == "batch/CronJob");
    if let Some(context) = context {
        let mut rows = Rows { context: &context, found: Vec::new() };
        rows.add("", "pods", of_labels("job-name".to_owned()), Keep::All);
        lists.extend(rows.found);
    }
    for list in &mut lists {
        list.keep = Keep::OwnedByAny(uids.to_vec());
    }
    lists
}

#[cfg(test)]
mod tests;
