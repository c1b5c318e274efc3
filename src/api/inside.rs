//! Reads files in the containers of a pod by a plan: an exec of `cat` for each file, a few at a time.

use std::collections::BTreeMap;
use std::vec;

use futures::StreamExt as _;
use futures::stream::{Buffered, Iter};

use super::client::{Client, Content};
use crate::downward::inside::{
    ActualFile, ActualProcess, Certainty, Enforced, Environment, Found, Inside, Observed, Pid,
    Status,
};
use crate::downward::plan::{Plan, Planned, PlannedFile, ProcessFile, ProcessRead};

/// How many execs run at a time.
const MAX_EXECS: usize = 4;

/// The files below each mount of a container, by the mount's path.
type Mounts = BTreeMap<String, Found<Vec<ActualFile>>>;

/// Runs a plan. Returns the containers in the order of the plan. A container in which nothing can be run
/// has no process, and the reason in place of its environment.
pub async fn observe(client: &Client, plan: &Plan) -> Vec<Observed> {
    let all = plan.containers.iter().map(|container| environment(client, container)).collect();
    let environments: Vec<Result<Found<Environment>, String>> = few_at_a_time(all).collect().await;
    // No file can be read where the environment could not.
    let planned = plan.containers.iter().zip(&environments).enumerate();
    let files: Vec<(usize, &PlannedFile)> = planned
        .filter(|(_, (_, environment))| environment.is_ok())
        .flat_map(|(at, (container, _))| container.files().map(move |file| (at, file)))
        .collect();
    let about: Vec<(usize, &ProcessRead)> = plan
        .containers
        .iter()
        .zip(&environments)
        .enumerate()
        .filter(|(_, (_, environment))| environment.is_ok())
        .flat_map(|(at, (container, _))| container.process().map(move |read| (at, read)))
        .collect();
    let mut processes = vec![ActualProcess::default(); plan.containers.len()];
    let mut read_about =
        few_at_a_time(about.iter().map(|(at, read)| about_process(client, *at, read)).collect());
    while let Some((at, file, content)) = read_about.next().await {
        set(&mut processes[at], file, content);
    }
    let mut mounts: Vec<Mounts> = vec![Mounts::new(); plan.containers.len()];
    let mut read = few_at_a_time(files.iter().map(|(at, file)| read(client, *at, file)).collect());
    while let Some((at, mount, file)) = read.next().await {
        let found = mounts[at].entry(mount).or_insert_with(|| Found::There(Vec::new()));
        if let Found::There(files) = found {
            files.extend(file);
        }
    }
    let found = environments.into_iter().zip(mounts).zip(processes);
    plan.containers
        .iter()
        .zip(found)
        .map(|(container, ((environment, mounts), process))| {
            observed(container, environment, mounts, process)
        })
        .collect()
}

/// Runs futures, a few at a time, and returns their outcomes in their order.
fn few_at_a_time<F: Future>(futures: Vec<F>) -> Buffered<Iter<vec::IntoIter<F>>> {
    futures::stream::iter(futures).buffered(MAX_EXECS)
}

fn observed(
    container: &Planned,
    environment: Result<Found<Environment>, String>,
    mounts: Mounts,
    actual: ActualProcess,
) -> Observed {
    let (process, environment) = match environment {
        Ok(found) => (Some((Pid::Exec, Certainty::Name)), found),
        Err(why) => (None, Found::Unreadable(why)),
    };
    Observed {
        container: container.name.clone(),
        process,
        inside: Inside { environment, mounts, process: actual },
        enforced: Enforced::unreadable("it is not read by execs"),
    }
}

/// Reads the environment of a container.
///
/// # Errors
///
/// Nothing can be run in it, and why.
async fn environment(client: &Client, container: &Planned) -> Result<Found<Environment>, String> {
    let reads = container.reads.as_ref().map_err(Clone::clone)?;
    let content = client.cat(&reads.environment).await.map_err(|failure| failure.to_string())?;
    Ok(match content {
        Content::Bytes(bytes) => Found::There(Environment::parse(&bytes)),
        Content::Absent => Found::Unreadable("it has no /proc".to_owned()),
        Content::Unreadable(why) => Found::Unreadable(why),
    })
}

/// Reads a file of the container at that index. Returns the index, the file's mount, and the file if it
/// exists.
async fn read(
    client: &Client,
    at: usize,
    file: &PlannedFile,
) -> (usize, String, Option<ActualFile>) {
    let content = match &file.read {
        Ok(cat) => client.cat(cat).await,
        Err(why) => Ok(Content::Unreadable(why.clone())),
    };
    let bytes = match content {
        Ok(Content::Bytes(bytes)) => Some(Found::There(bytes)),
        Ok(Content::Absent) => None,
        Ok(Content::Unreadable(why)) => Some(Found::Unreadable(why)),
        Err(failure) => Some(Found::Unreadable(failure.message)),
    };
    let file_of = |bytes| ActualFile { path: file.below.clone(), mode: None, bytes };
    (at, file.mount.clone(), bytes.map(file_of))
}

/// Reads a file about the first process of the container at that index.
async fn about_process(
    client: &Client,
    at: usize,
    read: &ProcessRead,
) -> (usize, ProcessFile, Found<Vec<u8>>) {
    let content = match client.cat(&read.cat).await {
        Ok(Content::Bytes(bytes)) => Found::There(bytes),
        Ok(Content::Absent) => Found::Unreadable("it does not exist".to_owned()),
        Ok(Content::Unreadable(why)) => Found::Unreadable(why),
        Err(failure) => Found::Unreadable(failure.message),
    };
    (at, read.file, content)
}

fn set(process: &mut ActualProcess, file: ProcessFile, content: Found<Vec<u8>>) {
    match file {
        ProcessFile::CommandLine => {
            process.command = content.map(|bytes| ActualProcess::command_line(&bytes));
        }
        ProcessFile::Status => {
            let text = content.map(|bytes| Status::parse(&String::from_utf8_lossy(&bytes)));
            process.status = match text {
                Found::There(Some(status)) => Found::There(status),
                Found::There(None) => Found::Unreadable("it has another form".to_owned()),
                Found::Unreadable(why) => Found::Unreadable(why),
            };
        }
        ProcessFile::Hostname => {
            process.hostname =
                content.map(|bytes| String::from_utf8_lossy(bytes.trim_ascii_end()).into_owned());
        }
        ProcessFile::Hosts => process.hosts = content,
        ProcessFile::ResolvConf => process.resolv_conf = content,
    }
}
