//! Files that import each other in a circle. A reader must hold all of them in mind to understand one.
//!
//! What counts: a file imports another when a path outside tests leads to an item of that file. A path through a `use`
//! counts for the file that defines the item. Two things do not count: a module's `mod` and `pub use` lines, and a path
//! from a module to one that contains it, since a parent and its children are one subject.

use std::collections::{BTreeMap, BTreeSet};

use super::imports::module_of;
use super::paths::{Named, paths_in};

/// The circles that stay, each by the paths of its files below `src/`. The header of the first file explains why they
/// "import each other".
const EXPLAINED: &[&[&str]] = &[&[
    "app/model.rs",
    "app/action_flow/mod.rs",
    "app/document.rs",
    "app/history.rs",
    "app/owed.rs",
]];

/// The phrase that the header of an explained circle's first file must contain.
const PHRASE: &str = "import each other";

/// A module by its path from the crate's root.
type Module = Vec<String>;

/// Describes each circle that is not explained, and each explanation that has no circle.
pub fn wrongs(files: &[(String, String)]) -> Vec<String> {
    let found = circles(files);
    let is_same = |circle: &[String], known: &[&str]| {
        let known: BTreeSet<&str> = known.iter().copied().collect();
        circle.iter().map(String::as_str).eq(known)
    };
    let is_explained = |circle: &[String]| EXPLAINED.iter().any(|known| is_same(circle, known));
    let has_phrase = |file: &str| {
        let text = files.iter().find(|(name, _)| below_src(name) == file);
        text.is_some_and(|(_, text)| header(text).contains(PHRASE))
    };
    let mut wrongs: Vec<String> = found
        .iter()
        .filter(|circle| !is_explained(circle))
        .map(|circle| format!("files import each other: {}", circle.join(", ")))
        .collect();
    for known in EXPLAINED {
        let first = known.first().copied().unwrap_or_default();
        if !found.iter().any(|circle| is_same(circle, known)) {
            wrongs.push(format!("no circle any more: {}", known.join(", ")));
        } else if !has_phrase(first) {
            wrongs.push(format!("{first}: its header does not say \"{PHRASE}\""));
        }
    }
    wrongs
}

/// The module documentation of a file, as one line.
fn header(text: &str) -> String {
    let lines = text.lines().map_while(|line| line.strip_prefix("//!"));
    lines.map(str::trim).collect::<Vec<_>>().join(" ")
}

/// Every largest set of files that all reach each other.
fn circles(files: &[(String, String)]) -> Vec<Vec<String>> {
    let imports = imports(files);
    let reached: BTreeMap<&String, BTreeSet<&String>> = imports
        .keys()
        .map(|file| (file, reached_from(file, &imports)))
        .collect();
    let reaches =
        |from: &String, to: &String| reached.get(from).is_some_and(|all| all.contains(to));
    let circles: BTreeSet<Vec<String>> = imports
        .keys()
        .filter(|file| reaches(file, file))
        .map(|file| {
            let others = imports.keys();
            let others = others.filter(|other| reaches(file, other) && reaches(other, file));
            others.cloned().collect()
        })
        .collect();
    circles.into_iter().collect()
}

fn reached_from<'a>(
    file: &String,
    imports: &'a BTreeMap<String, BTreeSet<String>>,
) -> BTreeSet<&'a String> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&String> = imports.get(file).into_iter().flatten().collect();
    while let Some(next) = open.pop() {
        if reached.insert(next) {
            open.extend(imports.get(next).into_iter().flatten());
        }
    }
    reached
}

/// The files that each file imports.
fn imports(files: &[(String, String)]) -> BTreeMap<String, BTreeSet<String>> {
    let modules = Modules::read(files);
    let mut imports: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (module, paths) in &modules.paths {
        let targets = paths
            .iter()
            .filter(|path| !path.in_test && !path.is_exported)
            .filter_map(|path| modules.definer(module, &path.segments))
            .filter(|target| !module.starts_with(target));
        let names = targets.filter_map(|target| modules.files.get(&target).cloned());
        if let Some(file) = modules.files.get(module) {
            imports.insert(file.clone(), names.collect());
        }
    }
    imports
}

struct Modules {
    files: BTreeMap<Module, String>,
    paths: BTreeMap<Module, Vec<Named>>,
    /// What each `use` of a module leads to, by the module and the name that it gives.
    uses: BTreeMap<(Module, String), Vec<String>>,
}

impl Modules {
    fn read(files: &[(String, String)]) -> Modules {
        let mut modules = Modules {
            files: BTreeMap::new(),
            paths: BTreeMap::new(),
            uses: BTreeMap::new(),
        };
        let test_modules: Vec<Module> = files.iter().flat_map(test_modules).collect();
        for (file, text) in files {
            let module = module_of(file);
            if test_modules.iter().any(|tests| module.starts_with(tests)) {
                continue;
            }
            let paths = paths_in(text, &module).unwrap_or_default();
            for path in paths.iter().filter(|path| !path.in_test) {
                if let Some(name) = &path.imported_as {
                    let from = (module.clone(), name.clone());
                    modules.uses.insert(from, path.segments.clone());
                }
            }
            modules.files.insert(module.clone(), below_src(file));
            modules.paths.insert(module, paths);
        }
        modules
    }

    /// The module that defines what `path` names in `module`. `None` if it is in no file of the crate.
    fn definer(&self, module: &Module, path: &[String]) -> Option<Module> {
        let mut full = self.absolute(module, path)?;
        // A chain of `use`s is short. The bound ends two that name each other.
        for _ in 0..8 {
            let found = self.deepest(&full)?;
            let name = full.get(found.len());
            let led = name.and_then(|name| self.uses.get(&(found.clone(), name.clone())));
            match led.and_then(|led| self.absolute(&found, led)) {
                Some(led) if led != full => full = led,
                _ => return Some(found),
            }
        }
        None
    }

    /// `path` without `crate`. A path that begins with a module below `module` is read from there.
    fn absolute(&self, module: &Module, path: &[String]) -> Option<Vec<String>> {
        let first = path.first()?;
        if first == "crate" {
            return Some(path.iter().skip(1).cloned().collect());
        }
        let mut child = module.clone();
        child.push(first.clone());
        let is_child = self.files.contains_key(&child);
        is_child.then(|| module.iter().chain(path).cloned().collect())
    }

    fn deepest(&self, path: &[String]) -> Option<Module> {
        let lengths = (0..=path.len()).rev();
        let mut prefixes = lengths.map(|length| path.iter().take(length).cloned().collect());
        prefixes.find(|prefix: &Module| self.files.contains_key(prefix))
    }
}

/// The modules below the file's that are compiled only for tests.
fn test_modules((file, text): &(String, String)) -> Vec<Module> {
    let module = module_of(file);
    let named = super::paths::test_modules_in(text).unwrap_or_default();
    let child = |name: String| module.iter().cloned().chain([name]).collect();
    named.into_iter().map(child).collect()
}

fn below_src(file: &str) -> String {
    file.trim_start_matches("src/").to_owned()
}

#[cfg(test)]
mod tests {
    use super::circles;

    fn found(files: &[(&str, &str)]) -> Vec<Vec<String>> {
        let owned = |(file, text): &(&str, &str)| (format!("src/{file}"), (*text).to_owned());
        circles(&files.iter().map(owned).collect::<Vec<_>>())
    }

    #[test]
    fn files_that_import_each_other_are_found_however_it_is_written() {
        for (lib, one, two) in [
            ("", "use super::two::B;", "use crate::one::A;"),
            (
                "",
                "fn f() { crate::two::b() }",
                "fn f(a: super::one::A) {}",
            ),
            ("pub use two::B;", "use crate::B;", "use super::one::A;"),
            (
                "use two::B;",
                "use super::B as C;",
                "use super::one::{self, A};",
            ),
        ] {
            let files = [("lib.rs", lib), ("one.rs", one), ("two.rs", two)];
            assert_eq!(found(&files), [["one.rs", "two.rs"]], "{one}");
        }
    }

    #[test]
    fn a_circle_is_found_through_several_files() {
        let files = [
            ("a.rs", "use super::b::B;"),
            ("b/mod.rs", "mod inner; pub use inner::B;"),
            ("b/inner.rs", "use super::super::c::C;"),
            ("c.rs", "use crate::a::A; use crate::d::D;"),
            ("d.rs", ""),
        ];
        assert_eq!(found(&files), [["a.rs", "b/inner.rs", "c.rs"]]);
    }

    #[test]
    fn a_parent_with_its_children_and_what_only_tests_import_are_no_circles() {
        for files in [
            [
                (
                    "a/mod.rs",
                    "mod b; use b::B; pub struct A; fn f() { b::g() }",
                ),
                ("a/b.rs", "use super::A;"),
            ],
            [
                ("a.rs", "#[cfg(test)] mod tests { use crate::b::B; }"),
                ("b.rs", "use crate::a::A;"),
            ],
            [
                ("a.rs", "#[cfg(test)] mod b; #[cfg(test)] use b::B;"),
                ("a/b.rs", "use crate::a::A;"),
            ],
        ] {
            assert_eq!(found(&files), Vec::<Vec<String>>::new(), "{files:?}");
        }
    }
}
