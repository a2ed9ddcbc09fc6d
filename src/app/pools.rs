//! The pools that schools share: a platform's, a federation's, and those that schools are given one by one.

use super::{
    App, AppError, AppResult, Settings,
    call::Expected,
    capacity::{Capacity, OWN_PREFIX, in_order, limit_findings},
    capacity_cuts, events,
    limits::{self, Overload},
    platforms, schools, shares,
};
use crate::{
    domain::{
        access::Principal,
        capacity::{Background, DatedLimit, Pool, PoolKind, PoolOwner, WeeklyLimit},
        finding::{Finding, Findings},
        id::Id,
        text,
        time::zone,
    },
    store::{self, Conn, StoreError, Turn},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Most minutes of a window in which arrivals are counted: a day.
const MOST_WINDOW: u32 = 1440;

/// A pool as it is now, and what no longer fits.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PoolChange {
    /// The pool.
    #[serde(flatten)]
    pub pool: Pool,
    /// Where classes to come take more than the limits allow, school by school. Nothing moves by itself.
    pub overloads: Vec<SchoolOverloads>,
}

/// What no longer fits in a school.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SchoolOverloads {
    /// The school.
    pub school: Id,
    /// Its name.
    pub name: String,
    /// Where its classes take part in an overload.
    pub overloads: Vec<Overload>,
}

/// How a pool counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Counting {
    /// Connections that are open at the same time.
    Concurrent,
    /// Connections that begin within `window_minutes`.
    Arrivals,
}

/// What there is to say of a pool that schools share.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PoolDetails {
    /// Its name, unique.
    #[schema(example = "platform/e-lyco", max_length = 200)]
    pub name: String,
    /// How it counts.
    pub kind: Counting,
    /// The window of a pool that counts arrivals.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1440, example = 10)]
    pub window_minutes: Option<u32>,
    /// The platform whose schools all use it, those that join later too.
    #[serde(default)]
    pub platform: Option<Id>,
    /// The login federation whose platforms' schools all use it.
    #[serde(default)]
    pub federation: Option<Id>,
    /// The time zone of the weekly limits, an IANA name; the platform's when nothing is said, else that of the school
    /// that uses it.
    #[serde(default)]
    #[schema(example = "Europe/Paris")]
    pub time_zone: Option<String>,
    /// Connections at most, where nothing else is said.
    #[schema(example = 9000, maximum = 10_000_000)]
    pub connections: u32,
    /// Other limits by weekday and hour, in the local time of `time_zone`.
    #[serde(default)]
    #[schema(max_items = 1000)]
    pub weekly: Vec<WeeklyLimit>,
    /// Other limits by date; they go before the weekly ones.
    #[serde(default)]
    #[schema(max_items = 1000)]
    pub dated: Vec<DatedLimit>,
}

impl App {
    /// The pools that schools share.
    ///
    /// # Errors
    /// `Forbidden` for all but operators.
    pub async fn pools(&self, who: &Principal) -> AppResult<Vec<Pool>> {
        operating(who)?;
        self.store.read(move |conn| Ok(store::pools::shared(conn)?)).await
    }

    /// One pool that schools share.
    ///
    /// # Errors
    /// `Forbidden` for all but operators, `NotFound`.
    pub async fn pool(&self, who: &Principal, id: &Id) -> AppResult<Pool> {
        operating(who)?;
        let id = id.clone();
        self.store.read(move |conn| shared(conn, &id)).await
    }

    /// Enters a pool for schools to share.
    ///
    /// # Errors
    /// `Forbidden` for all but operators, `Invalid`, `Conflict` when the name is taken.
    pub async fn create_pool(&self, who: &Principal, new: PoolDetails) -> AppResult<Pool> {
        operating(who)?;
        let pool = described(Id::new(self.now()), new)?;
        self.write(move |conn| {
            let pool = owned(conn, pool.clone())?;
            store::pools::insert(conn, &pool).map_err(|error| taken(error, &pool))?;
            platforms::attach_pool(conn, &pool)?;
            Ok(pool)
        })
        .await
    }

    /// Replaces all that there is to say of a shared pool.
    ///
    /// # Errors
    /// those of [`App::create_pool`], `NotFound`, `Conflict` for what a pool that is shared out cannot be.
    pub async fn replace_pool(&self, who: &Principal, id: &Id, new: PoolDetails) -> AppResult<PoolChange> {
        operating(who)?;
        let (settings, now, expected) = (self.settings.clone(), self.now(), Expected::now());
        let pool = described(id.clone(), new)?;
        let change = self
            .write_in_turn(Turn::Pool(id.clone()), move |conn| {
                let (change, is_cut) = replace(conn, &pool, &expected, now)?;
                if is_cut {
                    tell(conn, &settings, &change.overloads, now)?;
                }
                Ok(change)
            })
            .await?;
        self.bell.ring();
        Ok(change)
    }

    /// What [`App::replace_pool`] would do, and whether it would make something worse, so that schools would be told.
    ///
    /// # Errors
    /// those of [`App::replace_pool`].
    pub async fn would_replace_pool(
        &self,
        who: &Principal,
        id: &Id,
        new: PoolDetails,
    ) -> AppResult<(PoolChange, bool)> {
        operating(who)?;
        let (now, expected) = (self.now(), Expected::now());
        let pool = described(id.clone(), new)?;
        self.try_out(move |conn| replace(conn, &pool, &expected, now)).await
    }

    /// Takes a shared pool away: its limits hold for nobody any more. Classes stay as they are.
    ///
    /// # Errors
    /// `Forbidden` for all but operators, `NotFound`.
    pub async fn delete_pool(&self, who: &Principal, id: &Id) -> AppResult<()> {
        operating(who)?;
        let (id, expected) = (id.clone(), Expected::now());
        self.write_in_turn(Turn::Pool(id.clone()), move |conn| {
            // Whoever takes room in it now ends first.
            store::pools::lock(conn, [&id]).map_err(|error| error.or_unknown("pool", &id))?;
            expected.is(&shared(conn, &id)?)?;
            Ok(store::pools::delete(conn, &id)?)
        })
        .await?;
        self.bell.ring();
        Ok(())
    }

    /// From now on the classes of a school use a shared pool.
    ///
    /// # Errors
    /// `Forbidden` for all but operators, `NotFound`.
    pub async fn use_pool(&self, who: &Principal, school: &Id, pool: &Id) -> AppResult<()> {
        operating(who)?;
        let (who, school, pool) = (who.clone(), school.clone(), pool.clone());
        self.write(move |conn| {
            schools::see(conn, &who, &school)?;
            nobodys(conn, &pool)?;
            Ok(store::pools::attach(conn, &school, &pool, false)?)
        })
        .await
    }

    /// From now on the classes of a school do not use a shared pool any more.
    ///
    /// # Errors
    /// `Forbidden` for all but operators, `NotFound` also when they did not.
    pub async fn leave_pool(&self, who: &Principal, school: &Id, pool: &Id) -> AppResult<()> {
        operating(who)?;
        let (who, school, pool) = (who.clone(), school.clone(), pool.clone());
        self.write(move |conn| {
            schools::see(conn, &who, &school)?;
            nobodys(conn, &pool)?;
            store::pools::detach(conn, &school, &pool).map_err(|error| error.or_unknown("pool", &pool))
        })
        .await
    }
}

/// Replaces a pool, before anybody is told; and whether that makes something worse.
fn replace(conn: &mut Conn, new: &Pool, expected: &Expected, now: DateTime<Utc>) -> AppResult<(PoolChange, bool)> {
    let old = shared(conn, &new.id)?;
    expected.is(&old)?;
    let pool = owned(conn, new.clone())?;
    if pool.owner != old.owner {
        let message = "a pool stays the platform's or federation's for which it was entered";
        return Err(AppError::conflict("owner-fixed", format!("{message}: enter another pool")));
    }
    if let Some(share) = &old.share {
        shares::may_be_shared_out(&pool, share.percent)?;
    }
    store::pools::update(conn, &pool).map_err(|error| taken(error, &pool))?;
    let pool = shared(conn, &pool.id)?;
    let overloads = by_school(conn, &pool, now)?;
    let is_cut = match overloads.first() {
        Some(first) => {
            let school = store::schools::get(conn, &first.school)?;
            limits::is_cut(conn, &school, (&old, &pool), now)?
        }
        None => false,
    };
    Ok((PoolChange { pool, overloads }, is_cut))
}

/// The stretches to come in which a pool is above its limit, as it is now: asked before a change of what shares or
/// background leave, and after it.
///
/// # Errors
/// those of the database.
pub(super) fn above_now<'a>(
    conn: &mut Conn,
    pool: &'a Pool,
    now: DateTime<Utc>,
) -> AppResult<Vec<(&'a Pool, limits::Stretch)>> {
    let Some(first) = store::pools::schools_of(conn, &pool.id)?.into_iter().next() else { return Ok(Vec::new()) };
    let school = store::schools::get(conn, &first)?;
    limits::above(conn, &school, std::slice::from_ref(pool), now)
}

/// What no longer fits into a shared pool, school by school.
pub(super) fn by_school(conn: &mut Conn, pool: &Pool, now: DateTime<Utc>) -> AppResult<Vec<SchoolOverloads>> {
    let mut out = Vec::new();
    let mut above = None;
    for school in store::pools::schools_of(conn, &pool.id)? {
        let school = store::schools::get(conn, &school)?;
        // The pool is the same for all; only a pool without a time zone of its own takes that of the first school.
        if above.is_none() {
            above = Some(limits::above(conn, &school, std::slice::from_ref(pool), now)?);
        }
        let mut overloads = limits::overloads(conn, &school, above.as_deref().unwrap_or_default(), now)?;
        overloads.retain(|overload| !overload.sessions.is_empty());
        if !overloads.is_empty() {
            out.push(SchoolOverloads { school: school.id, name: school.name, overloads });
        }
    }
    Ok(out)
}

/// Tells each school of what no longer fits in it: people by mails, programs by news.
///
/// # Errors
/// those of the database.
pub(super) fn tell(
    conn: &mut Conn,
    settings: &Settings,
    overloads: &[SchoolOverloads],
    now: DateTime<Utc>,
) -> AppResult<()> {
    for one in overloads {
        let school = store::schools::get(conn, &one.school)?;
        capacity_cuts::announce(conn, settings, &school, &one.overloads, now)?;
    }
    events::shared_capacity_cut(conn, overloads, now)
}

/// A pool that is no school's own.
pub(super) fn shared(conn: &mut Conn, id: &Id) -> AppResult<Pool> {
    let pool = store::pools::get(conn, id).map_err(|error| error.or_unknown("pool", id))?;
    if store::pools::is_own(conn, id)? { Err(AppError::not_found("pool", id)) } else { Ok(pool) }
}

/// A shared pool that schools are given one by one.
fn nobodys(conn: &mut Conn, id: &Id) -> AppResult<Pool> {
    let pool = shared(conn, id)?;
    if pool.owner == PoolOwner::default() {
        return Ok(pool);
    }
    let message = "every school of its platform or federation uses this pool: change the school's platform instead";
    Err(AppError::conflict("pool-of-a-platform", message))
}

/// The pool with the time zone of its owner where it has none of its own.
fn owned(conn: &mut Conn, pool: Pool) -> AppResult<Pool> {
    let mut findings = Findings::default();
    let unknown = |error: StoreError, place: &'static str, id: &Id| match error {
        StoreError::NotFound => {
            let action = format!("list them with GET /api/v1/{place}s");
            Ok(Finding::new("unknown-owner", place, format!("there is no {place} {id}"), action))
        }
        error => Err(error),
    };
    let mut zone = None;
    if let Some(id) = &pool.owner.platform {
        match store::platforms::get(conn, id) {
            Ok(platform) => zone = Some(platform.time_zone),
            Err(error) => findings.0.push(unknown(error, "platform", id)?),
        }
    }
    if let Some(id) = &pool.owner.federation
        && let Err(error) = store::platforms::federation(conn, id)
    {
        findings.0.push(unknown(error, "federation", id)?);
    }
    findings.into_result()?;
    let time_zone = pool.time_zone.clone().or(zone);
    Ok(Pool { time_zone, ..pool })
}

/// Refuses all but operators.
///
/// # Errors
/// `Forbidden`.
pub(super) fn operating(who: &Principal) -> AppResult<()> {
    if who.may_operate() {
        return Ok(());
    }
    Err(AppError::forbidden("only an operator looks after the pools that schools share"))
}

fn described(id: Id, details: PoolDetails) -> Result<Pool, Findings> {
    let PoolDetails { name, kind, window_minutes, platform, federation, time_zone, connections, weekly, dated } =
        details;
    let limits = in_order(Capacity { connections, weekly, dated });
    let mut findings = limit_findings(&limits);
    let name = findings.keep(text::line(&name, "name")).unwrap_or_default();
    if name.starts_with(OWN_PREFIX) {
        let message = format!("names that begin with {OWN_PREFIX} are those of schools' own pools");
        findings.add("reserved-name", "name", message, "choose another, e.g. platform/e-lyco");
    }
    let kind = match (kind, window_minutes) {
        (Counting::Concurrent, None) => PoolKind::Concurrent,
        (Counting::Arrivals, Some(window_minutes)) => PoolKind::Arrivals { window_minutes },
        (Counting::Concurrent, Some(_)) => {
            findings.add("unknown-field", "window_minutes", "only a pool that counts arrivals has one", "remove it");
            PoolKind::Concurrent
        }
        (Counting::Arrivals, None) => {
            findings.add("missing-field", "window_minutes", "a pool that counts arrivals needs it", "add it");
            PoolKind::Concurrent
        }
    };
    if window_minutes.is_some_and(|minutes| !(1..=MOST_WINDOW).contains(&minutes)) {
        findings.add("out-of-range", "window_minutes", "no such window", format!("use 1 to {MOST_WINDOW}"));
    }
    if platform.is_some() && federation.is_some() {
        let message = "a pool is a platform's or a federation's, not both";
        findings.add("two-owners", "federation", message, "leave one out");
    }
    if let Some(name) = &time_zone {
        findings.keep(zone(name, "time_zone"));
    }
    findings.into_result()?;
    let (owner, connections) = (PoolOwner { platform, federation }, limits.connections);
    let Capacity { weekly, dated, .. } = limits;
    let background = Background::default();
    Ok(Pool { id, name, kind, owner, time_zone, connections, weekly, dated, background, share: None })
}

fn taken(error: StoreError, pool: &Pool) -> AppError {
    match error {
        StoreError::Duplicate(_) => {
            AppError::conflict("pool-exists", format!("there is a pool {:?} already", pool.name))
        }
        error => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(findings: &Findings) -> Vec<(&str, &str)> {
        findings.0.iter().map(|finding| (finding.code.as_str(), finding.place.as_str())).collect()
    }

    #[test]
    fn a_window_goes_with_arrivals_only() {
        let details = |kind, window_minutes| PoolDetails {
            name: "login/nantes".into(),
            kind,
            window_minutes,
            platform: None,
            federation: None,
            time_zone: None,
            connections: 9,
            weekly: vec![],
            dated: vec![],
        };
        assert!(described("p".into(), details(Counting::Arrivals, Some(10))).is_ok());
        assert!(described("p".into(), details(Counting::Concurrent, None)).is_ok());
        for (kind, window, code) in [
            (Counting::Arrivals, None, "missing-field"),
            (Counting::Arrivals, Some(0), "out-of-range"),
            (Counting::Concurrent, Some(5), "unknown-field"),
        ] {
            let findings = described("p".into(), details(kind, window)).unwrap_err();
            assert_eq!(codes(&findings), [(code, "window_minutes")]);
        }
        let own = PoolDetails { name: "school/0440012A".into(), ..details(Counting::Concurrent, None) };
        assert_eq!(codes(&described("p".into(), own).unwrap_err()), [("reserved-name", "name")]);
    }
}
