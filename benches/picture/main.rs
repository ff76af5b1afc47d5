//! What a storm costs: joining thousands of alerts with incidents, which should take well under 50 ms for
//! 20,000 and 2,000 and grow with their number and no faster; the whole picture of it; and what a key and
//! a new picture cost the loop at 120×30, for many alerts and for many hubs.
//!
//! `cargo bench --bench picture`

mod storm;

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use hubwatch::app::model::{Model, SessionOptions};
use hubwatch::app::msg::Msg;
use hubwatch::app::update::update;
use hubwatch::domain::hub::Health;
use hubwatch::picture::{self, BuildOptions, Picture};
use hubwatch::ui::theme::{ColorLevel, Theme};
use hubwatch::ui::view;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use storm::{Fleet, Storm};

/// Alerts, and a tenth as many incidents.
const SIZES: [usize; 3] = [5_000, 10_000, 20_000];

fn joins(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("picture");
    group.sample_size(30);
    for alerts in SIZES {
        let storm = Storm::new(Fleet::REAL, alerts, alerts / 10);
        group.throughput(Throughput::Elements(alerts as u64));
        group.bench_with_input(BenchmarkId::new("join", alerts), &storm, |bench, storm| {
            bench.iter_with_large_drop(|| {
                picture::join_alerts(black_box(&storm.answers), &storm.policy, storm.now)
            });
        });
    }
    group.finish();
}

fn builds(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("picture");
    group.sample_size(20);
    for alerts in SIZES {
        let storm = Storm::new(Fleet::REAL, alerts, alerts / 10);
        group.throughput(Throughput::Elements(alerts as u64));
        group.bench_with_input(BenchmarkId::new("build", alerts), &storm, |bench, storm| {
            bench.iter_with_large_drop(|| {
                picture::build(
                    black_box(&storm.answers),
                    &storm.policy,
                    storm.now,
                    BuildOptions::default(),
                )
            });
        });
    }
    group.finish();
}

/// Each with its name, fleet and number of alerts.
const SCREENS: [(&str, Fleet, usize); 4] = [
    ("calm", Fleet::REAL, 0),
    ("20,000 alerts", Fleet::REAL, 20_000),
    ("2,000 hubs", MANY_HUBS, 0),
    ("2,000 hubs, 2,000 alerts", MANY_HUBS, 2_000),
];

const MANY_HUBS: Fleet = Fleet {
    clusters: 300,
    hubs: 2_000,
};

/// What the loop does, all on its one thread: a frame, a key with its frame, a new picture with its frame.
fn frames(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("screen");
    group.sample_size(20);
    let theme = Theme::new(ColorLevel::Ansi256, false);
    let mut buffer = Buffer::empty(Rect::new(0, 0, 120, 30));
    for (name, fleet, alerts) in SCREENS {
        let storm = Storm::new(fleet, alerts, alerts / 10);
        let mut model = shown(&storm);
        let mut draw = |model: &mut Model| {
            buffer.reset();
            let outcome = view::draw(&mut buffer, black_box(model), &theme, storm.now);
            black_box(model.hints());
            model.set_viewport(outcome.extent);
        };
        group.bench_function(BenchmarkId::new("frame", name), |bench| {
            bench.iter(|| draw(&mut model));
        });
        let mut keys = ["j", "k"].iter().cycle();
        group.bench_function(BenchmarkId::new("key", name), |bench| {
            bench.iter(|| {
                let key = keys.next().and_then(|key| key.parse().ok());
                key.map(|key| update(&mut model, Msg::Key(key), storm.now));
                draw(&mut model);
            });
        });
        let mut pictures = [picture_of(&storm), picture_of(&storm)].into_iter().cycle();
        group.bench_function(BenchmarkId::new("picture", name), |bench| {
            bench.iter(|| {
                let picture = pictures.next();
                picture.map(|picture| update(&mut model, Msg::Picture(picture), storm.now));
                draw(&mut model);
            });
        });
    }
    group.finish();
}

fn shown(storm: &Storm) -> Model {
    let session = SessionOptions {
        demo: false,
        read_only: false,
        zone: hubwatch::domain::zone::Zone::UTC,
    };
    let mut model = Model::new(Arc::clone(&storm.policy), session);
    update(&mut model, Msg::Picture(picture_of(storm)), storm.now);
    model
}

// Nothing asks the hubs here: one in fifty is down, each for a reason of its own, the rest is up.
fn picture_of(storm: &Storm) -> Arc<Picture> {
    let mut picture = picture::build(
        &storm.answers,
        &storm.policy,
        storm.now,
        BuildOptions::default(),
    );
    let hubs = picture.clusters.iter_mut().flat_map(|it| &mut it.hubs);
    for (at, hub) in hubs.enumerate() {
        hub.health = if at % 50 == 49 {
            Health::Down
        } else {
            Health::Up
        };
    }
    Arc::new(picture)
}

criterion_group!(benches, joins, builds, frames);
criterion_main!(benches);
