//! Gives the terminal to another program or to the shell, and takes it back.

use std::path::PathBuf;

use super::Dashboard;
use crate::app::msg::Msg;
use crate::runtime::editor;
use crate::terminal::input::InputStream;
use crate::terminal::job_control::has_job_control_shell;

impl Dashboard {
    // Returns false if the program must end. The caller must still handle the messages in `waiting` first, so that no
    // text is lost.
    pub(super) async fn run_editor(
        &mut self,
        text: &str,
        at: Option<PathBuf>,
        waiting: &mut Vec<Msg>,
    ) -> bool {
        self.input.drain_answer().await;
        // The editor gets all keys: the dashboard's input stream reads the terminal only while the stream is polled,
        // and nothing polls it here.
        let edit = editor::edit(&mut self.screen, &mut self.signals, at.as_deref(), text).await;
        waiting.push(Msg::EditorClosed(edit.text));
        // An editor that was never started did not get the terminal. Taking it back would drop the keys typed since.
        edit.keep_running && (!self.screen.has_left() || self.retake_terminal(waiting).is_ok())
    }

    fn retake_terminal(&mut self, waiting: &mut Vec<Msg>) -> std::io::Result<()> {
        self.screen.resume()?;
        self.context.notifier.forget_terminal();
        self.input = InputStream::reopen()?;
        let size = self.screen.size()?;
        waiting.push(Msg::Resize {
            width: size.width,
            height: size.height,
        });
        self.redraw()
    }

    // Stops the program as `^Z` does. While the terminal takes no bytes, a shell could not use it either: the program is
    // then not stopped, and the message says so.
    pub(super) async fn suspend(&mut self) -> std::io::Result<Option<Msg>> {
        if !self.screen.settle().await? {
            let text = "not stopped: the terminal takes no output";
            tracing::warn!("{text}");
            return Ok(Some(Msg::Complaint(text.to_owned())));
        }
        self.input.drain_answer().await;
        if has_job_control_shell() {
            self.screen.leave();
            self.signals.stop_process_group().await?;
            self.resume()?;
        }
        Ok(None)
    }

    // Called when the process continues after a stop. The shell may have changed the terminal's modes.
    pub(super) fn resume(&mut self) -> std::io::Result<()> {
        self.screen.resume()?;
        self.context.notifier.forget_terminal();
        self.redraw()
    }

    pub(super) fn redraw(&mut self) -> std::io::Result<()> {
        self.screen.invalidate()?;
        self.builder.request();
        self.frames.request();
        Ok(())
    }
}
