//! Comparing any pod with its containers, which are read by execs after the user agreed.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod batches;
mod client;
mod proxy;
mod screen;
mod verify;

use std::collections::BTreeMap;

use http_body_util::BodyExt as _;
use kubewalk::k8s::exec::{Cat, SEPARATOR};
use kubewalk::k8s::names::{Gvr, Namespace};
use kubewalk::k8s::path::ObjectPath;
use serde_json::Value;

use crate::here::faked::{environ, recorded};
use crate::support::exec::{Container, Fate};
use crate::support::recordings;
use crate::support::server::Server;

/// Returns the path of the execs of a recorded pod.
fn path(pod: &str) -> String {
    format!("/api/v1/namespaces/default/pods/{pod}/exec")
}

fn cat(pod: &str, container: &str, file: &str) -> Cat {
    let pod = ObjectPath {
        gvr: Gvr::new("", "v1", "pods"),
        namespace: Some(Namespace::new("default")),
        name: pod.into(),
    };
    Cat::new(&pod, container, file)
}

/// The files of the real containers, by exec path, container name and file path.
type Files = BTreeMap<(String, String, String), Vec<u8>>;

/// Returns the recorded files of the containers.
fn real_files() -> Files {
    let mut files = Files::new();
    for pod in recorded() {
        let path = path(pod["pod"]["metadata"]["name"].as_str().unwrap());
        for (container, inside) in pod["containers"].as_object().unwrap() {
            let mut add = |file: &str, bytes: Vec<u8>| {
                files.insert((path.clone(), container.clone(), file.to_owned()), bytes);
            };
            let variables: Vec<(String, String)> =
                serde_json::from_value(inside["environ"].clone()).unwrap();
            add("/proc/self/environ", environ(&variables));
            for (file, found) in inside["files"].as_object().unwrap() {
                add(file, found["content"].as_str().unwrap().into());
            }
            // The volume of the service account was not recorded; its files are those of the cluster.
            for (map, key) in
                [("kube-root-ca.crt", "ca.crt"), ("openshift-service-ca.crt", "service-ca.crt")]
            {
                add(&format!("{ACCOUNT}/{key}"), config_map(map, key));
            }
            add(&format!("{ACCOUNT}/namespace"), b"default".to_vec());
            add(&format!("{ACCOUNT}/token"), b"hunter2".to_vec());
        }
    }
    files
}

const ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// Returns the value of a recorded ConfigMap's key.
fn config_map(name: &str, key: &str) -> Vec<u8> {
    let path = format!("/api/v1/namespaces/default/configmaps/{name}");
    let head = http::Request::get(path).body(()).unwrap().into_parts().0;
    let replay = kubewalk::api::replay::Replay::new(recordings::cluster());
    let body = replay.answer(&head, b"").into_body().collect();
    let body = futures::executor::block_on(body).unwrap().to_bytes();
    let object: Value = serde_json::from_slice(&body).unwrap();
    object["data"][key].as_str().unwrap().into()
}

/// A container with these files and `cat`.
fn container_with(files: Files) -> Container {
    Container::new(move |run| {
        let [program, read @ ..] = run.command.as_slice() else { panic!("{:?}", run.command) };
        assert_eq!(program, "cat");
        let mut output = Vec::new();
        for file in read {
            if file == SEPARATOR {
                output.extend(run.command.iter().flat_map(|it| it.bytes().chain([0])));
                continue;
            }
            match files.get(&(run.path.clone(), run.container.clone(), file.clone())) {
                Some(bytes) => output.extend(bytes),
                None => return Fate::Fails(1, "cat: can't open it: No such file or directory\n"),
            }
        }
        Fate::Writes(output)
    })
}

/// Starts a server over the demo with the recorded containers.
fn cluster() -> Server {
    let server = Server::over(recordings::cluster());
    server.set_container(container_with(real_files()));
    server
}

/// Returns the files that execs have read.
fn requested(server: &Server) -> Vec<String> {
    let execs = server.seen().into_iter().filter(|seen| seen.path.ends_with("/exec"));
    execs.map(|seen| kubewalk::k8s::path::decode_segment(&seen.query)).collect()
}
