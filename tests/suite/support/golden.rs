//! Generated files: compared by the tests, rewritten with `UPDATE=1`.

use std::fs;
use std::path::Path;

/// True if generated files are rewritten.
pub(crate) fn updates() -> bool {
    std::env::var_os("UPDATE").is_some_and(|value| value == "1")
}

/// Compares a file of the project with its generated content. Rewrites it if `UPDATE` is 1.
pub(crate) fn is_current(file: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if updates() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        return;
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == text,
        "{file} is stale; `UPDATE=1 cargo test` rewrites it. Expected:\n{text}\nfound:\n{kept}"
    );
}
