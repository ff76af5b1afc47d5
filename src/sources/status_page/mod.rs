//! Public status pages, through PagerDuty's API or Statuspage's JSON.

mod plain;
mod posts;
mod statuspage;
