//! A debug pod of 100 millicores and 64 MiB, as a control group of this machine.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use super::collection::{count, press_until, shows_all, shows_rows};
use super::report::{Samples, Target};
use super::starting::shows_tree;
use super::terminal::Terminal;
use super::{Bench, LATE, process};

/// The limits of the pod.
const MEMORY: &str = "67108864";
/// 10 ms of every 100 ms.
const QUOTA: (&str, &str) = ("10000", "100000");

/// Where control groups are mounted.
const ROOT: &str = "/sys/fs/cgroup";

/// A control group with the limits, which is removed on drop.
struct Pod(Vec<PathBuf>);

impl Pod {
    /// Creates a control group of version 2, or else of version 1.
    ///
    /// # Errors
    ///
    /// This user may not, or the machine has no such controllers.
    fn create() -> io::Result<Self> {
        let name = format!("kubewalk-bench-{}", std::process::id());
        let root = Path::new(ROOT);
        let (quota, period) = QUOTA;
        let groups = if root.join("cgroup.controllers").exists() {
            let cpu = format!("{quota} {period}");
            vec![(root.join(name), vec![("cpu.max", cpu), ("memory.max", MEMORY.to_owned())])]
        } else {
            let cpu = [("cpu.cfs_period_us", period), ("cpu.cfs_quota_us", quota)];
            let cpu = cpu.map(|(file, value)| (file, value.to_owned())).to_vec();
            let memory = vec![("memory.limit_in_bytes", MEMORY.to_owned())];
            vec![(root.join("cpu").join(&name), cpu), (root.join("memory").join(&name), memory)]
        };
        let mut pod = Self(Vec::new());
        for (group, limits) in groups {
            fs::create_dir(&group)?;
            pod.0.push(group.clone());
            for (file, value) in limits {
                fs::write(group.join(file), value)?;
            }
        }
        Ok(pod)
    }

    /// Starts the program in the group.
    fn start(&self, arguments: &[&str]) -> Terminal {
        let join =
            self.0.iter().map(|group| format!("echo $$ > {}/cgroup.procs; ", group.display()));
        let script = format!("{}exec \"$0\" \"$@\"", join.collect::<String>());
        Terminal::start_with(&["/bin/sh", "-c", &script], arguments)
    }
}

impl Drop for Pod {
    fn drop(&mut self) {
        for group in &self.0 {
            // Its processes have ended, but the kernel may still be cleaning up.
            let mut attempts = 0..100;
            while fs::remove_dir(group).is_err() && attempts.next().is_some() {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }
}

/// Measures the start, the first rows, all rows, keys meanwhile, and the peak memory.
pub(crate) fn small_pod(bench: &mut Bench<'_>) {
    let pod = match Pod::create() {
        Ok(pod) => pod,
        Err(why) => {
            eprintln!("skipped: a pod of 100 millicores, as no control group can be made: {why}");
            return;
        }
    };
    bench.server.delay(LATE);
    let url = bench.server.url();
    let starts = 0..bench.plan.starts;
    let trees: Vec<_> = starts.map(|_| pod.start(&["-s", &url]).since_start(shows_tree)).collect();
    let what = "100 millicores: start to a usable tree";
    bench.median(what, Samples::times(trees), None, Target::AtMost(150.0));

    let all = count(bench.plan.pods);
    let (mut firsts, mut loads, mut keys, mut peaks) = (vec![], vec![], vec![], vec![]);
    for _ in 0..bench.plan.loads {
        let mut terminal = pod.start(&["-s", &url, "-n", "load", "/api/v1"]);
        super::step_to_pods(&mut terminal);
        firsts.push(terminal.key("\r", shows_rows));
        terminal.rest(Duration::from_secs(1));
        terminal.cursor_key("j");
        terminal.rest(Duration::from_secs(1));
        let sent = terminal.send("L");
        keys.push(press_until(&mut terminal, |screen| shows_all(screen, &all)));
        loads.push(terminal.until(|screen| shows_all(screen, &all)).duration_since(sent));
        peaks.push(process::peak(terminal.process()));
    }
    bench.median("… first rows", Samples::times(firsts), None, Target::AtMost(500.0));
    let what = format!("… all {all} rows");
    bench.median(&what, Samples::times(loads), None, Target::AtMost(4000.0));
    bench.median("… key to frame meanwhile", Samples::all(keys), None, Target::AtMost(100.0));
    bench.p99("… peak memory", Samples::new("MiB", peaks), Target::AtMost(40.0));
}
