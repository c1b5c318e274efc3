//! Prints lines with the pod and the container that they are of.

use std::io::{self, Write};

use crate::headless::Out;
use crate::object::logs::{Colours, Line, LogStream};

/// How lines are printed.
#[derive(Debug)]
pub(super) struct Printer {
    has_prefix: bool,
    shows_times: bool,
    is_coloured: bool,
    colours: Colours,
}

impl Printer {
    pub(super) fn new(has_prefix: bool, shows_times: bool, is_coloured: bool) -> Self {
        Self { has_prefix, shows_times, is_coloured, colours: Colours::default() }
    }

    /// Prints a line.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub(super) fn print<W: Write>(
        &mut self,
        of: &LogStream,
        line: &Line,
        out: &mut Out<W>,
    ) -> io::Result<()> {
        if self.has_prefix {
            let colour = self.is_coloured.then(|| self.colours.of(&of.uid));
            out.coloured(&format!("{} {}", of.pod.name, of.container), colour)?;
            out.write_all(b" ")?;
        }
        out.write_all(if self.shows_times { line.whole() } else { line.text() })?;
        out.write_all(b"\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::k8s::names::{Gvr, Namespace};
    use crate::k8s::path::ObjectPath;
    use crate::object::logs::Lines;

    fn printed(pods: &[&str], is_coloured: bool) -> String {
        let mut bytes = Vec::new();
        let mut printer = Printer::new(true, false, is_coloured);
        let line = Lines::default().push(b"2026-01-01T00:00:01Z text\x1b[2J\n").remove(0);
        for pod in pods {
            let path = ObjectPath {
                gvr: Gvr::new("", "v1", "pods"),
                namespace: Some(Namespace::new("shop")),
                name: (*pod).into(),
            };
            let stream = LogStream { container: "main".to_owned(), ..LogStream::of(path, pod) };
            printer.print(&stream, &line, &mut Out::new(&mut bytes, is_coloured)).unwrap();
        }
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_pod_keeps_its_colour_and_escapes_of_a_log_are_not_sent_to_the_terminal() {
        let line =
            |colour: u8, pod: &str| format!("\u{1b}[{colour}m{pod} main\u{1b}[m text\\x1b[2J\n");
        let expected = [line(36, "a"), line(33, "b"), line(36, "a")].concat();
        assert_eq!(printed(&["a", "b", "a"], true), expected);
    }

    #[test]
    fn without_a_terminal_lines_are_unchanged() {
        assert_eq!(printed(&["a"], false), "a main text\u{1b}[2J\n");
    }
}
