//! The first line: the endpoint and why it was chosen, the server's version, the user, the watches.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::app::effect::Choice;
use crate::app::model::Model;
use crate::app::state::connection::{Connection, ServerText, Standing};
use crate::k8s::endpoint::EndpointKind;
use crate::k8s::server::service_account;
use crate::text::{columns, visible_within};
use crate::theme::Role;

use super::appearance::Appearance;
use super::cut::cut;
use super::waiting;

/// The warning that the server's certificate is not verified.
const NOT_VERIFIED: &str = "certificate not verified";

/// The warning that credentials are not sent over plain http.
const NOT_SENT: &str = "credentials not sent";

/// The widest part, in columns.
const MAX_WIDTH: usize = 200;

/// A part of the line.
#[derive(Clone)]
struct Part {
    text: String,
    /// A shorter text for a narrow terminal.
    short: Option<String>,
    role: Role,
    /// Parts with the highest rank are left out first. Rank 0 always stays.
    rank: u8,
}

/// The rank of parts that repeat what the user knows: they are left out before any other is shortened.
const REPEATED: u8 = 8;

/// The rank of the program's name.
const NAME: u8 = 7;

/// The rank of the number of watches.
const WATCHES: u8 = 3;

/// Draws the header, one line.
pub(super) fn draw(model: &Model, appearance: Appearance, area: Rect, buffer: &mut Buffer) {
    if area.height == 0 {
        return;
    }
    let mut all = vec![part("kubewalk", Role::Title, NAME)];
    match &model.standing {
        Standing::Connecting => all.push(part("searching for a server …", Role::Warning, 0)),
        Standing::Nowhere(tried) => {
            let retrying = if tried.may_succeed_later() { ", retrying" } else { "" };
            all.push(part(format!("not connected{retrying}"), Role::Error, 0));
        }
        Standing::Connected(connection) => {
            all.extend(parts(model, connection));
        }
    }
    if model.is_recording {
        let sign = if appearance.ascii { "*" } else { "●" };
        all.push(part(format!("{sign} rec"), Role::Error, 0));
    }
    let is_connected = model.connection().is_some();
    all.extend(is_connected.then(|| watches(model, appearance)));
    let mut left = choose(all, usize::from(area.width).saturating_sub(1));
    let right = left.pop_if(|part| is_connected && part.rank == WATCHES);
    let mut spans = vec![Span::raw(" ")];
    let is_named = left.first().is_some_and(|part| part.rank == NAME);
    for (index, part) in left.into_iter().enumerate() {
        match index {
            0 => {}
            1 if is_named => spans.push(Span::raw(" ")),
            _ => spans.push(Span::styled(" · ", appearance.theme.style(Role::Dim))),
        }
        spans.push(Span::styled(part.text, appearance.theme.style(part.role)));
    }
    cut(spans, area.width.into()).render(area, buffer);
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
    parts.push(kind(&endpoint.kind));
    // The address of a recorded server is not where the answers come from.
    if !endpoint.kind.is_recorded() {
        parts.push(part(endpoint.address.clone(), Role::Text, REPEATED));
    }
    if endpoint.kind != EndpointKind::Demo {
        parts.push(part(format!("({})", endpoint.reason), Role::Dim, REPEATED + 1));
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
        ServerText::Known(user) => {
            let is_other = matches!(model.choice, Choice::As { .. });
            let role = if is_other { Role::Warning } else { Role::Text };
            parts.push(Part { role, ..self::user(user) });
        }
        ServerText::Unknown(_) => parts.push(part("as unknown", Role::Dim, 0)),
    }
    if let Some(namespace) = &connection.namespace {
        parts.push(part(format!("ns {namespace}"), Role::Key, 1));
    }
    parts
}

/// Returns the kind of the endpoint with its name; for a recording, only the name of its file.
fn kind(kind: &EndpointKind) -> Part {
    let (text, short) = match kind {
        EndpointKind::Recording { file } => {
            let name = file.rsplit('/').next().unwrap_or(file);
            (format!("recording {name}"), Some(name.to_owned()))
        }
        EndpointKind::Context { name } => (kind.to_string(), Some(name.clone())),
        kind => (kind.to_string(), None),
    };
    let short = short.map(|short| visible_within(&short, MAX_WIDTH).into_owned());
    Part { short, ..part(text, Role::Good, 0) }
}

fn watches(model: &Model, appearance: Appearance) -> Part {
    let sign = if appearance.ascii { "*" } else { "◉" };
    let text = match model.watches() {
        0 => "no watches ".to_owned(),
        1 => format!("{sign} 1 watch "),
        n => format!("{sign} {n} watches "),
    };
    let role = if model.watches() == 0 { Role::Dim } else { Role::Good };
    let short = Some(format!("{sign} {} ", model.watches()));
    Part { text, short, role, rank: WATCHES }
}

/// Makes the parts fit: leaves out what repeats what is known, then shortens, from the end, and then leaves
/// out others by their rank.
fn choose(mut parts: Vec<Part>, room: usize) -> Vec<Part> {
    let fits = |parts: &[Part]| {
        parts.iter().map(|part| columns(&part.text) + 3).sum::<usize>() <= room + 3
    };
    let mut ranks: Vec<u8> = parts.iter().map(|part| part.rank).filter(|rank| *rank > 0).collect();
    ranks.sort_unstable();
    ranks.dedup();
    let (others, repeated): (Vec<u8>, Vec<u8>) =
        ranks.into_iter().rev().partition(|rank| *rank < REPEATED);
    for rank in repeated {
        if !fits(&parts) {
            parts.retain(|part| part.rank != rank);
        }
    }
    // Warnings stay whole the longest.
    let is_warning = |part: &Part| matches!(part.role, Role::Error | Role::Warning);
    let (warnings, plain): (Vec<usize>, Vec<usize>) =
        (0..parts.len()).rev().partition(|at| is_warning(&parts[*at]));
    for at in plain.into_iter().chain(warnings) {
        if !fits(&parts)
            && let Some(short) = parts[at].short.take()
        {
            parts[at].text = short;
        }
    }
    for rank in others {
        if !fits(&parts) {
            parts.retain(|part| part.rank != rank);
        }
    }
    parts
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
    fn what_is_known_is_left_out_first_then_parts_are_shortened_and_the_user_stays() {
        let parts = || {
            vec![
                part("kubewalk", Role::Title, NAME),
                kind(&EndpointKind::Context { name: "dev".to_owned() }),
                part("https://10.0.0.1:6443", Role::Text, REPEATED),
                part("(current context of ~/.kube/config)", Role::Dim, REPEATED + 1),
                part("v1.36.2", Role::Text, 5),
                user("system:serviceaccount:shop:debug"),
                part("ns shop", Role::Key, 1),
            ]
        };
        let shown = |room: usize| -> String {
            let chosen: Vec<String> =
                choose(parts(), room).into_iter().map(|part| part.text).collect();
            chosen.join(" ")
        };
        let user = "as system:serviceaccount:shop:debug";
        let all = "kubewalk context dev https://10.0.0.1:6443";
        let why = "(current context of ~/.kube/config)";
        assert_eq!(shown(160), format!("{all} {why} v1.36.2 {user} ns shop"));
        assert_eq!(shown(120), format!("{all} v1.36.2 {user} ns shop"));
        assert_eq!(shown(90), format!("kubewalk context dev v1.36.2 {user} ns shop"));
        assert_eq!(shown(64), "kubewalk context dev v1.36.2 as sa shop/debug ns shop");
        assert_eq!(shown(58), "kubewalk dev v1.36.2 as sa shop/debug ns shop");
        assert_eq!(shown(48), "dev v1.36.2 as sa shop/debug ns shop");
        assert_eq!(shown(24), "dev as sa shop/debug");
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
            plays: false,
            coverage: None,
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
    fn a_recording_in_progress_is_mentioned_at_every_width() {
        for width in [120, 80, 60] {
            let mut model = Model::new(width, 3);
            model.is_recording = true;
            let area = Rect::new(0, 0, width, 1);
            let mut buffer = Buffer::empty(area);
            draw(&model, Appearance::default(), area, &mut buffer);
            let line: String = buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect();
            assert!(line.contains("● rec"), "{line}");
        }
    }

    #[test]
    fn an_unverified_certificate_is_shown_first_at_every_width() {
        for (width, warning) in [(120, NOT_VERIFIED), (80, NOT_VERIFIED), (40, "not verified")] {
            let line = line(width, true, false);
            let line = line.trim_start_matches(" kubewalk");
            assert!(line.starts_with(&format!(" {warning} · ")), "{line}");
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
