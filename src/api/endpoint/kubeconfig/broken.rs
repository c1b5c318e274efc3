//! The failures of a kubeconfig that makes no sense.

use crate::k8s::failure::{Failure, FailureKind};

/// The failure of a kubeconfig that makes no sense.
pub(super) fn broken(name: &str, why: &str) -> Failure {
    Failure::new(
        FailureKind::Input,
        format!("the kubeconfig {name} is broken: {why}"),
        "Correct it, or choose another by --kubeconfig",
    )
}

/// The failure of a field that is not base64, or that is a `!!binary` scalar of something else.
pub(super) fn not_base64(kubeconfig: &str, name: &str) -> Failure {
    let failure = broken(kubeconfig, &format!("{name} is not base64"));
    let hint = "Give the base64 of the PEM: line breaks may be in it, but no blanks, and its padding \
                must be right";
    Failure { hint: hint.to_owned(), ..failure }
}
