//! The page of `hubwatch owed`: the work that is owed after outages, one line per outage.

use super::page::Page;
use super::table::{self, Column};
use crate::domain::tracker::IssueState;
use crate::picture::outside_check::short_title;
use crate::review::owed::{Missing, OpenIssue, OutageOwner, OwedOutage, OwedReading};
use crate::text::sanitize::clean;
use crate::text::{Line, Meaning, TextContext};
use crate::wording::case::places_of;

const COLUMNS: [Column; 5] = [
    Column::new("ended", 17),
    Column::new("age", 5),
    Column::new("owner", 14),
    Column::new("incident", 9),
    Column::new("where, and what is missing", 0),
];

/// The width of all columns before the last one, in cells.
const LAST_COLUMN: usize = 45;

/// On a page that is narrower than this, the missing work begins at the left edge.
const NARROW: usize = 72;

/// The width of the mark at the selected outage, with a blank, in cells.
const MARK_CELLS: usize = 2;

pub fn page(reading: &OwedReading, ctx: &TextContext, cells: usize) -> Page {
    let mut page = Page::new(Line::styled(Meaning::TitleFocused, "Owed"));
    add_reading(&mut page, reading, None, ctx, cells);
    page
}

// How many outages still need work. An outage whose data could not be read in full is counted separately.
fn owing(owed: &[OwedOutage]) -> String {
    let unknown_count = owed.iter().filter(|one| !one.is_known()).count();
    let known = match owed.len() - unknown_count {
        0 => None,
        1 => Some("1 outage has open follow-ups".to_owned()),
        many => Some(format!("{many} outages have open follow-ups")),
    };
    // The header counts only the late outages.
    let late = owed.iter().filter(|one| one.is_known() && one.is_late());
    let (late, known_count) = (late.count(), owed.len() - unknown_count);
    let known = known.map(|known| match late == known_count {
        true => known,
        false => format!("{known} ({late} of them open for two working days or longer)"),
    });
    let unknown = match unknown_count {
        0 => None,
        1 => Some("1 outage not known".to_owned()),
        many => Some(format!("{many} outages not known")),
    };
    [known, unknown]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ")
}

/// Adds the owed work. The outage at the index `selected` is marked and stays visible.
pub fn add_reading(
    page: &mut Page,
    reading: &OwedReading,
    selected: Option<usize>,
    ctx: &TextContext,
    cells: usize,
) {
    let owed = &reading.owed;
    let said = match owed.len() {
        0 if reading.unread.is_empty() => {
            "no follow-ups are owed after outages, as far as hubwatch reads".to_owned()
        }
        0 => "no follow-ups found, but not everything could be read".to_owned(),
        _ => owing(owed),
    };
    page.text(Meaning::Title, said);
    for what in &reading.unread {
        let line = Line::styled(Meaning::Unknown, ctx.symbols.unknown).gap(1);
        let text = format!("not complete: {}", clean(what));
        page.line(line.with(Meaning::Unknown, text).hanging(2));
    }
    for what in &reading.not_watched {
        page.text(Meaning::Dim, what.clone());
    }
    if owed.is_empty() {
        return;
    }
    page.line(Line::new());
    let gap = selected.map_or(0, |_| MARK_CELLS);
    if cells >= NARROW {
        page.line(Line::indented(gap).join(table::header(&COLUMNS, cells)));
    }
    for (index, one) in owed.iter().enumerate() {
        let is_selected = selected == Some(index);
        let mark = match is_selected {
            true => Line::styled(Meaning::TitleFocused, ctx.symbols.selected),
            false => Line::new(),
        };
        add(page, one, mark.pad_to(gap), ctx, cells);
        if is_selected {
            page.focus = page.lines.len().checked_sub(1);
        }
    }
}

fn add(page: &mut Page, one: &OwedOutage, mark: Line, ctx: &TextContext, cells: usize) {
    let first = one.incidents.first();
    let ended = one.ended.with_timezone(&ctx.zone);
    let owner = one.owner.as_ref();
    let owner = owner.map_or("not known".to_owned(), owner_label);
    let number = first.map_or(String::new(), |it| format!("#{}", it.number));
    let place = places_of(&one.places.iter().collect::<Vec<_>>());
    let title = first.map_or(String::new(), |it| {
        clean(&short_title(&it.title)).into_owned()
    });
    let more = match one.incidents.len() {
        0 | 1 => String::new(),
        all => format!(" (and {} more)", all - 1),
    };
    let values = [
        ended.format("%Y-%m-%d %H:%M").to_string(),
        format!("{}d", one.working_days),
        owner,
        number,
        [place, format!("{title}{more}")]
            .join(" ")
            .trim()
            .to_owned(),
    ];
    let values = values.map(|value| Line::styled(Meaning::Plain, value));
    let indent = match cells < NARROW {
        true => 2,
        false => LAST_COLUMN,
    };
    let indent = mark.width() + indent;
    let row = mark.join(table::row(&COLUMNS, cells, values));
    page.line(row.hanging(indent));
    for missing in &one.missing {
        let line = Line::indented(indent).with(Meaning::Warning, describe(missing));
        page.line(line.hanging(indent + 2));
    }
}

/// The owner's name. A question mark means that another person may be the owner.
pub fn owner_label(owner: &OutageOwner) -> String {
    match owner {
        OutageOwner::Known(name) => clean(name).into_owned(),
        OutageOwner::Perhaps(name) => format!("{}?", clean(name)),
    }
}

/// Describes the missing work in one or two words.
pub fn describe_short(missing: &Missing) -> String {
    match missing {
        Missing::FollowUp => "follow-up".to_owned(),
        Missing::ReportIssue(None) => "report".to_owned(),
        Missing::ReportIssue(Some(issue)) => format!("report {}", short_state(issue)),
        Missing::ReviewIssue(None) => "review".to_owned(),
        Missing::ReviewIssue(Some(issue)) => format!("review {}", short_state(issue)),
        Missing::ActionItems { open, all } => format!("{} of {all} action items", open.len()),
        Missing::NotPublished => "publication".to_owned(),
        Missing::PerhapsPublished(_) => "perhaps publication".to_owned(),
        Missing::SupportTicket => "support ticket".to_owned(),
        Missing::OpenPost(_) => "post open".to_owned(),
        Missing::OverrunBoxes(1) => "verdict of a time-box".to_owned(),
        Missing::OverrunBoxes(boxes) => format!("verdicts of {boxes} time-boxes"),
        Missing::NotKnown => "not known".to_owned(),
        Missing::TrackerNotKnown => "tracker not known".to_owned(),
    }
}

/// Describes the missing work in a clause.
pub fn describe(missing: &Missing) -> String {
    match missing {
        Missing::FollowUp => "no note names a follow-up, or says why there is none".to_owned(),
        Missing::ReportIssue(None) => "no issue for the report".to_owned(),
        Missing::ReportIssue(Some(issue)) => format!("the report: {}", describe_issue(issue)),
        Missing::ReviewIssue(None) => "no issue for the review of the resolution".to_owned(),
        Missing::ReviewIssue(Some(issue)) => {
            format!("the review of the resolution: {}", describe_issue(issue))
        }
        Missing::ActionItems { open, all } => {
            let issues: Vec<String> = open.iter().map(describe_issue).collect();
            let open = open.len();
            format!(
                "action items: {open} of {all} not done: {}",
                issues.join(", ")
            )
        }
        Missing::NotPublished => "its report is not published".to_owned(),
        Missing::PerhapsPublished(file) => {
            let file = clean(file);
            format!(
                "its report is perhaps published: '{file}' has its date but names none of its places"
            )
        }
        Missing::SupportTicket => "no note says that the support ticket is closed".to_owned(),
        Missing::OpenPost(title) => format!("its post '{}' is still open", clean(title)),
        Missing::OverrunBoxes(1) => "a time-box ran out, and no note gives a verdict".to_owned(),
        Missing::OverrunBoxes(boxes) => {
            format!("{boxes} time-boxes ran out, and no note gives a verdict")
        }
        Missing::NotKnown => "not known: its log cannot be read".to_owned(),
        Missing::TrackerNotKnown => "not known: the tracker cannot be read".to_owned(),
    }
}

fn short_state(issue: &OpenIssue) -> &'static str {
    match issue.state {
        IssueState::Open | IssueState::Done => "open",
        IssueState::Reopened => "reopened",
        IssueState::NotPlanned | IssueState::Duplicate | IssueState::Unknown => "not done",
    }
}

fn describe_issue(issue: &OpenIssue) -> String {
    let url = clean(&issue.url);
    match issue.state {
        IssueState::Open | IssueState::Done => url.into_owned(),
        IssueState::Reopened => format!("{url} (reopened)"),
        IssueState::NotPlanned => format!("{url} (closed as not planned)"),
        IssueState::Duplicate => format!("{url} (closed as a duplicate)"),
        IssueState::Unknown => format!("{url} (closed, the reason is not known)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fixture::owed::outage;

    #[test]
    fn of_what_could_not_be_read_it_is_not_said_that_it_is_owed() {
        let unread = |number| OwedOutage {
            missing: vec![Missing::TrackerNotKnown],
            ..outage(number, 3)
        };
        let both = [outage(1, 3), unread(2), unread(3)];
        assert_eq!(
            owing(&both),
            "1 outage has open follow-ups, 2 outages not known"
        );
        assert_eq!(owing(&both[2..]), "1 outage not known");
        assert_eq!(
            owing(&[outage(1, 3), outage(2, 1)]),
            "2 outages have open follow-ups (1 of them open for two working days or longer)"
        );
    }
}
