//! The académie on its first day: schools from the census, or invented ones like them, and their lessons at the usual hours.
//!
//! Each school gets a week's timetable without clashes in which nine and ten o'clock are the most popular, by the rules of
//! `api-spec/generate.py`; only Monday's lessons are kept. Of the pupils a share connects, the same in every class, such that
//! exactly as many as were observed do so for nine o'clock.

use creneau_solver::{Finding, Findings};
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde::{Deserialize, Serialize};
use std::{collections::HashSet, io::Read};

/// Hours at which lessons begin, in minutes of the day, and how many teachers want them.
const HOURS: [(u32, f64); 8] =
    [(480, 0.6), (540, 1.0), (600, 1.0), (660, 0.8), (810, 0.8), (870, 0.9), (930, 0.7), (990, 0.3)];
/// Lengths of lessons in minutes: of écoles, and of the others.
const SHORT: [u32; 3] = [30, 30, 45];
const LONG: [u32; 7] = [30, 45, 45, 55, 55, 55, 60];
/// Nine o'clock.
const NINE: u32 = 540;
/// Kinds of schools in the census: how many there are, pupils a class, and how many classes they have, at the 2nd, 10th, 25th,
/// 50th, 75th, 90th and 98th percentile.
const KINDS: [(Kind, u32, u32, [u32; 7]); 3] = [
    (Kind::Ecole, 1164, 22, [1, 2, 3, 4, 6, 9, 13]),
    (Kind::College, 415, 26, [3, 8, 11, 16, 22, 27, 37]),
    (Kind::Lycee, 136, 31, [3, 8, 13, 19, 28, 36, 43]),
];

/// What a school is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Of pupils up to eleven.
    Ecole,
    /// Up to fifteen.
    College,
    /// Up to eighteen.
    Lycee,
}

/// A school.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct School {
    /// Its UAI code, or a number.
    #[serde(rename = "uai")]
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// How many attend.
    pub pupils: u32,
    /// In how many classes.
    pub classes: u32,
}

/// A lesson of the morning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// The school, by its position.
    pub school: usize,
    /// Who teaches: a number in the school.
    pub teacher: u32,
    /// Which class: a number in the school.
    pub group: u32,
    /// Its usual beginning, in minutes of the day.
    pub begins: u32,
    /// Its length.
    pub minutes: u32,
    /// How many connect.
    pub connections: u32,
    /// Whether any hour of the day would do; else only those within one of the usual hour.
    pub flexible: bool,
}

/// Reads a census: a table with the columns `uai`, `kind`, `pupils` and `classes`.
///
/// # Errors
/// All findings about its rows.
pub fn census(input: impl Read) -> Result<Vec<School>, Findings> {
    let action = "give a table with a line of names and the columns uai, kind (ecole, college, lycee), pupils, classes";
    let mut schools = Vec::new();
    let mut findings = Vec::new();
    for (row, school) in csv::Reader::from_reader(input).deserialize::<School>().enumerate() {
        let place = format!("line {}", row + 2);
        match school {
            Err(error) => findings.push(Finding::error("bad-row", place, error.to_string(), action)),
            Ok(school) if !(1..=500).contains(&school.classes) || !(1..=20_000).contains(&school.pupils) => {
                let message = format!("{} has {} pupils in {} classes", school.name, school.pupils, school.classes);
                findings.push(Finding::error("bad-size", place, message, "give 1 to 20000 pupils in 1 to 500 classes"));
            }
            Ok(school) => schools.push(school),
        }
    }
    if schools.is_empty() && findings.is_empty() {
        findings.push(Finding::error("no-schools", "", "the census has no school", action));
    }
    if findings.is_empty() { Ok(schools) } else { Err(Findings(findings)) }
}

/// So many schools as the académie has, of the kinds and sizes that it has, and none of them real.
pub fn invented(seed: u64) -> Vec<School> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut schools = Vec::new();
    for (kind, count, heads, sizes) in KINDS {
        for _ in 0..count {
            let classes = between(&mut rng, &sizes);
            let pupils = (0..classes).map(|_| rng.random_range(heads - 3..=heads + 3)).sum();
            schools.push(School { name: format!("{:05}", schools.len()), kind, pupils, classes });
        }
    }
    schools
}

/// A number that lies among others as their percentiles say.
fn between(rng: &mut StdRng, percentiles: &[u32; 7]) -> u32 {
    const AT: [f64; 7] = [0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98];
    let drawn: f64 = rng.random_range(AT[0]..AT[6]);
    let step = AT.iter().rposition(|at| *at <= drawn).unwrap_or(0).min(5);
    let share = (drawn - AT[step]) / (AT[step + 1] - AT[step]);
    let (low, high) = (f64::from(percentiles[step]), f64::from(percentiles[step + 1]));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between two small numbers")]
    let number = (low + share * (high - low)).round() as u32;
    number.max(1)
}

/// The lessons of Monday, with so many connections for nine o'clock; nothing when not as many people have one then.
pub fn lessons(schools: &[School], at_nine: u32, seed: u64) -> Option<Vec<Lesson>> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut lessons: Vec<Lesson> =
        schools.iter().enumerate().flat_map(|(position, school)| monday(&mut rng, position, school)).collect();
    let heads = |lesson: &Lesson| u64::from(lesson.connections);
    let nine: u64 = lessons.iter().filter(|lesson| lesson.begins == NINE).map(heads).sum();
    if nine < u64::from(at_nine) {
        return None;
    }
    // Rounded so that no hour loses or gains anybody: the rests of one class go to the next.
    let mut before = [0_u64; HOURS.len()];
    let share = |people: u64| people.saturating_mul(u64::from(at_nine)).checked_div(nine).unwrap_or(0);
    for lesson in &mut lessons {
        let hour = HOURS.iter().position(|(begins, _)| *begins == lesson.begins).unwrap_or(0);
        let with = before[hour] + heads(lesson);
        lesson.connections = u32::try_from(share(with) - share(before[hour])).unwrap_or(u32::MAX);
        before[hour] = with;
    }
    Some(lessons)
}

/// A school's lessons on Monday, with everybody in them.
fn monday(rng: &mut StdRng, position: usize, school: &School) -> Vec<Lesson> {
    let on_monday = week(rng, school).into_iter().filter(|lesson| lesson.day == 0);
    let lesson = |Timetabled { teacher, group, begins, minutes, heads, flexible, .. }| {
        // The teacher connects as well.
        Lesson { school: position, teacher, group, begins, minutes, connections: heads + 1, flexible }
    };
    on_monday.map(lesson).collect()
}

/// A lesson of a week's timetable.
#[derive(Clone, Copy, Debug)]
pub struct Timetabled {
    /// Its day, from Monday, 0.
    pub day: u32,
    /// Who teaches: a number in the school.
    pub teacher: u32,
    /// Which class: a number in the school.
    pub group: u32,
    /// Its beginning, in minutes of the day.
    pub begins: u32,
    /// Its length.
    pub minutes: u32,
    /// Pupils in it.
    pub heads: u32,
    /// Whether its teacher is free all day.
    pub flexible: bool,
}

/// A school's week without clashes.
pub fn week(rng: &mut StdRng, school: &School) -> Vec<Timetabled> {
    let is_ecole = school.kind == Kind::Ecole;
    let (wanted, durations) = if is_ecole { (4..=8, &SHORT[..]) } else { (8..=14, &LONG[..]) };
    let teachers = if is_ecole { school.classes } else { (school.classes * 19).div_ceil(10).max(4) };
    let flexible: Vec<bool> = (0..teachers).map(|_| rng.random_bool(0.8)).collect();
    let mut taken: HashSet<(u32, u32, u32)> = HashSet::new();
    let mut lessons = Vec::new();
    for group in 0..school.classes {
        let heads = (school.pupils / school.classes).saturating_add_signed(rng.random_range(-3..=3)).max(5);
        for (day, begins) in ranked(rng).into_iter().take(rng.random_range(wanted.clone())) {
            let free: Vec<u32> = (0..teachers).filter(|teacher| !taken.contains(&(*teacher, day, begins))).collect();
            let Some(chosen) = free.choose(rng).copied() else { continue };
            let teacher = if is_ecole && free.contains(&group) { group } else { chosen };
            taken.insert((teacher, day, begins));
            let minutes = durations.choose(rng).copied().unwrap_or(30);
            let flexible = flexible[teacher as usize];
            lessons.push(Timetabled { day, teacher, group, begins, minutes, heads, flexible });
        }
    }
    lessons
}

/// The lessons of a week, those that a class would like best first: day, and minute of the day.
fn ranked(rng: &mut StdRng) -> Vec<(u32, u32)> {
    let week = (0..5).flat_map(|day| HOURS.map(|(begins, popularity)| (day, begins, popularity)));
    // Wednesday afternoon is free.
    let lessons = week.filter(|(day, begins, _)| !(*day == 2 && *begins > 720));
    let mut ranked: Vec<(f64, (u32, u32))> =
        lessons.map(|(day, begins, popularity)| (popularity * rng.random_range(0.35..1.35), (day, begins))).collect();
    ranked.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    ranked.into_iter().map(|(_, lesson)| lesson).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_connect_for_nine_as_were_observed() {
        let lessons = lessons(&invented(1), 20_000, 1).unwrap();
        let at =
            |begins| lessons.iter().filter(|lesson| lesson.begins == begins).map(|lesson| lesson.connections).sum();
        let nine: u32 = at(NINE);
        assert_eq!(nine, 20_000);
        assert!((10_000..30_000).contains(&at(600)) && at(480) < nine / 2, "{} {}", at(600), at(480));
    }

    #[test]
    fn nobody_has_two_lessons_at_once() {
        let mut seen = HashSet::new();
        for Lesson { school, teacher, group, begins, .. } in lessons(&invented(2), 20_000, 2).unwrap() {
            assert!(seen.insert((school, 't', teacher, begins)) && seen.insert((school, 'g', group, begins)));
        }
    }

    #[test]
    fn the_invented_schools_are_as_many_and_as_large_as_the_real_ones() {
        let schools = invented(1);
        let pupils: u32 = schools.iter().map(|school| school.pupils).sum();
        assert_eq!(schools.len(), 1715);
        // The census has 400,261.
        assert!((370_000..430_000).contains(&pupils), "{pupils}");
        assert_eq!(schools, invented(1));
        assert_ne!(schools, invented(2));
    }

    #[test]
    fn a_census_is_read_with_all_its_findings() {
        let real = std::fs::File::open("tests/rounds/nantes/census.csv").unwrap();
        assert_eq!(census(real).unwrap().len(), 1715);
        let bad = "uai,kind,pupils,classes\n1,ecole,20,0\n2,theatre,20,1\n3,lycee,many,1\n4,college,500,20\n";
        let findings = census(bad.as_bytes()).unwrap_err().0;
        let told: Vec<(&str, &str)> = findings.iter().map(|finding| (finding.code, finding.place.as_str())).collect();
        assert_eq!(told, [("bad-size", "line 2"), ("bad-row", "line 3"), ("bad-row", "line 4")]);
        assert_eq!(census("uai,kind,pupils,classes\n".as_bytes()).unwrap_err().0[0].code, "no-schools");
    }
}
