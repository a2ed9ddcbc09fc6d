//! Notices of lowered limits: the teachers whose classes do not fit any more and the school's admins hear of them, in the
//! transaction that lowers the limit. Nothing moves by itself.

use super::{
    AppResult, Settings,
    capacity::OWN_PREFIX,
    feeds::view::named,
    limits::Overload,
    notices::session_thread,
    sender::{Addressee, News, Sender},
    situation,
};
use crate::{
    domain::{
        event::Event,
        id::Id,
        people::School,
        session::{NamedSession, Session},
    },
    mail::{
        Reader,
        cuts::{Crowded, CutMail, capacity_cut},
    },
    store::{self, Conn, StoreError},
};
use chrono::{DateTime, Duration, Utc};
use std::collections::HashMap;

/// One mail for each of those concerned, however many classes do not fit. Each lowering of a limit is another one.
///
/// # Errors
/// those of the database.
pub(super) fn announce(
    conn: &mut Conn,
    settings: &Settings,
    school: &School,
    overloads: &[Overload],
    now: DateTime<Utc>,
) -> AppResult<()> {
    let crowded = crowded(conn, school, overloads, now)?;
    if crowded.is_empty() {
        return Ok(());
    }
    let (sender, cause) = (Sender { settings, school, now }, format!("capacity-cut/{}", Id::new(now)));
    let admins = sender.admins(conn)?;
    for teacher in store::teachers::list(conn, &school.id)? {
        let is_theirs = |one: &&Crowded| one.class.session.teachers.contains(&teacher.id);
        let theirs: Vec<Crowded> = crowded.iter().filter(is_theirs).cloned().collect();
        if theirs.is_empty() {
            continue;
        }
        let Some(to) = sender.teacher(conn, &teacher)? else { continue };
        // Who runs the school hears of all classes, in one mail.
        if admins.iter().any(|admin| admin.is_same_reader(&to)) {
            continue;
        }
        tell(conn, &sender, &to, &theirs, &cause)?;
    }
    for to in admins {
        tell(conn, &sender, &to, &crowded, &cause)?;
    }
    Ok(())
}

/// The classes that do not fit, each with the pool that it is too much for most, by start.
fn crowded(conn: &mut Conn, school: &School, overloads: &[Overload], now: DateTime<Utc>) -> AppResult<Vec<Crowded>> {
    let mut worst: HashMap<&Id, (&str, u64)> = HashMap::new();
    for overload in overloads {
        for session in &overload.sessions {
            let known = worst.entry(&session.id).or_insert((&overload.name, 0));
            if overload.over > known.1 {
                *known = (&overload.name, overload.over);
            }
        }
    }
    let of_overloads = || overloads.iter().flat_map(|overload| &overload.sessions);
    let Some(last) = of_overloads().map(|session| session.end.utc).max() else { return Ok(Vec::new()) };
    let names = situation::names(conn, school)?;
    let mut sessions = store::sessions::taking_place(conn, &school.id, now - Duration::days(1), last)?;
    sessions.retain(|session| worst.contains_key(&session.id));
    sessions.sort_by_key(|session: &Session| (session.starts_at, session.id.clone()));
    let with_pool = |class: NamedSession| {
        let (pool, over) = worst.get(&class.session.id).copied().unwrap_or_default();
        Crowded { pool: (!pool.starts_with(OWN_PREFIX)).then(|| pool.to_owned()), over, class }
    };
    Ok(named(sessions, &names).into_iter().map(with_pool).collect())
}

fn tell(
    conn: &mut Conn,
    sender: &Sender<'_>,
    to: &Addressee,
    classes: &[Crowded],
    cause: &str,
) -> Result<(), StoreError> {
    let news = News {
        event: Event::CapacityCut,
        cause: cause.to_owned(),
        thread: match classes {
            [one] => Some(session_thread(&one.class.session.id)),
            _ => None,
        },
        needed_by: classes.iter().map(|one| one.class.session.starts_at).min(),
    };
    let link = format!("{}/week", sender.settings.public_url);
    sender.tell(conn, to, news, |to: Reader<'_>| capacity_cut(&CutMail { to, link: &link, classes }), None)?;
    Ok(())
}
