//! A pod that cannot start names what is missing and what exists instead, on the screen and in the output.

use crate::support::golden;
use crate::support::machine::binary;
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::walker::Walker;

const SECRETS: &str = "/api/v1/namespaces/payments/secrets";

/// Opens a pod of the broken cluster and focuses its container view.
async fn open(server: &Server, pod: &str, size: (u16, u16)) -> Walker {
    let mut walker = Walker::server(&server.url(), size).await;
    walker.walk(&format!(":po/{pod} space -n space payments enter")).await;
    walker.walk("d shift-tab").await;
    walker
}

#[tokio::test]
async fn a_missing_key_or_object_is_shown_with_what_exists() {
    for (pod, sentence) in [
        ("audit", "ConfigMap ledger-config has no key"),
        ("exporter", "Secret exporter-keys does not exist"),
    ] {
        for size in [(80, 24), (120, 40), (200, 50)] {
            let mut walker = Walker::recording("trouble", size).await;
            walker.walk(&format!(":po/{pod} space -n space payments enter")).await;
            walker.walk("d shift-tab").await;
            walker.wait_unwatched(sentence).await;
            let path = format!("tests/fixtures/screens/missing-{pod}-{}.txt", size.0);
            golden::is_current(&path, &format!("{}\n", walker.screen()));
        }
    }
}

#[tokio::test]
async fn the_names_are_listed_once_and_without_objects() {
    let server = Server::over(recordings::named("trouble"));
    let mut walker = open(&server, "exporter", (120, 40)).await;
    walker.wait_for("does not exist in payments").await;
    walker.walk("j j k").await;
    let of_secrets = server.seen().into_iter().filter(|seen| seen.path == SECRETS);
    // The missing Secret is followed by a list of it alone, of metadata.
    let lists: Vec<_> = of_secrets.filter(|seen| !seen.query.contains("metadata.name")).collect();
    assert_eq!(lists.len(), 1, "{lists:?}");
    assert_eq!(lists[0].query, "includeObject=None&limit=500");
}

#[tokio::test]
async fn without_the_right_to_list_only_what_is_missing_is_named() {
    let server = Server::over(recordings::named("trouble"));
    let status = r#"{"kind":"Status","code":403,"reason":"Forbidden","message":"forbidden"}"#;
    server.answer(SECRETS, 403, status);
    let mut walker = open(&server, "exporter", (120, 40)).await;
    walker.wait_for("you may not list secrets").await;
}

#[test]
fn the_command_names_what_is_missing_and_what_exists() {
    let file = format!("{}/tests/fixtures/recordings/trouble.har.gz", env!("CARGO_MANIFEST_DIR"));
    for output in ["text", "json"] {
        for (pod, sentence) in [
            ("audit", "ConfigMap ledger-config has no key regoin; it has LOG_LEVEL and region"),
            ("exporter", "Secret exporter-keys does not exist in payments; it has "),
        ] {
            let arguments = ["downward", pod, "-n", "payments", "-o", output, "--replay", &file];
            let printed = binary(&arguments).output().unwrap().stdout;
            let printed = String::from_utf8(printed).unwrap();
            assert!(printed.contains(sentence), "{printed}");
        }
    }
}
