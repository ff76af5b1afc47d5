//! Where a redirect may lead: credentials are for one origin, and go nowhere else.

use reqwest::redirect::{Attempt, Policy};

use super::url::same_origin;

/// The most redirects that are followed.
const MAX_HOPS: usize = 3;

/// The redirects went round and round.
#[derive(Debug, thiserror::Error)]
#[error("redirected more than {MAX_HOPS} times")]
pub struct TooManyHops;

/// Follows within the origin; a redirect elsewhere stays what it is, an answer with status 3xx.
pub fn policy() -> Policy {
    Policy::custom(|attempt: Attempt<'_>| {
        let home = attempt.previous().first();
        let stays = home.is_some_and(|home| same_origin(home, attempt.url()));
        if !stays {
            attempt.stop()
        } else if attempt.previous().len() > MAX_HOPS {
            attempt.error(TooManyHops)
        } else {
            attempt.follow()
        }
    })
}
