//! Reads the certificate that a server showed.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use reqwest::tls::TlsInfo;
use x509_cert::certificate::{CertificateInner, Raw};
use x509_cert::der::Decode;
use x509_cert::ext::pkix::{AuthorityKeyIdentifier, SubjectKeyIdentifier};

/// A server's certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerCertificate {
    /// The end of the certificate's validity.
    pub ends: Option<DateTime<Utc>>,
    /// The issuer; `None` if the certificate is self-signed.
    pub signer: Option<Signer>,
}

/// The issuer of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    pub name: String,
    /// The id of the issuer's key, in hexadecimal. `None` if the certificate does not contain it.
    pub key_id: Option<String>,
}

/// The server's certificate on this connection; `None` if it cannot be read.
pub fn of_connection(info: &TlsInfo) -> Option<ServerCertificate> {
    info.peer_certificate().and_then(from_der)
}

// Parses the certificate as `Raw`, which accepts serial numbers that RFC 5280 forbids. Such a serial number does not
// affect the date.
fn from_der(der: &[u8]) -> Option<ServerCertificate> {
    let certificate = CertificateInner::<Raw>::from_der(der).ok()?;
    let not_after = certificate.tbs_certificate().validity().not_after;
    let seconds = not_after.to_unix_duration().as_secs();
    Some(ServerCertificate {
        ends: i64::try_from(seconds)
            .ok()
            .and_then(|seconds| DateTime::from_timestamp(seconds, 0)),
        signer: signer(&certificate),
    })
}

fn signer(certificate: &CertificateInner<Raw>) -> Option<Signer> {
    let certificate = certificate.tbs_certificate();
    let own_key = certificate.get_extension::<SubjectKeyIdentifier>().ok();
    let own_key = own_key.flatten().map(|(_, id)| hex(id.0.as_bytes()));
    let authority = certificate.get_extension::<AuthorityKeyIdentifier>().ok();
    let authority = authority.flatten().and_then(|(_, id)| id.key_identifier);
    let signers_key = authority.map(|id| hex(id.as_bytes()));
    // The issuer and the subject may differ although they have the same name. Their key ids show this, if both ids are
    // known.
    let is_other_key = signers_key.is_some() && own_key.is_some() && signers_key != own_key;
    let is_other_name = certificate.issuer() != certificate.subject();
    (is_other_name || is_other_key).then(|| Signer {
        name: certificate.issuer().to_string(),
        key_id: signers_key,
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use rcgen::{
        BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair,
        SerialNumber, date_time_ymd,
    };

    use super::*;

    fn params(name: &str) -> CertificateParams {
        let mut params = CertificateParams::new(vec!["hub.example".to_owned()]).unwrap();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        params
    }

    fn signed(authority: &str, with_key_id: bool) -> ServerCertificate {
        let mut ca = params(authority);
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = Issuer::new(ca, KeyPair::generate().unwrap());
        let mut leaf = params("hub");
        leaf.use_authority_key_identifier_extension = with_key_id;
        let key = KeyPair::generate().unwrap();
        from_der(leaf.signed_by(&key, &issuer).unwrap().der()).unwrap()
    }

    #[test]
    fn the_signer_is_told_by_name_and_key() {
        let with_key = signed("Inspection", true).signer.unwrap();
        assert_eq!(with_key.name, "CN=Inspection");
        assert_eq!(with_key.key_id.unwrap().len(), 40);
        let without = signed("Inspection", false).signer.unwrap();
        assert_eq!(without.key_id, None);
    }

    #[test]
    fn a_certificate_that_signed_itself_has_no_signer() {
        for with_key_id in [true, false] {
            let mut own = params("Ingress Fake Certificate");
            own.use_authority_key_identifier_extension = with_key_id;
            let der = own.self_signed(&KeyPair::generate().unwrap()).unwrap();
            assert_eq!(from_der(der.der()).unwrap().signer, None, "{with_key_id}");
        }
    }

    #[test]
    fn a_serial_number_that_the_standard_forbids_hides_no_date() {
        for serial in [vec![0], vec![7; 21], vec![0x80; 40]] {
            let mut own = params("hub");
            own.serial_number = Some(SerialNumber::from(serial.clone()));
            own.not_after = date_time_ymd(2090, 6, 1);
            let der = own.self_signed(&KeyPair::generate().unwrap()).unwrap();
            let ends = from_der(der.der()).unwrap().ends.unwrap();
            assert_eq!(ends.to_rfc3339(), "2090-06-01T00:00:00+00:00", "{serial:?}");
        }
    }

    #[test]
    fn what_is_no_certificate_is_none() {
        assert_eq!(from_der(b""), None);
        assert_eq!(from_der(&[0x30; 64]), None);
    }
}
