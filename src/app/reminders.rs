//! Mails about a round: that it takes wishes, a reminder to those who have not answered, that it is deleted; and who has
//! answered.

use super::{
    App, AppError, AppResult, Settings, events,
    notices::round_thread,
    requests::collecting,
    rounds::{may_run, visible},
    sender::{Addressee, News, Sender, Told},
    sessions::Named,
};
use crate::{
    domain::{access::Principal, event::Event, finding::Findings, id::Id, people::Teacher, round::Round},
    mail::{
        Reader,
        rounds::{self, Call, Gone},
    },
    store::{self, Conn, StoreError},
};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What causes of reminders begin with.
const REMINDER: &str = "reminder";
/// What causes of mails begin with that tell of a deleted round.
const DELETED: &str = "round-deleted";
/// Those who run the school that are named as whom to ask.
const NAMED: usize = 3;
/// What causes of mails begin with that tell of a round.
const OPENED: &str = "round-opened";
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
    /// Those who switched such mails off.
    pub unwanted: Vec<Named>,
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

    /// Tells the teachers of one round that takes wishes from now on; tells whether there was one.
    ///
    /// # Errors
    /// those of the database.
    pub fn announce_opened(&self) -> AppResult<bool> {
        let now = self.now();
        // Looking costs no write: a worker with nothing to do leaves the database to others.
        if self.store.read_now(|conn| store::rounds::to_announce(conn, now))?.is_none() {
            return Ok(false);
        }
        let settings = self.settings.clone();
        self.store.write_now(|conn| {
            let Some(round) = store::rounds::to_announce(conn, now)? else { return Ok(false) };
            opened(conn, &settings, &round, now)?;
            Ok::<_, AppError>(true)
        })?;
        self.bell.ring();
        Ok(true)
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

/// One mail for each teacher of the school: a round takes wishes. Once a round, whoever comes first.
///
/// # Errors
/// those of the database.
pub(super) fn opened(conn: &mut Conn, settings: &Settings, round: &Round, now: DateTime<Utc>) -> AppResult<()> {
    if !store::rounds::set_announced(conn, &round.id, now)? {
        return Ok(());
    }
    let school = store::schools::get(conn, &round.school)?;
    events::round_opened(conn, &school, round, now)?;
    let sender = Sender { settings, school: &school, now };
    for teacher in store::teachers::list(conn, &school.id)? {
        let Some(to) = sender.teacher(conn, &teacher)? else { continue };
        let cause = format!("{OPENED}/{}", round.id);
        tell(conn, &sender, &to, round, (Event::RoundOpened, cause))?;
    }
    Ok(())
}

/// One mail for each teacher who had entered wishes in a round that is being deleted: they went with it. Of a round whose
/// days are past nobody is told, for nobody waits for it any more.
///
/// # Errors
/// those of the database.
pub(super) fn deleted(conn: &mut Conn, settings: &Settings, round: &Round, now: DateTime<Utc>) -> AppResult<()> {
    let school = store::schools::get(conn, &round.school)?;
    events::round_deleted(conn, &school, round, now)?;
    let wishes = store::requests::count_by_teacher(conn, &round.id)?;
    if wishes.is_empty() || round.ends_at <= now {
        return Ok(());
    }
    let sender = Sender { settings, school: &school, now };
    let admins: Vec<String> = sender.admins(conn)?.into_iter().map(|admin| admin.name).take(NAMED).collect();
    let link = format!("{}/wishes", settings.public_url);
    for teacher in store::teachers::list(conn, &school.id)? {
        let Some(count) = wishes.get(&teacher.id).copied() else { continue };
        let Some(to) = sender.teacher(conn, &teacher)? else { continue };
        let news = News {
            event: Event::RoundDeleted,
            cause: format!("{DELETED}/{}", round.id),
            thread: Some(round_thread(&round.id)),
            needed_by: None,
        };
        let Round { name, starts_at, .. } = round;
        let mail = |to: Reader<'_>| {
            rounds::deleted(&Gone { to, link: &link, round: name, starts_at: *starts_at, wishes: count, ask: &admins })
        };
        sender.tell(conn, &to, news, mail, None)?;
    }
    Ok(())
}

/// One mail for each teacher who has not answered.
fn remind(conn: &mut Conn, settings: &Settings, round: &Round, now: DateTime<Utc>) -> AppResult<Reminded> {
    let school = store::schools::get(conn, &round.school)?;
    let sender = Sender { settings, school: &school, now };
    let day = now.with_timezone(&school.zone()).date_naive();
    let (_, waiting) = answers(conn, round)?;
    let mut out = Reminded::default();
    for teacher in waiting {
        let Some(to) = sender.teacher(conn, &teacher)? else {
            out.without_address.push(named(&teacher));
            continue;
        };
        // There is one notice of each cause: at most one reminder a teacher and day.
        let cause = format!("{REMINDER}/{}/{day}", round.id);
        let list = match tell(conn, &sender, &to, round, (Event::RoundClosing, cause))? {
            Told::Now => &mut out.reminded,
            Told::Before => &mut out.already,
            Told::Unwanted => &mut out.unwanted,
        };
        list.push(named(&teacher));
    }
    Ok(out)
}

fn tell(
    conn: &mut Conn,
    sender: &Sender<'_>,
    to: &Addressee,
    round: &Round,
    (event, cause): (Event, String),
) -> Result<Told, StoreError> {
    let link = format!("{}/wishes?round={}", sender.settings.public_url, round.id);
    let news = News { event, cause, thread: Some(round_thread(&round.id)), needed_by: round.closes_at };
    let mail = |to: Reader<'_>| {
        let Round { name, starts_at, closes_at, .. } = round;
        let call = Call { to, link: &link, round: name, starts_at: *starts_at, closes_at: *closes_at };
        if event == Event::RoundOpened { rounds::opened(&call) } else { rounds::reminder(&call) }
    };
    sender.tell(conn, to, news, mail, None)
}
