//! The loop: takes what happened, updates, does what is to be done outside, draws once if anything
//! visible changed, and otherwise sleeps until something happens or a word on the screen stops being
//! true. There is no tick.

use std::sync::Arc;
use std::time::Duration;

use super::builder::Builder;
use super::clock;
use super::feeds::Feeds;
use super::outside::Outside;
use super::screen::Screen;
use super::signals::{Asked, Signals};
use super::tasks::Tasks;
use crate::app::model::{Chrome, Model};
use crate::app::msg::Msg;
use crate::app::update::update;
use crate::domain::now::{Now, TimeSource, elapsed};
use crate::domain::policy::Policy;
use crate::terminal::input::{Input, InputStream};
use crate::ui::theme::Theme;

/// Two frames are at least so far apart.
const FRAME: Duration = Duration::from_millis(33);

/// What the dashboard is made of.
pub struct Parts {
    /// The tasks of the program.
    pub tasks: Tasks,
    /// The clocks.
    pub time: Arc<dyn TimeSource>,
    /// What the team decided.
    pub policy: Arc<Policy>,
    /// What the header says beside the picture.
    pub chrome: Chrome,
    /// How things look.
    pub theme: Theme,
}

/// Something that woke the loop.
enum Woken {
    Signal(Asked),
    Input(Input),
    Heard,
    Built(Option<Arc<crate::picture::Picture>>),
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
    dirty: bool,
    drawn: Option<Now>,
    changes_at: Option<Now>,
}

impl Dashboard {
    /// Takes the terminal and draws the first frame, before any source is asked.
    ///
    /// # Errors
    /// When there is no terminal.
    pub fn open(parts: Parts, feeds: Feeds, outside: Outside) -> color_eyre::Result<Self> {
        let model = Model::new(Arc::clone(&parts.policy), parts.chrome);
        let builder = Builder::new(
            parts.tasks.clone(),
            Arc::clone(&parts.policy),
            Arc::clone(&parts.time),
        );
        let mut dashboard = Self {
            screen: Screen::take()?,
            input: InputStream::open()?,
            signals: Signals::listen()?,
            model,
            builder,
            outside,
            feeds,
            dirty: true,
            drawn: None,
            changes_at: None,
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
            if !self.take(woken).await? {
                return Ok(());
            }
            let now = self.now();
            self.builder.begin(now, || self.feeds.answers());
            if self.is_due(now) {
                self.draw()?;
            }
        }
    }

    fn now(&self) -> Now {
        self.parts.time.now()
    }

    async fn woken(&mut self) -> Woken {
        let wait = self.next_wait();
        tokio::select! {
            biased;
            asked = self.signals.next() => Woken::Signal(asked),
            input = self.input.next() => Woken::Input(input),
            picture = self.builder.next() => Woken::Built(picture),
            () = self.feeds.changed() => Woken::Heard,
            () = clock::sleep(wait) => Woken::Due,
        }
    }

    // Whatever comes first: a build that may begin, a frame that is due, a word that changes by itself,
    // a picture that must be built anew.
    fn next_wait(&self) -> Duration {
        let now = self.now();
        let frame = self.dirty.then(|| {
            self.drawn
                .map_or(Duration::ZERO, |at| FRAME.saturating_sub(now.since(at)))
        });
        let word = self.changes_at.map(|at| until(at, now));
        let rebuild = self
            .model
            .picture
            .as_ref()
            .and_then(|picture| picture.valid_until)
            .map(|at| elapsed(at, now.wall));
        [self.builder.wait(now), frame, word, rebuild]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(clock::LONGEST_SLEEP)
    }

    // False when the program is to end.
    async fn take(&mut self, woken: Woken) -> color_eyre::Result<bool> {
        match woken {
            Woken::Signal(Asked::End) | Woken::Input(Input::Closed) => return Ok(false),
            Woken::Signal(Asked::Suspend) => self.suspend().await?,
            Woken::Signal(Asked::Continued) => self.back()?,
            Woken::Input(Input::Resized) => self.resize().await?,
            Woken::Input(Input::Key(key)) => return self.tell(Msg::Key(key)).await,
            Woken::Input(Input::Paste(text)) => return self.tell(Msg::Paste(text)).await,
            Woken::Input(Input::FocusGained) => return self.tell(Msg::FocusGained).await,
            Woken::Input(Input::FocusLost) => return self.tell(Msg::FocusLost).await,
            Woken::Built(Some(picture)) => return self.tell(Msg::Picture(picture)).await,
            Woken::Built(None) => self.wake(),
            Woken::Heard => self.builder.want(),
            Woken::Due => self.wake(),
        }
        Ok(true)
    }

    fn wake(&mut self) {
        let now = self.now();
        let is_past = |at: chrono::DateTime<chrono::Utc>| at <= now.wall;
        let picture = self.model.picture.as_ref();
        if picture
            .and_then(|picture| picture.valid_until)
            .is_some_and(is_past)
        {
            self.builder.want();
        }
        if self.changes_at.is_some_and(|at| until(at, now).is_zero()) {
            self.dirty = true;
        }
        for report in crate::terminal::panic::take_other_panics() {
            let name = report.thread.unwrap_or_else(|| "a task".to_owned());
            let told = update(
                &mut self.model,
                Msg::TaskPanicked {
                    name,
                    text: report.message,
                },
                now,
            );
            self.dirty |= told.dirty;
        }
    }

    async fn tell(&mut self, msg: Msg) -> color_eyre::Result<bool> {
        let mut waiting = vec![msg];
        while let Some(msg) = waiting.pop() {
            let now = self.now();
            let updated = update(&mut self.model, msg, now);
            self.dirty |= updated.dirty;
            for effect in updated.effects {
                match self
                    .outside
                    .carry_out(effect, &self.parts.tasks, &mut self.screen)?
                {
                    super::outside::Done::Quit => return Ok(false),
                    super::outside::Done::Suspend => self.suspend().await?,
                    super::outside::Done::Redraw => self.redraw()?,
                    super::outside::Done::Say(msg) => waiting.push(msg),
                    super::outside::Done::Quietly => {}
                }
            }
        }
        Ok(true)
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
        self.dirty = true;
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

    fn is_due(&self, now: Now) -> bool {
        self.dirty && self.drawn.is_none_or(|at| now.since(at) >= FRAME)
    }

    fn draw(&mut self) -> color_eyre::Result<()> {
        let now = self.now();
        let outcome = self.screen.draw(&self.model, &self.parts.theme, now)?;
        self.model.learn(outcome.extent);
        self.changes_at = outcome.next_change.map(|wait| now.after(wait));
        self.drawn = Some(now);
        self.dirty = false;
        Ok(())
    }
}

// By whichever clock says that it is sooner: both went on by the same when it was set.
fn until(at: Now, now: Now) -> Duration {
    let mono = at.mono.saturating_sub(now.mono);
    mono.min(elapsed(at.wall, now.wall))
}
