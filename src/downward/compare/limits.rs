//! Compares the limits of a pod with what the kernel enforces.

use std::fmt;

use serde_json::Value;

use super::Verdict;
use crate::downward::PodObject;
use crate::downward::inside::{Enforced, Quota, Reading};
use crate::downward::resources::divided_text;
use crate::k8s::quantity::Quantity;

/// The page sizes of kernels, in bytes: memory limits are rounded down to whole pages.
const PAGES: [u64; 3] = [4 << 10, 16 << 10, 64 << 10];
/// The smallest quota that the kubelet sets, in microseconds (`minQuotaPeriod`).
const SMALLEST_QUOTA: u64 = 1000;
/// The runtimes round a limit for systemd up to a multiple of this, in thousandths of a CPU.
const SYSTEMD_MILLI: u64 = 10;

/// A limit of the pod, of the Downward API and of the kernel. Shown as `limit 50M → file 50000000 →
/// enforced 49999872, whole pages`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitRow {
    /// `memory`, `cpu` or `cpus`.
    pub resource: &'static str,
    /// The container's limit as the pod has it.
    pub limit: Option<String>,
    /// The value of `limits.memory` or `limits.cpu`, in bytes or CPUs.
    pub file: Option<String>,
    /// What is enforced; `None` if it cannot be read.
    pub enforced: Option<String>,
    /// The outcome: `OnlyActual` if a limit is enforced that the container does not have.
    pub verdict: Verdict,
    /// A remark without a full stop.
    pub why: Option<String>,
}

impl LimitRow {
    /// True if the kernel enforces another limit than the pod's.
    #[must_use]
    pub fn fails(&self) -> bool {
        matches!(self.verdict, Verdict::Different | Verdict::OnlyPredicted)
    }
}

impl fmt::Display for LimitRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.limit, &self.file) {
            (Some(limit), Some(file)) => write!(f, "limit {limit} → file {file} → ")?,
            (Some(limit), None) => write!(f, "limit {limit} → ")?,
            (None, _) if self.resource == "cpus" => {}
            (None, _) => f.write_str("no limit → ")?,
        }
        match &self.enforced {
            Some(enforced) if self.resource == "cpus" => write!(f, "allowed {enforced}")?,
            Some(enforced) => write!(f, "enforced {enforced}")?,
            None => f.write_str("unreadable")?,
        }
        match &self.why {
            Some(why) => write!(f, ", {why}"),
            None => Ok(()),
        }
    }
}

/// Compares the memory and CPU limits of a container with what is enforced.
#[must_use]
pub fn compare_limits(object: &PodObject, container: &str, enforced: &Enforced) -> Vec<LimitRow> {
    let limits = Limits { pod: object.value(), container };
    let mut cpus = LimitRow::new("cpus", None);
    match &enforced.cpus {
        Reading::At(list) => cpus.enforced = Some(list.clone()),
        Reading::Unlimited => cpus.enforced = Some("all".to_owned()),
        Reading::Unreadable(reason) => cpus.unreadable(reason),
    }
    vec![limits.memory(&enforced.memory), limits.cpu(&enforced.cpu, &enforced.cpus), cpus]
}

impl LimitRow {
    fn new(resource: &'static str, limit: Option<&str>) -> Self {
        let one = Quantity::parse("1").ok();
        let file = limit
            .and_then(|text| Quantity::parse(text).ok())
            .zip(one)
            .map(|(amount, one)| divided_text(&format!("limits.{resource}"), &amount, &one));
        Self {
            resource,
            limit: limit.map(str::to_owned),
            file,
            enforced: None,
            verdict: Verdict::OnlyActual,
            why: None,
        }
    }

    fn unreadable(&mut self, reason: &str) {
        self.verdict = Verdict::Unreadable;
        self.why = Some(reason.to_owned());
    }

    fn judge(&mut self, verdict: Verdict, why: Option<&str>) {
        self.verdict = verdict;
        self.why = why.map(str::to_owned);
    }
}

struct Limits<'a> {
    pod: &'a Value,
    container: &'a str,
}

impl Limits<'_> {
    fn memory(&self, reading: &Reading<u64>) -> LimitRow {
        let limit = self.of_spec("memory");
        let wanted = limit.and_then(positive).map(|quantity| quantity.value().unsigned_abs());
        let mut row = LimitRow::new("memory", limit);
        let bytes = match reading {
            Reading::Unreadable(reason) => {
                row.unreadable(reason);
                return row;
            }
            Reading::Unlimited => None,
            Reading::At(bytes) => Some(*bytes),
        };
        row.enforced = Some(bytes.map_or("none".to_owned(), |bytes| bytes.to_string()));
        let whole = |wanted: u64, bytes| PAGES.iter().any(|page| wanted / page * page == bytes);
        match (wanted, bytes) {
            (Some(wanted), Some(bytes)) if wanted == bytes => row.judge(Verdict::Equal, None),
            (Some(wanted), Some(bytes)) if whole(wanted, bytes) => {
                row.judge(Verdict::Equal, Some("whole pages"));
            }
            (Some(_), _) => row.judge(Verdict::Different, self.resize("memory")),
            (None, Some(_)) => row.judge(Verdict::OnlyActual, Some(self.beyond())),
            (None, None) => row.judge(Verdict::Equal, None),
        }
        row
    }

    fn cpu(&self, reading: &Reading<Quota>, cpus: &Reading<String>) -> LimitRow {
        let limit = self.of_spec("cpu");
        let wanted = limit.and_then(positive).map(|quantity| quantity.milli().unsigned_abs());
        let mut row = LimitRow::new("cpu", limit);
        let quota = match reading {
            Reading::Unreadable(reason) => {
                row.unreadable(reason);
                return row;
            }
            Reading::Unlimited => None,
            Reading::At(quota) => Some(*quota),
        };
        row.enforced = Some(quota.map_or("none".to_owned(), |quota| {
            format!("{} µs in {} µs", quota.micros, quota.period)
        }));
        match (wanted, quota) {
            (Some(wanted), Some(quota)) => {
                let least = (wanted.saturating_mul(quota.period) / 1000).max(SMALLEST_QUOTA);
                if quota.micros == least && quota.milli() != wanted {
                    row.judge(Verdict::Equal, Some("the smallest quota that there is"));
                } else if quota.micros == least {
                    row.judge(Verdict::Equal, None);
                } else if (wanted..=wanted + SYSTEMD_MILLI).contains(&quota.milli()) {
                    row.judge(Verdict::Equal, Some("rounded up for systemd"));
                } else {
                    row.judge(Verdict::Different, self.resize("cpu"));
                }
            }
            (Some(wanted), None) => match cpus {
                Reading::At(list) if wanted == count(list) * 1000 => {
                    row.judge(Verdict::Equal, Some("it has these CPUs for itself"));
                }
                _ => row.judge(Verdict::Different, Some("the kubelet may not enforce CPU limits")),
            },
            (None, Some(_)) => row.judge(Verdict::OnlyActual, Some(self.beyond())),
            (None, None) => row.judge(Verdict::Equal, None),
        }
        row
    }

    fn of_spec(&self, resource: &str) -> Option<&str> {
        let lists = ["containers", "initContainers", "ephemeralContainers"];
        let limits = &self.find("spec", lists)?["resources"]["limits"];
        limits[resource].as_str()
    }

    /// Returns a remark if a resize is in progress: the status has the actual limit then.
    fn resize(&self, resource: &str) -> Option<&'static str> {
        let lists = ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"];
        let actual = self.find("status", lists)?["resources"]["limits"][resource].as_str();
        let is_other = actual.is_some() && actual != self.of_spec(resource);
        is_other.then_some("a resize is under way")
    }

    /// Returns why a limit is enforced that the container does not have.
    fn beyond(&self) -> &'static str {
        if self.pod["spec"]["resources"]["limits"].is_object() {
            "by the limits of the pod as a whole"
        } else {
            "by something besides the pod"
        }
    }

    fn find(&self, part: &str, lists: [&str; 3]) -> Option<&Value> {
        let named = |list: &str| {
            let items = self.pod[part][list].as_array()?;
            items.iter().find(|item| item["name"] == self.container)
        };
        lists.into_iter().find_map(named)
    }
}

/// Parses a limit; one of zero counts as none.
fn positive(text: &str) -> Option<Quantity> {
    Quantity::parse(text).ok().filter(|quantity| quantity.sign() > 0)
}

/// Returns the number of CPUs of a list such as `0-3,8`.
fn count(list: &str) -> u64 {
    let number = |text: &str| text.trim().parse::<u64>().ok();
    list.split(',')
        .filter_map(|part| match part.split_once('-') {
            Some((from, to)) => number(to)?.checked_sub(number(from)?)?.checked_add(1),
            None => number(part).map(|_| 1),
        })
        .fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rows(limits: &Value, enforced: &Enforced) -> Vec<(String, Verdict)> {
        let pod = json!({"metadata": {"uid": "u"}, "spec": {"containers": [{"name": "web", "resources": {"limits": limits}}]}});
        let rows = compare_limits(&PodObject::new(pod).unwrap(), "web", enforced);
        rows.iter().map(|row| (row.to_string(), row.verdict)).collect()
    }

    fn enforced(memory: u64, micros: u64) -> Enforced {
        Enforced {
            memory: Reading::At(memory),
            cpu: Reading::At(Quota { micros, period: 100_000 }),
            cpus: Reading::At("0-1".to_owned()),
        }
    }

    #[test]
    fn a_limit_is_followed_to_the_kernel_in_one_row() {
        let rows = rows(&json!({"memory": "50M", "cpu": "100m"}), &enforced(49_999_872, 10_000));
        let memory = "limit 50M → file 50000000 → enforced 49999872, whole pages";
        assert_eq!(rows[0], (memory.to_owned(), Verdict::Equal));
        let cpu = "limit 100m → file 1 → enforced 10000 µs in 100000 µs";
        assert_eq!(rows[1], (cpu.to_owned(), Verdict::Equal));
        assert_eq!(rows[2], ("allowed 0-1".to_owned(), Verdict::OnlyActual));
    }

    #[test]
    fn another_limit_is_a_difference_and_rounding_is_none() {
        use Verdict::{Different, Equal, OnlyActual};
        let verdicts = |limits: Value, memory, micros| {
            let rows = rows(&limits, &enforced(memory, micros));
            (rows[0].1, rows[1].1)
        };
        let limits = json!({"memory": "16Mi", "cpu": "155m"});
        assert_eq!(verdicts(limits.clone(), 16 << 20, 15_500), (Equal, Equal));
        assert_eq!(verdicts(limits.clone(), 16 << 20, 16_000), (Equal, Equal));
        assert_eq!(verdicts(limits.clone(), 15 << 20, 15_000), (Different, Different));
        assert_eq!(verdicts(limits, 17 << 20, 17_000), (Different, Different));
        assert_eq!(verdicts(json!({"cpu": "1m"}), 1, 1000), (OnlyActual, Equal));
        assert_eq!(verdicts(json!({"memory": "0"}), 1, 1000), (OnlyActual, OnlyActual));
    }

    #[test]
    fn no_limit_none_enforced_and_exclusive_cpus_are_in_order() {
        let mut free = enforced(0, 0);
        free.memory = Reading::Unlimited;
        free.cpu = Reading::Unlimited;
        let none = rows(&json!({}), &free);
        assert_eq!(none[0], ("no limit → enforced none".to_owned(), Verdict::Equal));
        let exclusive = rows(&json!({"cpu": "2", "memory": "1Gi"}), &free);
        assert_eq!(exclusive[1].1, Verdict::Equal);
        assert_eq!(exclusive[0].1, Verdict::Different);
        assert_eq!(rows(&json!({"cpu": "3"}), &free)[1].1, Verdict::Different);
        free.memory = Reading::Unreadable("no cgroup is mounted".to_owned());
        let unreadable = "no limit → unreadable, no cgroup is mounted";
        assert_eq!(rows(&json!({}), &free)[0], (unreadable.to_owned(), Verdict::Unreadable));
    }

    #[test]
    fn cpus_are_counted() {
        assert_eq!(count("0-3,8"), 5);
        assert_eq!(count("0"), 1);
        assert_eq!(count("3-1,x,"), 0);
        assert_eq!(count("0-18446744073709551615"), 0);
    }
}
