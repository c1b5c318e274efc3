//! Reads the vectors, and decodes objects.

use std::io::Read as _;
use std::path::Path;

use flate2::read::GzDecoder;
use kubewalk::downward::{Lookup, PodObject, Undecodable};
use serde_json::Value;

/// Decodes a pod or a workload.
pub(crate) fn object(value: &Value) -> PodObject {
    PodObject::new(value.clone()).unwrap()
}

/// Decodes an object as a found look-up.
pub(crate) fn found<T>(value: &Value) -> Lookup<T>
where
    T: for<'v> TryFrom<&'v Value, Error = Undecodable>,
{
    Lookup::Found(T::try_from(value).unwrap())
}

/// Reads a gzipped fixture with one JSON value per line.
pub(super) fn vectors(name: &str) -> Vec<Value> {
    let path = Path::new("tests/fixtures/vectors").join(name);
    let mut text = String::new();
    GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Decodes a base64 string of a vector.
pub(super) fn bytes(value: &Value) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(value.as_str().unwrap()).unwrap()
}
