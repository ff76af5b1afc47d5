//! Parses JSON that may differ from its documentation. There are three results for a value: absent (or null),
//! unreadable, and readable. An unreadable element does not affect the others.
//!
//! Values are parsed in one pass and may borrow from the text. [`parse_page`] fails if the expected list is missing, so
//! that an error answer never looks like an empty list.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{BorrowedStrDeserializer, MapAccessDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Error, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// The value of a key in a JSON object: a scalar or another object.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Field<T> {
    /// Missing or null.
    #[default]
    Absent,
    /// The value has another type than documented.
    Unreadable,
    /// A value of the expected type.
    Value(T),
}

impl<T> Field<T> {
    /// The value, if it can be read.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Unreadable => None,
        }
    }

    /// The value, if it can be read.
    pub fn as_ref(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Unreadable => None,
        }
    }

    /// Whether the value is present and cannot be read.
    pub fn is_unreadable(&self) -> bool {
        matches!(self, Self::Unreadable)
    }
}

impl Field<String> {
    /// The text, if it can be read and is not empty.
    pub fn text(self) -> Option<String> {
        self.value().filter(|text| !text.is_empty())
    }

    /// The text, if it can be read. It may be empty.
    pub fn as_deref(&self) -> Option<&str> {
        self.as_ref().map(String::as_str)
    }
}

/// The elements of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct List<T> {
    /// The elements that have the expected type.
    pub items: Vec<T>,
    /// The number of elements that cannot be read.
    pub unreadable: usize,
    /// Whether there is a list at all.
    pub is_present: bool,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            unreadable: 0,
            is_present: false,
        }
    }
}

impl<T> List<T> {
    /// Whether the list is present and all of its elements can be read.
    pub fn is_whole(&self) -> bool {
        self.is_present && self.unreadable == 0
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(FieldVisitor(PhantomData))
    }
}

struct FieldVisitor<T>(PhantomData<T>);

impl<T> FieldVisitor<T> {
    fn read<'de, D: Deserializer<'de>>(value: D) -> Field<T>
    where
        T: Deserialize<'de>,
    {
        T::deserialize(value).map_or(Field::Unreadable, Field::Value)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for FieldVisitor<T> {
    type Value = Field<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Field<T>, E> {
        Ok(Self::read(IntoDeserializer::<E>::into_deserializer(value)))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Field<T>, E> {
        Ok(Self::read(IntoDeserializer::<E>::into_deserializer(value)))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Field<T>, E> {
        Ok(Self::read(IntoDeserializer::<E>::into_deserializer(value)))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Field<T>, E> {
        Ok(Self::read(IntoDeserializer::<E>::into_deserializer(value)))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Field<T>, E> {
        Ok(Self::read(IntoDeserializer::<E>::into_deserializer(value)))
    }

    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<Field<T>, E> {
        Ok(Self::read(BorrowedStrDeserializer::<E>::new(value)))
    }

    fn visit_unit<E>(self) -> Result<Field<T>, E> {
        Ok(Field::Absent)
    }

    // Without this method, serde would accept a list as an object without fields.
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Field<T>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Field::Unreadable)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Field<T>, A::Error> {
        let field = Self::read(MapAccessDeserializer::new(&mut map));
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(field)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ListVisitor(PhantomData))
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
    type Value = List<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<List<T>, E> {
        Ok(List::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<List<T>, E> {
        Ok(List::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<List<T>, E> {
        Ok(List::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<List<T>, E> {
        Ok(List::default())
    }

    fn visit_str<E>(self, _: &str) -> Result<List<T>, E> {
        Ok(List::default())
    }

    fn visit_unit<E>(self) -> Result<List<T>, E> {
        Ok(List::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<List<T>, A::Error> {
        let mut read = List {
            is_present: true,
            ..List::default()
        };
        while let Some(element) = list.next_element::<Field<T>>()? {
            match element.value() {
                Some(item) => read.items.push(item),
                None => read.unreadable += 1,
            }
        }
        Ok(read)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<List<T>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(List::default())
    }
}

/// One page of a listing.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// The elements that can be read.
    pub items: Vec<T>,
    /// The number of elements that cannot be read.
    pub unreadable: usize,
    /// Whether there is another page; `None` if the answer does not say so.
    pub more: Option<bool>,
}

impl<T> Page<T> {
    /// Whether the page has no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of elements on the page, including unreadable ones.
    pub fn len(&self) -> usize {
        self.items.len() + self.unreadable
    }

    /// Whether the page is empty although it says that there are more elements.
    pub fn holds_back(&self) -> bool {
        self.is_empty() && self.more == Some(true)
    }

    /// Whether another page must be requested. If the answer does not say whether there are more elements, another page
    /// is requested after a full page. No other page is requested after a page with more than `page_size` elements,
    /// since only a listing without pages returns so many.
    pub fn has_next(&self, page_size: usize) -> bool {
        !self.is_empty() && self.more.unwrap_or(self.len() == page_size)
    }
}

/// Parses one page of the listing under `key`.
///
/// # Errors
/// The text is not JSON, not an object, or holds no list under `key`.
pub fn parse_page<T: DeserializeOwned>(
    bytes: &[u8],
    key: &'static str,
) -> serde_json::Result<Page<T>> {
    let mut from = serde_json::Deserializer::from_slice(bytes);
    let page = PageVisitor(key, PhantomData).deserialize(&mut from)?;
    from.end()?;
    Ok(page)
}

/// Parses the object under `key`.
///
/// # Errors
/// The text is not JSON, not an object, or has no object under `key`.
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
        let (mut list, mut more) = (List::default(), None);
        while let Some(key) = map.next_key::<String>()? {
            if key == self.0 {
                list = map.next_value()?;
            } else if key == "more" {
                more = map.next_value::<Field<bool>>()?.value();
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        if !list.is_present {
            return Err(A::Error::custom(format!("no list '{}'", self.0)));
        }
        Ok(Page {
            items: list.items,
            unreadable: list.unreadable,
            more,
        })
    }
}

#[cfg(test)]
mod tests;
