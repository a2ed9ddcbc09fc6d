//! A first plan: the hardest jobs first, each at its cheapest open start.

use std::cmp::Reverse;

use crate::problem::NOWHERE;
use crate::state::State;

/// Places every unplaced job that fits: those in a warm start's places first, then those with most people and most
/// connections for longest.
pub(crate) fn construct(state: &mut State<'_>, warm: &[u32]) {
    for (index, &start) in (0..).zip(warm) {
        let job = state.job(index);
        if start != NOWHERE
            && state.starts[index as usize] == NOWHERE
            && state.block.cost(job, start).is_some_and(|cost| cost < job.unplaced)
            && state.is_open(index, start)
        {
            state.place(index, start);
        }
    }
    let mut order: Vec<u32> = (0..state.starts.len() as u32).collect();
    order.sort_by_key(|&index| {
        let job = state.job(index);
        Reverse(u64::from(job.connections) * u64::from(job.duration) * state.block.exclusives(job).len().max(1) as u64)
    });
    let everywhere = vec![u64::MAX; state.words()];
    for index in order {
        if state.starts[index as usize] == NOWHERE
            && let Some((_, start)) = state.cheapest(index, state.job(index).unplaced, &everywhere, || u64::MAX)
        {
            state.place(index, start);
        }
    }
}
