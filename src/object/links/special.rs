//! References with a form of their own.

use serde_json::Value;

use super::pattern::{Found, matches};
use super::resolve::{Context, Meaning, list_of, of_resource};
use super::rule::Special;
use super::{Place, Target, selector};
use crate::k8s::names::GroupVersion;
use crate::k8s::selector::Selector;
use crate::object::path::{self, text};

/// Returns what a field refers to.
pub(super) fn target(context: &Context<'_>, form: Special, found: &Found<'_>) -> Option<Target> {
    match form {
        Special::OwnCollection => own(context, Selector::default()),
        Special::SameLabel => own(context, selector::of_label(found.last_key(), found.text()?)?),
        Special::Field => field(context, found.text()?),
        Special::EphemeralClaim => {
            let (pod, volume) =
                (text(context.object, ".metadata.name"), found.text_beside("name")?);
            let claim = format!("{pod}-{volume}");
            context.object("", "persistentvolumeclaims", &claim, context.namespace, None)
        }
        Special::EventPart => event_part(context, found),
        Special::ServiceHost => {
            let mut labels = found.text()?.split('.');
            let (name, namespace) = (labels.next()?, labels.next()?);
            labels.next().filter(|word| *word == "svc")?;
            context.object("", "services", name, Some(namespace), None)
        }
        Special::NodeTerm => node_term(context, found.value()),
        Special::Identity => identity(context, found),
        Special::RuleResource => {
            let (group, plural) = of_rule(context, found, found.text()?)?;
            list_of(context.resource(group, plural)?, None, Selector::default())
        }
        Special::RuleName => rule_name(context, found),
        Special::Holder => holder(context, found.text()?),
        Special::AttachedDriver => {
            let name = found.text()?.strip_prefix("kubernetes.io/csi/")?;
            let driver = name.split_once('^')?.0;
            context.object("storage.k8s.io", "csidrivers", driver, None, None)
        }
        Special::StorageSecret => {
            let key = found.last_key().strip_prefix("csi.storage.k8s.io/")?;
            let kind = key.strip_suffix("-secret-name")?;
            let namespace = format!("csi.storage.k8s.io/{kind}-secret-namespace");
            let namespace = found.holder()?.get(&namespace)?.as_str()?;
            let is_template = |text: &str| text.contains("${");
            let name = found.text().filter(|name| !is_template(name) && !is_template(namespace))?;
            context.object("", "secrets", name, Some(namespace), None)
        }
        Special::ServedVersion => {
            let version = GroupVersion::new(found.text_beside("group")?, found.text()?);
            context.version(&version.to_string())
        }
        Special::CustomVersion => custom_version(context, found),
        Special::ParamKind => match context.meaning(found.holder()?)? {
            Meaning::One(resource, _) => list_of(resource, None, Selector::default()),
            _ => None,
        },
        Special::PodsElsewhere => pods_elsewhere(context, found),
        Special::Resource => {
            let group = found.text_beside("group").unwrap_or_default();
            context.list(group, found.text()?, None, Selector::default())
        }
        Special::QuotaScope => {
            found.text_beside("../scopeName").filter(|scope| *scope == "PriorityClass")?;
            context.object("scheduling.k8s.io", "priorityclasses", found.text()?, None, None)
        }
        Special::Revision => {
            let owners = path::list(context.object, ".metadata.ownerReferences");
            owners.iter().find(|owner| text(owner, ".kind") == "StatefulSet")?;
            context.object("apps", "controllerrevisions", found.text()?, context.namespace, None)
        }
        Special::HelmRelease => {
            let namespace = found.holder()?.get("meta.helm.sh/release-namespace");
            let namespace = namespace.and_then(Value::as_str).or(context.namespace);
            let release = selector::of_label("name", found.text()?)?.labels?;
            let selector = selector::of_labels(format!("owner=helm,{release}"));
            context.list("", "secrets", namespace, selector)
        }
    }
}

/// Returns the collection that the object is in.
fn own(context: &Context<'_>, selector: Selector) -> Option<Target> {
    let version = GroupVersion::parse(text(context.object, ".apiVersion"));
    let known = context.discovery.version(&version)?.resources.iter().flatten();
    let mut same = known.filter(|resource| *resource.kind == *context.kind);
    list_of(same.next()?, context.namespace, selector)
}

/// Returns the line of the field that a `fieldRef` names. A template has the labels and the annotations
/// of its pods only.
fn field(context: &Context<'_>, field_path: &str) -> Option<Target> {
    let template = context.pod?.strip_suffix("spec")?;
    let is_of_template = ["metadata.labels", "metadata.annotations"];
    let is_known =
        template.is_empty() || is_of_template.iter().any(|begin| field_path.starts_with(begin));
    let line = format!(".{template}{field_path}");
    (is_known && path::find(context.object, &line).is_some()).then_some(Target::Line(line))
}

/// Returns the object of an event, at the part that the event is about: `spec.containers{web}`.
fn event_part(context: &Context<'_>, found: &Found<'_>) -> Option<Target> {
    let (list, name) = found.text()?.strip_suffix('}')?.split_once('{')?;
    let list = match list {
        "spec.containers" => ".spec.containers",
        "spec.initContainers" => ".spec.initContainers",
        "spec.ephemeralContainers" => ".spec.ephemeralContainers",
        _ => return None,
    };
    let namespace = found.text_beside("namespace").or(context.namespace);
    let target = context.reference(found.holder()?, found.text_beside("name")?, namespace)?;
    let Target::Object { path, kind, uid, .. } = target else { return None };
    let place = Some(Place::Item { list, field: "name", value: name.to_owned() });
    Some(Target::Object { path, kind, place, uid })
}

/// Returns the nodes of a term of a node selector. Its conditions on the order of numbers have no form in
/// a query.
fn node_term(context: &Context<'_>, term: &Value) -> Option<Target> {
    let list = |field: &str| term.get(field).and_then(Value::as_array).into_iter().flatten();
    let labels: Option<Vec<String>> = list("matchExpressions").map(selector::condition).collect();
    let fields: Option<Vec<Selector>> = list("matchFields")
        .map(|condition| {
            let value = path::list(condition, ".values").first()?.as_str()?;
            let is_name = text(condition, ".key") == "metadata.name";
            let is_in = text(condition, ".operator") == "In";
            (is_name && is_in).then(|| selector::of_field("metadata.name", value)).flatten()
        })
        .collect();
    let fields = fields?.into_iter().find_map(|selector| selector.fields);
    let selector = Selector { fields, ..selector::of_labels(labels?.join(",")) };
    if selector.is_everything() {
        return None;
    }
    context.list("", "nodes", None, selector)
}

/// Returns the service accounts or the node that a user or a group is.
fn identity(context: &Context<'_>, found: &Found<'_>) -> Option<Target> {
    const ACCOUNT: &str = "serviceaccounts";
    let name = found.text()?;
    match found.text_beside("kind").unwrap_or("User") {
        "ServiceAccount" => {
            let namespace = found.text_beside("namespace").or(context.namespace);
            context.object("", ACCOUNT, name, namespace, None)
        }
        "User" => {
            if let Some(node) = name.strip_prefix("system:node:") {
                return context.object("", "nodes", node, None, None);
            }
            let (namespace, name) = name.strip_prefix("system:serviceaccount:")?.split_once(':')?;
            context.object("", ACCOUNT, name, Some(namespace), None)
        }
        "Group" => {
            let rest = name.strip_prefix("system:serviceaccounts")?;
            let namespace = rest.strip_prefix(':');
            if !rest.is_empty() && namespace.is_none() {
                return None;
            }
            context.list("", ACCOUNT, namespace, Selector::default())
        }
        _ => None,
    }
}

/// Returns the group and the plural name of a resource of a rule, which has several groups. Subresources
/// belong to their resource.
fn of_rule<'a>(
    context: &Context<'_>,
    found: &Found<'a>,
    resource: &'a str,
) -> Option<(&'a str, &'a str)> {
    let plural = resource.split('/').next()?;
    let groups = found.beside("../apiGroups")?.as_array()?.iter().filter_map(Value::as_str);
    let mut served = groups.filter(|group| context.resource(group, plural).is_some());
    Some((served.next()?, plural))
}

/// Returns the object that a rule of a role is limited to, if the rule has one resource.
fn rule_name(context: &Context<'_>, found: &Found<'_>) -> Option<Target> {
    let [resource] = found.beside("../resources")?.as_array()?.as_slice() else { return None };
    let (group, plural) = of_rule(context, found, resource.as_str()?)?;
    let target =
        of_resource(context.resource(group, plural)?, found.text()?, context.namespace, None)?;
    matches!(target, Target::Object { .. }).then_some(target)
}

/// Returns the node or the pod that holds a lease.
fn holder(context: &Context<'_>, holder: &str) -> Option<Target> {
    if context.namespace == Some("kube-node-lease") {
        return context.object("", "nodes", holder, None, None);
    }
    let pod = holder.rsplit_once('_')?.0;
    context.object("", "pods", pod, context.namespace, None)
}

/// Returns the collection of a version of a custom resource; for its plural name, of the version that is
/// stored.
fn custom_version(context: &Context<'_>, found: &Found<'_>) -> Option<Target> {
    let group = text(context.object, ".spec.group");
    let plural = text(context.object, ".spec.names.plural");
    let version = match found.last_key() {
        "plural" => {
            let versions = matches(Found::root(context.object), "spec.versions[*]");
            let stored = versions
                .iter()
                .find(|version| version.value().get("storage") == Some(&Value::Bool(true)))?;
            stored.value().get("name")?.as_str()?
        }
        _ => found.text()?,
    };
    let resource =
        context.discovery.version(&GroupVersion::new(group, version))?.resource(plural)?;
    list_of(resource, None, Selector::default())
}

/// Returns the pods of a selector that stands beside namespaces or a selector of them. The pods of
/// selected namespaces are among those of all.
fn pods_elsewhere(context: &Context<'_>, found: &Found<'_>) -> Option<Target> {
    let labels = selector::labels(found.value())?;
    let selects = found.beside("namespaceSelector").is_some_and(|selector| !selector.is_null());
    let named = found.beside("namespaces").and_then(Value::as_array);
    let namespace = match named.map(Vec::as_slice) {
        _ if selects => None,
        Some([one]) => Some(one.as_str()?),
        Some([_, _, ..]) => None,
        _ => context.namespace,
    };
    context.list("", "pods", namespace, selector::of_labels(labels))
}
