//! The history of the value that an alert compares. The expression of the alert's rule is queried again over the time
//! of the incident.

use std::ops::Range;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::history::{AlertQuery, HistoryRequest, HistorySubject, Window};
use crate::domain::labels::Labels;
use crate::domain::settings::PrometheusSettings;
use crate::domain::source::{SourceId, SourceKind};
use crate::review::postmortem::AlertCourse;
use crate::sources::context::SourceContext;
use crate::sources::prometheus::{alert_expressions, endpoint, history};

/// The most points of a query. A plot of a few dozen cells shows no more.
const MOST_MOMENTS: usize = 200;
/// The plot also shows this much time before and after the incident.
const MARGIN: TimeDelta = TimeDelta::minutes(30);

/// The history of the value that one alert compares.
///
/// # Errors
/// The text says why the history is not known.
pub(super) async fn course(
    context: &SourceContext,
    settings: &PrometheusSettings,
    labels: &Labels,
    span: &Range<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<AlertCourse, String> {
    let endpoint = endpoint(context, settings).map_err(|error| error.text)?;
    let expressions = alert_expressions(&endpoint, labels).await;
    let expressions = expressions.map_err(|error| error.text)?;
    let expression = match expressions.as_slice() {
        [] => return Err("no rule has its name any more".to_owned()),
        [one] => one,
        several => {
            return Err(format!(
                "{} rules have its name, and any may be the right one",
                several.len()
            ));
        }
    };
    let query = AlertQuery::new(labels.clone(), expression);
    let drawn = (span.start - MARGIN)..(span.end + MARGIN).min(now);
    let window = Window::covering(&drawn, MOST_MOMENTS);
    let request = HistoryRequest {
        source: SourceId::new(SourceKind::Prometheus, &settings.endpoint.name),
        subject: HistorySubject::Alert(query.clone()),
        window,
    };
    let answer = history(settings, &endpoint, &request).await;
    let mut answer = answer.map_err(|error| error.text)?;
    let found = answer
        .series
        .iter()
        .position(|series| series.range().is_some());
    let found = found.ok_or("no sample of that time is left")?;
    let series = answer.series.swap_remove(found);
    Ok(AlertCourse {
        prometheus: settings.endpoint.name.clone(),
        alert: labels.get("alertname").unwrap_or_default().to_owned(),
        others: answer.series.len() + answer.omitted,
        query,
        window,
        series,
    })
}
