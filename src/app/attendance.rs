//! Planned against observed attendance: reported or polled, and learned by groups.

use super::{App, AppError, AppResult, call::note_school};
use crate::{
    domain::{
        access::Principal,
        attendance::{Attendance, AttendanceInput, LearnedOf, MOST_PARTICIPANTS, learn},
        finding::Findings,
        id::Id,
        load::{
            Place,
            bigbluebutton::{Meeting, marks_of},
        },
        people::Group,
        session::{Session, SessionState},
    },
    store::{self, Conn},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

/// Classes of which a group learns: those of a quarter of a year, as a rule.
const MOST_CLASSES: u32 = 60;

/// How many attended.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttendanceReport {
    /// Pupils who attended, without those who teach.
    #[schema(maximum = 100000, example = 24)]
    pub participants: u32,
}

/// What is expected of a group's classes, and why.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GroupAttendance {
    /// The group.
    pub group: Id,
    /// How many pupils it has.
    pub headcount: u32,
    /// Of a hundred pupils so many were entered.
    pub entered_percent: u32,
    /// Of a hundred pupils so many are expected now.
    pub expected_percent: u32,
    /// The connections that a new class of the group takes.
    pub connections: u32,
    /// What each of the last classes showed, and what was expected after it, the oldest first.
    pub classes: Vec<LearnedOf>,
}

impl App {
    /// Notes how many attended a class: whoever teaches it, or runs its school. What groups expect learns of it once the
    /// class has ended.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Invalid`, `Conflict` `class-not-begun` or `class-not-held`.
    pub async fn report_attendance(
        &self,
        who: &Principal,
        session: &Id,
        report: AttendanceReport,
    ) -> AppResult<Attendance> {
        let (who, id, now) = (who.clone(), session.clone(), self.now());
        self.write(move |conn| {
            let session = seen(conn, &who, &id)?;
            note_school(Some(&session.school));
            if !who.may_ask_for(&session.school, &session.teachers) {
                return Err(AppError::forbidden("whoever teaches the class, or an admin, tells how many attended"));
            }
            if report.participants > MOST_PARTICIPANTS {
                let mut findings = Findings::default();
                let action = format!("use at most {MOST_PARTICIPANTS}");
                findings.add("out-of-range", "participants", "so many cannot be in one class", action);
                return Err(findings.into());
            }
            if session.state != SessionState::Confirmed {
                return Err(AppError::conflict("class-not-held", "this class was called off, or is not confirmed"));
            }
            if session.starts_at > now {
                return Err(AppError::conflict("class-not-begun", "this class has not begun: nobody has attended it"));
            }
            let attendance = Attendance {
                session: session.id.clone(),
                planned: session.connections,
                participants: report.participants,
                input: AttendanceInput::Reported,
                at: now,
            };
            store::attendance::note(conn, &attendance)?;
            if session.ends_at <= now {
                learn_of(conn, &session, now)?;
            }
            Ok(attendance)
        })
        .await
    }

    /// How many attended a class.
    ///
    /// # Errors
    /// `NotFound` also when that is not known.
    pub async fn session_attendance(&self, who: &Principal, session: &Id) -> AppResult<Attendance> {
        let (who, id) = (who.clone(), session.clone());
        self.store
            .read(move |conn| {
                seen(conn, &who, &id)?;
                store::attendance::of_session(conn, &id)?.ok_or_else(|| AppError::not_found("attendance", &id))
            })
            .await
    }

    /// What is expected of a group's classes, and what it was learned of.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn group_attendance(&self, who: &Principal, group: &Id) -> AppResult<GroupAttendance> {
        let (who, id, now) = (who.clone(), group.clone(), self.now());
        self.store
            .read(move |conn| {
                let group = of_school(conn, &who, &id)?;
                shown(conn, group, now)
            })
            .await
    }

    /// Has a group forget what it has learned: what was entered counts, until three classes from now on are known.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` for teachers.
    pub async fn forget_attendance(&self, who: &Principal, group: &Id) -> AppResult<GroupAttendance> {
        let (who, id, now) = (who.clone(), group.clone(), self.now());
        self.write(move |conn| {
            let group = of_school(conn, &who, &id)?;
            note_school(Some(&group.school));
            if !who.may_run(&group.school) {
                return Err(AppError::forbidden("an admin has a group forget what it has learned"));
            }
            store::groups::forget_learned(conn, &id, now)?;
            shown(conn, Group { learned_percent: None, ..group }, now)
        })
        .await
    }

    /// Learns of the classes that have ended; tells whether there was one.
    ///
    /// # Errors
    /// those of the database.
    pub fn learn_attendance(&self) -> AppResult<bool> {
        let now = self.now();
        let Some(id) = self.store.read_now(|conn| store::attendance::to_learn(conn, now))? else { return Ok(false) };
        self.store.write_now(|conn| {
            let session = store::sessions::get(conn, &id)?;
            learn_of(conn, &session, now)
        })?;
        Ok(true)
    }

    /// Notes how many attend the classes that take place now at a place, as far as meetings are known to be theirs.
    pub(super) fn note_polled(&self, place: &Place, meetings: &[Meeting], now: DateTime<Utc>) -> AppResult<()> {
        let mut pupils: HashMap<&str, u32> = HashMap::new();
        for meeting in meetings {
            for mark in &meeting.marks {
                *pupils.entry(mark).or_default() += meeting.pupils();
            }
        }
        let under_way = self.store.read_now(|conn| store::attendance::under_way(conn, place, now))?;
        let seen: Vec<Attendance> = under_way
            .into_iter()
            .filter_map(|(session, link, planned)| {
                let found = marks_of(session.as_str(), link.as_deref()).find_map(|mark| pupils.get(mark).copied());
                let participants = found?.min(MOST_PARTICIPANTS);
                Some(Attendance { session, planned, participants, input: AttendanceInput::Polled, at: now })
            })
            .collect();
        if seen.is_empty() {
            return Ok(());
        }
        Ok(self.store.write_now(|conn| seen.iter().try_for_each(|seen| store::attendance::note(conn, seen)))?)
    }
}

/// Has the groups of a class that has ended learn of it. What is learned is told anew of all their classes, so that it is
/// the same however often, and in whatever order, they are reported.
fn learn_of(conn: &mut Conn, session: &Session, now: DateTime<Utc>) -> AppResult<()> {
    store::attendance::set_learned(conn, &session.id)?;
    for id in &session.groups {
        let group = store::groups::get(conn, id)?;
        let classes = store::attendance::of_group(conn, id, MOST_CLASSES, now)?;
        let (learned, _) = learn(group.attendance_percent, classes);
        if learned != group.learned_percent {
            store::groups::set_learned(conn, id, learned)?;
        }
    }
    Ok(())
}

fn shown(conn: &mut Conn, group: Group, now: DateTime<Utc>) -> AppResult<GroupAttendance> {
    let classes = store::attendance::of_group(conn, &group.id, MOST_CLASSES, now)?;
    let (_, classes) = learn(group.attendance_percent, classes);
    Ok(GroupAttendance {
        headcount: group.headcount,
        entered_percent: group.attendance_percent,
        expected_percent: group.expected_percent(),
        connections: group.connections(),
        group: group.id,
        classes,
    })
}

fn seen(conn: &mut Conn, who: &Principal, id: &Id) -> AppResult<Session> {
    let session = store::sessions::get(conn, id).map_err(|error| error.or_unknown("session", id))?;
    if who.may_see(&session.school) { Ok(session) } else { Err(AppError::not_found("session", id)) }
}

fn of_school(conn: &mut Conn, who: &Principal, id: &Id) -> AppResult<Group> {
    let group = store::groups::get(conn, id).map_err(|error| error.or_unknown("group", id))?;
    if who.may_see(&group.school) { Ok(group) } else { Err(AppError::not_found("group", id)) }
}
