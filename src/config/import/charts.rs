//! The version that a hub should have, from the chart that is deployed for it and the image that its values name.

use serde::Deserialize;

use super::chart_values::image;
use super::wire::HubEntry;
use super::{FleetFiles, parse_yaml};

/// JupyterHub's chart, on which a team's own charts depend.
const JUPYTERHUB: &str = "jupyterhub";
/// The image of the hub in that chart. A release of the chart tags this image with the chart's version.
const OWN_IMAGE: &str = "k8s-hub";
/// How deep a team's charts may depend on each other.
const MAX_DEPTH: usize = 4;

/// What should run for a hub, as far as the files say.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct HubChart {
    /// The name of the hub's image, and its tag.
    pub image: Option<(String, String)>,
    /// The version of JupyterHub's chart, and the file that names it.
    pub chart: Option<(String, String)>,
    /// Why there is no image, in words.
    pub unreadable: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ChartFile {
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    version: Option<String>,
}

/// What the files say of one hub; `folder` is its cluster's.
pub(super) fn hub_chart(folder: &str, hub: &HubEntry, files: &FleetFiles) -> HubChart {
    let Some(chart) = hub.helm_chart.as_deref().filter(|name| !name.contains('/')) else {
        return HubChart::default();
    };
    let chart_file = match hub.chart_override.as_deref() {
        Some(path) if path.contains('/') => path.to_owned(),
        Some(name) => format!("{folder}/{name}"),
        None => format!("helm-charts/{chart}/Chart.yaml"),
    };
    read_chart(folder, chart, &chart_file, hub, files).unwrap_or_else(|words| HubChart {
        unreadable: Some(words),
        ..HubChart::default()
    })
}

fn read_chart(
    folder: &str,
    chart: &str,
    chart_file: &str,
    hub: &HubEntry,
    files: &FleetFiles,
) -> Result<HubChart, String> {
    let version = jupyterhub_version(chart_file, files, MAX_DEPTH)?;
    let Some(version) = version else {
        return Ok(HubChart::default());
    };
    let image = image(folder, chart, hub, files)?;
    let image = match (image.name, image.tag) {
        (Some(name), Some(tag)) => Some((name, tag)),
        (None, None) => released(&version),
        (None, Some(tag)) => Some((OWN_IMAGE.to_owned(), tag)),
        // The values name another image without a tag, and nobody has built that image with the chart's tag.
        (Some(_), None) => None,
    };
    Ok(HubChart {
        image,
        chart: Some((version, chart_file.to_owned())),
        unreadable: None,
    })
}

/// The image of a release of the chart; `None` between releases, since the chart's images have tags of their own then.
fn released(version: &str) -> Option<(String, String)> {
    let is_released = !version.contains(".git.");
    is_released.then(|| (OWN_IMAGE.to_owned(), version.to_owned()))
}

/// The version of JupyterHub's chart that a chart depends on, directly or through another of the team's charts.
fn jupyterhub_version(
    path: &str,
    files: &FleetFiles,
    depth: usize,
) -> Result<Option<String>, String> {
    let (Some(text), Some(depth)) = (files.text(path)?, depth.checked_sub(1)) else {
        return Ok(None);
    };
    let chart: ChartFile = parse_yaml(path, text).map_err(|error| error.to_string())?;
    let mut dependencies = chart.dependencies.iter();
    if let Some(found) = dependencies.clone().find(|it| it.name == JUPYTERHUB) {
        return Ok(found.version.clone());
    }
    let own = dependencies.find_map(|it| {
        let path = format!("helm-charts/{}/Chart.yaml", it.name);
        jupyterhub_version(&path, files, depth).transpose()
    });
    own.transpose()
}
