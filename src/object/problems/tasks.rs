//! What is to be sent, and what for.

use std::sync::Arc;

use super::plan::Kind;
use crate::k8s::names::Namespace;
use crate::k8s::paging::PageSize;
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Form, Request};
use crate::object::health::{Judged, Level, RowHealth};

/// How many objects a page has: a page stays well below 8 MiB.
const OBJECTS: &str = "250";

/// A collection to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct List {
    pub(super) kind: Arc<Kind>,
    /// `None` for a kind of the cluster, and for all namespaces.
    pub(super) namespace: Option<Namespace>,
}

/// One page of a collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PageOf {
    pub(super) list: List,
    /// The token of the page; `None` for the first one.
    pub(super) token: Option<String>,
    /// The size of a page of rows.
    pub(super) size: PageSize,
    pub(super) form: PageForm,
    /// How often it was sent before.
    pub(super) tries: u8,
}

/// How a page is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PageForm {
    /// Rows without objects.
    Bare,
    /// The same rows with metadata, at the version of the bare ones if that is given.
    Metadata(Option<String>),
    /// Objects.
    Objects,
}

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

impl List {
    /// The collection over all namespaces, of a namespaced kind.
    pub(super) fn is_over_all(&self) -> bool {
        self.kind.is_namespaced && self.namespace.is_none()
    }

    pub(super) fn path(&self) -> ApiPath {
        ApiPath::Collection { gvr: self.kind.gvr.clone(), namespace: self.namespace.clone() }
    }

    pub(super) fn object(&self, namespace: Option<Namespace>, name: &str) -> ObjectPath {
        let namespace = self.namespace.clone().or(namespace);
        ObjectPath { gvr: self.kind.gvr.clone(), namespace, name: name.into() }
    }
}

impl PageOf {
    /// The first page of a list.
    pub(super) fn first(list: List, form: PageForm) -> Self {
        Self { list, token: None, size: PageSize::FIRST, form, tries: 0 }
    }

    /// The next page, with that token.
    pub(super) fn next(&self, token: String, size: PageSize) -> Self {
        Self { token: Some(token), size, tries: 0, ..self.clone() }
    }

    pub(super) fn request(&self) -> Request {
        let table = |object| {
            let request = Request::get(self.list.path(), Form::Table);
            request.with("includeObject", object).with("limit", self.size.objects().to_string())
        };
        let request = match self.form {
            PageForm::Bare => table("None"),
            PageForm::Metadata(_) => table("Metadata"),
            PageForm::Objects => Request::get(self.list.path(), Form::Json).with("limit", OBJECTS),
        };
        match (&self.token, &self.form) {
            (Some(token), _) => request.with("continue", token.as_str()),
            (None, PageForm::Metadata(Some(version))) => request
                .with("resourceVersion", version.as_str())
                .with("resourceVersionMatch", "Exact"),
            (None, _) => request,
        }
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
            Self::Page(PageOf { list, .. }) => match &list.namespace {
                Some(namespace) => format!("{} in namespace {namespace}", list.kind.title()),
                None => list.kind.title(),
            },
            Self::Object(candidate) => candidate.path.gvr.resource.to_string(),
            Self::Want(request) => request.path.last_segment(),
        }
    }
}
