//! The text of a pane that has nothing to list. An empty list after an error must never look like an empty list when
//! all is well.

use crate::domain::source::{SourceKind, SourceState};
use crate::picture::{Picture, SourceView};
use crate::text::Line;
use crate::text::{Meaning, TextContext};
use crate::wording::source;

/// An empty pane names at most this many failing sources.
const MAX_NAMED: usize = 4;

/// The sources of the wanted kinds that are not fresh. Their data is missing or out of date.
pub fn sources_not_fresh(
    picture: &Picture,
    is_wanted: impl Fn(SourceKind) -> bool,
) -> Vec<&SourceView> {
    let lacks = |source: &&SourceView| is_wanted(source.id.kind) && !source.state.is_fresh();
    picture.sources.iter().filter(lacks).collect()
}

/// "? prometheus/leap down 4m +2": the worst source that is not fresh, and the number of the others. Empty if all are
/// fresh.
pub fn caveat(lacking: &[&SourceView], ctx: &TextContext) -> Line {
    let Some(worst) = worst(lacking) else {
        return Line::new();
    };
    let more = match lacking.len() {
        0 | 1 => String::new(),
        all => format!(" +{}", all - 1),
    };
    Line::styled(Meaning::Unknown, format!("{} ", ctx.symbols.unknown))
        .with(Meaning::Unknown, source::describe_short(worst, ctx))
        .with(Meaning::Unknown, more)
}

/// The lines of an empty pane. If no source is `lacking`, the only line is `all_well`. If all lacking sources wait for
/// their first answer, the only line says this. Otherwise the lines are `unknown` and the failing sources.
pub fn lines(
    lacking: &[&SourceView],
    all_well: &str,
    unknown: &str,
    ctx: &TextContext,
) -> Vec<Line> {
    if lacking.is_empty() {
        return vec![Line::styled(Meaning::Dim, all_well)];
    }
    if lacking
        .iter()
        .all(|source| source.state == SourceState::Waiting)
    {
        return vec![Line::styled(Meaning::Dim, asking_text(lacking))];
    }
    let failing = lacking
        .iter()
        .filter(|view| view.state != SourceState::Waiting);
    let mut failing: Vec<&SourceView> = failing.copied().collect();
    failing.sort_by_key(|view| view.id.kind.naming_order());
    let mut lines = vec![Line::styled(Meaning::Unknown, format!("{unknown}:"))];
    for view in failing.iter().take(MAX_NAMED) {
        lines.push(Line::new().with(Meaning::Unknown, source::describe(view, ctx)));
    }
    if failing.len() > MAX_NAMED {
        let more = format!("and {} more", failing.len() - MAX_NAMED);
        lines.push(Line::styled(Meaning::Unknown, more));
    }
    lines
}

/// The lines of a pane before the first picture.
pub fn before_first_picture() -> Vec<Line> {
    vec![Line::styled(Meaning::Dim, "asking")]
}

fn asking_text(lacking: &[&SourceView]) -> String {
    match lacking {
        [only] => format!("asking {}", source::name(only)),
        many => format!("asking {} sources", many.len()),
    }
}

fn worst<'a>(lacking: &[&'a SourceView]) -> Option<&'a SourceView> {
    let order = |view: &&&SourceView| (std::cmp::Reverse(view.state), view.id.kind.naming_order());
    lacking.iter().min_by_key(order).copied()
}
