//! The shapes of Alertmanager's API v2 (`openapi.yaml` of Alertmanager 0.34). Any field may be missing.

use serde::Deserialize;

use crate::sources::lenient::{Field, List};
use crate::sources::scalar::{Pairs, Scalar};

/// An element of `/api/v2/alerts`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct GettableAlert<'a> {
    #[serde(borrow)]
    pub(super) labels: Field<Pairs<'a>>,
    #[serde(borrow)]
    pub(super) fingerprint: Scalar<'a>,
    #[serde(borrow)]
    pub(super) starts_at: Scalar<'a>,
    #[serde(borrow)]
    pub(super) receivers: List<Receiver<'a>>,
    #[serde(borrow)]
    pub(super) status: Field<AlertStatus<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Receiver<'a> {
    #[serde(borrow)]
    pub(super) name: Scalar<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct AlertStatus<'a> {
    #[serde(borrow)]
    pub(super) state: Scalar<'a>,
    #[serde(borrow)]
    pub(super) silenced_by: List<Scalar<'a>>,
    #[serde(borrow)]
    pub(super) inhibited_by: List<Scalar<'a>>,
    #[serde(borrow)]
    pub(super) muted_by: List<Scalar<'a>>,
}

/// An element of `/api/v2/silences`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct GettableSilence<'a> {
    #[serde(borrow)]
    pub(super) id: Scalar<'a>,
    #[serde(borrow)]
    pub(super) created_by: Scalar<'a>,
    #[serde(borrow)]
    pub(super) comment: Scalar<'a>,
    #[serde(borrow)]
    pub(super) ends_at: Scalar<'a>,
}

/// The answer of `/api/v2/status`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Status<'a> {
    #[serde(borrow)]
    pub(super) config: Field<Config<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Config<'a> {
    #[serde(borrow)]
    pub(super) original: Scalar<'a>,
}

/// The API framework's answer to invalid parameters. Handlers answer with a bare string instead.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ErrorBody<'a> {
    #[serde(borrow)]
    pub(super) message: Scalar<'a>,
}
