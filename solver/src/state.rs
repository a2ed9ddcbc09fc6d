//! A plan of one block while it is built and improved: always feasible, quick to ask and to change.

use std::sync::Arc;

use crate::problem::{Block, Job, NOWHERE};
use crate::rules::exclusive::Busy;
use crate::rules::headroom::Headroom;
use crate::rules::starts::Piece;
use crate::rules::{arrivals, concurrent};

/// What connections cost at each start, beyond the request's own cost; see [`crate::guide`].
#[derive(Clone)]
pub(crate) struct Surcharge {
    /// For each job, the table that holds for it.
    pub table: Arc<[u16]>,
    /// For each table, the price of a connection at each start, by slot.
    pub prices: Arc<[Vec<f32>]>,
}

impl Surcharge {
    fn table(&self, index: u32) -> &[f32] {
        &self.prices[self.table[index as usize] as usize]
    }

    fn of(&self, index: u32, job: &Job, start: u32) -> i64 {
        surcharge(self.table(index), job, start)
    }
}

fn surcharge(table: &[f32], job: &Job, start: u32) -> i64 {
    (table[start as usize] * job.connections as f32).round() as i64
}

/// Where every job of a block is, and what that leaves.
#[derive(Clone)]
pub(crate) struct State<'a> {
    pub block: &'a Block,
    pub starts: Vec<u32>,
    pub headroom: Headroom,
    pub busy: Busy,
    /// What each job costs where it is, surcharge included.
    costs: Vec<i64>,
    surcharge: Option<Surcharge>,
    /// The placed jobs by the word in which they start, and where each is in its list.
    starting: Vec<Vec<u32>>,
    positions: Vec<u32>,
    scratch: Vec<u64>,
    blocked: Vec<u64>,
}

impl<'a> State<'a> {
    /// No job placed but the pinned ones.
    pub fn new(block: &'a Block, words: usize) -> Self {
        let headroom = Headroom::new(block.pools.iter().map(|pool| pool.limits.as_slice()), words * 64);
        let mut state = Self {
            block,
            starts: vec![NOWHERE; block.jobs.len()],
            headroom,
            busy: Busy::new(block.exclusives.len(), words),
            costs: block.jobs.iter().map(|job| job.unplaced).collect(),
            surcharge: None,
            starting: vec![Vec::new(); words],
            positions: vec![NOWHERE; block.jobs.len()],
            scratch: Vec::new(),
            blocked: Vec::new(),
        };
        for (job, index) in block.jobs.iter().zip(0..) {
            if let Some(start) = job.pinned {
                state.place(index, start);
            }
        }
        state
    }

    /// Lets `surcharge` guide [`Self::cheapest`] from now on.
    pub fn guide(&mut self, surcharge: Option<Surcharge>) {
        self.surcharge = surcharge;
        for index in 0..self.starts.len() as u32 {
            self.costs[index as usize] = self.cost_at(index, self.starts[index as usize]);
        }
    }

    pub fn job(&self, index: u32) -> &'a Job {
        &self.block.jobs[index as usize]
    }

    /// What a job costs where it is, surcharge included.
    pub fn cost(&self, index: u32) -> i64 {
        self.costs[index as usize]
    }

    /// Cost of all jobs where they are, surcharge included.
    pub fn cost_of_all(&self) -> i64 {
        self.costs.iter().sum()
    }

    /// What a job would cost at an allowed start or [`NOWHERE`], surcharge included.
    pub fn cost_at(&self, index: u32, start: u32) -> i64 {
        let job = self.job(index);
        if start == NOWHERE {
            return job.unplaced;
        }
        let own = self.block.cost(job, start).unwrap_or(job.unplaced);
        own + self.surcharge.as_ref().map_or(0, |surcharge| surcharge.of(index, job, start))
    }

    /// Cost of all jobs, without surcharge.
    pub fn total(&self) -> i64 {
        let cost = |(job, &start): (&Job, &u32)| match start {
            NOWHERE => job.unplaced,
            start => self.block.cost(job, start).unwrap_or(job.unplaced),
        };
        self.block.jobs.iter().zip(&self.starts).map(cost).sum()
    }

    /// Places an unplaced job at an allowed start that is open.
    pub fn place(&mut self, index: u32, start: u32) {
        let cost = self.cost_at(index, start);
        self.place_at(index, start, cost);
    }

    /// The same where the cost is known already.
    pub fn place_at(&mut self, index: u32, start: u32, cost: i64) {
        let job = self.job(index);
        self.starts[index as usize] = start;
        self.costs[index as usize] = cost;
        let starting = &mut self.starting[(start / 64) as usize];
        self.positions[index as usize] = starting.len() as u32;
        starting.push(index);
        self.busy.toggle(self.block.exclusives(job), start, start + job.duration);
        for &pool in self.block.pools(job) {
            let (from, to) = self.rows(pool, job, start);
            self.headroom.take(pool, from, to, job.connections);
        }
    }

    /// Takes a placed job out; returns where it was.
    pub fn remove(&mut self, index: u32) -> u32 {
        let job = self.job(index);
        let start = std::mem::replace(&mut self.starts[index as usize], NOWHERE);
        self.costs[index as usize] = job.unplaced;
        let starting = &mut self.starting[(start / 64) as usize];
        let position = self.positions[index as usize];
        starting.swap_remove(position as usize);
        if let Some(&moved) = starting.get(position as usize) {
            self.positions[moved as usize] = position;
        }
        self.busy.toggle(self.block.exclusives(job), start, start + job.duration);
        for &pool in self.block.pools(job) {
            let (from, to) = self.rows(pool, job, start);
            self.headroom.give(pool, from, to, job.connections);
        }
        start
    }

    /// Number of words.
    pub fn words(&self) -> usize {
        self.starting.len()
    }

    /// The placed jobs that start in `word`.
    pub fn starting(&self, word: u32) -> &[u32] {
        &self.starting[word as usize]
    }

    /// The rows of `pool` that `job` uses at `start`.
    pub fn rows(&self, pool: u32, job: &Job, start: u32) -> (u32, u32) {
        match self.block.pools[pool as usize].window {
            None => concurrent::rows(start, job.duration),
            Some(window) => arrivals::rows(start, window),
        }
    }

    /// Whether an unplaced job could be placed at `start`.
    pub fn is_open(&self, index: u32, start: u32) -> bool {
        let job = self.job(index);
        !self.busy.is_busy(self.block.exclusives(job), start, start + job.duration)
            && self.block.pools(job).iter().all(|&pool| {
                let (from, to) = self.rows(pool, job, start);
                self.headroom.rows(pool)[from as usize..to as usize].iter().all(|free| *free >= job.connections)
            })
    }

    /// The cheapest open start of an unplaced job that costs less than `below`, in the words where `within` has bits, of
    /// those that `keep` (bits of a word) leaves: cost, surcharge included, and start.
    pub fn cheapest(
        &mut self,
        index: u32,
        below: i64,
        within: &[u64],
        mut keep: impl FnMut() -> u64,
    ) -> Option<(i64, u32)> {
        let job = self.job(index);
        let mut best: Option<(i64, u32)> = None;
        let mut limit = below;
        for piece in self.block.pieces(job) {
            if piece.floor() >= limit {
                break;
            }
            if within[(piece.first / 64) as usize] == 0 {
                continue;
            }
            let (first, last) = self.span(job, piece);
            if first < last {
                self.open_words(job, first, last);
            }
            for word in piece.first / 64..=piece.last / 64 {
                let starts = piece.mask(word) & keep();
                let open = if first < last {
                    starts & !self.blocked[(word - first) as usize]
                } else {
                    self.open_word(job, word, starts)
                };
                let found = match &self.surcharge {
                    None => piece.cheapest(word, open),
                    Some(surcharges) => {
                        let table = surcharges.table(index);
                        let price = |start| surcharge(table, job, start);
                        piece.cheapest_with(word, open, limit, price)
                    }
                };
                if let Some(found) = found.filter(|found| found.0 < limit) {
                    limit = found.0;
                    best = Some(found);
                }
            }
        }
        best
    }

    /// The words in which the cells and rows of a piece's starts lie.
    fn span(&self, job: &Job, piece: &Piece) -> (u32, u32) {
        let windows = self.block.pools(job).iter().filter_map(|&pool| self.block.pools[pool as usize].window);
        let from = windows.map(|window| arrivals::rows(piece.first, window).0).min().unwrap_or(piece.first);
        (from / 64, (piece.last + job.duration - 1) / 64)
    }

    /// Of `starts` in `word`, those that are open to an unplaced job; all its rows are in that word.
    #[inline]
    fn open_word(&self, job: &Job, word: u32, starts: u64) -> u64 {
        let busy = self.busy.any(self.block.exclusives(job), word);
        let mut open = starts & !concurrent::blocked(busy, job.duration);
        for &pool in self.block.pools(job) {
            if open == 0 {
                break;
            }
            let short = self.headroom.short(pool, word, job.connections);
            if short != 0 {
                open &= !match self.block.pools[pool as usize].window {
                    None => concurrent::blocked(short, job.duration),
                    Some(window) => arrivals::blocked(short, window),
                };
            }
        }
        open
    }

    /// Fills `self.blocked` for the words `first ..= last`.
    fn open_words(&mut self, job: &Job, first: u32, last: u32) {
        let (mut blocked, mut scratch) = (std::mem::take(&mut self.blocked), std::mem::take(&mut self.scratch));
        blocked.clear();
        blocked.extend((first..=last).map(|word| self.busy.any(self.block.exclusives(job), word)));
        let short = |pool: u32, word: u32| self.headroom.short(pool, word, job.connections);
        for &pool in self.block.pools(job).iter().filter(|&&pool| self.block.pools[pool as usize].window.is_none()) {
            blocked.iter_mut().zip(first..).for_each(|(blocked, word)| *blocked |= short(pool, word));
        }
        concurrent::blocked_words(&mut blocked, job.duration);
        for &pool in self.block.pools(job) {
            if let Some(window) = self.block.pools[pool as usize].window {
                scratch.clear();
                scratch.extend((first..=last).map(|word| short(pool, word)));
                arrivals::blocked_words(&mut scratch, window);
                blocked.iter_mut().zip(&scratch).for_each(|(blocked, more)| *blocked |= more);
            }
        }
        (self.blocked, self.scratch) = (blocked, scratch);
    }
}
