//! A demo school: an invented collège whose teachers all want the same hours, as they did on 16 March 2020.
//!
//! Every group has one teacher a subject and wishes at the hours of a usual timetable, nine and ten o'clock first.
//! All names are invented; the same arguments always give the same school, but for the identifiers.

use super::intake::Intake;
use crate::domain::{
    calendar::SchoolCalendar,
    capacity::{Pool, PoolKind, WeeklyLimit},
    finding::Findings,
    id::Id,
    people::{Group, Language, School, Teacher},
    request::Rules,
    round::{Request, Round, RoundState},
    time::{WeekSpan, day_start},
    wish::{Frame, Otherwise, Preferred, windows},
};
use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, NaiveTime, Utc, Weekday};
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use std::collections::HashSet;

/// Subjects, with how many teachers the school has for each and how many of its lessons a group holds as virtual
/// classes.
const SUBJECTS: [(&str, usize, usize); 9] = [
    ("Français", 5, 2),
    ("Mathématiques", 5, 2),
    ("Histoire-géographie", 4, 1),
    ("Anglais", 4, 2),
    ("Espagnol", 3, 1),
    ("SVT", 3, 1),
    ("Physique-chimie", 3, 1),
    ("Technologie", 2, 1),
    ("Arts plastiques", 2, 1),
];

/// Enough for every teacher of [`SUBJECTS`].
const NAMES: [&str; 31] = [
    "Anne Lebreton",
    "Marc Guérin",
    "Sophie Le Goff",
    "Julien Moreau",
    "Claire Jaouen",
    "Karim Benali",
    "Élodie Rousseau",
    "Thomas Picard",
    "Nadia Haddad",
    "Paul Charrier",
    "Isabelle Texier",
    "Yann Kervella",
    "Lucie Bonnet",
    "Olivier Marchand",
    "Fatou Diallo",
    "Hélène Garnier",
    "Bruno Chevalier",
    "Inès Roche",
    "Laurent Fabre",
    "Camille Perrin",
    "David Nguyen",
    "Céline Aubert",
    "Mathieu Leroux",
    "Aïcha Kaddour",
    "Grégoire Humbert",
    "Maud Lemoine",
    "Rémi Barbier",
    "Valérie Colin",
    "Samuel Weber",
    "Pauline Renard",
    "Antoine Gaillard",
];

/// Hours at which lessons begin in minutes of the day, and how many teachers want them.
const HOURS: [(i64, f64); 8] =
    [(480, 0.6), (540, 1.0), (600, 1.0), (660, 0.8), (810, 0.8), (870, 0.9), (930, 0.7), (990, 0.3)];

/// Lengths of classes in minutes.
const DURATIONS: [u32; 5] = [30, 45, 45, 55, 55];

/// The Monday after `now`, in the school's time zone.
pub fn next_monday(now: DateTime<Utc>) -> NaiveDate {
    let today = now.with_timezone(&chrono_tz::Europe::Paris).date_naive();
    let ahead = 7 - u64::from(today.weekday().days_since(Weekday::Mon));
    today + Days::new(ahead)
}

/// The school with a round for the week of `monday`, for which everyone has asked, and one for the week after, for
/// which half of the teachers have.
///
/// # Errors
/// Findings of the wishes: none, unless the tables above are changed to what does not fit the opening hours.
pub fn school(seed: u64, monday: NaiveDate, now: DateTime<Utc>) -> Result<Intake, Findings> {
    let mut rng = StdRng::seed_from_u64(seed);
    let school = School {
        id: Id::new(now),
        uai: Some("0449999Z".to_owned()),
        name: "Collège Gabriel-Coste".to_owned(),
        time_zone: "Europe/Paris".to_owned(),
        language: Language::Fr,
        platform: None,
        opening_hours: School::usual_hours(),
        calendar: SchoolCalendar::default(),
        created_at: now,
    };
    let groups = groups(&school, &mut rng, now);
    let teachers = teachers(&school, now);
    let mut rounds = Vec::new();
    for (monday, answered) in [(monday, teachers.len()), (monday + Days::new(7), teachers.len() / 2)] {
        let round = round(&school, monday, now);
        let mut requests = requests(&mut rng, &school, &round, monday, &groups, &teachers)?;
        // The last ones answer first, so that whoever looks as the first teacher has wishes to enter.
        let early: Vec<&Id> = teachers.iter().rev().take(answered).map(|teacher| &teacher.id).collect();
        requests.retain(|request| request.teachers.iter().any(|teacher| early.contains(&teacher)));
        rounds.push((round, requests));
    }
    let pools = pools(&school, &groups, now);
    Ok(Intake { school, pools, groups, teachers, rounds })
}

fn groups(school: &School, rng: &mut StdRng, now: DateTime<Utc>) -> Vec<Group> {
    let names =
        ["6e", "5e", "4e", "3e"].into_iter().flat_map(|year| ["A", "B", "C", "D"].map(|c| format!("{year} {c}")));
    names.map(|name| Group::new(Id::new(now), school.id.clone(), name, rng.random_range(23..=29))).collect()
}

fn teachers(school: &School, now: DateTime<Utc>) -> Vec<Teacher> {
    let address = |name: &str| {
        let plain = name.to_lowercase().replace(['é', 'è'], "e").replace('ï', "i").replace(' ', ".");
        format!("{plain}@college.example.org")
    };
    let teacher = |name: &str| Teacher {
        id: Id::new(now),
        school: school.id.clone(),
        name: name.to_owned(),
        email: Some(address(name)),
        language: Language::Fr,
        link: None,
    };
    NAMES.into_iter().map(teacher).collect()
}

/// The school's own limit, with a squeeze when the whole académie connects, and the federation's logins.
fn pools(school: &School, groups: &[Group], now: DateTime<Utc>) -> Vec<Pool> {
    let pupils: u32 = groups.iter().map(|group| group.headcount).sum();
    let limit = pupils * 2 / 5;
    let squeeze = |weekday| WeeklyLimit {
        span: WeekSpan { weekday, from_minute: 525, to_minute: 570 },
        connections: limit * 7 / 10,
    };
    let name = format!("school/{}", school.uai.as_deref().unwrap_or_default());
    let own = Pool {
        id: Id::new(now),
        weekly: (1..=5).map(squeeze).collect(),
        ..Pool::plain(&name, PoolKind::Concurrent, limit)
    };
    let logins = PoolKind::Arrivals { window_minutes: 10 };
    let login = Pool { id: Id::new(now), ..Pool::plain("login/demo", logins, limit * 4 / 5) };
    vec![own, login]
}

fn round(school: &School, monday: NaiveDate, now: DateTime<Utc>) -> Round {
    Round {
        id: Id::new(now),
        school: school.id.clone(),
        name: format!("Semaine du {}", monday.format("%d/%m/%Y")),
        starts_at: day_start(school.zone(), monday),
        ends_at: day_start(school.zone(), monday + Days::new(7)),
        step_minutes: 5,
        state: RoundState::Collecting,
        opens_at: None,
        closes_at: None,
        published_plan: None,
        created_at: now,
    }
}

fn requests(
    rng: &mut StdRng,
    school: &School,
    round: &Round,
    monday: NaiveDate,
    groups: &[Group],
    teachers: &[Teacher],
) -> Result<Vec<Request>, Findings> {
    let mut taken = HashSet::new();
    let mut out: Vec<Request> = Vec::new();
    let flexible: Vec<u32> = teachers.iter().map(|_| rng.random_range(0..10)).collect();
    for (number, group) in groups.iter().enumerate() {
        // Each subject's teachers stand next to each other; the groups go round among them.
        let mut first = 0;
        let mut busy = HashSet::new();
        for (subject, staff, classes) in SUBJECTS {
            let teacher = first + number % staff;
            first += staff;
            for _ in 0..classes {
                let Some((day, minute)) = hour(rng, |slot| busy.contains(&slot) || taken.contains(&(teacher, slot)))
                else {
                    continue;
                };
                busy.insert((day, minute));
                taken.insert((teacher, (day, minute)));
                let duration_minutes = *DURATIONS.choose(rng).unwrap_or(&55);
                let late = if rng.random_bool(0.3) { 5 * rng.random_range(1..=3) } else { 0 };
                let start = (monday + Days::new(day)).and_time(NaiveTime::MIN) + Duration::minutes(minute + late);
                let (tolerance_minutes, otherwise) = match flexible[teacher] {
                    0..2 => (60, Otherwise::Never),
                    2..5 => (120, Otherwise::SameDay),
                    _ => (120, Otherwise::AnyDay),
                };
                let frame = Frame { opening: school.opening(), grid: round.grid(), duration_minutes, is_round: true };
                out.push(Request {
                    id: Id::new(round.created_at),
                    round: round.id.clone(),
                    reference: format!("{}", out.len() + 1),
                    title: subject.to_owned(),
                    teachers: vec![teachers[teacher].id.clone()],
                    groups: vec![group.id.clone()],
                    connections: group.headcount + 1,
                    duration_minutes,
                    windows: windows(&[Preferred { start, tolerance_minutes }], otherwise, &frame)?,
                    unplaced_cost: 1000,
                    created_at: round.created_at,
                    rules: Rules::default(),
                    wish: None,
                    series: None,
                });
            }
        }
    }
    Ok(out)
}

/// A free hour of the week, popular ones first: the day, and the minute of the day.
fn hour(rng: &mut StdRng, is_taken: impl Fn((u64, i64)) -> bool) -> Option<(u64, i64)> {
    let week = (0..5).flat_map(|day| HOURS.map(|(minute, popularity)| (day, minute, popularity)));
    // Wednesday afternoon is free in a collège.
    let lessons = week.filter(|(day, minute, _)| !(*day == 2 && *minute > 720));
    let ranked = lessons.map(|(day, minute, popularity)| (popularity * rng.random_range(0.35..1.35), (day, minute)));
    let mut ranked: Vec<(f64, (u64, i64))> = ranked.collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    ranked.into_iter().map(|(_, slot)| slot).find(|slot| !is_taken(*slot))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(seed: u64) -> Intake {
        let now = DateTime::from_timestamp(1_584_000_000, 0).unwrap();
        school(seed, NaiveDate::from_ymd_opt(2020, 3, 23).unwrap(), now).unwrap()
    }

    #[test]
    fn the_week_begins_on_the_monday_after() {
        let monday = |text: &str| next_monday(text.parse().unwrap()).to_string();
        assert_eq!(monday("2020-03-16T08:50:00Z"), "2020-03-23");
        assert_eq!(monday("2020-03-22T22:59:00Z"), "2020-03-23");
        assert_eq!(monday("2020-03-22T23:01:00Z"), "2020-03-30");
    }

    #[test]
    fn the_same_seed_gives_the_same_wishes() {
        let wishes = |intake: Intake| -> Vec<_> {
            intake.rounds.into_iter().flat_map(|round| round.1).map(|r| (r.title, r.connections, r.windows)).collect()
        };
        assert_eq!(wishes(made(1)), wishes(made(1)));
        assert_ne!(wishes(made(1)), wishes(made(2)));
    }

    #[test]
    fn it_is_a_believable_school_that_wants_more_than_there_is() {
        let made = made(1);
        assert_eq!((made.groups.len(), made.teachers.len()), (16, NAMES.len()));
        assert_eq!(SUBJECTS.iter().map(|subject| subject.1).sum::<usize>(), NAMES.len());
        let [(_, requests), (_, later)] = &made.rounds[..] else { panic!("two rounds") };
        assert!((150..250).contains(&requests.len()), "{}", requests.len());
        assert!((50..150).contains(&later.len()), "{}", later.len());
        let most = requests.iter().map(|at| {
            let wish = at.wished_start().unwrap();
            let open = requests.iter().filter(|other| {
                let start = other.wished_start().unwrap();
                start <= wish && wish < start + Duration::minutes(i64::from(other.duration_minutes))
            });
            open.map(|other| other.connections).sum::<u32>()
        });
        assert!(most.max().unwrap() > made.pools[0].connections * 6 / 5, "the peak stands well above the limit");
    }
}
