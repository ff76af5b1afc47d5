//! Reading JSON that does not keep its promises: decoration of the wrong type is as good as absent,
//! null stands for an empty list, and an element that makes no sense does not take the others along.
//!
//! For fields within an object only. Whether the list that was asked for came at all is another
//! question, and [`parse_page`] is strict about it: no list can look like an empty one because of an error.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, DeserializeSeed, Error, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A field that counts only where it has the type that was promised.
#[derive(Clone, Debug, PartialEq)]
pub struct Lenient<T>(pub Option<T>);

impl<T> Default for Lenient<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Lenient<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(from)?;
        Ok(Self(T::deserialize(value).ok()))
    }
}

impl Lenient<String> {
    /// The text, if there is one that is not empty.
    pub fn text(self) -> Option<String> {
        self.0.filter(|text| !text.is_empty())
    }
}

/// The elements of a list that have the type that was promised; none where there is no list.
#[derive(Clone, Debug, PartialEq)]
pub struct LenientList<T>(pub Vec<T>);

impl<T> Default for LenientList<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for LenientList<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let Value::Array(elements) = Value::deserialize(from)? else {
            return Ok(Self::default());
        };
        let good = elements.into_iter().filter_map(|e| T::deserialize(e).ok());
        Ok(Self(good.collect()))
    }
}

/// One page of a listing.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// What it lists.
    pub items: Vec<T>,
    /// Whether there is more to ask for.
    pub more: bool,
}

/// Reads one page of the listing that stands under `key`.
///
/// # Errors
/// The text is not JSON, not an object, or holds no list of objects under `key`.
pub fn parse_page<T: DeserializeOwned>(
    bytes: &[u8],
    key: &'static str,
) -> serde_json::Result<Page<T>> {
    let mut from = serde_json::Deserializer::from_slice(bytes);
    let page = PageVisitor(key, PhantomData).deserialize(&mut from)?;
    from.end()?;
    Ok(page)
}

/// Reads the one object that stands under `key`.
///
/// # Errors
/// The text is not JSON, not an object, or holds none under `key`.
pub fn parse_object<T: DeserializeOwned>(bytes: &[u8], key: &'static str) -> serde_json::Result<T> {
    let Value::Object(mut body) = serde_json::from_slice(bytes)? else {
        return Err(serde_json::Error::custom("not an object"));
    };
    let value = body.remove(key).unwrap_or_default();
    if !value.is_object() {
        return Err(serde_json::Error::custom(format!("no object '{key}'")));
    }
    T::deserialize(value)
}

struct PageVisitor<T>(&'static str, PhantomData<T>);

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for PageVisitor<T> {
    type Value = Page<T>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Page<T>, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de, T: DeserializeOwned> Visitor<'de> for PageVisitor<T> {
    type Value = Page<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with the list '{}'", self.0)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Page<T>, A::Error> {
        let (mut items, mut more) = (None, false);
        while let Some(key) = map.next_key::<String>()? {
            if key == self.0 {
                items = Some(map.next_value()?);
            } else if key == "more" {
                more = map.next_value::<Lenient<bool>>()?.0.unwrap_or_default();
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        let items = items.ok_or_else(|| A::Error::custom(format!("no list '{}'", self.0)))?;
        Ok(Page { items, more })
    }
}

#[cfg(test)]
mod tests;
