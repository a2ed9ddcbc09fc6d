//! Improvement by ruin and recreate under simulated annealing, with ejection of whatever stands in a job's way.
//!
//! Schrimpf et al., *Record breaking optimization results using the ruin and recreate principle* (2000); the blinks and
//! the absence counters follow Christiaens and Vanden Berghe, *Slack induction by string removals* (2020). A step takes
//! a job that is badly off, aims at a start where it would be better off, takes out the jobs that are in the way, puts it
//! there, and the others back, each at its cheapest open start. The result is kept if it is better, or, early on, not
//! much worse.
//!
//! Which job a step takes, and where it aims, is in [`target`].
//!
//! A chain searches in an *arena*: some stretches of time, and the jobs that are there. Jobs of different stretches share
//! no row, so chains in different arenas of one block work side by side on one plan; see [`crate::teams`].

mod target;

use std::sync::Arc;

use crate::candidates::Candidates;
use crate::problem::NOWHERE;
use crate::random::Random;
use crate::rules::starts::FINE;
use crate::schedule::Schedule;
use crate::state::State;

/// The most jobs that one step takes out.
const MOST_RUINED: usize = 10;
/// The same for the sake of a job without a class, which may need a whole half-day for itself.
const MOST_EJECTED: usize = 24;
/// In one step of so many the target need not take its aim, but chooses with the others. More often, most steps would put
/// all back to where they were.
const FREELY: usize = 4;
/// Steps between two looks at the budget.
const STEPS: u64 = 256;

/// A job taken out, where it was, and what it cost there.
#[derive(Clone, Copy)]
struct Ruined {
    job: u32,
    start: u32,
    cost: i64,
}

/// One annealing chain.
#[derive(Clone)]
pub(crate) struct Chain<'a> {
    pub state: State<'a>,
    /// The starts to aim at.
    candidates: Arc<Candidates>,
    /// The cheapest plan since the chain entered its arena; its cost, as that of the state.
    pub best: Vec<u32>,
    pub best_cost: i64,
    /// Cost of the state, surcharge included, in [`FINE`] parts of a unit.
    pub cost: i64,
    random: Random,
    /// The arena: bits of the words in it, and the jobs that may move.
    within: Vec<u64>,
    pub jobs: Vec<u32>,
    /// By job: whether it may.
    is_free: Vec<bool>,
    /// Of these, those without a class, and where each is in that list.
    absent: Vec<u32>,
    positions: Vec<u32>,
    /// What leaving a job out costs on top, growing each time that it could not be placed: who has waited longest goes
    /// first, and the holes in a plan wander to where they can be filled.
    waited: Vec<i64>,
    /// A small difference in cost, in [`FINE`] parts of a unit.
    unit: f64,
    ruined: Vec<Ruined>,
    order: Vec<u32>,
}

impl<'a> Chain<'a> {
    /// A chain whose arena is everything.
    pub fn new(state: State<'a>, candidates: Arc<Candidates>, random: Random, unit: f64, words: usize) -> Self {
        let count = state.starts.len();
        let mut chain = Self {
            best: Vec::new(),
            best_cost: 0,
            cost: 0,
            state,
            candidates,
            random,
            within: Vec::new(),
            jobs: Vec::new(),
            is_free: vec![false; count],
            absent: Vec::new(),
            positions: vec![NOWHERE; count],
            waited: vec![0; count],
            unit,
            ruined: Vec::new(),
            order: Vec::new(),
        };
        let all = (0..count as u32).filter(|&index| chain.state.job(index).pinned.is_none()).collect();
        chain.enter(vec![u64::MAX; words], all);
        chain
    }

    /// Enters an arena: words by their bits, and jobs, none of them pinned, that are there or nowhere.
    pub fn enter(&mut self, within: Vec<u64>, jobs: Vec<u32>) {
        (self.within, self.jobs) = (within, jobs);
        self.is_free.fill(false);
        self.jobs.iter().for_each(|&job| self.is_free[job as usize] = true);
        self.recount();
    }

    /// Recomputes what is derived from the state, after it was changed from outside, and forgets the best plan.
    pub fn recount(&mut self) {
        self.absent.clear();
        self.positions.fill(NOWHERE);
        for i in 0..self.jobs.len() {
            if self.state.starts[self.jobs[i] as usize] == NOWHERE {
                self.note_absent(self.jobs[i]);
            }
        }
        self.cost = self.state.cost_of_all();
        self.best_cost = self.cost;
        self.best.clone_from(&self.state.starts);
    }

    /// Moves jobs to where another chain has put them, and takes over how long they have waited.
    pub fn follow(&mut self, jobs: &[u32], other: &Self) {
        let starts = &other.state.starts;
        self.waited.iter_mut().zip(&other.waited).for_each(|(mine, theirs)| *mine = *theirs.max(mine));
        self.move_to(jobs, starts);
    }

    /// Moves `jobs` to their `starts`, which are open once these jobs are taken out.
    pub fn move_to(&mut self, jobs: &[u32], starts: &[u32]) {
        for &index in jobs {
            let now = self.state.starts[index as usize];
            if now != starts[index as usize] && now != NOWHERE {
                self.state.remove(index);
            }
        }
        for &index in jobs {
            let start = starts[index as usize];
            if self.state.starts[index as usize] != start {
                self.state.place(index, start);
            }
        }
    }

    /// Runs up to `steps` steps while `progress` (asked now and then) says how far annealing has come. Returns the steps
    /// done.
    pub fn run(&mut self, steps: u64, schedule: Schedule, progress: &dyn Fn() -> Option<f64>) -> u64 {
        if self.jobs.is_empty() {
            return steps; // nothing to do, and done at once
        }
        let mut done = 0;
        while done < steps {
            let Some(progress) = progress() else { break };
            let temperature = schedule.temperature(progress) * self.unit;
            let batch = STEPS.min(steps - done);
            for _ in 0..batch {
                self.step(temperature);
            }
            done += batch;
        }
        done
    }

    /// One step: ruin, recreate, keep or undo.
    fn step(&mut self, temperature: f64) {
        let Some((target, aim)) = self.target() else { return };
        let was = self.state.starts[target as usize];
        let was_absent = was == NOWHERE;
        // Annealing draws its luck first, so that a step can be given up early.
        let luck = (-temperature * (1.0 - self.random.unit()).ln()) as i64;
        let cost = self.state.cost_at(target, aim);
        let taken = (!self.random.one_in(FREELY)).then_some((aim, cost));
        if taken.is_some() && (aim == was || !was_absent && cost - self.state.cost(target) > luck) {
            return; // nobody else gains by it
        }
        self.ruined.clear();
        self.ruin(target);
        let most = if was_absent { MOST_EJECTED } else { MOST_RUINED };
        let cleared = self.clear(target, aim, most);
        if cleared && self.random.one_in(5) {
            let (neighbour, count) = (self.ruined[self.random.below(self.ruined.len())].job, 1 + self.random.below(3));
            self.ruin_related(neighbour, count);
        }
        let before: i64 = self.ruined.iter().map(|&ruined| self.weight(ruined)).sum();
        if cleared && self.recreate(target, taken, before + luck) {
            for i in 0..self.ruined.len() {
                let Ruined { job, cost, .. } = self.ruined[i];
                self.cost += self.state.cost(job) - cost;
                if self.state.starts[job as usize] == NOWHERE {
                    self.waited[job as usize] += self.unit as i64;
                    self.note_absent(job);
                } else {
                    self.note_present(job);
                }
            }
            if self.cost < self.best_cost {
                self.best_cost = self.cost;
                self.best.clone_from(&self.state.starts);
            }
        } else {
            self.undo();
            if was_absent {
                self.waited[target as usize] += (self.unit as i64 / 2).max(1);
            }
        }
    }

    /// Takes out the jobs that stand in the way of `target` at `aim`; false if they are too many, or cannot move.
    fn clear(&mut self, target: u32, aim: u32, most: usize) -> bool {
        let block = self.state.block;
        let job = self.state.job(target);
        for &who in block.exclusives(job) {
            let (from, to) = block.taken(who, job, aim);
            if self.state.busy.is_busy(&[who], from, to) {
                for &other in block.members(who) {
                    if self.overlaps(who, other, from, to) && !self.eject(other, most) {
                        return false;
                    }
                }
            }
        }
        while let Some(who) = self.state.full_day(job, aim) {
            let Some(other) = self.on_the_day_of(who, aim) else { return false };
            if !self.eject(other, most) {
                return false;
            }
        }
        while let Some(other) = self.state.out_of_order(job, aim) {
            if !self.eject(other, most) {
                return false;
            }
        }
        for &pool in block.pools(job) {
            let (from, to) = self.state.rows(pool, job, aim);
            let limits = &block.pools[pool as usize].limits[from as usize..to as usize];
            if limits.iter().any(|&limit| limit < job.connections) {
                return false;
            }
            while let Some(row) = (from..to).find(|&row| self.state.headroom.rows(pool)[row as usize] < job.connections)
            {
                if self.ruined.len() > most {
                    return false;
                }
                let Some(mate) = self.mate(pool, row) else { return false };
                self.ruin(mate);
            }
        }
        true
    }

    /// Takes out a placed job that stands in the way; false if it cannot move, or too many are out already.
    fn eject(&mut self, other: u32, most: usize) -> bool {
        let can = self.ruined.len() <= most && self.is_free[other as usize];
        if can {
            self.ruin(other);
        }
        can
    }

    /// Whether a placed job takes `who` in the slots `from..to`.
    fn overlaps(&self, who: u32, index: u32, from: u32, to: u32) -> bool {
        let start = self.state.starts[index as usize];
        if start == NOWHERE {
            return false;
        }
        let taken = self.state.block.taken(who, self.state.job(index), start);
        taken.0 < to && taken.1 > from
    }

    /// A job of `who` on the day of `start` that may move.
    fn on_the_day_of(&mut self, who: u32, start: u32) -> Option<u32> {
        let calendar = self.state.block.calendar.as_ref()?;
        let members = self.state.block.members(who);
        let (before, after) = members.split_at(self.random.below(members.len().max(1)));
        after.iter().chain(before).copied().find(|&other| {
            let at = self.state.starts[other as usize];
            at != NOWHERE && calendar.day(at) == calendar.day(start) && self.is_free[other as usize]
        })
    }

    /// A job that uses a row of a pool, found from a random one on.
    fn mate(&mut self, pool: u32, row: u32) -> Option<u32> {
        let block = self.state.block;
        let (first, last) = match block.pools[pool as usize].window {
            None => ((row + 1).saturating_sub(block.longest), row),
            Some(window) => (row, (row + window - 1).min(self.within.len() as u32 * 64 - 1)),
        };
        let words = last / 64 - first / 64 + 1;
        let turn = self.random.below(words as usize) as u32;
        (0..words).find_map(|i| {
            let starting = self.state.starting(first / 64 + (i + turn) % words);
            let offset = self.random.below(starting.len().max(1));
            let (before, after) = starting.split_at(offset);
            after.iter().chain(before).copied().find(|&other| {
                let job = self.state.job(other);
                let (from, to) = self.state.rows(pool, job, self.state.starts[other as usize]);
                (from..to).contains(&row) && self.is_free[other as usize] && block.pools(job).contains(&pool)
            })
        })
    }

    /// Takes out a few jobs that compete with `index`: of its people and groups, or of its pool at about its hour.
    fn ruin_related(&mut self, index: u32, count: usize) {
        let block = self.state.block;
        let (exclusives, pools) = (block.exclusives(self.state.job(index)), block.pools(self.state.job(index)));
        for _ in 0..count {
            let other = match (self.random.pick(exclusives), self.random.pick(pools)) {
                (_, Some(pool)) if exclusives.is_empty() || self.random.one_in(2) => {
                    let start = self.ruined[self.random.below(self.ruined.len())].start;
                    if start == NOWHERE { None } else { self.mate(pool, start) }
                }
                (Some(who), _) => self.random.pick(block.members(who)),
                _ => None,
            };
            if let Some(other) = other.filter(|&other| self.may_move(other)) {
                self.ruin(other);
            }
        }
    }

    /// Whether a job has a class in this arena, and is not pinned.
    fn may_move(&self, index: u32) -> bool {
        let start = self.state.starts[index as usize];
        start != NOWHERE && self.is_free[index as usize]
    }

    /// Takes out a job (or counts in one without a class).
    fn ruin(&mut self, index: u32) {
        let cost = self.state.cost(index);
        let start = self.state.starts[index as usize];
        if start != NOWHERE {
            self.state.remove(index);
        }
        self.ruined.push(Ruined { job: index, start, cost });
    }

    /// Puts the jobs taken out back, the target where it is `taken` to (start and cost); false, early, when they cost more
    /// than `allowed`.
    fn recreate(&mut self, target: u32, taken: Option<(u32, i64)>, allowed: i64) -> bool {
        let mut order = std::mem::take(&mut self.order);
        order.clear();
        order.extend(self.ruined.iter().map(|ruined| ruined.job));
        let mut left = allowed;
        if let Some((start, cost)) = taken {
            self.state.place_at(target, start, cost);
            left -= cost;
            order.retain(|&index| index != target);
        }
        self.sort(&mut order, target);
        let mut pending: i64 = order.iter().map(|&index| self.state.job(index).floor * FINE).sum();
        for &index in &order {
            let job = self.state.job(index);
            pending -= job.floor * FINE;
            let random = &mut self.random;
            // What costs more than is left would be given up anyway.
            let below = self.state.absence(index).min(left - pending + 1);
            let found = self.state.cheapest(index, below, &self.within, || match random.bits() {
                // A blink: a few starts are overlooked, so that the same ruin can be recreated differently.
                luck if luck & 63 == 0 => luck | luck << 13 | luck << 31 | 1,
                _ => u64::MAX,
            });
            left -= found.map_or(self.state.absence(index) + self.waited[index as usize], |(cost, _)| cost);
            if left < pending {
                self.order = order;
                return false;
            }
            if let Some((cost, start)) = found {
                self.state.place_at(index, start, cost);
            }
        }
        self.order = order;
        true
    }

    /// The order in which jobs are put back: at random, the target first, the largest first, or who has waited longest.
    fn sort(&mut self, order: &mut [u32], target: u32) {
        self.random.shuffle(order);
        match self.random.below(4) {
            0 => {}
            1 => order.sort_by_key(|&index| index != target),
            2 => order.sort_by_key(|&index| {
                let job = self.state.job(index);
                let size = u64::from(job.connections) * u64::from(job.duration);
                std::cmp::Reverse(size * self.state.block.exclusives(job).len().max(1) as u64)
            }),
            _ => order.sort_by_key(|&index| (std::cmp::Reverse(self.waited[index as usize]), index != target)),
        }
    }

    /// Puts everything back to where it was before this step.
    fn undo(&mut self) {
        for i in 0..self.ruined.len() {
            let job = self.ruined[i].job;
            if self.state.starts[job as usize] != NOWHERE {
                self.state.remove(job);
            }
        }
        for i in 0..self.ruined.len() {
            let Ruined { job, start, cost } = self.ruined[i];
            if start != NOWHERE {
                self.state.place_at(job, start, cost);
            }
        }
    }

    /// What a job costs to annealing: waiting counts.
    fn weight(&self, ruined: Ruined) -> i64 {
        let waited = if ruined.start == NOWHERE { self.waited[ruined.job as usize] } else { 0 };
        ruined.cost + waited
    }

    fn note_absent(&mut self, index: u32) {
        if self.positions[index as usize] == NOWHERE {
            self.positions[index as usize] = self.absent.len() as u32;
            self.absent.push(index);
        }
    }

    fn note_present(&mut self, index: u32) {
        let position = std::mem::replace(&mut self.positions[index as usize], NOWHERE);
        if position != NOWHERE {
            self.absent.swap_remove(position as usize);
            if let Some(&moved) = self.absent.get(position as usize) {
                self.positions[moved as usize] = position;
            }
        }
    }
}
