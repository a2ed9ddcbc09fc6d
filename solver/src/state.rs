//! A plan of one block while it is built and improved: always feasible, quick to ask and to change.

use std::sync::Arc;

use crate::problem::{Block, Calendar, Job, NOWHERE};
use crate::rules::day::Counts;
use crate::rules::exclusive::Busy;
use crate::rules::headroom::Headroom;
use crate::rules::starts::{FINE, Piece};
use crate::rules::{arrivals, concurrent, order};

/// What connections cost at each start, beyond the request's own cost; see [`crate::guide`].
#[derive(Clone)]
pub(crate) struct Surcharge {
    /// For each job, the table that holds for it.
    pub table: Arc<[u32]>,
    /// For each table, the price of a connection at each start, by slot.
    pub prices: Arc<[Vec<f32>]>,
    /// For each table, its highest price.
    pub highest: Arc<[f32]>,
}

impl Surcharge {
    fn table(&self, index: u32) -> &[f32] {
        &self.prices[self.table[index as usize] as usize]
    }

    fn of(&self, index: u32, job: &Job, start: u32) -> i64 {
        surcharge(self.table(index), job, start)
    }

    fn most(&self, index: u32, job: &Job) -> i64 {
        fine(self.highest[self.table[index as usize] as usize], job)
    }
}

fn surcharge(table: &[f32], job: &Job, start: u32) -> i64 {
    fine(table[start as usize], job)
}

/// What a job pays at a price of a connection, in [`FINE`] parts of a unit.
fn fine(price: f32, job: &Job) -> i64 {
    (price * (i64::from(job.connections) * FINE) as f32) as i64
}

/// Where every job of a block is, and what that leaves.
#[derive(Clone)]
pub(crate) struct State<'a> {
    pub block: &'a Block,
    pub starts: Vec<u32>,
    pub headroom: Headroom,
    pub busy: Busy,
    counts: Counts,
    /// What each job costs where it is, surcharge included, in [`FINE`] parts of a unit.
    costs: Vec<i64>,
    surcharge: Option<Surcharge>,
    /// What each job costs without a class: its dearest surcharge included. Prices say where classes go, not whether.
    absences: Vec<i64>,
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
            counts: Counts::new(block.exclusives.len(), block.calendar.as_ref().map_or(0, |calendar| calendar.days)),
            costs: block.jobs.iter().map(|job| job.unplaced * FINE).collect(),
            surcharge: None,
            absences: block.jobs.iter().map(|job| job.unplaced * FINE).collect(),
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
            let job = self.job(index);
            let most = self.surcharge.as_ref().map_or(0, |surcharge| surcharge.most(index, job));
            self.absences[index as usize] = job.unplaced * FINE + most;
            self.costs[index as usize] = self.cost_at(index, self.starts[index as usize]);
        }
    }

    /// What a job costs without a class, in [`FINE`] parts of a unit.
    pub fn absence(&self, index: u32) -> i64 {
        self.absences[index as usize]
    }

    pub fn job(&self, index: u32) -> &'a Job {
        &self.block.jobs[index as usize]
    }

    /// What a job costs where it is, surcharge included, in [`FINE`] parts of a unit.
    pub fn cost(&self, index: u32) -> i64 {
        self.costs[index as usize]
    }

    /// Cost of all jobs where they are, surcharge included, in [`FINE`] parts of a unit.
    pub fn cost_of_all(&self) -> i64 {
        self.costs.iter().sum()
    }

    /// What a job would cost at an allowed start or [`NOWHERE`], surcharge included, in [`FINE`] parts of a unit.
    pub fn cost_at(&self, index: u32, start: u32) -> i64 {
        let job = self.job(index);
        if start == NOWHERE {
            return self.absence(index);
        }
        let own = self.block.cost(job, start).unwrap_or(job.unplaced);
        own * FINE + self.surcharge.as_ref().map_or(0, |surcharge| surcharge.of(index, job, start))
    }

    /// Cost of all jobs, without surcharge, in whole units.
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
        self.toggle(job, start);
        if let Some(calendar) = &self.block.calendar {
            let day = calendar.day(start);
            self.block.counted(job).for_each(|who| self.counts.add(who, day));
        }
        for &pool in self.block.pools(job) {
            let (from, to) = self.rows(pool, job, start);
            self.headroom.take(pool, from, to, job.connections);
        }
    }

    /// Takes a placed job out; returns where it was.
    pub fn remove(&mut self, index: u32) -> u32 {
        let job = self.job(index);
        let start = std::mem::replace(&mut self.starts[index as usize], NOWHERE);
        self.costs[index as usize] = self.absence(index);
        let starting = &mut self.starting[(start / 64) as usize];
        let position = self.positions[index as usize];
        starting.swap_remove(position as usize);
        if let Some(&moved) = starting.get(position as usize) {
            self.positions[moved as usize] = position;
        }
        self.toggle(job, start);
        if let Some(calendar) = &self.block.calendar {
            let day = calendar.day(start);
            self.block.counted(job).for_each(|who| self.counts.take(who, day));
        }
        for &pool in self.block.pools(job) {
            let (from, to) = self.rows(pool, job, start);
            self.headroom.give(pool, from, to, job.connections);
        }
        start
    }

    /// Marks the time that a job's people and groups are taken by it, or no longer.
    fn toggle(&mut self, job: &Job, start: u32) {
        let (plain, spaced) = self.block.by_break(job);
        self.busy.toggle(plain, start, start + job.duration);
        for &who in spaced {
            let (from, to) = self.block.taken(who, job, start);
            self.busy.toggle(&[who], from, to);
        }
    }

    /// Whether one of a job's people and groups has no room for a class on the day of `start`.
    pub fn full_day(&self, job: &Job, start: u32) -> Option<u32> {
        let calendar = self.block.calendar.as_ref()?;
        let day = calendar.day(start);
        self.block.counted(job).find(|&who| self.counts.is_full(who, day, self.block.most[who as usize]))
    }

    /// Whether an order with a placed job stands against a start; that job.
    pub fn out_of_order(&self, job: &Job, start: u32) -> Option<u32> {
        let calendar = self.block.calendar.as_ref()?;
        let cell = calendar.cell(start);
        let against = |order: &&order::Order| {
            let (first, last) = self.window(calendar, job, **order).unwrap_or((0, u32::MAX));
            cell < first || cell > last
        };
        self.block.orders(job).iter().find(against).map(|order| order.other)
    }

    /// The cells that an order leaves to a job.
    fn window(&self, calendar: &Calendar, job: &Job, order: order::Order) -> Option<(u32, u32)> {
        let start = self.starts[order.other as usize];
        let other = self.job(order.other).duration;
        (start != NOWHERE).then(|| order::window(order, job.duration, calendar.cell(start), other))
    }

    /// The starts in `word` that full days and orders close to a job.
    fn closed(&self, job: &Job, word: u32) -> u64 {
        let Some(calendar) = &self.block.calendar else { return 0 };
        let mut closed = 0;
        for who in self.block.counted(job) {
            closed |= calendar.days_of(word, |day| self.counts.is_full(who, day, self.block.most[who as usize]));
        }
        for &order in self.block.orders(job) {
            if let Some(window) = self.window(calendar, job, order) {
                closed |= !calendar.cells_of(word, window);
            }
        }
        closed
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
        let (plain, spaced) = self.block.by_break(job);
        let is_taken = |&who: &u32| {
            let (from, to) = self.block.taken(who, job, start);
            self.busy.is_busy(&[who], from, to)
        };
        !self.busy.is_busy(plain, start, start + job.duration)
            && !spaced.iter().any(is_taken)
            && self.full_day(job, start).is_none()
            && self.out_of_order(job, start).is_none()
            && self.block.pools(job).iter().all(|&pool| {
                let (from, to) = self.rows(pool, job, start);
                self.headroom.rows(pool)[from as usize..to as usize].iter().all(|free| *free >= job.connections)
            })
    }

    /// The cheapest open start of an unplaced job that costs less than `below`, in the words where `within` has bits, of
    /// those that `keep` (bits of a word) leaves: cost, surcharge included, in [`FINE`] parts of a unit, and start.
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
            if piece.floor() * FINE >= limit {
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
                let starts = piece.mask(word) & keep() & !self.closed(job, word);
                let open = if first < last {
                    starts & !self.blocked[(word - first) as usize]
                } else {
                    self.open_word(job, word, starts)
                };
                let found = match &self.surcharge {
                    None => piece.cheapest(word, open).map(|(cost, start)| (cost * FINE, start)),
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
        let (_, spaced) = self.block.by_break(job);
        let longest = spaced.iter().map(|&who| self.block.breaks[who as usize]).max().unwrap_or(0);
        (from / 64, ((piece.last + job.duration + longest - 1) / 64).min(self.starting.len() as u32 - 1))
    }

    /// Of `starts` in `word`, those that are open to an unplaced job; all its rows are in that word.
    #[inline]
    fn open_word(&self, job: &Job, word: u32, starts: u64) -> u64 {
        let (plain, spaced) = self.block.by_break(job);
        let mut open = starts & !concurrent::blocked(self.busy.any(plain, word), job.duration);
        for &who in spaced {
            let taken = job.duration + self.block.breaks[who as usize];
            open &= !concurrent::blocked(self.busy.any(&[who], word), taken);
        }
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
        let (plain, spaced) = self.block.by_break(job);
        blocked.extend((first..=last).map(|word| self.busy.any(plain, word)));
        let short = |pool: u32, word: u32| self.headroom.short(pool, word, job.connections);
        for &pool in self.block.pools(job).iter().filter(|&&pool| self.block.pools[pool as usize].window.is_none()) {
            blocked.iter_mut().zip(first..).for_each(|(blocked, word)| *blocked |= short(pool, word));
        }
        concurrent::blocked_words(&mut blocked, job.duration);
        for &who in spaced {
            scratch.clear();
            scratch.extend((first..=last).map(|word| self.busy.any(&[who], word)));
            concurrent::blocked_words(&mut scratch, job.duration + self.block.breaks[who as usize]);
            blocked.iter_mut().zip(&scratch).for_each(|(blocked, more)| *blocked |= more);
        }
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
