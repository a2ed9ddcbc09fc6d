//! Feeds: calendars that somebody subscribes to.

use super::{
    finding::Finding,
    id::Id,
    session::{Session, SessionState},
};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How long a cancelled session stays in a feed, marked as cancelled: programs that poll seldom must see it, and
/// what merely vanished stays in some calendars for ever.
pub const CANCELLED_KEPT: Duration = Duration::days(30);

/// Most groups of one feed.
pub const MOST_GROUPS: usize = 50;

/// How far changes are dated back: room for as many changes in a row without two of one date, or one of the future.
const DATED_BACK: Duration = Duration::seconds(60);

/// Whose sessions a feed holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FeedKind {
    /// One group's.
    Group,
    /// Those of several groups, such as a family's children.
    Bundle,
    /// One teacher's.
    Teacher,
    /// The whole school's.
    School,
}

impl FeedKind {
    /// The word for it in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Bundle => "bundle",
            Self::Teacher => "teacher",
            Self::School => "school",
        }
    }
}

/// A calendar to subscribe to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Feed {
    /// Identifier; the address holds a secret instead.
    pub id: Id,
    /// The school.
    pub school: Id,
    /// Whose sessions it holds.
    pub kind: FeedKind,
    /// Its group, or its groups; none for other kinds.
    pub groups: Vec<Id>,
    /// Its teacher; nobody for other kinds.
    pub teacher: Option<Id>,
    /// Whether it shows when, which groups and how many, but no title and nobody's name.
    pub headcount_only: bool,
    /// The teacher who made it; nobody when an admin did.
    pub made_by: Option<Id>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it got its present address, if that is not its first.
    pub replaced_at: Option<DateTime<Utc>>,
    /// When its address stopped to work.
    pub revoked_at: Option<DateTime<Utc>>,
    /// The last day, in UTC, on which a program read it.
    pub last_read_on: Option<NaiveDate>,
}

impl Feed {
    /// The ids of those whose sessions it holds.
    pub fn subjects(&self) -> Vec<&Id> {
        match self.kind {
            FeedKind::Group | FeedKind::Bundle => self.groups.iter().collect(),
            FeedKind::Teacher => self.teacher.iter().collect(),
            FeedKind::School => vec![&self.school],
        }
    }
}

/// The number of a change to what feeds show. Those of a school rise with each change, and each is a date as well, in
/// seconds since 1970.
///
/// HTTP tells dates to the second. Two versions of one date would be one to a program that asks by date, and no date
/// may lie in the future; so changes are dated back by a minute, and one that meets another's date takes the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(pub i64);

impl Revision {
    /// The first number, for what begins at `now`.
    pub fn first(now: DateTime<Utc>) -> Self {
        Self((now - DATED_BACK).timestamp())
    }

    /// The number after this one, given at `now`.
    pub fn next(self, now: DateTime<Utc>) -> Self {
        Self::first(now).max(Self(self.0 + 1))
    }

    /// The date that it stands for.
    pub fn date(self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0, 0).unwrap_or(DateTime::UNIX_EPOCH)
    }
}

/// A reminder before each class, for a subscriber who asks for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Alarm {
    /// How long before the class begins; 0 is its start.
    pub minutes: u32,
}

impl Alarm {
    /// The minutes that one may ask for, up to a week: few, as each makes a calendar of its own.
    pub const CHOICES: [u32; 14] = [0, 5, 10, 15, 20, 30, 45, 60, 90, 120, 240, 1440, 2880, 10_080];

    /// The alarm that somebody asks for in minutes.
    ///
    /// # Errors
    /// `bad-alarm`, at `place`.
    pub fn read(text: &str, place: &str) -> Result<Self, Finding> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let minutes = text.parse().ok().filter(|minutes| digits && Self::CHOICES.contains(minutes));
        minutes.map(|minutes| Self { minutes }).ok_or_else(|| {
            let choices = Self::CHOICES.map(|minutes| minutes.to_string()).join(", ");
            let action = format!("give the minutes before each class, one of {choices}, or leave it out");
            Finding::new("bad-alarm", place, "this is no number of minutes for an alarm", action)
        })
    }
}

/// When a session leaves the feeds: a cancelled one 30 days after its end or its cancellation, whichever is later.
/// Others stay, as what was in a calendar is its reader's memory.
pub fn leaves_at(session: &Session) -> Option<DateTime<Utc>> {
    (session.state == SessionState::Cancelled).then(|| session.ends_at.max(session.changed_at) + CANCELLED_KEPT)
}

/// Whether a feed shows a session at `now`.
pub fn is_shown(session: &Session, now: DateTime<Utc>) -> bool {
    leaves_at(session).is_none_or(|at| now < at)
}

/// When what feeds show of these sessions changed last, seen at `now`: by a change, or because a session left. Sessions
/// leave by themselves, without a number; they are dated just before whatever happens when they do.
pub fn changed_at(revision: Revision, sessions: &[Session], now: DateTime<Utc>) -> DateTime<Utc> {
    let left = sessions.iter().filter_map(leaves_at).filter(|at| *at <= now);
    left.map(|at| at - DATED_BACK - Duration::seconds(1)).fold(revision.date(), DateTime::max)
}

/// When the next of these sessions leaves, after `now`.
pub fn next_leave(sessions: &[Session], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    sessions.iter().filter_map(leaves_at).filter(|at| *at > now).min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_600_000_000 + second, 0).unwrap()
    }

    fn cancelled(ends: i64, changed: i64) -> Session {
        Session {
            id: "s".into(),
            school: "school".into(),
            request: None,
            title: "Maths".to_owned(),
            teachers: Vec::new(),
            groups: Vec::new(),
            connections: 25,
            link: None,
            starts_at: at(ends - 3300),
            ends_at: at(ends),
            state: SessionState::Cancelled,
            held_until: None,
            moved_by: None,
            sequence: 1,
            created_at: at(changed),
            changed_at: at(changed),
        }
    }

    #[test]
    fn a_cancelled_session_leaves_thirty_days_after_it_is_known_and_over() {
        let days = CANCELLED_KEPT.num_seconds();
        for (ends, changed, leaves) in [(500, 100, 500), (100, 500, 500)] {
            let session = cancelled(ends, changed);
            assert_eq!(leaves_at(&session), Some(at(leaves + days)));
            assert!(is_shown(&session, at(leaves + days - 1)) && !is_shown(&session, at(leaves + days)));
            assert_eq!(next_leave(std::slice::from_ref(&session), at(0)), leaves_at(&session));
            assert_eq!(next_leave(std::slice::from_ref(&session), at(leaves + days)), None);
            let confirmed = Session { state: SessionState::Confirmed, ..session };
            assert_eq!(leaves_at(&confirmed), None);
        }
    }

    proptest! {
        /// However changes follow each other: each has a later date than the one before, and up to sixty in a row
        /// none has one that is still to come.
        #[test]
        fn no_two_changes_have_one_date(pauses in prop::collection::vec(0i64..5, 1..61)) {
            let (mut now, mut last) = (0, Revision::first(at(0)));
            prop_assert!(last.date() <= at(now));
            for pause in pauses {
                now += pause;
                let next = last.next(at(now));
                prop_assert!(next > last && next.date() > last.date() && next.date() <= at(now));
                last = next;
            }
        }

        /// Nothing makes a feed older: neither time nor sessions that leave, nor their rows when they are deleted,
        /// which is a change like others.
        #[test]
        fn a_feed_never_becomes_older(
            ends in prop::collection::vec((0i64..1000, 0i64..1000), 0..5),
            steps in prop::collection::vec((0i64..400_000, any::<bool>()), 1..20),
        ) {
            let mut sessions: Vec<Session> = ends.into_iter().map(|(ends, changed)| cancelled(ends, changed)).collect();
            let (mut now, mut revision) = (1000, Revision::first(at(1000)));
            let mut before = changed_at(revision, &sessions, at(now));
            for (pause, is_tidied) in steps {
                now += pause;
                if is_tidied && sessions.iter().any(|session| !is_shown(session, at(now))) {
                    sessions.retain(|session| is_shown(session, at(now)));
                    revision = revision.next(at(now));
                }
                let after = changed_at(revision, &sessions, at(now));
                prop_assert!(after >= before && after <= at(now));
                before = after;
            }
        }
    }

    #[test]
    fn an_alarm_is_minutes_of_a_week() {
        for (text, minutes) in [("0", 0), ("10", 10), ("10080", 10_080)] {
            assert_eq!(Alarm::read(text, "?alarm").unwrap().minutes, minutes);
        }
        for text in ["", "-1", "+1", "10081", "ten", "1.5", "99999999999999", "1 ", "7"] {
            assert_eq!(Alarm::read(text, "?alarm").unwrap_err().code, "bad-alarm", "{text:?}");
        }
    }
}
