//! What the certificate says that a server showed.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use reqwest::tls::TlsInfo;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ParsedExtension;
use x509_parser::parse_x509_certificate;

/// A server's certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerCertificate {
    /// The end of its validity.
    pub ends: Option<DateTime<Utc>>,
    /// Who signed it; None where it signed itself.
    pub signer: Option<Signer>,
}

/// Who signed a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    pub name: String,
    /// The id of its key, in hexadecimal, where the certificate tells it.
    pub key_id: Option<String>,
}

/// The certificate of this connection; None where it cannot be read.
pub fn of_connection(info: &TlsInfo) -> Option<ServerCertificate> {
    info.peer_certificate().and_then(from_der)
}

fn from_der(der: &[u8]) -> Option<ServerCertificate> {
    let (_, certificate) = parse_x509_certificate(der).ok()?;
    Some(ServerCertificate {
        ends: DateTime::from_timestamp(certificate.validity().not_after.timestamp(), 0),
        signer: signer(&certificate),
    })
}

fn signer(certificate: &X509Certificate<'_>) -> Option<Signer> {
    let (mut own_key, mut signers_key) = (None, None);
    for extension in certificate.extensions() {
        match extension.parsed_extension() {
            ParsedExtension::SubjectKeyIdentifier(id) => own_key = Some(hex(id.0)),
            ParsedExtension::AuthorityKeyIdentifier(authority) => {
                signers_key = authority.key_identifier.as_ref().map(|id| hex(id.0));
            }
            _ => {}
        }
    }
    // Two certificates may carry one name; their keys tell them apart where both are known.
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
    fn what_is_no_certificate_is_none() {
        assert_eq!(from_der(b""), None);
        assert_eq!(from_der(&[0x30; 64]), None);
    }
}
