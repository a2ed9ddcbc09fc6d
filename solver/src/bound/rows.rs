//! The prices of one family of rows (a pool, a person, a group), and Adam's memory of them.

use crate::problem::WORD;

/// Decay of the mean of the slopes, and of their squares.
const DECAY: (f32, f32) = (0.9, 0.99);
/// Length of the first and of the last step of a block's own rows, in units of the family's scale.
pub(super) const LENGTHS: (f64, f64) = (4.0, 0.01);
/// Of rows that blocks share: what thousands use together is told more surely.
pub(super) const SHARED_LENGTHS: (f64, f64) = (7.0, 0.07);

/// One step of Adam: when it is, its length, and the corrections for the short history.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    /// How far the search for prices has come, from 0 to 1.
    pub progress: f64,
    length: f32,
    mean: f32,
    square: f32,
}

impl Step {
    /// Step number `pass`, `progress` (from 0 to 1) of the way from the first of `lengths` to the last.
    pub fn new(pass: u32, progress: f64, (first, last): (f64, f64)) -> Self {
        let power = f64::from(pass) + 1.0;
        Self {
            progress,
            length: (first * (last / first).powf(progress.clamp(0.0, 1.0))) as f32,
            mean: 1.0 / (1.0 - f64::from(DECAY.0).powf(power)) as f32,
            square: 1.0 / (1.0 - f64::from(DECAY.1).powf(power)) as f32,
        }
    }
}

/// Prices by slot. Words in which nobody ever wanted too much have none.
pub(super) struct Rows {
    prices: Vec<f32>,
    means: Vec<f32>,
    squares: Vec<f32>,
    best: Vec<f32>,
    is_active: Vec<bool>,
}

impl Rows {
    pub fn new(slots: usize) -> Self {
        let zeros = || vec![0.0; slots];
        let is_active = vec![false; slots / WORD as usize];
        Self { prices: zeros(), means: zeros(), squares: zeros(), best: zeros(), is_active }
    }

    /// The prices, by slot.
    pub fn prices(&self) -> &[f32] {
        &self.prices
    }

    /// Σ price × limit.
    pub fn worth(&self, limits: impl Fn(usize) -> f32) -> f64 {
        let words = self.is_active.iter().zip(0..).filter(|(is_active, _)| **is_active);
        let slots = words.flat_map(|(_, word)| word * WORD as usize..(word + 1) * WORD as usize);
        slots.map(|slot| f64::from(self.prices[slot]) * f64::from(limits(slot))).sum()
    }

    /// The best prices, by slot.
    pub fn best_prices(&self) -> &[f32] {
        &self.best
    }

    /// Takes other prices for the best.
    pub fn set_best(&mut self, slot: usize, price: f32) {
        self.is_active[slot / WORD as usize] = true;
        self.best[slot] = price;
    }

    /// Raises the prices of overdrawn rows, lowers those of idle ones; `keep` the present prices as the best first.
    pub fn step(&mut self, used: &[f32], limits: impl Fn(usize) -> f32, scale: f32, step: Step, keep: bool) {
        let length = step.length * scale;
        for word in 0..self.is_active.len() {
            let slots = word * WORD as usize..(word + 1) * WORD as usize;
            if !self.is_active[word] {
                self.is_active[word] = slots.clone().any(|slot| used[slot] > limits(slot));
                if !self.is_active[word] {
                    continue;
                }
            }
            if keep {
                self.best[slots.clone()].copy_from_slice(&self.prices[slots.clone()]);
            }
            for slot in slots {
                let (price, mean, square) = (&mut self.prices[slot], &mut self.means[slot], &mut self.squares[slot]);
                let slope = used[slot] - limits(slot);
                if *price == 0.0 && slope <= 0.0 {
                    continue; // nobody pays, nobody wants more: most rows
                }
                *mean = DECAY.0 * *mean + (1.0 - DECAY.0) * slope;
                *square = DECAY.1 * *square + (1.0 - DECAY.1) * slope * slope;
                let direction = *mean * step.mean / ((*square * step.square).sqrt() + 1e-6);
                *price = (*price + length * direction).max(0.0);
            }
        }
    }

    /// Goes back to the best prices, and forgets Adam's history.
    pub fn restore_best(&mut self) {
        self.prices.copy_from_slice(&self.best);
        self.means.fill(0.0);
        self.squares.fill(0.0);
    }
}
