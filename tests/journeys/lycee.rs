//! The lycée of forty classes: two rounds across the change to summer time, and a platform that is cut.

use super::{
    drafts::Draft,
    land::{Land, address, codes, list, text},
    person::Person,
    school::School,
};
use crate::support::service::{Backend, on_both};
use serde_json::{Value, json};
use std::collections::BTreeMap;

on_both!(a_school_of_forty_classes);

const CLASSES: usize = 40;
const TEACHERS: usize = 90;
/// About a dozen classes at a time.
const CONNECTIONS: u32 = 400;
/// How many of them can be on Monday mornings from eight to ten: four classes.
const ON_MONDAY_MORNINGS: u32 = 130;
/// What the platform takes in all.
const PLATFORM: u32 = 5000;

const DAYS: [&str; 5] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"];
const SUBJECTS: [&str; 6] = ["Français", "Mathématiques", "Histoire", "Physique", "Philosophie", "Anglais"];
const FAMILIES: [&str; 15] = [
    "Allain", "Bertin", "Collet", "Durand", "Esnault", "Fournier", "Gautier", "Hamon", "Jouan", "Leroux", "Marchand",
    "Nicolas", "Olivier", "Picard", "Rousseau",
];

/// `2nde 1` to `Tle 13`.
fn class(number: usize) -> String {
    let (level, first) = match number {
        0..14 => ("2nde", 0),
        14..27 => ("1re", 14),
        _ => ("Tle", 27),
    };
    format!("{level} {}", number - first + 1)
}

/// `Mme A. Allain` and her colleagues.
fn teacher(number: usize) -> String {
    let title = if number.is_multiple_of(2) { "Mme" } else { "M." };
    let initial = char::from(b'A' + u8::try_from(number / FAMILIES.len()).expect("a letter"));
    format!("{title} {initial}. {}", FAMILIES[number % FAMILIES.len()])
}

/// Who teaches Spanish to pupils of three classes at a time.
const SPANISH: [(&str, [usize; 3]); 3] =
    [("LV2 2nde a", [0, 1, 2]), ("LV2 2nde b", [3, 4, 5]), ("LV2 1re a", [14, 15, 16])];

fn a_school_of_forty_classes(backend: Backend) {
    let land = Land::new(backend);
    land.federation("Académie de Nantes");
    land.platform("e-lyco", "Académie de Nantes", PLATFORM);
    let school = land.school("Lycée Jules-Verne", "e-lyco", CONNECTIONS);
    let neighbour = land.school("Collège Aristide-Briand", "e-lyco", CONNECTIONS);
    let director = land.director(&school, "M. Proviseur");
    forty_classes_and_ninety_teachers(&director);
    let on_mondays = json!([{"weekday": 1, "from_minute": 480, "to_minute": 600, "connections": ON_MONDAY_MORNINGS}]);
    school.has_connections(CONNECTIONS, &on_mondays);
    let teachers: Vec<Person<'_>> = (0..TEACHERS).map(|it| Person::with_program(&school, &teacher(it))).collect();

    director.opens_round("Avant Pâques", "2030-03-25", "2030-04-07");
    school.in_the_week_of("2030-03-25");
    everyone_wishes(&teachers);
    director.closes_the_round();
    let plan = director.solves_until_all_have_a_place();
    plan.is_published();
    both_weeks_are_sound_and_told(&school);
    the_change_to_summer_time_moves_nobody(&school);

    one_teacher_has_two_schools(&land, &neighbour, &teachers[0]);

    let weights = who_was_moved_counts_more(&director);
    director.opens_round("Après Pâques", "2030-04-08", "2030-04-14");
    everyone_copies_the_last_round(&teachers);
    director.closes_the_round();
    let plan = director.solves_until_all_have_a_place();
    assert_eq!(plan.weights(), weights, "the plan counts them so");
    plan.is_published();
    school.in_the_week_of("2030-04-08");
    school.week_is_sound();
    school.everyone_is_told();

    the_platform_is_cut(&land, &director, &plan);
    what_was_done_is_written_down(&director);
}

fn forty_classes_and_ninety_teachers(director: &Person<'_>) {
    let groups: String = (0..CLASSES).map(|it| format!("{},{}\n", class(it), 27 + it % 6)).collect();
    director.imports("groups", &format!("name,headcount\n{groups}")).expect(200);
    let rows = (0..TEACHERS).map(teacher);
    let rows: String = rows
        .map(|name| format!("{name},{},{}\n", address(&name), if name.len() % 2 == 0 { "fr" } else { "en" }))
        .collect();
    director.imports("teachers", &format!("name,email,language\n{rows}")).expect(200);
    for (name, classes) in SPANISH {
        let classes = classes.map(class);
        director.makes_group(name, 30, &classes.each_ref().map(String::as_str));
    }
}

fn everyone_wishes(teachers: &[Person<'_>]) {
    for (number, teacher) in teachers.iter().enumerate() {
        let group = match SPANISH.get(number.wrapping_sub(1)) {
            Some((language_group, _)) => (*language_group).to_owned(),
            None => class(number % CLASSES),
        };
        let subject = SUBJECTS[number % SUBJECTS.len()];
        let wish = teacher.wishes(subject, &group).every_week().for_minutes(55);
        // An inspector comes to the first of them, at this hour and no other. A third of all want Monday at eight.
        match number {
            0 => wish.only_on("Thursday 16:00"),
            _ if number % 3 == 0 => wish.on("Monday 8:00").or_any_day(),
            _ => {
                let hour = [8, 9, 10, 14, 15, 16][number % 6];
                wish.on(&format!("{} {hour}:00", DAYS[number % 5])).or_any_day()
            }
        }
        .entered();
    }
}

fn both_weeks_are_sound_and_told(school: &School<'_>) {
    let mut classes = 0;
    for week in ["2030-03-25", "2030-04-01"] {
        school.in_the_week_of(week);
        classes += school.week_is_sound().len();
        school.everyone_is_told();
    }
    assert_eq!(classes, 2 * TEACHERS, "everyone has a class in each week");
}

fn the_change_to_summer_time_moves_nobody(school: &School<'_>) {
    let (subject, group) = (SUBJECTS[0], class(0));
    let [before, after] = ["2030-03-25", "2030-04-01"].map(|week| {
        school.in_the_week_of(week);
        school.class(subject, &group)
    });
    assert_eq!((before.hour.as_str(), after.hour.as_str()), ("Thursday 16:00", "Thursday 16:00"));
    assert_eq!((after.from - before.from).num_hours(), 7 * 24 - 1, "one of the days between has 23 hours");
}

fn one_teacher_has_two_schools(land: &Land, neighbour: &School<'_>, here: &Person<'_>) {
    let principal = land.director(neighbour, "Mme Principale");
    principal.imports("groups", "name,headcount\n3e A,25\n").expect(200);
    // Both schools know her by the same address.
    principal.imports("teachers", &format!("name,email\n{},{}\n", here.name, address(&here.name))).expect(200);
    neighbour.in_the_week_of("2030-03-25");
    let there = Person::with_program(neighbour, &here.name);
    let refused = there.books("Latin", "3e A", "Thursday 16:30").expect(409).json();
    assert_eq!(codes(&refused), ["teacher-busy"]);
    assert!(!refused.to_string().contains(SUBJECTS[0]), "what she does elsewhere is not told: {refused}");
    there.books("Latin", "3e A", "Thursday 17:00").expect(201);
    neighbour.week_is_sound();
}

/// What each teacher counts in the next round.
fn who_was_moved_counts_more(director: &Person<'_>) -> BTreeMap<String, String> {
    let fairness = director.get(&director.school.path("fairness"));
    let rows = list(&fairness["teachers"]);
    let of = |row: &Value, field: &str| row[field].as_f64().expect("a number");
    let unmoved = rows.iter().filter(|row| of(row, "minutes") == 0.0);
    assert!(unmoved.map(|row| of(row, "weight")).all(|weight| weight == 1.0), "{fairness}");
    let most = rows.iter().max_by(|a, b| of(a, "minutes").total_cmp(&of(b, "minutes"))).expect("teachers");
    // Thirty wanted Monday at eight, and four were there.
    assert!(of(most, "minutes") > 0.0 && of(most, "weight") > 1.0, "{most}");
    assert!(rows.iter().all(|row| of(row, "weight") <= of(most, "weight")), "{fairness}");
    rows.iter().map(|row| (text(&row["teacher"]["name"]), format!("{:.1}", of(row, "weight")))).collect()
}

fn everyone_copies_the_last_round(teachers: &[Person<'_>]) {
    for teacher in teachers {
        let copied = teacher.copies_the_last_round();
        assert!(!list(&copied["copied"]).is_empty(), "{copied}");
    }
}

fn the_platform_is_cut(land: &Land, director: &Person<'_>, published: &Draft<'_>) {
    let school = director.school;
    let before = school.week();
    // At the fullest hour the platform can take one connection less than there are.
    let used = |at: &super::school::Class| -> u32 {
        before.iter().filter(|it| it.lasts_at(at.from)).map(|it| it.connections).sum()
    };
    let fullest = before.iter().max_by_key(|class| used(class)).expect("classes");
    let hour = |minutes: i64| (fullest.local + chrono::Duration::minutes(minutes)).format("%FT%H:%M").to_string();
    let told = land.cut_platform("e-lyco", PLATFORM, used(fullest) - 1, &hour(0), &hour(30));
    let [of_school] = list(&told["overloads"]) else { panic!("{told}") };
    assert_eq!(of_school["school"], school.id.as_str());
    let named = list(&of_school["overloads"]).iter().flat_map(|overload| list(&overload["sessions"]));
    let named: Vec<String> = named.map(|session| text(&session["id"])).collect();
    assert!(named.contains(&fullest.id), "what no longer fits is named: {told}");

    let draft = director.solves_again_from(published);
    let moved = published.compared_with(&draft);
    assert!(!moved.is_empty() && moved.len() <= 5, "one class must give way, not the whole week: {moved:?}");
    let as_before = |now: &[super::school::Class]| {
        now.len() == before.len()
            && now.iter().all(|one| before.iter().any(|it| it.id == one.id && it.from == one.from))
    };
    assert!(as_before(&school.week()), "nothing moves until it is published");
    assert_eq!(list(&draft.preview()["changes"]).len(), moved.len());
    draft.is_published();
    let now = school.week_is_sound();
    let elsewhere = now.iter().filter(|one| !before.iter().any(|it| it.id == one.id && it.from == one.from));
    assert_eq!((now.len(), elsewhere.count()), (before.len(), moved.len()));
}

fn what_was_done_is_written_down(director: &Person<'_>) {
    let audit = director.get(&director.school.path("audit"));
    let publications = list(&audit).iter().filter(|deed| text(&deed["action"]).ends_with("/publication"));
    let by: Vec<&Value> = publications.map(|deed| &deed["actor"]["name"]).collect();
    assert_eq!(by, ["M. Proviseur"; 3], "both rounds, and the one that the cut made anew");
}
