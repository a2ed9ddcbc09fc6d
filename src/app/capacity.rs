//! Capacity: the limits of a school's own pool.

use super::{
    App, AppError, AppResult,
    call::Expected,
    capacity_cuts, events,
    limits::{self, Overload},
    schools,
};
use crate::{
    domain::{
        access::Principal,
        capacity::{DatedLimit, Pool, WeeklyLimit},
        finding::Findings,
        id::Id,
        people::{Group, School},
        time::{WeekSpan, span_findings},
    },
    store::{self, Conn},
};
use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the names of schools' own pools begin with.
pub const OWN_PREFIX: &str = "school/";

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

/// The limits as they are now, and what no longer fits.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CapacityChange {
    /// The limits.
    #[serde(flatten)]
    pub capacity: Capacity,
    /// Where classes to come take more than the limits allow. Nothing moves by itself.
    pub overloads: Vec<Overload>,
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
    pub async fn replace_capacity(&self, who: &Principal, school: &Id, new: Capacity) -> AppResult<CapacityChange> {
        let (who, school, now, expected) = (who.clone(), school.clone(), self.now(), Expected::now());
        let settings = self.settings.clone();
        let change = self
            .write(move |conn| {
                let Replaced { school, change, is_cut } = replace(conn, (&who, &school), &expected, new.clone(), now)?;
                if is_cut {
                    capacity_cuts::announce(conn, &settings, &school, &change.overloads, now)?;
                    events::capacity_cut(conn, &school, &change.overloads, now)?;
                }
                Ok(change)
            })
            .await?;
        self.bell.ring();
        Ok(change)
    }

    /// What [`App::replace_capacity`] would do, and whether it would make something worse, so that people would be told.
    ///
    /// # Errors
    /// those of [`App::replace_capacity`].
    pub async fn would_replace_capacity(
        &self,
        who: &Principal,
        school: &Id,
        new: Capacity,
    ) -> AppResult<(CapacityChange, bool)> {
        let (who, school, now, expected) = (who.clone(), school.clone(), self.now(), Expected::now());
        self.try_out(move |conn| {
            let replaced = replace(conn, (&who, &school), &expected, new.clone(), now)?;
            Ok((replaced.change, replaced.is_cut))
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
}

/// Limits that were replaced, before anybody is told.
struct Replaced {
    school: School,
    change: CapacityChange,
    is_cut: bool,
}

fn replace(
    conn: &mut Conn,
    (who, school): (&Principal, &Id),
    expected: &Expected,
    new: Capacity,
    now: DateTime<Utc>,
) -> AppResult<Replaced> {
    let school = schools::run(conn, who, school)?;
    let old = own(conn, &school)?;
    let Pool { connections, weekly, dated, .. } = old.clone();
    expected.is(&Capacity { connections, weekly, dated })?;
    let new = in_order(new);
    let mut findings = limit_findings(&new);
    let groups = store::groups::list(conn, &school.id)?;
    if let Some(largest) = groups.iter().max_by_key(|group| group.connections()) {
        findings.0.extend(below_one_class(&new, largest).0);
    }
    findings.into_result()?;
    let Capacity { connections, weekly, dated } = new.clone();
    let pool = Pool { connections, weekly, dated, ..old.clone() };
    store::pools::update(conn, &pool)?;
    let is_cut = limits::is_cut(conn, &school, (&old, &pool), now)?;
    let pools = [pool];
    let above = limits::above(conn, &school, &pools, now)?;
    let overloads = limits::overloads(conn, &school, &above, now)?;
    Ok(Replaced { school, change: CapacityChange { capacity: new, overloads }, is_cut })
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

/// Instants to the second, the precision that every database keeps.
pub(super) fn in_order(mut limits: Capacity) -> Capacity {
    for limit in &mut limits.dated {
        limit.starts_at = limit.starts_at.trunc_subsecs(0);
        limit.ends_at = limit.ends_at.trunc_subsecs(0);
    }
    limits
}

/// What is wrong with limits by themselves: `bad-weekday`, `bad-span`, `overlapping-spans`.
pub(super) fn limit_findings(limits: &Capacity) -> Findings {
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
}
