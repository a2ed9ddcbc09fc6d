//! The exact method: a time-indexed mixed-integer program for HiGHS; the only place that names it.
//!
//! One binary a job and start, as Pritsker, Watters and Wolfe (1969) model scheduling with limited resources. Prices
//! and the plan at hand leave out most of them: a start whose reduced cost exceeds the gap is in no better plan. Derived
//! rows with a price go along: they are what makes the relaxation as good as the bound.

use std::collections::BTreeMap;

use good_lp::solvers::highs::{HighsParallelType, highs};
use good_lp::{Expression, ProblemVariables, Solution, SolutionStatus, SolverModel, Variable};
use good_lp::{constraint, variable};

use crate::bound::{Dual, Overload, PricedCut};
use crate::problem::{Block, NOWHERE, Problem};
use crate::rules::{arrivals, concurrent, order};

/// Costs are whole numbers: a plan within less than 1 of the bound is optimal.
const GAP: f32 = 0.9;

/// A start that a job may still have, or none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Choice {
    pub block: u32,
    pub job: u32,
    pub start: u32,
    pub cost: i64,
}

/// What the exact method found.
pub(crate) struct Exact {
    /// Starts by block and job.
    pub starts: Vec<Vec<u32>>,
    /// Whether no plan is better.
    pub is_optimal: bool,
}

/// The choices that a plan better than `incumbent` (its cost) can make, and those of `starts` itself.
pub(crate) fn choices(problem: &Problem, dual: &mut Dual<'_>, starts: &[Vec<u32>], incumbent: i64) -> Vec<Choice> {
    let bound = dual.restore_best();
    // Prices are f32: a little room for rounding.
    let gap = incumbent as f64 - bound + 0.5 + 1e-4 * bound.abs();
    let mut choices = Vec::new();
    for ((block, starts), number) in problem.blocks.iter().zip(starts).zip(0_u32..) {
        for ((job, &start), index) in block.jobs.iter().zip(starts).zip(0_u32..) {
            let mut costs: BTreeMap<u32, i64> = BTreeMap::new();
            let mut least = f64::INFINITY;
            let mut values = BTreeMap::new();
            dual.visit(number, index, |at, value| {
                least = least.min(value);
                let entry = values.entry(at).or_insert(value);
                *entry = value.min(*entry);
            });
            for (at, value) in values {
                if value - least <= gap || at == start {
                    let cost = if at == NOWHERE { Some(job.unplaced) } else { block.cost(job, at) };
                    costs.extend(cost.map(|cost| (at, cost)));
                }
            }
            choices.extend(costs.into_iter().map(|(start, cost)| Choice { block: number, job: index, start, cost }));
        }
    }
    choices
}

/// Chooses among `choices` at the least cost; `None` if HiGHS found nothing in `seconds`.
pub(crate) fn solve(problem: &Problem, dual: &Dual<'_>, choices: &[Choice], seconds: Option<f64>) -> Option<Exact> {
    let mut variables = ProblemVariables::new();
    let binaries: Vec<Variable> = choices.iter().map(|_| variables.add(variable().binary())).collect();
    let objective: Expression =
        choices.iter().zip(&binaries).map(|(choice, binary)| choice.cost as f64 * *binary).sum();
    let mut model = variables.minimise(objective).using(highs).set_parallel(HighsParallelType::Off);
    model = model.set_mip_rel_gap(0.0).ok()?.set_mip_abs_gap(GAP).ok()?;
    if let Some(seconds) = seconds {
        model = model.set_time_limit(seconds);
    }
    let mut one_each: BTreeMap<(u32, u32), Expression> = BTreeMap::new();
    let mut rows = Rows::default();
    for (choice, &binary) in choices.iter().zip(&binaries) {
        *one_each.entry((choice.block, choice.job)).or_default() += binary;
        if choice.start != NOWHERE {
            let block = &problem.blocks[choice.block as usize];
            rows.add(choice, block, binary);
            rows.add_cuts(choice, block, dual.cuts(choice.block), binary);
            rows.add_overloads(choice, dual.overloads(choice.block), binary);
        }
    }
    rows.add_orders(problem, choices, &binaries);
    for sum in one_each.into_values() {
        model.add_constraint(constraint!(sum == 1.0));
    }
    for (key, terms) in rows.0 {
        let limit = key.limit(problem, dual);
        if terms.iter().map(|term| f64::from(term.1)).sum::<f64>() > limit {
            let sum: Expression = terms.into_iter().map(|(binary, units)| f64::from(units) * binary).sum();
            model.add_constraint(constraint!(sum <= limit));
        }
    }
    // HiGHS 1.16 takes an initial solution for cheaper than it is if presolve has fixed columns by their costs, and then ends
    // with it: it gets none. Few choices are left anyway.
    // At its time limit without a plan, HiGHS answers with an error: nothing is found, nothing is lost.
    let solution = model.solve().ok()?;
    let mut found: Vec<Vec<u32>> = problem.blocks.iter().map(|block| vec![NOWHERE; block.jobs.len()]).collect();
    for (choice, binary) in choices.iter().zip(&binaries) {
        if solution.value(*binary) > 0.5 {
            found[choice.block as usize][choice.job as usize] = choice.start;
        }
    }
    let is_optimal = matches!(solution.status(), SolutionStatus::Optimal | SolutionStatus::GapLimit);
    Some(Exact { starts: found, is_optimal })
}

/// A row, at a slot: of a pool that blocks share, of a block's own pool, of a person or group, or a derived one; of a
/// person's or group's day; of two jobs in order; or of classes that have no room beside each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Shared { pool: u32, slot: u32 },
    Pool { block: u32, pool: u32, slot: u32 },
    Exclusive { block: u32, who: u32, slot: u32 },
    Day { block: u32, who: u32, day: u32 },
    Order { block: u32, job: u32, other: u32, start: u32, gap: u32 },
    Cut { block: u32, cut: u32, slot: u32 },
    Overload { block: u32, overload: u32 },
}

impl Key {
    fn limit(self, problem: &Problem, dual: &Dual<'_>) -> f64 {
        match self {
            Self::Shared { pool, slot } => problem.shared[pool as usize].limits[slot as usize].into(),
            Self::Pool { block, pool, slot } => {
                problem.blocks[block as usize].pools[pool as usize].limits[slot as usize].into()
            }
            Self::Exclusive { .. } | Self::Order { .. } => 1.0,
            Self::Day { block, who, .. } => problem.blocks[block as usize].most[who as usize].into(),
            Self::Overload { block, overload } => {
                let overload = &dual.overloads(block)[overload as usize];
                (overload.jobs.len() - overload.out) as f64
            }
            Self::Cut { block, cut, slot } => {
                dual.cuts(block)[cut as usize].0.limit(&problem.blocks[block as usize], slot).into()
            }
        }
    }
}

/// What each row is used by, and how much.
#[derive(Default)]
struct Rows(BTreeMap<Key, Vec<(Variable, u32)>>);

impl Rows {
    fn add(&mut self, choice: &Choice, block: &Block, binary: Variable) {
        let job = &block.jobs[choice.job as usize];
        for &pool in block.pools(job) {
            let of = &block.pools[pool as usize];
            let (from, to) = match of.window {
                None => concurrent::rows(choice.start, job.duration),
                Some(window) => arrivals::rows(choice.start, window),
            };
            for slot in from..to {
                let key = match of.shared {
                    Some(pool) => Key::Shared { pool, slot },
                    None => Key::Pool { block: choice.block, pool, slot },
                };
                self.0.entry(key).or_default().push((binary, job.connections));
            }
        }
        for &who in block.exclusives(job) {
            let (from, to) = block.taken(who, job, choice.start);
            for slot in from..to {
                self.0.entry(Key::Exclusive { block: choice.block, who, slot }).or_default().push((binary, 1));
            }
        }
        if let Some(calendar) = &block.calendar {
            let day = calendar.day(choice.start);
            for who in block.counted(job) {
                self.0.entry(Key::Day { block: choice.block, who, day }).or_default().push((binary, 1));
            }
        }
    }

    /// For each class that another must come after: it, and the starts of the other that are too early for it, are one.
    fn add_orders(&mut self, problem: &Problem, choices: &[Choice], binaries: &[Variable]) {
        let mut starts_of: BTreeMap<(u32, u32), Vec<(u32, Variable)>> = BTreeMap::new();
        for (choice, &binary) in choices.iter().zip(binaries).filter(|(choice, _)| choice.start != NOWHERE) {
            starts_of.entry((choice.block, choice.job)).or_default().push((choice.start, binary));
        }
        for (&(number, index), starts) in &starts_of {
            let block = &problem.blocks[number as usize];
            let (Some(calendar), job) = (&block.calendar, &block.jobs[index as usize]) else { continue };
            for order in block.orders(job).iter().filter(|order| order.is_after) {
                let before = starts_of.get(&(number, order.other)).map_or(&[][..], Vec::as_slice);
                let duration = block.jobs[order.other as usize].duration;
                for &(start, binary) in before {
                    let (first, _) = order::window(*order, job.duration, calendar.cell(start), duration);
                    let early = starts.iter().filter(|(at, _)| calendar.cell(*at) < first);
                    let terms: Vec<(Variable, u32)> =
                        early.map(|&(_, early)| (early, 1)).chain([(binary, 1)]).collect();
                    // With the gap: a class may be asked twice to come after the same one.
                    let (other, gap) = (order.other, order.gap);
                    self.0.insert(Key::Order { block: number, job: index, other, start, gap }, terms);
                }
            }
        }
    }

    fn add_overloads(&mut self, choice: &Choice, overloads: &[Overload], binary: Variable) {
        for (_, number) in overloads.iter().zip(0..).filter(|(overload, _)| overload.jobs.contains(&choice.job)) {
            let key = Key::Overload { block: choice.block, overload: number };
            self.0.entry(key).or_default().push((binary, 1));
        }
    }

    fn add_cuts(&mut self, choice: &Choice, block: &Block, cuts: &[PricedCut], binary: Variable) {
        let end = choice.start + block.jobs[choice.job as usize].duration;
        for ((cut, prices), number) in cuts.iter().zip(0..) {
            let slots = prices.iter().map(|(slot, _)| *slot).filter(|slot| (choice.start..end).contains(slot));
            let mut slots = slots.peekable();
            if slots.peek().is_some() {
                let units = cut.units(block, choice.job);
                for slot in slots.filter(|_| units > 0) {
                    let key = Key::Cut { block: choice.block, cut: number, slot };
                    self.0.entry(key).or_default().push((binary, units));
                }
            }
        }
    }
}
