//! What belongs to an object: the lists in which it is found, each one request. Where the server cannot
//! select it, a rule keeps what belongs to the object.

mod keep;

use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

pub use self::keep::Keep;
use super::links::{Context, of_field, of_labels, selector_text};
use super::path::{list, text};
use crate::k8s::discovery::Discovery;
use crate::k8s::discovery::Resource;
use crate::k8s::names::{GroupVersion, Namespace, Scope};
use crate::k8s::path::ApiPath;
use crate::k8s::request::{Form, Request};
use crate::k8s::selector::Selector;

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
        if belongs {
            return line;
        }
        event["type"] = "DELETED".into();
        event.to_string().into()
    }

    /// Returns what is selected and kept, in a few words; empty for all objects.
    #[must_use]
    pub fn describe(&self) -> String {
        let selector = Some(self.selector.to_string()).filter(|text| !text.is_empty());
        let parts = selector.into_iter().chain(self.keep.describe());
        parts.collect::<Vec<_>>().join(" · ")
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

struct Rows<'a> {
    context: &'a Context<'a>,
    found: Vec<Related>,
}

impl Rows<'_> {
    fn of_kind(&mut self, name: &str, uid: &str) {
        let object = self.context.object;
        let selected = selector_text(&object["spec"]["selector"]).map(of_labels);
        let selected = selected.filter(|selector| !selector.is_everything());
        let everything = Selector::default;
        let owned = || Keep::OwnedBy(uid.to_owned());
        match self.context.name.as_str() {
            "apps/Deployment" => {
                let Some(selector) = selected else { return };
                self.add("apps", "replicasets", selector.clone(), owned());
                self.add("", "pods", selector, Keep::OwnedByPrefix(format!("{name}-")));
            }
            "apps/ReplicaSet" | "ReplicationController" | "batch/Job" => {
                self.add_selected("pods", selected, owned());
            }
            "apps/DaemonSet" | "apps/StatefulSet" => {
                self.add_selected("pods", selected.clone(), owned());
                if let Some(selector) = selected.clone() {
                    self.add("apps", "controllerrevisions", selector, owned());
                }
                let templates = list(object, ".spec.volumeClaimTemplates").iter();
                let claims = templates.map(|it| format!("{}-{name}-", text(it, ".metadata.name")));
                let claims: Vec<String> = claims.collect();
                if !claims.is_empty() {
                    self.add_selected("persistentvolumeclaims", selected, Keep::Numbered(claims));
                }
            }
            "batch/CronJob" => self.add("batch", "jobs", everything(), owned()),
            "Service" => {
                let slices = of_labels(format!("kubernetes.io/service-name={name}"));
                self.add("discovery.k8s.io", "endpointslices", slices, Keep::All);
                self.add_selected("pods", selected, Keep::All);
                let names = Keep::Names("services", name.to_owned());
                self.add("networking.k8s.io", "ingresses", everything(), names);
            }
            "Node" => self.add_by_field("pods", "spec.nodeName", name),
            "PersistentVolumeClaim" => {
                let names = Keep::Names("persistentvolumeclaims", name.to_owned());
                self.add("", "pods", everything(), names);
            }
            "ConfigMap" => self.users("configmaps", name),
            "Secret" => {
                self.users("secrets", name);
                let names = || Keep::Names("secrets", name.to_owned());
                self.add("networking.k8s.io", "ingresses", everything(), names());
                self.add("", "serviceaccounts", everything(), names());
            }
            "ServiceAccount" => {
                self.add_by_field("pods", "spec.serviceAccountName", name);
                self.bindings(name);
            }
            "rbac.authorization.k8s.io/Role" | "rbac.authorization.k8s.io/ClusterRole" => {
                let keep = || Keep::RoleRef(self.context.kind.to_owned(), name.to_owned());
                let (keep, others) = (keep(), keep());
                let group = "rbac.authorization.k8s.io";
                self.add(group, "clusterrolebindings", everything(), keep);
                self.add(group, "rolebindings", everything(), others);
                if self.context.namespace.is_some() {
                    // A ClusterRoleBinding cannot name a Role.
                    self.found.retain(|row| *row.resource.gvr.resource == *"rolebindings");
                }
            }
            "policy/PodDisruptionBudget" => self.add_selected("pods", selected, Keep::All),
            "networking.k8s.io/NetworkPolicy" => {
                let selector = selector_text(&object["spec"]["podSelector"]).map(of_labels);
                self.add_selected("pods", selector, Keep::All);
            }
            "storage.k8s.io/StorageClass" => {
                let keep = || Keep::Field(".spec.storageClassName", name.to_owned());
                self.add("", "persistentvolumeclaims", everything(), keep());
                self.add("", "persistentvolumes", everything(), keep());
            }
            "networking.k8s.io/IngressClass" => {
                let keep = Keep::Field(".spec.ingressClassName", name.to_owned());
                self.add("networking.k8s.io", "ingresses", everything(), keep);
            }
            "flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration" => {
                let keep = Keep::Field(".spec.priorityLevelConfiguration.name", name.to_owned());
                self.add("flowcontrol.apiserver.k8s.io", "flowschemas", everything(), keep);
            }
            "apiextensions.k8s.io/CustomResourceDefinition" => self.instances(),
            _ => {}
        }
    }

    /// The workloads and the pods that name an object of their namespace.
    fn users(&mut self, plural: &'static str, name: &str) {
        for (group, resource) in [
            ("", "pods"),
            ("apps", "deployments"),
            ("apps", "statefulsets"),
            ("apps", "daemonsets"),
            ("batch", "cronjobs"),
            ("batch", "jobs"),
        ] {
            let keep = Keep::Names(plural, name.to_owned());
            self.add(group, resource, Selector::default(), keep);
        }
    }

    /// The bindings of a service account, with its groups.
    fn bindings(&mut self, name: &str) {
        let Some(namespace) = self.context.namespace else { return };
        let keep = || Keep::Subject(namespace.to_owned(), name.to_owned());
        let group = "rbac.authorization.k8s.io";
        self.add(group, "rolebindings", Selector::default(), keep());
        if let Some(resource) = self.context.resource(group, "rolebindings") {
            let label = "rolebindings of all namespaces";
            self.push(label, resource, None, Selector::default(), keep());
        }
        self.add(group, "clusterrolebindings", Selector::default(), keep());
    }

    /// The objects of each served version of a custom resource.
    fn instances(&mut self) {
        let object = self.context.object;
        let group = text(object, ".spec.group");
        let plural = text(object, ".spec.names.plural");
        for version in list(object, ".spec.versions") {
            let version = text(version, ".name");
            let known = self.context.discovery.version(&GroupVersion::new(group, version));
            if let Some(resource) = known.and_then(|known| known.resource(plural)) {
                let label = format!("{plural} {version}");
                self.push(&label, resource, None, Selector::default(), Keep::All);
            }
        }
    }

    fn owners(&mut self) {
        for owner in list(self.context.object, ".metadata.ownerReferences") {
            let version = GroupVersion::parse(text(owner, ".apiVersion"));
            let known = self.context.discovery.version(&version);
            let mut resources = known.into_iter().flat_map(|it| it.resources.iter().flatten());
            let kind = text(owner, ".kind");
            let selector = of_field("metadata.name", text(owner, ".name"));
            if let (Some(resource), Some(selector)) =
                (resources.find(|resource| *resource.kind == *kind), selector)
            {
                let resource = Arc::clone(resource);
                let namespace = self.context.namespace;
                self.push("owner", &resource, namespace, selector, Keep::All);
            }
        }
    }

    /// Events are in the namespace of their object; those of cluster-scoped objects are in `default`, and the
    /// kubelet writes those of its node without the uid.
    fn events(&mut self, name: &str, uid: &str) {
        let Some(resource) = self.context.resource("", "events").map(Arc::clone) else { return };
        let selector = match self.context.namespace {
            Some(_) => of_field("involvedObject.uid", uid),
            None => of_field("involvedObject.name", name).map(|selector| Selector {
                fields: selector
                    .fields
                    .map(|fields| format!("involvedObject.kind={},{fields}", self.context.kind)),
                ..selector
            }),
        };
        let namespace = self.context.namespace.unwrap_or("default");
        if let Some(selector) = selector.filter(|_| self.context.kind != "Event") {
            self.push("events", &resource, Some(namespace), selector, Keep::All);
        }
    }

    fn add_selected(&mut self, plural: &str, selector: Option<Selector>, keep: Keep) {
        if let Some(selector) = selector {
            self.add("", plural, selector, keep);
        }
    }

    fn add_by_field(&mut self, plural: &str, field: &str, value: &str) {
        if let Some(selector) = of_field(field, value) {
            self.add("", plural, selector, Keep::All);
        }
    }

    fn add(&mut self, group: &str, plural: &str, selector: Selector, keep: Keep) {
        if let Some(resource) = self.context.resource(group, plural) {
            self.push(plural, resource, self.context.namespace, selector, keep);
        }
    }

    fn push(
        &mut self,
        label: &str,
        resource: &Arc<Resource>,
        namespace: Option<&str>,
        selector: Selector,
        keep: Keep,
    ) {
        let is_namespaced = resource.scope == Scope::Namespaced;
        let namespace = namespace.filter(|_| is_namespaced).map(Namespace::new);
        if resource.can("list") {
            let (label, resource) = (label.to_owned(), Arc::clone(resource));
            self.found.push(Related { label, resource, namespace, selector, keep });
        }
    }
}

#[cfg(test)]
mod tests;
