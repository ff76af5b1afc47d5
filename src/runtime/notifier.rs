//! Notifies the person: writes the bell, the notification and the window's title, and starts hooks.

use std::io;
use std::time::Duration;

use super::hooks::HookRunner;
use super::inbox::InboxSender;
use super::screen::Screen;
use super::tasks::Tasks;
use crate::app::events::{Event, EventWatch};
use crate::app::model::Model;
use crate::domain::notify::{NotificationStyle, NotifySettings};
use crate::domain::now::Now;
use crate::terminal::notification::{
    BELL, NotificationChoice, NotificationSequence, TerminalSignals,
};
use crate::text::Symbols;
use crate::text::sanitize::clean_ascii;
use crate::wording::window_title::window_title;

/// How many notifications are sent at the same moment. The last of these notifications gives the number of further
/// events.
const MAX_NOTIFICATIONS: usize = 3;

/// The escape sequences that fit this process's terminal and the settings.
pub fn terminal_signals(settings: &NotifySettings) -> TerminalSignals {
    let choice = match settings.style {
        NotificationStyle::Auto => NotificationChoice::Detect,
        NotificationStyle::Osc9 => NotificationChoice::Use(NotificationSequence::Osc9),
        NotificationStyle::Osc777 => NotificationChoice::Use(NotificationSequence::Osc777),
        NotificationStyle::Off => NotificationChoice::Off,
    };
    TerminalSignals::detect(&|name| std::env::var(name).ok(), choice)
}

/// The bytes that ring once for all events of a moment. Empty if there are no events.
pub fn ring_sequence(
    events: &[Event],
    settings: &NotifySettings,
    terminal: &TerminalSignals,
    symbols: &Symbols,
) -> String {
    let mut unrung = UnrungEvents::default();
    unrung.add(events);
    unrung.ring_sequence(settings, terminal, symbols)
}

/// Events for which the terminal has not rung yet. They ring together.
#[derive(Default)]
struct UnrungEvents {
    /// The titles of the first events.
    titles: Vec<String>,
    /// How many more events there are.
    more: usize,
}

impl UnrungEvents {
    fn add(&mut self, events: &[Event]) {
        let room = MAX_NOTIFICATIONS.saturating_sub(self.titles.len());
        let titles = events.iter().take(room).map(|event| event.title.clone());
        self.titles.extend(titles);
        self.more += events.len().saturating_sub(room);
    }

    fn ring_sequence(
        mut self,
        settings: &NotifySettings,
        terminal: &TerminalSignals,
        symbols: &Symbols,
    ) -> String {
        if self.titles.is_empty() {
            return String::new();
        }
        if self.more > 0
            && let Some(last) = self.titles.last_mut()
        {
            *last = format!("{} more events, and {last}", self.more);
        }
        let notifications = self
            .titles
            .iter()
            .filter_map(|title| terminal.notification(&in_charset(title, symbols)));
        let bell = settings.bell.then(|| BELL.to_owned());
        notifications.chain(bell).collect()
    }
}

// Replaces characters outside ASCII if the terminal has another charset than UTF-8. Such a terminal could take a byte
// of a UTF-8 character for the end of the escape sequence.
fn in_charset(text: &str, symbols: &Symbols) -> String {
    match symbols.ascii_only {
        true => clean_ascii(text).into_owned(),
        false => text.to_owned(),
    }
}

/// The dashboard's notifier.
pub struct Notifier {
    watch: EventWatch,
    settings: NotifySettings,
    terminal: TerminalSignals,
    hooks: Option<HookRunner>,
    symbols: &'static Symbols,
    is_demo: bool,
    shown_title: Option<String>,
    unrung: UnrungEvents,
    /// The time of the picture that was checked last, and whether that picture lagged.
    checked: Option<(Now, bool)>,
}

impl Notifier {
    /// A notifier of a program that starts `now`. The demo starts no hooks.
    pub fn new(
        settings: NotifySettings,
        is_demo: bool,
        symbols: &'static Symbols,
        inbox: InboxSender,
        now: Now,
    ) -> Self {
        let hook = settings.hook.clone().filter(|_| !is_demo);
        Self {
            watch: EventWatch::new(settings.clone(), is_demo, now),
            terminal: terminal_signals(&settings),
            hooks: hook.map(|hook| HookRunner::new(hook, inbox)),
            settings,
            symbols,
            is_demo,
            shown_title: None,
            unrung: UnrungEvents::default(),
            checked: None,
        }
    }

    /// Whether hubwatch sets the window's title and must restore it at the end.
    pub fn has_title(&self) -> bool {
        self.terminal.has_title
    }

    pub fn record_key(&mut self, now: Now) {
        self.watch.record_key(now);
    }

    pub fn set_focus(&mut self, has_focus: bool) {
        self.watch.set_focus(Some(has_focus));
    }

    /// Forgets the focus and the title. The program that had the terminal may have changed both.
    pub fn forget_terminal(&mut self) {
        self.watch.set_focus(None);
        self.shown_title = None;
    }

    /// How long until a notification may become due without a new picture.
    pub fn until_due(&self, model: &Model, now: Now) -> Option<Duration> {
        self.watch.until_due(model.picture.as_deref()?, now)
    }

    /// Notifies of new events, and updates the window's title. Hooks start at once. While the terminal is blocked, the
    /// bell and the title wait, and later only one bell and the newest title are written.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn update(
        &mut self,
        model: &Model,
        tasks: &Tasks,
        screen: &mut Screen,
        now: Now,
    ) -> io::Result<()> {
        let lagging = model.lagging_since.is_some();
        let events = self.new_events(model, lagging, now);
        for event in &events {
            tracing::info!(event = %event.event, title = %event.title, "rings");
            if let Some(hooks) = &self.hooks {
                hooks.start(event, tasks);
            }
        }
        self.unrung.add(&events);
        if screen.is_blocked() {
            return Ok(());
        }
        let unrung = std::mem::take(&mut self.unrung);
        let mut bytes = unrung.ring_sequence(&self.settings, &self.terminal, self.symbols);
        bytes.extend(self.changed_title(model, lagging));
        match bytes.is_empty() {
            true => Ok(()),
            false => screen.write_sequence(&bytes),
        }
    }

    // Checks all cases only if the picture changed or something is due. A key press alone causes no event, so its frame
    // need not wait for this check.
    fn new_events(&mut self, model: &Model, lagging: bool, now: Now) -> Vec<Event> {
        let Some(picture) = model.picture.as_deref() else {
            return Vec::new();
        };
        let seen = Some((picture.at, lagging));
        let is_due = self
            .until_due(model, now)
            .is_some_and(|wait| wait.is_zero());
        if self.checked == seen && !is_due {
            return Vec::new();
        }
        self.checked = seen;
        self.watch.check(picture, lagging, now)
    }

    fn changed_title(&mut self, model: &Model, lagging: bool) -> Option<String> {
        if !self.terminal.has_title {
            return None;
        }
        let title = window_title(model.picture.as_deref(), lagging, self.symbols);
        let title = match self.is_demo {
            true => format!("DEMO {title}"),
            false => title,
        };
        let title = in_charset(&title, self.symbols);
        if self.shown_title.as_ref() == Some(&title) {
            return None;
        }
        let sequence = self.terminal.title(&title);
        self.shown_title = Some(title);
        sequence
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn event(title: &str) -> Event {
        Event {
            title: title.to_owned(),
            ..Event::test(DateTime::UNIX_EPOCH)
        }
    }

    #[test]
    fn events_of_a_blocked_terminal_ring_once_and_all_are_counted() {
        let settings = NotifySettings::default();
        let term = |name: &str| (name == "TERM").then(|| "xterm".to_owned());
        let terminal = TerminalSignals::detect(&term, NotificationChoice::Detect);
        let mut unrung = UnrungEvents::default();
        unrung.add(&[event("a"), event("b")]);
        unrung.add(&[event("c"), event("d")]);
        unrung.add(&[event("e")]);
        let sequence = unrung.ring_sequence(&settings, &terminal, Symbols::for_terminal(false));
        let expected = "\u{1b}]9;hubwatch: a\u{1b}\\\u{1b}]9;hubwatch: b\u{1b}\\\
                        \u{1b}]9;hubwatch: 2 more events, and c\u{1b}\\\u{7}";
        assert_eq!(sequence, expected);
    }
}
