//! `!!binary` scalars of a kubeconfig. The parser of YAML skips all blanks in them, where that of
//! kubectl skips line breaks only.

use serde::Deserialize;
use serde_saphyr::{DuplicateKeyPolicy, Tagged};

use super::field::decode;

/// A kubeconfig, as far as its fields hold base64.
#[derive(Default, Deserialize)]
struct Lists {
    #[serde(default)]
    clusters: Vec<Named>,
    #[serde(default)]
    users: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    name: String,
    #[serde(alias = "cluster", alias = "user", default)]
    fields: Fields,
}

#[derive(Default, Deserialize)]
struct Fields {
    #[serde(rename = "certificate-authority-data")]
    authority: Option<Tagged<String>>,
    #[serde(rename = "client-certificate-data")]
    certificate: Option<Tagged<String>>,
    #[serde(rename = "client-key-data")]
    key: Option<Tagged<String>>,
}

/// Checks the `!!binary` scalars of the fields that hold base64. A text that is not a kubeconfig is
/// accepted here: reading it reports the error.
///
/// # Errors
///
/// The first that kubectl refuses, such as `client-key-data of user jane`.
pub(super) fn check(text: &str) -> Result<(), String> {
    let options = serde_saphyr::options! {
        duplicate_keys: DuplicateKeyPolicy::LastWins,
        ignore_binary_tag_for_string: true,
    };
    let documents = serde_saphyr::from_multiple_with_options::<Lists>(text, options);
    let Lists { clusters, users } =
        documents.ok().and_then(|it| it.into_iter().next()).unwrap_or_default();
    let owned = |kind: &'static str, named: Vec<Named>| named.into_iter().map(move |it| (kind, it));
    for (kind, Named { name, fields }) in owned("cluster", clusters).chain(owned("user", users)) {
        for (field, value) in [
            ("certificate-authority-data", fields.authority),
            ("client-certificate-data", fields.certificate),
            ("client-key-data", fields.key),
        ] {
            if let Some(Tagged(value, Some(tag))) = value
                && tag.ends_with("binary")
                && decode(&value).is_none()
            {
                return Err(format!("{field} of {kind} {name}"));
            }
        }
    }
    Ok(())
}
