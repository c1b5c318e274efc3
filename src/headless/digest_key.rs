//! The key that makes the masks of several runs comparable.

use std::path::Path;

use crate::k8s::failure::{Failure, FailureKind};
use crate::object::mask::DigestKey;

/// Returns the key for the tags of masked values: that of the file, or else that of the environment.
///
/// # Errors
///
/// The file cannot be read, or the key is too short.
pub fn read(file: Option<&Path>, variable: Option<String>) -> Result<Option<DigestKey>, Failure> {
    let bytes = match (file, variable) {
        (Some(file), _) => {
            let unreadable = |error| {
                input(&format!("{} cannot be read: {error}", file.display()), "Check its name")
            };
            let mut bytes = std::fs::read(file).map_err(unreadable)?;
            bytes.truncate(bytes.strip_suffix(b"\n").map_or(bytes.len(), <[u8]>::len));
            bytes
        }
        (None, Some(variable)) => variable.into_bytes(),
        (None, None) => return Ok(None),
    };
    let short = || {
        let (length, shortest) = (bytes.len(), DigestKey::SHORTEST);
        let message = format!("the digest key has {length} bytes, but needs {shortest} or more");
        input(&message, "`head -c 32 /dev/urandom > FILE` makes one")
    };
    DigestKey::new(&bytes).map(Some).ok_or_else(short)
}

fn input(message: &str, hint: &str) -> Failure {
    Failure::new(FailureKind::Input, message, hint)
}
