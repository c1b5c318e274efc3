//! The sides of a comparison: a location, a location of another context, a recording or file, or stdin.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use crate::api::endpoint::{Environment, Options, PluginReports};
use crate::api::har::Recording;
use crate::api::openapi;
use crate::api::record::Recorder;
use crate::api::replay::Replay;
use crate::downward::inputs;
use crate::headless::{Access, Stop};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::Gvr;
use crate::k8s::path::ApiPath;
use crate::k8s::request::{Form, Request};
use crate::object::path::text;
use crate::object::schema::Schemas;
use crate::runtime::log;

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
    /// A recording: `walk.har.gz#deploy/web`, or `walk.har.gz#deploy/web@v12` for one version of many.
    Recording {
        /// The HAR file.
        file: PathBuf,
        /// The words of the location.
        location: String,
        /// The resource version.
        version: Option<String>,
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
    /// Where its kind is documented; `None` for a file.
    pub(super) documented: Option<Documented>,
}

/// The server and the resource of an object.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Documented {
    server: Server,
    gvr: Gvr,
}

/// The objects at a location.
struct Fetched {
    objects: Vec<Value>,
    documented: Option<Documented>,
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
            let location = part.unwrap_or_default();
            let (location, version) = match location.rsplit_once("@v") {
                Some((location, version)) => (location.to_owned(), Some(version.to_owned())),
                None => (location, None),
            };
            return Self::Recording { file, location, version };
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
        let local = |objects| Fetched { objects, documented: None };
        let Fetched { objects, documented } = match self {
            Self::Location(location) => servers.fetch(Server::Flags, location).await?,
            Self::Context { location, context } => {
                servers.fetch(Server::Context(context.clone()), location).await?
            }
            Self::Recording { location, .. } if location.is_empty() => {
                let hint = format!("Name an object in it, as in `{words}#deploy/web`");
                return Err(input(&format!("{words} is a recording"), &hint).into());
            }
            Self::Recording { file, location, version: None } => {
                servers.fetch(Server::Recording(file.clone()), location).await?
            }
            Self::Recording { file, location, version: Some(version) } => {
                servers.version(file, location, version).await?
            }
            Self::File { file, object } => {
                let name = file.display().to_string();
                let text = std::fs::read_to_string(file).map_err(|error| {
                    input(&format!("{name} cannot be read: {error}"), "Check its name")
                })?;
                local(chosen(manifests(&name, &text)?, &name, object.as_deref())?)
            }
            Self::Stdin => {
                let mut text = String::new();
                io::stdin().lock().read_to_string(&mut text).map_err(|error| {
                    input(&format!("stdin cannot be read: {error}"), "It must be UTF-8")
                })?;
                local(manifests("stdin", &text)?)
            }
        };
        let is_one = objects.len() == 1;
        let opened = |object: Value| {
            let location =
                if is_one { words.clone() } else { format!("{words}#{}", name(&object)) };
            Opened { location, object, documented: documented.clone() }
        };
        Ok(objects.into_iter().map(opened).collect())
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Location(location) => f.write_str(location),
            Self::Context { location, context } => write!(f, "{location}@{context}"),
            Self::Recording { file, location, .. } if location.is_empty() => {
                write!(f, "{}", file.display())
            }
            Self::Recording { file, location, version } => {
                write!(f, "{}#{location}", file.display())?;
                version.iter().try_for_each(|version| write!(f, "@v{version}"))
            }
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
    schemas: HashMap<Documented, Option<Arc<Schemas>>>,
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
        let (opened, schemas) = (HashMap::new(), HashMap::new());
        Self { options, environment, reports, recorder, is_terminal, opened, schemas }
    }

    /// Returns the schemas that describe the kind of an object, if its server documents it. Each document is
    /// fetched once.
    pub(super) async fn schemas(&mut self, documented: &Documented) -> Option<Arc<Schemas>> {
        if let Some(known) = self.schemas.get(documented) {
            return known.clone();
        }
        let Documented { server, gvr } = documented;
        let client = &self.access(server.clone()).await.ok()?.connection.client;
        let found =
            openapi::schemas(client, &gvr.group_version, Some(&gvr.resource), log::stream).await;
        let found = found.ok().map(Arc::new);
        self.schemas.insert(documented.clone(), found.clone());
        found
    }

    /// Returns a version of an object of a recording.
    async fn version(&mut self, file: &Path, words: &str, version: &str) -> Result<Fetched, Stop> {
        let server = Server::Recording(file.to_owned());
        let located = self.access(server.clone()).await?.find(words).await?;
        let name = file.display();
        let ApiPath::Object(object) = located.path else {
            let message = format!("{words} is not an object, so {name} has no versions of it");
            return Err(input(&message, "Name an object, as in `deploy/web@v12`").into());
        };
        let versions = Replay::versions(&Recording::open(file)?, &object);
        let of = |object: &Value| text(object, ".metadata.resourceVersion").to_owned();
        let known: Vec<String> = versions.iter().map(of).collect();
        let found = versions.into_iter().find(|it| of(it) == version).ok_or_else(|| {
            let hint = match &known[..] {
                [] => "It has no version of this object".to_owned(),
                [first] => format!("Its only version is {first}"),
                [first, .., last] => format!("Its {} versions: {first} to {last}", known.len()),
            };
            input(&format!("{name} has no version {version} of {words}"), &hint)
        })?;
        Ok(Fetched {
            objects: vec![found],
            documented: Some(Documented { server, gvr: object.gvr }),
        })
    }

    async fn fetch(&mut self, server: Server, words: &str) -> Result<Fetched, Stop> {
        let access = self.access(server.clone()).await?;
        let located = access.find(words).await?;
        let path = located.path;
        let request = Request { query: located.query, ..Request::get(path.clone(), Form::Json) };
        let answer = access.fetch_named(&request).await?;
        let value: Value = serde_json::from_slice(&answer.body)
            .map_err(|error| input(&format!("{path} is not JSON: {error}"), "Name an object"))?;
        let documented = path.gvr().cloned().map(|gvr| Documented { server, gvr });
        Ok(Fetched { objects: inputs::spread(value), documented })
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
    let location = format!("{} as last applied", live.location);
    Ok(Opened { location, object, documented: live.documented.clone() })
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
                Side::Recording {
                    file: "walk.har.gz".into(),
                    location: "po/db-0 -n shop".into(),
                    version: None,
                },
            ),
            (
                "walk.har.gz#po/db-0@v12",
                Side::Recording {
                    file: "walk.har.gz".into(),
                    location: "po/db-0".into(),
                    version: Some("12".into()),
                },
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
