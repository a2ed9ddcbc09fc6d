//! A week of a feed, for the page that pupils and parents look at: only its own classes are read, however many years a
//! feed has.

use super::view::{called, leave_headcount, named, nowhere, whose};
use crate::{
    app::{App, AppResult, access::hash, situation},
    domain::{feed, id::Id, people::School, session::NamedSession, time::day_start},
    store::{self, Found},
};
use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};

/// A week of what the holder of a feed's secret sees.
#[derive(Clone, Debug)]
pub struct FeedWeek {
    /// The feed's school.
    pub school: School,
    /// What the feed is called.
    pub name: String,
    /// The week's Monday.
    pub monday: NaiveDate,
    /// Its sessions by start: confirmed ones, and those cancelled not long ago.
    pub sessions: Vec<NamedSession>,
    /// The Monday of the nearest other week with classes; the coming one of two that are as near.
    pub nearest: Option<NaiveDate>,
}

impl App {
    /// What stands for all that a feed shows at present, by one small statement that all who ask at a time share.
    ///
    /// # Errors
    /// `NotFound` for a secret that is unknown, replaced or revoked. The secret is not in the error.
    pub async fn feed_mark(&self, secret: &str) -> AppResult<(Id, feed::Revision)> {
        let polled = self.calendars.line.ask(&self.store, hash(secret)).await?.ok_or_else(nowhere)?;
        Ok((polled.feed, polled.revision))
    }

    /// The week of a day; when none is given, this one if it has classes, else the nearest that has.
    ///
    /// # Errors
    /// `NotFound` for a secret that is unknown, replaced or revoked. The secret is not in the error.
    pub async fn feed_week(&self, secret: &str, day: Option<NaiveDate>) -> AppResult<FeedWeek> {
        let (secret_hash, now) = (hash(secret), self.now());
        self.store
            .read(move |conn| {
                let feed = store::feeds::by_hash(conn, &secret_hash).found()?.ok_or_else(nowhere)?;
                let school = store::schools::get(conn, &feed.school)?;
                let zone = school.zone();
                let bounds = |monday| (day_start(zone, monday), day_start(zone, monday + Duration::days(7)));
                let local = |at: DateTime<Utc>| monday_of(at.with_timezone(&zone).date_naive());
                let whose = whose(&feed);
                let mut monday = day.map_or_else(|| local(now), monday_of);
                let mut sessions = Vec::new();
                let mut other = None;
                // Twice at most: an empty week that nobody asked for gives way to the nearest.
                for _ in 0..2 {
                    let (from, to) = bounds(monday);
                    sessions = store::feed_weeks::between(conn, whose, from, to)?;
                    sessions.retain(|session| feed::is_shown(session, now));
                    let (last, next) = store::feed_weeks::around(conn, whose, from, to)?;
                    other = nearest(monday, last.map(local), next.map(local));
                    match other.filter(|_| day.is_none() && sessions.is_empty()) {
                        Some(nearest) => monday = nearest,
                        None => break,
                    }
                }
                let names = situation::people(conn, &school)?;
                let (name, _) = called(conn, &feed, &school, &names)?;
                let mut sessions = named(sessions, &names);
                if feed.headcount_only {
                    sessions.iter_mut().for_each(leave_headcount);
                }
                Ok(FeedWeek { school, name, monday, sessions, nearest: other })
            })
            .await
    }
}

fn monday_of(day: NaiveDate) -> NaiveDate {
    day - Duration::days(i64::from(day.weekday().num_days_from_monday()))
}

fn nearest(monday: NaiveDate, last: Option<NaiveDate>, next: Option<NaiveDate>) -> Option<NaiveDate> {
    let weeks = next.into_iter().chain(last);
    weeks.min_by_key(|week| (*week - monday).num_days().abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_coming_week_goes_before_a_past_one_that_is_as_near() {
        let day = |day| NaiveDate::from_ymd_opt(2020, 3, day);
        let monday = day(16).unwrap();
        assert_eq!(nearest(monday, day(9), day(23)), day(23));
        assert_eq!(nearest(monday, day(9), day(30)), day(9));
        assert_eq!(nearest(monday, None, day(30)), day(30));
        assert_eq!(nearest(monday, None, None), None);
    }
}
