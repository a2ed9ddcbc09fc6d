//! The file format of a *round*: one planning problem, exactly as `api-spec/round.md` defines it.
//!
//! These types say what a file may hold, not that it makes sense: [`crate::validate`] does that.
//!
//! A round of an academy names the same pools and people, and allows the same starts, many thousand times. Reading keeps
//! each of them once: 900,000 requests take 220 MB.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize};

use crate::sharing::{Shared, each};

/// The only version of the format there is.
pub const VERSION: u32 = 1;

/// A name, in one place for all who use it.
pub type Name = Arc<str>;

/// One planning problem: the classes asked for in a period, and the capacities that they share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Round {
    /// Version of the format, [`VERSION`].
    pub version: u32,
    /// Name of the round; a plan repeats it.
    pub name: String,
    /// The period, cut into cells.
    pub horizon: Horizon,
    /// The first cell of each day; empty for a new day every 24 hours. [`Round::days`] says which it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<u32>,
    /// The limits that classes share.
    pub pools: Vec<Pool>,
    /// Rules for people and groups; who is not here has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclusives: Vec<Exclusive>,
    /// The classes asked for.
    #[serde(deserialize_with = "requests")]
    pub requests: Vec<Request>,
}

/// The period of a round: `cells` cells of `step_minutes`, without gaps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Horizon {
    /// When cell 0 begins: RFC 3339, UTC (`2020-03-23T00:00:00Z`).
    pub start: String,
    /// Length of a cell, in minutes.
    pub step_minutes: u32,
    /// Number of cells.
    pub cells: u32,
}

impl Round {
    /// The days of a valid round.
    pub fn days(&self) -> Days {
        if !self.days.is_empty() {
            return Days(self.days.clone());
        }
        let day = |cell: u32| u64::from(cell) * u64::from(self.horizon.step_minutes) / (24 * 60);
        Days((0..self.horizon.cells).filter(|&cell| cell == 0 || day(cell) > day(cell - 1)).collect())
    }
}

/// The first cell of each day, rising from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Days(Vec<u32>);

impl Days {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The day to which a class belongs that starts at `cell`, counted from 0.
    pub fn of(&self, cell: u32) -> u32 {
        self.0.partition_point(|first| *first <= cell).saturating_sub(1) as u32
    }

    /// The first cell of a day, and the first of the next; the last day goes on without end.
    pub fn cells(&self, day: u32) -> (u32, u32) {
        let first = |day: usize| self.0.get(day).copied().unwrap_or(u32::MAX);
        (first(day as usize), first(day as usize + 1))
    }
}

/// A capacity pool: a limit that classes share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    /// Name, unique among the pools of the round.
    pub id: Name,
    /// What the limit counts.
    pub kind: PoolKind,
    /// For [`PoolKind::Arrivals`]: the number of cells within which starts are counted together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<u32>,
    /// Connections, in every cell that `except` does not name.
    pub limit: u32,
    /// Other limits for ranges of cells, which do not overlap.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<LimitRange>,
}

impl Pool {
    /// The limit of each cell, of so many.
    pub fn cell_limits(&self, cells: u32) -> Vec<u32> {
        let mut limits = vec![self.limit; cells as usize];
        for part in &self.except {
            let (from, to) = (part.from.min(cells) as usize, part.to.min(cells) as usize);
            if from < to {
                limits[from..to].fill(part.limit);
            }
        }
        limits
    }

    /// The limit of each row: a cell's own, or of arrivals, the least of the window that begins there.
    pub fn row_limits(&self, cells: u32) -> Vec<u32> {
        let limits = self.cell_limits(cells);
        match self.kind {
            PoolKind::Concurrent => limits,
            PoolKind::Arrivals => sliding_minimum(limits, self.window.unwrap_or(1).max(1) as usize),
        }
    }
}

/// The least of `values[i..i + window]`, for each `i`, by doubling: a window may be as long as the horizon.
fn sliding_minimum(values: Vec<u32>, window: usize) -> Vec<u32> {
    let mut least = values;
    let mut covered = 1;
    let window = window.min(least.len().max(1));
    while covered < window {
        let step = covered.min(window - covered);
        for i in 0..least.len().saturating_sub(step) {
            least[i] = least[i].min(least[i + step]);
        }
        covered += step;
    }
    least
}

/// What a pool's limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PoolKind {
    /// Connections of the classes that occupy a cell.
    Concurrent,
    /// Connections of the classes that start within a window of cells.
    Arrivals,
}

/// Another limit in the cells `from … to-1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitRange {
    /// First cell.
    pub from: u32,
    /// The cell after the last one.
    pub to: u32,
    /// Connections.
    pub limit: u32,
}

/// Rules for a person or group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusive {
    /// The person or group, as requests name it.
    pub id: Name,
    /// The least number of cells between the end of one class and the beginning of the next.
    #[serde(default, rename = "break", skip_serializing_if = "is_default")]
    pub break_cells: u32,
    /// The most classes a day; a class belongs to the day in which it starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<u32>,
}

/// A wish for one class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Name, unique among the requests of the round.
    pub id: Name,
    /// Ids of the pools that the class uses.
    pub pools: Arc<[Name]>,
    /// People or groups that can be in one class at a time.
    pub exclusive: Box<[Name]>,
    /// Connections that the class opens.
    pub connections: u32,
    /// Length, in cells.
    pub duration: u32,
    /// The allowed starts and what they cost.
    pub options: Arc<[StartRange]>,
    /// What it costs to leave the request without a class.
    pub unplaced: u64,
    /// An already published start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<u32>,
    /// What it costs to place the class at another start than `current`.
    #[serde(default, rename = "move", skip_serializing_if = "is_default")]
    pub move_cost: u64,
    /// Whether the class is fixed at `current`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub pinned: bool,
    /// Multiplies all that the request costs.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub weight: u32,
    /// The requests that come first.
    #[serde(default, skip_serializing_if = "<[After]>::is_empty")]
    pub after: Box<[After]>,
}

impl Default for Request {
    /// Nothing asked for, as a file says it that leaves out all that it may.
    fn default() -> Self {
        Self {
            id: "".into(),
            pools: [].into(),
            exclusive: [].into(),
            connections: 0,
            duration: 0,
            options: [].into(),
            unplaced: 0,
            current: None,
            move_cost: 0,
            pinned: false,
            weight: 1,
            after: [].into(),
        }
    }
}

/// A request that comes first: if both have a class, the other begins at least `gap` cells after the end of its class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct After {
    /// Id of the request that comes first.
    pub request: Name,
    /// The least number of cells between the two.
    #[serde(default, skip_serializing_if = "is_default")]
    pub gap: u32,
}

/// The starts `first … last`, each costing `base + per_cell × |start − ideal|`.
///
/// Where ranges of one request overlap, the cheapest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartRange {
    /// First allowed start, a cell.
    pub first: u32,
    /// Last allowed start, a cell.
    pub last: u32,
    /// The start that costs only `base`; it need not be allowed itself.
    pub ideal: u32,
    /// Cost at `ideal`.
    pub base: u64,
    /// Cost of each cell away from `ideal`.
    pub per_cell: u32,
}

impl StartRange {
    /// What `start` costs in this range, wherever it lies. Saturates rather than overflows.
    pub fn cost(&self, start: u32) -> u64 {
        let away = u64::from(start.abs_diff(self.ideal));
        self.base.saturating_add(u64::from(self.per_cell).saturating_mul(away))
    }

    /// Whether the range allows `start`.
    pub fn allows(&self, start: u32) -> bool {
        (self.first..=self.last).contains(&start)
    }
}

/// Reads requests; what they have in common is kept once.
fn requests<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Request>, D::Error> {
    let (mut names, mut pools, mut options) = (Shared::default(), Shared::default(), Shared::default());
    each(deserializer, |mut request: Request| {
        request.pools = pools.get(request.pools);
        request.options = options.get(request.options);
        // The same people seldom meet in the same list.
        request.exclusive.iter_mut().for_each(|who| *who = names.get(who.clone()));
        request
    })
}

fn one() -> u32 {
    1
}

// serde hands references to these.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
fn is_one(value: &u32) -> bool {
    *value == 1
}
