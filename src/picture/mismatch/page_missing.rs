//! Page missing: an alert that should page has fired for longer than the grace. No incident for the alert is open, and
//! none was closed while the alert fired. Nothing suppresses the alert. If an open incident might be the alert's page,
//! the rule cannot tell; after an hour, the page counts as missing.

mod possible_pages;

use chrono::{DateTime, TimeDelta, Utc};

use self::possible_pages::PossiblePages;
use super::{Mismatch, Rule, RuleInput};
use crate::domain::case::{Case, CaseAlert};
use crate::domain::incident::Incident;
use crate::domain::mismatch::MismatchKind;
use crate::domain::source::PartName;
use crate::text::context::{ExpiringText, TextContext};

const MAX_CANNOT_TELL: TimeDelta = TimeDelta::hours(1);

/// An alert that should page has no incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageMissing {
    /// No open incident could be the alert's page.
    NoIncident,
    /// The open incident with this number might be the alert's page.
    Possible(u64),
    /// An incident that could not be read might be the alert's page.
    Unread(UnreadIncidents),
}

/// The incidents that could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnreadIncidents {
    Open,
    /// Closed incidents.
    Closed,
}

impl Rule for PageMissing {
    const KIND: MismatchKind = MismatchKind::PageMissing;

    /// Finds nothing while PagerDuty or the alert's own source is not fresh. While open or resolved incidents cannot be
    /// read, the rule *cannot tell*, since one of them may be the page.
    fn find(input: &RuleInput<'_>) -> Vec<Mismatch> {
        if !input.pagerduty_is_fresh() {
            return Vec::new();
        }
        let missing: Vec<MissingPage<'_>> = input
            .cases
            .iter()
            .flat_map(|case| case.alerts.iter().map(move |alert| (case, alert)))
            .filter_map(|(case, alert)| missing_page(input, case, alert))
            .collect();
        let pages = PossiblePages::assign(input, &missing);
        let unread = Unread::find(input);
        let found = missing.iter();
        found
            .map(|missing| missing.mismatch(input, pages.find(missing), unread.as_ref()))
            .collect()
    }

    fn sentence_of_many(&self, mismatch: &Mismatch, who: &str) -> Option<String> {
        Some(match mismatch.cannot_tell {
            true => format!("cannot tell if anybody was paged for {who}"),
            false => format!("nobody was paged for {who}"),
        })
    }

    fn short(&self, mismatch: &Mismatch) -> String {
        match self {
            Self::NoIncident => "nobody was paged".to_owned(),
            Self::Possible(number) if mismatch.cannot_tell => format!("paged by #{number}?"),
            Self::Possible(number) => format!("not paged, unless by #{number}"),
            Self::Unread(_) => "cannot tell if anybody was paged".to_owned(),
        }
    }

    fn sentence(&self, mismatch: &Mismatch, ctx: &TextContext) -> ExpiringText {
        match self {
            Self::NoIncident => mismatch.with_age("it should page, and no incident is open", ctx),
            Self::Possible(number) if mismatch.cannot_tell => ExpiringText::fixed(format!(
                "it should page; cannot tell if incident #{number} is its page"
            )),
            Self::Possible(number) => {
                let text = format!("it should page, and no incident is certainly its page (#{number} may be)");
                mismatch.with_age(&text, ctx)
            }
            Self::Unread(UnreadIncidents::Open) => ExpiringText::fixed(
                "it should page; cannot tell if an unreadable open incident is its page"
                    .to_owned(),
            ),
            Self::Unread(UnreadIncidents::Closed) if mismatch.cannot_tell => ExpiringText::fixed(
                "it should page; cannot tell if a closed incident is its page: those are not read"
                    .to_owned(),
            ),
            Self::Unread(UnreadIncidents::Closed) => mismatch.with_age(
                "it should page; no open incident is its page, and closed ones are not read",
                ctx,
            ),
        }
    }
}

/// An alert without a page, and its case.
struct MissingPage<'a> {
    case: &'a Case,
    alert: &'a CaseAlert,
    since: DateTime<Utc>,
}

fn missing_page<'a>(
    input: &RuleInput<'_>,
    case: &'a Case,
    alert: &'a CaseAlert,
) -> Option<MissingPage<'a>> {
    let context = input.context;
    let since = alert.alert.fires_since()?;
    let is_due = !alert.joined_by.is_exact()
        && case.closed_while_firing.is_none()
        && alert.suppressed.is_none()
        && context.policy.should_page(&alert.alert.labels)
        && context.is_fresh(&alert.alert.source)
        && input.is_overdue(PageMissing::KIND, since);
    is_due.then_some(MissingPage { case, alert, since })
}

impl MissingPage<'_> {
    // The mismatch names an incident to which the alert is joined, even if it is another group's page. Otherwise the
    // row of a case with an incident would say that no incident is open.
    fn mismatch(
        &self,
        input: &RuleInput<'_>,
        page: Option<&Incident>,
        unread: Option<&Unread>,
    ) -> Mismatch {
        let probable = self.case.incident.as_deref();
        let finding = match (page.or(probable), unread) {
            (Some(incident), _) => PageMissing::Possible(incident.number),
            (None, Some(unread)) => PageMissing::Unread(unread.which),
            (None, None) => PageMissing::NoIncident,
        };
        let may_be_page = page.is_some_and(|page| self.is_open_question(input, page.created_at));
        let may_be_unread = unread.is_some_and(|unread| match unread.which {
            UnreadIncidents::Open => true,
            UnreadIncidents::Closed => {
                self.is_open_question(input, unread.since.unwrap_or(self.since))
            }
        });
        Mismatch {
            since: Some(self.since),
            cannot_tell: may_be_page || may_be_unread,
            ..Mismatch::about_case(self.case, finding)
        }
    }

    fn is_open_question(&self, input: &RuleInput<'_>, since: DateTime<Utc>) -> bool {
        let asked = input.overdue_at(PageMissing::KIND, self.since);
        let end = asked.max(since) + MAX_CANNOT_TELL;
        input.context.expire_at(end);
        input.context.now.wall < end
    }
}

/// Incidents that could not be read. One of them may be the page.
struct Unread {
    which: UnreadIncidents,
    /// Since when the incidents could not be read, if known.
    since: Option<DateTime<Utc>>,
}

impl Unread {
    fn find(input: &RuleInput<'_>) -> Option<Self> {
        Self::open(input).or_else(|| Self::closed(input))
    }

    // While open incidents cannot be read, the mismatch stays uncertain without a time limit. No limit is needed, since
    // the unread source alone keeps the verdict from being OK.
    fn open(input: &RuleInput<'_>) -> Option<Self> {
        input.context.lacks_incidents().then_some(Self {
            which: UnreadIncidents::Open,
            since: None,
        })
    }

    fn closed(input: &RuleInput<'_>) -> Option<Self> {
        let slot = input.context.answers.incidents.as_ref()?;
        let mut parts = slot.parts().iter();
        let part = parts.find(|part| part.name == PartName::ResolvedIncidents)?;
        let is_missing = part.read_at.is_none() || part.problem.is_some();
        is_missing.then(|| Self {
            which: UnreadIncidents::Closed,
            since: part.failure().map(|failure| failure.since.wall),
        })
    }
}
