//! A page of metrics for a real Prometheus to scrape. The server counts the requests.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// A server of metrics on loopback. Dropping it ends the server.
pub struct Metrics {
    address: SocketAddr,
    is_over: Arc<AtomicBool>,
    server: Option<JoinHandle<()>>,
}

impl Metrics {
    /// Serves `page(n)` for the n-th request, from 0, whatever its path.
    #[expect(
        clippy::disallowed_methods,
        reason = "a server of a test needs its own thread"
    )]
    pub fn serve(page: impl Fn(u64) -> String + Send + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("its address");
        let is_over = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&is_over);
        let server = std::thread::spawn(move || {
            for (count, stream) in (0..).zip(listener.incoming()) {
                if told.load(Ordering::Relaxed) {
                    return;
                }
                // A scraper that hung up has no use for an answer.
                let _ = stream.and_then(|stream| answer(stream, &page(count)));
            }
        });
        Self {
            address,
            is_over,
            server: Some(server),
        }
    }

    /// The server's address, `127.0.0.1:PORT`, as a scrape target.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Metrics {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        // One more connection wakes the server's thread, so that the thread sees `is_over`.
        let _ = TcpStream::connect(self.address);
        if let Some(server) = self.server.take() {
            let _ = server.join();
        }
    }
}

fn answer(mut stream: TcpStream, page: &str) -> std::io::Result<()> {
    let lines = BufReader::new(stream.try_clone()?).lines();
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let head =
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nConnection: close\r\n";
    write!(stream, "{head}Content-Length: {}\r\n\r\n{page}", page.len())
}
