//! The kubeconfig: its files, its contexts, and the server and credentials behind a context.

use std::path::{Path, PathBuf};

use kube::config::{AuthInfo, Cluster, Context, ExecAuthCluster, ExecConfig, Kubeconfig};
use secrecy::{ExposeSecret as _, SecretString};

use super::Environment;
use super::server::{HeaderSource, Impersonation, Server, UserCredentials};
use crate::api::credentials::{basic, bearer};
use crate::api::tls::{Identity, Pem, Trust};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::Namespace;

mod binary;
mod broken;
mod field;
mod file;

/// The extension of a cluster that is passed to credential plugins.
const EXEC_EXTENSION: &str = "client.authentication.k8s.io/exec";

/// A kubeconfig, merged from its files.
pub(super) struct Loaded {
    /// Its name in messages: `~/.kube/config`, or `KUBECONFIG (…)`.
    pub(super) name: String,
    config: Kubeconfig,
}

/// A context, and the server behind it.
pub(super) struct Chosen {
    /// The context's name.
    pub(super) context: String,
    /// Its server, with its user's credentials.
    pub(super) server: Server,
    /// The context's namespace.
    pub(super) namespace: Option<Namespace>,
    /// The namespaces of all contexts with the same cluster.
    pub(super) known_namespaces: Vec<Namespace>,
}

impl Loaded {
    /// Loads the file of `--kubeconfig`.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is broken.
    pub(super) fn file(file: &Path, environment: &Environment) -> Result<Self, Failure> {
        let name = tilde(file, environment);
        Ok(Self { config: file::read(file, &name)?, name })
    }

    /// Loads the files of `KUBECONFIG` that exist, merged: earlier files win. `None` where it is
    /// unset.
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
        let names = |files: &[&PathBuf]| {
            let names: Vec<_> = files.iter().map(|file| tilde(file, environment)).collect();
            names.join(", ")
        };
        let files: Vec<_> = paths.iter().filter(|file| file.exists()).collect();
        let Some((first, others)) = files.split_first() else {
            return Err(Failure::new(
                FailureKind::Input,
                format!(
                    "KUBECONFIG names no file that exists: {}",
                    names(&paths.iter().collect::<Vec<_>>())
                ),
                "Correct or unset KUBECONFIG, or name a kubeconfig by --kubeconfig",
            ));
        };
        let mut config = file::read(first, &tilde(first, environment))?;
        for file in others {
            let name = tilde(file, environment);
            // kube refuses to merge files of different kinds or versions.
            config = config.merge(file::read(file, &name)?).map_err(|_| {
                broken::broken(&name, "its kind or apiVersion differs from the file before it")
            })?;
        }
        Ok(Some(Self { name: format!("KUBECONFIG ({})", names(&files)), config }))
    }

    /// Loads `~/.kube/config`; `None` where there is none.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is broken.
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
        let contexts = self.config.contexts.iter().filter(|named| named.context.is_some());
        contexts.map(|named| named.name.clone()).collect()
    }

    /// The current context; `None` where none is chosen.
    pub(super) fn current(&self) -> Option<&str> {
        text(self.config.current_context.as_ref())
    }

    /// Resolves a context to its server and credentials.
    ///
    /// # Errors
    ///
    /// Something that it names is missing, or cannot be used.
    pub(super) fn choose(&self, name: &str, environment: &Environment) -> Result<Chosen, Failure> {
        let context = self.context(name)?;
        let cluster = self.cluster(name, context)?;
        let user = self.user(name, context)?;
        let server = self.server((&context.cluster, cluster), user, environment)?;
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
                contexts if contexts.is_empty() => "It has no contexts".to_owned(),
                contexts => format!("It has {}", contexts.join(", ")),
            };
            let message = format!("{} has no context {name}", self.name);
            Failure::new(FailureKind::Input, message, hint)
        })
    }

    fn cluster(&self, context: &str, named_by: &Context) -> Result<&Cluster, Failure> {
        let name = &named_by.cluster;
        let named = self.config.clusters.iter().find(|cluster| cluster.name == *name);
        let cluster = named.and_then(|named| named.cluster.as_ref());
        cluster.ok_or_else(|| self.missing("cluster", name, context))
    }

    /// The user of a context and its name; `None` where the context names no user.
    fn user<'a>(
        &'a self,
        context: &str,
        named_by: &'a Context,
    ) -> Result<Option<(&'a str, AuthInfo)>, Failure> {
        let Some(name) = text(named_by.user.as_ref()) else { return Ok(None) };
        let named = self.config.auth_infos.iter().find(|user| user.name == name);
        let named = named.ok_or_else(|| self.missing("user", name, context))?;
        Ok(Some((name, named.auth_info.clone().unwrap_or_default())))
    }

    fn missing(&self, what: &str, name: &str, context: &str) -> Failure {
        Failure::new(
            FailureKind::Input,
            format!("{} has no {what} {name}, which its context {context} names", self.name),
            "Choose another context by --context",
        )
    }

    fn server(
        &self,
        (name, cluster): (&str, &Cluster),
        user: Option<(&str, AuthInfo)>,
        environment: &Environment,
    ) -> Result<Server, Failure> {
        let address = text(cluster.server.as_ref())
            .ok_or_else(|| broken::broken(&self.name, &format!("cluster {name} has no server")))?;
        let mut server = Server::at(address, environment)?;
        if let Some(address) = text(cluster.proxy_url.as_ref()) {
            server.set_proxy(address)?;
        }
        if cluster.disable_compression == Some(true) {
            server.disable_compression();
        }
        let authority = self.field(format!("cluster {name}")).pem(
            "certificate-authority",
            cluster.certificate_authority.as_deref(),
            cluster.certificate_authority_data.as_deref(),
        )?;
        if let Some(pem) = &authority {
            server.set_trust(Trust::authorities(&pem.bytes, &pem.name, None)?);
        }
        if cluster.insecure_skip_tls_verify == Some(true) {
            server.set_trust(Trust::Everyone);
        }
        server.set_server_name(text(cluster.tls_server_name.as_ref()).map(str::to_owned));
        if let Some((name, mut user)) = user {
            server.set_impersonation(Impersonation {
                user: user.impersonate.take().filter(|user| !user.is_empty()),
                uid: user.impersonate_uid.take(),
                groups: user.impersonate_groups.take(),
                extra: user.impersonate_user_extra.take(),
            });
            if has_credentials(&user) {
                let authority = authority.map(|pem| pem.bytes);
                server.set_credentials(|| self.credentials(name, user, cluster, authority))?;
            }
        }
        Ok(server)
    }

    fn credentials(
        &self,
        name: &str,
        user: AuthInfo,
        cluster: &Cluster,
        authority: Option<Vec<u8>>,
    ) -> Result<UserCredentials, Failure> {
        let field = self.field(format!("user {name}"));
        let certificate = field.pem(
            "client-certificate",
            user.client_certificate.as_deref(),
            user.client_certificate_data.as_deref(),
        )?;
        let key = field.pem(
            "client-key",
            user.client_key.as_deref(),
            user.client_key_data.as_ref().map(SecretString::expose_secret),
        )?;
        let identity = match (&certificate, &key) {
            (Some(certificate), Some(key)) => Some(Identity::read(
                Pem { name: &certificate.name, bytes: &certificate.bytes },
                Pem { name: &key.name, bytes: &key.bytes },
            )?),
            (Some(certificate), None) => {
                return Err(Failure::new(
                    FailureKind::Input,
                    format!("{} has no key beside it", certificate.name),
                    "Give client-key or client-key-data as well",
                ));
            }
            // As kubectl: a key alone is of no use, and does no harm.
            (None, _) => None,
        };
        let header = if let Some(provider) = user.auth_provider {
            HeaderSource::Refused(Box::new(self.legacy(name, &provider.name)))
        } else if let Some(file) = text(user.token_file.as_ref()) {
            // As kubectl: a file is preferred to a token.
            HeaderSource::File(PathBuf::from(file))
        } else if let Some(login) = text(user.username.as_ref()) {
            let password = user.password.as_ref().map_or("", SecretString::expose_secret);
            HeaderSource::Fixed(basic(login, password))
        } else if let Some(token) = secret(user.token.as_ref()) {
            HeaderSource::Fixed(bearer(token).ok_or_else(|| {
                let message = format!(
                    "the token of user {name} in {} has a character that no token may have",
                    self.name
                );
                Failure::new(FailureKind::Input, message, "Correct it; a token is one line")
            })?)
        } else if let Some(exec) = user.exec {
            HeaderSource::Plugin(Box::new(with_cluster(exec, cluster, authority)))
        } else {
            HeaderSource::None
        };
        Ok(UserCredentials { identity, header })
    }

    /// The failure of a user with an `auth-provider`. client-go removed those of clouds in 1.26.
    fn legacy(&self, user: &str, provider: &str) -> Failure {
        let hint = match provider {
            "gcp" => {
                "Use the plugin gke-gcloud-auth-plugin: `gcloud container clusters \
                 get-credentials CLUSTER` writes its `exec` entry"
            }
            "azure" => "Use the plugin kubelogin: `kubelogin convert-kubeconfig` writes its entry",
            "oidc" => "Use an `exec` entry with a plugin for OpenID Connect, such as oidc-login",
            "openstack" => "Use an `exec` entry with the plugin client-keystone-auth",
            _ => "Use an `exec` entry with a credential plugin",
        };
        let message = format!(
            "user {user} in {} has the legacy auth-provider {provider}, which is not supported",
            self.name
        );
        Failure::new(FailureKind::Input, message, hint)
    }

    fn field(&self, owner: String) -> field::Fields<'_> {
        field::Fields { kubeconfig: &self.name, owner }
    }
}

/// True if a user has anything that a request could be authenticated by.
fn has_credentials(user: &AuthInfo) -> bool {
    user.auth_provider.is_some()
        || user.exec.is_some()
        || secret(user.token.as_ref()).is_some()
        || [
            &user.token_file,
            &user.username,
            &user.client_certificate,
            &user.client_certificate_data,
        ]
        .iter()
        .any(|field| text(field.as_ref()).is_some())
}

/// The plugin with the description of the cluster, where it wants that.
fn with_cluster(mut exec: ExecConfig, cluster: &Cluster, authority: Option<Vec<u8>>) -> ExecConfig {
    if exec.provide_cluster_info {
        let extensions = cluster.extensions.iter().flatten();
        let mut extensions = extensions.filter(|extension| extension.name == EXEC_EXTENSION);
        exec.cluster = Some(ExecAuthCluster {
            server: cluster.server.clone(),
            insecure_skip_tls_verify: cluster.insecure_skip_tls_verify,
            certificate_authority_data: authority,
            proxy_url: cluster.proxy_url.clone(),
            tls_server_name: cluster.tls_server_name.clone(),
            config: extensions.next().map(|extension| extension.extension.clone()),
        });
    }
    exec
}

fn namespace(context: &Context) -> Option<Namespace> {
    text(context.namespace.as_ref()).map(Namespace::new)
}

/// A field, where it is set: an empty text counts as unset.
fn text(field: Option<&String>) -> Option<&str> {
    field.map(String::as_str).filter(|text| !text.is_empty())
}

fn secret(field: Option<&SecretString>) -> Option<&str> {
    field.map(SecretString::expose_secret).filter(|text| !text.is_empty())
}

/// A path with the home folder written as `~`.
fn tilde(file: &Path, environment: &Environment) -> String {
    let in_home = environment.home.as_ref().and_then(|home| file.strip_prefix(home).ok());
    in_home.map_or_else(|| file.display().to_string(), |rest| format!("~/{}", rest.display()))
}
