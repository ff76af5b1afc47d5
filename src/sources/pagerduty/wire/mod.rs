//! The wire types of PagerDuty's REST API v2, and their conversion to domain types.
//!
//! Any field may be absent, null or of another type than documented, and new values may appear at any time. Only id,
//! status and creation of an incident are required, since an incident makes no sense without them.

pub(super) mod alert;
pub(super) mod directory;
pub(super) mod event_details;
pub(super) mod incident;
pub(super) mod log;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::domain::ids::PriorityName;
use crate::domain::incident::{Person, Reference};
use crate::domain::text_limit::cut_words;
use crate::sources::lenient::Field;

/// A time. PagerDuty writes ISO 8601, sometimes in the account's time zone.
pub(super) type WireTime = Field<DateTime<Utc>>;

/// A reference to an object, or the object itself if `include[]` asked for it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireReference {
    pub id: Field<String>,
    #[serde(rename = "type")]
    pub kind: Field<String>,
    pub name: Field<String>,
    pub summary: Field<String>,
    pub email: Field<String>,
    pub time_zone: Field<String>,
}

impl WireReference {
    /// The full object's `name`, or else the reference's `summary`.
    pub fn label(&self) -> Option<&str> {
        let texts = [&self.name, &self.summary];
        let mut texts = texts.into_iter().filter_map(|text| text.as_deref());
        texts.find(|text| !text.is_empty())
    }

    /// The name of a priority, in `name` or `summary`.
    pub fn priority_name(&self) -> Option<PriorityName> {
        self.label().map(|name| cut_words(name).as_ref().into())
    }

    /// The object's id; `None` if it is missing or empty.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref().filter(|id| !id.is_empty())
    }

    /// The object with its name. The id replaces a missing name.
    pub fn to_reference<I: for<'a> From<&'a str>>(&self) -> Option<Reference<I>> {
        let id = self.id()?;
        Some(Reference {
            id: id.into(),
            name: Arc::from(cut_words(self.label().unwrap_or(id))),
        })
    }

    /// The person; `None` if the object is a service or an integration.
    pub fn to_person(&self) -> Option<Person> {
        let kind = self.kind.as_deref().unwrap_or("user");
        if !kind.contains("user") {
            return None;
        }
        let Reference { id, name } = self.to_reference()?;
        Some(Person { id, name })
    }

    /// Whether the type says that the object is no user.
    pub fn is_no_user(&self) -> bool {
        let kind = self.kind.as_deref().unwrap_or_default();
        !kind.is_empty() && !kind.contains("user")
    }
}

/// The persons among these objects.
pub(super) fn people(refs: &[WireReference]) -> Vec<Person> {
    refs.iter().filter_map(WireReference::to_person).collect()
}

#[cfg(test)]
mod tests;
