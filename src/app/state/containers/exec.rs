//! Reading the containers of another pod by an exec: the proposal, and how the exec is doing.

use super::{Containers, Item};
use crate::downward::inside::{Found, Observed};
use crate::downward::plan::{Plan, Reads};
use crate::downward::{PodObject, View};
use crate::k8s::request::Ticket;
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
pub(in crate::app) enum Exec {
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
    pub(in crate::app) fn planned(&self, pod: &PodObject, view: &View) -> Plan {
        Plan::of(pod, view, |name| !self.is_seen_from_here(name))
    }

    /// What was found by an exec.
    pub(in crate::app) fn executed(&self) -> &[Observed] {
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
    pub(in crate::app) fn about_exec(&self) -> Option<Item> {
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
