//! The help: the keys of each context as in the key map, and the meanings of words and symbols on the screen.

use super::page::Page;
use crate::app::action::{Action, Context};
use crate::app::model::Model;
use crate::domain::operation::IncidentAction;
use crate::text::Line;
use crate::text::symbols::Symbols;
use crate::text::{Meaning, TextContext};

/// The column in which a key's text begins.
const TEXT_COLUMN: usize = 24;

pub fn page(model: &Model, ctx: &TextContext) -> Page {
    let mut page = Page::new(Line::styled(Meaning::TitleFocused, "Help"));
    for (context, name) in [
        (Context::Panes, "On the panes"),
        (Context::Global, "Anywhere"),
        (Context::Overlay, "In a detail"),
        (Context::Writing, "In a text"),
        (Context::Confirm, "In a confirmation"),
        (Context::Filter, "In the filter line"),
    ] {
        add_keys(&mut page, model, context, name);
    }
    if model.session.read_only {
        page.heading("Read-only");
        page.text(Meaning::Marker, "nothing is written to any upstream");
    }
    page.heading("Symbols");
    for (symbol, meaning, words) in symbol_explanations(ctx.symbols) {
        page.line(explanation_line(symbol, meaning, words));
    }
    for (name, words) in SECTIONS {
        page.heading(name);
        for (word, meaning, text) in *words {
            page.line(explanation_line(word, *meaning, text));
        }
    }
    page
}

fn add_keys(page: &mut Page, model: &Model, context: Context, name: &str) {
    page.heading(name);
    for (action, keys) in model.keymap.bindings(context) {
        // Operations have the same keys on the panes and in overlays. They are listed only once.
        if context == Context::Overlay
            && (action == Action::Menu || IncidentAction::from_key_action(action).is_some())
        {
            continue;
        }
        let names: Vec<String> = keys.iter().map(ToString::to_string).collect();
        let names = match names.as_slice() {
            [first, .., last] if names.len() > 4 => format!("{first} to {last}"),
            _ => names.join(" "),
        };
        page.line(explanation_line(
            &names,
            Meaning::Key,
            action.help_in(context).long,
        ));
    }
}

fn explanation_line(word: &str, meaning: Meaning, text: &str) -> Line {
    Line::indented(2)
        .with(meaning, word)
        .with(Meaning::Plain, " ")
        .pad_to(TEXT_COLUMN)
        .with(Meaning::Plain, text)
        .hanging(TEXT_COLUMN)
}

type Explanation = (&'static str, Meaning, &'static str);

fn symbol_explanations(symbols: &Symbols) -> [Explanation; 17] {
    [
        (
            symbols.down,
            Meaning::Critical,
            "down: a live source sees that it fails",
        ),
        (
            symbols.unknown,
            Meaning::Unknown,
            "unknown: the data to judge it is missing",
        ),
        (
            symbols.degraded,
            Meaning::Warning,
            "degraded: it works, with something wrong",
        ),
        (symbols.up, Meaning::Ok, "up: none of these"),
        (
            symbols.maintenance,
            Meaning::Dim,
            "planned maintenance: shown, does not count in the verdict",
        ),
        (
            symbols.mismatch,
            Meaning::Mismatch,
            "a mismatch: the sources contradict each other",
        ),
        (
            symbols.stale,
            Meaning::Stale,
            "may be out of date: one of its sources is not fresh",
        ),
        (
            symbols.escalates,
            Meaning::Clock,
            "escalates: goes to that person next",
        ),
        (
            symbols.time_box,
            Meaning::Clock,
            "time-box on responding: at zero, decide what next",
        ),
        (
            symbols.estimate,
            Meaning::Clock,
            "an estimate, not from PagerDuty",
        ),
        (
            symbols.folded,
            Meaning::Plain,
            "a storm: many cases of one alert; it opens",
        ),
        (
            symbols.unfolded,
            Meaning::Plain,
            "an open storm: its cases stand below",
        ),
        (
            symbols.appeared,
            Meaning::Changed,
            "new since you last looked",
        ),
        (
            symbols.changed,
            Meaning::Changed,
            "changed since you last looked; the line below says what it was",
        ),
        (
            symbols.cleared,
            Meaning::Dim,
            "cleared: stays for a moment, struck through, and does not count",
        ),
        (
            symbols.marked,
            Meaning::Key,
            "marked: actions apply to all marked rows",
        ),
        (
            symbols.owned,
            Meaning::Owner,
            "how many cases a person holds",
        ),
    ]
}

const SECTIONS: &[(&str, &[Explanation])] = &[
    (
        "The verdict",
        &[
            ("critical", Meaning::Critical, "somebody must act now"),
            (
                "unknown",
                Meaning::Unknown,
                "not known: data of a source, a hub or a rule is missing or old",
            ),
            (
                "warning",
                Meaning::Warning,
                "something is wrong that can wait",
            ),
            (
                "ok",
                Meaning::Ok,
                "none of these, and every source is live or late",
            ),
        ],
    ),
    (
        "Sources",
        &[
            ("live", Meaning::Ok, "the last poll was good"),
            (
                "late",
                Meaning::Stale,
                "the last poll failed or is overdue; its data still counts",
            ),
            ("waiting", Meaning::Dim, "it has never answered yet"),
            (
                "stale",
                Meaning::Unknown,
                "its data is older than three poll intervals",
            ),
            (
                "down",
                Meaning::Unknown,
                "it fails, and its data no longer counts",
            ),
        ],
    ),
    (
        "Words",
        &[
            (
                "case",
                Meaning::Plain,
                "alerts, incident, hub and post about one thing",
            ),
            (
                "nobody awake",
                Meaning::Nobody,
                "only a placeholder (a mailbox, not a person) holds it",
            ),
            ("nobody", Meaning::Nobody, "not assigned to anyone"),
            (
                "P2!",
                Meaning::Mismatch,
                "a mark behind the priority: open the row to see why",
            ),
            (
                "leap +16",
                Meaning::Plain,
                "one case in 17 places: leap and 16 others",
            ),
            (
                "OVER, OVERDUE",
                Meaning::ClockOver,
                "this long past zero: a person must decide",
            ),
            (
                "17/20 aws clusters",
                Meaning::Plain,
                "a storm: one alert in 17 of the 20 clusters on aws",
            ),
            ("P?", Meaning::Unranked, "no priority, or not a known one"),
            (
                "ack ends",
                Meaning::Clock,
                "the acknowledgement expires, and it pages again",
            ),
            (
                "PagerDuty closes",
                Meaning::Clock,
                "PagerDuty resolves it automatically, fixed or not",
            ),
            ("due", Meaning::Clock, "the deadline in the team's calendar"),
            (
                "update due",
                Meaning::Clock,
                "the next public update must come by then",
            ),
            (
                "awaiting PagerDuty",
                Meaning::ClockOver,
                "past zero: PagerDuty has not acted yet",
            ),
            (
                "probable",
                Meaning::Mismatch,
                "joined by name and time only: it may be wrong",
            ),
        ],
    ),
];
