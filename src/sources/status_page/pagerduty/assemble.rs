//! Makes a page from its posts and the impacted services. Each service is listed once, with its worst impact.

use crate::domain::post::StatusPage;
use crate::sources::status_page::posts::ParsedPost;

/// A service, with its worst impact in all open posts.
struct Impact {
    service: String,
    word: String,
    posts: usize,
}

pub(super) fn assemble_page(read: Vec<ParsedPost>, impacted: &[(String, String)]) -> StatusPage {
    let mut page = StatusPage::default();
    let mut impacts: Vec<Impact> = Vec::new();
    for post in read {
        for (service, word) in post.impacted {
            add_impact(&mut impacts, service, word);
        }
        page.posts.push(post.post);
    }
    page.impacted = impacts.into_iter().map(Impact::into_shown).collect();
    for (name, word) in impacted {
        if !page.impacted.iter().any(|(known, _)| known == name) {
            page.impacted.push((name.clone(), word.clone()));
        }
    }
    page
}

fn add_impact(impacts: &mut Vec<Impact>, service: String, word: String) {
    match impacts.iter_mut().find(|known| known.service == service) {
        Some(known) => {
            known.posts += 1;
            if severity(&word) > severity(&known.word) {
                known.word = word;
            }
        }
        None => impacts.push(Impact {
            service,
            word,
            posts: 1,
        }),
    }
}

impl Impact {
    fn into_shown(self) -> (String, String) {
        let word = match self.posts {
            1 => self.word,
            posts => format!("{} ({posts} posts)", self.word),
        };
        (self.service, word)
    }
}

// The severity of an impact's label, by the usual words, since a page's labels are free text. An unknown label counts
// as severe.
fn severity(word: &str) -> usize {
    const MILD_FIRST: [&str; 5] = ["maintenance", "degraded", "minor", "partial", "outage"];
    let word = word.to_lowercase();
    let is_worst = ["major", "full", "critical"]
        .iter()
        .any(|worst| word.contains(worst));
    let known = MILD_FIRST.iter().position(|known| word.contains(known));
    match is_worst {
        true => MILD_FIRST.len() + 1,
        false => known.unwrap_or(MILD_FIRST.len() - 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fixture::post;
    use crate::domain::post::PostKind;

    #[test]
    fn a_service_of_several_posts_stands_once_with_the_worst_word() {
        let of = |id: &str, impacted: &[(&str, &str)]| ParsedPost {
            post: post(id, PostKind::Incident, id),
            problem: None,
            impacted: impacted
                .iter()
                .map(|(name, word)| ((*name).into(), (*word).into()))
                .collect(),
        };
        let posts = vec![
            of("a", &[("Hub", "partial outage"), ("Storage", "outage")]),
            of("b", &[("Hub", "outage")]),
            of("c", &[("Hub", "degraded")]),
        ];
        let page = assemble_page(
            posts,
            &[
                ("Hub".into(), "impacted".into()),
                ("Nodes".into(), "impacted".into()),
            ],
        );
        let shown: Vec<_> = page.impacted.iter().map(|(a, b)| (&**a, &**b)).collect();
        assert_eq!(
            shown,
            [
                ("Hub", "outage (3 posts)"),
                ("Storage", "outage"),
                ("Nodes", "impacted")
            ]
        );
    }

    #[test]
    fn the_usual_words_are_ranked() {
        let mild_first = [
            "maintenance",
            "degraded performance",
            "partial outage",
            "outage",
            "major outage",
        ];
        assert!(mild_first.is_sorted_by(|a, b| severity(a) < severity(b)));
        assert!(severity("no idea") > severity("partial outage"));
    }
}
