//! JSON values whose type varies by upstream, such as ids as strings or numbers. A value that cannot be used is
//! [`Scalar::Nothing`], never an error.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Datelike, Utc};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A text, number or boolean. Lists and objects count as [`Scalar::Nothing`].
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Scalar<'a> {
    /// Null, missing, or not a scalar.
    #[default]
    Nothing,
    /// A string.
    Text(Cow<'a, str>),
    Number(f64),
    /// `true` or `false`.
    Flag(bool),
}

impl Scalar<'_> {
    /// The text, if the value is a text and not empty.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// The value as text, whatever its type.
    pub fn to_cow_str(&self) -> Cow<'_, str> {
        match self {
            Self::Nothing => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Flag(flag) => Cow::Owned(flag.to_string()),
        }
    }

    /// The finite number, also from a string such as `1.2e+01`. `None` for `NaN` and `±Inf`.
    pub fn number(&self) -> Option<f64> {
        let number = match self {
            Self::Number(number) => *number,
            Self::Text(text) => text.trim().parse().ok()?,
            Self::Flag(_) | Self::Nothing => return None,
        };
        Some(number).filter(|number| number.is_finite())
    }

    /// The duration in (fractional) seconds.
    pub fn seconds(&self) -> Option<Duration> {
        Duration::try_from_secs_f64(self.number()?).ok()
    }

    /// The RFC 3339 time.
    pub fn time(&self) -> TimeField {
        let parsed = self
            .text()
            .and_then(|text| DateTime::parse_from_rfc3339(text).ok());
        match parsed.map(|at| at.to_utc()) {
            None => TimeField::Missing,
            Some(at) if at.year() <= 1 => TimeField::Never,
            Some(at) => TimeField::At(at),
        }
    }
}

/// The value of a time field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeField {
    /// The field is missing or does not contain a time.
    Missing,
    /// Go's zero time, `0001-01-01T00:00:00Z`: the event has not happened.
    Never,
    /// A moment.
    At(DateTime<Utc>),
}

impl TimeField {
    /// The time; `None` if there is none.
    pub fn datetime(self) -> Option<DateTime<Utc>> {
        match self {
            Self::At(at) => Some(at),
            Self::Missing | Self::Never => None,
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Scalar::Number(number as f64))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Scalar::Number(number as f64))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Scalar::Number(number))
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Scalar::Flag(flag))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Scalar::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nothing)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nothing)
    }
}

/// An object of scalars, such as labels. Null counts as an empty object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pairs<'a>(Vec<(Cow<'a, str>, Scalar<'a>)>);

impl Pairs<'_> {
    /// The names and the values as text.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_ref(), value.to_cow_str()))
    }

    /// The value under `name`, if it is a text and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(key, _)| key == name)?;
        value.text()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Pairs<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of names and values")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Pairs::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::with_capacity(map.size_hint().unwrap_or_default());
        while let Some((name, value)) = map.next_entry::<Scalar<'de>, Scalar<'de>>()? {
            let name = match name {
                Scalar::Text(name) => name,
                other => Cow::Owned(other.to_cow_str().into_owned()),
            };
            pairs.push((name, value));
        }
        Ok(Pairs(pairs))
    }
}

#[cfg(test)]
mod tests;
