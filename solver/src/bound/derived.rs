//! Derived rows: what whole classes cannot do, though fractions of them could.
//!
//! Nine classes of at least 28 do not fit into a pool of 243, but 8.7 "classes" of 28 do: the linear relaxation, and with
//! it the bound, does not see that at most eight fit. A row of a pool at a cell, plus whole multiples of the rows "this
//! person or group is in one class at a time" and "this request has one class", divided by a whole number and rounded
//! down on both sides, still holds for every plan (Chvátal 1973, after Gomory 1958), and says just that. Where the pool
//! has the same limit the row holds at every cell, so that it gets prices as a pool does: a *cut* is such a row in the
//! cells of one word.

use std::collections::BTreeMap;

use super::rows::{Rows, Step};
use super::separate::{self, Partition};
use crate::problem::{Block, NOWHERE, WORD};

/// Shares of the ascent after which cuts are looked for.
const SEPARATIONS: [f64; 8] = [0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6];
/// How much of the running mean of choices stays from one pass to the next.
const MEMORY: f32 = 0.95;
/// More kinds of jobs than this in a block are too many to keep a mean of.
const MOST_KINDS: usize = 2000;
/// Prices of classes that are one at a time may be high: where the week has no room for all, up to what leaving one out
/// costs. Their steps are so many times as long.
const COVER: f32 = 8.0;

/// A row derived from those of a pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cut {
    /// The word of slots in which it has prices.
    pub word: u32,
    /// The pool, by its number in the block.
    pub pool: u32,
    pub divisor: u32,
    /// Multipliers of people and groups, and of jobs.
    pub exclusives: Vec<(u32, u32)>,
    pub jobs: Vec<(u32, u32)>,
}

impl Cut {
    /// What a job counts for while it lasts.
    pub fn units(&self, block: &Block, index: u32) -> u32 {
        let job = &block.jobs[index as usize];
        let multiplier =
            |of: &[(u32, u32)], member: u32| of.iter().find(|(other, _)| *other == member).map_or(0, |m| m.1);
        let size = if block.pools(job).contains(&self.pool) { job.connections } else { 0 };
        let people: u32 = block.exclusives(job).iter().map(|&who| multiplier(&self.exclusives, who)).sum();
        (size + people + multiplier(&self.jobs, index)) / self.divisor
    }

    /// What may be used at a slot.
    pub fn limit(&self, block: &Block, slot: u32) -> u32 {
        let multipliers: u32 = self.exclusives.iter().chain(&self.jobs).map(|(_, multiplier)| multiplier).sum();
        (block.pools[self.pool as usize].limits[slot as usize] + multipliers) / self.divisor
    }

    /// Its slots.
    pub fn slots(&self) -> std::ops::Range<usize> {
        (self.word * WORD) as usize..((self.word + 1) * WORD) as usize
    }
}

/// A cut, and the prices of its slots.
struct Priced {
    cut: Cut,
    /// What each kind of jobs counts for.
    units: Vec<(u32, f32)>,
    limits: Vec<f32>,
    /// What one unit is of the cost unit.
    share: f32,
    rows: Rows,
}

/// The cuts of one block, and the mean of its jobs' choices, of which they are found.
pub(super) struct Derived<'a> {
    block: &'a Block,
    slots: usize,
    partitions: Vec<Partition>,
    /// Jobs of one *kind* count the same in every cut: the kind of each job, if cuts concern it, and a job of each kind.
    kind_of: Vec<Option<u32>>,
    kinds: Vec<u32>,
    /// By kind and slot: how many jobs are there, the running mean of that, and the price of all cuts.
    cover: Vec<f32>,
    mean: Vec<f32>,
    prices: Vec<f32>,
    cuts: Vec<Priced>,
    separations: usize,
}

impl<'a> Derived<'a> {
    /// Those that are there from the start; `unit` is a cost unit.
    pub fn new(block: &'a Block, slots: usize, unit: f32) -> Self {
        let partitions = separate::partitions(block);
        let (kind_of, kinds) = kinds(block, &partitions);
        let size = if kinds.len() > MOST_KINDS { 0 } else { kinds.len() * slots };
        let partitions = if size == 0 { Vec::new() } else { partitions };
        let zeros = || vec![0.0; size];
        let (cover, mean, prices) = (zeros(), zeros(), zeros());
        let covers = separate::covers(block, &partitions, slots);
        let mut derived =
            Self { block, slots, partitions, kind_of, kinds, cover, mean, prices, cuts: Vec::new(), separations: 0 };
        covers.into_iter().for_each(|cut| derived.add(cut, unit * COVER));
        derived
    }

    /// The price of all cuts for a job (by its number), by slot.
    pub fn prices(&self, index: usize) -> Option<&[f32]> {
        if self.cuts.is_empty() {
            return None;
        }
        self.kind_of[index].map(|kind| &self.prices[kind as usize * self.slots..][..self.slots])
    }

    /// Σ price × limit.
    pub fn worth(&self) -> f64 {
        self.cuts.iter().map(|priced| priced.rows.worth(|slot| priced.limits[slot])).sum()
    }

    /// Looks for cuts if it is time to, and moves the prices of all; `unit` is a cost unit.
    pub fn step(&mut self, choices: &[u32], unit: f32, step: Step, is_best: bool) {
        if self.partitions.is_empty() {
            return;
        }
        self.note(choices);
        let due = SEPARATIONS.iter().take_while(|share| step.progress >= **share).count();
        if due > self.separations {
            self.separations = due;
            for cut in separate::cuts(self.block, &self.partitions, &self.kind_of, &self.mean, self.slots, due) {
                self.add(cut, unit);
            }
        }
        let mut used = [0.0_f32; WORD as usize];
        for Priced { cut, units, limits, share, rows } in &mut self.cuts {
            used.fill(0.0);
            for &(kind, units) in units.iter() {
                let cover = &self.cover[kind as usize * self.slots..][cut.slots()];
                used.iter_mut().zip(cover).for_each(|(used, cover)| *used += units * cover);
            }
            rows.step(&used, |slot| limits[slot], *share, step, is_best);
        }
        self.fold();
    }

    /// Counts the jobs where they would go.
    fn note(&mut self, choices: &[u32]) {
        self.cover.fill(0.0);
        for ((&start, kind), job) in choices.iter().zip(&self.kind_of).zip(&self.block.jobs) {
            if let (Some(kind), true) = (kind, start != NOWHERE) {
                let from = *kind as usize * self.slots + start as usize;
                self.cover[from..from + job.duration as usize].iter_mut().for_each(|cover| *cover += 1.0);
            }
        }
        for (mean, cover) in self.mean.iter_mut().zip(&self.cover) {
            *mean = MEMORY * *mean + (1.0 - MEMORY) * cover;
        }
    }

    fn add(&mut self, cut: Cut, unit: f32) {
        if self.cuts.iter().any(|other| other.cut == cut) {
            return;
        }
        let block = self.block;
        let units = self.kinds.iter().zip(0_u32..).map(|(&job, kind)| (kind, cut.units(block, job) as f32));
        let units: Vec<(u32, f32)> = units.filter(|(_, units)| *units > 0.0).collect();
        let jobs =
            self.kind_of.iter().flatten().filter_map(|kind| {
                units.binary_search_by_key(kind, |(kind, _)| *kind).ok().map(|found| units[found].1)
            });
        let (count, sum) = jobs.fold((0.0, 0.0), |(count, sum), units| (count + 1.0, sum + units));
        let limits = cut.slots().map(|slot| cut.limit(block, slot as u32) as f32).collect();
        let share = if sum > 0.0 { unit * count / sum } else { unit };
        self.cuts.push(Priced { cut, units, limits, share, rows: Rows::new(WORD as usize) });
    }

    /// Sums the prices of all cuts, by kind of jobs and slot.
    fn fold(&mut self) {
        self.prices.fill(0.0);
        for Priced { cut, units, rows, .. } in &self.cuts {
            if rows.prices().iter().all(|price| *price == 0.0) {
                continue;
            }
            for &(kind, units) in units {
                let prices = &mut self.prices[kind as usize * self.slots..][cut.slots()];
                prices.iter_mut().zip(rows.prices()).for_each(|(sum, price)| *sum += units * price);
            }
        }
    }

    /// The cuts with a price, and their best prices by slot.
    pub fn pack(&self) -> Vec<(Cut, Vec<(u32, f32)>)> {
        let packed = self.cuts.iter().map(|Priced { cut, rows, .. }| {
            let prices = rows.best_prices().iter().zip(cut.word * WORD..).filter(|(price, _)| **price > 1e-6);
            (cut.clone(), prices.map(|(price, slot)| (slot, *price)).collect::<Vec<_>>())
        });
        packed.filter(|(_, prices)| !prices.is_empty()).collect()
    }

    /// The cuts and prices that were packed.
    pub fn unpack(&mut self, packed: &[(Cut, Vec<(u32, f32)>)]) {
        self.cuts.clear();
        for (cut, prices) in packed {
            self.add(cut.clone(), 1.0);
            if let Some(Priced { rows, .. }) = self.cuts.last_mut() {
                prices.iter().for_each(|&(slot, price)| rows.set_best((slot % WORD) as usize, price));
                rows.restore_best();
            }
        }
        self.fold();
    }
}

/// Files the jobs of the partitions by what can tell them apart in a cut: pools, connections, and the people, groups and
/// requests that have multipliers. Returns the kind of each job, and a job of each kind.
fn kinds(block: &Block, partitions: &[Partition]) -> (Vec<Option<u32>>, Vec<u32>) {
    let mut kind_of = vec![None; block.jobs.len()];
    let (mut kinds, mut known) = (Vec::new(), BTreeMap::new());
    for (index, job) in (0_u32..).zip(&block.jobs) {
        let pools = partitions.iter().map(|partition| partition.pool).filter(|pool| block.pools(job).contains(pool));
        let pools: Vec<u32> = pools.collect();
        if pools.is_empty() {
            continue;
        }
        let who =
            block.exclusives(job).iter().filter(|who| partitions.iter().any(|partition| partition.multiplies(**who)));
        let mut who: Vec<u32> = who.copied().collect();
        who.sort_unstable();
        let alone = partitions.iter().any(|partition| partition.is_alone(index)).then_some(index);
        let kind = *known.entry((pools, job.connections, who, alone)).or_insert_with(|| {
            kinds.push(index);
            kinds.len() as u32 - 1
        });
        kind_of[index as usize] = Some(kind);
    }
    (kind_of, kinds)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::problem::Problem;
    use crate::round::{Horizon, Pool, PoolKind, Request, Round, StartRange};

    /// Classes (connections, group, teacher) of one cell each that could all be at the same.
    fn problem(limit: u32, classes: &[(u32, u32, u32)]) -> Problem {
        let pool = Pool { id: "p".into(), kind: PoolKind::Concurrent, window: None, limit, except: vec![] };
        let request = |(&(connections, group, teacher), index): (&(u32, u32, u32), usize)| Request {
            id: format!("r{index}").into(),
            pools: ["p".into()].into(),
            exclusive: [format!("group {group}").into(), format!("teacher {teacher}").into()].into(),
            connections,
            duration: 1,
            options: [StartRange { first: 0, last: 5, ideal: 0, base: 0, per_cell: 1 }].into(),
            unplaced: 100,
            ..Request::default()
        };
        Problem::new(&Round {
            version: 1,
            name: "one cell".into(),
            horizon: Horizon { start: "2020-03-23T00:00:00Z".into(), step_minutes: 5, cells: 6 },
            days: vec![],
            pools: vec![pool],
            exclusives: vec![],
            requests: classes.iter().zip(0..).map(request).collect(),
        })
    }

    /// The cuts that are found if that much of each class is at slot 0.
    fn cuts(derived: &mut Derived<'_>, share: impl Fn(u32) -> f32) -> Vec<Cut> {
        for (index, kind) in (0..).zip(&derived.kind_of) {
            if let Some(kind) = kind {
                derived.mean[*kind as usize * derived.slots] += share(index);
            }
        }
        separate::cuts(derived.block, &derived.partitions, &derived.kind_of, &derived.mean, derived.slots, 0)
    }

    #[test]
    fn nine_classes_of_28_do_not_fit_into_243() {
        let classes: Vec<(u32, u32, u32)> = (0..12).map(|group| (28, group, group)).collect();
        let problem = problem(243, &classes);
        let mut derived = Derived::new(&problem.blocks[0], problem.timeline.slots(), 1.0);
        let cuts = cuts(&mut derived, |_| 243.0 / 28.0 / 12.0);
        let says_so =
            |cut: &Cut| cut.limit(derived.block, 0) == 8 && (0..12).all(|job| cut.units(derived.block, job) == 1);
        assert!(cuts.iter().any(says_so), "{cuts:?}");
    }

    #[test]
    fn the_smallest_groups_count_too_when_even_they_are_too_many() {
        // 9 of the sizes 27, 27, 28, 28 … need 250.
        let classes: Vec<(u32, u32, u32)> = (0..12).map(|group| (27 + u32::from(group > 1), group, group)).collect();
        let problem = problem(243, &classes);
        let mut derived = Derived::new(&problem.blocks[0], problem.timeline.slots(), 1.0);
        let cuts = cuts(&mut derived, |_| 243.0 / 28.0 / 12.0);
        let says_so =
            |cut: &Cut| cut.limit(derived.block, 0) == 8 && (0..12).all(|job| cut.units(derived.block, job) == 1);
        assert!(cuts.iter().any(says_so), "{cuts:?}");
    }

    /// Whether all cuts allow every set of classes that the pool, the groups and the teachers allow.
    fn allow_all(block: &Block, limit: u32, cuts: &[Cut]) -> bool {
        (0..1_u32 << block.jobs.len()).all(|set| {
            let chosen: Vec<u32> = (0..block.jobs.len() as u32).filter(|job| set >> job & 1 == 1).collect();
            let jobs = || chosen.iter().map(|&job| &block.jobs[job as usize]);
            let mut people: Vec<u32> = jobs().flat_map(|job| block.exclusives(job)).copied().collect();
            people.sort_unstable();
            let is_allowed = jobs().map(|job| job.connections).sum::<u32>() <= limit
                && people.windows(2).all(|pair| pair[0] != pair[1]);
            let keeps = |cut: &Cut| chosen.iter().map(|&job| cut.units(block, job)).sum::<u32>() <= cut.limit(block, 0);
            !is_allowed || cuts.iter().all(keeps)
        })
    }

    #[test]
    fn classes_that_have_no_room_beside_each_other_are_priced_until_the_bound_leaves_some_out() {
        // Eight classes, of which no two fit into the limit, and six cells.
        let classes: Vec<(u32, u32, u32)> = (0..8).map(|group| (26, group, group)).collect();
        let problem = problem(49, &classes);
        let mut dual = crate::bound::Dual::new(&problem);
        dual.improve(0, &mut |pass| (pass < 400).then_some(f64::from(pass) / 400.0));
        // At cells 0 … 5 stand six classes at 0 … 5, and two are left out at 100.
        assert!((214.0..=215.01).contains(&dual.value), "{}", dual.value);
    }

    proptest! {
        #[test]
        fn no_cut_forbids_a_plan(
            limit in 0..60_u32,
            classes in prop::collection::vec((0..20_u32, 0..4_u32, 0..5_u32), 1..8),
            shares in prop::collection::vec(0..=100_u8, 8),
        ) {
            let problem = problem(limit, &classes);
            for block in &problem.blocks {
                let mut derived = Derived::new(block, problem.timeline.slots(), 1.0);
                let mut cuts = cuts(&mut derived, |job| f32::from(shares[job as usize]) / 100.0);
                cuts.extend(separate::covers(block, &derived.partitions, derived.slots));
                prop_assert!(allow_all(block, limit, &cuts), "{cuts:?}");
            }
        }
    }
}
