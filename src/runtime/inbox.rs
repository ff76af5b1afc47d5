//! Everything that tasks send to the loop: results of effects and complaints. Results are never lost. Complaints are
//! dropped while many of them wait.

use tokio::sync::mpsc;

use crate::app::msg::Msg;

/// The most complaints that wait to be shown. Nobody would read more of them.
const MAX_WAITING_COMPLAINTS: usize = 32;

/// The receiving side, which the loop owns.
pub struct Inbox {
    sender: InboxSender,
    result_rx: mpsc::UnboundedReceiver<Msg>,
    complaint_rx: mpsc::Receiver<String>,
}

/// The sending side, for tasks. Messages after the loop's end are dropped.
#[derive(Clone, Debug)]
pub struct InboxSender {
    result_tx: mpsc::UnboundedSender<Msg>,
    complaint_tx: mpsc::Sender<String>,
}

impl Default for Inbox {
    fn default() -> Self {
        let (result_tx, result_rx) = mpsc::unbounded_channel();
        let (complaint_tx, complaint_rx) = mpsc::channel(MAX_WAITING_COMPLAINTS);
        Self {
            sender: InboxSender {
                result_tx,
                complaint_tx,
            },
            result_rx,
            complaint_rx,
        }
    }
}

impl Inbox {
    /// A sender to this inbox.
    pub fn sender(&self) -> InboxSender {
        self.sender.clone()
    }

    /// The next result or complaint. Cancel-safe: nothing is lost if the future is dropped.
    pub async fn next(&mut self) -> Msg {
        tokio::select! {
            Some(msg) = self.result_rx.recv() => msg,
            Some(text) = self.complaint_rx.recv() => Msg::Complaint(text),
            // Never happens: the inbox holds a sender itself.
            else => std::future::pending().await,
        }
    }

    /// The next message, if one has already arrived.
    #[cfg(test)]
    pub fn arrived(&mut self) -> Option<Msg> {
        use futures_util::FutureExt as _;
        self.next().now_or_never()
    }
}

impl InboxSender {
    /// Sends a result.
    pub fn send(&self, msg: Msg) {
        let _after_the_end = self.result_tx.send(msg);
    }

    /// Sends a sentence about a problem. Drops the sentence while many others wait.
    pub fn complain(&self, text: impl Into<String>) {
        let text = text.into();
        if let Err(error) = self.complaint_tx.try_send(text) {
            tracing::warn!(%error, "a complaint is not shown");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_never_lost_and_complaints_are_bounded() {
        let mut inbox = Inbox::default();
        let sender = inbox.sender();
        for number in 0..1000 {
            sender.complain(format!("complaint {number}"));
            sender.send(Msg::LinkOpened(Err(number.to_string())));
        }
        let arrived: Vec<Msg> = std::iter::from_fn(|| inbox.arrived()).collect();
        let (complaints, results): (Vec<_>, Vec<_>) = arrived
            .into_iter()
            .partition(|msg| matches!(msg, Msg::Complaint(_)));
        assert_eq!(
            (complaints.len(), results.len()),
            (MAX_WAITING_COMPLAINTS, 1000)
        );
        assert!(matches!(&complaints[0], Msg::Complaint(text) if text == "complaint 0"));
    }
}
