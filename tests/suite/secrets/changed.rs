//! Secrets that were deleted, changed or hidden after the container started: its old values are
//! masked in every output regardless.

use kubewalk::app::message::Message;
use kubewalk::here::observe;

use super::inside::{container, laid_out, this_pod};
use super::*;
use crate::downward::support::object;
use kubewalk::downward::render::Output;

/// Everything that may have happened to the Secret of the pod.
const FATES: [Fate; 5] =
    [Fate::Deleted, Fate::DeletedOptional, Fate::KeysRemoved, Fate::Forbidden, Fate::MadeAnew];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Deleted,
    /// All references to it are optional.
    DeletedOptional,
    KeysRemoved,
    Forbidden,
    /// It is immutable, and was deleted and created again.
    MadeAnew,
}

/// The pod, in which a value of the Secret passes through several variables and into a mount.
fn pod(fate: Fate) -> Value {
    let mut pod = super::pod();
    let container = &mut pod["spec"]["containers"][0];
    let env = container["env"].as_array_mut().unwrap();
    env.push(json!({"name": "FURTHER", "value": "<$(URL)>"}));
    env.push(json!({"name": "PART", "value": "$(PW)"}));
    container["envFrom"]
        .as_array_mut()
        .unwrap()
        .push(json!({"prefix": "DB_", "secretRef": {"name": "hidden"}}));
    container["volumeMounts"]
        .as_array_mut()
        .unwrap()
        .push(json!({"name": "info", "mountPath": "/info", "subPathExpr": "$(PART)"}));
    pod["spec"]["volumes"].as_array_mut().unwrap().push(json!({"name": "info", "downwardAPI": {
        "defaultMode": 420, "items": [{"path": "name", "fieldRef": {"fieldPath": "metadata.name"}}]}}));
    if fate == Fate::DeletedOptional {
        let container = &mut pod["spec"]["containers"][0];
        for source in container["envFrom"].as_array_mut().unwrap() {
            source["secretRef"]["optional"] = json!(true);
        }
        container["env"][0]["valueFrom"]["secretKeyRef"]["optional"] = json!(true);
        // What is not mounted by a part stays whole.
        container["volumeMounts"].as_array_mut().unwrap().pop();
        pod["spec"]["volumes"][0]["secret"]["optional"] = json!(true);
        pod["spec"]["volumes"][1]["projected"]["sources"][0]["secret"]["optional"] = json!(true);
    }
    pod
}

/// A server on which that happened.
fn fixture(fate: Fate) -> Fixture {
    let fixture = Fixture::new();
    let server = &fixture.server;
    server.answer(POD, 200, &pod(fate).to_string());
    let list = json!({"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": [pod(fate)]});
    server.answer("/api/v1/namespaces/shop/pods", 200, &list.to_string());
    let status = |reason: &str, code: u16| {
        json!({"kind": "Status", "message": "secrets \"hidden\"", "reason": reason, "code": code})
            .to_string()
    };
    match fate {
        Fate::Deleted | Fate::DeletedOptional => {
            server.answer(SECRET, 404, &status("NotFound", 404));
        }
        Fate::Forbidden => server.answer(SECRET, 403, &status("Forbidden", 403)),
        Fate::KeysRemoved => {
            let mut secret = secret();
            secret["data"] = json!({});
            server.answer(SECRET, 200, &secret.to_string());
        }
        Fate::MadeAnew => {
            let mut secret = secret();
            secret["immutable"] = json!(true);
            secret["metadata"]["creationTimestamp"] = json!("2026-11-23T07:00:00Z");
            server.answer(SECRET, 200, &secret.to_string());
        }
    }
    fixture
}

#[test]
fn commands_mask_the_old_values_of_a_changed_secret() {
    for fate in FATES {
        let fixture = fixture(fate);
        fixture.server.set_container(container());
        let written = fixture.folder.path().join("files");
        let into = format!("files={}", written.display());
        for form in ["text", "json", "yaml", "env", &into] {
            for verify in [&[][..], &["--verify"]] {
                let arguments = ["downward", "canary", "-n", "shop", "-o", form];
                let arguments = [&arguments[..], verify].concat();
                let printed = fixture.run(&arguments);
                fixture.is_clean(&format!("{fate:?}: {}", arguments.join(" ")), &printed);
            }
        }
        for file in files(&written) {
            fixture.is_clean("a file", &fs::read_to_string(file).unwrap());
        }
        fixture.is_clean("the log", &fs::read_to_string(fixture.log()).unwrap());
    }
}

#[test]
fn a_recording_does_not_hold_the_old_values_of_a_changed_secret() {
    for fate in FATES {
        let fixture = fixture(fate);
        fixture.server.set_container(container());
        let recording = fixture.folder.path().join("recording.har");
        let record = format!("--record={}", recording.display());
        fixture.run(&["downward", "canary", "-n", "shop", "--verify", &record]);
        let recorded = fs::read_to_string(&recording).unwrap_or_default();
        fixture.is_clean(&format!("{fate:?}: the recording"), &recorded);
    }
}

#[tokio::test]
async fn the_own_pod_masks_the_old_values_of_a_changed_secret() {
    for fate in FATES {
        let fixture = fixture(fate);
        for form in [Output::Text, Output::Json, Output::Yaml] {
            let printed = this_pod(&fixture, form, true, false).await;
            assert!(printed.contains("URL"), "{printed}");
            fixture.is_clean(&format!("{fate:?}, {form:?}"), &printed);
        }
    }
}

#[tokio::test]
async fn the_screen_masks_the_old_values_of_a_changed_secret() {
    for fate in FATES {
        let fixture = fixture(fate);
        let mut walker = fixture.walker().await;
        walker.walk(":po/canary space -n space shop enter").await;
        walker.walk("d shift-tab").await;
        let faked = laid_out();
        let machine = faked.machine();
        let Some(Ok(view)) = walker.model.containers.view.clone() else { panic!("no view") };
        let (observed, strangers) = observe(&machine, &machine.look(), &object(&pod(fate)), &view);
        walker.message(Message::Observed(observed, strangers));
        walker.walk("f").await;
        for _ in 0..20 {
            fixture.is_clean(&format!("{fate:?}: the screen"), &walker.screen());
            walker.walk("cv").await;
            fixture.is_clean("a copy", &walker.copied.take().unwrap_or_default());
            walker.walk("j").await;
        }
    }
}

#[test]
fn a_mount_path_made_from_a_secret_is_masked() {
    let fixture = Fixture::new();
    fixture.server.answer(POD, 200, &pod(Fate::Forbidden).to_string());
    for form in ["text", "json", "yaml"] {
        let printed = fixture.run(&["downward", "canary", "-n", "shop", "-o", form]);
        assert!(printed.contains("‹19 bytes #"), "{printed}");
        fixture.is_clean(form, &printed);
    }
    let shown = fixture.run(&["downward", "canary", "-n", "shop", "-o", "json", "--show-secrets"]);
    assert!(shown.contains(&format!("\"subPath\": \"{}\"", CANARIES[0])), "{shown}");
}
