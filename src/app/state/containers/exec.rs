//! Reading the containers of another pod with an exec: the proposal, and the state of the exec.

use super::{Containers, Item};
use crate::downward::inside::{Found, Observed};
use crate::downward::plan::Plan;
use crate::downward::{PodObject, View};
use crate::k8s::exec::SEPARATOR;
use crate::k8s::request::Ticket;
use crate::text::{visible, wrapped};
use crate::theme::Role;

/// The question whether to run a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// What would be run.
    pub plan: Plan,
    /// The 0-based index of the first visible line.
    pub at: u16,
}

/// The state of the exec that reads the containers.
#[derive(Clone, Debug, Default)]
pub(in crate::app) enum Exec {
    /// No exec was run for this pod.
    #[default]
    NotRun,
    /// The plan is running.
    Running(Ticket, Box<Plan>),
    /// The plan finished with these results.
    Done(Box<Plan>, Vec<Observed>),
    /// The results were dropped: the pod or the predicted files changed.
    Outdated,
}

impl Proposal {
    /// The largest width of the dialog in columns, border included.
    pub const WIDEST: u16 = 76;

    /// Returns the lines inside the border for a screen of a width in columns: the pod, and for each
    /// container the commands to run in it, or why none is run.
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
            let Ok(reads) = &container.reads else { continue };
            lines.push(vec![(format!("  {}", reads.environment), Role::Text)]);
            for cat in reads.cats() {
                if let [file] = cat.files() {
                    lines.push(vec![(format!("  cat {file}"), Role::Text)]);
                    continue;
                }
                let heading = format!("  cat of these, with {SEPARATOR} between them:");
                lines.push(vec![(heading, Role::Dim)]);
                let files = cat.files().iter();
                lines.extend(files.map(|file| vec![(format!("    {file}"), Role::Text)]));
            }
        }
        for (text, _) in lines.iter_mut().flatten() {
            *text = visible(text).into_owned();
        }
        let inside = usize::from(width.min(Self::WIDEST).saturating_sub(2));
        lines.iter().flat_map(|line| wrapped(line, inside, 4)).collect()
    }
}

impl Containers {
    /// Returns the plan for the containers that cannot be read from here.
    pub(in crate::app) fn plan(&self, pod: &PodObject, view: &View) -> Plan {
        Plan::of(pod, view, |name| !self.is_readable_from_here(name))
    }

    /// Returns the results of the exec; empty unless it finished.
    pub(in crate::app) fn observed_by_exec(&self) -> &[Observed] {
        if let Exec::Done(_, observed) = &self.exec { observed } else { &[] }
    }

    /// Returns why the exec could not read the shown container.
    #[must_use]
    pub fn exec_failure(&self) -> Option<&str> {
        let name = self.container_name()?;
        let observed =
            self.observed_by_exec().iter().find(|observed| observed.container == name)?;
        match &observed.inside.environment {
            Found::Unreadable(why) if observed.process.is_none() => Some(why),
            _ => None,
        }
    }

    /// Returns the line about the exec above the rows of the shown container.
    pub(in crate::app) fn exec_status(&self) -> Option<Item> {
        let inside = |about: &str| Some(Item::Heading("inside".to_owned(), about.to_owned()));
        match &self.exec {
            Exec::NotRun => None,
            Exec::Running(..) => inside("reading …"),
            Exec::Outdated => inside("out of date, compare again"),
            Exec::Done(_, observed) => {
                let name = self.container_name()?;
                observed.iter().find(|observed| observed.container == name)?;
                match self.exec_failure() {
                    Some(why) => Some(Item::Refused(why.to_owned())),
                    None => inside("an exec of cat, without file permissions"),
                }
            }
        }
    }
}
