//! Decides whether an address is on the public internet, from its text alone.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use reqwest::Url;

/// Top-level domains that only private resolvers know.
const PRIVATE_DOMAINS: [&str; 8] = [
    "localhost",
    "local",
    "internal",
    "lan",
    "intranet",
    "corp",
    "home",
    "private",
];

/// Whether an address is on the public internet. A name that looks public may still resolve to a private address.
pub(super) fn is_public(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else {
        return false;
    };
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V4(address)) => is_public_v4(address),
        Ok(IpAddr::V6(address)) => is_public_v6(address),
        Err(_) => is_public_name(bare.trim_end_matches('.')),
    }
}

fn is_public_name(name: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, top)| !PRIVATE_DOMAINS.contains(&top))
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    let is_carrier_grade_nat = first == 100 && (64..128).contains(&second);
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_unspecified()
        || is_carrier_grade_nat)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    !(address.is_loopback()
        || address.is_unspecified()
        || address.is_unique_local()
        || address.is_unicast_link_local())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_of_the_internet_are_public() {
        for url in [
            "https://leap.example/hub/health",
            "https://leap.example.:8443/hub/health",
            "http://203.0.113.7/",
            "http://100.128.0.1/",
            "http://[2001:db8::1]/",
        ] {
            assert!(is_public(url), "{url}");
        }
    }

    #[test]
    fn what_only_a_private_network_knows_is_not() {
        for url in [
            "http://127.0.0.1:8000/hub/health",
            "http://[::1]/",
            "http://[::ffff:10.0.0.1]/",
            "http://localhost/",
            "http://hub/",
            "http://hub.prod.svc.cluster.local:8081/hub/health",
            "http://10.1.2.3/",
            "http://192.168.1.1/",
            "http://172.16.0.1/",
            "http://100.64.0.1/",
            "http://169.254.1.1/",
            "http://[fd00::1]/",
            "http://[fe80::1]/",
            "no address",
        ] {
            assert!(!is_public(url), "{url}");
        }
    }
}
