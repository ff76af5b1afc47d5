//! Keys never wait for frames between them: all that was typed by now is taken before the next is drawn.

use futures_util::FutureExt as _;

use super::{Dashboard, LoopEvent};
use crate::app::action::Context;
use crate::app::msg::Msg;
use crate::terminal::input::Input;

/// So many inputs that are there already are taken before a frame: a paste typed by a program must not
/// keep the screen from being drawn.
const MAX_QUEUED_INPUTS: usize = 256;

impl Dashboard {
    // Also handles what was typed while it ran, so that keys never wait for frames between them. False when
    // the program is to end.
    pub(super) async fn handle_with_queued_input(
        &mut self,
        first: LoopEvent,
    ) -> color_eyre::Result<bool> {
        let mut typed = String::new();
        let mut next = Some(first);
        for _ in 0..=MAX_QUEUED_INPUTS {
            let Some(event) = next.take().or_else(|| self.queued_input()) else {
                break;
            };
            // Each change of the filter looks at every row: what is typed at once is one change.
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

    // What a key writes into the filter line or a text, while that is open.
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

    async fn dispatch_typed(&mut self, typed: &mut String) -> color_eyre::Result<bool> {
        if typed.is_empty() {
            return Ok(true);
        }
        self.dispatch(Msg::Typed(std::mem::take(typed))).await
    }
}
