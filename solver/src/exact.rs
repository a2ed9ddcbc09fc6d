//! The exact method, on parts of the week and then on all of it.
//!
//! Two neighbouring half-days are a program that HiGHS solves in a second or so, where the search needs luck: one large
//! class gets in only if all others are packed anew. Classes keep to the part that they are in, so that parts are
//! independent, are solved side by side, and what they find adds up. A better plan seldom spends much of the gap on
//! one class: in parts only starts count whose reduced cost is well below it. The whole week, tried last, takes
//! every start that a better plan could have, and so proves.

use std::cmp::Reverse;

use rayon::ThreadPool;
use rayon::prelude::*;

use crate::bound::Dual;
use crate::milp::{self, Choice};
use crate::problem::{NOWHERE, Problem, WORD};
use crate::solve::{Method, Options};
use crate::teams::Best;

/// The parts: so many half-days each, the first of them so many after the first of the week.
const PARTS: [(usize, usize); 2] = [(2, 0), (2, 1)];
/// In parts, starts with a reduced cost up to this share of the gap count.
const NEAR: f64 = 0.07;
/// Of what time is left, a part may take so much, and all of the week; HiGHS looks at its clock between steps, so that some
/// must be left for the last of them.
const SHARE: f64 = 0.8;
/// HiGHS cannot be interrupted: who asks to stop waits so many seconds at most in a part, and with the whole week.
const LONGEST_PART: f64 = 8.0;
const LONGEST: f64 = 20.0;
/// With how many choices HiGHS may come to an end: in a part; of all; and of all, times the root of the seconds.
const MOST_IN_PART: usize = 3000;
const MOST_CHOICES: usize = 4500;
const CHOICES_A_ROOT_SECOND: f64 = 1700.0;
/// Rounds of more jobs, and limits of less than so many seconds, are left to the search.
const MOST_JOBS: usize = 1000;
const LEAST_SECONDS: f64 = 1.0;
/// How near to the bound the search is likely to come.
const LIKELY_GAP: f64 = 0.05;

/// The share of a limit of so many seconds that this method is worth: the search needs a little to begin with.
pub(crate) fn share(seconds: f64) -> f64 {
    (0.7 - 0.2 / seconds).clamp(0.3, 0.7)
}

/// Whether few choices are likely to be left in each part once the search has come near to the bound.
pub(crate) fn is_promising(
    problem: &Problem,
    dual: &mut Dual<'_>,
    starts: &[Vec<u32>],
    bound: f64,
    options: &Options<'_>,
) -> bool {
    let jobs: usize = problem.blocks.iter().map(|block| block.jobs.len()).sum();
    if jobs > MOST_JOBS || options.budget.seconds_left().is_none_or(|seconds| seconds < LEAST_SECONDS) {
        return false;
    }
    let choices = milp::choices(problem, dual, starts, (bound * (1.0 + LIKELY_GAP * NEAR)).ceil() as i64);
    let in_part = |&part: &Part| choices.iter().filter(|choice| part.contains(choice.start)).count();
    parts(problem, PARTS[0]).iter().map(in_part).all(|choices| choices <= MOST_IN_PART)
}

/// Improves `best`; returns whether it is now proven to be optimal.
pub(crate) fn improve(
    problem: &Problem,
    dual: &mut Dual<'_>,
    options: &Options<'_>,
    threads: &ThreadPool,
    best: &mut Best,
) -> bool {
    if options.method == Method::Auto {
        for size in PARTS {
            improve_parts(problem, dual, options, threads, best, &parts(problem, size));
        }
    }
    let seconds = options.budget.seconds_left();
    let choices = milp::choices(problem, dual, &best.starts, best.cost);
    let is_hopeless = options.method == Method::Auto && choices.len() > seconds.map_or(0, most_choices);
    if is_hopeless || seconds.is_some_and(|seconds| granted(seconds) <= 0.0) {
        return false;
    }
    let longest = if options.method == Method::Exact { f64::INFINITY } else { LONGEST };
    let seconds = seconds.map(|seconds| granted(seconds).min(longest));
    let Some(exact) = milp::solve(problem, dual, &choices, seconds) else { return false };
    let cost = total(problem, &exact.starts);
    if cost < best.cost {
        *best = Best { cost, starts: exact.starts };
    }
    exact.is_optimal && cost == best.cost
}

/// With how many choices HiGHS may come to an end in so many seconds.
fn most_choices(seconds: f64) -> usize {
    MOST_CHOICES.min((seconds.sqrt() * CHOICES_A_ROOT_SECOND) as usize)
}

/// What HiGHS is granted of so many seconds.
fn granted(seconds: f64) -> f64 {
    seconds * SHARE - 0.05
}

/// Some of the week, in words: the first, and the end.
#[derive(Clone, Copy)]
struct Part(u32, u32);

impl Part {
    /// Whether a start is in it.
    fn contains(self, start: u32) -> bool {
        start != NOWHERE && (self.0..self.1).contains(&(start / WORD))
    }
}

/// The parts of so many half-days, from the one that is given on.
fn parts(problem: &Problem, (size, first): (usize, usize)) -> Vec<Part> {
    let stretches = problem.timeline.stretches().get(first..).unwrap_or_default();
    stretches.chunks(size).map(|part| Part(part[0].0, part[part.len() - 1].1)).collect()
}

/// Improves `best` in each of `parts`, side by side.
fn improve_parts(
    problem: &Problem,
    dual: &mut Dual<'_>,
    options: &Options<'_>,
    threads: &ThreadPool,
    best: &mut Best,
    parts: &[Part],
) {
    let near = dual.value + (best.cost as f64 - dual.value) * NEAR;
    let choices = milp::choices(problem, dual, &best.starts, near.ceil() as i64);
    let jobs: usize = best.starts.iter().map(Vec::len).sum();
    // Nothing to choose in a part, or too much.
    let is_program = |program: &Vec<Choice>| (1..=MOST_IN_PART).contains(&(program.len() - jobs));
    let mut programs: Vec<Vec<Choice>> =
        (0..parts.len()).map(|part| program(problem, &choices, &best.starts, parts, part)).filter(is_program).collect();
    programs.sort_by_key(|program| Reverse(program.len()));
    let (dual, starts) = (&*dual, &best.starts);
    let solve = |program: &Vec<Choice>| {
        let seconds = options.budget.seconds_left().map(|seconds| granted(seconds).min(LONGEST_PART));
        let has_time = seconds.is_none_or(|seconds| seconds > 0.0);
        if has_time { milp::solve(problem, dual, program, seconds) } else { None }
    };
    let found: Vec<_> = threads.install(|| programs.par_iter().with_max_len(1).map(solve).collect());
    let mut united = starts.clone();
    for exact in found.into_iter().flatten().filter(|exact| total(problem, &exact.starts) < best.cost) {
        let moved = exact.starts.iter().flatten().zip(starts.iter().flatten());
        for (united, (new, old)) in united.iter_mut().flatten().zip(moved) {
            if new != old {
                *united = *new;
            }
        }
    }
    let cost = total(problem, &united);
    if cost < best.cost {
        *best = Best { cost, starts: united };
    }
}

/// Of `choices`, those within a part of the jobs that are there, and where all others are.
fn program(problem: &Problem, choices: &[Choice], starts: &[Vec<u32>], parts: &[Part], part: usize) -> Vec<Choice> {
    let is_here = |block: u32, job: u32| match starts[block as usize][job as usize] {
        // Who has no class may get one in one of the parts.
        NOWHERE => job as usize % parts.len() == part,
        start => parts[part].contains(start),
    };
    let may_move = |block: u32, job: u32| {
        let orders = problem.blocks[block as usize].orders(&problem.blocks[block as usize].jobs[job as usize]);
        is_here(block, job) && orders.iter().all(|order| is_here(block, order.other))
    };
    let is_kept = |choice: &&Choice| {
        choice.start == starts[choice.block as usize][choice.job as usize]
            || (choice.start == NOWHERE || parts[part].contains(choice.start)) && may_move(choice.block, choice.job)
    };
    choices.iter().filter(is_kept).copied().collect()
}

/// Cost of a plan, by block and job.
fn total(problem: &Problem, starts: &[Vec<u32>]) -> i64 {
    let blocks = problem.blocks.iter().zip(starts);
    let jobs =
        blocks.flat_map(|(block, starts)| block.jobs.iter().zip(starts).map(move |(job, &start)| (block, job, start)));
    jobs.map(|(block, job, start)| block.cost(job, start).unwrap_or(job.unplaced)).sum()
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "tests say what must hold by failing")]
mod tests {
    use super::*;
    use crate::read::{ReadLimits, read_round};
    use crate::solve::Unlimited;

    /// Two classes of a Monday and one of the Tuesday, 290 cells or more after the first of them has ended.
    const ROUND: &str = r#"{"version": 1, "name": "two days",
        "horizon": {"start": "2020-03-23T00:00:00Z", "step_minutes": 5, "cells": 400}, "pools": [], "requests": [
        {"id": "early", "pools": [], "exclusive": ["g"], "connections": 1, "duration": 5, "unplaced": 100,
         "options": [{"first": 0, "last": 40, "ideal": 10, "base": 0, "per_cell": 1}]},
        {"id": "other", "pools": [], "exclusive": ["h"], "connections": 1, "duration": 5, "unplaced": 100,
         "options": [{"first": 0, "last": 40, "ideal": 10, "base": 0, "per_cell": 1}]},
        {"id": "late", "pools": [], "exclusive": ["g"], "connections": 1, "duration": 5, "unplaced": 100,
         "options": [{"first": 300, "last": 340, "ideal": 300, "base": 0, "per_cell": 1}],
         "after": [{"request": "early", "gap": 290}]}]}"#;

    #[test]
    fn classes_in_order_stay_while_they_are_in_different_parts() {
        let round = read_round(ROUND.as_bytes(), &ReadLimits::default()).expect("a valid round");
        let problem = Problem::new(&round);
        let mut dual = Dual::new(&problem);
        dual.improve(0, &mut |pass| (pass < 10).then_some(f64::from(pass) / 10.0));
        // Either could move alone, "early" to cell 10 or "late" to cell 300; both together could not.
        let cell_of = |id: &str| {
            if id == "early" {
                0
            } else if id == "other" {
                3
            } else {
                305
            }
        };
        let start = |request: u32| problem.timeline.slot(cell_of(&round.requests[request as usize].id));
        let starts: Vec<Vec<u32>> =
            problem.blocks.iter().map(|block| block.jobs.iter().map(|job| start(job.request)).collect()).collect();
        let mut best = Best { cost: total(&problem, &starts), starts };
        assert_eq!(best.cost, 10 + 7 + 5);
        let threads = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("threads");
        let options = Options {
            seed: 0,
            threads: 2,
            iterations: None,
            budget: &Unlimited,
            warm_start: None,
            method: Method::Auto,
        };
        let halves = parts(&problem, (1, 0));
        assert_eq!(halves.len(), 2);
        improve_parts(&problem, &mut dual, &options, &threads, &mut best, &halves);
        assert_eq!(best.cost, 10 + 5, "only the class without an order comes to its ideal");
        improve_parts(&problem, &mut dual, &options, &threads, &mut best, &parts(&problem, (2, 0)));
        assert_eq!(best.cost, 5, "in one part, both are seen together");
    }
}
