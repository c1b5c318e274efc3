//! The start screen, shown without a server: every endpoint that was tried, the contexts and the keys.

use crate::app::effect::Choice;
use crate::app::layout::body;
use crate::app::model::Model;
use crate::downward::inside::{Borrowable, NO_LENDER};
use crate::k8s::endpoint::NoEndpoint;
use crate::keymap::{Action, BINDINGS, Mode};
use crate::text::{visible, wrapped};
use crate::theme::Role;

/// One line of the start screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The text in pieces, each with its role for the theme.
    pub pieces: Vec<(String, Role)>,
    /// True if it is the line of the selected context.
    pub is_selected: bool,
}

/// Returns the lines, the 0-based index of the first visible one, and whether there are more below the
/// visible ones.
#[must_use]
pub fn lines(model: &Model) -> (Vec<Line>, usize, bool) {
    let body = body(model);
    let (width, height) = (usize::from(body.width), usize::from(body.height));
    let Some(screen) = model.start_screen() else {
        let text = " Looking for a server …".to_owned();
        return (vec![Line { pieces: vec![(text, Role::Dim)], is_selected: false }], 0, false);
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
    let selected = lines.iter().position(|line| line.is_selected).filter(|at| *at >= height);
    // The selected context stays visible unless the user scrolls past it.
    let first = selected.map_or(0, |at| at + 1 - height).max(model.start_line.min(last));
    let has_more = first < last;
    (lines, first, has_more)
}

/// True if an action does something at the moment. Without a server, not all of them do.
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

/// Returns the other container whose token can be used.
fn lender(model: &Model) -> Option<&Borrowable> {
    let seen = model.here.as_ref()?.borrowable.as_deref()?;
    Some(Borrowable::first(seen)?.0)
}

/// The lines written so far.
struct Page {
    width: usize,
    lines: Vec<Line>,
}

impl Page {
    /// Adds the endpoints that were tried.
    fn tried(&mut self, screen: &NoEndpoint) {
        self.title(" No API server answers. Tried in this order:");
        for attempt in &screen.tried {
            self.failed(&attempt.way.to_string(), &attempt.outcome, &attempt.hint);
        }
    }

    /// Adds why no token of another container can be used. An ephemeral container has no token of its
    /// own, but may be able to read that of the container that it targets.
    fn lenders(&mut self, model: &Model) {
        let seen = model.here.as_ref().and_then(|here| here.borrowable.as_deref());
        if lender(model).is_some() {
            return;
        }
        match seen {
            None => {}
            Some([]) => {
                let why = "no process of another container is visible";
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

    /// Adds the contexts of the kubeconfig.
    fn contexts(&mut self, model: &Model, screen: &NoEndpoint) {
        let selected = model.selected_context;
        if !screen.contexts.is_empty() {
            let key = model.keymap.key(Mode::Start, Action::Open);
            self.title(&format!(" Contexts of the kubeconfig ({key} connects):"));
        }
        for (index, context) in screen.contexts.iter().enumerate() {
            let is_selected = index == selected;
            let role = if is_selected { Role::Selection } else { Role::Text };
            self.add(&[(format!("   {} ", visible(context)), role)], is_selected);
        }
    }

    /// Adds the keys that do something at the moment.
    fn keys(&mut self, model: &Model) {
        self.blank();
        let mut keys = vec![
            (Action::Demo, "open the demo, a recording of a real cluster".to_owned()),
            (Action::Tour, "take a tour through it, in ten steps".to_owned()),
            (
                Action::TypeUrl,
                "enter the URL of a server, such as http://127.0.0.1:8001".to_owned(),
            ),
            (Action::Reconnect, "retry the connection".to_owned()),
            (Action::Report, "show what a bug report contains, and write it".to_owned()),
            (Action::Back, "return to the first search for a server".to_owned()),
            (
                Action::ThisPod,
                "show what this process can read of its pod: environment and files".to_owned(),
            ),
        ];
        if let Some(one) = lender(model) {
            let text = format!("connect with the token of {}", one.through());
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

    /// Adds what failed and why, and below it the hint.
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
        self.lines.push(Line { pieces: Vec::new(), is_selected: false });
    }

    /// Adds a line, wrapped at the width.
    fn add(&mut self, pieces: &[(String, Role)], is_selected: bool) {
        let lines = wrapped(pieces, self.width, 3);
        self.lines.extend(lines.into_iter().map(|pieces| Line { pieces, is_selected }));
    }
}
