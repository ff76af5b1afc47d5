//! Whether the user is on call, as far as it is known.

use super::conditions::is_pagerduty_fresh;
use crate::picture::{MyShift, Picture};

/// Whether the user is on call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    On,
    Off,
    NotKnown,
}

/// A rota that is out of date is not known, nor is one of which the user's address is not known to PagerDuty: a mistyped
/// address must not keep everything quiet.
pub fn duty(picture: &Picture) -> Duty {
    let is_known = is_pagerduty_fresh(picture) && is_my_address_known(picture);
    match picture.me.as_ref().map(|me| me.shift) {
        Some(MyShift::Until(_) | MyShift::Always) => Duty::On,
        Some(MyShift::Off) if is_known => Duty::Off,
        Some(MyShift::Off | MyShift::NotKnown) | None => Duty::NotKnown,
    }
}

// Without a user of the key, the user's name is the configured address.
fn is_my_address_known(picture: &Picture) -> bool {
    let (Some(me), Some(directory)) = (&picture.me, &picture.directory) else {
        return true;
    };
    let directory = &directory.body;
    let users = directory.users.iter();
    let mut emails = users.filter_map(|user| user.email.as_deref());
    directory.me.is_some() || emails.any(|email| email.eq_ignore_ascii_case(&me.name))
}
