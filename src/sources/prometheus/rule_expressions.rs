//! The expressions of alerting rules, requested by the rule's name. They are the present expressions, even for past
//! alerts.

use std::collections::HashSet;
use std::sync::Arc;

use super::envelope::{RawResponse, parse_response};
use super::query_error::QueryError;
use super::rules_query::{MAX_PAGES, fetch_page, page_cursor};
use super::wire::{Rule, RulesData};
use crate::domain::labels::Labels;
use crate::sources::endpoint::Endpoint;
use crate::sources::error::SourceError;

/// The expressions of the rules that an alert with these labels may come from. Such a rule has the alert's name, and
/// its labels do not contradict the alert's labels. Empty if there is no such rule any more.
///
/// # Errors
/// The rules cannot be read.
pub async fn alert_expressions(
    endpoint: &Endpoint,
    alert: &Labels,
) -> Result<Vec<Arc<str>>, SourceError> {
    fetch(endpoint, alert).await.map_err(|fault| fault.error)
}

async fn fetch(endpoint: &Endpoint, alert: &Labels) -> Result<Vec<Arc<str>>, QueryError> {
    let mut found: Vec<Arc<str>> = Vec::new();
    let mut tokens = HashSet::new();
    let mut next = None;
    loop {
        let response = fetch_page(endpoint, next.as_ref()).await?;
        let page = parse_response::<RulesData<'_>>(&RawResponse::from_response(&response))?;
        let rules = page.data.groups.items.iter();
        let rules = rules.flat_map(|group| &group.rules.items);
        for expression in rules.filter_map(|rule| expression_of(rule, alert)) {
            if !found.iter().any(|known| **known == *expression) {
                found.push(expression.into());
            }
        }
        let token = page.data.group_next_token.text().map(str::to_owned);
        let groups = page.data.groups.items.len();
        let Some(token) = token else {
            return Ok(found);
        };
        if tokens.len() >= MAX_PAGES || !tokens.insert(token.clone()) {
            return Err(QueryError::garbled("its list of rules never ends"));
        }
        next = page_cursor(Some(token), groups);
    }
}

// The rule's expression if the alert may come from this rule. A label with a template (`{{ … }}`) may have had any
// value.
fn expression_of<'a>(rule: &'a Rule<'_>, alert: &Labels) -> Option<&'a str> {
    let is_named = alert.get("alertname") == rule.name.text();
    let own = rule.labels.as_ref().into_iter();
    let mut own = own.flat_map(|labels| labels.iter());
    let fits = own.all(|(name, value)| value.contains("{{") || alert.get(name) == Some(&*value));
    rule.query.text().filter(|_| is_named && fits)
}
