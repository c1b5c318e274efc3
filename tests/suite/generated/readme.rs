//! The README's list of keys, generated from the key table.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use kubewalk::keymap::{BINDINGS, Keymap, Mode};

use crate::support::golden;

const BEGIN: &str = "<!-- keys -->\n";
const END: &str = "<!-- /keys -->";

#[test]
fn the_readme_lists_the_key_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(path).unwrap();
    let (before, rest) = readme.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    golden::is_current("README.md", &format!("{before}{BEGIN}{}{END}{after}", keys()));
}

fn keys() -> String {
    let mut text = String::new();
    for mode in Mode::ALL {
        let mut bindings = BINDINGS.iter().filter(|binding| binding.mode == mode).peekable();
        if bindings.peek().is_none() {
            continue;
        }
        writeln!(text, "\n| {} | |\n|---|---|", Keymap::default().title(mode)).unwrap();
        for binding in bindings {
            let chords: Vec<_> = binding.chords.iter().map(|chord| format!("`{chord}`")).collect();
            writeln!(text, "| {} | {} |", chords.join(" "), binding.help).unwrap();
        }
    }
    text.push('\n');
    text
}
