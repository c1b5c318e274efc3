//! Containers whose image cannot be pulled.

use crate::object::health::container::Container;
use crate::object::health::context::Context;
use crate::object::health::reason::{Reason, Source};
use crate::object::health::words::because;

pub(super) const REASONS: [&str; 7] = [
    "ErrImagePull",
    "ImagePullBackOff",
    "ErrImageNeverPull",
    "InvalidImageName",
    "ImageInspectError",
    "RegistryUnavailable",
    "SignatureValidationFailed",
];

pub(super) fn pull(context: &mut Context<'_>, container: &Container<'_>) -> Option<Reason> {
    let waiting = container.waiting().filter(|reason| REASONS.contains(reason))?;
    let (image, message) = (container.image(), container.waiting_message());
    let node = context.text(".spec.nodeName");
    let mut source = Source::Object;
    let text = match waiting {
        "ErrImageNeverPull" => {
            format!("Image {image} is not on {node}, and imagePullPolicy is Never")
        }
        "InvalidImageName" => format!("{image} is no valid image name"),
        _ => classify(image, message).unwrap_or_else(|| {
            // While it waits for the next try, only an event has the cause.
            let events = context.events().unwrap_or_default();
            let failed = events.iter().find(|event| {
                let is_own = event.reason == "Failed" && event.is_of(container.name);
                is_own && event.message.contains("pull")
            });
            let cause = failed.map_or(message, |event| event.message);
            source = if failed.is_some() { Source::Event } else { Source::Object };
            let generic = || format!("Image {image} cannot be pulled{}", because(cause));
            classify(image, cause).unwrap_or_else(generic)
        }),
    };
    let look = format!("Look at {}", container.spec_at(".image"));
    Some(Reason::broken(text).at(container.at(".state.waiting.reason")).from(source).say(look))
}

/// Returns the cause that a message of the runtime or the registry names.
fn classify(image: &str, message: &str) -> Option<String> {
    let has = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if has(&["unauthorized", "denied", "pull access", "403 Forbidden"]) {
        return Some(format!("The registry refuses image {image}; check imagePullSecrets"));
    }
    if has(&["no such host", "timeout", "connection refused", "i/o timeout"]) {
        return Some(format!("The registry of {image} cannot be reached"));
    }
    has(&["not found", "manifest unknown"]).then(|| format!("Image {image} does not exist"))
}
