//! Tests of the document pane: moves, folds, searches, copies and updates of the document.

use std::sync::Arc;

use bytes::Bytes;
use proptest::prelude::*;

use super::*;

fn read(body: &str) -> Arc<Document> {
    let is_json = body.starts_with(['{', '[']);
    Arc::new(Document::read(Bytes::copy_from_slice(body.as_bytes()), is_json, false))
}

fn pane(body: &str) -> DocumentPane {
    let mut pane = DocumentPane::default();
    pane.set_size(42, 6);
    pane.show("/a", &read(body));
    pane
}

fn screen(pane: &DocumentPane) -> Vec<String> {
    let text = |row: &ViewLine| {
        let text = pane.text(row.line);
        let range = shown::rows(&text, 40).nth(row.part).unwrap();
        let mark = if row.cursor { ">" } else { "" };
        format!("{mark}{}", if pane.wraps() { &text[range] } else { &text })
    };
    pane.rows().iter().map(text).collect()
}

const POD: &str = r#"{"kind":"Pod","metadata":{"managedFields":[{"a":1},{"b":2}],"name":"x"},
    "spec":{"containers":[{"name":"a","env":[{"name":"B","value":"c\nd\n"}]},{"name":"z"}]}}"#;

#[test]
fn folds_open_and_close_at_every_level() {
    let mut pane = pane(POD);
    pane.set_size(42, 20);
    assert_eq!(
        screen(&pane),
        [
            ">kind: Pod",
            "metadata:",
            "  managedFields: (2)",
            "  name: x",
            "spec:",
            "  containers:",
            "  - name: a",
            "    env:",
            "    - name: B",
            "      value: |",
            "        c",
            "        d",
            "  - name: z",
        ]
    );
    assert!(pane.go_to_path(".spec.containers[0].env[0].value"));
    pane.move_by(2);
    pane.fold();
    assert_eq!(screen(&pane)[9], ">      value: (6 bytes)");
    pane.fold();
    assert_eq!(screen(&pane)[8], ">    - name: B … (2)");
    pane.fold();
    assert_eq!(screen(&pane)[7], ">    env: (1)");
    pane.fold();
    assert_eq!(screen(&pane)[6..], [">  - name: a … (2)", "  - name: z"]);
    pane.toggle_fold();
    assert_eq!(screen(&pane)[6..8], [">  - name: a", "    env: (1)"]);
    pane.fold_all();
    assert_eq!(screen(&pane), ["kind: Pod", "metadata: (2)", ">spec: (1)"]);
    pane.unfold_all();
    assert_eq!(pane.rows().len(), 15);
}

#[test]
fn json_folds_to_one_line() {
    let mut pane = pane(POD);
    pane.next_format();
    pane.fold_all();
    let expected =
        ["{", ">  \"kind\": \"Pod\",", "  \"metadata\": {…} (2),", "  \"spec\": {…} (1)", "}"];
    assert_eq!(screen(&pane), expected);
    pane.move_to_bottom();
    pane.fold();
    assert_eq!(screen(&pane), [">{…} (3)"]);
}

#[test]
fn going_to_a_path_scrolls_to_all_of_its_value() {
    let mut pane = pane(POD);
    pane.go_to_path(".spec.containers[0].env");
    assert_eq!(
        screen(&pane)[1..],
        [">    env:", "    - name: B", "      value: |", "        c", "        d"]
    );
    // A value without enough room is shown from its beginning.
    pane.go_to_path(".spec");
    assert_eq!(screen(&pane)[0], ">spec:");
}

#[test]
fn the_cursor_stays_on_its_path_in_every_format() {
    let mut pane = pane(POD);
    for path in [".kind", ".spec.containers[0].env[0].value", ".spec.containers[1].name"] {
        pane.go_to_path(path);
        pane.next_format();
        assert_eq!((pane.format(), pane.line_path().as_deref()), (Format::Json, Some(path)));
        pane.set_format(Format::Yaml);
        assert_eq!(pane.line_path().as_deref(), Some(path));
    }
}

#[test]
fn an_update_keeps_the_cursor_the_folds_and_the_scroll_position() {
    let mut pane = pane(POD);
    pane.go_to_path(".spec.containers[0].env");
    pane.fold();
    pane.move_by(1);
    let before = screen(&pane);
    let path = pane.line_path();
    assert_eq!(path.as_deref(), Some(".spec.containers[1].name"));
    // Two more lines above, and managedFields stays folded although it has grown.
    let next = POD.replace("\"kind\"", "\"new\":{\"n\":1},\"kind\"").replace("{\"a\":1}", "1,2");
    pane.show("/a", &read(&next));
    assert_eq!(pane.line_path(), path);
    assert_eq!(screen(&pane).last(), before.last());
    assert!(screen(&pane).contains(&"    env: (1)".to_owned()));
    pane.go_to_path(".metadata.managedFields");
    assert_eq!(pane.text(pane.cursor), "  managedFields: (3)");
    // Unfolded nodes stay unfolded too.
    pane.unfold();
    pane.show("/a", &read(POD));
    assert_eq!(pane.text(pane.cursor), "  managedFields:");
    // Another subject is shown from its top.
    pane.show("/b", &read(POD));
    assert_eq!(pane.line_path().as_deref(), Some(".kind"));
    assert!(pane.folds.nodes.len() == 1);
}

#[test]
fn a_short_annotation_is_folded_alone() {
    let body = r#"{"a":"b","kubectl.kubernetes.io/last-applied-configuration":"x","c":[1]}"#;
    let mut pane = pane(body);
    pane.show("/a", &read(body));
    assert_eq!(pane.folds.nodes.len(), 1);
}

#[test]
fn removing_the_value_under_the_cursor_moves_it_nearby() {
    let mut pane = pane(POD);
    pane.go_to_path(".spec.containers[1].name");
    pane.show("/a", &read(&POD.replace(",{\"name\":\"z\"}", "")));
    assert_eq!(pane.line_path().as_deref(), Some(".spec.containers[0].env[0].value"));
    pane.show("/a", &read("{}"));
    assert_eq!(screen(&pane), [">{}"]);
}

#[test]
fn a_growing_log_is_followed_only_from_its_last_line() {
    let mut pane = pane("a\nb\nc\n");
    pane.show("/a", &read("a\nb\nc\nd\n"));
    assert_eq!(screen(&pane)[0], ">a");
    pane.move_to_bottom();
    pane.show("/a", &read("a\nb\nc\nd\ne\nf\ng\nh\n"));
    assert_eq!(screen(&pane).last().unwrap(), ">h");
}

fn log_pane(body: &str) -> DocumentPane {
    let mut pane = DocumentPane::default();
    pane.set_size(42, 6);
    let document = Document::read(Bytes::copy_from_slice(body.as_bytes()), false, false);
    pane.show("/log", &Arc::new(document.as_log()));
    pane
}

#[test]
fn a_log_wraps_until_it_is_unwrapped_and_a_document_does_not() {
    let long = "x".repeat(50);
    let mut pane = log_pane(&long);
    assert_eq!(screen(&pane), [format!(">{}", "x".repeat(40)), format!(">{}", "x".repeat(10))]);
    pane.show("/a", &read(&long));
    assert!(!pane.wraps());
    pane.show("/log", &Arc::new(Document::read(long.into(), false, false).as_log()));
    pane.toggle_wrap();
    assert!(!pane.wraps());
    assert_eq!(screen(&pane).len(), 1);
}

#[test]
fn a_log_is_shown_and_searched_without_its_colour_sequences() {
    let mut pane = log_pane("\u{1b}[32minfo\u{1b}[0m ready\n10%\r100%\n\u{1b}[2J");
    assert_eq!(screen(&pane), [">info ready", "100%", "\\x1b[2J"]);
    pane.search("info ready");
    assert_eq!(pane.match_count(), 1);
    pane.search("32m");
    assert_eq!(pane.match_count(), 0);
    assert_eq!(pane.line(0).graphics.len(), 1);
}

#[test]
fn a_line_of_a_log_is_copied_as_it_was_sent() {
    let pane = log_pane("\u{1b}[32minfo\u{1b}[0m");
    assert_eq!(pane.line_value().unwrap(), b"\x1b[32minfo\x1b[0m");
}

#[test]
fn a_search_finds_inside_folds_and_unfolds_them() {
    let mut pane = pane(POD);
    pane.fold_all();
    pane.search("NAME");
    assert_eq!(pane.match_count(), 0);
    pane.search("name");
    assert_eq!(pane.match_count(), 4);
    assert_eq!(pane.line_path().as_deref(), Some(".metadata.name"));
    assert!(pane.status().contains("1 of 4 matches for \"name\""), "{}", pane.status());
    pane.next_match();
    assert_eq!(pane.line_path().as_deref(), Some(".spec.containers[0].name"));
    pane.previous_match();
    pane.previous_match();
    assert_eq!(pane.line_path().as_deref(), Some(".spec.containers[1].name"));
    assert!(pane.status().contains("4 of 4"));
    pane.next_match();
    assert!(pane.status().contains("1 of 4"));
    pane.search("");
    assert_eq!(pane.status(), "6/15 · yaml");
}

/// Returns an object with managed fields, and a long annotation that is folded at first.
fn noise() -> String {
    let long = format!("needle{}", " x".repeat(100));
    format!(
        r#"{{"metadata":{{"annotations":{{"kubectl.kubernetes.io/last-applied-configuration":"{long}"}},
        "managedFields":[{{"managedFields":["needle"]}},"needle"],"name":"needle"}},"needle":1}}"#
    )
}

#[test]
fn a_search_skips_what_is_folded_at_first_until_it_is_unfolded() {
    for format in [Format::Yaml, Format::Json] {
        let mut pane = pane(&noise());
        pane.set_format(format);
        pane.search("needle");
        assert_eq!((pane.match_count(), pane.line_path().as_deref()), (2, Some(".metadata.name")));
        pane.fold_all();
        assert_eq!(pane.match_count(), 2);
        pane.go_to_path(".metadata.managedFields");
        assert_eq!(pane.match_count(), 2);
        pane.unfold();
        assert_eq!(pane.match_count(), 3, "the inner one is still folded");
        pane.fold();
        assert_eq!(pane.match_count(), 2);
        pane.unfold_all();
        assert_eq!(pane.match_count(), 5);
        pane.go_to_path(".metadata.managedFields");
        pane.fold();
        assert_eq!(pane.match_count(), 3);
    }
    let mut pane = pane(&noise());
    pane.set_format(Format::Raw);
    pane.search("needle");
    assert_eq!(pane.match_count(), 5, "nothing is folded in raw text");
}

#[test]
fn the_key_of_what_is_folded_is_found_and_stays_folded() {
    let mut pane = pane(&noise());
    pane.search("managedfields");
    assert_eq!(pane.match_count(), 1);
    assert_eq!(pane.text(pane.cursor), "  managedFields: (2)");
}

#[test]
fn a_search_stays_for_new_versions_and_ends_at_another_subject() {
    let mut pane = pane(POD);
    pane.search("kind");
    pane.show("/a", &read(&POD.replace("\"kind\"", "\"kinds\":1,\"kind\"")));
    assert_eq!((pane.words(), pane.match_count()), ("kind", 2));
    pane.show("/b", &read(POD));
    assert_eq!((pane.words(), pane.match_count()), ("", 0));
    assert_eq!(pane.status(), "1/15 · yaml");
}

#[test]
fn a_match_far_to_the_right_is_scrolled_to() {
    let line = format!("{}needle{}", "x".repeat(500), "y".repeat(500));
    let mut pane = pane(&line);
    pane.search("needle");
    assert!((461..=500).contains(&pane.left()), "{}", pane.left());
    pane.toggle_wrap();
    pane.search("needle");
    assert!(screen(&pane).concat().contains("needle"));
}

#[test]
fn values_are_copied_as_they_were_sent() {
    let mut pane = pane(POD);
    let value = |pane: &mut DocumentPane, path: &str| {
        pane.go_to_path(path);
        String::from_utf8(pane.line_value().unwrap()).unwrap()
    };
    assert_eq!(value(&mut pane, ".spec.containers[0].env[0].value"), "c\nd\n");
    assert_eq!(
        value(&mut pane, ".spec.containers[0].env"),
        "- name: B\n  value: |\n    c\n    d\n"
    );
    assert_eq!(value(&mut pane, ".metadata.managedFields"), "- a: 1\n- b: 2\n");
    pane.go_to_path(".spec.containers[1]");
    pane.fold();
    assert_eq!(pane.line_path().as_deref(), Some(".spec.containers[1]"));
    assert_eq!(pane.line_value().unwrap(), b"name: z\n");
    pane.set_format(Format::Raw);
    assert_eq!(pane.whole(), POD.as_bytes());
}

#[test]
fn a_secret_is_masked_in_every_format_until_it_is_unmasked() {
    let secret = r#"{"kind":"Secret","data":{"p":"c2VjcmV0"},"stringData":{"q":"canary\nx"},
        "metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"canary"}}}"#;
    let mut pane = pane(secret);
    pane.set_size(100, 50);
    pane.unfold_all();
    for format in [Format::Yaml, Format::Json, Format::Raw] {
        pane.set_format(format);
        let shown = screen(&pane).join("\n");
        let whole = String::from_utf8(pane.whole()).unwrap();
        for text in [&shown, &whole] {
            assert!(text.contains("••••• 6 bytes"), "{text}");
            assert!(!text.contains("canary") && !text.contains("c2VjcmV0"), "{text}");
        }
        pane.search("canary");
        assert_eq!(pane.match_count(), 0);
        pane.toggle_mask();
        assert_eq!(pane.match_count(), 2);
        assert!(String::from_utf8(pane.whole()).unwrap().contains("c2VjcmV0"));
        pane.toggle_mask();
    }
    pane.set_format(Format::Yaml);
    pane.go_to_path(".data.p");
    assert_eq!(pane.line_value(), None);
    pane.go_to_path(".stringData");
    assert_eq!(pane.line_value().unwrap(), "q: ••••• 8 bytes\n".as_bytes());
    pane.toggle_mask();
    pane.go_to_path(".data.p");
    assert_eq!(pane.line_value().unwrap(), b"secret");
    pane.show("/other", &read(secret));
    assert!(!pane.is_unmasked());
}

#[test]
fn a_secret_that_is_cut_is_masked_as_a_whole() {
    let body = r#"{"kind":"Secret","data":{"p":"canary"#;
    let mut pane = pane(body);
    assert_eq!(screen(&pane), [">••••• 36 bytes"]);
    assert!(!String::from_utf8(pane.whole()).unwrap().contains("canary"));
    assert_eq!(pane.line_value(), None);
    assert!(pane.status().contains("not JSON: a string does not end"), "{}", pane.status());
    pane.toggle_mask();
    assert_eq!(screen(&pane), [format!(">{body}")]);
}

#[test]
fn lines_of_highlighted_paths_are_linked() {
    let mut pane = pane(POD);
    pane.set_size(42, 20);
    pane.highlight_paths(&[".spec.containers[0].env".to_owned(), ".gone".to_owned()]);
    let linked = |pane: &DocumentPane| {
        pane.rows().iter().filter(|row| row.linked).map(|row| row.line).collect::<Vec<_>>()
    };
    assert_eq!(linked(&pane).len(), 5);
    pane.show("/a", &read(POD));
    assert_eq!(linked(&pane).len(), 5);
    pane.highlight_paths(&[]);
    assert_eq!(linked(&pane).len(), 0);
}

#[test]
fn a_wrapped_line_higher_than_the_view_is_scrolled_through() {
    let mut pane = pane(&format!("a\n{}\nb\n", "x".repeat(400)));
    pane.toggle_wrap();
    pane.move_by(1);
    assert_eq!(screen(&pane).len(), 6);
    for _ in 0..4 {
        pane.move_by(1);
        assert_eq!(pane.cursor, 1);
    }
    pane.move_by(1);
    assert_eq!(screen(&pane).last().unwrap(), ">b");
    pane.move_by(-1);
    assert_eq!((pane.cursor, pane.above), (1, 4));
    pane.move_by(-5);
    assert_eq!(pane.above, 0);
    pane.move_by(-1);
    assert_eq!(screen(&pane)[0], ">a");
}

fn key(pane: &mut DocumentPane, key: u8) {
    match key % 24 {
        0..4 => pane.move_by(1),
        4..6 => pane.move_by(-1),
        6 => pane.move_half_pages(1),
        7 => pane.move_pages(-1),
        8 => pane.move_to_top(),
        9 => pane.move_to_bottom(),
        10 => pane.fold(),
        11 => pane.unfold(),
        12 => pane.toggle_fold(),
        13 => pane.fold_all(),
        14 => pane.unfold_all(),
        15 => pane.next_format(),
        16 => pane.toggle_wrap(),
        17 => pane.toggle_mask(),
        18 => pane.search(["a", "1", "B"][usize::from(key / 24) % 3]),
        19 => pane.next_match(),
        20 => pane.previous_match(),
        21 => pane.scroll_columns(if key > 100 { 7 } else { -7 }),
        22 => pane.set_size(u16::from(key) % 50, u16::from(key) / 24),
        _ => pane.select_at(u16::from(key) / 24),
    }
}

proptest! {
    #[test]
    fn the_cursor_stays_in_view_after_any_keys_and_updates(
        first in "[\\[\\]{}:,\"a1\n ]{0,40}",
        keys in prop::collection::vec(any::<u8>(), 0..40),
        shown in prop::collection::vec(0_usize..5, 1..5),
    ) {
        let long = format!("[\"{}\", {POD}]", "漢1".repeat(60));
        let bodies = [POD, &first, "a\n\n1", &long, "{\"kind\":\"Secret\",\"data\":{\"a\":\"b\"}}"];
        let mut pane = DocumentPane::default();
        pane.set_size(20, 5);
        for (turn, body) in shown.iter().enumerate() {
            pane.show(if turn % 2 == 0 { "/a" } else { "/b" }, &read(bodies[*body]));
            for (n, k) in keys.iter().enumerate() {
                key(&mut pane, *k);
                if n == keys.len() / 2 {
                    pane.show("/a", &read(bodies[(body + 1) % 5]));
                }
                let rows = pane.rows();
                prop_assert!(rows.len() <= pane.size.1.into());
                let lines = pane.document().unwrap().line_count(pane.format());
                if pane.size.1 > 0 && lines > 0 {
                    prop_assert!(rows.iter().any(|row| row.cursor), "{pane:?}");
                }
                prop_assert!(pane.line_value().is_none_or(|v| v.len() < 10_000));
            }
        }
    }
}
