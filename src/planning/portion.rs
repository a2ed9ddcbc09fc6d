//! A school's portion of a concurrent pool that is shared out, cell by cell: its guaranteed part, and what the other
//! schools leave of the common one.

use crate::domain::{
    capacity::PoolUse,
    share::{Share, beyond},
};

/// The portion of one school.
#[derive(Clone, Debug)]
pub(super) struct Portion {
    cells: Vec<Cell>,
}

/// What is so in a cell of a pool that is shared out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// What is guaranteed to the school.
    pub guaranteed: u32,
    /// What is for whoever comes first.
    pub common: u32,
    /// What the school's classes take.
    pub own: u64,
    /// What the other schools take of the common part.
    pub others: u64,
}

impl Cell {
    /// The most that the school's classes may take: with that the limit holds, and the guaranteed part of every school.
    pub fn at_most(&self) -> u32 {
        let others = u32::try_from(self.others).unwrap_or(u32::MAX);
        self.guaranteed.saturating_add(self.common).saturating_sub(others)
    }

    /// The same where so much is kept for what is expected besides classes: it goes off the common part.
    pub fn at_most_without(&self, kept: u32) -> u32 {
        Self { common: self.common.saturating_sub(kept), ..*self }.at_most()
    }

    /// Connections of all schools beyond their guaranteed parts for which the common one has no room.
    pub fn excess(&self) -> u64 {
        (self.others + beyond(self.own, self.guaranteed)).saturating_sub(u64::from(self.common))
    }
}

impl Portion {
    /// The portion of cells with these limits that nobody uses yet.
    pub(super) fn new(share: &Share, limits: &[u32]) -> Self {
        Self::of(limits, &|limit| share.guaranteed(limit), &|limit| share.common(limit))
    }

    /// The same of whom so much of a limit is guaranteed, with so much for whoever comes first.
    pub(super) fn of(limits: &[u32], guaranteed: &dyn Fn(u32) -> u32, common: &dyn Fn(u32) -> u32) -> Self {
        let cell = |limit: &u32| Cell { guaranteed: guaranteed(*limit), common: common(*limit), ..Cell::default() };
        Self { cells: limits.iter().map(cell).collect() }
    }

    /// The cell in this place, where there is one.
    pub(super) fn cell(&self, place: usize) -> Cell {
        self.cells.get(place).copied().unwrap_or_default()
    }

    /// Puts in what is known of a cell.
    pub(super) fn add_use(&mut self, place: usize, taken: &PoolUse) {
        if let Some(cell) = self.cells.get_mut(place) {
            let own = u64::from(taken.own);
            cell.own += own;
            cell.others += u64::from(taken.beyond).saturating_sub(beyond(own, cell.guaranteed));
        }
    }

    /// Puts a class of the school in.
    pub(super) fn add(&mut self, places: std::ops::Range<usize>, connections: u32) {
        self.cells[places].iter_mut().for_each(|cell| cell.own += u64::from(connections));
    }

    /// Takes a class of the school out.
    pub(super) fn remove(&mut self, places: std::ops::Range<usize>, connections: u32) {
        let less = u64::from(connections);
        self.cells[places].iter_mut().for_each(|cell| cell.own = cell.own.saturating_sub(less));
    }
}
