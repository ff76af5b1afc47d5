//! The proxy that a request goes through. A failure to reach the proxy must not look like a failure of the upstream.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;

use super::url::is_loopback;
use crate::domain::settings::Proxy;
use crate::sources::blank;
use crate::sources::error::{Cause, SourceError};

/// Adds the address of the proxy to the error, if the request for `url` goes through a proxy.
pub fn name_proxy(error: SourceError, proxy: &Proxy, url: &Url) -> SourceError {
    let Some(address) = proxy_address(proxy, url) else {
        return error;
    };
    let text = match error.cause {
        Cause::Resolve | Cause::Connect => format!("the proxy {address}: {}", error.text),
        Cause::Timeout => format!("{}, through the proxy {address}", error.text),
        _ => return error,
    };
    SourceError { text, ..error }
}

/// Blanks the password of the proxy for `url` in all texts from now on.
pub fn remember_password(proxy: &Proxy, url: &Url) {
    let password = match proxy {
        Proxy::Direct => None,
        Proxy::Url(url) => url.parse().ok().and_then(|url: Url| password_of(&url)),
        Proxy::System => system_password(url),
    };
    if let Some(password) = password {
        blank::remember(&password);
    }
}

fn password_of(url: &Url) -> Option<String> {
    let written = url.password()?;
    let decoded = percent_encoding::percent_decode_str(written).decode_utf8();
    Some(decoded.ok()?.into_owned())
}

fn system_password(url: &Url) -> Option<String> {
    let found = Matcher::from_system().intercept(&url.as_str().parse().ok()?)?;
    if let Some((_, password)) = found.raw_auth() {
        return Some(password.to_owned());
    }
    let header = found.basic_auth()?.to_str().ok()?;
    let decoded = STANDARD.decode(header.strip_prefix("Basic ")?).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    text.split_once(':')
        .map(|(_, password)| password.to_owned())
}

// The proxy's address without user and password.
fn proxy_address(proxy: &Proxy, url: &Url) -> Option<String> {
    let proxy: Url = match proxy {
        _ if is_loopback(url) => return None,
        Proxy::Direct => return None,
        Proxy::Url(url) => url.parse().ok()?,
        Proxy::System => {
            let found = Matcher::from_system().intercept(&url.as_str().parse().ok()?)?;
            found.uri().to_string().parse().ok()?
        }
    };
    let port = proxy
        .port()
        .map_or(String::new(), |port| format!(":{port}"));
    Some(format!("{}://{}{port}", proxy.scheme(), proxy.host_str()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::error::Sent;

    fn named(cause: Cause, proxy: Proxy, url: &str) -> String {
        let error = SourceError::new(cause, Sent::No, "connection refused");
        name_proxy(error, &proxy, &Url::parse(url).unwrap()).text
    }

    #[test]
    fn a_failure_on_the_way_to_the_proxy_names_it_without_its_password() {
        let proxy = || Proxy::Url("socks5h://ada:s3cret@proxy.example:1080".to_owned());
        assert_eq!(
            named(Cause::Connect, proxy(), "https://leap.example/"),
            "the proxy socks5h://proxy.example:1080: connection refused"
        );
        assert_eq!(
            named(Cause::Timeout, proxy(), "https://leap.example/"),
            "connection refused, through the proxy socks5h://proxy.example:1080"
        );
    }

    #[test]
    fn a_proxys_password_is_blanked() {
        let url = Url::parse("https://leap.example/").unwrap();
        let proxy = Proxy::Url("http://ada:q8%2Fproxy-pass@proxy.example:3128".to_owned());
        remember_password(&proxy, &url);
        assert_eq!(blank::blank("sent q8/proxy-pass"), "sent [secret]");
        assert_eq!(
            blank::blank("at ada:q8%2Fproxy-pass@x"),
            "at ada:[secret]@x"
        );
    }

    #[test]
    fn the_upstreams_own_failure_names_no_proxy() {
        let proxy = || Proxy::Url("http://proxy.example:3128".to_owned());
        for (cause, proxy, url) in [
            (Cause::Certificate, proxy(), "https://leap.example/"),
            (Cause::Connect, proxy(), "http://127.0.0.1:9090/"),
            (Cause::Connect, Proxy::Direct, "https://leap.example/"),
        ] {
            assert_eq!(named(cause, proxy, url), "connection refused");
        }
    }
}
