//! Finds the cause of a reqwest error in the error's chain of sources.

use crate::sources::error::{Cause, Sent, SourceError};
use std::error::Error;
use std::io::{self, ErrorKind};

use chrono::DateTime;
use rustls::CertificateError;

use super::dns::LookupError;
use super::redirect::TooManyHops;

/// The beginning of hyper's message for bytes that are not HTTP.
const NOT_HTTP: &str = "invalid HTTP ";

/// The error of a request that got no answer.
pub fn request_error(error: &reqwest::Error) -> SourceError {
    let sent = match error.is_connect() || error.is_builder() {
        true => Sent::No,
        false => Sent::Perhaps,
    };
    match known_cause(error) {
        Some((cause, text)) => SourceError::new(cause, refine_sent(cause, sent), text),
        None => {
            let cause = fallback_cause(error);
            let words = root_cause(error).to_string();
            let text = match words.starts_with(NOT_HTTP) {
                true => "the answer is not HTTP: is the port right?".to_owned(),
                false => format!("{}: {words}", text_prefix(cause)),
            };
            SourceError::new(cause, sent, text)
        }
    }
}

/// The error of an answer that broke off.
pub fn body_error(error: &reqwest::Error) -> SourceError {
    let words = match known_cause(error) {
        Some((_, text)) => text,
        None => root_cause(error).to_string(),
    };
    let text = format!("the answer broke off: {words}");
    SourceError::new(Cause::Interrupted, Sent::Answered, text)
}

/// Corrects `sent` by the cause. Without a resolved name or a TLS connection the request was not sent.
fn refine_sent(cause: Cause, sent: Sent) -> Sent {
    match cause {
        Cause::Resolve | Cause::Certificate | Cause::Handshake => Sent::No,
        Cause::Redirect => Sent::Answered,
        _ => sent,
    }
}

/// The first known cause in the chain.
fn known_cause(error: &reqwest::Error) -> Option<(Cause, String)> {
    chain(error).find_map(|error| {
        lookup_cause(error)
            .or_else(|| tls_cause(error))
            .or_else(|| redirect_cause(error))
            .or_else(|| parse_cause(error))
            .or_else(|| io_cause(error))
    })
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| {
        let error: &'a (dyn Error + 'static) = *error;
        wrapped_error(error).or_else(|| error.source())
    })
}

/// The error inside an I/O error. `io::Error::source` skips it.
fn wrapped_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    let io: &io::Error = error.downcast_ref()?;
    io.get_ref().map(|inner| inner as _)
}

fn root_cause<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    chain(error).last().unwrap_or(error)
}

fn lookup_cause(error: &(dyn Error + 'static)) -> Option<(Cause, String)> {
    let error: &LookupError = error.downcast_ref()?;
    Some((Cause::Resolve, error.to_string()))
}

fn redirect_cause(error: &(dyn Error + 'static)) -> Option<(Cause, String)> {
    let error: &TooManyHops = error.downcast_ref()?;
    Some((Cause::Redirect, error.to_string()))
}

fn parse_cause(error: &(dyn Error + 'static)) -> Option<(Cause, String)> {
    let error: &hyper::Error = error.downcast_ref()?;
    let text = || format!("the answer is not HTTP: {error}");
    error.is_parse().then(|| (Cause::Garbled, text()))
}

fn tls_cause(error: &(dyn Error + 'static)) -> Option<(Cause, String)> {
    Some(match error.downcast_ref::<rustls::Error>()? {
        rustls::Error::InvalidCertificate(error) => (Cause::Certificate, certificate_text(error)),
        rustls::Error::InvalidMessage(_) => {
            let text = "the server does not speak TLS: is it http?";
            (Cause::Handshake, text.to_owned())
        }
        other => (Cause::Handshake, format!("TLS handshake failed: {other}")),
    })
}

fn certificate_text(error: &CertificateError) -> String {
    match error {
        CertificateError::Expired => "the certificate has expired".to_owned(),
        CertificateError::ExpiredContext { not_after, .. } => {
            let seconds = i64::try_from(not_after.as_secs()).unwrap_or(i64::MAX);
            let end = DateTime::from_timestamp(seconds, 0);
            let end = end.map_or_else(String::new, |end| format!(" on {}", end.date_naive()));
            format!("the certificate expired{end}")
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "the certificate is not valid yet: is this machine's clock right?".to_owned()
        }
        CertificateError::UnknownIssuer => {
            "the certificate is self-signed or its issuer is unknown: set ca_file to it or to its issuer's"
                .to_owned()
        }
        CertificateError::NotValidForName => "the certificate is for another host name".to_owned(),
        CertificateError::NotValidForNameContext {
            expected,
            presented,
        } => other_name_text(&expected.to_str(), presented),
        CertificateError::Revoked => "the certificate was revoked".to_owned(),
        other if other.to_string().contains(CA_AS_SERVER) => {
            "the certificate is a self-signed CA, which no server may use: make one with CA:FALSE, and set ca_file to it"
                .to_owned()
        }
        other => format!("the certificate is refused: {other}"),
    }
}

/// webpki's name for the error of a CA certificate that is used as a server's certificate. rustls has no name for this
/// error.
const CA_AS_SERVER: &str = "CaUsedAsEndEntity";

/// The most names of a certificate that are shown.
const MAX_NAMES: usize = 3;

fn other_name_text(expected: &str, presented: &[String]) -> String {
    // rustls writes the names as `DnsName("leap.example")`.
    let names = presented
        .iter()
        .map(|name| name.split('"').nth(1).unwrap_or(name));
    let names: Vec<&str> = names.take(MAX_NAMES).collect();
    match names.as_slice() {
        [] => format!("the certificate is not for {expected}: it names no host"),
        names => {
            let more = if presented.len() > MAX_NAMES {
                " and others"
            } else {
                ""
            };
            format!(
                "the certificate is for {}{more}, not for {expected}",
                names.join(", ")
            )
        }
    }
}

fn io_cause(error: &(dyn Error + 'static)) -> Option<(Cause, String)> {
    let error: &io::Error = error.downcast_ref()?;
    let (cause, text) = match error.kind() {
        ErrorKind::ConnectionRefused => (Cause::Connect, "connection refused"),
        ErrorKind::ConnectionReset => (Cause::Connect, "connection reset"),
        ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => {
            (Cause::Connect, "connection closed by the server")
        }
        ErrorKind::HostUnreachable => (Cause::Connect, "no route to the host"),
        ErrorKind::NetworkUnreachable => (Cause::Connect, "no route to the network"),
        ErrorKind::TimedOut => (Cause::Timeout, "the network does not answer"),
        _ => return None,
    };
    Some((cause, text.to_owned()))
}

/// The cause if the chain has no known error.
fn fallback_cause(error: &reqwest::Error) -> Cause {
    if error.is_builder() {
        Cause::InvalidRequest
    } else if error.is_timeout() {
        Cause::Timeout
    } else if error.is_connect() {
        Cause::Connect
    } else {
        Cause::Interrupted
    }
}

fn text_prefix(cause: Cause) -> &'static str {
    match cause {
        Cause::InvalidRequest => "the request cannot be made",
        Cause::Timeout => "no answer in time",
        Cause::Connect => "no connection",
        _ => "no answer",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classify(error: CertificateError) -> (Cause, String) {
        let wrapped = io::Error::other(rustls::Error::InvalidCertificate(error));
        let found = chain(&wrapped).find_map(tls_cause);
        found.unwrap()
    }

    #[test]
    fn certificates_are_found_inside_what_wraps_them() {
        let cases = [
            (CertificateError::Expired, "expired"),
            (CertificateError::UnknownIssuer, "issuer"),
            (CertificateError::NotValidForName, "another host name"),
        ];
        for (error, word) in cases {
            let (cause, text) = classify(error);
            assert_eq!(cause, Cause::Certificate);
            assert!(text.contains(word), "{text}");
        }
    }

    #[test]
    fn a_name_that_does_not_resolve_is_found_inside_what_wraps_it() {
        let name = "leap.example".to_owned();
        let wrapped = io::Error::other(LookupError::TimedOut { name });
        let (cause, text) = chain(&wrapped).find_map(lookup_cause).unwrap();
        assert_eq!(cause, Cause::Resolve);
        assert!(text.contains("leap.example"));
    }
}
