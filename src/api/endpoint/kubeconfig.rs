//! The kubeconfig: which files, which context, and the server behind it.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kube::config::{AuthInfo, Cluster, Context, ExecAuthCluster, Kubeconfig, KubeconfigError};

use super::live::Server;
use super::{Environment, proxy};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::Namespace;

/// A kubeconfig, merged from its files.
pub(super) struct Loaded {
    /// How it is called: `~/.kube/config`, or `KUBECONFIG`.
    pub(super) name: String,
    config: Kubeconfig,
}

/// A context and the server that it leads to.
pub(super) struct Chosen {
    /// The context's name.
    pub(super) context: String,
    /// Its server, with its user's credentials.
    pub(super) server: Server,
    /// The namespace that the context names.
    pub(super) namespace: Option<Namespace>,
    /// The namespaces of all contexts with the same cluster.
    pub(super) known_namespaces: Vec<Namespace>,
}

impl Loaded {
    /// The file of `--kubeconfig`.
    pub(super) fn file(file: &Path, environment: &Environment) -> Result<Self, Failure> {
        let name = tilde(file, environment);
        Ok(Self { config: read(file, &name)?, name })
    }

    /// The files of `KUBECONFIG` that exist, merged: what an earlier file says, holds. `None` where
    /// it is unset.
    ///
    /// # Errors
    ///
    /// No file exists, or one is broken.
    pub(super) fn from_variable(environment: &Environment) -> Result<Option<Self>, Failure> {
        let Some(variable) = &environment.kubeconfig else { return Ok(None) };
        let paths: Vec<PathBuf> =
            std::env::split_paths(variable).filter(|file| !file.as_os_str().is_empty()).collect();
        if paths.is_empty() {
            return Ok(None);
        }
        let files: Vec<_> = paths.iter().filter(|file| file.exists()).collect();
        if files.is_empty() {
            let names: Vec<_> = paths.iter().map(|file| tilde(file, environment)).collect();
            return Err(Failure::new(
                FailureKind::Input,
                format!("KUBECONFIG names no file that exists: {}", names.join(", ")),
                "Correct or unset KUBECONFIG, or name a kubeconfig by --kubeconfig",
            ));
        }
        let mut merged: Option<Kubeconfig> = None;
        for file in files.iter().copied() {
            let name = tilde(file, environment);
            let next = read(file, &name)?;
            merged = Some(match merged {
                None => next,
                Some(earlier) => {
                    earlier.merge(next).map_err(|error| broken(&name, &error.to_string()))?
                }
            });
        }
        let names: Vec<_> = files.iter().map(|file| tilde(file, environment)).collect();
        Ok(merged.map(|config| Self { name: format!("KUBECONFIG ({})", names.join(", ")), config }))
    }

    /// `~/.kube/config`; `None` where there is none.
    pub(super) fn from_home(environment: &Environment) -> Result<Option<Self>, Failure> {
        let Some(home) = &environment.home else { return Ok(None) };
        let file = home.join(".kube/config");
        if !file.exists() {
            return Ok(None);
        }
        Self::file(&file, environment).map(Some)
    }

    /// The names of its contexts.
    pub(super) fn contexts(&self) -> Vec<String> {
        self.config.contexts.iter().map(|context| context.name.clone()).collect()
    }

    /// The current context; `None` where none is chosen.
    pub(super) fn current(&self) -> Option<&str> {
        self.config.current_context.as_deref().filter(|name| !name.is_empty())
    }

    /// Follows a context to its server and its user.
    pub(super) fn choose(&self, name: &str, environment: &Environment) -> Result<Chosen, Failure> {
        let context = self.context(name)?;
        let cluster = self.cluster(name, &context.cluster)?;
        let users = &self.config.auth_infos;
        // As kubectl: a context without a user, or with an unknown one, has no credentials.
        let user = users.iter().find(|user| Some(&user.name) == context.user.as_ref());
        let user = user.and_then(|user| user.auth_info.clone()).unwrap_or_default();
        let server = self.server(cluster, user, environment)?;
        let same_cluster = self.config.contexts.iter().filter_map(|named| named.context.as_ref());
        let known =
            same_cluster.filter(|other| other.cluster == context.cluster).filter_map(namespace);
        Ok(Chosen {
            context: name.to_owned(),
            server,
            namespace: namespace(context),
            known_namespaces: known.collect(),
        })
    }

    fn context(&self, name: &str) -> Result<&Context, Failure> {
        let named = self.config.contexts.iter().find(|context| context.name == name);
        named.and_then(|named| named.context.as_ref()).ok_or_else(|| {
            let hint = match self.contexts() {
                contexts if contexts.is_empty() => "It has no context at all".to_owned(),
                contexts => format!("It has {}", contexts.join(", ")),
            };
            let message = format!("{} has no context {name}", self.name);
            Failure::new(FailureKind::Input, message, hint)
        })
    }

    fn cluster(&self, context: &str, name: &str) -> Result<&Cluster, Failure> {
        let named = self.config.clusters.iter().find(|cluster| cluster.name == name);
        named.and_then(|named| named.cluster.as_ref()).ok_or_else(|| {
            Failure::new(
                FailureKind::Input,
                format!("{} has no cluster {name}, which its context {context} names", self.name),
                "Choose another context by --context",
            )
        })
    }

    fn server(
        &self,
        cluster: &Cluster,
        mut user: AuthInfo,
        environment: &Environment,
    ) -> Result<Server, Failure> {
        let address = text(cluster.server.as_ref())
            .ok_or_else(|| broken(&self.name, "its cluster has no server"))?;
        let mut server = Server::at(address, environment)?;
        if let Some(pem) = self.authority(cluster)? {
            server.trust(&pem, &format!("the certificate authority in {}", self.name))?;
        }
        if cluster.insecure_skip_tls_verify == Some(true) {
            server.trust_anyone();
        }
        if let Some(address) = text(cluster.proxy_url.as_ref()) {
            server.config.proxy_url = Some(proxy::parse(address, "proxy-url")?);
        }
        server.config.tls_server_name = text(cluster.tls_server_name.as_ref()).map(str::to_owned);
        server.config.disable_compression |= cluster.disable_compression == Some(true);
        if let Some(exec) = user.exec.as_mut().filter(|exec| exec.provide_cluster_info) {
            let told = ExecAuthCluster::try_from(cluster);
            exec.cluster = Some(told.map_err(|error| broken(&self.name, &error.to_string()))?);
        }
        if let Some(file) = user.token_file.take().filter(|file| !file.is_empty()) {
            // As kubectl: a file is preferred to a token.
            server.token_file = Some(PathBuf::from(file));
            user.token = None;
        }
        server.config.auth_info = user;
        Ok(server)
    }

    /// The certificate authority in PEM; data is preferred to a file, as kubectl does.
    fn authority(&self, cluster: &Cluster) -> Result<Option<Vec<u8>>, Failure> {
        if let Some(data) = text(cluster.certificate_authority_data.as_ref()) {
            let packed: String = data.split_whitespace().collect();
            let pem = STANDARD.decode(packed);
            let why = "its certificate-authority-data is not base64";
            return pem.map(Some).map_err(|_| broken(&self.name, why));
        }
        let Some(file) = text(cluster.certificate_authority.as_ref()) else { return Ok(None) };
        let read = std::fs::read(file).map(Some);
        read.map_err(|error| broken(&self.name, &format!("{file} cannot be read: {error}")))
    }
}

fn read(file: &Path, name: &str) -> Result<Kubeconfig, Failure> {
    let mut config = Kubeconfig::read_from(file).map_err(|error| match error {
        KubeconfigError::ReadConfig(cause, _) => {
            let message = format!("the kubeconfig {name} cannot be read: {cause}");
            Failure::new(FailureKind::Input, message, "Check --kubeconfig and KUBECONFIG")
        }
        KubeconfigError::Parse(cause) => broken(name, &cause.to_string()),
        other => broken(name, &other.to_string()),
    })?;
    // An empty choice is none, and leaves it to the next file.
    config.current_context = config.current_context.filter(|name| !name.is_empty());
    Ok(config)
}

fn broken(name: &str, why: &str) -> Failure {
    let why = why.lines().next().unwrap_or_default().trim_end_matches(['.', ':']);
    Failure::new(
        FailureKind::Input,
        format!("the kubeconfig {name} is broken: {why}"),
        "Repair it, or choose another by --kubeconfig",
    )
}

fn namespace(context: &Context) -> Option<Namespace> {
    text(context.namespace.as_ref()).map(Namespace::new)
}

/// A setting, where it is set: an empty text counts as none.
fn text(setting: Option<&String>) -> Option<&str> {
    setting.map(String::as_str).filter(|text| !text.is_empty())
}

/// A path with the home folder written as `~`.
fn tilde(file: &Path, environment: &Environment) -> String {
    let in_home = environment.home.as_ref().and_then(|home| file.strip_prefix(home).ok());
    in_home.map_or_else(|| file.display().to_string(), |rest| format!("~/{}", rest.display()))
}
