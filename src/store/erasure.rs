//! What is stored of a person across the tables: found for them to read, and taken out when they are erased.

use super::{
    Conn, StoreError,
    schema::{
        answers, audit_entries, feed_subjects, feeds, invitations, notices, people, pins, request_teachers, requests,
        teachers, tokens,
    },
    types::{ROWS, utc},
};
use crate::domain::{id::Id, people::Teacher};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;
use std::collections::BTreeSet;

/// What stands where a reason stood: a wish that is given back can be entered again.
pub const NO_REASON: &str = "—";

fn texts(ids: &[Id]) -> Vec<&str> {
    ids.iter().map(Id::as_str).collect()
}

/// The teachers with one of these addresses, of whichever school.
///
/// # Errors
/// those of the database.
pub fn teachers_with(conn: &mut Conn, addresses: &[String]) -> Result<Vec<Id>, StoreError> {
    let theirs = teachers::table.filter(teachers::email.eq_any(addresses));
    let ids = theirs.order(teachers::id).select(teachers::id).load::<String>(conn)?;
    Ok(ids.into_iter().map(Id::from).collect())
}

/// Writes a teacher's name anew and takes address and link away; tells whether something changed.
///
/// # Errors
/// `NotFound`, and `Duplicate` when the school has another teacher of this name.
pub fn rename(conn: &mut Conn, teacher: &Teacher, name: &str) -> Result<bool, StoreError> {
    if teacher.name == name && teacher.email.is_none() && teacher.link.is_none() {
        return Ok(false);
    }
    super::teachers::update(conn, &Teacher { name: name.to_owned(), email: None, link: None, ..teacher.clone() })?;
    Ok(true)
}

/// Whether a school has a teacher of this name.
///
/// # Errors
/// those of the database.
pub fn is_taken(conn: &mut Conn, school: &Id, name: &str) -> Result<bool, StoreError> {
    let like = teachers::table.filter(teachers::school_id.eq(school.as_str())).filter(teachers::name.eq(name));
    Ok(like.count().get_result::<i64>(conn)? > 0)
}

/// Deletes a person's account, with memberships, links and browser sessions.
///
/// # Errors
/// `NotFound`.
pub fn delete_account(conn: &mut Conn, person: &Id) -> Result<(), StoreError> {
    let done = diesel::delete(people::table.filter(people::id.eq(person.as_str()))).execute(conn)?;
    if done == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// Deletes the tokens of these teachers, and names them.
///
/// # Errors
/// those of the database.
pub fn delete_tokens(conn: &mut Conn, of: &[Id]) -> Result<Vec<Id>, StoreError> {
    let ids = tokens::table.filter(tokens::teacher_id.eq_any(texts(of))).select(tokens::id).load::<String>(conn)?;
    diesel::delete(tokens::table.filter(tokens::teacher_id.eq_any(texts(of)))).execute(conn)?;
    Ok(ids.into_iter().map(Id::from).collect())
}

/// Deletes the feeds of these teachers: their addresses stop to work. Tells how many they were.
///
/// # Errors
/// those of the database.
pub fn delete_feeds(conn: &mut Conn, of: &[Id]) -> Result<usize, StoreError> {
    let theirs = feed_subjects::table.filter(feed_subjects::subject_id.eq_any(texts(of)));
    let feeds = feeds::table.filter(feeds::id.eq_any(theirs.select(feed_subjects::feed_id)));
    Ok(diesel::delete(feeds).execute(conn)?)
}

/// Deletes the mails to these teachers, and those about accounts that go to these addresses. One that a worker is
/// handing over may still arrive.
///
/// # Errors
/// those of the database.
pub fn delete_mails(conn: &mut Conn, to: &[Id], addresses: &[String]) -> Result<usize, StoreError> {
    let taught = diesel::delete(notices::table.filter(notices::teacher_id.eq_any(texts(to)))).execute(conn)?;
    let about_accounts = notices::table.filter(notices::teacher_id.is_null());
    let others = diesel::delete(about_accounts.filter(notices::to_address.eq_any(addresses))).execute(conn)?;
    Ok(taught + others)
}

/// Deletes the invitations of these teachers, and those to these addresses: all, or one school's.
///
/// # Errors
/// those of the database.
pub fn delete_invitations(
    conn: &mut Conn,
    of: &[Id],
    addresses: &[String],
    school: Option<&Id>,
) -> Result<usize, StoreError> {
    let taught = invitations::table.filter(invitations::teacher_id.eq_any(texts(of)));
    let mut done = diesel::delete(taught).execute(conn)?;
    let to = invitations::table.filter(invitations::email.eq_any(addresses));
    done += match school {
        Some(school) => diesel::delete(to.filter(invitations::school_id.eq(school.as_str()))).execute(conn)?,
        None => diesel::delete(to).execute(conn)?,
    };
    Ok(done)
}

/// Writes another name where invitations name this person as who invited; all, or one school's.
///
/// # Errors
/// those of the database.
pub fn rename_inviter(conn: &mut Conn, person: &Id, to: &str, school: Option<&Id>) -> Result<usize, StoreError> {
    let theirs =
        invitations::table.filter(invitations::made_by.eq(person.as_str())).filter(invitations::invited_by.ne(to));
    let named = invitations::invited_by.eq(to);
    Ok(match school {
        Some(school) => {
            diesel::update(theirs.filter(invitations::school_id.eq(school.as_str()))).set(named).execute(conn)?
        }
        None => diesel::update(theirs).set(named).execute(conn)?,
    })
}

/// Writes another name in the audit entries of these people and tokens: all, or one school's. Tells how many changed.
///
/// # Errors
/// those of the database.
pub fn rename_actors(conn: &mut Conn, actors: &[Id], name: &str, school: Option<&Id>) -> Result<usize, StoreError> {
    let theirs = audit_entries::table
        .filter(audit_entries::actor_id.eq_any(texts(actors)))
        .filter(audit_entries::actor_name.ne(name));
    let named = audit_entries::actor_name.eq(name);
    Ok(match school {
        Some(school) => {
            diesel::update(theirs.filter(audit_entries::school_id.eq(school.as_str()))).set(named).execute(conn)?
        }
        None => diesel::update(theirs).set(named).execute(conn)?,
    })
}

/// Deletes the answers that are kept for these people's and tokens' repeated requests.
///
/// # Errors
/// those of the database.
pub fn delete_answers(conn: &mut Conn, actors: &[Id]) -> Result<usize, StoreError> {
    Ok(diesel::delete(answers::table.filter(answers::actor_id.eq_any(texts(actors)))).execute(conn)?)
}

/// Takes the reasons and links out of the wishes of these teachers, and the notes off their pins. Tells how many requests
/// had any.
///
/// # Errors
/// those of the database.
pub fn blank_wishes_of(conn: &mut Conn, of: &[Id]) -> Result<usize, StoreError> {
    let theirs = request_teachers::table.filter(request_teachers::teacher_id.eq_any(texts(of)));
    let ids = theirs.select(request_teachers::request_id).distinct().load::<String>(conn)?;
    blank_wishes(conn, &ids)
}

/// Takes the reasons and links out of these requests' wishes, and the notes off their pins. Tells how many had any.
///
/// # Errors
/// those of the database.
pub(super) fn blank_wishes(conn: &mut Conn, ids: &[String]) -> Result<usize, StoreError> {
    let mut changed: BTreeSet<String> = BTreeSet::new();
    for part in ids.chunks(ROWS) {
        let rows = requests::table
            .filter(requests::id.eq_any(part))
            .select((requests::id, requests::wish, requests::rules))
            .load::<(String, Option<String>, Option<String>)>(conn)?;
        for (id, wish, rules) in rows {
            // What was entered, and the rules that came of it.
            let blank = [&wish, &rules].map(|text| text.as_deref().and_then(without_reasons));
            if blank.iter().all(Option::is_none) {
                continue;
            }
            let [new_wish, new_rules] = blank;
            let texts = (requests::wish.eq(new_wish.or(wish)), requests::rules.eq(new_rules.or(rules)));
            diesel::update(requests::table.filter(requests::id.eq(&id))).set(texts).execute(conn)?;
            changed.insert(id);
        }
        let noted = || pins::table.filter(pins::request_id.eq_any(part)).filter(pins::note.is_not_null());
        changed.extend(noted().select(pins::request_id).load::<String>(conn)?);
        diesel::update(noted()).set(pins::note.eq(None::<String>)).execute(conn)?;
    }
    Ok(changed.len())
}

/// A wish or its rules without reasons and link; none when there is none.
fn without_reasons(wish: &str) -> Option<String> {
    // What cannot be read is no wish of this program: it keeps nothing that it would not show.
    let mut wish: Value = serde_json::from_str(wish).ok()?;
    let mut changed = wish.get_mut("link").is_some_and(|link| !link.take().is_null());
    for hours in wish.get_mut("impossible_hours").and_then(Value::as_array_mut).into_iter().flatten() {
        let Some(reason) = hours.get_mut("reason") else { continue };
        if reason.as_str() != Some(NO_REASON) {
            *reason = Value::from(NO_REASON);
            changed = true;
        }
    }
    changed.then(|| wish.to_string())
}

/// A mail as its reader may see it.
#[derive(Clone, Debug)]
pub struct StoredMail {
    /// To which address.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub text: String,
    /// Where it stands.
    pub state: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// The mails to these teachers, and those about accounts that go to this address; the oldest first.
///
/// # Errors
/// those of the database.
pub fn mails_to(conn: &mut Conn, to: &[Id], address: &str) -> Result<Vec<StoredMail>, StoreError> {
    let about_accounts = notices::teacher_id.is_null().and(notices::to_address.eq(address));
    // A mail about an account holds a link that signs in: nobody reads it here, however long it waits to be sent.
    let rows = notices::table
        .filter(notices::teacher_id.eq_any(texts(to)).or(about_accounts))
        .order((notices::created_at, notices::id))
        .select((
            notices::teacher_id.is_not_null(),
            notices::to_address,
            notices::subject,
            notices::body_text,
            notices::state,
            notices::created_at,
        ))
        .load::<(bool, String, String, String, String, NaiveDateTime)>(conn)?;
    let read = |(is_of_school, to, subject, text, state, at): (bool, _, _, String, _, _)| {
        let text = if is_of_school { text } else { String::new() };
        StoredMail { to, subject, text, state, created_at: utc(at) }
    };
    Ok(rows.into_iter().map(read).collect())
}

/// The requests that name one of these teachers, the oldest first.
///
/// # Errors
/// those of the database.
pub fn requests_of(conn: &mut Conn, teachers: &[Id]) -> Result<Vec<Id>, StoreError> {
    let theirs = request_teachers::table.filter(request_teachers::teacher_id.eq_any(texts(teachers)));
    let ids = theirs.select(request_teachers::request_id).distinct().order(request_teachers::request_id);
    Ok(ids.load::<String>(conn)?.into_iter().map(Id::from).collect())
}

/// What somebody did: when, in which school, what, and to what.
pub type Deed = (DateTime<Utc>, Option<Id>, String, String);

/// What a person did, the oldest first.
///
/// # Errors
/// those of the database.
pub fn deeds_of(conn: &mut Conn, actor: &Id) -> Result<Vec<Deed>, StoreError> {
    let rows = audit_entries::table
        .filter(audit_entries::actor_id.eq(actor.as_str()))
        .order((audit_entries::at, audit_entries::id))
        .select((audit_entries::at, audit_entries::school_id, audit_entries::action, audit_entries::target))
        .load::<(NaiveDateTime, Option<String>, String, String)>(conn)?;
    let read =
        |(at, school, action, target): (_, Option<String>, _, _)| (utc(at), school.map(Id::from), action, target);
    Ok(rows.into_iter().map(read).collect())
}
