//! What the morning ran on: one federation, and the hosts of three platforms; and the planning problem that it poses.

use super::{
    academie::{Kind, Lesson, School},
    crowd::LEAD,
    queue::Limits,
};
use creneau_solver::{Horizon, Name, Pool, PoolKind, Request, Round, StartRange, round::VERSION};
use serde::Serialize;
use std::collections::HashMap;

/// Minutes of a cell.
const STEP: u32 = 5;
/// When classes may be: the morning and the afternoon, in minutes of the day.
const OPEN: [(u32, u32); 2] = [(480, 735), (795, 1080)];
/// How far from its usual hour a class may be whose teacher is not free for the day, in minutes.
const TOLERANCE: u32 = 60;

/// A platform. The census knows which écoles and which collèges and lycées there are, not who taught on Leia: the lycées
/// stand for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Platform {
    /// That of the collèges.
    #[serde(rename = "e-lyco")]
    ELyco,
    /// That of the écoles.
    #[serde(rename = "e-primo")]
    EPrimo,
    /// That of the lycées.
    #[serde(rename = "Leia")]
    Leia,
}

impl Platform {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::ELyco, Self::EPrimo, Self::Leia];

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ELyco => "e-lyco",
            Self::EPrimo => "e-primo",
            Self::Leia => "Leia",
        }
    }
}

/// A machine with so many seats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Host {
    /// The platforms on it.
    pub platforms: Vec<Platform>,
    /// Connections at a time.
    pub seats: u32,
}

impl Host {
    /// What people call it.
    pub fn name(&self) -> String {
        self.platforms.iter().map(|platform| platform.name()).collect::<Vec<_>>().join(" + ")
    }
}

/// What the morning ran on.
#[derive(Clone, Debug, Serialize)]
pub struct Scene {
    /// Where everybody logs in.
    pub federation: Limits,
    /// Where they go on to.
    pub hosts: Vec<Host>,
    /// Seconds after which somebody who is not in gives up.
    pub patience: u32,
    /// The kind of each school.
    #[serde(skip)]
    pub kinds: Vec<Kind>,
}

impl Scene {
    /// Of these schools, with hosts without an end.
    pub fn new(schools: &[School], hosts: &[&[Platform]], federation: Limits, patience: u32) -> Self {
        let host = |platforms: &&[Platform]| Host { platforms: platforms.to_vec(), seats: u32::MAX };
        let kinds = schools.iter().map(|school| school.kind).collect();
        Self { federation, hosts: hosts.iter().map(host).collect(), patience, kinds }
    }

    /// Where a lesson takes place.
    pub fn platform_of(&self, lesson: &Lesson) -> Platform {
        match self.kinds[lesson.school] {
            Kind::Ecole => Platform::EPrimo,
            Kind::College => Platform::ELyco,
            Kind::Lycee => Platform::Leia,
        }
    }

    /// The planning problem: every class within the day, with the ten minutes before it in which its people log in.
    ///
    /// A class takes its connections from when its people begin to log in, so that nobody who comes early lacks a seat, and
    /// so that teacher and class have these minutes to themselves. Whoever logs in does so in the ten minutes after the
    /// planned start; the federation's limit for any ten minutes is then one for any minute, too.
    pub fn round(&self, name: &str, lessons: &[Lesson], schools: &[School]) -> Round {
        let a_window = self.federation.a_minute.unwrap_or(u32::MAX).saturating_mul(LEAD / 60);
        let window = Some(LEAD / 60 / STEP);
        let logins = Pool { id: "login".into(), kind: PoolKind::Arrivals, window, limit: a_window, except: Vec::new() };
        let host = |host: &Host| Pool {
            id: host.name().as_str().into(),
            kind: PoolKind::Concurrent,
            window: None,
            limit: host.seats,
            except: Vec::new(),
        };
        let pools: Vec<Pool> = std::iter::once(logins).chain(self.hosts.iter().map(host)).collect();
        let mut names: HashMap<String, Name> = HashMap::new();
        let mut name_of = |text: String| names.entry(text).or_insert_with_key(|text| text.as_str().into()).clone();
        let requests = lessons.iter().enumerate().map(|(number, lesson)| {
            let platform = self.platform_of(lesson);
            let host = self.hosts.iter().find(|host| host.platforms.contains(&platform));
            let school = &schools[lesson.school].name;
            let people = [format!("{school}/teacher/{}", lesson.teacher), format!("{school}/group/{}", lesson.group)];
            Request {
                id: number.to_string().as_str().into(),
                pools: std::iter::once("login".into()).chain(host.map(|host| name_of(host.name()))).collect(),
                exclusive: people.map(&mut name_of).into(),
                connections: lesson.connections,
                duration: (lesson.minutes + LEAD / 60).div_ceil(STEP),
                options: options(lesson).into(),
                unplaced: 1000,
                ..Request::default()
            }
        });
        Round {
            version: VERSION,
            name: name.to_owned(),
            horizon: Horizon { start: "2020-03-16T00:00:00Z".to_owned(), step_minutes: STEP, cells: 24 * 60 / STEP },
            days: Vec::new(),
            exclusives: Vec::new(),
            requests: requests.collect(),
            pools,
        }
    }
}

/// The starts that a teacher allows: the usual hour and what is near it, or all of the day. Each five minutes cost 1.
fn options(lesson: &Lesson) -> Vec<StartRange> {
    let before = LEAD / 60;
    let range = |(from, to): (u32, u32)| {
        let (mut first, mut last) = (from, to.checked_sub(lesson.minutes)?);
        if !lesson.flexible {
            (first, last) = (first.max(lesson.begins - TOLERANCE), last.min(lesson.begins + TOLERANCE));
        }
        let cell = |minute: u32| (minute - before) / STEP;
        let ideal = cell(lesson.begins);
        (first <= last).then(|| StartRange { first: cell(first), last: cell(last), ideal, base: 0, per_cell: 1 })
    };
    OPEN.into_iter().filter_map(range).collect()
}

/// When a class begins that is planned at this cell, in minutes of the day.
pub fn begins(cell: u32) -> u32 {
    cell * STEP + LEAD / 60
}
