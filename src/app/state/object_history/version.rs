//! A version of an object.

use std::sync::{Arc, OnceLock};

use serde_json::Value;

use crate::document::Document;

/// A version of an object.
#[derive(Clone, Debug)]
pub struct Version {
    /// The object as it was sent.
    pub document: Arc<Document>,
    /// Its `resourceVersion`.
    pub version: String,
    value: OnceLock<Arc<Value>>,
}

impl Version {
    /// Returns a version. Without its value, that is parsed when it is needed first.
    #[must_use]
    pub fn new(document: Arc<Document>, version: String, value: Option<Arc<Value>>) -> Self {
        let value = value.map(OnceLock::from).unwrap_or_default();
        Self { document, version, value }
    }

    /// Reads a version; `None` if it is not JSON.
    #[must_use]
    pub fn read(body: Vec<u8>) -> Option<Self> {
        let value = Arc::new(serde_json::from_slice::<Value>(&body).ok()?);
        let version = value["metadata"]["resourceVersion"].as_str().unwrap_or_default().to_owned();
        let is_secret = value["kind"] == "Secret";
        let document = Arc::new(Document::read(body.into(), true, is_secret));
        Some(Self::new(document, version, Some(value)))
    }

    /// Returns the object as a value; null if it is not JSON.
    #[must_use]
    pub fn value(&self) -> &Value {
        self.value.get_or_init(|| {
            Arc::new(serde_json::from_slice(self.document.body()).unwrap_or_default())
        })
    }

    /// Returns its size in bytes.
    pub(super) fn len(&self) -> usize {
        self.document.body().len()
    }

    /// Returns the `metadata.uid`.
    pub(super) fn uid(&self) -> Option<&str> {
        self.value()["metadata"]["uid"].as_str()
    }
}
