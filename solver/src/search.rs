//! Improvement by ruin and recreate under simulated annealing, with ejection of whatever stands in a job's way.
//!
//! Schrimpf et al., *Record breaking optimization results using the ruin and recreate principle* (2000); the blinks and
//! the absence counters follow Christiaens and Vanden Berghe, *Slack induction by string removals* (2020). A step takes
//! a job that is badly off, aims at a start where it would be better off, takes out the jobs that are in the way, and
//! puts all back, each at its cheapest open start. The result is kept if it is better, or, early on, not much worse.

use crate::problem::NOWHERE;
use crate::random::Random;
use crate::state::State;

/// The most jobs that one step takes out.
const MOST_RUINED: usize = 10;
/// The same for the sake of a job without a class, which may need a whole half-day for itself.
const MOST_EJECTED: usize = 24;
/// How many jobs of a pool are looked at to find one in the way.
const MOST_MATES: usize = 768;
/// Steps between two looks at the budget.
const STEPS: u64 = 256;

/// How hot the search is, in units of cost: at its begin and at its end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Temperatures {
    pub begin: f64,
    pub end: f64,
}

impl Temperatures {
    /// At `progress` from 0 to 1.
    fn at(self, progress: f64) -> f64 {
        self.begin * (self.end / self.begin).powf(progress.clamp(0.0, 1.0))
    }
}

/// One annealing chain.
#[derive(Clone)]
pub(crate) struct Chain<'a> {
    pub state: State<'a>,
    pub best: Vec<u32>,
    pub best_cost: i64,
    /// Cost of the state, surcharge included.
    cost: i64,
    random: Random,
    /// Jobs without a class, and where each is in that list.
    absent: Vec<u32>,
    position: Vec<u32>,
    /// What leaving a job out costs on top, growing each time that it could not be placed: who has waited longest goes
    /// first, and the holes in a plan wander to where they can be filled.
    waited: Vec<i64>,
    unit: f64,
    /// The jobs taken out in this step and where they were; then, those put back.
    ruined: Vec<(u32, u32)>,
    order: Vec<u32>,
}

impl<'a> Chain<'a> {
    pub fn new(state: State<'a>, random: Random, unit: f64) -> Self {
        let count = state.starts.len();
        let mut chain = Self {
            best: state.starts.clone(),
            best_cost: state.total(),
            cost: 0,
            state,
            random,
            absent: Vec::new(),
            position: vec![NOWHERE; count],
            waited: vec![0; count],
            unit,
            ruined: Vec::new(),
            order: Vec::new(),
        };
        chain.recount();
        chain
    }

    /// Cost of the state, surcharge included.
    pub fn cost(&self) -> i64 {
        self.cost
    }

    /// Whether a job has no class.
    pub fn has_absent(&self) -> bool {
        !self.absent.is_empty()
    }

    /// Continues from another chain's state.
    pub fn adopt(&mut self, other: &Chain<'a>) {
        self.state.clone_from(&other.state);
        self.waited.clone_from(&other.waited);
        self.recount();
    }

    /// Forgets the best plan so far: what it was worth has changed.
    pub fn forget_best(&mut self) {
        self.best_cost = i64::MAX;
        self.recount();
    }

    /// Goes back to the best plan since [`Self::forget_best`].
    pub fn back_to_best(&mut self) {
        if self.best_cost < self.cost {
            let best = self.best.clone();
            self.move_to(&best);
        }
    }

    /// Takes `starts` for the best plan, at its true cost.
    pub fn settle(&mut self, starts: Vec<u32>) {
        let cost = |(index, &start): (u32, &u32)| self.cost_of(index, start);
        self.best_cost = (0..).zip(&starts).map(cost).sum();
        self.best = starts;
    }

    /// Moves to `starts`, a plan that is open to this state once all jobs are taken out.
    pub fn move_to(&mut self, starts: &[u32]) {
        for (index, &start) in (0..).zip(starts) {
            if self.state.starts[index as usize] != start && self.state.starts[index as usize] != NOWHERE {
                self.state.remove(index);
            }
        }
        for (index, &start) in (0..).zip(starts) {
            if self.state.starts[index as usize] != start && start != NOWHERE {
                self.state.place(index, start);
            }
        }
        self.recount();
    }

    /// Recomputes what is derived from the state, after it was changed from outside.
    pub fn recount(&mut self) {
        self.absent.clear();
        self.position.fill(NOWHERE);
        self.cost = 0;
        for index in 0..self.state.starts.len() as u32 {
            self.cost += self.state.cost(index);
            if self.state.starts[index as usize] == NOWHERE {
                self.note_absent(index);
            }
        }
        self.note_best();
    }

    /// Runs up to `steps` steps while `spent` (asked now and then) is below 1; `progress` maps what is spent to how far
    /// annealing has come. Returns the steps done.
    pub fn run(&mut self, steps: u64, temperatures: Temperatures, progress: &dyn Fn(u64) -> Option<f64>) -> u64 {
        let mut done = 0;
        while done < steps {
            let Some(progress) = progress(done) else { break };
            let temperature = temperatures.at(progress) * self.unit;
            for _ in 0..STEPS.min(steps - done) {
                self.step(temperature);
            }
            done += STEPS.min(steps - done);
        }
        done
    }

    /// One step: ruin, recreate, keep or undo.
    fn step(&mut self, temperature: f64) {
        let Some((target, aim)) = self.target() else { return };
        self.ruined.clear();
        let was_absent = self.state.starts[target as usize] == NOWHERE;
        self.ruin(target);
        let most = if was_absent { MOST_EJECTED } else { MOST_RUINED };
        let cleared = self.clear(target, aim, most);
        if cleared && self.random.one_in(3) {
            let (neighbour, count) = (self.ruined[self.random.below(self.ruined.len())].0, 1 + self.random.below(3));
            self.ruin_related(neighbour, count);
        }
        // Annealing draws its luck first, so that recreation can give up early.
        let luck = -temperature * (1.0 - self.random.unit()).ln();
        let before: i64 = self.ruined.iter().map(|&(job, start)| self.weight(job, start)).sum();
        let allowed = before + luck as i64;
        if cleared && self.recreate(target, allowed) {
            let after: i64 = self.ruined.iter().map(|&(job, _)| self.state.cost(job)).sum();
            let old: i64 = self.ruined.iter().map(|&(job, start)| self.cost_of(job, start)).sum();
            self.cost += after - old;
            for i in 0..self.ruined.len() {
                let job = self.ruined[i].0;
                if self.state.starts[job as usize] == NOWHERE {
                    self.waited[job as usize] += self.unit as i64;
                    self.note_absent(job);
                } else {
                    self.note_present(job);
                }
            }
            self.note_best();
        } else {
            self.undo();
            if was_absent {
                self.waited[target as usize] += (self.unit as i64 / 2).max(1);
            }
        }
    }

    /// A job that is badly off, and a better start to aim at.
    fn target(&mut self) -> Option<(u32, u32)> {
        let jobs = self.state.starts.len();
        if !self.absent.is_empty() && self.random.one_in(4) {
            let target = self.random.pick(&self.absent)?;
            return Some((target, self.any_start(target)?));
        }
        let mut worst = (i64::MIN, 0);
        for _ in 0..3 {
            let index = self.random.below(jobs) as u32;
            let job = self.state.job(index);
            if job.pinned.is_none() && self.state.starts[index as usize] != NOWHERE {
                worst = worst.max((self.state.cost(index) - job.floor, index));
            }
        }
        let (excess, target) = worst;
        if excess == i64::MIN {
            return None;
        }
        let aim =
            if excess <= 0 || self.random.one_in(8) { self.any_start(target)? } else { self.better_start(target)? };
        Some((target, aim))
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
        let better = pieces.partition_point(|piece| piece.floor() < cost).max(1);
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

    /// Takes out the jobs that stand in the way of `target` at `aim`; false if they are too many, or cannot move.
    fn clear(&mut self, target: u32, aim: u32, most: usize) -> bool {
        let block = self.state.block;
        let job = self.state.job(target);
        let end = aim + job.duration;
        for &who in block.exclusives(job) {
            if self.state.busy.is_busy(&[who], aim, end) {
                for &other in block.members(who) {
                    if self.overlaps(other, aim, end) {
                        if self.ruined.len() > most || self.state.job(other).pinned.is_some() {
                            return false;
                        }
                        self.ruin(other);
                    }
                }
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

    fn overlaps(&self, index: u32, from: u32, to: u32) -> bool {
        let start = self.state.starts[index as usize];
        start != NOWHERE && start < to && start + self.state.job(index).duration > from
    }

    /// A job that uses a row of a pool, found from a random one on.
    fn mate(&mut self, pool: u32, row: u32) -> Option<u32> {
        let members = self.state.block.pool_members(pool);
        let offset = self.random.below(members.len().max(1));
        let (before, after) = members.split_at(offset);
        after.iter().chain(before).take(MOST_MATES).copied().find(|&other| {
            let start = self.state.starts[other as usize];
            if start == NOWHERE {
                return false;
            }
            let job = self.state.job(other);
            let (from, to) = self.state.rows(pool, job, start);
            (from..to).contains(&row) && job.pinned.is_none()
        })
    }

    /// Takes out a few jobs that compete with `index`: of its people and groups, or of its pool at about its hour.
    fn ruin_related(&mut self, index: u32, count: usize) {
        let block = self.state.block;
        let (exclusives, pools) = (block.exclusives(self.state.job(index)), block.pools(self.state.job(index)));
        for _ in 0..count {
            let other = match (self.random.pick(exclusives), self.random.pick(pools)) {
                (_, Some(pool)) if exclusives.is_empty() || self.random.one_in(2) => {
                    let start = self.ruined[self.random.below(self.ruined.len())].1;
                    if start == NOWHERE { None } else { self.mate(pool, start) }
                }
                (Some(who), _) => self.random.pick(block.members(who)),
                _ => None,
            };
            if let Some(other) = other
                && self.state.starts[other as usize] != NOWHERE
                && self.state.job(other).pinned.is_none()
            {
                self.ruin(other);
            }
        }
    }

    /// Takes out a job (or counts in one without a class).
    fn ruin(&mut self, index: u32) {
        let start = self.state.starts[index as usize];
        if start != NOWHERE {
            self.state.remove(index);
        }
        self.ruined.push((index, start));
    }

    /// Puts the jobs taken out back; false, early, when they cost more than `allowed`.
    fn recreate(&mut self, target: u32, allowed: i64) -> bool {
        let mut order = std::mem::take(&mut self.order);
        order.clear();
        order.extend(self.ruined.iter().map(|&(job, _)| job));
        self.sort(&mut order, target);
        let mut pending: i64 = order.iter().map(|&index| self.state.job(index).floor).sum();
        let mut spent = 0;
        for &index in &order {
            let job = self.state.job(index);
            pending -= job.floor;
            let absent = job.unplaced + self.waited[index as usize];
            let random = &mut self.random;
            let found = self.state.cheapest(index, job.unplaced, || match random.bits() {
                // A blink: a few starts are overlooked, so that the same ruin can be recreated differently.
                luck if luck & 15 == 0 => luck | luck << 13 | luck << 31 | 1,
                _ => u64::MAX,
            });
            spent += found.map_or(absent, |(cost, _)| cost);
            if spent + pending > allowed {
                self.order = order;
                return false;
            }
            if let Some((_, start)) = found {
                self.state.place(index, start);
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
            let job = self.ruined[i].0;
            if self.state.starts[job as usize] != NOWHERE {
                self.state.remove(job);
            }
        }
        for i in 0..self.ruined.len() {
            let (job, start) = self.ruined[i];
            if start != NOWHERE {
                self.state.place(job, start);
            }
        }
    }

    /// What a job costs at `start`, or nowhere.
    fn cost_of(&self, index: u32, start: u32) -> i64 {
        if start == NOWHERE { self.state.job(index).unplaced } else { self.state.cost_at(index, start) }
    }

    /// The same as annealing sees it: waiting counts.
    fn weight(&self, index: u32, start: u32) -> i64 {
        self.cost_of(index, start) + if start == NOWHERE { self.waited[index as usize] } else { 0 }
    }

    fn note_absent(&mut self, index: u32) {
        if self.position[index as usize] == NOWHERE {
            self.position[index as usize] = self.absent.len() as u32;
            self.absent.push(index);
        }
    }

    fn note_present(&mut self, index: u32) {
        let position = std::mem::replace(&mut self.position[index as usize], NOWHERE);
        if position != NOWHERE {
            self.absent.swap_remove(position as usize);
            if let Some(&moved) = self.absent.get(position as usize) {
                self.position[moved as usize] = position;
            }
        }
    }

    fn note_best(&mut self) {
        if self.cost < self.best_cost {
            self.best_cost = self.cost;
            self.best.clone_from(&self.state.starts);
        }
    }
}
