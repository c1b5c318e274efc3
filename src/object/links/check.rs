//! Whether a target exists: the request that shows it, and what its answer says.

use serde_json::Value;

use super::{Link, Place, Target};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::path::ApiPath;
use crate::k8s::request::{Form, Request};
use crate::object::path::text;

/// What is known of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// It exists.
    Found,
    /// It does not exist.
    NotFound,
    /// It exists without the part that is meant.
    NoPlace,
    /// An object of that name exists, but it is another one.
    OtherObject,
    /// It may not be read.
    Forbidden,
    /// It could not be read.
    Failed,
}

impl Checked {
    /// Returns it as a word: `found`, `not-found`, `no-key`, `other-object`, `forbidden` or `failed`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::NotFound => "not-found",
            Self::NoPlace => "no-key",
            Self::OtherObject => "other-object",
            Self::Forbidden => "forbidden",
            Self::Failed => "failed",
        }
    }
}

/// Returns the requests that show which targets of some links exist: one for each object, although several
/// fields may refer to it.
pub fn requests<'a>(links: impl Iterator<Item = &'a Link>) -> Vec<Request> {
    let mut all: Vec<Request> = Vec::new();
    for request in links.filter_map(|link| link.target.request()) {
        match all.iter_mut().find(|known| known.path == request.path) {
            // One of the references needs more than the metadata.
            Some(known) if request.form == Form::Json => *known = request,
            Some(_) => {}
            None => all.push(request),
        }
    }
    all
}

impl Target {
    /// Returns the request that shows whether it exists: for the metadata, or for the whole object if the
    /// reference names a key or a line of it. Of a Secret, always for the metadata. `None` if the target is
    /// not an object.
    #[must_use]
    pub fn request(&self) -> Option<Request> {
        let Self::Object { path, place, .. } = self else { return None };
        let needs_data = place.is_some() && !path.gvr.is_core("secrets");
        let form = if needs_data { Form::Json } else { Form::ObjectMetadata };
        Some(Request::get(ApiPath::Object(path.clone()), form))
    }

    /// Returns what the answer to that request says.
    #[must_use]
    pub fn checked(&self, answer: Result<&Value, &Failure>) -> Checked {
        let object = match answer {
            Ok(object) => object,
            Err(failure) => {
                return match failure.kind {
                    FailureKind::NotFound => Checked::NotFound,
                    FailureKind::Forbidden => Checked::Forbidden,
                    _ => Checked::Failed,
                };
            }
        };
        let Self::Object { path: of, place, uid, .. } = self else { return Checked::Found };
        let actual = text(object, ".metadata.uid");
        if uid.as_ref().is_some_and(|uid| !actual.is_empty() && **uid != *actual) {
            return Checked::OtherObject;
        }
        let is_known = !of.gvr.is_core("secrets");
        match place {
            Some(place) if is_known && !place.is_in(object) => Checked::NoPlace,
            _ => Checked::Found,
        }
    }
}

impl Place {
    fn is_in(&self, object: &Value) -> bool {
        match self {
            Self::Key(key) => {
                ["data", "binaryData"].iter().any(|field| object[*field].get(key).is_some())
            }
            Self::Item { .. } => self.find_in(object).is_some(),
        }
    }
}
