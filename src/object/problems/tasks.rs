//! What is to be sent, and what for.

use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Form, Request};
use crate::object::health::{Judged, Level, RowHealth};
use crate::object::search::page::PageOf;

/// Something to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Task {
    Page(PageOf),
    /// An object whose row needs attention.
    Object(Candidate),
    /// What a judgement wants.
    Want(Request),
}

/// A row that needs attention, or that only the object can judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) path: ObjectPath,
    pub(super) health: RowHealth,
}

impl Candidate {
    /// The finding of the row, if the row alone says that there is one.
    pub(super) fn judged(&self) -> Option<Judged> {
        Judged::of_row(self.path.clone(), &self.health)
    }

    /// True for rows of what is being deleted, which only the object can judge.
    pub(super) fn is_worth_reading(health: &RowHealth) -> bool {
        let is_deleted =
            !health.is_certain && matches!(&*health.reason, "stopping" | "being deleted");
        health.level.needs_attention() || (is_deleted && health.level == Level::Progressing)
    }
}

impl Task {
    pub(super) fn request(&self) -> Request {
        match self {
            Self::Page(page) => page.request(),
            Self::Object(candidate) => {
                Request::get(ApiPath::Object(candidate.path.clone()), Form::Json)
            }
            Self::Want(request) => request.clone(),
        }
    }

    /// What it is for, such as `pods`, `jobs.batch in namespace shop`.
    pub(super) fn title(&self) -> String {
        match self {
            Self::Page(page) => page.list.title(),
            Self::Object(candidate) => candidate.path.gvr.resource.to_string(),
            Self::Want(request) => request.path.last_segment(),
        }
    }
}
