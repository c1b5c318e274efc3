//! Quoting as in Go, for any text.

use kubewalk::downward::quoting::{format_map, quote};
use proptest::prelude::*;

proptest! {
    #[test]
    fn a_quoted_text_is_one_line_and_unquotes_to_itself(text in any::<String>()) {
        let quoted = quote(&text);
        prop_assert!(!quoted.chars().any(char::is_control));
        prop_assert_eq!(unquote(&quoted), text);
    }

    #[test]
    fn a_map_has_one_line_per_key_in_order(map in proptest::collection::btree_map("[a-z]{1,5}", any::<String>(), 0..6)) {
        let text = format_map(map.iter().rev().map(|(k, v)| (k.as_str(), v.as_str())));
        let keys: Vec<&str> = text.split('\n').filter_map(|line| line.split_once('=')).map(|(k, _)| k).collect();
        prop_assert!(keys.iter().eq(map.keys()));
        prop_assert!(!text.ends_with('\n'));
    }
}

fn unquote(quoted: &str) -> String {
    let mut chars = quoted.strip_prefix('"').unwrap().strip_suffix('"').unwrap().chars();
    let mut text = String::new();
    while let Some(c) = chars.next() {
        text.push(match c {
            '\\' => match chars.next().unwrap() {
                'x' => code_of(&mut chars, 2),
                'u' => code_of(&mut chars, 4),
                'U' => code_of(&mut chars, 8),
                'a' => '\x07',
                'b' => '\x08',
                'f' => '\x0c',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'v' => '\x0b',
                same => same,
            },
            c => c,
        });
    }
    text
}

fn code_of(chars: &mut std::str::Chars<'_>, digits: usize) -> char {
    let code: String = chars.by_ref().take(digits).collect();
    char::from_u32(u32::from_str_radix(&code, 16).unwrap()).unwrap()
}
