//! After the search: nobody is moved for nothing.
//!
//! While it is hot, the search moves classes that were published to make room for others, which may then go elsewhere. Who
//! could be where the class was, for no more than it costs now, goes back. That costs nothing, and the teacher, who planned
//! with that hour, keeps it.

use crate::problem::{Block, NOWHERE, Problem};
use crate::round::Round;
use crate::rules::{arrivals, concurrent};
use crate::shared::shared_pools;
use crate::state::State;
use crate::teams::Best;

/// Puts classes of `best` back to where they were published, where that is open and no dearer.
pub(crate) fn put_back(round: &Round, problem: &Problem, best: &mut Best) {
    let moved: Vec<Vec<(u32, u32)>> =
        problem.blocks.iter().zip(&best.starts).map(|(block, starts)| moved(round, problem, block, starts)).collect();
    if moved.iter().all(Vec::is_empty) {
        return;
    }
    let mut left = left(problem, &best.starts);
    for ((block, starts), moved) in problem.blocks.iter().zip(&mut best.starts).zip(moved) {
        if moved.is_empty() {
            continue;
        }
        let mut state = State::new(block, problem.timeline.words());
        for (index, &start) in (0..).zip(&*starts) {
            if start != NOWHERE && state.starts[index as usize] == NOWHERE {
                state.place(index, start);
            }
        }
        // What others leave, instead of all there is.
        shared_pools(block).for_each(|(pool, local)| state.headroom.set_rows(local, &left[pool]));
        let before = state.total();
        if !together(&mut state, &moved) {
            while moved.iter().filter(|&&(index, back)| alone(&mut state, index, back)).count() > 0 {}
        }
        shared_pools(block).for_each(|(pool, local)| left[pool].copy_from_slice(state.headroom.rows(local)));
        best.cost += state.total() - before;
        starts.clone_from(&state.starts);
    }
}

/// The jobs of a block that are elsewhere than where they were published, though that costs no more: each with that start.
fn moved(round: &Round, problem: &Problem, block: &Block, starts: &[u32]) -> Vec<(u32, u32)> {
    let mut moved = Vec::new();
    for ((job, &start), index) in block.jobs.iter().zip(starts).zip(0..) {
        let request = &round.requests[job.request as usize];
        // Only cells of allowed starts have slots.
        let current = request.current.filter(|current| request.options.iter().any(|option| option.allows(*current)));
        let (Some(current), None) = (current, job.pinned) else { continue };
        let back = problem.timeline.slot(current);
        let cost = if start == NOWHERE { Some(job.unplaced) } else { block.cost(job, start) };
        if back != start && block.cost(job, back).zip(cost).is_some_and(|(back, now)| back <= now) {
            moved.push((index, back));
        }
    }
    moved
}

/// What is left of each shared pool.
fn left(problem: &Problem, starts: &[Vec<u32>]) -> Vec<Vec<u32>> {
    let mut left: Vec<Vec<u32>> = problem.shared.iter().map(|pool| pool.limits.clone()).collect();
    for (block, starts) in problem.blocks.iter().zip(starts) {
        for (pool, local) in shared_pools(block) {
            for &index in block.pool_members(local) {
                let (job, start) = (&block.jobs[index as usize], starts[index as usize]);
                if start != NOWHERE {
                    let (from, to) = match block.pools[local as usize].window {
                        None => concurrent::rows(start, job.duration),
                        Some(window) => arrivals::rows(start, window),
                    };
                    left[pool][from as usize..to as usize].iter_mut().for_each(|left| *left -= job.connections);
                }
            }
        }
    }
    left
}

/// Puts all back that can be, once all have left where they are: two may have changed places. Whether everybody else finds
/// the old place again; if not, nothing is changed.
fn together(state: &mut State<'_>, moved: &[(u32, u32)]) -> bool {
    let take_out = |state: &mut State<'_>| {
        for &(index, _) in moved {
            if state.starts[index as usize] != NOWHERE {
                state.remove(index);
            }
        }
    };
    let before = state.starts.clone();
    take_out(state);
    for &(index, back) in moved {
        if state.is_open(index, back) {
            state.place(index, back);
        }
    }
    for &(index, _) in moved {
        let start = before[index as usize];
        if state.starts[index as usize] == NOWHERE && start != NOWHERE {
            if state.is_open(index, start) {
                state.place(index, start);
                continue;
            }
            take_out(state);
            let placed = moved.iter().map(|&(index, _)| (index, before[index as usize]));
            placed.filter(|(_, start)| *start != NOWHERE).for_each(|(index, start)| state.place(index, start));
            return false;
        }
    }
    true
}

/// Puts one back, with all others where they are; whether that could be.
fn alone(state: &mut State<'_>, index: u32, back: u32) -> bool {
    let start = state.starts[index as usize];
    if start == back {
        return false;
    }
    if start != NOWHERE {
        state.remove(index);
    }
    let is_open = state.is_open(index, back);
    if is_open || start != NOWHERE {
        state.place(index, if is_open { back } else { start });
    }
    is_open
}
