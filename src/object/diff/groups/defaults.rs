//! The defaults of the built-in kinds, which the API server fills in (`pkg/apis/*/v1/defaults.go`). The
//! `OpenAPI` documents name few of them.

use serde_json::Value;

/// The ends of paths, and the defaults there as JSON.
const DEFAULTS: [(&str, &str); 71] = [
    // Containers.
    ("ontainers[].imagePullPolicy", r#""IfNotPresent""#),
    ("ontainers[].imagePullPolicy", r#""Always""#),
    ("ontainers[].resources", "{}"),
    ("ontainers[].terminationMessagePath", r#""/dev/termination-log""#),
    ("ontainers[].terminationMessagePolicy", r#""File""#),
    ("ontainers[].securityContext", "{}"),
    ("ontainers[].ports[].protocol", r#""TCP""#),
    (".fieldRef.apiVersion", r#""v1""#),
    (".resourceFieldRef.divisor", r#""0""#),
    ("Probe.failureThreshold", "3"),
    ("Probe.periodSeconds", "10"),
    ("Probe.successThreshold", "1"),
    ("Probe.timeoutSeconds", "1"),
    (".httpGet.scheme", r#""HTTP""#),
    (".httpGet.path", r#""/""#),
    (".grpc.service", r#""""#),
    // Pods and templates of pods.
    ("spec.restartPolicy", r#""Always""#),
    ("spec.dnsPolicy", r#""ClusterFirst""#),
    ("spec.schedulerName", r#""default-scheduler""#),
    ("spec.terminationGracePeriodSeconds", "30"),
    ("spec.securityContext", "{}"),
    ("spec.enableServiceLinks", "true"),
    ("spec.preemptionPolicy", r#""PreemptLowerPriority""#),
    ("spec.priority", "0"),
    ("spec.serviceAccount", r#""default""#),
    ("spec.serviceAccountName", r#""default""#),
    ("template.metadata.creationTimestamp", "null"),
    (".metadata.creationTimestamp", "null"),
    // Volumes.
    ("volumes[].configMap.defaultMode", "420"),
    ("volumes[].secret.defaultMode", "420"),
    ("volumes[].downwardAPI.defaultMode", "420"),
    ("volumes[].projected.defaultMode", "420"),
    (".serviceAccountToken.expirationSeconds", "3600"),
    ("volumes[].hostPath.type", r#""""#),
    ("volumes[].emptyDir", "{}"),
    (".iscsi.iscsiInterface", r#""default""#),
    (".volumeMode", r#""Filesystem""#),
    // Workloads.
    (".spec.replicas", "1"),
    (".spec.revisionHistoryLimit", "10"),
    (".spec.progressDeadlineSeconds", "600"),
    (".spec.podManagementPolicy", r#""OrderedReady""#),
    (
        ".spec.persistentVolumeClaimRetentionPolicy",
        r#"{"whenDeleted":"Retain","whenScaled":"Retain"}"#,
    ),
    (
        ".spec.strategy",
        r#"{"rollingUpdate":{"maxSurge":"25%","maxUnavailable":"25%"},"type":"RollingUpdate"}"#,
    ),
    (".spec.strategy.type", r#""RollingUpdate""#),
    (".spec.strategy.rollingUpdate", r#"{"maxSurge":"25%","maxUnavailable":"25%"}"#),
    (".rollingUpdate.maxSurge", r#""25%""#),
    (".rollingUpdate.maxSurge", "0"),
    (".rollingUpdate.maxUnavailable", r#""25%""#),
    (".rollingUpdate.maxUnavailable", "1"),
    (".spec.updateStrategy", r#"{"rollingUpdate":{"partition":0},"type":"RollingUpdate"}"#),
    (
        ".spec.updateStrategy",
        r#"{"rollingUpdate":{"maxSurge":0,"maxUnavailable":1},"type":"RollingUpdate"}"#,
    ),
    (".spec.updateStrategy.type", r#""RollingUpdate""#),
    (".spec.updateStrategy.rollingUpdate", r#"{"partition":0}"#),
    (".rollingUpdate.partition", "0"),
    // Jobs.
    ("spec.backoffLimit", "6"),
    ("spec.completions", "1"),
    ("spec.parallelism", "1"),
    ("spec.completionMode", r#""NonIndexed""#),
    ("spec.suspend", "false"),
    ("spec.manualSelector", "false"),
    ("spec.podReplacementPolicy", r#""TerminatingOrFailed""#),
    (".spec.concurrencyPolicy", r#""Allow""#),
    (".spec.successfulJobsHistoryLimit", "3"),
    (".spec.failedJobsHistoryLimit", "1"),
    // Services.
    (".spec.type", r#""ClusterIP""#),
    (".spec.sessionAffinity", r#""None""#),
    (".spec.internalTrafficPolicy", r#""Cluster""#),
    (".spec.ipFamilyPolicy", r#""SingleStack""#),
    (".spec.ipFamilies", r#"["IPv4"]"#),
    (".spec.ports[].protocol", r#""TCP""#),
    (".spec.allocateLoadBalancerNodePorts", "true"),
];

/// True if a value is the default at a path.
pub(super) fn is_default(pattern: &str, value: &Value) -> bool {
    DEFAULTS.iter().any(|(end, default)| {
        pattern.ends_with(end)
            && serde_json::from_str::<Value>(default).is_ok_and(|default| default == *value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_json() {
        for (end, default) in DEFAULTS {
            assert!(serde_json::from_str::<Value>(default).is_ok(), "{end} {default}");
        }
    }
}
