//! Reading the containers of the pod that this process runs in.

use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::downward::inside::{Observed, Stranger};

/// Compares the view with what was read, and reads the containers again if the view is of the pod that
/// this process runs in.
pub(in crate::app) fn observe(model: &mut Model) {
    model.containers.update_comparisons();
    let (Some(here), Some(pod)) = (&model.here, &model.containers.object) else { return };
    let is_this = pod.is_pod() && here.pod.is(pod.value());
    if let (true, Some(Ok(view))) = (is_this, &model.containers.view) {
        let (pod, view) = (pod.clone(), Box::new(view.clone()));
        model.effects.push(Effect::Observe { pod, view });
    }
}

/// Handles what was read in the containers.
pub(in crate::app) fn observed(
    model: &mut Model,
    observed: Vec<Observed>,
    strangers: Vec<Stranger>,
) {
    model.containers.observed = observed;
    model.containers.strangers = strangers;
    model.containers.update_comparisons();
}
