//! Situations in the `*.toml` files beside this file: what every source answered and when, and what the picture must
//! show then. Each file has one subject. `script.rs` explains the words of these files.

mod arbitrary;
mod arrivals;
mod compare;
mod facts;
mod fleet;
mod long_labels;
mod pagerduty;
mod pages;
mod properties;
mod script;
mod view;
mod world;

use hubwatch::picture::{BuildOptions, PlaceFilter, build};
use hubwatch::report::scope::Scope;
use std::path::{Path, PathBuf};

use script::File;

/// The fewest situations that the tests must find. With fewer, the search for the files is broken.
const AT_LEAST: usize = 290;

fn files() -> Vec<(PathBuf, File)> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    paths.sort();
    let read = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    paths
        .iter()
        .map(|path| (path.clone(), read(path)))
        .collect()
}

#[test]
fn every_situation_is_seen_as_it_is_told() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (path, file) in files() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for told in &file.situation {
            count += 1;
            let found = look(&file, told).unwrap_or_else(|error| vec![error]);
            wrong.extend(
                found
                    .iter()
                    .map(|line| format!("{name}, '{}': {line}", told.name)),
            );
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count} situations\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count >= AT_LEAST, "only {count} situations were found");
}

/// The picture of the first situation in the text of a scenario file.
pub fn picture(text: &str) -> hubwatch::picture::Picture {
    let file: File = toml::from_str(text).unwrap();
    let world = world::build(&file, &file.situation[0]).unwrap();
    world::picture_at(&world.answers, &world, world.now)
}

fn look(file: &File, told: &script::Situation) -> Result<Vec<String>, String> {
    let world = world::build(file, told)?;
    let scope = Scope {
        clusters: told.only.iter().map(|name| name.as_str().into()).collect(),
        ..Scope::default()
    };
    let in_scope: PlaceFilter<'_> = &|place| scope.has_place(place);
    let options = BuildOptions {
        keep: (!scope.is_all()).then_some(in_scope),
        previous: None,
    };
    let policy = &world.config.policy;
    let picture = build(&world.answers, policy, world.now, options);
    Ok(compare::differences(&told.expect, &view::of(&picture)))
}
