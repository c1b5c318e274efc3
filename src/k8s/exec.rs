//! The only exec that kubewalk can request: `cat` of one file of a container.

use std::fmt;

use super::path::ObjectPath;
use super::request::{Form, Request};

/// A `cat` of one file of a container, the only program that is ever run in one. It has no stdin, and
/// no shell parses its argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cat {
    pod: ObjectPath,
    container: String,
    file: String,
}

impl Cat {
    /// Returns the `cat` of a file. A relative path starts at the root, as in the kubelet's mount paths,
    /// so the argument is never an option.
    #[must_use]
    pub fn new(pod: &ObjectPath, container: &str, file: &str) -> Self {
        let file = format!("/{}", file.trim_start_matches('/'));
        Self { pod: pod.clone(), container: container.to_owned(), file }
    }

    /// The container's name.
    #[must_use]
    pub fn container(&self) -> &str {
        &self.container
    }

    /// Returns the GET that is upgraded to a WebSocket, without stdin and without a terminal.
    #[must_use]
    pub fn request(&self) -> Request {
        Request::get(self.pod.subresource("exec"), Form::Any)
            .with("container", &*self.container)
            .with("command", "cat")
            .with("command", &*self.file)
            .with("stdout", "true")
            .with("stderr", "true")
    }
}

/// Formats the command: `cat /proc/self/environ`.
impl fmt::Display for Cat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cat {}", self.file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::k8s::names::{Gvr, Namespace};

    #[test]
    fn a_hostile_path_stays_one_argument() {
        let pod = ObjectPath {
            gvr: Gvr::new("", "v1", "pods"),
            namespace: Some(Namespace::new("shop")),
            name: "db-0".into(),
        };
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
