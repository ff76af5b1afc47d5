//! Names that mean two things: public types with the same name in one room, and imports that are renamed because the
//! file uses their own name for something else.

use std::collections::BTreeMap;

use syn::visit::{self, Visit};
use syn::{Ident, Item, UseTree, Visibility};

/// The public types in `files` that have the same name as another public type of their room.
pub fn duplicate_types(files: &[(String, String)]) -> Vec<String> {
    let mut by_name: BTreeMap<(&str, String), Vec<&str>> = BTreeMap::new();
    for (file, source) in files {
        let path = file.trim_start_matches("src/");
        let room = path.split(['/', '.']).next().unwrap_or(path);
        for name in names_in(source).public_types {
            by_name.entry((room, name)).or_default().push(file);
        }
    }
    by_name.retain(|_, files| files.len() > 1);
    let say = |((_, name), files): (&(&str, String), &Vec<&str>)| {
        format!("`{name}` is a type in {}", files.join(" and in "))
    };
    by_name.iter().map(say).collect()
}

/// The imports of `file` that are renamed because their own name is taken in the file.
pub fn clashing_renames(file: &str, source: &str) -> Vec<String> {
    let names = names_in(source);
    let is_taken = |name: &&String| names.taken.contains(name);
    let say = |name: &String| format!("{file}: `{name}` is renamed, another has its name");
    names.renamed.iter().filter(is_taken).map(say).collect()
}

fn names_in(source: &str) -> Names {
    let mut names = Names::default();
    names.visit_file(&syn::parse_file(source).unwrap());
    names
}

/// The names that a file defines or imports, also inside its modules and functions.
#[derive(Default)]
struct Names {
    public_types: Vec<String>,
    renamed: Vec<String>,
    taken: Vec<String>,
}

impl Names {
    fn add_type(&mut self, visibility: &Visibility, name: &Ident) {
        if !matches!(visibility, Visibility::Inherited) {
            self.public_types.push(name.to_string());
        }
        self.taken.push(name.to_string());
    }

    fn add_use(&mut self, tree: &UseTree, parent: Option<&Ident>) {
        let own = |name: &Ident| match parent {
            Some(parent) if name == "self" => parent.to_string(),
            _ => name.to_string(),
        };
        match tree {
            UseTree::Path(path) => self.add_use(&path.tree, Some(&path.ident)),
            UseTree::Name(name) => self.taken.push(own(&name.ident)),
            UseTree::Rename(name) if name.rename != "_" => self.renamed.push(own(&name.ident)),
            UseTree::Group(group) => group.items.iter().for_each(|it| self.add_use(it, parent)),
            UseTree::Rename(_) | UseTree::Glob(_) => {}
        }
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::Enum(it) => self.add_type(&it.vis, &it.ident),
            Item::Struct(it) => self.add_type(&it.vis, &it.ident),
            Item::Trait(it) => self.add_type(&it.vis, &it.ident),
            Item::Type(it) => self.add_type(&it.vis, &it.ident),
            Item::Fn(it) => self.taken.push(it.sig.ident.to_string()),
            Item::Mod(it) => self.taken.push(it.ident.to_string()),
            Item::Use(it) => self.add_use(&it.tree, None),
            _ => {}
        }
        visit::visit_item(self, item);
    }
}

#[cfg(test)]
mod tests {
    use super::{clashing_renames, duplicate_types};

    #[test]
    fn a_public_type_twice_in_one_room_is_caught() {
        let twice = |one: &str, other: &str| {
            let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
            let files = [
                file(one, "pub struct Hub;"),
                file(other, "mod inner { pub(crate) enum Hub {} }"),
                file(
                    "src/domain/third.rs",
                    "struct Hub; fn f() { type Hub = u8; }",
                ),
            ];
            duplicate_types(&files).len()
        };
        assert_eq!(twice("src/domain/hub.rs", "src/domain/mod.rs"), 1);
        assert_eq!(twice("src/domain.rs", "src/domain/hub.rs"), 1);
        assert_eq!(twice("src/domain/hub.rs", "src/ui/hub.rs"), 0);
    }

    #[test]
    fn an_import_renamed_because_its_name_is_taken_is_caught() {
        let renamed = |source: &str| clashing_renames("src/x.rs", source).len();
        assert_eq!(renamed("use a::{Signal, b::Signal as News};"), 1);
        assert_eq!(renamed("use serde_json::json; use a::json as answer;"), 1);
        assert_eq!(renamed("use a::text::{self as words}; fn text() {}"), 1);
        assert_eq!(
            renamed("struct Layout; mod m { use a::Layout as Split; }"),
            1
        );
        assert_eq!(
            renamed("use a::width as cells; use std::fmt::Write as _;"),
            0
        );
    }
}
