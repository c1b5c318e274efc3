//! The trace: HTTP requests and open watches.

use crate::app::effect::Effect;
use crate::app::flows::copy;
use crate::app::layout::body;
use crate::app::model::Model;
use crate::app::state::overlay::Overlay;
use crate::app::state::trace::{Looking, accept, chosen, lines};
use crate::k8s::trace::OnWire;
use crate::keymap::Action;

/// Records exchanges with the server.
pub(in crate::app) fn record(model: &mut Model, exchanges: Vec<OnWire>) {
    for exchange in exchanges {
        match exchange {
            OnWire::NotRecorded(why) => {
                model.trace.is_unrecorded = true;
                model.warn(format!(
                    "Nothing more is recorded, as the file cannot be written: {why}"
                ));
            }
            exchange => model.trace.take(exchange),
        }
    }
}

/// Opens the trace.
pub(in crate::app) fn open(model: &mut Model) {
    model.overlay = Overlay::Trace(Looking::default());
}

/// A key while it is open.
pub(in crate::app) fn act(model: &mut Model, action: Action) {
    let Overlay::Trace(mut looking) = model.overlay else { return };
    let page = body(model).height.saturating_sub(2).max(1);
    let rows = model.trace.rows();
    let at = chosen(&rows, looking);
    let by = match action {
        Action::Down => 1,
        Action::Up => -1,
        Action::PageDown => i32::from(page),
        Action::PageUp => -i32::from(page),
        Action::Top => -i32::from(i16::MAX),
        Action::Bottom => i32::from(i16::MAX),
        Action::Open => {
            looking.chosen = rows.get(at).map(|traced| traced.sent.number);
            looking.headers =
                if looking.headers.is_some() { None } else { looking.chosen.map(|_| 0) };
            model.overlay = Overlay::Trace(looking);
            return;
        }
        Action::CopyCurl => {
            let sent = rows.get(at).map(|traced| traced.sent.clone());
            let curl = sent.and_then(|sent| copy::curl(model, &sent.request, accept(&sent)));
            return copy_curl(model, curl);
        }
        _ => {
            let stays = looking.headers.take().is_some() && action == Action::Escape;
            model.overlay = if stays { Overlay::Trace(looking) } else { Overlay::None };
            return;
        }
    };
    if let Some(line) = looking.headers {
        let lines = rows.get(at).map_or(0, |traced| lines(traced).len());
        let last = i32::try_from(lines).unwrap_or(0) - 1;
        looking.headers = u16::try_from((i32::from(line) + by).clamp(0, last.max(0))).ok();
    } else if !rows.is_empty() {
        let last = rows.len() - 1;
        let at = at.saturating_add_signed(by as isize).min(last);
        looking.chosen = Some(rows[at].sent.number);
    }
    model.overlay = Overlay::Trace(looking);
}

fn copy_curl(model: &mut Model, curl: Option<String>) {
    let Some(curl) = curl else { return model.notify("There is nothing to copy here") };
    model.effects.push(Effect::Copy(curl.into_bytes()));
    model.notify("The curl command was sent to the terminal's clipboard");
}
