//! The recordings of a real cluster, each read once.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use kubewalk::api::har::Recording;

/// The file of [`cluster`], from the project's directory, in which tests run.
pub(crate) const CLUSTER: &str = "tests/fixtures/recordings/cluster.har.gz";

/// The whole API as an administrator sees it. What was inside some of its containers is known as well.
pub(crate) fn cluster() -> Arc<Recording> {
    static CLUSTER: LazyLock<Arc<Recording>> = LazyLock::new(|| named("cluster"));
    CLUSTER.clone()
}

/// The recording behind `--demo`.
pub(crate) fn demo() -> Arc<Recording> {
    static DEMO: LazyLock<Arc<Recording>> = LazyLock::new(|| Arc::new(Recording::demo().unwrap()));
    DEMO.clone()
}

/// Reads a recording from `tests/fixtures/recordings`, such as `paging`.
pub(crate) fn named(name: &str) -> Arc<Recording> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/recordings");
    Arc::new(Recording::open(&folder.join(format!("{name}.har.gz"))).unwrap())
}
