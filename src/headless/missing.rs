//! The hint for an object that does not exist: similar names, or the command that lists them.

use jiff::Timestamp;

use super::Access;
use crate::k8s::answer;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::paging::PageSize;
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Exchange, Form, Request};
use crate::object::health::similar;

/// The largest number of names in a hint.
const MAX_NAMES: usize = 3;

impl Access {
    /// Sends a request for what the user named. If it does not exist, the hint of the failure has what can be
    /// typed next.
    ///
    /// # Errors
    ///
    /// As [`Access::fetch`].
    pub(crate) async fn fetch_named(&self, request: &Request) -> Result<Exchange, Failure> {
        match self.fetch(request).await {
            Err(failure) => Err(self.hinted(failure, &request.path).await),
            answer => answer,
        }
    }

    /// Returns the failure of a path that the user named. If it does not exist, its hint has what can be typed
    /// next: similar names in the first page of the collection, or the command that lists them.
    pub(crate) async fn hinted(&self, mut failure: Failure, path: &ApiPath) -> Failure {
        if failure.kind != FailureKind::NotFound {
            return failure;
        }
        let hint = match (path, path.parent()) {
            (ApiPath::Object(object) | ApiPath::Subresource { object, .. }, _) => {
                self.names(object).await.map(|names| hint(path, object, &names))
            }
            (_, Some(parent)) => Some(format!("`kubewalk tree {parent}` lists what exists")),
            (_, None) => None,
        };
        if let Some(hint) = hint {
            failure.hint = hint;
        }
        failure
    }

    /// Returns the names in the collection of an object, of one page; `None` if they cannot be read.
    async fn names(&self, object: &ObjectPath) -> Option<Vec<String>> {
        let list = Request::get(object.collection(), Form::Table).with("includeObject", "None");
        let exchange = self.fetch(&PageSize::FIRST.page(list, None)).await.ok()?;
        let page = answer::page(&exchange, Timestamp::UNIX_EPOCH).ok()?;
        Some(page.rows.iter().map(|row| row.name().to_owned()).collect())
    }
}

/// Returns what can be typed instead of a path that does not exist, with the names in its collection.
fn hint(path: &ApiPath, object: &ObjectPath, names: &[String]) -> String {
    let (name, collection) = (&*object.name, object.collection());
    if names.iter().any(|known| known == name) {
        let above = path.parent().unwrap_or(collection);
        return format!("`kubewalk tree {above}` lists what is below it");
    }
    let near = near(name, names);
    match (&object.namespace, names, near.as_slice()) {
        (Some(namespace), [], _) => format!(
            "There are no {} in {namespace}: `kubewalk find {name} -A` looks everywhere",
            object.gvr.resource
        ),
        (.., []) => format!("`kubewalk tree {collection}` lists those that exist"),
        (.., near) => {
            format!("Did you mean {}? `kubewalk tree {collection}` lists all", near.join(" or "))
        }
    }
}

/// Returns the names that resemble one: the one that it may be with a mistake, or the first that begin with it.
fn near<'a>(name: &str, names: &'a [String]) -> Vec<&'a str> {
    let names = || names.iter().map(String::as_str);
    match similar::meant(name, names()) {
        Some(meant) => vec![meant],
        None => names().filter(|known| known.starts_with(name)).take(MAX_NAMES).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint_of(path: &str, names: &[&str]) -> String {
        let path = ApiPath::parse(path);
        let (ApiPath::Object(object) | ApiPath::Subresource { object, .. }) = &path else {
            panic!()
        };
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        hint(&path, object, &names)
    }

    #[test]
    fn similar_names_of_the_collection_are_offered() {
        let pods = "`kubewalk tree /api/v1/namespaces/shop/pods` lists";
        for (path, names, expected) in [
            ("audt", &["audit", "web"][..], format!("Did you mean audit? {pods} all")),
            ("db", &["db-0", "db-1", "web"], format!("Did you mean db-0 or db-1? {pods} all")),
            ("db", &["web"], format!("{pods} those that exist")),
            (
                "db",
                &[],
                "There are no pods in shop: `kubewalk find db -A` looks everywhere".to_owned(),
            ),
            (
                "db/logs",
                &["db"],
                "`kubewalk tree /api/v1/namespaces/shop/pods/db` lists what is below it".to_owned(),
            ),
        ] {
            assert_eq!(hint_of(&format!("/api/v1/namespaces/shop/pods/{path}"), names), expected);
        }
        let nodes = hint_of("/api/v1/nodes/n1", &[]);
        assert_eq!(nodes, "`kubewalk tree /api/v1/nodes` lists those that exist");
    }
}
