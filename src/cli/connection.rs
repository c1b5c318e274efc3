//! The flags that choose the server and the credentials, and how its answers are read.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use super::completion;
use super::units::{parse_duration, parse_size};
use crate::api::endpoint::{Flags, Options};
use crate::k8s::names::Namespace;

/// The server and the credentials. By default: the kubeconfig, then a proxy on 127.0.0.1:8001; inside
/// a pod `KUBECONFIG`, the proxy, the service account, the kubeconfig.
#[derive(Args, Debug)]
#[command(next_help_heading = "Connection")]
pub struct ConnectionArgs {
    /// The kubeconfig context to use
    #[arg(long, value_name = "NAME", global = true, hide_short_help = true,
          add = ArgValueCompleter::new(completion::contexts))]
    pub context: Option<String>,
    /// The kubeconfig file to use instead of KUBECONFIG and ~/.kube/config
    #[arg(long, value_name = "FILE", global = true, hide_short_help = true)]
    pub kubeconfig: Option<PathBuf>,
    /// The URL of the server, used without credentials: http, https, or unix with a socket path
    #[arg(short, long, value_name = "URL", global = true, hide_short_help = true)]
    pub server: Option<String>,
    /// Impersonate this user
    #[arg(long = "as", value_name = "USER", global = true, hide_short_help = true)]
    pub impersonate: Option<String>,
    /// Impersonate this group; may be repeated, needs --as
    #[arg(
        long = "as-group",
        value_name = "GROUP",
        global = true,
        hide_short_help = true,
        requires = "impersonate"
    )]
    pub impersonate_groups: Vec<String>,
    /// Use the bearer token in this file, which is read again when it changes; only over https
    #[arg(long, value_name = "FILE", global = true, hide_short_help = true)]
    pub token_file: Option<PathBuf>,
    /// Trust only the certificate authorities in this PEM file
    #[arg(long, value_name = "FILE", global = true, hide_short_help = true)]
    pub certificate_authority: Option<PathBuf>,
    /// Do not verify the server's certificate. Others may then read everything, including the token
    #[arg(long, global = true, hide_short_help = true, conflicts_with = "certificate_authority")]
    pub insecure_skip_tls_verify: bool,
    /// Use the service account token of another container in this pod, read through its processes;
    /// for ephemeral containers, which have no token
    #[arg(long, global = true, hide_short_help = true)]
    pub borrow_token: bool,
    /// The namespace to work in
    #[arg(short, long, value_name = "NS", global = true, hide_short_help = true,
          add = ArgValueCompleter::new(completion::namespaces))]
    pub namespace: Option<String>,
    /// The timeout of each request except watches: 500ms, 30s, 1m; 0 disables it
    #[arg(long, value_name = "DURATION", global = true, hide_short_help = true, default_value = "30s",
          value_parser = parse_duration)]
    pub request_timeout: Duration,
    /// The maximum size of an answer: 64KiB, 8MiB, 1GiB, or bytes. `get` has no limit
    #[arg(long, value_name = "SIZE", global = true, hide_short_help = true, default_value = "8MiB",
          value_parser = parse_size)]
    pub max_response: usize,
    /// Walk the embedded recording of a cluster
    #[arg(long, global = true, hide_short_help = true)]
    pub demo: bool,
    /// Walk a recording: a HAR 1.2 file, may be gzipped
    #[arg(long, value_name = "FILE", global = true, hide_short_help = true)]
    pub replay: Option<PathBuf>,
}

impl ConnectionArgs {
    /// Returns two flags that choose different servers, or a server and files. A context and a
    /// kubeconfig may be combined.
    pub(super) fn contradiction(&self, files: bool) -> Option<(&'static str, &'static str)> {
        let kubeconfig = match (&self.context, &self.kubeconfig) {
            (Some(_), _) => Some("--context"),
            (None, file) => file.as_ref().map(|_| "--kubeconfig"),
        };
        let choices = [
            files.then_some("--file"),
            self.demo.then_some("--demo"),
            self.replay.as_ref().map(|_| "--replay"),
            self.server.as_ref().map(|_| "--server"),
            self.borrow_token.then_some("--borrow-token"),
            kubeconfig,
        ];
        let mut given = choices.into_iter().flatten();
        given.next().zip(given.next())
    }
}

impl From<ConnectionArgs> for Options {
    fn from(connection: ConnectionArgs) -> Self {
        Self {
            context: connection.context,
            kubeconfig: connection.kubeconfig,
            server: connection.server,
            borrow_token: connection.borrow_token,
            namespace: connection.namespace.as_deref().map(Namespace::new),
            request_timeout: Some(connection.request_timeout).filter(|limit| !limit.is_zero()),
            max_response: Some(connection.max_response),
            demo: connection.demo,
            replay: connection.replay,
            still: false,
            flags: Flags {
                impersonate: connection.impersonate,
                impersonate_groups: connection.impersonate_groups,
                token_file: connection.token_file,
                certificate_authority: connection.certificate_authority,
                insecure_skip_tls_verify: connection.insecure_skip_tls_verify,
            },
        }
    }
}
