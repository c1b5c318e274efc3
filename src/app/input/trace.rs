//! Keys in the trace of HTTP requests and open watches.

use crate::app::effect::Effect;
use crate::app::flows::copy;
use crate::app::layout::body;
use crate::app::model::Model;
use crate::app::state::overlay::Overlay;
use crate::app::state::trace::{TraceCursor, accept, detail_lines, selected_row};
use crate::k8s::trace::OnWire;
use crate::keymap::Action;

/// Records exchanges with the server.
pub(in crate::app) fn record(model: &mut Model, exchanges: Vec<OnWire>) {
    for exchange in exchanges {
        match exchange {
            OnWire::NotRecorded(why) => {
                model.trace.is_unrecorded = true;
                model.warn(format!("Recording stopped: the file cannot be written: {why}"));
            }
            exchange => model.trace.record(exchange),
        }
    }
}

/// Opens the trace.
pub(in crate::app) fn open(model: &mut Model) {
    model.overlay = Overlay::Trace(TraceCursor::default());
}

/// Handles a key while the trace is open.
pub(in crate::app) fn act(model: &mut Model, action: Action) {
    let Overlay::Trace(mut cursor) = model.overlay else { return };
    let page = body(model).height.saturating_sub(2).max(1);
    let rows = model.trace.rows();
    let at = selected_row(&rows, cursor);
    let by = match action {
        Action::Down => 1,
        Action::Up => -1,
        Action::PageDown => i32::from(page),
        Action::PageUp => -i32::from(page),
        Action::Top => -i32::from(i16::MAX),
        Action::Bottom => i32::from(i16::MAX),
        Action::Open => {
            cursor.selected = rows.get(at).map(|traced| traced.sent.number);
            cursor.headers =
                if cursor.headers.is_some() { None } else { cursor.selected.map(|_| 0) };
            model.overlay = Overlay::Trace(cursor);
            return;
        }
        Action::CopyCurl => {
            let sent = rows.get(at).map(|traced| traced.sent.clone());
            let curl = sent.and_then(|sent| copy::curl(model, &sent.request, accept(&sent)));
            return copy_curl(model, curl);
        }
        _ => {
            let shows_list = cursor.headers.take().is_some() && action == Action::Escape;
            model.overlay = if shows_list { Overlay::Trace(cursor) } else { Overlay::None };
            return;
        }
    };
    if let Some(line) = cursor.headers {
        let lines = rows.get(at).map_or(0, |traced| detail_lines(traced).len());
        let last = i32::try_from(lines).unwrap_or(0) - 1;
        cursor.headers = u16::try_from((i32::from(line) + by).clamp(0, last.max(0))).ok();
    } else if !rows.is_empty() {
        let last = rows.len() - 1;
        let at = at.saturating_add_signed(by as isize).min(last);
        cursor.selected = Some(rows[at].sent.number);
    }
    model.overlay = Overlay::Trace(cursor);
}

fn copy_curl(model: &mut Model, curl: Option<String>) {
    let Some(curl) = curl else { return model.notify("Nothing to copy here") };
    model.effects.push(Effect::Copy(curl.into_bytes()));
    model.notify("The curl command was sent to the terminal's clipboard");
}
