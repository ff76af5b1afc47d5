//! Deeds against the demo's PagerDuty, checked by what it holds then. Between it and us stands somebody who
//! writes down what is said, changes the world in between, and loses or replaces answers. All that is said is
//! held against PagerDuty's own OpenAPI file.

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
