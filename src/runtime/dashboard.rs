//! The loop: takes what happened, updates, does what is to be done outside, draws once if anything
//! visible changed, and otherwise sleeps until something happens or a word on the screen stops being
//! true. There is no tick.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;

use super::builder::Builder;
use super::clock;
use super::editor;
use super::feeds::Feeds;
use super::frames::Frames;
use super::held::Held;
use super::outside::Outside;
use super::screen::Screen;
use super::signals::{Asked, Signals};
use super::tasks::Tasks;
use crate::app::keymap::Context;
use crate::app::model::{Model, SessionOptions};
use crate::app::msg::Msg;
use crate::app::update::{expire_marks, update};
use crate::domain::now::{Now, TimeSource};
use crate::domain::policy::Policy;
use crate::picture::Picture;
use crate::terminal::input::{Input, InputStream};
use crate::terminal::panic::{take_other_panics, wait_for_other_panic};
use crate::ui::theme::Theme;

/// So many inputs that are there already are taken before a frame: a paste typed by a program must not
/// keep the screen from being drawn.
const BURST: usize = 256;

/// What the dashboard is made of.
pub struct Parts {
    /// The tasks of the program.
    pub tasks: Tasks,
    /// The clocks.
    pub time: Arc<dyn TimeSource>,
    /// What the team decided.
    pub policy: Arc<Policy>,
    /// What the header says beside the picture.
    pub chrome: SessionOptions,
    /// How things look.
    pub theme: Theme,
    /// The configuration, as a person would name it; none for the embedded world.
    pub config_file: Option<Arc<str>>,
}

/// What the loop hears and does outside.
pub struct Ends {
    /// What the sources answered.
    pub feeds: Feeds,
    /// Where effects go.
    pub outside: Outside,
    /// What is asked of the process.
    pub signals: Signals,
}

/// Something that woke the loop.
enum Woken {
    Signal(Asked),
    Input(Input),
    Heard,
    Built(Option<Arc<Picture>>),
    Told(Msg),
    Panicked,
    Due,
}

/// The dashboard, running.
pub struct Dashboard {
    parts: Parts,
    model: Model,
    screen: Screen,
    input: InputStream,
    signals: Signals,
    builder: Builder,
    outside: Outside,
    feeds: Feeds,
    frames: Frames,
    held: Held,
}

impl Dashboard {
    /// Takes the terminal and draws the first frame, before any source is asked.
    ///
    /// # Errors
    /// When there is no terminal.
    pub fn open(parts: Parts, ends: Ends) -> color_eyre::Result<Self> {
        let mut model = Model::new(Arc::clone(&parts.policy), parts.chrome);
        model.config_file.clone_from(&parts.config_file);
        let builder = Builder::new(
            parts.tasks.clone(),
            Arc::clone(&parts.policy),
            Arc::clone(&parts.time),
        );
        let mut dashboard = Self {
            screen: Screen::take()?,
            input: InputStream::open()?,
            signals: ends.signals,
            model,
            builder,
            outside: ends.outside,
            feeds: ends.feeds,
            frames: Frames::default(),
            held: Held::default(),
            parts,
        };
        // Every source stands there as waiting until it answers: a picture of that comes first.
        dashboard.builder.want();
        dashboard.draw()?;
        Ok(dashboard)
    }

    /// Runs until the person or a signal ends it, or the terminal is gone.
    ///
    /// # Errors
    /// When the terminal can no longer be drawn on.
    pub async fn run(mut self) -> color_eyre::Result<()> {
        loop {
            let woken = self.woken().await;
            if !self.take_all(woken).await? {
                return Ok(());
            }
            let now = self.now();
            self.builder.begin(now, || self.feeds.answers());
            if self.own_up(now) && !self.tell_all_held().await? {
                return Ok(());
            }
            if self.frames.is_due(now) {
                self.draw()?;
            }
        }
    }

    fn now(&self) -> Now {
        self.parts.time.now()
    }

    // By a clock that is right: what is shown is dated so.
    fn corrected_now(&self) -> Now {
        let skew = self.model.picture.as_ref().map(|picture| picture.skew);
        self.now().with_wall_offset(skew.unwrap_or_default())
    }

    async fn woken(&mut self) -> Woken {
        let wait = self.next_wait();
        tokio::select! {
            biased;
            asked = self.signals.next() => Woken::Signal(asked),
            input = self.input.next() => Woken::Input(input),
            picture = self.builder.next() => Woken::Built(picture),
            msg = self.outside.heard() => Woken::Told(msg),
            () = self.feeds.changed() => Woken::Heard,
            () = wait_for_other_panic() => Woken::Panicked,
            () = clock::sleep(wait) => Woken::Due,
        }
    }

    // Whatever comes first: a build that may begin or takes too long, a frame that is due.
    fn next_wait(&self) -> Duration {
        let now = self.now();
        [self.builder.wait(now), self.frames.wait(now)]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(clock::LONGEST_SLEEP)
    }

    // With it all that was typed meanwhile, so that keys never wait for frames between them. False when
    // the program is to end.
    async fn take_all(&mut self, first: Woken) -> color_eyre::Result<bool> {
        let mut typed = String::new();
        let mut next = Some(first);
        for _ in 0..=BURST {
            let Some(woken) = next.take().or_else(|| self.already_there()) else {
                break;
            };
            // Each change of the filter looks at every row: what is typed at once is one change.
            if let Some(char) = self.written(&woken) {
                typed.push(char);
                continue;
            }
            let goes_on = self.tell_typed(&mut typed).await? && self.take(woken).await?;
            if !goes_on {
                return Ok(false);
            }
        }
        self.tell_typed(&mut typed).await
    }

    fn already_there(&mut self) -> Option<Woken> {
        self.input.next().now_or_never().map(Woken::Input)
    }

    // What a key writes into the filter line or a text, while that is open.
    fn written(&self, woken: &Woken) -> Option<char> {
        match woken {
            Woken::Input(Input::Key(key))
                if matches!(self.model.context(), Context::Filter | Context::Writing) =>
            {
                key.text().filter(|char| !char.is_control())
            }
            _ => None,
        }
    }

    async fn tell_typed(&mut self, typed: &mut String) -> color_eyre::Result<bool> {
        if typed.is_empty() {
            return Ok(true);
        }
        self.tell(Msg::Typed(std::mem::take(typed))).await
    }

    // False when the program is to end.
    async fn take(&mut self, woken: Woken) -> color_eyre::Result<bool> {
        match woken {
            Woken::Signal(Asked::End | Asked::Interrupt) | Woken::Input(Input::Closed) => {
                return Ok(false);
            }
            Woken::Signal(Asked::Suspend) => self.suspend().await?,
            Woken::Signal(Asked::Continued) => self.back()?,
            Woken::Input(Input::Resized) => self.resize().await?,
            Woken::Input(Input::Key(key)) => return self.tell(Msg::Key(key)).await,
            Woken::Input(Input::Paste(text)) => return self.tell(Msg::Paste(text)).await,
            Woken::Input(Input::FocusGained) => return self.tell(Msg::FocusGained).await,
            Woken::Input(Input::FocusLost) => return self.tell(Msg::FocusLost).await,
            Woken::Built(Some(picture)) => return self.show(picture).await,
            Woken::Told(msg) if Held::holds(&msg) => {
                self.held.keep(msg, self.now());
                self.builder.want();
            }
            Woken::Told(msg) => return self.tell(msg).await,
            Woken::Heard => self.builder.want(),
            Woken::Panicked => self.tell_panics(),
            // What is due is seen to after every waking.
            Woken::Built(None) | Woken::Due => {}
        }
        Ok(true)
    }

    fn tell_panics(&mut self) {
        for report in take_other_panics() {
            let msg = Msg::TaskPanicked {
                name: report.thread.unwrap_or_else(|| "a task".to_owned()),
                text: report.message,
            };
            self.note(msg);
        }
    }

    async fn show(&mut self, picture: Arc<Picture>) -> color_eyre::Result<bool> {
        let mut goes_on = self.tell(Msg::Picture(picture)).await?;
        let begun = self.builder.begun();
        for msg in begun
            .map(|begun| self.held.known(begun))
            .unwrap_or_default()
        {
            goes_on &= self.tell(msg).await?;
        }
        Ok(goes_on)
    }

    async fn tell_all_held(&mut self) -> color_eyre::Result<bool> {
        let mut goes_on = true;
        for msg in self.held.all() {
            goes_on &= self.tell(msg).await?;
        }
        Ok(goes_on)
    }

    // A picture that is no longer kept up to date must not look alive; true while it is not.
    fn own_up(&mut self, now: Now) -> bool {
        let behind = self.builder.behind(now);
        if behind != self.model.lagging_since {
            self.note(Msg::PictureLagging(behind));
        }
        behind.is_some()
    }

    // For what asks for nothing outside.
    fn note(&mut self, msg: Msg) {
        let now = self.corrected_now();
        if update(&mut self.model, msg, now).dirty {
            self.frames.want();
        }
    }

    async fn tell(&mut self, msg: Msg) -> color_eyre::Result<bool> {
        let mut waiting = vec![msg];
        let mut goes_on = true;
        while let Some(msg) = waiting.pop() {
            let now = self.corrected_now();
            let updated = update(&mut self.model, msg, now);
            if updated.dirty {
                self.frames.want();
            }
            for effect in updated.effects {
                match self
                    .outside
                    .carry_out(effect, &self.parts.tasks, &mut self.screen)?
                {
                    super::outside::Done::Quit => return Ok(false),
                    super::outside::Done::Suspend => self.suspend().await?,
                    super::outside::Done::Redraw => self.redraw()?,
                    super::outside::Done::Say(msg) => waiting.push(msg),
                    super::outside::Done::Edit(text, folder) => {
                        goes_on &= self.edit(&text, folder, &mut waiting).await;
                    }
                    super::outside::Done::Quietly => {}
                }
            }
        }
        Ok(goes_on)
    }

    // False when the program is to end: what was written is told first, so that it is kept.
    async fn edit(&mut self, text: &str, at: Option<PathBuf>, waiting: &mut Vec<Msg>) -> bool {
        // Nobody reads the terminal meanwhile: the stream does so only while it is asked.
        let edit = editor::edit(&mut self.screen, &mut self.signals, at.as_deref(), text).await;
        waiting.push(Msg::EditorClosed(edit.text));
        edit.goes_on && self.come_back(waiting).is_ok()
    }

    fn come_back(&mut self, waiting: &mut Vec<Msg>) -> color_eyre::Result<()> {
        self.screen.resume()?;
        self.input = InputStream::reopen()?;
        let size = self.screen.size()?;
        waiting.push(Msg::Resize {
            width: size.width,
            height: size.height,
        });
        self.redraw()
    }

    async fn suspend(&mut self) -> color_eyre::Result<()> {
        self.screen.suspend().await?;
        // The signal that woke us is this one's, not somebody else's.
        self.signals.forget_continued();
        self.redraw()
    }

    // Continued after a stop that was not ours: the shell has set the modes back.
    fn back(&mut self) -> color_eyre::Result<()> {
        self.screen.resume()?;
        self.redraw()
    }

    fn redraw(&mut self) -> color_eyre::Result<()> {
        self.screen.forget()?;
        self.builder.want();
        self.frames.want();
        Ok(())
    }

    async fn resize(&mut self) -> color_eyre::Result<()> {
        let size = self.screen.size()?;
        let msg = Msg::Resize {
            width: size.width,
            height: size.height,
        };
        self.tell(msg).await.map(|_| ())
    }

    fn draw(&mut self) -> color_eyre::Result<()> {
        let now = self.now();
        let shown_at = self.corrected_now();
        expire_marks(&mut self.model, shown_at);
        let outcome = self.screen.draw(&self.model, &self.parts.theme, shown_at)?;
        let hints = self.model.hints();
        self.model.set_viewport(outcome.extent);
        let changes_at = outcome.next_change.map(|wait| now.plus(wait));
        // Counted from its end: a terminal that takes its time must not be given frame after frame.
        self.frames.drawn(self.now(), changes_at);
        // What a key does may depend on how much of a page was in sight.
        if self.model.hints() != hints {
            self.frames.want();
        }
        Ok(())
    }
}
