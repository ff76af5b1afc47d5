//! The parameters of a request.

/// Parameters from a query string or a form, in order. Names may repeat.
#[derive(Clone, Debug, Default)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Parses a query string.
    pub fn parse(query: &str) -> Self {
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        Self(
            pairs
                .map(|pair| {
                    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                    (decode(name), decode(value))
                })
                .collect(),
        )
    }

    /// These parameters, followed by those of `more`.
    pub fn and(mut self, more: Self) -> Self {
        self.0.extend(more.0);
        self
    }

    /// The first value of the parameter `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut named = self.0.iter().filter(|(it, _)| it == name);
        named.next().map(|(_, value)| value.as_str())
    }

    /// All values of the parameter `name`.
    pub fn all<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a str> + use<'a, 'n> {
        let named = self.0.iter().filter(move |(it, _)| it == name);
        named.map(|(_, value)| value.as_str())
    }

    /// Whether `value` passes the filter `name`. A missing filter accepts every value.
    pub fn admits(&self, name: &str, value: &str) -> bool {
        self.get(name).is_none() || self.all(name).any(|it| it == value)
    }

    /// The names of the parameters.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

/// Percent-decoding, with `+` for a space.
fn decode(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits: Vec<_> = bytes.by_ref().take(2).collect();
                let digits = String::from_utf8_lossy(&digits).into_owned();
                u8::from_str_radix(&digits, 16).unwrap_or(b'?')
            }
            other => other,
        });
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_and_coded_parameters_are_read() {
        let params = Params::parse("statuses%5B%5D=triggered&statuses[]=acknowledged&q=a+b%2Bc&x");
        let statuses: Vec<_> = params.all("statuses[]").collect();
        assert_eq!(statuses, ["triggered", "acknowledged"]);
        assert_eq!(
            (params.get("q"), params.get("x")),
            (Some("a b+c"), Some(""))
        );
        assert!(params.admits("statuses[]", "triggered") && params.admits("other", "1"));
        assert!(!params.admits("statuses[]", "resolved"));
    }

    #[test]
    fn a_broken_code_is_no_panic() {
        assert_eq!(decode("%zz%4"), "?\u{4}");
    }
}
