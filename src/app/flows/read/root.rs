//! The answer of `/`, which the tree needs as well: it is fetched once for both.

use crate::app::answer::Reply;
use crate::app::flows::read;
use crate::app::model::Model;
use crate::app::question::Purpose;
use crate::app::state::reading::ReadState;
use crate::k8s::failure::Failure;
use crate::k8s::path::ApiPath;

/// Shows the answer that was fetched for the tree, or waits for it. False if there is none.
pub(super) fn share(model: &mut Model) -> bool {
    if let Some(reply) = model.root.take() {
        read::received(model, Ok(reply));
        return true;
    }
    let arrives = model.is_pending(|purpose| *purpose == Purpose::Paths);
    if arrives {
        model.reading.state = ReadState::Opening;
    }
    arrives
}

/// Handles the answer that was fetched for the tree: it is the document if that waits for it, or if the
/// cursor rests on the root next.
pub(in crate::app) fn received(model: &mut Model, result: Result<Reply, Failure>) {
    let subject = model.reading.subject.as_ref();
    let is_root = subject.is_some_and(|subject| subject.request.path == ApiPath::Root);
    if is_root && model.reading.state == ReadState::Opening {
        read::received(model, result);
    } else {
        model.root = result.ok();
    }
}
