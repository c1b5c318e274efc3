//! The only exec that kubewalk can request: `cat` of files of a container.

use std::fmt;

use super::path::ObjectPath;
use super::request::{Form, Request};

/// The file that is read between two others: the command line of `cat` itself, which no other file has.
pub const SEPARATOR: &str = "/proc/self/cmdline";
/// The maximum number of files that are read at once.
const MOST_FILES: usize = 16;
/// The maximum length of a command line, in bytes. Old kernels show no more than 4096.
const MOST_BYTES: usize = 3000;

/// A `cat` of files of a container, the only program that is ever run in one. It has no stdin, and no
/// shell parses its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cat {
    pod: ObjectPath,
    container: String,
    files: Vec<String>,
}

impl Cat {
    /// Returns the `cat` of a file. A relative path starts at the root, as in the kubelet's mount paths,
    /// so the argument is never an option.
    #[must_use]
    pub fn new(pod: &ObjectPath, container: &str, file: &str) -> Self {
        let file = format!("/{}", file.trim_start_matches('/'));
        Self { pod: pod.clone(), container: container.to_owned(), files: vec![file] }
    }

    /// Joins the reads of one container: few that read many files each.
    #[must_use]
    pub fn joined<'c>(cats: impl IntoIterator<Item = &'c Self>) -> Vec<Self> {
        let mut joined: Vec<Self> = Vec::new();
        for cat in cats {
            if let Some(last) = joined.last_mut().filter(|last| last.container == cat.container) {
                let both = Self { files: [&*last.files, &*cat.files].concat(), ..cat.clone() };
                if both.files.len() <= MOST_FILES && both.command_line().len() <= MOST_BYTES {
                    *last = both;
                    continue;
                }
            }
            joined.push(cat.clone());
        }
        joined
    }

    /// Returns the reads of its files one by one.
    pub fn each(&self) -> impl Iterator<Item = Self> {
        self.files.iter().map(|file| Self { files: vec![file.clone()], ..self.clone() })
    }

    /// The container's name.
    #[must_use]
    pub fn container(&self) -> &str {
        &self.container
    }

    /// The absolute paths of the files.
    #[must_use]
    pub fn files(&self) -> &[String] {
        &self.files
    }

    /// Splits the output into the contents of the files. `None` if it is not as expected: a file contains
    /// the command line, or the command line that the kernel shows is another.
    #[must_use]
    pub fn split<'o>(&self, output: &'o [u8]) -> Option<Vec<&'o [u8]>> {
        if self.files.len() == 1 {
            return Some(vec![output]);
        }
        let separator = self.command_line();
        let mut rest = output;
        let mut contents = Vec::new();
        while let Some(at) = rest.windows(separator.len()).position(|part| part == separator) {
            contents.push(&rest[..at]);
            rest = &rest[at + separator.len()..];
        }
        contents.push(rest);
        (contents.len() == self.files.len()).then_some(contents)
    }

    /// Returns the arguments: the files, with the separator between them.
    fn arguments(&self) -> impl Iterator<Item = &str> {
        let files = self.files.iter().enumerate();
        files.flat_map(|(at, file)| {
            let separator = (at > 0).then_some(SEPARATOR);
            separator.into_iter().chain([file.as_str()])
        })
    }

    /// Returns the command line as the kernel shows it: a zero byte ends each element.
    fn command_line(&self) -> Vec<u8> {
        let elements = std::iter::once("cat").chain(self.arguments());
        elements.flat_map(|element| element.bytes().chain([0])).collect()
    }

    /// Returns the GET that is upgraded to a WebSocket, without stdin and without a terminal.
    #[must_use]
    pub fn request(&self) -> Request {
        let request = Request::get(self.pod.subresource("exec"), Form::Any)
            .with("container", &*self.container)
            .with("command", "cat");
        let request = self.arguments().fold(request, |request, it| request.with("command", it));
        request.with("stdout", "true").with("stderr", "true")
    }
}

/// Formats the command: `cat /proc/self/environ`.
impl fmt::Display for Cat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cat")?;
        self.arguments().try_for_each(|argument| write!(f, " {argument}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::k8s::names::{Gvr, Namespace};

    fn pod() -> ObjectPath {
        ObjectPath {
            gvr: Gvr::new("", "v1", "pods"),
            namespace: Some(Namespace::new("shop")),
            name: "db-0".into(),
        }
    }

    #[test]
    fn several_files_are_read_at_once_and_split_at_the_command_line() {
        let pod = pod();
        let cats = ["/a", "/b", "/c"].map(|file| Cat::new(&pod, "main", file));
        let [joined] = &Cat::joined(&cats)[..] else { panic!() };
        let command = "cat /a /proc/self/cmdline /b /proc/self/cmdline /c";
        assert_eq!(joined.to_string(), command);
        let line = command.replace(' ', "\0") + "\0";
        let output = format!("one{line}{line}\0three");
        assert_eq!(joined.split(output.as_bytes()).unwrap(), [&b"one"[..], b"", b"\0three"]);
        assert_eq!(joined.split(b"one"), None);
        assert_eq!(joined.split(format!("{line}{line}{line}").as_bytes()), None);
        assert!(joined.each().eq(cats));
    }

    #[test]
    fn a_command_line_is_of_bounded_length() {
        let pod = pod();
        let long = "x".repeat(MOST_BYTES);
        let many = (0..40).map(|at| Cat::new(&pod, "main", &format!("/{at}")));
        let cats: Vec<Cat> = many.chain([Cat::new(&pod, "main", &long)]).collect();
        let joined = Cat::joined(&cats);
        assert_eq!(joined.iter().map(|cat| cat.files.len()).collect::<Vec<_>>(), [16, 16, 8, 1]);
    }

    #[test]
    fn a_hostile_path_stays_one_argument() {
        let pod = pod();
        let path = |file: &str| Cat::new(&pod, "main", file).request().path_and_query();
        let of = |file: &str| {
            format!(
                "/api/v1/namespaces/shop/pods/db-0/exec?container=main&command=cat&command={file}\
                 &stdout=true&stderr=true"
            )
        };
        assert_eq!(path("/proc/self/environ"), of("%2Fproc%2Fself%2Fenviron"));
        assert_eq!(path("-u"), of("%2F-u"));
        assert_eq!(path("/a b&command=rm;$(x)"), of("%2Fa%20b%26command%3Drm%3B%24%28x%29"));
    }
}
