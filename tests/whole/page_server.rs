//! A server on loopback in place of a hub. It gives the same answer to every request, over HTTP or TLS.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair,
};
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

/// The server, which ends when it is dropped.
pub struct PageServer {
    address: SocketAddr,
    scheme: &'static str,
    answer: Arc<Mutex<String>>,
    is_over: Arc<AtomicBool>,
}

impl PageServer {
    /// Answers with these bytes over plain HTTP.
    pub fn http(answer: &str) -> Self {
        Self::start(answer, None)
    }

    /// Answers with these bytes over TLS, with a certificate of an unknown CA.
    pub fn tls(answer: &str) -> Self {
        Self::start(answer, Some(Arc::new(unknown_issuer())))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a server of a test needs its own threads"
    )]
    fn start(answer: &str, tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let server = Self {
            address: listener.local_addr().expect("its address"),
            scheme: if tls.is_some() { "https" } else { "http" },
            answer: Arc::new(Mutex::new(answer.to_owned())),
            is_over: Arc::default(),
        };
        let (is_over, answer) = (Arc::clone(&server.is_over), Arc::clone(&server.answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if is_over.load(Ordering::Relaxed) {
                    return;
                }
                let tls = tls.clone();
                let answer = answer.lock().expect("no panic").clone();
                std::thread::spawn(move || serve(stream, tls, &answer));
            }
        });
        server
    }

    /// From now on, every request gets this answer.
    pub fn set(&self, answer: &str) {
        answer.clone_into(&mut self.answer.lock().expect("no panic"));
    }

    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }
}

impl Drop for PageServer {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        // Wakes the thread that waits for a connection.
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(stream: TcpStream, tls: Option<Arc<ServerConfig>>, answer: &str) {
    let Some(config) = tls else {
        return exchange(stream, answer);
    };
    let connection = ServerConnection::new(config).expect("a configuration");
    exchange(StreamOwned::new(connection, stream), answer);
}

// The write may fail: a client that refuses the certificate closes the connection and does not read the answer.
fn exchange(mut stream: impl Read + Write, answer: &str) {
    let _ = stream.read(&mut [0; 4096]);
    let _ = stream.write_all(answer.as_bytes());
    let _ = stream.flush();
}

fn unknown_issuer() -> ServerConfig {
    let mut ca = CertificateParams::new(Vec::new()).expect("no names");
    ca.distinguished_name = DistinguishedName::new();
    ca.distinguished_name.push(DnType::CommonName, "Inspection");
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = Issuer::new(ca, KeyPair::generate().expect("a key"));
    let mut leaf = CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("an address");
    leaf.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate().expect("a key");
    let certificate = leaf.signed_by(&key, &issuer).expect("a certificate");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .expect("a certificate with its key")
}
