//! Reads the limits that the kernel enforces, of cgroup version 1 and 2.

use super::Root;
use super::cgroup;
use super::mounts::Mount;
use super::processes::{Process, directory};
use crate::downward::inside::{Enforced, Pid, Quota, Reading};

/// Version 1 has the largest number of whole pages for no limit; this many bytes and more are none.
const BOUNDLESS: u64 = 1 << 60;

/// Reads what is enforced for a process's container.
pub(super) fn enforced(machine: &Root, process: &Process) -> Enforced {
    let files = Files { root: process.root(machine), process };
    Enforced { memory: files.memory(), cpu: files.cpu(), cpus: files.cpus(machine) }
}

struct Files<'a> {
    root: Root,
    process: &'a Process,
}

impl Files<'_> {
    fn memory(&self) -> Reading<u64> {
        let text = match self.read("memory", "memory.limit_in_bytes", "memory.max") {
            Ok(text) => text,
            Err(reason) => return Reading::Unreadable(reason),
        };
        match text.parse() {
            _ if text == "max" => Reading::Unlimited,
            Ok(bytes) if bytes >= BOUNDLESS => Reading::Unlimited,
            Ok(bytes) => Reading::At(bytes),
            Err(_) => Reading::Unreadable(strange(&text)),
        }
    }

    fn cpu(&self) -> Reading<Quota> {
        let text = match self.read("cpu", "cpu.cfs_quota_us", "cpu.max") {
            Ok(text) => text,
            Err(reason) => return Reading::Unreadable(reason),
        };
        let (micros, period) = match text.split_once(' ') {
            Some((micros, period)) => (micros.to_owned(), Ok(period.to_owned())),
            None => (text.clone(), self.read("cpu", "cpu.cfs_period_us", "cpu.max")),
        };
        if matches!(micros.as_str(), "max" | "-1") {
            return Reading::Unlimited;
        }
        let number = |text: &str| text.parse().ok().filter(|number| *number > 0);
        match (number(&micros), period.as_deref().ok().and_then(number)) {
            (Some(micros), Some(period)) => Reading::At(Quota { micros, period }),
            _ => Reading::Unreadable(strange(&text)),
        }
    }

    fn cpus(&self, machine: &Root) -> Reading<String> {
        let of_cgroup = self
            .read("cpuset", "cpuset.effective_cpus", "cpuset.cpus.effective")
            .or_else(|_| self.read("cpuset", "cpuset.cpus", "cpuset.cpus.effective"));
        match of_cgroup.ok().or_else(|| self.of_status(machine)) {
            Some(list) => Reading::At(list),
            None => Reading::Unreadable("no cpuset can be read".to_owned()),
        }
    }

    /// Returns the CPUs that the scheduler may use for the process, which are always readable.
    fn of_status(&self, machine: &Root) -> Option<String> {
        let at = directory(self.process.pid.unwrap_or(Pid::Own));
        let status = machine.text(format!("{at}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"))?;
        Some(line.trim().to_owned())
    }

    /// Reads the first line of a controller's file: of version 1 if that has the controller.
    fn read(&self, controller: &str, v1: &str, v2: &str) -> Result<String, String> {
        let mounts = &self.process.mounts;
        let is_v1 = |mount: &&Mount| {
            mount.kind == "cgroup" && mount.options.iter().any(|option| option == controller)
        };
        let (mount, file, controller) = if let Some(mount) = mounts.iter().find(is_v1) {
            (mount, v1, controller)
        } else {
            let unified = mounts.iter().find(|mount| mount.kind == "cgroup2");
            (unified.ok_or("no cgroup is mounted")?, v2, "")
        };
        let path = cgroup::path(&self.process.cgroup_text, controller).unwrap_or("/");
        let path = format!("{}/{file}", below(mount, path));
        self.root.line(&path).ok_or_else(|| format!("{path} cannot be read"))
    }
}

/// Returns the path of a cgroup below its mount, which may have only a part of the hierarchy. In a
/// cgroup namespace the mount is the container's own.
fn below(mount: &Mount, path: &str) -> String {
    let point = mount.point.trim_end_matches('/');
    let rest = path.strip_prefix(mount.root.trim_end_matches('/')).unwrap_or("");
    if rest.starts_with('/') && rest.len() > 1 && !rest.starts_with("/..") {
        format!("{point}{rest}")
    } else {
        point.to_owned()
    }
}

fn strange(text: &str) -> String {
    format!("`{text}` is no limit")
}
