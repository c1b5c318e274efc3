//! `kubewalk info`: how the server is reached and why, its version, and as whom.

use std::io::Write;

use super::{Access, Stop};
use crate::k8s::failure::FailureKind;
use crate::k8s::server::{ask_user, ask_version, read_user, read_version};
use crate::text::visible;

/// Prints what there is to know about the connection, a line each.
///
/// # Errors
///
/// A server that does not tell its version; what is known without it is printed before.
pub async fn run(access: &Access, out: &mut impl Write) -> Result<(), Stop> {
    let endpoint = &access.connection.endpoint;
    line(out, "endpoint", &endpoint.kind.to_string())?;
    line(out, "address", &endpoint.address)?;
    line(out, "why", &endpoint.reason)?;
    if endpoint.insecure {
        line(out, "warning", "the server's certificate is not verified")?;
    }
    if let Some(recorded) = endpoint.recorded_at {
        line(out, "recorded", &recorded.to_string())?;
    }
    let namespace = endpoint.default_namespace.as_ref();
    line(out, "namespace", namespace.map_or("none chosen", |namespace| namespace.as_str()))?;
    for attempt in &access.connection.tried {
        line(out, "tried", &format!("{}: {}", attempt.way, attempt.outcome))?;
    }
    out.flush()?;
    let version = access.ask(&ask_version()).await;
    let version = version.and_then(|answer| read_version(&answer.body))?;
    line(out, "version", &version)?;
    line(out, "user", &user(access).await)?;
    out.flush()?;
    Ok(())
}

/// Whom the server takes us for. Servers before 1.28 cannot tell, and some may not.
async fn user(access: &Access) -> String {
    let answer = access.ask(&ask_user()).await.and_then(|answer| read_user(&answer.body));
    match answer {
        Ok(user) if user.groups.is_empty() => user.name,
        Ok(user) => format!("{} (groups {})", user.name, user.groups.join(", ")),
        Err(failure) if failure.kind == FailureKind::NotRecorded => "not recorded".to_owned(),
        Err(failure) => format!("unknown: {}", failure.message),
    }
}

fn line(out: &mut impl Write, name: &str, text: &str) -> std::io::Result<()> {
    writeln!(out, "{name:<10} {}", visible(text))
}
