//! Computes the files of volumes (`CollectData`, `collectData`, `MakePayload`).

use std::collections::BTreeMap;

use super::age::Freeze;
use super::fields;
use super::kubelet::Kubelet;
use super::path;
use super::pod::{Item, Projection, Volume};
use super::resolved::{Refusal, Resolved};
use super::resources;
use super::secrets::SecretPaths;
use super::view::{FileRow, OriginKind, State, VolumeKind, VolumeView};

mod keys;

/// Computes a volume with its files sorted by path; with the kubelet's message instead if it
/// refuses the volume. Returns `None` for volumes of other kinds.
pub(super) fn of_volume(
    kubelet: &Kubelet<'_>,
    volume: &Volume,
    place: String,
) -> Option<VolumeView> {
    let is_mounted = kubelet.pod.containers().flat_map(|c| &c.volume_mounts);
    let is_mounted = is_mounted.into_iter().any(|mount| mount.name == volume.name);
    let mut payload = Payload::new(kubelet, kubelet.is_set_up() && is_mounted);
    let (kind, default_mode) = if let Some(source) = &volume.downward_api {
        payload.default_mode = source.default_mode.unwrap_or_default();
        payload.add_items(&source.items, &format!("{place}.downwardAPI"));
        (VolumeKind::DownwardApi, source.default_mode)
    } else if let Some(source) = &volume.projected {
        payload.default_mode = source.default_mode.unwrap_or_default();
        for (at, projection) in source.sources.iter().enumerate() {
            payload.add(projection, &format!("{place}.projected.sources[{at}]"));
        }
        (VolumeKind::Projected, source.default_mode)
    } else if let Some(source) = &volume.config_map {
        payload.default_mode = source.default_mode.unwrap_or_default();
        let keys = source.keys(&source.name);
        payload.add_keys(&kubelet.around.config_maps, &keys, &format!("{place}.configMap"));
        (VolumeKind::ConfigMap, source.default_mode)
    } else if let Some(source) = &volume.secret {
        payload.default_mode = source.default_mode.unwrap_or_default();
        let keys = source.keys(&source.secret_name);
        payload.add_keys(&kubelet.around.secrets, &keys, &format!("{place}.secret"));
        (VolumeKind::Secret, source.default_mode)
    } else {
        return None;
    };
    if default_mode.is_none() {
        let refusal = "no defaultMode used, not even the default value for it".to_owned();
        payload.refusals.push(refusal.into());
    }
    let secret_paths = payload.secret_paths.clone();
    let (files, error, warning) = payload.finish();
    // The kubelet does not set up a volume that no container mounts.
    let error = error.filter(|_| is_mounted || !kubelet.is_set_up());
    let (name, mounts) = (volume.name.clone(), Vec::new());
    Some(VolumeView { name, kind, path: place, error, warning, mounts, files, secret_paths })
}

struct Payload<'a> {
    kubelet: &'a Kubelet<'a>,
    /// True if the volume is set up: a refusal only keeps it from being updated.
    is_set_up: bool,
    default_mode: i32,
    /// The files by path, as their sources spell it.
    files: BTreeMap<String, FileRow>,
    /// Rows for sources whose paths are not known, or that are skipped.
    others: Vec<FileRow>,
    refusals: Vec<Refusal>,
    secret_paths: SecretPaths,
}

impl<'a> Payload<'a> {
    fn new(kubelet: &'a Kubelet<'a>, is_set_up: bool) -> Self {
        Self {
            kubelet,
            is_set_up,
            default_mode: 0,
            files: BTreeMap::new(),
            others: Vec::new(),
            refusals: Vec::new(),
            secret_paths: SecretPaths::default(),
        }
    }

    /// Returns the files, the error and the warning. Checks every path, and changes the modes by
    /// the pod's group.
    fn finish(mut self) -> (Vec<FileRow>, Option<String>, Option<String>) {
        if self.refusals.is_empty() {
            let refused = self.files.keys().filter_map(|path| path::check(path).err()).take(1);
            self.refusals.extend(refused.map(Refusal::from));
        }
        if self.refusals.is_empty() {
            self.refusals.extend(path::conflict(self.files.keys()).map(Refusal::from));
        }
        let mut messages: Vec<String> = self.refusals.iter().map(Refusal::text).collect();
        messages.dedup();
        let refusal = match messages.as_slice() {
            [] => None,
            [message] => Some(message.clone()),
            messages => Some(format!("[{}]", messages.join(", "))),
        };
        if refusal.is_some() && !self.is_set_up {
            return (Vec::new(), refusal, None);
        }
        let has_group = self.kubelet.pod.spec.security_context.fs_group.is_some();
        let mut rows: Vec<FileRow> = one_per_path(self.files).chain(self.others).collect();
        for row in &mut rows {
            row.mode = row.mode & 0o777 | if has_group { 0o440 } else { 0 };
            if let Some(refusal) = &refusal {
                freeze(row, format!("as it was: the volume cannot be updated: {refusal}"));
            }
        }
        rows.sort_by(|a, b| a.path.cmp(&b.path));
        (rows, None, refusal.map(|refusal| format!("it cannot be updated: {refusal}")))
    }

    fn add_items(&mut self, items: &[Item], place: &str) {
        for (at, item) in items.iter().enumerate() {
            let path = path::clean(&item.path);
            if self.kubelet.is_full() {
                let note = "the values are too large";
                let resolved =
                    Resolved::without(State::Unknown, OriginKind::Nothing, "nothing", note);
                self.set(&path, item.mode, resolved, place);
                continue;
            }
            let outcome = match (&item.field_ref, &item.resource_field_ref) {
                (Some(field), _) => fields::in_volume(self.kubelet, &field.field_path),
                (None, Some(resource)) => resources::in_volume(self.kubelet, resource),
                (None, None) => Ok(Resolved::known(OriginKind::Nothing, "nothing", "")
                    .explained("no source is named")),
            };
            match outcome {
                Ok(resolved) => {
                    let resolved = self.frozen_field(resolved);
                    self.set(&path, item.mode, resolved, &format!("{place}.items[{at}]"));
                }
                Err(refusal) => self.refusals.push(refusal),
            }
        }
    }

    /// Marks a value if its field was written after the kubelet stopped updating the volumes.
    fn frozen_field(&self, resolved: Resolved) -> Resolved {
        match self.kubelet.end() {
            Some(end) => {
                Freeze { time: &end, what: END }.mark_field(resolved, self.kubelet.pod_value)
            }
            None => resolved,
        }
    }

    fn add(&mut self, projection: &Projection, place: &str) {
        if let Some(source) = &projection.secret {
            self.add_keys(&self.kubelet.around.secrets, source, &format!("{place}.secret"));
        } else if let Some(source) = &projection.config_map {
            self.add_keys(&self.kubelet.around.config_maps, source, &format!("{place}.configMap"));
        } else if let Some(source) = &projection.downward_api {
            self.add_items(&source.items, &format!("{place}.downwardAPI"));
        } else if let Some(source) = &projection.service_account_token {
            let note = "a token that the kubelet requests and renews";
            let place = format!("{place}.serviceAccountToken");
            self.set_private(&source.path, "service account token", note, &place);
        } else if let Some(source) = &projection.cluster_trust_bundle {
            let name = if source.name.is_empty() { &source.signer_name } else { &source.name };
            let note = "certificates that the kubelet reads from ClusterTrustBundles";
            let place = format!("{place}.clusterTrustBundle");
            self.set_private(&source.path, &format!("cluster trust bundle {name}"), note, &place);
        } else if let Some(source) = &projection.pod_certificate {
            let paths =
                [&source.credential_bundle_path, &source.key_path, &source.certificate_chain_path];
            for path in paths.into_iter().filter(|path| !path.is_empty()) {
                let note = "a certificate that the kubelet requests and renews";
                let from = format!("pod certificate of {}", source.signer_name);
                self.set_private(path, &from, note, &format!("{place}.podCertificate"));
            }
        }
    }

    /// Sets a file. One that is skipped does not hide another of the same path.
    fn place(&mut self, path: &str, mode: Option<i32>, resolved: Resolved, place: &str) {
        if resolved.state == State::Skipped {
            let row = self.row(&path::clean(path), mode, resolved, place);
            self.others.push(row);
        } else {
            self.set(path, mode, resolved, place);
        }
    }

    /// Sets a file that only the pod's user may read, if the kubelet knows the user (`FsUserFrom`).
    fn set_private(&mut self, path: &str, from: &str, note: &str, place: &str) {
        self.secret_paths.paths.insert(path::clean(path));
        let mode = self.has_owner().then_some(0o600);
        let resolved = Resolved::without(State::Unknown, OriginKind::Credential, from, note);
        self.set(path, mode, resolved.of_secret(), place);
    }

    fn has_owner(&self) -> bool {
        let spec = &self.kubelet.pod.spec;
        let of_pod = spec.security_context.run_as_user;
        let mut users =
            self.kubelet.pod.containers().map(|c| c.security_context.run_as_user.or(of_pod));
        let first = users.next().flatten();
        spec.security_context.fs_group.is_some()
            || first.is_some() && users.all(|user| user == first)
    }

    fn set(&mut self, path: &str, mode: Option<i32>, resolved: Resolved, place: &str) {
        let row = self.row(path, mode, resolved, place);
        self.files.insert(path.to_owned(), row);
    }

    fn row(&self, path: &str, mode: Option<i32>, resolved: Resolved, place: &str) -> FileRow {
        let (content, origin) = self.kubelet.held(resolved).declared(place.to_owned(), true);
        let mode = mode.unwrap_or(self.default_mode).cast_unsigned();
        let mut row = FileRow { path: path.to_owned(), is_any: false, mode, content, origin };
        if self.kubelet.is_ending() {
            freeze(
                &mut row,
                "frozen: the pod is ending, and the kubelet no longer updates it".to_owned(),
            );
        }
        row
    }
}

/// What happened when the deletion of the pod was requested.
const END: &str = "its deletion was requested";

/// Marks a file that no longer follows its source.
pub(super) fn freeze(row: &mut FileRow, note: String) {
    row.origin.live = false;
    row.origin.note = Some(match row.origin.note.take() {
        Some(other) => format!("{other}; {note}"),
        None => note,
    });
}

/// Returns the files by their cleaned paths. Of two spellings of one path the kubelet takes one at
/// random, and may take the other at its next update.
fn one_per_path(files: BTreeMap<String, FileRow>) -> impl Iterator<Item = FileRow> {
    let mut by_path: BTreeMap<String, FileRow> = BTreeMap::new();
    for (path, mut row) in files {
        row.path = path::clean(&path);
        match by_path.get_mut(&row.path) {
            None => _ = by_path.insert(row.path.clone(), row),
            Some(other) => {
                let origin = &mut other.origin;
                origin.from = format!("{} or {}", origin.from, row.origin.from);
                origin.kind = OriginKind::Several;
                origin.object = None;
                origin.state = State::Unknown;
                origin.secret |= row.origin.secret;
                let note = "the paths of its sources are the same: the kubelet takes one at random";
                origin.note = Some(note.to_owned());
                note.clone_into(&mut origin.explanation);
                other.content = None;
            }
        }
    }
    by_path.into_values()
}
