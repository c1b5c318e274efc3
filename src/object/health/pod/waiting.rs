//! Containers that the kubelet refuses to start.

use super::pull;
use crate::k8s::table::Row;
use crate::object::health::container::Container;
use crate::object::health::context::{Context, Other};
use crate::object::health::level::Level;
use crate::object::health::reason::{Hint, Reason};
use crate::object::health::similar::{did_you_mean, meant};
use crate::object::health::time::CONFIG;
use crate::object::health::words::{because, between, quote};
use crate::object::health::{related::SecretKeys, requests};
use crate::object::instead::{self, it_has};
use crate::object::path;

/// Reasons with which the runtime refuses a container.
const CREATE: [&str; 7] = [
    "CreateContainerError",
    "RunContainerError",
    "StartError",
    "PreCreateHookError",
    "PreStartHookError",
    "CreatePodSandboxError",
    "ConfigPodSandboxError",
];

/// How many keys of a ConfigMap are listed instead of the missing one.
const FEW: usize = 4;

/// A reason about the configuration of a container: a ConfigMap may be applied together with its pod.
fn refused(context: &mut Context<'_>, container: &Container<'_>, why: &str) -> Reason {
    let level = if context.within(None, CONFIG) { Level::Progressing } else { Level::Broken };
    let text = format!("{} cannot start: {why}", container.title());
    Reason::new(level, text).at(message_at(container))
}

fn message_at(container: &Container<'_>) -> String {
    let message = container.waiting_message();
    container.at(if message.is_empty() {
        ".state.waiting.reason"
    } else {
        ".state.waiting.message"
    })
}

fn waits_for_config(container: &Container<'_>) -> bool {
    container.waiting() == Some("CreateContainerConfigError")
}

/// `couldn't find key K in ConfigMap NS/NAME`, or of a Secret (kubelet `makeEnvironmentVariables`).
pub(super) fn config_key(context: &mut Context<'_>, container: &Container<'_>) -> Option<Reason> {
    let message = Some(container.waiting_message()).filter(|_| waits_for_config(container))?;
    let (_, rest) = message.split_once("find key ")?;
    let (key, rest) = rest.split_once(" in ")?;
    let (kind, place) = rest.split_once(' ')?;
    let kind = ["ConfigMap", "Secret"].into_iter().find(|known| *known == kind)?;
    let name = place.rsplit('/').next()?.split(' ').next()?;
    let object = requests::object(kind, context.namespace(), name);
    let instead = if kind == "Secret" {
        let known = context.related.secret_keys.iter().find(|known| known.secret == name);
        known.map_or_else(String::new, |SecretKeys { keys, .. }| {
            did_you_mean(key, keys.iter().map(String::as_str))
        })
    } else {
        match context.other(&object, "the ConfigMap whose key is missing") {
            Other::Present(map) => {
                let maps = [path::at(map, ".data"), path::at(map, ".binaryData")];
                let maps = maps.into_iter().filter_map(|map| map.as_object());
                keys_instead(key, &maps.flatten().map(|(key, _)| key.as_str()).collect::<Vec<_>>())
            }
            Other::Absent | Other::Unknown => String::new(),
        }
    };
    let why = format!("{}{instead}", instead::no_key(kind, name, key));
    Some(refused(context, container, &why).see(object).hint(Hint::Containers))
}

/// What a ConfigMap has instead of the missing key.
fn keys_instead(key: &str, keys: &[&str]) -> String {
    match meant(key, keys.iter().copied()) {
        Some(_) => did_you_mean(key, keys.iter().copied()),
        None if keys.len() <= FEW => format!("; {}", it_has(key, keys, 0, "keys")),
        None => String::new(),
    }
}

/// `configmap "NAME" not found`, or of a Secret.
pub(super) fn config_object(
    context: &mut Context<'_>,
    container: &Container<'_>,
) -> Option<Reason> {
    let message = Some(container.waiting_message()).filter(|_| waits_for_config(container))?;
    let (kind, name) = missing_object(message)?;
    // The names of Secrets can be listed by those only who may read all of them.
    let mut instead = String::new();
    if kind == "ConfigMap" {
        let names = requests::names("ConfigMap", context.namespace());
        if let Some(page) = context.rows(names, "the names of the ConfigMaps") {
            instead = did_you_mean(name, page.rows.iter().map(Row::name));
        }
    }
    let object = requests::object(kind, context.namespace(), name);
    let why = format!("{}{instead}", instead::no_object(kind, name));
    Some(refused(context, container, &why).see(object).hint(Hint::Containers))
}

/// Reads `configmap "x" not found` or `secret "x" not found` out of a message.
pub(super) fn missing_object(message: &str) -> Option<(&'static str, &str)> {
    let kinds = [("ConfigMap", "configmap \""), ("Secret", "secret \"")];
    kinds.into_iter().find_map(|(kind, before)| {
        Some((kind, between(message, before, "\" not found")?)).filter(|(_, name)| !name.is_empty())
    })
}

pub(super) fn config(context: &mut Context<'_>, container: &Container<'_>) -> Option<Reason> {
    let message = Some(container.waiting_message()).filter(|_| waits_for_config(container))?;
    let words = if message.contains("runAsNonRoot and image will run as root") {
        "the image runs as root, which runAsNonRoot forbids".to_owned()
    } else if message.contains("runAsNonRoot and image has non-numeric user") {
        "the image names its user, and runAsNonRoot can only check a number".to_owned()
    } else if message.is_empty() {
        "its configuration cannot be used".to_owned()
    } else {
        quote(message)
    };
    let security = container.spec_at(".securityContext");
    Some(
        refused(context, container, &words).say(format!("Look at {security} and at the pod's own")),
    )
}

pub(super) fn create(_: &mut Context<'_>, container: &Container<'_>) -> Option<Reason> {
    container.waiting().filter(|reason| CREATE.contains(reason))?;
    let message = because(container.waiting_message());
    let text = format!("{} cannot be created{message}", container.title());
    let look = format!("Look at its command and its mounts in {}", container.spec_at(""));
    Some(Reason::broken(text).at(message_at(container)).say(look))
}

pub(super) fn post_start(_: &mut Context<'_>, container: &Container<'_>) -> Option<Reason> {
    container.waiting().filter(|reason| *reason == "PostStartHookError")?;
    let name = container.title();
    let text = format!("The postStart hook of {}{} fails", name[..1].to_lowercase(), &name[1..]);
    Some(Reason::broken(text).at(message_at(container)))
}

pub(super) fn other(_: &mut Context<'_>, container: &Container<'_>) -> Option<Reason> {
    let reason = container.waiting().filter(|reason| !reason.is_empty())?;
    let has_rule = matches!(reason, "ContainerCreating" | "PodInitializing" | "CrashLoopBackOff");
    if has_rule || pull::REASONS.contains(&reason) {
        return None;
    }
    let is_failure =
        reason.starts_with("Err") || reason.ends_with("Error") || reason.ends_with("BackOff");
    let level = if is_failure { Level::Broken } else { Level::Progressing };
    let text = format!("{} waits: {reason}", container.title());
    Some(Reason::new(level, text).at(container.at(".state.waiting.reason")))
}
