//! Reads again each incident that may have changed since it was last read.

use super::super::super::api_request::{ApiRequest, path_segment};
use super::super::super::listings::fetch_incident_log;
use super::super::super::wire::incident::WireIncident;
use super::Refresh;
use crate::domain::ids::IncidentId;
use crate::domain::source::FailureKind;
use crate::sources::error::SourceError;

impl Refresh<'_> {
    pub(super) async fn read_changed(&mut self) -> Result<(), SourceError> {
        for position in 0..self.months.len() {
            let Some(open) = self.months.get(position) else {
                continue;
            };
            let (outdated, lacking) = (open.month.outdated(self.now), open.lacking.clone());
            self.reader.expect_steps(outdated.len() + lacking.len());
            for id in outdated {
                self.read_incident(position, &id).await?;
                self.reader.finish_step();
            }
            for id in lacking {
                self.read_whole_log(position, &id).await?;
                self.reader.finish_step();
            }
        }
        Ok(())
    }

    async fn read_incident(&mut self, position: usize, id: &IncidentId) -> Result<(), SourceError> {
        let path = format!("/incidents/{}", path_segment(id.as_str()));
        let ask = ApiRequest {
            is_detail: true,
            ..ApiRequest::new("a past incident", path)
        };
        let read = self
            .reader
            .within_limit(|| self.client.get_object::<WireIncident>(&ask, "incident"));
        let read = match read.await {
            Err(error) if error.is_not_found() => None,
            Err(error) if error.kind() == FailureKind::Garbled => {
                self.unreadable_incidents += 1;
                return Ok(());
            }
            read => Some(read?),
        };
        let Some(open) = self.months.get_mut(position) else {
            return Ok(());
        };
        open.has_changed = true;
        // An incident that no longer matches the filters was moved to a service or team that the filters exclude.
        let Some(wire) = read.filter(|wire| wire.matches(&self.ids)) else {
            open.month.remove(id);
            return Ok(());
        };
        let merged_into = wire.merged_into();
        match wire.into_incident() {
            Ok(incident) if incident.id == *id => {
                open.month.put(incident, merged_into, self.now);
            }
            _ => self.unreadable_incidents += 1,
        }
        Ok(())
    }

    async fn read_whole_log(
        &mut self,
        position: usize,
        id: &IncidentId,
    ) -> Result<(), SourceError> {
        let read = self
            .reader
            .within_limit(|| fetch_incident_log(self.client, id, None));
        let log = match read.await {
            Err(error) if error.is_not_found() => return Ok(()),
            Err(error) if error.kind() == FailureKind::Garbled => {
                self.unreadable_entries += 1;
                return Ok(());
            }
            log => log?,
        };
        if let Some(open) = self.months.get_mut(position) {
            open.month.replace_log(id, log);
            open.has_changed = true;
        }
        Ok(())
    }
}
