//! `alertmanager_config`: the files with alert routes that `[[prometheus]]` tables name.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::Spanned;

use super::super::problem::Problem;
use super::prometheus::RawPrometheus;
use super::values::path;
use super::{Table, Text, ValidationContext};
use crate::domain::route::{Routes, RoutesError};
use crate::domain::source::{SourceId, SourceKind};

const HINT: &str = "an Alertmanager's configuration, its route alone, or Helm values that hold it";

/// The routes of each Prometheus whose routes file was read. If several tables name the same file, the file is parsed
/// once, and its problems are reported once.
pub(super) fn routes(
    raw: &[Spanned<Table<RawPrometheus>>],
    check: &mut ValidationContext<'_>,
) -> BTreeMap<SourceId, Arc<Routes>> {
    let mut known: BTreeMap<PathBuf, Option<Arc<Routes>>> = BTreeMap::new();
    let mut found = BTreeMap::new();
    for prometheus in raw.iter().map(Spanned::get_ref) {
        let Some((text, file)) = routes_file(prometheus, check) else {
            continue;
        };
        let routes = known.entry(file).or_insert_with_key(|file| {
            let routes = parse_routes(text, file, check)?;
            check.problems.ok_or_add(routes).map(Arc::new)
        });
        if let Some(routes) = routes {
            let id = SourceId::new(SourceKind::Prometheus, prometheus.name.get_ref());
            found.insert(id, Arc::clone(routes));
        }
    }
    found
}

// The routes file of a Prometheus. An invalid path is already reported with the Prometheus.
fn routes_file<'a>(
    prometheus: &'a RawPrometheus,
    check: &ValidationContext<'_>,
) -> Option<(&'a Text, PathBuf)> {
    let text = prometheus.alertmanager_config.as_ref()?;
    Some((text, path(text, check.parse_context).ok()?))
}

fn parse_routes(
    text: &Text,
    file: &Path,
    check: &ValidationContext<'_>,
) -> Option<Result<Routes, Problem>> {
    let problem = |message: String| Problem::new(text.span(), message);
    let shown = file.display();
    let routes = match check.parse_context.files.get(file)? {
        Err(reason) => Err(problem(format!("{shown} cannot be read: {reason}"))
            .with_hint("a relative path starts at this file's own directory")),
        Ok(yaml) => Routes::parse(yaml).map_err(|error| {
            let place = error_position(&error);
            let it = if is_too_large(&error) { "it " } else { "" };
            problem(format!("{shown}{place}: {it}{error}")).with_hint(HINT)
        }),
    };
    Some(routes)
}

fn error_position(error: &RoutesError) -> String {
    match error {
        RoutesError::Invalid(error) => error.position(),
        _ => String::new(),
    }
}

fn is_too_large(error: &RoutesError) -> bool {
    matches!(error, RoutesError::TooLarge | RoutesError::TooManyRoutes)
}
