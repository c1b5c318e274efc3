//! Certificates and keys of a kubeconfig, as base64 in a field or in a file that a field names.

use base64::alphabet;
use base64::engine::{Engine as _, GeneralPurpose, GeneralPurposeConfig};

use super::broken::not_base64;
use crate::k8s::failure::{Failure, FailureKind};

/// Base64 as Go decodes it: padding is required, and the bits that it leaves over are ignored.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// The fields of one cluster or user.
pub(super) struct Fields<'a> {
    /// The name of the kubeconfig.
    pub(super) kubeconfig: &'a str,
    /// Whose fields they are, such as `user jane`.
    pub(super) owner: String,
}

/// The content of a field.
pub(super) struct FieldContent {
    /// Its name in messages, such as `client-key-data of user jane`.
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

impl Fields<'_> {
    /// Returns the PEM of a field such as `client-key`; the field with its data is preferred to the
    /// one with its file, as kubectl does.
    ///
    /// # Errors
    ///
    /// The data is not base64, or the file cannot be read.
    pub(super) fn pem(
        &self,
        field: &str,
        file: Option<&str>,
        data: Option<&str>,
    ) -> Result<Option<FieldContent>, Failure> {
        if let Some(data) = data.filter(|data| !data.is_empty()) {
            let name = format!("{field}-data of {}", self.owner);
            let bytes = decode(data).ok_or_else(|| not_base64(self.kubeconfig, &name))?;
            return Ok(Some(FieldContent {
                name: format!("{name} in {}", self.kubeconfig),
                bytes,
            }));
        }
        let Some(file) = file.filter(|file| !file.is_empty()) else { return Ok(None) };
        let bytes = std::fs::read(file).map_err(|error| {
            let message = format!("{field} of {}: {file} cannot be read: {error}", self.owner);
            let hint = format!("Correct {field} in {}, or create the file", self.kubeconfig);
            Failure::new(FailureKind::Input, message, hint)
        })?;
        Ok(Some(FieldContent { name: format!("the {field} {file} of {}", self.owner), bytes }))
    }
}

/// Decodes base64 as Go does, which skips line breaks and nothing else; `None` where it is none.
pub(super) fn decode(data: &str) -> Option<Vec<u8>> {
    let data: String = data.chars().filter(|c| !matches!(c, '\n' | '\r')).collect();
    BASE64.decode(data).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(data: &str) -> Result<Vec<u8>, Failure> {
        let fields = Fields { kubeconfig: "config", owner: "user jane".to_owned() };
        fields.pem("client-key", None, Some(data)).map(|content| content.unwrap().bytes)
    }

    #[test]
    fn base64_may_be_broken_into_lines() {
        for data in
            ["aGVsbG8=", "aGVs\nbG8=", "aGVs\r\nbG8=\r\n", "aGVsbG8\n=\n", "aGVsbG9=", "\naGVsbG8="]
        {
            assert_eq!(decoded(data).unwrap(), b"hello", "{data:?}");
        }
    }

    #[test]
    fn base64_with_blanks_or_wrong_padding_is_refused_by_the_name_of_its_field() {
        for data in [
            "aGVs bG8=",
            "aGVsbG8= ",
            " aGVsbG8=",
            "aGVs\tbG8=",
            "aGVsbG8",
            "aGVsbG8==",
            "aGVsbG8=x",
            "aGVsbG8_",
        ] {
            let failure = decoded(data).unwrap_err();
            let expected =
                "the kubeconfig config is broken: client-key-data of user jane is not base64";
            assert_eq!(failure.message, expected, "{data:?}");
            assert!(failure.hint.contains("padding"));
        }
    }
}
