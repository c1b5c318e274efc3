//! Formats the cells of a table, which may be any JSON.

use std::borrow::Cow;

use serde_json::Value;
use serde_json::value::RawValue;

/// Formats a cell as kubectl does (`cli-runtime` `printers/tableprinter.go`): text up to its first line
/// break, null as an empty text, other values with Go's `%v`.
pub(super) fn print(cell: &RawValue) -> Cow<'_, str> {
    let json = cell.get();
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
    let inside = json.trim_matches('"');
    if inside.len() + 2 == json.len() && !inside.contains('\\') {
        return Cow::Borrowed(inside);
    }
    serde_json::from_str::<String>(json).map_or(Cow::Borrowed(json), Cow::Owned)
}

fn first_line(text: Cow<'_, str>) -> Cow<'_, str> {
    match text.find(['\n', '\r', '\x0c']) {
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
            let raw: &RawValue = serde_json::from_str(json).unwrap();
            assert_eq!(print(raw), text, "{json}");
        }
    }
}
