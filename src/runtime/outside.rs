//! Carries out what an update asked for.

use std::path::PathBuf;

use crossterm::clipboard::CopyToClipboard;
use tokio::sync::watch;

use super::deeds::Deeds;
use super::drafts::Drafts;
use super::histories::Histories;
use super::links::{Links, Way};
use super::own_boxes::OwnBoxes;
use super::screen::Screen;
use super::tasks::Tasks;
use crate::app::effect::Effect;
use crate::app::msg::{Msg, OpenedLink};

/// The world outside the loop.
pub struct Outside {
    hurry: watch::Sender<u64>,
    histories: Histories,
    deeds: Deeds,
    drafts: Drafts,
    boxes: OwnBoxes,
    links: Links,
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
    /// To give the terminal to an editor with this text, in a folder of this one, or a passing one.
    Edit(String, Option<PathBuf>),
}

impl Outside {
    /// `hurry` wakes every source's polling; `histories` asks what details ask; `deeds` acts; `drafts` keeps
    /// what is typed; `boxes` keeps time-boxes that are only here.
    pub fn new(
        hurry: watch::Sender<u64>,
        histories: Histories,
        deeds: Deeds,
        drafts: Drafts,
        boxes: OwnBoxes,
    ) -> Self {
        Self {
            hurry,
            histories,
            deeds,
            drafts,
            boxes,
            links: Links::from_env(),
        }
    }

    /// The next thing that was asked for and has come. Nothing is lost when the future is dropped.
    pub async fn heard(&mut self) -> Msg {
        tokio::select! {
            msg = self.histories.next() => msg,
            msg = self.deeds.next() => msg,
            msg = self.drafts.next() => msg,
            msg = self.boxes.next() => msg,
            msg = self.links.next() => msg,
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
            Effect::Copy(text) => Done::Say(Msg::Copied(copy(text, screen))),
            Effect::OpenLink(url) => match self.links.open(&url, tasks) {
                Ok(Way::Browser) => Done::Quietly,
                Ok(Way::Copy(url)) => {
                    let copied = copy(url, screen).map(OpenedLink::Copied);
                    Done::Say(Msg::LinkOpened(copied))
                }
                Err(why) => Done::Say(Msg::LinkOpened(Err(why))),
            },
            Effect::FetchHistory(question) => {
                self.histories.ask(question, tasks);
                Done::Quietly
            }
            Effect::CancelHistory(question) => {
                self.histories.let_go(&question);
                Done::Quietly
            }
            Effect::RunOperations(attempt) => {
                self.deeds.act(attempt, self.drafts.written(), tasks);
                Done::Quietly
            }
            Effect::SaveDraft(draft) => {
                self.drafts.keep(draft, tasks);
                Done::Quietly
            }
            Effect::DeleteDraft(key) => {
                self.drafts.drop_one(key, tasks);
                Done::Quietly
            }
            Effect::SetLocalTimeBox(change) => {
                self.boxes.change(change, tasks);
                Done::Quietly
            }
            Effect::OpenEditor(text) => Done::Edit(text, self.drafts.dir()),
            // Freeing a large picture takes milliseconds that a frame does not have.
            Effect::DropPicture(picture) => {
                tasks.work(move || drop(picture));
                Done::Quietly
            }
        })
    }
}

fn copy(text: String, screen: &mut Screen) -> Result<String, String> {
    let copied = screen.send(CopyToClipboard::to_clipboard_from(&text));
    copied.map(|()| text).map_err(|error| error.to_string())
}
