//! What lies below each node of the API, asked for when the walk gets there.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Access, note, rows};
use crate::k8s::answer;
use crate::k8s::discovery::{
    DiscoveredVersion, Discovery, DiscoveryPart, Resource, WELL_KNOWN_PATHS,
};
use crate::k8s::failure::{Failure, FailureKind, advice};
use crate::k8s::names::{GroupVersion, Gvr, Namespace, Scope};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Form, Request};
use crate::k8s::selector::Selector;
use crate::k8s::server::{service_account, user_request};
use crate::k8s::table::{Page, Row};

/// How many objects are asked for at a time, as kubectl does.
const PAGE: &str = "500";

/// What is still to be done, the next one last.
pub(super) enum Step {
    /// A line, and then what is below it.
    Node { path: ApiPath, row: String, level: usize },
    /// A line with nothing below it: an entry of a collection that is no object.
    Entry { collection: ApiPath, row: String },
    /// A page of a collection, whose objects are at this level.
    Page { path: ApiPath, token: Option<String>, level: usize },
}

/// A walk, and what it has learnt on its way.
pub(super) struct Walk<'a> {
    access: &'a Access,
    discovery: Discovery,
    /// Which objects of the collections.
    selector: Selector,
    /// The non-resource paths, once they were asked for.
    paths: Option<Vec<String>>,
    /// Whether collections are read over all namespaces.
    of_all: bool,
    /// The namespaces, once they were asked for.
    namespaces: Option<Vec<Namespace>>,
}

impl<'a> Walk<'a> {
    /// A walk that has asked for nothing but discovery.
    pub(super) fn new(access: &'a Access, discovery: Discovery, selector: Selector) -> Self {
        Self { access, discovery, selector, of_all: false, paths: None, namespaces: None }
    }

    /// The same, with collections over all namespaces, whichever is chosen.
    pub(super) fn of_all(self, of_all: bool) -> Self {
        Self { of_all, ..self }
    }

    /// The row of the node that the walk starts from, which must be there.
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

    /// An object's own row: servers give a table of one row for a single object.
    async fn object_row(&self, path: &ApiPath) -> Result<String, Failure> {
        let exchange = self.access.fetch(&Request::get(path.clone(), Form::Table)).await?;
        let page = answer::page(&exchange, self.arrived()).ok();
        let row =
            page.as_ref().and_then(|page| Some(rows::object(page.rows.first()?, &page.columns)));
        Ok(row.unwrap_or_else(|| path.last_segment()))
    }

    /// What lies below a node, each at `level`.
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
            ApiPath::Object(object) => self.subresources(object).await?,
            ApiPath::Subresource { .. } => Vec::new(),
            ApiPath::NonResource(prefix) => self.non_resource(&format!("{prefix}/")).await,
        };
        let steps = nodes.into_iter().map(|(path, row)| Step::Node { path, row, level });
        Ok(steps.collect())
    }

    /// The resources of a version. One that is stale is asked: it may be back, or say what it has.
    async fn resources(
        &mut self,
        version: &GroupVersion,
    ) -> Result<Vec<(ApiPath, String)>, Failure> {
        if self.discovery.resources(version).is_none() {
            let part = DiscoveryPart::Resources(version.clone());
            self.access.load(&mut self.discovery, part.clone()).await;
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

    /// What discovery says of a resource; `None` where there is no discovery at all.
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

    /// The namespaces of a namespaced resource where none is chosen nor all are, else its first page.
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
            return Ok(vec![Step::Page { path: of(namespace), token: None, level }]);
        }
        let steps = self.namespaces().await?.into_iter().map(|namespace| Step::Node {
            row: namespace.to_string(),
            path: of(Some(namespace)),
            level,
        });
        Ok(steps.collect())
    }

    /// The objects of a page, and where there is a next one, that.
    pub(super) async fn page(
        &mut self,
        path: &ApiPath,
        token: Option<String>,
        level: usize,
    ) -> Result<Vec<Step>, Failure> {
        let ApiPath::Collection { gvr, namespace } = path else { return Ok(Vec::new()) };
        let page = self.read_on(path, token, &self.selector).await?;
        let node = |row: &Row| {
            let text = rows::object(row, &page.columns);
            if row.facts.is_unnamed {
                return Step::Entry { collection: path.clone(), row: text };
            }
            let object = ObjectPath {
                gvr: gvr.clone(),
                namespace: namespace.clone().or_else(|| row.namespace.clone()),
                name: row.name().into(),
            };
            Step::Node { path: ApiPath::Object(object), row: text, level }
        };
        let mut steps: Vec<Step> = page.rows.iter().map(node).collect();
        if page.continue_token.is_some() {
            steps.push(Step::Page { path: path.clone(), token: page.continue_token, level });
        }
        Ok(steps)
    }

    /// Reads a page. Where its version is too old by now, the server's token for the rest as it is
    /// now is taken.
    async fn read_on(
        &self,
        path: &ApiPath,
        token: Option<String>,
        selector: &Selector,
    ) -> Result<Page, Failure> {
        match self.read(path, token, selector).await {
            Err(Failure { kind: FailureKind::Gone, token: Some(fresh), .. }) => {
                note(&format!("{path}: it changed while it was read, and may be inconsistent"));
                self.read(path, Some(fresh.into()), selector).await
            }
            page => page,
        }
    }

    async fn read(
        &self,
        path: &ApiPath,
        token: Option<String>,
        selector: &Selector,
    ) -> Result<Page, Failure> {
        // The rows of one namespace tell all there is to know without the objects' metadata, which
        // are twenty times as long.
        let object = if path.is_of_one_namespace() { "None" } else { "Metadata" };
        let request = Request::get(path.clone(), Form::Table)
            .with("includeObject", object)
            .with("limit", PAGE);
        let mut request = selector.of(request);
        if let Some(token) = &token {
            request = request.with("continue", token.as_str());
        }
        let page = answer::page(&self.access.fetch(&request).await?, self.arrived())?;
        if token.is_some() && page.continue_token == token {
            let message = "the server gives the same page again and again";
            return Err(Failure::new(FailureKind::Malformed, message, ""));
        }
        Ok(page)
    }

    /// The namespaces of the cluster; where they may not be listed, those known without asking.
    async fn namespaces(&mut self) -> Result<Vec<Namespace>, Failure> {
        if let Some(known) = &self.namespaces {
            return Ok(known.clone());
        }
        let path = ApiPath::Collection { gvr: Gvr::new("", "v1", "namespaces"), namespace: None };
        let mut all = Vec::new();
        let mut token = None;
        loop {
            match self.read_on(&path, token, &Selector::default()).await {
                Ok(page) => {
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
                        "Name a namespace by -n".clone_into(&mut failure.hint);
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

    /// That of the service account that the server takes us for: its rights are there, if anywhere.
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

    /// The next segments of the non-resource paths that begin with `prefix`.
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

    /// The list of `/`, or what is usually there: few may read that list.
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

    /// When an answer arrived: a recording's clock stands still.
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
