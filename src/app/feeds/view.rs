//! What the holder of a feed's secret sees.

use crate::{
    app::{AppError, AppResult, situation},
    domain::{
        feed::{self, Feed, FeedKind},
        id::Id,
        people::{Language, School},
        session::{NamedSession, Session},
    },
    planning::names::Names,
    store::{self, Conn, feed_weeks::Whose},
};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

/// What the holder of a feed's secret sees.
#[derive(Clone, Debug)]
pub struct FeedView {
    /// The feed.
    pub feed: Feed,
    /// Its school.
    pub school: School,
    /// What it is called: its group's, its groups' or its teacher's name, or the school's. A teacher who is not to be named
    /// is just a teacher.
    pub name: String,
    /// The language of its texts.
    pub language: Language,
    /// Its sessions by start: confirmed ones, and those cancelled not long ago.
    pub sessions: Vec<NamedSession>,
    /// When what it shows changed last.
    pub changed_at: DateTime<Utc>,
    /// When the next cancelled session leaves it, if nothing else changes before.
    pub until: Option<DateTime<Utc>>,
}

impl FeedView {
    /// The name that calendar programs list: with the school's, for those who follow several.
    pub(super) fn calendar_name(&self) -> String {
        if self.name == self.school.name {
            self.name.clone()
        } else {
            format!("{} – {}", self.name, self.school.name)
        }
    }
}

/// There is no feed at an address, which is not told.
pub(super) fn nowhere() -> AppError {
    AppError::not_found("feed", "at this address any more, or the address is incomplete")
}

/// What a feed shows at `now`.
///
/// # Errors
/// those of the database.
pub(super) fn view(conn: &mut Conn, feed: Feed, now: DateTime<Utc>) -> AppResult<FeedView> {
    let school = store::schools::get(conn, &feed.school)?;
    let names = situation::people(conn, &school)?;
    let (name, language) = called(conn, &feed, &school, &names)?;
    let all: Vec<Session> = match whose(&feed) {
        Whose::Teacher(teacher) => store::sessions::of_teacher(conn, teacher, DateTime::UNIX_EPOCH)?,
        Whose::Groups(groups) => store::sessions::of_groups(conn, groups)?,
        Whose::School(school) => store::sessions::of_school(conn, school, DateTime::UNIX_EPOCH, far_ahead())?,
    };
    let changed_at = feed::changed_at(store::feeds::revision(conn, &feed)?, &all, now);
    let until = feed::next_leave(&all, now);
    let shown = all.into_iter().filter(|session| feed::is_shown(session, now)).collect();
    let mut sessions = named(shown, &names);
    if feed.headcount_only {
        sessions.iter_mut().for_each(leave_headcount);
    }
    Ok(FeedView { feed, school, name, language, sessions, changed_at, until })
}

/// Whose classes a feed shows.
pub(super) fn whose(feed: &Feed) -> Whose<'_> {
    match (feed.kind, &feed.teacher) {
        (FeedKind::Teacher, Some(teacher)) => Whose::Teacher(teacher),
        (FeedKind::Group | FeedKind::Bundle, _) => Whose::Groups(&feed.groups),
        _ => Whose::School(&feed.school),
    }
}

/// What a feed is called, and the language of its texts.
pub(super) fn called(conn: &mut Conn, feed: &Feed, school: &School, names: &Names) -> AppResult<(String, Language)> {
    Ok(match whose(feed) {
        Whose::Teacher(teacher) => {
            let teacher = store::teachers::get(conn, teacher)?;
            let name = match (feed.headcount_only, teacher.language) {
                (false, _) => teacher.name,
                // Not the school's name either, as though the feed were of all its classes.
                (true, Language::Fr) => "Un professeur".to_owned(),
                (true, Language::En) => "A teacher".to_owned(),
            };
            (name, teacher.language)
        }
        Whose::Groups(groups) => (in_order(groups, |id| names.group(id)).join(", "), school.language),
        Whose::School(_) => (school.name.clone(), school.language),
    })
}

/// Names the sessions' groups and teachers.
pub(in crate::app) fn named(sessions: Vec<Session>, names: &Names) -> Vec<NamedSession> {
    let named = |session: Session| NamedSession {
        group_names: in_order(&session.groups, |id| names.group(id)),
        teacher_names: in_order(&session.teachers, |id| names.teacher(id)),
        session,
    };
    sessions.into_iter().map(named).collect()
}

fn in_order<'a>(ids: &[Id], name: impl Fn(&Id) -> &'a str) -> Vec<String> {
    let mut names: Vec<String> = ids.iter().map(|id| name(id).to_owned()).collect();
    names.sort();
    names
}

/// Leaves when it is, which groups and how many. A title goes with the names: it is free text, which may name somebody. So
/// does the link, which would let strangers into the class.
pub(super) fn leave_headcount(named: &mut NamedSession) {
    // The same word in both languages.
    named.session.title = format!("{} participants", named.session.connections);
    named.session.link = None;
    named.session.teachers.clear();
    named.teacher_names.clear();
}

/// Later than any class.
fn far_ahead() -> DateTime<Utc> {
    NaiveDate::from_ymd_opt(9999, 1, 1).unwrap_or(NaiveDate::MAX).and_time(NaiveTime::MIN).and_utc()
}
