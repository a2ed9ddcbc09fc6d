//! The prices of one family of rows (a pool, a person, a group), and Adam's memory of them.

/// Decay of the mean of the slopes, and of their squares.
const DECAY: (f32, f32) = (0.9, 0.99);
/// Length of the first and of the last step, in units of the family's scale.
const LENGTHS: (f64, f64) = (1.0, 0.005);

/// One step of Adam: its length, and the corrections for the short history.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    length: f32,
    mean: f32,
    square: f32,
}

impl Step {
    /// Step number `pass`, `progress` (from 0 to 1) of the way.
    pub fn new(pass: u32, progress: f64) -> Self {
        let power = f64::from(pass) + 1.0;
        Self {
            length: (LENGTHS.0 * (LENGTHS.1 / LENGTHS.0).powf(progress.clamp(0.0, 1.0))) as f32,
            mean: 1.0 / (1.0 - f64::from(DECAY.0).powf(power)) as f32,
            square: 1.0 / (1.0 - f64::from(DECAY.1).powf(power)) as f32,
        }
    }
}

/// Prices by slot.
pub(super) struct Rows {
    prices: Vec<f32>,
    /// Sums of the prices before each slot.
    sums: Vec<f32>,
    means: Vec<f32>,
    squares: Vec<f32>,
    best: Vec<f32>,
}

impl Rows {
    pub fn new(slots: usize) -> Self {
        let zeros = || vec![0.0; slots];
        Self { prices: zeros(), sums: vec![0.0; slots + 1], means: zeros(), squares: zeros(), best: zeros() }
    }

    /// Sums of the prices before each slot.
    pub fn sums(&self) -> &[f32] {
        &self.sums
    }

    /// Σ price × limit.
    pub fn worth(&self, limits: &[u32]) -> f64 {
        self.prices.iter().zip(limits).map(|(price, limit)| f64::from(*price) * f64::from(*limit)).sum()
    }

    /// Σ price, for limits of 1.
    pub fn worth_of_ones(&self) -> f64 {
        self.prices.iter().map(|price| f64::from(*price)).sum()
    }

    /// The best prices, by slot.
    pub fn best_prices(&self) -> &[f32] {
        &self.best
    }

    /// The slots that have a price in the best iterate, and it.
    pub fn best(&self) -> impl Iterator<Item = (u32, f64)> + '_ {
        let priced = self.best.iter().zip(0..).filter(|(price, _)| **price > 1e-6);
        // Six digits are plenty, and short to write: any prices are a proof.
        priced.map(|(price, slot)| (slot, (f64::from(*price) * 1e6).round() / 1e6))
    }

    /// Raises the prices of overdrawn rows, lowers those of idle ones; `keep` the present prices as the best first.
    pub fn step(&mut self, used: &[f32], limits: &[u32], scale: f32, step: Step, keep: bool) {
        if keep {
            self.best.copy_from_slice(&self.prices);
        }
        let length = step.length * scale;
        let rows = self.prices.iter_mut().zip(&mut self.means).zip(&mut self.squares);
        for (((price, mean), square), (used, limit)) in rows.zip(used.iter().zip(limits)) {
            let slope = used - *limit as f32;
            if *price == 0.0 && slope <= 0.0 {
                continue; // nobody pays, nobody wants more: most rows
            }
            *mean = DECAY.0 * *mean + (1.0 - DECAY.0) * slope;
            *square = DECAY.1 * *square + (1.0 - DECAY.1) * slope * slope;
            let direction = *mean * step.mean / ((*square * step.square).sqrt() + 1e-6);
            *price = (*price + length * direction).max(0.0);
        }
        self.sum();
    }

    /// Goes back to the best prices.
    pub fn restore_best(&mut self) {
        self.prices.copy_from_slice(&self.best);
        self.sum();
    }

    fn sum(&mut self) {
        let mut sum = 0.0;
        for (sums, price) in self.sums[1..].iter_mut().zip(&self.prices) {
            sum += price;
            *sums = sum;
        }
    }
}
