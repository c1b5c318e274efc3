//! What the computation answers: plain data.

use super::content::Content;

/// What the containers of a pod see.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// The pod, or the workload whose template it is.
    pub pod: Identity,
    /// Init containers and sidecars in order, then the regular ones, then the ephemeral ones.
    pub containers: Vec<ContainerView>,
    /// The downwardAPI and projected volumes, in order.
    pub volumes: Vec<VolumeView>,
    /// What holds for the whole view, each a sentence.
    pub notes: Vec<String>,
}

/// Which object a view is of. A manifest may lack each of them.
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
    /// Where it is in the pod, such as `.spec.containers[0]`.
    pub path: String,
    /// When it started, as the API writes the time; `None` while it never did.
    pub started_at: Option<String>,
    /// Why the kubelet refuses to start it; then it has no rows.
    pub error: Option<String>,
    /// Its environment sorted by name: the kubelet has no order.
    pub env: Vec<EnvRow>,
}

/// One environment variable.
#[derive(Clone, Debug, PartialEq)]
pub struct EnvRow {
    /// Its name. `*` stands for all the names that are not known or skipped, after their prefix.
    pub name: String,
    /// Its value; `None` unless the state is known.
    pub content: Option<Content>,
    /// What brings it into the container.
    pub via: EnvVia,
    /// Where it comes from.
    pub origin: Origin,
}

/// What brings a variable into a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnvVia {
    /// An entry of `env`.
    Env,
    /// An entry of `envFrom`: all keys of an object.
    EnvFrom,
    /// The Services that the kubelet knows.
    Services,
    /// Not known: it was found in a process.
    Process,
}

/// What is known of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// The value is what the kubelet makes it.
    Known,
    /// There is no value yet: the pod is not scheduled, or has no address.
    Pending,
    /// There is a value that cannot be computed; the note says why.
    Unknown,
    /// There is none: the source is optional and does not exist.
    Skipped,
}

/// Where a value comes from and how it fares.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    /// A few words, such as `limits.memory`, `label app` or `configMap frontend-config`.
    pub from: String,
    /// What is known of the value.
    pub state: State,
    /// What a reader must know besides the value.
    pub note: Option<String>,
    /// Whether the value follows the pod while the container runs. Else it is frozen at its start.
    pub live: bool,
    /// Whether the value, or a part of it, derives from a Secret.
    pub secret: bool,
    /// Where the row is declared in the object, such as `.spec.containers[0].env[3]`; empty for
    /// what no field declares, such as service variables.
    pub path: String,
    /// Where the value is in the object, such as `.metadata.labels.app`, if it is there.
    pub source: Option<String>,
    /// The variables that were put into the value.
    pub uses: Vec<String>,
    /// Whether the source was written when the container had already started; the note says more.
    pub may_be_old: bool,
    /// One sentence that explains the value.
    pub explanation: String,
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
}

/// The files of a volume.
#[derive(Clone, Debug, PartialEq)]
pub struct VolumeView {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: VolumeKind,
    /// Where it is in the pod, such as `.spec.volumes[0]`.
    pub path: String,
    /// Why the kubelet cannot set it up; then it has no rows.
    pub error: Option<String>,
    /// Where containers see it. Without any, the kubelet does not set it up.
    pub mounts: Vec<MountView>,
    /// Its files sorted by path.
    pub files: Vec<FileRow>,
}

/// One mount of a volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MountView {
    /// The container's name.
    pub container: String,
    /// Where in the container.
    pub path: String,
    /// Only this part of the volume. Such a mount is never updated.
    pub sub_path: Option<String>,
}

impl MountView {
    /// Where a file of the volume is below this mount, which may show a part of the volume only;
    /// empty where the mount is the file.
    #[must_use]
    pub fn below<'f>(&self, file: &'f str) -> Option<&'f str> {
        let Some(part) = &self.sub_path else { return Some(file) };
        let rest = file.strip_prefix(part.trim_matches('/'))?;
        if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
    }

    /// The path in the container of what is there below this mount.
    #[must_use]
    pub fn at(&self, below: &str) -> String {
        let point = self.path.trim_end_matches('/');
        if below.is_empty() { point.to_owned() } else { format!("{point}/{below}") }
    }
}

/// One file of a volume.
#[derive(Clone, Debug, PartialEq)]
pub struct FileRow {
    /// Its path in the volume. `*` stands for all the files that are not known or skipped.
    pub path: String,
    /// Its permission bits.
    pub mode: u32,
    /// Its bytes; `None` unless the state is known.
    pub content: Option<Content>,
    /// Where it comes from.
    pub origin: Origin,
}
