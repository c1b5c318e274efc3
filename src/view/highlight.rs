//! The colours of documents: only of the lines that are seen, and remembered while they are.
//!
//! The grammars in `assets/grammars` carry nothing from line to line, so a line's colours need no
//! other line. Colours are roles, given by the scopes that the grammars name.

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use syntect::dumps;
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxSet};

use crate::app::document::{Document, DocumentPane, Format, LineKind, MASK, Row};
use crate::theme::Role;

/// Lines remembered at most; a screen has fewer.
const MOST: usize = 512;
/// What is behind so many bytes of a line has the colour of what is there.
const LONGEST: usize = 4096;
/// The grammars as syntect keeps them; `UPDATE=1 cargo test grammars` makes them anew.
const GRAMMARS: &[u8] = include_bytes!("../../assets/grammars/kubewalk.packdump");

/// A line as it is drawn.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub(super) text: String,
    /// Roles of parts of the text, in bytes, ascending and disjoint.
    pub(super) spans: Vec<Span>,
    /// What is searched for, in bytes.
    pub(super) matches: Vec<Range<usize>>,
}

/// A part of a text, in bytes, and what it is.
pub(super) type Span = (Range<usize>, Role);

/// The grammars, and the lines seen last with their colours.
#[derive(Debug)]
pub struct HighlightCache {
    grammars: Grammars,
    document: Option<Arc<Document>>,
    format: Format,
    unmasked: bool,
    words: String,
    lines: HashMap<(u32, Option<u32>), Rc<Line>>,
}

impl Default for HighlightCache {
    fn default() -> Self {
        Self {
            grammars: Grammars::new(dumps::from_uncompressed_data(GRAMMARS).unwrap_or_default()),
            document: None,
            format: Format::default(),
            unmasked: false,
            words: String::new(),
            lines: HashMap::new(),
        }
    }
}

impl HighlightCache {
    /// The line of a row, made if it was not seen before.
    pub(super) fn line(&mut self, pane: &DocumentPane, row: Row) -> Rc<Line> {
        let key = (row.line, row.folded);
        if let Some(line) = self.lines.get(&key) {
            return line.clone();
        }
        if self.lines.len() >= MOST {
            self.lines.clear();
        }
        let line = Rc::new(self.make(pane, row));
        self.lines.insert(key, line.clone());
        line
    }

    /// Forgets what is of another document or was shown otherwise.
    pub(super) fn look_at(&mut self, pane: &DocumentPane) {
        let same = match (&self.document, pane.document()) {
            (Some(ours), Some(theirs)) => Arc::ptr_eq(ours, theirs),
            (ours, theirs) => ours.is_none() && theirs.is_none(),
        };
        if same
            && self.format == pane.format()
            && self.unmasked == pane.is_unmasked()
            && self.words == pane.words()
        {
            return;
        }
        self.document = pane.document().cloned();
        self.format = pane.format();
        self.unmasked = pane.is_unmasked();
        pane.words().clone_into(&mut self.words);
        self.lines.clear();
    }

    fn make(&self, pane: &DocumentPane, row: Row) -> Line {
        let text = pane.text(row.line);
        let matches = pane.matches_in(&text);
        let Some(document) = pane.document() else { return Line { text, ..Line::default() } };
        let mut spans = match document.line_kind(pane.format(), row.line) {
            LineKind::Data => self.grammars.spans(pane.format(), &text),
            LineKind::Block => vec![(0..text.len(), Role::String)],
            LineKind::Plain => Vec::new(),
        };
        if row.folded.is_some()
            && let Some(start) = text.rfind('(')
        {
            cover(&mut spans, start..text.len(), Role::Dim);
        }
        if document.has_secrets() && !pane.is_unmasked() {
            for mask in masks(&text) {
                cover(&mut spans, mask, Role::Masked);
            }
        }
        Line { text, spans, matches }
    }
}

#[derive(Debug)]
struct Grammars {
    set: SyntaxSet,
    /// What scopes mean; the first that fits decides.
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

    /// The roles in a line of a document.
    fn spans(&self, format: Format, text: &str) -> Vec<Span> {
        let extension = if format == Format::Yaml { "yaml" } else { "json" };
        let Some(syntax) = self.set.find_syntax_by_extension(extension) else { return Vec::new() };
        let cut = text.floor_char_boundary(LONGEST);
        let line = format!("{}\n", &text[..cut]);
        let Ok(changes) = ParseState::new(syntax).parse_line(&line, &self.set) else {
            return Vec::new();
        };
        let mut spans: Vec<Span> = Vec::new();
        let (mut stack, mut from) = (ScopeStack::new(), 0);
        for (at, change) in changes {
            let at = at.min(cut);
            if let Some(role) = self.role(&stack).filter(|_| from < at) {
                spans.push((from..at, role));
            }
            from = at;
            if stack.apply(&change).is_err() {
                break;
            }
        }
        if let Some(last) = spans.last_mut().filter(|(last, _)| last.end == cut) {
            last.0.end = text.len();
        }
        spans
    }

    fn role(&self, stack: &ScopeStack) -> Option<Role> {
        let role =
            |scope: &Scope| self.roles.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope));
        stack.scopes.iter().rev().find_map(role).map(|(_, role)| *role)
    }
}

/// Gives a part of a text a role, whatever it had.
fn cover(spans: &mut Vec<Span>, range: Range<usize>, role: Role) {
    let mut kept = Vec::with_capacity(spans.len() + 2);
    for (span, role) in spans.drain(..) {
        for part in [span.start..span.end.min(range.start), span.start.max(range.end)..span.end] {
            if !part.is_empty() {
                kept.push((part, role));
            }
        }
    }
    kept.push((range, role));
    kept.sort_unstable_by_key(|(span, _)| span.start);
    *spans = kept;
}

/// Where a text says that something is masked, its size included.
fn masks(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    text.match_indices(MASK).map(|(start, mask)| {
        let behind = start + mask.len();
        let size = text[behind..].find(['"', ',']).unwrap_or(text.len() - behind);
        start..behind + size
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use syntect::parsing::SyntaxSetBuilder;
    use syntect::parsing::syntax_definition::SyntaxDefinition;

    use super::*;

    fn roles(format: Format, text: &str) -> Vec<(&str, Role)> {
        let cache = HighlightCache::default();
        let spans = cache.grammars.spans(format, text);
        spans.into_iter().map(|(range, role)| (&text[range], role)).collect()
    }

    #[test]
    fn grammars_are_what_their_sources_say() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/grammars");
        let mut builder = SyntaxSetBuilder::new();
        // Adding the whole folder would put its path on this machine into the dump.
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
            assert!(made == GRAMMARS, "stale: UPDATE=1 cargo test grammars");
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

    #[test]
    fn a_long_string_keeps_its_colour_to_its_end() {
        let text = format!("a: \"{}\"", "x".repeat(1 << 20));
        let spans = HighlightCache::default().grammars.spans(Format::Yaml, &text);
        assert_eq!(spans.last(), Some(&(3..text.len(), Role::String)));
    }

    #[test]
    fn what_is_covered_has_one_role() {
        let mut spans = vec![(0..4, Role::String), (6..8, Role::Number)];
        cover(&mut spans, 2..7, Role::Masked);
        assert_eq!(spans, [(0..2, Role::String), (2..7, Role::Masked), (7..8, Role::Number)]);
    }
}
