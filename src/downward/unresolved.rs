//! References of the containers' environments that would not resolve if the containers started now, for
//! the health of the pod.

use std::collections::BTreeMap;

use serde_json::Value;

use super::cluster::{ConfigMap, Secret};
use super::surroundings::{Lookup, Surroundings};
use crate::object::health::{SecretKeys, Unresolved};
use crate::object::instead;
use crate::object::path::{find, list, text};

/// Returns the references to keys and to whole objects, without `optional`, whose target does not exist. What
/// is not loaded is not among them (kubelet `makeEnvironmentVariables`).
#[must_use]
pub fn unresolved(pod: &Value, around: &Surroundings) -> Vec<Unresolved> {
    let mut found = Vec::new();
    for field in ["initContainers", "containers", "ephemeralContainers"] {
        for (at, container) in list(pod, &format!(".spec.{field}")).iter().enumerate() {
            let mut add = |what: Option<String>, below: String| {
                found.extend(what.map(|what| Unresolved {
                    container: text(container, ".name").to_owned(),
                    what,
                    evidence: format!(".spec.{field}[{at}]{below}"),
                }));
            };
            for (index, of) in list(container, ".envFrom").iter().enumerate() {
                for (reference, kind) in [("configMapRef", "ConfigMap"), ("secretRef", "Secret")] {
                    let what = of.get(reference).and_then(|of| missing(around, kind, of, false));
                    add(what, format!(".envFrom[{index}].{reference}"));
                }
            }
            for (index, of) in list(container, ".env").iter().enumerate() {
                for (reference, kind) in
                    [("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")]
                {
                    let place = format!(".valueFrom.{reference}");
                    let what = find(of, &place).and_then(|of| missing(around, kind, of, true));
                    add(what, format!(".env[{index}]{place}"));
                }
            }
        }
    }
    found
}

/// Returns the names of the keys of all Secrets that are loaded.
#[must_use]
pub fn secret_keys(around: &Surroundings) -> Vec<SecretKeys> {
    let known = around.secrets.iter().filter_map(|(name, secret)| match secret {
        Lookup::Found(Secret { data, .. }) => {
            Some(SecretKeys { secret: name.clone(), keys: data.keys().cloned().collect() })
        }
        _ => None,
    });
    known.collect()
}

/// Returns what a reference names that does not exist, and what exists instead.
fn missing(around: &Surroundings, kind: &str, of: &Value, has_key: bool) -> Option<String> {
    if of["optional"] == true {
        return None;
    }
    let (name, key) = (text(of, ".name"), text(of, ".key"));
    let keys = match kind {
        "Secret" => keys_of(&around.secrets, name, |Secret { data, .. }| data.keys().collect()),
        _ => keys_of(&around.config_maps, name, |ConfigMap { data, binary_data, .. }| {
            data.keys().chain(binary_data.keys()).collect()
        }),
    };
    let Some(keys) = keys? else { return Some(instead::no_object(kind, name)) };
    let is_missing = has_key && !keys.iter().any(|known| *known == key);
    is_missing.then(|| {
        let keys: Vec<&str> = keys.iter().map(|key| key.as_str()).collect();
        let instead = instead::it_has(key, &keys, 0, "keys");
        format!("{}; {instead}", instead::no_key(kind, name, key))
    })
}

/// Returns the keys of an object, `Some(None)` if it does not exist, and `None` if it is not known.
#[expect(clippy::option_option, reason = "an object may be known not to exist")]
fn keys_of<'a, T>(
    objects: &'a BTreeMap<String, Lookup<T>>,
    name: &str,
    keys: impl FnOnce(&'a T) -> Vec<&'a String>,
) -> Option<Option<Vec<&'a String>>> {
    match objects.get(name)? {
        Lookup::Found(object) => Some(Some(keys(object))),
        Lookup::Missing => Some(None),
        Lookup::Unknown(_) | Lookup::NotLoaded => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn whats(container: &Value, around: &Surroundings) -> Vec<String> {
        let pod = json!({"spec": {"containers": [container]}});
        unresolved(&pod, around)
            .into_iter()
            .map(|it| format!("{} {}", it.evidence, it.what))
            .collect()
    }

    fn around() -> Surroundings {
        let map: ConfigMap =
            serde_json::from_value(json!({"data": {"LOG_LEVEL": "x", "region": "y"}})).unwrap();
        let secret: Secret =
            serde_json::from_value(json!({"data": {"password": "aHVudGVyMg=="}})).unwrap();
        let mut around = Surroundings::default();
        around.config_maps.insert("settings".to_owned(), Lookup::Found(map));
        around.config_maps.insert("gone".to_owned(), Lookup::Missing);
        around.secrets.insert("db".to_owned(), Lookup::Found(secret));
        around
    }

    #[test]
    fn a_key_or_an_object_that_does_not_exist_is_named_with_its_place() {
        let key = |reference: &str, name: &str, key: &str| json!({"valueFrom": {reference: {"name": name, "key": key}}});
        let container = json!({"name": "main", "envFrom": [{"configMapRef": {"name": "gone"}}], "env": [
            key("configMapKeyRef", "settings", "region"), key("configMapKeyRef", "settings", "regoin"),
            key("secretKeyRef", "db", "passwrd")]});
        assert_eq!(
            whats(&container, &around()),
            [
                ".spec.containers[0].envFrom[0].configMapRef ConfigMap gone does not exist",
                ".spec.containers[0].env[1].valueFrom.configMapKeyRef ConfigMap settings has no key \
                 regoin; it has LOG_LEVEL and region",
                ".spec.containers[0].env[2].valueFrom.secretKeyRef Secret db has no key passwrd; it \
                 has password",
            ]
        );
    }

    #[test]
    fn what_is_optional_or_not_loaded_is_not_missing() {
        let container = json!({"name": "main",
            "envFrom": [{"configMapRef": {"name": "gone", "optional": true}}],
            "env": [{"valueFrom": {"secretKeyRef": {"name": "unread", "key": "a"}}}]});
        assert_eq!(whats(&container, &around()), [""; 0]);
    }

    #[test]
    fn only_the_names_of_keys_are_taken_from_a_secret() {
        let keys = secret_keys(&around());
        assert_eq!(keys.len(), 1);
        assert_eq!(keys[0].keys, ["password"]);
        assert!(!format!("{keys:?}").contains("hunter"));
    }
}
