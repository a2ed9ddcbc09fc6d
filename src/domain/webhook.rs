//! Webhooks: addresses to which programs have news sent, and each sending.

use super::{event::Event, finding::Findings, id::Id, network::Reachable};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use url::{Host, Url};
use utoipa::ToSchema;

/// Most letters of an address.
pub const LONGEST_URL: usize = 2000;
/// What a test says that it is: no event.
pub const PING: &str = "ping";
/// How long a secret that was replaced still signs beside the new one.
pub const OLD_SECRET_KEPT: Duration = Duration::hours(24);
/// A webhook that fails for so long, without a success, is disabled.
pub const FAILS_AT_MOST: Duration = Duration::days(3);
/// The longest that a receiver may have us wait.
pub const LONGEST_REST: Duration = Duration::hours(24);
/// How long a receiver that is overrun rests when it does not say.
const USUAL_REST: Duration = Duration::seconds(60);
/// Seconds before each further attempt: over three days in all.
const PAUSES: [u32; 10] = [5, 60, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 36 * 3600];

/// Where news is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Webhook {
    /// Identifier.
    pub id: Id,
    /// The school whose news it is; nothing for those of a platform's schools, or of all.
    pub school: Option<Id>,
    /// The platform whose schools' news it is, those that join later too.
    pub platform: Option<Id>,
    /// Where news is sent.
    #[schema(example = "https://example.org/creneau")]
    pub url: String,
    /// Which news.
    pub events: Vec<Event>,
    /// What it is for.
    pub description: String,
    /// Whether news is sent. What happens meanwhile is not sent later.
    pub enabled: bool,
    /// Why it was disabled, when it was not by its owner.
    pub disabled: Option<Disabled>,
    /// Since when nothing arrives; nothing while all is well.
    pub failing_since: Option<DateTime<Utc>>,
    /// Until when the secret that was replaced signs beside the new one.
    pub old_secret_until: Option<DateTime<Utc>>,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
}

/// Why a webhook was disabled, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Disabled {
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub why: WhyDisabled,
}

/// Why a webhook was disabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum WhyDisabled {
    /// Its receiver answered that it is gone for good (410).
    Gone,
    /// Nothing had arrived for three days.
    Failing,
}

impl WhyDisabled {
    /// The word for it in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Failing => "failing",
        }
    }
}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryState {
    /// It waits to be sent, for the first time or again.
    Queued,
    /// A worker is sending it.
    Sending,
    /// The receiver took it.
    Sent,
    /// It will not be sent: see its error.
    Failed,
}

impl DeliveryState {
    /// The word for it in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }
}

/// One piece of news for one webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Delivery {
    /// Identifier: the `webhook-id`, the same however often it is sent.
    pub id: Id,
    /// The webhook.
    pub webhook: Id,
    /// The kind of news, or `ping` for a test.
    #[schema(example = "plan-published")]
    pub event: String,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was sent.
    pub attempts: u32,
    /// When it is sent next, while it waits.
    pub run_after: DateTime<Utc>,
    /// The HTTP status that the receiver answered last, if it answered.
    pub status: Option<u32>,
    /// Why it did not arrive the last time.
    pub error: Option<String>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When the receiver took it.
    pub sent_at: Option<DateTime<Utc>>,
}

/// What a worker needs to send a delivery.
#[derive(Clone, Debug)]
pub struct Dispatch {
    /// The delivery.
    pub id: Id,
    /// The webhook.
    pub webhook: Id,
    /// Where it goes.
    pub url: String,
    /// The secrets that sign it: the present one first.
    pub secrets: Vec<String>,
    /// The body, the same at each attempt.
    pub body: String,
    /// How often it was sent, this time included.
    pub attempts: u32,
}

/// What came of an attempt to send.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attempt {
    /// The HTTP status that was answered; nothing when none was.
    pub status: Option<u16>,
    /// What went wrong; nothing when it arrived.
    pub error: Option<String>,
    /// How long the receiver wants us to wait.
    pub retry_after: Option<Duration>,
}

impl Attempt {
    /// Whether it arrived.
    pub fn is_success(&self) -> bool {
        self.error.is_none()
    }

    /// Whether the receiver wants no more, ever.
    pub fn is_gone(&self) -> bool {
        self.status == Some(410)
    }

    /// How long nothing at all is sent to a receiver that says, by its status or in words, that it has too much to do.
    pub fn rest(&self) -> Option<Duration> {
        let is_overrun = matches!(self.status, Some(429 | 502 | 503 | 504));
        let rest = self.retry_after.or(is_overrun.then_some(USUAL_REST)).filter(|_| !self.is_success())?;
        Some(rest.clamp(Duration::zero(), LONGEST_REST))
    }
}

/// The pause after so many attempts, `share` of it to spread them; nothing when they were enough.
pub fn pause(attempts: u32, share: f64) -> Option<Duration> {
    let seconds = PAUSES.get(usize::try_from(attempts).ok()?.saturating_sub(1))?;
    #[expect(clippy::cast_possible_truncation, reason = "a day in milliseconds")]
    let millis = (f64::from(*seconds) * 1000.0 * share) as i64;
    Some(Duration::milliseconds(millis))
}

/// An address that news may be sent to, as it is kept; everything that is wrong with it is noted.
pub fn address(input: &str, reachable: &Reachable, findings: &mut Findings) -> String {
    let input = input.trim();
    let mut find = |code: &str, message: String, action: &str| findings.add(code, "url", message, action);
    if input.chars().count() > LONGEST_URL {
        find("text-too-long", "the address is very long".to_owned(), "shorten it to 2000 characters");
    }
    let url = match Url::parse(input) {
        Ok(url) => url,
        Err(error) => {
            find("bad-url", format!("it is no address: {error}"), "write it as https://example.org/path");
            return String::new();
        }
    };
    if url.scheme() != "https" {
        find("not-https", format!("{} does not protect what is sent", url.scheme()), "use https");
    }
    if !url.username().is_empty() || url.password().is_some() {
        let action = "leave them out: the receiver knows us by the signature";
        find("url-with-password", "it holds a user name or a password".to_owned(), action);
    }
    if url.fragment().is_some() {
        find("url-with-fragment", "what follows # is never sent".to_owned(), "leave it out");
    }
    if let Some(port) = url.port().filter(|port| *port < 1024) {
        find("bad-port", format!("port {port} is another service's"), "use 443, or one from 1024 on");
    }
    let literal = match url.host() {
        Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
        Some(Host::Domain(_)) => None,
        None => {
            find("bad-url", "it names no host".to_owned(), "write it as https://example.org/path");
            None
        }
    };
    if let Some(address) = literal.filter(|address| !reachable.has(*address)) {
        let action = "use an address of the public internet, or have the operator allow it (webhooks.allow)";
        find("private-address", format!("{address} is no address of the public internet"), action);
    }
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(input: &str) -> Vec<String> {
        let mut findings = Findings::default();
        address(input, &Reachable::default(), &mut findings);
        findings.0.into_iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn an_address_is_checked_as_a_whole() {
        for right in
            ["https://example.org", "https://example.org:8443/a?b=c", "https://1.1.1.1/", "https://bücher.example/"]
        {
            assert_eq!(codes(right), [""; 0], "{right}");
        }
        for (wrong, code) in [
            ("", "bad-url"),
            ("example.org", "bad-url"),
            ("/path", "bad-url"),
            ("https://", "bad-url"),
            ("https://exa mple.org", "bad-url"),
            ("http://example.org", "not-https"),
            ("ftp://example.org", "not-https"),
            ("https://me:secret@example.org", "url-with-password"),
            ("https://me@example.org", "url-with-password"),
            ("https://example.org/#a", "url-with-fragment"),
            ("https://example.org:25/", "bad-port"),
            ("https://example.org:0/", "bad-port"),
            ("https://127.0.0.1/", "private-address"),
            ("https://0x7f.1/", "private-address"),
            ("https://2130706433/", "private-address"),
            ("https://0177.0.0.1/", "private-address"),
            ("https://169.254.169.254/latest/meta-data", "private-address"),
            ("https://[::1]/", "private-address"),
            ("https://[::ffff:10.0.0.1]/", "private-address"),
            ("https://[64:ff9b::10.0.0.1]/", "private-address"),
        ] {
            assert_eq!(codes(wrong), [code], "{wrong}");
        }
        let all = codes("http://me:secret@10.0.0.1:22/#x");
        assert_eq!(all, ["not-https", "url-with-password", "url-with-fragment", "bad-port", "private-address"]);
    }

    #[test]
    fn pauses_grow_over_three_days_and_end() {
        assert_eq!(pause(1, 1.0), Some(Duration::seconds(5)));
        assert_eq!(pause(10, 0.5), Some(Duration::hours(18)));
        assert_eq!(pause(11, 1.0), None);
        let whole: u32 = PAUSES.iter().sum();
        assert!(Duration::seconds(i64::from(whole)) > FAILS_AT_MOST);
    }

    #[test]
    fn a_receiver_rests_as_long_as_it_says_within_a_day() {
        let attempt = |status, seconds: Option<i64>| Attempt {
            status: Some(status),
            error: Some("no".to_owned()),
            retry_after: seconds.map(Duration::seconds),
        };
        assert_eq!(attempt(500, None).rest(), None);
        assert_eq!(attempt(503, None).rest(), Some(USUAL_REST));
        assert_eq!(attempt(429, Some(7)).rest(), Some(Duration::seconds(7)));
        assert_eq!(attempt(500, Some(7)).rest(), Some(Duration::seconds(7)));
        assert_eq!(attempt(503, Some(1_000_000)).rest(), Some(LONGEST_REST));
        assert_eq!(attempt(503, Some(-5)).rest(), Some(Duration::zero()));
        let arrived = Attempt { status: Some(200), error: None, retry_after: Some(Duration::days(9)) };
        assert_eq!(arrived.rest(), None);
    }
}
