//! Lists that are known only after something else was read: the pods that a scale selects, and those of the
//! namespaces that a selector selects.

use serde_json::Value;

use super::{Keep, Related};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::request::Request;
use crate::object::links::of_labels;
use crate::object::path::{list, text};

/// What has to be read before a list is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum After {
    /// The scale of a workload, which has the selector of its pods.
    Scale(Request),
    /// The namespaces whose objects are meant.
    Namespaces(Request),
}

impl After {
    /// Returns the request for it.
    #[must_use]
    pub fn request(&self) -> &Request {
        match self {
            Self::Scale(request) | Self::Namespaces(request) => request,
        }
    }

    /// Returns what it selects, in a few words.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Scale(_) => "of the selector of its scale".to_owned(),
            Self::Namespaces(request) => {
                let selector = request.query.iter().find(|(name, _)| name == "labelSelector");
                let selector = selector.map(|(_, value)| value.as_str()).unwrap_or_default();
                format!("in namespaces with {selector}")
            }
        }
    }
}

impl Related {
    /// Returns the list once the answer of its [`After::request`] is known.
    ///
    /// # Errors
    ///
    /// The scale has no selector.
    pub fn completed(&self, answer: &Value) -> Result<Self, Failure> {
        let complete = Self { after: None, ..self.clone() };
        match &self.after {
            None => Ok(complete),
            Some(After::Scale(request)) => {
                let labels = text(answer, ".status.selector");
                if labels.is_empty() {
                    let message = format!("{} has no selector of pods", request.path);
                    let hint = "Its kind does not report one in .status.selector";
                    return Err(Failure::new(FailureKind::Malformed, message, hint));
                }
                Ok(Self { selector: of_labels(labels.to_owned()), ..complete })
            }
            Some(After::Namespaces(_)) => {
                let names = list(answer, ".items").iter().map(|it| text(it, ".metadata.name"));
                let names = names.filter(|name| !name.is_empty()).map(str::to_owned).collect();
                Ok(Self { keep: Keep::In(names), ..complete })
            }
        }
    }
}
