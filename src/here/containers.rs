//! Reads what is inside each container of this pod, as far as its processes can be seen.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Machine;
use super::cgroup;
use super::limits;
use super::process;
use super::processes::{self, Process};
use super::volumes::files_below;
use crate::downward::inside::{
    ActualProcess, Certainty, Enforced, Environment, Found, Here, Inside, Observed, Pid, Stranger,
};
use crate::downward::{ContainerView, PodObject, View};

/// The maximum number of processes whose environments are read to find their containers.
const MOST_GUESSES: usize = 2000;

/// Reads what is inside the containers of our pod: our own container, and those whose processes can
/// be seen, which takes a shared process namespace. The containers are in the order of the view.
#[must_use]
pub fn observe(
    machine: &Machine,
    here: &Here,
    pod: &PodObject,
    view: &View,
) -> (Vec<Observed>, Vec<Stranger>) {
    let own = Process::read(machine.root(), Pid::Own);
    let mut crowd = Crowd { machine, here, own, pod: pod.value(), view, members: BTreeMap::new() };
    crowd.add_own();
    let strangers = crowd.add_others();
    (view.containers.iter().map(|container| crowd.observed(container)).collect(), strangers)
}

struct Crowd<'a> {
    machine: &'a Machine,
    here: &'a Here,
    own: Process,
    pod: &'a Value,
    view: &'a View,
    members: BTreeMap<String, Vec<(Process, Certainty)>>,
}

impl Crowd<'_> {
    fn add_own(&mut self) {
        let own = &self.own;
        let by_environment =
            || processes::container_of_environment(self.view, &self.here.environment);
        let known = self.surely(own).or_else(|| {
            by_environment().map(|name| (name, Certainty::Environment)).or_else(|| {
                let [only] = self.view.containers.as_slice() else { return None };
                Some((only.name.clone(), Certainty::OnlyContainer))
            })
        });
        if let Some((name, by)) = known {
            self.members.entry(name).or_default().push((own.clone(), by));
        }
    }

    fn add_others(&mut self) -> Vec<Stranger> {
        let mut strangers = Vec::new();
        let mut guesses = 0;
        for pid in processes::others(self.machine.root()) {
            let process = Process::read(self.machine.root(), Pid::Other(pid));
            if process.is_of_kernel || self.is_foreign(&process) {
                continue;
            }
            let known = match self.surely(&process).or_else(|| self.beside_us(&process)) {
                Some(known) => Ok(known),
                None if process.is_pause() => Err("it holds the pod's namespaces".to_owned()),
                None if guesses == MOST_GUESSES => break,
                None => {
                    guesses += 1;
                    self.by_environment(&process)
                }
            };
            match known {
                Ok((name, by)) => self.members.entry(name).or_default().push((process, by)),
                Err(why) => strangers.push(Stranger { pid, command: process.command, why }),
            }
        }
        strangers
    }

    /// Returns the container of a process by the ids and names of the runtime and the kubelet.
    fn surely(&self, process: &Process) -> Option<(String, Certainty)> {
        let by_id = process.cgroup.container_id.as_deref();
        if let Some(name) = by_id.and_then(|id| processes::container_of_id(self.pod, id)) {
            return Some((name, Certainty::ContainerId));
        }
        let name = process.kubelet.container.as_deref()?;
        let is_ours = self.view.containers.iter().any(|container| container.name == name);
        is_ours.then(|| (name.to_owned(), Certainty::Mount))
    }

    /// Returns our own container if the process has our cgroup, as it has in a cgroup namespace.
    fn beside_us(&self, process: &Process) -> Option<(String, Certainty)> {
        if process.cgroup_text.is_empty() || process.cgroup_text != self.own.cgroup_text {
            return None;
        }
        self.members.iter().find_map(|(name, members)| {
            let (_, by) = members.iter().find(|(member, _)| member.pid == Some(Pid::Own))?;
            Some((name.clone(), *by))
        })
    }

    fn by_environment(&self, process: &Process) -> Result<(String, Certainty), String> {
        match process.environment(self.machine.root()) {
            Found::Unreadable(reason) => Err(reason),
            Found::There(environment) => {
                processes::container_of_environment(self.view, &environment)
                    .map(|name| (name, Certainty::Environment))
                    .ok_or_else(|| "its environment fits no single container".to_owned())
            }
        }
    }

    /// True if a process is of another pod or of none, as most are in the node's process namespace.
    fn is_foreign(&self, process: &Process) -> bool {
        let ours = [&self.pod["metadata"]["uid"], &self.pod["metadata"]["annotations"][HASH]];
        if let Some(uid) = process.pod_uid() {
            return !ours.contains(&&Value::String(uid.to_owned()));
        }
        // From a cgroup namespace, the other containers of the pod are one step up.
        let is_far =
            cgroup::path(&process.cgroup_text, "").is_some_and(|path| path.starts_with("/../.."));
        let is_of_node = self.own.cgroup.pod_uid.is_some() && process.cgroup.container_id.is_none();
        is_far || is_of_node
    }

    fn observed(&self, container: &ContainerView) -> Observed {
        let members = self.members.get(&container.name).map(Vec::as_slice).unwrap_or_default();
        let root = self.machine.root();
        let Some((process, by, environment)) = self.speaker(members) else {
            let why = self.absence(container);
            return Observed {
                container: container.name.clone(),
                process: None,
                inside: Inside {
                    environment: Found::Unreadable(why.clone()),
                    mounts: self
                        .mount_points(&container.name)
                        .map(|point| (point, Found::Unreadable(why.clone())))
                        .collect(),
                    process: ActualProcess::default(),
                },
                enforced: Enforced::unreadable(&why),
            };
        };
        let of_process = process.root(root);
        let mounts = self.mount_points(&container.name).map(|point| {
            let files = files_below(&of_process, &point);
            (point, files)
        });
        Observed {
            container: container.name.clone(),
            process: process.pid.map(|pid| (pid, by)),
            inside: Inside {
                environment,
                mounts: mounts.collect(),
                process: process::read(root, process),
            },
            enforced: limits::enforced(root, process),
        }
    }

    /// Returns the process to read for a container: this one, else the oldest whose environment can
    /// be read and is not overwritten.
    fn speaker<'m>(
        &self,
        members: &'m [(Process, Certainty)],
    ) -> Option<(&'m Process, Certainty, Found<Environment>)> {
        let mut best = None;
        for (process, by) in members {
            let environment = if process.pid == Some(Pid::Own) {
                Found::There(self.here.environment.clone())
            } else {
                process.environment(self.machine.root())
            };
            let rank = match &environment {
                Found::There(found) if !found.is_overwritten => 2,
                Found::There(_) => 1,
                Found::Unreadable(_) => 0,
            };
            if best.as_ref().is_none_or(|(_, _, _, other)| rank > *other) {
                best = Some((process, *by, environment, rank));
            }
            if rank == 2 {
                break;
            }
        }
        best.map(|(process, by, environment, _)| (process, by, environment))
    }

    fn mount_points(&self, container: &str) -> impl Iterator<Item = String> {
        let mounts = self.view.volumes.iter().flat_map(|volume| &volume.mounts);
        mounts.filter(move |mount| mount.container == container).map(|mount| mount.path.clone())
    }

    /// Returns why there is no process of a container.
    fn absence(&self, container: &ContainerView) -> String {
        if container.started_at.is_none() {
            "it has not started".to_owned()
        } else if self.members.is_empty() {
            "it is not known which container this process is in".to_owned()
        } else {
            "none of its processes can be seen: it has ended, or has a process namespace of its own"
                .to_owned()
        }
    }
}

const HASH: &str = "kubernetes.io/config.hash";
