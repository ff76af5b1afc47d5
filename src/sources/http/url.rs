//! Shows addresses without their secret parts, and compares addresses.

use std::fmt;
use std::net::IpAddr;

use reqwest::Url;

/// An address that may be shown. It has no user, password, query or fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedactedUrl {
    origin: String,
    path: String,
}

impl RedactedUrl {
    /// The parts of `url` that may be shown.
    pub fn from_url(url: &Url) -> Self {
        Self {
            origin: url.origin().ascii_serialization(),
            path: url.path().to_owned(),
        }
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The path alone.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for RedactedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.path)
    }
}

/// Whether the address is this machine, which is never reached through a proxy.
pub fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else {
        return false;
    };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => {
            let name = bare.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
    }
}

/// Whether both addresses have the same scheme, host and port.
pub fn same_origin(one: &Url, other: &Url) -> bool {
    one.origin() == other.origin()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn nothing_secret_is_shown() {
        let url =
            url("https://ada:s3cret@prometheus.leap.example:8443/api/v1/rules?token=s3cret#s3cret");
        let shown = RedactedUrl::from_url(&url);
        assert_eq!(
            shown.to_string(),
            "https://prometheus.leap.example:8443/api/v1/rules"
        );
        assert!(!format!("{shown:?}").contains("s3cret"));
    }

    #[test]
    fn this_machine_is_known_by_all_its_names() {
        for text in [
            "http://127.0.0.1:9090/",
            "http://127.8.8.8/",
            "http://[::1]:80/",
            "http://[::ffff:127.0.0.1]/",
            "http://LOCALHOST/",
            "http://leap.localhost/",
        ] {
            assert!(is_loopback(&url(text)), "{text}");
        }
        for text in [
            "http://localhost.example/",
            "http://10.0.0.1/",
            "http://[fe80::1]/",
        ] {
            assert!(!is_loopback(&url(text)), "{text}");
        }
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        let here = url("https://leap.example/a");
        assert!(same_origin(&here, &url("https://leap.example:443/b?c")));
        for other in [
            "http://leap.example/a",
            "https://leap.example:8443/",
            "https://a.leap.example/",
        ] {
            assert!(!same_origin(&here, &url(other)), "{other}");
        }
    }
}
