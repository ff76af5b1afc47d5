//! The imports that each room may have. Imports point down only; the pure rooms do no I/O.

use super::paths::{Named, paths_in};

/// The imports that a room of `src/` may have.
enum May {
    /// All imports. Only for the rooms at the top, which put the parts together.
    Everything,
    /// The room itself, and the paths that begin with one of these.
    Know(&'static [&'static str]),
}

/// The rooms and their allowed imports, lowest first.
const ROOMS: &[(&str, May)] = &[
    ("domain", May::Know(&[])),
    ("text", May::Know(&["domain"])),
    ("picture", May::Know(&["domain", "text"])),
    ("review", May::Know(&["domain"])),
    ("regression", May::Know(&["domain"])),
    ("wording", May::Know(&["domain", "text", "picture"])),
    ("plan", May::Know(&["domain", "text", "picture", "wording"])),
    (
        "app",
        May::Know(&["domain", "text", "picture", "review", "wording", "plan"]),
    ),
    (
        "ui",
        May::Know(&[
            "domain", "text", "picture", "review", "wording", "plan", "app",
        ]),
    ),
    (
        "report",
        May::Know(&[
            "domain",
            "text",
            "picture",
            "review",
            "regression",
            "wording",
            "app",
        ]),
    ),
    ("files", May::Know(&[])),
    ("config", May::Know(&["domain", "files"])),
    ("sources", May::Know(&["domain", "files"])),
    ("store", May::Know(&["domain", "files"])),
    (
        "terminal",
        May::Know(&["app::key", "app::keymap", "app::Key"]),
    ),
    // The demo must not use the wire types of `sources`. If both shared them, a misspelt field would go unnoticed.
    ("demo", May::Know(&["domain"])),
    (
        "runtime",
        May::Know(&[
            "app", "config", "domain", "picture", "plan", "review", "sources", "store", "terminal",
            "text", "ui", "wording",
        ]),
    ),
    ("cli", May::Everything),
    ("commands", May::Everything),
    ("lib", May::Everything),
    ("main", May::Everything),
];

/// The rooms that do no I/O, read no clock and spawn nothing.
const PURE: &[&str] = &[
    "domain",
    "text",
    "picture",
    "review",
    "regression",
    "wording",
    "plan",
    "app",
    "report",
];

/// Crates and modules that a pure room must not use. Its tests must not use them either, so that they stay fast and
/// independent.
const OUTSIDE: &[&str] = &[
    "std::net",
    "std::os",
    "std::process",
    "std::thread",
    "axum",
    "crossterm",
    "ratatui::crossterm",
    "reqwest",
    "tokio",
    "tokio_util",
];

/// Crates and modules that read files. The tests of a pure room may use them to read expected output.
const FILES: &[&str] = &[
    "std::env",
    "std::fs",
    "std::io",
    "directories",
    "tracing_appender",
];

/// The forbidden imports of a file of `src/`, one sentence for each.
pub fn wrongs(file: &str, source: &str) -> Vec<String> {
    let module = module_of(file);
    let room = module.first().map_or("lib", String::as_str);
    let Some((_, may)) = ROOMS.iter().find(|(name, _)| *name == room) else {
        return vec![format!(
            "{file}: no line of the table says what `{room}` may know"
        )];
    };
    let named = match paths_in(source, &module) {
        Ok(named) => named,
        Err(error) => return vec![format!("{file}: {error}")],
    };
    let in_test_file = module.iter().any(|part| part == "tests");
    let mut wrongs: Vec<String> = named
        .iter()
        .map(|path| Named {
            in_test: path.in_test || in_test_file,
            ..path.clone()
        })
        .filter_map(|path| wrong(room, may, &path).or_else(|| screen_in_page(&module, &path)))
        .map(|said| format!("{file}: {said}"))
        .collect();
    wrongs.dedup();
    wrongs
}

/// `src/domain/hub.rs` is `domain::hub`; `src/lib.rs` is the root.
pub fn module_of(file: &str) -> Vec<String> {
    let path = file.trim_start_matches("src/").trim_end_matches(".rs");
    let path = path.trim_end_matches("/mod");
    match path {
        "lib" => Vec::new(),
        path => path.split('/').map(str::to_owned).collect(),
    }
}

fn wrong(room: &str, may: &May, path: &Named) -> Option<String> {
    let text = path.segments.join("::");
    if let Some(rest) = text.strip_prefix("crate::") {
        let allowed = path.in_test || may_know(room, may, rest);
        return (!allowed).then(|| format!("`{room}` may not know `{text}`"));
    }
    if text == "crate" {
        return (!matches!(may, May::Everything))
            .then(|| format!("`{room}` renames the whole crate"));
    }
    leads_outside(room, &text, path.in_test)
        .then(|| format!("`{room}` does no I/O, but names `{text}`"))
}

// A page must not use the screen's library, since the shell prints pages too.
fn screen_in_page(module: &[String], path: &Named) -> Option<String> {
    let is_page = module.iter().take(2).eq(["ui", "pages"]);
    let text = path.segments.join("::");
    (is_page && begins(&text, "ratatui"))
        .then(|| format!("a page knows no terminal, but names `{text}`"))
}

fn may_know(room: &str, may: &May, path: &str) -> bool {
    match may {
        May::Everything => true,
        May::Know(rooms) => begins(path, room) || rooms.iter().any(|known| begins(path, known)),
    }
}

fn leads_outside(room: &str, path: &str, in_test: bool) -> bool {
    let is_pure = PURE.contains(&room);
    if !is_pure && room != "ui" {
        return false;
    }
    // A whole `std`, imported by a glob or under another name, hides which of its modules are used.
    let is_std = path == "std" || path == "std::*";
    let is_screen = is_pure && begins(path, "ratatui");
    let is_file = !in_test && FILES.iter().any(|out| begins(path, out));
    is_std || is_screen || is_file || OUTSIDE.iter().any(|out| begins(path, out))
}

fn begins(path: &str, with: &str) -> bool {
    path.strip_prefix(with)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[cfg(test)]
mod tests {
    use super::wrongs;

    fn is_caught(file: &str, source: &str) -> bool {
        !wrongs(file, source).is_empty()
    }

    #[test]
    fn an_import_that_points_up_is_caught_however_it_is_written() {
        for source in [
            "use crate::ui::View;",
            "use crate::{domain::Hub, ui::View};",
            "use super::super::ui;",
            "fn f() { crate::sources::poll() }",
            "fn f(x: crate::runtime::Slot) {}",
            "fn f() { let g: Vec<Box<dyn crate::config::Raw>> = vec![]; }",
            "fn f() { println!(\"{}\", crate::ui::view()) }",
            "macro_rules! m { () => { $crate::ui::view() } }",
            "macro_rules! m { () => { use crate::{domain::Hub, ui}; } }",
            "#[derive(crate::ui::Draw)] struct S;",
            "impl crate::ui::Draw for S {}",
            "mod inner { use super::super::super::ui; }",
            "pub use crate::*;",
            "use crate as all;",
        ] {
            assert!(is_caught("src/picture/health.rs", source), "{source}");
        }
    }

    #[test]
    fn what_points_down_or_stays_in_the_room_passes() {
        for source in [
            "use crate::domain::Hub;",
            "use super::build; use self::inner::x; mod inner {}",
            "use super::super::domain::Hub;",
            "mod inner { use super::super::fold; use super::*; }",
            "fn f() { let ui = 1; g(ui) }",
            "fn f() -> String { format!(\"crate::ui::x and std::fs::y\") }",
            "use std::collections::HashMap; use std::time::Duration;",
            "#[cfg(test)] mod tests { use crate::report::check; use std::fs; }",
        ] {
            assert_eq!(
                wrongs("src/picture/health.rs", source),
                Vec::<String>::new(),
                "{source}"
            );
        }
    }

    #[test]
    fn a_way_out_of_a_pure_room_is_caught_in_its_tests_too() {
        for source in [
            "use std::fs;",
            "use std::{collections::HashMap, net::IpAddr};",
            "use std as s;",
            "use std::*;",
            "fn f() { std::process::abort() }",
            "fn f() { dbg!(std::env::args()) }",
            "#[tokio::test] async fn f() {}",
            "extern crate reqwest;",
            "use ratatui::style::Style;",
            "#[cfg(test)] mod tests { use std::thread; }",
            "#[cfg(not(test))] use std::io;",
        ] {
            assert!(is_caught("src/domain/hub.rs", source), "{source}");
        }
        assert!(is_caught(
            "src/ui/view.rs",
            "use ratatui::crossterm::event;"
        ));
        assert!(!is_caught("src/ui/view.rs", "use ratatui::style::Style;"));
        assert!(is_caught(
            "src/ui/pages/hub.rs",
            "use ratatui::style::Style;"
        ));
        assert!(!is_caught(
            "src/sources/http.rs",
            "use std::net::IpAddr; use tokio::net;"
        ));
    }

    #[test]
    fn each_room_has_its_own_line() {
        assert!(is_caught(
            "src/demo/serve.rs",
            "use crate::sources::pagerduty::wire;"
        ));
        assert!(is_caught(
            "src/wording/mod.rs",
            "use crate::app::model::Model;"
        ));
        assert!(is_caught("src/terminal/input.rs", "use crate::app::Model;"));
        for above in ["cli", "commands", "demo", "report"] {
            let source = format!("use crate::{above}::x;");
            assert!(is_caught("src/runtime/dashboard.rs", &source), "{above}");
        }
        assert!(!is_caught(
            "src/terminal/input.rs",
            "use crate::app::keymap::Key;"
        ));
        assert!(!is_caught(
            "src/runtime/run.rs",
            "use crate::ui::view; use tokio::time;"
        ));
        assert!(!is_caught(
            "src/domain/hub/tests.rs",
            "use crate::picture::build;"
        ));
        assert!(is_caught("src/attic/mod.rs", ""));
        assert!(is_caught("src/domain/hub.rs", "fn broken("));
    }
}
