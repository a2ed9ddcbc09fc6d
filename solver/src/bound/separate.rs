//! Finds the derived rows that the mean of the choices breaks most.
//!
//! Which multipliers break a pool's row most, at a cell and for a divisor, is a knapsack with one choice a group: raising
//! a group's multiplier until its classes count one more costs room on the limit's side, and gains what is placed of them
//! there. A dynamic program finds the best for each number of units that the limit gives away.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::derived::Cut;
use crate::problem::{Block, WORD};

/// A slot is looked at if this share of the classes that fit are there, and one in so many each time: neighbours have much
/// the same.
const BUSY: f32 = 0.9;
const STRIDE: usize = 3;
/// Units that the limit may rise by, through the multipliers.
const MOST_RISE: u32 = 3;
/// Candidates a slot, and cuts a word.
const BEST_OF_SLOT: usize = 2;
const BEST_OF_WORD: usize = 4;
/// A candidate is worth having if it breaks the limit by this share of it, summed over the slots of a word.
const WORTHWHILE: f32 = 0.01;
/// What bounds the work: the number of divisors, their size, and the groups that are placed at one slot.
const MOST_DIVISORS: usize = 24;
const LARGEST_DIVISOR: u32 = 256;
/// Whole numbers below this one are exact as `f32`.
const LARGEST_SIZE: u32 = 1 << 24;
const MOST_GROUPS: usize = 200;

/// The jobs of a pool in disjoint groups of which one job at most is on at a time.
#[derive(Debug, PartialEq)]
pub(super) struct Partition {
    pub pool: u32,
    /// For each group, its person or group, or the job that is alone; and its jobs.
    groups: Vec<(Member, Vec<u32>)>,
    divisors: Vec<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Member {
    Exclusive(u32),
    Job(u32),
}

impl Partition {
    /// Whether a person or group may have a multiplier.
    pub fn multiplies(&self, who: u32) -> bool {
        self.groups.iter().any(|(member, _)| *member == Member::Exclusive(who))
    }

    /// Whether a job has a multiplier of its own.
    pub fn is_alone(&self, job: u32) -> bool {
        self.groups.iter().any(|(member, _)| *member == Member::Job(job))
    }
}

/// The partitions of each concurrent pool that is the block's own: where groups with classes of one size go first, which
/// loses nothing by rounding; and where the largest groups go first, if that is another one.
pub(super) fn partitions(block: &Block) -> Vec<Partition> {
    let mut partitions: Vec<Partition> = Vec::new();
    for (pool, index) in block.pools.iter().zip(0..) {
        let sizes = block.pool_members(index).iter().map(|&job| block.jobs[job as usize].connections);
        let is_exact = sizes.chain(pool.limits.iter().copied()).all(|size| size < LARGEST_SIZE);
        if pool.window.is_none() && pool.shared.is_none() && is_exact {
            for uniform_first in [true, false] {
                let partition = partition(block, index, uniform_first);
                if !partition.divisors.is_empty() && !partitions.contains(&partition) {
                    partitions.push(partition);
                }
            }
        }
    }
    partitions
}

fn partition(block: &Block, pool: u32, uniform_first: bool) -> Partition {
    let jobs = block.pool_members(pool);
    let mut is_left = vec![false; block.jobs.len()];
    jobs.iter().for_each(|&job| is_left[job as usize] = true);
    let is_uniform = |who: u32| {
        let mut sizes = block.members(who).iter().map(|&job| block.jobs[job as usize].connections);
        let first = sizes.next();
        uniform_first && sizes.all(|size| Some(size) == first)
    };
    let left = |who: u32, is_left: &[bool]| -> Vec<u32> {
        block.members(who).iter().copied().filter(|&job| is_left[job as usize]).collect()
    };
    let weight = |jobs: &[u32]| -> u32 {
        if uniform_first { jobs.iter().map(|&job| block.jobs[job as usize].duration).sum() } else { jobs.len() as u32 }
    };
    let all = 0..block.exclusives.len() as u32;
    let mut heap: BinaryHeap<(bool, u32, Reverse<u32>)> =
        all.map(|who| (is_uniform(who), weight(&left(who, &is_left)), Reverse(who))).collect();
    let mut groups = Vec::new();
    while let Some((is_uniform, before, Reverse(who))) = heap.pop() {
        let jobs = left(who, &is_left);
        if weight(&jobs) < before {
            heap.push((is_uniform, weight(&jobs), Reverse(who)));
        } else if jobs.len() > 1 {
            jobs.iter().for_each(|&job| is_left[job as usize] = false);
            groups.push((Member::Exclusive(who), jobs));
        }
    }
    let alone = jobs.iter().filter(|&&job| is_left[job as usize]);
    groups.extend(alone.map(|&job| (Member::Job(job), vec![job])));
    groups.sort_unstable();
    let sizes: BTreeSet<u32> = jobs.iter().map(|&job| block.jobs[job as usize].connections).collect();
    let sizes: Vec<u32> = sizes.into_iter().filter(|size| (2..=LARGEST_DIVISOR).contains(size)).collect();
    let divisors = sizes.iter().copied().step_by(sizes.len().div_ceil(MOST_DIVISORS).max(1)).collect();
    Partition { pool, groups, divisors }
}

/// The cuts of pools most of whose classes take more than half of the limit: of those no two are on at once. There the
/// relaxation of the pool's own rows says little: it may hold while whole classes have no place.
pub(super) fn covers(block: &Block, partitions: &[Partition], slots: usize) -> Vec<Cut> {
    let mut pools: Vec<u32> = partitions.iter().map(|partition| partition.pool).collect();
    pools.dedup();
    let cover = |pool: u32, word: u32| {
        let members = block.pool_members(pool);
        let limits = &block.pools[pool as usize].limits[(word * WORD) as usize..((word + 1) * WORD) as usize];
        let divisor = limits.iter().max().map_or(0, |most| most / 2 + 1);
        let large = members.iter().filter(|&&job| block.jobs[job as usize].connections >= divisor).count();
        let is_worthwhile = divisor > 1 && large > 1 && 2 * large > members.len();
        is_worthwhile.then(|| Cut { word, pool, divisor, exclusives: Vec::new(), jobs: Vec::new() })
    };
    let words = 0..slots as u32 / WORD;
    pools.into_iter().flat_map(|pool| words.clone().filter_map(move |word| cover(pool, word))).collect()
}

/// The cuts that `mean` breaks most: by kind of jobs and slot, how many are there on average. Each `turn` looks at other
/// slots.
pub(super) fn cuts(
    block: &Block,
    partitions: &[Partition],
    kind_of: &[Option<u32>],
    mean: &[f32],
    slots: usize,
    turn: usize,
) -> Vec<Cut> {
    let mut cuts = Vec::new();
    for partition in partitions {
        let search = Search::new(block, partition, kind_of, mean, slots);
        (0..(slots as u32) / WORD).for_each(|word| search.word(word, turn, &mut cuts));
    }
    cuts
}

/// The kinds of the jobs of a group, and their connections.
type Items = Vec<(u32, u32)>;

/// The search for cuts of one pool.
struct Search<'a> {
    block: &'a Block,
    partition: &'a Partition,
    mean: &'a [f32],
    slots: usize,
    groups: Vec<Items>,
}

impl<'a> Search<'a> {
    fn new(block: &'a Block, partition: &'a Partition, kind_of: &[Option<u32>], mean: &'a [f32], slots: usize) -> Self {
        let items = |jobs: &Vec<u32>| -> Items {
            let items =
                jobs.iter().filter_map(|&job| Some((kind_of[job as usize]?, block.jobs[job as usize].connections)));
            items.collect::<BTreeSet<_>>().into_iter().collect()
        };
        let groups = partition.groups.iter().map(|(_, jobs)| items(jobs)).collect();
        Self { block, partition, mean, slots, groups }
    }

    /// Adds the cuts of one word that together are broken most.
    fn word(&self, word: u32, turn: usize, cuts: &mut Vec<Cut>) {
        let limits = &self.block.pools[self.partition.pool as usize].limits;
        let (mut load, mut count) = ([0.0_f32; WORD as usize], [0.0_f32; WORD as usize]);
        let slots = (word * WORD) as usize..((word + 1) * WORD) as usize;
        for &(kind, size) in self.groups.iter().flatten() {
            let mean = &self.mean[kind as usize * self.slots..][slots.clone()];
            load.iter_mut().zip(mean).for_each(|(load, mean)| *load += size as f32 * mean);
            count.iter_mut().zip(mean).for_each(|(count, mean)| *count += mean);
        }
        let mut candidates = BTreeSet::new();
        let busy = slots.clone().zip(load).zip(count);
        for ((slot, load), count) in busy.skip(turn % STRIDE).step_by(STRIDE) {
            // Whole classes may leave much of the limit free: of those with 26 connections, one fits into 49.
            let most = (limits[slot] as f32 * count / load).floor();
            if load > 0.0 && count >= BUSY * most {
                candidates.extend(self.slot(slot, limits[slot]));
            }
        }
        let broken = |(divisor, multipliers): (u32, Vec<u32>)| {
            let cut = self.cut(word, divisor, &multipliers);
            let mut broken = [0.0_f32; WORD as usize];
            for (items, multiplier) in self.groups.iter().zip(&multipliers) {
                for &(kind, size) in items {
                    let units = ((size + multiplier) / divisor) as f32;
                    let mean = &self.mean[kind as usize * self.slots..][slots.clone()];
                    broken.iter_mut().zip(mean).for_each(|(sum, mean)| *sum += units * mean);
                }
            }
            for (broken, slot) in broken.iter_mut().zip(slots.clone()) {
                let limit = cut.limit(self.block, slot as u32) as f32;
                *broken = (*broken - limit).max(0.0) / limit.max(1.0);
            }
            (cut, broken)
        };
        let candidates: Vec<(Cut, [f32; WORD as usize])> = candidates.into_iter().map(broken).collect();
        let mut so_far = [0.0_f32; WORD as usize];
        for _ in 0..BEST_OF_WORD {
            let gain = |broken: &[f32; WORD as usize]| -> f32 {
                broken.iter().zip(&so_far).map(|(broken, so_far)| (broken - so_far).max(0.0)).sum()
            };
            let best = candidates.iter().map(|(cut, broken)| (gain(broken), cut, broken));
            let Some((gain, cut, broken)) = best.max_by(|a, b| a.0.total_cmp(&b.0)) else { break };
            if gain < WORTHWHILE {
                break;
            }
            so_far.iter_mut().zip(broken).for_each(|(so_far, broken)| *so_far = so_far.max(*broken));
            cuts.push(cut.clone());
        }
    }

    fn cut(&self, word: u32, divisor: u32, multipliers: &[u32]) -> Cut {
        let (mut exclusives, mut jobs) = (Vec::new(), Vec::new());
        for ((member, _), &multiplier) in self.partition.groups.iter().zip(multipliers).filter(|(_, m)| **m > 0) {
            match *member {
                Member::Exclusive(who) => exclusives.push((who, multiplier)),
                Member::Job(job) => jobs.push((job, multiplier)),
            }
        }
        Cut { word, pool: self.partition.pool, divisor, exclusives, jobs }
    }

    /// The divisors and multipliers by group whose rows are broken most at a slot.
    fn slot(&self, slot: usize, limit: u32) -> Vec<(u32, Vec<u32>)> {
        let placed = |items: &Items| -> Vec<(u32, f32)> {
            let items = items.iter().map(|&(kind, size)| (size, self.mean[kind as usize * self.slots + slot]));
            items.filter(|(_, mean)| *mean > 1e-4).collect()
        };
        let placed: Vec<(usize, Vec<(u32, f32)>)> =
            self.groups.iter().map(placed).enumerate().filter(|(_, items)| !items.is_empty()).collect();
        if placed.len() > MOST_GROUPS {
            return Vec::new();
        }
        let mut best: Vec<(f32, u32, u32)> = Vec::new();
        for &divisor in &self.partition.divisors {
            let values = knapsack(&placed, limit, divisor, &mut |_, _, _| {});
            let base: f32 =
                placed.iter().flat_map(|(_, items)| items).map(|&(size, mean)| (size / divisor) as f32 * mean).sum();
            for rise in 0..=MOST_RISE {
                let broken = base + values[room(limit, divisor, rise)] - (limit / divisor + rise) as f32;
                if broken > 1e-3 {
                    best.push((broken, divisor, rise));
                }
            }
        }
        best.sort_by(|a, b| b.0.total_cmp(&a.0));
        best.truncate(BEST_OF_SLOT);
        best.into_iter().map(|(_, divisor, rise)| (divisor, self.multipliers(&placed, limit, divisor, rise))).collect()
    }

    /// The multipliers behind a value of the knapsack, by group; what the limit leaves over goes to groups without one.
    fn multipliers(&self, placed: &[(usize, Vec<(u32, f32)>)], limit: u32, divisor: u32, rise: u32) -> Vec<u32> {
        let mut left = room(limit, divisor, rise);
        let mut takes = vec![vec![0_u32; room(limit, divisor, MOST_RISE) + 1]; placed.len()];
        knapsack(placed, limit, divisor, &mut |group, room, multiplier| takes[group][room] = multiplier);
        let mut multipliers = vec![0; self.groups.len()];
        for ((group, _), takes) in placed.iter().zip(&takes).rev() {
            multipliers[*group] = takes[left];
            left -= takes[left] as usize;
        }
        let sum: u32 = multipliers.iter().sum();
        let mut spare = divisor - 1 - (limit + sum) % divisor;
        let largest = |items: &Items| items.iter().map(|(_, size)| *size).max().unwrap_or(0);
        let needs = self.groups.iter().enumerate().filter(|(group, _)| multipliers[*group] == 0);
        let mut needs: Vec<(u32, usize)> =
            needs.map(|(group, items)| (missing(largest(items), divisor), group)).collect();
        needs.sort_unstable();
        for (need, group) in needs.into_iter().filter(|(need, _)| *need > 0) {
            if need <= spare {
                multipliers[group] = need;
                spare -= need;
            }
        }
        multipliers
    }
}

/// What is missing from `size` to the next multiple of `divisor`.
fn missing(size: u32, divisor: u32) -> u32 {
    (divisor - size % divisor) % divisor
}

/// The largest sum of multipliers with which the limit, divided, rises by `rise` only.
fn room(limit: u32, divisor: u32, rise: u32) -> usize {
    ((rise + 1) * divisor - 1 - limit % divisor) as usize
}

/// The most that multipliers of a given sum gain, by that sum; tells `note` the group, the sum and the multiplier
/// wherever a group's multiplier is worth it.
fn knapsack(
    groups: &[(usize, Vec<(u32, f32)>)],
    limit: u32,
    divisor: u32,
    note: &mut impl FnMut(usize, usize, u32),
) -> Vec<f32> {
    let room = room(limit, divisor, MOST_RISE);
    let mut values = vec![0.0_f32; room + 1];
    let mut next = values.clone();
    for ((_, items), group) in groups.iter().zip(0..) {
        next.copy_from_slice(&values);
        for (&(size, _), earlier) in items.iter().zip(0..) {
            let multiplier = missing(size, divisor);
            let is_known = items[..earlier].iter().any(|other| missing(other.0, divisor) == multiplier);
            if multiplier == 0 || multiplier as usize > room || is_known {
                continue;
            }
            let more = items.iter().map(|&(size, mean)| ((size + multiplier) / divisor - size / divisor) as f32 * mean);
            let gain: f32 = more.sum();
            for (sum, (value, before)) in next[multiplier as usize..].iter_mut().zip(&values).enumerate() {
                let is_better = before + gain > *value;
                *value = if is_better { before + gain } else { *value };
                if is_better {
                    note(group, sum + multiplier as usize, multiplier);
                }
            }
        }
        std::mem::swap(&mut values, &mut next);
    }
    values
}
