//! Pods that a node has, but whose containers do not run yet.

use crate::object::health::condition;
use crate::object::health::container::{Container, Role};
use crate::object::health::context::{Context, Other};
use crate::object::health::events::Event;
use crate::object::health::level::Level;
use crate::object::health::reason::{Hint, Reason, Source};
use crate::object::health::requests;
use crate::object::health::time::{CREATE, CREATE_MAX, INIT_MAX, MINUTE, TEN_MINUTES};
use crate::object::health::words::{between, lasting, quote, span};
use crate::object::instead::no_object;
use crate::object::path;
use jiff::Timestamp;

use super::waiting::missing_object;

const STARTED: &str = ".status.startTime";

pub(super) fn not_accepted(context: &mut Context<'_>) -> Option<Reason> {
    const NODE: &str = ".spec.nodeName";
    let node = Some(context.text(NODE)).filter(|node| !node.is_empty())?;
    if context.text(".status.phase") != "Pending" || context.time(STARTED).is_some() {
        return None;
    }
    let since = context.condition("PodScheduled").and_then(|condition| condition.since);
    let since = since.or(context.created());
    if context.within(since, MINUTE) {
        let text = format!("Node {node} has not picked up the pod yet");
        return Some(Reason::progressing(text).at(NODE).since(since));
    }
    let object = requests::object("Node", "", node);
    let is_ready = match context.other(&object, "the node of the pod") {
        Other::Present(node) => {
            let ready = condition::find(node, ".status.conditions", "Ready");
            ready.is_some_and(|ready| ready.status == "True")
        }
        Other::Absent => false,
        Other::Unknown => true,
    };
    let level = if is_ready { Level::Warning } else { Level::Broken };
    let text = format!("Node {node} has not picked up the pod");
    Some(Reason::new(level, text).at(NODE).since(since).see(object).go(format!("node/{node}")))
}

/// The first container that is being created: the pod's volumes and network are made for all at once.
fn first_creating<'a>(context: &Context<'a>) -> Option<Container<'a>> {
    let is_creating = |container: &&Container<'_>| {
        matches!(container.waiting(), Some("ContainerCreating" | "PodInitializing"))
    };
    // The others are initializing for as long as an init container runs, or fails.
    let blocks = |container: &Container<'_>| match container.role {
        Role::App => false,
        _ if container.waiting().is_some_and(is_refusal) => true,
        Role::Sidecar => false,
        Role::Init => {
            container.is_running() || container.last_end().is_some_and(|end| end.exit_code != 0)
        }
    };
    let waits_for_init = context.containers.iter().any(blocks);
    context.containers.iter().find(is_creating).filter(|_| !waits_for_init).copied()
}

fn is_refusal(reason: &str) -> bool {
    !matches!(reason, "ContainerCreating" | "PodInitializing" | "")
}

/// When the kubelet began to create the pod.
fn begun(context: &Context<'_>) -> Option<Timestamp> {
    context.time(STARTED).or(context.created())
}

/// The events of a pod that is being created, which are worth a request only if it takes long.
fn events<'a>(context: &mut Context<'a>) -> Vec<Event<'a>> {
    let is_usual = context.within(begun(context), CREATE);
    let events = if is_usual { context.known_events() } else { context.events() };
    events.unwrap_or_default()
}

fn mount_failure<'a>(context: &mut Context<'a>) -> Option<Event<'a>> {
    first_creating(context)?;
    let failures = ["FailedMount", "FailedAttachVolume", "FailedMapVolume"];
    events(context).into_iter().find(|event| failures.contains(&event.reason))
}

pub(super) fn volume(context: &mut Context<'_>) -> Option<Reason> {
    let event = mount_failure(context)?;
    let name = between(event.message, "volume \"", "\"").unwrap_or_default();
    let volumes = context.list(".spec.volumes");
    let index = volumes.iter().position(|volume| path::text(volume, ".name") == name);
    let at = match index {
        Some(index) => format!(".spec.volumes[{index}]"),
        None => first_creating(context)?.at(".state.waiting.reason"),
    };
    let missing = missing_object(event.message);
    let why = match missing {
        Some((kind, name)) => no_object(kind, name),
        None => match event.message.rsplit_once("references non-existent ") {
            Some((_, rest)) => format!("it references a {}, which does not exist", quote(rest)),
            None => quote(event.message.split_once(" : ").map_or(event.message, |(_, why)| why)),
        },
    };
    let title = if name.is_empty() { "A volume".to_owned() } else { format!("Volume {name}") };
    let level = grace(context, CREATE);
    let reason = Reason::new(level, format!("{title} cannot be mounted: {why}")).at(at);
    let reason = reason.since(begun(context)).from(Source::Event).hint(Hint::Containers);
    let namespace = context.namespace();
    let missing = missing.map(|(kind, name)| requests::object(kind, namespace, name));
    let reason = missing.into_iter().fold(reason, Reason::see);
    Some(reason.see(event.path()))
}

fn sandbox_failure<'a>(context: &mut Context<'a>) -> Option<Event<'a>> {
    first_creating(context)?;
    if context.condition_is("PodReadyToStartContainers", "True").is_some() {
        return None;
    }
    events(context).into_iter().find(|event| event.reason == "FailedCreatePodSandBox")
}

pub(super) fn sandbox(context: &mut Context<'_>) -> Option<Reason> {
    let event = sandbox_failure(context)?;
    let node = context.text(".spec.nodeName");
    let text = format!("The pod cannot be set up on {node}: {}", quote(event.message));
    let at = match context.condition("PodReadyToStartContainers") {
        Some(condition) => condition.path,
        None => first_creating(context)?.at(".state.waiting.reason"),
    };
    let reason = Reason::new(grace(context, CREATE), text).at(at).since(begun(context));
    let reason = reason.from(Source::Event).see(event.path());
    Some(reason.say("Look at the network plugin of the node, and at the length of the host name"))
}

/// Returns the event of the pull that is running.
fn pull<'a>(context: &mut Context<'a>) -> Option<Event<'a>> {
    first_creating(context)?;
    let events = events(context);
    let last = events.iter().find(|event| matches!(event.reason, "Pulling" | "Pulled"));
    last.filter(|event| event.reason == "Pulling").copied()
}

pub(super) fn creating(context: &mut Context<'_>) -> Option<Reason> {
    let container = first_creating(context)?;
    if mount_failure(context).is_some()
        || sandbox_failure(context).is_some()
        || pull(context).is_some()
    {
        return None;
    }
    let (title, since) = (container.title(), begun(context));
    let at = container.at(".state.waiting.reason");
    if context.within(since, CREATE_MAX) {
        let text = format!("{title} is being created");
        return Some(Reason::progressing(text).at(at).since(since));
    }
    let age = lasting(context.age(since));
    let text = match context.known_events() {
        Some(_) => format!("{title} is being created{age}, and no event says why"),
        None => format!("{title} is being created{age}"),
    };
    Some(Reason::warning(text).at(at).since(since).hint(Hint::Events))
}

pub(super) fn pulling(context: &mut Context<'_>) -> Option<Reason> {
    let container = first_creating(context)?;
    if mount_failure(context).is_some() || sandbox_failure(context).is_some() {
        return None;
    }
    let event = pull(context)?;
    let image = between(event.message, "\"", "\"").unwrap_or_else(|| container.image());
    let age = lasting(context.age(event.last));
    let text = format!("Has been pulling image {image}{age}");
    let is_usual = context.within(event.last, TEN_MINUTES);
    let reason = if is_usual { Reason::progressing(text) } else { Reason::warning(text) };
    let reason = reason.at(container.at(".state.waiting.reason")).since(event.last);
    Some(reason.from(Source::Event).see(event.path()))
}

pub(super) fn init_running(context: &mut Context<'_>, container: &Container<'_>) -> Option<Reason> {
    if container.role != Role::Init || !container.is_running() {
        return None;
    }
    let since = container.running_since();
    let of = context.list(".spec.initContainers").len();
    let number = container.spec_index? + 1;
    let age = span(context.age(since).unwrap_or(0));
    let text = format!("{} ({number} of {of}) has run for {age}", container.title());
    let is_usual = context.within(since, INIT_MAX);
    let reason = if is_usual { Reason::progressing(text) } else { Reason::warning(text) };
    let hint = Hint::Log { container: container.name.to_owned() };
    Some(reason.at(container.at(".state.running")).since(since).hint(hint))
}

fn grace(context: &mut Context<'_>, seconds: i64) -> Level {
    if context.within(begun(context), seconds) { Level::Progressing } else { Level::Broken }
}
