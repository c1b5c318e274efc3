//! Documents from recorded answers, hostile ones, and large ones.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use kubewalk::app::document::{
    Document, DocumentPane, Format, Indenter, Look, write_json, write_yaml,
};
use kubewalk::theme::{Role, Theme};
use kubewalk::view::document as view;
use kubewalk::view::highlight::HighlightCache;
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
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
    for line in 0..document.line_count(format) {
        document.write_line(format, line, Look { unmasked, folded: None }, &mut text);
        text.push('\n');
    }
    text
}

fn yaml(json: &str) -> String {
    let mut out = Vec::new();
    write_yaml(json.as_bytes(), false, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// What a YAML reader takes our YAML for is what a JSON reader takes the JSON for.
fn assert_round_trip(json: &str) {
    let written = yaml(json);
    let expected: Value = serde_json::from_str(json).unwrap();
    let got: Value =
        serde_saphyr::from_str(&written).unwrap_or_else(|error| panic!("{error}\n{written}"));
    assert_eq!(got, expected, "{written}");
    let document = read(json);
    if !document.has_secrets() {
        assert_eq!(text(&document, Format::Yaml, true), written);
    }
    let again: Value = serde_json::from_str(&text(&document, Format::Json, true)).unwrap();
    assert_eq!(again, expected);
}

#[test]
fn yaml_of_recorded_answers_reads_back_as_what_was_sent() {
    for json in [POD, SECRET, SECRETS, CONFIG_MAP] {
        assert_round_trip(json);
    }
    // More bodies than the project keeps can be given as a folder.
    if let Ok(folder) = std::env::var("KUBEWALK_BODIES") {
        for entry in std::fs::read_dir(folder).unwrap() {
            assert_round_trip(&std::fs::read_to_string(entry.unwrap().path()).unwrap());
        }
    }
}

#[test]
fn nasty_strings_read_back_as_themselves() {
    let nasty = [
        "",
        " ",
        "~",
        "null",
        "yes",
        "NO",
        "0777",
        "1e3",
        "0x1F",
        "1_000",
        ".5",
        "1:30",
        "2026-11-23",
        "<<",
        "=",
        "a: b",
        "a #b",
        "- a",
        "-",
        "---",
        "...",
        "'",
        "\"",
        "it's",
        "{\"a\":1}",
        "a:",
        "\n",
        "\n\n",
        " \n",
        "a\n",
        "a\nb",
        "a\nb\n\n",
        " a\nb",
        "\na",
        "\ta\n b\n",
        "a\n\tb",
        "a\n  ",
        "a\n\n\nb",
        "a\r\nb",
        "\u{85}",
        "\u{2028}",
        "\u{feff}",
        "\u{1b}[31m",
        "\u{e0001}",
        "é漢😀",
        "#",
        "a\n# b\n--- c\n",
        "!",
        "&a",
        "*a",
        "%a",
        "@",
        "`",
        "?",
        "? a",
        ":",
        ": a",
        "[a]",
        "a\\b",
        "a\tb",
        " a",
        "a ",
        "a\n\n  b\n",
        "true\n",
        "\u{7f}",
        "trailing \nspace",
        "a,b",
        "a]",
    ];
    for value in nasty {
        let mut map = serde_json::Map::new();
        map.insert(value.to_owned(), value.into());
        let all = serde_json::json!({
            "value": value, "list": [value, [value, [value]], {value: [value]}], "key": map,
            "end": value,
        });
        assert_round_trip(&all.to_string());
        assert_round_trip(&serde_json::json!([value, value]).to_string());
        assert_round_trip(&Value::from(value).to_string());
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        any::<String>(),
        "[-+.0-9a-fxoe_:]{0,8}",
        "[ \t\na:#-]{0,12}",
        "[a-z]{1,5}(\n[ a-z]{0,4}){1,4}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..5)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_document_reads_back_as_itself(json in any_json()) {
        assert_round_trip(&json.to_string());
    }
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
fn managed_fields_and_the_last_applied_configuration_are_folded_at_first() {
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
fn json_is_the_same_tokens_on_lines_of_their_own() {
    let json = r#"{"a": 1.50,"a":[{"b":{}},[ ]],"c":"\u00e4"}"#;
    let expected = "{\n  \"a\": 1.50,\n  \"a\": [\n    {\n      \"b\": {}\n    },\n    []\n  ],\n  \
                    \"c\": \"\\u00e4\"\n}\n";
    assert_eq!(text(&read(json), Format::Json, true), expected);
    let mut out = Vec::new();
    write_json(json.as_bytes(), false, &mut out).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), expected);
}

#[test]
fn json_arrives_in_pieces_cut_anywhere() {
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
fn what_is_not_json_passes_unchanged_or_visible() {
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
fn hostile_documents_are_bounded_and_readable() {
    let deep = format!("{}1{}", "{\"a\":[".repeat(10_000), "]}".repeat(10_000));
    let many: Vec<_> = (0..1_000_000).map(|n| format!("\"k{n}\":1")).collect();
    let many = format!("{{{}}}", many.join(","));
    let too_many = format!("[{}1]", "1,".repeat(2_000_000));
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(10 << 20));
    let numbers = "[123456789012345678901234567890,1e999999,-0,0.10]";
    let escape = "{\"\\u001b[2J\":\"\u{202e}\\ud800\"}";
    for body in [&deep, &many, &too_many, &long, numbers, escape] {
        let mut pane = pane(body);
        for format in [Format::Yaml, Format::Json, Format::Raw] {
            pane.set_format(format);
            pane.move_to_bottom();
            pane.search("1");
            pane.fold_all();
            assert!(!draw(&pane, 60, 10).contains('\u{1b}'));
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
fn bytes_that_are_not_utf8_are_copied_as_they_are() {
    let body = Bytes::from_static(b"{\"a\":\"x\xff\xfey\"}");
    let mut pane = DocumentPane::default();
    pane.set_size(60, 10);
    pane.show("/x", &Arc::new(Document::read(body.clone(), true, false)));
    assert_eq!(screen(&pane), ["a: x\u{fffd}\u{fffd}y"]);
    assert_eq!(pane.line_value().unwrap(), b"x\xff\xfey");
    pane.set_format(Format::Raw);
    assert_eq!(pane.whole(), body);
}

fn buffer(pane: &DocumentPane, width: u16, height: u16) -> Buffer {
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    let look = view::Look { theme: Theme::default(), focused: true };
    view::draw(pane, &mut HighlightCache::default(), look, area, &mut buf);
    buf
}

fn draw(pane: &DocumentPane, width: u16, height: u16) -> String {
    let buf = buffer(pane, width, height);
    buf.content.iter().map(ratatui::buffer::Cell::symbol).collect()
}

fn lines(pane: &DocumentPane, width: u16, height: u16) -> Vec<String> {
    let buf = buffer(pane, width, height);
    let row =
        |y| (0..width).map(|x| buf[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..height).map(row).collect()
}

#[test]
fn the_screen_shows_marks_of_folds_beside_what_is_folded() {
    let mut pane = pane(r#"{"metadata":{"managedFields":[1],"name":"漢\u001bx"},"l":[{"a":1}]}"#);
    assert_eq!(
        lines(&pane, 60, 5),
        ["  metadata:", "  ▸ managedFields: (1)", "    name: \"漢 \\u001bx\"", "  l:", "  - a: 1"]
    );
    pane.fold_all();
    assert_eq!(lines(&pane, 60, 2), ["▸ metadata: (2)", "▸ l: (1)"]);
    pane.unfold_all();
    pane.go_to_path(".metadata.name");
    pane.set_size(20, 3);
    pane.scroll_columns(3);
    assert_eq!(lines(&pane, 20, 3)[2], "  ame: \"漢 \\u001bx\"");
}

#[test]
fn colours_say_what_things_are() {
    let mut pane = pane(r#"{"kind":"Secret","m":1,"data":{"k":"c2VjcmV0"},"z":"find me"}"#);
    pane.search("me");
    let buf = buffer(&pane, 60, 6);
    let theme = Theme::default();
    let style = |x: u16, y: u16| buf[(x, y)].style();
    let is = |x, y, role| {
        let (got, wanted) = (style(x, y), theme.style(role));
        wanted.fg.is_none_or(|fg| got.fg == Some(fg))
            && got.add_modifier.contains(wanted.add_modifier)
    };
    assert!(is(2, 0, Role::MapKey) && is(8, 0, Role::String) && is(5, 1, Role::Number));
    assert!(is(7, 3, Role::Masked) && is(18, 3, Role::Masked), "{:?}", style(7, 3));
    assert!(is(30, 4, Role::Selection) && !is(30, 3, Role::Selection));
    pane.move_to_top();
    let buf = buffer(&pane, 60, 6);
    let reversed = |x: u16| buf[(x, 4)].style().add_modifier.contains(Modifier::REVERSED);
    assert!(reversed(10) && reversed(11) && !reversed(9) && !reversed(12));
}

proptest! {
    #[test]
    fn nothing_of_a_document_reaches_the_terminal_as_control(
        text in any::<String>(),
        floods in "[a\u{300}\u{1b}\u{200d}\u{202e}\u{1100}\u{1161}\t漢]{0,40}",
        size in (0_u16..40, 0_u16..12),
        left in 0_i64..20,
        wrap in any::<bool>(),
    ) {
        let json = serde_json::json!({ &text: [&floods], "b": text }).to_string();
        for body in [json, floods] {
            let mut pane = pane(&body);
            pane.set_size(size.0, size.1);
            pane.scroll_columns(left);
            if wrap {
                pane.toggle_wrap();
            }
            for cell in &buffer(&pane, size.0, size.1).content {
                prop_assert!(!cell.symbol().contains(kubewalk::text::is_unsafe));
                prop_assert!(cell.symbol().chars().count() <= 4);
            }
        }
    }
}

/// `cargo test --release large -- --ignored --nocapture` prints what large documents cost.
#[test]
#[ignore = "prints times, which mean something in a release build only"]
fn large_documents_cost() {
    let entry =
        |n: usize| format!(r#"{{"name":"item-{n}","ready":true,"size":{n},"tag":"x/y:{n}"}}"#);
    let entries: Vec<_> = (0..27_000).map(entry).collect();
    let many = format!(r#"{{"kind":"Big","items":[{}]}}"#, entries.join(","));
    let line = format!(r#"{{"kind":"Big","data":{{"a":"{}","b":1}}}}"#, "x y".repeat(350_000));
    let block = format!(r#"{{"kind":"Big","data":{{"a":"{}"}}}}"#, "some text\\n".repeat(140_000));
    for (name, json) in [("many lines", many), ("one line", line), ("one block", block)] {
        let body = Bytes::from(json);
        println!("{name}: {} bytes", body.len());
        let start = Instant::now();
        let document = Arc::new(Document::read(body, true, false));
        println!("  read                {:>8.2?}", start.elapsed());
        let mut pane = DocumentPane::default();
        pane.set_size(120, 40);
        let (mut cache, look) =
            (HighlightCache::default(), view::Look { theme: Theme::default(), focused: true });
        let area = Rect::new(0, 0, 120, 40);
        let mut frame = |pane: &DocumentPane, what: &str| {
            let start = Instant::now();
            let mut buf = Buffer::empty(area);
            view::draw(pane, &mut cache, look, area, &mut buf);
            println!("  {what:<20}{:>8.2?}", start.elapsed());
        };
        pane.show("/x", &document);
        frame(&pane, "first frame");
        frame(&pane, "same frame");
        let mut timed = |what: &str, change: fn(&mut DocumentPane)| {
            let start = Instant::now();
            change(&mut pane);
            println!("  {what:<20}{:>8.2?}", start.elapsed());
            frame(&pane, &format!("  frame"));
        };
        timed("search", |pane| pane.search("y"));
        timed("search nothing", |pane| pane.search("nothing like it"));
        timed("move", |pane| pane.move_by(1));
        timed("bottom", DocumentPane::move_to_bottom);
        timed("wrap", DocumentPane::toggle_wrap);
        timed("wrapped move", |pane| pane.move_by(-1));
        timed("fold all", DocumentPane::fold_all);
        timed("json", |pane| pane.set_format(Format::Json));
        timed("raw", |pane| pane.set_format(Format::Raw));
        let start = Instant::now();
        pane.show("/x", &document);
        println!("  show again          {:>8.2?}", start.elapsed());
    }
}
