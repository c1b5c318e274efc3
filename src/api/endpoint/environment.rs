//! The environment of the process as plain data, which tests make up.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use crate::downward::inside::Borrowable;
use crate::system;

/// Where `kubectl proxy` and ambassadors listen by default.
const PROXY_ADDRESS: &str = "127.0.0.1:8001";

/// Where a kubelet mounts a pod's service account, relative to the root.
const SERVICE_ACCOUNT: &str = "var/run/secrets/kubernetes.io/serviceaccount";

/// The variables and paths that decide how to connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// `KUBECONFIG`: files, separated as in `PATH`; `None` where unset or empty.
    pub kubeconfig: Option<OsString>,
    /// `HOME`, or what Windows calls it.
    pub home: Option<PathBuf>,
    /// `KUBERNETES_SERVICE_HOST`.
    pub service_host: Option<String>,
    /// `KUBERNETES_SERVICE_PORT`.
    pub service_port: Option<String>,
    /// The folder where a pod's service account is mounted.
    pub service_account: PathBuf,
    /// The service accounts of other containers of the pod; filled where `--borrow-token` needs them.
    pub borrowable: Vec<Borrowable>,
    /// The address where a proxy or an ambassador would listen.
    pub proxy_address: String,
    /// `HTTPS_PROXY` or `https_proxy`: the proxy for https servers.
    pub https_proxy: Option<String>,
    /// `HTTP_PROXY` or `http_proxy`: the proxy for http servers. Unset in a CGI program, where a
    /// client could set the variable by a header.
    pub http_proxy: Option<String>,
    /// `NO_PROXY` or `no_proxy`: the servers that are reached directly.
    pub no_proxy: Option<String>,
}

impl Environment {
    /// Returns the environment of this process. `KUBEWALK_PROXY` (`HOST:PORT`) replaces the address
    /// at which a proxy is looked for, and `KUBEWALK_ROOT` the root of the file system.
    #[must_use]
    pub fn from_process() -> Self {
        let text = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        let home = env::var_os("HOME").or_else(|| env::var_os("USERPROFILE"));
        Self {
            kubeconfig: env::var_os("KUBECONFIG").filter(|value| !value.is_empty()),
            home: home.filter(|value| !value.is_empty()).map(PathBuf::from),
            service_host: text("KUBERNETES_SERVICE_HOST"),
            service_port: text("KUBERNETES_SERVICE_PORT"),
            service_account: system::root().join(SERVICE_ACCOUNT),
            proxy_address: text("KUBEWALK_PROXY").unwrap_or_else(|| PROXY_ADDRESS.to_owned()),
            https_proxy: text("HTTPS_PROXY").or_else(|| text("https_proxy")),
            http_proxy: text("HTTP_PROXY")
                .or_else(|| text("http_proxy"))
                .filter(|_| text("REQUEST_METHOD").is_none()),
            no_proxy: text("NO_PROXY").or_else(|| text("no_proxy")),
            ..Self::empty()
        }
    }

    /// Returns an environment in which nothing is found: no variable, no service account and no
    /// proxy.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            kubeconfig: None,
            home: None,
            service_host: None,
            service_port: None,
            service_account: PathBuf::from("/dev/null/serviceaccount"),
            borrowable: Vec::new(),
            // Nothing can listen on port 0.
            proxy_address: "127.0.0.1:0".to_owned(),
            https_proxy: None,
            http_proxy: None,
            no_proxy: None,
        }
    }

    /// True if this process runs in a pod.
    #[must_use]
    pub fn is_pod(&self) -> bool {
        self.service_host.is_some() || self.service_account.is_dir()
    }
}
