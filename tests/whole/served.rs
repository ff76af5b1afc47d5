//! The demo's world, served by the real binary, and the configuration that the demo wrote.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Duration;

use toml::{Table, Value};

use super::home::{Home, Run};
use crate::until::until;

const READY_WITHIN: Duration = Duration::from_secs(60);

/// A served world, and a home directory for the programs that watch it. Dropping it ends the server.
pub struct Served {
    child: Child,
    pub home: Home,
    /// The configuration that the demo wrote, with the addresses of the served world.
    pub config: PathBuf,
}

impl Served {
    /// Starts `hubwatch demo --serve` with `arguments`. Returns when the demo is ready to answer.
    pub fn start(arguments: &[&str]) -> Self {
        let home = Home::new();
        let config = home.path("demo.toml");
        let said = home.path("demo.out");
        let heard = File::create(&said).expect("a file");
        let mut program = home.program();
        program.args(["demo", "--serve", "--write-config"]);
        program.arg(&config).args(arguments);
        program.stdin(Stdio::null()).stderr(Stdio::inherit());
        let mut child = program.stdout(heard).spawn().expect("the program starts");
        let ready = format!("ready: {}\n", config.display());
        until(READY_WITHIN, "the demo's world", || {
            let ended = child.try_wait().expect("its state");
            assert_eq!(ended, None, "the demo ended");
            (fs::read_to_string(&said).expect("what it said") == ready).then_some(())
        });
        Self {
            child,
            home,
            config,
        }
    }

    /// The configuration that the demo wrote.
    pub fn table(&self) -> Table {
        let text = fs::read_to_string(&self.config).expect("the configuration");
        text.parse().expect("TOML")
    }

    /// The address of the served PagerDuty.
    pub fn pagerduty(&self) -> String {
        let url = self.table()["pagerduty"]["url"].as_str().map(str::to_owned);
        url.expect("an address")
    }

    /// Writes another configuration beside the one that the demo wrote.
    pub fn write(&self, name: &str, table: &Table) -> PathBuf {
        self.home.write(name, &table.to_string())
    }

    /// Runs `hubwatch check` with the demo's configuration.
    pub fn check(&self, more: &[&str]) -> Run {
        self.home.check(&self.config, more)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // The server may have ended by itself. Then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A list of tables in a configuration, such as `[[prometheus]]`.
pub fn tables<'a>(config: &'a mut Table, name: &str) -> &'a mut Vec<Value> {
    let list = config.get_mut(name).and_then(Value::as_array_mut);
    list.unwrap_or_else(|| panic!("no [[{name}]]"))
}
