//! The dashboard, on a configuration.

use std::io;
use std::process::ExitCode;
use std::sync::Arc;

use tokio::sync::watch;

use super::{Surroundings, config, ended, failed, out};
use crate::app::model::SessionOptions;
use crate::config::Config;
use crate::runtime::dashboard::{Dashboard, Ends, Parts};
use crate::runtime::deeds::Deeds;
use crate::runtime::drafts::{Drafts, Keeping};
use crate::runtime::histories::Histories;
use crate::runtime::journal::Journal;
use crate::runtime::logbook::Logbook;
use crate::runtime::outside::Outside;
use crate::runtime::own_boxes::OwnBoxes;
use crate::runtime::secrets::{Manner, Secrets};
use crate::runtime::shop::Shop;
use crate::runtime::signals::Signals;
use crate::runtime::unread;
use crate::runtime::wiring::{self, wire};
use crate::sources::pagerduty::{Access, DetailLimits};
use crate::sources::secret::TerminalState;
use crate::store;
use crate::terminal::capabilities::{Capabilities, ColorSupport, TerminalEnv};
use crate::ui::theme::{ColorLevel, Theme};

/// `hubwatch`
pub async fn run(around: &Surroundings) -> ExitCode {
    match config::load(&around.global) {
        Ok(config) => ended(show(around, config, Place::Real, Signals::listen).await),
        Err(error) => failed(&config::explain(&error, &around.global)),
    }
}

/// Whose world is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The team's own.
    Real,
    /// The embedded one, of which nothing is kept.
    Demo,
}

/// Shows the dashboard until it is ended. `listen` gives what hears signals, which until then do what
/// they usually do: a secret's command that hangs can be interrupted.
///
/// # Errors
/// When there is no terminal.
pub async fn show(
    around: &Surroundings,
    config: Config,
    place: Place,
    listen: impl FnOnce() -> io::Result<Signals>,
) -> color_eyre::Result<()> {
    let secrets = gather(around, &config).await;
    let state_dir = (place == Place::Real)
        .then(store::file::state_dir)
        .flatten();
    let keeping = match (place, &state_dir) {
        (Place::Demo, _) => Keeping::Nowhere,
        (Place::Real, None) => Keeping::Homeless,
        (Place::Real, Some(dir)) => Keeping::In(dir),
    };
    let drafts = Drafts::open(keeping, Arc::clone(&around.time), &around.tasks);
    let shop = Shop::new(
        &around.tasks,
        Arc::clone(&around.time),
        secrets,
        DetailLimits::CONTINUOUS,
        state_dir.clone(),
        access(config.read_only),
    );
    let shop = Arc::new(shop);
    let histories = Histories::new(Arc::clone(&shop), &config.sources.prometheus);
    let wiring = wire(config.sources, &shop);
    let boxes = OwnBoxes::new(wiring.shelf(), state_dir.clone(), Arc::clone(&around.time));
    let logbook = Logbook {
        journal: Journal::new(state_dir, around.tasks.clone()),
        zone: config.policy.display_zone,
        time: Arc::clone(&around.time),
    };
    let deeds = Deeds::new(shop, wiring.account(), logbook);
    let (hurry, hurried) = watch::channel(0);
    let parts = Parts {
        tasks: around.tasks.clone(),
        time: Arc::clone(&around.time),
        chrome: SessionOptions {
            demo: place == Place::Demo,
            read_only: config.read_only,
            zone: config.policy.display_zone,
        },
        policy: Arc::new(config.policy),
        theme: theme(around),
        config_file: (place == Place::Real)
            .then(|| config::file(&around.global))
            .flatten(),
    };
    // The first frame stands before any source is asked.
    let ends = Ends {
        feeds: wiring.feeds(),
        outside: Outside::new(hurry, histories, deeds, drafts, boxes),
        signals: listen()?,
    };
    unread::watch(&around.tasks)?;
    let dashboard = Dashboard::open(parts, ends)?;
    wiring.launch(&around.tasks, &hurried);
    dashboard.run().await
}

fn access(read_only: bool) -> Access {
    match read_only {
        true => Access::ReadOnly,
        false => Access::ReadWrite,
    }
}

// A terminal that stays empty must say for what.
async fn gather(around: &Surroundings, config: &Config) -> Secrets {
    let wanted = wiring::secrets(&config.sources);
    let secrets = Secrets::new(wanted, Arc::clone(&around.time));
    let manner = Manner {
        screen: TerminalState::Free,
        deadline: None,
        slow: &|name| out::complain(&format!("running the command of {name} (ctrl-c to stop)…")),
        warn: &|warning| out::complain(warning),
    };
    secrets.gather(&manner).await;
    secrets
}

fn theme(around: &Surroundings) -> Theme {
    let hints = TerminalEnv::from_process(around.global.no_color, around.global.ascii);
    let can = Capabilities::detect(&hints);
    let level = match can.color {
        ColorSupport::None => ColorLevel::None,
        ColorSupport::Ansi16 => ColorLevel::Ansi16,
        ColorSupport::Ansi256 | ColorSupport::TrueColor => ColorLevel::Ansi256,
    };
    Theme::new(level, can.ascii)
}
