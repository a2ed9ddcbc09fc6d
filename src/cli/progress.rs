//! What a planner sees while the solver works: one moving line on a terminal, else a plain line now and then.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use creneau_solver::{Phase, Progress};
use indicatif::{ProgressBar, ProgressStyle};

use super::Console;
use crate::planning::summary::gap;

/// Between two plain lines: enough to see in a log that work goes on.
const PLAIN_EVERY: Duration = Duration::from_secs(10);

/// Shows progress on stderr.
pub struct Display<'a> {
    console: &'a Console,
    bar: Option<ProgressBar>,
    begin: Instant,
    last: Instant,
}

impl<'a> Display<'a> {
    /// Begins; on a terminal, a line with the time appears at once.
    pub fn new(console: &'a Console) -> Self {
        let bar = console.is_watched().then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed:>4}  {msg}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(120));
            bar.set_message("reading · Ctrl-C keeps the best plan so far");
            bar
        });
        Self { console, bar, begin: Instant::now(), last: Instant::now() }
    }

    /// Shows where the solver stands.
    pub fn show(&mut self, progress: &Progress<'_>) {
        match &self.bar {
            Some(bar) => bar.set_message(Cow::from(line(progress))),
            None if self.last.elapsed() >= PLAIN_EVERY => {
                self.last = Instant::now();
                let seconds = self.begin.elapsed().as_secs();
                self.console.tell(&format!("{seconds} s  {}\n", line(progress)));
            }
            None => {}
        }
    }
}

impl Drop for Display<'_> {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn line(progress: &Progress<'_>) -> String {
    let doing = match progress.phase {
        Phase::Reading => "reading",
        Phase::Bound => "computing a bound",
        Phase::Construct => "building a first plan",
        Phase::Search => "improving the plan",
        Phase::Exact => "proving the plan",
        Phase::Done => "done",
    };
    let mut parts = vec![doing.to_owned()];
    if let Some(objective) = progress.objective {
        parts.push(format!("cost {objective}"));
    }
    if let Some(bound) = progress.bound {
        parts.push(format!("at least {bound:.1}"));
        if let Some(objective) = progress.objective {
            parts.push(format!("gap {:.2} %", gap(objective, bound) * 100.0));
        }
    }
    if let Some(unplaced) = progress.unplaced {
        parts.push(format!("{unplaced} without a class"));
    }
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use creneau_solver::Incumbent;

    #[test]
    fn a_line_tells_what_is_known_so_far() {
        let mut progress = Progress {
            phase: Phase::Construct,
            objective: None,
            bound: None,
            unplaced: None,
            iterations: 0,
            incumbent: Incumbent::default(),
        };
        assert_eq!(line(&progress), "building a first plan");
        progress =
            Progress { phase: Phase::Search, objective: Some(200), bound: Some(150.0), unplaced: Some(2), ..progress };
        assert_eq!(line(&progress), "improving the plan · cost 200 · at least 150.0 · gap 25.00 % · 2 without a class");
    }
}
