//! What can be copied: the server's own bytes, never what stands on the screen for them.

use super::super::tree::Kind;
use super::super::{Document, Format, LineOptions, token};
use super::DocumentPane;

impl DocumentPane {
    /// The value on the cursor's line: a string without quotes and escapes, all lines of it; a number
    /// as sent; a map or a list as YAML; a line of text. `None` where it is masked.
    #[must_use]
    pub fn line_value(&self) -> Option<Vec<u8>> {
        let document = self.document.as_deref()?;
        let Some(node) = self.node_here() else {
            let (start, end) = document.raw_span(self.cursor);
            let shown = self.unmasked || !document.has_secrets();
            return shown.then(|| document.body[start..end].to_vec());
        };
        let value = &document.nodes[node as usize];
        let masked = !self.unmasked && document.masked.binary_search(&node).is_ok();
        match value.kind {
            _ if masked => None,
            Kind::Map | Kind::List => Some(self.yaml_of(document, node).into_bytes()),
            Kind::Text | Kind::Block => Some(token::unescape(document.inner(value)).into_owned()),
            _ => Some(document.inner(value).to_vec()),
        }
    }

    /// The path of what the cursor's line shows; `None` in text.
    #[must_use]
    pub fn line_path(&self) -> Option<String> {
        let document = self.document.as_deref()?;
        Some(super::path::of(&document.body, &document.nodes, self.node_here()?))
    }

    /// The whole document in the format shown, with nothing folded; masked values stay so.
    #[must_use]
    pub fn whole(&self) -> Vec<u8> {
        let Some(document) = self.document.as_deref() else { return Vec::new() };
        let format = self.format();
        if format == Format::Raw && (self.unmasked || !document.has_secrets()) {
            return document.body.to_vec();
        }
        let mut text = String::new();
        for line in 0..document.line_count(format) {
            document.write_line(format, line, self.look(), &mut text);
            text.push('\n');
        }
        text.into_bytes()
    }

    /// The node of the cursor's line, the folded one where one stands for more.
    fn node_here(&self) -> Option<u32> {
        let node = self.document.as_deref()?.node_at(self.format(), self.cursor);
        self.folded_on(self.cursor).or(node)
    }

    fn yaml_of(&self, document: &Document, node: u32) -> String {
        let value = &document.nodes[node as usize];
        let (inside, end) = document.inside(Format::Yaml, node);
        // A map under a key begins below it, one that is an item beside its dash.
        let first = if value.key == super::super::tree::NONE { inside - 1 } else { inside };
        let (mut text, mut line_text) = (String::new(), String::new());
        for line in first..end {
            line_text.clear();
            document.write_line(Format::Yaml, line, self.look(), &mut line_text);
            text.push_str(line_text.get(value.child_indent().into()..).unwrap_or_default());
            text.push('\n');
        }
        text
    }

    fn look(&self) -> LineOptions {
        LineOptions { unmasked: self.unmasked, folded: None }
    }
}
