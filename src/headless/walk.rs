//! The children of each node of the tree, fetched when `tree` prints them.

mod contents;
mod related;

use std::sync::Arc;

use jiff::Timestamp;

use super::{Access, note, rows};
use crate::k8s::answer;
use crate::k8s::discovery::{
    DiscoveredVersion, Discovery, DiscoveryPart, Resource, WELL_KNOWN_PATHS,
};
use crate::k8s::failure::{Failure, FailureKind, advice};
use crate::k8s::names::{GroupVersion, Gvr, Namespace, Scope};
use crate::k8s::paging::PageSize;
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Form, Request};
use crate::k8s::selector::Selector;
use crate::k8s::server::{service_account, user_request};
use crate::k8s::table::Page;
use crate::object::related::Related;

use self::related::nodes;

/// A part of the tree that is still to be printed.
pub(super) enum Step {
    /// A line, and then the nodes below it.
    Node { path: ApiPath, row: String, level: usize },
    /// A line without nodes below it: an entry of a collection that is not an object, or what else a
    /// namespace has.
    Entry { above: ApiPath, row: String },
    /// A node that cannot be read.
    Failed { path: ApiPath, failure: Failure },
    /// A list of what belongs to an object, with the objects at this level.
    Related { related: Box<Related>, level: usize },
    /// A page of a collection, with its objects at this level.
    Page { path: ApiPath, size: PageSize, token: Option<String>, level: usize },
}

/// A walk through the tree, with what was loaded so far.
pub(super) struct Walk<'a> {
    access: &'a Access,
    discovery: Discovery,
    /// The selectors of the collections.
    selector: Selector,
    /// The non-resource paths, once they are loaded.
    paths: Option<Vec<String>>,
    /// True if collections are listed over all namespaces.
    of_all: bool,
    /// True if what belongs to an object is listed below it.
    with_related: bool,
    /// The namespaces, once they are loaded.
    namespaces: Option<Vec<Namespace>>,
}

impl<'a> Walk<'a> {
    /// Returns a walk with the discovery that is loaded.
    pub(super) fn new(access: &'a Access, discovery: Discovery, selector: Selector) -> Self {
        Self {
            access,
            discovery,
            selector,
            of_all: false,
            with_related: false,
            paths: None,
            namespaces: None,
        }
    }

    /// Returns the same walk with collections over all namespaces, whichever is chosen.
    pub(super) fn of_all(self, of_all: bool) -> Self {
        Self { of_all, ..self }
    }

    /// Returns the same walk with what belongs to each object below it.
    pub(super) fn with_related(self, with_related: bool) -> Self {
        Self { with_related, ..self }
    }

    /// Returns the row of the node that the walk starts from.
    ///
    /// # Errors
    ///
    /// The node does not exist, or cannot be read.
    pub(super) async fn row(&mut self, path: &ApiPath) -> Result<String, Failure> {
        match path {
            ApiPath::Root | ApiPath::Api | ApiPath::Apis => return Ok(path.last_segment()),
            ApiPath::Group(group) => {
                if let Some(known) = self.discovery.group(group) {
                    return Ok(rows::group(known));
                }
            }
            ApiPath::Version(version) => {
                if let Some(known) = self.discovery.version(version) {
                    return Ok(rows::version(known));
                }
            }
            ApiPath::Collection { gvr, .. } => {
                let known = self.resource(gvr).await?;
                return Ok(known.map_or_else(|| gvr.resource.to_string(), |r| rows::resource(&r)));
            }
            ApiPath::Object(_) => return self.object_row(path).await,
            ApiPath::NonResource(known) => {
                if self.non_resource_paths().await.iter().any(|path| path.starts_with(&**known)) {
                    return Ok(path.last_segment());
                }
            }
            ApiPath::Subresource { .. } => {}
        }
        self.access.fetch(&Request::get(path.clone(), Form::Any)).await?;
        Ok(path.last_segment())
    }

    /// Returns the row of an object: servers return a table of one row for a single object.
    async fn object_row(&self, path: &ApiPath) -> Result<String, Failure> {
        let exchange = self.access.fetch(&Request::get(path.clone(), Form::Table)).await?;
        let page = answer::page(&exchange, self.arrived()).ok();
        let row =
            page.as_ref().and_then(|page| Some(rows::object(page.rows.first()?, &page.columns)));
        Ok(row.unwrap_or_else(|| path.last_segment()))
    }

    /// Returns the children of a node, each at `level`.
    pub(super) async fn below(
        &mut self,
        path: &ApiPath,
        level: usize,
    ) -> Result<Vec<Step>, Failure> {
        let nodes: Vec<(ApiPath, String)> = match path {
            ApiPath::Root => {
                let mut nodes = vec![named(ApiPath::Api), named(ApiPath::Apis)];
                nodes.extend(self.non_resource("/").await);
                nodes
            }
            ApiPath::Apis => (self.discovery.groups.iter())
                .filter(|group| !group.group.is_core())
                .map(|group| (ApiPath::of_group(&group.group), rows::group(group)))
                .collect(),
            ApiPath::Api | ApiPath::Group(_) => versions(&self.discovery, path),
            ApiPath::Version(version) => self.resources(version).await?,
            ApiPath::Collection { gvr, namespace } => {
                return self.collection(gvr, namespace.as_ref(), level).await;
            }
            ApiPath::Object(object) => {
                let nodes = self.subresources(object).await?;
                let mut steps: Vec<Step> =
                    nodes.into_iter().map(|(path, row)| Step::Node { path, row, level }).collect();
                if self.with_related {
                    steps.extend(self.related_to(path, level).await?);
                    if object.gvr.is_core("namespaces") {
                        steps.extend(self.contents(object, level).await);
                    }
                }
                return Ok(steps);
            }
            ApiPath::Subresource { .. } => Vec::new(),
            ApiPath::NonResource(prefix) => self.non_resource(&format!("{prefix}/")).await,
        };
        let steps = nodes.into_iter().map(|(path, row)| Step::Node { path, row, level });
        Ok(steps.collect())
    }

    /// Returns the resources of a version, loaded if they are not known or stale.
    async fn resources(
        &mut self,
        version: &GroupVersion,
    ) -> Result<Vec<(ApiPath, String)>, Failure> {
        if self.discovery.resources(version).is_none() {
            let part = DiscoveryPart::Resources(version.clone());
            self.access.load_all(&mut self.discovery, [part.clone()]).await;
            if let Some(failure) = self.discovery.failure(&part) {
                return Err(failure.clone());
            }
        }
        let resources = self.discovery.resources(version);
        let node = |resource: &Arc<Resource>| {
            let path = ApiPath::Collection { gvr: resource.gvr.clone(), namespace: None };
            (path, rows::resource(resource))
        };
        Ok(resources.into_iter().flatten().map(node).collect())
    }

    /// Returns a resource from discovery; `None` if discovery is not available.
    async fn resource(&mut self, gvr: &Gvr) -> Result<Option<Arc<Resource>>, Failure> {
        if self.discovery.groups.is_empty() {
            return Ok(None);
        }
        self.resources(&gvr.group_version).await?;
        match self.discovery.resource(gvr) {
            Some(resource) => Ok(Some(Arc::clone(resource))),
            None => Err(no_such_resource(gvr)),
        }
    }

    /// Returns the children of a collection: the first page, or for a namespaced resource without a chosen
    /// namespace a node for each namespace.
    async fn collection(
        &mut self,
        gvr: &Gvr,
        namespace: Option<&Namespace>,
        level: usize,
    ) -> Result<Vec<Step>, Failure> {
        let resource = self.resource(gvr).await?;
        if resource.as_ref().is_some_and(|resource| !resource.can("list")) {
            return Ok(Vec::new());
        }
        let of = |namespace| ApiPath::Collection { gvr: gvr.clone(), namespace };
        let is_namespaced = resource.is_some_and(|r| r.scope == Scope::Namespaced);
        let chosen = self.access.chosen.as_ref().filter(|_| is_namespaced && !self.of_all);
        let namespace = namespace.or(chosen).cloned();
        if !is_namespaced || namespace.is_some() || self.of_all {
            return Ok(vec![Step::Page {
                path: of(namespace),
                size: PageSize::FIRST,
                token: None,
                level,
            }]);
        }
        let steps = self.namespaces().await?.into_iter().map(|namespace| Step::Node {
            row: namespace.to_string(),
            path: of(Some(namespace)),
            level,
        });
        Ok(steps.collect())
    }

    /// Returns the objects of a page, and the next page if there is one.
    pub(super) async fn page(
        &mut self,
        path: &ApiPath,
        (size, token): (PageSize, Option<String>),
        level: usize,
    ) -> Result<Vec<Step>, Failure> {
        let page = self.fetch_page(path, (size, token), &self.selector).await?;
        let mut steps = nodes(path, &page, level);
        if page.continue_token.is_some() {
            let (path, size, token) = (path.clone(), page.next_size, page.continue_token);
            steps.push(Step::Page { path, size, token, level });
        }
        Ok(steps)
    }

    /// Fetches a page. If its version has expired, it continues with the server's token for the current
    /// rest of the list. If the page is too large for the server, a smaller one is fetched.
    async fn fetch_page(
        &self,
        path: &ApiPath,
        (mut size, mut token): (PageSize, Option<String>),
        selector: &Selector,
    ) -> Result<Page, Failure> {
        let mut has_expired = false;
        loop {
            match self.fetch(path, size, token.clone(), selector).await {
                Err(Failure { kind: FailureKind::Gone, token: Some(fresh), .. })
                    if !has_expired =>
                {
                    note(&format!(
                        "{path}: the list changed while it was loaded and may be inconsistent"
                    ));
                    has_expired = true;
                    token = Some(fresh.into());
                }
                Err(failure) => size = size.retried(&failure).ok_or(failure)?,
                Ok(page) => return Ok(page),
            }
        }
    }

    async fn fetch(
        &self,
        path: &ApiPath,
        size: PageSize,
        token: Option<String>,
        selector: &Selector,
    ) -> Result<Page, Failure> {
        // In one namespace the cells are enough. The objects' metadata are twenty times as long.
        let object = if path.is_of_one_namespace() { "None" } else { "Metadata" };
        let list = Request::get(path.clone(), Form::Table).with("includeObject", object);
        let request = size.page(selector.of(list), token.clone());
        let page = answer::page(&self.access.fetch(&request).await?, self.arrived())?;
        if token.is_some() && page.continue_token == token {
            let message = "the server returns the same page repeatedly";
            return Err(Failure::new(FailureKind::Malformed, message, ""));
        }
        Ok(page)
    }

    /// Returns the namespaces of the cluster; if the user may not list them, those that are known
    /// otherwise.
    async fn namespaces(&mut self) -> Result<Vec<Namespace>, Failure> {
        if let Some(known) = &self.namespaces {
            return Ok(known.clone());
        }
        let path = ApiPath::Collection { gvr: Gvr::new("", "v1", "namespaces"), namespace: None };
        let mut all = Vec::new();
        let (mut size, mut token) = (PageSize::FIRST, None);
        loop {
            match self.fetch_page(&path, (size, token), &Selector::default()).await {
                Ok(page) => {
                    size = page.next_size;
                    let named = page.rows.iter().filter(|row| !row.facts.is_unnamed);
                    all.extend(named.map(|row| Namespace::new(row.name())));
                    token = page.continue_token;
                }
                Err(mut failure) if failure.kind == FailureKind::Forbidden => {
                    all.clone_from(&self.access.connection.endpoint.known_namespaces);
                    if all.is_empty() {
                        all.extend(self.own_namespace().await);
                    }
                    if all.is_empty() {
                        "Name a namespace with -n".clone_into(&mut failure.hint);
                        return Err(failure);
                    }
                    token = None;
                }
                Err(failure) => return Err(failure),
            }
            if token.is_none() {
                self.namespaces = Some(all.clone());
                return Ok(all);
            }
        }
    }

    /// Returns the namespace of the service account that the user is. It has its rights there, if anywhere.
    async fn own_namespace(&self) -> Option<Namespace> {
        let user = answer::user(&self.access.fetch(&user_request()).await.ok()?).ok()?;
        service_account(&user.name).map(|(namespace, _)| Namespace::new(namespace))
    }

    async fn subresources(
        &mut self,
        object: &ObjectPath,
    ) -> Result<Vec<(ApiPath, String)>, Failure> {
        let resource = self.resource(&object.gvr).await?;
        let below = resource.iter().flat_map(|resource| resource.readable());
        Ok(below.map(|sub| (object.subresource(&sub.name), rows::subresource(sub))).collect())
    }

    /// Returns the non-resource paths one segment below `prefix`.
    async fn non_resource(&mut self, prefix: &str) -> Vec<(ApiPath, String)> {
        let paths = self.non_resource_paths().await;
        let mut next: Vec<String> = paths
            .iter()
            .filter_map(|path| {
                let segment = path.strip_prefix(prefix)?.split('/').next()?;
                Some(format!("{prefix}{segment}"))
            })
            .collect();
        next.sort();
        next.dedup();
        next.into_iter().map(|path| named(ApiPath::NonResource(path.into()))).collect()
    }

    /// Returns the paths of `GET /`, or the well-known ones for users who may not read it.
    async fn non_resource_paths(&mut self) -> &[String] {
        if self.paths.is_none() {
            let answer = self.access.fetch(&Request::get(ApiPath::Root, Form::Any)).await;
            let paths = answer.and_then(|answer| answer::non_resource_paths(&answer));
            self.paths =
                Some(paths.unwrap_or_else(|_| {
                    WELL_KNOWN_PATHS.iter().map(ToString::to_string).collect()
                }));
        }
        self.paths.as_deref().unwrap_or_default()
    }

    /// Returns the time of an answer that arrives now. The clock of a recording does not advance.
    fn arrived(&self) -> Timestamp {
        self.access.connection.endpoint.recorded_at.unwrap_or_else(Timestamp::now)
    }
}

fn versions(discovery: &Discovery, path: &ApiPath) -> Vec<(ApiPath, String)> {
    let of_group =
        |version: &&DiscoveredVersion| ApiPath::of_group(&version.group_version.group) == *path;
    let node = |version: &DiscoveredVersion| {
        (ApiPath::Version(version.group_version.clone()), rows::version(version))
    };
    discovery.versions().filter(of_group).map(node).collect()
}

fn named(path: ApiPath) -> (ApiPath, String) {
    let row = path.last_segment();
    (path, row)
}

fn no_such_resource(gvr: &Gvr) -> Failure {
    let message = format!("{} has no resource `{}`", gvr.group_version, gvr.resource);
    Failure::new(FailureKind::NotFound, message, advice(FailureKind::NotFound))
}
