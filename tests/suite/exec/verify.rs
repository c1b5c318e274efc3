//! `kubewalk downward POD --verify`, which compares a named pod with its containers.

use kubewalk::api::endpoint::{Environment, Options};
use kubewalk::downward::Masker;
use kubewalk::downward::render::{Display, Output};
use kubewalk::headless::downward::{ViewForm, Wanted, verify};
use kubewalk::headless::{Access, Stop};
use kubewalk::k8s::failure::FailureKind;
use kubewalk::k8s::names::Namespace;
use serde_json::Value;

use super::{ACCOUNT, cluster, container_with, path, real_files, requested};
use crate::here::faked::{Faked, lay_out, recorded};
use crate::support::exec::{Container, Fate, NO_CAT};
use crate::support::machine::binary;
use crate::support::recordings::CLUSTER;
use crate::support::server::Server;

pub(super) fn wanted(name: &str, form: Output) -> Wanted {
    Wanted {
        name: Some(name.to_owned()),
        namespace: None,
        options: kubewalk::downward::Options::default(),
        display: Display { masker: Masker::with_salt([1, 2]), ..Display::default() },
        form: ViewForm::Printed(form),
        replaces: false,
    }
}

/// Runs the command outside a pod.
pub(super) async fn run(server: &Server, wanted: &Wanted) -> (String, Result<(), Stop>) {
    run_at(&Faked::new(), server, wanted).await
}

async fn run_at(faked: &Faked, server: &Server, wanted: &Wanted) -> (String, Result<(), Stop>) {
    let options = Options {
        server: Some(server.url()),
        namespace: Some(Namespace::new("default")),
        ..Options::default()
    };
    let access = Access::open(&options, &Environment::empty(), false).await.unwrap();
    let mut out = Vec::new();
    let outcome = verify::run_named(access, &faked.machine(), wanted, &mut out).await;
    (String::from_utf8(out).unwrap(), outcome)
}

#[tokio::test]
async fn real_containers_have_the_predicted_values_and_those_of_image_and_runtime() {
    let server = cluster();
    for pod in recorded() {
        let name = pod["pod"]["metadata"]["name"].as_str().unwrap();
        let (text, outcome) = run(&server, &wanted(name, Output::Json)).await;
        assert!(outcome.is_ok(), "{outcome:?}\n{text}");
        let document: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(document["differences"], 0);
        let containers = document["containers"].as_array().unwrap();
        assert_eq!(containers.len(), pod["containers"].as_object().unwrap().len());
        for container in containers {
            assert_eq!(container["process"], "an exec of cat");
            assert_eq!(container["knownBy"], "name");
            assert_eq!(container["limits"].as_array().unwrap().len(), 0);
            let of = |verdict: &str| -> Vec<&str> {
                let rows = ["env", "files"].map(|rows| container[rows].as_array().unwrap());
                let rows = rows.into_iter().flatten().filter(|row| row["verdict"] == verdict);
                rows.map(|row| row["name"].as_str().unwrap()).collect()
            };
            assert_eq!(of("only-actual"), ["HOME", "HOSTNAME", "PATH"]);
            // The token cannot be predicted, so it is not read.
            assert_eq!(of("unreadable"), [&format!("{ACCOUNT}/token")]);
            assert!(of("only-predicted").is_empty());
            assert!(of("equal").len() >= 10, "{container}");
        }
    }
    let execs = requested(&server);
    assert!(execs.len() > 15 && !execs.iter().any(|exec| exec.contains("token")), "{execs:?}");
}

#[tokio::test]
async fn a_difference_shows_both_values_and_exits_with_3() {
    let mut files = real_files();
    let of_main = |file: &str| (path("downward"), "main".to_owned(), file.to_owned());
    files.insert(of_main("/etc/downward/labels"), b"foo=\"baz\"".to_vec());
    files.remove(&of_main("/etc/downward/podName"));
    let server = cluster();
    server.set_container(container_with(files));
    let (text, outcome) = run(&server, &wanted("downward", Output::Text)).await;
    assert!(text.starts_with("default/downward\n"), "{text}");
    assert!(text.contains("container main  seen through an exec of cat, known by its name\n"));
    assert!(text.contains("(permissions were not compared: cat does not print them)"), "{text}");
    assert!(text.contains("    - foo=\"bar\"\n    + foo=\"baz\"\n"), "{text}");
    assert!(text.contains("  only predicted  /etc/downward/podName"), "{text}");
    assert!(matches!(outcome, Err(Stop::Differs(2))), "{outcome:?}\n{text}");
    assert_eq!(outcome.unwrap_err().report(), 3);
}

#[tokio::test]
async fn if_no_container_can_be_read_the_reason_is_printed_and_nothing_passes() {
    let server = cluster();
    server.set_container(Container::always(Fate::NotStarted(NO_CAT)));
    let (text, outcome) = run(&server, &wanted("downward", Output::Text)).await;
    assert!(matches!(outcome, Err(Stop::Incomplete)), "{outcome:?}");
    assert!(text.contains("container main  not seen: there is no `cat` in main"), "{text}");
    // One exec was enough.
    assert_eq!(requested(&server).len(), 1);
}

#[tokio::test]
async fn only_the_chosen_container_is_read() {
    let server = cluster();
    let mut asked_for = wanted("po/debug", Output::Text);
    asked_for.display.container = Some("main".to_owned());
    let (text, outcome) = run(&server, &asked_for).await;
    assert!(outcome.is_ok(), "{outcome:?}\n{text}");
    assert!(requested(&server).iter().all(|exec| exec.starts_with("container=main&")));
    asked_for.display.container = Some("absent".to_owned());
    let (_, outcome) = run(&server, &asked_for).await;
    let Err(Stop::Failed(failure)) = outcome else { panic!("{outcome:?}") };
    assert!(failure.message.starts_with("no container \"absent\""), "{failure}");
}

#[tokio::test]
async fn a_container_that_does_not_run_is_reported() {
    let server = cluster();
    let broken = wanted("po broken-config -n team-a", Output::Text);
    let (text, outcome) = run(&server, &broken).await;
    assert!(matches!(outcome, Err(Stop::Incomplete)), "{outcome:?}");
    let why = "not seen: it does not run (waiting: CreateContainerConfigError)";
    assert!(text.contains(why), "{text}");
    let (_, outcome) = run(&server, &wanted("deploy.apps/frontend -n shop", Output::Text)).await;
    let Err(Stop::Failed(failure)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(failure.kind, FailureKind::Input);
    assert_eq!(requested(&server).len(), 0);
}

#[tokio::test]
async fn the_own_pod_is_read_without_an_exec() {
    let server = cluster();
    let pod = recorded().into_iter().nth(2).unwrap();
    let name = pod["pod"]["metadata"]["name"].as_str().unwrap();
    let faked = Faked::new();
    lay_out(&faked, &pod, "main", "self");
    let (text, _) = run_at(&faked, &server, &wanted(name, Output::Text)).await;
    assert!(text.starts_with(&format!("default/{name}  this pod\n")), "{text}");
    assert_eq!(requested(&server).len(), 0);
}

#[tokio::test]
async fn comparing_in_a_recording_is_refused() {
    let options = Options { replay: Some(CLUSTER.into()), ..Options::default() };
    let access = Access::open(&options, &Environment::empty(), false).await.unwrap();
    let mut out = Vec::new();
    let wanted = wanted("po/downward -n default", Output::Text);
    let outcome = verify::run_named(access, &Faked::new().machine(), &wanted, &mut out).await;
    let Err(Stop::Failed(failure)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(failure.message, "a recording has no containers to look into");
    assert_eq!(Stop::Failed(failure).report(), 2);
}

#[test]
fn the_binary_compares_a_named_pod() {
    let server = cluster();
    let kubewalk = |name: &str| {
        binary(&["downward", name, "--verify", "-n", "default", "-s", &server.url()])
            .output()
            .unwrap()
    };
    let output = kubewalk("downward-env");
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("seen through an exec of cat"), "{text}");
    server.answer(
        &path("downward-env"),
        403,
        r#"{"kind":"Status","message":"no","code":403,
        "reason":"Forbidden","status":"Failure","metadata":{}}"#,
    );
    let output = kubewalk("downward-env");
    assert_eq!(output.status.code(), Some(1));
    let printed = String::from_utf8(output.stderr).unwrap();
    assert!(
        printed.contains("403: no. Ask for a rule with the verbs create and get on pods/exec"),
        "{printed}"
    );
}

#[tokio::test]
async fn the_first_process_is_read_and_compared() {
    let files = real_files();
    let container = Container::new(move |run| match run.command[1].as_str() {
        "/proc/1/cmdline" => Fate::Writes(b"sleep\09999999\0".to_vec()),
        "/etc/hostname" => Fate::Writes(b"downward-env\n".to_vec()),
        file => match files.get(&(run.path.clone(), run.container.clone(), file.to_owned())) {
            Some(bytes) => Fate::Writes(bytes.clone()),
            None => Fate::Fails(1, "cat: x: No such file or directory\n"),
        },
    });
    let server = cluster();
    server.set_container(container);
    let (text, outcome) = run(&server, &wanted("downward-env", Output::Json)).await;
    assert!(outcome.is_ok(), "{outcome:?}\n{text}");
    let document: Value = serde_json::from_str(&text).unwrap();
    let rows = document["containers"][0]["processProperties"].as_array().unwrap();
    let verdict = |name: &str| &rows.iter().find(|row| row["name"] == name).unwrap()["verdict"];
    assert_eq!(verdict("command[0]"), "equal");
    assert_eq!(verdict("command[1]"), "equal");
    assert_eq!(verdict("host name"), "equal");
    assert_eq!(verdict("/etc/hosts"), "unreadable");
}
