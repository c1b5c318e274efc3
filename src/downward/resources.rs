//! `resourceFieldRef`: limits and requests, the fallback for a missing limit, and the division.

use std::fmt::Write as _;

use super::kubelet::{Kubelet, Placed};
use super::place;
use super::pod::{Container, ResourceRef};
use super::resolved::{Refusal, Resolution, Resolved};
use super::surroundings::Lookup;
use super::view::{ContainerKind, OriginKind, State};
use crate::k8s::quantity::Quantity;
use crate::text::grouped;

/// True if the value of a resource may be the node's allocatable amount.
pub(super) fn may_fall_back(resource: &str) -> bool {
    matches!(resource, "limits.cpu" | "limits.memory" | "limits.ephemeral-storage")
}

/// Resolves a resource in the environment of `owner` (`containerResourceRuntimeValue`).
pub(super) fn in_env(kubelet: &Kubelet<'_>, owner: Placed<'_>, r: &ResourceRef) -> Resolution {
    let (placed, fallback) = if r.container_name.is_empty() {
        (owner, Fallback::PodOrNode)
    } else {
        let placed = find(kubelet, &r.container_name)?;
        match placed.kind {
            ContainerKind::Container => (placed, Fallback::PodOrNode),
            _ => (placed, Fallback::Nothing),
        }
    };
    Ok(Reference::new(kubelet, r, placed)?.resolve(fallback, true))
}

/// Resolves a resource in a volume (`ExtractResourceValueByContainerNameAndNodeAllocatable`).
pub(super) fn in_volume(kubelet: &Kubelet<'_>, r: &ResourceRef) -> Resolution {
    let placed = find(kubelet, &r.container_name)?;
    Ok(Reference::new(kubelet, r, placed)?.resolve(Fallback::Node, false))
}

/// The fallback for a limit that is missing or zero.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fallback {
    Nothing,
    Node,
    PodOrNode,
}

/// Returns the container of that name: a regular one, else an init container. Ephemeral containers
/// are never found by name.
fn find<'a>(kubelet: &Kubelet<'a>, name: &str) -> Result<Placed<'a>, Refusal> {
    let mut candidates = kubelet.placed();
    candidates
        .retain(|placed| placed.container.name == name && placed.kind != ContainerKind::Ephemeral);
    let regular = candidates.iter().find(|placed| placed.kind == ContainerKind::Container);
    regular
        .or(candidates.first())
        .copied()
        .ok_or_else(|| format!("container {name} not found").into())
}

struct Reference<'s, 'a> {
    kubelet: &'s Kubelet<'a>,
    placed: Placed<'a>,
    /// As written: `limits.cpu`.
    resource: String,
    is_limit: bool,
    /// `cpu`, `memory`, …
    name: String,
    divisor: Quantity,
}

impl<'s, 'a> Reference<'s, 'a> {
    fn new(kubelet: &'s Kubelet<'a>, r: &ResourceRef, placed: Placed<'a>) -> Result<Self, Refusal> {
        let supported = |name: &&str| {
            matches!(*name, "cpu" | "memory" | "ephemeral-storage")
                || name.starts_with("hugepages-")
        };
        let (list, name) = r
            .resource
            .split_once('.')
            .filter(|(list, name)| matches!(*list, "limits" | "requests") && supported(name))
            .ok_or_else(|| format!("unsupported container resource : {}", r.resource))?;
        Ok(Self {
            kubelet,
            placed,
            resource: r.resource.clone(),
            is_limit: list == "limits",
            name: name.to_owned(),
            divisor: if r.divisor.is_zero() { one() } else { r.divisor.clone() },
        })
    }

    fn resolve(&self, fallback: Fallback, in_env: bool) -> Resolved {
        let container = self.placed.container;
        let place = self.placed.place();
        let list = if self.is_limit { "limits" } else { "requests" };
        let own_place = place::key(&format!("{place}.resources.{list}"), &self.name);
        if in_env && let Some(resolved) = self.of_pending_resize(&own_place) {
            return resolved;
        }
        let own = self.own().filter(|quantity| !self.is_limit || !quantity.is_zero());
        if let Some(own) = own {
            let kind = if self.is_limit { "limit" } else { "request" };
            let why = format!("the {} {kind} of `{}`", self.name, container.name);
            return self.divided(own, &why).at(own_place);
        }
        let nowhere = place + ".resources";
        match (self.is_limit && may_fall_back(&self.resource), fallback) {
            (true, Fallback::PodOrNode) => self.of_pod_or_node(nowhere),
            (true, Fallback::Node) => self.of_node(nowhere),
            (true, Fallback::Nothing) => self.zero(nowhere).explained(format!(
                "no limit on `{}`, and an init container named by `containerName` does not fall \
                 back to the node: 0",
                container.name
            )),
            (false, _) if self.is_limit => self.zero(nowhere).explained(format!(
                "no {} limit on `{}`, and hugepages never fall back: 0",
                self.name, container.name
            )),
            (false, _) => self.zero(nowhere).explained(format!(
                "no {} request on `{}`, and requests never fall back: 0",
                self.name, container.name
            )),
        }
    }

    fn without(&self, state: State, note: impl Into<String>) -> Resolved {
        Resolved::without(state, OriginKind::Resource, &self.resource, note)
    }

    fn own(&self) -> Option<&Quantity> {
        let Container { resources, .. } = self.placed.container;
        let list = if self.is_limit { &resources.limits } else { &resources.requests };
        list.get(self.name.as_str())
    }

    /// Resolves an amount while a resize is pending: the environment follows the allocated amounts,
    /// not the requested ones. The API has the allocated requests only: `status.resources` holds
    /// what the runtime reports.
    fn of_pending_resize(&self, own_place: &str) -> Option<Resolved> {
        let status = &self.kubelet.pod.status;
        let is_pending =
            status.conditions.iter().any(|c| c.r#type == "PodResizePending" && c.status == "True");
        let resizable = matches!(self.name.as_str(), "cpu" | "memory");
        if !is_pending || !resizable || self.placed.kind == ContainerKind::Ephemeral {
            return None;
        }
        let status_of_container = self.kubelet.status_of(self.placed)?;
        let allocated = status_of_container.allocated_resources.get(&*self.name);
        let own = self.own()?;
        // Only for the containers that are to be resized do the two differ.
        let actual = status_of_container.resources.as_ref().and_then(|actual| {
            if self.is_limit {
                actual.limits.get(&*self.name)
            } else {
                actual.requests.get(&*self.name)
            }
        });
        if actual.is_some_and(|actual| same(actual, own)) {
            return None;
        }
        if !self.is_limit || status.qos_class == "Guaranteed" {
            let allocated = allocated?;
            if same(allocated, own) {
                return None;
            }
            let why = format!("a resize is pending, and `{}` has", self.placed.container.name);
            let mut resolved = self.divided(allocated, &why).noted(
                "a resize is pending: a new start of the container gives the allocated amount",
            );
            resolved.source = self.status_place();
            return Some(resolved);
        }
        let note = "a resize is pending, and the API does not have the limit that is allocated";
        Some(self.without(State::Unknown, note).at(own_place))
    }

    fn status_place(&self) -> Option<String> {
        let status = &self.kubelet.pod.status;
        let (list, word) = match self.placed.kind {
            ContainerKind::Container => (&status.container_statuses, "containerStatuses"),
            _ => (&status.init_container_statuses, "initContainerStatuses"),
        };
        let at = list.iter().position(|s| s.name == self.placed.container.name)?;
        Some(place::key(&format!(".status.{word}[{at}].allocatedResources"), &self.name))
    }

    /// Resolves a missing limit by the rule of the environment: the limits of the pod replace those
    /// amounts that the node has.
    fn of_pod_or_node(&self, nowhere: String) -> Resolved {
        let limits = &self.kubelet.pod.spec.resources.limits;
        let pod_limit = limits
            .get(&*self.name)
            .filter(|limit| self.name != "ephemeral-storage" && !limit.is_zero());
        let Some(limit) = pod_limit else { return self.of_node(nowhere) };
        let node_has = match &self.kubelet.around.node {
            Lookup::Found(node) => node.status.allocatable.contains_key(&*self.name),
            // Every node has cpu and memory.
            _ => true,
        };
        if !node_has {
            return self.of_node(nowhere);
        }
        let why = format!(
            "no limit on `{}`, so the {} limit of the pod",
            self.placed.container.name, self.name
        );
        self.divided(limit, &why).at(place::key(".spec.resources.limits", &self.name))
    }

    fn of_node(&self, nowhere: String) -> Resolved {
        let container = &self.placed.container.name;
        let node = match &self.kubelet.around.node {
            Lookup::Found(node) => node,
            _ if !self.kubelet.is_scheduled() => {
                return self
                    .without(State::Pending, "set when scheduled")
                    .explained(format!(
                        "no limit on `{container}`, so the allocatable {} of the node, once there \
                         is one",
                        self.name
                    ))
                    .at(nowhere);
            }
            _ => {
                let why = self.kubelet.why_no_node();
                let note = format!("{why}: the value is the node's allocatable {}", self.name);
                return self.without(State::Unknown, note).at(nowhere);
            }
        };
        match node.status.allocatable.get(&*self.name) {
            Some(amount) => {
                let why =
                    format!("no limit on `{container}`, so the node's allocatable {}", self.name);
                self.divided(amount, &why).at(nowhere)
            }
            None => self.zero(nowhere).explained(format!(
                "no limit on `{container}`, and the node has no allocatable {}: 0",
                self.name
            )),
        }
    }

    fn zero(&self, nowhere: String) -> Resolved {
        // Not simply "0": a divisor whose number overflows to zero gives something else.
        let text = divided_text(&self.resource, &Quantity::ZERO, &self.divisor);
        Resolved::known(OriginKind::Resource, &self.resource, text).at(nowhere)
    }

    fn divided(&self, amount: &Quantity, why: &str) -> Resolved {
        let is_cpu = self.name == "cpu";
        let number = |q: &Quantity| if is_cpu { q.milli() } else { q.value() };
        let quotient = divide(number(amount), number(&self.divisor));
        let unit = if is_cpu { "m" } else { " bytes" };
        let mut explanation = format!("{why}: {}{unit}", grouped(number(amount)));
        if is_cpu || number(&self.divisor) != 1 {
            _ = write!(explanation, " / {}, rounded up", self.divisor);
        }
        let text = quotient.unwrap_or(i64::MIN).to_string();
        let resolved =
            Resolved::known(OriginKind::Resource, &self.resource, text).explained(explanation);
        if quotient.is_none() {
            return resolved.noted("out of range: so on amd64; arm64 gives the nearest number");
        }
        resolved
    }
}

/// Divides as the kubelet does, in double precision. Returns `None` if the quotient is not an
/// `int64`; the kubelet has the smallest number then, on amd64.
fn divide(amount: i64, divisor: i64) -> Option<i64> {
    #[expect(clippy::cast_precision_loss, reason = "the kubelet loses it too")]
    let quotient = (amount as f64 / divisor as f64).ceil();
    let in_range = (-(2f64.powi(63))..2f64.powi(63)).contains(&quotient);
    #[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
    in_range.then_some(quotient as i64)
}

/// Renders an amount of a resource divided by a divisor, as the kubelet prints it.
#[must_use]
pub fn divided_text(resource: &str, amount: &Quantity, divisor: &Quantity) -> String {
    let divisor = if divisor.is_zero() { one() } else { divisor.clone() };
    let (amount, divisor) = if is_cpu(resource) {
        (amount.milli(), divisor.milli())
    } else {
        (amount.value(), divisor.value())
    };
    divide(amount, divisor).unwrap_or(i64::MIN).to_string()
}

/// True if the amounts of a resource are counted in millicores.
pub(super) fn is_cpu(resource: &str) -> bool {
    matches!(resource, "limits.cpu" | "requests.cpu")
}

fn one() -> Quantity {
    Quantity::parse("1").unwrap_or(Quantity::ZERO)
}

fn same(a: &Quantity, b: &Quantity) -> bool {
    (a.value(), a.milli()) == (b.value(), b.milli())
}
