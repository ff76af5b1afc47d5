//! What a storm costs: joining thousands of alerts with incidents, which should take well under 50 ms for
//! 20,000 and 2,000 and grow with their number and no faster; the whole picture of it; and one frame of
//! 120×30.
//!
//! `cargo bench --bench picture`

mod storm;

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use hubwatch::app::model::{Model, SessionOptions};
use hubwatch::picture;
use hubwatch::ui::theme::{ColorLevel, Theme};
use hubwatch::ui::view;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use storm::Storm;

/// Alerts, and a tenth as many incidents.
const SIZES: [usize; 3] = [5_000, 10_000, 20_000];

fn joins(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("picture");
    group.sample_size(30);
    for alerts in SIZES {
        let storm = Storm::new(alerts, alerts / 10);
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
        let storm = Storm::new(alerts, alerts / 10);
        group.throughput(Throughput::Elements(alerts as u64));
        group.bench_with_input(BenchmarkId::new("build", alerts), &storm, |bench, storm| {
            bench.iter_with_large_drop(|| {
                picture::build(black_box(&storm.answers), &storm.policy, storm.now)
            });
        });
    }
    group.finish();
}

fn frames(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("frame");
    let theme = Theme::new(ColorLevel::Ansi256, false);
    let mut buffer = Buffer::empty(Rect::new(0, 0, 120, 30));
    for alerts in [0, 20_000] {
        let storm = Storm::new(alerts, alerts / 10);
        let model = shown(&storm);
        group.bench_function(BenchmarkId::new("120x30", alerts), |bench| {
            bench.iter(|| {
                buffer.reset();
                view::draw(&mut buffer, black_box(&model), &theme, storm.now)
            });
        });
    }
    group.finish();
}

fn shown(storm: &Storm) -> Model {
    let chrome = SessionOptions {
        demo: false,
        read_only: false,
        zone: chrono_tz::Tz::UTC,
    };
    let mut model = Model::new(Arc::clone(&storm.policy), chrome);
    let picture = picture::build(&storm.answers, &storm.policy, storm.now);
    model.picture = Some(Arc::new(picture));
    model
}

criterion_group!(benches, joins, builds, frames);
criterion_main!(benches);
