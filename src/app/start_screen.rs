//! The screen without a server: every way that was tried, what can be done, and its keys.

use crate::app::effect::Choice;
use crate::app::layout::body;
use crate::app::model::Model;
use crate::downward::inside::{Borrowable, NO_LENDER};
use crate::k8s::endpoint::NoEndpoint;
use crate::keymap::{Action, BINDINGS, Mode};
use crate::text::{visible, wrapped};
use crate::theme::Role;

/// One line of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its text in pieces, each with what it is.
    pub pieces: Vec<(String, Role)>,
    /// Whether it is of the chosen context.
    pub is_chosen: bool,
}

/// The lines, the first of them that is in view, and whether there are more below.
#[must_use]
pub fn lines(model: &Model) -> (Vec<Line>, usize, bool) {
    let body = body(model);
    let (width, height) = (usize::from(body.width), usize::from(body.height));
    let Some(screen) = model.start_screen() else {
        let text = " Looking for a server …".to_owned();
        return (vec![Line { pieces: vec![(text, Role::Dim)], is_chosen: false }], 0, false);
    };
    let mut page = Page { width, lines: Vec::new() };
    page.tried(&screen);
    page.lenders(model);
    page.contexts(model, &screen);
    page.keys(model);
    let mut lines = page.lines;
    if lines.len() > height {
        lines.retain(|line| !line.pieces.is_empty());
    }
    let last = lines.len().saturating_sub(height);
    let chosen = lines.iter().position(|line| line.is_chosen).filter(|at| *at >= height);
    // What is chosen stays in view, unless somebody reads elsewhere.
    let first = chosen.map_or(0, |at| at + 1 - height).max(model.start_line.min(last));
    let has_more = first < last;
    (lines, first, has_more)
}

/// Whether a key would do something at the moment: without a server, not all of them do.
#[must_use]
pub fn offers(model: &Model, action: Action) -> bool {
    if model.alone {
        return matches!(action, Action::Open | Action::Help);
    }
    let Some(screen) = model.start_screen() else { return true };
    match action {
        Action::Open => !screen.contexts.is_empty(),
        Action::BorrowToken => lender(model).is_some(),
        Action::ThisPod => model.here.is_some(),
        Action::Back => model.choice != Choice::AsStarted,
        _ => true,
    }
}

/// The other container of which the token can be used.
fn lender(model: &Model) -> Option<&Borrowable> {
    let seen = model.here.as_ref()?.borrowable.as_deref()?;
    Some(Borrowable::first(seen)?.0)
}

/// The lines as they are made.
struct Page {
    width: usize,
    lines: Vec<Line>,
}

impl Page {
    fn tried(&mut self, screen: &NoEndpoint) {
        self.title(" No API server answers. Tried in this order:");
        for attempt in &screen.tried {
            self.failed(&attempt.way.to_string(), &attempt.outcome, &attempt.hint);
        }
    }

    /// An ephemeral container has no token, but may see that of the container that it targets.
    fn lenders(&mut self, model: &Model) {
        let seen = model.here.as_ref().and_then(|here| here.borrowable.as_deref());
        if lender(model).is_some() {
            return;
        }
        match seen {
            None => {}
            Some([]) => {
                let why = "no process of one can be seen";
                self.failed("token of another container", why, NO_LENDER);
            }
            Some(seen) => {
                for one in seen {
                    let why = one.directory.as_ref().err().map_or("", String::as_str);
                    self.failed(&format!("token of {one}"), why, "");
                }
            }
        }
    }

    fn contexts(&mut self, model: &Model, screen: &NoEndpoint) {
        let chosen = model.chosen_context;
        if !screen.contexts.is_empty() {
            let key = model.keymap.key(Mode::Start, Action::Open);
            self.title(&format!(" Contexts of the kubeconfig, {key} connects:"));
        }
        for (index, context) in screen.contexts.iter().enumerate() {
            let is_chosen = index == chosen;
            let role = if is_chosen { Role::Selection } else { Role::Text };
            self.add(&[(format!("   {} ", visible(context)), role)], is_chosen);
        }
    }

    fn keys(&mut self, model: &Model) {
        self.blank();
        let mut keys = vec![
            (Action::Demo, "walks the embedded recording of a real cluster".to_owned()),
            (
                Action::TypeUrl,
                "types the address of a server, such as http://127.0.0.1:8001".to_owned(),
            ),
            (Action::Reconnect, "tries again".to_owned()),
            (Action::Back, "looks for a server as at the start".to_owned()),
            (
                Action::ThisPod,
                "shows what is here of this pod: its environment and its files".to_owned(),
            ),
        ];
        if let Some(one) = lender(model) {
            let text = format!("connects by the token of {}", one.through());
            keys.insert(0, (Action::BorrowToken, text));
        }
        for (action, text) in keys.into_iter().filter(|(action, _)| offers(model, *action)) {
            let mut bindings = BINDINGS.iter().filter(|binding| binding.mode == Mode::Start);
            let binding = bindings.find(|binding| binding.action == action);
            let Some(key) = binding.and_then(|binding| model.keymap.chords(binding).first()) else {
                continue;
            };
            let key = (format!("   {key} "), Role::Key);
            self.add(&[key, (visible(&text).into_owned(), Role::Text)], false);
        }
    }

    fn title(&mut self, text: &str) {
        self.blank();
        self.add(&[(text.to_owned(), Role::Title)], false);
        self.blank();
    }

    fn failed(&mut self, what: &str, why: &str, hint: &str) {
        let pieces = [
            (" ✗ ".to_owned(), Role::Error),
            (visible(what).into_owned(), Role::Text),
            (": ".to_owned(), Role::Text),
            (visible(why).into_owned(), Role::Warning),
        ];
        self.add(&pieces, false);
        if !hint.is_empty() {
            self.add(&[(format!("   {}", visible(hint)), Role::Dim)], false);
        }
    }

    fn blank(&mut self) {
        self.lines.push(Line { pieces: Vec::new(), is_chosen: false });
    }

    fn add(&mut self, pieces: &[(String, Role)], is_chosen: bool) {
        let lines = wrapped(pieces, self.width, 3);
        self.lines.extend(lines.into_iter().map(|pieces| Line { pieces, is_chosen }));
    }
}
