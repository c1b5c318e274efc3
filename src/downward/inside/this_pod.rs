//! The pod that this process runs in, and which of its containers is ours.

use serde_json::Value;

use super::Clue;

/// The pod that this process runs in, as far as it can be known without a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThisPod {
    /// True if the kernel or the kubelet's own mounts prove that this is a pod.
    pub is_certain: bool,
    /// Its namespace.
    pub namespace: Option<Clue>,
    /// The names that it may have, the best clue first. A hostname may be cut, set to something
    /// else, or be the node's.
    pub names: Vec<Clue>,
    /// Its uid as the kubelet has it; for a static pod the hash of its file.
    pub uid: Option<Clue>,
    /// The id of our container, without the runtime's name.
    pub container_id: Option<String>,
    /// The name of our container.
    pub container: Option<Clue>,
}

impl ThisPod {
    /// Returns the name of our container in the object of this pod: that of the container with our id, or
    /// else the one that was found from inside.
    #[must_use]
    pub fn own_container(&self, object: &Value) -> Option<String> {
        let lists = ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"];
        let lists = lists.iter().filter_map(|list| object["status"][list].as_array());
        let is_own = |status: &&Value| {
            // The runtime's name precedes the id: `containerd://4f2a…`.
            let id = status["containerID"].as_str().and_then(|id| id.rsplit('/').next());
            id.is_some() && id == self.container_id.as_deref()
        };
        let name = lists.flatten().find(is_own).and_then(|status| status["name"].as_str());
        name.map(str::to_owned).or_else(|| Some(self.container.as_ref()?.value.clone()))
    }

    /// True if the object is this pod, by the uid or, if that is not known, by the best name. A
    /// static pod's object is a mirror pod, which has the kubelet's uid in an annotation.
    #[must_use]
    pub fn is(&self, object: &Value) -> bool {
        let metadata = &object["metadata"];
        match (&self.uid, self.names.first()) {
            (Some(uid), _) => {
                let hash = &metadata["annotations"]["kubernetes.io/config.hash"];
                metadata["uid"] == *uid.value || *hash == *uid.value
            }
            (None, name) => {
                let is_there = |namespace: &Clue| metadata["namespace"] == *namespace.value;
                self.namespace.as_ref().is_none_or(is_there)
                    && name.is_some_and(|name| metadata["name"] == *name.value)
            }
        }
    }
}
