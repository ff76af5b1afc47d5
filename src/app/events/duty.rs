//! Whether the user is on call, if that is known.

use super::conditions::is_pagerduty_fresh;
use crate::picture::{MyShift, Picture};

/// Whether the user is on call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    On,
    Off,
    NotKnown,
}

/// Whether the user is on call. This is not known if the rota is out of date, or if PagerDuty does not know the user's
/// address. A user with a mistyped address must not count as off call, since that would silence all events.
pub fn duty(picture: &Picture) -> Duty {
    let is_known = is_pagerduty_fresh(picture) && is_my_address_known(picture);
    match picture.me.as_ref().map(|me| me.shift) {
        Some(MyShift::Until(_) | MyShift::Always) => Duty::On,
        Some(MyShift::Off) if is_known => Duty::Off,
        Some(MyShift::Off | MyShift::NotKnown) | None => Duty::NotKnown,
    }
}

// Whether PagerDuty has a user with the configured address. `me.name` is that address if the API key belongs to no
// user.
fn is_my_address_known(picture: &Picture) -> bool {
    let (Some(me), Some(directory)) = (&picture.me, &picture.directory) else {
        return true;
    };
    let directory = &directory.body;
    let users = directory.users.iter();
    let mut emails = users.filter_map(|user| user.email.as_deref());
    directory.me.is_some() || emails.any(|email| email.eq_ignore_ascii_case(&me.name))
}
