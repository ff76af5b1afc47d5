//! The header of HTTP basic authentication. The header is encoded here, so that the demo needs no extra crate.

const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The value of `Authorization` for this user and password.
pub fn basic_credentials(user: &str, password: &str) -> String {
    let plain = format!("{user}:{password}");
    let coded = plain.as_bytes().chunks(3).flat_map(four_signs);
    "Basic ".chars().chain(coded).collect()
}

fn four_signs(bytes: &[u8]) -> [char; 4] {
    let byte = |at: usize| u32::from(bytes.get(at).copied().unwrap_or(0));
    let word = byte(0) << 16 | byte(1) << 8 | byte(2);
    let sign = |at: usize| {
        let index = word >> (18 - 6 * at) & 63;
        let sign = usize::try_from(index)
            .ok()
            .and_then(|index| SIGNS.get(index));
        if at > bytes.len() {
            '='
        } else {
            char::from(*sign.unwrap_or(&b'='))
        }
    };
    [sign(0), sign(1), sign(2), sign(3)]
}

#[cfg(test)]
mod tests {
    #[test]
    fn known_credentials_come_out_as_published() {
        let coded = super::basic_credentials;
        assert_eq!(
            coded("Aladdin", "open sesame"),
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
        );
        assert_eq!(coded("a", "b"), "Basic YTpi");
        assert_eq!(coded("a", "bc"), "Basic YTpiYw==");
    }
}
