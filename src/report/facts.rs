//! What a maintainer needs to know beside the exchanges: the program, the terminal and the connection,
//! without addresses and names.

use crate::api::endpoint::Connected;
use crate::headless::Access;
use crate::k8s::endpoint::EndpointKind;

/// The variables that change how the program draws. They contain no names.
const VARIABLES: [&str; 7] =
    ["TERM", "COLORTERM", "TERM_PROGRAM", "LANG", "LC_ALL", "NO_COLOR", "TMUX_PANE"];

/// Returns the facts, a line each.
pub(super) fn of(access: Option<&Access>) -> Vec<String> {
    let program = format!(
        "kubewalk {} on {} {}",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH
    );
    let mut terminal = Vec::new();
    if let Ok((columns, lines)) = crossterm::terminal::size() {
        terminal.push(format!("{columns}×{lines}"));
    }
    for name in VARIABLES {
        terminal.extend(std::env::var(name).ok().map(|value| format!("{name}={value}")));
    }
    let terminal = if terminal.is_empty() { "none".to_owned() } else { terminal.join(", ") };
    let is_in_pod = std::env::var_os("KUBERNETES_SERVICE_HOST").is_some();
    let place = if is_in_pod { "in a pod" } else { "outside a pod" };
    let connection = access.map_or_else(
        || "no connection".to_owned(),
        |access| connection(&access.connection).join(", "),
    );
    vec![program, format!("terminal: {terminal}"), format!("{place}: {connection}")]
}

/// Describes a connection.
fn connection(connected: &Connected) -> Vec<String> {
    let endpoint = &connected.endpoint;
    let kind = match &endpoint.kind {
        EndpointKind::Context { .. } => "a context of the kubeconfig",
        EndpointKind::Url => "a URL",
        EndpointKind::Ambassador => "an ambassador",
        EndpointKind::Proxy => "a proxy on this machine",
        EndpointKind::ServiceAccount => "the service account",
        EndpointKind::Borrowed { .. } => "the token of another container",
        EndpointKind::Recording { .. } => "a recording",
        EndpointKind::Demo => "the demo",
    };
    let scheme = endpoint.address.split("://").next().unwrap_or_default();
    let mut facts = vec![kind.to_owned(), scheme.to_owned()];
    if endpoint.insecure {
        facts.push("the certificate is not verified".to_owned());
    }
    if endpoint.withholds_credentials {
        facts.push("credentials are not sent over plain http".to_owned());
    }
    facts
}
