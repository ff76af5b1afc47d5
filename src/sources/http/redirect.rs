//! The policy for redirects. Credentials are for one origin and must not be sent to another origin.

use reqwest::redirect::{Attempt, Policy};

use super::url::same_origin;

/// The most redirects that are followed.
const MAX_HOPS: usize = 3;

/// There were too many redirects, perhaps in a loop.
#[derive(Debug, thiserror::Error)]
#[error("redirected more than {MAX_HOPS} times")]
pub struct TooManyHops;

/// Follows redirects within the origin. A redirect to another origin is not followed: its answer, with status 3xx, is
/// returned.
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
