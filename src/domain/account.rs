//! People with accounts: what they are, how they sign in, and the rules that hold for it.

use super::{
    access::{Principal, Role, principal},
    finding::{Finding, Findings},
    id::Id,
    people::Language,
    text,
};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How long a link to sign in holds.
pub const LINK_MINUTES: i64 = 15;
/// Links that one person is sent within [`LINK_MINUTES`].
pub const MOST_LINKS: usize = 3;
/// How long an invitation holds.
pub const INVITATION_DAYS: i64 = 7;
/// After how long without a sign a browser is signed out.
pub const IDLE_DAYS: i64 = 7;
/// After how long a browser is signed out in any case.
pub const SESSION_DAYS: i64 = 30;
/// How long after signing in by a link a password may be set without the one before.
pub const FRESH_MINUTES: i64 = 30;
/// How long a row of failures is remembered.
pub const REMEMBERED_HOURS: i64 = 24;

/// Characters of a password.
pub const PASSWORD: std::ops::RangeInclusive<usize> = 12..=200;
/// An address's part before the @ that is shorter than this may stand in a password: it stands in many words.
const SHORTEST_NAME: usize = 3;

/// Failures in a row of one account before it must wait.
const FREE_FAILURES: u32 = 5;
const FIRST_WAIT_SECONDS: i64 = 30;
const LONGEST_WAIT_SECONDS: i64 = 3600;

/// Failures within an hour from one client's address before it must wait: a whole school may sign in from there, and a
/// pupil who mistypes must not keep the others out.
const FREE_CLIENT_FAILURES: i32 = 100;
const CLIENT_HOUR: Duration = Duration::hours(1);
const LONGEST_CLIENT_WAIT: Duration = Duration::minutes(1);

/// A person with an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Person {
    /// Identifier.
    pub id: Id,
    /// The e-mail address, in lower case; it is one person's only.
    pub email: String,
    /// The name.
    pub name: String,
    /// The language of pages and mails.
    pub language: Language,
    /// Whether there is a password to sign in with; a link by e-mail always works.
    pub has_password: bool,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
}

/// What a person is: operator, admin of a school, or one of its teachers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Membership {
    /// Identifier.
    pub id: Id,
    /// The person.
    pub person: Id,
    /// What the person is.
    pub role: Role,
    /// The school, but for operators.
    pub school: Option<Id>,
    /// The teacher that the person is, for teachers.
    pub teacher: Option<Id>,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

impl Membership {
    /// What a person who acts by it may do.
    pub fn principal(&self) -> Option<Principal> {
        principal(self.role, self.school.as_ref(), self.teacher.as_ref())
    }
}

/// How a browser's session began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum BegunBy {
    /// By a one-time link in a mail.
    Link,
    /// By a password.
    Password,
    /// By accepting an invitation.
    Invitation,
    /// By an API token.
    Token,
}

impl BegunBy {
    /// The word for it in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Password => "password",
            Self::Invitation => "invitation",
            Self::Token => "token",
        }
    }
}

/// A browser that is signed in. Its secret is in the browser's cookie and nowhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrowserSession {
    /// Identifier.
    pub id: Id,
    /// The person who is signed in; none when it is the holder of a token.
    pub person: Option<Id>,
    /// The token by which it began.
    pub token: Option<Id>,
    /// The membership that acts.
    pub membership: Option<Id>,
    /// How it began.
    pub begun_by: BegunBy,
    /// What the browser calls itself.
    pub program: String,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When the browser was last heard of, to the minute.
    pub seen_at: DateTime<Utc>,
    /// When it ends in any case.
    pub expires_at: DateTime<Utc>,
}

impl BrowserSession {
    /// Whether it holds at `now`.
    pub fn is_valid(&self, now: DateTime<Utc>) -> bool {
        now < self.expires_at && now < self.seen_at + Duration::days(IDLE_DAYS)
    }

    /// Whether the mailbox was shown to be the person's so lately that the password before need not be told.
    pub fn is_fresh_by_mail(&self, now: DateTime<Utc>) -> bool {
        matches!(self.begun_by, BegunBy::Link | BegunBy::Invitation)
            && now < self.created_at + Duration::minutes(FRESH_MINUTES)
    }
}

/// Where an invitation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum InvitationState {
    /// It waits to be accepted.
    Open,
    /// It was accepted.
    Accepted,
    /// Its time is over: send it again.
    Expired,
    /// It was withdrawn.
    Withdrawn,
}

/// An invitation to become operator, admin or teacher. The link's secret is in the mail and nowhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Identifier.
    pub id: Id,
    /// Whom it is for; the first operator's names nobody.
    pub email: Option<String>,
    /// The name of whom it is for.
    pub name: String,
    /// The language of the mail.
    pub language: Language,
    /// What the person is to be.
    pub role: Role,
    /// The school, but for operators.
    pub school: Option<Id>,
    /// The teacher that the person is, for teachers.
    pub teacher: Option<Id>,
    /// The name of who invites.
    pub invited_by: String,
    /// The person who invites, or whose token does: it is worth no more than what that person may give.
    pub made_by: Option<Id>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was sent last.
    pub sent_at: DateTime<Utc>,
    /// Until when the link holds.
    pub expires_at: DateTime<Utc>,
    /// When it was accepted.
    pub accepted_at: Option<DateTime<Utc>>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

impl Invitation {
    /// Where it stands at `now`.
    pub fn state(&self, now: DateTime<Utc>) -> InvitationState {
        if self.accepted_at.is_some() {
            InvitationState::Accepted
        } else if self.withdrawn_at.is_some() {
            InvitationState::Withdrawn
        } else if now < self.expires_at {
            InvitationState::Open
        } else {
            InvitationState::Expired
        }
    }
}

/// An e-mail address as accounts know it: trimmed and in lower case.
///
/// # Errors
/// those of [`text::address`].
pub fn address(input: &str, place: &str) -> Result<String, Finding> {
    text::address(input, place).map(|address| address.to_lowercase())
}

/// Everything that speaks against a password for this address.
pub fn password_findings(password: &str, email: &str, place: &str) -> Findings {
    let mut findings = Findings::default();
    let length = password.chars().count();
    if length < *PASSWORD.start() {
        let message = format!("the password has {length} characters");
        findings.add("password-too-short", place, message, format!("use at least {}", PASSWORD.start()));
    } else if length > *PASSWORD.end() {
        let message = format!("the password has {length} characters");
        findings.add("password-too-long", place, message, format!("use at most {}", PASSWORD.end()));
    }
    let name = email.split('@').next().unwrap_or_default();
    if name.chars().count() >= SHORTEST_NAME && password.to_lowercase().contains(&name.to_lowercase()) {
        let message = "the password holds the name in the e-mail address";
        findings.add("password-with-name", place, message, "choose one that others cannot guess from the address");
    }
    findings
}

/// How long an account waits after so many failures in a row: nothing at first, then 30 s, doubling up to an hour.
pub fn wait_after(failures: u32) -> Option<Duration> {
    let doublings = failures.checked_sub(FREE_FAILURES)?;
    let seconds = FIRST_WAIT_SECONDS.saturating_mul(2_i64.saturating_pow(doublings));
    Some(Duration::seconds(seconds.min(LONGEST_WAIT_SECONDS)))
}

/// Until when a client's address must wait after so many more failures, fewer when negative; before it, until `waits_until`.
///
/// Each failure takes a hundredth of an hour, and no more than an hour that has passed can be saved up: an instant in the
/// past is what is left. So a client that has used it up may fail every 36 seconds, however many accounts it tries.
pub fn client_waits_until(waits_until: Option<DateTime<Utc>>, failures: i32, now: DateTime<Utc>) -> DateTime<Utc> {
    let unused = now - CLIENT_HOUR;
    let until = waits_until.map_or(unused, |until| until.max(unused)) + CLIENT_HOUR / FREE_CLIENT_FAILURES * failures;
    until.clamp(unused, now + LONGEST_CLIENT_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_an_hour() {
        let seconds: Vec<Option<i64>> = [0, 1, 4, 5, 6, 7, 11, 12, u32::MAX]
            .map(|failures| wait_after(failures).map(|wait| wait.num_seconds()))
            .into();
        assert_eq!(seconds, [None, None, None, Some(30), Some(60), Some(120), Some(1920), Some(3600), Some(3600)]);
    }

    #[test]
    fn a_client_fails_a_hundred_times_an_hour_and_never_waits_long() {
        let start = DateTime::UNIX_EPOCH;
        let fail = |until, now| Some(client_waits_until(until, 1, now));
        let school = (0..99).fold(None, |until, _| fail(until, start));
        assert!(school < Some(start), "a hundred are free");
        let guesser = (0..1000).fold(school, |until, _| fail(until, start));
        assert_eq!(guesser, Some(start + Duration::minutes(1)), "the longest wait is a minute");
        // Whoever goes on fails a hundred times an hour more, and whoever stops has all of them again.
        let (mut until, mut tries, mut now) = (guesser, 0, start);
        while now < start + Duration::hours(10) {
            now = now.max(until.unwrap());
            (until, tries) = (fail(until, now), tries + 1);
        }
        assert!((990..=1000).contains(&tries), "{tries}");
        let rested = now + Duration::hours(2);
        assert_eq!(fail(until, rested), fail(None, rested));
        // What was somebody's own is given back, and no more.
        assert_eq!(client_waits_until(guesser, -50, start), start - Duration::minutes(29));
        assert_eq!(client_waits_until(guesser, -5000, start), start - Duration::hours(1));
    }

    #[test]
    fn a_password_is_long_and_does_not_hold_the_name() {
        let codes = |password: &str, email: &str| -> Vec<String> {
            password_findings(password, email, "password").0.into_iter().map(|finding| finding.code).collect()
        };
        assert_eq!(codes("correct horse battery", "c.bernard@example.org"), [""; 0]);
        assert_eq!(codes("éééééééééééé", "a@b.fr"), [""; 0], "characters count, not bytes");
        assert_eq!(codes("short", "c.bernard@example.org"), ["password-too-short"]);
        assert_eq!(codes(&"x".repeat(201), "c.bernard@example.org"), ["password-too-long"]);
        assert_eq!(codes("I am C.BERNARD!!", "c.bernard@example.org"), ["password-with-name"]);
        assert_eq!(codes("bern", "bern@example.org"), ["password-too-short", "password-with-name"]);
        assert_eq!(codes("a long password", "a@example.org"), [""; 0]);
    }

    #[test]
    fn addresses_are_compared_in_lower_case() {
        assert_eq!(address(" C.Bernard@Example.ORG", "email").unwrap(), "c.bernard@example.org");
    }

    #[test]
    fn a_session_ends_when_idle_and_in_any_case() {
        let start = DateTime::UNIX_EPOCH;
        let session = |seen: i64| BrowserSession {
            id: Id::from("1"),
            person: None,
            token: None,
            membership: None,
            begun_by: BegunBy::Link,
            program: String::new(),
            created_at: start,
            seen_at: start + Duration::days(seen),
            expires_at: start + Duration::days(SESSION_DAYS),
        };
        let at = |days: i64| start + Duration::days(days);
        assert!(session(0).is_valid(at(6)) && !session(0).is_valid(at(7)));
        assert!(session(29).is_valid(at(29)) && !session(29).is_valid(at(30)));
        assert!(session(0).is_fresh_by_mail(start) && !session(0).is_fresh_by_mail(at(1)));
    }
}
