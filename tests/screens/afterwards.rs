//! The screens for the time after incidents (owed work, trends and the handoff), in several sizes.

use std::sync::Arc;

use chrono::TimeDelta;
use hubwatch::app::document::{Document, DocumentKind, DocumentState, MarkdownText};
use hubwatch::app::model::{Model, Overlay, OverlayKind, Pane};
use hubwatch::app::owed::Owed;
use hubwatch::domain::case::Place;
use hubwatch::domain::tracker::IssueState;
use hubwatch::review::owed::{
    Missing, OpenIssue, OutageOwner, OwedIncident, OwedOutage, OwedReading,
};
use hubwatch::review::trends::{Month, Spread, Trends, TrendsReading};
use hubwatch::ui::theme::{ColorLevel, Theme};

use super::dump::{colours, screen, styled, text};
use super::fixture::{ago, model, now, scenes};

const SIZES: [(u16, u16); 4] = [(200, 50), (120, 30), (80, 24), (60, 12)];

/// Escapes, a line break, wide characters, and more text than any line holds.
const HOSTILE: &str = "\u{1b}[31mred\u{1b}]0;title\u{7}\r\n全角\u{202e}evil";

fn outage(number: u64, days: i64, title: &str, missing: Vec<Missing>) -> OwedOutage {
    let ended = now().wall - TimeDelta::days(days);
    OwedOutage {
        incidents: vec![OwedIncident {
            number,
            id: format!("Q{number}").as_str().into(),
            title: title.to_owned(),
            url: None,
        }],
        places: vec![Place {
            cluster: Some("leap".into()),
            hub: Some("prod".into()),
        }],
        begins: ended - TimeDelta::hours(2),
        ended,
        working_days: usize::try_from(days).unwrap() * 5 / 7,
        owner: number
            .is_multiple_of(2)
            .then(|| OutageOwner::Known("Ada".into())),
        report: None,
        missing,
    }
}

fn outages() -> Vec<OwedOutage> {
    let open = OpenIssue {
        url: "https://t.example/8".to_owned(),
        state: IssueState::Open,
    };
    vec![
        outage(
            4101,
            40,
            "leap prod is down",
            vec![
                Missing::ReportIssue(None),
                Missing::ActionItems {
                    open: vec![open],
                    all: 5,
                },
                Missing::SupportTicket,
            ],
        ),
        outage(
            4102,
            9,
            "uptime check fails: leap.example",
            vec![
                Missing::OpenPost(HOSTILE.repeat(20)),
                Missing::OverrunBoxes(2),
            ],
        ),
        outage(4103, 1, HOSTILE, vec![Missing::NotKnown]),
    ]
}

fn reading(owed: Vec<OwedOutage>, unread: &[&str]) -> OwedReading {
    OwedReading {
        owed,
        since: now().wall - TimeDelta::days(90),
        unread: unread.iter().map(|text| (*text).to_owned()).collect(),
        not_watched: vec!["no status page is configured: open posts are not known".to_owned()],
    }
}

fn read(owed: Vec<OwedOutage>, unread: &[&str]) -> Owed {
    Owed {
        reading: Some(Arc::new(reading(owed, unread))),
        read_at: Some(ago(90)),
        ..Owed::default()
    }
}

fn showing(owed: Owed) -> Model {
    Model {
        owed: Some(owed),
        ..model(Some(scenes::night()))
    }
}

fn with_overlay(mut model: Model, kind: OverlayKind) -> Model {
    model.overlays.push(Overlay::new(kind));
    model
}

fn shown(model: &Model, size: (u16, u16)) -> String {
    text(&screen(model, now(), size, &colours()))
}

fn check(name: &str, model: &Model) {
    for size in SIZES {
        let name = format!("{name}_{}x{}", size.0, size.1);
        let unicode = shown(model, size);
        assert!(!unicode.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{name}");
        insta::assert_snapshot!(name.clone(), unicode);
        let ascii = screen(model, now(), size, &Theme::new(ColorLevel::None, true));
        assert!(text(&ascii).is_ascii(), "{name}");
    }
}

#[test]
fn what_is_owed_has_a_pane_on_a_large_screen_and_a_count_on_each() {
    let model = showing(read(outages(), &[]));
    for size in SIZES {
        assert!(shown(&model, size).contains("owed 2"), "{size:?}");
    }
    let buffer = screen(&model, now(), (200, 50), &colours());
    insta::assert_snapshot!("owed_pane_200x50", styled(&buffer));
    let without = Model {
        owed: None,
        ..model.clone()
    };
    for size in [(120, 30), (80, 24)] {
        let cases = |model: &Model| {
            shown(model, size)
                .lines()
                .skip(2)
                .collect::<Vec<_>>()
                .join("\n")
        };
        let strip = |text: String| text.lines().take(20).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(strip(cases(&model)), strip(cases(&without)), "{size:?}");
    }
}

#[test]
fn what_is_not_known_to_be_owed_never_looks_like_nothing_owed() {
    let refused = |owed: Owed| Owed {
        failure: Some(format!("the connection was refused {HOSTILE}")),
        ..owed
    };
    for (name, owed, count) in [
        ("first", Owed::default(), Some("owed ?")),
        ("failed", refused(Owed::default()), Some("owed ?")),
        (
            "old",
            refused(read(outages(), &[])),
            Some("owed 2 as of 03:10"),
        ),
        (
            "old_nothing",
            refused(read(Vec::new(), &[])),
            Some("owed ?"),
        ),
        (
            "incomplete",
            read(outages(), &["the tracker cannot be read"]),
            Some("owed 2?"),
        ),
        (
            "incomplete_nothing",
            read(Vec::new(), &["the tracker cannot be read"]),
            Some("owed ?"),
        ),
        ("nothing", read(Vec::new(), &[]), None),
    ] {
        let model = showing(owed);
        let all = shown(&model, (200, 50));
        let header = all.lines().nth(1).unwrap();
        match count {
            Some(count) => assert!(header.contains(count), "{name}"),
            None => assert!(!header.contains("owed"), "{name}"),
        }
        let calm = all.contains("no follow-ups owed, as far as");
        assert_eq!(calm, name == "nothing", "{name}");
        let pane = all
            .lines()
            .skip(36)
            .map(|line| line.chars().skip(143).collect());
        let pane: Vec<String> = pane.collect();
        insta::assert_snapshot!(format!("owed_pane_{name}"), pane.join("\n"));
        let view = with_overlay(model, OverlayKind::Owed);
        insta::assert_snapshot!(format!("owed_view_{name}"), shown(&view, (80, 24)));
    }
}

#[test]
fn the_view_of_what_is_owed() {
    check(
        "owed_view",
        &with_overlay(showing(read(outages(), &[])), OverlayKind::Owed),
    );
}

#[test]
fn the_selected_outage_is_in_sight_among_many() {
    let many: Vec<OwedOutage> = (1..=30)
        .map(|number| {
            outage(
                number,
                60,
                "leap prod is down",
                vec![Missing::SupportTicket],
            )
        })
        .collect();
    for number in [1, 2, 15, 29, 30] {
        let mut owed = read(many.clone(), &[]);
        owed.selected = Some(format!("Q{number}").as_str().into());
        let mut model = with_overlay(showing(owed), OverlayKind::Owed);
        model.focus = Pane::Cases;
        for size in SIZES {
            let text = shown(&model, size);
            let marked: Vec<&str> = text.lines().filter(|line| line.contains('▌')).collect();
            let is_it = |line: &&&str| line.contains(&format!("#{number} "));
            assert_eq!(
                marked.iter().filter(is_it).count(),
                1,
                "{number} {size:?}\n{text}"
            );
        }
    }
}

fn spread(minutes: i64) -> Spread {
    Spread {
        mean: Some(TimeDelta::minutes(minutes)),
        median: Some(TimeDelta::minutes(minutes / 2)),
    }
}

fn trends() -> TrendsReading {
    let month = |number: u32, outages: usize| Month {
        first: chrono::NaiveDate::from_ymd_opt(2026, number, 1).unwrap(),
        is_unread: false,
        is_partial: number == 11,
        outages,
        found_by: Default::default(),
        taken_back: 0,
        not_known: 0,
        incidents: 40,
        acknowledged: spread(12),
        never_acknowledged: 3,
        resolved: spread(300),
        unread_logs: 0,
        escalations: 4,
        unowned: Some(TimeDelta::minutes(70)),
        night_pages: Default::default(),
        overruns: Some(2),
        untold: Default::default(),
    };
    let outages = [7, 7, 9, 0, 1];
    TrendsReading {
        trends: Trends {
            months: (7..)
                .zip(outages)
                .map(|(number, outages)| month(number, outages))
                .collect(),
            complete_from: "2026-08-01T00:00:00Z".parse().ok(),
            first_incident: Some("2026-07-02T03:00:00Z".parse().unwrap()),
            mean_per_month: Some(4.8),
            alerts: Vec::new(),
        },
        span: "2026-07-01T00:00:00Z".parse().unwrap()..now().wall,
        missing: vec![format!("a listing {HOSTILE}")],
    }
}

fn document(kind: DocumentKind, state: DocumentState) -> Model {
    with_overlay(
        model(Some(scenes::night())),
        OverlayKind::Document(kind, state),
    )
}

#[test]
fn trends_have_bars_and_say_how_far_they_are() {
    let ready = DocumentState::Ready(Document::Trends(Arc::new(trends())));
    check("trends", &document(DocumentKind::Trends, ready));
    let text = "reading PagerDuty's record: part 3 of 13, 12 requests".to_owned();
    let pending = document(DocumentKind::Trends, DocumentState::Pending(Some(text)));
    assert!(shown(&pending, (60, 12)).contains("12 requests"));
    let failed = DocumentState::Failed(format!("the connection was refused {HOSTILE}"));
    check("trends_failed", &document(DocumentKind::Trends, failed));
}

#[test]
fn the_handoff_is_its_markdown() {
    let text = format!(
        "# Handoff: Ada → Bo, Sun 17:00\n\n- Shift Sat 17:00 – Sun 17:00, then Bo until Mon 09:00; times in UTC\n- **CRITICAL** as of 03:12: leap/prod down 12m\n- **Not known**: pagerduty {HOSTILE}\n\n## Ada holds\n- P1 #5001 leap/prod: down\n  - last note 02:50: resized the disk\n"
    );
    let handoff = MarkdownText {
        text,
        is_complete: false,
    };
    let ready = DocumentState::Ready(Document::Handoff(Arc::new(handoff)));
    check("handoff", &document(DocumentKind::Handoff, ready));
}
