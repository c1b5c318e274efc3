//! The lists of what belongs to an object, by its kind.

mod devices;
mod peers;

use std::sync::Arc;

use serde_json::Value;

use super::table::{How, NAMED_BY_TEMPLATES, TABLE, TEMPLATED};
use super::{After, Keep, Related};
use crate::k8s::discovery::Resource;
use crate::k8s::names::{Group, GroupVersion, Namespace, Scope};
use crate::k8s::path::ObjectPath;
use crate::k8s::request::{Form, Request};
use crate::k8s::selector::Selector;
use crate::object::links::{Context, of_field, of_labels, selector_text};
use crate::object::path::{list, text};

/// The rows that were found for an object so far.
pub(super) struct Rows<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) found: Vec<Related>,
}

impl Rows<'_> {
    pub(super) fn of_kind(&mut self, name: &str, uid: &str) {
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
                for address in list(object, ".spec.clusterIPs").iter().filter_map(Value::as_str) {
                    self.named("networking.k8s.io", "ipaddresses", address, None);
                }
                self.routes(name);
                self.callers(name);
            }
            "Node" => self.named("coordination.k8s.io", "leases", name, Some("kube-node-lease")),
            "PersistentVolumeClaim" => {
                self.named("", "persistentvolumes", text(object, ".spec.volumeName"), None);
                let class = text(object, ".spec.storageClassName");
                self.named("storage.k8s.io", "storageclasses", class, None);
            }
            "PersistentVolume" => {
                let claim = &object["spec"]["claimRef"];
                let namespace = Some(text(claim, ".namespace"));
                self.named("", "persistentvolumeclaims", text(claim, ".name"), namespace);
                let class = text(object, ".spec.storageClassName");
                self.named("storage.k8s.io", "storageclasses", class, None);
            }
            "ServiceAccount" => self.bindings(name),
            "Secret" => {
                let account = "kubernetes.io/service-account.name";
                let account = object["metadata"]["annotations"][account].as_str();
                let account = account.unwrap_or_default();
                self.named("", "serviceaccounts", account, self.context.namespace);
            }
            "autoscaling/HorizontalPodAutoscaler" => {
                let target = &object["spec"]["scaleTargetRef"];
                self.by_kind("target", target);
                self.scaled(target);
            }
            "apiregistration.k8s.io/APIService" => {
                let service = &object["spec"]["service"];
                let namespace = Some(text(service, ".namespace"));
                self.named("", "services", text(service, ".name"), namespace);
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
                for selector in list(object, ".aggregationRule.clusterRoleSelectors") {
                    let selector = selector_text(selector).map(of_labels);
                    let resource = self.context.resource(group, "clusterroles");
                    if let (Some(selector), Some(resource)) = (selector, resource) {
                        self.push("aggregated from", resource, None, selector, Keep::All);
                    }
                }
            }
            "policy/PodDisruptionBudget" => self.add_selected("pods", selected, Keep::All),
            "networking.k8s.io/NetworkPolicy" => {
                let selector = selector_text(&object["spec"]["podSelector"]).map(of_labels);
                self.add_selected("pods", selector, Keep::All);
                self.peers();
            }
            "resource.k8s.io/DeviceClass" => self.slices(),
            "admissionregistration.k8s.io/ValidatingAdmissionPolicy"
            | "admissionregistration.k8s.io/MutatingAdmissionPolicy" => {
                if let Some(resource) = self.kind(&object["spec"]["paramKind"]) {
                    self.push("parameters", &resource, None, everything(), Keep::All);
                }
            }
            "apiextensions.k8s.io/CustomResourceDefinition" => self.instances(),
            _ => {}
        }
    }

    /// The lists of the table.
    pub(super) fn of_table(&mut self, name: &str) {
        for (_, group, plural, how) in TABLE.iter().filter(|(of, ..)| *of == self.context.name) {
            let everything = Selector::default;
            let (selector, keep) = match *how {
                How::Selected(field) => match of_field(field, name) {
                    Some(selector) => (selector, Keep::All),
                    None => continue,
                },
                How::Field(field) => (everything(), Keep::Field(field, name.to_owned())),
                How::Item(items, field) => {
                    (everything(), Keep::Item(items, field, name.to_owned()))
                }
                How::Names(own) => (everything(), Keep::Names(own, name.to_owned())),
            };
            self.add(group, plural, selector, keep);
        }
        for (_, own) in NAMED_BY_TEMPLATES.iter().filter(|(of, _)| *of == self.context.name) {
            for list in TEMPLATED {
                let keep = if list.may_be_controlled { Keep::NamesAlone } else { Keep::Names };
                self.add(list.group, list.plural, Selector::default(), keep(own, name.to_owned()));
            }
        }
    }

    /// What finds a pod, or the pods of a workload, by their labels, and what scales the workload.
    pub(super) fn of_labels(&mut self, name: &str) {
        let object = self.context.object;
        let is_pod = self.context.name == "Pod";
        let is_workload = matches!(
            self.context.name.as_str(),
            "apps/Deployment"
                | "apps/ReplicaSet"
                | "apps/StatefulSet"
                | "apps/DaemonSet"
                | "batch/Job"
                | "ReplicationController"
        );
        if !is_pod && !is_workload {
            return;
        }
        let at = if is_pod { &object["metadata"] } else { &object["spec"]["template"]["metadata"] };
        let labels = || at["labels"].clone();
        if is_pod {
            let uid = text(object, ".metadata.uid").to_owned();
            let keep = Keep::Item(".endpoints", ".targetRef.uid", uid);
            self.add("discovery.k8s.io", "endpointslices", Selector::default(), keep);
            self.claims(text(object, ".metadata.uid"));
        } else if !matches!(self.context.name.as_str(), "apps/DaemonSet" | "batch/Job") {
            let keep = Keep::Scales(self.context.kind.to_owned(), name.to_owned());
            self.add_as("autoscalers", "autoscaling", "horizontalpodautoscalers", keep);
        }
        self.add_as("services", "", "services", Keep::Selects(".spec.selector", labels(), true));
        let keep = Keep::Selects(".spec.selector", labels(), false);
        self.add_as("budgets", "policy", "poddisruptionbudgets", keep);
        let keep = Keep::Selects(".spec.podSelector", labels(), false);
        self.add_as("policies", "networking.k8s.io", "networkpolicies", keep);
    }

    /// Whatever of the API server sends requests to a Service.
    fn callers(&mut self, name: &str) {
        let Some(namespace) = self.context.namespace else { return };
        for (group, plural) in [
            ("admissionregistration.k8s.io", "validatingwebhookconfigurations"),
            ("admissionregistration.k8s.io", "mutatingwebhookconfigurations"),
            ("apiregistration.k8s.io", "apiservices"),
            ("apiextensions.k8s.io", "customresourcedefinitions"),
        ] {
            let keep = Keep::Calls(namespace.to_owned(), name.to_owned());
            self.add(group, plural, Selector::default(), keep);
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
        let tokens = of_field("type", "kubernetes.io/service-account-token");
        let own = Keep::Annotated("kubernetes.io/service-account.name", name.to_owned());
        if let (Some(tokens), Some(resource)) = (tokens, self.context.resource("", "secrets")) {
            self.push("token secrets", resource, Some(namespace), tokens, own);
        }
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

    pub(super) fn owners(&mut self) {
        for owner in list(self.context.object, ".metadata.ownerReferences") {
            self.by_kind("owner", owner);
        }
    }

    /// The resource of a reference with a kind and a version.
    fn kind(&self, reference: &Value) -> Option<Arc<Resource>> {
        let version = GroupVersion::parse(text(reference, ".apiVersion"));
        let known = self.context.discovery.version(&version)?;
        let kind = text(reference, ".kind");
        known.resources.iter().flatten().find(|resource| *resource.kind == *kind).cloned()
    }

    /// One object that a reference with a kind and a version names.
    fn by_kind(&mut self, label: &str, reference: &Value) {
        let selector = of_field("metadata.name", text(reference, ".name"));
        if let (Some(resource), Some(selector)) = (self.kind(reference), selector) {
            self.push(label, &resource, self.context.namespace, selector, Keep::All);
        }
    }

    /// The pods of what an autoscaler scales, whose selector its scale has.
    fn scaled(&mut self, target: &Value) {
        let Some(resource) = self.kind(target) else { return };
        if !resource.readable().any(|subresource| &*subresource.name == "scale") {
            return;
        }
        let namespace = self.context.namespace;
        let name = text(target, ".name").into();
        let gvr = resource.gvr.clone();
        let path = ObjectPath { gvr, namespace: namespace.map(Namespace::new), name };
        let scale = Request::get(path.subresource("scale"), Form::Json);
        self.pods("pods", namespace, Selector::default(), Some(After::Scale(scale)));
    }

    /// The routes of the Gateway API that have a Service as backend, of each kind that is served.
    fn routes(&mut self, name: &str) {
        let group = self.context.discovery.group(&Group::new("gateway.networking.k8s.io"));
        let versions = group.into_iter().flat_map(|group| group.versions.iter());
        let resources = versions.flat_map(|version| version.resources.iter().flatten());
        let mut plurals: Vec<Arc<str>> = Vec::new();
        for resource in resources.filter(|resource| resource.gvr.resource.ends_with("routes")) {
            let plural = &resource.gvr.resource;
            if let (Some(namespace), false) = (self.context.namespace, plurals.contains(plural)) {
                plurals.push(Arc::clone(plural));
                let keep = Keep::Routes(namespace.to_owned(), name.to_owned());
                self.push(plural, resource, Some(namespace), Selector::default(), keep);
            }
        }
    }

    /// One object by its name, unless that is empty.
    fn named(&mut self, group: &str, plural: &str, name: &str, namespace: Option<&str>) {
        let selector = of_field("metadata.name", name).filter(|_| !name.is_empty());
        if let (Some(resource), Some(selector)) = (self.context.resource(group, plural), selector) {
            self.push(plural, resource, namespace, selector, Keep::All);
        }
    }

    /// Events are in the namespace of their object; those of cluster-scoped objects are in `default`, and the
    /// kubelet writes those of its node without the uid.
    pub(super) fn events(&mut self, name: &str, uid: &str) {
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

    fn add_as(&mut self, label: &str, group: &str, plural: &str, keep: Keep) {
        if let Some(resource) = self.context.resource(group, plural) {
            self.push(label, resource, self.context.namespace, Selector::default(), keep);
        }
    }

    pub(super) fn add(&mut self, group: &str, plural: &str, selector: Selector, keep: Keep) {
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
            self.found.push(Related { label, resource, namespace, selector, keep, after: None });
        }
    }
}
