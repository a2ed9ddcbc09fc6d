//! With what is expected besides classes kept, no plan and no booking exceeds limit minus forecast in any cell; counted by a
//! rule of its own.

use super::{
    problem::{Purpose, Situation, problem},
    tests::{session, situations},
};
use crate::domain::{
    capacity::{CELL, Pool, PoolKind, PoolUse},
    session::Session,
};
use chrono::{DateTime, Duration, Utc};
use creneau_solver::{self as solver, Method, Options, Unlimited};
use proptest::prelude::*;
use std::collections::HashMap;

/// What is kept of the pools: for a stretch of each day, so much.
fn kept(situation: &Situation, stretches: &[(usize, u32, u32, u32)]) -> Vec<PoolUse> {
    let mut kept: HashMap<(usize, DateTime<Utc>), u32> = HashMap::new();
    for (pool, from, length, connections) in stretches {
        for day in 0..7 {
            for step in *from..from + length {
                let at = situation.round.starts_at + Duration::days(day) + CELL * i32::try_from(step).unwrap();
                kept.insert((pool % 2, at), *connections);
            }
        }
    }
    let taken = |((pool, at), kept): ((usize, DateTime<Utc>), u32)| PoolUse {
        pool: situation.pools[pool].id.clone(),
        at,
        connections: 0,
        own: 0,
        beyond: 0,
        background: kept,
        kept,
    };
    kept.into_iter().map(taken).collect()
}

/// The cells in which a class counts.
fn cells(pool: &Pool, class: &Session) -> Vec<DateTime<Utc>> {
    let cells = std::iter::successors(Some(class.starts_at), |at| Some(*at + CELL));
    let most = if matches!(pool.kind, PoolKind::Concurrent) { usize::MAX } else { 1 };
    cells.take_while(|at| *at < class.ends_at).take(most).collect()
}

/// Where the classes, with all others and what is kept, exceed a limit.
fn exceeded(situation: &Situation, kept: &[PoolUse], classes: &[Session]) -> Option<String> {
    for pool in &situation.pools {
        let mut load: HashMap<DateTime<Utc>, u64> = HashMap::new();
        for taken in kept.iter().filter(|taken| taken.pool == pool.id) {
            *load.entry(taken.at).or_default() += u64::from(taken.kept);
        }
        for class in situation.elsewhere.iter().chain(classes) {
            cells(pool, class).iter().for_each(|at| *load.entry(*at).or_default() += u64::from(class.connections));
        }
        let window = match pool.kind {
            PoolKind::Concurrent => 1,
            PoolKind::Arrivals { window_minutes } => i32::try_from(window_minutes.div_ceil(5)).unwrap(),
        };
        for at in classes.iter().flat_map(|class| cells(pool, class)) {
            for first in (0..window).map(|back| at - CELL * back) {
                let row: Vec<_> = (0..window).map(|cell| first + CELL * cell).collect();
                let load: u64 = row.iter().filter_map(|at| load.get(at)).sum();
                let limit = row.iter().map(|at| pool.limit_at(*at, situation.school.zone())).min().unwrap();
                if load > u64::from(limit) {
                    return Some(format!("{} at {first}: {load} of {limit}", pool.name));
                }
            }
        }
    }
    None
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_plan_exceeds_limit_minus_forecast(
        mut situation in situations(),
        stretches in prop::collection::vec((0_usize..2, 90_u32..210, 1_u32..40, 0_u32..60), 1..8),
        starts in prop::collection::vec((0_u32..7, 96_u32..200), 14),
    ) {
        let kept = kept(&situation, &stretches);
        situation.uses.extend(kept.iter().cloned());
        let problem = problem(&situation, Purpose::Solve(situation.round.ends_at));
        let options = Options { seed: 1, threads: 1, iterations: Some(50), budget: &Unlimited, warm_start: None, method: Method::Search };
        let solution = solver::solve(&problem.round, &options, &mut |_| {}).unwrap();
        let class = |n: usize, starts_at: DateTime<Utc>| {
            let request = &situation.requests[n];
            let ends_at = starts_at + Duration::minutes(i64::from(request.duration_minutes));
            Session {
                starts_at,
                ends_at,
                teachers: request.teachers.clone(),
                groups: request.groups.clone(),
                ..session(request.title.clone(), 0, 0, 1, request.connections, 0)
            }
        };
        let planned: Vec<Session> = solution.plan.sessions.iter().filter_map(|planned| {
            let n = situation.requests.iter().position(|request| request.id.as_str() == &*planned.request)?;
            Some(class(n, problem.grid.at(planned.start?)))
        }).collect();
        prop_assert_eq!(exceeded(&situation, &kept, &planned), None);

        // The publication asks of any plan whatever: what it lets through exceeds nothing either.
        let mut agenda = situation.others();
        let mut let_through = Vec::new();
        for (n, (day, step)) in starts.iter().enumerate().take(situation.requests.len()) {
            let class = class(n, super::tests::at(*day, *step));
            if agenda.is_free(&class) {
                agenda.add(&class);
                let_through.push(class);
            }
        }
        prop_assert_eq!(exceeded(&situation, &kept, &let_through), None);
    }
}
