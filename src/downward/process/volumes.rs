//! The kinds of volumes, and a few words on each.

use serde_json::Value;

use crate::downward::cluster::Claim;
use crate::downward::kubelet::Kubelet;
use crate::downward::needs::claim_of;
use crate::downward::surroundings::Lookup;
use crate::downward::view::SourceObject;

/// The fields of a `PersistentVolume` that are not its source.
const NO_SOURCES: [&str; 6] = [
    "accessModes",
    "capacity",
    "claimRef",
    "mountOptions",
    "nodeAffinity",
    "persistentVolumeReclaimPolicy",
];

/// What is known of a volume without its files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Described {
    /// The kind as the pod has it, such as `emptyDir`; empty if there is no such volume.
    pub(super) kind: String,
    /// A few words, such as `emptyDir, memory, at most 64Mi`.
    pub(super) about: String,
    /// The claim, for volumes of one.
    pub(super) claim: Option<SourceObject>,
    /// True if it is mounted read-only whatever the mount says.
    pub(super) is_read_only: bool,
    /// True if it is a file system in memory.
    pub(super) is_in_memory: bool,
    /// Its own maximum size.
    pub(super) size_limit: Option<String>,
}

/// Describes the volume of that name.
pub(super) fn describe(kubelet: &Kubelet<'_>, name: &str) -> Described {
    let volumes = kubelet.pod_value["spec"]["volumes"].as_array();
    let volume = volumes.into_iter().flatten().find(|volume| volume["name"] == name);
    let Some(fields) = volume.and_then(Value::as_object) else { return Described::default() };
    let Some((kind, source)) = fields.iter().find(|(key, it)| *key != "name" && !it.is_null())
    else {
        // Without a source a volume is an empty directory.
        return Described {
            kind: "emptyDir".to_owned(),
            about: "emptyDir".to_owned(),
            ..Described::default()
        };
    };
    let text = |field: &str| source[field].as_str().filter(|text| !text.is_empty());
    let is_memory = kind == "emptyDir" && text("medium").is_some_and(|it| it == "Memory");
    let is_filled = matches!(kind.as_str(), "configMap" | "secret" | "downwardAPI" | "projected");
    let is_read_only = is_filled || kind == "image" || source["readOnly"] == true;
    let metadata = &kubelet.pod.metadata;
    let claim = volume.and_then(|volume| claim_of(volume, &metadata.name));
    let mut words = words(kind, source);
    if let Some(name) = &claim {
        add_claim(kubelet, name, &mut words);
    }
    if is_read_only && !is_filled {
        words.push("read-only".to_owned());
    }
    let claim =
        claim.map(|name| SourceObject { namespace: metadata.namespace.clone(), name, key: None });
    Described {
        kind: kind.clone(),
        about: words.join(", "),
        claim,
        is_read_only,
        is_in_memory: is_memory || matches!(kind.as_str(), "secret" | "downwardAPI" | "projected"),
        size_limit: text("sizeLimit").filter(|_| is_memory).map(str::to_owned),
    }
}

/// Returns a few words on the source of a volume.
fn words(kind: &str, source: &Value) -> Vec<String> {
    let text = |field: &str| source[field].as_str().filter(|text| !text.is_empty());
    let of = |field: &str| vec![format!("{kind} {}", text(field).unwrap_or_default())];
    let mut words = vec![kind.to_owned()];
    match kind {
        "emptyDir" => {
            let medium = text("medium").map(str::to_lowercase);
            words.extend(medium);
            words.extend(text("sizeLimit").map(|limit| format!("at most {limit}")));
        }
        "persistentVolumeClaim" => words = of("claimName"),
        "ephemeral" => {
            let spec = &source["volumeClaimTemplate"]["spec"];
            let class = spec["storageClassName"].as_str();
            words.extend(class.map(|class| format!("storage class {class}")));
            let modes = spec["accessModes"].as_array().into_iter().flatten();
            words.extend(modes.filter_map(Value::as_str).map(str::to_owned));
        }
        "hostPath" => {
            words = of("path");
            words.extend(text("type").map(str::to_owned));
        }
        "csi" => words = vec![format!("csi driver {}", text("driver").unwrap_or_default())],
        "image" => words = of("reference"),
        "local" => words = of("path"),
        "nfs" => {
            let (server, path) = (text("server"), text("path"));
            let of = format!("{}:{}", server.unwrap_or_default(), path.unwrap_or_default());
            words = vec![format!("{kind} {of}")];
        }
        "configMap" => words = of("name"),
        "secret" => words = of("secretName"),
        _ => {}
    }
    words
}

/// Adds a few words on a claim and on the volume behind it, as far as they can be read.
fn add_claim(kubelet: &Kubelet<'_>, name: &str, words: &mut Vec<String>) {
    let claim = match kubelet.around.claims.get(name) {
        Some(Lookup::Found(claim)) => claim,
        Some(Lookup::Missing) => return words.push("which does not exist".to_owned()),
        _ => return,
    };
    let Claim { spec, status } = claim;
    match (claim.volume(), words.first_mut()) {
        (Some(volume), Some(first)) => *first = format!("{first} → pv {volume}"),
        _ if status.phase.is_empty() => {}
        _ => words.push(status.phase.clone()),
    }
    words.extend(status.capacity.get("storage").cloned());
    let class = &spec.storage_class_name;
    words.extend((!class.is_empty()).then(|| format!("class {class}")));
    words.extend(status.access_modes.iter().cloned());
    words.extend(claim.volume().and_then(|volume| of_volume(kubelet, volume)));
}

/// Returns a few words on the source of a `PersistentVolume`.
fn of_volume(kubelet: &Kubelet<'_>, name: &str) -> Option<String> {
    match kubelet.around.volumes.get(name)? {
        Lookup::Found(volume) => {
            let mut fields = volume.spec.as_object()?.iter();
            let is_source = |(field, value): &(&String, &Value)| {
                value.is_object() && !NO_SOURCES.contains(&field.as_str())
            };
            let (kind, source) = fields.find(is_source)?;
            Some(words(kind, source).join(", "))
        }
        Lookup::Missing => Some("the pv does not exist".to_owned()),
        _ => None,
    }
}
