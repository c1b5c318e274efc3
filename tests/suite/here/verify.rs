//! `kubewalk downward --verify`, which compares the own pod with the object on the server.

use kubewalk::api::endpoint::{Environment, Options};
use kubewalk::document::Format;
use kubewalk::downward::Masker;
use kubewalk::downward::render::{Display, Output};
use kubewalk::headless::downward::{ViewForm, Wanted, verify};
use kubewalk::headless::{self, Access, Stop};
use kubewalk::k8s::endpoint::NoEndpoint;
use serde_json::Value;

use super::faked::{Faked, id_of, lay_out, pairs, recorded};
use crate::support::recordings::CLUSTER;

pub(super) fn wanted(form: Output) -> Wanted {
    Wanted {
        name: None,
        namespace: None,
        options: kubewalk::downward::Options::default(),
        display: Display { masker: Masker::with_salt([1, 2]), ..Display::default() },
        form: ViewForm::Printed(form),
        replaces: false,
    }
}

/// Runs the command on the demo, or without a server.
pub(super) fn run(
    faked: &Faked,
    wanted: &Wanted,
    is_connected: bool,
) -> (String, Result<(), Stop>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut out = Vec::new();
    let outcome = runtime.block_on(async {
        let options = Options { replay: Some(CLUSTER.into()), ..Options::default() };
        let access = if is_connected {
            Access::open(&options, &Environment::empty(), false).await
        } else {
            Err(Stop::Nowhere(NoEndpoint::default()))
        };
        verify::run(access, &faked.machine(), wanted, &mut out).await
    });
    (String::from_utf8(out).unwrap(), outcome)
}

/// Returns a recorded answer.
fn get(path: &str) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut out = Vec::new();
    runtime.block_on(async {
        let options = Options { replay: Some(CLUSTER.into()), ..Options::default() };
        let access = Access::open(&options, &Environment::empty(), false).await.unwrap();
        headless::get::run(&access, path, Format::Raw, false, &mut out).await.unwrap();
    });
    String::from_utf8(out).unwrap()
}

/// Lays out the container `main` of a recorded pod as the own one.
fn laid_out(name: &str) -> Faked {
    let pod = recorded().into_iter().find(|pod| pod["pod"]["metadata"]["name"] == name).unwrap();
    let faked = Faked::new();
    lay_out(&faked, &pod, "main", "self");
    let id = id_of(&pod["pod"], "main");
    faked.mount("self", &format!("1 0 0:1 / /cg/{id} ro - cgroup2 cgroup rw"));
    // The certificates are those of the recorded cluster.
    for (map, key) in
        [("kube-root-ca.crt", "ca.crt"), ("openshift-service-ca.crt", "service-ca.crt")]
    {
        let path = format!("/api/v1/namespaces/default/configmaps/{map}");
        let object = serde_json::from_str::<Value>(&get(&path)).unwrap();
        let account = "/var/run/secrets/kubernetes.io/serviceaccount";
        faked.write(&format!("{account}/{key}"), object["data"][key].as_str().unwrap());
    }
    faked
}

#[test]
fn a_pod_with_the_predicted_values_passes() {
    for name in ["downward", "downward-env", "debug"] {
        let (text, outcome) = run(&laid_out(name), &wanted(Output::Text), true);
        assert!(matches!(outcome, Ok(())), "{outcome:?}\n{text}");
        assert!(text.starts_with(&format!("default/{name}  this pod\n")), "{text}");
        let seen = "container main  seen through this process, known by its container id\n";
        assert!(text.contains(seen), "{text}");
        assert!(!text.contains("hunter2") && !text.contains("different"), "{text}");
    }
}

#[test]
fn a_difference_shows_both_values_and_fails() {
    let faked = laid_out("downward");
    faked.write("etc/downward/labels", "foo=\"baz\"");
    let (text, outcome) = run(&faked, &wanted(Output::Text), true);
    assert!(matches!(outcome, Err(Stop::Differs(1))), "{outcome:?}\n{text}");
    assert!(text.contains("    - foo=\"bar\"\n    + foo=\"baz\"\n"), "{text}");
    assert_eq!(outcome.unwrap_err().report(), 3);

    let (text, _) = run(&faked, &wanted(Output::Json), true);
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["differences"], 1);
    assert_eq!(document["containers"][0]["knownBy"], "container-id");
    let files = document["containers"][0]["files"].as_array().unwrap();
    let labels = files.iter().find(|file| file["name"] == "/etc/downward/labels").unwrap();
    assert_eq!(labels["verdict"], "different");
    assert_eq!(
        (&labels["predicted"], &labels["actual"]),
        (&"foo=\"bar\"".into(), &"foo=\"baz\"".into())
    );
    let (yaml, _) = run(&faked, &wanted(Output::Yaml), true);
    assert_eq!(serde_saphyr::from_str::<Value>(&yaml).unwrap(), document);
}

#[test]
fn another_pod_with_the_same_name_is_refused() {
    let faked = laid_out("downward");
    let cgroup = std::fs::read_to_string(faked.at("proc/self/cgroup")).unwrap();
    faked.write("proc/self/cgroup", cgroup.replace("e716e899", "00000000"));
    let (text, outcome) = run(&faked, &wanted(Output::Text), true);
    let Err(Stop::Failed(failure)) = outcome else { panic!("{outcome:?}") };
    assert!(
        failure.message.starts_with("the server has no pod downward in namespace default with")
    );
    // The local values are printed regardless.
    assert!(text.starts_with("this pod, without a prediction from the server\n"), "{text}");
}

#[test]
fn a_pod_with_another_hostname_is_found_by_its_uid() {
    let faked = laid_out("downward");
    let environ = std::fs::read_to_string(faked.at("proc/self/environ")).unwrap();
    faked.write("proc/self/environ", environ.replace("HOSTNAME=downward\0", "HOSTNAME=node1\0"));
    let (text, outcome) = run(&faked, &wanted(Output::Text), true);
    assert!(matches!(outcome, Ok(())), "{outcome:?}\n{text}");
    assert!(text.starts_with("default/downward  this pod\n"), "{text}");
}

#[test]
fn without_a_server_local_values_are_shown_and_secrets_masked() {
    let faked = Faked::new();
    let variables = [("POD_NAME", "db-0"), ("DB_PASSWORD", "hunter2"), ("HOME", "/a\u{1b}[2Jb")];
    faked.process("self", "0::/\n", &pairs(&variables));
    faked.service_account("");
    faked.volume("/etc/podinfo", &[("labels", 0o644, b"app=\"db\"\ntier=\"data\"")]);
    faked.volume("/etc/secret", &[("password", 0o400, b"hunter2")]);
    for point in ["/etc/podinfo", "/etc/secret", "/var/run/secrets/kubernetes.io/serviceaccount"] {
        faked.mount("self", &format!("5 0 0:40 / {point} ro,relatime - tmpfs tmpfs rw"));
    }
    let (text, outcome) = run(&faked, &wanted(Output::Text), false);
    assert!(matches!(outcome, Err(Stop::Nowhere(_))), "{outcome:?}");
    assert!(text.contains("  POD_NAME=db-0\n  DB_PASSWORD=‹7 bytes #"), "{text}");
    // Control characters are only escaped for a terminal.
    assert!(text.contains("  HOME=/a\u{1b}[2Jb\n"), "{text}");
    assert!(
        text.contains("volume at /etc/podinfo  Downward API\n  labels  0644\n    app=\"db\"\n")
    );
    assert!(text.contains("volume at /etc/secret  it may be a Secret\n  password  0400\n    ‹7"));
    assert!(!text.contains("hunter2"), "{text}");
    let mut requested = wanted(Output::Json);
    requested.display.show_secrets = true;
    let (text, _) = run(&faked, &requested, false);
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["env"][1]["actual"], "hunter2");
    assert_eq!(document["clues"]["name"]["value"], "db-0");
}

#[test]
fn unsupported_arguments_are_refused_in_a_sentence() {
    let faked = laid_out("downward");
    let mut requested = wanted(Output::Text);
    requested.display.container = Some("absent".to_owned());
    let (_, outcome) = run(&faked, &requested, true);
    let Err(Stop::Failed(failure)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(failure.message, "no container \"absent\": the pod has main");
    let (text, outcome) = run(&Faked::new(), &wanted(Output::Text), true);
    assert_eq!(text, "");
    assert_eq!(outcome.unwrap_err().report(), 2);
    let (_, outcome) = run(&faked, &wanted(Output::Env), true);
    assert_eq!(outcome.unwrap_err().report(), 2);
}

#[test]
fn a_container_without_an_id_is_found_by_its_environment() {
    let pod = recorded().into_iter().nth(2).unwrap();
    let environment: Vec<(String, String)> =
        serde_json::from_value(pod["containers"]["main"]["environ"].clone()).unwrap();
    let faked = Faked::new();
    let uid = pod["pod"]["metadata"]["uid"].as_str().unwrap();
    faked.process("self", &format!("4:memory:/kubepods/pod{uid}\n"), &environment);
    let mut wanted = wanted(Output::Text);
    wanted.name = Some("downward-env".to_owned());
    faked.write("var/run/secrets/kubernetes.io/serviceaccount/namespace", "default");
    let (text, outcome) = run(&faked, &wanted, true);
    assert_eq!(outcome.unwrap_err().report(), 3, "{text}");
    assert!(text.contains("  name downward-env, by POD_NAME\n"), "{text}");
    assert!(text.contains("known by its environment, which no other container has\n"), "{text}");
    for name in ["POD_IP", "GREETING", "KUBERNETES_PORT_443_TCP_ADDR"] {
        let row = text.lines().find(|line| line.split_whitespace().any(|word| word == name));
        assert!(row.unwrap().starts_with("  equal  "), "{text}");
    }
}

#[test]
fn a_container_whose_processes_are_hidden_is_reported_in_one_line() {
    let (text, outcome) = run(&laid_out("debug"), &wanted(Output::Text), true);
    assert!(matches!(outcome, Ok(())), "{outcome:?}\n{text}");
    let why = "it has ended, or has a process namespace of its own";
    let line =
        format!("container ambassador  not seen: none of its processes can be seen: {why}\n");
    assert!(text.ends_with(&line), "{text}");
    let mut requested = wanted(Output::Text);
    requested.display.container = Some("ambassador".to_owned());
    let (_, outcome) = run(&laid_out("debug"), &requested, true);
    assert!(matches!(outcome, Err(Stop::Incomplete)), "{outcome:?}");
}
