//! A scenario's changes, made to the solver's round.

use super::{Standing, invented, standing::Beside};
use crate::{
    domain::{
        finding::Findings,
        scenario::{Changes, LimitChange, MoreSchools, OwnServer},
    },
    planning::limits,
};
use chrono::NaiveDate;
use creneau_solver::{Name, Pool, PoolKind, Round};

/// Between the name of a pool and the number of the server that some left it for.
const OWN: &str = "/own-";

/// A round as it is today, and what makes the limits that are left to it.
pub struct Today<'a> {
    /// The round.
    pub round: Round,
    /// What stands in its pools, in their order: its limits are without that. Nothing where they are the whole limits.
    pub standing: Option<Standing>,
    /// What people call its pools, where that is not what the round does.
    pub pool_names: Vec<String>,
    /// The local day of each cell.
    pub day_of: &'a dyn Fn(u32) -> NaiveDate,
}

impl Today<'_> {
    /// The round with other limits, connections and schools. Requests of the round keep their places; those of new schools
    /// follow.
    ///
    /// # Errors
    /// Findings about the pools and days that changes name.
    pub fn changed(&self, changes: &Changes, seed: u64) -> Result<Round, Findings> {
        let mut findings = Findings::default();
        let mut round = self.round.clone();
        if let Some(percent) = changes.attendance_percent {
            round.requests.iter_mut().for_each(|request| request.connections = share(request.connections, percent));
        }
        let limits = self.limit_changes(changes, &mut findings);
        let more: Vec<Vec<u64>> = (0..round.pools.len()).map(|pool| self.weights(changes, pool)).collect();
        let mut parts: Vec<Option<Parts>> = Vec::new();
        let days: Vec<NaiveDate> = (0..round.horizon.cells).map(self.day_of).collect();
        for (position, limits) in limits.iter().enumerate() {
            let limit = |cell: Option<u32>, today: u32| {
                let day = cell.and_then(|cell| days.get(cell as usize));
                let meant = limits.iter().filter(|change| change.on.is_none() || change.on.as_ref() == day);
                meant.fold(today, |limit, change| {
                    change.connections.unwrap_or_else(|| share(limit, change.percent.unwrap_or(100)))
                })
            };
            let percent = changes.attendance_percent.unwrap_or(100);
            let taken = |connections| share(connections, percent);
            let beside = self
                .standing
                .as_ref()
                .and_then(|standing| standing.left_beside(position, &limit, &taken, &more[position]));
            let pool = &mut round.pools[position];
            match (&self.standing, &beside) {
                (_, Some(beside)) => *pool = beside.all.clone(),
                (Some(standing), None) if changes.attendance_percent.is_some() || !limits.is_empty() => {
                    *pool = standing.left(position, &limit, &taken);
                }
                (None, None) if !limits.is_empty() => {
                    let today = limits::by_cell(pool, round.horizon.cells);
                    let then: Vec<u32> = (0..).zip(today).map(|(cell, today)| limit(Some(cell), today)).collect();
                    let usual = then.iter().copied().max().unwrap_or(pool.limit);
                    (pool.limit, pool.except) = (usual, limits::exceptions(usual, &then));
                }
                _ => {}
            }
            parts.push(beside.map(|Beside { school, more, .. }| Parts { school, more }));
        }
        for (index, server) in changes.own_servers.iter().enumerate() {
            self.own_server(&mut round, server, &format!("own_servers[{index}]"), &mut findings);
        }
        let parts: Vec<Option<Name>> = parts
            .into_iter()
            .enumerate()
            .map(|(position, parts)| Some(parts?.put_into(&mut round, position)))
            .collect();
        for (index, more) in changes.more_schools.iter().enumerate() {
            let place = format!("more_schools[{index}]");
            self.more_schools(&mut round, more, (&place, index), (&parts, seed), &mut findings);
        }
        findings.into_result()?;
        Ok(round)
    }

    /// The position of a pool, by its identifier or its name.
    fn pool(&self, name: &str, place: String, findings: &mut Findings) -> Option<usize> {
        let id = format!("pool/{name}");
        let is_it = |(position, pool): (usize, &Pool)| {
            *pool.id == *name || *pool.id == *id || self.pool_names.get(position).is_some_and(|known| known == name)
        };
        let found = self.round.pools.iter().enumerate().position(is_it);
        if found.is_none() {
            let known: Vec<&str> = (0..self.round.pools.len()).take(10).map(|pool| self.name(pool)).collect();
            let action = format!("the pools here are {}", known.join(", "));
            findings.add("unknown-pool", place, format!("there is no pool {name}"), action);
        }
        found
    }

    /// The weights that schools which come have in a pool, one by one.
    fn weights(&self, changes: &Changes, pool: usize) -> Vec<u64> {
        let of = |more: &&MoreSchools| {
            more.pools.iter().any(|name| self.pool(name, String::new(), &mut Findings::default()) == Some(pool))
        };
        let weights = |more: &MoreSchools| vec![invented::weight(more); more.schools as usize];
        changes.more_schools.iter().filter(of).flat_map(weights).collect()
    }

    /// What people call a pool.
    pub fn name(&self, pool: usize) -> &str {
        self.pool_names.get(pool).map_or_else(|| &*self.round.pools[pool].id, String::as_str)
    }

    /// What people call a pool of the changed round: a new server is called after the pool that was left for it.
    pub fn name_in(&self, round: &Round, pool: usize) -> String {
        let id = &*round.pools[pool].id;
        let left = id.rsplit_once(OWN).and_then(|(left, _)| self.round.pools.iter().position(|one| *one.id == *left));
        match left {
            Some(left) => format!("{} (own server)", self.name(left)),
            None if pool < self.round.pools.len() => self.name(pool).to_owned(),
            None => id.to_owned(),
        }
    }

    /// The changes of each pool's limits, in their order.
    fn limit_changes<'c>(&self, changes: &'c Changes, findings: &mut Findings) -> Vec<Vec<&'c LimitChange>> {
        let mut of_pools = vec![Vec::new(); self.round.pools.len()];
        for (index, change) in changes.limits.iter().enumerate() {
            let place = format!("limits[{index}]");
            let is_in_round = |day| (0..self.round.horizon.cells).any(|cell| (self.day_of)(cell) == day);
            if let Some(day) = change.on.filter(|day| !is_in_round(*day)) {
                let message = format!("{day} is not in the round");
                findings.add("day-not-in-round", format!("{place}.on"), message, "give a day of the round");
            }
            match &change.pool {
                None => of_pools.iter_mut().for_each(|pool| pool.push(change)),
                Some(name) => {
                    let position = self.pool(name, format!("{place}.pool"), findings);
                    position.into_iter().for_each(|position| of_pools[position].push(change));
                }
            }
        }
        of_pools
    }

    fn own_server(&self, round: &mut Round, change: &OwnServer, place: &str, findings: &mut Findings) {
        let left = self.pool(&change.pool, format!("{place}.pool"), findings);
        let of = change.of.as_ref().map(|of| self.pool(of, format!("{place}.of"), findings));
        let (Some(left), Some(of)) = (left, of.map_or(Some(None), |of| of.map(Some))) else { return };
        let (left, of) = (self.round.pools[left].id.clone(), of.map(|of| self.round.pools[of].id.clone()));
        let kind = self.round.pools.iter().find(|pool| pool.id == left);
        let (kind, window) = kind.map_or((PoolKind::Concurrent, None), |pool| (pool.kind, pool.window));
        let id: Name = format!("{left}{OWN}{}", round.pools.len()).as_str().into();
        for request in &mut round.requests {
            let is_meant = request.pools.contains(&left) && of.as_ref().is_none_or(|of| request.pools.contains(of));
            if is_meant {
                request.pools =
                    request.pools.iter().map(|pool| if *pool == left { id.clone() } else { pool.clone() }).collect();
            }
        }
        round.pools.push(Pool { id, kind, window, limit: change.connections, except: Vec::new() });
    }

    fn more_schools(
        &self,
        round: &mut Round,
        change: &MoreSchools,
        (place, index): (&str, usize),
        (parts, seed): (&[Option<Name>], u64),
        findings: &mut Findings,
    ) {
        let named = change.pools.iter().enumerate();
        let shared: Vec<Name> = named
            .filter_map(|(at, name)| self.pool(name, format!("{place}.pools[{at}]"), findings))
            .flat_map(|position| [Some(self.round.pools[position].id.clone()), parts[position].clone()])
            .flatten()
            .collect();
        invented::add(round, change, &shared, seed.wrapping_add(index as u64), index);
    }
}

/// What is left of a pool that is shared out to the round's school, and to those that come.
struct Parts {
    school: Pool,
    more: Pool,
}

impl Parts {
    /// Adds them to a round whose pool in this place is for both: the classes that use it keep to the school's part. Tells
    /// what the other one is called.
    fn put_into(self, round: &mut Round, position: usize) -> Name {
        let pool = round.pools[position].id.clone();
        let named = |whose: &str| Name::from(format!("{}{whose}/{pool}", invented::PREFIX).as_str());
        let (school, more) = (named("school"), named("more"));
        for request in round.requests.iter_mut().filter(|request| request.pools.contains(&pool)) {
            request.pools = request.pools.iter().chain([&school]).cloned().collect();
        }
        round.pools.push(Pool { id: school, ..self.school });
        round.pools.push(Pool { id: more.clone(), ..self.more });
        more
    }
}

/// A percentage of a number, rounded up: half a connection is one.
fn share(number: u32, percent: u32) -> u32 {
    u32::try_from((u64::from(number) * u64::from(percent)).div_ceil(100)).unwrap_or(u32::MAX)
}
