//! The first line: the endpoint and why it was chosen, the server's version, the user, the watches.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::app::model::Model;
use crate::app::state::connection::{Connection, ServerText, Standing};
use crate::k8s::endpoint::EndpointKind;
use crate::k8s::server::service_account;
use crate::text::{columns, visible_within};
use crate::theme::Role;

use super::appearance::Appearance;
use super::waiting;

/// The warning that the server's certificate is not verified.
const NOT_VERIFIED: &str = "certificate not verified";

/// The warning that credentials are not sent over plain http.
const NOT_SENT: &str = "credentials not sent";

/// The widest part, in columns.
const MAX_WIDTH: usize = 200;

/// A part of the line.
struct Part {
    text: String,
    /// A shorter text for a narrow terminal.
    short: Option<String>,
    role: Role,
    /// Parts with the highest rank are left out first. Rank 0 always stays.
    rank: u8,
}

/// Draws the header, one line.
pub(super) fn draw(model: &Model, appearance: Appearance, area: Rect, buffer: &mut Buffer) {
    if area.height == 0 {
        return;
    }
    let (left, right) = match &model.standing {
        Standing::Connecting => {
            (vec![part("searching for a server …", Role::Warning, 0)], Vec::new())
        }
        Standing::Nowhere(tried) => {
            let retrying = if tried.may_succeed_later() { ", retrying" } else { "" };
            (vec![part(format!("not connected{retrying}"), Role::Error, 0)], Vec::new())
        }
        Standing::Connected(connection) => {
            (parts(model, connection), vec![watches(model, appearance)])
        }
    };
    let name = " kubewalk ";
    let room = usize::from(area.width).saturating_sub(name.len());
    let (left, right) = choose(left, right, room);
    let mut spans = vec![Span::styled(name, appearance.theme.style(Role::Title))];
    for (index, part) in left.into_iter().enumerate() {
        if index > 0 {
            spans.push(Span::styled(" · ", appearance.theme.style(Role::Dim)));
        }
        spans.push(Span::styled(part.text, appearance.theme.style(part.role)));
    }
    Line::from(spans).render(area, buffer);
    if let Some(part) = right {
        // A styled line would style the whole area.
        let span = Span::styled(part.text, appearance.theme.style(part.role));
        Line::from(span).right_aligned().render(area, buffer);
    }
}

fn part(text: impl Into<String>, role: Role, rank: u8) -> Part {
    let text = visible_within(&text.into(), MAX_WIDTH).into_owned();
    Part { text, short: None, role, rank }
}

fn parts(model: &Model, connection: &Connection) -> Vec<Part> {
    let endpoint = &connection.endpoint;
    let mut parts = Vec::new();
    if endpoint.insecure {
        // First, so that no width cuts it off.
        let short = Some("not verified".to_owned());
        parts.push(Part { short, ..part(NOT_VERIFIED, Role::Error, 0) });
    }
    parts.push(part(kind(&endpoint.kind), Role::Good, 0));
    // The address of a recorded server is not where the answers come from.
    if !endpoint.kind.is_recorded() {
        parts.push(part(endpoint.address.clone(), Role::Text, 4));
    }
    if endpoint.kind != EndpointKind::Demo {
        parts.push(part(format!("({})", endpoint.reason), Role::Dim, 2));
    }
    if endpoint.withholds_credentials {
        let short = Some("not sent".to_owned());
        parts.push(Part { short, ..part(NOT_SENT, Role::Warning, 0) });
    }
    if let Some(away) = &connection.away {
        parts.push(part(waiting::away(model, away), Role::Error, 0));
    }
    match &connection.version {
        ServerText::Loading => {}
        ServerText::Unknown(_) if connection.away.is_some() => {}
        ServerText::Known(version) => parts.push(part(version.clone(), Role::Text, 5)),
        ServerText::Unknown(failure) => {
            let retrying = if failure.kind.is_unreachable() { ", retrying" } else { "" };
            parts.push(part(format!("server {}{retrying}", failure.kind.short()), Role::Error, 0));
        }
    }
    match &connection.user {
        ServerText::Loading => {}
        ServerText::Known(user) => parts.push(self::user(user)),
        ServerText::Unknown(_) => parts.push(part("as unknown", Role::Dim, 0)),
    }
    if let Some(namespace) = &connection.namespace {
        parts.push(part(format!("ns {namespace}"), Role::Key, 1));
    }
    parts
}

/// Returns the kind of the endpoint; for a recording, only the name of its file.
fn kind(kind: &EndpointKind) -> String {
    match kind {
        EndpointKind::Recording { file } => {
            format!("recording {}", file.rsplit('/').next().unwrap_or(file))
        }
        kind => kind.to_string(),
    }
}

fn watches(model: &Model, appearance: Appearance) -> Part {
    let sign = if appearance.ascii { "*" } else { "◉" };
    let text = match model.watches() {
        0 => "no watches ".to_owned(),
        1 => format!("{sign} 1 watch "),
        n => format!("{sign} {n} watches "),
    };
    let role = if model.watches() == 0 { Role::Dim } else { Role::Good };
    Part { text, short: None, role, rank: 3 }
}

/// Selects the parts that fit, in the order of their rank. Those of rank 0 always stay; they are
/// shortened if they do not fit.
fn choose(mut left: Vec<Part>, right: Vec<Part>, room: usize) -> (Vec<Part>, Option<Part>) {
    let mut right = right.into_iter().next();
    let wide = |part: &Part| columns(&part.text) + 3;
    let mut used: usize = left.iter().filter(|part| part.rank == 0).map(wide).sum();
    if used > room {
        for part in &mut left {
            if let Some(short) = part.short.take() {
                part.text = short;
            }
        }
    }
    let mut ranks: Vec<u8> = left.iter().chain(&right).map(|part| part.rank).collect();
    ranks.sort_unstable();
    ranks.dedup();
    for rank in ranks.into_iter().filter(|rank| *rank > 0) {
        let of_rank = |part: &&Part| part.rank == rank;
        let width: usize = left.iter().chain(&right).filter(of_rank).map(wide).sum();
        if used + width <= room {
            used += width;
        } else {
            left.retain(|part| part.rank != rank);
            right = right.filter(|part| part.rank != rank);
        }
    }
    (left, right)
}

/// Returns the user: `as system:serviceaccount:shop:debug`, or in short `as sa shop/debug`.
fn user(user: &str) -> Part {
    let short = service_account(user).map(|(namespace, name)| format!("as sa {namespace}/{name}"));
    let short = short.map(|short| visible_within(&short, MAX_WIDTH).into_owned());
    Part { short, ..part(format!("as {user}"), Role::Text, 0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_important_parts_are_left_out_first_and_the_user_never() {
        let parts = || {
            vec![
                part("context dev", Role::Good, 0),
                part("https://10.0.0.1:6443", Role::Text, 3),
                part("v1.36.2", Role::Text, 5),
                user("system:serviceaccount:shop:debug"),
            ]
        };
        let shown = |room: usize| -> Vec<String> {
            choose(parts(), Vec::new(), room).0.into_iter().map(|part| part.text).collect()
        };
        assert_eq!(shown(100).len(), 4);
        assert_eq!(shown(80).len(), 3);
        assert!(shown(68).contains(&"v1.36.2".to_owned()), "a short part may stay");
        assert_eq!(shown(40), ["context dev", "as sa shop/debug"]);
    }

    fn line(width: u16, insecure: bool, withholds_credentials: bool) -> String {
        use crate::app::message::Message;
        use crate::app::update::update;
        use crate::k8s::endpoint::Endpoint;
        let mut model = Model::new(width, 3);
        let endpoint = Endpoint {
            kind: EndpointKind::Context { name: "a-rather-long-name-of-a-context".to_owned() },
            address: "https://10.0.0.1:6443".to_owned(),
            reason: "it is current".to_owned(),
            default_namespace: None,
            known_namespaces: Vec::new(),
            recorded_at: None,
            insecure,
            withholds_credentials,
            contexts: Vec::new(),
        };
        _ = update(&mut model, Message::Connected(Box::new(endpoint), Vec::new()));
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, 1));
        let header = Rect::new(0, 0, width, 1);
        draw(&model, Appearance::default(), header, &mut buffer);
        buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect()
    }

    #[test]
    fn an_unverified_certificate_is_shown_first_at_every_width() {
        for (width, warning) in [(120, NOT_VERIFIED), (80, NOT_VERIFIED), (40, "not verified")] {
            let line = line(width, true, false);
            assert!(line.starts_with(&format!(" kubewalk {warning} · ")), "{line}");
        }
    }

    #[test]
    fn credentials_that_are_not_sent_are_mentioned() {
        for (width, text) in [(120, NOT_SENT), (80, NOT_SENT), (60, "not sent")] {
            assert!(line(width, false, true).contains(&format!(" · {text}")), "{width}");
        }
        assert!(!line(120, false, false).contains("sent"));
    }
}
