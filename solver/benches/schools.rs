//! Prints, for every real school, our objective after some seconds against the peer's after 60:
//! `cargo bench -p creneau-solver --bench schools -- [SECONDS] [THREADS] [FOLDER]`. The folder holds the
//! rounds. A report, not a timed test: nothing fails.

use std::error::Error;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Instant;

use creneau_solver::{Budget, Method, Options, ReadLimits, check, read_round, solve};

struct Clock(Instant, f64);

impl Budget for Clock {
    fn spent(&self) -> f64 {
        self.0.elapsed().as_secs_f64() / self.1
    }

    fn seconds_left(&self) -> Option<f64> {
        Some((self.1 - self.0.elapsed().as_secs_f64()).max(0.0))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let seconds: f64 = arguments.next().map_or(Ok(5.0), |text| text.parse())?;
    let threads: usize = arguments.next().map_or(Ok(2), |text| text.parse())?;
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/rounds/schools");
    let folder = arguments.next().map_or(default, PathBuf::from);
    // CP-SAT, 60 s, 2 workers, on a 2-core machine.
    let peer = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/cpsat60.tsv"))?;
    let mut files: Vec<PathBuf> =
        fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_, std::io::Error>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "gz"));
    files.sort();
    println!("school objective unplaced first_choice bound seconds peer ratio");
    let (mut logarithms, mut compared) = (0.0_f64, 0_u32);
    for path in files {
        let round = read_round(File::open(&path)?, &ReadLimits::default())?;
        let clock = Clock(Instant::now(), seconds);
        let options =
            Options { seed: 1, threads, iterations: None, budget: &clock, warm_start: None, method: Method::Auto };
        let solution = solve(&round, &options, &mut |_| {})?;
        let took = clock.0.elapsed().as_secs_f64();
        let report = check(&round, &solution.plan);
        assert!(report.is_feasible(), "{}: {:?}", round.name, report.violations);
        let of_peer = peer.lines().map(|line| line.split('\t').collect::<Vec<_>>());
        let file = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let of_peer = of_peer.into_iter().find(|fields| file.strip_suffix(".json.gz") == fields.first().copied());
        let of_peer: Option<f64> = of_peer.and_then(|fields| fields.get(1)?.parse().ok());
        let ratio = of_peer.map(|peer| report.objective as f64 / peer);
        if let Some(ratio) = ratio {
            logarithms += ratio.ln();
            compared += 1;
        }
        println!(
            "{file} {} {} {:.3} {:.1} {took:.2} {} {}",
            report.objective,
            report.unplaced,
            report.first_choice,
            report.bound.unwrap_or(f64::NAN),
            of_peer.map_or("-".into(), |peer| peer.to_string()),
            ratio.map_or("-".into(), |ratio| format!("{ratio:.3}")),
        );
    }
    if compared > 0 {
        println!("geometric mean of the ratios: {:.3}", (logarithms / f64::from(compared)).exp());
    }
    Ok(())
}
