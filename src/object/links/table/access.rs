//! What the objects of access control, certificates, coordination and extensions refer to.

use crate::object::links::rule::{
    Empty, Rule, Special, To, object, reference, rule, selected, special,
};

/// The configurations of webhooks.
const WEBHOOKS: &str = "admissionregistration.k8s.io/ValidatingWebhookConfiguration \
                        admissionregistration.k8s.io/MutatingWebhookConfiguration";
/// Bindings of roles.
const BINDINGS: &str =
    "rbac.authorization.k8s.io/RoleBinding rbac.authorization.k8s.io/ClusterRoleBinding";
/// Roles.
const ROLES: &str = "rbac.authorization.k8s.io/Role rbac.authorization.k8s.io/ClusterRole";
/// Admission policies.
const POLICIES: &str = "admissionregistration.k8s.io/ValidatingAdmissionPolicy \
                        admissionregistration.k8s.io/MutatingAdmissionPolicy";
/// Bindings of admission policies.
const POLICY_BINDINGS: &str = "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding \
                               admissionregistration.k8s.io/MutatingAdmissionPolicyBinding";

pub(super) const TABLE: &[Rule] = &[
    reference(BINDINGS, "roleRef.name"),
    special(BINDINGS, "subjects[*].name", Special::Identity),
    special(ROLES, "rules[*].resources[*]", Special::RuleResource),
    special(ROLES, "rules[*].resourceNames[*]", Special::RuleName).may_be(),
    selected(
        "rbac.authorization.k8s.io/ClusterRole",
        "aggregationRule.clusterRoleSelectors[*]",
        "rbac.authorization.k8s.io",
        "clusterroles",
        Empty::All,
    ),
    special("certificates.k8s.io/CertificateSigningRequest", "spec.username", Special::Identity),
    rule(
        "certificates.k8s.io/CertificateSigningRequest",
        "spec.signerName",
        To::WithField("certificates.k8s.io", "certificatesigningrequests", "spec.signerName"),
    ),
    rule(
        "certificates.k8s.io/ClusterTrustBundle",
        "spec.signerName",
        To::WithField("certificates.k8s.io", "clustertrustbundles", "spec.signerName"),
    ),
    object("certificates.k8s.io/PodCertificateRequest", "spec.podName", "", "pods"),
    object(
        "certificates.k8s.io/PodCertificateRequest",
        "spec.serviceAccountName",
        "",
        "serviceaccounts",
    ),
    object("certificates.k8s.io/PodCertificateRequest", "spec.nodeName", "", "nodes"),
    special("coordination.k8s.io/Lease", "spec.holderIdentity", Special::Holder).may_be(),
    object("coordination.k8s.io/LeaseCandidate", "spec.leaseName", "coordination.k8s.io", "leases"),
    object(
        "flowcontrol.apiserver.k8s.io/FlowSchema",
        "spec.priorityLevelConfiguration.name",
        "flowcontrol.apiserver.k8s.io",
        "prioritylevelconfigurations",
    ),
    object(
        "flowcontrol.apiserver.k8s.io/FlowSchema",
        "spec.rules[*].subjects[*].serviceAccount.name",
        "",
        "serviceaccounts",
    )
    .within("namespace"),
    object(
        "flowcontrol.apiserver.k8s.io/FlowSchema",
        "spec.rules[*].resourceRules[*].namespaces[*]",
        "",
        "namespaces",
    ),
    // Admission.
    object(WEBHOOKS, "webhooks[*].clientConfig.service.name", "", "services").within("namespace"),
    rule(WEBHOOKS, "webhooks[*].clientConfig.service.port", To::Port("name")).within("namespace"),
    selected(WEBHOOKS, "webhooks[*].namespaceSelector", "", "namespaces", Empty::All),
    special(WEBHOOKS, "webhooks[*].rules[*].resources[*]", Special::RuleResource),
    selected(POLICIES, "spec.matchConstraints.namespaceSelector", "", "namespaces", Empty::All),
    special(POLICIES, "spec.matchConstraints.resourceRules[*].resources[*]", Special::RuleResource),
    special(POLICIES, "spec.paramKind.kind", Special::ParamKind),
    object(
        "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding",
        "spec.policyName",
        "admissionregistration.k8s.io",
        "validatingadmissionpolicies",
    ),
    object(
        "admissionregistration.k8s.io/MutatingAdmissionPolicyBinding",
        "spec.policyName",
        "admissionregistration.k8s.io",
        "mutatingadmissionpolicies",
    ),
    selected(
        POLICY_BINDINGS,
        "spec.matchResources.namespaceSelector",
        "",
        "namespaces",
        Empty::All,
    ),
    // Extensions.
    object(
        "apiextensions.k8s.io/CustomResourceDefinition",
        "spec.conversion.webhook.clientConfig.service.name",
        "",
        "services",
    )
    .within("namespace"),
    special(
        "apiextensions.k8s.io/CustomResourceDefinition",
        "spec.names.plural",
        Special::CustomVersion,
    ),
    special(
        "apiextensions.k8s.io/CustomResourceDefinition",
        "spec.versions[*].name",
        Special::CustomVersion,
    ),
    object("apiregistration.k8s.io/APIService", "spec.service.name", "", "services")
        .within("namespace"),
    special("apiregistration.k8s.io/APIService", "spec.version", Special::ServedVersion),
    special(
        "storagemigration.k8s.io/StorageVersionMigration",
        "spec.resource.resource",
        Special::Resource,
    ),
];
