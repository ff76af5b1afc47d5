//! The page of a confirmation: the operations, their side effects, and the outcome.

use crate::app::action::{Action, Context};
use crate::app::model::Model;
use crate::domain::operation::{Outcome, Remaining};
use crate::plan::{
    ActionSubject, Confirmation, JustRead, Plan, Target, operation_lines, remaining,
};
use crate::text::Line;
use crate::text::durations::age;
use crate::text::{Meaning, TextContext};
use crate::ui::pages::page::Page;
use crate::wording::{case, operation};

/// Adds the question whether to send the operations.
pub fn add_confirmation(
    page: &mut Page,
    plan: &Plan,
    subject: &ActionSubject,
    model: &Model,
    ctx: &TextContext,
) {
    let known = model.operation_context(ctx.now);
    let changed = plan.changed_incidents.iter().map(|(id, all)| {
        let target = subject.targets().find(|target| target.incident.id == *id);
        let name = target.map_or_else(|| id.to_string(), |it| format!("#{}", it.incident.number));
        let changes = operation::describe_changes(all, ctx);
        format!("{name} changed since you were asked: {changes}")
    });
    let asked = Confirmation {
        operations: &plan.operations,
        subject,
        read: JustRead::default(),
        changed: changed.collect(),
        targets: None,
    };
    add_lines(page, asked.lines(&known, ctx));
    match subject.targets().count() {
        few if few <= super::MAX_NAMED_BEFORE_CONFIRMATION => {}
        // The line with the number of incidents may be scrolled out of sight, so the number is repeated.
        many => page.text(Meaning::Title, format!("on {many} incidents")),
    }
    if let Some(asked) = known.pagerduty().and_then(|source| source.requested_at) {
        page.text(Meaning::Dim, operation::data_age(age(asked, ctx.now)));
    }
    page.line(Line::new());
    let edits = plan.form.text.is_some();
    let with_text = [Action::Open, Action::EditText, Action::Back];
    let without = [Action::Open, Action::Back];
    let actions: &[Action] = if edits { &with_text } else { &without };
    page.line(key_hints(model, Context::Confirm, actions, ctx));
}

/// Adds a note that the operations are being sent.
pub fn add_sending(page: &mut Page, plan: &Plan, ctx: &TextContext) {
    add_operations(page, plan, Meaning::Plain, ctx);
    page.focus = Some(page.lines.len());
    page.text(
        Meaning::Title,
        "not confirmed yet: waiting for PagerDuty's answer",
    );
}

/// Adds the outcomes.
pub fn add_outcomes(
    page: &mut Page,
    plan: &Plan,
    subject: &ActionSubject,
    outcomes: &[Outcome],
    model: &Model,
    ctx: &TextContext,
) {
    add_operations(page, plan, Meaning::Dim, ctx);
    if outcomes.len() == 1 {
        page.focus = Some(page.lines.len());
    }
    for outcome in worst_first(outcomes) {
        let words = outcome_text(outcome, subject, ctx);
        let line = Line::styled(operation::outcome_meaning(outcome), words);
        page.line(line.hanging(2));
    }
    let left = remaining(outcomes, subject, &model.operation_context(ctx.now));
    for one in &left {
        let text = format!(
            "{} {}",
            ctx.symbols.mismatch,
            operation::describe_remaining(one)
        );
        page.line(Line::styled(Meaning::Warning, text).hanging(2));
    }
    page.line(Line::new());
    let mut again = outcomes
        .iter()
        .filter_map(Outcome::incident_to_confirm_again);
    let resolves = left.iter().any(|it| matches!(it, Remaining::Resolve(_)));
    let words = match again.next() {
        Some(_) => " asks again with the present state",
        None if resolves => " asks whether to resolve it, esc leaves it open",
        None => " closes this",
    };
    page.line(Line::styled(Meaning::Key, "enter").with(Meaning::Plain, words));
}

// The text of an outcome. If there are several incidents, the text names the incident by title and place. A single
// incident is already named above.
fn outcome_text(outcome: &Outcome, subject: &ActionSubject, ctx: &TextContext) -> String {
    let is_it = |target: &Target<'_>| Some(&target.incident.id) == outcome.incident.as_ref();
    let Some(target) = subject.targets().find(is_it) else {
        return operation::describe_outcome(outcome, ctx);
    };
    let parts = [case::title(target.case), case::places(target.case)];
    let name = parts.join(" ");
    let name = name.trim_end();
    match subject.targets().count() {
        1 => format!(
            "#{} {}",
            target.incident.number,
            operation::outcome_detail(outcome, ctx)
        ),
        _ => operation::describe_outcome_on(outcome, target.incident, name, ctx),
    }
}

fn worst_first(outcomes: &[Outcome]) -> impl Iterator<Item = &Outcome> {
    let not_so = outcomes.iter().filter(|outcome| !outcome.is_success());
    not_so.chain(outcomes.iter().filter(|outcome| outcome.is_success()))
}

/// The keys of these actions, and what each action does in this context.
pub fn key_hints(model: &Model, context: Context, actions: &[Action], ctx: &TextContext) -> Line {
    let shown = actions.iter().filter_map(|action| {
        let key = model.keymap.key_for(context, *action)?;
        Some((key, action.help_in(context).short))
    });
    shown.fold(Line::new(), |line, (key, word)| {
        let between = if line.is_empty() {
            ""
        } else {
            ctx.symbols.separator
        };
        line.with(Meaning::Dim, between)
            .with(Meaning::Key, key.to_string())
            .with(Meaning::Plain, format!(" {word}"))
    })
}

fn add_operations(page: &mut Page, plan: &Plan, meaning: Meaning, ctx: &TextContext) {
    for operation in &plan.operations {
        add_lines(page, operation_lines(operation, meaning, None, ctx));
    }
}

// Adds the lines that are not blank, since blank lines would only take room.
fn add_lines(page: &mut Page, lines: Vec<Line>) {
    let is_blank = |line: &Line| line.plain_text().trim().is_empty();
    page.lines
        .extend(lines.into_iter().filter(|line| !is_blank(line)));
}
