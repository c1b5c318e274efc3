//! The form of a row of the reference table.

/// A field of built-in objects that refers to something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    /// The kinds that have the field, separated by spaces: `Pod`, or `apps/Deployment` outside of the
    /// core group. `*` is every kind, [`PODS`] every kind with the spec of a pod, [`VOLUMES`] of a
    /// persistent volume.
    pub(super) kinds: &'static str,
    /// The pattern of the field's path. `{pod}` or `{volume}` is the path of such a spec.
    pub(super) at: &'static str,
    /// What it refers to.
    pub(super) to: To,
    /// The path of the target's namespace, relative to the map that holds the field; empty for the
    /// object's own. It is ignored if the target is cluster-scoped.
    pub(super) namespace: &'static str,
    /// The path of the namespace where that one is missing, relative to the same map.
    pub(super) or: &'static str,
    /// True if the field always refers to what the table says.
    pub(super) is_sure: bool,
    /// Whether the target may be missing.
    pub(super) optional: Optional,
}

/// Every kind with the spec of a pod.
pub(super) const PODS: &str = "{pod}";

/// Every kind with the spec of a persistent volume.
pub(super) const VOLUMES: &str = "{volume}";

/// What a field refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum To {
    /// The object of that name: the group and the plural name of its resource.
    Object(&'static str, &'static str),
    /// The object of that name, whose resource or kind is beside the name: `apiVersion`, `apiGroup` or
    /// `group`, and `kind` or `resource`.
    Reference,
    /// The key in the data of an object: its group, resource, and where its name is.
    Key(&'static str, &'static str, &'static str),
    /// The port of a Service; where the Service's name is.
    Port(&'static str),
    /// The item of that name in a list of the same object.
    Item(&'static str),
    /// The objects that a label selector selects: their group and resource.
    Selected(&'static str, &'static str, Empty),
    /// The objects with a field of that value: their group and resource, and the field selector.
    WithField(&'static str, &'static str, &'static str),
    /// The API version.
    Version,
    /// Several resources, by rules of their own.
    Special(Special),
}

/// What a selector without conditions selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Empty {
    /// Everything.
    All,
    /// Nothing.
    None,
}

/// Whether the target of a reference may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Optional {
    Never,
    Always,
    /// If the field at this path is true, relative to the map that holds the reference.
    If(&'static str),
}

/// References with a form of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Special {
    /// `.kind` of the object: the collection that it is in.
    OwnCollection,
    /// The field of the same pod that a `fieldRef` names.
    Field,
    /// The claim of an ephemeral volume: `POD-VOLUME`.
    EphemeralClaim,
    /// The part of an object that an event is about, or the object.
    EventPart,
    /// A host name that may be that of a Service.
    ServiceHost,
    /// The terms of a node selector.
    NodeTerm,
    /// A user or group that may be service accounts or a node.
    Identity,
    /// A resource named by a rule of a role or a webhook.
    RuleResource,
    /// An object named by a rule of a role.
    RuleName,
    /// The holder of a lease.
    Holder,
    /// A CSI driver in the name of an attached volume.
    AttachedDriver,
    /// A secret named by the parameters of a storage class.
    StorageSecret,
    /// The group and version of an API service.
    ServedVersion,
    /// A version of a custom resource.
    CustomVersion,
    /// The kind of the parameters of an admission policy.
    ParamKind,
    /// The pods of a label selector beside a list or a selector of namespaces.
    PodsElsewhere,
    /// An `apiGroup` and `resource` beside each other.
    Resource,
    /// The quota's priority classes.
    QuotaScope,
    /// The objects of the same resource with this label.
    SameLabel,
    /// The revision of a pod's StatefulSet.
    Revision,
    /// The Secrets of a Helm release.
    HelmRelease,
}

/// A reference to the object of that name.
pub(super) const fn object(
    kinds: &'static str,
    at: &'static str,
    group: &'static str,
    resource: &'static str,
) -> Rule {
    rule(kinds, at, To::Object(group, resource))
}

/// A reference whose kind is beside it.
pub(super) const fn reference(kinds: &'static str, at: &'static str) -> Rule {
    rule(kinds, at, To::Reference)
}

/// A label selector, or a map of labels.
pub(super) const fn selected(
    kinds: &'static str,
    at: &'static str,
    group: &'static str,
    resource: &'static str,
    empty: Empty,
) -> Rule {
    rule(kinds, at, To::Selected(group, resource, empty))
}

/// A reference with a form of its own.
pub(super) const fn special(kinds: &'static str, at: &'static str, form: Special) -> Rule {
    rule(kinds, at, To::Special(form))
}

/// A reference to anything.
pub(super) const fn rule(kinds: &'static str, at: &'static str, to: To) -> Rule {
    Rule { kinds, at, to, namespace: "", or: "", is_sure: true, optional: Optional::Never }
}

impl Rule {
    /// The same reference, but it may refer to nothing.
    pub(super) const fn may_be(self) -> Self {
        Self { is_sure: false, ..self }
    }

    /// The same reference, and its target may be missing.
    pub(super) const fn optional(self) -> Self {
        Self { optional: Optional::Always, ..self }
    }

    /// The same reference, and its target may be missing if that field is true.
    pub(super) const fn optional_if(self, at: &'static str) -> Self {
        Self { optional: Optional::If(at), ..self }
    }

    /// The same reference into the namespace at a path.
    pub(super) const fn within(self, at: &'static str) -> Self {
        Self { namespace: at, ..self }
    }

    /// The same reference, into the namespace at another path if there is none at the first.
    pub(super) const fn or_within(self, at: &'static str) -> Self {
        Self { or: at, ..self }
    }
}
