//! Chooses the editor and its command line. Both follow git's rules, so that people's settings work.

/// Characters that only a shell can interpret.
const SHELL_CHARS: &[char] = &[
    '|', '&', ';', '<', '>', '(', ')', '$', '`', '\\', '"', '\'', '*', '?', '[', '#', '~', '=',
    '%', '\n', '{',
];

/// Characters that can split a line into several commands.
const COMMAND_SEPARATORS: &[char] = &['|', '&', ';', '(', '{', '\n'];

/// The editor if neither `$VISUAL` nor `$EDITOR` is set.
const DEFAULT_EDITOR: &str = "vi";

/// The person's editor: `$VISUAL`, otherwise `$EDITOR`, otherwise the default.
pub fn from_env() -> String {
    let set = |name| std::env::var(name).ok();
    choose_editor(set("VISUAL"), set("EDITOR"))
}

fn choose_editor(visual: Option<String>, editor: Option<String>) -> String {
    let set = [visual, editor].into_iter().flatten();
    let mut set = set.filter(|editor| !editor.trim().is_empty());
    set.next().unwrap_or_else(|| DEFAULT_EDITOR.to_owned())
}

/// The program and the arguments that open `file` in `editor`. `editor` may contain arguments too.
pub fn argv(editor: &str, file: &str) -> Vec<String> {
    let mut words: Vec<String> = if editor.contains(SHELL_CHARS) {
        let script = format!("{}{editor} \"$@\"", exec_prefix(editor));
        ["sh", "-c", &script, "sh"].map(str::to_owned).to_vec()
    } else {
        editor.split_whitespace().map(str::to_owned).collect()
    };
    words.push(file.to_owned());
    words
}

// With `exec`, the editor replaces the shell. Otherwise the editor would be a child of the shell, and hubwatch would
// not notice when the editor stops itself. `exec` cannot set variables for its command, so `env` sets them.
fn exec_prefix(editor: &str) -> &'static str {
    let first = editor.split_whitespace().next().unwrap_or_default();
    if editor.contains(COMMAND_SEPARATORS) {
        ""
    } else if first.contains('=') {
        "exec env "
    } else {
        "exec "
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_is_set_counts() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(choose_editor(some("emacs"), some("nano")), "emacs");
        assert_eq!(choose_editor(some(" "), some("nano")), "nano");
        assert_eq!(choose_editor(None, some("")), "vi");
        assert_eq!(choose_editor(None, None), "vi");
    }

    #[test]
    fn arguments_are_arguments_and_what_only_a_shell_understands_is_given_to_one() {
        assert_eq!(argv("vi", "/a b/n.txt"), ["vi", "/a b/n.txt"]);
        assert_eq!(argv("code  -w ", "n.txt"), ["code", "-w", "n.txt"]);
        assert_eq!(
            argv("'/opt/my ed' -w", "/a b/n.txt"),
            [
                "sh",
                "-c",
                "exec '/opt/my ed' -w \"$@\"",
                "sh",
                "/a b/n.txt"
            ]
        );
        let script = |editor| argv(editor, "n")[2].clone();
        assert_eq!(script("LANG=C vi"), "exec env LANG=C vi \"$@\"");
        assert_eq!(script("true && vi"), "true && vi \"$@\"");
        for editor in ["LANG=C vi", "$HOME/ed", "~/ed", "vi; true"] {
            assert_eq!(argv(editor, "n")[0], "sh", "{editor}");
        }
    }
}
