//! The line at the top: how we are connected and why, the server, as whom, and the watches.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::app::model::{Connection, Model, Standing, Told};
use crate::text::{fit, visible};
use crate::theme::Role;

use super::Look;

/// One part of the line; what matters least is left out first.
struct Part {
    text: String,
    role: Role,
    /// The lowest stays longest.
    rank: u8,
}

/// Draws the line.
pub(super) fn draw(model: &Model, look: Look, area: Rect, buffer: &mut Buffer) {
    if area.height == 0 {
        return;
    }
    let (left, right) = match &model.standing {
        Standing::Connecting => {
            (vec![part("looking for a server …", Role::Warning, 0)], Vec::new())
        }
        Standing::Nowhere(_) => (vec![part("not connected", Role::Error, 0)], Vec::new()),
        Standing::Connected(connection) => (parts(connection), vec![watches(model, look)]),
    };
    let name = " kubewalk ";
    let room = usize::from(area.width).saturating_sub(name.len());
    let (left, right) = choose(left, right, room);
    let mut spans = vec![Span::styled(name, look.theme.style(Role::Title))];
    for (index, part) in left.into_iter().enumerate() {
        if index > 0 {
            spans.push(Span::styled(" · ", look.theme.style(Role::Dim)));
        }
        spans.push(Span::styled(part.text, look.theme.style(part.role)));
    }
    Line::from(spans).render(area, buffer);
    if let Some(part) = right {
        Line::styled(part.text, look.theme.style(part.role)).right_aligned().render(area, buffer);
    }
}

fn part(text: impl Into<String>, role: Role, rank: u8) -> Part {
    Part { text: visible(&text.into()).into_owned(), role, rank }
}

fn parts(connection: &Connection) -> Vec<Part> {
    let endpoint = &connection.endpoint;
    let mut parts = vec![part(endpoint.kind.to_string(), Role::Good, 0)];
    if endpoint.insecure {
        parts.push(part("certificate not verified", Role::Error, 0));
    }
    parts.push(part(endpoint.address.clone(), Role::Text, 3));
    parts.push(part(format!("({})", endpoint.reason), Role::Dim, 6));
    match &connection.version {
        Told::Asked => {}
        Told::Known(version) => parts.push(part(version.clone(), Role::Text, 5)),
        Told::Unknown(failure) => {
            parts.push(part(format!("server {}", failure.kind.short()), Role::Error, 1));
        }
    }
    match &connection.user {
        Told::Asked => {}
        Told::Known(user) => parts.push(part(format!("as {user}"), Role::Text, 2)),
        Told::Unknown(_) => parts.push(part("as unknown", Role::Dim, 2)),
    }
    if let Some(namespace) = &connection.namespace {
        parts.push(part(format!("ns {namespace}"), Role::Key, 1));
    }
    parts
}

fn watches(model: &Model, look: Look) -> Part {
    let sign = if look.ascii { "*" } else { "◉" };
    let text = match model.watches() {
        0 => "no watch ".to_owned(),
        1 => format!("{sign} 1 watch "),
        n => format!("{sign} {n} watches "),
    };
    let role = if model.watches() == 0 { Role::Dim } else { Role::Good };
    Part { text, role, rank: 4 }
}

/// Leaves out the parts of the highest rank until the rest fits.
fn choose(mut left: Vec<Part>, right: Vec<Part>, room: usize) -> (Vec<Part>, Option<Part>) {
    use unicode_width::UnicodeWidthStr;
    let mut right = right.into_iter().next();
    loop {
        let gaps = left.len().saturating_sub(1) * 3 + usize::from(right.is_some()) * 2;
        let texts = left.iter().chain(right.iter()).map(|part| part.text.width()).sum::<usize>();
        if texts + gaps <= room {
            return (left, right);
        }
        let worst = left.iter().map(|part| part.rank).max().unwrap_or(0);
        if right.as_ref().is_some_and(|part| part.rank > worst) {
            right = None;
        } else if worst == 0 || left.len() == 1 {
            if let Some(last) = left.last_mut() {
                last.text = fit(&last.text, room).into_owned();
            }
            left.truncate(1);
            return (left, right);
        } else {
            left.retain(|part| part.rank != worst);
        }
    }
}
