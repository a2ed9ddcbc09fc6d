//! Many blocks that share pools: they are visited one after another, each time in another order, and during a visit the
//! block has its own use of the shared pools and all that nobody uses. Threads that visit side by side have what is left
//! at different times of the week. The prices of shared pools keep the first visited from taking what others need more; see
//! [`crate::guide`].

use rayon::prelude::*;

use crate::construct::{place_wave, warm_up, waves};
use crate::guide::Lead;
use crate::problem::{Block, Problem, WORD};
use crate::random::Random;
use crate::state::State;
use crate::teams::Team;

/// How prices follow use, over a whole search: they fall by this power of e times the share of a row that is left over, and
/// rise by this one where less is left than so many classes of the mean size.
const FALL: f64 = 200.0;
const RISE: f64 = 1.4;
const FULL: f64 = 1.7;
/// They follow no further at once than in this share of a search: of one with few visits, little is seen in between.
const FARTHEST: f64 = 0.02;

/// The shared pools while blocks are searched.
pub(crate) struct Market<'a> {
    problem: &'a Problem,
    /// By shared pool and slot: the price of a connection.
    prices: Vec<Vec<f32>>,
    /// By shared pool and slot: the connections that nobody uses.
    left: Vec<Vec<u32>>,
    /// By shared pool: the connections of a mean class.
    sizes: Vec<f64>,
    /// How far the search had come when prices last followed.
    followed: f64,
}

impl<'a> Market<'a> {
    /// A market at the prices of a bound.
    pub fn new(problem: &'a Problem, prices: Vec<Vec<f32>>) -> Self {
        let left = problem.shared.iter().map(|pool| pool.limits.clone()).collect();
        let sizes = (0..problem.shared.len()).map(|pool| mean_size(problem, pool)).collect();
        Self { problem, prices, left, sizes, followed: 0.0 }
    }

    /// One visit to every block, each thread with a share of what is left of the shared pools; then prices follow. The search
    /// has come so far `now`.
    pub fn sweep(
        &mut self,
        teams: &mut [Team<'a>],
        lead: Lead,
        now: f64,
        random: &mut Random,
        run: impl Fn(&mut Team<'a>) -> u64 + Sync,
    ) -> u64 {
        let mut visits: Vec<&mut Team<'a>> = teams.iter_mut().collect();
        random.shuffle(&mut visits);
        // Who could not place everything goes first, while there is most left.
        visits.sort_by_key(|team| !team.has_absent());
        let threads = rayon::current_num_threads().clamp(1, visits.len().max(1));
        let mut shelves = self.shelves(threads, random);
        let mut tours = deal(visits, threads, |team| team.share());
        let prices = &self.prices;
        let tour = |(visits, shelf): (&mut Vec<&mut Team<'a>>, &mut Vec<Vec<u32>>)| -> u64 {
            let each = |team: &mut &mut Team<'a>| {
                for (pool, local) in shared_pools(team.chains[0].state.block) {
                    team.chains[0].state.headroom.set_rows(local, &shelf[pool]);
                    team.guide.prices[local as usize].copy_from_slice(&prices[pool]);
                }
                team.lead(lead);
                team.chains[0].recount();
                let done = run(team);
                let state = &team.chains[0].state;
                for (pool, local) in shared_pools(state.block) {
                    shelf[pool].copy_from_slice(state.headroom.rows(local));
                }
                done
            };
            visits.iter_mut().map(each).sum()
        };
        let done = tours.par_iter_mut().zip(&mut shelves).map(tour).sum();
        for (pool, left) in self.left.iter_mut().enumerate() {
            for (row, left) in left.iter_mut().enumerate() {
                *left = shelves.iter().map(|shelf| shelf[pool][row]).sum();
            }
        }
        if lead == Lead::Prices {
            self.follow(now);
        }
        done
    }

    /// Deals out what is left, each stretch of time as a whole to one of the threads: halves of what is left would often be
    /// too small for any class.
    fn shelves(&self, threads: usize, random: &mut Random) -> Vec<Vec<Vec<u32>>> {
        let timeline = &self.problem.timeline;
        let mut shelves: Vec<Vec<Vec<u32>>> =
            (0..threads).map(|_| self.left.iter().map(|left| vec![0; left.len()]).collect()).collect();
        let mut stretches = timeline.stretches().to_vec();
        random.shuffle(&mut stretches);
        for ((from, to), turn) in stretches.into_iter().zip(0..) {
            let rows = (from * WORD) as usize..(to * WORD) as usize;
            for (shelf, left) in shelves[turn % threads].iter_mut().zip(&self.left) {
                shelf[rows.clone()].copy_from_slice(&left[rows.clone()]);
            }
        }
        shelves
    }

    /// Lets prices follow what is left, row by row, as far as the search has come since they last did.
    fn follow(&mut self, now: f64) {
        let step = (now - self.followed).clamp(0.0, FARTHEST);
        self.followed = now;
        let rise = (RISE * step).exp() as f32;
        for ((prices, left), (pool, size)) in
            self.prices.iter_mut().zip(&self.left).zip(self.problem.shared.iter().zip(&self.sizes))
        {
            for ((price, &left), &limit) in prices.iter_mut().zip(left).zip(&pool.limits) {
                let share = f64::from(left) / f64::from(limit.max(1));
                *price *= if f64::from(left) < FULL * size { rise } else { (-FALL * share * step).exp() as f32 };
            }
        }
    }

    /// First plans, wave after wave through all blocks: what one takes, the next does not have. Those with the fewest
    /// starts go first everywhere, before others take what only they can use.
    pub fn construct(&mut self, states: &mut [State<'a>], warm: &[Vec<u32>], random: &mut Random) {
        let left = &mut self.left;
        for state in states.iter() {
            for (pool, local) in shared_pools(state.block) {
                // Pinned classes have taken theirs already.
                let rows = state.headroom.rows(local).iter().zip(&self.problem.shared[pool].limits);
                left[pool].iter_mut().zip(rows).for_each(|(left, (free, limit))| *left -= limit - free);
            }
        }
        let mut lend = |state: &mut State<'a>, work: &mut dyn FnMut(&mut State<'a>)| {
            for (pool, local) in shared_pools(state.block) {
                state.headroom.set_rows(local, &left[pool]);
            }
            work(state);
            for (pool, local) in shared_pools(state.block) {
                left[pool].copy_from_slice(state.headroom.rows(local));
            }
        };
        let mut order: Vec<usize> = (0..states.len()).collect();
        for &block in &order {
            lend(&mut states[block], &mut |state| warm_up(state, &warm[block]));
        }
        let waves: Vec<Vec<Vec<u32>>> = self.problem.blocks.par_iter().map(waves).collect();
        for wave in 0..waves.iter().map(Vec::len).max().unwrap_or(0) {
            random.shuffle(&mut order);
            for &block in &order {
                if let Some(wave) = waves[block].get(wave) {
                    lend(&mut states[block], &mut |state| place_wave(state, wave));
                }
            }
        }
    }
}

/// Deals visits out to threads, in their order, each to the thread that has the fewest steps to do so far.
fn deal<T>(visits: Vec<T>, threads: usize, steps: impl Fn(&T) -> f64) -> Vec<Vec<T>> {
    let mut tours: Vec<(f64, Vec<T>)> = (0..threads).map(|_| (0.0, Vec::new())).collect();
    for visit in visits {
        if let Some((sum, tour)) = tours.iter_mut().min_by(|a, b| a.0.total_cmp(&b.0)) {
            *sum += steps(&visit);
            tour.push(visit);
        }
    }
    tours.into_iter().map(|(_, tour)| tour).collect()
}

/// The shared pools of a block: index among the shared ones, and in the block.
pub(crate) fn shared_pools(block: &Block) -> impl Iterator<Item = (usize, u32)> + '_ {
    block.pools.iter().zip(0..).filter_map(|(pool, local)| Some((pool.shared? as usize, local)))
}

/// The connections of a mean class of a shared pool.
fn mean_size(problem: &Problem, pool: usize) -> f64 {
    let connections = |block: &Block| {
        let local = shared_pools(block).find(|&(shared, _)| shared == pool).map(|(_, local)| local);
        let members = local.map_or(&[][..], |local| block.pool_members(local));
        (members.iter().map(|&job| f64::from(block.jobs[job as usize].connections)).sum::<f64>(), members.len() as f64)
    };
    let (sum, count) = problem.blocks.iter().map(connections).fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
    sum / count.max(1.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::deal;

    proptest! {
        #[test]
        fn threads_get_about_the_same_steps(steps in prop::collection::vec(1_u32..1000, 0..60), threads in 1_usize..17) {
            let visits: Vec<(usize, u32)> = steps.iter().copied().enumerate().collect();
            let tours = deal(visits.clone(), threads, |visit| visit.1.into());
            prop_assert_eq!(tours.len(), threads);
            prop_assert!(tours.iter().all(|tour| tour.is_sorted()), "the order stays");
            let mut dealt = tours.concat();
            dealt.sort_unstable();
            prop_assert_eq!(dealt, visits, "each is dealt once");
            let sums: Vec<u32> = tours.iter().map(|tour| tour.iter().map(|visit| visit.1).sum()).collect();
            let (most, least) = (sums.iter().max().copied(), sums.iter().min().copied());
            let longest = steps.iter().max().copied().unwrap_or(0);
            prop_assert!(most <= least.map(|least| least + longest), "no thread waits longer than one visit takes");
        }
    }
}
