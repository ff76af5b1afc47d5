//! PagerDuty's REST API v2: incidents with their alerts and log, and the directory of people, policies
//! and the rota.

mod wire;
