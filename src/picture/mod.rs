//! Turns answers into a picture. [`build()`] joins, folds, judges and sorts. The dashboard, `check` and `line` all show
//! its `Picture`. The function is pure: the same answers, policy and time always give the same picture.
//!
//! A picture contains data (kinds, times, arguments), never sentences. A sentence with "12m" would be wrong a minute
//! later.

mod alert_joins;
pub mod alert_name;
mod build;
mod cases;
mod checklist;
mod clocks;
mod context;
mod fold;
mod freshness;
mod health;
mod hubs;
mod incidents;
mod join;
mod maintenance;
pub mod mismatch;
mod missing_rules;
mod model;
pub mod order;
mod outages;
pub mod outside_check;
mod owners;
mod p1;
mod parts;
pub mod places;
mod posts;
mod related;
pub mod rollout;
mod rota;
mod scope_filter;
mod skew;
mod storm;
mod suppression;
mod vantage;
mod verdict;
mod views;

pub use alert_joins::{AlertJoin, join_alerts};
pub use build::{BuildOptions, build};
pub use model::{Picture, Row};
pub use posts::{PublicTold, first_post, posts_about};
pub use scope_filter::PlaceFilter;
pub use storm::{MajorityValue, Outlier, SharedValue, Storm, StormKind, StormScope};
pub use views::{
    ClusterView, HubView, LevelView, MeView, MyShift, NextOnCall, OnCallView, PageView, PartView,
    PolicyView, Reason, ReasonKind, RotaGap, SourceView, Verdict,
};
