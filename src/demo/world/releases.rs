//! The versions that run in the fleet.
//!
//! They depend only on a cluster's position in the fleet, so they are the same in every scenario.

/// A release of JupyterHub's Helm chart, with the versions in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release {
    /// The version in the header `X-JupyterHub-Version`.
    pub jupyterhub: &'static str,
    /// The chart's version, which is also the tag of its images.
    pub chart: &'static str,
    /// The tag of the proxy's image.
    pub proxy: &'static str,
}

/// The release of most hubs.
pub const CURRENT: Release = Release {
    jupyterhub: "5.4.4",
    chart: "4.3.3",
    proxy: "5.1.0",
};

/// The release that the canary batch runs. The other batches are to be upgraded to it.
pub const NEXT: Release = Release {
    jupyterhub: "5.5.0",
    chart: "4.4.0",
    proxy: "5.1.0",
};

/// A pre-release. One hub runs this release, from a chart of its own.
pub const EARLY: Release = Release {
    jupyterhub: "6.0.0b1",
    chart: "4.4.1-0.dev.git.7211.h3ad5d2c1",
    proxy: "5.2.0",
};
