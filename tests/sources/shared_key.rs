//! Dashboards that share one key of the demo's PagerDuty, whose limit counts the requests of all of them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use hubwatch::demo::account::incident::{Agent, Opening};
use hubwatch::demo::pagerduty::{PAGE_ID, USER_TOKEN};
use hubwatch::demo::{Scenario, World, WorldOptions, serve};
use hubwatch::domain::answers::IncidentsData;
use hubwatch::domain::now::{Now, TimeSource};
use hubwatch::domain::post::PageOwnership;
use hubwatch::domain::settings::{
    HttpClientConfig, PagerDutySettings, SecretRef, StatusKeywords, StatusPageKind,
    StatusPageSettings,
};
use hubwatch::domain::source::{FailureKind, PartProblem};
use hubwatch::sources::pagerduty::{
    Access, Client, DetailLimits, DirectoryPoller, IncidentCache, IncidentPoller,
};
use hubwatch::sources::poll_report::PollReport;
use hubwatch::sources::schedule::Schedule;
use hubwatch::sources::status_page::PagerdutyPage;

use super::account::{Clock, http, start};

const LIMIT: u32 = 960;

/// One process of hubwatch: what it asks of PagerDuty, and when.
struct Dashboard {
    incidents: (Schedule, IncidentPoller),
    directory: (Schedule, DirectoryPoller),
    page: (Schedule, PagerdutyPage),
    seen: Option<IncidentsData>,
}

/// The figures of all polls together.
#[derive(Debug, Default)]
struct Tally {
    requests: u32,
    /// The smallest number of requests that PagerDuty's limit still allowed after a poll.
    lowest: Option<u32>,
    refused: u32,
}

fn settings(url: &str) -> (PagerDutySettings, StatusPageSettings) {
    let account = PagerDutySettings {
        url: url.to_owned(),
        token: SecretRef::Env("UNUSED".into()),
        services: Vec::new(),
        teams: Vec::new(),
        email: None,
        http: HttpClientConfig::default(),
        interval: Duration::from_secs(20),
        oncalls_interval: Duration::from_secs(300),
    };
    let page = StatusPageSettings {
        ownership: PageOwnership::Ours,
        name: "Hubs".into(),
        kind: StatusPageKind::Pagerduty {
            page: PAGE_ID.into(),
            url: url.to_owned(),
            token: SecretRef::Env("UNUSED".into()),
        },
        keywords: StatusKeywords::default(),
        http: HttpClientConfig::default(),
        interval: Duration::from_secs(60),
    };
    (account, page)
}

impl Dashboard {
    fn new(url: &str, clock: &Arc<Clock>, seed: u64) -> Self {
        let (account, page) = settings(url);
        let (http, limits) = http(url);
        let time = Arc::clone(clock) as Arc<dyn TimeSource>;
        let token = USER_TOKEN.into();
        let client = Client::new(http, limits, url, token, time, Access::ReadOnly);
        let client = Arc::new(client);
        let now = clock.now();
        let effort = DetailLimits::CONTINUOUS;
        let incidents = IncidentPoller::new(
            Arc::clone(&client),
            &account,
            effort,
            IncidentCache::default(),
        );
        let directory = DirectoryPoller::new(Arc::clone(&client), &account).with_services();
        let schedule = |interval, kind| Schedule::new(interval, seed * 3 + kind, now);
        Self {
            incidents: (schedule(account.interval, 0), incidents),
            directory: (schedule(account.oncalls_interval, 1), directory),
            page: (
                schedule(page.interval, 2),
                PagerdutyPage::new(&page, PAGE_ID, client),
            ),
            seen: None,
        }
    }

    fn wait(&mut self, now: Now) -> Duration {
        let waits = [
            self.incidents.0.wait(now),
            self.directory.0.wait(now),
            self.page.0.wait(now),
        ];
        waits.into_iter().min().unwrap_or_default()
    }

    async fn poll_what_is_due(&mut self, clock: &Clock, tally: &Mutex<Tally>) {
        let (incidents, directory, page) =
            (&mut self.incidents, &mut self.directory, &mut self.page);
        let seen = &mut self.seen;
        let incidents = async {
            if begin(&mut incidents.0, clock) {
                let polled = incidents.1.poll().await;
                finish(&mut incidents.0, clock, &polled, tally);
                if let Ok(answer) = polled.outcome {
                    *seen = Some(answer.body);
                }
            }
        };
        let directory = async {
            if begin(&mut directory.0, clock) {
                let polled = directory.1.poll(None).await;
                finish(&mut directory.0, clock, &polled, tally);
            }
        };
        let page = async {
            if begin(&mut page.0, clock) {
                let polled = page.1.poll().await;
                finish(&mut page.0, clock, &polled, tally);
            }
        };
        tokio::join!(incidents, directory, page);
    }

    /// The number of open incidents that are not read in full, of this priority or of any.
    fn unread(&self, priority: Option<&str>) -> usize {
        let shown = self.seen.iter().flat_map(|data| &data.incidents);
        shown
            .filter(|incident| incident.unread_parts().next().is_some())
            .filter(|incident| {
                priority.is_none()
                    || incident.priority.as_ref().map(|name| name.as_str()) == priority
            })
            .count()
    }
}

fn begin(schedule: &mut Schedule, clock: &Clock) -> bool {
    let is_due = schedule.wait(clock.now()).is_zero();
    if is_due {
        schedule.record_start(clock.now());
    }
    is_due
}

fn finish<T>(schedule: &mut Schedule, clock: &Clock, polled: &PollReport<T>, tally: &Mutex<Tally>) {
    schedule.record_poll(clock.now(), polled);
    let mut tally = tally.lock().unwrap();
    tally.requests += polled.requests;
    let left = polled.rate.map(|rate| rate.remaining);
    tally.lowest = tally.lowest.into_iter().chain(left).min();
    let parts = polled.outcome.iter().flat_map(|answer| &answer.parts);
    let was_429 = |text: &str| text.contains("429");
    let refused = parts.filter(|part| {
        matches!(&part.problem, Some(PartProblem::Failed(failure)) if was_429(&failure.text))
    });
    tally.refused += u32::try_from(refused.count()).unwrap();
    if let Err(error) = &polled.outcome {
        assert_eq!(error.kind(), FailureKind::RateLimited, "{error}");
        tally.refused += 1;
    }
}

/// Runs the demo's shift with `more` further incidents, which are three hours old, and this many dashboards, which all
/// start at once.
async fn share_a_key(
    more: usize,
    dashboards: u64,
    test: impl AsyncFnOnce(&mut [Dashboard], &Arc<Clock>),
) {
    let clock = Arc::<Clock>::default();
    let options = WorldOptions {
        clusters: 3,
        hubs: 9,
        scenario: Scenario::Shift,
        ..WorldOptions::default()
    };
    let mut world = World::new(options, start()).unwrap();
    for number in 0..more {
        let opening = Opening {
            title: format!("trouble {number}"),
            service: "hub-url".into(),
            owner: Some("bo".into()),
            priority: (number < 3).then(|| "P1".into()),
            ..Opening::default()
        };
        let since = start() - Duration::from_secs(3 * 3_600);
        world.account.open(opening, &Agent::Service, since).unwrap();
    }
    let time = Arc::clone(&clock) as Arc<dyn TimeSource>;
    let demo = serve(Arc::new(Mutex::new(world)), time).await.unwrap();
    let url = demo.endpoints.pagerduty.clone();
    let mut all: Vec<_> = (0..dashboards)
        .map(|seed| Dashboard::new(&url, &clock, seed))
        .collect();
    tokio::select! {
        _ = join_all(demo.futures) => panic!("the world stopped answering"),
        () = test(&mut all, &clock) => {}
    }
}

/// Lets this many seconds pass, one by one, and makes the polls that are due in each second.
async fn run(dashboards: &mut [Dashboard], clock: &Clock, seconds: u64) -> Tally {
    let tally = Mutex::new(Tally::default());
    for _ in 0..seconds {
        let now = clock.now();
        let due = dashboards.iter_mut().filter_map(|one| {
            one.wait(now)
                .is_zero()
                .then(|| one.poll_what_is_due(clock, &tally))
        });
        join_all(due).await;
        clock.pass(1);
    }
    tally.into_inner().unwrap()
}

#[tokio::test]
async fn twenty_dashboards_that_start_at_once_leave_most_of_the_limit_to_others() {
    share_a_key(40, 20, async |dashboards, clock| {
        let mut unread = Vec::new();
        for minute in 0..4 {
            let tally = run(dashboards, clock, 60).await;
            assert_eq!(tally.refused, 0, "minute {minute}: {tally:?}");
            assert!(tally.lowest > Some(LIMIT / 3), "minute {minute}: {tally:?}");
            assert!(tally.requests < LIMIT * 2 / 3, "minute {minute}: {tally:?}");
            unread.push(dashboards.iter().map(|one| one.unread(None)).sum::<usize>());
        }
        assert!(
            unread.is_sorted_by(|before, after| before > after),
            "{unread:?}"
        );
        assert!(dashboards.iter().all(|one| one.unread(Some("P1")) == 0));
    })
    .await;
}

#[tokio::test]
async fn the_details_of_two_thousand_incidents_are_spread_and_the_most_urgent_come_first() {
    share_a_key(2_000, 1, async |dashboards, clock| {
        let first = run(dashboards, clock, 4).await;
        assert!(first.requests < 100, "{first:?}");
        let [dashboard] = dashboards else { panic!() };
        assert_eq!(dashboard.unread(Some("P1")), 0);
        let unread = dashboard.unread(None);
        assert!(unread > 1_900, "shown, and said not to be read: {unread}");
        let minute = run(dashboards, clock, 56).await;
        assert!(first.requests + minute.requests < LIMIT / 4, "{minute:?}");
    })
    .await;
}
