//! A first plan: who has the fewest starts to choose from first, the hardest of them first, each at its cheapest open
//! start.

use std::cmp::Reverse;

use crate::problem::{Block, NOWHERE};
use crate::state::State;

/// Puts the unplaced jobs back to where a warm start has them, if that is open.
pub(crate) fn warm_up(state: &mut State<'_>, warm: &[u32]) {
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
}

/// The jobs in the order in which to place them, in groups: of those with about as many starts (to a factor of 2), those
/// with most people and most connections for longest go first.
pub(crate) fn waves(block: &Block) -> Vec<Vec<u32>> {
    let mut waves: Vec<Vec<u32>> = Vec::new();
    for (job, index) in block.jobs.iter().zip(0..) {
        // Where options overlap, there are more than cells.
        let starts: u64 = block.pieces(job).iter().map(|piece| u64::from(piece.last - piece.first + 1)).sum();
        let wave = starts.checked_ilog2().unwrap_or(0) as usize;
        if waves.len() <= wave {
            waves.resize(wave + 1, Vec::new());
        }
        waves[wave].push(index);
    }
    for wave in &mut waves {
        wave.sort_by_key(|&index| {
            let job = &block.jobs[index as usize];
            Reverse(u64::from(job.connections) * u64::from(job.duration) * block.exclusives(job).len().max(1) as u64)
        });
    }
    waves
}

/// Places every job of a wave that fits and is not placed yet.
pub(crate) fn place_wave(state: &mut State<'_>, wave: &[u32]) {
    let everywhere = vec![u64::MAX; state.words()];
    for &index in wave {
        if state.starts[index as usize] == NOWHERE
            && let Some((_, start)) = state.cheapest(index, state.absence(index), &everywhere, || u64::MAX)
        {
            state.place(index, start);
        }
    }
}

/// Places all jobs of a block that fit.
pub(crate) fn construct(state: &mut State<'_>, warm: &[u32]) {
    warm_up(state, warm);
    waves(state.block).iter().for_each(|wave| place_wave(state, wave));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Problem;
    use crate::round::{Horizon, Request, Round, StartRange};

    #[test]
    fn options_that_overlap_may_allow_more_starts_than_a_small_number_counts() {
        let cells = crate::validate::MOST_CELLS;
        let anywhere = |base| StartRange { first: 0, last: cells - 1, ideal: 0, base, per_cell: 0 };
        let request = |id: &str, options| Request {
            id: id.into(),
            exclusive: ["one teacher".into()].into(),
            duration: 1,
            options,
            ..Request::default()
        };
        let all = (0..40_000).map(anywhere).collect();
        let round = Round {
            version: 1,
            name: "many options".into(),
            horizon: Horizon { start: "2020-03-23T00:00:00Z".into(), step_minutes: 5, cells },
            days: vec![],
            pools: vec![],
            exclusives: vec![],
            requests: vec![request("anywhere", all), request("anywhere once", [anywhere(0)].into())],
        };
        let waves = waves(&Problem::new(&round).blocks[0]);
        assert_eq!(waves.iter().filter(|wave| !wave.is_empty()).collect::<Vec<_>>(), [&[1], &[0]]);
    }
}
