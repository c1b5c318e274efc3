//! How much of a node its pods request, as `kubectl describe node` sums it up (`getPodsTotalRequestsAndLimits`
//! of kubectl, `PodRequests` and `PodLimits` of `k8s.io/component-helpers/resource`).

use std::collections::BTreeMap;

use serde_json::Value;

use super::path;
use crate::k8s::quantity::Quantity;

/// Amounts by resource: thousandths of a CPU, whole units of anything else.
type Amounts = BTreeMap<String, i128>;

/// What some pods request together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PodSums {
    /// How many pods run.
    pub pods: i128,
    requests: Amounts,
    limits: Amounts,
}

/// A resource of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllocationRow {
    /// Its name, such as `memory`.
    pub resource: String,
    /// What the pods request, with the share of what is allocatable: `850m (21%)`.
    pub requests: String,
    /// What their limits add up to; empty for pods.
    pub limits: String,
    /// What the node has for pods.
    pub allocatable: String,
    /// What is used, where it is measured.
    pub used: Option<String>,
}

impl PodSums {
    /// Adds a pod, unless it has ended.
    pub fn add(&mut self, pod: &Value) {
        if matches!(path::text(pod, ".status.phase"), "Succeeded" | "Failed") {
            return;
        }
        self.pods += 1;
        let requests = of_pod(pod, "requests");
        let mut limits = of_pod(pod, "limits");
        let overhead = amounts(path::at(pod, ".spec.overhead"));
        // An overhead counts as a limit only where there is one.
        let limited = overhead.iter().filter(|(name, _)| limits.contains_key(*name));
        let limited: Amounts = limited.map(|(name, amount)| (name.clone(), *amount)).collect();
        plus(&mut limits, &limited);
        plus(&mut self.requests, &requests);
        plus(&mut self.requests, &overhead);
        plus(&mut self.limits, &limits);
    }

    /// Adds the sums of other pods.
    pub fn join(&mut self, other: &Self) {
        self.pods += other.pods;
        plus(&mut self.requests, &other.requests);
        plus(&mut self.limits, &other.limits);
    }

    /// Compares the sums with what a node has. `usage` is its `NodeMetrics`.
    #[must_use]
    pub fn beside(&self, node: &Value, usage: Option<&Value>) -> Vec<AllocationRow> {
        let allocatable = amounts(path::at(node, ".status.allocatable"));
        let used = amounts(usage.map_or(&Value::Null, |usage| path::at(usage, ".usage")));
        let mut names: Vec<&String> = allocatable.keys().collect();
        names.sort_by_key(|name| match name.as_str() {
            "cpu" => 0,
            "memory" => 1,
            "pods" => 2,
            "ephemeral-storage" => 3,
            _ => 4,
        });
        let row = |name: &String| {
            let all = allocatable.get(name).copied().unwrap_or_default();
            let amount =
                |amount: i128| format!("{} ({}%)", written(name, amount), share(amount, all));
            let sum = |of: &Amounts| amount(of.get(name).copied().unwrap_or_default());
            let is_pods = name == "pods";
            AllocationRow {
                resource: name.clone(),
                requests: if is_pods { amount(self.pods) } else { sum(&self.requests) },
                limits: if is_pods { String::new() } else { sum(&self.limits) },
                allocatable: written(name, all),
                used: used.get(name).map(|used| amount(*used)),
            }
        };
        let is_there = |name: &&String| {
            let has = |of: &Amounts| of.get(*name).is_some_and(|amount| *amount > 0);
            has(&allocatable) || has(&self.requests)
        };
        names.into_iter().filter(is_there).map(row).collect()
    }
}

/// Returns what the containers of a `PodMetrics` use together: `cpu 12m · memory 30Mi`.
#[must_use]
pub fn used_by(usage: &Value) -> String {
    let mut all = Amounts::new();
    for container in path::list(usage, ".containers") {
        plus(&mut all, &amounts(path::at(container, ".usage")));
    }
    let texts = all.iter().map(|(name, amount)| format!("{name} {}", written(name, *amount)));
    texts.collect::<Vec<_>>().join(" · ")
}

fn share(amount: i128, all: i128) -> i128 {
    if all > 0 { amount.saturating_mul(100) / all } else { 0 }
}

/// The requests or the limits of a pod, its overhead not counted. Init containers run one after the other,
/// beside the sidecars that started before them.
fn of_pod(pod: &Value, field: &str) -> Amounts {
    let of = |container: &Value| amounts(path::at(container, &format!(".resources.{field}")));
    let mut all = Amounts::new();
    for container in path::list(pod, ".spec.containers") {
        plus(&mut all, &of(container));
    }
    let (mut sidecars, mut starting) = (Amounts::new(), Amounts::new());
    for container in path::list(pod, ".spec.initContainers") {
        let mut running = of(container);
        if path::text(container, ".restartPolicy") == "Always" {
            plus(&mut sidecars, &running);
            most(&mut starting, &sidecars);
        } else {
            plus(&mut running, &sidecars);
            most(&mut starting, &running);
        }
    }
    plus(&mut all, &sidecars);
    most(&mut all, &starting);
    // What is set for the pod as a whole replaces the sums of its containers.
    all.extend(amounts(path::at(pod, &format!(".spec.resources.{field}"))));
    all
}

fn amounts(map: &Value) -> Amounts {
    let fields = map.as_object().into_iter().flatten();
    let amount = |(name, value): (&String, &Value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let quantity = Quantity::parse(&text).ok()?;
        let amount = if name == "cpu" { quantity.milli() } else { quantity.value() };
        Some((name.clone(), i128::from(amount)))
    };
    fields.filter_map(amount).collect()
}

fn plus(sum: &mut Amounts, more: &Amounts) {
    for (name, amount) in more {
        *sum.entry(name.clone()).or_default() += amount;
    }
}

fn most(largest: &mut Amounts, other: &Amounts) {
    for (name, amount) in other {
        let known = largest.entry(name.clone()).or_default();
        *known = (*known).max(*amount);
    }
}

/// Writes an amount as kubectl does: `850m`, `4`, `290Mi`.
fn written(resource: &str, amount: i128) -> String {
    const UNITS: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    let is_bytes =
        matches!(resource, "memory" | "ephemeral-storage") || resource.starts_with("hugepages-");
    if resource == "cpu" {
        return if amount % 1000 == 0 { (amount / 1000).to_string() } else { format!("{amount}m") };
    }
    let (mut amount, mut unit) = (amount, 0);
    while is_bytes && amount != 0 && amount % 1024 == 0 && unit + 1 < UNITS.len() {
        (amount, unit) = (amount / 1024, unit + 1);
    }
    format!("{amount}{}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sums(pods: &[Value]) -> PodSums {
        let mut sums = PodSums::default();
        for pod in pods {
            sums.add(pod);
        }
        sums
    }

    fn row(sums: &PodSums, at: usize) -> (String, String, String) {
        let node = json!({"status": {"allocatable": {"cpu": "4", "memory": "8Gi", "pods": "110"}}});
        let row = sums.beside(&node, None).swap_remove(at);
        (row.requests, row.limits, row.allocatable)
    }

    fn container(cpu: &str, memory: &str) -> Value {
        json!({"resources": {"requests": {"cpu": cpu}, "limits": {"memory": memory}}})
    }

    #[test]
    fn requests_and_limits_of_containers_add_up_beside_what_is_allocatable() {
        let pod =
            json!({"spec": {"containers": [container("250m", "64Mi"), container("600m", "1Gi")]}});
        let sums = sums(&[pod]);
        assert_eq!(row(&sums, 0), ("850m (21%)".into(), "0 (0%)".into(), "4".into()));
        assert_eq!(row(&sums, 1), ("0 (0%)".into(), "1088Mi (13%)".into(), "8Gi".into()));
        assert_eq!(row(&sums, 2).0, "1 (0%)");
    }

    #[test]
    fn init_containers_count_where_they_need_more_and_sidecars_always() {
        let mut sidecar = container("100m", "0");
        sidecar["restartPolicy"] = "Always".into();
        let pod = json!({"spec": {
            "initContainers": [sidecar, container("1", "0")],
            "containers": [container("500m", "0")],
        }});
        // The second init container runs beside the sidecar.
        assert_eq!(row(&sums(&[pod]), 0).0, "1100m (27%)");
    }

    #[test]
    fn resources_of_the_pod_replace_those_of_its_containers_and_overhead_is_added() {
        let pod = json!({"spec": {
            "resources": {"requests": {"cpu": "2"}}, "overhead": {"cpu": "250m"},
            "containers": [container("500m", "0")],
        }});
        assert_eq!(row(&sums(&[pod]), 0).0, "2250m (56%)");
    }

    #[test]
    fn pods_that_ended_request_nothing() {
        let pod =
            json!({"spec": {"containers": [container("1", "0")]}, "status": {"phase": "Failed"}});
        assert_eq!(sums(&[pod]), PodSums::default());
    }

    #[test]
    fn usage_stands_beside_where_it_is_measured() {
        let node = json!({"status": {"allocatable": {"cpu": "2"}}});
        let usage = json!({"usage": {"cpu": "500m"}});
        let rows = PodSums::default().beside(&node, Some(&usage));
        assert_eq!(rows[0].used.as_deref(), Some("500m (25%)"));
    }
}
