//! Words for one reason of the verdict.

use chrono::{DateTime, Utc};

use crate::domain::case::{Case, Holder};
use crate::domain::ids::{CaseId, HubKey};
use crate::picture::mismatch::MismatchGroups;
use crate::picture::{Picture, Reason, ReasonKind};

use super::case::{
    ESCALATION_NOT_KNOWN, NO_ESCALATION, NOT_ACKNOWLEDGED, owners, places, priority, title,
};
use super::checklist;
use super::outage::{self, OutageRows};
use super::part;
use super::public_not_told::{PUBLIC_NOT_TOLD, is_case_untold};
use super::reason_case::{case_of_reason, worst_case_of_hub};
use super::source::{self, NO_SOURCES};
use crate::text::context::{ExpiringText, TextContext, TextLength};
use crate::text::durations::age_since;
use crate::text::sanitize::clean;

/// The reason in full: "leap/prod down 12m, nobody awake owns it".
pub fn explain(reason: &Reason, picture: &Picture, ctx: &TextContext) -> ExpiringText {
    if let Some(row) = OutageRows::of_picture(picture).row_of_reason(&reason.kind, picture) {
        return outage::describe(row, picture, ctx);
    }
    match &reason.kind {
        ReasonKind::NoSources => ExpiringText::fixed(NO_SOURCES),
        ReasonKind::HubDown(key, since) => hub_down(key, *since, picture, ctx),
        ReasonKind::OpenP1(id) => for_case(id, picture, |case| {
            let age = age_since(case.since, ctx.now);
            let said = age.map(|age| format!("{} {age}", case_summary(case)));
            let said = with_public_not_told(with_escalation(said, case), case, picture);
            match checklist::strip(case) {
                Some(strip) => said.map(|text| format!("{text}, {strip}")),
                None => said,
            }
        }),
        ReasonKind::UnownedInWorkingTime(id) => for_case(id, picture, |case| {
            with_escalation(ExpiringText::fixed(case_summary(case)), case)
        }),
        ReasonKind::Overdue(id) => overdue(id, picture, ctx, "overdue"),
        ReasonKind::TimeBoxOverrun(id) => overdue(id, picture, ctx, "time-box over"),
        ReasonKind::SourceNotFresh(id, state) => match picture.source(id) {
            Some(view) => source::describe_short(view, ctx),
            None => ExpiringText::fixed(format!(
                "{} {}",
                clean(&id.to_string()),
                source::state_name(*state)
            )),
        },
        ReasonKind::PartMissing(id, name) => ExpiringText::fixed(match picture.source(id) {
            Some(view) => part::missing(view, *name),
            None => format!("{} without {}", clean(&id.to_string()), part::name(*name)),
        }),
        ReasonKind::HubUnknown(key) => ExpiringText::fixed(format!("{} unknown", hub_name(key))),
        ReasonKind::HubDegraded(key) => ExpiringText::fixed(format!("{} degraded", hub_name(key))),
        ReasonKind::BlindSpot(index) | ReasonKind::Mismatch(index) => {
            mismatch(*index, picture, ctx)
        }
        ReasonKind::OpenCase(id) => for_case(id, picture, |case| {
            with_escalation(ExpiringText::fixed(case_summary(case)), case)
        }),
    }
}

/// The reason for a case in shorter and shorter forms: "P1 ucec/prod 22m, Bo, public not told", "P1 ucec/prod 22m,
/// public not told", "P1 ucec/prod 22m". The title is left out, since the case's row shows the title.
pub fn shorter_forms(reason: &Reason, picture: &Picture, ctx: &TextContext) -> Vec<ExpiringText> {
    if let Some(row) = OutageRows::of_picture(picture).row_of_reason(&reason.kind, picture) {
        return vec![
            outage::describe(row, picture, ctx),
            outage::describe_short(row, picture, ctx),
        ];
    }
    let (said, case) = match &reason.kind {
        ReasonKind::HubDown(key, since) => match worst_case_of_hub(key, picture) {
            Some(case) => (down(key, *since, ctx), case),
            None => return vec![down(key, *since, ctx)],
        },
        ReasonKind::BlindSpot(index) | ReasonKind::Mismatch(index) => {
            return short_mismatch(*index, picture, ctx).into_iter().collect();
        }
        kind => {
            let about = case_of_reason(kind, picture).and_then(|id| picture.case(id));
            let Some(case) = about.filter(|case| !case.places.is_empty()) else {
                return Vec::new();
            };
            (without_title(kind, case, ctx), case.as_ref())
        }
    };
    vec![
        with_public_not_told(with_owner(said.clone(), case), case, picture),
        with_public_not_told(said.clone(), case, picture),
        said,
    ]
}

fn without_title(kind: &ReasonKind, case: &Case, ctx: &TextContext) -> ExpiringText {
    let state = match kind {
        ReasonKind::OpenP1(_) => age_since(case.since, ctx.now).map(|age| format!(" {age}")),
        ReasonKind::Overdue(_) => overdue_by(case, "overdue", ctx),
        ReasonKind::TimeBoxOverrun(_) => overdue_by(case, "time-box over", ctx),
        _ => ExpiringText::fixed(""),
    };
    state.map(|state| format!("{} {}{state}", priority(case), places(case)))
}

fn short_mismatch(index: usize, picture: &Picture, ctx: &TextContext) -> Option<ExpiringText> {
    let groups = MismatchGroups::of_picture(picture);
    // A folded group has many cases, so the text names none of them.
    if groups
        .group_at(index)
        .is_some_and(|group| group.is_folded())
    {
        return None;
    }
    let mismatch = picture.mismatches.get(index)?;
    let case = picture.case(mismatch.case.as_ref()?)?;
    let about = format!("{} {}", priority(case), places(case));
    let said = mismatch.describe(TextLength::Short, ctx);
    (!case.places.is_empty()).then(|| said.map(|text| format!("{about}: {text}")))
}

fn hub_down(
    key: &HubKey,
    since: Option<DateTime<Utc>>,
    picture: &Picture,
    ctx: &TextContext,
) -> ExpiringText {
    let down = down(key, since, ctx);
    match worst_case_of_hub(key, picture) {
        Some(case) => with_public_not_told(with_owner(down, case), case, picture),
        None => down,
    }
}

fn down(key: &HubKey, since: Option<DateTime<Utc>>, ctx: &TextContext) -> ExpiringText {
    match since {
        Some(since) => age_since(since, ctx.now).map(|age| format!("{} down {age}", hub_name(key))),
        None => ExpiringText::fixed(format!("{} down", hub_name(key))),
    }
}

fn mismatch(index: usize, picture: &Picture, ctx: &TextContext) -> ExpiringText {
    let Some(mismatch) = picture.mismatches.get(index) else {
        return ExpiringText::fixed("a contradiction");
    };
    let groups = MismatchGroups::of_picture(picture);
    if let Some(group) = groups.group_at(index).filter(|group| group.is_folded()) {
        return group.describe(TextLength::Short, ctx);
    }
    let case = mismatch.case.as_ref().and_then(|id| picture.case(id));
    let said = mismatch.describe(TextLength::Short, ctx);
    match case {
        Some(case) => said.map(|text| format!("{}: {text}", case_summary(case))),
        None => said,
    }
}

fn overdue(id: &CaseId, picture: &Picture, ctx: &TextContext, word: &str) -> ExpiringText {
    for_case(id, picture, |case| {
        let over = overdue_by(case, word, ctx);
        with_escalation(
            over.map(|over| format!("{}{over}", case_summary(case))),
            case,
        )
    })
}

fn overdue_by(case: &Case, word: &str, ctx: &TextContext) -> ExpiringText {
    let clock = case.clock.as_ref();
    let over = clock.filter(|clock| clock.has_expired(ctx.now.wall));
    match over {
        None => ExpiringText::fixed(format!(" {word}")),
        Some(clock) => age_since(clock.at, ctx.now).map(|age| format!(" {word} {age}")),
    }
}

fn for_case(
    id: &CaseId,
    picture: &Picture,
    say: impl FnOnce(&Case) -> ExpiringText,
) -> ExpiringText {
    picture.case(id).map_or_else(
        || ExpiringText::fixed(clean(&id.to_string())),
        |case| say(case),
    )
}

fn case_summary(case: &Case) -> String {
    let place = places(case);
    let between = if place.is_empty() { "" } else { " " };
    format!("{} {place}{between}{}", priority(case), title(case))
}

fn with_owner(said: ExpiringText, case: &Case) -> ExpiringText {
    let who = owners(case);
    said.map(|text| match case.holder() {
        _ if !case.owners_known => format!("{text}, owner not known"),
        Holder::Nobody | Holder::Mailbox => format!("{text}, {who} owns it"),
        Holder::People(people) if case.is_unacknowledged() => {
            let has = if people.len() == 1 { "has" } else { "have" };
            format!("{text}, {who} {has} {NOT_ACKNOWLEDGED} it")
        }
        Holder::NotKnown | Holder::People(_) => format!("{text}, {who}"),
    })
}

// Adds the owner. If PagerDuty will call nobody else, the text says that too.
fn with_escalation(said: ExpiringText, case: &Case) -> ExpiringText {
    let said = with_owner(said, case);
    match case.no_escalation() {
        Some(_) => said.map(|text| format!("{text}, {NO_ESCALATION}")),
        None if case.is_escalation_unread() => {
            said.map(|text| format!("{text}, {ESCALATION_NOT_KNOWN}"))
        }
        None => said,
    }
}

// Adds that the public was not told, if that is so. The public must be told even before the repair is finished.
fn with_public_not_told(said: ExpiringText, case: &Case, picture: &Picture) -> ExpiringText {
    if is_case_untold(case, picture) {
        said.map(|text| format!("{text}, {PUBLIC_NOT_TOLD}"))
    } else {
        said
    }
}

fn hub_name(key: &HubKey) -> String {
    clean(&key.to_string()).into_owned()
}
