//! Of any other pod: what its containers have, read by an exec that is only made after a yes.

use super::{Containers, Item};
use crate::app::effect::Effect;
use crate::app::model::{Model, Overlay, Purpose};
use crate::downward::inside::{Found, Observed};
use crate::downward::plan::{Plan, Reads};
use crate::downward::{PodObject, View};
use crate::k8s::failure::Failure;
use crate::k8s::request::Ticket;
use crate::keymap::{Action, Mode};
use crate::text::{visible, wrapped};
use crate::theme::Role;

/// The question whether a plan is to be carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// What would be run.
    pub plan: Plan,
    /// How many lines of it are scrolled away.
    pub at: u16,
}

/// How looking into the containers by an exec stands.
#[derive(Clone, Debug, Default)]
pub(super) enum Exec {
    /// It was not wanted.
    #[default]
    Never,
    /// That plan is carried out.
    Running(Ticket, Box<Plan>),
    /// This was found by that plan.
    Done(Box<Plan>, Vec<Observed>),
    /// What was found is of the pod as it was before, or of what was predicted then.
    Outdated,
}

/// Asks whether the plan for the pod in view is to be carried out; or says why there is none.
pub(in crate::app) fn propose(model: &mut Model) {
    match plan(model) {
        Ok(plan) => model.overlay = Overlay::Exec(Box::new(Proposal { plan, at: 0 })),
        Err(why) => model.notify(why),
    }
}

fn plan(model: &Model) -> Result<Plan, String> {
    let containers = &model.containers;
    if !model.container_view {
        let key = |action| model.keymap.key(Mode::Anywhere, action);
        let (shows, compares) = (key(Action::ContainerView), key(Action::Compare));
        return Err(format!(
            "{shows} shows what a pod's containers see; {compares} then compares it with what they have"
        ));
    }
    let pod = containers.object.as_ref().filter(|object| object.is_pod());
    let (Some(pod), Some(view)) = (pod, &containers.view) else {
        return Err("Choose a pod: nothing else has containers to look into".to_owned());
    };
    let view = view.as_ref().map_err(Clone::clone)?;
    if model.connection().is_some_and(|connection| connection.endpoint.kind.is_recorded()) {
        return Err("A recording has no containers to look into: connect to a cluster".to_owned());
    }
    if matches!(containers.exec, Exec::Running(ticket, _) if model.awaits(ticket)) {
        return Err("Its containers are being looked into".to_owned());
    }
    let plan = containers.planned(pod, view);
    if plan.containers.is_empty() {
        return Err("All its containers are seen from here: nothing is to be run".to_owned());
    }
    plan.runs()?;
    Ok(plan)
}

/// A key while it is asked. Only a plain yes runs anything.
pub(in crate::app) fn answered(model: &mut Model, action: Action) {
    let Overlay::Exec(mut proposal) = std::mem::take(&mut model.overlay) else { return };
    let page = model.size.1.saturating_sub(4).max(1);
    match action {
        Action::Run => return run(model, proposal.plan),
        Action::Down => proposal.at = proposal.at.saturating_add(1),
        Action::Up => proposal.at = proposal.at.saturating_sub(1),
        Action::PageDown => proposal.at = proposal.at.saturating_add(page),
        Action::PageUp => proposal.at = proposal.at.saturating_sub(page),
        _ => return model.notify("Nothing was run"),
    }
    let shown = usize::from(model.size.1.saturating_sub(2));
    let last = proposal.lines(model.size.0).len().saturating_sub(shown);
    proposal.at = proposal.at.min(u16::try_from(last).unwrap_or(u16::MAX));
    model.overlay = Overlay::Exec(proposal);
}

fn run(model: &mut Model, plan: Plan) {
    let pod = model.containers.object.as_ref();
    if pod.is_none_or(|pod| pod.identity().uid != plan.uid) {
        return model.notify("Another pod is in view by now: nothing was run");
    }
    let (ticket, plan) = (model.promise(Purpose::Inside), Box::new(plan));
    model.effects.push(Effect::Exec { ticket, plan: plan.clone() });
    super::set_exec(model, Exec::Running(ticket, plan));
}

/// What was found came.
pub(in crate::app) fn found(model: &mut Model, result: Result<Vec<Observed>, Failure>) {
    match (result, &model.containers.exec) {
        (Ok(observed), Exec::Running(_, plan)) => {
            let plan = plan.clone();
            super::set_exec(model, Exec::Done(plan, observed));
            outdate_plan(model);
        }
        (Ok(_), _) => {}
        (Err(failure), _) => {
            super::set_exec(model, Exec::Never);
            model.trouble(&failure);
        }
    }
    let unseen = model.containers.why_unseen().map(str::to_owned);
    if let Some(why) = unseen {
        model.notify_trouble(why);
    }
}

/// The pod changed, or is another one: what was found is not of it.
pub(super) fn outdate(model: &mut Model, is_same: bool) {
    match (&model.containers.exec, is_same) {
        (Exec::Running(ticket, _), false) => {
            let ticket = *ticket;
            model.cancel(ticket);
            model.containers.exec = Exec::Never;
        }
        (Exec::Done(..), true) => model.containers.exec = Exec::Outdated,
        (Exec::Done(..) | Exec::Outdated, false) => model.containers.exec = Exec::Never,
        _ => {}
    }
}

/// Other files are predicted by now, such as those of a Secret that came later: what was not read is
/// not to be taken for absent.
pub(super) fn outdate_plan(model: &mut Model) {
    let containers = &model.containers;
    let (Some(pod), Some(Ok(view))) = (&containers.object, &containers.view) else { return };
    if matches!(&containers.exec, Exec::Done(plan, _) if **plan != containers.planned(pod, view)) {
        super::set_exec(model, Exec::Outdated);
    }
}

impl Proposal {
    /// The widest that it is drawn, with its border.
    pub const WIDEST: u16 = 76;

    /// Its lines within the border, on a screen of that width: the pod, and of each container what
    /// would be run in it, or why nothing is.
    #[must_use]
    pub fn lines(&self, width: u16) -> Vec<Vec<(String, Role)>> {
        let Plan { pod, containers, .. } = &self.plan;
        let namespace = pod.namespace.as_ref().map(|name| format!("{name}/")).unwrap_or_default();
        let mut lines = vec![vec![(format!("pod {namespace}{}", pod.name), Role::Title)]];
        for container in containers {
            let mut heading = vec![(format!("container {}", container.name), Role::Key)];
            if let Err(why) = &container.reads {
                heading.push((format!("  nothing: {why}"), Role::Dim));
            }
            lines.push(heading);
            let cats = container.reads.iter().flat_map(Reads::cats);
            lines.extend(cats.map(|cat| vec![(format!("  {cat}"), Role::Text)]));
        }
        for (text, _) in lines.iter_mut().flatten() {
            *text = visible(text).into_owned();
        }
        let inside = usize::from(width.min(Self::WIDEST).saturating_sub(2));
        lines.iter().flat_map(|line| wrapped(line, inside, 4)).collect()
    }
}

impl Containers {
    /// All that would be run now.
    fn planned(&self, pod: &PodObject, view: &View) -> Plan {
        Plan::of(pod, view, |name| !self.is_seen_from_here(name))
    }

    /// What was found by an exec.
    pub(super) fn executed(&self) -> &[Observed] {
        if let Exec::Done(_, observed) = &self.exec { observed } else { &[] }
    }

    /// Why the container in view could not be looked into by an exec.
    #[must_use]
    pub fn why_unseen(&self) -> Option<&str> {
        let name = self.container()?;
        let observed = self.executed().iter().find(|observed| observed.container == name)?;
        match &observed.inside.environment {
            Found::Unreadable(why) if observed.process.is_none() => Some(why),
            _ => None,
        }
    }

    /// What is to be said above the rows of the container in view.
    pub(super) fn about_exec(&self) -> Option<Item> {
        let inside = |about: &str| Some(Item::Heading("inside".to_owned(), about.to_owned()));
        match &self.exec {
            Exec::Never => None,
            Exec::Running(..) => inside("is being looked at …"),
            Exec::Outdated => inside("something has changed since: compare it again"),
            Exec::Done(_, observed) => {
                let name = self.container()?;
                observed.iter().find(|observed| observed.container == name)?;
                match self.why_unseen() {
                    Some(why) => Some(Item::Refused(why.to_owned())),
                    None => inside("an exec of cat, which tells no permissions"),
                }
            }
        }
    }
}
