//! Documents written as YAML and JSON parse to the value that was sent.

use kubewalk::document::Format;
use proptest::prelude::*;
use serde_json::Value;

use super::{CONFIG_MAP, POD, SECRET, SECRETS, read, text, yaml};

/// Checks that the YAML of a JSON text parses to the same value.
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
fn recorded_answers_written_as_yaml_parse_to_the_same_value() {
    for json in [POD, SECRET, SECRETS, CONFIG_MAP] {
        assert_round_trip(json);
    }
    // KUBEWALK_BODIES names a directory with more answers to check.
    if let Ok(folder) = std::env::var("KUBEWALK_BODIES") {
        for entry in std::fs::read_dir(folder).unwrap() {
            assert_round_trip(&std::fs::read_to_string(entry.unwrap().path()).unwrap());
        }
    }
}

#[test]
fn difficult_strings_written_as_yaml_parse_to_themselves() {
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
    fn any_document_written_as_yaml_or_json_parses_to_itself(json in any_json()) {
        assert_round_trip(&json.to_string());
    }
}
