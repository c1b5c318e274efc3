//! `P`: the document stands still, and what comes for it waits.

use crate::app::logs;
use crate::app::message::Reply;
use crate::app::model::Model;
use crate::app::reading::{self, ReadState};

/// What came for a document that stands still.
#[derive(Clone, Debug, Default)]
pub struct Paused {
    /// How many changes wait.
    pub waiting: usize,
    /// The last of them.
    pub(super) held: Option<Reply>,
}

/// Lets the document stand still, or shows what waited.
pub(in crate::app) fn toggle(model: &mut Model) {
    match model.reading.paused.take() {
        Some(Paused { held: Some(reply), .. }) => reading::show(model, reply),
        Some(_) if model.reading.log.is_some() => logs::show(model),
        Some(_) if model.reading.outdated => {
            model.reading.outdated = false;
            reading::refresh(model);
        }
        Some(_) => {}
        None if model.reading.state == ReadState::Ready => {
            model.reading.paused = Some(Paused::default());
        }
        None => model.notify("There is nothing to pause: no answer is shown"),
    }
}

/// The object is now this: it shows, or waits.
pub(in crate::app) fn changed(model: &mut Model, reply: Reply) {
    match &mut model.reading.paused {
        Some(paused) => {
            paused.waiting += 1;
            paused.held = Some(reply);
        }
        None => reading::show(model, reply),
    }
}
