//! Classic pagination and query parameters. Undocumented parameters are refused.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::problem::{Problem, Reply};
use crate::demo::clockwork::At;
use crate::demo::serve::shared::{Params, json_response};

const DEFAULT_LIMIT: usize = 25;
const MAX_LIMIT: usize = 100;
const MAX_OFFSET_PLUS_LIMIT: usize = 10_000;

/// The part of a list that a request asks for, from `limit` and `offset`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pagination {
    limit: usize,
    offset: usize,
    wants_total: bool,
}

/// The parameters that every list accepts.
const PAGING: [&str; 3] = ["limit", "offset", "total"];

/// The parameters of a query string. Refuses a parameter that is not documented for this call.
pub(super) fn params(query: Option<&str>, known: &[&str]) -> Result<Params, Problem> {
    let params = Params::parse(query.unwrap_or_default());
    let stranger = params.names().find(|it| !known.contains(it));
    match stranger {
        None => Ok(params),
        Some(name) => Err(Problem::invalid(format!(
            "{name} is not a parameter of this call"
        ))),
    }
}

/// The parameters of a list request, and the requested page of the list.
pub(super) fn list_params(
    query: Option<&str>,
    known: &[&str],
) -> Result<(Params, Pagination), Problem> {
    let all: Vec<_> = known.iter().chain(&PAGING).copied().collect();
    let params = params(query, &all)?;
    let page = Pagination::from_params(&params)?;
    Ok((params, page))
}

impl Pagination {
    fn from_params(params: &Params) -> Result<Self, Problem> {
        let limit = number(params, "limit", DEFAULT_LIMIT)?;
        let offset = number(params, "offset", 0)?;
        if limit == 0 || limit > MAX_LIMIT {
            return Err(Problem::invalid("Limit must be between 1 and 100"));
        }
        if offset.saturating_add(limit) > MAX_OFFSET_PLUS_LIMIT {
            return Err(Problem::invalid("Offset + limit must not exceed 10000"));
        }
        Ok(Self {
            limit,
            offset,
            wants_total: flag(params, "total"),
        })
    }

    /// The response with this page's part of `all`, under `key`.
    pub(super) fn response<T>(self, key: &str, all: &[T], shape: impl Fn(&T) -> Value) -> Response {
        let part = all.iter().skip(self.offset).take(self.limit);
        let part: Vec<_> = part.map(shape).collect();
        let total = if self.wants_total {
            json!(all.len())
        } else {
            Value::Null
        };
        let mut body = Map::new();
        body.insert("limit".to_owned(), json!(self.limit));
        body.insert("offset".to_owned(), json!(self.offset));
        body.insert(
            "more".to_owned(),
            json!(self.offset + part.len() < all.len()),
        );
        body.insert("total".to_owned(), total);
        body.insert(key.to_owned(), Value::Array(part));
        json_response(StatusCode::OK, &Value::Object(body))
    }
}

fn number(params: &Params, name: &str, missing: usize) -> Result<usize, Problem> {
    params.get(name).map_or(Ok(missing), |text| {
        text.parse()
            .map_err(|_| Problem::invalid(format!("{name} must be a number")))
    })
}

/// The value of a boolean parameter.
pub(super) fn flag(params: &Params, name: &str) -> bool {
    matches!(params.get(name), Some("true" | "1"))
}

/// A time in ISO 8601 from a parameter; `None` if the parameter is missing.
pub(super) fn moment(params: &Params, name: &str, code: u16) -> Result<Option<At>, Problem> {
    let read = |text: &str| {
        text.parse::<At>().map_err(|_| {
            let message = format!("Invalid {name} time");
            Problem::new(StatusCode::BAD_REQUEST, code, &message)
        })
    };
    params.get(name).map(read).transpose()
}

/// Refuses a parameter's value that is not in `known`.
pub(super) fn check_allowed(params: &Params, name: &str, known: &[&str]) -> Result<(), Problem> {
    let stranger = params.all(name).find(|it| !known.contains(it));
    match stranger {
        None => Ok(()),
        Some(value) => Err(Problem::invalid(format!("{name} cannot be {value}"))),
    }
}

/// A response with a single object under `key`.
pub(super) fn single(status: StatusCode, key: &str, value: &Value) -> Reply {
    Ok(json_response(status, &json!({ key: value })))
}
