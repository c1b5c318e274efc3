//! What the names of fields tell about their values.

/// A resource that the name of a field means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::object::links) struct Known {
    pub(in crate::object::links) group: &'static str,
    pub(in crate::object::links) resource: &'static str,
    /// True if the name of the field means nothing else.
    pub(in crate::object::links) is_sure: bool,
    /// True if only a map with a name is a reference.
    pub(in crate::object::links) needs_name: bool,
}

/// Names of fields in lower case, those with a `*` by their ends, and what they mean.
const KNOWN: &[(&str, &str, &str)] = &[
    ("*secretname", "", "secrets"),
    ("*secretref", "", "secrets"),
    ("*secretkeyref", "", "secrets"),
    ("*passwordsecret", "", "secrets"),
    ("credentialssecret", "", "secrets"),
    ("imagepullsecrets", "", "secrets"),
    ("writeconnectionsecrettoref", "", "secrets"),
    ("*configmapname", "", "configmaps"),
    ("*configmapref", "", "configmaps"),
    ("*configmapkeyref", "", "configmaps"),
    ("*serviceaccountname", "", "serviceaccounts"),
    ("serviceaccountref", "", "serviceaccounts"),
    ("*servicename", "", "services"),
    ("serviceref", "", "services"),
    ("claimname", "", "persistentvolumeclaims"),
    ("persistentvolumeclaimname", "", "persistentvolumeclaims"),
    ("pvcname", "", "persistentvolumeclaims"),
    ("existingclaim", "", "persistentvolumeclaims"),
    ("persistentvolumename", "", "persistentvolumes"),
    ("storageclassname", "storage.k8s.io", "storageclasses"),
    ("storageclass", "storage.k8s.io", "storageclasses"),
    ("ingressclassname", "networking.k8s.io", "ingressclasses"),
    ("ingressclass", "networking.k8s.io", "ingressclasses"),
    ("nodename", "", "nodes"),
    ("hostnode", "", "nodes"),
    ("podname", "", "pods"),
    ("jobname", "batch", "jobs"),
    ("deploymentname", "apps", "deployments"),
    ("statefulsetname", "apps", "statefulsets"),
    ("*namespace", "", "namespaces"),
];

/// Those that mean nothing else.
const SURE: &[(&str, &str, &str)] = &[
    ("namespace", "", "namespaces"),
    ("gatewayclassname", "gateway.networking.k8s.io", "gatewayclasses"),
    ("priorityclassname", "scheduling.k8s.io", "priorityclasses"),
    ("runtimeclassname", "node.k8s.io", "runtimeclasses"),
    ("deviceclassname", "resource.k8s.io", "deviceclasses"),
    ("volumeattributesclassname", "storage.k8s.io", "volumeattributesclasses"),
    ("volumesnapshotclassname", "snapshot.storage.k8s.io", "volumesnapshotclasses"),
];

/// Those whose value is a map with a name.
const MAPS: &[(&str, &str, &str)] = &[
    ("configmap", "", "configmaps"),
    ("service", "", "services"),
    ("serviceaccount", "", "serviceaccounts"),
];

/// Groups that some projects use where a reference names none.
const DEFAULTS: &[(&str, &str, &str)] = &[
    ("parentRefs", "gateway.networking.k8s.io", "Gateway"),
    ("backendRef", "", "Service"),
    ("backendRefs", "", "Service"),
    ("certificateRefs", "", "Secret"),
    ("caCertificateRefs", "", "ConfigMap"),
    ("issuerRef", "cert-manager.io", "Issuer"),
    ("scaleTargetRef", "apps", "Deployment"),
    ("secretStoreRef", "external-secrets.io", "SecretStore"),
    ("taskRef", "tekton.dev", "Task"),
    ("pipelineRef", "tekton.dev", "Pipeline"),
    ("compositionRef", "apiextensions.crossplane.io", "Composition"),
];

/// Returns what the name of a field means.
pub(in crate::object::links) fn known(key: &str) -> Option<Known> {
    let key = key.to_lowercase();
    let find = |names: &[(&'static str, &'static str, &'static str)]| {
        let mut names = names.iter();
        names
            .find(|(name, ..)| match name.strip_prefix('*') {
                Some(end) => key.ends_with(end),
                None => key == *name,
            })
            .map(|(_, group, resource)| (*group, *resource))
    };
    let of =
        |(group, resource), is_sure, needs_name| Known { group, resource, is_sure, needs_name };
    find(SURE)
        .map(|it| of(it, true, false))
        .or_else(|| find(KNOWN).map(|it| of(it, false, false)))
        .or_else(|| find(MAPS).map(|it| of(it, false, true)))
}

/// Returns the group and the kind of a reference in a field of that name, where the reference does not
/// say them.
pub(in crate::object::links) fn default_kind(key: &str) -> Option<(&'static str, &'static str)> {
    let found = DEFAULTS.iter().find(|(name, ..)| *name == key);
    found.map(|(_, group, kind)| (*group, *kind))
}

/// Returns the name of a field without the ending that makes it a reference: `issuer` of `issuerRef`.
pub(in crate::object::links) fn stem(key: &str) -> Option<&str> {
    let ends = ["References", "Reference", "Refs", "Ref", "KeySelector"];
    let stem = ends.iter().find_map(|end| key.strip_suffix(end))?;
    (!stem.is_empty()).then_some(stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_fields_mean_resources() {
        for (key, resource) in [
            ("secretName", Some("secrets")),
            ("tlsSecretName", Some("secrets")),
            ("bootstrapTokenSecretRef", Some("secrets")),
            ("serviceAccountName", Some("serviceaccounts")),
            ("serviceName", Some("services")),
            ("targetNamespace", Some("namespaces")),
            ("configMap", Some("configmaps")),
            ("hostname", None),
            ("name", None),
        ] {
            assert_eq!(known(key).map(|known| known.resource), resource, "{key}");
        }
        assert!(known("namespace").is_some_and(|known| known.is_sure));
        assert!(known("targetNamespace").is_some_and(|known| !known.is_sure));
    }
}
