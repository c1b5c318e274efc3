//! Three pods of a real cluster: predicted values compared with the recorded ones, row by row.

use kubewalk::downward::compare::{Comparison, Verdict, compare};
use kubewalk::downward::inside::{Certainty, Pid};
use kubewalk::downward::{Content, View};
use kubewalk::here::observe;
use serde_json::{Value, json};

use super::faked::{Faked, lay_out, recorded, view};
use crate::downward::support::object;

/// Compares a container of a recorded pod with a fake file system.
fn compared(faked: &Faked, pod: &Value, view: &View, container: &str) -> Comparison {
    let machine = faked.machine();
    let (observed, strangers) = observe(&machine, &machine.look(), &object(&pod["pod"]), view);
    assert_eq!(strangers, []);
    let observed = observed.iter().find(|observed| observed.container == container).unwrap();
    assert_eq!(observed.process, Some((Pid::Own, Certainty::ContainerId)));
    compare(view, container, &observed.inside).unwrap()
}

fn names(comparison: &Comparison, verdict: Verdict) -> Vec<&str> {
    let rows = comparison.rows().filter(|row| row.verdict == verdict);
    rows.map(|row| row.name.as_str()).collect()
}

/// Lays out the container `main` of a recorded pod as the own one.
fn main_of(name: &str) -> (Faked, Value, View) {
    let pod = recorded().into_iter().find(|pod| pod["pod"]["metadata"]["name"] == name).unwrap();
    let faked = Faked::new();
    lay_out(&faked, &pod, "main", "self");
    let view = view(&pod);
    (faked, pod, view)
}

#[test]
fn real_containers_have_the_predicted_values_and_those_of_image_and_runtime() {
    let mut rows = 0;
    for pod in recorded() {
        let view = view(&pod);
        for container in pod["containers"].as_object().unwrap().keys() {
            let faked = Faked::new();
            lay_out(&faked, &pod, container, "self");
            let comparison = compared(&faked, &pod, &view, container);
            assert!(!comparison.fails(), "{comparison:#?}");
            let none: [&str; 0] = [];
            assert_eq!(names(&comparison, Verdict::Unreadable), none);
            assert_eq!(names(&comparison, Verdict::OnlyPredicted), none);
            let account = "/var/run/secrets/kubernetes.io/serviceaccount";
            assert_eq!(
                names(&comparison, Verdict::OnlyActual),
                [
                    "HOME",
                    "HOSTNAME",
                    "PATH",
                    &format!("{account}/ca.crt"),
                    &format!("{account}/service-ca.crt"),
                    &format!("{account}/token")
                ]
            );
            let why = comparison.env.iter().find(|row| row.name == "PATH").unwrap().why.as_deref();
            assert_eq!(why, Some("set by the image or the runtime"));
            rows += comparison.count(Verdict::Equal);
        }
    }
    // Every service variable, every variable of the pods, and every file.
    assert_eq!(rows, 4 * 8 + 2 + 8 + 2 + 6 + 4);
}

#[test]
fn a_changed_file_a_missing_variable_and_other_permissions_are_differences() {
    let (faked, pod, view) = main_of("downward-env");
    let environ = std::fs::read_to_string(faked.at("proc/self/environ")).unwrap();
    let changed = environ.replace("POD_IP=10.244.0.25\0", "POD_IP=10.0.0.9\0");
    faked.write("proc/self/environ", changed.replace("NODE_NAME=node1\0", ""));
    let comparison = compared(&faked, &pod, &view, "main");
    assert_eq!(names(&comparison, Verdict::Different), ["POD_IP"]);
    assert_eq!(names(&comparison, Verdict::OnlyPredicted), ["NODE_NAME"]);

    let (faked, pod, view) = main_of("downward");
    faked.write("etc/downward/labels", "foo=\"baz\"");
    let loose = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(faked.at("etc/downward/podName"), loose).unwrap();
    let comparison = compared(&faked, &pod, &view, "main");
    let files = ["/etc/downward/labels", "/etc/downward/podName"];
    assert_eq!(names(&comparison, Verdict::Different), files);
    let mode = comparison.files.iter().find(|row| row.name == files[1]).unwrap();
    assert_eq!(mode.modes, (Some(0o644), Some(0o600)));
    assert_eq!(mode.why.as_deref(), Some("only the permissions differ"));
    assert!(comparison.fails());
}

#[test]
fn only_the_time_set_by_the_kubelet_may_differ() {
    let (faked, pod, view) = main_of("downward");
    let path = "etc/downward/annotations";
    let text = std::fs::read_to_string(faked.at(path)).unwrap();
    faked.write(path, text.replace("config.seen=\"2026", "config.seen=\"2031"));
    assert!(!compared(&faked, &pod, &view, "main").fails());
    faked.write(path, text.replace("config.source=\"api", "config.source=\"file"));
    assert!(compared(&faked, &pod, &view, "main").fails());
    faked.write(path, format!("{text}\nmore=\"x\""));
    assert!(compared(&faked, &pod, &view, "main").fails());
}

#[test]
fn a_variable_older_than_its_label_is_marked_as_possibly_old() {
    let (faked, mut pod, _) = main_of("downward-env");
    pod["pod"]["metadata"]["labels"]["tier"] = json!("new");
    pod["pod"]["metadata"]["managedFields"] = json!([{"manager": "kubectl-label",
        "operation": "Update", "time": "2026-11-23T09:00:00Z", "fieldsType": "FieldsV1",
        "fieldsV1": {"f:metadata": {"f:labels": {"f:tier": {}}}}}]);
    let env = pod["pod"]["spec"]["containers"][0]["env"].as_array_mut().unwrap();
    env.push(json!({"name": "TIER", "valueFrom": {"fieldRef":
        {"apiVersion": "v1", "fieldPath": "metadata.labels['tier']"}}}));
    env.push(json!({"name": "USER_OF_TIER", "value": "in $(TIER)"}));
    let environ = std::fs::read_to_string(faked.at("proc/self/environ")).unwrap();
    faked.write("proc/self/environ", format!("{environ}TIER=old\0USER_OF_TIER=in old\0"));
    let comparison = compared(&faked, &pod, &view(&pod), "main");
    assert_eq!(names(&comparison, Verdict::Different), ["TIER", "USER_OF_TIER"]);
    let why = |name: &str| {
        let row = comparison.env.iter().find(|row| row.name == name).unwrap();
        row.why.clone().unwrap()
    };
    let old = "may be old: kubectl-label wrote at 2026-11-23T09:00:00Z, the container started at";
    assert!(why("TIER").starts_with(old), "{}", why("TIER"));
    assert_eq!(why("USER_OF_TIER"), "may be old: it uses TIER");
}

#[test]
fn a_file_mounted_by_sub_path_is_found_and_may_be_old() {
    let (faked, mut pod, _) = main_of("downward");
    let mounts = pod["pod"]["spec"]["containers"][0]["volumeMounts"].as_array_mut().unwrap();
    mounts.push(json!({"name": "downward", "mountPath": "/etc/labels", "subPath": "labels"}));
    faked.write("etc/labels", "foo=\"old\"");
    let comparison = compared(&faked, &pod, &view(&pod), "main");
    assert_eq!(names(&comparison, Verdict::Different), ["/etc/labels"]);
    let row = comparison.files.iter().find(|row| row.name == "/etc/labels").unwrap();
    let why = "mounted by subPath labels: frozen since the container started";
    assert_eq!(row.why.as_deref(), Some(why));
}

#[test]
fn values_that_may_come_from_an_unknown_secret_are_marked_as_secret() {
    let (faked, mut pod, _) = main_of("downward-env");
    let container = &mut pod["pod"]["spec"]["containers"][0];
    container["envFrom"] = json!([{"prefix": "DB_", "secretRef": {"name": "db"}}]);
    let env = container["env"].as_array_mut().unwrap();
    env.push(
        json!({"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "p"}}}),
    );
    env.push(json!({"name": "URL", "value": "pg://$(PASSWORD)@db"}));
    let environ = std::fs::read_to_string(faked.at("proc/self/environ")).unwrap();
    let more = "DB_USER=app\0PASSWORD=hunter2\0URL=pg://hunter2@db\0PLAIN=x\0";
    faked.write("proc/self/environ", format!("{environ}{more}"));
    let comparison = compared(&faked, &pod, &view(&pod), "main");
    assert!(!comparison.fails());
    let actual = |name: &str| {
        let row = comparison.env.iter().find(|row| row.name == name).unwrap();
        assert_eq!(row.verdict, Verdict::OnlyActual, "{name}");
        row.actual.clone().unwrap()
    };
    for (name, value) in [("DB_USER", "app"), ("PASSWORD", "hunter2"), ("URL", "pg://hunter2@db")] {
        assert_eq!(actual(name), Content::secret(value.into()), "{name}");
    }
    assert_eq!(actual("PLAIN"), Content::from("x"));
    // The token is always masked.
    let token = comparison.files.iter().find(|row| row.name.ends_with("/token")).unwrap();
    assert_eq!(token.actual, Some(Content::secret(b"hunter2".to_vec())));
}

#[test]
fn an_overwritten_environment_is_not_compared() {
    let (faked, pod, view) = main_of("downward-env");
    faked.write("proc/self/environ", b"nginx: master process\0\0POD_NAME=downward-env\0");
    let comparison = compared(&faked, &pod, &view, "main");
    assert!(!comparison.env.iter().any(kubewalk::downward::compare::Compared::fails));
    assert_eq!(names(&comparison, Verdict::Equal)[0], "POD_NAME");
    let row = comparison.env.iter().find(|row| row.name == "POD_IP").unwrap();
    assert_eq!(row.verdict, Verdict::Unreadable);
    assert_eq!(row.why.as_deref(), Some("the program has written over its environment"));
}

#[test]
fn values_unknown_to_the_api_are_shown_as_actual_with_the_reason() {
    let (faked, pod, _) = main_of("downward-env");
    // Nodes and Services are forbidden.
    let around = kubewalk::downward::Surroundings {
        services: kubewalk::downward::Lookup::Unknown("services is forbidden".to_owned()),
        kubernetes: kubewalk::downward::Lookup::Unknown("services is forbidden".to_owned()),
        ..Default::default()
    };
    let options = kubewalk::downward::Options::default();
    let view = kubewalk::downward::compute(&object(&pod["pod"]), &around, options);
    let environ = std::fs::read_to_string(faked.at("proc/self/environ")).unwrap();
    faked.write("proc/self/environ", format!("{environ}OF_THE_IMAGE=x\0"));
    let comparison = compared(&faked, &pod, &view, "main");
    assert!(!comparison.fails(), "{comparison:#?}");
    let why = |name: &str| {
        let row = comparison.env.iter().find(|row| row.name == name).unwrap();
        assert_eq!(row.verdict, Verdict::OnlyActual, "{name}");
        row.why.clone().unwrap()
    };
    assert_eq!(
        why("KUBERNETES_PORT_443_TCP_ADDR"),
        "of the Service kubernetes, by its name and its value"
    );
    assert_eq!(why("OF_THE_IMAGE"), "set by the image, or by what started the program");
}
