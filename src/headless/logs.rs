//! `kubewalk logs`: the logs of all containers of a pod, a workload or a Service, merged by time.

mod follow;
mod pods;
mod printer;
mod whole;

use std::io::Write;
use std::time::Duration;

use serde_json::Value;

use self::printer::Printer;
use super::{Access, Out, Stop, note};
use crate::k8s::answer;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::log::LogOptions;
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Form, Request};
use crate::object::logs::{
    Chosen, LogStream, PodsOf, choose, has_logs, is_cron_job, jobs_of, newest_job,
};

/// The most logs that are read at once, each over a connection of its own.
const MOST: usize = 32;

/// What `logs` is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Only the containers with this name.
    pub container: Option<String>,
    /// Which instance, whether lines have their timestamps, and whether new lines, pods and restarts are
    /// waited for.
    pub options: LogOptions,
    /// Only lines that are not older than this.
    pub since: Option<Duration>,
    /// The number of lines of each log, the last ones; `None` for all.
    pub tail: Option<usize>,
    /// True to print the pods in colours.
    pub is_coloured: bool,
}

impl Wanted {
    /// Returns the request for a log with its timestamps.
    fn request(&self, of: &LogStream) -> Request {
        let since = self.since.map(|since| since.as_secs().max(1).to_string());
        let optional = [
            ("previous", self.options.previous.then(|| "true".to_owned())),
            ("tailLines", self.tail.map(|lines| lines.to_string())),
            ("sinceSeconds", since),
        ];
        let request = Request::get(of.pod.subresource("log"), Form::Any)
            .with("container", &of.container)
            .with("timestamps", "true");
        let optional = optional.into_iter().filter_map(|(name, value)| Some((name, value?)));
        optional.fold(request, |request, (name, value)| request.with(name, value))
    }
}

/// What was found to read.
struct Found {
    pods_of: PodsOf,
    pods: Vec<Value>,
    /// The version of the list of pods; empty if there was none.
    version: String,
}

/// Prints the logs of the containers of a pod, a workload or a Service, at most 32: all lines in the order
/// of time, or followed, each as it arrives. If there are several logs, a line begins with its pod and
/// its container.
///
/// # Errors
///
/// A location or a container that does not exist or has no logs, an output that cannot be written, and
/// [`Stop::Incomplete`] if a log could not be read; the others are printed.
pub async fn run<W: Write>(
    access: &Access,
    words: &str,
    wanted: &Wanted,
    out: &mut Out<W>,
) -> Result<(), Stop> {
    let found = find(access, words).await?;
    let container = wanted.container.as_deref();
    let mut chosen = choose(found.pods.iter(), container, MOST);
    if let Some(name) = container.filter(|_| chosen.streams.is_empty() && !found.pods.is_empty()) {
        return Err(no_container(name, &found.pods).into());
    }
    if wanted.options.previous && chosen.streams.iter().any(|stream| stream.has_previous) {
        chosen.streams.retain(|stream| stream.has_previous);
    }
    // What is recorded does not grow.
    let follows = wanted.options.follow && !access.connection.endpoint.kind.is_recorded();
    report_pods(&found, &chosen, follows);
    let is_single = chosen.streams.len() == 1 && (!follows || found.pods_of.is_one);
    let printer = Printer::new(!is_single, wanted.options.timestamps, wanted.is_coloured);
    let failed = if follows {
        follow::run(access, found, wanted, printer, out).await?
    } else {
        whole::run(access, &chosen.streams, wanted, printer, out).await?
    };
    out.flush()?;
    if failed { Err(Stop::Incomplete) } else { Ok(()) }
}

/// Finds the pods of a location. A bare name is that of a pod.
async fn find(access: &Access, words: &str) -> Result<Found, Stop> {
    let path = match access.find_pod(words).await? {
        ApiPath::Object(path) if has_logs(&path.gvr) => path,
        ApiPath::Subresource { object, subresource } if &*subresource == "log" => object,
        other => return Err(without_logs(&other.to_string()).into()),
    };
    let get = |path: &ObjectPath| Request::get(ApiPath::Object(path.clone()), Form::Json);
    let object = answer::json(&access.fetch(&get(&path)).await?)?;
    let pods_of = if is_cron_job(&path.gvr) {
        let (jobs, _) = list(access, &jobs_of(&path)).await?;
        let Some((job, object)) = newest_job(&path, &object, &jobs) else {
            return Err(without_logs(&format!("{} has no Job and", ApiPath::Object(path))).into());
        };
        PodsOf::of(&job, object)
    } else {
        PodsOf::of(&path, &object)
    };
    let pods_of = pods_of.ok_or_else(|| {
        without_logs(&format!("{} has no selector and", ApiPath::Object(path.clone())))
    })?;
    if pods_of.is_one {
        return Ok(Found { pods_of, pods: vec![object], version: String::new() });
    }
    let (mut pods, version) = list(access, &pods_of.list).await?;
    pods.retain(|pod| pods_of.has(pod));
    Ok(Found { pods_of, pods, version })
}

/// Returns the objects of a list and its version.
async fn list(access: &Access, request: &Request) -> Result<(Vec<Value>, String), Failure> {
    Ok(items(answer::json(&access.fetch(request).await?)?))
}

/// Splits a list into its objects and its version.
fn items(mut list: Value) -> (Vec<Value>, String) {
    let version = list["metadata"]["resourceVersion"].as_str().unwrap_or_default().to_owned();
    let items = match list["items"].take() {
        Value::Array(items) => items,
        _ => Vec::new(),
    };
    (items, version)
}

/// Says on stderr what is left out, and if there is nothing to read.
fn report_pods(found: &Found, chosen: &Chosen, follows: bool) {
    if found.pods.is_empty() {
        let selector = found.pods_of.list.query.first();
        let labels = selector.map_or("", |(_, value)| value.as_str());
        let waits = if follows { "; waiting for one" } else { "" };
        note(&format!("no pod has the labels {labels}{waits}"));
    } else if chosen.left_out > 0 {
        report_left_out(chosen);
    }
}

fn report_left_out(chosen: &Chosen) {
    let (read, all) = (chosen.streams.len(), chosen.streams.len() + chosen.left_out);
    note(&format!(
        "{read} of {all} containers are read, those of the newest pods. Name one with -c, or one pod"
    ));
}

/// Prints why a log cannot be read.
fn report_failure(stream: &LogStream, failure: &Failure) {
    let LogStream { pod, container, .. } = stream;
    note(&format!("kubewalk: cannot read the log of {container} in {}: {failure}", pod.name));
}

fn no_container(name: &str, pods: &[Value]) -> Failure {
    let mut names: Vec<String> =
        pods.iter().flat_map(crate::k8s::pod::containers).map(|container| container.name).collect();
    names.sort();
    names.dedup();
    let text = format!("no container {name:?}: there are {}", names.join(", "));
    Failure::new(FailureKind::Input, text, "")
}

fn without_logs(what: &str) -> Failure {
    let hint = "Name a pod, a workload or a Service, such as po/db-0, deploy/web or svc/web";
    Failure::new(FailureKind::Input, format!("{what} has no logs"), hint)
}
