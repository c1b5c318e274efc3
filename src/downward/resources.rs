//! `resourceFieldRef`: limits and requests, what stands in for a missing limit, and the division.

use std::fmt::Write as _;

use super::place;
use super::pod::{Container, ResourceRef};
use super::resolved::{Refusal, Resolution, Resolved};
use super::scene::{Placed, Scene};
use super::surroundings::Lookup;
use super::view::{ContainerKind, OriginKind, State};
use crate::k8s::quantity::Quantity;
use crate::text::grouped;

/// Whether a resource's value may be the node's allocatable one.
pub(super) fn may_fall_back(resource: &str) -> bool {
    matches!(resource, "limits.cpu" | "limits.memory" | "limits.ephemeral-storage")
}

/// The value in the environment of `owner` (`containerResourceRuntimeValue`).
pub(super) fn in_env(scene: &Scene<'_>, owner: Placed<'_>, r: &ResourceRef) -> Resolution {
    let (placed, fallback) = if r.container_name.is_empty() {
        (owner, Fallback::PodOrNode)
    } else {
        let placed = find(scene, &r.container_name)?;
        match placed.kind {
            ContainerKind::Container => (placed, Fallback::PodOrNode),
            _ => (placed, Fallback::Nothing),
        }
    };
    Ok(Reference::new(scene, r, placed)?.resolve(fallback, true))
}

/// The value in a volume (`ExtractResourceValueByContainerNameAndNodeAllocatable`).
pub(super) fn in_volume(scene: &Scene<'_>, r: &ResourceRef) -> Resolution {
    let placed = find(scene, &r.container_name)?;
    Ok(Reference::new(scene, r, placed)?.resolve(Fallback::Node, false))
}

/// What stands in for a limit that is missing or zero.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fallback {
    Nothing,
    Node,
    PodOrNode,
}

/// Regular containers first, then init containers; ephemeral ones are never found by name.
fn find<'a>(scene: &Scene<'a>, name: &str) -> Result<Placed<'a>, Refusal> {
    let mut candidates = scene.placed();
    candidates
        .retain(|placed| placed.container.name == name && placed.kind != ContainerKind::Ephemeral);
    let regular = candidates.iter().find(|placed| placed.kind == ContainerKind::Container);
    regular
        .or(candidates.first())
        .copied()
        .ok_or_else(|| format!("container {name} not found").into())
}

struct Reference<'s, 'a> {
    scene: &'s Scene<'a>,
    placed: Placed<'a>,
    /// As written: `limits.cpu`.
    resource: String,
    is_limit: bool,
    /// `cpu`, `memory`, …
    name: String,
    divisor: Quantity,
}

impl<'s, 'a> Reference<'s, 'a> {
    fn new(scene: &'s Scene<'a>, r: &ResourceRef, placed: Placed<'a>) -> Result<Self, Refusal> {
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
            scene,
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

    /// The environment follows what the kubelet allocated, not what is asked for. The API tells the
    /// allocated requests only: `status.resources` holds what the runtime reports.
    fn of_pending_resize(&self, own_place: &str) -> Option<Resolved> {
        let status = &self.scene.pod.status;
        let is_pending =
            status.conditions.iter().any(|c| c.r#type == "PodResizePending" && c.status == "True");
        let resizable = matches!(self.name.as_str(), "cpu" | "memory");
        if !is_pending || !resizable || self.placed.kind == ContainerKind::Ephemeral {
            return None;
        }
        let status_of_container = self.scene.status_of(self.placed)?;
        let allocated = status_of_container.allocated_resources.get(&*self.name);
        let own = self.own()?;
        // Only the containers that are to be resized have something else than they ask for.
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
        let note = "a resize is pending, and the API does not tell the limit that is allocated";
        Some(self.without(State::Unknown, note).at(own_place))
    }

    fn status_place(&self) -> Option<String> {
        let status = &self.scene.pod.status;
        let (list, word) = match self.placed.kind {
            ContainerKind::Container => (&status.container_statuses, "containerStatuses"),
            _ => (&status.init_container_statuses, "initContainerStatuses"),
        };
        let at = list.iter().position(|s| s.name == self.placed.container.name)?;
        Some(place::key(&format!(".status.{word}[{at}].allocatedResources"), &self.name))
    }

    /// The environment's rule: limits of the pod replace the node's amounts that the node has.
    fn of_pod_or_node(&self, nowhere: String) -> Resolved {
        let limits = &self.scene.pod.spec.resources.limits;
        let pod_limit = limits
            .get(&*self.name)
            .filter(|limit| self.name != "ephemeral-storage" && !limit.is_zero());
        let Some(limit) = pod_limit else { return self.of_node(nowhere) };
        let node_has = match &self.scene.around.node {
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
        let node = match &self.scene.around.node {
            Lookup::Found(node) => node,
            _ if !self.scene.is_scheduled() => {
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
                let why = self.scene.why_no_node();
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

/// The kubelet's division, in double precision; `None` where the quotient is no `int64`. There
/// amd64, on which the vectors are made, has the smallest number.
fn divide(amount: i64, divisor: i64) -> Option<i64> {
    #[expect(clippy::cast_precision_loss, reason = "the kubelet loses it too")]
    let quotient = (amount as f64 / divisor as f64).ceil();
    let in_range = (-(2f64.powi(63))..2f64.powi(63)).contains(&quotient);
    #[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
    in_range.then_some(quotient as i64)
}

/// One quantity in a resource field's divided form, as the kubelet prints it. For tests and the
/// catalogue.
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

/// Whether an amount is counted in millicores.
pub(super) fn is_cpu(resource: &str) -> bool {
    matches!(resource, "limits.cpu" | "requests.cpu")
}

fn one() -> Quantity {
    Quantity::parse("1").unwrap_or(Quantity::ZERO)
}

fn same(a: &Quantity, b: &Quantity) -> bool {
    (a.value(), a.milli()) == (b.value(), b.milli())
}
