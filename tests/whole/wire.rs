//! The part of HTTP that a test's proxy and caller need.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

/// Where a URL such as `http://127.0.0.1:9090` points to.
pub fn address(url: &str) -> SocketAddr {
    url.strip_prefix("http://")
        .and_then(|it| it.trim_end_matches('/').parse().ok())
        .unwrap_or_else(|| panic!("no address: {url}"))
}

/// Status, headers, body.
pub type Answer = (u16, Vec<(String, String)>, Vec<u8>);

/// Sends an HTTP/1.0 request, so that the answer is not chunked and ends with its connection.
pub fn ask(
    upstream: SocketAddr,
    what: &str,
    headers: &[(String, String)],
    body: &[u8],
) -> std::io::Result<Answer> {
    let mut stream = TcpStream::connect(upstream)?;
    write!(stream, "{what} HTTP/1.0\r\n")?;
    for (name, value) in headers.iter().filter(|(name, _)| !is_ours(name)) {
        write!(stream, "{name}: {value}\r\n")?;
    }
    write!(stream, "Content-Length: {}\r\n\r\n", body.len())?;
    stream.write_all(body)?;
    let mut reader = BufReader::new(stream);
    let (first, headers) = head(&mut reader)?;
    let status = first.split(' ').nth(1).and_then(|it| it.parse().ok());
    let mut answer = Vec::new();
    reader.read_to_end(&mut answer)?;
    Ok((status.expect("a status"), headers, answer))
}

pub fn head(reader: &mut impl BufRead) -> std::io::Result<(String, Vec<(String, String)>)> {
    let mut lines = reader.lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    let mut headers = Vec::new();
    for line in lines {
        let line = line?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    Ok((first, headers))
}

pub fn length(headers: &[(String, String)]) -> usize {
    let mut found = headers.iter();
    let found = found.find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    found.and_then(|(_, value)| value.parse().ok()).unwrap_or(0)
}

/// Headers about the connection or the encoding, which the proxy sets itself.
pub fn is_ours(name: &str) -> bool {
    [
        "connection",
        "content-length",
        "transfer-encoding",
        "accept-encoding",
    ]
    .iter()
    .any(|ours| name.eq_ignore_ascii_case(ours))
}
