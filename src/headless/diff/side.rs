//! The sides of a comparison: a location, a location of another context, a recording or file, or stdin.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, Read as _};
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;

use crate::api::endpoint::{Environment, Options, PluginReports};
use crate::api::record::Recorder;
use crate::downward::inputs;
use crate::headless::{Access, Stop};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::request::{Form, Request};

/// The annotation in which `kubectl apply` keeps what was applied.
const LAST_APPLIED: &str =
    "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration";

/// Where the objects of a side are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Side {
    /// The words of a location on the server of the flags.
    Location(String),
    /// The same through another context: `deploy/web@staging`.
    Context {
        /// The words of the location.
        location: String,
        /// The context of the kubeconfig.
        context: String,
    },
    /// A recording: `walk.har.gz#deploy/web`.
    Recording {
        /// The HAR file.
        file: PathBuf,
        /// The words of the location.
        location: String,
    },
    /// A manifest: `web.yaml`, or one object of it, as in `web.yaml#deploy/web`.
    File {
        /// The YAML or JSON file.
        file: PathBuf,
        /// The kind or its short name, a slash, and the name.
        object: Option<String>,
    },
    /// Manifests on stdin.
    Stdin,
}

/// One object, and where it was found.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The words of its side.
    pub location: String,
    /// The object.
    pub object: Value,
}

impl Opened {
    /// Returns the version of the object on the server.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.object.pointer("/metadata/resourceVersion")?.as_str()
    }
}

impl Side {
    /// Parses the words of a side. What begins with `./` or `../`, or ends like a manifest or a recording,
    /// is a file.
    #[must_use]
    pub fn parse(words: &str) -> Self {
        if words == "-" {
            return Self::Stdin;
        }
        let (name, part) = match words.split_once('#') {
            Some((name, part)) => (name, Some(part.to_owned())),
            None => (words, None),
        };
        let lower = name.to_ascii_lowercase();
        let ends = |ends: &[&str]| ends.iter().any(|end| lower.ends_with(end));
        let file = PathBuf::from(name);
        if ends(&[".har", ".har.gz"]) {
            return Self::Recording { file, location: part.unwrap_or_default() };
        }
        if name.starts_with("./") || name.starts_with("../") || ends(&[".yaml", ".yml", ".json"]) {
            return Self::File { file, object: part };
        }
        match words.split_once('@') {
            Some((location, context)) => {
                Self::Context { location: location.to_owned(), context: context.to_owned() }
            }
            None => Self::Location(words.to_owned()),
        }
    }

    /// Reads the objects.
    ///
    /// # Errors
    ///
    /// No server, a failed request, a file that cannot be read, or no such object.
    pub(super) async fn read(&self, servers: &mut Servers<'_>) -> Result<Vec<Opened>, Stop> {
        let words = self.to_string();
        let objects = match self {
            Self::Location(location) => servers.fetch(Server::Flags, location).await?,
            Self::Context { location, context } => {
                servers.fetch(Server::Context(context.clone()), location).await?
            }
            Self::Recording { location, .. } if location.is_empty() => {
                let hint = format!("Name an object in it, as in `{words}#deploy/web`");
                return Err(input(&format!("{words} is a recording"), &hint).into());
            }
            Self::Recording { file, location } => {
                servers.fetch(Server::Recording(file.clone()), location).await?
            }
            Self::File { file, object } => {
                let name = file.display().to_string();
                let text = std::fs::read_to_string(file).map_err(|error| {
                    input(&format!("{name} cannot be read: {error}"), "Check its name")
                })?;
                chosen(manifests(&name, &text)?, &name, object.as_deref())?
            }
            Self::Stdin => {
                let mut text = String::new();
                io::stdin().lock().read_to_string(&mut text).map_err(|error| {
                    input(&format!("stdin cannot be read: {error}"), "It must be UTF-8")
                })?;
                manifests("stdin", &text)?
            }
        };
        let is_one = objects.len() == 1;
        let opened = |object: Value| {
            let location =
                if is_one { words.clone() } else { format!("{words}#{}", name(&object)) };
            Opened { location, object }
        };
        Ok(objects.into_iter().map(opened).collect())
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Location(location) => f.write_str(location),
            Self::Context { location, context } => write!(f, "{location}@{context}"),
            Self::Recording { file, location } if location.is_empty() => {
                write!(f, "{}", file.display())
            }
            Self::Recording { file, location } => write!(f, "{}#{location}", file.display()),
            Self::File { file, object: Some(object) } => write!(f, "{}#{object}", file.display()),
            Self::File { file, object: None } => write!(f, "{}", file.display()),
            Self::Stdin => f.write_str("stdin"),
        }
    }
}

/// Which server a side is on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Server {
    Flags,
    Context(String),
    Recording(PathBuf),
}

/// Opens servers, each once.
#[derive(Debug)]
pub struct Servers<'a> {
    options: &'a Options,
    environment: &'a Environment,
    reports: PluginReports,
    recorder: Option<Arc<Recorder>>,
    /// True if stdout is a terminal.
    pub(super) is_terminal: bool,
    opened: HashMap<Server, Access>,
}

impl<'a> Servers<'a> {
    /// No server is opened yet.
    #[must_use]
    pub fn new(
        options: &'a Options,
        environment: &'a Environment,
        reports: PluginReports,
        recorder: Option<Arc<Recorder>>,
        is_terminal: bool,
    ) -> Self {
        Self { options, environment, reports, recorder, is_terminal, opened: HashMap::new() }
    }

    async fn fetch(&mut self, server: Server, words: &str) -> Result<Vec<Value>, Stop> {
        let access = self.access(server).await?;
        let located = access.find(words).await?;
        let path = located.path;
        let request = Request { query: located.query, ..Request::get(path.clone(), Form::Json) };
        let answer = access.fetch(&request).await?;
        let value: Value = serde_json::from_slice(&answer.body)
            .map_err(|error| input(&format!("{path} is not JSON: {error}"), "Name an object"))?;
        Ok(inputs::spread(value))
    }

    async fn access(&mut self, server: Server) -> Result<&Access, Stop> {
        if !self.opened.contains_key(&server) {
            let elsewhere =
                Options { demo: false, replay: None, server: None, ..self.options.clone() };
            let options = match &server {
                Server::Flags => self.options.clone(),
                Server::Context(context) => Options { context: Some(context.clone()), ..elsewhere },
                Server::Recording(file) => Options {
                    replay: Some(file.clone()),
                    context: None,
                    kubeconfig: None,
                    borrow_token: false,
                    ..elsewhere
                },
            };
            let reports = self.reports.clone();
            let access =
                Access::open_reporting(&options, self.environment, self.is_terminal, reports)
                    .await?;
            // A recording contains one server.
            let recorder = self.recorder.clone().filter(|_| server == Server::Flags);
            self.opened.insert(server.clone(), access.recorded_by(recorder));
        }
        self.opened.get(&server).ok_or(Stop::Incomplete)
    }
}

fn manifests(name: &str, text: &str) -> Result<Vec<Value>, Failure> {
    let objects = inputs::objects(name, text).map_err(|error| input(&error.to_string(), ""))?;
    if objects.is_empty() {
        return Err(input(&format!("{name} contains no object"), "Check its content"));
    }
    Ok(objects)
}

/// Returns the object of a file that is named `deploy/web`, or all.
fn chosen(objects: Vec<Value>, file: &str, wanted: Option<&str>) -> Result<Vec<Value>, Failure> {
    let Some(words) = wanted else { return Ok(objects) };
    let (kind, wanted) = words.split_once('/').unwrap_or(("", words));
    let is_it = |object: &Value| {
        let of_kind = object["kind"].as_str().unwrap_or_default().to_lowercase();
        object["metadata"]["name"] == wanted
            && (kind.is_empty() || inputs::names_kind(&kind.to_lowercase(), &of_kind))
    };
    let names: Vec<String> = objects.iter().map(name).collect();
    let found: Vec<Value> = objects.into_iter().filter(is_it).collect();
    if found.is_empty() {
        let hint = format!("It contains {}", names.join(", "));
        return Err(input(&format!("{file} contains no object {words}"), &hint));
    }
    Ok(found)
}

/// Returns the kind and the name of an object: `Deployment/web`.
fn name(object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    format!("{}/{}", text(&object["kind"]), text(&object["metadata"]["name"]))
}

/// Returns what was last applied to an object.
pub(super) fn last_applied(live: &Opened) -> Result<Opened, Failure> {
    let text = live.object.pointer(LAST_APPLIED).and_then(Value::as_str);
    let object = text.and_then(|text| serde_json::from_str(text).ok()).ok_or_else(|| {
        let message = format!("{} has no last applied configuration", live.location);
        input(&message, "Name a second side, as in `kubewalk diff deploy/web web.yaml`")
    })?;
    Ok(Opened { location: format!("{} as last applied", live.location), object })
}

/// Returns the failure of a side.
pub(super) fn failed(side: &str, stop: Stop) -> Stop {
    match stop {
        Stop::Failed(mut failure) => {
            failure.message = format!("cannot read the {side}: {}", failure.message);
            Stop::Failed(failure)
        }
        other => other,
    }
}

pub(super) fn input(message: &str, hint: &str) -> Failure {
    Failure::new(FailureKind::Input, message, hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_side_decide_where_it_is() {
        let location = |words: &str| Side::Location(words.to_owned());
        let cases = [
            ("-", Side::Stdin),
            ("deploy/web", location("deploy/web")),
            ("deploy/web -n shop", location("deploy/web -n shop")),
            (
                "deploy/web@staging@eu",
                Side::Context { location: "deploy/web".into(), context: "staging@eu".into() },
            ),
            ("./web", Side::File { file: "./web".into(), object: None }),
            (
                "a/web.yaml#deploy/web",
                Side::File { file: "a/web.yaml".into(), object: Some("deploy/web".into()) },
            ),
            (
                "walk.har.gz#po/db-0 -n shop",
                Side::Recording { file: "walk.har.gz".into(), location: "po/db-0 -n shop".into() },
            ),
        ];
        for (words, side) in cases {
            assert_eq!(Side::parse(words), side, "{words}");
            if side != Side::Stdin {
                assert_eq!(side.to_string(), words);
            }
        }
    }
}
