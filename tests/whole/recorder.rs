//! A proxy in front of a server. It records each request and its answer.

use std::io::{BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use serde_json::Value;

use super::wire::{address, ask, head, is_ours, length};

/// A request and its answer.
#[derive(Clone, Debug)]
pub struct Exchange {
    pub method: String,
    pub path: String,
    /// The parameters, decoded.
    pub query: Vec<(String, String)>,
    pub headers: Vec<(String, String)>,
    pub body: String,
    pub status: u16,
    pub answer: String,
}

type Rules = (Demanded, Option<Rewrite>);
type Heard = Arc<Mutex<Vec<Exchange>>>;
/// Headers that a request must carry to be let through: `(name, value)`.
type Demanded = &'static [(&'static str, &'static str)];
/// Changes a request's JSON before it is passed on.
pub type Rewrite = fn(&mut Value);

/// An answer instead of the upstream's, for requests whose path `applies` accepts.
#[derive(Clone, Copy)]
pub struct Instead {
    pub applies: fn(&str) -> bool,
    pub status: u16,
    pub body: &'static str,
}

/// A recording proxy on loopback; it ends when dropped.
pub struct Recorder {
    address: SocketAddr,
    heard: Heard,
    holds: Arc<AtomicBool>,
    instead: Arc<Mutex<Vec<Instead>>>,
    is_over: Arc<AtomicBool>,
    server: Option<JoinHandle<()>>,
}

impl Recorder {
    /// A recorder in front of `upstream`, an address such as `http://127.0.0.1:9090`. A request without a demanded
    /// header is answered with 401.
    pub fn start(upstream: &str, demanded: Demanded) -> Self {
        Self::passing(upstream, demanded, None)
    }

    /// A recorder that rewrites all requests, which must be JSON. It records the original requests.
    pub fn rewriting(upstream: &str, rewrite: Rewrite) -> Self {
        Self::passing(upstream, &[], Some(rewrite))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a server of a test needs its own threads"
    )]
    fn passing(upstream: &str, demanded: Demanded, rewrite: Option<Rewrite>) -> Self {
        let upstream = address(upstream);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("its address");
        let heard = Heard::default();
        let is_over = Arc::new(AtomicBool::new(false));
        let holds = Arc::new(AtomicBool::new(false));
        let (told, kept) = (Arc::clone(&is_over), Arc::clone(&heard));
        let holding = Arc::clone(&holds);
        let instead: Arc<Mutex<Vec<Instead>>> = Arc::default();
        let replaced = Arc::clone(&instead);
        let server = std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if told.load(Ordering::Relaxed) {
                    return;
                }
                let (kept, holding) = (Arc::clone(&kept), Arc::clone(&holding));
                let instead = replaced.lock().expect("nobody panics with it").clone();
                std::thread::spawn(move || {
                    let how = (demanded, rewrite);
                    // A client that hung up has no use for an answer.
                    let _ = passed(stream, upstream, how, (&kept, &holding), &instead);
                });
            }
        });
        Self {
            address,
            heard,
            holds,
            instead,
            is_over,
            server: Some(server),
        }
    }

    /// The recorder's address.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on, writes are passed on, but their answers are held back for ever.
    pub fn hold_answers_to_writes(&self) {
        self.holds.store(true, Ordering::Relaxed);
    }

    /// From now on, the recorder answers reads itself where `instead` has an answer for the path. The first element of
    /// `instead` that accepts the path is used.
    pub fn answer_instead(&self, instead: Vec<Instead>) {
        *self.instead.lock().expect("nobody panics with it") = instead;
    }

    /// The requests since the last call.
    pub fn take(&self) -> Vec<Exchange> {
        std::mem::take(&mut self.heard.lock().expect("nobody panics with it"))
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        // The server thread waits for a connection. One more connection wakes the thread, so that it sees that the
        // recorder is dropped.
        let _ = TcpStream::connect(self.address);
        if let Some(server) = self.server.take() {
            let _ = server.join();
        }
    }
}

impl Exchange {
    /// The request's body as JSON; `None` if the request has no body.
    pub fn sent(&self) -> Option<Value> {
        (!self.body.is_empty()).then(|| serde_json::from_str(&self.body).expect("JSON"))
    }

    /// The answer's body as JSON; null if the answer has no body.
    pub fn answered(&self) -> Value {
        serde_json::from_str(&self.answer).unwrap_or(Value::Null)
    }
}

/// Answers the only request of a connection. No test needs a second request on one connection.
fn passed(
    mut stream: TcpStream,
    upstream: SocketAddr,
    (demanded, rewrite): Rules,
    (kept, holds): (&Heard, &AtomicBool),
    instead: &[Instead],
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (first, headers) = head(&mut reader)?;
    let mut words = first.split(' ').map(str::to_owned);
    let (method, target) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let mut body = vec![0; length(&headers)];
    reader.read_exact(&mut body)?;
    let is_admitted = demanded.iter().all(|(name, value)| {
        let mut sent = headers.iter();
        sent.any(|(is, says)| is.eq_ignore_ascii_case(name) && says == value)
    });
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    // A POST to this path is a read too, since hubwatch sends its queries of Prometheus by POST.
    let is_read = method == "GET" || path == "/api/v1/query";
    let instead = instead
        .iter()
        .find(|instead| is_read && (instead.applies)(path));
    let (status, answer_headers, answer) = match (instead, is_admitted) {
        (Some(instead), _) => (instead.status, Vec::new(), instead.body.as_bytes().to_vec()),
        (None, true) => {
            let sent = rewrite.map_or_else(|| body.clone(), |rewrite| rewritten(&body, rewrite));
            ask(upstream, &format!("{method} {target}"), &headers, &sent)?
        }
        (None, false) => (401, Vec::new(), b"no org id".to_vec()),
    };
    let exchange = Exchange {
        path: path.to_owned(),
        query: query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(pair)
            .collect(),
        method,
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
        status,
        answer: String::from_utf8_lossy(&answer).into_owned(),
    };
    let writes = exchange.method != "GET";
    kept.lock().expect("nobody panics with it").push(exchange);
    if writes && holds.load(Ordering::Relaxed) {
        // Holds the answer back until the client hangs up.
        return reader.read_to_end(&mut Vec::new()).map(drop);
    }
    write!(stream, "HTTP/1.1 {status} -\r\nConnection: close\r\n")?;
    for (name, value) in answer_headers.iter().filter(|(name, _)| !is_ours(name)) {
        write!(stream, "{name}: {value}\r\n")?;
    }
    write!(stream, "Content-Length: {}\r\n\r\n", answer.len())?;
    stream.write_all(&answer)
}

fn rewritten(body: &[u8], rewrite: Rewrite) -> Vec<u8> {
    let mut sent = serde_json::from_slice(body).expect("JSON");
    rewrite(&mut sent);
    sent.to_string().into_bytes()
}

fn pair(text: &str) -> (String, String) {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    (decoded(name), decoded(value))
}

fn decoded(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut decoded = Vec::new();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [bytes.next(), bytes.next()].map(|it| char::from(it.unwrap_or(b'0')));
                u8::from_str_radix(&String::from_iter(digits), 16).expect("two digits")
            }
            other => other,
        });
    }
    String::from_utf8(decoded).expect("UTF-8")
}

#[test]
fn a_query_is_decoded() {
    assert_eq!(
        pair("statuses%5B%5D=a+b%C3%A9"),
        ("statuses[]".to_owned(), "a bé".to_owned())
    );
}
