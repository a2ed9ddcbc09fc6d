//! Mails of places on offer and of swaps, queued in the transaction of their cause. A swap that is accepted or undone
//! moves classes, and of those tells [`super::notices`].

use super::{
    AppError, AppResult,
    feeds::view::named,
    notices::session_thread,
    sender::{News, Sender, known_teacher},
    situation,
};
use crate::{
    domain::{
        access::Principal,
        booking::{Swap, Waiting},
        event::Event,
        id::Id,
        session::{NamedSession, Session},
    },
    mail::bookings::{BookingMail, BookingNews, booking},
    store::Conn,
};
use chrono::{DateTime, Utc};

const OFFER: &str = "offer";
const OFFER_EXPIRED: &str = "offer-expired";
const TAKEN_OFF: &str = "taken-off";
const WAITED_IN_VAIN: &str = "waited-in-vain";
const SWAP_PROPOSED: &str = "swap-proposed";
const SWAP_OUTDATED: &str = "swap-outdated";
const SWAP_DECLINED: &str = "swap-declined";

/// What a mail is of, but for who reads it.
struct Cause<'a> {
    event: Event,
    /// Which of the mails about `of` it is.
    kind: &'a str,
    of: &'a Id,
    needed_by: Option<DateTime<Utc>>,
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
        let cause = Cause { event: Event::PlaceOffered, kind: OFFER, of: &hold.id, needed_by: Some(until) };
        self.tell_each(conn, &cause, &hold.teachers, |_| (news, &hold.id))
    }

    /// Tells the teachers of a class that waits that they let a place go.
    ///
    /// # Errors
    /// those of the database.
    pub(super) fn offer_expired(&self, conn: &mut Conn, entry: &Waiting, offer: &Id) -> AppResult<()> {
        let news = BookingNews::OfferExpired { title: &entry.title, from: entry.from, to: entry.to };
        let cause = Cause { event: Event::PlaceOffered, kind: OFFER_EXPIRED, of: offer, needed_by: None };
        self.tell_each(conn, &cause, &entry.teachers, |_| (news, offer))
    }

    /// Tells the teachers of a class that it was taken off the waiting list by somebody else, or by nobody: a teacher or a
    /// group of it left the school.
    ///
    /// # Errors
    /// those of the database.
    pub(super) fn taken_off(&self, conn: &mut Conn, who: Option<&Principal>, entry: &Waiting) -> AppResult<()> {
        let news = BookingNews::TakenOff { title: &entry.title, from: entry.from, to: entry.to };
        let cause = Cause { event: Event::PlaceOffered, kind: TAKEN_OFF, of: &entry.id, needed_by: None };
        let readers = who.map_or_else(|| entry.teachers.clone(), |who| but_for(who, &entry.teachers));
        self.tell_each(conn, &cause, &readers, |_| (news, &entry.id))
    }

    /// Tells the teachers of a class that the time for which it waited is over.
    ///
    /// # Errors
    /// those of the database.
    pub(super) fn waited_in_vain(&self, conn: &mut Conn, entry: &Waiting) -> AppResult<()> {
        let news = BookingNews::WaitedInVain { title: &entry.title, from: entry.from, to: entry.to };
        let cause = Cause { event: Event::PlaceOffered, kind: WAITED_IN_VAIN, of: &entry.id, needed_by: None };
        self.tell_each(conn, &cause, &entry.teachers, |_| (news, &entry.id))
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
        let until = mine.starts_at.min(other.starts_at);
        // An admin proposes in the school's name.
        let position = mine.teachers.iter().position(|id| acts(who, id));
        let by = position.and_then(|position| theirs.teacher_names.get(position)).map(String::as_str);
        let news = BookingNews::SwapProposed { own: &own, other: &theirs, by, until };
        let cause = Cause { event: Event::Swap, kind: SWAP_PROPOSED, of: &swap.id, needed_by: Some(until) };
        self.tell_each(conn, &cause, &but_for(who, &other.teachers), |_| (news, &other.id))
    }

    /// Tells those who proposed a swap that a change of one of the classes has ended it. Who makes the change knows.
    ///
    /// # Errors
    /// those of the database.
    pub(super) fn swap_outdated(
        &self,
        conn: &mut Conn,
        who: &Principal,
        swap: &Swap,
        (mine, other): (&Session, &Session),
    ) -> AppResult<()> {
        let [own, theirs] = self.named(conn, [mine, other])?;
        let news = BookingNews::SwapOutdated { own: &own, other: &theirs };
        let needed_by = Some(swap.session_starts_at.min(swap.other_starts_at));
        let cause = Cause { event: Event::Swap, kind: SWAP_OUTDATED, of: &swap.id, needed_by };
        self.tell_each(conn, &cause, &but_for(who, &mine.teachers), |_| (news, &mine.id))
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
            true => (BookingNews::SwapDeclined { one: &one, other: &two }, &mine.id),
            false => (BookingNews::SwapDeclined { one: &two, other: &one }, &other.id),
        };
        let needed_by = Some(mine.starts_at.min(other.starts_at));
        let cause = Cause { event: Event::Swap, kind: SWAP_DECLINED, of: &swap.id, needed_by };
        self.tell_each(conn, &cause, &but_for(who, &teachers), news)
    }

    fn named<const N: usize>(&self, conn: &mut Conn, sessions: [&Session; N]) -> AppResult<[NamedSession; N]> {
        let names = situation::names(conn, self.school)?;
        let named = named(sessions.map(Clone::clone).to_vec(), &names);
        named.try_into().map_err(|_| AppError::Internal("a class got lost on its way into a mail".to_owned()))
    }

    /// One mail for each of the teachers who has an address, with the class that it belongs to; the same cause never gives a
    /// second.
    fn tell_each<'a>(
        &self,
        conn: &mut Conn,
        cause: &Cause<'_>,
        teachers: &[Id],
        news: impl Fn(&Id) -> (BookingNews<'a>, &'a Id),
    ) -> AppResult<()> {
        // There they answer, and see what waits and what is agreed.
        let link = format!("{}/plan", self.settings.public_url);
        for id in teachers {
            // A waiting class may name a teacher who was taken away since.
            let Some(teacher) = known_teacher(conn, id)? else { continue };
            let Some(to) = self.teacher(conn, &teacher)? else { continue };
            let (news, class) = news(id);
            let about = News {
                event: cause.event,
                cause: format!("{}/{}", cause.kind, cause.of),
                thread: Some(session_thread(class)),
                needed_by: cause.needed_by,
            };
            self.tell(conn, &to, about, |to| booking(&BookingMail { to, link: &link, news }), None)?;
        }
        Ok(())
    }
}

/// The teachers but for the one who acts.
fn but_for(who: &Principal, teachers: &[Id]) -> Vec<Id> {
    teachers.iter().filter(|id| !acts(who, id)).cloned().collect()
}

fn acts(who: &Principal, id: &Id) -> bool {
    matches!(who, Principal::Teacher { teacher, .. } if teacher == id)
}
