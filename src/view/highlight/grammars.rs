//! Colours of YAML and JSON, by the grammars in `assets/grammars`.
//!
//! The grammars keep no state between lines, so each line is coloured alone. A colour is a role, given
//! by the scopes of the grammar.

use std::sync::LazyLock;

use syntect::dumps;
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxSet};

use super::Span;
use crate::document::Format;
use crate::theme::Role;

/// The bytes of a line that are coloured. No screen is wider.
const MAX_BYTES: usize = 4096;
/// The grammars as syntect dumps them. `UPDATE=1 cargo test grammars` writes the file.
const DUMP: &[u8] = include_bytes!("../../../assets/grammars/kubewalk.packdump");

/// The grammars, loaded when the first line is coloured.
static GRAMMARS: LazyLock<Grammars> =
    LazyLock::new(|| Grammars::new(dumps::from_uncompressed_data(DUMP).unwrap_or_default()));

/// A format, and the beginning of a line in it.
pub(super) type Text = (Format, String);

/// Texts to be coloured.
#[derive(Clone, Debug)]
pub struct Plain(pub(super) Vec<Text>);

/// Texts and their colours.
#[derive(Clone, Debug)]
pub struct Coloured(pub(super) Vec<(Text, Vec<Span>)>);

impl Plain {
    /// Computes the colours, which takes longer than a frame may.
    #[must_use]
    pub fn colour(self) -> Coloured {
        let colour = |text: Text| {
            let spans = GRAMMARS.spans(text.0, &text.1);
            (text, spans)
        };
        Coloured(self.0.into_iter().map(colour).collect())
    }
}

/// Returns the part of a line that is coloured.
pub(super) fn beginning(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_BYTES)]
}

#[derive(Debug)]
struct Grammars {
    set: SyntaxSet,
    /// The roles of scopes. The first prefix of a scope decides.
    roles: Vec<(Scope, Role)>,
}

impl Grammars {
    fn new(set: SyntaxSet) -> Self {
        let roles = [
            ("entity.name.tag", Role::MapKey),
            ("string", Role::String),
            ("constant.numeric", Role::Number),
            ("constant.language", Role::Literal),
            ("punctuation", Role::Dim),
        ];
        let scope = |(name, role)| Some((Scope::new(name).ok()?, role));
        Self { set, roles: roles.into_iter().filter_map(scope).collect() }
    }

    /// Returns the roles in a line of a document.
    fn spans(&self, format: Format, text: &str) -> Vec<Span> {
        let extension = if format == Format::Yaml { "yaml" } else { "json" };
        let Some(syntax) = self.set.find_syntax_by_extension(extension) else { return Vec::new() };
        let line = format!("{text}\n");
        let Ok(changes) = ParseState::new(syntax).parse_line(&line, &self.set) else {
            return Vec::new();
        };
        let mut spans: Vec<Span> = Vec::new();
        let (mut stack, mut from) = (ScopeStack::new(), 0);
        for (at, change) in changes {
            let at = at.min(text.len());
            if let Some(role) = self.role(&stack).filter(|_| from < at) {
                spans.push((from..at, role));
            }
            from = at;
            if stack.apply(&change).is_err() {
                break;
            }
        }
        spans
    }

    fn role(&self, stack: &ScopeStack) -> Option<Role> {
        let role =
            |scope: &Scope| self.roles.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope));
        stack.scopes.iter().rev().find_map(role).map(|(_, role)| *role)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use syntect::parsing::SyntaxSetBuilder;
    use syntect::parsing::syntax_definition::SyntaxDefinition;

    use super::*;

    fn roles(format: Format, text: &str) -> Vec<(&str, Role)> {
        let spans = GRAMMARS.spans(format, text);
        spans.into_iter().map(|(range, role)| (&text[range], role)).collect()
    }

    #[test]
    fn the_dump_has_the_grammars_of_the_sources() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/grammars");
        let mut builder = SyntaxSetBuilder::new();
        // Adding the whole folder would write its path on this machine into the dump.
        for name in ["json", "yaml"] {
            let file = folder.join(name).with_extension("sublime-syntax");
            let source = std::fs::read_to_string(file).unwrap();
            builder.add(SyntaxDefinition::load_from_str(&source, true, None).unwrap());
        }
        let made = tempfile::NamedTempFile::new().unwrap();
        dumps::dump_to_uncompressed_file(&builder.build(), made.path()).unwrap();
        let made = std::fs::read(made.path()).unwrap();
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(folder.join("kubewalk.packdump"), &made).unwrap();
        } else {
            assert!(made == DUMP, "stale: UPDATE=1 cargo test grammars");
        }
    }

    #[test]
    fn yaml_has_roles() {
        use Role::{Dim, Literal, MapKey, Number, String};
        let expected: [(&str, &[(&str, Role)]); 10] = [
            ("a:", &[("a", MapKey), (":", Dim)]),
            ("  - name: b c", &[("-", Dim), ("name", MapKey), (":", Dim), ("b c", String)]),
            ("- -x=1:2", &[("-", Dim), ("-x=1:2", String)]),
            ("- - 1.5e3", &[("-", Dim), ("-", Dim), ("1.5e3", Number)]),
            ("a/b: true", &[("a/b", MapKey), (":", Dim), ("true", Literal)]),
            ("\"a: b\": \"c\\\"\"", &[("\"a: b\"", MapKey), (":", Dim), ("\"c\\\"\"", String)]),
            ("'a''b': '{\"c\": 1}'", &[("'a''b'", MapKey), (":", Dim), ("'{\"c\": 1}'", String)]),
            ("a: {}", &[("a", MapKey), (":", Dim), ("{}", Dim)]),
            ("a: |2-", &[("a", MapKey), (":", Dim), ("|2-", Dim)]),
            ("a: 10.0.0.1", &[("a", MapKey), (":", Dim), ("10.0.0.1", String)]),
        ];
        for (text, expected) in expected {
            assert_eq!(roles(Format::Yaml, text), expected, "{text}");
        }
    }

    #[test]
    fn json_has_roles() {
        use Role::{Dim, Literal, MapKey, Number, String};
        assert_eq!(
            roles(Format::Json, r#"  "a\"": ["b\\", -1.5e+3, null],"#),
            [
                (r#""a\"""#, MapKey),
                (":", Dim),
                ("[", Dim),
                (r#""b\\""#, String),
                (",", Dim),
                ("-1.5e+3", Number),
                (",", Dim),
                ("null", Literal),
                ("]", Dim),
                (",", Dim),
            ]
        );
    }
}
