//! The version that a hub should have, from the hub's chart and from the image in the hub's values.

use serde::Deserialize;

use super::chart_values::image;
use super::wire::HubEntry;
use super::{FleetFiles, parse_yaml};

/// The name of JupyterHub's chart. A team's own charts depend on this chart.
const JUPYTERHUB: &str = "jupyterhub";
/// The hub's image in JupyterHub's chart. A release of the chart gives this image the chart's version as its tag.
const OWN_IMAGE: &str = "k8s-hub";
/// The most charts in a chain in which each of a team's charts depends on the next.
const MAX_DEPTH: usize = 4;

/// The image and the chart that a hub should run, as far as the files say.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct HubChart {
    /// The name of the hub's image, and its tag.
    pub image: Option<(String, String)>,
    /// The version of JupyterHub's chart, and the file that names it.
    pub chart: Option<(String, String)>,
    /// The reason why the files could not be read, as a sentence; `None` if they could.
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

/// The image and the chart that the files name for one hub. `folder` is the folder of the hub's cluster.
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
        // The hub's values name an image other than the chart's, and no tag. The chart's version says nothing about the
        // tag of such an image.
        (Some(_), None) => None,
    };
    Ok(HubChart {
        image,
        chart: Some((version, chart_file.to_owned())),
        unreadable: None,
    })
}

/// The image of a released chart. `None` for a chart between two releases, since its images have their own tags.
fn released(version: &str) -> Option<(String, String)> {
    let is_released = !version.contains(".git.");
    is_released.then(|| (OWN_IMAGE.to_owned(), version.to_owned()))
}

/// The version of JupyterHub's chart on which this chart depends, directly or through another of the team's charts.
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
