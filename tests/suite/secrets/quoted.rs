//! Secrets in unexpected places: in a table, an error, an incomplete answer, and in typed text.

use super::*;

const LIST: &str = "/api/v1/namespaces/shop/secrets";

#[tokio::test]
async fn rows_of_a_table_do_not_show_the_values_of_their_objects() {
    let fixture = Fixture::new();
    let table = json!({"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": {},
        "columnDefinitions": [
            {"name": "Name", "type": "string", "format": "name", "priority": 0},
            {"name": "Data", "type": "integer", "priority": 0}],
        "rows": [{"cells": ["hidden", 2], "object": secret()}]});
    fixture.server.answer(LIST, 200, &table.to_string());
    let printed = fixture.run(&["tree", LIST, "--depth", "3"]);
    assert!(printed.contains("secrets/hidden\thidden  2"), "{printed}");
    fixture.is_clean("tree", &printed);
    let mut walker = fixture.walker().await;
    walker.walk(&format!(":{LIST} enter tab f y E")).await;
    for form in ["kind: Table", "\"kind\": \"Table\"", "{\"kind\":\"Table\""] {
        let mut shown = String::new();
        for _ in 0..3 {
            shown.push_str(&walker.screen());
            walker.walk("pagedown").await;
        }
        assert!(shown.contains(form), "{form} in {shown}");
        fixture.is_clean(form, &shown);
        walker.walk("co").await;
        fixture.is_clean("a copy", &walker.copied.take().unwrap());
        walker.walk("g y").await;
    }
}

#[tokio::test]
async fn no_error_quotes_a_secret_or_credentials() {
    let fixture = Fixture::new();
    let secret = secret().to_string();
    let scalar = json!({"kind": "SecretList", "items": CANARIES[0]}).to_string();
    let row = json!({"kind": "Table", "columnDefinitions": [{"name": "Name"}],
        "rows": [{"cells": CANARIES[0], "object": CANARIES[1]}]});
    let echo = format!("GET {LIST}\nAuthorization: Bearer {TOKEN}\n\nno route\n");
    let mut number = 0;
    for (status, body) in [
        (500, secret.as_str()),
        (403, &secret),
        (200, &secret[..secret.len() - 9]),
        (200, &scalar),
        (200, &row.to_string()),
        (502, &echo),
        (502, &format!("Authorization: Bearer {TOKEN}")),
    ] {
        fixture.server.answer(SECRET, status, body);
        fixture.server.answer(LIST, status, body);
        for arguments in [
            &["tree", LIST, "--depth", "3"][..],
            &["tree", SECRET],
            &["downward", "canary", "-n", "shop"],
            &["downward", "canary", "-n", "shop", "-o", "json"],
        ] {
            let printed = fixture.run(arguments);
            assert!(!printed.is_empty(), "{arguments:?}");
            fixture.is_clean(&format!("{arguments:?} of {status} {body}"), &printed);
            number += 1;
        }
        if status >= 400 {
            let printed = fixture.run(&["get", SECRET]);
            assert!(
                printed.contains(&format!("kubewalk: {status}: ")) || body.len() < 60,
                "{printed}"
            );
            fixture.is_clean(&format!("get of {status} {body}"), &printed);
        }
        let mut walker = fixture.walker().await;
        // The table is not shown; only the error is.
        for place in [LIST, SECRET].into_iter().filter(|_| !body.contains("\"Table\"")) {
            walker.walk(&format!(":{place} enter r")).await;
            walker.walk("tab f y y f tab").await;
            let screen = walker.screen();
            assert!(screen.contains('✗') || status == 200 && screen.contains(" 200 "), "{screen}");
            fixture.is_clean(&format!("{place} with {status} {body}"), &walker.screen());
        }
    }
    assert_eq!(number, 28);
    fixture.is_clean("the log", &fs::read_to_string(fixture.log()).unwrap());
}

#[test]
fn typed_text_is_not_stored_and_secrets_are_not_completed() {
    let fixture = Fixture::new();
    let arguments = fixture.with(&[SECRET]);
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let home = fixture.folder.path().join("home");
    fs::create_dir(&home).unwrap();
    let mut terminal = Terminal::start(&words, &[("HOME", home.to_str().unwrap())]);
    terminal.wait_for("•••••");
    for (keys, text) in [
        (":secrets/", ":secrets/"),
        ("\t", ":secrets/"),
        ("\x15po/canary -n shop\r", "uid: p"),
        ("[", "•••••"),
        ("]", "uid: p"),
    ] {
        terminal.send(keys);
        terminal.wait_for(text);
    }
    terminal.send("q");
    terminal.ended();
    fixture.is_clean("the terminal", &String::from_utf8_lossy(&terminal.written()));
    assert_eq!(files(&home), Vec::<PathBuf>::new());
    let mut left = files(fixture.folder.path());
    left.sort();
    assert_eq!(left, [fixture.kubeconfig.clone(), fixture.log()], "no other file was written");

    // An address with a password, typed on the start screen.
    let log = format!("--log-file={}", fixture.log().display());
    let mut terminal = Terminal::start(&[&log], &[]);
    terminal.wait_for("server");
    terminal.send(&format!("u\x15http://me:{PASSWORD}@127.0.0.1:1\r"));
    terminal.until("a refusal", |screen| !screen.contents().contains("server: "));
    terminal.send("r");
    terminal.send("q");
    terminal.ended();
    let log = fs::read_to_string(fixture.log()).unwrap();
    fixture.is_clean("the log", &log);
}

#[test]
fn an_invalid_secret_manifest_is_named_but_not_quoted() {
    let fixture = Fixture::new();
    let file = fixture.folder.path().join("pod.json");
    let canary = CANARIES[0];
    for (data, why) in [
        (json!({"pw": format!("%{canary}")}), "illegal base64 data at .data.pw"),
        (json!({"pw": [canary]}), "a value has another type at .data.pw"),
        (json!(canary), "a value has another type at .data"),
    ] {
        let mut secret = secret();
        secret["data"] = data;
        secret.as_object_mut().unwrap().remove("stringData");
        fs::write(&file, format!("{}{secret}", pod())).unwrap();
        let output = binary(&["downward", "-f", file.to_str().unwrap()]).output().unwrap();
        let printed = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(printed.contains(&format!("the Secret hidden cannot be read: {why}")), "{printed}");
        fixture.is_clean("what is refused", &printed);
    }
}
