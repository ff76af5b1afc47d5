//! The event loop. Takes an event, updates the model, runs the effects, and draws a frame if anything visible changed.
//! The loop sleeps until the next event, or until a text on the screen expires. There is no tick.

mod handover;
mod queued_input;

use std::sync::Arc;
use std::time::Duration;

use super::appearance::Appearance;
use super::builder::Builder;
use super::clock;
use super::effects::EffectRunner;
use super::frames::Frames;
use super::notifier::Notifier;
use super::pending_results::PendingResults;
use super::screen::Screen;
use super::signals::{SignalRequest, Signals};
use super::slots::Slots;
use super::tasks::Tasks;
use crate::app::model::{Model, SessionOptions};
use crate::app::msg::Msg;
use crate::app::owed::Owed;
use crate::app::update::{expire_marks, startup_notice, update};
use crate::domain::now::{Now, TimeSource};
use crate::domain::policy::Policy;
use crate::picture::Picture;
use crate::terminal::input::{Input, InputStream};
use crate::terminal::panic::{take_other_panics, wait_for_other_panic};

/// The least time between two checks for due notifications.
const SHORTEST_WAIT: Duration = Duration::from_millis(200);

/// Everything that a dashboard needs to open.
pub struct DashboardContext {
    pub tasks: Tasks,
    pub time: Arc<dyn TimeSource>,
    /// The team's rules, by which cases are judged and acted on.
    pub policy: Arc<Policy>,
    /// Whether the session is a demo, and whether it is read-only. The screen shows both.
    pub session: SessionOptions,
    /// The follow-up work after past outages at the start; `None` without PagerDuty.
    pub owed: Option<Owed>,
    pub appearance: Appearance,
    pub notifier: Notifier,
    /// The path of the configuration file, as text for the screen; `None` for the demo.
    pub config_file: Option<Arc<str>>,
    /// The warnings about the configuration, one line each.
    pub config_warnings: Vec<String>,
}

/// The connections of the loop with sources, effects and signals.
pub struct DashboardIo {
    /// The answers of the sources.
    pub slots: Slots,
    pub effects: EffectRunner,
    pub signals: Signals,
}

/// Something that woke the loop.
enum LoopEvent {
    Signal(SignalRequest),
    Input(Input),
    SlotChanged,
    PictureBuilt(Option<Arc<Picture>>),
    TerminalWritable(std::io::Result<()>),
    Message(Msg),
    TaskPanicked,
    TimerElapsed,
}

/// The running dashboard.
pub struct Dashboard {
    context: DashboardContext,
    model: Model,
    screen: Screen,
    input: InputStream,
    signals: Signals,
    builder: Builder,
    effects: EffectRunner,
    slots: Slots,
    frames: Frames,
    pending_results: PendingResults,
}

impl Dashboard {
    /// Takes the terminal and draws the first frame, before any source is polled.
    ///
    /// # Errors
    /// When there is no terminal.
    pub fn open(parts: DashboardContext, ends: DashboardIo) -> std::io::Result<Self> {
        let mut model = Model::new(Arc::clone(&parts.policy), parts.session);
        model.config_file.clone_from(&parts.config_file);
        model.owed.clone_from(&parts.owed);
        model.notice = startup_notice(&parts.config_warnings, parts.time.now());
        model.complaints.clone_from(&parts.config_warnings);
        let builder = Builder::new(
            parts.tasks.clone(),
            Arc::clone(&parts.policy),
            Arc::clone(&parts.time),
        );
        let mut dashboard = Self {
            screen: Screen::open(parts.notifier.has_title())?,
            input: InputStream::open()?,
            signals: ends.signals,
            model,
            builder,
            effects: ends.effects,
            slots: ends.slots,
            frames: Frames::default(),
            pending_results: PendingResults::default(),
            context: parts,
        };
        // The first picture is built before any answer. It shows that every source is still waiting.
        dashboard.builder.request();
        if dashboard.context.appearance.asks_background() {
            dashboard.screen.ask_background()?;
            dashboard.input.expect_answer();
        }
        dashboard.draw()?;
        dashboard.ring()?;
        Ok(dashboard)
    }

    /// Runs until the person or a signal ends the program, or the terminal is gone.
    ///
    /// # Errors
    /// When the terminal can no longer be drawn on.
    pub async fn run(mut self) -> std::io::Result<()> {
        let ended = self.run_loop().await;
        self.input.drain_answer().await;
        ended
    }

    async fn run_loop(&mut self) -> std::io::Result<()> {
        loop {
            let woken = self.next_event().await;
            if !self.handle_with_queued_input(woken).await? {
                return Ok(());
            }
            let now = self.now();
            self.builder.start_if_due(now, || self.slots.answers());
            if self.report_lag(now) && !self.dispatch_pending_results().await? {
                return Ok(());
            }
            self.write_unwritten()?;
            if self.frames.is_due(now) && !self.screen.is_blocked() {
                self.draw()?;
            }
            self.ring()?;
        }
    }

    // Called after the frame, so that the events are on the screen before the bell rings.
    fn ring(&mut self) -> std::io::Result<()> {
        let now = self.now();
        let notifier = &mut self.context.notifier;
        notifier.update(&self.model, &self.context.tasks, &mut self.screen, now)?;
        Ok(())
    }

    // Continues a frame that the terminal has not taken in full.
    fn write_unwritten(&mut self) -> std::io::Result<()> {
        if self.screen.is_blocked() {
            self.screen.write_unwritten()?;
            self.frames.record_written(self.now());
        }
        Ok(())
    }

    fn now(&self) -> Now {
        self.context.time.now()
    }

    // The time by the servers' clocks, since the times on the screen come from the servers.
    fn corrected_now(&self) -> Now {
        let now = self.now();
        let picture = self.model.picture.as_ref();
        picture.map_or(now, |picture| picture.corrected(now))
    }

    async fn next_event(&mut self) -> LoopEvent {
        let wait = self.next_wait();
        tokio::select! {
            biased;
            asked = self.signals.next() => LoopEvent::Signal(asked),
            input = self.input.next() => LoopEvent::Input(input),
            ready = self.screen.writable() => LoopEvent::TerminalWritable(ready),
            picture = self.builder.next() => LoopEvent::PictureBuilt(picture),
            msg = self.effects.next_msg() => LoopEvent::Message(msg),
            () = self.slots.changed() => LoopEvent::SlotChanged,
            () = wait_for_other_panic() => LoopEvent::TaskPanicked,
            () = clock::sleep(wait) => LoopEvent::TimerElapsed,
        }
    }

    // The time until the first of these: a build may begin, a build becomes late, a frame is due, a notification is
    // due.
    fn next_wait(&self) -> Duration {
        let now = self.now();
        let notifier = &self.context.notifier;
        let rings_in = notifier.until_due(&self.model, now);
        let rings_in = rings_in.map(|wait| wait.max(SHORTEST_WAIT));
        // While the terminal is blocked, no frame can be drawn, and the loop wakes up when the terminal takes bytes.
        let frame_in = match self.screen.is_blocked() {
            true => None,
            false => self.frames.until_due(now),
        };
        [self.builder.until_due(now), frame_in, rings_in]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(clock::LONGEST_SLEEP)
    }

    // Returns false if the program must end.
    async fn handle(&mut self, event: LoopEvent) -> std::io::Result<bool> {
        match event {
            LoopEvent::Signal(SignalRequest::Terminate | SignalRequest::Interrupt)
            | LoopEvent::Input(Input::Closed) => {
                return Ok(false);
            }
            LoopEvent::Signal(SignalRequest::Suspend) => {
                if let Some(complaint) = self.suspend().await? {
                    return self.dispatch(complaint).await;
                }
            }
            LoopEvent::Signal(SignalRequest::Resume) => self.resume()?,
            LoopEvent::Input(Input::Resized) => self.resize().await?,
            LoopEvent::Input(Input::Background(color)) => {
                self.context.appearance.set_background(color);
                self.frames.request();
            }
            LoopEvent::Input(Input::Key(key)) => return self.dispatch(Msg::Key(key)).await,
            LoopEvent::Input(Input::Paste(text)) => return self.dispatch(Msg::Paste(text)).await,
            LoopEvent::Input(Input::FocusGained) => {
                self.context.notifier.set_focus(true);
                return self.dispatch(Msg::FocusGained).await;
            }
            LoopEvent::Input(Input::FocusLost) => {
                self.context.notifier.set_focus(false);
                return self.dispatch(Msg::FocusLost).await;
            }
            LoopEvent::PictureBuilt(Some(picture)) => return self.show_picture(picture).await,
            LoopEvent::Message(msg) if PendingResults::must_wait(&msg) => {
                self.pending_results.push(msg, self.now());
                self.builder.request();
            }
            LoopEvent::Message(msg) => return self.dispatch(msg).await,
            LoopEvent::SlotChanged => self.builder.request(),
            LoopEvent::TerminalWritable(ready) => ready?,
            LoopEvent::TaskPanicked => self.report_panics(),
            // Nothing to handle: the loop does what is due after each event.
            LoopEvent::Input(Input::TerminalIdentified)
            | LoopEvent::PictureBuilt(None)
            | LoopEvent::TimerElapsed => {}
        }
        Ok(true)
    }

    fn report_panics(&mut self) {
        for report in take_other_panics() {
            let msg = Msg::TaskPanicked {
                name: report.thread.unwrap_or_else(|| "a task".to_owned()),
                text: report.message,
            };
            self.update_model(msg);
        }
    }

    async fn show_picture(&mut self, picture: Arc<Picture>) -> std::io::Result<bool> {
        let mut keep_running = self.dispatch(Msg::Picture(picture)).await?;
        let begun = self.builder.last_start();
        for msg in begun
            .map(|begun| self.pending_results.take_included_in(begun))
            .unwrap_or_default()
        {
            keep_running &= self.dispatch(msg).await?;
        }
        Ok(keep_running)
    }

    async fn dispatch_pending_results(&mut self) -> std::io::Result<bool> {
        let mut keep_running = true;
        for msg in self.pending_results.take_all() {
            keep_running &= self.dispatch(msg).await?;
        }
        Ok(keep_running)
    }

    // Tells the model since when its picture lags, so that an old picture does not look current. Returns whether the
    // picture lags.
    fn report_lag(&mut self, now: Now) -> bool {
        let behind = self.builder.lagging_since(now);
        if behind != self.model.lagging_since {
            self.update_model(Msg::PictureLagging(behind));
        }
        behind.is_some()
    }

    // Handles a message that returns no effects.
    fn update_model(&mut self, msg: Msg) {
        let now = self.corrected_now();
        if update(&mut self.model, msg, now).dirty {
            self.frames.request();
        }
    }

    async fn dispatch(&mut self, msg: Msg) -> std::io::Result<bool> {
        let mut waiting = vec![msg];
        let mut keep_running = true;
        while let Some(msg) = waiting.pop() {
            let now = self.corrected_now();
            let is_typed = matches!(msg, Msg::Key(_) | Msg::Typed(_) | Msg::Paste(_));
            if is_typed {
                self.context.notifier.record_key(self.now());
            }
            let updated = update(&mut self.model, msg, now);
            if updated.dirty && is_typed {
                self.frames.request_for_key();
            } else if updated.dirty {
                self.frames.request();
            }
            for effect in updated.effects {
                match self
                    .effects
                    .run(effect, &self.context.tasks, &mut self.screen)?
                {
                    super::effects::LoopRequest::Quit => return Ok(false),
                    super::effects::LoopRequest::Suspend => waiting.extend(self.suspend().await?),
                    super::effects::LoopRequest::Redraw => self.redraw()?,
                    super::effects::LoopRequest::Dispatch(msg) => waiting.push(msg),
                    super::effects::LoopRequest::OpenEditor(text, folder) => {
                        keep_running &= self.run_editor(&text, folder, &mut waiting).await;
                    }
                    super::effects::LoopRequest::Nothing => {}
                }
            }
        }
        Ok(keep_running)
    }

    async fn resize(&mut self) -> std::io::Result<()> {
        let size = self.screen.size()?;
        let msg = Msg::Resize {
            width: size.width,
            height: size.height,
        };
        self.dispatch(msg).await?;
        // The terminal may have had another size for a moment, and have cut or wrapped what it shows.
        self.screen.invalidate()?;
        self.frames.request();
        Ok(())
    }

    fn draw(&mut self) -> std::io::Result<()> {
        let now = self.now();
        let shown_at = self.corrected_now();
        expire_marks(&mut self.model, shown_at);
        let outcome = self
            .screen
            .draw(&self.model, self.context.appearance.theme(), shown_at)?;
        // The meaning of a key may depend on how much of an overlay is visible, and so the key hints may change.
        let hints = self.model.overlay().map(|_| self.model.hints());
        self.model.set_viewport(outcome.extent);
        let changes_at = outcome.next_change.map(|wait| now.plus(wait));
        self.frames.record_draw(self.now(), changes_at);
        if hints.is_some_and(|hints| self.model.hints() != hints) {
            self.frames.request();
        }
        Ok(())
    }
}
