//! What is loaded, and by which requests.

use std::sync::Arc;

use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::{Gvr, Namespace};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Form, Request};

/// The number of Services per page, and of names that are listed.
const PAGE: &str = "500";

/// What is loaded by a request of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SourceKey {
    /// A Node by name.
    Node(Arc<str>),
    /// All Services of a namespace, in pages.
    Services(Namespace),
    /// The Service `kubernetes` of the namespace `default`.
    KubernetesService,
    /// A `ConfigMap` by namespace and name.
    ConfigMap(Namespace, Arc<str>),
    /// A Secret by namespace and name.
    Secret(Namespace, Arc<str>),
    /// A `PersistentVolumeClaim` by namespace and name.
    Claim(Namespace, Arc<str>),
    /// The `PersistentVolume` of a claim, by name.
    Volume(Arc<str>),
    /// The names of the `ConfigMap`s of a namespace in which one is missing.
    ConfigMapNames(Namespace),
    /// The names of the Secrets of a namespace in which one is missing.
    SecretNames(Namespace),
}

impl SourceKey {
    /// Returns the path of the object, or of the collection of Services.
    #[must_use]
    pub fn path(&self) -> ApiPath {
        let (namespace, name) = match self {
            Self::Node(name) | Self::Volume(name) => (None, name.clone()),
            Self::Services(namespace)
            | Self::ConfigMapNames(namespace)
            | Self::SecretNames(namespace) => {
                let namespace = Some(namespace.clone());
                return ApiPath::Collection { gvr: self.gvr(), namespace };
            }
            Self::KubernetesService => (Some(Namespace::new("default")), "kubernetes".into()),
            Self::ConfigMap(namespace, name)
            | Self::Secret(namespace, name)
            | Self::Claim(namespace, name) => (Some(namespace.clone()), name.clone()),
        };
        ApiPath::Object(ObjectPath { gvr: self.gvr(), namespace, name })
    }

    fn gvr(&self) -> Gvr {
        Gvr::new("", "v1", self.resource())
    }

    /// Returns the plural name of its resource.
    pub(super) fn resource(&self) -> &'static str {
        match self {
            Self::Node(_) => "nodes",
            Self::Services(_) | Self::KubernetesService => "services",
            Self::ConfigMap(..) | Self::ConfigMapNames(_) => "configmaps",
            Self::Secret(..) | Self::SecretNames(_) => "secrets",
            Self::Claim(..) => "persistentvolumeclaims",
            Self::Volume(_) => "persistentvolumes",
        }
    }

    /// Returns its first request. Of names, no object is requested, so that no value of a Secret is sent.
    pub(super) fn request(&self) -> Request {
        let get = |form| Request::get(self.path(), form);
        match self {
            Self::Services(_) => get(Form::Json).with("limit", PAGE),
            Self::ConfigMapNames(_) | Self::SecretNames(_) => {
                get(Form::Table).with("includeObject", "None").with("limit", PAGE)
            }
            _ => get(Form::Json),
        }
    }

    /// Returns the request for the list with the object alone; `None` for a collection.
    pub(super) fn list_request(&self) -> Option<Request> {
        let ApiPath::Object(object) = self.path() else { return None };
        let selector = format!("metadata.name={}", object.name);
        Some(Request::get(object.collection(), Form::Json).with("fieldSelector", selector))
    }

    /// Returns why a source is not known, such as `nodes is forbidden`, without the server's words
    /// about the user.
    pub(super) fn reason(&self, failure: &Failure) -> String {
        let resource = self.resource();
        match failure.kind {
            FailureKind::Forbidden => format!("{resource} is forbidden"),
            FailureKind::NotRecorded => format!("{resource}: not in this recording"),
            FailureKind::Malformed => failure.message.clone(),
            _ => format!("{resource}: {}", failure.message),
        }
    }
}
