//! Notices of changed sessions: who hears of a change, written in the transaction of the change.

use super::{
    Settings,
    feeds::view::named,
    places::People,
    sender::{Addressee, News, Sender},
};
use crate::{
    domain::{
        event::Event,
        id::Id,
        people::{School, Teacher},
        session::{Change, Session, SessionChange},
    },
    ical::{self, Attendee, Publisher},
    mail::{
        Reader,
        changes::{self, Item},
    },
    planning::names::Names,
    store::{Conn, StoreError},
};
use chrono::{DateTime, Utc};

/// What changed sessions: it names the mails that tell of it, and what they belong to.
#[derive(Clone, Debug)]
pub enum Release {
    /// A plan of a round was published.
    Plan {
        /// The round.
        round: Id,
        /// The plan.
        plan: Id,
    },
    /// Sessions were changed one by one; the text is another one each time.
    Change(String),
}

impl Release {
    fn event(&self) -> Event {
        match self {
            Self::Plan { .. } => Event::PlanPublished,
            Self::Change(_) => Event::SessionsChanged,
        }
    }

    fn cause(&self, now: DateTime<Utc>) -> String {
        match self {
            // A plan can be published again, after another.
            Self::Plan { plan, .. } => format!("{plan}/{}", Id::new(now)),
            Self::Change(change) => change.clone(),
        }
    }

    /// A class is one thread from its first mail to its cancellation; a plan belongs to its round, as do the mails that
    /// asked for wishes.
    fn thread(&self, items: &[Item]) -> Option<String> {
        match (items, self) {
            ([item], _) => Some(session_thread(&item.session.session.id)),
            (_, Self::Plan { round, .. }) => Some(round_thread(round)),
            // Both classes of a swap, when they are one teacher's: they belong to what came before.
            (_, Self::Change(change)) => Some(format!("change-{}", change.replace('/', "-"))),
        }
    }
}

/// What all mails about a session belong to.
pub(super) fn session_thread(session: &Id) -> String {
    format!("session-{session}")
}

/// What all mails about a round belong to.
pub(super) fn round_thread(round: &Id) -> String {
    format!("round-{round}")
}

/// One mail for each teacher of the changed sessions, however many changed. The same release never gives a teacher a
/// second mail.
///
/// # Errors
/// those of the database.
pub fn announce(
    conn: &mut Conn,
    settings: &Settings,
    (school, people): (&School, &People),
    release: &Release,
    changes: &[SessionChange],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if changes.is_empty() {
        return Ok(());
    }
    if concerned(&people.teachers, changes).all(|(teacher, _)| teacher.email.is_none()) {
        return Ok(());
    }
    let names = Names::new(school, &people.teachers, &people.groups, &[]);
    let sender = Sender { settings, school, now };
    for (teacher, theirs) in concerned(&people.teachers, changes) {
        let Some(to) = sender.teacher(conn, teacher)? else { continue };
        let items = items(&theirs, &names);
        let news = News {
            event: release.event(),
            cause: release.cause(now),
            thread: release.thread(&items),
            needed_by: theirs.iter().flat_map(|change| starts(change)).min(),
        };
        let link = format!("{}/week", settings.public_url);
        let mail = |to: Reader<'_>| changes::changes(&changes::News { to, link: &link, items: &items });
        sender.tell(conn, &to, news, mail, Some(calendar(&sender, &to, &items)))?;
    }
    Ok(())
}

/// The teachers whom changes concern, each with theirs; those of them who have an address get a mail.
pub(super) fn concerned<'a>(
    teachers: &'a [Teacher],
    changes: &'a [SessionChange],
) -> impl Iterator<Item = (&'a Teacher, Vec<&'a SessionChange>)> {
    teachers.iter().filter_map(|teacher| {
        let of_teacher = |change: &&SessionChange| change.session.teachers.contains(&teacher.id);
        let theirs: Vec<&SessionChange> = changes.iter().filter(of_teacher).collect();
        (!theirs.is_empty()).then_some((teacher, theirs))
    })
}

/// Where a session is, and where it was: somebody may be on the way to either.
fn starts(change: &SessionChange) -> impl Iterator<Item = DateTime<Utc>> + use<> {
    let before = match change.change {
        Change::Moved { from } => Some(from),
        _ => None,
    };
    std::iter::once(change.session.starts_at).chain(before)
}

fn items(changes: &[&SessionChange], names: &Names) -> Vec<Item> {
    let sessions: Vec<Session> = changes.iter().map(|change| change.session.clone()).collect();
    let kinds = changes.iter().map(|change| change.change);
    let mut items: Vec<Item> =
        named(sessions, names).into_iter().zip(kinds).map(|(session, change)| Item { session, change }).collect();
    items.sort_by_key(|item| (item.session.session.starts_at, item.session.session.id.clone()));
    items
}

/// One session is an invitation, several are a file: `mail::message` says why.
fn calendar(sender: &Sender<'_>, to: &Addressee, items: &[Item]) -> String {
    let school = sender.school;
    let publisher =
        Publisher { domain: &sender.settings.domain, school: &school.name, zone: school.zone(), language: to.language };
    match items {
        [item] => ical::invitation(&publisher, &Attendee { name: &to.name, address: &to.address }, &item.session),
        items => {
            let sessions: Vec<_> = items.iter().map(|item| item.session.clone()).collect();
            ical::bundle(&publisher, sender.now, &sessions)
        }
    }
}
