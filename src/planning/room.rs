//! What is left of a pool, in cells of five minutes: all that its limits allow, less what classes take already. Of a pool
//! that is shared out, what is left for one school: whoever asks a [`Room`] keeps to everybody's guaranteed part. And of one
//! that enforces its forecast, what others than our classes are expected to need is nobody's: it is taken off in one place,
//! [`Room::limit_for_all`].

use super::portion::{Cell, Portion};
use crate::domain::{
    capacity::{Pool, PoolKind, PoolUse},
    id::Id,
    share::beyond,
    time::Grid,
};
use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;

/// Minutes of a cell here, whatever the step of a round: every step is a multiple of it, and capacity is promised for
/// each five minutes.
const CELL_MINUTES: u32 = 5;

/// A pool's limits and use over a stretch of time.
#[derive(Clone, Debug)]
pub struct Room {
    /// The pool.
    pub pool: Id,
    grid: Grid,
    /// Cells within which arrivals count together; nothing for connections open at the same time.
    window: Option<usize>,
    /// Of the whole pool.
    limits: Vec<u32>,
    /// By all schools.
    used: Vec<u64>,
    /// What is expected besides classes.
    background: Vec<u32>,
    /// What of it is taken off the limits.
    kept: Vec<u32>,
    /// The school's part of a pool that is shared out.
    portion: Option<Portion>,
}

/// What is so in a cell of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellLoad {
    /// What classes of all schools take.
    pub used: u64,
    /// What the pool allows.
    pub limit: u32,
    /// What is expected besides classes, as far as the pool's policy asks for it.
    pub background: u32,
    /// What of it is taken off the limit.
    pub kept: u32,
}

/// A pool that is too full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Full {
    /// The pool.
    pub pool: Id,
    /// When it is fullest.
    pub at: DateTime<Utc>,
    /// What the other classes take then; those of the school, where the pool is shared out.
    pub used: u64,
    /// What it allows then; what it allows the school, where the pool is shared out.
    pub limit: u32,
    /// What is taken off its limit then, for what is expected besides classes.
    pub kept: u32,
    /// What the class needs.
    pub needed: u32,
}

impl Full {
    /// Connections too many.
    pub fn over(&self) -> u64 {
        (self.used + u64::from(self.needed)).saturating_sub(u64::from(self.limit))
    }
}

impl Room {
    /// The whole pool, with nothing in it, from `from` to `to` and as far around as matters.
    pub fn new(pool: &Pool, from: DateTime<Utc>, to: DateTime<Utc>, zone: Tz) -> Self {
        let reach = pool.kind.reach();
        let start = from - reach;
        let start = start - Duration::seconds(start.timestamp().rem_euclid(i64::from(CELL_MINUTES) * 60));
        let cells = (to + reach - start).num_minutes() / i64::from(CELL_MINUTES) + 1;
        let cells = u32::try_from(cells).unwrap_or(0);
        let grid = Grid { start, step_minutes: CELL_MINUTES, cells };
        Self::with_limits(pool, grid, pool.limits(&grid, zone))
    }

    /// The same cells with nothing in them, under other limits: `limit` tells that of the cell that begins at an instant,
    /// by the one that it has here, and `portion` whose part of a pool that is shared out it is, by the limits.
    pub(super) fn under(
        &self,
        limit: &dyn Fn(DateTime<Utc>, u32) -> u32,
        portion: &dyn Fn(&[u32]) -> Option<Portion>,
    ) -> Self {
        let limits: Vec<u32> =
            (0_u32..).zip(&self.limits).map(|(cell, today)| limit(self.grid.at(cell), *today)).collect();
        let portion = portion(&limits).filter(|_| self.window.is_none());
        Self::empty(self.pool.clone(), self.window, self.grid, limits, portion)
    }

    fn with_limits(pool: &Pool, grid: Grid, limits: Vec<u32>) -> Self {
        let window = match pool.kind {
            PoolKind::Concurrent => None,
            PoolKind::Arrivals { window_minutes } => Some(window_minutes.div_ceil(CELL_MINUTES).max(1) as usize),
        };
        // Only connections that are open at the same time are shared out.
        let share = pool.share.as_ref().filter(|_| window.is_none());
        let portion = share.map(|share| Portion::new(share, &limits));
        Self::empty(pool.id.clone(), window, grid, limits, portion)
    }

    fn empty(pool: Id, window: Option<usize>, grid: Grid, limits: Vec<u32>, portion: Option<Portion>) -> Self {
        let (used, none) = (vec![0; limits.len()], vec![0; limits.len()]);
        Self { pool, grid, window, used, background: none.clone(), kept: none, limits, portion }
    }

    /// Puts in what is known of a cell. What lies outside the stretch is nobody's concern here.
    pub fn add_use(&mut self, taken: &PoolUse) {
        if taken.at < self.grid.start {
            return;
        }
        let cell = self.cell(taken.at);
        if let Some(used) = self.used.get_mut(cell) {
            *used += u64::from(taken.connections);
            (self.background[cell], self.kept[cell]) = (taken.background, taken.kept);
        }
        if let Some(portion) = &mut self.portion {
            portion.add_use(cell, taken);
        }
    }

    /// What is in each cell and its limit, as [`Room::add_use`] takes it.
    pub(super) fn uses(&self) -> impl Iterator<Item = (PoolUse, u32)> {
        let whole = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        (0_u32..).zip(self.limits.iter().enumerate()).map(move |(number, (cell, limit))| {
            let part = self.portion.as_ref().map(|portion| portion.cell(cell)).unwrap_or_default();
            let taken = PoolUse {
                pool: self.pool.clone(),
                at: self.grid.at(number),
                connections: whole(self.used[cell]),
                own: whole(part.own),
                beyond: whole(part.others + beyond(part.own, part.guaranteed)),
                background: self.background[cell],
                kept: self.kept[cell],
            };
            (taken, *limit)
        })
    }

    /// Takes a class of the school out that is in.
    pub fn remove(&mut self, starts_at: DateTime<Utc>, ends_at: DateTime<Utc>, connections: u32) {
        self.remove_of_others(starts_at, ends_at, connections);
        let cells = self.cells(starts_at, ends_at);
        if let Some(portion) = &mut self.portion {
            portion.remove(cells, connections);
        }
    }

    /// Takes a class of another school out that is in. Where the pool is shared out, its room stays taken as far as it
    /// was common: what that school is guaranteed is not known here.
    pub fn remove_of_others(&mut self, starts_at: DateTime<Utc>, ends_at: DateTime<Utc>, connections: u32) {
        for cell in self.cells(starts_at, ends_at) {
            self.used[cell] = self.used[cell].saturating_sub(u64::from(connections));
        }
    }

    /// Puts a class of the school in. What lies outside the stretch is nobody's concern here.
    pub fn add(&mut self, starts_at: DateTime<Utc>, ends_at: DateTime<Utc>, connections: u32) {
        for cell in self.cells(starts_at, ends_at) {
            self.used[cell] += u64::from(connections);
        }
        let cells = self.cells(starts_at, ends_at);
        if let Some(portion) = &mut self.portion {
            portion.add(cells, connections);
        }
    }

    /// The cells in which a class counts, as far as they are here.
    fn cells(&self, starts_at: DateTime<Utc>, ends_at: DateTime<Utc>) -> std::ops::Range<usize> {
        let cells = match self.window {
            None => self.cell(starts_at)..self.cell_after(ends_at),
            Some(_) if starts_at < self.grid.start => 0..0,
            Some(_) => self.cell(starts_at)..self.cell(starts_at) + 1,
        };
        let len = self.used.len();
        cells.start.min(len)..cells.end.min(len)
    }

    /// Where a class that is not in yet would find the pool too full; the worst place.
    pub fn full(&self, starts_at: DateTime<Utc>, ends_at: DateTime<Utc>, connections: u32) -> Option<Full> {
        if connections == 0 {
            return None;
        }
        self.rows(starts_at, ends_at)
            .map(|row| {
                let (used, limit) = (self.used_in(row), self.limit_of(row));
                let kept = self.kept_in(row);
                Full { pool: self.pool.clone(), at: self.at(row), used, limit, kept, needed: connections }
            })
            .filter(|full| full.over() > 0)
            .max_by_key(|full| (full.over(), std::cmp::Reverse(full.at)))
    }

    /// How full the pool would be with a class, at its fullest; of 1.
    pub fn load_with(&self, starts_at: DateTime<Utc>, ends_at: DateTime<Utc>, connections: u32) -> f64 {
        let loads = self.rows(starts_at, ends_at).map(|row| {
            let (used, limit) = (self.used_in(row) + u64::from(connections), self.limit_of(row));
            if limit == 0 { 1.0 } else { used as f64 / f64::from(limit) }
        });
        loads.fold(0.0, f64::max)
    }

    /// The rows in which a class counts.
    fn rows(&self, starts_at: DateTime<Utc>, ends_at: DateTime<Utc>) -> std::ops::Range<usize> {
        let rows = match self.window {
            None => self.cell(starts_at)..self.cell_after(ends_at),
            Some(window) => (self.cell(starts_at) + 1).saturating_sub(window)..self.cell(starts_at) + 1,
        };
        rows.start.min(self.limits.len())..rows.end.min(self.limits.len())
    }

    /// What is left in each cell of a round's grid, so that classes which keep to it as FORMAT says keep to this pool.
    ///
    /// A cell of the grid may hold several of ours: the least counts. Of arrivals, what others take is taken off in
    /// the cell where they begin: every window that counts them contains it, and no other does. Where the grid is
    /// coarser than five minutes its windows do not line up with ours, and each start gets the least of all windows
    /// around it: never too much, at times too little.
    pub fn left(&self, grid: &Grid) -> Vec<u32> {
        let per_cell = (grid.step_minutes / CELL_MINUTES).max(1) as usize;
        (0..grid.cells)
            .map(|cell| {
                let first = self.cell(grid.at(cell));
                let parts = first..first + per_cell;
                let left = match self.window {
                    None => parts.map(|part| self.left_in(part)).min(),
                    Some(window) if per_cell == 1 && self.used[first] == 0 => {
                        // No window of the grid begins before it.
                        let is_early = (cell as usize) < window;
                        self.unused(first, if is_early { window } else { 1 })
                    }
                    Some(window) => ((first + 1).saturating_sub(window)..=first).map(|row| self.left_in(row)).min(),
                };
                u32::try_from(left.unwrap_or(0)).unwrap_or(u32::MAX)
            })
            .collect()
    }

    /// What a cell allows that nobody uses: where something is kept, the least of the last so many windows that it is in. A
    /// solver's window allows the least of its cells, so one is enough: each window is kept to by its first cell.
    fn unused(&self, cell: usize, windows: usize) -> Option<u64> {
        let rows = (cell + 1).saturating_sub(windows)..=cell;
        let least = rows.filter(|row| self.kept_in(*row) > 0).map(|row| self.limit_for_all(row)).min();
        Some(u64::from(self.limits[cell].min(least.unwrap_or(u32::MAX))))
    }

    /// Windows of arrivals in cells of a round's grid.
    pub fn window_cells(&self, grid: &Grid) -> Option<u32> {
        let minutes = u32::try_from(self.window?).unwrap_or(u32::MAX).saturating_mul(CELL_MINUTES);
        Some(grid.cells_of(minutes).max(1))
    }

    /// What is so in every cell between two instants.
    pub fn load(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<CellLoad> {
        let load = |row| CellLoad {
            used: self.used_by_all(row),
            limit: self.row(row).map(|cell| self.limits[cell]).min().unwrap_or(0),
            background: self.row(row).map(|cell| self.background[cell]).fold(0, u32::saturating_add),
            kept: self.kept_in(row),
        };
        self.between(from, to).map(load).collect()
    }

    /// What is taken off the limit of an instant, for what is expected besides classes.
    pub fn kept_at(&self, at: DateTime<Utc>) -> u32 {
        self.kept_in(self.cell(at))
    }

    /// What is left in every cell between two instants.
    pub fn spare(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<u64> {
        self.between(from, to).map(|row| self.left_in(row)).collect()
    }

    /// What is too much in every cell between two instants: above the limit, or of what guaranteed parts need.
    pub fn excess(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<u64> {
        let excess = |row| {
            let above = self.used_by_all(row).saturating_sub(u64::from(self.limit_for_all(row)));
            above.max(self.portion.as_ref().map_or(0, |portion| portion.cell(row).excess()))
        };
        self.between(from, to).map(excess).collect()
    }

    /// The school's part in a cell of a pool that is shared out.
    pub fn part_at(&self, at: DateTime<Utc>) -> Option<Cell> {
        Some(self.portion.as_ref()?.cell(self.cell(at)))
    }

    fn between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> std::ops::Range<usize> {
        let end = self.cell_after(to).min(self.limits.len());
        self.cell(from).min(end)..end
    }

    fn left_in(&self, row: usize) -> u64 {
        u64::from(self.limit_of(row)).saturating_sub(self.used_in(row))
    }

    /// What counts against [`Room::limit_of`].
    fn used_in(&self, row: usize) -> u64 {
        self.portion.as_ref().map_or_else(|| self.used_by_all(row), |portion| portion.cell(row).own)
    }

    /// What the asking school may take.
    fn limit_of(&self, row: usize) -> u32 {
        let (for_all, kept) = (self.limit_for_all(row), self.kept_in(row));
        let Some(portion) = &self.portion else { return for_all };
        if kept == 0 {
            return portion.cell(row).at_most();
        }
        // What is kept goes off the common part; where that is too little, off whatever is left.
        let cell = portion.cell(row);
        let left = u64::from(for_all).saturating_sub(self.used_by_all(row)) + cell.own;
        cell.at_most_without(kept).min(u32::try_from(left).unwrap_or(u32::MAX))
    }

    fn used_by_all(&self, row: usize) -> u64 {
        self.row(row).map(|cell| self.used[cell]).sum()
    }

    fn limit_for_all(&self, row: usize) -> u32 {
        let limit = self.row(row).map(|cell| self.limits[cell]).min().unwrap_or(0);
        limit.saturating_sub(self.kept_in(row))
    }

    fn kept_in(&self, row: usize) -> u32 {
        self.row(row).map(|cell| self.kept[cell]).fold(0, u32::saturating_add)
    }

    fn row(&self, row: usize) -> std::ops::Range<usize> {
        row.min(self.limits.len())..(row + self.window.unwrap_or(1)).min(self.limits.len())
    }

    fn cell(&self, at: DateTime<Utc>) -> usize {
        let minutes = (at - self.grid.start).num_minutes().max(0);
        usize::try_from(minutes / i64::from(CELL_MINUTES)).unwrap_or(usize::MAX)
    }

    fn cell_after(&self, at: DateTime<Utc>) -> usize {
        self.cell(at + Duration::seconds(i64::from(CELL_MINUTES) * 60 - 1))
    }

    fn at(&self, row: usize) -> DateTime<Utc> {
        self.grid.at(u32::try_from(row).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::share::Share;
    use chrono::TimeZone;

    fn at(hour: u32, minute: u32) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2020, 3, 23, hour, minute, 0).unwrap()
    }

    fn room(kind: PoolKind) -> Room {
        let pool = Pool::plain("p", kind, 50);
        Room::new(&pool, at(8, 0), at(12, 0), chrono_tz::UTC)
    }

    #[test]
    fn connections_add_up_where_classes_overlap() {
        let mut room = room(PoolKind::Concurrent);
        room.add(at(8, 0), at(9, 0), 30);
        assert_eq!(room.full(at(9, 0), at(10, 0), 50), None);
        let full = room.full(at(8, 55), at(9, 50), 25).unwrap();
        assert_eq!((full.at, full.used, full.limit, full.over()), (at(8, 55), 30, 50, 5));
    }

    #[test]
    fn arrivals_count_together_within_the_window() {
        let mut room = room(PoolKind::Arrivals { window_minutes: 10 });
        room.add(at(9, 0), at(10, 0), 30);
        assert!(room.full(at(9, 5), at(10, 0), 21).is_some());
        assert!(room.full(at(8, 55), at(10, 0), 21).is_some());
        assert_eq!(room.full(at(9, 10), at(10, 0), 50), None);
    }

    #[test]
    fn what_is_left_for_a_round_takes_off_only_what_meets() {
        let grid = Grid { start: at(8, 0), step_minutes: 5, cells: 24 };
        let mut logins = room(PoolKind::Arrivals { window_minutes: 10 });
        logins.add(at(9, 0), at(10, 0), 30);
        let left = logins.left(&grid);
        assert_eq!((left[11], left[12], left[13]), (50, 20, 50));
        let coarse = Grid { start: at(8, 0), step_minutes: 30, cells: 4 };
        logins.add(at(8, 25), at(9, 0), 45);
        assert_eq!(logins.left(&coarse), [50, 5, 20, 50]);
        assert_eq!(logins.window_cells(&coarse), Some(1));
    }

    #[test]
    fn of_a_pool_that_is_shared_out_a_school_has_its_part_and_what_is_common() {
        let mut pool = Pool::plain("p", PoolKind::Concurrent, 50);
        // Forty are guaranteed, thirty of them to this school.
        let promised = std::collections::BTreeMap::from([(50, 40)]);
        pool.share = Some(Share { percent: 80, weight: 3, weights: 4, promised });
        let mut room = Room::new(&pool, at(8, 0), at(12, 0), chrono_tz::UTC);
        assert!(room.full(at(9, 0), at(10, 0), 41).is_some(), "ten are another school's");
        room.add_use(&PoolUse {
            pool: "p".into(),
            at: at(9, 0),
            connections: 43,
            own: 25,
            beyond: 8,
            background: 0,
            kept: 0,
        });
        assert_eq!(room.full(at(9, 0), at(10, 0), 7), None, "two of the common ten are left");
        let full = room.full(at(9, 0), at(10, 0), 8).unwrap();
        assert_eq!((full.at, full.used, full.limit), (at(9, 0), 25, 32));
        room.add(at(9, 0), at(9, 5), 7);
        assert_eq!(room.load(at(9, 0), at(9, 5)), [CellLoad { used: 50, limit: 50, background: 0, kept: 0 }]);
        assert_eq!((room.spare(at(9, 0), at(9, 5)), room.excess(at(9, 0), at(9, 5))), (vec![0], vec![0]));
        let grid = Grid { start: at(9, 0), step_minutes: 5, cells: 2 };
        assert_eq!(room.left(&grid), [0, 40], "a solver's problem is the same");
        room.remove(at(9, 0), at(9, 5), 32);
        assert_eq!(room.spare(at(9, 0), at(9, 5)), [32]);
    }

    fn kept(at: DateTime<Utc>, kept: u32) -> PoolUse {
        PoolUse { pool: "p".into(), at, connections: 0, own: 0, beyond: 0, background: kept, kept }
    }

    #[test]
    fn what_is_kept_for_others_is_taken_off_the_limit() {
        let mut room = room(PoolKind::Concurrent);
        room.add_use(&kept(at(9, 0), 20));
        room.add(at(9, 0), at(10, 0), 10);
        let full = room.full(at(9, 0), at(9, 30), 21).unwrap();
        assert_eq!((full.at, full.used, full.limit, full.kept, full.over()), (at(9, 0), 10, 30, 20, 1));
        assert_eq!(room.full(at(9, 5), at(9, 30), 40), None);
        assert_eq!(room.spare(at(9, 0), at(9, 10)), [20, 40]);
        assert_eq!(room.excess(at(9, 0), at(9, 5)), [0]);
        room.add_use(&kept(at(9, 0), 60));
        assert_eq!(room.excess(at(9, 0), at(9, 5)), [10], "no more than classes take");
    }

    #[test]
    fn arrivals_that_are_expected_add_up_within_the_window() {
        let mut room = room(PoolKind::Arrivals { window_minutes: 10 });
        room.add_use(&kept(at(9, 0), 20));
        room.add_use(&kept(at(9, 5), 25));
        assert_eq!(room.full(at(9, 0), at(10, 0), 5), None);
        assert_eq!(room.full(at(9, 0), at(10, 0), 6).unwrap().kept, 45);
        let grid = Grid { start: at(8, 50), step_minutes: 5, cells: 5 };
        // Of each window the first cell says what it allows.
        assert_eq!(room.left(&grid), [50, 30, 5, 25, 50]);
        // Windows that begin before the grid have none there.
        let late = Grid { start: at(9, 5), step_minutes: 5, cells: 3 };
        assert_eq!(room.left(&late), [5, 25, 50]);
    }

    #[test]
    fn what_is_kept_goes_off_the_common_part_first() {
        let mut pool = Pool::plain("p", PoolKind::Concurrent, 50);
        let promised = std::collections::BTreeMap::from([(50, 40)]);
        pool.share = Some(Share { percent: 80, weight: 3, weights: 4, promised });
        let mut room = Room::new(&pool, at(8, 0), at(12, 0), chrono_tz::UTC);
        room.add_use(&kept(at(9, 0), 6));
        assert_eq!(room.spare(at(9, 0), at(9, 10)), [34, 40]);
        room.add_use(&PoolUse { connections: 10, ..kept(at(9, 0), 30) });
        assert_eq!(room.spare(at(9, 0), at(9, 5)), [10], "the limit goes first");
    }

    #[test]
    fn a_class_without_connections_fits_anywhere() {
        let mut room = room(PoolKind::Concurrent);
        room.add(at(8, 0), at(9, 0), 80);
        assert_eq!(room.full(at(8, 0), at(9, 0), 0), None);
    }
}
