//! Writing one line of a document.

use super::lines::CLOSE;
use super::tree::{Kind, NONE, Node};
use super::{Document, Format, scalar, secret, token};
use crate::text::format_bytes;

/// How a line is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineOptions {
    /// How the values of Secrets are written.
    pub secrets: SecretForm,
    /// The folded node on the line.
    pub folded: Option<u32>,
}

/// How the values of Secrets are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SecretForm {
    /// Only their sizes.
    #[default]
    Masked,
    /// As they were sent.
    Sent,
    /// Those of `data` decoded: a text as a string on one line, of anything else the size. Raw text stays
    /// as it was sent.
    Decoded,
}

impl Document {
    /// Appends the text of a line, without a line break and not cut. Except for strings that YAML
    /// quotes, control characters are not made visible: see [`super::shown::display`].
    pub fn write_line(&self, format: Format, line: u32, options: LineOptions, out: &mut String) {
        let lines = self.lines(format);
        let Some(&at) = lines.at.get(line as usize) else { return };
        let part = lines.part.get(line as usize).copied().unwrap_or(0);
        match format {
            Format::Yaml if part == 0 => self.write_yaml(at, options, out),
            Format::Yaml => self.write_block(at, part, out),
            Format::Json => self.write_json(at, part == CLOSE, options, out),
            Format::Raw => self.write_raw(line, options, out),
        }
    }

    fn write_yaml(&self, leaf: u32, options: LineOptions, out: &mut String) {
        let (top, dashes) = self.line_top(leaf);
        spaces(self.nodes[top as usize].indent, out);
        for _ in 0..dashes {
            out.push_str("- ");
        }
        let node = &self.nodes[leaf as usize];
        if node.key != NONE {
            scalar::write_flat(&token::text_of(self.key_inner(node)), out);
            out.push(':');
        }
        let gap = if node.key == NONE { "" } else { " " };
        match options.folded {
            Some(folded) if folded == leaf => {
                out.push_str(gap);
                self.write_size(node, out);
            }
            Some(folded) => {
                if !node.is_container() {
                    out.push_str(gap);
                    self.write_yaml_value(leaf, options, out);
                }
                out.push_str(" … ");
                self.write_size(&self.nodes[folded as usize], out);
            }
            None if node.is_container() => {}
            None => {
                out.push_str(gap);
                self.write_yaml_value(leaf, options, out);
            }
        }
    }

    fn write_yaml_value(&self, leaf: u32, options: LineOptions, out: &mut String) {
        let node = &self.nodes[leaf as usize];
        if self.hides(leaf, options) {
            return self.write_mask(node, out);
        }
        if let Some(value) = self.decoded_for(leaf, options) {
            return match text_of(&value) {
                Some(text) => scalar::write_flat(text, out),
                None => write_binary(value.len(), out),
            };
        }
        match node.kind {
            Kind::Text => scalar::write_flat(&token::text_of(self.inner(node)), out),
            Kind::Block => {
                let raw = self.inner(node);
                let first = token::text_of(token::line_at(raw, 0));
                let one = token::without_break(raw);
                let two = one.and_then(token::without_break);
                let breaks = usize::from(one.is_some()) + usize::from(two.is_some());
                let blank = first.is_empty() || first.starts_with([' ', '\t']);
                out.push_str(scalar::head(blank, breaks));
            }
            _ => self.write_value(node, out),
        }
    }

    fn write_block(&self, node: u32, start: u32, out: &mut String) {
        let node = &self.nodes[node as usize];
        let rest = &self.body[start as usize..node.end as usize - 1];
        let text = token::text_of(token::line_at(rest, 0));
        if !text.is_empty() {
            spaces(node.indent + 2, out);
            out.push_str(&text);
        }
    }

    fn write_json(&self, at: u32, close: bool, options: LineOptions, out: &mut String) {
        let node = &self.nodes[at as usize];
        let (open, shut) = if node.kind == Kind::Map { ('{', '}') } else { ('[', ']') };
        spaces(node.depth * 2, out);
        if close {
            out.push(shut);
        } else {
            if node.key != NONE {
                out.push('"');
                out.push_str(&String::from_utf8_lossy(self.key_inner(node)));
                out.push_str("\": ");
            }
            if options.folded == Some(at) {
                if node.is_container() {
                    out.extend([open, '…', shut, ' ']);
                }
                self.write_size(node, out);
            } else if node.is_container() {
                out.push(open);
                return;
            } else if self.hides(at, options) {
                out.push('"');
                self.write_mask(node, out);
                out.push('"');
            } else if let Some(value) = self.decoded_for(at, options) {
                if let Some(text) = text_of(&value) {
                    out.push_str(&serde_json::Value::from(text).to_string());
                } else {
                    out.push('"');
                    write_binary(value.len(), out);
                    out.push('"');
                }
            } else {
                self.write_value(node, out);
            }
        }
        let parent = self.nodes.get(node.parent as usize);
        if parent.is_some_and(|parent| node.after < parent.after) {
            out.push(',');
        }
    }

    fn write_raw(&self, line: u32, options: LineOptions, out: &mut String) {
        let (start, end) = self.raw_span(line);
        let is_masked = options.secrets == SecretForm::Masked;
        if self.hidden && is_masked {
            return write_bytes_masked(end - start, out);
        }
        let mut at = start;
        if is_masked {
            let begin = self.masked.partition_point(|&n| self.nodes[n as usize].end as usize <= at);
            for &n in &self.masked[begin..] {
                let node = &self.nodes[n as usize];
                let (from, to) = (node.start as usize, node.end as usize);
                if from >= end {
                    break;
                }
                out.push_str(&String::from_utf8_lossy(&self.body[at..from.max(at)]));
                out.push('"');
                self.write_mask(node, out);
                out.push('"');
                at = to.min(end);
            }
        }
        out.push_str(&String::from_utf8_lossy(&self.body[at..end]));
    }

    /// Returns the start and the end of a line of raw text, without its line break.
    pub(super) fn raw_span(&self, line: u32) -> (usize, usize) {
        let at = &self.lines(Format::Raw).at;
        let start = at.get(line as usize).map_or(self.body.len(), |&start| start as usize);
        let end = at.get(line as usize + 1).map_or(self.body.len(), |&next| next as usize);
        let text = &self.body[start..end];
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        (start, start + text.strip_suffix(b"\r").unwrap_or(text).len())
    }

    /// Appends the JSON of a value on one line.
    fn write_value(&self, node: &Node, out: &mut String) {
        let raw = &self.body[node.start as usize..node.end as usize];
        match node.kind {
            Kind::Flow | Kind::Empty => token::compact(raw, out),
            _ => out.push_str(&String::from_utf8_lossy(raw)),
        }
    }

    fn write_size(&self, node: &Node, out: &mut String) {
        use std::fmt::Write as _;
        // Writing to a String cannot fail.
        _ = if node.is_container() {
            write!(out, "({})", node.children)
        } else {
            write!(out, "({})", format_bytes(self.inner(node).len()))
        };
    }

    fn write_mask(&self, node: &Node, out: &mut String) {
        let size = match node.kind {
            Kind::Text | Kind::Block => secret::size(&token::unescape(self.inner(node))),
            _ => (node.end - node.start) as usize,
        };
        write_bytes_masked(size, out);
    }

    fn hides(&self, node: u32, options: LineOptions) -> bool {
        options.secrets == SecretForm::Masked && self.masked.binary_search(&node).is_ok()
    }

    /// Returns the decoded value of a node if it is written.
    fn decoded_for(&self, node: u32, options: LineOptions) -> Option<Vec<u8>> {
        (options.secrets == SecretForm::Decoded).then(|| self.decoded(node)).flatten()
    }

    /// Returns the bytes of a value, without the quotes of a string.
    pub(super) fn inner(&self, node: &Node) -> &[u8] {
        let (start, end) = (node.start as usize, node.end as usize);
        match node.kind {
            Kind::Text | Kind::Block => &self.body[start + 1..end - 1],
            _ => &self.body[start..end],
        }
    }

    pub(super) fn key_inner(&self, node: &Node) -> &[u8] {
        let quoted = &self.body[node.key as usize..];
        &quoted[1..token::string_length(quoted) - 1]
    }

    /// Returns the outermost node that begins on the YAML line of `leaf`, and the number of dashes before
    /// it.
    pub(super) fn line_top(&self, leaf: u32) -> (u32, usize) {
        let (mut top, mut dashes) = (leaf, 0);
        loop {
            let node = &self.nodes[top as usize];
            dashes += usize::from(node.is_item());
            let first = node.parent != NONE && top == node.parent + 1;
            if !first || !self.nodes[node.parent as usize].is_item() {
                return (top, dashes);
            }
            top = node.parent;
        }
    }
}

/// Returns a decoded value as a text; `None` if it is binary.
fn text_of(value: &[u8]) -> Option<&str> {
    std::str::from_utf8(value).ok().filter(|text| !text.contains('\0'))
}

fn write_binary(size: usize, out: &mut String) {
    out.push_str("binary, ");
    out.push_str(&format_bytes(size));
}

fn write_bytes_masked(size: usize, out: &mut String) {
    out.push_str(super::MASK);
    out.push(' ');
    out.push_str(&format_bytes(size));
}

fn spaces(count: u8, out: &mut String) {
    const SPACES: &str = match std::str::from_utf8(&[b' '; 256]) {
        Ok(spaces) => spaces,
        Err(_) => "",
    };
    out.push_str(&SPACES[..count.into()]);
}
