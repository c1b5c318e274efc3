//! The kinds of volumes, and a few words on each.

use serde_json::Value;

use crate::downward::kubelet::Kubelet;
use crate::downward::view::SourceObject;

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
    let namespace = &kubelet.pod.metadata.namespace;
    let claim = |name: String| SourceObject { namespace: namespace.clone(), name, key: None };
    let mut words = vec![kind.clone()];
    let mut of_claim = None;
    match kind.as_str() {
        "emptyDir" => {
            let medium = text("medium").map(str::to_lowercase);
            words.extend(medium);
            words.extend(text("sizeLimit").map(|limit| format!("at most {limit}")));
        }
        "persistentVolumeClaim" => {
            let name = text("claimName").unwrap_or_default();
            words = vec![format!("{kind} {name}")];
            of_claim = Some(claim(name.to_owned()));
        }
        "ephemeral" => {
            let spec = &source["volumeClaimTemplate"]["spec"];
            let class = spec["storageClassName"].as_str();
            words.extend(class.map(|class| format!("storage class {class}")));
            let modes = spec["accessModes"].as_array().into_iter().flatten();
            words.extend(modes.filter_map(Value::as_str).map(str::to_owned));
            let pod = &kubelet.pod.metadata.name;
            of_claim = (!pod.is_empty()).then(|| claim(format!("{pod}-{name}")));
        }
        "hostPath" => {
            words = vec![format!("{kind} {}", text("path").unwrap_or_default())];
            words.extend(text("type").map(str::to_owned));
        }
        "csi" => words = vec![format!("csi driver {}", text("driver").unwrap_or_default())],
        "image" => words = vec![format!("{kind} {}", text("reference").unwrap_or_default())],
        "nfs" => {
            let (server, path) = (text("server"), text("path"));
            let of = format!("{}:{}", server.unwrap_or_default(), path.unwrap_or_default());
            words = vec![format!("{kind} {of}")];
        }
        "configMap" => words = vec![format!("{kind} {}", text("name").unwrap_or_default())],
        "secret" => words = vec![format!("{kind} {}", text("secretName").unwrap_or_default())],
        _ => {}
    }
    if is_read_only && !is_filled {
        words.push("read-only".to_owned());
    }
    Described {
        kind: kind.clone(),
        about: words.join(", "),
        claim: of_claim,
        is_read_only,
        is_in_memory: is_memory || matches!(kind.as_str(), "secret" | "downwardAPI" | "projected"),
        size_limit: text("sizeLimit").filter(|_| is_memory).map(str::to_owned),
    }
}
