//! Reads the image of a hub from the values of its charts.

use serde::Deserialize;

use super::wire::{HubEntry, is_encrypted};
use super::{FleetFiles, parse_yaml};

/// The values of a team's own chart that hubwatch reads.
#[derive(Default, Deserialize)]
#[serde(default)]
struct HubValues {
    jupyterhub: Option<JupyterhubValues>,
    /// The values for the chart `basehub`, if this chart depends on it. Helm puts a dependency's values under the
    /// dependency's name.
    basehub: Option<Box<HubValues>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct JupyterhubValues {
    hub: Option<HubSection>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct HubSection {
    image: Option<ImageValues>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ImageValues {
    pub name: Option<String>,
    pub tag: Option<String>,
}

impl HubValues {
    fn image(self) -> Option<ImageValues> {
        let own = self.jupyterhub.and_then(|it| it.hub?.image);
        own.or_else(|| self.basehub?.image())
    }
}

/// The hub's image. Reads the chart's values first and then each of the hub's values files. A name or tag in a later
/// file replaces the earlier one.
pub(super) fn image(
    folder: &str,
    chart: &str,
    hub: &HubEntry,
    files: &FleetFiles,
) -> Result<ImageValues, String> {
    let base = format!("helm-charts/{chart}/values.yaml");
    let own = hub.helm_chart_values_files.iter();
    let own = own.filter(|name| !is_encrypted(name));
    let own = own.map(|name| (format!("{folder}/{name}"), true));
    let mut merged = ImageValues::default();
    for (path, is_listed) in std::iter::once((base, false)).chain(own) {
        let Some(text) = files.text(&path)? else {
            if is_listed {
                return Err(format!("there is no {path}"));
            }
            continue;
        };
        let values: HubValues = parse_yaml(&path, text).map_err(|error| error.to_string())?;
        let image = values.image().unwrap_or_default();
        merged.name = image.name.or(merged.name);
        merged.tag = image.tag.or(merged.tag);
    }
    Ok(merged)
}
