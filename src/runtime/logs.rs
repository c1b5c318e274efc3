//! The logs of all containers of an object: found, and read as they are or followed.

mod follow;
mod pods;
mod whole;

use serde_json::Value;

pub(crate) use self::follow::Follower;
pub(crate) use self::whole::Whole;
use crate::api::client::Client;
use crate::k8s::answer;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Form, Request};
use crate::object::logs::{
    Chosen, Line, LogStream, PodsOf, Wanted, choose, is_cron_job, jobs_of, newest_job,
};
use crate::runtime::log;

/// What was found to read.
pub(crate) struct Found {
    pub(crate) pods_of: PodsOf,
    pub(crate) pods: Vec<Value>,
    /// The version of the list of pods; empty if there was none.
    version: String,
}

/// What happens while logs are read.
#[derive(Debug)]
pub(crate) enum Happened {
    /// A container wrote a line.
    Line(LogStream, Line),
    /// A line arrived after lines that were written later.
    Late(LogStream, Line),
    /// A container that is not running, or one that was followed and has another state now.
    State(LogStream),
    /// The log of a new pod is followed.
    Joined(LogStream),
    /// A pod was deleted.
    Gone(LogStream),
    /// A log cannot be read.
    Unreadable(LogStream, Failure),
    /// So many logs are read, and so many are not.
    LeftOut(usize, usize),
    /// New pods may be missing, because the pods cannot be watched.
    Blind(Failure),
}

/// Finds the pods whose logs belong to an object.
///
/// # Errors
///
/// The object or its pods cannot be read, or it has no logs.
pub(crate) async fn find(client: &Client, path: &ObjectPath) -> Result<Found, Failure> {
    let object = get(client, &Request::get(ApiPath::Object(path.clone()), Form::Json)).await?;
    let pods_of = if is_cron_job(&path.gvr) {
        let (jobs, _) = list(client, &jobs_of(path)).await?;
        let Some((job, object)) = newest_job(path, &object, &jobs) else {
            return Err(without_logs(&format!("{} has no Job and", ApiPath::Object(path.clone()))));
        };
        PodsOf::of(&job, object)
    } else {
        PodsOf::of(path, &object)
    };
    let pods_of = pods_of.ok_or_else(|| {
        without_logs(&format!("{} has no selector and", ApiPath::Object(path.clone())))
    })?;
    if pods_of.is_one {
        return Ok(Found { pods_of, pods: vec![object], version: String::new() });
    }
    let (mut pods, version) = list(client, &pods_of.list).await?;
    pods.retain(|pod| pods_of.has(pod));
    Ok(Found { pods_of, pods, version })
}

impl Found {
    /// Returns the logs to read. Of the previous instances, those of the containers that have one.
    pub(crate) fn chosen(&self, wanted: &Wanted) -> Chosen {
        let mut chosen = choose(self.pods.iter(), wanted);
        if wanted.options.previous && chosen.streams.iter().any(|stream| stream.has_previous) {
            chosen.streams.retain(|stream| stream.has_previous);
        }
        chosen
    }

    /// Returns the labels of the pods that were looked for.
    pub(crate) fn labels(&self) -> &str {
        self.pods_of.list.query.first().map_or("", |(_, value)| value.as_str())
    }
}

/// Returns the failure of something that has no logs.
pub(crate) fn without_logs(what: &str) -> Failure {
    let hint = "Name a pod, a workload or a Service, such as po/db-0, deploy/web or svc/web";
    Failure::new(FailureKind::Input, format!("{what} has no logs"), hint)
}

/// Returns the JSON of a good answer.
async fn get(client: &Client, request: &Request) -> Result<Value, Failure> {
    let answer = client.send(request).await;
    log::exchange(request, &answer);
    answer::json(&answer?)
}

/// Returns the objects of a list and its version.
async fn list(client: &Client, request: &Request) -> Result<(Vec<Value>, String), Failure> {
    Ok(items(get(client, request).await?))
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
