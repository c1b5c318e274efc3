//! What a comparison leaves out, and why: fields that differ between any two objects, or that the server
//! or a default fills in.

mod defaults;

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::Options;
use super::align::is_token_volume;
use crate::k8s::quantity::Quantity;
use crate::object::mask::Masker;
use crate::object::path::push_key;
use crate::object::schema::{GroupVersionKind, KindSchema};

/// Why a difference is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// The server counts or identifies the object.
    Server,
    /// A copy of what was applied, or of other fields.
    Applied,
    /// The name of the object, and what is named after it.
    Names,
    /// Where it runs: the node, addresses, ports and volumes that were assigned.
    Node,
    /// Its status.
    Status,
    /// One side has the default, the other has nothing.
    Defaults,
    /// The same quantity or number, written differently.
    Spelling,
    /// The user chose to ignore it.
    Ignored,
    /// Of what containers see: it is the same on both sides.
    Equal,
    /// Of what containers see: it is another one in every pod.
    PerPod,
    /// Of what containers see: neither side knows it.
    Unknown,
}

impl Group {
    /// The groups of differences between objects. The first that fits takes a difference.
    pub const ALL: [Self; 8] = [
        Self::Ignored,
        Self::Server,
        Self::Applied,
        Self::Names,
        Self::Node,
        Self::Status,
        Self::Defaults,
        Self::Spelling,
    ];

    /// Returns the name, as in `--keep` and on screen.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Applied => "applied",
            Self::Names => "names",
            Self::Node => "node",
            Self::Status => "status",
            Self::Defaults => "defaults",
            Self::Spelling => "spelling",
            Self::Ignored => "ignored",
            Self::Equal => "equal",
            Self::PerPod => "per pod",
            Self::Unknown => "unknown",
        }
    }

    /// True if it is left out between two versions of one object.
    fn is_of_versions(self) -> bool {
        matches!(self, Self::Ignored | Self::Server | Self::Applied | Self::Spelling)
    }
}

/// Fields that identify or count, with the pattern of their path.
const SERVER: [&str; 7] = [
    ".metadata.uid",
    ".metadata.resourceVersion",
    ".metadata.generation",
    ".metadata.creationTimestamp",
    ".metadata.selfLink",
    MANAGED_FIELDS,
    ".status.observedGeneration",
];

const MANAGED_FIELDS: &str = ".metadata.managedFields";

/// Annotations with copies of other fields.
const APPLIED: [&str; 5] = [
    "kubectl.kubernetes.io/last-applied-configuration",
    "deployment.kubernetes.io/revision",
    "deployment.kubernetes.io/revision-history",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
];

const NAMES: [&str; 3] = [".metadata.name", ".metadata.namespace", ".metadata.generateName"];

/// Labels that are derived from names and UIDs.
const LABELS: [&str; 8] = [
    "pod-template-hash",
    "controller-revision-hash",
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-name",
    "controller-uid",
    "job-name",
];

/// The maps of labels in which those are.
const LABELLED: [&str; 4] = [
    ".metadata.labels",
    ".spec.selector.matchLabels",
    ".spec.template.metadata.labels",
    ".spec.jobTemplate.spec.template.metadata.labels",
];

const POD_NODE: [&str; 8] = [
    ".spec.nodeName",
    ".status.hostIP",
    ".status.hostIPs",
    ".status.podIP",
    ".status.podIPs",
    ".status.startTime",
    ".status.nominatedNodeName",
    ".status.nodeName",
];

const SERVICE_NODE: [&str; 4] =
    [".spec.clusterIP", ".spec.clusterIPs", ".spec.healthCheckNodePort", ".spec.ports[].nodePort"];

/// The tolerations that the API server adds to every pod.
const ADDED_TOLERATIONS: [&str; 2] =
    ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

/// True for a value that is one difference, however much of it differs.
pub(super) fn is_whole(pattern: &str) -> bool {
    pattern == MANAGED_FIELDS
}

/// The two objects, as far as they decide what is left out.
#[derive(Debug)]
pub(super) struct Context<'a> {
    left: &'a Value,
    right: &'a Value,
    options: &'a Options,
    is_one_object: bool,
    is_secret: bool,
    /// The schema of the kind, if both sides are of it and it is known.
    schema: Option<KindSchema<'a>>,
}

impl<'a> Context<'a> {
    pub(super) fn of(left: &'a Value, right: &'a Value, options: &'a Options) -> Self {
        let uid = |side: &'a Value| side.pointer("/metadata/uid").and_then(Value::as_str);
        let is_one_object = uid(left).is_some() && uid(left) == uid(right);
        let is_secret = left["kind"] == "Secret" || right["kind"] == "Secret";
        let kind = GroupVersionKind::of(left);
        let kind = kind.filter(|kind| GroupVersionKind::of(right).as_ref() == Some(kind));
        let schemas = options.schemas.as_deref();
        let schema = schemas.zip(kind).and_then(|(schemas, kind)| KindSchema::new(schemas, &kind));
        Self { left, right, options, is_one_object, is_secret, schema }
    }

    /// True if the values of a Secret are masked.
    pub(super) fn masks(&self) -> bool {
        self.is_secret && !self.options.shows_secrets
    }

    /// Returns what makes the tags of masked values, if they have some.
    pub(super) fn masker(&self) -> Option<&Masker> {
        self.options.masker.as_ref()
    }

    /// True if a side is of a kind.
    pub(super) fn has_kind(&self, kind: &str) -> bool {
        self.left["kind"] == kind || self.right["kind"] == kind
    }

    /// Returns the schema of the kind, if it is known.
    pub(super) fn schema(&self) -> Option<&KindSchema<'a>> {
        self.schema.as_ref()
    }

    /// True if nothing is left out.
    pub(super) fn is_all(&self) -> bool {
        self.options.all
    }

    /// True if the user chose to ignore a path.
    pub(super) fn ignores(&self, pattern: &str) -> bool {
        !self.options.all && self.options.ignored.iter().any(|path| matches(path, pattern))
    }

    /// Returns the group of a difference; `None` if it counts. `parents` are the values that contain it.
    pub(super) fn group(
        &self,
        pattern: &str,
        left: Option<&Value>,
        right: Option<&Value>,
        parents: Option<(&Value, &Value)>,
    ) -> Option<Group> {
        if self.options.all {
            return None;
        }
        let fits = |group: &Group| match group {
            Group::Ignored => self.ignores(pattern),
            Group::Server => SERVER.contains(&pattern),
            Group::Applied => {
                APPLIED.iter().any(|key| is_in(pattern, ".metadata.annotations", key))
            }
            Group::Names => self.is_name(pattern, left, right, parents),
            Group::Node => self.is_of_node(pattern, left.or(right)),
            Group::Status => pattern.starts_with(".status"),
            Group::Defaults => self.is_added(pattern, left, right),
            Group::Spelling => self.is_spelling(pattern, left, right),
            Group::Equal | Group::PerPod | Group::Unknown => false,
        };
        let mut groups = Group::ALL.into_iter();
        groups.find(|group| {
            let applies = !self.is_one_object || group.is_of_versions();
            applies && !self.options.kept.contains(group) && fits(group)
        })
    }

    fn is_name(
        &self,
        pattern: &str,
        left: Option<&Value>,
        right: Option<&Value>,
        parents: Option<(&Value, &Value)>,
    ) -> bool {
        if NAMES.contains(&pattern)
            || LABELS.iter().any(|key| LABELLED.iter().any(|map| is_in(pattern, map, key)))
        {
            return true;
        }
        let own = |side: &'a Value| side.pointer("/metadata/name");
        match pattern {
            ".spec.hostname" => left == own(self.left) && right == own(self.right),
            ".metadata.ownerReferences[].uid" | ".metadata.ownerReferences[].name" => {
                parents.is_some_and(|(left, right)| left["kind"] == right["kind"])
            }
            _ => {
                let is_token = |side: Option<&Value>| {
                    side.and_then(Value::as_str).is_some_and(is_token_volume)
                };
                pattern.ends_with("[].name") && is_token(left) && is_token(right)
            }
        }
    }

    fn is_of_node(&self, pattern: &str, value: Option<&Value>) -> bool {
        let kind = self.left["kind"].as_str().unwrap_or_default();
        match kind {
            "Pod" => {
                let key = value.and_then(|value| value["key"].as_str()).unwrap_or_default();
                POD_NODE.iter().any(|top| is_at_or_below(pattern, top))
                    || pattern.starts_with(".status.") && pattern.ends_with(".containerID")
                    || pattern == ".spec.tolerations[]" && ADDED_TOLERATIONS.contains(&key)
            }
            "Service" => SERVICE_NODE.iter().any(|top| is_at_or_below(pattern, top)),
            "PersistentVolumeClaim" => pattern == ".spec.volumeName",
            _ => false,
        }
    }

    /// True if one side alone has the value, and it is what the server fills in.
    fn is_added(&self, pattern: &str, left: Option<&Value>, right: Option<&Value>) -> bool {
        let ((Some(value), None) | (None, Some(value))) = (left, right) else { return false };
        let is_token = value["name"].as_str().is_some_and(is_token_volume);
        let documented = || self.schema.as_ref()?.default(pattern);
        is_token && (pattern.ends_with(".volumes[]") || pattern.ends_with(".volumeMounts[]"))
            || defaults::is_default(pattern, value)
            || documented().is_some_and(|default| default == *value)
    }

    /// True if both sides are the same number, the same quantity where the API has one, or the same bytes in
    /// Base64.
    fn is_spelling(&self, pattern: &str, left: Option<&Value>, right: Option<&Value>) -> bool {
        let (Some(left), Some(right)) = (left, right) else { return false };
        if let (Value::Number(left), Value::Number(right)) = (left, right) {
            return left.as_f64() == right.as_f64();
        }
        let text = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let quantity = |value| Quantity::parse(&text(value)?).ok();
        let is_quantity = || {
            let of_schema = self.schema.as_ref().is_some_and(|it| it.is_quantity(pattern));
            of_schema || is_quantity(pattern)
        };
        let bytes = |value: &Value| STANDARD.decode(value.as_str()?.trim_end()).ok();
        let is_data = self.is_secret && pattern.starts_with(".data");
        is_data && bytes(left).is_some_and(|left| Some(left) == bytes(right))
            || is_quantity()
                && quantity(left).zip(quantity(right)).is_some_and(|(left, right)| {
                    (left.value(), left.milli()) == (right.value(), right.milli())
                })
    }
}

/// True if a pattern is that of a key in a map.
fn is_in(pattern: &str, map: &str, key: &str) -> bool {
    let Some(rest) = pattern.strip_prefix(map) else { return false };
    let mut step = String::new();
    push_key(key, &mut step);
    rest == step
}

/// True if a pattern begins with another one that ends at a step.
fn is_at_or_below(pattern: &str, top: &str) -> bool {
    pattern.strip_prefix(top).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// True for the path of a quantity of the built-in kinds.
fn is_quantity(pattern: &str) -> bool {
    const MAPS: [&str; 11] = [
        "limits",
        "requests",
        "capacity",
        "allocatable",
        "hard",
        "used",
        "overhead",
        "default",
        "defaultRequest",
        "max",
        "min",
    ];
    const FIELDS: [&str; 3] = [".sizeLimit", ".divisor", ".averageValue"];
    let quoted = pattern.strip_suffix("']").and_then(|rest| rest.rfind("['"));
    let above = quoted.or(pattern.rfind('.')).map_or("", |at| &pattern[..at]);
    let parent = above.rsplit('.').next().unwrap_or_default();
    FIELDS.iter().any(|field| pattern.ends_with(field)) || MAPS.contains(&parent)
}

/// True if a path of the user stands for a pattern, or for something above it.
fn matches(path: &str, pattern: &str) -> bool {
    let path = without_indices(path);
    let mut rest = pattern;
    let mut parts = path.split('*');
    let Some(after) = rest.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    rest = after;
    for part in parts {
        // A star stays within a step.
        let step =
            rest.get(1..).and_then(|rest| rest.find(['.', '['])).map_or(rest.len(), |at| at + 1);
        let end =
            if part.is_empty() { Some(step) } else { rest.find(part).filter(|at| *at <= step) };
        let Some(at) = end else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    rest.is_empty() || rest.starts_with(['.', '['])
}

/// Returns a path with `[]` in place of indices and keys such as `[3]` and `[name=web]`.
fn without_indices(path: &str) -> Cow<'_, str> {
    let mut found = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('[') {
        found.push_str(before);
        let end = if after.starts_with('\'') { "']" } else { "]" };
        let Some((step, behind)) = after.split_once(end) else { break };
        if end == "']" {
            found.push('[');
            found.push_str(step);
            found.push_str(end);
        } else {
            found.push_str("[]");
        }
        rest = behind;
    }
    if found.is_empty() { Cow::Borrowed(path) } else { Cow::Owned(found + rest) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ignored_path_covers_items_stars_and_what_is_below() {
        let pattern = ".spec.containers[].env[].value";
        for path in [
            ".spec",
            ".spec.containers",
            ".spec.containers[]",
            ".spec.containers[0].env",
            ".spec.containers[name=web].env[].value",
            ".spec.*[].env",
            ".*.containers",
            ".spec.cont*",
        ] {
            assert!(matches(path, pattern), "{path}");
        }
        for path in
            [".spe", ".spec.container", ".spec.*.value", ".status", ".spec.containers[].image"]
        {
            assert!(!matches(path, pattern), "{path}");
        }
        assert!(matches(".metadata.annotations['a/*']", ".metadata.annotations['a/b']"));
    }

    #[test]
    fn quantities_are_where_the_api_has_them() {
        assert!(is_quantity(".spec.containers[].resources.limits.cpu"));
        assert!(is_quantity(".spec.hard['requests.cpu']"));
        assert!(is_quantity(".spec.volumes[].emptyDir.sizeLimit"));
        assert!(!is_quantity(".spec.containers[].args[]"));
        assert!(!is_quantity(".spec.replicas"));
    }
}
