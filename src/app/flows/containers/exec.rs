//! Reading the containers of another pod with an exec, which runs only after the user confirms it.

use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::question::Purpose;
use crate::app::state::containers::{Exec, Proposal};
use crate::app::state::overlay::Overlay;
use crate::downward::inside::Observed;
use crate::downward::plan::Plan;
use crate::k8s::failure::Failure;
use crate::keymap::{Action, Mode};

/// Proposes an exec for the shown pod, or shows why none is possible.
pub(in crate::app) fn propose(model: &mut Model) {
    match plan(model) {
        Ok(plan) => model.overlay = Overlay::Exec(Box::new(Proposal { plan, at: 0 })),
        Err(why) => model.notify(why),
    }
}

/// Returns the plan to propose, or why there is none.
fn plan(model: &Model) -> Result<Plan, String> {
    let containers = &model.containers;
    if !model.container_view {
        let key = |action| model.keymap.key(Mode::Anywhere, action);
        let (shows, compares) = (key(Action::ContainerView), key(Action::Compare));
        return Err(format!(
            "{shows} shows what a pod's containers see. {compares} then compares it with what they have"
        ));
    }
    let pod = containers.object.as_ref().filter(|object| object.is_pod());
    let (Some(pod), Some(view)) = (pod, &containers.view) else {
        return Err("Select a pod: nothing else has containers to compare".to_owned());
    };
    let view = view.as_ref().map_err(Clone::clone)?;
    if model.connection().is_some_and(|connection| connection.endpoint.kind.is_recorded()) {
        return Err("A recording has no containers to read: connect to a cluster".to_owned());
    }
    if matches!(containers.exec, Exec::Running(ticket, _) if model.awaits(ticket)) {
        return Err("Its containers are already being read".to_owned());
    }
    let plan = containers.plan(pod, view);
    if plan.containers.is_empty() {
        return Err("Nothing to run: all its containers can be read from here".to_owned());
    }
    plan.runs()?;
    Ok(plan)
}

/// Runs the proposed plan.
pub(in crate::app) fn run(model: &mut Model, plan: Plan) {
    let pod = model.containers.object.as_ref();
    if pod.is_none_or(|pod| pod.identity().uid != plan.uid) {
        return model.notify("Nothing was run: another pod is selected");
    }
    let (ticket, plan) = (model.expect(Purpose::Exec), Box::new(plan));
    model.effects.push(Effect::Exec { ticket, plan: plan.clone() });
    super::set_exec(model, Exec::Running(ticket, plan));
}

/// Handles the results of the exec.
pub(in crate::app) fn received(model: &mut Model, result: Result<Vec<Observed>, Failure>) {
    match (result, &model.containers.exec) {
        (Ok(observed), Exec::Running(_, plan)) => {
            let plan = plan.clone();
            super::set_exec(model, Exec::Done(plan, observed));
            outdate_plan(model);
        }
        (Ok(_), _) => {}
        (Err(failure), _) => {
            super::set_exec(model, Exec::NotRun);
            model.report(&failure);
        }
    }
    let failure = model.containers.exec_failure().map(str::to_owned);
    if let Some(why) = failure {
        model.warn(why);
    }
}

/// Drops the results after the pod changed, and cancels the exec after another pod was selected.
pub(in crate::app) fn outdate(model: &mut Model, is_same: bool) {
    match (&model.containers.exec, is_same) {
        (Exec::Running(ticket, _), false) => {
            let ticket = *ticket;
            model.cancel(ticket);
            model.containers.exec = Exec::NotRun;
        }
        (Exec::Done(..), true) => model.containers.exec = Exec::Outdated,
        (Exec::Done(..) | Exec::Outdated, false) => model.containers.exec = Exec::NotRun,
        _ => {}
    }
}

/// Drops the results if other files are predicted now, such as those of a Secret that arrived later: a
/// file that was not read must not be reported as absent.
pub(in crate::app) fn outdate_plan(model: &mut Model) {
    let containers = &model.containers;
    let (Some(pod), Some(Ok(view))) = (&containers.object, &containers.view) else { return };
    if matches!(&containers.exec, Exec::Done(plan, _) if **plan != containers.plan(pod, view)) {
        super::set_exec(model, Exec::Outdated);
    }
}
