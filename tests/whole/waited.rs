//! `check --wait` against a real Prometheus that scrapes the demo's hubs.
//!
//! Time is thirty times faster than around a real upgrade: a grace of 10 s stands for five minutes, a restart of 3 s
//! for one and a half, a scrape every 2 s for one a minute. Only the time that a server takes to start is not scaled.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::Value;
use toml::Table;

use super::faulty_hubs::{ExtraStarts, FaultyHubs};
use super::home::{Run, hub, list};
use super::scraped::{hubs, scraping};
use super::served::Served;
use crate::until::{until, until_every};
use crate::upstream::Prometheus;

const WITHIN: Duration = Duration::from_secs(60);

/// The demo's world, a proxy before its hubs, and a real Prometheus that scrapes some hubs through the proxy.
struct Bench {
    served: Served,
    faulty: FaultyHubs,
    prometheus: Prometheus,
    config: PathBuf,
    hubs: Vec<(String, String)>,
}

impl Bench {
    /// Starts the demo, and a Prometheus that scrapes the hubs of the clusters for which `is_scraped` is true. `None`,
    /// with a message, if Prometheus is not installed.
    fn start(arguments: &[&str], is_scraped: impl Fn(&Served, &str) -> bool) -> Option<Self> {
        let served = Served::start(arguments);
        let mut config = served.table();
        let (host, mut all) = hubs(&mut config);
        let faulty = FaultyHubs::start(&host);
        all.retain(|(cluster, _)| is_scraped(&served, cluster));
        let scrape = scraping(&faulty.host(), &all);
        let scrape = scrape.replace("scrape_interval: 1s", "scrape_interval: 2s");
        let prometheus = Prometheus::start(&scrape, &[])?;
        let text = config.to_string().replace(&host, &faulty.host());
        let mut config: Table = text.parse().expect("TOML");
        let entry = format!(
            "name = \"real\"\nurl = \"{}\"\ncluster_label = \"cluster\"\nrules = false",
            prometheus.url()
        );
        let entry: Table = entry.parse().expect("TOML");
        config.insert("prometheus".to_owned(), vec![entry].into());
        let poll =
            "prometheus = \"2s\"\nprobe = \"2s\"\nprobe_confirm = \"1s\"\npagerduty = \"5s\"";
        let poll: Table = poll.parse().expect("TOML");
        config.insert("poll".to_owned(), poll.into());
        let config = served.write("waited.toml", &config);
        Some(Self {
            served,
            faulty,
            prometheus,
            config,
            hubs: all,
        })
    }

    /// Waits until Prometheus has counted starts of this hub, and has then scraped it several times without a new
    /// start.
    fn until_counted(&self, (cluster, hub): &(String, String)) {
        let series = format!(
            "jupyterhub_server_spawn_duration_seconds_count{{status=\"success\",cluster=\"{cluster}\",\
             namespace=\"{hub}\"}}"
        );
        let query = format!("increase({series}[1m]) > 5 and changes({series}[5s]) == 0");
        until(WITHIN, "starts that Prometheus knows", || {
            (!self.prometheus.query(&query).is_empty()).then_some(())
        });
    }

    /// A wait that has begun.
    fn wait(&self, more: &[&str]) -> Waiting {
        let said = self.served.home.path("wait.err");
        let printed = self.served.home.path("wait.out");
        let mut program = self.served.home.program();
        program.args(["check", "--config"]).arg(&self.config);
        program.args(["--wait", "16s", "--grace", "10s"]).args(more);
        program.stdin(Stdio::null());
        program.stdout(File::create(&printed).expect("a file"));
        program.stderr(File::create(&said).expect("a file"));
        let mut child = program.spawn().expect("the program starts");
        until(WITHIN, "the look at the start", || {
            let ended = child.try_wait().expect("its state");
            assert_eq!(ended, None, "{}", read(&said));
            read(&said).contains("watching ").then_some(())
        });
        Waiting {
            child,
            printed,
            said,
        }
    }

    /// Opens an incident about a hub of a report.
    fn declare(&self, hub: &Value) {
        let text = |name: &str| hub[name].as_str().expect("a name");
        let place = format!("{}/{}", text("cluster"), text("hub"));
        let config = self.config.to_str().expect("UTF-8");
        let what = ["declare", "Nobody can log in", "--config", config, "--yes"];
        let how = [
            "--service",
            "Misc alerts",
            "--priority",
            "P1",
            "--hub",
            &place,
        ];
        let run = self.served.home.run_to_end(&[&what[..], &how].concat());
        assert_eq!(run.code, 0, "{run:?}");
    }

    /// Every hub goes away, and is back after three seconds.
    fn restart_all(&self) {
        self.faulty.set_all_away(true);
        let mut seconds = 0..=3;
        until_every(Duration::from_secs(1), WITHIN, "the restart", || {
            seconds.next().filter(|second| *second == 3)
        });
        self.faulty.set_all_away(false);
    }
}

struct Waiting {
    child: Child,
    printed: PathBuf,
    said: PathBuf,
}

impl Waiting {
    fn end(mut self) -> Run {
        let status = until(WITHIN, "the end of the wait", || {
            self.child.try_wait().expect("its state")
        });
        Run {
            code: status.code().expect("no signal ended it"),
            out: read(&self.printed),
            err: read(&self.said),
        }
    }

    fn interrupt(&self) {
        let pid = i32::try_from(self.child.id()).expect("a process id");
        let pid = rustix::process::Pid::from_raw(pid).expect("a process");
        rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("a signal");
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("what was written")
}

#[test]
fn a_hub_whose_servers_start_a_minute_slower_is_named_of_171() {
    let Some(bench) = Bench::start(&["--scenario", "calm"], |_, _| true) else {
        return;
    };
    assert_eq!(bench.hubs.len(), 171);
    let slow = bench.hubs[70].clone();
    let name = format!("{}/{}", slow.0, slow.1);
    let query = format!(
        "count(up{{job=\"kubernetes-service-endpoints\"}} == 1) == {}",
        171
    );
    until(WITHIN, "every hub scraped", || {
        (!bench.prometheus.query(&query).is_empty()).then_some(())
    });
    bench
        .faulty
        .set_starts(&name, ExtraStarts { fast: 12, slow: 0 });
    bench.until_counted(&slow);
    let wait = bench.wait(&["--format", "json"]);
    bench
        .faulty
        .set_starts(&name, ExtraStarts { fast: 12, slow: 10 });
    bench.restart_all();
    let run = wait.end();
    assert_eq!(run.code, 2, "{}", run.err);
    let report = run.json();
    let worse: Vec<String> = list(&report, "hubs")
        .iter()
        .filter(|hub| hub["result"] == "worse")
        .map(|hub| format!("{}/{}", hub["cluster"], hub["hub"]).replace('"', ""))
        .collect();
    assert_eq!(worse, [name], "{}", run.err);
    let hub = hub(&report, &slow.0, &slow.1);
    assert_eq!(hub["worse"][0]["kind"], "slow_starts");
    assert_eq!(list(hub, "worse").len(), 1);
    let starts = hub["after"]["starts"].as_f64().expect("a count");
    // The query counts (n - 1)/(n + 1) of the starts in a range with n scrapes. On a busy machine that scraped only ten
    // times, this is 8 of the 10 starts.
    assert!((8.0..=11.0).contains(&starts), "{starts}");
    let p95 = |side: &str| hub[side]["spawn_p95_seconds"].as_f64().expect("seconds");
    assert!(p95("before") < 16.0 && p95("after") > 60.0);
    assert_eq!(
        list(&report, "sources_lost"),
        [] as [Value; 0],
        "{}",
        run.err
    );
}

/// A cluster of two to five hubs that are all up, without a case.
fn quiet_cluster(report: &Value) -> String {
    let is_named = |cluster: &Value, case: &Value| {
        list(case, "where")
            .iter()
            .any(|at| at["cluster"] == *cluster)
    };
    let hubs = list(report, "hubs");
    let found = hubs.iter().find(|hub| {
        let mut of_cluster = hubs.iter().filter(|it| it["cluster"] == hub["cluster"]);
        let count = of_cluster.clone().count();
        let mut cases = list(report, "cases").iter();
        (2..=5).contains(&count)
            && of_cluster.all(|it| it["health"] == "up")
            && !cases.any(|case| is_named(&hub["cluster"], case))
    });
    let cluster = found.expect("a quiet cluster")["cluster"].as_str();
    cluster.expect("a name").to_owned()
}

#[test]
fn a_restart_old_trouble_a_stale_post_and_cases_elsewhere_are_no_difference() {
    let mut quiet = String::new();
    let quiet_name = std::cell::RefCell::new(&mut quiet);
    let bench = Bench::start(&[], |served, cluster| {
        let mut quiet = quiet_name.borrow_mut();
        if quiet.is_empty() {
            **quiet = quiet_cluster(&served.home.report(&served.config));
        }
        **quiet == cluster
    });
    let Some(bench) = bench else { return };
    let (_, old) = &bench.hubs[0];
    bench.faulty.take_away(&format!("{quiet}/{old}"));
    let query = "count(count_over_time(up{job=\"kubernetes-service-endpoints\"}[1m]) > 2)";
    until(WITHIN, "some scrapes", || {
        (!bench.prometheus.query(query).is_empty()).then_some(())
    });
    let wait = bench.wait(&["--cluster", &quiet, "--format", "json"]);
    let before = bench.served.check(&["--format", "json"]).json();
    let kinds: Vec<&str> = list(&before, "mismatches")
        .iter()
        .filter_map(|it| it["kind"].as_str())
        .collect();
    assert!(kinds.contains(&"stale_post"), "{kinds:?}");
    bench.restart_all();
    let elsewhere = list(&before, "hubs")
        .iter()
        .find(|hub| hub["cluster"] != *quiet);
    bench.declare(elsewhere.expect("another cluster"));
    let run = wait.end();
    assert_eq!(run.code, 0, "{}", run.err);
    let report = run.json();
    let restarted = list(&report, "hubs")
        .iter()
        .filter(|hub| hub["hub"] != **old);
    for hub in restarted {
        let failed = hub["after"]["failing_longest_seconds"].as_u64();
        assert!(failed.is_some_and(|seconds| seconds > 0), "{hub}");
    }
    assert!(
        run.err
            .contains(&format!("not counted as worse: {quiet}/{old}")),
        "{}",
        run.err
    );
}

#[test]
fn an_interrupted_wait_says_what_it_saw_so_far() {
    let served = Served::start(&["--scenario", "calm", "--clusters", "2", "--hubs", "4"]);
    let wait = |more: &[&str]| {
        let printed = served.home.path("wait.out");
        let said = served.home.path("wait.err");
        let mut program = served.home.program();
        program.args(["check", "--config"]).arg(&served.config);
        program
            .args(["--wait", "10m"])
            .args(more)
            .stdin(Stdio::null());
        program.stdout(File::create(&printed).expect("a file"));
        program.stderr(File::create(&said).expect("a file"));
        let child = program.spawn().expect("the program starts");
        until(WITHIN, "the look at the start", || {
            read(&said).contains("watching ").then_some(())
        });
        Waiting {
            child,
            printed,
            said,
        }
    };
    let waiting = wait(&[]);
    waiting.interrupt();
    let run = waiting.end();
    assert_eq!(run.code, 3, "{run:?}");
    let line = "HUBWATCH UNKNOWN - nothing got worse so far on 4 hubs in ";
    assert!(
        run.out.starts_with(line) && run.out.contains("of 10m, interrupted"),
        "{run:?}"
    );
    assert_eq!(run.out.lines().count(), 1);
    let waiting = wait(&["--format", "junit"]);
    waiting.interrupt();
    let run = waiting.end();
    assert_eq!(run.code, 3, "{run:?}");
    assert!(
        run.out.contains("type=\"interrupted\"") && run.out.contains("tests=\"5\""),
        "{run:?}"
    );
}

#[test]
fn a_baseline_that_cannot_be_used_is_3_before_anything_is_waited_for() {
    let served = Served::start(&["--scenario", "calm", "--clusters", "2", "--hubs", "4"]);
    let good = served.check(&["--format", "json"]).out;
    let cut = &good[..good.len() / 2];
    let other = good.replace("\"schema\": 1", "\"schema\": 7");
    let cluster = hubs(&mut served.table()).1[0].0.clone();
    let elsewhere = good.replace(&format!("\"{cluster}\""), "\"elsewhere\"");
    for (text, said) in [
        (cut, "EOF while parsing"),
        (&other, "its schema is 7"),
        (&elsewhere, "no hub of the cluster"),
        ("not json", "not a report of `check --format json`"),
    ] {
        let path = served.home.write("baseline.json", text);
        let run = served.check(&["--wait", "1h", "--baseline", path.to_str().expect("UTF-8")]);
        assert_eq!(run.code, 3, "{run:?}");
        assert!(
            run.out.starts_with("HUBWATCH UNKNOWN - the baseline "),
            "{run:?}"
        );
        assert!(run.out.contains(said), "{said}: {run:?}");
    }
    for (more, said) in [
        (
            &["--wait", "1h", "--baseline", "/nowhere/at/all"][..],
            "cannot be used",
        ),
        (
            &["--wait", "1h", "--cluster", "nowhere"],
            "there is no cluster 'nowhere'",
        ),
        (&["--baseline", "x"], "--wait"),
        (&["--format", "junit"], "--wait"),
        (&["--wait", "soon"], "unit"),
    ] {
        let run = served.check(more);
        assert_eq!(run.code, 3, "{run:?}");
        assert!(
            (run.out.clone() + &run.err).contains(said),
            "{said}: {run:?}"
        );
    }
    let path = served.home.write("baseline.json", &good);
    let run = served.check(&["--wait", "1s", "--baseline", path.to_str().expect("UTF-8")]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.err.contains("compared with the report of"), "{run:?}");
}
