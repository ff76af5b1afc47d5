//! Requests over TLS, with certificates that the tests make.

use chrono::{DateTime, Utc};
use rcgen::{
    BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, PKCS_ECDSA_P256_SHA256,
    PKCS_ECDSA_P384_SHA384, PKCS_ED25519, PKCS_RSA_SHA256, PKCS_RSA_SHA512, date_time_ymd,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{ServerConfig, SupportedProtocolVersion};

use super::*;
use crate::sources::error::{Cause, Sent, SourceError};

/// A certificate authority of our own, and the file with its certificate.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    file: tempfile::NamedTempFile,
}

impl Authority {
    fn new() -> Self {
        Self::with_key(KeyPair::generate().unwrap())
    }

    fn with_key(key: KeyPair) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        file.write_all(pem.as_bytes()).unwrap();
        Self {
            issuer: Issuer::new(params, key),
            file,
        }
    }

    /// A server that answers one connection for `name`, with a certificate that ends in `last_year`.
    fn serve(&self, name: &str, last_year: i32) -> String {
        let key = KeyPair::generate().unwrap();
        self.serve_with(name, last_year, key, &[&TLS13, &TLS12])
    }

    /// Like [`Self::serve`], with the given key and versions of TLS.
    fn serve_with(
        &self,
        name: &str,
        last_year: i32,
        key: KeyPair,
        versions: &[&'static SupportedProtocolVersion],
    ) -> String {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(last_year, 6, 1);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_protocol_versions(versions)
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        answer_once(TlsAcceptor::from(Arc::new(config)))
    }

    fn settings(&self) -> ClientSettings {
        ClientSettings {
            ca_file: Some(self.file.path().to_owned()),
            ..ClientSettings::default()
        }
    }
}

/// A server with a self-signed certificate, and the file with that certificate. `IsCa::Ca` marks the certificate as
/// that of a certificate authority, as `openssl req -x509` does by default.
fn serve_self_signed(is_ca: IsCa) -> (String, tempfile::NamedTempFile) {
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.is_ca = is_ca;
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(certificate.pem().as_bytes()).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let url = answer_once(TlsAcceptor::from(Arc::new(config)));
    (url, file)
}

#[tokio::test]
async fn a_self_signed_certificate_is_trusted_once_it_is_given_and_says_so_before() {
    let (url, _) = serve_self_signed(IsCa::ExplicitNoCa);
    let error = ask(&ClientSettings::default(), &url).await.unwrap_err();
    assert_eq!(
        error.text,
        "the certificate is self-signed or its issuer is unknown: set ca_file to it or to its issuer's"
    );
    let (url, file) = serve_self_signed(IsCa::ExplicitNoCa);
    let given = ClientSettings {
        ca_file: Some(file.path().to_owned()),
        ..ClientSettings::default()
    };
    assert!(ask(&given, &url).await.is_ok());
    let (url, file) = serve_self_signed(IsCa::Ca(BasicConstraints::Unconstrained));
    let given = ClientSettings {
        ca_file: Some(file.path().to_owned()),
        ..ClientSettings::default()
    };
    let error = ask(&given, &url).await.unwrap_err();
    assert_eq!(error.cause, Cause::Certificate);
    assert!(error.text.contains("CA:FALSE"), "{error}");
}

#[expect(clippy::disallowed_methods, reason = "a server for one test")]
fn answer_once(acceptor: TlsAcceptor) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let Ok(mut stream) = acceptor.accept(stream).await else {
            return;
        };
        let mut request = [0; 4096];
        let _ = stream.read(&mut request).await;
        let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
        let _ = stream.shutdown().await;
    });
    format!("https://localhost:{port}/")
}

async fn ask(settings: &ClientSettings, url: &str) -> Result<Response, SourceError> {
    let url = Url::parse(url).unwrap();
    let client = clients().client(settings, &url).unwrap();
    fetch(client.get(url), &limits()).await
}

#[tokio::test]
async fn a_private_ca_is_trusted_and_the_certificates_end_is_told() {
    let authority = Authority::new();
    let url = authority.serve("localhost", 2090);
    let response = ask(&authority.settings(), &url).await.unwrap();
    let end: DateTime<Utc> = "2090-06-01T00:00:00Z".parse().unwrap();
    assert_eq!(response.certificate.unwrap().ends, Some(end));
}

// A key for these tests only. It protects nothing.
const RSA_KEY: &str = include_str!("rsa-key.pem");

#[tokio::test]
async fn every_usual_kind_of_key_is_understood_under_both_versions_of_tls() {
    let elliptic = [
        &PKCS_ECDSA_P256_SHA256,
        &PKCS_ECDSA_P384_SHA384,
        &PKCS_ED25519,
    ];
    let elliptic = elliptic.map(|kind| KeyPair::generate_for(kind).unwrap());
    let rsa = [&PKCS_RSA_SHA256, &PKCS_RSA_SHA512];
    let rsa = rsa.map(|kind| KeyPair::from_pkcs8_pem_and_sign_algo(RSA_KEY, kind).unwrap());
    let keys: Vec<String> = elliptic
        .iter()
        .chain(&rsa)
        .map(KeyPair::serialize_pem)
        .collect();
    for version in [&TLS13, &TLS12] {
        for pem in &keys {
            let key = || KeyPair::from_pem(pem).unwrap();
            let authority = Authority::with_key(key());
            let url = authority.serve_with("localhost", 2090, key(), &[version]);
            let response = ask(&authority.settings(), &url).await;
            assert!(response.is_ok(), "{version:?}: {response:?}\n{pem}");
        }
    }
}

#[tokio::test]
async fn certificates_that_are_not_to_be_trusted_say_why() {
    let authority = Authority::new();
    let cases = [
        (
            authority.settings(),
            "localhost",
            2021,
            "the certificate expired on 2021-06-01",
        ),
        (
            authority.settings(),
            "leap.example",
            2090,
            "the certificate is for leap.example, not for localhost",
        ),
        (
            ClientSettings::default(),
            "localhost",
            2090,
            "the certificate is self-signed or its issuer is unknown: set ca_file to it or to its issuer's",
        ),
    ];
    for (settings, name, year, text) in cases {
        let error = ask(&settings, &authority.serve(name, year))
            .await
            .unwrap_err();
        assert_eq!(error.text, text);
        assert_eq!((error.cause, error.sent), (Cause::Certificate, Sent::No));
    }
}
