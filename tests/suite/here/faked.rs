//! A directory with the file system of a container.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;

use kubewalk::downward::{Lookup, Options, Service, Surroundings, View, compute};
use kubewalk::here::{Machine, Root};
use serde_json::{Value, json};

use crate::downward::support::{found, object};

/// The directory, which is removed on drop.
pub(crate) struct Faked(tempfile::TempDir);

impl Faked {
    /// Creates an empty directory.
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Returns a machine with this root.
    pub(crate) fn machine(&self) -> Machine {
        Machine::at(Root::at(self.0.path()))
    }

    /// Returns the real path of a path.
    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.0.path().join(path.trim_start_matches('/'))
    }

    /// Writes a file, and creates its parent directories.
    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Adds a process: `self` or an ID.
    pub(crate) fn process(&self, pid: &str, cgroup: &str, environment: &[(String, String)]) {
        self.write(&format!("proc/{pid}/cgroup"), cgroup);
        self.write(&format!("proc/{pid}/environ"), environ(environment));
        self.write(&format!("proc/{pid}/comm"), "sleep\n");
    }

    /// Adds a line to the mounts of a process.
    pub(crate) fn mount(&self, pid: &str, line: &str) {
        let path = format!("proc/{pid}/mountinfo");
        let before = fs::read_to_string(self.at(&path)).unwrap_or_default();
        self.write(&path, format!("{before}{line}\n"));
    }

    /// Writes a volume as the kubelet does: a directory named after a time, a link to it, and links
    /// through that link to each file.
    pub(crate) fn volume(&self, point: &str, files: &[(&str, u32, &[u8])]) {
        for (path, mode, content) in files {
            let real = format!("{point}/..2026_11_23_06_10_20.411041546/{path}");
            self.write(&real, content);
            fs::set_permissions(self.at(&real), fs::Permissions::from_mode(*mode)).unwrap();
            let first = path.split('/').next().unwrap();
            _ = symlink(format!("..data/{first}"), self.at(&format!("{point}/{first}")));
        }
        _ = symlink("..2026_11_23_06_10_20.411041546", self.at(&format!("{point}/..data")));
    }

    /// Writes the volume of the service account, with the namespace `default`.
    pub(crate) fn service_account(&self, point: &str) {
        let files: [(&str, u32, &[u8]); 4] = [
            ("ca.crt", 0o644, b"a certificate"),
            ("namespace", 0o644, b"default"),
            ("service-ca.crt", 0o644, b"another certificate"),
            ("token", 0o644, b"hunter2"),
        ];
        self.volume(&format!("{point}/var/run/secrets/kubernetes.io/serviceaccount"), &files);
    }
}

/// Formats an environment as in `/proc`.
pub(crate) fn environ(environment: &[(String, String)]) -> Vec<u8> {
    environment.iter().flat_map(|(name, value)| format!("{name}={value}\0").into_bytes()).collect()
}

/// Converts pairs of texts to strings.
pub(crate) fn pairs(environment: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    environment.iter().map(owned).collect()
}

/// Reads the three pods of a real cluster and the contents of their containers.
pub(crate) fn recorded() -> Vec<Value> {
    let text = fs::read_to_string("tests/fixtures/inside-the-containers.json").unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Computes the view of a recorded pod.
pub(crate) fn view(recorded: &Value) -> View {
    let kubernetes = json!({"metadata": {"name": "kubernetes", "namespace": "default"}, "spec":
        {"clusterIP": "10.0.0.1", "ports": [{"name": "https", "port": 443, "protocol": "TCP"}]}});
    let around = Surroundings {
        node: found(&recorded["node"]),
        services: Lookup::Found(vec![Service::try_from(&kubernetes).unwrap()]),
        kubernetes: found(&kubernetes),
        ..Surroundings::default()
    };
    compute(&object(&recorded["pod"]), &around, Options::default())
}

/// Writes a recorded container as the root of a process, which is `self` or an ID.
pub(crate) fn lay_out(faked: &Faked, recorded: &Value, container: &str, pid: &str) {
    let inside = &recorded["containers"][container];
    let environment: Vec<(String, String)> =
        serde_json::from_value(inside["environ"].clone()).unwrap();
    let uid = recorded["pod"]["metadata"]["uid"].as_str().unwrap();
    let id = id_of(&recorded["pod"], container);
    faked.process(pid, &format!("4:memory:/kubepods/pod{uid}/{id}\n"), &environment);
    let root = if pid == "self" { String::new() } else { format!("proc/{pid}/root") };
    for (path, file) in inside["files"].as_object().unwrap() {
        let (point, name) = path.rsplit_once('/').unwrap();
        let mode = u32::from_str_radix(file["mode"].as_str().unwrap(), 8).unwrap();
        let content = file["content"].as_str().unwrap().as_bytes();
        faked.volume(&format!("{root}{point}"), &[(name, mode, content)]);
    }
    faked.service_account(&root);
}

/// Returns the ID of a container of a pod.
pub(crate) fn id_of(pod: &Value, container: &str) -> String {
    let statuses = pod["status"]["containerStatuses"].as_array().unwrap();
    let status = statuses.iter().find(|status| status["name"] == container).unwrap();
    let id = status["containerID"].as_str().unwrap();
    id.strip_prefix("containerd://").unwrap().to_owned()
}
