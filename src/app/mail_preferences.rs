//! Which mails somebody wants: said by the person who is signed in, or by whoever holds the secret in their mails.

use super::{
    App, AppError, AppResult,
    call::Expected,
    identity::Identity,
    schools,
    sender::{known_teacher, reader, reader_id},
};
use crate::{
    domain::{
        access::Principal,
        event::Event,
        id::Id,
        mail_preferences::{MailPreferences, MailReader},
        people::Teacher,
    },
    store::{self, Conn, StoreError},
};

impl App {
    /// Which mails the person who asks wants.
    ///
    /// # Errors
    /// `Forbidden` for tokens.
    pub async fn my_mail_preferences(&self, who: &Identity) -> AppResult<MailPreferences> {
        let (person, _) = who.person()?;
        self.store.read(move |conn| of_person(conn, &person)).await
    }

    /// Says which mails the person who asks wants from now on. What waits to be sent goes its way.
    ///
    /// # Errors
    /// `Forbidden` for tokens, `Invalid`.
    pub async fn set_my_mail_preferences(&self, who: &Identity, new: MailPreferences) -> AppResult<MailPreferences> {
        let ((person, _), expected) = (who.person()?, Expected::now());
        let new = new.checked()?;
        self.write(move |conn| {
            expected.is(&of_person(conn, &person)?)?;
            // Mails to a teacher of theirs may go to another address than that of the account.
            let mut readers = teachers_of(conn, &person)?;
            readers.push(person.clone());
            for id in readers {
                reader(conn, &id, None)?;
                store::mail_readers::set(conn, &id, &new)?;
            }
            Ok(new.clone())
        })
        .await
    }

    /// Which mails a teacher wants: why somebody got none. For the school's admins.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`.
    pub async fn mail_preferences_of(&self, who: &Principal, school: &Id, teacher: &Id) -> AppResult<MailPreferences> {
        let (who, school, teacher) = (who.clone(), school.clone(), teacher.clone());
        self.store
            .read(move |conn| {
                schools::run(conn, &who, &school)?;
                let teacher = match store::teachers::get(conn, &teacher) {
                    Ok(found) if found.school == school => found,
                    Ok(_) => return Err(AppError::not_found("teacher", &teacher)),
                    Err(error) => return Err(error.or_unknown("teacher", &teacher)),
                };
                of_teacher(conn, &teacher)
            })
            .await
    }

    /// Which mails the teacher wants who asks, by a personal link say; nothing for a teacher with an account, whose settings
    /// are the person's.
    ///
    /// # Errors
    /// `Forbidden` for who is no teacher.
    pub async fn own_mail_preferences(&self, who: &Principal) -> AppResult<Option<MailPreferences>> {
        let teacher = taught(who)?;
        self.store
            .read(move |conn| {
                let teacher = store::teachers::get(conn, &teacher)?;
                if has_account(conn, &teacher)? { Ok(None) } else { of_teacher(conn, &teacher).map(Some) }
            })
            .await
    }

    /// Says which mails the teacher who asks wants from now on, as long as they have no account.
    ///
    /// # Errors
    /// `Forbidden` for who is no teacher and for a teacher with an account: who holds a token of theirs, such as the admin who
    /// made it, is not the person. `Invalid`.
    pub async fn set_own_mail_preferences(&self, who: &Principal, new: MailPreferences) -> AppResult<()> {
        let (teacher, new) = (taught(who)?, new.checked()?);
        self.write(move |conn| {
            let teacher = store::teachers::get(conn, &teacher)?;
            if has_account(conn, &teacher)? {
                let message = "this teacher has an account: sign in to it to say which mails you want";
                return Err(AppError::forbidden(message));
            }
            reader(conn, &teacher.id, None)?;
            Ok(store::mail_readers::set(conn, &teacher.id, &new)?)
        })
        .await
    }

    /// Whether whoever holds this secret wants such mails.
    ///
    /// # Errors
    /// `NotFound` for a secret that is nobody's, and for mails that cannot be switched off.
    pub async fn wants_mails(&self, secret: &str, event: Event) -> AppResult<bool> {
        let secret = secret.to_owned();
        self.store.read(move |conn| Ok(holder(conn, &secret, event)?.preferences.wants(event))).await
    }

    /// Switches such mails off, or on again, for whoever holds this secret; done again, it changes nothing.
    ///
    /// # Errors
    /// those of [`App::wants_mails`].
    pub async fn switch_mails(&self, secret: &str, event: Event, on: bool) -> AppResult<()> {
        let secret = secret.to_owned();
        self.write_secret(move |conn| {
            let MailReader { id, mut preferences, .. } = holder(conn, &secret, event)?;
            preferences.switched_off.retain(|known| *known != event);
            if !on {
                preferences.switched_off.push(event);
                preferences.switched_off.sort_unstable();
            }
            Ok(store::mail_readers::set(conn, &id, &preferences)?)
        })
        .await
    }
}

/// What a person wants, in whichever of their schools.
pub(super) fn of_person(conn: &mut Conn, person: &Id) -> AppResult<MailPreferences> {
    if let Some(known) = store::mail_readers::get(conn, person)? {
        return Ok(known.preferences);
    }
    // They may have said so by a link in a mail, before they had an account.
    match teachers_of(conn, person)?.first() {
        Some(teacher) => known(conn, teacher),
        None => Ok(MailPreferences::default()),
    }
}

/// What a teacher wants, who may have said so before there was an account.
pub(super) fn of_teacher(conn: &mut Conn, teacher: &Teacher) -> AppResult<MailPreferences> {
    let reader = reader_id(conn, teacher)?;
    match store::mail_readers::get(conn, &reader)? {
        Some(known) => Ok(known.preferences),
        None => known(conn, &teacher.id),
    }
}

/// Whether somebody signs in as this teacher by themselves.
fn has_account(conn: &mut Conn, teacher: &Teacher) -> AppResult<bool> {
    Ok(store::memberships::of_teacher(conn, &teacher.id)?.is_some())
}

fn taught(who: &Principal) -> AppResult<Id> {
    match who {
        Principal::Teacher { teacher, .. } => Ok(teacher.clone()),
        _ => Err(AppError::forbidden("only teachers have mails without an account")),
    }
}

fn known(conn: &mut Conn, reader: &Id) -> AppResult<MailPreferences> {
    Ok(store::mail_readers::get(conn, reader)?.map(|known| known.preferences).unwrap_or_default())
}

fn teachers_of(conn: &mut Conn, person: &Id) -> AppResult<Vec<Id>> {
    let memberships = store::memberships::of_person(conn, person)?;
    Ok(memberships.into_iter().filter_map(|membership| membership.teacher).collect())
}

/// Whose mails hold the secret. A teacher's old mails speak for the person once the teacher has an account.
fn holder(conn: &mut Conn, secret: &str, event: Event) -> AppResult<MailReader> {
    if !event.may_be_switched_off() {
        return Err(AppError::not_found("kind of mail", Id::from(event.as_str())));
    }
    let found = match store::mail_readers::by_secret(conn, secret) {
        Ok(found) => found,
        // The secret is not repeated: it may be somebody's, mistyped.
        Err(StoreError::NotFound) => return Err(AppError::not_found("link", Id::from("like this"))),
        Err(error) => return Err(error.into()),
    };
    let Some(teacher) = known_teacher(conn, &found.id)? else { return Ok(found) };
    let reader = reader_id(conn, &teacher)?;
    // When nothing was sent since there is an account, what is known is known of the teacher.
    Ok(store::mail_readers::get(conn, &reader)?.unwrap_or(found))
}
