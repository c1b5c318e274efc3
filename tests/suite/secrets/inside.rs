//! Values read in the pod itself: variables, files and the token, locally and by an exec.

use kubewalk::api::endpoint::Environment;
use kubewalk::app::message::Message;
use kubewalk::downward::Masker;
use kubewalk::downward::render::{Display, Output};
use kubewalk::headless::downward::{ViewForm, Wanted, verify};
use kubewalk::headless::{Access, Stop, info};
use kubewalk::here::observe;
use kubewalk::k8s::endpoint::NoEndpoint;

use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;
use crate::downward::support::object;
use crate::here::faked::{Faked, environ, pairs};
use crate::support::exec::{Container, Fate};

const VARIABLE: &str = CANARIES[6];
const FILE: &str = CANARIES[7];
const CLAIM: &str = CANARIES[8];
const ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// The container's variables: values that differ from the Secret's, and values of missing keys.
fn variables() -> Vec<(String, String)> {
    let url = format!("http://me:{VARIABLE}@db and {VARIABLE}");
    pairs(&[
        ("POD_NAME", "canary"),
        ("POD_NAMESPACE", "shop"),
        ("pw", VARIABLE),
        ("FROM", VARIABLE),
        ("PW", VARIABLE),
        ("URL", &url),
    ])
}

/// A token with canaries in the signature and in a claim that is not printed.
fn token() -> String {
    let claims = json!({"sub": "system:serviceaccount:shop:debug", "jti": CLAIM,
        "kubernetes.io": {"pod": {"name": "canary", "uid": "p"}, "namespace": "shop"}});
    let payload = URL_SAFE_NO_PAD.encode(claims.to_string());
    format!("e30.{payload}.{}", URL_SAFE_NO_PAD.encode(TOKEN))
}

/// Lays out the file system of the container.
pub(super) fn laid_out() -> Faked {
    let faked = Faked::new();
    faked.process("self", &format!("0::/kubepods/podp/{CONTAINER}\n"), &variables());
    for point in ["/plain", "/projected"] {
        faked.volume(point, &[("pw", 0o644, FILE.as_bytes()), ("FROM", 0o644, FILE.as_bytes())]);
        faked.mount("self", &format!("5 0 0:40 / {point} ro,relatime - tmpfs tmpfs rw"));
    }
    faked.volume(ACCOUNT, &[("token", 0o644, token().as_bytes()), ("namespace", 0o644, b"shop")]);
    faked.mount("self", &format!("6 0 0:41 / {ACCOUNT} ro,relatime - tmpfs tmpfs rw"));
    faked
}

/// The same container, read by execs.
pub(super) fn container() -> Container {
    Container::new(|run| match run.command.last().unwrap().as_str() {
        "/proc/self/environ" => Fate::Writes(environ(&variables())),
        path if path.ends_with("token") => Fate::Writes(token().into_bytes()),
        _ => Fate::Writes(FILE.into()),
    })
}

/// Refuses the Secret from now on, so that its values cannot be predicted.
fn forbid(fixture: &Fixture) {
    let refusal = json!({"kind": "Status", "message": "secrets is forbidden"}).to_string();
    fixture.server.answer(SECRET, 403, &refusal);
}

/// Runs `downward --self` in that container, with or without a server.
pub(super) async fn this_pod(
    fixture: &Fixture,
    form: Output,
    connected: bool,
    show_secrets: bool,
) -> String {
    let wanted = Wanted {
        name: None,
        namespace: None,
        options: kubewalk::downward::Options::default(),
        display: Display { masker: Masker::new(), show_secrets, ..Display::default() },
        form: ViewForm::Printed(form),
        replaces: false,
    };
    let access = if connected {
        Access::open(&fixture.options(), &Environment::empty(), false).await
    } else {
        Err(Stop::Nowhere(NoEndpoint::default()))
    };
    let mut out = Vec::new();
    let outcome = verify::run(access, &laid_out().machine(), &wanted, &mut out).await;
    format!("{}{outcome:?}", String::from_utf8(out).unwrap())
}

#[tokio::test]
async fn values_of_the_own_pod_are_masked_unless_requested() {
    let fixture = Fixture::new();
    for is_secret_known in [true, false] {
        for form in [Output::Text, Output::Json, Output::Yaml] {
            // Local values need no server.
            for connected in [true, false] {
                let printed = this_pod(&fixture, form, connected, false).await;
                assert!(printed.contains("URL"), "{printed}");
                fixture.is_clean(&format!("{form:?}, connected {connected}"), &printed);
            }
        }
        let printed = this_pod(&fixture, Output::Json, true, true).await;
        for canary in [VARIABLE, FILE] {
            assert!(printed.contains(canary), "a requested value is shown: {printed}");
        }
        if is_secret_known {
            forbid(&fixture);
        }
    }
}

#[tokio::test]
async fn values_of_the_own_pod_are_masked_on_the_screen() {
    let fixture = Fixture::new();
    for is_secret_known in [true, false] {
        let mut walker = fixture.walker().await;
        walker.walk(":po/canary space -n space shop enter").await;
        walker.walk("d shift-tab").await;
        let faked = laid_out();
        let machine = faked.machine();
        let Some(Ok(view)) = walker.model.containers.view.clone() else { panic!("no view") };
        let (observed, strangers) = observe(&machine, &machine.look(), &object(&pod()), &view);
        walker.message(Message::Observed(observed, strangers));
        let marks = if is_secret_known { "≠ inside" } else { "only found inside" };
        assert!(walker.screen().contains(marks), "{}", walker.screen());
        every_row_is_clean(&fixture, &mut walker, is_secret_known).await;
        forbid(&fixture);
    }
}

#[tokio::test]
async fn values_read_by_an_exec_are_masked_on_the_screen() {
    let fixture = Fixture::new();
    fixture.server.set_container(container());
    for is_secret_known in [true, false] {
        let mut walker = fixture.walker().await;
        walker.walk(":po/canary space -n space shop enter").await;
        walker.walk("d shift-tab").await;
        walker.walk("V y").await;
        walker.wait_for("inside  an exec of cat").await;
        every_row_is_clean(&fixture, &mut walker, is_secret_known).await;
        forbid(&fixture);
    }
}

/// Selects and copies each row of the container view, and finally unmasks it.
async fn every_row_is_clean(fixture: &Fixture, walker: &mut Walker, is_secret_known: bool) {
    walker.walk("f").await;
    for _ in 0..12 {
        fixture.is_clean("the screen", &walker.screen());
        walker.walk("cv").await;
        fixture.is_clean("a copy", &walker.copied.take().unwrap_or_default());
        walker.walk("j").await;
    }
    walker.walk("g x").await;
    let mut shown = String::new();
    for _ in 0..12 {
        shown.push_str(&walker.screen());
        walker.walk("j").await;
    }
    assert!(shown.contains(VARIABLE), "a requested value is shown:\n{shown}");
    assert!(!is_secret_known || shown.contains(FILE), "{shown}");
}

#[tokio::test]
async fn values_predicted_after_an_exec_do_not_count_as_absent() {
    let fixture = Fixture::new();
    fixture.server.set_container(container());
    let gate = fixture.server.hold(SECRET);
    let mut walker = fixture.walker().await;
    walker.walk(":po/canary space -n space shop enter").await;
    walker.press("d shift-tab");
    walker.wait_for("/projected").await;
    walker.press("V y");
    walker.wait_for("inside  an exec of cat").await;
    gate.open();
    walker.wait_for("out of date, compare again").await;
    walker.walk("V y").await;
    walker.wait_for("≠ inside").await;
    assert!(!walker.line(" FROM ").contains("not inside"), "{}", walker.screen());
}

#[test]
fn values_read_by_an_exec_are_not_printed_or_logged() {
    let fixture = Fixture::new();
    fixture.server.set_container(container());
    for is_secret_known in [true, false] {
        for form in ["text", "json", "yaml"] {
            let verify = ["downward", "canary", "-n", "shop", "--verify", "-o", form];
            let printed = fixture.run(&verify);
            assert!(printed.contains("an exec of cat"), "{printed}");
            fixture.is_clean(&verify.join(" "), &printed);
        }
        let requested = ["downward", "canary", "-n", "shop", "--verify", "--show-secrets"];
        let printed = fixture.run(&requested);
        assert!(printed.contains(VARIABLE), "{printed}");
        assert!(!is_secret_known || printed.contains(FILE), "{printed}");
        forbid(&fixture);
    }
    fixture.is_clean("the log", &fs::read_to_string(fixture.log()).unwrap());
}

#[tokio::test]
async fn info_prints_the_claims_of_a_token_but_not_the_token() {
    let fixture = Fixture::new();
    let faked = laid_out();
    let mut environment = Environment::empty();
    environment.service_account = faked.at(ACCOUNT);
    let access = Access::open(&fixture.options(), &environment, false).await;
    let mut out = Vec::new();
    info::run(access, &environment, &faked.machine(), "", &mut out).await.unwrap();
    let printed = String::from_utf8(out).unwrap();
    for part in ["account    system:serviceaccount:shop:debug", "canary (from its token)"] {
        assert!(printed.contains(part), "{part} in {printed}");
    }
    fixture.is_clean("info", &printed);
    for part in token().split('.').skip(1) {
        assert!(!printed.contains(part), "{part} in {printed}");
    }
}
