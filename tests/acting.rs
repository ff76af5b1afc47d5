//! Operations on the demo's PagerDuty. Each test checks the state that PagerDuty has afterwards. A proxy between
//! hubwatch and PagerDuty records the requests, changes the world between them, and loses or replaces answers. Each
//! request and answer is checked against PagerDuty's own OpenAPI file.

mod bench;
mod carried_out;
mod declaring;
mod guards;
mod lost;
mod many;
mod notes;
mod races;
mod shell;
mod single;
