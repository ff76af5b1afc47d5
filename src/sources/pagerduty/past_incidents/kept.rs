//! The files that keep the record between runs: one file for each month, and one for the directory.

use chrono::{DateTime, NaiveDate, Utc};
use futures_util::future::join_all;
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};

use super::super::incidents_source::digest;
use super::month::RecordMonth;
use crate::domain::cache::Cache;
use crate::domain::directory::Directory;
use crate::domain::settings::PagerDutySettings;
use crate::sources::context::SourceContext;
use crate::sources::error::SourceError;

const DIRECTORY_VERSION: u32 = 1;

/// The files of one account with its filters. Each API key has its own files, since it may see another part of the
/// account.
pub struct RecordFiles<'a> {
    cache: &'a dyn Cache,
    account: String,
}

#[derive(Serialize, Deserialize)]
struct DirectoryFile {
    version: u32,
    account: String,
    directory: Directory,
}

impl<'a> RecordFiles<'a> {
    /// # Errors
    /// The key is missing.
    pub fn new(
        context: &'a SourceContext,
        settings: &PagerDutySettings,
    ) -> Result<Self, SourceError> {
        let token = context.secrets.get(&settings.token)?;
        Ok(Self::for_account(
            context.cache.as_ref(),
            settings,
            token.expose_secret(),
        ))
    }

    pub(super) fn for_account(
        cache: &'a dyn Cache,
        settings: &PagerDutySettings,
        token: &str,
    ) -> Self {
        let lists = [&settings.services, &settings.teams];
        let lists = lists.iter().flat_map(|list| {
            let names = list.iter().map(String::as_str);
            names.chain(std::iter::once(""))
        });
        let parts = [settings.url.as_str(), token].into_iter().chain(lists);
        Self {
            cache,
            account: digest(parts),
        }
    }

    pub(super) fn account(&self) -> &str {
        &self.account
    }

    /// The kept months in the given order; `None` for a month that is not kept or cannot be read.
    pub(super) async fn load_months(
        &self,
        months: &[NaiveDate],
        now: DateTime<Utc>,
    ) -> Vec<Option<RecordMonth>> {
        let load = |first: NaiveDate| async move {
            let bytes = self.cache.load(&self.month_name(first)).await;
            RecordMonth::from_bytes(&bytes, &self.account, first, now)
        };
        join_all(months.iter().copied().map(load)).await
    }

    pub(super) async fn save_month(&self, month: &RecordMonth) {
        let name = self.month_name(month.first());
        self.cache.save(&name, month.to_bytes()).await;
    }

    /// The directory that was last saved.
    pub async fn load_directory(&self) -> Option<Directory> {
        let bytes = self.cache.load(&self.directory_name()).await;
        let file: DirectoryFile = serde_json::from_slice(&bytes).ok()?;
        let is_ours = file.version == DIRECTORY_VERSION && file.account == self.account;
        is_ours.then_some(file.directory)
    }

    /// Saves the directory without the rota, which would soon be outdated.
    pub async fn save_directory(&self, directory: &Directory) {
        let file = DirectoryFile {
            version: DIRECTORY_VERSION,
            account: self.account.clone(),
            directory: Directory {
                on_calls: Vec::new(),
                maintenance: Vec::new(),
                ..directory.clone()
            },
        };
        let bytes = serde_json::to_vec(&file).unwrap_or_default();
        self.cache.save(&self.directory_name(), bytes).await;
    }

    fn month_name(&self, first: NaiveDate) -> String {
        format!(
            "past-incidents-{}-{}.json",
            self.account,
            first.format("%Y-%m")
        )
    }

    fn directory_name(&self) -> String {
        format!("past-incidents-{}-directory.json", self.account)
    }
}
