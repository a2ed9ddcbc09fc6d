//! How a pool is shared out among its schools.

use super::{
    App, AppError, AppResult,
    call::Expected,
    limits::is_worse,
    pools::{SchoolOverloads, above_now, by_school, operating, shared, tell},
};
use crate::{
    domain::{
        access::Principal,
        capacity::{Pool, PoolKind},
        finding::Findings,
        id::Id,
        share::{MOST_WEIGHT, guaranteed},
    },
    store::{self, Conn, Turn, shares::Part},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// How a pool is shared out.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PoolShares {
    /// The pool.
    pub pool: Id,
    /// How much of each limit is guaranteed, divided among the schools by their weights.
    pub guaranteed_percent: u32,
    /// The pool's usual limit.
    pub connections: u32,
    /// Connections of the usual limit for whichever school comes first.
    pub common: u32,
    /// Its schools, by name.
    pub schools: Vec<SchoolShare>,
}

/// A school's part of a pool.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SchoolShare {
    /// The school.
    pub school: Id,
    /// Its name.
    pub name: String,
    /// Its weight: that which an operator has set, else the heads of its groups.
    pub weight: u64,
    /// The weight that an operator has set.
    pub set_weight: Option<u32>,
    /// Connections of the usual limit that are guaranteed to it.
    pub guaranteed: u32,
}

/// How a pool is to be shared out.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewShares {
    /// How much of each limit is guaranteed to the schools by their weights; the rest is for whoever comes first. With 0
    /// all is.
    #[schema(maximum = 100, example = 80)]
    pub guaranteed_percent: u32,
    /// Weights of schools that are not to go by the heads of their groups.
    #[serde(default)]
    #[schema(max_items = 10_000)]
    pub weights: Vec<SchoolWeight>,
}

/// A weight that an operator sets.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SchoolWeight {
    /// The school.
    pub school: Id,
    /// Its weight among those of the others; 0 guarantees it nothing.
    #[schema(maximum = 1_000_000, example = 600)]
    pub weight: u32,
}

/// How a pool is shared out now, and what no longer fits.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SharesChange {
    /// How it is shared out.
    #[serde(flatten)]
    pub shares: PoolShares,
    /// Where classes to come take more than the guaranteed parts of others leave, school by school. Nothing moves by
    /// itself.
    pub overloads: Vec<SchoolOverloads>,
}

impl App {
    /// How a pool is shared out among its schools.
    ///
    /// # Errors
    /// `Forbidden` for all but operators, `NotFound`.
    pub async fn shares(&self, who: &Principal, pool: &Id) -> AppResult<PoolShares> {
        operating(who)?;
        let pool = pool.clone();
        self.store
            .read(move |conn| {
                let pool = shared(conn, &pool)?;
                shares_of(conn, &pool)
            })
            .await
    }

    /// Shares a pool out among its schools. What is published or held stays; schools hear of what no longer fits.
    ///
    /// # Errors
    /// `Forbidden` for all but operators, `NotFound`, `Invalid`, `Conflict`: `counts-arrivals`, `needs-time-zone`.
    pub async fn replace_shares(&self, who: &Principal, pool: &Id, new: NewShares) -> AppResult<SharesChange> {
        operating(who)?;
        let (pool, now, expected) = (pool.clone(), self.now(), Expected::now());
        let settings = self.settings.clone();
        let change = self
            .write_in_turn(Turn::Pool(pool.clone()), move |conn| {
                let found = shared(conn, &pool)?;
                expected.is(&shares_of(conn, &found)?)?;
                may_be_shared_out(&found, new.guaranteed_percent)?;
                let schools = store::pools::schools_of(conn, &pool)?.into_iter().collect();
                findings(&new, &schools).into_result()?;
                let weights = new.weights.iter().map(|one| (one.school.clone(), one.weight)).collect();
                // What is kept of a pool's use changes with its shares: it is asked before, too.
                let before = above_now(conn, &found, now)?;
                store::shares::replace(conn, &pool, new.guaranteed_percent, &weights)?;
                let shared_out = shared(conn, &pool)?;
                let overloads = by_school(conn, &shared_out, now)?;
                if is_worse(&before, &above_now(conn, &shared_out, now)?) {
                    tell(conn, &settings, &overloads, now)?;
                }
                Ok(SharesChange { shares: shares_of(conn, &shared_out)?, overloads })
            })
            .await?;
        self.bell.ring();
        Ok(change)
    }
}

/// Refuses to share out what cannot be.
///
/// # Errors
/// `Conflict`: `counts-arrivals`, `needs-time-zone`.
pub(super) fn may_be_shared_out(pool: &Pool, percent: u32) -> AppResult<()> {
    if pool.kind != PoolKind::Concurrent {
        let message = "a pool that counts arrivals is not shared out: share out one of connections open at a time";
        return Err(AppError::conflict("counts-arrivals", message));
    }
    if percent > 0 && pool.time_zone.is_none() {
        let message = "shares are of the same limit for every school: give the pool a time_zone first";
        return Err(AppError::conflict("needs-time-zone", message));
    }
    Ok(())
}

fn shares_of(conn: &mut Conn, pool: &Pool) -> AppResult<PoolShares> {
    let (percent, parts) = store::shares::of_pool(conn, &pool.id)?;
    let sum = parts.iter().map(|part| part.weight).sum();
    let school = |Part { school, name, set_weight, weight }| {
        let guaranteed = guaranteed(pool.connections, percent, weight, sum);
        SchoolShare { school, name, weight, set_weight, guaranteed }
    };
    let schools: Vec<SchoolShare> = parts.into_iter().map(school).collect();
    let guaranteed: u32 = schools.iter().map(|school| school.guaranteed).sum();
    let common = pool.connections.saturating_sub(guaranteed);
    Ok(PoolShares {
        pool: pool.id.clone(),
        guaranteed_percent: percent,
        connections: pool.connections,
        common,
        schools,
    })
}

fn findings(new: &NewShares, schools: &BTreeSet<Id>) -> Findings {
    let mut findings = Findings::default();
    if new.guaranteed_percent > 100 {
        findings.add("out-of-range", "guaranteed_percent", "there is no more than all", "use 0 to 100");
    }
    let mut seen: BTreeMap<&Id, usize> = BTreeMap::new();
    for (index, SchoolWeight { school, weight }) in new.weights.iter().enumerate() {
        let place = |field| format!("weights[{index}].{field}");
        if *weight > MOST_WEIGHT {
            findings.add("out-of-range", place("weight"), "it is too much", format!("use 0 to {MOST_WEIGHT}"));
        }
        if !schools.contains(school) {
            let message = format!("no school {school} uses this pool");
            findings.add("unknown-school", place("school"), message, "GET the shares of this pool to see its schools");
        }
        if let Some(before) = seen.insert(school, index) {
            let message = format!("weights[{before}] is about this school already");
            findings.add("repeated-school", place("school"), message, "leave one out");
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_wrong_with_shares_is_told_at_once() {
        let weight = |school: &str, weight| SchoolWeight { school: school.into(), weight };
        let weights = vec![weight("a", 1), weight("b", 1), weight("a", MOST_WEIGHT + 1)];
        let findings = findings(&NewShares { guaranteed_percent: 101, weights }, &BTreeSet::from(["a".into()]));
        let found: Vec<_> = findings.0.iter().map(|one| (one.code.as_str(), one.place.as_str())).collect();
        let expected = [
            ("out-of-range", "guaranteed_percent"),
            ("unknown-school", "weights[1].school"),
            ("out-of-range", "weights[2].weight"),
            ("repeated-school", "weights[2].school"),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn only_connections_at_the_same_hours_for_all_are_shared_out() {
        let refused = |pool: &Pool, percent| match may_be_shared_out(pool, percent) {
            Err(AppError::Conflict { code, .. }) => code,
            _ => "",
        };
        let arrivals = Pool::plain("p", PoolKind::Arrivals { window_minutes: 10 }, 9);
        assert_eq!(refused(&arrivals, 0), "counts-arrivals");
        let mut pool = Pool::plain("p", PoolKind::Concurrent, 9);
        assert_eq!((refused(&pool, 0), refused(&pool, 1)), ("", "needs-time-zone"));
        pool.time_zone = Some("Europe/Paris".into());
        assert_eq!(refused(&pool, 100), "");
    }
}
