//! The order of a draft's parts: the built-in one, or a team's Markdown in which `{timeline}` stands for the timeline.

use std::str::FromStr as _;

use strum::VariantNames as _;

/// A part of the draft.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantNames,
)]
#[strum(serialize_all = "snake_case")]
pub enum Part {
    Title,
    /// The zone of all times, and the meaning of the brackets.
    About,
    Review,
    Overview,
    WhatHappened,
    Resolution,
    Luck,
    WentWell,
    WentBadly,
    ActionItems,
    Timeline,
}

/// The headings of PagerDuty's postmortem, in its order.
const SECTIONS: [(Part, &str); 9] = [
    (Part::Review, "Review"),
    (Part::Overview, "Overview"),
    (Part::WhatHappened, "What happened"),
    (Part::Resolution, "Resolution"),
    (Part::Luck, "Where we got lucky"),
    (Part::WentWell, "What went well?"),
    (Part::WentBadly, "What didn't go so well?"),
    (Part::ActionItems, "Action items"),
    (Part::Timeline, "Timeline"),
];

/// A text with placeholders for the parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Part(Part),
}

impl Default for Template {
    fn default() -> Self {
        let text = |text: &str| Piece::Text(text.to_owned());
        let mut pieces = vec![
            text("# "),
            Piece::Part(Part::Title),
            text("\n\n"),
            Piece::Part(Part::About),
            text("\n"),
        ];
        for (part, heading) in SECTIONS {
            pieces.push(text(&format!("\n## {heading}\n\n")));
            pieces.extend([Piece::Part(part), text("\n")]);
        }
        Self(pieces)
    }
}

impl Template {
    /// Parses a template. `{timeline}` and the names of the other parts are placeholders. Braces around anything but a
    /// word are text.
    ///
    /// # Errors
    /// A word in braces is not the name of a part, or the template has no placeholder.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, word, after)) = next_place(rest) {
            let part = Part::from_str(word).map_err(|_| {
                let known = Part::VARIANTS.join("}, {");
                format!("{{{word}}} is not a part of a report; the parts are {{{known}}}")
            })?;
            pieces.extend([Piece::Text(before.to_owned()), Piece::Part(part)]);
            rest = after;
        }
        if pieces.is_empty() {
            return Err("it names no part of a report, such as {timeline}".to_owned());
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Ok(Self(pieces))
    }

    /// Replaces each placeholder with its part.
    pub(super) fn fill(&self, part: impl Fn(Part) -> String) -> String {
        let pieces = self.0.iter();
        pieces
            .map(|piece| match piece {
                Piece::Text(text) => text.clone(),
                Piece::Part(name) => part(*name),
            })
            .collect()
    }
}

// Finds the first word of small letters in braces. Returns the text before it, the word, and the text after it.
fn next_place(text: &str) -> Option<(&str, &str, &str)> {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .chars()
                .all(|char| char.is_ascii_lowercase() || char == '_')
    };
    text.match_indices('{').find_map(|(at, _)| {
        let (before, rest) = text.split_at_checked(at)?;
        let (word, after) = rest.strip_prefix('{')?.split_once('}')?;
        is_word(word).then_some((before, word, after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> Result<String, String> {
        let template = Template::parse(text)?;
        Ok(template.fill(|part| <&str>::from(part).to_uppercase()))
    }

    #[test]
    fn places_are_filled_in_and_other_braces_stay() {
        assert_eq!(
            filled("# {title}\n{Not this} {} {\"a\": 1}\n{went_badly}{timeline}."),
            Ok("# TITLE\n{Not this} {} {\"a\": 1}\nWENT_BADLYTIMELINE.".to_owned())
        );
    }

    #[test]
    fn a_word_that_names_no_part_is_an_error_and_so_is_a_file_without_places() {
        let unknown = filled("{title} {timelime}").unwrap_err();
        assert!(
            unknown.starts_with("{timelime} is not a part of a report"),
            "{unknown}"
        );
        assert!(unknown.contains("{timeline}"), "{unknown}");
        assert!(filled("Our outages").is_err());
    }
}
