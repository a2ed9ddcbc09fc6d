//! Where classes take place: a teacher's usual virtual classroom, and a class's own.
//!
//! A session keeps its link itself, as calendars show it: what is past keeps the one it had, and a change of a teacher's
//! link is a change of each session to come that took place there. It moves LAST-MODIFIED and DTSTAMP, by which programs
//! find the newer of two versions, and not SEQUENCE: that is for changes after which somebody has to look at the own
//! calendar again (RFC 5546, section 2.1.4).

use super::{
    App, AppError, AppResult,
    call::Expected,
    schools,
    sessions::{SessionView, authorised, changeable_round},
    situation,
    teachers::teacher_of,
};
use crate::{
    domain::{
        access::Principal,
        finding::{Finding, Findings},
        id::Id,
        people::{Teacher, usual_link},
        session::{Session, SessionState},
        text,
    },
    store::{self, Conn},
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

/// A link to set.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLink {
    /// The address of the virtual classroom, over HTTPS. Nothing takes it away: a class is at its teachers' usual one then.
    #[schema(example = "https://visio.example.org/b/abc", max_length = 500)]
    pub link: Option<String>,
}

impl NewLink {
    fn read(&self) -> Result<Option<String>, Finding> {
        self.link.as_deref().map(|link| text::link(link, "link")).transpose()
    }
}

impl App {
    /// Says where a session takes place.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for teachers of other classes; `Invalid`; `Conflict`: `session-cancelled`,
    /// `round-archived`.
    pub async fn set_session_link(&self, who: &Principal, id: &Id, new: NewLink) -> AppResult<SessionView> {
        let (who, id, now, expected) = (who.clone(), id.clone(), self.now(), Expected::now());
        self.write(move |conn| {
            let (old, school) = authorised(conn, &who, &id)?;
            let names = situation::people(conn, &school)?;
            expected.is(&SessionView::of(&old, &names))?;
            changeable_round(conn, &old)?;
            if old.state == SessionState::Cancelled {
                return Err(AppError::conflict("session-cancelled", "the class was called off; nobody goes there"));
            }
            let link = new.read().map_err(|finding| Findings(vec![finding]))?;
            let link = link.or_else(|| names.usual_link(&old.teachers));
            let Some(session) = at(link, old.clone(), now) else { return Ok(SessionView::of(&old, &names)) };
            store::sessions::set_links(conn, std::slice::from_ref(&session))?;
            Ok(SessionView::of(&session, &names))
        })
        .await
    }

    /// Says which virtual classroom is a teacher's usual one. Classes to come that took place at the old one follow.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for other teachers; `Invalid`.
    pub async fn set_teacher_link(&self, who: &Principal, school: &Id, id: &Id, new: NewLink) -> AppResult<Teacher> {
        let (who, school, id, now) = (who.clone(), school.clone(), id.clone(), self.now());
        let expected = Expected::now();
        self.write(move |conn| {
            let school = schools::see(conn, &who, &school)?;
            let before = teacher_of(conn, &school, &id)?;
            if !who.may_ask_for(&school.id, std::slice::from_ref(&before.id)) {
                return Err(AppError::forbidden("the teacher and the school's admins say where the classroom is"));
            }
            expected.is(&before)?;
            let link = new.read().map_err(|finding| Findings(vec![finding]))?;
            let after = Teacher { link, ..before.clone() };
            store::teachers::update(conn, &after)?;
            follow(conn, &before, &after, now)?;
            Ok(after)
        })
        .await
    }
}

/// After a change of a teacher's link: the sessions to come that took place at the old one take place at the new one,
/// or without one at another of their teachers'.
pub(super) fn follow(conn: &mut Conn, before: &Teacher, after: &Teacher, now: DateTime<Utc>) -> AppResult<()> {
    if before.link == after.link {
        return Ok(());
    }
    let teachers = store::teachers::list(conn, &after.school)?;
    let to_come = of_teacher(conn, before, now)?.into_iter();
    let to_come = to_come.filter(|session| session.takes_place() && session.link == before.link);
    let moved = to_come.filter_map(|session| at(usual_link(&session.teachers, &teachers), session, now));
    let moved: Vec<Session> = moved.collect();
    Ok(store::sessions::set_links(conn, &moved)?)
}

/// Takes the link of a teacher who is to be forgotten out of the sessions, past ones too, and out of the waiting list.
pub(super) fn forget(conn: &mut Conn, teacher: &Teacher, now: DateTime<Utc>) -> AppResult<()> {
    // A room that others use as well stays, unless it is the teacher's own.
    let leads_to = |link: &Option<String>, teachers: &[Id]| {
        link.is_some() && (*link == teacher.link && teachers.contains(&teacher.id) || teachers == [teacher.id.clone()])
    };
    for entry in store::bookings::waiting_list(conn, &teacher.school)? {
        if leads_to(&entry.link, &entry.teachers) {
            store::bookings::forget_link(conn, &entry.id)?;
        }
    }
    let mut sessions = of_teacher(conn, teacher, DateTime::UNIX_EPOCH)?;
    sessions.retain(|session| leads_to(&session.link, &session.teachers));
    for session in &mut sessions {
        session.link = None;
        // One that was called off leaves calendars by the time of its last change.
        if session.takes_place() {
            session.changed_at = now;
        }
    }
    Ok(store::sessions::set_links(conn, &sessions)?)
}

/// The sessions of a teacher, holds too, that end after `from`.
fn of_teacher(conn: &mut Conn, teacher: &Teacher, from: DateTime<Utc>) -> AppResult<Vec<Session>> {
    let mut sessions = store::sessions::of_teacher(conn, &teacher.id, from)?;
    let holds = store::sessions::holds_of(conn, &teacher.school, from)?;
    sessions.extend(holds.into_iter().filter(|hold| hold.teachers.contains(&teacher.id)));
    Ok(sessions)
}

/// The session at another link; nothing when it is there already.
fn at(link: Option<String>, old: Session, now: DateTime<Utc>) -> Option<Session> {
    (old.link != link).then_some(Session { link, changed_at: now, ..old })
}
