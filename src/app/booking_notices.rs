//! Mails of places on offer and of swaps, queued in the transaction of their cause. A swap that is accepted or undone
//! moves classes, and of those tells [`super::notices`].

use super::{AppError, AppResult, Settings, feeds::view::named, situation};
use crate::{
    domain::{
        access::Principal,
        booking::{Swap, Waiting},
        id::Id,
        notice::Notice,
        people::School,
        session::{NamedSession, Session},
    },
    mail::bookings::{BookingMail, BookingNews, booking},
    store::{self, Conn, StoreError},
};
use chrono::{DateTime, Utc};

const OFFER: &str = "offer";
const OFFER_EXPIRED: &str = "offer-expired";
const SWAP_PROPOSED: &str = "swap-proposed";
const SWAP_DECLINED: &str = "swap-declined";

/// Where a mail comes from.
#[derive(Clone, Copy)]
pub(super) struct Sender<'a> {
    pub(super) settings: &'a Settings,
    pub(super) school: &'a School,
    pub(super) now: DateTime<Utc>,
}

impl Sender<'_> {
    /// Tells the teachers of a class that waits that a place is kept for it.
    ///
    /// # Errors
    /// those of the database.
    pub(super) fn offered(&self, conn: &mut Conn, hold: &Session) -> AppResult<()> {
        let Some(until) = hold.held_until else { return Ok(()) };
        let [class] = self.named(conn, [hold])?;
        let news = BookingNews::Offered { class: &class, until };
        self.tell(conn, (OFFER, &hold.id), &hold.teachers, |_| news)
    }

    /// Tells the teachers of a class that waits that they let a place go.
    ///
    /// # Errors
    /// those of the database.
    pub(super) fn offer_expired(&self, conn: &mut Conn, entry: &Waiting, offer: &Id) -> AppResult<()> {
        let news = BookingNews::OfferExpired { title: &entry.title, from: entry.from, to: entry.to };
        self.tell(conn, (OFFER_EXPIRED, offer), &entry.teachers, |_| news)
    }

    /// Tells the teachers of the other class that a swap is proposed: they decide. Who proposes knows.
    ///
    /// # Errors
    /// those of the database.
    pub(super) fn swap_proposed(
        &self,
        conn: &mut Conn,
        who: &Principal,
        swap: &Swap,
        (mine, other): (&Session, &Session),
    ) -> AppResult<()> {
        let [theirs, own] = self.named(conn, [mine, other])?;
        let news = BookingNews::SwapProposed { own: &own, other: &theirs };
        self.tell(conn, (SWAP_PROPOSED, &swap.id), &but_for(who, &other.teachers), |_| news)
    }

    /// Tells the teachers of both classes that a swap will not be. Who declines or withdraws it knows.
    ///
    /// # Errors
    /// those of the database.
    pub(super) fn swap_declined(
        &self,
        conn: &mut Conn,
        who: &Principal,
        swap: &Swap,
        (mine, other): (&Session, &Session),
    ) -> AppResult<()> {
        let [one, two] = self.named(conn, [mine, other])?;
        let mut teachers = [mine.teachers.as_slice(), other.teachers.as_slice()].concat();
        teachers.sort();
        teachers.dedup();
        // First stands the class of the one who reads.
        let news = |reader: &Id| match mine.teachers.contains(reader) {
            true => BookingNews::SwapDeclined { one: &one, other: &two },
            false => BookingNews::SwapDeclined { one: &two, other: &one },
        };
        self.tell(conn, (SWAP_DECLINED, &swap.id), &but_for(who, &teachers), news)
    }

    fn named<const N: usize>(&self, conn: &mut Conn, sessions: [&Session; N]) -> AppResult<[NamedSession; N]> {
        let names = situation::names(conn, self.school)?;
        let named = named(sessions.map(Clone::clone).to_vec(), &names);
        named.try_into().map_err(|_| AppError::Internal("a class got lost on its way into a mail".to_owned()))
    }

    /// One mail for each of the teachers who has an address; the same cause never gives a second.
    fn tell<'a>(
        &self,
        conn: &mut Conn,
        (kind, of): (&str, &Id),
        teachers: &[Id],
        news: impl Fn(&Id) -> BookingNews<'a>,
    ) -> AppResult<()> {
        for id in teachers {
            let teacher = match store::teachers::get(conn, id) {
                // A waiting class may name a teacher who was taken away since.
                Err(StoreError::NotFound) => continue,
                other => other?,
            };
            let Some(address) = teacher.email else { continue };
            let mail = booking(&BookingMail {
                school: &self.school.name,
                zone: self.school.zone(),
                reader: &teacher.name,
                language: teacher.language,
                link: &format!("{}/week", self.settings.public_url),
                news: news(id),
            })
            .map_err(|error| AppError::Internal(error.to_string()))?;
            let notice = Id::new(self.now);
            let notice = Notice {
                message_id: format!("{notice}@{}", self.settings.domain),
                id: notice,
                school: Some(self.school.id.clone()),
                teacher: Some(id.clone()),
                cause: format!("{kind}/{of}/{id}"),
                kind: kind.to_owned(),
                to_name: teacher.name,
                to_address: address,
                subject: mail.subject,
                text: mail.text,
                html: mail.html,
                calendar: None,
                created_at: self.now,
            };
            store::notices::enqueue(conn, &notice)?;
        }
        Ok(())
    }
}

/// The teachers but for the one who acts.
fn but_for(who: &Principal, teachers: &[Id]) -> Vec<Id> {
    let acts = |id: &&Id| matches!(who, Principal::Teacher { teacher, .. } if teacher == *id);
    teachers.iter().filter(|id| !acts(id)).cloned().collect()
}
