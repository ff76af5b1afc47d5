//! The configuration file: raw, then validated, then the domain's policy.
