//! The files of downwardAPI and projected volumes (`CollectData`, `collectData`).

use std::collections::BTreeMap;

use super::content::Content;
use super::environment::{Found, get};
use super::fields;
use super::pod::{Item, KeyItem, KeysSource, ObjectRef, Projection, Volume};
use super::resources;
use super::scene::{Answer, Scene};
use super::view::{FileRow, State, VolumeKind};

mod path;

/// The kind of a volume and its files sorted by path, or the message of the kubelet, which fails the
/// whole volume. `None` for volumes of other kinds.
pub(super) fn of_volume(
    scene: &Scene<'_>,
    volume: &Volume,
    place: &str,
) -> Option<(VolumeKind, Result<Vec<FileRow>, String>)> {
    let mut payload = Payload::new(scene);
    let (kind, default_mode) = match (&volume.downward_api, &volume.projected) {
        (Some(source), _) => {
            payload.default_mode = source.default_mode.unwrap_or_default();
            payload.add_items(&source.items, &format!("{place}.downwardAPI"));
            (VolumeKind::DownwardApi, source.default_mode)
        }
        (None, Some(source)) => {
            payload.default_mode = source.default_mode.unwrap_or_default();
            for (at, projection) in source.sources.iter().enumerate() {
                payload.add(projection, &format!("{place}.projected.sources[{at}]"));
            }
            (VolumeKind::Projected, source.default_mode)
        }
        (None, None) => return None,
    };
    if default_mode.is_none() {
        return Some((kind, Err("no defaultMode used, not even the default value for it".into())));
    }
    Some((kind, payload.files()))
}

struct Payload<'s, 'a> {
    scene: &'s Scene<'a>,
    default_mode: i32,
    files: BTreeMap<String, FileRow>,
    /// Rows for sources whose paths are not known, or that are skipped.
    others: Vec<FileRow>,
    errors: Vec<String>,
}

impl<'s, 'a> Payload<'s, 'a> {
    fn new(scene: &'s Scene<'a>) -> Self {
        let (files, others, errors) = (BTreeMap::new(), Vec::new(), Vec::new());
        Self { scene, default_mode: 0, files, others, errors }
    }

    /// The files as written: every path checked, and the modes changed by the pod's group.
    fn files(mut self) -> Result<Vec<FileRow>, String> {
        if self.errors.is_empty() {
            self.errors
                .extend(self.files.keys().filter_map(|path| path::check(path).err()).take(1));
        }
        if self.errors.is_empty() {
            self.errors.extend(path::conflict(self.files.keys()));
        }
        self.errors.dedup();
        match self.errors.as_slice() {
            [] => {}
            [error] => return Err(error.clone()),
            errors => return Err(format!("[{}]", errors.join(", "))),
        }
        let has_group = self.scene.pod.spec.security_context.fs_group.is_some();
        let mut rows: Vec<FileRow> = self.files.into_values().chain(self.others).collect();
        for row in &mut rows {
            row.path = path::clean(&row.path);
            row.mode = row.mode & 0o777 | if has_group { 0o440 } else { 0 };
        }
        rows.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(rows)
    }

    fn add_items(&mut self, items: &[Item], place: &str) {
        for (at, item) in items.iter().enumerate() {
            if self.scene.is_full() {
                let answer = Answer::without(State::Unknown, "nothing", "the values are too large");
                self.set(&path::clean(&item.path), item.mode, answer, place.to_owned());
                continue;
            }
            let outcome = match (&item.field_ref, &item.resource_field_ref) {
                (Some(field), _) => fields::in_volume(self.scene, &field.field_path),
                (None, Some(resource)) => resources::in_volume(self.scene, resource),
                (None, None) => Ok(Answer::known("nothing", "").explained("no source is named")),
            };
            match outcome {
                Ok(answer) => {
                    let place = format!("{place}.items[{at}]");
                    self.set(&path::clean(&item.path), item.mode, answer, place);
                }
                Err(error) => self.errors.push(error),
            }
        }
    }

    fn add(&mut self, projection: &Projection, place: &str) {
        if let Some(source) = &projection.secret {
            self.add_secret(source, &format!("{place}.secret"));
        } else if let Some(source) = &projection.config_map {
            self.add_config_map(source, &format!("{place}.configMap"));
        } else if let Some(source) = &projection.downward_api {
            self.add_items(&source.items, &format!("{place}.downwardAPI"));
        } else if let Some(source) = &projection.service_account_token {
            let note = "a token that the kubelet asks for and renews";
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
                let note = "a certificate that the kubelet asks for and renews";
                let from = format!("pod certificate of {}", source.signer_name);
                self.set_private(path, &from, note, &format!("{place}.podCertificate"));
            }
        }
    }

    fn add_config_map(&mut self, source: &KeysSource, place: &str) {
        let reference = ObjectRef { name: source.name.clone(), optional: source.optional };
        let from = format!("configMap {}", source.name);
        match get(self.scene, &self.scene.around.config_maps, &reference, "configmap") {
            Err(error) => self.errors.push(error),
            Ok(Found::Object(map)) => {
                let value_of = |key: &str| {
                    let text = map.data.get(key).map(|text| Content::from(text.as_str()));
                    let bytes = || map.binary_data.get(key).map(|bytes| bytes.0.clone());
                    text.or_else(|| Some(Content { bytes: bytes()?, secret: Vec::new() }))
                };
                let names = map.data.keys().chain(map.binary_data.keys());
                let names = names.map(String::as_str).collect();
                let missing = "configmap references non-existent config key";
                self.add_keys(source, place, &Keys { from, names, value_of: &value_of, missing });
            }
            Ok(absent) => self.add_absent(source, place, &|| absent.key(from.clone())),
        }
    }

    fn add_secret(&mut self, source: &KeysSource, place: &str) {
        let reference = ObjectRef { name: source.name.clone(), optional: source.optional };
        let from = format!("secret {}", source.name);
        match get(self.scene, &self.scene.around.secrets, &reference, "secret") {
            Err(error) => self.errors.push(error),
            Ok(Found::Object(secret)) => {
                let value_of =
                    |key: &str| secret.data.get(key).map(|bytes| Content::secret(bytes.0.clone()));
                let names = secret.data.keys().map(String::as_str).collect();
                let missing = "references non-existent secret key";
                self.add_keys(source, place, &Keys { from, names, value_of: &value_of, missing });
            }
            Ok(absent) => self.add_absent(source, place, &|| absent.key(from.clone()).of_secret()),
        }
    }

    /// The chosen keys of an object, or all of them.
    fn add_keys(&mut self, source: &KeysSource, place: &str, keys: &Keys<'_>) {
        let is_secret = keys.from.starts_with("secret ");
        let answer = |key: &str, content: Content| {
            let answer = Answer::known(format!("{} key {key}", keys.from), content)
                .explained(format!("the key `{key}` of the {}", keys.from));
            if is_secret { answer.of_secret() } else { answer }
        };
        if source.items.is_empty() {
            for key in &keys.names {
                if let Some(content) = (keys.value_of)(key) {
                    self.set(key, None, answer(key, content), place.to_owned());
                }
            }
        }
        for (at, KeyItem { key, path, mode }) in source.items.iter().enumerate() {
            let place = format!("{place}.items[{at}]");
            match (keys.value_of)(key) {
                Some(content) => self.set(path, *mode, answer(key, content), place),
                None if source.optional => {
                    let answer = Found::<()>::Skipped.key(format!("{} key {key}", keys.from));
                    let row = self.row(path, *mode, answer, place);
                    self.others.push(row);
                }
                // The kubelet gives up this source at its first missing key.
                None => return self.errors.push(format!("{}: {key}", keys.missing)),
            }
        }
    }

    /// The rows of an object that is skipped or not known.
    fn add_absent(&mut self, source: &KeysSource, place: &str, answer: &dyn Fn() -> Answer) {
        for (at, item) in source.items.iter().enumerate() {
            let place = format!("{place}.items[{at}]");
            if answer().state == State::Skipped {
                let row = self.row(&item.path, item.mode, answer(), place);
                self.others.push(row);
            } else {
                self.set(&item.path, item.mode, answer(), place);
            }
        }
        if source.items.is_empty() {
            let row = self.row("*", None, answer(), place.to_owned());
            self.others.push(row);
        }
    }

    /// What the kubelet keeps to the pod's user, where it knows one (`FsUserFrom`).
    fn set_private(&mut self, path: &str, from: &str, note: &str, place: &str) {
        let mode = self.has_owner().then_some(0o600);
        let answer = Answer::without(State::Unknown, from, note).of_secret();
        self.set(path, mode, answer, place.to_owned());
    }

    fn has_owner(&self) -> bool {
        let spec = &self.scene.pod.spec;
        let of_pod = spec.security_context.run_as_user;
        let mut users =
            self.scene.pod.containers().map(|c| c.security_context.run_as_user.or(of_pod));
        let first = users.next().flatten();
        spec.security_context.fs_group.is_some()
            || first.is_some() && users.all(|user| user == first)
    }

    fn set(&mut self, path: &str, mode: Option<i32>, answer: Answer, place: String) {
        let row = self.row(path, mode, answer, place);
        self.files.insert(path.to_owned(), row);
    }

    fn row(&self, path: &str, mode: Option<i32>, answer: Answer, place: String) -> FileRow {
        let (content, origin) = self.scene.held(answer).declared(place, true);
        let mode = mode.unwrap_or(self.default_mode).cast_unsigned();
        FileRow { path: path.to_owned(), mode, content, origin }
    }
}

/// What a `ConfigMap` or Secret holds.
struct Keys<'k> {
    from: String,
    names: Vec<&'k str>,
    value_of: &'k dyn Fn(&str) -> Option<Content>,
    missing: &'static str,
}
