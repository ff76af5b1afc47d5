//! What is acted on, by name: incident, title, place and owner.

use crate::domain::incident::Incident;
use crate::plan::{ActionSubject, Target};
use crate::text::Line;
use crate::text::{Meaning, TextContext};
use crate::ui::overlay::page::Page;
use crate::wording::case;

/// Adds it.
pub fn add(page: &mut Page, subject: &ActionSubject, with_state: bool, ctx: &TextContext) {
    let targets: Vec<Target<'_>> = subject.targets().collect();
    match (targets.as_slice(), subject.cases.as_slice()) {
        ([one], _) => {
            page.line(target_title(one).hanging(2));
            page.line(target_state(one, with_state, ctx).hanging(2));
        }
        ([], [case, ..]) => {
            page.line(Line::styled(Meaning::Title, case::title(case)).hanging(2));
            let place = case::places_long(case);
            page.text(
                Meaning::Plain,
                format!("{place}{}no incident is open", ctx.symbols.separator),
            );
        }
        ([], []) => {
            let name = subject.hub.as_ref().map(ToString::to_string);
            page.text(Meaning::Title, name.unwrap_or_default());
        }
        (many, _) => add_many(page, many, with_state, ctx),
    }
    page.line(Line::new());
}

fn add_many(page: &mut Page, targets: &[Target<'_>], with_state: bool, ctx: &TextContext) {
    page.text(Meaning::Title, format!("{} incidents", targets.len()));
    // What came of it names each.
    if !with_state {
        return;
    }
    for target in targets {
        let line = Line::indented(2).join(target_title(target));
        page.line(
            line.with(Meaning::Plain, " ")
                .join(target_state(target, with_state, ctx))
                .hanging(4),
        );
    }
}

fn target_title(target: &Target<'_>) -> Line {
    let Incident { number, .. } = **target.incident;
    Line::styled(Meaning::Key, format!("#{number} ")).with(Meaning::Title, case::title(target.case))
}

fn target_state(target: &Target<'_>, with_state: bool, ctx: &TextContext) -> Line {
    let (case, dot) = (target.case, ctx.symbols.separator);
    let status = target.incident.status.to_string();
    let priority = target.incident.priority.as_ref();
    let priority = priority.map_or_else(|| "no priority".to_owned(), ToString::to_string);
    let owner = case::owner_text(case);
    let mut line = Line::new();
    let places = case::places_long(case);
    if !places.is_empty() {
        line = line.with(Meaning::Plain, places);
    }
    if !with_state {
        return line;
    }
    if !line.is_empty() {
        line = line.with(Meaning::Dim, dot);
    }
    line.with(case::priority_meaning(case), priority)
        .with(Meaning::Dim, dot)
        .with(Meaning::Plain, status)
        .with(Meaning::Dim, dot)
        .with(case::owners_meaning(case), owner)
}
