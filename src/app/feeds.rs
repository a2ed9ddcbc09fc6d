//! Feeds: made, listed, revoked; and read by whoever holds the secret of one.

use super::{
    App, AppError, AppResult,
    access::{hash, new_secret},
};
use crate::{
    domain::{
        access::Principal,
        feed::{self, Feed},
        finding::Findings,
        id::Id,
        people::{Group, Language, School, Teacher},
        session::NamedSession,
    },
    ical::{self, Publisher},
    planning::names::Names,
    store::{self, Conn, StoreError},
};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whose sessions a feed holds: one group's, one teacher's, or the whole school's when neither is named.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFeed {
    /// Only this group's sessions.
    #[serde(default)]
    pub group: Option<Id>,
    /// Only this teacher's sessions.
    #[serde(default)]
    pub teacher: Option<Id>,
}

/// A new feed with its addresses. They hold its secret and are shown this once.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct IssuedFeed {
    /// The feed.
    #[serde(flatten)]
    pub feed: Feed,
    /// The calendar's path on this service.
    #[schema(example = "/feeds/5f…c1.ics")]
    pub path: String,
    /// The calendar's address.
    pub url: String,
    /// The same for programs that offer to subscribe when it is opened.
    pub webcal_url: String,
    /// The address of a page that shows the same sessions.
    pub page_url: String,
}

/// What the holder of a feed's secret sees.
#[derive(Clone, Debug)]
pub struct FeedView {
    /// The feed.
    pub feed: Feed,
    /// Its school.
    pub school: School,
    /// What it is called: the group's or teacher's name, or the school's.
    pub name: String,
    /// The language of its texts.
    pub language: Language,
    /// Its sessions by start: confirmed ones, and those cancelled not long ago.
    pub sessions: Vec<NamedSession>,
    /// When it changed last.
    pub changed_at: DateTime<Utc>,
}

/// A feed as calendar programs read it.
#[derive(Clone, Debug)]
pub struct FeedCalendar {
    /// The calendar.
    pub text: String,
    /// When it changed last.
    pub changed_at: DateTime<Utc>,
}

impl App {
    /// Makes a feed. Admins make any; teachers their own and those of their school's groups.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Invalid`.
    pub async fn create_feed(&self, who: &Principal, school: &Id, new: NewFeed) -> AppResult<IssuedFeed> {
        self.school(who, school).await?;
        if !may_make(who, school, &new) {
            return Err(AppError::forbidden("teachers make feeds of themselves or of a group; an admin makes any"));
        }
        let now = self.now();
        let feed = Feed {
            id: Id::new(now),
            school: school.clone(),
            group: new.group,
            teacher: new.teacher,
            created_at: now,
            revoked_at: None,
        };
        let secret = new_secret();
        let (issued, secret_hash) = (self.issued(feed, &secret), hash(&secret));
        self.write_secret(move |conn| {
            check(conn, &issued.feed)?;
            store::feeds::insert(conn, &issued.feed, &secret_hash)?;
            Ok(issued.clone())
        })
        .await
    }

    /// A school's feeds, without their secrets. Teachers see their own.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn feeds(&self, who: &Principal, school: &Id) -> AppResult<Vec<Feed>> {
        self.school(who, school).await?;
        let (who, school) = (who.clone(), school.clone());
        let mut feeds: Vec<Feed> =
            self.store.read(move |conn| Ok::<_, AppError>(store::feeds::list(conn, &school)?)).await?;
        feeds.retain(|feed| may_manage(&who, feed));
        Ok(feeds)
    }

    /// Stops a feed's address from working; doing so again changes nothing.
    ///
    /// # Errors
    /// `NotFound`, also for a teacher who asks for somebody else's.
    pub async fn revoke_feed(&self, who: &Principal, school: &Id, id: &Id) -> AppResult<()> {
        self.school(who, school).await?;
        let (who, school, id, now) = (who.clone(), school.clone(), id.clone(), self.now());
        self.write(move |conn| {
            let unknown = || AppError::not_found("feed", &id);
            let feed = match store::feeds::get(conn, &id) {
                Err(StoreError::NotFound) => return Err(unknown()),
                other => other?,
            };
            if feed.school != school || !may_manage(&who, &feed) {
                return Err(unknown());
            }
            Ok(store::feeds::revoke(conn, &id, now)?)
        })
        .await
    }

    /// What the holder of a secret sees; pages show it.
    ///
    /// # Errors
    /// `NotFound` for a secret that is unknown or revoked. The secret is not in the error.
    pub async fn sessions_of(&self, secret: &str) -> AppResult<FeedView> {
        let (secret_hash, now) = (hash(secret), self.now());
        self.store.read(move |conn| view(conn, &secret_hash, now)).await
    }

    /// The calendar of the holder of a secret.
    ///
    /// # Errors
    /// those of [`App::sessions_of`].
    pub async fn feed_calendar(&self, secret: &str) -> AppResult<FeedCalendar> {
        let view = self.sessions_of(secret).await?;
        let publisher = Publisher {
            domain: &self.settings.domain,
            school: &view.school.name,
            zone: view.school.zone(),
            language: view.language,
        };
        let text = ical::feed(&publisher, &view.calendar_name(), view.feed.created_at, &view.sessions);
        Ok(FeedCalendar { text, changed_at: view.changed_at })
    }

    fn issued(&self, feed: Feed, secret: &str) -> IssuedFeed {
        let public_url = &self.settings.public_url;
        let path = format!("/feeds/{secret}.ics");
        let url = format!("{public_url}{path}");
        let (_, after_scheme) = url.split_once("://").unwrap_or(("", &url));
        let webcal_url = format!("webcal://{after_scheme}");
        IssuedFeed { feed, path, webcal_url, page_url: format!("{public_url}/feeds/{secret}"), url }
    }
}

impl FeedView {
    /// The name that calendar programs list: with the school's, for those who follow several.
    fn calendar_name(&self) -> String {
        if self.name == self.school.name {
            self.name.clone()
        } else {
            format!("{} – {}", self.name, self.school.name)
        }
    }
}

/// Names the sessions' groups and teachers.
pub(super) fn named(sessions: Vec<crate::domain::session::Session>, names: &Names) -> Vec<NamedSession> {
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    sessions
        .into_iter()
        .map(|session| NamedSession {
            group_names: sorted(session.groups.iter().map(|id| names.group(id).to_owned()).collect()),
            teacher_names: sorted(session.teachers.iter().map(|id| names.teacher(id).to_owned()).collect()),
            session,
        })
        .collect()
}

fn may_make(who: &Principal, school: &Id, new: &NewFeed) -> bool {
    match who {
        Principal::Teacher { school: own, teacher } => {
            let own_feed = new.teacher.as_ref() == Some(teacher) && new.group.is_none();
            own == school && (own_feed || (new.teacher.is_none() && new.group.is_some()))
        }
        _ => who.may_run(school),
    }
}

fn may_manage(who: &Principal, feed: &Feed) -> bool {
    match who {
        Principal::Teacher { school, teacher } => *school == feed.school && feed.teacher.as_ref() == Some(teacher),
        _ => who.may_run(&feed.school),
    }
}

/// The group or teacher must be the school's.
fn check(conn: &mut Conn, feed: &Feed) -> AppResult<()> {
    let mut findings = Findings::default();
    if feed.group.is_some() && feed.teacher.is_some() {
        findings.add("two-subjects", "", "a feed is of a group or of a teacher", "leave one of the two out");
    }
    if let Some(id) = &feed.group
        && found(store::groups::get(conn, id))?.is_none_or(|group: Group| group.school != feed.school)
    {
        let action = format!("list the groups with GET /api/v1/schools/{}/groups", feed.school);
        findings.add("unknown-group", "group", format!("this school has no group {id}"), action);
    }
    if let Some(id) = &feed.teacher
        && found(store::teachers::get(conn, id))?.is_none_or(|teacher: Teacher| teacher.school != feed.school)
    {
        let action = format!("list the teachers with GET /api/v1/schools/{}/teachers", feed.school);
        findings.add("unknown-teacher", "teacher", format!("this school has no teacher {id}"), action);
    }
    Ok(findings.into_result()?)
}

fn found<T>(result: Result<T, StoreError>) -> Result<Option<T>, StoreError> {
    match result {
        Err(StoreError::NotFound) => Ok(None),
        other => other.map(Some),
    }
}

fn view(conn: &mut Conn, secret_hash: &str, now: DateTime<Utc>) -> AppResult<FeedView> {
    let Some(feed) = found(store::feeds::by_hash(conn, secret_hash))? else {
        return Err(AppError::not_found("feed", "at this address any more, or the address is incomplete"));
    };
    let school = store::schools::get(conn, &feed.school)?;
    let (mut name, mut language) = (school.name.clone(), school.language);
    let since = DateTime::UNIX_EPOCH;
    let sessions = match (&feed.group, &feed.teacher) {
        (Some(group), _) => {
            name = store::groups::get(conn, group)?.name;
            store::sessions::of_group(conn, group, since)?
        }
        (None, Some(teacher)) => {
            let teacher = store::teachers::get(conn, teacher)?;
            (name, language) = (teacher.name, teacher.language);
            store::sessions::of_teacher(conn, &teacher.id, since)?
        }
        (None, None) => store::sessions::of_school(conn, &school.id, since, far_ahead())?,
    };
    let changed_at = feed::changed_at(&feed, &sessions, now);
    let shown = sessions.into_iter().filter(|session| feed::leaves_at(session).is_none_or(|at| now < at)).collect();
    let names = super::situation::names(conn, &school)?;
    Ok(FeedView { sessions: named(shown, &names), feed, school, name, language, changed_at })
}

/// Later than any class.
fn far_ahead() -> DateTime<Utc> {
    NaiveDate::from_ymd_opt(9999, 1, 1).unwrap_or(NaiveDate::MAX).and_time(NaiveTime::MIN).and_utc()
}
