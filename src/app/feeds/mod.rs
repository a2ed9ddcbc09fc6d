//! Feeds: made, listed, given another address, revoked; and read by whoever holds the secret of one.
//!
//! - [`addresses`]: what is shown once, when a feed gets its secret
//! - [`view`]: what the holder of a secret sees
//! - [`calendar`]: that as a calendar, made once a change
//! - [`week`]: one week of that, for pages
//! - [`polls`]: what many programs ask at a time, asked of the database at once

pub mod addresses;
pub mod calendar;
mod polls;
pub mod view;
pub mod week;

use super::{
    App, AppError, AppResult,
    access::{hash, new_secret},
    schools,
};
use crate::{
    domain::{
        access::Principal,
        feed::{Feed, FeedKind, MOST_GROUPS},
        finding::Findings,
        id::Id,
    },
    store::{self, Conn, Found},
};
pub use addresses::IssuedFeed;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// Whose sessions a feed holds: one group's, several groups', one teacher's, or the whole school's when nobody is named.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFeed {
    /// Only this group's sessions.
    #[serde(default)]
    pub group: Option<Id>,
    /// Only these groups' sessions, each once: those of a family's children, say.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub groups: Vec<Id>,
    /// Only this teacher's sessions.
    #[serde(default)]
    pub teacher: Option<Id>,
    /// Whether it shows when, which groups and how many, but no title and nobody's name: for a public place.
    #[serde(default)]
    pub headcount_only: bool,
}

impl NewFeed {
    /// That of one group.
    pub fn of_group(group: &Id) -> Self {
        Self { group: Some(group.clone()), ..Self::default() }
    }

    /// That of one teacher.
    pub fn of_teacher(teacher: &Id) -> Self {
        Self { teacher: Some(teacher.clone()), ..Self::default() }
    }

    fn kind(&self) -> FeedKind {
        match (self.teacher.is_some(), self.group.is_some(), self.groups.is_empty()) {
            (true, ..) => FeedKind::Teacher,
            (false, true, _) => FeedKind::Group,
            (false, false, false) => FeedKind::Bundle,
            (false, false, true) => FeedKind::School,
        }
    }
}

impl App {
    /// Makes a feed. Admins make any; teachers their own and those of their school's groups.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Invalid`.
    pub async fn create_feed(&self, who: &Principal, school: &Id, new: NewFeed) -> AppResult<IssuedFeed> {
        let (who, school, now) = (who.clone(), school.clone(), self.now());
        let (secret, settings) = (new_secret(), self.settings.clone());
        self.write_secret(move |conn| {
            schools::see(conn, &who, &school)?;
            if !may_make(&who, &school, &new) {
                return Err(AppError::forbidden("teachers make feeds of themselves or of groups; an admin makes any"));
            }
            check(conn, &school, &new)?;
            let feed = made(&who, &school, &new, now);
            store::feeds::insert(conn, &feed, &hash(&secret))?;
            IssuedFeed::new(&settings, feed, &secret)
        })
        .await
    }

    /// A school's feeds, without their secrets. Teachers see their own, and those that they made.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn feeds(&self, who: &Principal, school: &Id) -> AppResult<Vec<Feed>> {
        let (who, school) = (who.clone(), school.clone());
        self.store
            .read(move |conn| {
                schools::see(conn, &who, &school)?;
                let mut feeds = store::feeds::list(conn, &school)?;
                feeds.retain(|feed| may_manage(&who, feed));
                Ok(feeds)
            })
            .await
    }

    /// Gives a feed another address: the one that it had stops to work at once. The sessions in it stay the same to
    /// calendar programs.
    ///
    /// # Errors
    /// `NotFound`, also for a teacher who asks for somebody else's; `Conflict` for one that is revoked.
    pub async fn replace_feed(&self, who: &Principal, school: &Id, id: &Id) -> AppResult<IssuedFeed> {
        let (who, school, id, now) = (who.clone(), school.clone(), id.clone(), self.now());
        let (secret, settings) = (new_secret(), self.settings.clone());
        self.write_secret(move |conn| {
            let feed = managed(conn, &who, &school, &id)?;
            if feed.revoked_at.is_some() {
                return Err(AppError::conflict("feed-revoked", "this feed is revoked for good: make another"));
            }
            store::feeds::replace(conn, &id, &hash(&secret), now)?;
            IssuedFeed::new(&settings, Feed { replaced_at: Some(now), ..feed }, &secret)
        })
        .await
    }

    /// Stops a feed's address from working; doing so again changes nothing.
    ///
    /// # Errors
    /// `NotFound`, also for a teacher who asks for somebody else's.
    pub async fn revoke_feed(&self, who: &Principal, school: &Id, id: &Id) -> AppResult<()> {
        let (who, school, id, now) = (who.clone(), school.clone(), id.clone(), self.now());
        self.write(move |conn| {
            managed(conn, &who, &school, &id)?;
            Ok(store::feeds::revoke(conn, &id, now)?)
        })
        .await
    }
}

fn made(who: &Principal, school: &Id, new: &NewFeed, now: DateTime<Utc>) -> Feed {
    let groups: BTreeSet<&Id> = new.group.iter().chain(&new.groups).collect();
    Feed {
        id: Id::new(now),
        school: school.clone(),
        kind: new.kind(),
        groups: groups.into_iter().cloned().collect(),
        teacher: new.teacher.clone(),
        headcount_only: new.headcount_only,
        made_by: match who {
            Principal::Teacher { teacher, .. } => Some(teacher.clone()),
            _ => None,
        },
        created_at: now,
        replaced_at: None,
        revoked_at: None,
        last_read_on: None,
    }
}

fn may_make(who: &Principal, school: &Id, new: &NewFeed) -> bool {
    match who {
        Principal::Teacher { school: own, teacher } => {
            own == school
                && match new.kind() {
                    FeedKind::Teacher => new.teacher.as_ref() == Some(teacher),
                    FeedKind::Group | FeedKind::Bundle => true,
                    FeedKind::School => false,
                }
        }
        _ => who.may_run(school),
    }
}

fn may_manage(who: &Principal, feed: &Feed) -> bool {
    match who {
        Principal::Teacher { school, teacher } => {
            *school == feed.school && [&feed.teacher, &feed.made_by].contains(&&Some(teacher.clone()))
        }
        _ => who.may_run(&feed.school),
    }
}

/// A feed of this school that the one who asks may manage; any other is as unknown as one that is not there.
fn managed(conn: &mut Conn, who: &Principal, school: &Id, id: &Id) -> AppResult<Feed> {
    schools::see(conn, who, school)?;
    match store::feeds::get(conn, id) {
        Ok(feed) if feed.school == *school && may_manage(who, &feed) => Ok(feed),
        Ok(_) => Err(AppError::not_found("feed", id)),
        Err(error) => Err(error.or_unknown("feed", id)),
    }
}

/// It is of one kind, and the groups or the teacher are the school's.
fn check(conn: &mut Conn, school: &Id, new: &NewFeed) -> AppResult<()> {
    let mut findings = Findings::default();
    let kinds = [new.group.is_some(), !new.groups.is_empty(), new.teacher.is_some()];
    if kinds.into_iter().filter(|is_given| *is_given).count() > 1 {
        let message = "a feed is of a group, of several groups or of a teacher";
        findings.add("two-subjects", "", message, "leave all but one out");
    }
    if new.groups.len() > MOST_GROUPS {
        findings.add("too-many", "groups", "too many groups", format!("name at most {MOST_GROUPS}"));
    }
    let group = new.group.iter().map(|id| ("group".to_owned(), id));
    let groups = new.groups.iter().take(MOST_GROUPS).enumerate().map(|(index, id)| (format!("groups[{index}]"), id));
    for (place, id) in group.chain(groups) {
        if store::groups::get(conn, id).found()?.is_none_or(|group| group.school != *school) {
            let action = format!("list the groups with GET /api/v1/schools/{school}/groups");
            findings.add("unknown-group", place, format!("this school has no group {id}"), action);
        }
    }
    if let Some(id) = &new.teacher
        && store::teachers::get(conn, id).found()?.is_none_or(|teacher| teacher.school != *school)
    {
        let action = format!("list the teachers with GET /api/v1/schools/{school}/teachers");
        findings.add("unknown-teacher", "teacher", format!("this school has no teacher {id}"), action);
    }
    Ok(findings.into_result()?)
}
