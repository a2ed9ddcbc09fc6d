//! What operators see of all schools and of everybody: counted, found by name and in parts, for there may be very many.

use super::{
    App, AppResult,
    invitations::{InvitationStatus, status},
    platforms::operating,
    schools,
};
use crate::{
    domain::{
        access::Principal,
        account::{Membership, Person},
        id::Id,
        people::SchoolLine,
    },
    store::{self, Conn, StoreError},
};
use std::collections::{BTreeSet, HashMap};

/// The most people of a name that are shown: of more, more of the name is to be said.
pub const MOST_FOUND: usize = 1000;
/// The most invitations among which one is looked for.
const MOST_WAITING: i64 = 5000;

/// How far an installation is.
#[derive(Clone, Debug)]
pub struct Standing {
    /// How many schools there are.
    pub schools: usize,
    /// One of them.
    pub school: Option<Id>,
    /// How many people have an account.
    pub people: usize,
    /// How many invitations are open.
    pub open_invitations: usize,
    /// Whether somebody is something in a school, or invited to be.
    pub has_members: bool,
}

/// Tells by name and address whether somebody is looked for.
pub type Named = Box<dyn Fn(&str, &str) -> bool + Send>;

/// A part of those who are something.
#[derive(Clone, Debug)]
pub struct Members {
    /// People, once for each of what they are: operators, admins, teachers, each by name.
    pub members: Vec<(Membership, Person)>,
    /// Which part it is, from 0: the last one when a later one was asked for.
    pub part: usize,
    /// How many there are in all parts.
    pub count: usize,
    /// Whether more people have such a name than [`MOST_FOUND`].
    pub is_cut: bool,
}

impl App {
    /// How far the installation is. For operators.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn standing(&self, who: &Principal) -> AppResult<Standing> {
        operating(who)?;
        let now = self.now();
        self.store
            .read(move |conn| -> AppResult<_> {
                let (open_invitations, is_invited) = store::invitations::count_open(conn, now)?;
                Ok(Standing {
                    schools: store::schools::count_all(conn)?,
                    school: store::schools::lines(conn, Some(1))?.pop().map(|school| school.id),
                    people: store::people::count_all(conn)?,
                    open_invitations,
                    has_members: is_invited || store::memberships::is_any_in_school(conn)?,
                })
            })
            .await
    }

    /// A part of those who are something, of `size`; when `named` is given, only of those whom it tells. For operators.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn members(
        &self,
        who: &Principal,
        named: Option<Named>,
        (part, size): (usize, usize),
    ) -> AppResult<Members> {
        operating(who)?;
        self.store
            .read(move |conn| -> AppResult<_> {
                Ok(match &named {
                    Some(named) => found(conn, named.as_ref(), (part, size))?,
                    None => {
                        let count = store::memberships::count_all(conn)?;
                        let part = part.min(count.saturating_sub(1) / size);
                        let members = store::memberships::part(conn, part * size, size)?;
                        Members { members, part, count, is_cut: false }
                    }
                })
            })
            .await
    }

    /// The newest invitations that wait for somebody, open or expired. For operators.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn waiting_invitations(&self, who: &Principal) -> AppResult<Vec<InvitationStatus>> {
        operating(who)?;
        let now = self.now();
        self.store
            .read(move |conn| {
                let all = store::invitations::waiting(conn, MOST_WAITING)?;
                Ok(all.into_iter().map(|invitation| status(invitation, now)).collect())
            })
            .await
    }

    /// The invitations to a school, the newest first. For its admins, and operators.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` for teachers.
    pub async fn invitations_to(&self, who: &Principal, school: &Id) -> AppResult<Vec<InvitationStatus>> {
        let (who, school, now) = (who.clone(), school.clone(), self.now());
        self.store
            .read(move |conn| {
                let school = schools::run(conn, &who, &school)?;
                let all = store::invitations::list(conn, Some(&school.id))?;
                Ok(all.into_iter().map(|invitation| status(invitation, now)).collect())
            })
            .await
    }

    /// The schools that the one who asks may see, as lists show them, by name; at most so many.
    ///
    /// # Errors
    /// those of the database.
    pub async fn school_lines(&self, who: &Principal, most: Option<usize>) -> AppResult<Vec<SchoolLine>> {
        let own = who.school().cloned();
        self.store
            .read(move |conn| {
                let Some(id) = &own else { return Ok(store::schools::lines(conn, most)?) };
                let school = store::schools::get(conn, id)?;
                Ok(vec![SchoolLine { id: school.id, uai: school.uai, name: school.name, platform: school.platform }])
            })
            .await
    }

    /// What these schools are called. For operators.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn school_names(
        &self,
        who: &Principal,
        ids: impl IntoIterator<Item = &Id>,
    ) -> AppResult<HashMap<Id, String>> {
        operating(who)?;
        let ids: BTreeSet<Id> = ids.into_iter().cloned().collect();
        self.store.read(move |conn| Ok(store::schools::names(conn, &ids)?)).await
    }
}

fn found(
    conn: &mut Conn,
    named: &dyn Fn(&str, &str) -> bool,
    (part, size): (usize, usize),
) -> Result<Members, StoreError> {
    let mut ids = store::people::found(conn, named, MOST_FOUND + 1)?;
    let is_cut = ids.len() > MOST_FOUND;
    ids.truncate(MOST_FOUND);
    let all = store::memberships::of_people(conn, &ids)?;
    let count = all.len();
    let part = part.min(count.saturating_sub(1) / size);
    let members = all.into_iter().skip(part * size).take(size).collect();
    Ok(Members { members, part, count, is_cut })
}
