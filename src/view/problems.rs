//! The list of problems: a line for each, and below it all about the selected one.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::model::Model;
use crate::k8s::names::Namespace;
use crate::k8s::path::ObjectPath;
use crate::keymap::{Action, Mode};
use crate::object::health::Problem;
use crate::object::search::SearchScope;
use crate::text::{columns, fit, grouped, padded, visible, visible_within, wrapped};
use crate::theme::Role;

use super::appearance::Appearance;
use super::search::{self, Rows};
use super::{level, strip};

/// The widest namespace and the widest object, in columns.
const WIDEST: [usize; 2] = [16, 40];
/// An object takes at most one of so many parts of a line.
const SHARE: usize = 3;
/// The most lines about the selected problem.
const DETAIL: usize = 8;

/// Draws the list over the panes.
pub(super) fn draw(model: &Model, appearance: Appearance, area: Rect, buffer: &mut Buffer) {
    let found = &model.problems.found;
    let nothing = found.problems.is_empty().then(|| nothing(model));
    let Some(inner) = search::frame(area, buffer, appearance, title(model), nothing) else {
        return;
    };
    let at = model.problems.selected();
    let width = usize::from(inner.width);
    let detail = detail(model, &found.problems[at], width, appearance);
    let [namespaces, objects] = widths(model, &found.problems);
    let widths = [namespaces, objects.min(width / SHARE)];
    let line = |index: usize| {
        let problem = &found.problems[index];
        let role = level::role(problem.level);
        (row(model, problem, widths, width, appearance), Some(role))
    };
    search::draw(
        inner,
        buffer,
        appearance,
        Rows { at, number: found.problems.len(), detail, line },
    );
}

/// Adds the numbers of problems to the row that opens the list.
pub(super) fn add_counts(model: &Model, add: &mut impl FnMut(String, Role)) {
    let problems = &model.problems;
    let mut texts = level::counts(problems.found.count());
    if problems.running.is_some() {
        texts.push(("…".to_owned(), Role::Warning));
    } else if problems.wanted.is_some() && texts.is_empty() && !problems.is_stopped {
        texts.push(("none".to_owned(), Role::Good));
    }
    for (text, role) in texts {
        add(text, role);
    }
}

fn title(model: &Model) -> String {
    let found = &model.problems.found;
    let place = match &model.problems.wanted {
        Some(SearchScope::Namespace(namespace)) => {
            format!(" in namespace {}", visible(namespace.as_str()))
        }
        _ => String::new(),
    };
    let number = found.problems.len() as u64;
    let problems = if number == 1 { "problem" } else { "problems" };
    let read = grouped(found.read);
    let state = match (&model.problems.running, model.problems.is_stopped) {
        (Some(_), _) => format!(" · reading {} …", visible(&found.what)),
        (None, true) => " · stopped".to_owned(),
        (None, false) => String::new(),
    };
    format!(" Problems{place} · {} {problems} in {read} objects{state} ", grouped(number))
}

/// Returns what to say while there is no problem.
fn nothing(model: &Model) -> Vec<String> {
    let key = |action| model.keymap.key(Mode::List, action);
    if model.problems.running.is_some() {
        return vec![format!("Nothing found yet. {} stops the search", key(Action::Escape))];
    }
    let mut lines = vec![if model.problems.is_stopped {
        format!("The search was stopped. {} searches again", key(Action::Refresh))
    } else {
        "Nothing was found that needs attention".to_owned()
    }];
    lines.extend(search::skipped(&model.problems.found.skipped));
    lines
}

fn widths(model: &Model, problems: &[Problem]) -> [usize; 2] {
    let widest = |text: &dyn Fn(&Problem) -> String| {
        problems.iter().map(|problem| columns(&text(problem))).max().unwrap_or(0)
    };
    let [namespaces, objects] = WIDEST;
    [
        widest(&|problem| search::namespace(&problem.path)).min(namespaces),
        widest(&|problem| search::object(model, &problem.path)).min(objects),
    ]
}

fn row(
    model: &Model,
    problem: &Problem,
    [namespaces, objects]: [usize; 2],
    width: usize,
    appearance: Appearance,
) -> Line<'static> {
    let theme = appearance.theme;
    let style = theme.style(level::role(problem.level));
    let cell = |text: &str, width: usize| padded(&fit(text, width), width + 2);
    let sentence = problem.reasons.first().map_or("", |reason| &reason.sentence);
    let room = width.saturating_sub(2 + namespaces + 2 + objects + 2);
    Line::from(vec![
        Span::styled(format!("{} ", problem.level.mark()), style),
        Span::styled(cell(&search::namespace(&problem.path), namespaces), theme.style(Role::Dim)),
        Span::styled(cell(&search::object(model, &problem.path), objects), style),
        Span::styled(visible_within(sentence, room).into_owned(), theme.style(Role::Text)),
    ])
}

/// Returns all about the selected problem: every reason, what to do next, causes and effects, and what
/// the search left out.
fn detail(
    model: &Model,
    problem: &Problem,
    width: usize,
    appearance: Appearance,
) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let mut add = |text: String, role: Role| {
        for line in wrapped(&[(text, ())], width, 2) {
            let text: String = line.into_iter().map(|(text, ())| text).collect();
            lines.push(Line::styled(text, appearance.theme.style(role)));
        }
    };
    for reason in &problem.reasons {
        let mark = reason.level.mark();
        add(format!("{mark} {}", visible(&reason.sentence)), level::role(reason.level));
    }
    let place = problem.path.namespace.as_ref().map(Namespace::as_str);
    let hint = problem.reasons.first().and_then(|it| strip::hint(it, place, &model.keymap));
    let objects = |paths: &[ObjectPath]| {
        let names: Vec<String> = paths.iter().map(|path| search::object(model, path)).collect();
        search::named(&names.iter().map(String::as_str).collect::<Vec<_>>())
    };
    if !problem.causes.is_empty() {
        add(format!("  because of {}", objects(&problem.causes)), Role::Text);
    }
    if !problem.effects.is_empty() {
        add(format!("  affects {}", objects(&problem.effects)), Role::Text);
    }
    if let Some(hint) = hint {
        add(format!("  next: {hint}"), Role::Key);
    }
    for line in search::skipped(&model.problems.found.skipped) {
        add(line, Role::Dim);
    }
    lines.truncate(DETAIL);
    lines
}
