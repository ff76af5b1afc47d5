//! Every path that a source file names: `use` trees, paths in types, expressions, patterns and
//! attributes, and what looks like a path inside a macro's tokens.

use syn::buffer::{Cursor, TokenBuffer};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, UseTree, Visibility};

/// A path as a file names it, `super` and `self` resolved to `crate`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// `["crate", "domain", "Hub"]`, `["std", "fs"]`; a glob ends in `*`.
    pub segments: Vec<String>,
    /// Whether the path stands under `#[cfg(test)]`.
    pub in_test: bool,
    /// The name that a `use` gives to it in the file's module. `None` for other paths and for a glob.
    pub imported_as: Option<String>,
    /// Whether that `use` is `pub`, so that others can import the name from here.
    pub is_exported: bool,
}

/// The paths in `source`, the text of the module `module` (`["domain", "hub"]`).
pub fn paths_in(source: &str, module: &[String]) -> syn::Result<Vec<Named>> {
    let mut walk = Walk {
        module: module.to_vec(),
        in_test: false,
        is_exported: false,
        found: Vec::new(),
    };
    walk.visit_file(&syn::parse_file(source)?);
    Ok(walk.found)
}

/// The names of the modules that `source` declares for tests only.
pub fn test_modules_in(source: &str) -> syn::Result<Vec<String>> {
    let items = syn::parse_file(source)?.items.into_iter();
    let modules = items.filter_map(|item| match item {
        Item::Mod(module) if module.attrs.iter().any(is_cfg_test) => Some(module.ident.to_string()),
        _ => None,
    });
    Ok(modules.collect())
}

struct Walk {
    module: Vec<String>,
    in_test: bool,
    is_exported: bool,
    found: Vec<Named>,
}

impl Walk {
    fn note(&mut self, segments: Vec<String>) {
        self.found.push(Named {
            segments: self.resolved(segments),
            in_test: self.in_test,
            imported_as: None,
            is_exported: false,
        });
    }

    fn note_use(&mut self, segments: Vec<String>, name: Option<String>) {
        self.found.push(Named {
            segments: self.resolved(segments),
            in_test: self.in_test,
            imported_as: name,
            is_exported: self.is_exported,
        });
    }

    /// Notes a path only if it has a `::`. A single word may be a local name, and cannot lead out of the file.
    fn note_if_it_leads_out(&mut self, segments: Vec<String>) {
        if segments.len() > 1 {
            self.note(segments);
        }
    }

    fn resolved(&self, segments: Vec<String>) -> Vec<String> {
        let supers = segments.iter().take_while(|word| *word == "super").count();
        let is_self = segments.first().is_some_and(|word| word == "self");
        if supers == 0 && !is_self {
            return segments;
        }
        let kept = self.module.len().saturating_sub(supers);
        let rest = segments.into_iter().skip(supers.max(1));
        let own = self.module.iter().take(kept).cloned();
        std::iter::once("crate".to_owned())
            .chain(own)
            .chain(rest)
            .collect()
    }

    fn under(&mut self, attributes: &[Attribute], go: impl FnOnce(&mut Self)) {
        let before = self.in_test;
        self.in_test |= attributes.iter().any(is_cfg_test);
        go(self);
        self.in_test = before;
    }

    fn use_tree(&mut self, tree: &UseTree, mut prefix: Vec<String>) {
        match tree {
            UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                self.use_tree(&path.tree, prefix);
            }
            UseTree::Name(name) if name.ident == "self" => {
                let last = prefix.last().cloned();
                self.note_use(prefix, last);
            }
            UseTree::Rename(name) if name.ident == "self" => {
                self.note_use(prefix, Some(name.rename.to_string()));
            }
            UseTree::Name(name) => {
                let last = name.ident.to_string();
                self.note_use(and(prefix, last.clone()), Some(last));
            }
            UseTree::Rename(name) => {
                let renamed = name.rename.to_string();
                self.note_use(and(prefix, name.ident.to_string()), Some(renamed));
            }
            UseTree::Glob(_) => self.note_use(and(prefix, "*".to_owned()), None),
            UseTree::Group(group) => {
                for item in &group.items {
                    self.use_tree(item, prefix.clone());
                }
            }
        }
    }

    /// `prefix` is what stands before the braces of a `use` inside a macro.
    fn tokens(&mut self, mut at: Cursor<'_>, prefix: &[String]) {
        while !at.eof() {
            if let Some((first, rest)) = at.ident() {
                at = self.token_path(rest, and(prefix.to_vec(), first.to_string()));
            } else if let Some((inside, _, _, rest)) = at.any_group() {
                self.tokens(inside, &[]);
                at = rest;
            } else if let Some((_, rest)) = at.token_tree() {
                at = rest;
            } else {
                return;
            }
        }
    }

    /// Reads the rest of a path while `::` follows. Returns the position after the path.
    fn token_path<'a>(&mut self, mut at: Cursor<'a>, mut segments: Vec<String>) -> Cursor<'a> {
        while let Some(next) = after_colons(at) {
            at = next;
            if let Some((word, rest)) = next.ident() {
                segments.push(word.to_string());
                at = rest;
            } else if let Some((inside, _, _, rest)) = next.any_group() {
                self.tokens(inside, &segments);
                return rest;
            } else if let Some((star, rest)) =
                next.punct().filter(|(mark, _)| mark.as_char() == '*')
            {
                segments.push(star.as_char().to_string());
                at = rest;
            }
        }
        self.note_if_it_leads_out(segments);
        at
    }
}

impl<'ast> Visit<'ast> for Walk {
    fn visit_item(&mut self, item: &'ast Item) {
        self.under(attributes_of(item), |walk| visit::visit_item(walk, item));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.under(&item.attrs, |walk| visit::visit_impl_item_fn(walk, item));
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.is_exported = !matches!(item.vis, Visibility::Inherited);
        self.use_tree(&item.tree, Vec::new());
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        self.note(vec![item.ident.to_string()]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let words = path.segments.iter().map(|part| part.ident.to_string());
        self.note_if_it_leads_out(words.collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        self.visit_path(&called.path);
        self.tokens(TokenBuffer::new2(called.tokens.clone()).begin(), &[]);
    }

    fn visit_meta_list(&mut self, list: &'ast syn::MetaList) {
        self.visit_path(&list.path);
        self.tokens(TokenBuffer::new2(list.tokens.clone()).begin(), &[]);
    }
}

fn and(mut segments: Vec<String>, last: String) -> Vec<String> {
    segments.push(last);
    segments
}

fn after_colons(at: Cursor<'_>) -> Option<Cursor<'_>> {
    let (first, rest) = at.punct()?;
    let (second, rest) = rest.punct()?;
    (first.as_char() == ':' && second.as_char() == ':').then_some(rest)
}

fn is_cfg_test(attribute: &Attribute) -> bool {
    let Ok(list) = attribute.meta.require_list() else {
        return false;
    };
    let said = list.tokens.to_string();
    let mut words = said.split(|c: char| !c.is_alphanumeric() && c != '_');
    list.path.is_ident("cfg")
        && words.clone().any(|word| word == "test")
        && !words.any(|w| w == "not")
}

fn attributes_of(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(it) => &it.attrs,
        Item::Enum(it) => &it.attrs,
        Item::Fn(it) => &it.attrs,
        Item::Impl(it) => &it.attrs,
        Item::Macro(it) => &it.attrs,
        Item::Mod(it) => &it.attrs,
        Item::Static(it) => &it.attrs,
        Item::Struct(it) => &it.attrs,
        Item::Trait(it) => &it.attrs,
        Item::Type(it) => &it.attrs,
        Item::Use(it) => &it.attrs,
        _ => &[],
    }
}
