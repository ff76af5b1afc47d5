use super::*;
use crate::review::night_pages::NightPages;
use crate::review::untold::Untold;

fn trends() -> Trends {
    let minutes = |mean, median| Spread {
        mean: Some(TimeDelta::minutes(mean)),
        median: Some(TimeDelta::minutes(median)),
    };
    let month = |number: u32, outages, is_partial| Month {
        first: NaiveDate::from_ymd_opt(2026, number, 1).unwrap(),
        is_partial,
        is_unread: false,
        outages,
        found_by: BTreeMap::from([(FoundBy::Alert, outages)]),
        taken_back: 1,
        not_known: 0,
        incidents: 12,
        acknowledged: Spread::default(),
        never_acknowledged: 2,
        resolved: minutes(30, 20),
        escalations: 3,
        unowned: Some(TimeDelta::minutes(7)),
        night_pages: NightPages {
            at_night: 5,
            not_known: 2,
        },
        overruns: Some(4),
        untold: Untold {
            time: Some(TimeDelta::minutes(33)),
            not_known: 1,
        },
        unread_logs: 0,
    };
    Trends {
        months: vec![month(8, 7, false), month(9, 1, true)],
        mean_per_month: Some(7.0),
        first_incident: None,
        complete_from: None,
        alerts: vec![AlertTrend {
            name: "disk \u{1b}[31m full".into(),
            incidents: 9,
            in_outages: 2,
            acknowledged: Spread::default(),
            resolved: minutes(60, 50),
            long_open: 1,
        }],
    }
}

#[test]
fn csv_has_a_row_a_month_and_leaves_empty_what_is_not_known() {
    let text = csv(&trends());
    let rows: Vec<&str> = text.lines().collect();
    assert_eq!(rows[0].split(',').count(), 22);
    assert_eq!(
        rows[1],
        "2026-08,false,7,7,0,0,1,0,12,,,2,1800,1200,3,0,420,5,2,4,1980,1"
    );
    assert_eq!(
        rows[2],
        "2026-09,true,1,1,0,0,1,0,12,,,2,1800,1200,3,0,420,5,2,4,1980,1"
    );
}

#[test]
fn what_only_logs_tell_is_not_known_without_them() {
    let mut trends = trends();
    trends.months[0].unread_logs = 12;
    let csv = csv(&trends);
    assert!(
        csv.contains("2026-08,false,7,7,0,0,1,0,12,,,,1800,1200,,12,"),
        "{csv}"
    );
}

#[test]
fn a_month_that_could_not_be_read_has_no_counts() {
    let mut trends = trends();
    let month = &mut trends.months[1];
    (month.is_unread, month.outages, month.incidents) = (true, 0, 0);
    month.overruns = None;
    (month.unowned, month.untold.time) = (None, None);
    month.resolved = Spread::default();
    let csv = csv(&trends);
    let row = csv.lines().last().unwrap();
    assert_eq!(row, format!("2026-09,true{}", ",".repeat(20)));
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let span = at("2026-08-01T00:00:00Z")..at("2026-09-10T00:00:00Z");
    let text = json(&trends, &span, &["September".to_owned()]).unwrap();
    let read: serde_json::Value = serde_json::from_str(&text).unwrap();
    for name in ["outages", "incidents", "escalations", "night_pages"] {
        assert_eq!(read["months"][1][name], serde_json::Value::Null, "{name}");
        assert!(read["months"][0][name].is_number(), "{name}");
    }
}

#[test]
fn json_is_the_contracts_and_says_what_is_missing() {
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let span = at("2026-08-01T00:00:00Z")..at("2026-09-10T00:00:00Z");
    let text = json(&trends(), &span, &["a page".to_owned()]).unwrap();
    assert!(!text.contains('\u{1b}'));
    let read: serde_json::Value = serde_json::from_str(&text).unwrap();
    let month = &read["months"][0];
    assert_eq!(month["month"], "2026-08");
    assert_eq!(month["outages"], 7);
    assert_eq!(month["found_by"], serde_json::json!({ "alert": 7 }));
    assert_eq!(month["mtta_seconds"]["mean"], serde_json::Value::Null);
    assert_eq!(read["mean_per_month"], 7.0);
    assert_eq!(read["complete"], false);
    assert_eq!(read["missing"][0], "a page");
    assert_eq!(read["alerts"][0]["open_over_3_days"], 1);
}
