use super::*;

#[test]
fn versions_of_one_scheme_have_an_order() {
    let older = [
        ("5.4.4", "5.5.0"),
        ("5.4.4", "5.4.10"),
        ("5.4", "5.4.1"),
        ("v1.33.5-eks-ecaa3a6", "v1.34.2-eks-ecaa3a6"),
        ("v1.33.5-gke.1308000", "v1.34.1-gke.2037001"),
        ("v1.33.5-gke.1308000", "v1.33.5-gke.1308001"),
        ("6.0.0b1", "6.0.0"),
        ("6.0.0a3", "6.0.0b1"),
        ("6.0.0.dev", "6.0.0a1"),
        ("5.5.0", "6.0.0b1"),
        (
            "4.4.1-0.dev.git.7211.h3ad5d2c1",
            "4.4.1-0.dev.git.7212.h00000000",
        ),
        ("2.0.0-rc.1", "2.0.0-rc.2"),
        ("2.0.0-rc.1", "2.0.0"),
        ("4.4.1-0.dev.git.7211.h3ad5d2c1", "4.4.1"),
        ("5.5.0-5", "5.5.0-6"),
        ("5.4.4-2", "5.5.0"),
        ("5.4.4", "5.5.0-5"),
    ];
    for (old, new) in older {
        assert_eq!(
            compare_versions(old, new),
            VersionOrder::Older,
            "{old} {new}"
        );
        assert_eq!(
            compare_versions(new, old),
            VersionOrder::Newer,
            "{new} {old}"
        );
    }
    for (one, other) in [("v5.4.4", "5.4.4"), ("5.4", "5.4.0"), ("latest", "latest")] {
        assert_eq!(compare_versions(one, other), VersionOrder::Same, "{one}");
    }
}

#[test]
fn what_has_no_order_is_not_ordered() {
    let without = [
        ("latest", "5.4.4"),
        ("main", "latest"),
        ("20260901", "5.4.4"),
        ("v1.33.5-eks-ecaa3a6", "v1.33.5-eks-0000000"),
        ("v1.33.5-eks-ecaa3a6", "v1.33.5-gke.1308000"),
        ("v1.33.5", "v1.33.5-gke.1308000"),
        ("4.4.1-0.dev.git.7211.h3ad5", "4.4.1-0.dev.git.7211.h4be6"),
        ("", "5.4.4"),
        ("5.4.4, 5.5.0", "5.5.0"),
        ("5.5.0-5", "5.5.0"),
        ("5.5.0-0", "5.5.0"),
        ("5.5.0+5", "5.5.0"),
        ("5.5.0_5", "5.5.0.1"),
        ("6.0.0-1.dev", "6.0.0"),
    ];
    for (one, other) in without {
        let order = compare_versions(one, other);
        assert_eq!(order, VersionOrder::Unordered, "{one} {other}");
    }
}

#[test]
fn only_a_release_is_one() {
    for text in ["5.5.0", "v1.34.2-eks-ecaa3a6", "v1.33.5-gke.1308000"] {
        assert!(is_release(text), "{text}");
    }
    for text in [
        "6.0.0b1",
        "5.5.0-5",
        "5.5.0+5",
        "4.4.1-0.dev.git.7211",
        "latest",
        "20260901",
    ] {
        assert!(!is_release(text), "{text}");
    }
}

#[test]
fn anything_may_be_written_where_a_version_should_stand() {
    for text in [
        "",
        "v",
        "..",
        "1",
        "1.",
        "sha-00ff",
        "é.é",
        "99999999999999999999.1",
        "\u{1b}[2J",
    ] {
        compare_versions(text, "1.2.3");
        compare_versions("1.2.3", text);
    }
    assert!(!is_release("1") && !is_release("1.") && is_release("1.2"));
    let long = "9.".repeat(500);
    assert_eq!(shorten(&long).chars().count(), MAX_VERSION_CHARS + 1);
    assert_eq!(shorten(" 5.4.4 "), "5.4.4");
}
