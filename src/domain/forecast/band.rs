//! From errors that were made to a value that so many of a hundred observations stay below.
//!
//! Small loads err by other shares of themselves than great ones. So errors are kept apart by how great the forecast was,
//! and each part gives the quantile of its own: what is promised holds at the peak as well as at night.

/// Where one part ends and the next begins, as shares of the greatest load.
const PARTS: [f64; 3] = [0.05, 0.25, 0.6];
/// A part with fewer errors goes by all of them.
const ENOUGH: usize = 40;
/// A forecast is never taken for smaller than this share of the greatest load when an error is measured by it.
const FLOOR: f64 = 0.02;

/// An error, as a share of what was expected, and the part it belongs to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Residual {
    part: usize,
    share: f64,
}

impl Residual {
    /// That of an observation, where the greatest load is `most`.
    pub fn of(expected: f64, observed: f64, most: f64) -> Self {
        Self { part: part(expected, most), share: (observed - expected) / measure(expected, most) }
    }
}

/// How far above the forecast an observation may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    shares: [f64; PARTS.len() + 1],
}

impl Band {
    /// The band that so many in a thousand of these errors are within. Without any it is half as much again.
    pub fn of(residuals: &[Residual], in_thousand: u32) -> Self {
        let all = quantile(residuals.iter().map(|one| one.share).collect(), in_thousand).unwrap_or(0.5);
        let mut shares = [all; PARTS.len() + 1];
        for (part, share) in shares.iter_mut().enumerate() {
            let own: Vec<f64> = residuals.iter().filter(|one| one.part == part).map(|one| one.share).collect();
            if own.len() >= ENOUGH {
                *share = quantile(own, in_thousand).unwrap_or(all);
            }
        }
        Self { shares }
    }

    /// The value that an observation is hardly above.
    pub fn upper(&self, expected: f64, most: f64) -> f64 {
        let share = self.shares.get(part(expected, most)).copied().unwrap_or(0.5).max(0.0);
        expected + share * measure(expected, most)
    }
}

/// Whether a load is among the greater ones.
pub fn is_busy(expected: f64, most: f64) -> bool {
    part(expected, most) > 1
}

fn part(expected: f64, most: f64) -> usize {
    PARTS.iter().filter(|bound| expected >= **bound * most).count()
}

fn measure(expected: f64, most: f64) -> f64 {
    expected.max(FLOOR * most).max(1.0)
}

/// The least of these values that so many in a thousand are not above; a little further where there are few.
fn quantile(mut values: Vec<f64>, in_thousand: u32) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let wanted = ((values.len() + 1) * in_thousand as usize).div_ceil(1000);
    values.get(wanted.min(values.len()).checked_sub(1)?).copied()
}
