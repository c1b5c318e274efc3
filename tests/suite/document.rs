//! Documents: parsing, formatting and drawing recorded, hostile and large answers.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod pane;
mod round_trip;
mod speed;

use std::sync::Arc;

use bytes::Bytes;
use kubewalk::document::{
    Document, DocumentPane, Format, Indenter, LineOptions, SecretForm, write_json, write_yaml,
};
use serde_json::Value;

const POD: &str = include_str!("../fixtures/documents/pod.json");
const SECRET: &str = include_str!("../fixtures/documents/secret.json");
const SECRETS: &str = include_str!("../fixtures/documents/secrets.json");
const CONFIG_MAP: &str = include_str!("../fixtures/documents/configmap.json");

fn read(json: &str) -> Document {
    Document::read(Bytes::copy_from_slice(json.as_bytes()), true, false)
}

fn text(document: &Document, format: Format, unmasked: bool) -> String {
    let mut text = String::new();
    let secrets = if unmasked { SecretForm::Sent } else { SecretForm::Masked };
    for line in 0..document.line_count(format) {
        document.write_line(format, line, LineOptions { secrets, folded: None }, &mut text);
        text.push('\n');
    }
    text
}

fn yaml(json: &str) -> String {
    let mut out = Vec::new();
    write_yaml(json.as_bytes(), false, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn pane(json: &str) -> DocumentPane {
    let mut pane = DocumentPane::default();
    pane.set_size(60, 10);
    pane.show("/x", &Arc::new(read(json)));
    pane
}

fn screen(pane: &DocumentPane) -> Vec<String> {
    pane.rows().iter().map(|row| pane.text(row.line)).collect()
}

#[test]
fn managed_fields_and_the_last_applied_configuration_start_folded() {
    let mut pane = pane(POD);
    pane.set_size(80, 500);
    let shown = screen(&pane).join("\n");
    assert!(shown.contains("\n  managedFields: (2)\n"), "{shown}");
    assert!(shown.contains("\n    kubectl.kubernetes.io/last-applied-configuration: ("), "{shown}");
    pane.next_format();
    let shown = screen(&pane).join("\n");
    assert!(shown.contains("\n    \"managedFields\": […] (2)\n"), "{shown}");
    assert!(
        shown.contains("\n      \"kubectl.kubernetes.io/last-applied-configuration\": ("),
        "{shown}"
    );
}

#[test]
fn json_is_indented_without_changing_its_tokens() {
    let json = r#"{"a": 1.50,"a":[{"b":{}},[ ]],"c":"\u00e4"}"#;
    let expected = "{\n  \"a\": 1.50,\n  \"a\": [\n    {\n      \"b\": {}\n    },\n    []\n  ],\n  \
                    \"c\": \"\\u00e4\"\n}\n";
    assert_eq!(text(&read(json), Format::Json, true), expected);
    let mut out = Vec::new();
    write_json(json.as_bytes(), false, &mut out).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), expected);
}

#[test]
fn json_is_indented_however_it_is_split_into_chunks() {
    let whole = format!("[{POD},\"\\\\\\\"é\u{9b}\u{e0001}[{{,\"]");
    for visible in [false, true] {
        let mut expected = Vec::new();
        write_json(whole.as_bytes(), visible, &mut expected).unwrap();
        for size in [1, 2, 3, 7] {
            let (mut out, mut indenter) = (Vec::new(), Indenter::new(visible));
            for piece in whole.as_bytes().chunks(size) {
                indenter.push(piece, &mut out).unwrap();
            }
            indenter.finish(&mut out).unwrap();
            assert_eq!(out, expected, "{size}");
        }
        let shown = String::from_utf8(expected).unwrap();
        assert_eq!(shown.contains("é\\u009b\\udb40\\udc01[{,"), visible);
        let again: Value = serde_json::from_str(&shown).unwrap();
        assert_eq!(again, serde_json::from_str::<Value>(&whole).unwrap());
    }
}

#[test]
fn text_other_than_json_is_kept_and_control_characters_become_visible() {
    let body = b"<html>\n\t\x1b]52;c;x\x07 {\"a\":\r\n\xff";
    for (visible, expected) in [
        (false, body.to_vec()),
        (true, "<html>\n\t\\x1b]52;c;x\\x07 {\"a\":\n\u{fffd}".as_bytes().to_vec()),
    ] {
        let mut out = Vec::new();
        write_yaml(body, visible, &mut out).unwrap();
        assert_eq!(out, expected);
    }
}

#[test]
fn deep_wide_and_long_documents_are_bounded_and_readable() {
    let deep = format!("{}1{}", "{\"a\":[".repeat(10_000), "]}".repeat(10_000));
    let many: Vec<_> = (0..1_000_000).map(|n| format!("\"k{n}\":1")).collect();
    let many = format!("{{{}}}", many.join(","));
    let too_many = format!("[{}1]", "1,".repeat(2_000_000));
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(10 << 20));
    let numbers = "[123456789012345678901234567890,1e999999,-0,0.10]";
    let escape = "{\"\\u001b[2J\":\"\u{202e}\\ud800\"}";
    for body in [&deep, &many, &too_many, &long, numbers, escape] {
        let mut pane = pane(body);
        pane.search("1");
        pane.search("");
        for format in [Format::Yaml, Format::Json, Format::Raw] {
            pane.set_format(format);
            pane.move_to_bottom();
            pane.fold_all();
            assert!(!pane::draw(&pane, 60, 10).contains('\u{1b}'));
        }
    }
    assert!(yaml(&deep).len() < 100_000);
    assert_eq!(read(&many).line_count(Format::Yaml), 1_000_000);
    assert!(read(&too_many).note().unwrap().contains("more than 1048576 values"));
    assert_eq!(
        text(&read(numbers), Format::Yaml, true),
        "- 123456789012345678901234567890\n- 1e999999\n- -0\n- 0.10\n"
    );
    assert_eq!(text(&read(escape), Format::Yaml, true), "\"\\u001b[2J\": \"\\u202e\u{fffd}\"\n");
}

#[test]
fn bytes_that_are_not_utf8_are_copied_unchanged() {
    let body = Bytes::from_static(b"{\"a\":\"x\xff\xfey\"}");
    let mut pane = DocumentPane::default();
    pane.set_size(60, 10);
    pane.show("/x", &Arc::new(Document::read(body.clone(), true, false)));
    assert_eq!(screen(&pane), ["a: x\u{fffd}\u{fffd}y"]);
    assert_eq!(pane.line_value().unwrap(), b"x\xff\xfey");
    pane.set_format(Format::Raw);
    assert_eq!(pane.whole(), body);
}
