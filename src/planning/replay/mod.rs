//! The morning of 16 March 2020, as a simulation: as it was, and as it would have been with a plan.
//!
//! - [`academie`]: the schools, and their lessons at the usual hours
//! - [`scene`]: the federation and the hosts of the platforms; their planning problem
//! - [`crowd`]: the day's people on their way in; [`queue`], the metro car, is all that stops them
//! - [`report`]: what it gave, as a page and as a picture
//!
//! What was observed: 20,000 new connections between 8:50 and 9:00, four times the usual load; and the picture of a metro car
//! with 500 seats, 1,000 people before it and usually 100 in it. The rest is assumed, and [`Assumptions`] says all of it.

pub mod academie;
pub mod crowd;
pub mod queue;
pub mod report;
pub mod scene;
mod words;

use academie::{Lesson, School, lessons};
use creneau_solver::{Finding, Findings, Options, Progress, Round, check, solve};
use crowd::{Measures, Outcome, Person, Spread, day, people};
use queue::Limits;
use scene::{Platform, Scene, begins};
use serde::Serialize;

/// What the simulation takes for true. The first two were observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Assumptions {
    /// New connections between 8:50 and 9:00.
    pub observed_logins: u32,
    /// What they were a multiple of.
    pub times_the_usual: u32,
    /// Percent of those who wanted to be connected at a time for whom a host has a seat: 500 seats for 1,000 people.
    pub seats_percent: u32,
    /// Logins that the federation does in a minute: a fifth more than the usual load.
    pub federation_a_minute: u32,
    /// Logins that may wait there: those of ten minutes; whoever comes then gets an error.
    pub federation_line: u32,
    /// Seconds after which somebody who is not in gives up. Nobody tries again.
    pub patience_seconds: u32,
    /// How people spread over the ten minutes before their class.
    pub spread: Spread,
}

/// New connections between 8:50 and 9:00, as they were observed.
pub const OBSERVED: u32 = 20_000;

impl Assumptions {
    /// Where so many logged in between 8:50 and 9:00; the federation is as large in proportion as that of Nantes.
    pub fn of(observed_logins: u32) -> Self {
        let times_the_usual = 4;
        let usual_a_minute = observed_logins / times_the_usual / (crowd::LEAD / 60);
        let federation_a_minute = (usual_a_minute + usual_a_minute / 5).max(1);
        Self {
            observed_logins,
            times_the_usual,
            seats_percent: 50,
            federation_a_minute,
            federation_line: federation_a_minute.saturating_mul(crowd::LEAD / 60),
            patience_seconds: 900,
            spread: Spread::Even,
        }
    }

    /// Logins in a minute of a usual morning.
    fn usual_a_minute(&self) -> u32 {
        self.observed_logins / self.times_the_usual.max(1) / (crowd::LEAD / 60)
    }
}

/// The morning twice, in each arrangement of hosts.
#[derive(Clone, Debug, Serialize)]
pub struct Replay {
    /// The day.
    pub date: &'static str,
    /// The seed of all randomness.
    pub seed: u64,
    /// Schools that take part.
    pub schools: usize,
    /// Their pupils.
    pub pupils: u64,
    /// Classes of the day.
    pub classes: usize,
    /// Logins of the day.
    pub logins: usize,
    /// What was taken for true.
    pub assumptions: Assumptions,
    /// The arrangements, each before and after.
    pub scenarios: Vec<Scenario>,
    /// The first of them under other assumptions, with the plan that was made for the usual ones.
    pub otherwise: Vec<Otherwise>,
}

/// An arrangement of hosts.
#[derive(Clone, Debug, Serialize)]
pub struct Scenario {
    /// A stable name: `shared` or `separated`.
    pub name: &'static str,
    /// What it runs on.
    pub scene: Scene,
    /// Every class at its usual hour.
    pub before: Outcome,
    /// Every class where the plan has it.
    pub after: Outcome,
    /// What the plan is like.
    pub plan: Planned,
}

/// What a plan is like for those who teach.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Planned {
    /// Classes at their usual hour.
    pub at_usual_hour: usize,
    /// At most a quarter of an hour from it.
    pub quarter_hour: usize,
    /// At most an hour from it.
    pub hour: usize,
    /// Further away, on the same day.
    pub same_day: usize,
    /// Without a class.
    pub unplaced: usize,
    /// The sum of the costs: 1 for each five minutes, 1,000 without a class.
    pub objective: u64,
    /// No plan costs less.
    pub bound: Option<f64>,
}

/// The same morning and the same plan under another assumption.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Otherwise {
    /// What is assumed.
    pub assumption: Variant,
    /// Every class at its usual hour.
    pub before: Measures,
    /// Every class where the plan has it.
    pub after: Measures,
}

/// Assumptions that are varied, one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Variant {
    /// The federation does no more than the usual load.
    SlowFederation,
    /// It does twice as much as assumed.
    FastFederation,
    /// Any number may wait.
    EndlessLine,
    /// People give up after five minutes.
    LittlePatience,
    /// Three quarters come in the last five minutes.
    LateLogins,
}

/// Plays the morning of these schools. The solver is asked once for each arrangement; `options` without a time limit make
/// it the same each time.
///
/// # Errors
/// The solver's findings; a plan that breaks a rule is one, and too few people for so many logins.
pub fn replay(
    schools: &[School],
    assumptions: Assumptions,
    seed: u64,
    options: &Options<'_>,
    observe: &mut dyn FnMut(&'static str, &Progress<'_>),
) -> Result<Replay, Findings> {
    let lessons = lessons(schools, assumptions.observed_logins, seed).ok_or_else(|| {
        let message = format!("not {} people have a lesson at nine", assumptions.observed_logins);
        Finding::error("too-few-people", "census", message, "take more schools, or fewer logins")
    })?;
    let people = people(&lessons, seed);
    let usual: Vec<Option<u32>> = lessons.iter().map(|lesson| Some(lesson.begins)).collect();
    let day = Day { people: &people, lessons: &lessons, schools, usual: &usual };
    let arrangements: [(&str, &[&[Platform]]); 2] = [
        ("shared", &[&[Platform::Leia, Platform::ELyco], &[Platform::EPrimo]]),
        ("separated", &[&[Platform::Leia], &[Platform::ELyco], &[Platform::EPrimo]]),
    ];
    let (mut scenarios, mut otherwise) = (Vec::new(), Vec::new());
    for (name, hosts) in arrangements {
        let scene = day.scene(hosts, &assumptions);
        let (planned, plan) = day.plan(name, &scene, options, &mut |progress| observe(name, progress))?;
        if otherwise.is_empty() {
            otherwise = day.otherwise(&scene, &planned, &assumptions);
        }
        let before = day.simulated(&usual, &scene, assumptions.spread);
        let after = day.simulated(&planned, &scene, assumptions.spread);
        scenarios.push(Scenario { name, before, after, plan, scene });
    }
    Ok(Replay {
        date: "2020-03-16",
        seed,
        schools: schools.len(),
        pupils: schools.iter().map(|school| u64::from(school.pupils)).sum(),
        classes: lessons.len(),
        logins: people.len(),
        assumptions,
        scenarios,
        otherwise,
    })
}

/// Who wants what on the day.
struct Day<'a> {
    people: &'a [Person],
    lessons: &'a [Lesson],
    schools: &'a [School],
    usual: &'a [Option<u32>],
}

impl Day<'_> {
    /// The hosts, with seats for so many of those who want one at a time.
    fn scene(&self, hosts: &[&[Platform]], assumptions: &Assumptions) -> Scene {
        let endless = Scene::new(self.schools, hosts, Limits::default(), assumptions.patience_seconds);
        let wanted = self.simulated(self.usual, &endless, assumptions.spread).minutes.wanted;
        let federation = Limits {
            a_minute: Some(assumptions.federation_a_minute),
            line: Some(assumptions.federation_line),
            seats: None,
        };
        let mut scene = Scene { federation, ..endless };
        for (host, wanted) in scene.hosts.iter_mut().zip(wanted) {
            let peak = u64::try_from(wanted.into_iter().max().unwrap_or(0)).unwrap_or(0);
            let seats = (peak * u64::from(assumptions.seats_percent)).div_ceil(100);
            host.seats = u32::try_from(seats).unwrap_or(u32::MAX);
        }
        scene
    }

    fn simulated(&self, starts: &[Option<u32>], scene: &Scene, spread: Spread) -> Outcome {
        day(self.people, self.lessons, starts, scene, spread)
    }

    /// Where a plan has the classes, in minutes of the day, and what it is like.
    fn plan(
        &self,
        name: &str,
        scene: &Scene,
        options: &Options<'_>,
        observe: &mut dyn FnMut(&Progress<'_>),
    ) -> Result<(Vec<Option<u32>>, Planned), Findings> {
        let round: Round = scene.round(name, self.lessons, self.schools);
        let solution = solve(&round, options, observe)?;
        let report = check(&round, &solution.plan);
        if let Some(broken) = report.violations.first() {
            let action = "please report this defect";
            let message = format!("the plan found breaks a rule: {}", broken.message);
            return Err(Finding::error("plan-refused", name, message, action).into());
        }
        let starts = super::load::planned(&round, &solution.plan);
        let starts: Vec<Option<u32>> = starts.into_iter().map(|start| start.map(begins)).collect();
        let planned = Planned {
            objective: report.objective,
            bound: solution.proven.or(solution.plan.bound),
            ..self.judged(&starts)
        };
        Ok((starts, planned))
    }

    fn judged(&self, starts: &[Option<u32>]) -> Planned {
        let mut planned = Planned::default();
        for (lesson, start) in self.lessons.iter().zip(starts) {
            match start.map(|start| start.abs_diff(lesson.begins)) {
                Some(0) => planned.at_usual_hour += 1,
                Some(1..=15) => planned.quarter_hour += 1,
                Some(16..=60) => planned.hour += 1,
                Some(_) => planned.same_day += 1,
                None => planned.unplaced += 1,
            }
        }
        planned
    }

    fn otherwise(&self, scene: &Scene, planned: &[Option<u32>], assumptions: &Assumptions) -> Vec<Otherwise> {
        let with = |federation: Limits| Scene { federation, ..scene.clone() };
        let a_minute = |rate: u32| with(Limits { a_minute: Some(rate), line: Some(rate * 10), seats: None });
        let variants = [
            (Variant::SlowFederation, a_minute(assumptions.usual_a_minute()), Spread::Even),
            (Variant::FastFederation, a_minute(assumptions.federation_a_minute * 2), Spread::Even),
            (Variant::EndlessLine, with(Limits { line: None, ..scene.federation }), Spread::Even),
            (Variant::LittlePatience, Scene { patience: 300, ..scene.clone() }, Spread::Even),
            (Variant::LateLogins, scene.clone(), Spread::Late),
        ];
        let play = |(assumption, scene, spread): (Variant, Scene, Spread)| Otherwise {
            assumption,
            before: self.simulated(self.usual, &scene, spread).all,
            after: self.simulated(planned, &scene, spread).all,
        };
        variants.into_iter().map(play).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use creneau_solver::{Method, Unlimited};

    fn schools() -> Vec<School> {
        academie::invented(3).into_iter().step_by(60).collect()
    }

    fn played() -> Replay {
        let options = Options {
            seed: 1,
            threads: 1,
            iterations: Some(300_000),
            budget: &Unlimited,
            warm_start: None,
            method: Method::Search,
        };
        replay(&schools(), Assumptions::of(400), 1, &options, &mut |_, _| {}).unwrap()
    }

    #[test]
    fn a_plan_takes_away_the_wait_and_the_refusals() {
        let played = played();
        for Scenario { name, scene, before, after, plan } in &played.scenarios {
            assert_eq!(before.all.people, played.logins);
            assert!(before.all.refused > 0 && before.all.longest_wait_seconds > 300, "{name}: {:?}", before.all);
            assert_eq!((after.all.refused, plan.unplaced), (0, 0), "{name}: {:?}", after.all);
            // Chance counts for more where few log in.
            assert!(after.all.longest_wait_seconds * 3 < before.all.longest_wait_seconds, "{name}: {:?}", after.all);
            for (host, wanted) in scene.hosts.iter().zip(&after.minutes.wanted) {
                assert!(wanted.iter().all(|wanted| *wanted <= host.seats as usize), "{name}: nobody lacks a seat");
            }
            let at_nine: usize = before.minutes.logins[110..120].iter().sum();
            assert_eq!(at_nine, 400, "as observed");
        }
        let sums = |outcome: &Outcome| outcome.platforms.iter().map(|one| one.people).sum::<usize>();
        assert!(played.scenarios.iter().all(|one| sums(&one.before) == one.before.all.people));
        assert_eq!(played.otherwise.len(), 5);
    }

    #[test]
    fn the_same_arguments_give_the_same_report() {
        let page = || report::page(&played(), crate::planning::chart::Lang::Fr, "creneau replay").unwrap();
        let made = page();
        assert_eq!(made, page());
        assert!(made.contains("lang=\"fr\"") && made.contains("400 nouvelles connexions"));
    }

    #[test]
    fn more_logins_than_people_are_refused() {
        let options = Options {
            seed: 1,
            threads: 1,
            iterations: Some(1),
            budget: &Unlimited,
            warm_start: None,
            method: Method::Search,
        };
        let refused = replay(&schools(), Assumptions::of(1_000_000), 1, &options, &mut |_, _| {}).unwrap_err();
        assert_eq!(refused.0[0].code, "too-few-people");
    }
}
