//! Sources: addresses from which samples are fetched again and again.

use super::{Metric, Place};
use crate::domain::{finding::Findings, id::Id, text};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;

/// The longest query.
pub const LONGEST_QUERY: usize = 2000;
/// The longest pause after failures.
const LONGEST_PAUSE: Duration = Duration::hours(1);

/// What answers at a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// A Prometheus, or what answers to its `query_range`.
    Prometheus,
    /// A BigBlueButton, or what answers to its `getMeetings`.
    BigBlueButton,
}

impl SourceKind {
    /// The word for it in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prometheus => "prometheus",
            Self::BigBlueButton => "bigbluebutton",
        }
    }
}

/// Where samples are fetched, and how that goes. Its secret is never shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Source {
    /// Identifier.
    pub id: Id,
    /// Whose load it tells.
    pub place: Place,
    /// What answers there.
    pub kind: SourceKind,
    /// What it counts; of a BigBlueButton connections.
    pub metric: Metric,
    /// Where it is: of a Prometheus without `/api/v1`, of a BigBlueButton as `bbb-conf --secret` shows it.
    #[schema(example = "https://prometheus.example.org")]
    pub address: String,
    /// The query, in PromQL; none for a BigBlueButton.
    pub query: Option<String>,
    /// Whether the query's numbers count up, so that only what they rise by says something.
    pub counter: bool,
    /// How far samples are apart, in seconds.
    pub step_seconds: u32,
    /// How often it is read, in seconds.
    pub every_seconds: u32,
    /// Whether it has a secret.
    pub has_secret: bool,
    /// Whether it is read.
    pub enabled: bool,
    /// Up to when it has been read.
    pub read_until: Option<DateTime<Utc>>,
    /// When it is read next.
    pub run_after: DateTime<Utc>,
    /// Since when it could not be read; nothing while all is well.
    pub failing_since: Option<DateTime<Utc>>,
    /// Why it could not be read the last time.
    pub error: Option<String>,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
}

/// The addresses that sources may have: `https://prometheus.example.org`, with a port where it is not the usual one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowedOrigins(pub Vec<String>);

impl AllowedOrigins {
    /// Whether an address begins with one of them.
    pub fn has(&self, url: &Url) -> bool {
        self.0.iter().any(|origin| *origin == url.origin().ascii_serialization())
    }
}

/// The address of a source, as it is kept: without a slash at its end.
pub fn address(text: &str, allowed: &AllowedOrigins, findings: &mut Findings) -> Option<String> {
    let line = findings.keep(text::line(text, "address"))?;
    let Some(url) = Url::parse(&line).ok().filter(|url| ["http", "https"].contains(&url.scheme()) && url.has_host())
    else {
        let action = "write it as https://prometheus.example.org";
        findings.add("bad-address", "address", format!("{line:?} is not the address of a server"), action);
        return None;
    };
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        let message = "it holds more than a server and a path";
        findings.add(
            "bad-address",
            "address",
            message,
            "leave out names, passwords, ? and #; there is a field for the secret",
        );
        return None;
    }
    if !allowed.has(&url) {
        let message = format!("{} may not be read", url.origin().ascii_serialization());
        let action = "ask whoever runs this service to enter it under load.allow in its settings";
        findings.add("not-allowed", "address", message, action);
        return None;
    }
    Some(url.as_str().trim_end_matches('/').to_owned())
}

/// How long a source rests after so many failures in a row: twice as long each time, an hour at most.
pub fn pause(every_seconds: u32, failures: u32) -> Duration {
    let every = Duration::seconds(i64::from(every_seconds));
    (every * (1 << failures.min(10))).min(LONGEST_PAUSE.max(every))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_an_allowed_one() {
        let allowed = AllowedOrigins(vec!["https://a.example".to_owned(), "http://10.0.0.1:9090".to_owned()]);
        let read = |text: &str| {
            let mut findings = Findings::default();
            let address = address(text, &allowed, &mut findings);
            address.ok_or_else(|| findings.0.remove(0).code)
        };
        assert_eq!(read("https://a.example/"), Ok("https://a.example".to_owned()));
        assert_eq!(read(" HTTPS://A.example:443/prom/ "), Ok("https://a.example/prom".to_owned()));
        assert_eq!(read("http://10.0.0.1:9090"), Ok("http://10.0.0.1:9090".to_owned()));
        for (wrong, code) in [
            ("", "empty-text"),
            ("a.example", "bad-address"),
            ("ftp://a.example", "bad-address"),
            ("https://me:pw@a.example", "bad-address"),
            ("https://a.example/?x", "bad-address"),
            ("https://a.example/#x", "bad-address"),
            ("http://a.example", "not-allowed"),
            ("https://a.example:8443", "not-allowed"),
            ("https://a.example.evil.example", "not-allowed"),
            ("http://10.0.0.1:9091", "not-allowed"),
        ] {
            assert_eq!(read(wrong), Err(code.to_owned()), "{wrong}");
        }
    }

    #[test]
    fn a_source_that_fails_rests_longer_each_time() {
        assert_eq!(pause(60, 1), Duration::minutes(2));
        assert_eq!(pause(60, 30), Duration::hours(1));
        assert_eq!(pause(86_400, 3), Duration::days(1));
    }
}
