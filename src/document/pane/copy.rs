//! Copying: the bytes as sent, not the text on screen.

use super::super::tree::Kind;
use super::super::{Document, Format, LineOptions, SecretForm, token};
use super::DocumentPane;

impl DocumentPane {
    /// Returns the value on the cursor's line: a decoded string with all its lines, the decoded bytes of a
    /// value of a Secret, a number as sent, a map or a list as YAML, or a line of text as sent. `None` if it
    /// is masked.
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
            Kind::Text | Kind::Block if self.is_decoded() => document.decoded(node),
            Kind::Map | Kind::List => Some(self.yaml_of(document, node).into_bytes()),
            Kind::Text | Kind::Block => Some(token::unescape(document.inner(value)).into_owned()),
            _ => Some(document.inner(value).to_vec()),
        }
    }

    /// True if the value on the cursor's line is a value of a Secret that is shown decoded.
    #[must_use]
    pub fn is_decoded(&self) -> bool {
        let shows = self.unmasked && self.format() != Format::Raw;
        let document = self.document.as_deref().filter(|_| shows);
        document.zip(self.node_here()).is_some_and(|(it, node)| it.decoded(node).is_some())
    }

    /// Returns the path of the value on the cursor's line; `None` in text.
    #[must_use]
    pub fn line_path(&self) -> Option<String> {
        let document = self.document.as_deref()?;
        Some(super::path::of(&document.body, &document.nodes, self.node_here()?))
    }

    /// Returns the whole document in the format shown, with nothing folded. Masked values stay masked.
    #[must_use]
    pub fn whole(&self) -> Vec<u8> {
        let Some(document) = self.document.as_deref() else { return Vec::new() };
        let format = self.format();
        if format == Format::Raw && (self.unmasked || !document.has_secrets()) {
            return document.body.to_vec();
        }
        let mut text = String::new();
        for line in 0..document.line_count(format) {
            document.write_line(format, line, self.options(), &mut text);
            text.push('\n');
        }
        text.into_bytes()
    }

    /// Returns the folded node on the cursor's line, or else the node on it.
    fn node_here(&self) -> Option<u32> {
        let node = self.document.as_deref()?.node_at(self.format(), self.cursor);
        self.folded_on(self.cursor).or(node)
    }

    fn yaml_of(&self, document: &Document, node: u32) -> String {
        let value = &document.nodes[node as usize];
        let (inside, end) = document.inside(Format::Yaml, node);
        // A map with a key begins on the line below, an item on the line of its dash.
        let first = if value.key == super::super::tree::NONE { inside - 1 } else { inside };
        let (mut text, mut line_text) = (String::new(), String::new());
        for line in first..end {
            line_text.clear();
            document.write_line(Format::Yaml, line, self.options(), &mut line_text);
            text.push_str(line_text.get(value.child_indent().into()..).unwrap_or_default());
            text.push('\n');
        }
        text
    }

    /// Returns how whole parts are written: a Secret stays what `kubectl apply` takes.
    fn options(&self) -> LineOptions {
        let secrets = if self.unmasked { SecretForm::Sent } else { SecretForm::Masked };
        LineOptions { secrets, folded: None }
    }
}
