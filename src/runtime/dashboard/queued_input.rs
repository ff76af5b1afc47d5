//! Handles all input that has arrived before the next frame is drawn, so that fast typing does not wait for frames.

use futures_util::FutureExt as _;

use super::{Dashboard, LoopEvent};
use crate::app::action::Context;
use crate::app::msg::Msg;
use crate::terminal::input::Input;

/// The most inputs that are handled before a frame is drawn. Without a limit, an endless paste would stop the drawing.
const MAX_QUEUED_INPUTS: usize = 256;

impl Dashboard {
    // Handles an event and the input that is queued behind it. Returns false if the program must end.
    pub(super) async fn handle_with_queued_input(
        &mut self,
        first: LoopEvent,
    ) -> std::io::Result<bool> {
        let mut typed = String::new();
        let mut next = Some(first);
        for _ in 0..=MAX_QUEUED_INPUTS {
            let Some(event) = next.take().or_else(|| self.queued_input()) else {
                break;
            };
            // Each change of the filter checks every row. So characters that arrive together are handled as one change.
            if let Some(char) = self.typed_char(&event) {
                typed.push(char);
                continue;
            }
            let keep_running = self.dispatch_typed(&mut typed).await? && self.handle(event).await?;
            if !keep_running {
                return Ok(false);
            }
        }
        self.dispatch_typed(&mut typed).await
    }

    fn queued_input(&mut self) -> Option<LoopEvent> {
        self.input.next().now_or_never().map(LoopEvent::Input)
    }

    // The character that a key types into an open filter line or text. `None` for any other event.
    fn typed_char(&self, woken: &LoopEvent) -> Option<char> {
        match woken {
            LoopEvent::Input(Input::Key(key))
                if matches!(self.model.context(), Context::Filter | Context::Writing) =>
            {
                key.text().filter(|char| !char.is_control())
            }
            _ => None,
        }
    }

    async fn dispatch_typed(&mut self, typed: &mut String) -> std::io::Result<bool> {
        if typed.is_empty() {
            return Ok(true);
        }
        self.dispatch(Msg::Typed(std::mem::take(typed))).await
    }
}
