//! Where an object names another one, in words: `env LOG_LEVEL`, `volume config`.

use serde_json::Value;

use crate::object::path::text;

/// Returns the words for a field of an object that names another one, by its path.
pub(super) fn word(object: &Value, path: &str) -> String {
    for (list, word) in [(".env[", "env"), (".volumes[", "volume")] {
        if let Some(item) = item(path, list) {
            return format!("{word} {}", text(object, &format!("{item}.name")));
        }
    }
    if let (Some(rule), Some(of)) = (item(path, ".rules["), item(path, ".paths[")) {
        let host = text(object, &format!("{rule}.host"));
        return format!("path {host}{}", text(object, &format!("{of}.path")));
    }
    let path = path.strip_suffix(".name").unwrap_or(path);
    let field = path.rsplit('.').find(|field| !field.ends_with("Ref")).unwrap_or(path);
    match field.split('[').next().unwrap_or(field) {
        // The older name of the same field, which the server fills in.
        "serviceAccount" => "serviceAccountName".to_owned(),
        field => field.to_owned(),
    }
}

/// Returns the path up to the item of a list.
fn item<'a>(path: &'a str, list: &str) -> Option<&'a str> {
    let at = path.find(list)?;
    let end = path[at..].find(']')?;
    Some(&path[..=at + end])
}

/// Returns some words in one: the first, and how many more there are.
pub(super) fn first(mut words: Vec<String>) -> String {
    let mut seen: Vec<String> = Vec::new();
    words.retain(|word| {
        !seen.contains(word) && {
            seen.push(word.clone());
            true
        }
    });
    match words.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [one, more @ ..] => format!("{one} +{}", more.len()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_place_is_named_as_in_the_object() {
        let object = json!({"spec": {
            "containers": [{"env": [{"name": "A"}, {"name": "LOG_LEVEL"}], "envFrom": [{}]}],
            "volumes": [{"name": "config"}],
            "rules": [{"host": "shop.example", "http": {"paths": [{"path": "/pay"}]}}]}});
        for (path, expected) in [
            (".spec.containers[0].env[1].valueFrom.configMapKeyRef.name", "env LOG_LEVEL"),
            (".spec.containers[0].envFrom[0].configMapRef.name", "envFrom"),
            (".spec.volumes[0].projected.sources[1].configMap.name", "volume config"),
            (".spec.imagePullSecrets[0].name", "imagePullSecrets"),
            (".spec.tls[0].secretName", "secretName"),
            (".spec.rules[0].http.paths[0].backend.service.name", "path shop.example/pay"),
            (".spec.defaultBackend.service.name", "service"),
            (".secrets[2].name", "secrets"),
            (".spec.template.spec.serviceAccount", "serviceAccountName"),
        ] {
            assert_eq!(word(&object, path), expected, "{path}");
        }
    }

    #[test]
    fn of_several_places_the_first_and_their_number_are_named() {
        let words = |words: &[&str]| first(words.iter().map(ToString::to_string).collect());
        assert_eq!(words(&["env A", "env A"]), "env A");
        assert_eq!(words(&["env A", "env B", "volume c", "env B"]), "env A +2");
        assert_eq!(words(&[]), "");
    }
}
