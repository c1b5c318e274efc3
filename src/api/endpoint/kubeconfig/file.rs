//! One file of a kubeconfig.

use std::io;
use std::path::{Path, PathBuf};

use kube::config::Kubeconfig;
use serde_json::Value;
use serde_saphyr::DuplicateKeyPolicy;

use super::binary;
use super::broken::{broken, not_base64};
use crate::k8s::failure::{Failure, FailureKind};
use crate::text::yaml;

/// Reads a file. The paths in it are relative to its folder. `name` is its name in messages.
///
/// # Errors
///
/// It cannot be read, or is no kubeconfig.
pub(super) fn read(file: &Path, name: &str) -> Result<Kubeconfig, Failure> {
    let text = std::fs::read(file).and_then(|bytes| decode(&bytes)).map_err(|error| {
        let message = format!("the kubeconfig {name} cannot be read: {error}");
        Failure::new(FailureKind::Input, message, "Check --kubeconfig and KUBECONFIG")
    })?;
    binary::check(&text).map_err(|field| not_base64(name, &field))?;
    let mut config = parse(&text).map_err(|why| broken(name, &why))?;
    if let Some(folder) = file.parent() {
        make_absolute(&mut config, folder);
    }
    // An empty choice is none, and leaves it to the next file.
    config.current_context = config.current_context.filter(|name| !name.is_empty());
    Ok(config)
}

/// Parses the first document as kubectl does: the others are not read, and of equal keys the last one
/// counts. An empty text is an empty kubeconfig.
fn parse(text: &str) -> Result<Kubeconfig, String> {
    let typed = match serde_saphyr::from_multiple::<Kubeconfig>(text) {
        Ok(documents) => return Ok(documents.into_iter().next().unwrap_or_default()),
        Err(error) => error,
    };
    let options = serde_saphyr::options! { duplicate_keys: DuplicateKeyPolicy::LastWins };
    let documents = serde_saphyr::from_multiple_with_options::<Value>(text, options);
    let first = documents.ok().and_then(|documents| documents.into_iter().next());
    // Only the first error knows its line.
    first.and_then(|document| serde_json::from_value(document).ok()).ok_or(yaml::explain(&typed))
}

/// Decodes UTF-8, or UTF-16 with a byte order mark as PowerShell writes it.
fn decode(bytes: &[u8]) -> io::Result<String> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        String::from_utf16(&units).ok()
    };
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] | rest => String::from_utf8(rest.to_vec()).ok(),
    };
    text.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "it is not text"))
}

/// Resolves the paths of a file as client-go does (`GetClusterFileReferences`,
/// `GetAuthInfoFileReferences`): a plugin's command is a path only if it has a separator.
fn make_absolute(config: &mut Kubeconfig, folder: &Path) {
    let resolve = |path: &mut Option<String>| {
        if let Some(path) = path.as_mut().filter(|path| !path.is_empty()) {
            let whole: PathBuf = folder.join(&*path).components().collect();
            *path = whole.to_string_lossy().into_owned();
        }
    };
    for cluster in config.clusters.iter_mut().filter_map(|named| named.cluster.as_mut()) {
        resolve(&mut cluster.certificate_authority);
    }
    for user in config.auth_infos.iter_mut().filter_map(|named| named.auth_info.as_mut()) {
        resolve(&mut user.client_certificate);
        resolve(&mut user.client_key);
        resolve(&mut user.token_file);
        if let Some(exec) = &mut user.exec
            && exec.command.as_ref().is_some_and(|it| it.contains(std::path::MAIN_SEPARATOR))
        {
            resolve(&mut exec.command);
        }
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn token(text: &str) -> Result<String, String> {
        let config = parse(text)?;
        let user = config.auth_infos[0].auth_info.clone().unwrap();
        Ok(user.token.unwrap().expose_secret().to_owned())
    }

    #[test]
    fn the_last_of_equal_keys_counts() {
        let twice = "users: [{name: u, user: {token: a, token: b}}]";
        assert_eq!(token(twice), Ok("b".to_owned()));
        assert_eq!(token("users: []\nusers: [{name: u, user: {token: b}}]"), Ok("b".to_owned()));
    }

    #[test]
    fn only_the_first_document_is_read() {
        let text =
            "users: [{name: u, user: {token: a}}]\n---\nusers: [{name: u, user: {token: b}}]";
        assert_eq!(token(text), Ok("a".to_owned()));
    }

    #[test]
    fn a_binary_scalar_is_decoded() {
        assert_eq!(
            token("users: [{name: u, user: {token: !!binary aGVsbG8=}}]"),
            Ok("hello".to_owned())
        );
        let twice = "users: [{name: u, user: {token: a, token: !!binary aGVsbG8=}}]";
        assert_eq!(token(twice), Ok("hello".to_owned()));
    }

    #[test]
    fn a_file_may_be_utf_16_with_a_byte_order_mark() {
        let units: Vec<u8> = "kind: ü".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&[&[0xff, 0xfe], &*units].concat()).unwrap(), "kind: ü");
        assert_eq!(decode(b"\xef\xbb\xbfkind: a").unwrap(), "kind: a");
        assert!(decode(b"kind: \xff").is_err());
    }
}
