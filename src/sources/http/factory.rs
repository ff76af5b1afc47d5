//! The only place that builds HTTP clients. A client is built when it is first needed, and kept.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, ClientBuilder, Url};

use super::dns::{LookupPool, Resolver};
use super::{proxy, redirect, url};
use crate::domain::settings::Proxy;
use crate::files;
use crate::sources::error::{Cause, Sent, SourceError};

/// Our `User-Agent`.
const USER_AGENT: &str = concat!("hubwatch/", env!("CARGO_PKG_VERSION"));

/// Load balancers close connections that are idle for a minute; ours are closed before that.
const IDLE_TIMEOUT: Duration = Duration::from_secs(55);

/// The most idle connections that are kept for one host. A poll of a Prometheus sends two requests at the same time.
const MAX_IDLE_PER_HOST: usize = 2;

/// What happens to a connection after an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Pool {
    /// The connection is kept for the next poll.
    #[default]
    KeepAlive,
    /// The connection is closed. Connections to many hosts that are each polled once a minute would hold 21 MiB of TLS
    /// state.
    Closed,
}

/// Which redirects are followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Redirects {
    /// Redirects to the same scheme, host and port.
    #[default]
    WithinOrigin,
    /// Redirects are not followed, since a redirect is itself the answer to a probe.
    None,
}

/// Whether the server's certificate must be trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CertificateCheck {
    /// Without a trusted certificate, the connection fails.
    #[default]
    Required,
    /// Certificates are not verified. Only for reading a certificate that was refused; no secret may be sent.
    Skipped,
}

/// The settings of a source's client.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ClientSettings {
    /// Certificates to trust beside the system's, as PEM.
    pub ca_file: Option<PathBuf>,
    /// The proxy. Loopback is never reached through one.
    pub proxy: Proxy,
    pub pool: Pool,
    /// Which redirects are followed.
    pub redirects: Redirects,
    /// Whether the certificate must be trusted.
    pub certificate_check: CertificateCheck,
}

/// The certificates that a client trusts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Trust {
    /// No certificates: the address is plain HTTP, so the system's certificates need not be loaded.
    Nothing,
    System,
    SystemAnd(PathBuf),
}

/// The settings that matter for an address. Addresses with equal keys share a client.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct ClientKey {
    trust: Trust,
    proxy: Proxy,
    pool: Pool,
    redirects: Redirects,
    certificate_check: CertificateCheck,
}

impl ClientKey {
    fn from_settings(settings: &ClientSettings, url: &Url) -> Self {
        let trust = match (&settings.ca_file, url.scheme()) {
            (_, "http") => Trust::Nothing,
            (Some(file), _) => Trust::SystemAnd(file.clone()),
            (None, _) => Trust::System,
        };
        let proxy = match url::is_loopback(url) {
            true => Proxy::Direct,
            false => settings.proxy.clone(),
        };
        // Certificates are needed even for an `http` address, since the connection to the proxy may use TLS.
        let trust = match (trust, &proxy) {
            (Trust::Nothing, Proxy::System | Proxy::Url(_)) => Trust::System,
            (trust, _) => trust,
        };
        Self {
            trust,
            proxy,
            pool: settings.pool,
            redirects: settings.redirects,
            certificate_check: settings.certificate_check,
        }
    }

    fn build(&self, lookups: &Arc<LookupPool>) -> Result<Client, SourceError> {
        install_cryptography();
        let builder = Client::builder()
            .user_agent(USER_AGENT)
            .redirect(self.redirect_policy())
            .referer(false)
            .gzip(true)
            .tls_info(true)
            .tls_danger_accept_invalid_certs(self.certificate_check == CertificateCheck::Skipped)
            .dns_resolver(Resolver(Arc::clone(lookups)));
        let builder = self.with_pool(self.with_proxy(self.with_trust(builder)?)?);
        builder
            .build()
            .map_err(|error| super::reqwest_error::request_error(&error))
    }

    fn redirect_policy(&self) -> Policy {
        match self.redirects {
            Redirects::WithinOrigin => redirect::policy(),
            Redirects::None => Policy::none(),
        }
    }

    fn with_trust(&self, builder: ClientBuilder) -> Result<ClientBuilder, SourceError> {
        Ok(match &self.trust {
            Trust::Nothing => builder.tls_certs_only([]),
            Trust::System => builder,
            Trust::SystemAnd(file) => builder.tls_certs_merge(load_certificates(file)?),
        })
    }

    fn with_proxy(&self, builder: ClientBuilder) -> Result<ClientBuilder, SourceError> {
        Ok(match &self.proxy {
            Proxy::System => builder,
            Proxy::Direct => builder.no_proxy(),
            Proxy::Url(url) => {
                let proxy = reqwest::Proxy::all(url.as_str())
                    .map_err(|error| super::reqwest_error::request_error(&error))?;
                builder.no_proxy().proxy(proxy)
            }
        })
    }

    fn with_pool(&self, builder: ClientBuilder) -> ClientBuilder {
        match self.pool {
            Pool::KeepAlive => builder
                .pool_idle_timeout(IDLE_TIMEOUT)
                .pool_max_idle_per_host(MAX_IDLE_PER_HOST),
            Pool::Closed => builder.http1_only().pool_max_idle_per_host(0),
        }
    }
}

// A client without a crypto provider panics. Installing the provider fails only if another thread has already installed
// it, so the error does not matter.
fn install_cryptography() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// The largest CA file that is read. A system's whole bundle has 250 KB.
const MAX_CA_BYTES: u64 = 4 << 20;

fn load_certificates(file: &Path) -> Result<Vec<Certificate>, SourceError> {
    let refuse = |why: String| {
        let text = format!("ca_file {}: {why}", file.display());
        SourceError::new(Cause::InvalidRequest, Sent::No, text)
    };
    let content = files::read(file, MAX_CA_BYTES).map_err(|error| refuse(error.to_string()))?;
    match Certificate::from_pem_bundle(&content.bytes) {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(refuse("no certificate in it".to_owned())),
    }
}

/// Makes clients and keeps them.
pub struct Clients {
    lookup_pool: Arc<LookupPool>,
    clients: Mutex<HashMap<ClientKey, Client>>,
}

impl Clients {
    /// A factory without clients.
    pub fn new(lookups: LookupPool) -> Self {
        Self {
            lookup_pool: Arc::new(lookups),
            clients: Mutex::default(),
        }
    }

    /// The client for `url` under these settings. Do not call this before the first frame or on the screen's thread:
    /// the first client for `https` loads the system's certificates, which takes milliseconds.
    ///
    /// # Errors
    /// When the CA file cannot be used or the system has no certificates.
    pub fn client(&self, settings: &ClientSettings, url: &Url) -> Result<Client, SourceError> {
        let key = ClientKey::from_settings(settings, url);
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&key) {
            return Ok(client.clone());
        }
        proxy::remember_password(&key.proxy, url);
        let client = key.build(&self.lookup_pool)?;
        clients.insert(key, client.clone());
        Ok(client)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn make(settings: &ClientSettings, url: &str) -> ClientKey {
        ClientKey::from_settings(settings, &Url::parse(url).unwrap())
    }

    #[test]
    fn loopback_is_asked_directly_and_trusts_nobody_over_plain_http() {
        let made = make(&ClientSettings::default(), "http://127.0.0.1:9090/");
        assert_eq!((made.proxy, made.trust), (Proxy::Direct, Trust::Nothing));
        let made = make(&ClientSettings::default(), "https://leap.example/");
        assert_eq!((made.proxy, made.trust), (Proxy::System, Trust::System));
    }

    #[test]
    fn clients_are_shared_by_what_matters() {
        let clients = Clients::new(LookupPool::new(Arc::new(|job| job())));
        let with_ca = ClientSettings {
            ca_file: Some(PathBuf::from("/nowhere/ca.pem")),
            ..ClientSettings::default()
        };
        for port in [1, 2, 3] {
            let url = Url::parse(&format!("http://127.0.0.1:{port}/")).unwrap();
            clients.client(&ClientSettings::default(), &url).unwrap();
            clients.client(&with_ca, &url).unwrap();
        }
        assert_eq!(clients.clients.lock().unwrap().len(), 1);
    }

    #[test]
    fn a_ca_file_that_is_a_fifo_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let fifo = folder.path().join("ca.pem");
        crate::files::make_fifo(&fifo);
        let text = load_certificates(&fifo).unwrap_err().text;
        assert!(text.ends_with(": not a regular file"), "{text}");
    }

    #[test]
    fn a_ca_file_that_cannot_be_used_is_named() {
        let clients = Clients::new(LookupPool::new(Arc::new(|job| job())));
        let refused = |path: &Path| {
            let settings = ClientSettings {
                ca_file: Some(path.to_owned()),
                ..ClientSettings::default()
            };
            let url = Url::parse("https://leap.example/").unwrap();
            clients.client(&settings, &url).unwrap_err()
        };
        let missing = refused(Path::new("/nowhere/ca.pem"));
        assert!(
            missing.text.starts_with("ca_file /nowhere/ca.pem: "),
            "{missing}"
        );
        assert!(!missing.kind().is_transient());
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(refused(file.path()).text.ends_with("no certificate in it"));
    }
}
