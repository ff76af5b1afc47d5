//! Carries out what an update asked for.

use crossterm::clipboard::CopyToClipboard;
use tokio::sync::watch;

use super::deeds::Deeds;
use super::histories::Histories;
use super::screen::Screen;
use super::tasks::Tasks;
use crate::app::effect::Effect;
use crate::app::msg::Msg;

/// The world outside the loop.
pub struct Outside {
    hurry: watch::Sender<u64>,
    histories: Histories,
    deeds: Deeds,
}

/// What is left for the loop to do.
pub enum Done {
    /// Nothing.
    Quietly,
    /// To tell the model how it went.
    Say(Msg),
    /// To end.
    Quit,
    /// To stop, as ^Z does.
    Suspend,
    /// To draw everything anew.
    Redraw,
}

impl Outside {
    /// `hurry` wakes every source's polling; `histories` asks what details ask; `deeds` acts.
    pub fn new(hurry: watch::Sender<u64>, histories: Histories, deeds: Deeds) -> Self {
        Self {
            hurry,
            histories,
            deeds,
        }
    }

    /// The next thing that was asked for and has come. Nothing is lost when the future is dropped.
    pub async fn heard(&mut self) -> Msg {
        tokio::select! {
            msg = self.histories.next() => msg,
            msg = self.deeds.next() => msg,
        }
    }

    /// Does it, or says what the loop must do.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn carry_out(
        &mut self,
        effect: Effect,
        tasks: &Tasks,
        screen: &mut Screen,
    ) -> color_eyre::Result<Done> {
        Ok(match effect {
            Effect::Quit => Done::Quit,
            Effect::Suspend => Done::Suspend,
            Effect::Redraw => Done::Redraw,
            Effect::RefreshNow => {
                self.hurry.send_modify(|times| *times += 1);
                Done::Quietly
            }
            Effect::Copy(text) => {
                let copied = screen.send(CopyToClipboard::to_clipboard_from(&text));
                let copied = copied.map(|()| text);
                Done::Say(Msg::Copied(copied.map_err(|error| error.to_string())))
            }
            Effect::AskHistory(question) => {
                self.histories.ask(question, tasks);
                Done::Quietly
            }
            Effect::LetGo(question) => {
                self.histories.let_go(&question);
                Done::Quietly
            }
            Effect::Act(attempt) => {
                self.deeds.act(attempt, tasks);
                Done::Quietly
            }
            Effect::KeepDraft(_) | Effect::DropDraft(_) | Effect::Edit(_) | Effect::OpenLink(_) => {
                Done::Quietly
            }
            // Freeing a large picture takes milliseconds that a frame does not have.
            Effect::Discard(picture) => {
                tasks.work(move || drop(picture));
                Done::Quietly
            }
        })
    }
}
