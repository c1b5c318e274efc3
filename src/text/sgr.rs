//! A line of a program's output, as a terminal would show it: colours and other graphics that SGR
//! sequences select (ECMA-48, 8.3.117), and text that is overwritten after a carriage return. Every
//! other control character is made visible.

use std::ops::Range;

use ratatui::style::Modifier;

use super::{clusters, columns, visible};

/// Tab stops are this many columns apart.
const TAB: usize = 8;

/// A longer sequence, in bytes, is not read as SGR.
const MAX_SEQUENCE: usize = 64;

/// The graphics of a piece of text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Graphics {
    /// The colour of the letters; `None` is the terminal's own.
    pub foreground: Option<AnsiColour>,
    /// The colour behind the letters; `None` is the terminal's own.
    pub background: Option<AnsiColour>,
    /// Bold, dim, italic, underlined, reversed and crossed out. Blinking and concealed text is shown
    /// as if it were neither.
    pub modifiers: Modifier,
}

/// A colour of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnsiColour {
    /// One of the 256 colours. The first 16 are the named ones, black, red, green, yellow, blue,
    /// magenta, cyan, white and their bright variants.
    Indexed(u8),
    /// Red, green and blue.
    Rgb(u8, u8, u8),
}

/// A line of output.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutputLine {
    /// The visible text.
    pub text: String,
    /// The byte ranges of the text with graphics, ascending and disjoint.
    pub graphics: Vec<(Range<usize>, Graphics)>,
}

impl OutputLine {
    /// Parses one line, without its line break. The graphics of earlier lines do not continue.
    #[must_use]
    pub fn parse(line: &str) -> Self {
        let mut graphics = Graphics::default();
        let parts: Vec<Self> =
            line.split('\r').map(|part| Self::parse_part(part, &mut graphics)).collect();
        let mut parts = parts.into_iter().rev();
        let mut line = parts.next().unwrap_or_default();
        let mut width = columns(&line.text);
        for before in parts {
            width = line.push_behind(&before, width);
        }
        line
    }

    /// Parses a part of a line that has no carriage return.
    fn parse_part(part: &str, graphics: &mut Graphics) -> Self {
        let mut line = Self::default();
        let (mut rest, mut column) = (part, 0);
        while let Some(at) = rest.find(['\x1b', '\t']) {
            column += line.push(&visible(&rest[..at]), *graphics);
            rest = &rest[at..];
            let mut length = 1;
            if rest.starts_with('\t') {
                column += line.push(&" ".repeat(TAB - column % TAB), *graphics);
            } else if let Some(parameters) = sequence(rest) {
                graphics.select(parameters);
                length = "\x1b[m".len() + parameters.len();
            } else {
                column += line.push(&visible(&rest[..1]), *graphics);
            }
            rest = &rest[length..];
        }
        line.push(&visible(rest), *graphics);
        line
    }

    /// Appends text and returns its columns.
    fn push(&mut self, text: &str, graphics: Graphics) -> usize {
        let start = self.text.len();
        self.text.push_str(text);
        let end = self.text.len();
        match self.graphics.last_mut() {
            _ if graphics == Graphics::default() || start == end => {}
            Some((last, same)) if last.end == start && *same == graphics => last.end = end,
            _ => self.graphics.push((start..end, graphics)),
        }
        columns(text)
    }

    /// Appends what this line of `width` columns leaves of the text that it overwrites. Returns the
    /// columns of the whole line.
    fn push_behind(&mut self, before: &Self, width: usize) -> usize {
        let (mut column, mut start) = (0, 0);
        for (cluster, columns) in clusters(&before.text) {
            if column >= width && columns > 0 {
                break;
            }
            column += columns;
            start += cluster.len();
        }
        let rest = &before.text[start..];
        if rest.is_empty() {
            return width.max(column);
        }
        // A wide cluster of which the first half is overwritten leaves a blank.
        self.push(&" ".repeat(column.saturating_sub(width)), Graphics::default());
        let shift = self.text.len();
        self.text.push_str(rest);
        let graphics = before.graphics.iter().filter(|(range, _)| range.end > start);
        self.graphics.extend(graphics.map(|(range, graphics)| {
            (range.start.max(start) - start + shift..range.end - start + shift, *graphics)
        }));
        column + columns(rest)
    }
}

/// Returns the parameters of the SGR sequence at the beginning of a text.
fn sequence(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("\x1b[")?;
    let end = rest.bytes().take(MAX_SEQUENCE).position(|b| !matches!(b, b'0'..=b';'))?;
    (rest.as_bytes()[end] == b'm').then(|| &rest[..end])
}

impl Graphics {
    /// Applies the parameters of an SGR sequence, such as `1;31`. Unknown ones change nothing.
    fn select(&mut self, parameters: &str) {
        let mut all = parameters.split(';');
        while let Some(parameter) = all.next() {
            let mut parts = parameter.split(':');
            let code = number(parts.next().unwrap_or_default());
            match code {
                Some(38 | 48) => {
                    let colour = if parameter.contains(':') {
                        let parts: Vec<_> = parts.collect();
                        // The colour space before red, green and blue may be left out.
                        let parts = parts.iter().enumerate();
                        let has_space = parts.len() > 4;
                        colour(parts.filter(|(n, _)| !has_space || *n != 1).map(|(_, part)| *part))
                    } else {
                        colour(&mut all)
                    };
                    if colour.is_some() {
                        self.set_colour(code == Some(38), colour);
                    }
                }
                Some(4) if parts.next() == Some("0") => self.modifiers -= Modifier::UNDERLINED,
                Some(code) => self.select_one(code),
                None => {}
            }
        }
    }

    fn select_one(&mut self, code: u8) {
        match code {
            0 => *self = Self::default(),
            1 => self.modifiers |= Modifier::BOLD,
            2 => self.modifiers |= Modifier::DIM,
            3 => self.modifiers |= Modifier::ITALIC,
            4 | 21 => self.modifiers |= Modifier::UNDERLINED,
            7 => self.modifiers |= Modifier::REVERSED,
            9 => self.modifiers |= Modifier::CROSSED_OUT,
            22 => self.modifiers -= Modifier::BOLD | Modifier::DIM,
            23 => self.modifiers -= Modifier::ITALIC,
            24 => self.modifiers -= Modifier::UNDERLINED,
            27 => self.modifiers -= Modifier::REVERSED,
            29 => self.modifiers -= Modifier::CROSSED_OUT,
            30..=37 => self.foreground = Some(AnsiColour::Indexed(code - 30)),
            39 => self.foreground = None,
            40..=47 => self.background = Some(AnsiColour::Indexed(code - 40)),
            49 => self.background = None,
            90..=97 => self.foreground = Some(AnsiColour::Indexed(code - 90 + 8)),
            100..=107 => self.background = Some(AnsiColour::Indexed(code - 100 + 8)),
            _ => {}
        }
    }

    fn set_colour(&mut self, is_foreground: bool, colour: Option<AnsiColour>) {
        if is_foreground {
            self.foreground = colour;
        } else {
            self.background = colour;
        }
    }
}

/// Parses the parameters after 38 or 48: `5;N`, or `2;RED;GREEN;BLUE`.
fn colour<'a>(parameters: impl IntoIterator<Item = &'a str>) -> Option<AnsiColour> {
    let mut parameters = parameters.into_iter().map(number);
    match parameters.next()?? {
        5 => Some(AnsiColour::Indexed(parameters.next()??)),
        2 => {
            let [red, green, blue] = [parameters.next(), parameters.next(), parameters.next()];
            Some(AnsiColour::Rgb(red??, green??, blue??))
        }
        _ => None,
    }
}

/// Parses a parameter. A parameter that is left out is 0.
fn number(parameter: &str) -> Option<u8> {
    if parameter.is_empty() { Some(0) } else { parameter.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(line: &str) -> String {
        OutputLine::parse(line).text
    }

    /// The pieces with graphics.
    fn graphics(line: &str) -> Vec<(String, Graphics)> {
        let line = OutputLine::parse(line);
        let pieces = line.graphics.iter();
        pieces.map(|(range, graphics)| (line.text[range.clone()].to_owned(), *graphics)).collect()
    }

    fn foreground(colour: AnsiColour) -> Graphics {
        Graphics { foreground: Some(colour), ..Graphics::default() }
    }

    #[test]
    fn colour_sequences_become_graphics() {
        let line = "\x1b[32minfo\x1b[0m ready \x1b[1;4;91merror\x1b[m";
        assert_eq!(text(line), "info ready error");
        let error = Graphics {
            modifiers: Modifier::BOLD | Modifier::UNDERLINED,
            ..foreground(AnsiColour::Indexed(9))
        };
        let expected =
            [("info".to_owned(), foreground(AnsiColour::Indexed(2))), ("error".to_owned(), error)];
        assert_eq!(graphics(line), expected);
    }

    #[test]
    fn colours_of_the_palette_and_by_value_are_read_in_both_notations() {
        for (sequence, colour) in [
            ("38;5;208", AnsiColour::Indexed(208)),
            ("38:5:208", AnsiColour::Indexed(208)),
            ("38;2;1;2;3", AnsiColour::Rgb(1, 2, 3)),
            ("38:2:1:2:3", AnsiColour::Rgb(1, 2, 3)),
            ("38:2::1:2:3", AnsiColour::Rgb(1, 2, 3)),
            ("0;38;5;1;24", AnsiColour::Indexed(1)),
        ] {
            let pieces = graphics(&format!("\x1b[{sequence}mx"));
            assert_eq!(pieces, [("x".to_owned(), foreground(colour))], "{sequence}");
        }
    }

    #[test]
    fn unknown_parameters_change_nothing() {
        for sequence in ["", "0", "5", "8", "38", "38;5", "38;7", "38;5;999", "999", ";;", "4:0"] {
            let line = format!("\x1b[{sequence}mx");
            assert_eq!((text(&line), graphics(&line)), ("x".to_owned(), Vec::new()), "{sequence}");
        }
    }

    #[test]
    fn other_control_sequences_become_escapes() {
        for (line, shown) in [
            ("\x1b[2Jx", "\\x1b[2Jx"),
            ("\x1b[31x", "\\x1b[31x"),
            ("\x1b[?25m", "\\x1b[?25m"),
            ("\x1b[3", "\\x1b[3"),
            ("\x1b", "\\x1b"),
            ("\x1b]8;;http://a\x07b", "\\x1b]8;;http://a\\x07b"),
            ("a\x08b\x0b\u{9b}31m\u{202e}", "a\\x08b\\x0b\\x9b31m\\u{202e}"),
        ] {
            assert_eq!(text(line), shown);
        }
        let long = format!("\x1b[{}m", "1;".repeat(40));
        assert!(text(&long).starts_with("\\x1b[1;"));
    }

    #[test]
    fn a_carriage_return_overwrites_the_line() {
        assert_eq!(text("pulling  10%\rpulling 100%"), "pulling 100%");
        assert_eq!(text("downloading\rdone"), "doneloading");
        assert_eq!(text("abc\r"), "abc");
        assert_eq!(text("\r\rabc\rx"), "xbc");
    }

    #[test]
    fn overwritten_text_loses_its_graphics() {
        let line = "\x1b[31mfailed\x1b[0m\rok";
        assert_eq!(text(line), "okiled");
        assert_eq!(graphics(line), [("iled".to_owned(), foreground(AnsiColour::Indexed(1)))]);
    }

    #[test]
    fn a_wide_character_that_is_overwritten_by_half_becomes_a_blank() {
        assert_eq!(text("漢字\rab"), "ab字");
        assert_eq!(text("漢字\ra"), "a 字");
        assert_eq!(text("a漢字\r字"), "字 字");
        assert_eq!(text("👩\u{200d}💻x\rab"), "abx");
    }

    #[test]
    fn a_line_with_many_returns_and_tabs_is_parsed_in_linear_time() {
        let line = format!("{}{}", "x".repeat(1 << 20), "\ry\t\x1b[31m".repeat(1 << 17));
        assert!(text(&line).starts_with("y       xxx"));
    }

    #[test]
    fn a_tab_fills_up_to_the_next_stop() {
        assert_eq!(text("a\tb"), "a       b");
        assert_eq!(text("12345678\t9"), "12345678        9");
        assert_eq!(text("漢\t9"), "漢      9");
    }

    #[test]
    fn graphics_continue_over_a_carriage_return_and_end_with_the_line() {
        assert_eq!(graphics("\x1b[31ma\rbc"), graphics("\x1b[31mbc"));
    }
}
