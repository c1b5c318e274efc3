//! What a server sends in a place where nobody expects a Secret: in a table, in an error, in what is
//! half an answer; and what is typed.

use super::*;

const LIST: &str = "/api/v1/namespaces/shop/secrets";

#[tokio::test]
async fn the_rows_of_a_table_do_not_show_what_their_objects_hold() {
    let coop = Coop::new();
    let table = json!({"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": {},
        "columnDefinitions": [
            {"name": "Name", "type": "string", "format": "name", "priority": 0},
            {"name": "Data", "type": "integer", "priority": 0}],
        "rows": [{"cells": ["hidden", 2], "object": secret()}]});
    coop.server.answer(LIST, 200, &table.to_string());
    let printed = coop.run(&["tree", LIST, "--depth", "3"]);
    assert!(printed.contains("secrets/hidden\thidden  2"), "{printed}");
    coop.is_clean("tree", &printed);
    let mut walker = coop.walker().await;
    walker.walk(&format!(":{LIST} enter tab f E")).await;
    for form in ["kind: Table", "\"kind\": \"Table\"", "{\"kind\":\"Table\""] {
        let mut shown = String::new();
        for _ in 0..3 {
            shown.push_str(&walker.screen());
            walker.walk("pagedown").await;
        }
        assert!(shown.contains(form), "{form} in {shown}");
        coop.is_clean(form, &shown);
        walker.walk("co").await;
        coop.is_clean("a copy", &walker.copied.take().unwrap());
        walker.walk("g y").await;
    }
}

#[tokio::test]
async fn no_error_quotes_a_secret_or_what_was_sent_to_log_in() {
    let coop = Coop::new();
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
        coop.server.answer(SECRET, status, body);
        coop.server.answer(LIST, status, body);
        for arguments in [
            &["tree", LIST, "--depth", "3"][..],
            &["tree", SECRET],
            &["downward", "canary", "-n", "shop"],
            &["downward", "canary", "-n", "shop", "-o", "json"],
        ] {
            let printed = coop.run(arguments);
            assert!(!printed.is_empty(), "{arguments:?}");
            coop.is_clean(&format!("{arguments:?} of {status} {body}"), &printed);
            number += 1;
        }
        if status >= 400 {
            let printed = coop.run(&["get", SECRET]);
            assert!(
                printed.contains(&format!("kubewalk: {status}: ")) || body.len() < 60,
                "{printed}"
            );
            coop.is_clean(&format!("get of {status} {body}"), &printed);
        }
        let mut walker = coop.walker().await;
        // The table is shown as it is: what is wrong with it is only said.
        for place in [LIST, SECRET].into_iter().filter(|_| !body.contains("\"Table\"")) {
            walker.walk(&format!(":{place} enter r")).await;
            walker.walk("tab f y y f tab").await;
            let marks = if status == 200 { " 200 " } else { "✗" };
            assert!(walker.screen().contains(marks), "{}", walker.screen());
            coop.is_clean(&format!("{place} with {status} {body}"), &walker.screen());
        }
    }
    assert_eq!(number, 28);
    coop.is_clean("the log", &fs::read_to_string(coop.log()).unwrap());
}

#[test]
fn what_is_typed_is_kept_nowhere_and_completes_no_secret() {
    let coop = Coop::new();
    let arguments = coop.with(&[SECRET]);
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let home = coop.folder.path().join("home");
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
    coop.is_clean("the terminal", &String::from_utf8_lossy(&terminal.written()));
    assert_eq!(files(&home), Vec::<PathBuf>::new());
    let mut left = files(coop.folder.path());
    left.sort();
    assert_eq!(left, [coop.kubeconfig.clone(), coop.log()], "nothing else was written");

    // An address with a password in it is typed on the start screen.
    let log = format!("--log-file={}", coop.log().display());
    let mut terminal = Terminal::start(&[&log], &[]);
    terminal.wait_for("server");
    terminal.send(&format!("u\x15http://me:{PASSWORD}@127.0.0.1:1\r"));
    terminal.until("a refusal", |screen| !screen.contents().contains("server: "));
    terminal.send("r");
    terminal.send("q");
    terminal.ended();
    let log = fs::read_to_string(coop.log()).unwrap();
    coop.is_clean("the log", &log);
}

#[test]
fn a_manifest_of_a_secret_that_is_refused_is_named_and_not_quoted() {
    let coop = Coop::new();
    let file = coop.folder.path().join("pod.json");
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
        coop.is_clean("what is refused", &printed);
    }
}
