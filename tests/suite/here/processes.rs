//! Real processes, in the PID namespace of the test.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use crate::downward::support::object;
use kubewalk::downward::compare::{Verdict, compare};
use kubewalk::downward::inside::{Certainty, Found, Pid};
use kubewalk::downward::{Options, Surroundings, compute};
use kubewalk::here::{Machine, Process, observe};
use serde_json::json;

/// A process that is killed on drop.
struct Sleeping(Child);

impl Sleeping {
    fn with(environment: &[(&str, &str)]) -> Self {
        let mut command = Command::new("sleep");
        command.arg("1000").env_clear().envs(environment.iter().copied());
        Self(command.spawn().unwrap())
    }

    fn pid(&self) -> Pid {
        Pid::Other(self.0.id())
    }
}

impl Drop for Sleeping {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

#[test]
fn the_environment_and_the_files_of_another_process_are_read() {
    let sleeping = Sleeping::with(&[("POD_NAME", "db-0"), ("EMPTY", ""), ("LINES", "a\nb=c")]);
    let machine = Machine::this();
    let process = Process::read(machine.root(), sleeping.pid());
    assert_eq!(process.command, "sleep");
    assert!(!process.mounts.is_empty());
    let Found::There(environment) = process.environment(machine.root()) else { panic!() };
    assert_eq!(environment.get("LINES"), Some(b"a\nb=c".as_slice()));
    assert_eq!(environment.get("EMPTY"), Some(b"".as_slice()));
    assert_eq!(environment.variables.len(), 3);
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("labels");
    std::fs::write(&file, "app=\"db\"").unwrap();
    assert_eq!(process.root(machine.root()).read(&file).unwrap().bytes, b"app=\"db\"");
}

#[test]
fn a_container_is_found_among_real_processes_by_its_environment() {
    let mark = format!("kubewalk-{}", std::process::id());
    let sleeping = Sleeping::with(&[("MARK", &mark), ("ROLE", "db"), ("PATH", "/bin")]);
    let machine = Machine::this();
    let here = machine.look();
    // The tests may run in a pod. Then the object must be this pod.
    let uid = here.pod.uid.as_ref().map_or("u", |clue| &clue.value);
    let pod = json!({"kind": "Pod", "metadata": {"name": "p", "namespace": "n", "uid": uid}, "spec": {
    "enableServiceLinks": false, "containers": [
        {"name": "web", "env": [{"name": "MARK", "value": mark}, {"name": "ROLE", "value": "web"}]},
        {"name": "db", "env": [{"name": "MARK", "value": mark}, {"name": "ROLE", "value": "db"}]},
    ]}});
    let view = compute(&object(&pod), &Surroundings::default(), Options::default());
    let (observed, _) = observe(&machine, &here, &object(&pod), &view);
    assert_eq!(observed[0].process, None);
    assert_eq!(observed[1].process, Some((sleeping.pid(), Certainty::Environment)));
    let comparison = compare(&view, "db", &observed[1].inside).unwrap();
    let verdicts: Vec<_> =
        comparison.env.iter().map(|row| (row.name.as_str(), row.verdict)).collect();
    assert!(verdicts.contains(&("MARK", Verdict::Equal)));
    assert!(verdicts.contains(&("PATH", Verdict::OnlyActual)));
}

#[test]
fn the_own_environment_is_that_of_the_process() {
    let environment = Machine::this().look().environment;
    let mut variables = 0;
    for (name, value) in std::env::vars() {
        assert_eq!(environment.text(&name).unwrap_or_default(), value, "{name}");
        variables += 1;
    }
    assert!(variables > 0);
}

#[test]
fn files_of_another_mount_namespace_are_read_through_its_process() {
    let directory = tempfile::tempdir().unwrap();
    let point = directory.path().to_str().unwrap();
    let script = format!(
        "mount -t tmpfs none {point} && mkdir {point}/..1 && printf 'app=\"db\"' >{point}/..1/labels \
         && ln -s ..1 {point}/..data && ln -s ..data/labels {point}/labels && echo ready \
         && exec sleep 1000"
    );
    let mut command = Command::new("unshare");
    command.args(["--mount", "sh", "-c", &script]).stdout(Stdio::piped()).stderr(Stdio::null());
    let Ok(mut child) = command.spawn() else {
        eprintln!("skipped: there is no unshare");
        return;
    };
    let mut printed = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut printed).unwrap();
    let child = Sleeping(child);
    if printed != "ready\n" {
        eprintln!("skipped: mount namespaces are not permitted");
        return;
    }
    let file = format!("{point}/labels");
    assert!(!std::path::Path::new(&file).exists());
    let machine = Machine::this();
    let process = Process::read(machine.root(), child.pid());
    let root = process.root(machine.root());
    assert_eq!(root.read(&file).unwrap().bytes, b"app=\"db\"");
    let mount = process.mounts.iter().find(|mount| mount.point == point).unwrap();
    assert_eq!(mount.kind, "tmpfs");
}
