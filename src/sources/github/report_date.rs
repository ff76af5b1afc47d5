//! The date in the name of a published report.

use std::sync::LazyLock;

use chrono::NaiveDate;
use regex::Regex;

/// The first date in a name: `2026-03-14`, `2026_03_14`, `2026.03.14` or `20260314`.
pub(super) fn date_in(name: &str) -> Option<NaiveDate> {
    static DATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?:^|[^0-9])([0-9]{4})[-_.]?([0-9]{2})[-_.]?([0-9]{2})(?:[^0-9]|$)").ok()
    });
    let regex = DATE.as_ref()?;
    regex.captures_iter(name).find_map(|found| {
        let part = |index: usize| found.get(index)?.as_str().parse::<u32>().ok();
        NaiveDate::from_ymd_opt(i32::try_from(part(1)?).ok()?, part(2)?, part(3)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_in_each_of_its_forms_and_no_other_number_is_one() {
        let date = NaiveDate::from_ymd_opt(2026, 3, 14);
        for name in [
            "2026-03-14-leap.md",
            "leap_2026_03_14.pdf",
            "20260314 leap.pdf",
        ] {
            assert_eq!(date_in(name), date, "{name}");
        }
        for name in ["leap.md", "2026-13-14.md", "120260314.md", "202603140.md"] {
            assert_eq!(date_in(name), None, "{name}");
        }
    }
}
