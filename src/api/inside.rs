//! Reads files in the containers of a pod by a plan: an exec of `cat` for the environment, and one for
//! several files, a few at a time.

use std::collections::BTreeMap;
use std::vec;

use futures::StreamExt as _;
use futures::stream::{Buffered, Iter};

use super::client::{Client, Content};
use crate::downward::inside::{
    ActualFile, ActualProcess, Certainty, Enforced, Environment, Found, Inside, Observed, Pid,
    Status, mountinfo,
};
use crate::downward::plan::{Plan, Planned, ProcessFile};
use crate::k8s::exec::Cat;
use crate::k8s::failure::Failure;

/// How many execs run at a time.
const MAX_EXECS: usize = 4;

/// What was read of a file.
type Read = Result<Content, Failure>;

/// Runs a plan. Returns the containers in the order of the plan. A container in which nothing can be run
/// has no process, and the reason in place of its environment.
pub async fn observe(client: &Client, plan: &Plan) -> Vec<Observed> {
    let all = plan.containers.iter().map(|container| environment(client, container)).collect();
    let environments: Vec<Result<Found<Environment>, String>> = few_at_a_time(all).collect().await;
    let planned = plan.containers.iter().zip(environments).enumerate();
    let planned: Vec<_> = planned.map(|(at, (container, found))| (at, container, found)).collect();
    // No file can be read where the environment could not.
    let readable = planned.iter().filter(|(.., environment)| environment.is_ok());
    let cats: Vec<(usize, Cat)> = readable
        .filter_map(|(at, container, _)| Some((*at, container.reads.as_ref().ok()?)))
        .flat_map(|(at, reads)| reads.cats().into_iter().map(move |cat| (at, cat)))
        .collect();
    let mut contents: BTreeMap<(usize, String), Read> = BTreeMap::new();
    let reads = cats.iter().map(|(at, cat)| async move { (*at, read(client, cat).await) });
    let mut reads = few_at_a_time(reads.collect());
    while let Some((at, read)) = reads.next().await {
        contents.extend(read.into_iter().map(|(file, content)| ((at, file), content)));
    }
    drop(reads);
    planned
        .into_iter()
        .map(|(at, container, environment)| {
            let content = |cat: &Cat| {
                let file = cat.files().first()?.clone();
                contents.get(&(at, file)).cloned()
            };
            observed(container, environment, content)
        })
        .collect()
}

/// Runs futures, a few at a time, and returns their outcomes in their order.
fn few_at_a_time<F: Future>(futures: Vec<F>) -> Buffered<Iter<vec::IntoIter<F>>> {
    futures::stream::iter(futures).buffered(MAX_EXECS)
}

/// Returns what was found in a container; `content` returns what was read by a command of one file.
fn observed(
    container: &Planned,
    environment: Result<Found<Environment>, String>,
    content: impl Fn(&Cat) -> Option<Read>,
) -> Observed {
    let mut inside = Inside::default();
    let is_read = environment.is_ok();
    for read in container.process().filter(|_| is_read) {
        let content = match content(&read.cat) {
            Some(content) => about(content),
            None => Found::default(),
        };
        set(&mut inside.process, read.file, content);
    }
    for file in container.files().filter(|_| is_read) {
        let content = match &file.read {
            Ok(cat) => content(cat).unwrap_or(Ok(Content::Absent)),
            Err(why) => Ok(Content::Unreadable(why.clone())),
        };
        let of_mount = inside.mounts.entry(file.mount.clone());
        let of_mount = of_mount.or_insert_with(|| Found::There(Vec::new()));
        let bytes = match content {
            Ok(Content::Absent) => continue,
            content => about(content),
        };
        if let Found::There(files) = of_mount {
            files.push(ActualFile { path: file.below.clone(), mode: None, bytes });
        }
    }
    let (process, environment) = match environment {
        Ok(found) => (Some((Pid::Exec, Certainty::Name)), found),
        Err(why) => (None, Found::Unreadable(why)),
    };
    inside.environment = environment;
    Observed {
        container: container.name.clone(),
        process,
        inside,
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

/// Reads files at once; one by one if one of them cannot be read, or if the output cannot be split.
async fn read(client: &Client, cat: &Cat) -> Vec<(String, Read)> {
    let files = cat.files().iter().cloned();
    match client.cat(cat).await {
        Ok(Content::Bytes(bytes)) => {
            if let Some(contents) = cat.split(&bytes) {
                let contents = contents.into_iter().map(|it| Ok(Content::Bytes(it.to_vec())));
                return files.zip(contents).collect();
            }
        }
        Err(failure) => return files.map(|file| (file, Err(failure.clone()))).collect(),
        Ok(content) if cat.files().len() == 1 => {
            return files.map(|file| (file, Ok(content.clone()))).collect();
        }
        Ok(_) => {}
    }
    let mut contents = Vec::new();
    for (file, one) in files.zip(cat.each()) {
        contents.push((file, client.cat(&one).await));
    }
    contents
}

/// Returns the bytes, or why there are none.
fn about(content: Read) -> Found<Vec<u8>> {
    match content {
        Ok(Content::Bytes(bytes)) => Found::There(bytes),
        Ok(Content::Absent) => Found::Unreadable("it does not exist".to_owned()),
        Ok(Content::Unreadable(why)) => Found::Unreadable(why),
        Err(failure) => Found::Unreadable(failure.message),
    }
}

fn set(process: &mut ActualProcess, file: ProcessFile, content: Found<Vec<u8>>) {
    match file {
        ProcessFile::CommandLine => {
            process.command = content.map(|bytes| ActualProcess::command_line(&bytes));
        }
        ProcessFile::Status => {
            let status = |bytes: Vec<u8>| Status::parse(&String::from_utf8_lossy(&bytes));
            process.status = known(content.map(status));
        }
        ProcessFile::OomScoreAdj => {
            let number = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).trim().parse().ok();
            process.oom_score_adj = known(content.map(number));
        }
        ProcessFile::Mounts => {
            process.mounts =
                content.map(|bytes| mountinfo::points(&String::from_utf8_lossy(&bytes)));
        }
        ProcessFile::Hostname => {
            process.hostname =
                content.map(|bytes| String::from_utf8_lossy(bytes.trim_ascii_end()).into_owned());
        }
        ProcessFile::Hosts => process.hosts = content,
        ProcessFile::ResolvConf => process.resolv_conf = content,
    }
}

/// Returns what was parsed.
fn known<T>(parsed: Found<Option<T>>) -> Found<T> {
    match parsed {
        Found::There(Some(parsed)) => Found::There(parsed),
        Found::There(None) => Found::Unreadable("it has another form".to_owned()),
        Found::Unreadable(why) => Found::Unreadable(why),
    }
}
