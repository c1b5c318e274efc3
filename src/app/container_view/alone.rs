//! What is here of the pod that we run in, for where no server tells what should be.

use super::{Containers, act as in_pane, close_file, move_by};
use crate::app::effect::Effect;
use crate::app::layout::Pane;
use crate::app::model::{Model, Overlay};
use crate::app::reading::ReadState;
use crate::app::this_pod;
use crate::downward::alone::view;
use crate::k8s::failure::Failure;
use crate::k8s::path::ApiPath;
use crate::keymap::Action;

/// Shows it in place of all else.
pub(in crate::app) fn enter(model: &mut Model) {
    if model.here.is_none() {
        model.notify("This does not run in a pod");
        return;
    }
    model.alone = true;
    model.focus = Pane::Container;
    reset(model);
    show(model, "What is here, without any server:");
}

/// A key while nothing else is shown.
pub(in crate::app) fn act(model: &mut Model, action: Action) {
    match action {
        Action::Quit => model.effects.push(Effect::Quit),
        Action::Help => model.overlay = Overlay::Help(0),
        Action::Unmask => model.containers.unmasked = !model.containers.unmasked,
        Action::Escape | Action::Back | Action::ThisPod | Action::ContainerView => {
            if !close_file(model) {
                model.alone = false;
                model.focus = Pane::Tree;
                reset(model);
            }
        }
        action => in_pane(model, action),
    }
}

/// Why the server gives nothing of the pod that we run in, while that is what is looked at.
pub(super) fn failure(model: &Model) -> Option<Failure> {
    let reading = &model.reading;
    let path = &reading.subject.as_ref()?.request.path;
    if this_pod::kind(model)?.path().as_ref() != Some(path) {
        return None;
    }
    match &reading.state {
        ReadState::Failed(failure) => Some(failure.clone()),
        ReadState::Ready => {
            let shown = reading.shown.as_ref()?;
            let is_of_it = matches!(&shown.request.path, ApiPath::Object(_));
            shown.failure.clone().filter(|_| is_of_it)
        }
        _ => None,
    }
}

/// Shows what is here beside the rest.
pub(super) fn show(model: &mut Model, why: &str) {
    let Some(here) = &model.here else { return };
    model.containers.view = Some(Ok(view(here, why)));
    model.containers.catalogue.clear();
    model.containers.is_alone = true;
    move_by(model, 0);
}

fn reset(model: &mut Model) {
    let masker = model.containers.masker.clone();
    model.containers = Containers { masker, ..Containers::default() };
}
