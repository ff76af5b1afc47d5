//! A proxy in front of the demo's hubs. For a client of the proxy, hubs go down and come back, and servers start
//! slowly.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use super::wire::{address, ask, head, is_ours};

/// Servers that started in addition to those of the demo.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExtraStarts {
    /// The number of servers whose start takes 10 to 15 seconds.
    pub fast: u32,
    /// The number of servers whose start takes 60 to 120 seconds.
    pub slow: u32,
}

#[derive(Debug, Default)]
struct Faults {
    /// Every hub is unreachable.
    all_away: bool,
    /// The unreachable hubs, as `CLUSTER/HUB`.
    away: BTreeSet<String>,
    starts: BTreeMap<String, ExtraStarts>,
}

/// The proxy; it ends when dropped.
pub struct FaultyHubs {
    address: SocketAddr,
    faults: Arc<Mutex<Faults>>,
    is_over: Arc<AtomicBool>,
}

impl FaultyHubs {
    /// Starts a proxy in front of the demo's hubs at `upstream`, such as `127.0.0.1:8000`.
    #[expect(
        clippy::disallowed_methods,
        reason = "a server of a test needs its own threads"
    )]
    pub fn start(upstream: &str) -> Self {
        let upstream = address(&format!("http://{upstream}"));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let hubs = Self {
            address: listener.local_addr().expect("its address"),
            faults: Arc::default(),
            is_over: Arc::default(),
        };
        let (faults, is_over) = (Arc::clone(&hubs.faults), Arc::clone(&hubs.is_over));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if is_over.load(Ordering::Relaxed) {
                    return;
                }
                let faults = Arc::clone(&faults);
                // A client that hung up has no use for an answer.
                std::thread::spawn(move || drop(pass(stream, upstream, &faults)));
            }
        });
        hubs
    }

    /// `127.0.0.1:PORT`.
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// Makes all hubs unreachable, as when their pods are replaced, or reachable again.
    pub fn set_all_away(&self, away: bool) {
        self.faults().all_away = away;
    }

    /// Makes one hub unreachable until the end of the test.
    pub fn take_away(&self, hub: &str) {
        self.faults().away.insert(hub.to_owned());
    }

    pub fn set_starts(&self, hub: &str, starts: ExtraStarts) {
        self.faults().starts.insert(hub.to_owned(), starts);
    }

    fn faults(&self) -> std::sync::MutexGuard<'_, Faults> {
        self.faults.lock().expect("nobody panics with it")
    }
}

impl Drop for FaultyHubs {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        // Wakes the thread that waits for a connection.
        let _ = TcpStream::connect(self.address);
    }
}

fn pass(
    mut stream: TcpStream,
    upstream: SocketAddr,
    faults: &Mutex<Faults>,
) -> std::io::Result<()> {
    let (first, headers) = head(&mut BufReader::new(stream.try_clone()?))?;
    let target = first.split(' ').nth(1).unwrap_or_default();
    let hub = target.strip_prefix("/h/");
    let hub = hub.and_then(|rest| rest.split_once("/hub/").map(|(hub, _)| hub));
    let (is_away, starts) = {
        let faults = faults.lock().expect("nobody panics with it");
        let is_away = hub.is_some_and(|hub| faults.all_away || faults.away.contains(hub));
        let starts = hub.and_then(|hub| faults.starts.get(hub));
        (is_away, starts.copied())
    };
    // Only the hub's own pages fail. The hub's proxy still answers.
    if is_away {
        let page = "<html><body><h1>503 : Service Unavailable</h1></body></html>";
        return write!(
            stream,
            "HTTP/1.1 503 -\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{page}",
            page.len()
        );
    }
    let (status, answered, body) = ask(upstream, &format!("GET {target}"), &headers, b"")?;
    let body = match starts.filter(|_| target.ends_with("/metrics")) {
        Some(starts) => with_starts(&String::from_utf8_lossy(&body), starts).into_bytes(),
        None => body,
    };
    write!(stream, "HTTP/1.1 {status} -\r\nConnection: close\r\n")?;
    for (name, value) in answered.iter().filter(|(name, _)| !is_ours(name)) {
        write!(stream, "{name}: {value}\r\n")?;
    }
    write!(stream, "Content-Length: {}\r\n\r\n", body.len())?;
    stream.write_all(&body)
}

/// The page with more starts in its histogram, as a hub would have counted them.
fn with_starts(page: &str, starts: ExtraStarts) -> String {
    let lines = page.lines().map(|line| match more_in(line, starts) {
        None => line.to_owned(),
        Some(more) => {
            let (series, value) = line.rsplit_once(' ').expect("a sample");
            let value: f64 = value.parse().expect("a number");
            format!("{series} {}", value + f64::from(more))
        }
    });
    lines.map(|line| line + "\n").collect()
}

fn more_in(line: &str, starts: ExtraStarts) -> Option<u32> {
    let rest = line.strip_prefix("jupyterhub_server_spawn_duration_seconds_")?;
    let (kind, labels) = rest.split_once('{')?;
    if !labels.contains("status=\"success\"") {
        return None;
    }
    match kind {
        "count" => Some(starts.fast + starts.slow),
        "bucket" => {
            let (_, bound) = labels.split_once("le=\"")?;
            let bound = bound.split('"').next()?;
            let bound: f64 = bound.trim_start_matches('+').parse().ok()?;
            let fast = if bound >= 15.0 { starts.fast } else { 0 };
            let slow = if bound >= 120.0 { starts.slow } else { 0 };
            Some(fast + slow)
        }
        _ => None,
    }
}

#[test]
fn more_starts_rise_in_every_bucket_that_holds_them() {
    let page = "# HELP x y\n\
        jupyterhub_server_spawn_duration_seconds_bucket{status=\"success\",le=\"10.0\"} 3\n\
        jupyterhub_server_spawn_duration_seconds_bucket{status=\"success\",le=\"15.0\"} 3\n\
        jupyterhub_server_spawn_duration_seconds_bucket{status=\"success\",le=\"+Inf\"} 4\n\
        jupyterhub_server_spawn_duration_seconds_count{status=\"success\"} 4\n\
        jupyterhub_server_spawn_duration_seconds_count{status=\"failure\"} 1\n";
    let starts = ExtraStarts { fast: 2, slow: 10 };
    let values: Vec<String> = with_starts(page, starts)
        .lines()
        .filter_map(|line| Some(line.rsplit_once(' ')?.1.to_owned()))
        .collect();
    assert_eq!(values, ["y", "3", "5", "16", "16", "1"]);
}
