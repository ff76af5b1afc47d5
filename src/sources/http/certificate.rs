//! When the certificate ends that the server showed.

use chrono::{DateTime, Utc};
use reqwest::tls::TlsInfo;
use x509_parser::parse_x509_certificate;

/// The end of the validity of the certificate of this connection.
pub fn valid_until(info: &TlsInfo) -> Option<DateTime<Utc>> {
    info.peer_certificate().and_then(valid_until_of_der)
}

fn valid_until_of_der(der: &[u8]) -> Option<DateTime<Utc>> {
    let (_, certificate) = parse_x509_certificate(der).ok()?;
    DateTime::from_timestamp(certificate.validity().not_after.timestamp(), 0)
}
