//! The page of `hubwatch doctor`: how each source answers, which signals and rules are missing, and the settings that
//! accept these gaps.

use std::collections::{BTreeMap, BTreeSet};

use super::page::Page;
use super::sources;
use crate::domain::hub::Signal;
use crate::domain::ids::ClusterName;
use crate::domain::mismatch::MismatchKind;
use crate::domain::policy::Policy;
use crate::domain::source::{Part, PartName};
use crate::domain::tracker::TrackerRecord;
use crate::picture::Picture;
use crate::picture::mismatch::blind_spot::{BlindSpot, MissingAt};
use crate::picture::mismatch::{Finding, Mismatch, MismatchGroups};
use crate::text::sanitize::clean;
use crate::text::{Line, Meaning, TextContext, TextLength};
use crate::wording::source;

/// A setting that the page proposes. The setting states that a gap is intended.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Proposal {
    /// The section that the setting belongs to. A section of a list has its entry's name: `[[cluster]] leap`.
    section: String,
    setting: String,
}

/// The page for the picture of one poll of every source.
pub fn page(picture: &Picture, policy: &Policy, ctx: &TextContext, cells: usize) -> Page {
    let mut page = Page::new(Line::styled(Meaning::TitleFocused, "Doctor"));
    page.text(Meaning::Plain, source::summary(picture, ctx));
    if let Some(wrong) = source::clock_skew(picture) {
        page.text(Meaning::Warning, wrong);
    }
    page.line(Line::new());
    sources::add_all(&mut page, picture, ctx, cells);
    for address in unknown_addresses(picture, policy) {
        let line = Line::styled(Meaning::Warning, ctx.symbols.mismatch).gap(1);
        let text = format!("no user of PagerDuty has the address {address} of [team]");
        page.line(line.with(Meaning::Warning, text).hanging(2));
    }
    add_blind_spots(&mut page, picture, ctx);
    add_settings(&mut page, &proposals(picture, policy));
    page
}

/// Adds the tracker's state to the end of the page: how many issues it has, or its problems.
pub fn add_tracker(page: &mut Page, repository: &str, record: &TrackerRecord, ctx: &TextContext) {
    page.line(Line::new());
    let issues = record.issues.items.len();
    match record.problems.as_slice() {
        [] => page.text(
            Meaning::Plain,
            format!("tracker {repository}: answers, {issues} issues about outages"),
        ),
        problems => {
            for problem in problems {
                let line = Line::styled(Meaning::Warning, ctx.symbols.mismatch).gap(1);
                page.line(line.with(Meaning::Warning, clean(problem)).hanging(2));
            }
        }
    }
}

/// Whether all is well: there is a source, all sources are fresh and complete, all their items are readable, and every
/// address in `[team]` belongs to a PagerDuty user.
pub fn is_well(picture: &Picture, policy: &Policy) -> bool {
    let mut sources = picture.sources.iter();
    !picture.sources.is_empty()
        && sources.all(|view| view.state.is_fresh() && view.missing_parts().next().is_none())
        && unknown_addresses(picture, policy).is_empty()
        && !picture.mismatches.iter().any(is_unreadable_item)
}

fn is_unreadable_item(mismatch: &Mismatch) -> bool {
    matches!(
        mismatch.finding,
        Finding::BlindSpot(BlindSpot::ItemUnreadable { .. })
    )
}

// The addresses of `placeholders` and `bots` that belong to no PagerDuty user. If such an address has a typo, the real
// mailbox counts as a person.
fn unknown_addresses<'a>(picture: &Picture, policy: &'a Policy) -> Vec<&'a String> {
    let lacks_users = |part: &Part| part.name == PartName::Users && part.problem.is_some();
    let directory = picture.directory.as_ref();
    let Some(directory) = directory.filter(|it| !it.parts.iter().any(lacks_users)) else {
        return Vec::new();
    };
    let users = directory.body.users.iter();
    let known: BTreeSet<String> = users
        .filter_map(|user| Some(user.email.as_ref()?.to_lowercase()))
        .collect();
    let configured = policy.placeholders.iter().chain(&policy.bots);
    configured
        .filter(|address| !known.contains(*address))
        .collect()
}

fn add_blind_spots(page: &mut Page, picture: &Picture, ctx: &TextContext) {
    let groups = MismatchGroups::of_picture(picture);
    let mut sentences = Vec::new();
    for group in groups
        .iter()
        .filter(|group| group.first().is_some_and(is_about_watching))
    {
        match group.is_folded() {
            true => sentences.push(group.describe(TextLength::Long, ctx)),
            false => sentences.extend(
                group
                    .members()
                    .map(|one| one.describe(TextLength::Long, ctx)),
            ),
        }
    }
    if !sentences.is_empty() {
        page.heading("Not watched");
    }
    for sentence in sentences {
        let line = Line::styled(Meaning::Mismatch, ctx.symbols.mismatch).gap(1);
        page.line(line.with(Meaning::Plain, sentence).hanging(2));
    }
}

fn is_about_watching(found: &Mismatch) -> bool {
    matches!(
        found.kind(),
        MismatchKind::BlindSpot | MismatchKind::UnknownSeverity
    )
}

fn add_settings(page: &mut Page, proposals: &[Proposal]) {
    if proposals.is_empty() {
        return;
    }
    page.heading("Settings to add if this is intended");
    for proposal in proposals {
        let section = Line::styled(Meaning::Dim, proposal.section.as_str()).gap(2);
        page.line(
            section
                .with(Meaning::Plain, proposal.setting.as_str())
                .hanging(4),
        );
    }
}

fn proposals(picture: &Picture, policy: &Policy) -> Vec<Proposal> {
    let blind_spots = picture.mismatches.iter().filter_map(blind_spot);
    let others = blind_spots.filter_map(about_one);
    without_signals(picture, policy)
        .into_iter()
        .chain(others)
        .collect()
}

fn blind_spot(mismatch: &Mismatch) -> Option<&BlindSpot> {
    match &mismatch.finding {
        Finding::BlindSpot(found) => Some(found),
        _ => None,
    }
}

// The proposed `without` settings for missing signals, one for each section of the configuration. A proposal repeats
// the values that are already configured, because TOML allows a key only once.
fn without_signals(picture: &Picture, policy: &Policy) -> Vec<Proposal> {
    let mut everywhere = BTreeSet::new();
    let mut by_cluster: BTreeMap<&ClusterName, BTreeSet<Signal>> = BTreeMap::new();
    for found in picture.mismatches.iter().filter_map(blind_spot) {
        if let BlindSpot::NoRecentSamples {
            cluster,
            newest: None,
            ..
        } = found
        {
            by_cluster
                .entry(cluster)
                .or_default()
                .extend(Signal::EXPECTED);
        }
        let BlindSpot::SignalMissing { signal, at } = found else {
            continue;
        };
        match at {
            MissingAt::Fleet => everywhere.insert(*signal),
            MissingAt::Cluster(cluster) => by_cluster.entry(cluster).or_default().insert(*signal),
            // A signal that only one hub lacks is a fault, so no setting is proposed.
            MissingAt::Hub(_) => continue,
        };
    }
    let fleet = (!everywhere.is_empty()).then(|| Proposal {
        section: "[signals]".to_owned(),
        setting: without(&everywhere, &policy.without),
    });
    let clusters = by_cluster.into_iter().map(|(cluster, signals)| Proposal {
        section: format!("[[cluster]] {cluster}"),
        setting: without(&signals, without_of(cluster, policy)),
    });
    fleet.into_iter().chain(clusters).collect()
}

fn without_of<'a>(cluster: &ClusterName, policy: &'a Policy) -> &'a BTreeSet<Signal> {
    const NOTHING: &BTreeSet<Signal> = &BTreeSet::new();
    let spec = policy.clusters.iter().find(|spec| spec.name == *cluster);
    spec.map_or(NOTHING, |spec| &spec.without)
}

fn without(missing: &BTreeSet<Signal>, configured: &BTreeSet<Signal>) -> String {
    let all = missing
        .union(configured)
        .map(|signal| format!("\"{signal}\""));
    format!("without = [{}]", all.collect::<Vec<_>>().join(", "))
}

fn about_one(found: &BlindSpot) -> Option<Proposal> {
    match found {
        BlindSpot::NoRules(source) => Some(Proposal {
            section: format!("[[prometheus]] {}", source.name),
            setting: "rules = false  # they are evaluated elsewhere".to_owned(),
        }),
        BlindSpot::NotInInventory(hub) => Some(Proposal {
            section: format!("[[cluster]] {}", hub.cluster),
            setting: format!("in hubs: {{ name = {:?} }}", hub.hub.as_str()),
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::app::fixture::{now, picture, source_view};
    use crate::domain::ids::HubKey;
    use crate::domain::policy::ClusterSpec;
    use crate::domain::source::{
        FailureKind, ItemKind, SourceId, SourceKind, SourceState, UnreadableItem,
    };
    use crate::text::UNICODE;

    fn text(picture: &Picture, policy: &Policy) -> String {
        let ctx = TextContext {
            now: now(),
            zone: crate::domain::zone::Zone::UTC,
            symbols: &UNICODE,
        };
        page(picture, policy, &ctx, 100).into_text(&ctx, 100)
    }

    fn missing(signal: Signal, at: MissingAt) -> Mismatch {
        Mismatch::about(signal, BlindSpot::SignalMissing { signal, at })
    }

    #[test]
    fn what_a_cluster_has_already_stands_in_the_setting_that_is_proposed() {
        let leap = || MissingAt::Cluster("leap".into());
        let mut shown = picture();
        shown.mismatches = vec![
            missing(Signal::HomeFreePercent, leap()),
            missing(Signal::DbFreePercent, leap()),
            missing(Signal::RunningServers, MissingAt::Fleet),
            missing(Signal::Up, MissingAt::Hub(HubKey::new("maap", "prod"))),
        ];
        let spec = ClusterSpec {
            name: "leap".into(),
            provider: None,
            hubs: Vec::new(),
            without: [Signal::SpawnFailures30m].into(),
        };
        let policy = Policy {
            clusters: vec![spec],
            ..Policy::default()
        };
        let said = text(&shown, &policy);
        let settings = "\n\nSettings to add if this is intended\n\
            [signals]  without = [\"running_servers\"]\n\
            [[cluster]] leap  without = [\"spawn_failures_30m\", \"home_free_percent\", \"db_free_percent\"]\n";
        assert!(said.ends_with(settings), "{said}");
        for not_watched in [
            "! no hub of leap has had home_free_percent for 15m",
            "! maap/prod has not had up for 15m, and had it before",
        ] {
            assert!(said.contains(not_watched), "{said}");
        }
    }

    #[test]
    fn what_is_not_watched_is_named_with_its_setting() {
        let source = SourceId::new(SourceKind::Prometheus, "leap");
        let mut shown = picture();
        shown.mismatches = vec![
            Mismatch::about(&source, BlindSpot::NoRules(source.clone())),
            Mismatch::about(
                "x",
                BlindSpot::NotInInventory(HubKey::new("leap", "new\u{1b}[2J")),
            ),
        ];
        let said = text(&shown, &Policy::default());
        assert!(
            said.contains("[[prometheus]] leap  rules = false"),
            "{said}"
        );
        assert!(
            said.contains("[[cluster]] leap  in hubs: { name = \"new"),
            "{said}"
        );
        assert!(!said.contains('\u{1b}'), "{said}");
    }

    #[test]
    fn all_is_well_only_where_every_source_answers_whole() {
        let mut shown = picture();
        let mut source = source_view(SourceKind::Prometheus, "leap", SourceState::Live);
        source.missing_rules = ["a", "b", "c", "d\u{7}"].map(Into::into).into();
        shown.sources = vec![source];
        let policy = Policy::default();
        assert!(is_well(&shown, &policy));
        assert!(
            !is_well(&picture(), &policy),
            "without a source nothing is well"
        );
        let said = text(&shown, &policy);
        let lacked = "lacks 4 alerting rules that most clusters have: a, b, c and 1 more\n";
        assert!(said.contains(lacked), "{said}");
        assert!(
            !said.contains("Not watched") && !said.contains("configuration"),
            "{said}"
        );
        let leap = shown.sources[0].id.clone();
        let item = UnreadableItem {
            kind: ItemKind::RuleGroup,
            name: Some("hubs".to_owned()),
            problem: "it lists no rules".into(),
            count: 1,
        };
        let unreadable = BlindSpot::ItemUnreadable {
            source: leap.clone(),
            item,
        };
        shown.mismatches = vec![Mismatch::about(&leap, unreadable)];
        assert!(
            !is_well(&shown, &policy),
            "what it cannot read is not whole"
        );
        shown.mismatches.clear();
        for state in [SourceState::Stale, SourceState::Down, SourceState::Waiting] {
            shown.sources[0].state = state;
            assert!(!is_well(&shown, &policy), "{state:?}");
        }
    }

    #[test]
    fn an_address_that_no_user_has_is_named() {
        let shown = crate::app::fixture::action_flow::picture_with_directory(Vec::new());
        let with = |address: &str| Policy {
            placeholders: [address.to_owned()].into(),
            ..Policy::default()
        };
        let said = text(&shown, &with("helpdesk@hubs.example"));
        let named = "no user of PagerDuty has the address helpdesk@hubs.example of [team]";
        assert!(said.contains(named), "{said}");
        assert!(!is_well(&shown, &with("helpdesk@hubs.example")));
        assert!(!text(&shown, &with("ada@hubs.example")).contains(named));
        let mut in_part = shown.clone();
        let mut users = Part::new(PartName::Users);
        users.fail(FailureKind::Unreachable, "500", now());
        let mut directory = (**shown.directory.as_ref().unwrap()).clone();
        directory.parts.push(users);
        in_part.directory = Some(Arc::new(directory));
        assert!(!text(&in_part, &with("helpdesk@hubs.example")).contains(named));
    }
}
