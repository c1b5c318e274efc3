//! Formats the cells of a table, which may be any JSON.

use std::borrow::Cow;

use serde_json::Value;
use serde_json::value::RawValue;

use super::Cells;

/// Formats the cells of a row; anything but a list has none.
pub(super) fn print_all(json: &RawValue, cells: &mut Cells) {
    cells.clear();
    if simple(json.get(), cells).is_none() {
        cells.clear();
        let all: Vec<&RawValue> = serde_json::from_str(json.get()).unwrap_or_default();
        for cell in all {
            cells.push(&print(cell.get()));
        }
    }
}

/// Formats a list of texts without escapes and of plain values: they are cut at their ends, without
/// parsing each of them again. `None` for any other JSON.
fn simple(json: &str, cells: &mut Cells) -> Option<()> {
    if memchr::memchr(b'\\', json.as_bytes()).is_some() {
        return None;
    }
    let mut rest = json.strip_prefix('[')?.trim_ascii_start();
    while let Some(first) = rest.bytes().next().filter(|first| *first != b']') {
        let length = match first {
            b'"' => memchr::memchr(b'"', &rest.as_bytes()[1..])? + 2,
            b'[' | b'{' => return None,
            _ => rest.find([',', ']', ' ', '\t', '\n', '\r'])?,
        };
        let (cell, after) = rest.split_at_checked(length)?;
        match cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"')) {
            // JSON has no control characters in a text without escapes.
            Some(text) => cells.push_simple(text),
            None => cells.push(&print(cell)),
        }
        let after = after.trim_ascii_start();
        rest = after.strip_prefix(',').unwrap_or(after).trim_ascii_start();
    }
    Some(())
}

/// Formats a cell as kubectl does (`cli-runtime` `printers/tableprinter.go`): text up to its first line
/// break, null as an empty text, other values with Go's `%v`.
fn print(json: &str) -> Cow<'_, str> {
    match json.as_bytes().first() {
        Some(b'"') => first_line(unquote(json)),
        Some(b'n') | None => Cow::Borrowed(""),
        Some(b't' | b'f') => Cow::Borrowed(json),
        Some(b'{' | b'[') => {
            // JSON that is too deep or too large to be parsed is shown as it was sent.
            let value = serde_json::from_str::<Value>(json);
            value.map_or(Cow::Borrowed(json), |value| Cow::Owned(go_print(&value)))
        }
        Some(_) if json.parse::<i64>().is_ok() => Cow::Borrowed(json),
        Some(_) => match json.parse::<f64>() {
            Ok(number) if number.is_finite() => Cow::Owned(go_float(number)),
            _ => Cow::Borrowed(json),
        },
    }
}

fn unquote(json: &str) -> Cow<'_, str> {
    let inside = json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match inside {
        Some(inside) if memchr::memchr(b'\\', inside.as_bytes()).is_none() => Cow::Borrowed(inside),
        _ => serde_json::from_str::<String>(json).map_or(Cow::Borrowed(json), Cow::Owned),
    }
}

fn first_line(text: Cow<'_, str>) -> Cow<'_, str> {
    match memchr::memchr3(b'\n', b'\r', b'\x0c', text.as_bytes()) {
        Some(end) => Cow::Owned(format!("{}...", &text[..end])),
        None => text,
    }
}

/// Formats a value as Go's `%v` after `encoding/json`.
fn go_print(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) if number.is_i64() => number.to_string(),
        Value::Number(number) => go_float(number.as_f64().unwrap_or_default()),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(go_print).collect::<Vec<_>>().join(" "))
        }
        Value::Object(entries) => {
            let mut entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{key}:{}", go_print(value))).collect();
            entries.sort();
            format!("map[{}]", entries.join(" "))
        }
    }
}

/// Formats a float as Go's `%v`: with an exponent of at least two digits below 1e-4 and from 1e21 on.
fn go_float(number: f64) -> String {
    let size = number.abs();
    if size == 0.0 || (1e-4..1e21).contains(&size) {
        return number.to_string();
    }
    let text = format!("{number:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |e| ('-', e));
    format!("{digits}e{sign}{exponent:0>2}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(row: &RawValue) -> Cells {
        let mut cells = Cells::default();
        print_all(row, &mut cells);
        cells
    }

    #[test]
    fn every_json_type_is_formatted_as_by_kubectl() {
        let cases = [
            (r#""Running""#, "Running"),
            (r#""\u003cnone\u003e""#, "<none>"),
            (r#""say \"hi\"""#, "say \"hi\""),
            (r#""""#, ""),
            (r#""one\ntwo""#, "one..."),
            ("null", ""),
            ("true", "true"),
            ("7", "7"),
            ("-3", "-3"),
            ("1.50", "1.5"),
            ("2.0", "2"),
            ("1e30", "1e+30"),
            ("0.000001", "1e-06"),
            (r#"["a",1,null]"#, "[a 1 <nil>]"),
            ("123456789012345678901234567890", "1.2345678901234568e+29"),
            ("-1e999", "-1e999"),
            ("[1,1e999]", "[1,1e999]"),
            (r#"{"b":1,"a":{"c":true}}"#, "map[a:map[c:true] b:1]"),
        ];
        for (json, text) in cases {
            assert_eq!(print(json), text, "{json}");
            let row: Box<RawValue> = serde_json::from_str(&format!("[{json}]")).unwrap();
            assert!(printed(&row).iter().eq([text]), "{json}");
        }
    }

    #[test]
    fn the_cells_of_a_row_are_separated_however_they_are_spaced() {
        for (json, cells) in [
            (r#"["a","b"]"#, &["a", "b"][..]),
            (r#"[ "a, b" , 1.50 ,null, true ]"#, &["a, b", "1.5", "", "true"]),
            ("[\n1\n,\t2\r]", &["1", "2"]),
            (r#"["a","b\u001fc",["x"]]"#, &["a", "b c", "[x]"]),
            (r#"["[","]"]"#, &["[", "]"]),
            ("[]", &[]),
            ("[ ]", &[]),
            ("null", &[]),
            (r#""a""#, &[]),
            (r#"{"a":1}"#, &[]),
        ] {
            let row: Box<RawValue> = serde_json::from_str(json).unwrap();
            let found = printed(&row);
            assert!(found.iter().eq(cells.iter().copied()), "{json}");
        }
    }
}
