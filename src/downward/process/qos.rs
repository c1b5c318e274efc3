//! The quality of service of a pod (`GetPodQOS`).

use crate::downward::amounts::Amounts;
use crate::downward::kubelet::Kubelet;

/// The classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Qos {
    Guaranteed,
    Burstable,
    BestEffort,
}

/// Returns the class that the status has, else the one that the resources make.
pub(super) fn of(kubelet: &Kubelet<'_>) -> Qos {
    match kubelet.pod.status.qos_class.as_str() {
        "Guaranteed" => return Qos::Guaranteed,
        "Burstable" => return Qos::Burstable,
        "BestEffort" => return Qos::BestEffort,
        _ => {}
    }
    let spec = &kubelet.pod.spec;
    let counts = |list: &Amounts| {
        let counted = list.iter().filter(|(name, _)| matches!(name.as_str(), "cpu" | "memory"));
        counted.filter(|(_, amount)| !amount.is_zero()).count()
    };
    let of_pod =
        std::iter::once(&spec.resources).filter(|it| counts(&it.requests) + counts(&it.limits) > 0);
    let of_pod: Vec<_> = of_pod.collect();
    let of_containers = spec.containers.iter().chain(&spec.init_containers).map(|c| &c.resources);
    let all: Vec<_> = if of_pod.is_empty() { of_containers.collect() } else { of_pod };
    let is_set = all.iter().any(|it| counts(&it.requests) + counts(&it.limits) > 0);
    let is_same = |name: &str| {
        all.iter().all(|it| match (it.requests.get(name), it.limits.get(name)) {
            (Some(request), Some(limit)) => request.milli() == limit.milli() && !limit.is_zero(),
            (None, Some(limit)) => !limit.is_zero(),
            _ => false,
        })
    };
    match is_set {
        false => Qos::BestEffort,
        true if is_same("cpu") && is_same("memory") => Qos::Guaranteed,
        true => Qos::Burstable,
    }
}
