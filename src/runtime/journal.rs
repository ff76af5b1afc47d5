//! Writes the journal on a worker.

use std::io;
use std::path::PathBuf;

use tokio::sync::oneshot;

use super::tasks::Tasks;
use crate::store::journal::{self, Entry};

/// Where what is done from here is written down.
#[derive(Clone, Debug)]
pub struct Journal {
    dir: Option<PathBuf>,
    tasks: Tasks,
}

impl Journal {
    /// In this state directory; without one nothing is written.
    pub fn new(dir: Option<PathBuf>, tasks: Tasks) -> Self {
        Self { dir, tasks }
    }

    /// Writes lines; they are on the disk after this. The program's end waits for it even where the
    /// future is dropped.
    ///
    /// # Errors
    /// When they cannot be written.
    pub async fn append(&self, entries: Vec<Entry>) -> io::Result<()> {
        let Some(dir) = self.dir.clone() else {
            return Ok(());
        };
        let (tell, told) = oneshot::channel();
        self.tasks.spawn_blocking(move || {
            let _nobody_waits = tell.send(journal::append(&dir, &entries));
        });
        let stumbled = |_| Err(io::Error::other("its task stumbled"));
        told.await.unwrap_or_else(stumbled)
    }
}
