//! The first configuration, which the user completes.

/// Every setting in this text is commented out.
pub const STARTER_CONFIG: &str = include_str!("first.toml");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ParseContext, parse};
    use crate::domain::settings::SourcesConfig;

    fn read(text: &str) -> SourcesConfig {
        let around = ParseContext {
            home: Some("/home/ada".into()),
            ..ParseContext::bare("x")
        };
        parse(text, &around)
            .unwrap_or_else(|error| panic!("{error}"))
            .sources
    }

    // Uncomments every setting. In this text, `#` before a letter or bracket hides a setting, and `#` before a space
    // begins a remark.
    fn filled_in() -> String {
        let lines = STARTER_CONFIG
            .lines()
            .map(|line| match line.strip_prefix('#') {
                Some(hidden) if !hidden.starts_with(' ') || hidden.starts_with("  ") => hidden,
                _ => line,
            });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn as_written_it_polls_nothing_and_filled_in_all_of_it() {
        assert_eq!(read(STARTER_CONFIG), SourcesConfig::default());
        let sources = read(&filled_in());
        assert!(sources.pagerduty.is_some() && sources.probes.is_some());
        assert_eq!(
            (sources.prometheus.len(), sources.status_pages.len()),
            (1, 1)
        );
    }
}
