//! What stands in the pools of a round besides its classes, and what it would leave under other limits and attendance.
//!
//! Of what a pool does not leave to a school, three parts go their own ways. What classes take follows the attendance. What
//! is guaranteed to other schools and not used by them is a part of the limit, less what they use: it is found anew from
//! both, by the functions with which the service itself counts ([`share`](crate::domain::share), [`Room`]). And what is
//! expected besides classes is as it is.

use crate::{
    domain::{
        capacity::{Pool, PoolUse},
        id::Id,
        share::{Others, Share, beyond},
        time::Grid,
    },
    planning::{
        limits::part,
        problem::{Purpose, Situation, solver_pool},
        room::Room,
    },
};
use chrono::{DateTime, Utc};
use creneau_solver as solver;
use std::collections::{BTreeSet, HashMap};

/// What stands in a round's pools, in the order in which the round has them.
#[derive(Clone, Debug)]
pub struct Standing {
    grid: Grid,
    pools: Vec<(Pool, Room, Others)>,
}

impl Standing {
    /// What stands in these pools, for a round of this grid. Of one that is shared out the other schools must be told.
    pub(in crate::planning) fn new(grid: Grid, pools: impl IntoIterator<Item = (Pool, Room, Others)>) -> Self {
        Self { grid, pools: pools.into_iter().collect() }
    }

    /// What stands besides the classes of a school's round that are to be planned. `others` are the other schools of those
    /// pools that are shared out.
    pub fn of(situation: &Situation, purpose: Purpose, others: &HashMap<Id, Others>) -> Self {
        let agenda = situation.beside(purpose);
        let pools = situation.pools.iter().filter_map(|pool| {
            let others = others.get(&pool.id).cloned().unwrap_or_default();
            Some((pool.clone(), agenda.room(&pool.id)?.clone(), others))
        });
        Self::new(situation.round.grid(), pools)
    }

    /// The pool in this place with what would be left for the round if its limits were so many per cent of today's.
    pub fn scaled(&self, place: usize, percent: u32) -> solver::Pool {
        self.left(place, &|_, today| part(today, percent), &|taken| taken)
    }

    /// The pool in this place with what would be left for the round. `limit` tells a limit by today's and the cell of the
    /// round (nothing for one around it), `taken` the connections that take the place of so many.
    pub(super) fn left(
        &self,
        place: usize,
        limit: &dyn Fn(Option<u32>, u32) -> u32,
        taken: &dyn Fn(u32) -> u32,
    ) -> solver::Pool {
        let (pool, room, others) = &self.pools[place];
        let minutes = i64::from(self.grid.step_minutes.max(1));
        let cell = |at: DateTime<Utc>| {
            let cell = (at - self.grid.start).num_minutes().div_euclid(minutes);
            u32::try_from(cell).ok().filter(|cell| *cell < self.grid.cells)
        };
        let share = |of_today: &Share, limits: &[u32]| {
            let limits: BTreeSet<u32> = limits.iter().copied().collect();
            of_today.of_limits(limits, &others.weights)
        };
        let mut then = room.under(pool, &|at, today| limit(cell(at), today), &share);
        for (today, whole) in room.uses() {
            let whole = limit(cell(today.at), whole);
            then.add_use(&changed(today, pool.share.as_ref(), others, whole, taken));
        }
        solver_pool(&then, &self.grid)
    }
}

/// What would be in a cell of this limit.
fn changed(today: PoolUse, share: Option<&Share>, others: &Others, limit: u32, taken: &dyn Fn(u32) -> u32) -> PoolUse {
    let Some(share) = share else { return PoolUse { connections: taken(today.connections), ..today } };
    let own = taken(today.own);
    let of_others = others.used.get(&today.at).into_iter().flatten().map(|(weight, used)| (*weight, taken(*used)));
    let (mut connections, mut common) = (0_u32, 0_u64);
    for (weight, used) in of_others.chain([(share.weight, own)]) {
        connections = connections.saturating_add(used);
        common += beyond(u64::from(used), share.guaranteed_to(limit, weight));
    }
    PoolUse { connections, own, beyond: u32::try_from(common).unwrap_or(u32::MAX), ..today }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::capacity::PoolKind, planning::limits};
    use chrono::TimeZone;
    use proptest::prelude::*;

    fn grid() -> Grid {
        Grid { start: Utc.with_ymd_and_hms(2020, 3, 23, 8, 0, 0).unwrap(), step_minutes: 5, cells: 2 }
    }

    /// A pool of this limit of which so many per cent are guaranteed to schools of these weights. In its first cell they
    /// use so much, and so much is kept for others than classes; in the second nothing is. The first school asks.
    fn standing(limit: u32, percent: u32, schools: &[(u64, u32)], kept: u32) -> Standing {
        let weights: Vec<u64> = schools.iter().map(|(weight, _)| *weight).collect();
        let share = Share { percent, weight: weights[0], weights: weights.iter().sum(), ..Share::default() };
        let share = share.of_limits([limit], &weights);
        let beyond = |(weight, used): &(u64, u32)| beyond(u64::from(*used), share.guaranteed_to(limit, *weight));
        let taken = PoolUse {
            pool: "p".into(),
            at: grid().start,
            connections: schools.iter().map(|(_, used)| used).sum(),
            own: schools[0].1,
            beyond: u32::try_from(schools.iter().map(beyond).sum::<u64>()).unwrap(),
            background: kept,
            kept,
        };
        let pool = Pool { share: Some(share), ..Pool::plain("p", PoolKind::Concurrent, limit) };
        let mut room = Room::new(&pool, grid().start, grid().end(), chrono_tz::UTC);
        room.add_use(&taken);
        let used = HashMap::from([(grid().start, schools[1..].to_vec())]);
        Standing::new(grid(), [(pool, room, Others { weights, used })])
    }

    /// What is left in both cells when limit and attendance are so many per cent of today's.
    fn left(standing: &Standing, limit: u32, attendance: u32) -> Vec<u32> {
        let part = |number: u32, percent: u32| (number * percent).div_ceil(100);
        let pool = standing.left(0, &|_, today| part(today, limit), &|today| part(today, attendance));
        limits::by_cell(&pool, 2)
    }

    #[test]
    fn what_others_are_guaranteed_follows_the_limit_and_what_they_use_the_attendance() {
        let standing = standing(100, 80, &[(1, 0), (1, 10)], 0);
        // Forty for each and twenty for whoever comes first; the other school has not used up its own.
        assert_eq!(left(&standing, 100, 100), [60, 60]);
        assert_eq!(left(&standing, 150, 100), [90, 90], "sixty and thirty");
        assert_eq!(left(&standing, 50, 100), [30, 30]);
        assert_eq!(left(&standing, 100, 400), [60, 60], "it needs forty, as it was guaranteed");
        assert_eq!(left(&standing, 100, 500), [50, 60], "ten of them are common ones");
        assert_eq!(left(&standing, 150, 700), [80, 90], "both at once");
    }

    #[test]
    fn what_is_expected_besides_classes_stays() {
        let standing = standing(100, 80, &[(1, 0), (1, 10)], 5);
        assert_eq!(left(&standing, 100, 300), [55, 60]);
        assert_eq!(left(&standing, 150, 100), [85, 90]);
    }

    #[test]
    fn a_change_of_one_cell_changes_one_cell() {
        let standing = standing(100, 80, &[(1, 0), (1, 60)], 0);
        let on_first = |cell, today| if cell == Some(0) { 50 } else { today };
        // Of fifty, twenty are the school's, and the other one has taken more than the ten common ones.
        assert_eq!(limits::by_cell(&standing.left(0, &on_first, &|today| today), 2), [0, 60]);
    }

    proptest! {
        #[test]
        fn what_is_left_is_what_neither_classes_nor_guarantees_need(
            (limit, percent) in (0_u32..600, 1_u32..=100),
            schools in prop::collection::vec((0_u64..50, 0_u32..100), 1..6),
            (more, attendance) in (0_u32..300, 1_u32..300),
        ) {
            let standing = standing(limit, percent, &schools, 0);
            let weights: u64 = schools.iter().map(|(weight, _)| weight).sum();
            let (limit, part) = ((limit * more).div_ceil(100), |used: u32| (used * attendance).div_ceil(100));
            let guaranteed = |weight| crate::domain::share::guaranteed(limit, percent, weight, weights);
            // Others need what they use, and keep what they are guaranteed.
            let needed: u32 = schools[1..].iter().map(|(weight, used)| part(*used).max(guaranteed(*weight))).sum();
            let unused: u32 = schools[1..].iter().map(|(weight, _)| guaranteed(*weight)).sum();
            let expected = [limit.saturating_sub(needed + part(schools[0].1)), limit - unused];
            prop_assert_eq!(left(&standing, more, attendance), expected);
        }
    }
}
