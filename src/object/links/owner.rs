//! The owner of an object: its controller, else the first of its owners.

use serde_json::Value;

use super::resolve::Context;
use super::{Link, with_uid};
use crate::k8s::discovery::Discovery;
use crate::object::path::{list, text};

/// Returns the reference to what owns an object, and the path of the field that names it.
#[must_use]
pub fn owner(object: &Value, discovery: &Discovery) -> Option<(String, Link)> {
    let context = Context::of(object, discovery)?;
    let owners = list(object, ".metadata.ownerReferences");
    let at = owners.iter().position(|owner| owner["controller"] == true).unwrap_or(0);
    let owner = owners.get(at)?;
    let target = context.reference(owner, text(owner, ".name"), context.namespace)?;
    let uid = Some(text(owner, ".uid")).filter(|uid| !uid.is_empty());
    let target = with_uid(target, uid.map(Into::into));
    let link = Link { target, is_sure: true, is_optional: false };
    Some((format!(".metadata.ownerReferences[{at}].name"), link))
}
