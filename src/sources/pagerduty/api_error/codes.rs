//! What PagerDuty's codes mean where a write is refused, in words that a person can act on.

/// The words for a code; none where PagerDuty's own are as good.
pub(super) fn describe(code: u32) -> Option<&'static str> {
    Some(match code {
        1001 => "it is already resolved",
        1002 => "it is already acknowledged",
        1003 => "it cannot be brought to that state",
        1005 => "it changed meanwhile",
        1006 => "it cannot be escalated so: its urgency is low, or its policy has no such level",
        1007 => "whom it should go to is not in the account",
        1008 => "nobody in the account has the address that we write as (From)",
        1011 => "it cannot be reassigned",
        1012 => "only an acknowledged incident can be snoozed",
        1013 => "a snooze is 1 second to 7 days long",
        1014 => "there is no such escalation policy",
        1015 => "nobody is on call for that escalation policy",
        1018 => "you are not allowed to do that",
        1019 => "it was merged into another incident",
        1020 => "there is no such priority",
        2010 | 2018 => "you are not allowed to do that",
        _ => return None,
    })
}
