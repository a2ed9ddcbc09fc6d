//! Solves a round and writes the plan: `cargo run -p creneau-solver --example solve -- ROUND[.gz] PLAN SECONDS [THREADS]`.

use std::error::Error;
use std::fs::File;
use std::time::{Duration, Instant};

use creneau_solver::{Budget, Method, Options, ReadLimits, check, read_round, solve};

/// The crate has no clock of its own; this is ours.
struct Clock {
    began: Instant,
    limit: Duration,
}

impl Budget for Clock {
    fn spent(&self) -> f64 {
        self.began.elapsed().as_secs_f64() / self.limit.as_secs_f64()
    }

    fn seconds_left(&self) -> Option<f64> {
        Some(self.limit.saturating_sub(self.began.elapsed()).as_secs_f64())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(path), Some(out), Some(seconds)) = (arguments.next(), arguments.next(), arguments.next()) else {
        return Err("usage: solve ROUND[.gz] PLAN SECONDS [THREADS]".into());
    };
    let threads = arguments.next().map_or(Ok(2), |text| text.parse())?;
    let clock = Clock { began: Instant::now(), limit: Duration::from_secs_f64(seconds.parse()?) };
    let round = read_round(File::open(path)?, &ReadLimits::default())?;
    let read = clock.began.elapsed().as_secs_f64();
    let options =
        Options { seed: 1, threads, iterations: None, budget: &clock, warm_start: None, method: Method::Auto };
    let solution = solve(&round, &options, &mut |progress| {
        if std::env::var_os("VERBOSE").is_some() {
            eprintln!("{:.2} s {progress:?}", clock.began.elapsed().as_secs_f64());
        }
    })?;
    let seconds = clock.began.elapsed().as_secs_f64();
    serde_json::to_writer(std::io::BufWriter::new(File::create(out)?), &solution.plan)?;
    let report = check(&round, &solution.plan);
    println!(
        "{} {:?} feasible={} objective={} unplaced={} first_choice={:.4} bound={:.1?} proven={:.1?} iterations={} read={read:.2} seconds={seconds:.2}",
        round.name,
        solution.status,
        report.is_feasible(),
        report.objective,
        report.unplaced,
        report.first_choice,
        report.bound,
        solution.proven,
        solution.iterations,
    );
    for violation in report.violations.iter().take(20) {
        println!("{}: {}", violation.code, violation.message);
    }
    Ok(())
}
