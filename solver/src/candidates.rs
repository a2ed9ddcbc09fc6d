//! The starts of a job that the bound's prices favour: its few starts of least reduced cost.
//!
//! What a job pays at a start, prices of all rows included, says how much any plan with it there must cost above the bound.
//! Most starts of the best plans are among the first few of each job, so the search aims there. That is the idea of
//! candidate sets by dual values: Helsgaun, *An effective implementation of the Lin-Kernighan traveling salesman heuristic*
//! (2000), whose α-nearness is a reduced cost as well.

/// The most candidates of a job, and how much more than the least they may pay, in small differences of cost
/// ([`crate::problem::Block::unit`]).
const MOST: usize = 12;
pub(crate) const REACH: f32 = 4.0;

/// The candidates of each job of a block.
#[derive(Debug, Default)]
pub(crate) struct Candidates {
    /// Where those of each job begin, and of the last one end.
    first: Vec<u32>,
    starts: Vec<u32>,
}

impl Candidates {
    /// Of as many jobs as `jobs` yields, what they would pay where: starts with what is paid there, in any order.
    pub fn new(jobs: impl Iterator<Item = Vec<(f32, u32)>>) -> Self {
        let (mut first, mut starts) = (vec![0], Vec::new());
        for mut paid in jobs {
            paid.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let from = starts.len();
            for (_, start) in paid {
                // Pieces overlap: a start can be there twice.
                if !starts[from..].contains(&start) {
                    starts.push(start);
                }
                if starts.len() - from == MOST {
                    break;
                }
            }
            first.push(starts.len() as u32);
        }
        Self { first, starts }
    }

    /// Whether there are none at all, as nothing is priced.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// Those of a job, the best first.
    pub fn of(&self, job: u32) -> &[u32] {
        &self.starts[self.first[job as usize] as usize..self.first[job as usize + 1] as usize]
    }

    /// How many candidates of a job are better than `start`: all, if it is none of them.
    pub fn rank(&self, job: u32, start: u32) -> usize {
        let candidates = self.of(job);
        candidates.iter().position(|&candidate| candidate == start).unwrap_or(candidates.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_paid_comes_first_and_each_start_once() {
        let candidates = Candidates::new([vec![(3.0, 7), (1.0, 9), (2.0, 7), (1.0, 4)], vec![]].into_iter());
        assert_eq!(candidates.of(0), [4, 9, 7]);
        assert!(candidates.of(1).is_empty());
        assert_eq!((candidates.rank(0, 9), candidates.rank(0, 8), candidates.rank(1, 8)), (1, 3, 0));
        assert!(!candidates.is_empty() && Candidates::default().is_empty());
    }

    #[test]
    fn a_job_has_a_few() {
        let candidates = Candidates::new([(0..100).map(|start| (0.5, start)).collect()].into_iter());
        assert_eq!(candidates.of(0).len(), MOST);
    }
}
