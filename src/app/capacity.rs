//! Capacity: a school's own pool, and the pools that schools share.

use super::{App, AppError, AppResult, platforms, schools};
use crate::{
    domain::{
        access::Principal,
        capacity::{DatedLimit, Pool, PoolKind, PoolOwner, WeeklyLimit},
        finding::{Finding, Findings},
        id::Id,
        people::{Group, School},
        text,
        time::{WeekSpan, span_findings, zone},
    },
    store::{self, Conn, StoreError},
};
use chrono::SubsecRound;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the names of schools' own pools begin with.
pub const OWN_PREFIX: &str = "school/";
/// Most minutes of a window in which arrivals are counted: a day.
const MOST_WINDOW: u32 = 1440;

/// How many connections, and when.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Capacity {
    /// Connections at most, where nothing else is said.
    #[schema(example = 180, maximum = 10_000_000)]
    pub connections: u32,
    /// Other limits by weekday and hour, in the school's local time.
    #[serde(default)]
    #[schema(max_items = 1000)]
    pub weekly: Vec<WeeklyLimit>,
    /// Other limits by date; they go before the weekly ones.
    #[serde(default)]
    #[schema(max_items = 1000)]
    pub dated: Vec<DatedLimit>,
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
    /// The limits of a school's own pool.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn capacity(&self, who: &Principal, school: &Id) -> AppResult<Capacity> {
        let (who, school) = (who.clone(), school.clone());
        self.store
            .read(move |conn| {
                let school = schools::see(conn, &who, &school)?;
                let Pool { connections, weekly, dated, .. } = own(conn, &school)?;
                Ok(Capacity { connections, weekly, dated })
            })
            .await
    }

    /// Replaces the limits of a school's own pool. What is published stays; the next plan keeps to the new limits.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` for teachers, `Invalid`.
    pub async fn replace_capacity(&self, who: &Principal, school: &Id, new: Capacity) -> AppResult<Capacity> {
        let (who, school) = (who.clone(), school.clone());
        self.store
            .write(move |conn| {
                let school = schools::run(conn, &who, &school)?;
                let new = in_order(new.clone());
                let mut findings = limit_findings(&new);
                let groups = store::groups::list(conn, &school.id)?;
                if let Some(largest) = groups.iter().max_by_key(|group| group.connections()) {
                    findings.0.extend(below_one_class(&new, largest).0);
                }
                findings.into_result()?;
                let Capacity { connections, weekly, dated } = new.clone();
                let pool = Pool { connections, weekly, dated, ..own(conn, &school)? };
                store::pools::update(conn, &pool)?;
                Ok(new)
            })
            .await
    }

    /// The pools that the classes of a school use: its own first.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn school_pools(&self, who: &Principal, school: &Id) -> AppResult<Vec<Pool>> {
        let (who, school) = (who.clone(), school.clone());
        self.store
            .read(move |conn| {
                schools::see(conn, &who, &school)?;
                Ok(store::pools::of_school(conn, &school)?)
            })
            .await
    }

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
        self.store
            .write(move |conn| {
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
    /// those of [`App::create_pool`], `NotFound`.
    pub async fn replace_pool(&self, who: &Principal, id: &Id, new: PoolDetails) -> AppResult<Pool> {
        operating(who)?;
        let pool = described(id.clone(), new)?;
        self.store
            .write(move |conn| {
                let old = shared(conn, &pool.id)?;
                let pool = owned(conn, pool.clone())?;
                if pool.owner != old.owner {
                    let message = "a pool stays the platform's or federation's for which it was entered";
                    return Err(AppError::conflict("owner-fixed", format!("{message}: enter another pool")));
                }
                store::pools::update(conn, &pool).map_err(|error| taken(error, &pool))?;
                Ok(pool)
            })
            .await
    }

    /// From now on the classes of a school use a shared pool.
    ///
    /// # Errors
    /// `Forbidden` for all but operators, `NotFound`.
    pub async fn use_pool(&self, who: &Principal, school: &Id, pool: &Id) -> AppResult<()> {
        operating(who)?;
        let (who, school, pool) = (who.clone(), school.clone(), pool.clone());
        self.store
            .write(move |conn| {
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
        self.store
            .write(move |conn| {
                schools::see(conn, &who, &school)?;
                nobodys(conn, &pool)?;
                store::pools::detach(conn, &school, &pool).map_err(|error| error.or_unknown("pool", &pool))
            })
            .await
    }
}

/// Enters the pool of a new school.
///
/// # Errors
/// those of the database.
pub fn insert_own(conn: &mut Conn, school: &Id, pool: &Pool) -> AppResult<()> {
    store::pools::insert(conn, pool)?;
    Ok(store::pools::attach(conn, school, &pool.id, true)?)
}

/// The pool is called as the school is.
///
/// # Errors
/// those of the database.
pub fn rename_own(conn: &mut Conn, school: &School) -> AppResult<()> {
    let pool = own(conn, school)?;
    let name = schools::own_pool_name(school);
    if pool.name != name {
        store::pools::update(conn, &Pool { name, ..pool })?;
    }
    Ok(())
}

fn own(conn: &mut Conn, school: &School) -> AppResult<Pool> {
    let first = store::pools::of_school(conn, &school.id)?.into_iter().next();
    first.ok_or_else(|| AppError::Internal(format!("the school {} has no pool", school.id)))
}

fn shared(conn: &mut Conn, id: &Id) -> AppResult<Pool> {
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

fn operating(who: &Principal) -> AppResult<()> {
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
    Ok(Pool { id, name, kind, owner, time_zone, connections, weekly: limits.weekly, dated: limits.dated })
}

/// Instants to the second, the precision that every database keeps.
fn in_order(mut limits: Capacity) -> Capacity {
    for limit in &mut limits.dated {
        limit.starts_at = limit.starts_at.trunc_subsecs(0);
        limit.ends_at = limit.ends_at.trunc_subsecs(0);
    }
    limits
}

/// What is wrong with limits by themselves: `bad-weekday`, `bad-span`, `overlapping-spans`.
fn limit_findings(limits: &Capacity) -> Findings {
    let spans: Vec<WeekSpan> = limits.weekly.iter().map(|limit| limit.span).collect();
    let mut findings = Findings(span_findings(&spans, "weekly"));
    for (index, limit) in limits.dated.iter().enumerate() {
        let place = format!("dated[{index}]");
        if limit.starts_at >= limit.ends_at {
            findings.add("bad-span", &place, "it ends before it begins", "make starts_at earlier than ends_at");
        }
        let overlaps = |other: &DatedLimit| other.starts_at < limit.ends_at && limit.starts_at < other.ends_at;
        if let Some(other) = limits.dated.iter().take(index).position(overlaps) {
            let message = format!("it overlaps dated[{other}]");
            findings.add("overlapping-spans", place, message, "make the stretches follow each other");
        }
    }
    findings
}

/// Limits that close nothing, and yet let no class of the largest group in: nearly always a slip of the pen.
fn below_one_class(limits: &Capacity, largest: &Group) -> Findings {
    let mut findings = Findings::default();
    let weekly = limits.weekly.iter().enumerate();
    let dated = limits.dated.iter().enumerate();
    let all = std::iter::once(("connections".to_owned(), limits.connections))
        .chain(weekly.map(|(index, limit)| (format!("weekly[{index}].connections"), limit.connections)))
        .chain(dated.map(|(index, limit)| (format!("dated[{index}].connections"), limit.connections)));
    for (place, connections) in all.filter(|(_, connections)| (1..largest.connections()).contains(connections)) {
        findings.add(
            "below-one-class",
            place,
            format!("{connections} connections do not hold {:?}, which has {}", largest.name, largest.connections()),
            format!("use at least {}, or 0 where no class may take place", largest.connections()),
        );
    }
    findings
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

    fn weekly(weekday: u32, from_minute: u32, to_minute: u32, connections: u32) -> WeeklyLimit {
        WeeklyLimit { span: WeekSpan { weekday, from_minute, to_minute }, connections }
    }

    fn codes(findings: &Findings) -> Vec<(&str, &str)> {
        findings.0.iter().map(|finding| (finding.code.as_str(), finding.place.as_str())).collect()
    }

    #[test]
    fn overlapping_and_empty_stretches_are_told() {
        let at = |text: &str| text.parse().unwrap();
        let dated = |from, to| DatedLimit { starts_at: at(from), ends_at: at(to), connections: 0 };
        let limits = Capacity {
            connections: 10,
            weekly: vec![weekly(1, 480, 540, 5), weekly(1, 530, 600, 5), weekly(2, 480, 540, 5)],
            dated: vec![
                dated("2020-03-24T00:00:00Z", "2020-03-23T00:00:00Z"),
                dated("2020-03-25T00:00:00Z", "2020-03-27T00:00:00Z"),
                dated("2020-03-26T00:00:00Z", "2020-03-28T00:00:00Z"),
            ],
        };
        let expected =
            [("overlapping-spans", "weekly[1]"), ("bad-span", "dated[0]"), ("overlapping-spans", "dated[2]")];
        assert_eq!(codes(&limit_findings(&limits)), expected);
    }

    #[test]
    fn a_limit_holds_the_largest_class_or_is_nought() {
        let largest = Group::new("g".into(), "s".into(), "6e B", 27);
        let limits =
            Capacity { connections: 27, weekly: vec![weekly(1, 0, 60, 0), weekly(1, 60, 120, 26)], dated: vec![] };
        let findings = below_one_class(&limits, &largest);
        assert_eq!(codes(&findings), [("below-one-class", "weekly[1].connections")]);
        assert!(findings.0[0].message.contains("6e B"));
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
