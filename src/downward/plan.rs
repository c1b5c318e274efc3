//! What to read in the containers of a pod by execs, to compare it: shown before anything is run.
//! Pure.

use super::object::PodObject;
use super::view::{FileRow, State, View};
use crate::k8s::exec::Cat;
use crate::k8s::names::{Gvr, Namespace};
use crate::k8s::path::ObjectPath;
use crate::k8s::pod;

/// The maximum number of files that are read of one container.
const MOST_FILES: usize = 64;

/// The commands to run in the containers of one pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The pod.
    pub pod: ObjectPath,
    /// Its uid, so that nothing is run in another pod of that name.
    pub uid: String,
    /// Its containers, in the order of the view.
    pub containers: Vec<Planned>,
}

/// What to run in one container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The container's name.
    pub name: String,
    /// What to read; or why nothing can be run in it, a few words.
    pub reads: Result<Reads, String>,
}

/// What to read in one container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reads {
    /// Its environment, which each process that is run in it gets.
    pub environment: Cat,
    /// What tells about its first process.
    pub process: Vec<ProcessRead>,
    /// The files of its volumes.
    pub files: Vec<PlannedFile>,
}

/// A file about the first process of a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessRead {
    /// Which one.
    pub file: ProcessFile,
    /// The command that reads it.
    pub cat: Cat,
}

/// The files about the first process of a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcessFile {
    /// `/proc/1/cmdline`.
    CommandLine,
    /// `/proc/1/status`.
    Status,
    /// `/proc/1/oom_score_adj`.
    OomScoreAdj,
    /// `/proc/self/mountinfo`: all processes of a container have the same mounts.
    Mounts,
    /// `/etc/hostname`.
    Hostname,
    /// `/etc/hosts`.
    Hosts,
    /// `/etc/resolv.conf`.
    ResolvConf,
}

impl ProcessFile {
    const ALL: [Self; 7] = [
        Self::CommandLine,
        Self::Status,
        Self::OomScoreAdj,
        Self::Mounts,
        Self::Hostname,
        Self::Hosts,
        Self::ResolvConf,
    ];

    fn path(self) -> &'static str {
        match self {
            Self::CommandLine => "/proc/1/cmdline",
            Self::Status => "/proc/1/status",
            Self::OomScoreAdj => "/proc/1/oom_score_adj",
            Self::Mounts => "/proc/self/mountinfo",
            Self::Hostname => "/etc/hostname",
            Self::Hosts => "/etc/hosts",
            Self::ResolvConf => "/etc/resolv.conf",
        }
    }

    /// True if it is about the first process of a process namespace, which may be another's.
    fn is_of_namespace(self) -> bool {
        matches!(self, Self::CommandLine | Self::Status | Self::OomScoreAdj)
    }
}

/// One file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedFile {
    /// The path of its mount in the container.
    pub mount: String,
    /// Its path below the mount; empty where the mount is the file.
    pub below: String,
    /// The command that reads it; or why it is not read, a few words.
    pub read: Result<Cat, String>,
}

impl Plan {
    /// Plans the reads in those containers of a pod for which `wants` is true. Only files that are
    /// predicted are read, and no secret file without a predicted value.
    #[must_use]
    pub fn of(object: &PodObject, view: &View, wants: impl Fn(&str) -> bool) -> Self {
        let path = ObjectPath {
            gvr: Gvr::new("", "v1", "pods"),
            namespace: Some(Namespace::new(&view.pod.namespace)),
            name: view.pod.name.as_str().into(),
        };
        let states = pod::containers(object.value());
        let spec = &object.value()["spec"];
        let is_shared = spec["shareProcessNamespace"] == true || spec["hostPID"] == true;
        let planned = |name: &String| {
            let state = states.iter().find(|container| container.name == *name);
            let reads = match state {
                Some(state) if state.is_running => Ok(reads(&path, view, name, is_shared)),
                Some(state) => Err(format!("it does not run ({})", state.state)),
                None => Err("the pod has no such container".to_owned()),
            };
            Planned { name: name.clone(), reads }
        };
        let names = view.containers.iter().map(|container| &container.name);
        let containers = names.filter(|name| wants(name)).map(planned).collect();
        Self { pod: path, uid: view.pod.uid.clone(), containers }
    }

    /// Checks that something can be run.
    ///
    /// # Errors
    ///
    /// Why nothing can be run: no container runs. One sentence without a full stop.
    pub fn runs(&self) -> Result<(), String> {
        let whys: Vec<String> = self
            .containers
            .iter()
            .map_while(|container| Some((&container.name, container.reads.as_ref().err()?)))
            .map(|(name, why)| format!("{name}: {why}"))
            .collect();
        if whys.len() < self.containers.len() {
            return Ok(());
        }
        Err(format!("nothing can be run in the containers of this pod: {}", whys.join("; ")))
    }
}

impl Planned {
    /// Returns what to read about its first process.
    pub fn process(&self) -> impl Iterator<Item = &ProcessRead> {
        self.reads.iter().flat_map(|reads| &reads.process)
    }

    /// Returns the files to read in it.
    pub fn files(&self) -> impl Iterator<Item = &PlannedFile> {
        self.reads.iter().flat_map(|reads| &reads.files)
    }
}

impl Reads {
    /// Returns the commands that read what tells about the first process, and the files.
    #[must_use]
    pub fn cats(&self) -> Vec<Cat> {
        let files = self.files.iter().filter_map(|file| file.read.as_ref().ok());
        Cat::joined(self.process.iter().map(|read| &read.cat).chain(files))
    }
}

fn reads(pod: &ObjectPath, view: &View, container: &str, is_shared: bool) -> Reads {
    let mut files = Vec::new();
    for volume in &view.volumes {
        for mount in volume.mounts.iter().filter(|mount| mount.container == container) {
            let rows = volume.files.iter().filter(|row| !row.is_any);
            let shown = rows.filter_map(|row| Some((row, mount.below(&row.path)?)));
            files.extend(shown.map(|(row, below)| {
                let read = readable(row).map(|()| Cat::new(pod, container, &mount.at(below)));
                PlannedFile { mount: mount.path.clone(), below: below.to_owned(), read }
            }));
        }
    }
    let readable = files.iter_mut().filter(|file| file.read.is_ok());
    for file in readable.skip(MOST_FILES) {
        file.read = Err(format!("not read: only the first {MOST_FILES} files are read"));
    }
    let process =
        ProcessFile::ALL.into_iter().filter(|file| !(is_shared && file.is_of_namespace()));
    let process =
        process.map(|file| ProcessRead { file, cat: Cat::new(pod, container, file.path()) });
    Reads {
        environment: Cat::new(pod, container, "/proc/self/environ"),
        process: process.collect(),
        files,
    }
}

fn readable(row: &FileRow) -> Result<(), String> {
    if row.origin.state == State::Unknown && row.origin.secret {
        Err("not read: it is secret, and there is nothing to compare it with".to_owned())
    } else {
        Ok(())
    }
}
