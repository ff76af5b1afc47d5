//! A case's title, cut to the width of its column. The cut keeps the part that differs from the other titles.

use crate::domain::case::Case;

use super::case::title;
use crate::text::sanitize::{fit, width};
use crate::text::symbols::Symbols;

/// The fewest cells in which a name still differs from other names.
const MIN_NAME_WIDTH: usize = 6;

const HUB_DOWN: &str = "hub down";

/// The title of a case in `cells` cells; `others` are the other titles on the screen. If the case's hub is down, "hub
/// down" is put before the whole title. Otherwise a title that is too long is cut so that a percentage stays: "home-nfs
/// has 10% of space left" becomes "home-nfs…10%". If the cut title would look like another title, the title is cut in
/// the middle instead.
pub fn title_within(case: &Case, others: &[String], cells: usize, symbols: &Symbols) -> String {
    let title = title(case);
    // An outside check's own title may begin with the same words, which must not stand twice.
    if case.hub_down.is_some() && !title.starts_with(HUB_DOWN) {
        return format!("{HUB_DOWN}: {title}");
    }
    if width(&title) <= cells {
        return title;
    }
    let kept = keep_percentage(&title, cells, symbols);
    let alike =
        |other: &&String| **other != title && keep_percentage(other, cells, symbols) == kept;
    let common = others.iter().filter(alike);
    match common.map(|other| common_chars(&title, other)).min() {
        Some(common) => cut_in_the_middle(&title, common, cells, symbols),
        None => kept,
    }
}

fn keep_percentage(title: &str, cells: usize, symbols: &Symbols) -> String {
    let is_share =
        |word: &&str| word.ends_with('%') && word.starts_with(|it: char| it.is_ascii_digit());
    let cut = fit(title, cells, symbols.ellipsis);
    match title.split_whitespace().find(is_share) {
        Some(share) if cells > width(share) + MIN_NAME_WIDTH && !cut.contains(share) => {
            let head = fit(title, cells - width(share), symbols.ellipsis);
            format!("{head}{share}")
        }
        _ => cut.into_owned(),
    }
}

fn common_chars(one: &str, other: &str) -> usize {
    let pairs = one.chars().zip(other.chars());
    pairs.take_while(|(one, other)| one == other).count()
}

// Cuts the middle out of the title. The part that stays at the end begins with the first word that differs from the
// other titles.
fn cut_in_the_middle(title: &str, common: usize, cells: usize, symbols: &Symbols) -> String {
    let shared: Vec<char> = title.chars().take(common).collect();
    let word = shared.iter().rposition(|char| *char == ' ');
    let rest: String = title.chars().skip(word.map_or(0, |at| at + 1)).collect();
    let least = MIN_NAME_WIDTH + width(symbols.ellipsis);
    if cells < 2 * least {
        return fit(&rest, cells, symbols.ellipsis).into_owned();
    }
    let tail = fit(&rest, cells - least, symbols.ellipsis);
    let head = fit(title, cells - width(&tail), symbols.ellipsis);
    format!("{head}{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fixture;
    use crate::domain::ids::HubKey;
    use crate::text::UNICODE;

    fn among(title: &str, others: &[&str], cells: usize) -> String {
        let case = fixture::case("Q1", title, "leap", "prod");
        let others: Vec<String> = others.iter().map(ToString::to_string).collect();
        title_within(&case, &others, cells, &UNICODE)
    }

    #[test]
    fn a_title_that_is_cut_keeps_the_share_that_tells_it_from_another() {
        let full = "home-nfs has 0% of space left";
        assert_eq!(among(full, &[], 40), full);
        let cut = "home-nfs has 0% of…";
        assert_eq!(
            among(full, &[], 20),
            cut,
            "what is in sight stays in its place"
        );
        assert_eq!(among(full, &[], 12), "home-nfs…0%");
        assert_eq!(
            among("home-nfs has 10% of space left", &[], 12),
            "home-nfs…10%"
        );
        assert_eq!(among("Disk IO near saturation", &[], 12), "Disk IO nea…");
        assert_eq!(
            among(full, &[], 5),
            "home…",
            "less than a name says nothing"
        );
    }

    #[test]
    fn titles_that_a_cut_leaves_alike_are_cut_in_the_middle() {
        let titles = [
            "Compute usage quotas - a server was denied",
            "Compute usage quotas - a user is near the limit",
            "Compute usage quotas - a user is over the limit",
        ];
        let cut = titles.map(|title| among(title, &titles, 24));
        assert_eq!(
            cut,
            [
                "Comput…server was denied",
                "Comput…user is near the…",
                "Comput…user is over the…",
            ]
        );
        for cells in 24..48 {
            let cut = titles.map(|title| among(title, &titles, cells));
            assert!(cut.iter().all(|title| width(title) <= cells), "{cut:?}");
            let [one, two, three] = cut;
            assert!(
                one != two && two != three && one != three,
                "{one}|{two}|{three}"
            );
        }
    }

    #[test]
    fn the_same_title_twice_is_cut_at_its_end() {
        let title = "support-grafana pod has restarted";
        assert_eq!(among(title, &[title, title], 16), "support-grafana…");
    }

    #[test]
    fn the_page_of_a_hub_that_is_down_says_so_first() {
        let mut case = fixture::case("Q1", "leap.example on leap", "leap", "prod");
        case.hub_down = Some((HubKey::new("leap", "prod"), Vec::new()));
        let title = title_within(&case, &[], 40, &UNICODE);
        assert_eq!(title, "hub down: leap.example on leap");
    }
}
