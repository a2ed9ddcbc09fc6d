//! What a step is about: a job that is badly off, and a start where it would be better off.

use crate::problem::NOWHERE;
use crate::rules::starts::FINE;
use crate::search::Chain;

/// Of so many jobs, drawn by lot, the worst off is taken.
const DRAWN: usize = 3;
/// One step of so many looks at costs, not at the starts that prices favour.
const BY_COST: usize = 5;

impl Chain<'_> {
    /// A job that is badly off, and a start to aim at, within the arena; `None` if the lot falls on jobs that are well off.
    pub(super) fn target(&mut self) -> Option<(u32, u32)> {
        let (target, aim) = if !self.absent.is_empty() && self.random.one_in(4) {
            let target = self.random.pick(&self.absent)?;
            (target, self.any_start(target)?)
        } else if self.candidates.is_empty() || self.random.one_in(BY_COST) {
            self.target_by_cost()?
        } else {
            self.target_by_price()?
        };
        (self.within[(aim / 64) as usize] != 0).then_some((target, aim))
    }

    /// A job whose start is far down its candidates, and one that is further up. A job can be far from its ideal and yet
    /// where it belongs, as others need that hour more: prices know, costs do not.
    fn target_by_price(&mut self) -> Option<(u32, u32)> {
        let (mut rank, mut target) = (0, 0);
        for _ in 0..DRAWN {
            let index = self.random.pick(&self.jobs)?;
            let start = self.state.starts[index as usize];
            if start != NOWHERE {
                (rank, target) = (rank, target).max((self.candidates.rank(index, start), index));
            }
        }
        let aim = self.random.below(rank.max(1)).min(self.random.below(rank.max(1)));
        (rank > 0).then(|| (target, self.candidates.of(target)[aim]))
    }

    /// A job that costs much more than it would at best, and any better start.
    fn target_by_cost(&mut self) -> Option<(u32, u32)> {
        let (mut excess, mut target) = (i64::MIN, 0);
        for _ in 0..DRAWN {
            let index = self.random.pick(&self.jobs)?;
            if self.state.starts[index as usize] != NOWHERE {
                let above = self.state.cost(index) - self.state.job(index).floor * FINE;
                (excess, target) = (excess, target).max((above, index));
            }
        }
        if excess == i64::MIN {
            return None;
        }
        let goes_anywhere = excess <= 0 || self.random.one_in(8);
        let aim = if goes_anywhere { self.any_start(target) } else { self.better_start(target) };
        Some((target, aim?))
    }

    /// Any allowed start, nearer ones more often.
    fn any_start(&mut self, index: u32) -> Option<u32> {
        let pieces = self.state.block.pieces(self.state.job(index));
        let first = self.random.below(pieces.len().max(1)).min(self.random.below(pieces.len().max(1)));
        let piece = pieces.get(first)?;
        let any = piece.first + self.random.below((piece.last - piece.first + 1) as usize) as u32;
        Some(if self.random.one_in(2) { piece.nearest() } else { any })
    }

    /// A start that costs less than the present one: the ideal of a piece, or one between it and the present.
    fn better_start(&mut self, index: u32) -> Option<u32> {
        let job = self.state.job(index);
        let cost = self.state.cost(index);
        let pieces = self.state.block.pieces(job);
        let better = pieces.partition_point(|piece| piece.floor() * FINE < cost).max(1);
        let piece = pieces.get(self.random.below(better).min(self.random.below(better)))?;
        let ideal = piece.nearest();
        if self.random.one_in(2) {
            return Some(ideal);
        }
        // Costs rise with the distance from the ideal: halving it keeps below the present cost.
        let reach = (i64::from(self.state.starts[index as usize]) - i64::from(ideal)).unsigned_abs().min(48) as usize;
        let offset = self.random.below(reach.max(1)) as i64 * if self.random.one_in(2) { 1 } else { -1 };
        let start = (i64::from(ideal) + offset).clamp(i64::from(piece.first), i64::from(piece.last)) as u32;
        Some(start)
    }
}
