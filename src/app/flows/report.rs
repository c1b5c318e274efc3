//! A bug report about the failure that is shown: prepared, shown, and written only after ⏎.

use crate::app::effect::Effect;
use crate::app::flows::list;
use crate::app::model::Model;
use crate::app::state::overlay::Overlay;
use crate::app::state::report::{Report, ReportContent, Reported};
use crate::k8s::failure::Failure;
use crate::k8s::paging::PageSize;
use crate::k8s::request::Ticket;
use crate::tree::Tree;

/// Prepares a report about the failure that is shown.
pub(in crate::app) fn prepare(model: &mut Model) {
    let Some(of) = reported(model) else {
        model.notify("Nothing failed here. `kubewalk report FILE LOCATION` reports anything else");
        return;
    };
    let ticket = model.ticket();
    model.effects.push(Effect::Report { ticket, of: Box::new(of) });
    model.overlay = Overlay::Report(Report { ticket, content: None, at: 0 });
}

/// True if a failure is shown that can be reported.
pub(in crate::app) fn offers(model: &Model) -> bool {
    model.start_screen().is_some() || model.shown_failure().is_some()
}

/// Returns the subject of the report: the failed request of the selected row, or the failed connection.
fn reported(model: &Model) -> Option<Reported> {
    let endpoint = model.connection().map(|connection| connection.endpoint.clone());
    if model.start_screen().is_some() {
        let failure = model.unusable.as_ref().map(|failure| failure.kind);
        return Some(Reported { endpoint, request: None, failure });
    }
    let failure = Some(model.shown_failure()?.kind);
    let id = Tree::node_of(model.tree.cursor());
    let rows = model.failure_of_row().and_then(|_| list::request(model, id));
    let page = rows.map(|request| PageSize::FIRST.page(request, None));
    let shown = model.reading.subject.as_ref().map(|subject| subject.request.clone());
    Some(Reported { endpoint, request: page.or(shown), failure })
}

/// Shows a prepared report, unless it was left.
pub(in crate::app) fn prepared(
    model: &mut Model,
    ticket: Ticket,
    result: Result<ReportContent, Failure>,
) {
    let Overlay::Report(report) = &mut model.overlay else { return };
    if report.ticket != ticket {
        return;
    }
    match result {
        Ok(content) => report.content = Some(content),
        Err(failure) => {
            model.overlay = Overlay::None;
            model.report(&failure);
        }
    }
}

/// Writes the shown report.
pub(in crate::app) fn write(model: &mut Model) {
    let Overlay::Report(report) = &mut model.overlay else { return };
    let Some(ReportContent { document, .. }) = report.content.take() else { return };
    model.overlay = Overlay::None;
    model.effects.push(Effect::WriteReport(document));
}

/// Names the file that was written, or why there is none.
pub(in crate::app) fn written(model: &mut Model, result: Result<String, Failure>) {
    match result {
        Ok(file) => model.notify(format!("Written: {file}")),
        Err(failure) => model.report(&failure),
    }
}

/// Leaves the report without writing it.
pub(in crate::app) fn leave(model: &mut Model) {
    let Overlay::Report(report) = std::mem::take(&mut model.overlay) else { return };
    if report.content.is_none() {
        model.cancel(report.ticket);
    }
    model.notify("No report was written");
}
