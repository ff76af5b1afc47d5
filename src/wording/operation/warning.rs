//! What a person must know before enter.

use crate::domain::operation::Warning;
use crate::text::sanitize::clean;
use crate::wording::source;

/// A warning, in a sentence.
pub fn describe_warning(warning: &Warning) -> String {
    match warning {
        Warning::NotFresh(state) => format!(
            "PagerDuty is {}: what is shown here may be past",
            source::state_name(*state)
        ),
        Warning::EndsEscalation(Some(policy)) => format!(
            "it will not escalate any more if they do not react: to keep that, choose the policy {}",
            clean(policy)
        ),
        Warning::EndsEscalation(None) => {
            "it will not escalate any more if they do not react: choose a policy to keep that"
                .to_owned()
        }
        Warning::AlsoAcknowledged(names) => format!(
            "{} acknowledged it already: it stays theirs, and you stand beside them",
            clean(&names.join(", "))
        ),
        Warning::TakenFrom(names) => {
            format!("{} acknowledged it: you take it from them", clean(&names.join(", ")))
        }
        Warning::PostStays(was, title) => format!(
            "no longer {}, but the public post stays as it is: {}",
            clean(was.as_str()),
            clean(title)
        ),
        Warning::StillFiring(1) => {
            "its alert still fires: it will page again at the repeat interval".to_owned()
        }
        Warning::StillFiring(count) => format!(
            "{count} of its alerts still fire: they will page again at the repeat interval"
        ),
        Warning::ProbableExcluded(count) => format!(
            "left out: {count} whose alert belongs to its incident only probably; act on each alone"
        ),
        Warning::WithoutIncident(count) => {
            format!("left out: {count} without an open incident")
        }
        Warning::OpenAtHub(all) => {
            let names = all.iter().map(|it| {
                format!("#{} {} ({})", it.number, clean(&it.title), it.status)
            });
            let names: Vec<_> = names.collect();
            format!("open there already: {}", names.join("; "))
        }
        Warning::NoteInDoubt => {
            "it was sent before and the answer was lost: it is looked for first, and sent only if it is not there"
                .to_owned()
        }
    }
}
