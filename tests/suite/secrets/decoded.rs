//! The values of a Secret, decoded once they are requested.

use std::sync::Arc;

use bytes::Bytes;
use kubewalk::document::{Document, DocumentPane, Format};
use serde_json::{Value, json};

use super::STANDARD;
use base64::Engine as _;

/// A Secret with a value of each kind.
fn secret() -> Value {
    json!({
        "kind": "Secret", "apiVersion": "v1",
        "data": {
            "password": STANDARD.encode("canary: 1"),
            "number": STANDARD.encode("0123"),
            "certificate": STANDARD.encode("-----BEGIN-----\nMIIB\n"),
            "keystore": STANDARD.encode([0xff; 812]),
            "zero": STANDARD.encode("a\0b"),
            "control": STANDARD.encode("\u{1b}[2J\u{202e}\""),
            "empty": "",
            "wrong": "not base64",
            "nested": {"inner": "Y2FuYXJ5"},
        },
        "stringData": {"plain": "Y2FuYXJ5"},
        "metadata": {"annotations": {"note": "Y2FuYXJ5"}},
    })
}

/// Shows an object in a format, with its values unmasked.
fn unmasked(object: &Value, format: Format) -> DocumentPane {
    let mut pane = DocumentPane::default();
    pane.set_size(2000, 100);
    let body = Bytes::from(object.to_string());
    pane.show("/secret", &Arc::new(Document::read(body, true, false)));
    pane.set_format(format);
    pane.toggle_mask();
    pane
}

/// Returns the lines in view, without their indentation.
fn lines(pane: &DocumentPane) -> Vec<String> {
    pane.rows().iter().map(|row| pane.text(row.line).trim_start().to_owned()).collect()
}

#[test]
fn each_value_of_data_is_a_yaml_string_or_the_size_of_something_binary() {
    assert_eq!(
        lines(&unmasked(&secret(), Format::Yaml))[3..],
        [
            "password: \"canary: 1\"",
            "number: \"0123\"",
            r#"certificate: "-----BEGIN-----\nMIIB\n""#,
            "keystore: binary, 812 bytes",
            "zero: binary, 3 bytes",
            r#"control: "\u001b[2J\u202e\"""#,
            "empty: \"\"",
            "wrong: not base64",
            "nested:",
            "inner: Y2FuYXJ5",
            "stringData:",
            "plain: Y2FuYXJ5",
            "metadata:",
            "annotations:",
            "note: Y2FuYXJ5",
        ]
    );
}

#[test]
fn each_value_of_data_is_a_json_string_or_the_size_of_something_binary() {
    assert_eq!(
        lines(&unmasked(&secret(), Format::Json))[4..13],
        [
            r#""password": "canary: 1","#,
            r#""number": "0123","#,
            r#""certificate": "-----BEGIN-----\nMIIB\n","#,
            r#""keystore": "binary, 812 bytes","#,
            r#""zero": "binary, 3 bytes","#,
            r#""control": "\u001b[2J\u{202e}\"","#,
            r#""empty": "","#,
            r#""wrong": "not base64","#,
            r#""nested": {"#,
        ]
    );
}

#[test]
fn raw_text_and_the_copied_document_stay_as_they_were_sent() {
    let pane = unmasked(&secret(), Format::Raw);
    assert_eq!(lines(&pane), [secret().to_string()]);
    assert!(pane.status().ends_with("unmasked"), "{}", pane.status());
    for format in [Format::Yaml, Format::Json] {
        let whole = String::from_utf8(unmasked(&secret(), format).whole()).unwrap();
        let copy: Value = serde_saphyr::from_str(&whole).unwrap();
        assert_eq!(copy, secret());
    }
}

#[test]
fn values_are_masked_before_and_after_they_were_requested() {
    let mut pane = unmasked(&secret(), Format::Yaml);
    assert!(pane.status().ends_with("decoded"), "{}", pane.status());
    pane.toggle_mask();
    let masked = lines(&pane).join("\n");
    assert!(!masked.contains("canary") && !masked.contains("BEGIN"), "{masked}");
    assert!(
        masked.contains("password: ••••• 9 bytes") && masked.contains("keystore: ••••• 812 bytes")
    );
    assert!(pane.status().ends_with("masked"), "{}", pane.status());
    pane.search("canary");
    assert_eq!(pane.match_count(), 0);
    pane.go_to_path(".data.password");
    assert_eq!(pane.line_value(), None);
}

#[test]
fn decoded_values_are_searched_and_keep_their_paths_and_folds() {
    let mut pane = unmasked(&secret(), Format::Yaml);
    pane.search("canary");
    assert_eq!((pane.match_count(), pane.line_path().as_deref()), (1, Some(".data.password")));
    pane.search("MIIB");
    assert_eq!(pane.line_path().as_deref(), Some(".data.certificate"));
    pane.go_to_path(".data.keystore");
    pane.fold();
    assert!(lines(&pane).contains(&"keystore: (1.1 KiB)".to_owned()));
    pane.unfold();
    assert!(lines(&pane).contains(&"keystore: binary, 812 bytes".to_owned()));
}

#[test]
fn the_copied_value_is_the_decoded_bytes() {
    let mut pane = unmasked(&secret(), Format::Json);
    for (path, bytes) in [
        (".data.certificate", &b"-----BEGIN-----\nMIIB\n"[..]),
        (".data.keystore", &[0xff; 812]),
        (".data.wrong", b"not base64"),
        (".stringData.plain", b"Y2FuYXJ5"),
    ] {
        pane.go_to_path(path);
        assert_eq!(pane.line_value().unwrap(), bytes, "{path}");
    }
}

#[test]
fn values_of_other_kinds_are_never_decoded() {
    let mut map = secret();
    map["kind"] = json!("ConfigMap");
    map["data"]["password"] = json!("Y2FuYXJ5");
    assert_eq!(lines(&unmasked(&map, Format::Yaml))[3], "password: Y2FuYXJ5");
}

#[test]
fn secrets_in_a_list_are_decoded() {
    let list = json!({"kind": "SecretList", "items": [{"data": {"a": "Y2FuYXJ5"}}]});
    assert!(lines(&unmasked(&list, Format::Yaml)).contains(&"a: canary".to_owned()));
}
