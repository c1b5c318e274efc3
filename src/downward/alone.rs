//! The view of what a process finds in its own container, without a prediction.

use std::net::IpAddr;

use super::compare::{is_certainly_plain, is_of_runtime, sounds_secret};
use super::content::Content;
use super::inside::{ActualFile, Clue, Environment, Found, Guess, Here, Variable, Volume};
use super::secrets::{SecretNames, SecretPaths, SecretValues};
use super::view::{
    ContainerKind, ContainerView, EnvRow, EnvVia, FileRow, Identity, MountView, Origin, OriginKind,
    State, View, VolumeKind, VolumeView,
};

/// Returns the view of what was found. `why` is a sentence on why there is no prediction. Values
/// that may come from a Secret are marked as secret.
#[must_use]
pub fn view(here: &Here, why: &str) -> View {
    let text = |clue: Option<&Clue>| clue.map(|clue| clue.value.clone()).unwrap_or_default();
    let clues = [
        ("pod", here.pod.names.first()),
        ("namespace", here.pod.namespace.as_ref()),
        ("uid", here.pod.uid.as_ref()),
        ("container", here.pod.container.as_ref()),
    ];
    let clues = clues.into_iter().filter_map(|(what, clue)| {
        clue.map(|clue| format!("{what} {}, by {}", clue.value, clue.from))
    });
    let own = here.pod.container.as_ref().map_or("this process", |clue| &clue.value);
    let own = (own.to_owned(), Ok(&here.environment), &here.volumes);
    let others = here.neighbours.iter().map(|other| {
        let environment = match &other.environment {
            Found::There(environment) => Ok(environment),
            Found::Unreadable(reason) => Err(reason.as_str()),
        };
        (other.pid, (other.title(), environment, &other.volumes))
    });
    // The target of `kubectl debug --target` comes first.
    let (target, others): (Vec<_>, Vec<_>) = others.partition(|(pid, _)| *pid == 1);
    let seen = target.into_iter().map(|(_, it)| it);
    let seen: Vec<_> = seen.chain([own]).chain(others.into_iter().map(|(_, it)| it)).collect();
    let volumes = seen
        .iter()
        .flat_map(|(name, _, volumes)| volumes.iter().map(move |found| volume(found, name)));
    View {
        pod: Identity {
            namespace: text(here.pod.namespace.as_ref()),
            name: text(here.pod.names.first()),
            uid: text(here.pod.uid.as_ref()),
        },
        volumes: volumes.collect(),
        containers: seen
            .iter()
            .map(|(name, environment, _)| container(here, name, *environment))
            .collect(),
        notes: std::iter::once(why.to_owned()).chain(clues).collect(),
        rejected: None,
        secrets: SecretValues::default(),
    }
}

/// Returns what was found in a container, or why nothing was.
fn container(here: &Here, name: &str, found: Result<&Environment, &str>) -> ContainerView {
    ContainerView {
        name: name.to_owned(),
        kind: ContainerKind::Container,
        path: String::new(),
        started_at: None,
        error: found.err().map(str::to_owned),
        warning: None,
        env: found.map(|found| environment(here, found)).unwrap_or_default(),
        secret_names: SecretNames::default(),
        process: None,
    }
}

/// True if a variable may come from a Secret. It does not if its name and value are those of the
/// runtime or of a Service, or if its value is an address or a property of the pod.
#[must_use]
pub fn may_be_secret(here: &Here, variable: &Variable) -> bool {
    let Variable { name, value } = variable;
    let pod = &here.pod;
    let others = [&pod.namespace, &pod.uid, &pod.container].into_iter().flatten();
    let mut clues = pod.names.iter().chain(others);
    let is_of_pod = clues.any(|clue| clue.value.as_bytes() == value.as_slice());
    let text = std::str::from_utf8(value);
    let is_plain = is_certainly_plain(name, value, "")
        || value.is_empty()
        || is_of_pod
        || text.is_ok_and(|text| text.parse::<IpAddr>().is_ok());
    sounds_secret(name) || !is_plain
}

fn environment(here: &Here, found: &Environment) -> Vec<EnvRow> {
    let row = |variable: &Variable| {
        let Variable { name, value } = variable;
        let is_secret = may_be_secret(here, variable);
        let (from, explanation) = if is_of_runtime(name) {
            ("image or runtime", "The image, the runtime or a shell sets it")
        } else {
            ("found here", "This process was started with it; who set it is not known")
        };
        EnvRow {
            name: name.clone(),
            is_any: false,
            content: Some(content(value, is_secret)),
            via: EnvVia::Process,
            origin: origin(from, explanation, is_secret),
        }
    };
    let mut rows: Vec<EnvRow> = found.variables.iter().map(row).collect();
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    rows
}

fn volume(found: &Volume, container: &str) -> VolumeView {
    let name = match found.guess {
        Guess::ServiceAccount => "of the service account",
        Guess::DownwardApi => "of the Downward API",
        Guess::Unknown => "that may be a Secret",
    };
    VolumeView {
        name: name.to_owned(),
        kind: VolumeKind::Projected,
        path: String::new(),
        error: None,
        warning: None,
        mounts: vec![MountView {
            container: container.to_owned(),
            path: found.point.clone(),
            sub_path: None,
        }],
        files: found.files.iter().map(|it| file(it, found.guess)).collect(),
        secret_paths: SecretPaths::default(),
    }
}

fn file(found: &ActualFile, guess: Guess) -> FileRow {
    let is_secret = guess != Guess::DownwardApi;
    let mut origin = origin("found here", "The kubelet keeps this file up to date", is_secret);
    origin.live = true;
    let content = match &found.bytes {
        Found::There(bytes) => Some(content(bytes, is_secret)),
        Found::Unreadable(reason) => {
            origin.state = State::Unknown;
            origin.explanation.clone_from(reason);
            None
        }
    };
    FileRow {
        path: found.path.clone(),
        is_any: false,
        mode: found.mode.unwrap_or_default(),
        content,
        origin,
    }
}

fn content(bytes: &[u8], is_secret: bool) -> Content {
    if is_secret {
        Content::secret(bytes.to_vec())
    } else {
        Content { bytes: bytes.to_vec(), secret: Vec::new() }
    }
}

fn origin(from: &str, explanation: &str, secret: bool) -> Origin {
    Origin {
        kind: OriginKind::Process,
        object: None,
        from: from.to_owned(),
        state: State::Known,
        note: None,
        live: false,
        secret,
        path: String::new(),
        source: None,
        uses: Vec::new(),
        may_be_old: false,
        template: None,
        kept: false,
        explanation: explanation.to_owned(),
    }
}
