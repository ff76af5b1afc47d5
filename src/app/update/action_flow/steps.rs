//! Handles a key in each step of the dialogue, and moves to the next step.

use super::{close_flow, current_flow, current_flow_mut, drafts, local_time_box, send, show_flow};
use crate::app::action::Action;
use crate::app::action_flow::{ActionFlow, ChoiceCursor, MAX_TEXT_CHARS, Step};
use crate::app::effect::Effect;
use crate::app::key::Key;
use crate::app::model::Model;
use crate::app::text_line::TextLine;
use crate::app::update::moves::{new_position, page_size};
use crate::app::update::{notify, saved_drafts};
use crate::domain::note::TimeBoxVerdict;
use crate::domain::now::Now;
use crate::domain::operation::{Choice, IncidentAction, Prompt, Purpose};
use crate::plan::{ActionSubject, Form, NextStep, Plan, PriorityAnswer};
use crate::wording::operation;
use strum::IntoEnumIterator;

/// Starts an action, or shows why it is not possible.
pub(super) fn start_action(
    model: &mut Model,
    action: IncidentAction,
    subject: ActionSubject,
    now: Now,
) -> Vec<Effect> {
    if let Some(why) = action.unavailable_reason(&subject, &model.operation_context(now)) {
        return notify(model, operation::action_unavailable(action, why), now);
    }
    if action == IncidentAction::FollowUp {
        close_flow(model);
        let case = subject.cases.first();
        let link = case.and_then(|case| model.follow_up_link(case));
        return link.map(Effect::OpenLink).into_iter().collect();
    }
    let form = Form::new(action, &subject, &model.operation_context(now));
    advance(model, subject, form, now)
}

// Shows the next step of the form: a choice, a text, or the confirmation.
fn advance(model: &mut Model, subject: ActionSubject, mut form: Form, now: Now) -> Vec<Effect> {
    // The extension may have become too short while the user typed the reason. The dialogue then asks for the length
    // again.
    if form.extends_too_little(&subject, now.wall) {
        form.span = None;
        notify(model, operation::EXTENSION_OVER.to_owned(), now);
    }
    let step = match form.next_step(&subject) {
        NextStep::Choose(question) => {
            let cursor = cursor_on_proposed(model, question, &form, &subject, now);
            Some(Step::Choose(form, question, cursor))
        }
        NextStep::Write(purpose) => {
            let text = drafts::find_text(model, &subject, &purpose).unwrap_or_else(|| {
                operation::initial_text(&purpose, &subject.cases, subject.hub.as_ref())
            });
            Some(Step::Write(form, purpose, TextLine::from_text(&text)))
        }
        NextStep::Ready => {
            Plan::from_form(form, &subject, &model.operation_context(now)).map(Step::Confirm)
        }
    };
    match step {
        Some(step) => show_flow(model, ActionFlow { subject, step }),
        None => return notify(model, operation::NOT_ENOUGH_DATA.to_owned(), now),
    }
    Vec::new()
}

fn cursor_on_proposed(
    model: &Model,
    question: Prompt,
    form: &Form,
    subject: &ActionSubject,
    now: Now,
) -> ChoiceCursor {
    let ctx = model.operation_context(now);
    let choices = ctx.choices(question, form, subject);
    let proposed = ctx.proposed_choice(question, form, subject);
    let index = choices
        .iter()
        .position(|choice| Some(choice) == proposed.as_ref());
    ChoiceCursor {
        index: index.unwrap_or_default(),
        ..ChoiceCursor::default()
    }
}

/// Handles an action at the present step; `None` if the step does not use the action.
pub(super) fn handle_action(model: &mut Model, action: Action, now: Now) -> Option<Vec<Effect>> {
    let flow = current_flow(model)?.clone();
    let moves = matches!(
        action,
        Action::Up
            | Action::Down
            | Action::First
            | Action::Last
            | Action::PageUp
            | Action::PageDown
    );
    if moves {
        move_cursor(model, action, now);
        return Some(Vec::new());
    }
    match (action, flow.step) {
        (Action::Back, step) => Some(cancel(model, &step, now)),
        (Action::Open, Step::Menu(at)) => {
            let action = IncidentAction::iter().nth(at)?;
            Some(start_action(model, action, flow.subject, now))
        }
        (other, Step::Menu(_)) => {
            let action = IncidentAction::from_key_action(other)?;
            Some(start_action(model, action, flow.subject, now))
        }
        (Action::Open, Step::Choose(form, question, pick)) => {
            let choices = model.choices(question, &form, &flow.subject, &pick, now);
            let choice = choices.into_iter().nth(pick.index)?;
            Some(apply_choice(
                model,
                flow.subject,
                question,
                form,
                choice,
                now,
            ))
        }
        (Action::Open, Step::Write(form, purpose, line)) => {
            Some(submit_text(model, flow.subject, form, &purpose, &line, now))
        }
        (Action::EditText, Step::Write(_, _, line)) => {
            Some(vec![Effect::OpenEditor(line.text().to_owned())])
        }
        (Action::EditText, Step::Confirm(plan)) => {
            plan.form.text.map(|text| vec![Effect::OpenEditor(text)])
        }
        // `enter` confirms only when the confirmation has been drawn and scrolled to its end. Before that, `enter`
        // scrolls.
        (Action::Open, Step::Confirm(_)) if !model.is_scrolled_to_end() => {
            if model.viewport.max_overlay_scroll.is_some() {
                move_cursor(model, Action::PageDown, now);
            }
            Some(Vec::new())
        }
        (Action::Open, Step::Confirm(plan))
            if plan.form.extends_too_little(&flow.subject, now.wall) =>
        {
            Some(advance(model, flow.subject, plan.form, now))
        }
        (Action::Open, Step::Confirm(plan)) => {
            Some(send::send_confirmed(model, plan, flow.subject, now))
        }
        (Action::Open, Step::Finished(plan, outcomes)) => {
            let offered = send::retry_or_close(model, plan, &flow.subject, &outcomes, now);
            let start = |action| start_action(model, action, flow.subject, now);
            Some(offered.map(start).unwrap_or_default())
        }
        _ => None,
    }
}

/// Handles a key with a character. The key types, narrows a long list, or picks from a short list.
pub(super) fn handle_text_key(model: &mut Model, key: Key, now: Now) -> Vec<Effect> {
    let Some(flow) = current_flow_mut(model) else {
        return Vec::new();
    };
    match &mut flow.step {
        Step::Write(_, _, line) => {
            line.edit(key, MAX_TEXT_CHARS);
            drafts::save_current(model, now)
        }
        Step::Choose(_, question, pick) if question.is_filterable() => {
            pick.filter.edit(key, MAX_TEXT_CHARS);
            pick.index = 0;
            Vec::new()
        }
        Step::Choose(form, question, pick) => {
            let (form, question, pick) = (form.clone(), *question, pick.clone());
            let subject = flow.subject.clone();
            let choices = model.choices(question, &form, &subject, &pick, now);
            let picked = choices.into_iter().enumerate();
            let picked = picked
                .filter(|(index, choice)| {
                    choice.shortcut(*index).is_some() && choice.shortcut(*index) == key.text()
                })
                .map(|(_, choice)| choice)
                .next();
            match picked {
                Some(choice) => apply_choice(model, subject, question, form, choice, now),
                None => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

fn apply_choice(
    model: &mut Model,
    mut subject: ActionSubject,
    question: Prompt,
    mut form: Form,
    choice: Choice,
    now: Now,
) -> Vec<Effect> {
    if question == Prompt::LocalTimeBox {
        return local_time_box::set(model, &subject, &choice, now);
    }
    match choice {
        Choice::Incident(id) => {
            let case = model.picture.as_ref().and_then(|picture| picture.case(&id));
            let own = subject.cases.iter().find(|case| case.id == id);
            let meant = own.or(case).cloned();
            subject = ActionSubject {
                incident_chosen: true,
                ..ActionSubject::from_cases(meant.into_iter().collect())
            };
            form = Form::new(form.action, &subject, &model.operation_context(now));
        }
        Choice::Priority(name) => form.priority = Some(PriorityAnswer::Named(name)),
        Choice::NoPriority => form.priority = Some(PriorityAnswer::NoPriority),
        Choice::Duration(span) | Choice::UntilWorkingTime(span) => form.span = Some(span),
        Choice::Level(level, _) => form.level = Some(level),
        Choice::Assignee(assignee) => form.assignee = Some(assignee),
        Choice::Verdict(verdict) => {
            let ctx = model.operation_context(now);
            let escalates = verdict == TimeBoxVerdict::Escalated;
            let action = IncidentAction::Escalate;
            let why = escalates.then(|| action.unavailable_reason(&subject, &ctx));
            if let Some(why) = why.flatten() {
                return notify(model, operation::action_unavailable(action, why), now);
            }
            form.verdict = Some(verdict);
        }
        Choice::OutageStep(step) => form.step = Some(step),
        Choice::Service(service) => form.service = Some(service),
        // Only `Prompt::LocalTimeBox` offers `NoTimeBox`, and this function has already returned for that prompt.
        Choice::NoTimeBox => {}
    }
    advance(model, subject, form, now)
}

fn submit_text(
    model: &mut Model,
    subject: ActionSubject,
    mut form: Form,
    purpose: &Purpose,
    line: &TextLine,
    now: Now,
) -> Vec<Effect> {
    // Notes, reasons and titles need a text. A verdict and a checklist step do not.
    let needs_words = !matches!(purpose, Purpose::Verdict(_) | Purpose::OutageStep(_));
    if needs_words && line.text().trim().is_empty() {
        return notify(model, operation::TEXT_REQUIRED.to_owned(), now);
    }
    form.text = Some(line.text().trim_end().to_owned());
    advance(model, subject, form, now)
}

/// Replaces the text that the user is writing or confirming.
pub(super) fn replace_text(model: &mut Model, text: &str) {
    let Some(flow) = current_flow_mut(model) else {
        return;
    };
    let text: String = text.chars().take(MAX_TEXT_CHARS).collect();
    flow.step = match flow.step.clone() {
        Step::Write(form, purpose, _) => Step::Write(form, purpose, TextLine::from_text(&text)),
        // A changed text is shown once more before it is sent.
        Step::Confirm(plan) => match plan.form.purpose(&flow.subject) {
            Some(purpose) => {
                Step::Write(without_text(plan.form), purpose, TextLine::from_text(&text))
            }
            None => Step::Confirm(plan),
        },
        other => other,
    };
}

fn without_text(mut form: Form) -> Form {
    form.text = None;
    form
}

fn move_cursor(model: &mut Model, action: Action, now: Now) {
    let (limit, lines) = (model.viewport.max_overlay_scroll, page_size(model));
    let Some(flow) = current_flow(model).cloned() else {
        return;
    };
    let last = match &flow.step {
        Step::Menu(_) => IncidentAction::iter().count().saturating_sub(1),
        Step::Choose(form, question, pick) => {
            let choices = model.choices(*question, form, &flow.subject, pick, now);
            choices.len().saturating_sub(1)
        }
        _ => {
            if let Some(top) = model.overlays.last_mut() {
                top.scroll = new_position(action, top.scroll, limit, lines).unwrap_or(top.scroll);
            }
            return;
        }
    };
    let Some(flow) = current_flow_mut(model) else {
        return;
    };
    if let Step::Menu(at) | Step::Choose(_, _, ChoiceCursor { index: at, .. }) = &mut flow.step {
        *at = new_position(action, *at, Some(last), lines).unwrap_or(*at);
    }
}

// Closes the dialogue. Typed text becomes a draft, and a notice says so.
fn cancel(model: &mut Model, step: &Step, now: Now) -> Vec<Effect> {
    close_flow(model);
    let typed = match step {
        Step::Write(_, _, line) => !line.text().trim().is_empty(),
        Step::Confirm(plan) => plan.form.text.is_some(),
        Step::Sending(..) => return notify(model, operation::STILL_SENDING.to_owned(), now),
        _ => false,
    };
    if typed {
        return saved_drafts::say_kept(model, now);
    }
    Vec::new()
}
