//! What the kernel enforces: CPU, memory, the order of killing, and devices.

use super::qos::Qos;
use super::{OF_RUNTIME, ProcessField, ProcessRow, ProcessValue, Why, known, without};
use crate::downward::kubelet::{Kubelet, Placed};
use crate::downward::pod::Container;
use crate::downward::surroundings::Lookup;
use crate::downward::view::{ContainerKind, OriginKind, State};
use crate::k8s::quantity::Quantity;

/// The shares of a container without CPU requests and limits (`MinShares`).
const MIN_SHARES: i64 = 2;
/// The shares of a CPU.
const SHARES_PER_CPU: i64 = 1024;
/// The period of a CPU quota, in microseconds.
const PERIOD: i64 = 100_000;
/// The smallest quota, in microseconds (`minQuotaPeriod`).
const MIN_QUOTA: i64 = 1000;
/// The size of a page, in bytes, of which memory limits are multiples.
const PAGE: i64 = 4096;
/// The value of a limit that does not exist.
const UNLIMITED: i64 = -1;
/// The adjustments of the scores (`pkg/kubelet/qos`).
const GUARANTEED: i64 = -997;
const BEST_EFFORT: i64 = 1000;

/// The devices that every container has.
const STANDARD_DEVICES: [&str; 6] =
    ["/dev/full", "/dev/null", "/dev/random", "/dev/tty", "/dev/urandom", "/dev/zero"];

/// Returns the quota, the shares and the memory limit of a container.
pub(super) fn enforced(kubelet: &Kubelet<'_>, placed: Placed<'_>) -> [ProcessRow; 3] {
    let request = placed.container.resources.requests.get("cpu").filter(|it| !it.is_zero());
    let limit = |name| limit(kubelet, placed, name);
    let cpu = limit("cpu");
    let (shares, path) = match (request, &cpu) {
        (Some(request), _) => {
            (request.milli(), format!("{}.resources.requests.cpu", placed.place()))
        }
        (None, Some((limit, path))) => (limit.milli(), path.clone()),
        (None, None) => (0, String::new()),
    };
    let shares = (shares.saturating_mul(SHARES_PER_CPU) / 1000).max(MIN_SHARES);
    let note = "of cgroup version 1; version 2 has a weight that the runtime makes of it";
    let shares_row = known(
        ProcessField::Limit("cpu.shares"),
        ProcessValue::Number(shares),
        Why {
            from: "requests.cpu",
            explanation: "1024 per CPU of the request, else of the limit, and at least 2",
            path,
            note: Some(note.to_owned()),
        },
    );
    let quota = cpu
        .map(|(limit, path)| ((limit.milli().saturating_mul(PERIOD) / 1000).max(MIN_QUOTA), path));
    let explanation = "microseconds of CPU time in each 100,000";
    let memory = limit("memory").map(|(limit, path)| (limit.value() / PAGE * PAGE, path));
    [
        of_limit("cpu.quota", "limits.cpu", explanation, quota),
        shares_row,
        of_limit("memory.limit", "limits.memory", "bytes, in whole pages", memory),
    ]
}

fn of_limit(
    name: &'static str,
    from: &str,
    explanation: &str,
    limit: Option<(i64, String)>,
) -> ProcessRow {
    let (value, path, explanation) = match limit {
        Some((value, path)) => (value, path, explanation),
        None => (UNLIMITED, String::new(), "no limit: -1"),
    };
    let why = Why { from, explanation, path, note: None };
    known(ProcessField::Limit(name), ProcessValue::Number(value), why)
}

/// Returns the limit of a container, else that of the pod as a whole, and its path.
fn limit<'a>(
    kubelet: &Kubelet<'a>,
    placed: Placed<'a>,
    name: &str,
) -> Option<(&'a Quantity, String)> {
    let own = placed.container.resources.limits.get(name).filter(|limit| !limit.is_zero());
    let own = own.map(|limit| (limit, format!("{}.resources.limits.{name}", placed.place())));
    let of_pod = kubelet.pod.spec.resources.limits.get(name).filter(|limit| !limit.is_zero());
    own.or_else(|| of_pod.map(|limit| (limit, format!(".spec.resources.limits.{name}"))))
}

/// Returns the adjustment of the score by which the kernel chooses what to kill
/// (`GetContainerOOMScoreAdjust`).
pub(super) fn oom_score_adj(kubelet: &Kubelet<'_>, qos: Qos, placed: Placed<'_>) -> ProcessRow {
    let field = ProcessField::OomScoreAdj;
    let spec = &kubelet.pod.spec;
    let row = |value, explanation| {
        let why = Why { from: "quality of service", explanation, ..Why::default() };
        known(field, ProcessValue::Number(value), why)
    };
    if spec.priority_class_name == "system-node-critical" {
        return row(GUARANTEED, "the pod is critical for its node");
    }
    match qos {
        Qos::Guaranteed => return row(GUARANTEED, "the pod is guaranteed"),
        Qos::BestEffort => return row(BEST_EFFORT, "the pod is best effort"),
        Qos::Burstable => {}
    }
    if spec.resources.requests.contains_key("memory") {
        let note = "the memory request of the pod as a whole is shared among its containers";
        return without(field, OF_RUNTIME, "kubelet", note);
    }
    let capacity = match &kubelet.around.node {
        Lookup::Found(node) => node.status.capacity.get("memory").map_or(0, Quantity::value),
        _ => 0,
    };
    if capacity <= 0 {
        let state = if kubelet.is_scheduled() { State::Unknown } else { State::Pending };
        let note = "depends on the memory of the node, which is not known";
        return without(field, (state, OriginKind::Resource), "node", note);
    }
    let of = |container: &Container| {
        let request = container.resources.requests.get("memory").map_or(0, Quantity::value);
        1000_i64.saturating_sub(1000_i64.saturating_mul(request) / capacity)
    };
    let mut value = of(placed.container);
    if placed.kind == ContainerKind::Sidecar {
        // A sidecar is not killed before the regular containers.
        value = spec.containers.iter().map(of).max().map_or(value, |most| value.min(most));
    }
    row(
        value.clamp(1000 + GUARANTEED, BEST_EFFORT - 1),
        "1000 − 1000 × memory request / memory of the node, between 3 and 999",
    )
}

/// Returns the devices.
pub(super) fn devices(placed: Placed<'_>) -> ProcessRow {
    let container = placed.container;
    let field = ProcessField::Devices;
    if container.security_context.privileged {
        let note = "those of the node, as the container is privileged";
        return without(field, OF_RUNTIME, "node", note);
    }
    let mut names = STANDARD_DEVICES.map(str::to_owned).to_vec();
    names.extend(container.tty.then(|| "/dev/console".to_owned()));
    names.extend(container.volume_devices.iter().map(|device| device.device_path.clone()));
    names.sort();
    let explanation = "those that every container has, and the block volumes";
    let why = Why { from: "runtime", explanation, ..Why::default() };
    known(field, ProcessValue::Names(names), why)
}
