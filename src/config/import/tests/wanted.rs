//! Tests of the versions that a fleet's files name as wanted.

use super::{FleetFiles, files, import, read};
use crate::domain::rollout::{Component, VersionPlace};

const CHART: &str = "name: basehub\nversion: 0.1.0\ndependencies:\n- name: jupyterhub\n  version: 4.3.3\n  repository: https://charts.example/\n- name: other\n  version: 9.9.9\n";

fn cluster(name: &str, more: &str, hubs: &[(&str, &str)]) -> (String, String) {
    let hub = |(name, more): &(&str, &str)| {
        format!("- {{name: {name}, domain: {name}.example, helm_chart: basehub{more}}}\n")
    };
    let hubs: String = hubs.iter().map(hub).collect();
    (
        format!("config/clusters/{name}/cluster.yaml"),
        format!("name: {name}\n{more}hubs:\n{hubs}"),
    )
}

fn fleet(more: &[(&str, &str)]) -> FleetFiles {
    let own = ", chart_override: chart.yaml";
    let clusters = [
        cluster(
            "north",
            "aws: {clusterName: north-hub}\n",
            &[("prod", ""), ("staging", own)],
        ),
        cluster(
            "south",
            "gcp: {cluster: pilot-cluster}\n",
            &[("lab", ""), ("class", "")],
        ),
    ];
    let mut fleet = files(&[("helm-charts/basehub/Chart.yaml", CHART)]);
    clusters
        .iter()
        .for_each(|(path, text)| fleet.insert(path, text));
    let own_chart = CHART.replace("4.3.3", "5.0.0-0.dev.git.7503.h8e62d62f");
    fleet.insert("config/clusters/north/chart.yaml", &own_chart);
    more.iter()
        .for_each(|(path, text)| fleet.insert(path, text));
    fleet
}

/// The part of the imported configuration about rollouts.
fn wanted(files: &FleetFiles) -> String {
    let text = import(files).unwrap();
    let begin = text.find("\n[[rollout").or_else(|| text.find("\n\n# "));
    let part = text.get(begin.unwrap_or_default()..);
    part.unwrap_or_default().trim().to_owned()
}

#[test]
fn a_released_chart_is_wanted_by_its_own_image_and_another_chart_is_only_said() {
    insta::assert_snapshot!(wanted(&fleet(&[])));
}

#[test]
fn an_image_of_the_teams_own_is_wanted_by_name_and_tag_and_each_hub_may_have_another_tag() {
    let image = "jupyterhub: {hub: {image: {name: registry.example/pilot-hub, tag: 1.0.0}}}";
    let mut files = fleet(&[("helm-charts/basehub/values.yaml", image)]);
    let text = wanted(&files);
    assert!(
        text.starts_with(
            "[[rollout.wanted]]\nwhat = \"registry.example/pilot-hub\"\nversion = \"1.0.0\"\n\n#"
        ),
        "{text}"
    );
    let (path, text) = cluster(
        "south",
        "",
        &[
            ("lab", ", helm_chart_values_files: [lab.yaml, enc-lab.yaml]"),
            ("class", ""),
        ],
    );
    files.insert(&path, &text);
    files.insert(
        "config/clusters/south/lab.yaml",
        "basehub: {jupyterhub: {hub: {image: {tag: 1.1.0}}}}",
    );
    let policy = read(&import(&files).unwrap()).policy.rollout;
    let component = Component::Image("registry.example/pilot-hub".to_owned());
    let tag = |cluster: &str, hub: &str| {
        let place = VersionPlace {
            cluster: cluster.into(),
            namespace: Some(hub.into()),
        };
        policy.wanted(&component, &place).map(str::to_owned)
    };
    assert_eq!(tag("south", "lab").as_deref(), Some("1.1.0"));
    assert_eq!(tag("south", "class").as_deref(), Some("1.0.0"));
    assert_eq!(tag("north", "staging").as_deref(), Some("1.0.0"));
}

#[test]
fn where_one_hub_is_not_known_nothing_is_wanted_everywhere() {
    let (path, text) = cluster(
        "south",
        "",
        &[
            ("lab", ", helm_chart_values_files: [lab.yaml]"),
            ("class", ""),
        ],
    );
    let mut files = fleet(&[]);
    files.insert(&path, &text);
    files.insert("config/clusters/north/chart.yaml", CHART);
    insta::assert_snapshot!(wanted(&files));
    files.insert("config/clusters/south/lab.yaml", "jupyterhub: [");
    let text = wanted(&files);
    assert!(
        text.contains("# south/lab: what should run is not known: config/clusters/south/lab.yaml:"),
        "{text}"
    );
}

#[test]
fn kubernetes_is_wanted_by_cluster_as_eksctl_and_terraform_name_it() {
    let jsonnet = "// version: '1.30'\nlocal c = cluster.makeCluster(\n  name='north-hub',\n  nodeAz='a',\n  version='1.34',\n  hubs=['staging', 'version: 1.31'],\n);\nc\n";
    let terraform = "prefix = \"pilot\"\nk8s_versions = {\n  # the control plane goes first\n  min_master_version : \"1.35.0-gke.1\",\n  core_nodes_version : \"1.34.1-gke.2\",\n  notebook_nodes_version : \"1.34.1-gke.2\",\n}\n";
    let files = fleet(&[
        ("eksctl/north.jsonnet", jsonnet),
        (
            "eksctl/third.jsonnet",
            jsonnet.replace("north-hub", "third").as_str(),
        ),
        ("terraform/gcp/projects/pilots.tfvars", terraform),
    ]);
    let text = wanted(&files);
    for (version, cluster) in [("1.34", "north"), ("1.34.1-gke.2", "south")] {
        let table =
            format!("what = \"kubernetes\"\nversion = \"{version}\"\nclusters = [\"{cluster}\"]\n");
        assert!(text.contains(&table), "{text}");
    }
    assert!(!text.contains("Kubernetes"), "{text}");
}

#[test]
fn an_older_form_of_eksctl_and_yaml_are_read_too() {
    let old = "{\n metadata+: {\n  name: \"north-hub\",\n  region: clusterRegion,\n  // Warning: '1.23'\n  version: '1.22'\n },\n addons: [{version: '1.99'}] }";
    let yaml = "kind: ClusterConfig\nmetadata: {name: north-hub, version: \"1.22\"}\n";
    for (path, text) in [("eksctl/a.jsonnet", old), ("eksctl/a.yaml", yaml)] {
        let text = wanted(&fleet(&[(path, text)]));
        let table = "what = \"kubernetes\"\nversion = \"1.22\"\nclusters = [\"north\"]";
        assert!(text.contains(table), "{path}: {text}");
    }
}

#[test]
fn a_version_that_cannot_be_read_is_said_and_not_guessed() {
    let cases = [
        (
            "eksctl/north.jsonnet",
            "cluster.makeCluster(version=latest)",
            "eksctl/north.jsonnet names no version that can be read",
        ),
        (
            "terraform/gcp/projects/south.tfvars",
            "k8s_versions = { core_nodes_version = \"1.34\", notebook_nodes_version = \"1.33\" }",
            "terraform/gcp/projects/south.tfvars has 1.34 for some nodes and 1.33 for others",
        ),
        (
            "terraform/gcp/projects/south.tfvars",
            "k8s_versions = { core_nodes_version = var.x }",
            "terraform/gcp/projects/south.tfvars names no version that can be read",
        ),
    ];
    for (path, text, words) in cases {
        let text = wanted(&fleet(&[(path, text)]));
        assert!(!text.contains("what = \"kubernetes\""), "{text}");
        assert!(
            text.contains(&format!("Kubernetes' version is not known: {words}.")),
            "{text}"
        );
    }
    let twice = [
        ("eksctl/north.jsonnet", "makeCluster(version='1')"),
        (
            "eksctl/other.yaml",
            "metadata: {name: north-hub, version: '2'}",
        ),
    ];
    let text = wanted(&fleet(&twice));
    assert!(
        text.contains(
            "# north: Kubernetes' version is not known: more than one file is about its nodes."
        ),
        "{text}"
    );
}

#[test]
fn a_chart_may_stand_elsewhere_depend_on_another_or_go_in_a_circle() {
    let base = "dependencies: [{name: basehub, version: 0.1.0}]";
    let (path, text) = cluster(
        "north",
        "",
        &[("prod", ", chart_override: helm-charts/old.yaml")],
    );
    let mut files = files(&[
        ("helm-charts/basehub/Chart.yaml", CHART),
        ("helm-charts/old.yaml", base),
    ]);
    files.insert(&path, &text);
    let text = wanted(&files);
    assert!(
        text.contains("what = \"k8s-hub\"\nversion = \"4.3.3\"\n"),
        "{text}"
    );
    files.insert("helm-charts/basehub/Chart.yaml", base);
    let text = wanted(&files);
    assert!(
        text.contains("# north/prod: no file here says what should run."),
        "{text}"
    );
}

#[test]
fn words_of_a_file_stay_in_their_comment() {
    let version = "4.3.3-0.dev.git.1\\n[me]\\nemail = 1";
    let chart = format!("dependencies: [{{name: jupyterhub, version: \"{version}\"}}]");
    let files = fleet(&[("helm-charts/basehub/Chart.yaml", &chart)]);
    let text = import(&files).unwrap();
    assert!(
        text.contains("4.3.3-0.dev.git.1\\n[me]\\nemail = 1; its images"),
        "{text}"
    );
}

#[test]
fn a_file_of_versions_that_cannot_be_read_does_not_hinder_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = folder.path().join("config/clusters/x");
    let charts = folder.path().join("helm-charts/basehub");
    std::fs::create_dir_all(&cluster).unwrap();
    std::fs::create_dir_all(&charts).unwrap();
    std::fs::write(
        cluster.join("cluster.yaml"),
        "name: x\nhubs: [{name: a, helm_chart: basehub}]\n",
    )
    .unwrap();
    std::fs::write(charts.join("Chart.yaml"), [0xFF, 0xFE]).unwrap();
    std::fs::write(charts.join("enc-values.yaml"), "secret").unwrap();
    let files = crate::config::import::read_fleet_files(folder.path()).unwrap();
    assert!(files.texts().all(|(path, _)| !path.contains("enc-")));
    let text = wanted(&files);
    assert!(
        text.contains(
            "# x/a: what should run is not known: helm-charts/basehub/Chart.yaml cannot be read: "
        ),
        "{text}"
    );
}
