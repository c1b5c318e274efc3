//! What lines of merged logs begin with: their pod and container.

use super::streams::LogStream;
use crate::text::{columns, fit, padded, visible};

/// The widest prefix, in columns.
const WIDEST: usize = 18;
/// The length of the random end of a generated name: `SimpleNameGenerator` of the API server.
const GENERATED: usize = 5;
/// The colours of pods, in the order of their first lines: the numbers of SGR sequences.
const COLOURS: [u8; 6] = [36, 33, 32, 35, 34, 31];

/// The colours of pods: each keeps the one that it was given first.
#[derive(Clone, Debug, Default)]
pub struct Colours {
    /// The uids of the pods in the order of their first lines.
    pods: Vec<String>,
}

impl Colours {
    /// Returns the colour of a pod, by its uid: the number of an SGR sequence.
    pub fn of(&mut self, pod: &str) -> u8 {
        let known = self.pods.iter().position(|it| it == pod);
        let at = known.unwrap_or_else(|| {
            self.pods.push(pod.to_owned());
            self.pods.len() - 1
        });
        COLOURS[at % COLOURS.len()]
    }
}

/// The short prefixes of an object's logs: of a generated pod's name its random end, of others what they
/// do not have in common, and the container where a pod has several.
#[derive(Clone, Debug)]
pub struct Prefixes {
    /// What the names of pods begin with, the longest first.
    shared: Vec<String>,
    shows_pods: bool,
    shows_containers: bool,
    width: usize,
    colours: Colours,
}

impl Prefixes {
    /// Returns the prefixes of the logs of an object with that name. `is_pod` if it is the only pod.
    #[must_use]
    pub fn new(name: &str, is_pod: bool, streams: &[LogStream]) -> Self {
        let names = || streams.iter().map(|stream| &*stream.pod.name);
        let first = names().next().unwrap_or_default();
        let common = names().fold(first, |common, name| {
            let same = common.chars().zip(name.chars()).take_while(|(a, b)| a == b);
            &common[..same.map(|(a, _)| a.len_utf8()).sum::<usize>()]
        });
        let common = common.rfind('-').map(|end| common[..=end].to_owned());
        let several = |stream: &LogStream| {
            streams.iter().filter(|other| other.uid == stream.uid).nth(1).is_some()
        };
        Self {
            shared: common.into_iter().chain([format!("{name}-")]).collect(),
            shows_pods: !is_pod,
            shows_containers: is_pod || streams.iter().any(several),
            width: 0,
            colours: Colours::default(),
        }
    }

    /// Returns the prefix of a log, made visible and at most 18 columns wide, without colours. All are as
    /// wide as the widest one before.
    fn text(&mut self, of: &LogStream) -> String {
        let pod = &*of.pod.name;
        let generated = pod.rsplit_once('-').map(|(_, end)| end).filter(|end| is_generated(end));
        let own = || self.shared.iter().find_map(|shared| pod.strip_prefix(shared.as_str()));
        let pod = generated.or_else(own).filter(|rest| !rest.is_empty()).unwrap_or(pod);
        let parts = [(self.shows_pods, pod), (self.shows_containers, of.container.as_str())];
        let parts = parts.into_iter().filter(|(is_shown, _)| *is_shown).map(|(_, part)| part);
        let text = parts.collect::<Vec<_>>().join(" ");
        let text = fit(&visible(&text), WIDEST).into_owned();
        self.width = self.width.max(columns(&text));
        padded(&text, self.width)
    }

    /// Returns the prefix of a log in the colour of its pod: an SGR sequence before it and one after it.
    pub fn coloured(&mut self, of: &LogStream) -> String {
        let (text, colour) = (self.text(of), self.colours.of(&of.uid));
        format!("\x1b[{colour}m{text}\x1b[m")
    }
}

/// True if the end of a name may be a generated one: no vowels, and no digits that look like letters.
fn is_generated(end: &str) -> bool {
    end.len() == GENERATED && end.bytes().all(|byte| b"bcdfghjklmnpqrstvwxz2456789".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::k8s::names::{Gvr, Namespace};
    use crate::k8s::path::ObjectPath;

    fn stream(pod: &str, container: &str) -> LogStream {
        let path = ObjectPath {
            gvr: Gvr::new("", "v1", "pods"),
            namespace: Some(Namespace::new("shop")),
            name: pod.into(),
        };
        LogStream { container: container.to_owned(), ..LogStream::of(path, pod) }
    }

    fn prefixes(name: &str, known: &[(&str, &str)], of: &[(&str, &str)]) -> Vec<String> {
        let known: Vec<LogStream> = known.iter().map(|(pod, it)| stream(pod, it)).collect();
        let mut prefixes = Prefixes::new(name, false, &known);
        of.iter().map(|(pod, container)| prefixes.text(&stream(pod, container))).collect()
    }

    #[test]
    fn of_a_generated_name_the_random_end_is_shown() {
        let pods = [("web-7d-bcdfg", "main"), ("web-9f-hjklm", "main")];
        assert_eq!(prefixes("web", &pods, &pods), ["bcdfg", "hjklm"]);
        let named = [("the-alpha", "main"), ("the-gamma", "main")];
        assert_eq!(prefixes("other", &named, &named), ["alpha", "gamma"], "none of these is one");
    }

    #[test]
    fn what_the_names_of_all_pods_begin_with_is_left_out() {
        let pods = [("web-eu-10", "main"), ("web-eu-11", "main")];
        assert_eq!(prefixes("web", &pods, &pods), ["10", "11"]);
        assert_eq!(prefixes("web", &pods[..1], &pods[..1]), ["10"], "of a single pod too");
    }

    #[test]
    fn a_pod_that_joins_later_keeps_what_is_its_own() {
        let pods = [("web-eu-10", "main"), ("web-eu-11", "main")];
        let new = [("web-us-1", "main"), ("other", "main"), ("web-eu-10", "main")];
        assert_eq!(prefixes("web", &pods, &new), ["us-1", "other", "10   "]);
    }

    #[test]
    fn the_container_is_named_where_a_pod_has_several() {
        let pods = [("db-0", "main"), ("db-0", "proxy")];
        assert_eq!(prefixes("db", &pods, &pods), ["0 main", "0 proxy"]);
    }

    #[test]
    fn a_long_prefix_is_cut_and_nothing_controls_the_terminal() {
        let long = [("web-\x1b[2Ja", &*"x".repeat(40))];
        let text = prefixes("web", &[], &[("web-\x1b[2Ja", long[0].1)]);
        assert_eq!(text, ["\\x1b[2Ja"], "{text:?}");
        let wide = prefixes("web", &[], &[(&"y".repeat(40), "main")]);
        assert_eq!(columns(&wide[0]), WIDEST);
    }

    #[test]
    fn a_pod_keeps_its_colour() {
        let mut prefixes = Prefixes::new("web", false, &[]);
        let mut colour = |pod| prefixes.coloured(&stream(pod, "main"))[..5].to_owned();
        let first = colour("web-a");
        assert_ne!(first, colour("web-b"));
        assert_eq!(first, colour("web-a"));
    }
}
