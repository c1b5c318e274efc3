//! Loads the objects outside of a pod that its view needs.

use crate::api::surroundings;
use crate::downward::{PodObject, Surroundings};
use crate::headless::Access;

/// Loads the objects that the view of a pod or workload needs. Those that cannot be read leave
/// their rows unknown.
pub(super) async fn load(access: &Access, object: &PodObject) -> Surroundings {
    surroundings::load(object, |request| async move { access.fetch(&request).await }).await
}
