//! `hubwatch trends` reads PagerDuty's past incidents once and stores them. A second run requests only new incidents.
//! If PagerDuty fails, a run shows the stored incidents.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use super::home::{Run, list};
use super::recorder::Instead;
use super::served::Served;
use super::trends::{months_ago, recorded, trends_since};

/// The files of stored incidents, one for each month.
fn kept(served: &Served) -> Vec<PathBuf> {
    let files = fs::read_dir(served.home.path("state/hubwatch")).expect("a folder");
    let mut files: Vec<PathBuf> = files.map(|file| file.expect("a file").path()).collect();
    files.retain(|path| path.to_string_lossy().contains("past-incidents-"));
    files.retain(|path| !path.to_string_lossy().ends_with("directory.json"));
    files.sort();
    files
}

/// The report's months, but not their figures from the status pages. The pages are requested in every run.
fn months(run: &Run) -> Vec<Value> {
    let mut months = list(&run.json(), "months").to_vec();
    for month in &mut months {
        let month = month.as_object_mut().expect("a month");
        month.retain(|name, _| !name.starts_with("untold"));
    }
    months
}

#[test]
fn a_second_run_asks_little_and_has_the_same_figures() {
    let (served, recorder, config) = recorded();
    let run = || {
        let run = trends_since(&served, &config, months_ago(5));
        assert_eq!(run.code, 0, "{run:?}");
        (months(&run), recorder.take())
    };
    let (first, asked) = run();
    let mut questions: Vec<_> = asked.iter().map(|it| (&it.path, &it.query)).collect();
    let count = questions.len();
    questions.sort();
    questions.dedup();
    assert_eq!(questions.len(), count, "nothing is asked for twice");
    assert_eq!(kept(&served).len(), 6);
    let (second, asked) = run();
    let whole = |months: &[Value]| -> Vec<Value> {
        let months = months.iter().filter(|month| month["partial"] == false);
        months.cloned().collect()
    };
    assert_eq!(whole(&second), whole(&first));
    let of_the_past = |path: &str| path.starts_with("/incidents") || path == "/log_entries";
    let again = asked.iter().filter(|it| of_the_past(&it.path)).count();
    assert!(again < 10 && again * 5 < count, "{again} of {count}");
}

#[test]
fn what_is_kept_is_shown_with_its_date_while_pagerduty_fails() {
    let (served, recorder, config) = recorded();
    let since = months_ago(2);
    let first = trends_since(&served, &config, since);
    assert_eq!(first.code, 0, "{first:?}");
    recorder.answer_instead(vec![Instead {
        applies: |_| true,
        status: 500,
        body: "{}",
    }]);
    let second = trends_since(&served, &config, since);
    assert_eq!(second.code, 1, "{second:?}");
    let report = second.json();
    assert_eq!(report["complete"], false);
    let missing = report["missing"].to_string();
    assert!(missing.contains("PagerDuty cannot be read"), "{missing}");
    assert!(missing.contains("this is as of "), "{missing}");
    assert_eq!(months(&second)[..2], months(&first)[..2]);
    let earlier = trends_since(&served, &config, months_ago(4));
    let earlier = months(&earlier);
    let partial = earlier.iter().map(|month| month["partial"].clone());
    let partial: Vec<Value> = partial.collect();
    assert_eq!(partial, [true, true, false, false, true]);
}

#[test]
fn a_file_that_is_cut_is_read_anew() {
    let (served, _recorder, config) = recorded();
    let since = months_ago(2);
    let first = trends_since(&served, &config, since);
    let files = kept(&served);
    let text = fs::read_to_string(&files[0]).expect("a file");
    fs::write(&files[0], text.split_at(text.len() / 3).0).expect("a file");
    fs::write(&files[1], "{\"version\":1}").expect("a file");
    let second = trends_since(&served, &config, since);
    assert_eq!(second.code, 0, "{second:?}");
    assert!(second.err.contains("cannot be read"), "{second:?}");
    assert_eq!(months(&second)[..2], months(&first)[..2]);
    let again = fs::read_to_string(&files[0]).expect("a file");
    let count = |text: &str| {
        let file: Value = serde_json::from_str(text).expect("JSON");
        file["incidents"].as_object().expect("incidents").len()
    };
    assert_eq!(count(&again), count(&text));
}
