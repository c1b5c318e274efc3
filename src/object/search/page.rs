//! The pages of collections that a search reads.

use std::sync::Arc;

use crate::k8s::discovery::Resource;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::{Gvr, Namespace, Scope};
use crate::k8s::paging::PageSize;
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Form, Request};

/// How many objects a page has: a page stays well below 8 MiB.
const OBJECTS: &str = "250";
/// How often a page is requested.
const TRIES: u8 = 3;

/// The groups of Kubernetes itself.
const BUILT_IN: [&str; 26] = [
    "",
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "apiregistration.k8s.io",
    "apps",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "autoscaling",
    "batch",
    "certificates.k8s.io",
    "coordination.k8s.io",
    "custom.metrics.k8s.io",
    "discovery.k8s.io",
    "events.k8s.io",
    "external.metrics.k8s.io",
    "flowcontrol.apiserver.k8s.io",
    "internal.apiserver.k8s.io",
    "metrics.k8s.io",
    "networking.k8s.io",
    "node.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "resource.k8s.io",
    "scheduling.k8s.io",
    "storage.k8s.io",
    "storagemigration.k8s.io",
];

/// True for the groups of Kubernetes itself, whose kinds are known.
pub(in crate::object) fn is_built_in(group: &str) -> bool {
    BUILT_IN.contains(&group)
}

/// A kind to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::object) struct Kind {
    pub(in crate::object) gvr: Gvr,
    pub(in crate::object) is_namespaced: bool,
    /// True if nothing is known about its columns.
    pub(in crate::object) is_custom: bool,
    /// True if discovery lists a `status` subresource.
    pub(in crate::object) has_status: bool,
}

/// A collection to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::object) struct List {
    pub(in crate::object) kind: Arc<Kind>,
    /// `None` for a kind of the cluster, and for all namespaces.
    pub(in crate::object) namespace: Option<Namespace>,
}

/// One page of a collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::object) struct PageOf {
    pub(in crate::object) list: List,
    /// The token of the page; `None` for the first one.
    pub(in crate::object) token: Option<String>,
    /// The size of a page of rows.
    pub(in crate::object) size: PageSize,
    pub(in crate::object) form: PageForm,
    /// How often it was sent before.
    pub(in crate::object) tries: u8,
}

/// How a page is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::object) enum PageForm {
    /// Rows without objects.
    Bare,
    /// The same rows with metadata, at the version of the bare ones if that is given.
    Metadata(Option<String>),
    /// The metadata of objects.
    Described,
    /// Objects.
    Objects,
}

impl Kind {
    pub(in crate::object) fn known(
        (group, version, resource): (&str, &str, &str),
        is_namespaced: bool,
    ) -> Self {
        let gvr = Gvr::new(group, version, resource);
        Self { gvr, is_namespaced, is_custom: false, has_status: true }
    }

    pub(in crate::object) fn of(resource: &Resource, is_custom: bool) -> Self {
        Self {
            gvr: resource.gvr.clone(),
            is_namespaced: resource.scope == Scope::Namespaced,
            is_custom,
            has_status: resource.subresources.iter().any(|below| *below.name == *"status"),
        }
    }

    /// `pods`, `jobs.batch`.
    pub(in crate::object) fn title(&self) -> String {
        self.gvr.title()
    }
}

impl List {
    /// The collection over all namespaces, of a namespaced kind.
    pub(in crate::object) fn is_over_all(&self) -> bool {
        self.kind.is_namespaced && self.namespace.is_none()
    }

    /// `pods`, `jobs.batch in namespace shop`.
    pub(in crate::object) fn title(&self) -> String {
        match &self.namespace {
            Some(namespace) => format!("{} in namespace {namespace}", self.kind.title()),
            None => self.kind.title(),
        }
    }

    pub(in crate::object) fn path(&self) -> ApiPath {
        ApiPath::Collection { gvr: self.kind.gvr.clone(), namespace: self.namespace.clone() }
    }

    pub(in crate::object) fn object(&self, namespace: Option<Namespace>, name: &str) -> ObjectPath {
        let namespace = self.namespace.clone().or(namespace);
        ObjectPath { gvr: self.kind.gvr.clone(), namespace, name: name.into() }
    }
}

impl PageOf {
    /// The first page of a list.
    pub(in crate::object) fn first(list: List, form: PageForm) -> Self {
        Self { list, token: None, size: PageSize::FIRST, form, tries: 0 }
    }

    /// The next page, with that token.
    pub(in crate::object) fn next(&self, token: String, size: PageSize) -> Self {
        Self { token: Some(token), size, tries: 0, ..self.clone() }
    }

    /// The page to request in place of this one after it failed: a smaller one, or the rest of a list whose
    /// version has expired, as it is now.
    pub(in crate::object) fn again(&self, failure: &Failure) -> Option<Self> {
        let tries = self.tries + 1;
        if let Some(size) = self.size.retried(failure) {
            return Some(Self { size, tries, ..self.clone() });
        }
        let now = |token| {
            let form = match self.form {
                PageForm::Metadata(_) => PageForm::Metadata(None),
                ref form => form.clone(),
            };
            Self { token, form, tries, ..self.clone() }
        };
        let token = failure.token.as_deref().map(String::from);
        if failure.kind == FailureKind::Gone && token.is_some() && tries < TRIES {
            return Some(now(token));
        }
        matches!(self.form, PageForm::Metadata(Some(_))).then(|| now(self.token.clone()))
    }

    pub(in crate::object) fn request(&self) -> Request {
        let table = |object| {
            let request = Request::get(self.list.path(), Form::Table);
            request.with("includeObject", object).with("limit", self.size.objects().to_string())
        };
        let request = match self.form {
            PageForm::Bare => table("None"),
            PageForm::Metadata(_) => table("Metadata"),
            PageForm::Described => {
                let request = Request::get(self.list.path(), Form::Metadata);
                request.with("limit", self.size.objects().to_string())
            }
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
