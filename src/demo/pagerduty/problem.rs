//! PagerDuty's errors: an HTTP status, a code, a message, and a list of details.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::demo::account::refusal::Refusal;
use crate::demo::serve::shared::json_response;

/// The reason why a request is refused.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    code: u16,
    message: String,
    errors: Vec<String>,
}

/// The result of a handler.
pub(super) type Reply = Result<Response, Problem>;

impl Problem {
    pub(super) fn new(status: StatusCode, code: u16, message: &str) -> Self {
        Self {
            status,
            code,
            message: message.to_owned(),
            errors: Vec::new(),
        }
    }

    /// Status 400 with a detail about what is wrong.
    pub(super) fn invalid(error: impl Into<String>) -> Self {
        let mut problem = Self::new(StatusCode::BAD_REQUEST, 2001, "Invalid Input Provided");
        problem.errors.push(error.into());
        problem
    }

    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, 2100, "Not Found")
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = match refusal {
            Refusal::NotFound => StatusCode::NOT_FOUND,
            _ => StatusCode::BAD_REQUEST,
        };
        let mut problem = Self::new(status, refusal.code(), &refusal.to_string());
        if let Refusal::Invalid(why) = refusal {
            problem.errors.push(why);
        }
        problem
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut error = json!({ "message": self.message, "code": self.code });
        if let (Some(error), false) = (error.as_object_mut(), self.errors.is_empty()) {
            error.insert("errors".to_owned(), json!(self.errors));
        }
        json_response(self.status, &json!({ "error": error }))
    }
}
