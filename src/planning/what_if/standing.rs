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
        portion::Portion,
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
        let then = Then { limit, taken, more: &[] };
        self.left_to(place, &then, Asking::School)
    }

    /// The same where schools of such weights come into a pool that is shared out: what would be left for the round's
    /// school and for them. Nothing of a pool that is not shared out.
    ///
    /// Those that come count as one school that is guaranteed what all of them are: they lend their parts to each other.
    /// Of two schools the three limits say all, as what both use beyond their parts is at most the common one.
    pub(super) fn left_beside(
        &self,
        place: usize,
        limit: &dyn Fn(Option<u32>, u32) -> u32,
        taken: &dyn Fn(u32) -> u32,
        more: &[u64],
    ) -> Option<Beside> {
        self.pools[place].0.share.as_ref().filter(|_| !more.is_empty())?;
        let then = Then { limit, taken, more };
        let left = |asking| self.left_to(place, &then, asking);
        Some(Beside { all: left(Asking::All), school: left(Asking::School), more: left(Asking::More) })
    }

    fn left_to(&self, place: usize, then: &Then<'_>, asking: Asking) -> solver::Pool {
        let (pool, room, others) = &self.pools[place];
        let minutes = i64::from(self.grid.step_minutes.max(1));
        let cell = |at: DateTime<Utc>| {
            let cell = (at - self.grid.start).num_minutes().div_euclid(minutes);
            u32::try_from(cell).ok().filter(|cell| *cell < self.grid.cells)
        };
        let weights: Vec<u64> = others.weights.iter().chain(then.more).copied().collect();
        let share = pool
            .share
            .as_ref()
            .map(|today| Share { weights: today.weights + then.more.iter().sum::<u64>(), ..today.clone() });
        let portion = |limits: &[u32]| {
            let distinct: BTreeSet<u32> = limits.iter().copied().collect();
            let share = share.as_ref()?.of_limits(distinct, &weights);
            let guaranteed = |limit| asking.guaranteed(&share, limit, then.more);
            Some(Portion::of(limits, &guaranteed, &|limit| share.common(limit)))
        };
        let mut left = room.under(&|at, today| (then.limit)(cell(at), today), &portion);
        for (today, whole) in room.uses() {
            let whole = (then.limit)(cell(today.at), whole);
            left.add_use(&then.changed(today, share.as_ref(), others, whole, asking));
        }
        solver_pool(&left, &self.grid)
    }
}

/// What would be left of a pool that is shared out, where schools come.
pub(super) struct Beside {
    /// To the round's school and those that come, together.
    pub all: solver::Pool,
    /// To the round's school.
    pub school: solver::Pool,
    /// To those that come.
    pub more: solver::Pool,
}

/// Who asks what is left.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asking {
    /// The round's school.
    School,
    /// Those that come.
    More,
    /// All of them.
    All,
}

impl Asking {
    fn guaranteed(self, share: &Share, limit: u32, more: &[u64]) -> u32 {
        let own = share.guaranteed(limit);
        let more = || more.iter().map(|weight| share.guaranteed_to(limit, *weight)).sum::<u32>();
        match self {
            Self::School => own,
            Self::More => more(),
            Self::All => own + more(),
        }
    }
}

/// What is other than today.
struct Then<'a> {
    limit: &'a dyn Fn(Option<u32>, u32) -> u32,
    taken: &'a dyn Fn(u32) -> u32,
    /// The weights of schools that come.
    more: &'a [u64],
}

impl Then<'_> {
    /// What would be in a cell of this limit.
    fn changed(&self, today: PoolUse, share: Option<&Share>, others: &Others, limit: u32, asking: Asking) -> PoolUse {
        let Some(share) = share else { return PoolUse { connections: (self.taken)(today.connections), ..today } };
        let own = (self.taken)(today.own);
        let of_others = others.used.get(&today.at).into_iter().flatten();
        let of_others = of_others.map(|(weight, used)| ((self.taken)(*used), share.guaranteed_to(limit, *weight)));
        // What is used by whoever asks is judged by what they are guaranteed.
        let guaranteed = match asking {
            Asking::More => share.guaranteed(limit),
            Asking::School | Asking::All => asking.guaranteed(share, limit, self.more),
        };
        let (mut connections, mut common) = (0_u32, 0_u64);
        for (used, guaranteed) in of_others.chain([(own, guaranteed)]) {
            connections = connections.saturating_add(used);
            common += beyond(u64::from(used), guaranteed);
        }
        let own = if asking == Asking::More { 0 } else { own };
        PoolUse { connections, own, beyond: u32::try_from(common).unwrap_or(u32::MAX), ..today }
    }
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
    fn schools_that_come_have_their_parts_too() {
        let left = |other, kept| {
            let standing = standing(100, 80, &[(1, 0), (1, other)], kept);
            let beside = standing.left_beside(0, &|_, today| today, &|today| today, &[1, 1]).unwrap();
            [beside.school, beside.more, beside.all].map(|pool| limits::by_cell(&pool, 2)[0])
        };
        // Twenty for each of four and twenty for whoever comes first.
        assert_eq!(left(10, 0), [40, 60, 80]);
        assert_eq!(left(30, 0), [30, 50, 70], "ten are beyond the other school's part");
        assert_eq!(left(10, 5), [35, 55, 75]);
        // What the school uses already is taken from it, and as far as it is more than its part from the others.
        let standing = standing(100, 80, &[(1, 30), (1, 10)], 0);
        let beside = standing.left_beside(0, &|_, today| today, &|today| today, &[1, 1]).unwrap();
        let left = [beside.school, beside.more, beside.all].map(|pool| limits::by_cell(&pool, 2)[0]);
        assert_eq!(left, [10, 50, 50]);
        assert!(standing.left_beside(0, &|_, today| today, &|today| today, &[]).is_none());
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
