use std::sync::Arc;

use super::world::{full_case, policy, world};
use super::{ascii_screen, screen};
use crate::app::fixture::{model, now, seconds_ago, show_picture};
use crate::app::history::LoadedHistory;
use crate::app::model::{Model, Overlay, OverlayKind};
use crate::app::msg::Msg;
use crate::app::update::update;
use crate::domain::history::{History, HistoryRequest, HistorySubject, Series, SeriesKey};
use crate::domain::hub::Signal;
use crate::domain::ids::HubKey;
use crate::domain::labels::Labels;

/// A model whose overlay has requested histories that have not arrived.
fn asking(kind: OverlayKind) -> Model {
    let mut model = model();
    model.policy = Arc::new(policy());
    model.overlays.push(Overlay::new(kind));
    show_picture(&mut model, world());
    model
}

fn case() -> Model {
    asking(OverlayKind::Case(Arc::new(full_case())))
}

fn hub() -> Model {
    asking(OverlayKind::Hub(HubKey::new("leap", "prod")))
}

fn questions(model: &Model) -> Vec<HistoryRequest> {
    let asked = model.history_fetches().iter();
    asked.map(|inquiry| inquiry.query.clone()).collect()
}

fn answer_questions(
    model: &mut Model,
    answer: impl Fn(&HistoryRequest) -> Result<History, String>,
) {
    for question in questions(model) {
        let result = answer(&question).map(Arc::new);
        update(
            model,
            Msg::HistoryFetched {
                query: question,
                result,
            },
            now(),
        );
    }
}

fn series(of: SeriesKey, question: &HistoryRequest, value: impl Fn(f64) -> Option<f64>) -> Series {
    let points = question.window.points;
    let share = |index| index as f64 / (points - 1) as f64;
    let values = (0..points).map(|index| value(share(index)));
    Series {
        key: of,
        values: values.collect(),
    }
}

fn labels(pairs: &[(&str, &str)]) -> SeriesKey {
    SeriesKey::Labels(pairs.iter().copied().collect::<Labels>())
}

/// The free space of the alert's disk and of the hub's disk falls. The alert's samples have a gap.
fn falling(question: &HistoryRequest) -> Result<History, String> {
    let gap = |share: f64| !(0.4..0.5).contains(&share);
    let series = match &question.subject {
        HistorySubject::Alert(_) => vec![series(
            labels(&[("namespace", "prod")]),
            question,
            |share| gap(share).then_some(0.42 - 0.38 * share),
        )],
        HistorySubject::Hub(_) => vec![
            series(SeriesKey::Signal(Signal::Up), question, |share| {
                Some(if share < 0.9 { 1.0 } else { 0.0 })
            }),
            series(
                SeriesKey::Signal(Signal::SpawnFailures30m),
                question,
                |share| {
                    Some(if (0.6..0.7).contains(&share) {
                        3.02
                    } else {
                        0.0
                    })
                },
            ),
            series(
                SeriesKey::Signal(Signal::RunningServers),
                question,
                |share| (share < 0.9).then_some(14.0 + 4.0 * share),
            ),
            series(
                SeriesKey::Signal(Signal::DbFreePercent),
                question,
                |share| Some(42.0 - 38.0 * share),
            ),
        ],
    };
    let refused = [(
        Signal::ActiveUsers,
        "prometheus says: parse error".to_owned(),
    )];
    Ok(History {
        series,
        failed_signals: refused.into_iter().collect(),
        ..History::default()
    })
}

#[test]
fn a_case_with_its_plot() {
    let mut model = case();
    answer_questions(&mut model, falling);
    model.overlays[0].scroll = 40;
    insta::assert_snapshot!(screen(&model, 110, 44));
}

#[test]
fn a_case_with_its_plot_in_ascii() {
    let mut model = case();
    answer_questions(&mut model, falling);
    model.overlays[0].scroll = 40;
    let text = ascii_screen(&model, 80, 30);
    assert!(text.is_ascii());
    insta::assert_snapshot!(text);
}

#[test]
fn a_hub_with_the_past_of_its_signals() {
    let mut model = hub();
    answer_questions(&mut model, falling);
    insta::assert_snapshot!(screen(&model, 150, 40));
}

#[test]
fn a_narrow_hub_has_them_below_its_signals() {
    let mut model = hub();
    answer_questions(&mut model, falling);
    insta::assert_snapshot!(screen(&model, 60, 46));
}

fn line<'a>(text: &'a str, begin: &str) -> &'a str {
    let mut lines = text.lines().map(|line| line.trim_matches(['│', ' ']));
    lines
        .find(|line| line.starts_with(begin))
        .unwrap_or_default()
}

#[test]
fn before_the_answer_it_says_whom_it_asks() {
    let text = screen(&case(), 110, 100);
    let said = "history       asking prometheus/leap for the last 6h";
    assert_eq!(line(&text, "history"), said);
    assert!(!text.contains('╌'));
    let text = screen(&hub(), 110, 60);
    assert!(text.contains("asking prometheus/leap for the last 6h"));
}

#[test]
fn a_failure_is_told_in_words_and_draws_nothing() {
    let mut model = case();
    answer_questions(&mut model, |_| Err("connection refused".to_owned()));
    let text = screen(&model, 110, 120);
    let said = "history       not known: prometheus/leap: connection refused";
    assert_eq!(line(&text, "history"), said);
    assert!(!text.contains('╌') && !text.contains('▁'));
}

#[test]
fn what_was_known_stays_beside_a_failure() {
    let mut model = case();
    answer_questions(&mut model, falling);
    for inquiry in model.overlays[0].history_fetches.iter_mut().flatten() {
        inquiry.failure = Some("503: stopping".to_owned());
        inquiry.loaded = inquiry.loaded.take().map(|known| LoadedHistory {
            received_at: seconds_ago(600),
            ..known
        });
    }
    let text = screen(&model, 110, 120);
    assert!(text.contains("prometheus/leap: 503: stopping; the data shown is from 03:02"));
    assert!(text.contains('╌'), "the plot is still there");
}

#[test]
fn no_series_is_not_zero() {
    let mut model = case();
    answer_questions(&mut model, |_| Ok(History::default()));
    let text = screen(&model, 110, 120);
    let said = "history       not known: no series with the labels of this alert";
    assert_eq!(line(&text, "history"), said);
    assert!(!text.contains('╌'));
}

#[test]
fn where_several_series_fit_it_says_so() {
    let mut model = case();
    answer_questions(&mut model, |question| {
        let one = |pod| series(labels(&[("pod", pod)]), question, |_| Some(1.0));
        Ok(History {
            series: vec![one("a"), one("b")],
            omitted: 3,
            warnings: vec!["a store is away".to_owned()],
            ..History::default()
        })
    });
    let text = screen(&model, 110, 120);
    assert!(
        text.contains("5 series match this alert; the chart shows {pod=a}"),
        "{text}"
    );
    assert!(text.contains("unchanged for 6h  {pod=b}"));
    assert!(text.contains("partial: a store is away"));
}

#[test]
fn the_smallest_screens_have_it_in_words() {
    let mut model = case();
    answer_questions(&mut model, falling);
    let (mut found, mut scroll) = (String::new(), 0);
    while scroll < 120 {
        model.overlays[0].scroll = scroll;
        let shown = screen(&model, 30, 4);
        found += &shown.lines().skip(1).collect::<Vec<_>>().join(" ");
        found.push(' ');
        scroll += 3;
    }
    let words: Vec<&str> = found.split_whitespace().collect();
    let words = words.join(" ");
    assert!(words.contains("was 0.42 6h ago"), "{words}");
    assert!(words.contains("alerts at < 0.1"), "{words}");
}
