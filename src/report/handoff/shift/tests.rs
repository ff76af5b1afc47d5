use super::*;

fn at(hour: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_305_600 + hour * 3600, 0).unwrap()
}

fn person(name: &str) -> Person {
    Person {
        id: name.into(),
        name: name.into(),
    }
}

fn entry(policy: &str, level: u32, name: &str, span: Option<(i64, i64)>) -> OnCall {
    OnCall {
        policy: policy.into(),
        level,
        who: person(name),
        start: span.map(|(start, _)| at(start)),
        end: span.map(|(_, end)| at(end)),
    }
}

fn given(since: Option<i64>, until: Option<i64>) -> GivenSpan {
    GivenSpan {
        since: since.map(at),
        until: until.map(at),
    }
}

/// Finds Ada's shift. The time is hour 12.
fn shift(on_calls: Vec<OnCall>, given: GivenSpan) -> Result<Shift, ShiftError> {
    let directory = Directory {
        on_calls,
        ..Directory::default()
    };
    let rota = RotaView {
        directory: &directory,
        policies: &["P".into(), "Q".into()],
        is_placeholder: &|who| &*who.name == "Mailbox",
        is_whole: true,
        now: at(12),
    };
    find_shift(rota, Some(&person("Ada")), given)
}

type Next<'a> = (&'a str, Option<i64>, Option<i64>);

fn is_next(shift: &Shift, expected: &[Next<'_>]) {
    let expected = expected.iter().map(|(name, from, until)| Successor {
        who: person(name),
        from: from.map(at),
        nobody_before: from.is_some_and(|from| from > 16),
        until: until.map(at),
    });
    assert_eq!(shift.next, expected.collect::<Vec<_>>());
}

#[test]
fn entries_that_follow_one_another_are_one_shift() {
    let found = shift(
        vec![
            entry("P", 1, "Ada", Some((0, 8))),
            entry("P", 1, "Ada", Some((8, 16))),
            entry("Q", 2, "Ada", Some((15, 20))),
            entry("P", 1, "Ada", Some((30, 40))),
            entry("P", 1, "Mailbox", None),
            entry("P", 1, "Bo", Some((20, 28))),
            entry("P", 1, "Bo", Some((28, 30))),
            entry("P", 2, "Dee", Some((20, 28))),
            entry("X", 1, "Ada", Some((12, 99))),
        ],
        GivenSpan::default(),
    );
    let found = found.unwrap();
    assert_eq!((found.from, found.until), (Some(at(0)), Some(at(20))));
    is_next(&found, &[("Bo", None, Some(30))]);
    assert_eq!(found.next_until(), Some(at(30)));
}

#[test]
fn next_is_level_1_of_the_policies_that_are_handed_over() {
    let second = vec![
        entry("P", 2, "Ada", Some((8, 16))),
        entry("P", 1, "Bo", Some((8, 18))),
        entry("P", 1, "Caro", Some((18, 20))),
        entry("Q", 3, "Ada", Some((8, 16))),
        entry("Q", 1, "Dee", Some((8, 20))),
    ];
    let found = shift(second, GivenSpan::default()).unwrap();
    is_next(&found, &[("Bo", None, Some(18))]);
    let both = vec![
        entry("P", 1, "Ada", Some((8, 16))),
        entry("Q", 1, "Ada", Some((8, 16))),
        entry("P", 1, "Bo", Some((16, 24))),
        entry("Q", 1, "Bo", Some((16, 24))),
        entry("Q", 1, "Caro", Some((16, 24))),
    ];
    let found = shift(both, GivenSpan::default()).unwrap();
    is_next(&found, &[("Bo", None, Some(24)), ("Caro", None, Some(24))]);
}

#[test]
fn the_policies_are_those_on_which_the_shift_ends() {
    let second_then_first = vec![
        entry("P", 2, "Ada", Some((0, 14))),
        entry("Q", 2, "Ada", Some((0, 14))),
        entry("P", 1, "Ada", Some((14, 16))),
        entry("P", 1, "Bo", Some((16, 24))),
        entry("Q", 1, "Caro", Some((0, 24))),
    ];
    let found = shift(second_then_first, GivenSpan::default()).unwrap();
    assert_eq!((found.from, found.until), (Some(at(0)), Some(at(16))));
    is_next(&found, &[("Bo", None, Some(24))]);
}

#[test]
fn nobody_may_be_on_call_before_the_next() {
    let gap = vec![
        entry("P", 1, "Ada", Some((8, 16))),
        entry("P", 1, "Mailbox", None),
        entry("P", 1, "Bo", Some((20, 28))),
        entry("P", 1, "Caro", Some((28, 36))),
    ];
    let found = shift(gap, GivenSpan::default()).unwrap();
    is_next(&found, &[("Bo", Some(20), Some(28))]);
    let alone = vec![entry("P", 1, "Ada", Some((8, 16)))];
    let found = shift(alone, GivenSpan::default()).unwrap();
    is_next(&found, &[]);
    assert_eq!(found.next_until(), None);
}

#[test]
fn who_is_always_on_call_or_not_at_all_must_give_an_end() {
    let always = vec![
        entry("P", 1, "Ada", None),
        entry("P", 2, "Ada", Some((8, 16))),
        entry("P", 1, "Bo", Some((16, 24))),
    ];
    let none = GivenSpan::default();
    assert_eq!(shift(always.clone(), none), Err(ShiftError::Always));
    let found = shift(always, given(None, Some(17))).unwrap();
    assert_eq!((found.from, found.until), (None, Some(at(17))));
    is_next(&found, &[("Bo", None, Some(24))]);
    let off = vec![entry("P", 1, "Ada", Some((0, 12)))];
    assert_eq!(shift(off.clone(), none), Err(ShiftError::OffCall));
    let found = shift(off, given(None, Some(14))).unwrap();
    assert_eq!((found.from, found.until), (None, Some(at(14))));
}

#[test]
fn a_shift_that_has_ended_is_handed_over_all_the_same() {
    let ended = vec![
        entry("P", 1, "Ada", Some((4, 11))),
        entry("P", 1, "Bo", Some((11, 20))),
    ];
    let found = shift(ended, given(None, Some(11))).unwrap();
    assert_eq!((found.from, found.until), (Some(at(4)), Some(at(11))));
    is_next(&found, &[("Bo", None, Some(20))]);
}

#[test]
fn a_given_span_counts_before_the_rota() {
    let on_call = vec![
        entry("P", 1, "Ada", Some((8, 16))),
        entry("P", 1, "Bo", Some((16, 24))),
    ];
    let found = shift(on_call.clone(), given(Some(10), Some(13))).unwrap();
    assert_eq!((found.from, found.until), (Some(at(10)), Some(at(13))));
    is_next(&found, &[("Bo", Some(16), Some(24))]);
    let backwards = shift(on_call, given(Some(14), Some(13)));
    assert_eq!(backwards, Err(ShiftError::EndsBeforeStart));
}

#[test]
fn a_rota_that_is_not_known_is_no_error() {
    let rota = RotaView {
        directory: &Directory::default(),
        policies: &[],
        is_placeholder: &|_| false,
        is_whole: false,
        now: at(12),
    };
    let found = find_shift(rota, Some(&person("Ada")), GivenSpan::default());
    assert_eq!(found, Ok(Shift::default()));
}
