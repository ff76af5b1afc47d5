//! Text to raw file. Everything that has the wrong shape is found in one go: what serde objects to is
//! noted, taken out, and the rest read again.

use serde::Deserialize;
use toml::Spanned;
use toml::de::DeTable;

use super::problem::{Problem, Problems};
use super::translate::translate;
use super::tree::{self, Path};
use super::{raw, secrets};

/// More than this nobody reads at once.
const MOST: usize = 50;

/// The raw file, or everything that is wrong with the text's shape.
pub(super) fn read(text: &str) -> (Spanned<DeTable<'_>>, Result<raw::File, Problems>) {
    let (tree, errors) = DeTable::parse_recoverable(text);
    let file = if errors.is_empty() {
        shape(&tree)
    } else {
        Err(syntax(text, errors))
    };
    (tree, file)
}

fn syntax(text: &str, errors: Vec<toml::de::Error>) -> Problems {
    let mut problems = Problems::default();
    for error in errors.into_iter().take(MOST) {
        let place = error.span().unwrap_or(text.len()..text.len());
        let secret = secrets::may_stand_in_line(text, place.start);
        problems.add(Problem::new(place, error.message()).secret(secret));
    }
    problems
}

fn shape(tree: &Spanned<DeTable<'_>>) -> Result<raw::File, Problems> {
    let mut problems = Problems::default();
    let mut healthy = tree.clone();
    for round in 0..MOST {
        let error = match raw::File::deserialize(toml::de::Deserializer::from(healthy.clone())) {
            Ok(file) if round == 0 => return Ok(file),
            Ok(_) => break,
            Err(error) => error,
        };
        let place = error.span().unwrap_or_default();
        problems.add(translate(&error, place.clone(), tree.get_ref()));
        let culprit = culprit(healthy.get_ref(), &error);
        if culprit.is_top() || !tree::remove(healthy.get_mut(), &culprit) {
            break;
        }
    }
    Err(problems)
}

fn culprit(tree: &DeTable<'_>, error: &toml::de::Error) -> Path {
    error
        .span()
        .map(|place| tree::path_at(tree, &place))
        .unwrap_or_default()
}
