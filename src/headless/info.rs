//! `kubewalk info`: the connection and why it was chosen, the server's version, the user and the rights.

mod pod;
mod rights;

use std::io::Write;

use jiff::Timestamp;

use super::{Access, Stop};
use crate::api::endpoint::Environment;
use crate::here::Machine;
use crate::k8s::answer;
use crate::k8s::endpoint::EndpointKind;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::Namespace;
use crate::k8s::server::{User, service_account, user_request, version_request};
use crate::text::one_line;
use pod::OwnPod;

/// Prints facts about the connection, a line each. In a pod it also prints facts about the pod, even
/// without a connection. For the resource of `location` it prints whether the user may list it in the
/// whole cluster.
///
/// # Errors
///
/// No server, or no version. If only the version is forbidden, all else is printed before.
pub async fn run(
    access: Result<Access, Stop>,
    environment: &Environment,
    machine: &Machine,
    location: &str,
    out: &mut impl Write,
) -> Result<(), Stop> {
    let pod = OwnPod::find(environment, machine);
    let access = match access {
        Ok(access) => access,
        Err(stop) => {
            of_pod(pod.as_ref(), None, out)?;
            out.flush()?;
            return Err(stop);
        }
    };
    let endpoint = &access.connection.endpoint;
    line(out, "endpoint", &endpoint.kind.to_string())?;
    line(out, "address", &endpoint.address)?;
    line(out, "why", &endpoint.reason)?;
    if endpoint.insecure {
        line(out, "warning", "the server's certificate is not verified")?;
    }
    if endpoint.withholds_credentials {
        let warning = "the kubeconfig's credentials are not sent: the server speaks plain http";
        line(out, "warning", warning)?;
    }
    if let Some(recorded) = endpoint.recorded_at {
        line(out, "recorded", &recorded.to_string())?;
    }
    let namespace = endpoint.default_namespace.as_ref();
    line(out, "namespace", namespace.map_or("none chosen", |namespace| namespace.as_str()))?;
    for attempt in &access.connection.tried {
        line(out, "tried", &format!("{}: {}", attempt.way, attempt.outcome))?;
    }
    of_pod(pod.as_ref(), Some(&endpoint.kind), out)?;
    out.flush()?;
    let refused = version(&access, out).await?;
    let user = user(&access, pod.as_ref(), out).await?;
    out.flush()?;
    // A service account has its rights in its own namespace, if anywhere.
    let account = user.as_ref().and_then(|user| service_account(&user.name));
    let default = Namespace::new(account.map_or("default", |(namespace, _)| namespace));
    let namespace = namespace.unwrap_or(&default);
    let mut discovery = access.discover().await;
    let listed = rights::in_namespace(&access, &mut discovery, namespace).await;
    line(out, "lists", &format!("in namespace {namespace}: {listed}"))?;
    let opened = match location {
        "" => Ok(None),
        words => {
            let located = access.find_in(&mut discovery, words).await;
            located.map(|located| located.path.gvr().cloned())
        }
    };
    let gvr = opened.as_ref().ok().cloned().flatten();
    let listed = rights::everywhere(&access, &mut discovery, gvr).await;
    line(out, "lists", &format!("in the cluster: {listed}"))?;
    out.flush()?;
    match refused.or(opened.err()) {
        Some(failure) => Err(Stop::Failed(failure)),
        None => Ok(()),
    }
}

/// Prints what is known of the pod without a server. `used` is the kind of the connection.
fn of_pod(
    pod: Option<&OwnPod>,
    used: Option<&EndpointKind>,
    out: &mut impl Write,
) -> std::io::Result<()> {
    let Some(pod) = pod else { return Ok(()) };
    line(out, "pod", &pod.place())?;
    if let Some(claims) = &pod.claims {
        line(out, "account", &claims.subject)?;
    }
    line(out, "token", &pod.token(used, Timestamp::now()))
}

/// Prints the server's version. Returns the failure if the user may not read it.
async fn version(access: &Access, out: &mut impl Write) -> Result<Option<Failure>, Stop> {
    let answer = access.fetch(&version_request()).await;
    let (version, refused) = match answer.and_then(|answer| answer::version(&answer)) {
        Ok(version) => (version, None),
        Err(failure) if is_refusal(failure.kind) => (rights::unknown(&failure), Some(failure)),
        Err(failure) => return Err(failure.into()),
    };
    line(out, "version", &version)?;
    Ok(refused)
}

/// Prints the user that the server sees, and whose rights are used. Servers before 1.28 do not have this
/// review.
async fn user(
    access: &Access,
    pod: Option<&OwnPod>,
    out: &mut impl Write,
) -> Result<Option<User>, Stop> {
    let answer = access.fetch(&user_request()).await.and_then(|answer| answer::user(&answer));
    let user = match answer {
        Ok(user) => user,
        Err(failure) => {
            line(out, "user", &rights::unknown(&failure))?;
            return Ok(None);
        }
    };
    line(out, "user", &named(&user))?;
    // With credentials of their own, users know whose rights are used.
    let endpoint = &access.connection.endpoint;
    let is_ours = !matches!(
        endpoint.kind,
        EndpointKind::Ambassador | EndpointKind::Proxy | EndpointKind::Url
    );
    if !is_ours || endpoint.withholds_credentials {
        let (whose, is_warning) = pod::whose(&user, pod);
        line(out, if is_warning { "warning" } else { "rights" }, &whose)?;
    }
    Ok(Some(user))
}

fn is_refusal(kind: FailureKind) -> bool {
    matches!(kind, FailureKind::Forbidden | FailureKind::Unauthorized)
}

fn named(user: &User) -> String {
    if user.groups.is_empty() {
        user.name.clone()
    } else {
        format!("{} (groups {})", user.name, user.groups.join(", "))
    }
}

fn line(out: &mut impl Write, name: &str, text: &str) -> std::io::Result<()> {
    writeln!(out, "{name:<10} {}", one_line(text))
}
