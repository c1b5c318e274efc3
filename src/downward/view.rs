//! The outcome of the computation: plain data.

use super::content::Content;
use super::secrets::{SecretNames, SecretPaths, SecretValues};
use crate::k8s::names::{Gvr, Namespace};
use crate::k8s::path::ObjectPath;
use process::Process;

pub(super) mod process;

/// What the containers of a pod see.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// The pod, or the workload whose template it is.
    pub pod: Identity,
    /// Init containers and sidecars in order, then the regular ones, then the ephemeral ones.
    pub containers: Vec<ContainerView>,
    /// The downwardAPI, projected, configMap and secret volumes, in order.
    pub volumes: Vec<VolumeView>,
    /// Notes on the whole view, each a sentence.
    pub notes: Vec<String>,
    /// Why the node rejected the pod; then none of its containers starts.
    pub rejected: Option<String>,
    /// The values of all Secrets that were read: what is found inside is compared with them.
    pub secrets: SecretValues,
}

impl View {
    /// Puts the path of a template before all paths of the view that was computed from it.
    pub(super) fn move_below(&mut self, above: &str) {
        if above.is_empty() {
            return;
        }
        let down = |place: &mut String| {
            if !place.is_empty() {
                place.insert_str(0, above);
            }
        };
        let down_origin = |origin: &mut Origin| {
            down(&mut origin.path);
            // A template has no status.
            origin.source = origin.source.take().filter(|place| !place.starts_with(".status"));
            origin.source.as_mut().into_iter().for_each(down);
        };
        for container in &mut self.containers {
            down(&mut container.path);
            container.env.iter_mut().for_each(|row| down_origin(&mut row.origin));
            let Some(process) = &mut container.process else { continue };
            process.rows.iter_mut().for_each(|row| down_origin(&mut row.origin));
            process.mounts.iter_mut().for_each(|mount| down_origin(&mut mount.origin));
        }
        for volume in &mut self.volumes {
            down(&mut volume.path);
            volume.files.iter_mut().for_each(|row| down_origin(&mut row.origin));
        }
    }
}

/// The object of a view. A manifest may lack each of these fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Identity {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its uid as the API has it.
    pub uid: String,
}

/// The kinds of containers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ContainerKind {
    /// Of `spec.containers`.
    Container,
    /// Of `spec.initContainers`, running to its end.
    Init,
    /// Of `spec.initContainers` with `restartPolicy: Always`.
    Sidecar,
    /// Of `spec.ephemeralContainers`.
    Ephemeral,
}

/// What one container sees in its environment.
#[derive(Clone, Debug, PartialEq)]
pub struct ContainerView {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: ContainerKind,
    /// Its path in the object, such as `.spec.containers[0]`.
    pub path: String,
    /// When it last started, in RFC 3339; `None` if it never did.
    pub started_at: Option<String>,
    /// Why the kubelet refuses to start it; then it has no rows.
    pub error: Option<String>,
    /// What keeps the container from starting or restarting, though the kubelet has its
    /// environment.
    pub warning: Option<String>,
    /// Its environment sorted by name: the kubelet has no order.
    pub env: Vec<EnvRow>,
    /// The variables that may hold values of Secrets, whatever is known of the Secrets.
    pub secret_names: SecretNames,
    /// What its process has besides; `None` if it was not requested, if no container of the pod
    /// starts, or if nothing is known but what was found.
    pub process: Option<Process>,
}

/// One environment variable.
#[derive(Clone, Debug, PartialEq)]
pub struct EnvRow {
    /// Its name; after the prefix a `*` where it stands for names that are not known or skipped.
    pub name: String,
    /// True if the row stands for all variables whose names begin with the text before the `*`.
    pub is_any: bool,
    /// Its value; `None` unless the state is known.
    pub content: Option<Content>,
    /// What brings it into the container.
    pub via: EnvVia,
    /// Where the value comes from.
    pub origin: Origin,
}

/// What brings a variable into a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnvVia {
    /// An entry of `env`.
    Env,
    /// An entry of `envFrom`: all keys of an object.
    EnvFrom,
    /// The Services of the namespace, and `default/kubernetes`.
    Services,
    /// Not known: the variable was found in a process.
    Process,
}

/// What is known of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// The value is computed as the kubelet computes it.
    Known,
    /// There is no value yet: the pod is not scheduled, or has no address.
    Pending,
    /// There is a value that cannot be computed; the note says why.
    Unknown,
    /// There is no value: the source is optional and does not exist, or did not when the container
    /// started.
    Skipped,
}

/// The kinds of things that values come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OriginKind {
    /// A text of the pod, with references replaced.
    Text,
    /// A field of the pod that never changes, such as its name.
    Field,
    /// An address of the pod or of its node.
    Address,
    /// A label, or all labels.
    Label,
    /// An annotation, or all annotations.
    Annotation,
    /// A limit or a request.
    Resource,
    /// A `ConfigMap`.
    ConfigMap,
    /// A Secret.
    Secret,
    /// A Service, or several.
    Service,
    /// A file of a volume that is read when the container starts.
    FileKey,
    /// Tokens and certificates that the kubelet requests.
    Credential,
    /// Two sources of one path: the kubelet takes either.
    Several,
    /// No source is named.
    Nothing,
    /// It was found in a process, and who set it is not known.
    Process,
    /// The image.
    Image,
    /// The container runtime, or the configuration of the kubelet.
    Runtime,
    /// A `PersistentVolumeClaim`.
    Claim,
}

impl OriginKind {
    /// True if no update of a pod or of another object changes the value.
    #[must_use]
    pub fn is_fixed(self) -> bool {
        matches!(self, Self::Text | Self::Field)
    }
}

/// An object that a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceObject {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The key of a `ConfigMap` or Secret.
    pub key: Option<String>,
}

/// Where a value comes from and what is known of it.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "four facts that do not depend on each other")]
pub struct Origin {
    /// The kind of its source.
    pub kind: OriginKind,
    /// The `ConfigMap`, Secret, Service or claim that it comes from.
    pub object: Option<SourceObject>,
    /// A title of the source, such as `limits.memory`, `label app` or `configMap frontend-config`.
    pub from: String,
    /// What is known of the value.
    pub state: State,
    /// A note on the value.
    pub note: Option<String>,
    /// True if the value follows its source while the container runs; else it is frozen at its
    /// start.
    pub live: bool,
    /// True if the value or a part of it derives from a Secret.
    pub secret: bool,
    /// The path of the declaration in the object, such as `.spec.containers[0].env[3]`; empty if no
    /// field declares it, as for the variables of Services.
    pub path: String,
    /// The path of the value in the object, such as `.metadata.labels.app`, if it is in the object.
    pub source: Option<String>,
    /// The names of the variables that the value refers to.
    pub uses: Vec<String>,
    /// The text of the pod in which references were replaced by values.
    pub template: Option<String>,
    /// True if the source was written after the value was frozen; the note says more.
    pub may_be_old: bool,
    /// True if the value was seen before its source changed: the container has it.
    pub kept: bool,
    /// One sentence that explains the value.
    pub explanation: String,
}

impl Origin {
    /// Returns the path of the object that the value comes from: a `ConfigMap`, a Secret, a Service, or a
    /// claim.
    #[must_use]
    pub fn object_path(&self) -> Option<ObjectPath> {
        let resource = match self.kind {
            OriginKind::ConfigMap => "configmaps",
            OriginKind::Secret => "secrets",
            OriginKind::Service => "services",
            OriginKind::Claim => "persistentvolumeclaims",
            _ => return None,
        };
        let object = self.object.as_ref()?;
        Some(ObjectPath {
            gvr: Gvr::new("", "v1", resource),
            namespace: Some(Namespace::new(&object.namespace)),
            name: object.name.as_str().into(),
        })
    }
}

/// The kinds of volumes in a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum VolumeKind {
    /// `downwardAPI`.
    #[serde(rename = "downwardAPI")]
    DownwardApi,
    /// `projected`.
    #[serde(rename = "projected")]
    Projected,
    /// `configMap`.
    #[serde(rename = "configMap")]
    ConfigMap,
    /// `secret`.
    #[serde(rename = "secret")]
    Secret,
}

/// The files of a volume.
#[derive(Clone, Debug, PartialEq)]
pub struct VolumeView {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: VolumeKind,
    /// Its path in the object, such as `.spec.volumes[0]`.
    pub path: String,
    /// Why the kubelet cannot set it up; then it has no rows.
    pub error: Option<String>,
    /// Why the kubelet cannot update it, though it is set up.
    pub warning: Option<String>,
    /// Its mounts. Without any, the kubelet does not set it up.
    pub mounts: Vec<MountView>,
    /// Its files sorted by path.
    pub files: Vec<FileRow>,
    /// The files that may come from Secrets, whatever is known of the Secrets.
    pub secret_paths: SecretPaths,
}

/// One mount of a volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MountView {
    /// The container's name.
    pub container: String,
    /// Its absolute path in the container.
    pub path: String,
    /// Only this part of the volume. Such a mount is never updated. Parts of it may derive from a
    /// Secret, by `subPathExpr`.
    pub sub_path: Option<Content>,
}

impl MountView {
    /// Returns the path below this mount of a file of the volume; empty if the mount is the file
    /// itself, `None` if the mounted part of the volume does not have it.
    #[must_use]
    pub fn below<'f>(&self, file: &'f str) -> Option<&'f str> {
        let Some(part) = &self.sub_path else { return Some(file) };
        let part = part.text()?;
        let rest = file.strip_prefix(part.trim_matches('/'))?;
        if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
    }

    /// Returns the path in the volume of a file below this mount.
    pub(super) fn in_volume(&self, below: &str) -> String {
        let part = self.sub_path.as_ref().and_then(Content::text).unwrap_or_default();
        let part = part.trim_matches('/');
        match (part, below) {
            ("", path) | (path, "") => path.to_owned(),
            (part, below) => format!("{part}/{below}"),
        }
    }

    /// Returns the path in the container of a file below this mount.
    #[must_use]
    pub fn at(&self, below: &str) -> String {
        let point = self.path.trim_end_matches('/');
        if below.is_empty() { point.to_owned() } else { format!("{point}/{below}") }
    }
}

/// One file of a volume.
#[derive(Clone, Debug, PartialEq)]
pub struct FileRow {
    /// Its path in the volume; `*` where it stands for files that are not known or skipped.
    pub path: String,
    /// True if the row stands for all other files of its source.
    pub is_any: bool,
    /// Its permission bits.
    pub mode: u32,
    /// Its bytes; `None` unless the state is known.
    pub content: Option<Content>,
    /// Where the value comes from.
    pub origin: Origin,
}
