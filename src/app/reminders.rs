//! Reminders: who has answered a round, who has not, and a mail to those.

use super::{
    App, AppError, AppResult, Settings, events,
    requests::collecting,
    rounds::{may_run, visible},
    sessions::Named,
};
use crate::{
    domain::{
        access::Principal,
        finding::Findings,
        id::Id,
        notice::Notice,
        people::{School, Teacher},
        round::Round,
    },
    mail::render::{self, Call},
    store::{self, Conn},
};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The kind of a notice that reminds of a round.
const REMINDER: &str = "reminder";
/// How long before a round closes its teachers are reminded by themselves.
const AHEAD: Duration = Duration::hours(24);

/// A teacher's word on a round.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAnswer {
    /// Whether the teacher wants nothing this time, and no reminder.
    pub nothing: bool,
    /// The teacher: needed of admins, who answer for others.
    #[serde(default)]
    pub teacher: Option<Id>,
}

/// What a teacher has answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Answer {
    /// The teacher.
    pub teacher: Named,
    /// Their requests in the round.
    pub requests: u32,
    /// Whether they want nothing this time.
    pub nothing: bool,
}

/// Who has answered a round, and who has not.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Answers {
    /// Those who have requests, or want nothing.
    pub answered: Vec<Answer>,
    /// The others.
    pub waiting: Vec<Named>,
}

/// Whom a reminder reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Reminded {
    /// Those who get a mail now.
    pub reminded: Vec<Named>,
    /// Those who were reminded today.
    pub already: Vec<Named>,
    /// Those without an address.
    pub without_address: Vec<Named>,
}

impl App {
    /// Who has answered a round, and who has not. For admins.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`.
    pub async fn answers(&self, who: &Principal, round: &Id) -> AppResult<Answers> {
        let (who, round) = (who.clone(), round.clone());
        self.store
            .read(move |conn| {
                let round = visible(conn, &who, &round)?;
                may_run(&who, &round.school, "see who has answered")?;
                let (answered, waiting) = answers(conn, &round)?;
                Ok(Answers { answered, waiting: waiting.iter().map(named).collect() })
            })
            .await
    }

    /// Says that a teacher wants nothing this time, or takes it back.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for a teacher who answers for another; `Invalid` for an unknown teacher; `Conflict`:
    /// `round-not-open`, `round-not-collecting`, `round-archived`.
    pub async fn answer(&self, who: &Principal, round: &Id, new: NewAnswer) -> AppResult<Answer> {
        let (who, round, now) = (who.clone(), round.clone(), self.now());
        self.write(move |conn| {
            let round = collecting(conn, &who, &round, now)?;
            let teacher = answering(conn, &who, &round, &new)?;
            store::rounds::set_nothing(conn, &round.id, &teacher.id, new.nothing, now)?;
            let requests = store::requests::count_by_teacher(conn, &round.id)?;
            let requests = requests.get(&teacher.id).copied().unwrap_or(0);
            Ok(Answer { teacher: named(&teacher), requests, nothing: new.nothing })
        })
        .await
    }

    /// Reminds the teachers who have not answered; each at most once a day.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for teachers; `Conflict`: `round-not-open`, `round-not-collecting`, `round-archived`.
    pub async fn remind(&self, who: &Principal, round: &Id) -> AppResult<Reminded> {
        let (app, who, round, now) = (self.clone(), who.clone(), round.clone(), self.now());
        let reminded = self
            .write(move |conn| {
                let round = visible(conn, &who, &round)?;
                may_run(&who, &round.school, "remind teachers")?;
                let round = collecting(conn, &who, &round.id, now)?;
                remind(conn, &app.settings, &round, now)
            })
            .await?;
        self.bell.ring();
        Ok(reminded)
    }

    /// Reminds the teachers of one round that closes within a day; tells whether there was one. A round is reminded of
    /// once, by whichever worker comes first; one that was opened less than a day before it closes is not.
    ///
    /// # Errors
    /// those of the database.
    pub fn remind_due(&self) -> AppResult<bool> {
        let now = self.now();
        // Looking costs no write: a worker with nothing to do leaves the database to others.
        if self.store.read_now(|conn| store::rounds::to_remind(conn, now, now + AHEAD))?.is_none() {
            return Ok(false);
        }
        let settings = self.settings.clone();
        self.store.write_now(|conn| {
            let Some(round) = store::rounds::to_remind(conn, now, now + AHEAD)? else { return Ok(false) };
            if !store::rounds::set_reminded(conn, &round.id, now)? {
                return Ok(false);
            }
            events::round_closing(conn, &round, now)?;
            let opened = round.opens_at.map_or(round.created_at, |opens_at| opens_at.max(round.created_at));
            if round.closes_at.is_some_and(|closes_at| opened <= closes_at - AHEAD) {
                remind(conn, &settings, &round, now)?;
            }
            Ok::<_, AppError>(true)
        })?;
        self.bell.ring();
        Ok(true)
    }
}

/// The teacher who answers.
fn answering(conn: &mut Conn, who: &Principal, round: &Round, new: &NewAnswer) -> AppResult<Teacher> {
    let id = match (who, &new.teacher) {
        (Principal::Teacher { teacher, .. }, None) => teacher,
        (Principal::Teacher { teacher, .. }, Some(other)) if teacher != other => {
            return Err(AppError::forbidden("teachers answer for themselves"));
        }
        (_, Some(teacher)) => teacher,
        (_, None) => {
            let mut findings = Findings::default();
            findings.add("no-teacher", "teacher", "nobody is named", "name the teacher who wants nothing");
            return Err(findings.into());
        }
    };
    let found = store::teachers::list(conn, &round.school)?.into_iter().find(|teacher| teacher.id == *id);
    found.ok_or_else(|| {
        let mut findings = Findings::default();
        let action = "list them with GET /api/v1/schools/{school}/teachers";
        findings.add("unknown-teacher", "teacher", format!("this school has no teacher {id}"), action);
        findings.into()
    })
}

/// Those who have answered, with what, and those who have not.
fn answers(conn: &mut Conn, round: &Round) -> AppResult<(Vec<Answer>, Vec<Teacher>)> {
    let counts = store::requests::count_by_teacher(conn, &round.id)?;
    let nothing = store::rounds::wanting_nothing(conn, &round.id)?;
    let (mut answered, mut waiting) = (Vec::new(), Vec::new());
    for teacher in store::teachers::list(conn, &round.school)? {
        let requests = counts.get(&teacher.id).copied().unwrap_or(0);
        let nothing = nothing.contains(&teacher.id);
        if requests > 0 || nothing {
            answered.push(Answer { teacher: named(&teacher), requests, nothing });
        } else {
            waiting.push(teacher);
        }
    }
    Ok((answered, waiting))
}

fn named(teacher: &Teacher) -> Named {
    Named { id: teacher.id.clone(), name: teacher.name.clone() }
}

/// One mail for each teacher who has not answered.
fn remind(conn: &mut Conn, settings: &Settings, round: &Round, now: DateTime<Utc>) -> AppResult<Reminded> {
    let school = store::schools::get(conn, &round.school)?;
    let (_, waiting) = answers(conn, round)?;
    let mut out = Reminded::default();
    for teacher in waiting {
        let Some(address) = &teacher.email else {
            out.without_address.push(named(&teacher));
            continue;
        };
        let notice = notice(settings, &school, round, (&teacher, address), now)?;
        let list = if store::notices::enqueue(conn, &notice)? { &mut out.reminded } else { &mut out.already };
        list.push(named(&teacher));
    }
    Ok(out)
}

fn notice(
    settings: &Settings,
    school: &School,
    round: &Round,
    (teacher, address): (&Teacher, &str),
    now: DateTime<Utc>,
) -> AppResult<Notice> {
    let call = Call {
        school: &school.name,
        zone: school.zone(),
        reader: &teacher.name,
        language: teacher.language,
        link: &format!("{}/wishes?round={}", settings.public_url, round.id),
        round: &round.name,
        starts_at: round.starts_at,
        closes_at: round.closes_at,
    };
    let mail = render::reminder(&call).map_err(|error| AppError::Internal(error.to_string()))?;
    let id = Id::new(now);
    let day = now.with_timezone(&school.zone()).date_naive();
    Ok(Notice {
        message_id: format!("{id}@{}", settings.domain),
        id,
        school: Some(school.id.clone()),
        teacher: Some(teacher.id.clone()),
        // There is one notice of each cause: at most one reminder a teacher and day.
        cause: format!("{REMINDER}/{}/{}/{day}", round.id, teacher.id),
        kind: REMINDER.to_owned(),
        to_name: teacher.name.clone(),
        to_address: address.to_owned(),
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        calendar: None,
        created_at: now,
    })
}
