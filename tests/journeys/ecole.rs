//! The école of eight classes: from the operator's first step to the day on which a teacher is ill.

use super::{
    land::{Land, codes, list},
    person::Person,
    school::School,
};
use crate::support::service::{Backend, on_both};
use serde_json::{Value, json};

on_both!(a_school_of_eight_classes);

/// Each class with its pupils and its teacher.
const CLASSES: [(&str, u32, &str); 8] = [
    ("Petite section", 22, "Mme Aubry"),
    ("Moyenne section", 23, "M. Blin"),
    ("Grande section", 24, "Mme Cadou"),
    ("CP", 24, "Mme Denis"),
    ("CE1", 25, "M. Évrard"),
    ("CE2", 25, "Mme Faure"),
    ("CM1", 24, "M. Guérin"),
    ("CM2", 25, "Mme Hervé"),
];

/// Who comes for English, to half a class at a time.
const ENGLISH: &str = "M. Owen";

/// What the school can have at a time: three classes, but not three and a half.
const CONNECTIONS: u32 = 80;

fn a_school_of_eight_classes(backend: Backend) {
    let land = Land::new(backend);
    land.federation("Académie de Nantes");
    land.platform("e-primo", "Académie de Nantes", 9000);
    let school = land.school("École Jules-Verne", "e-primo", CONNECTIONS);
    let director = land.director(&school, "Mme Roche");
    the_classes_and_teachers_come_from_a_table(&director);
    the_school_says_when_it_is_open(&director);
    let teachers = the_teachers_are_invited_and_sign_in(&director);

    school.in_the_week_of("2030-04-29");
    director.opens_round("La semaine du 29 avril", "2030-04-29", "2030-05-03");
    wishes_come_in(&director, &teachers);
    school.lets_the_time_for_wishes_pass();
    the_director_finds_a_plan_and_publishes_it(&director);
    calendars_show_the_week(&director, &teachers);

    somebody_is_late(&school, &teachers);
    two_teachers_swap(&school, &teachers);
    somebody_is_ill(&director, &teachers);
    school.week_is_sound();
}

fn the_classes_and_teachers_come_from_a_table(director: &Person<'_>) {
    let groups: String = CLASSES.iter().map(|(class, pupils, _)| format!("{class};{pupils}\r\n")).collect();
    let groups = director.imports("groups", &format!("name;headcount\r\n{groups}")).expect(200).json();
    assert_eq!(list(&groups["added"]).len(), 8);

    let names = CLASSES.iter().map(|(_, _, teacher)| *teacher).chain([ENGLISH]);
    let rows: String = names.map(|name| format!("{name};{};fr\r\n", super::land::address(name))).collect();
    let table = format!("name;email;language\r\n{rows}");
    // An address was typed in a hurry. The dry run says where, the import does nothing, and the next one all.
    let typo = table.replace("m.blin@example.org", "m.blin.example.org");
    let told = director.tries_to_import("teachers", &typo);
    assert_eq!((codes(&told), &told["applied"]), (vec!["bad-address".to_owned()], &json!(false)), "{told}");
    assert_eq!(told["findings"][0]["place"], "line 3, column email");
    director.imports("teachers", &typo).expect(422);
    let told = director.tries_to_import("teachers", &table);
    assert_eq!((list(&told["added"]).len(), list(&told["findings"]).len()), (9, 0), "{told}");
    director.imports("teachers", &table).expect(200);
    director.makes_group("CP, first half", 12, &["CP"]);
}

fn the_school_says_when_it_is_open(director: &Person<'_>) {
    // From half past eight to four, on Wednesdays to half past eleven; lunch from half past eleven to half past one.
    let open = |weekday: u32, to: u32| json!({"weekday": weekday, "from_minute": 510, "to_minute": to});
    let details = json!({
        "name": "École Jules-Verne", "time_zone": "Europe/Paris", "language": "fr",
        "opening_hours": [open(1, 960), open(2, 960), open(3, 690), open(4, 960), open(5, 960)],
    });
    director.put(director.school.path("").trim_end_matches('/'), &details).expect(200);
    let calendar = json!({
        "holiday_zone": "B", "public_holidays": "france",
        "lunch": [{"from_minute": 690, "to_minute": 810}],
        "closures": [{"from": "2030-05-03", "to": "2030-05-03", "reason": "Journée pédagogique"}],
    });
    director.put(&director.school.path("calendar"), &calendar).expect(200);
    // The holidays of its zone are known.
    let winter = director.get(&director.school.path("calendar?from=2027-02-22&to=2027-02-26"));
    let closed = list(&winter["days"]["closed"]);
    assert!(closed.len() == 5 && closed.iter().all(|day| day.to_string().contains("zone B")), "{winter}");
    // And of the week that this story is about, two days are closed.
    let may = director.get(&director.school.path("calendar?from=2030-04-29&to=2030-05-03"));
    let days: Vec<&Value> = list(&may["days"]["closed"]).iter().map(|day| &day["date"]).collect();
    assert_eq!(days, ["2030-05-01", "2030-05-03"]);
}

fn the_teachers_are_invited_and_sign_in<'a>(director: &Person<'a>) -> Vec<Person<'a>> {
    let names = CLASSES.iter().map(|(_, _, teacher)| *teacher).chain([ENGLISH]);
    names
        .map(|name| {
            director.invites(name);
            // The first time by the invitation, each time after it by a link that comes by mail.
            Person::accepts(director.school, name).signs_out();
            Person::signs_in(director.school, name)
        })
        .collect()
}

/// Somebody among the teachers.
fn who<'b, 'a>(teachers: &'b [Person<'a>], name: &str) -> &'b Person<'a> {
    teachers.iter().find(|teacher| teacher.name == name).expect("a teacher of the school")
}

fn wishes_come_in(director: &Person<'_>, teachers: &[Person<'_>]) {
    let late = "Mme Hervé";
    for ((class, _, name), teacher) in CLASSES.iter().zip(teachers).filter(|((_, _, name), _)| *name != late) {
        assert_eq!(&teacher.name, name);
        teacher.wishes("Lecture", class).on("Monday 9:00").or_the_same_day().entered();
        teacher.wishes("Calcul", class).on("Tuesday 9:00").or_the_same_day().entered();
    }
    who(teachers, ENGLISH).wishes("English", "CP, first half").on("Monday 9:00").or_the_same_day().entered();

    // On the first of May and at lunch, and at no other time: both reasons are told at once, and nothing gets in.
    let guerin = who(teachers, "M. Guérin");
    let impossible = || guerin.wishes("Musique", "CM1").on("Wednesday 9:00").on("Thursday 12:30");
    let told = impossible().looked_at();
    assert!(list(&told["findings"]).len() >= 2, "{told}");
    assert!(told.to_string().contains("Fête du Travail"), "{told}");
    assert_eq!(codes(&impossible().sent().expect(422).json()), codes(&told));

    // One has not answered, gets a mail, and answers.
    let herve = who(teachers, late);
    let before = herve.mails().len();
    assert_eq!(director.reminds(), [late]);
    herve.hears(before);
    herve.wishes("Lecture", "CM2").on("Monday 9:00").or_the_same_day().entered();
    herve.wishes("Calcul", "CM2").on("Thursday 15:00").or_the_same_day().entered();
}

fn the_director_finds_a_plan_and_publishes_it(director: &Person<'_>) {
    let school = director.school;
    let first = director.solves();
    assert_eq!(first.without_place(), 0);
    assert_eq!(first.hour_of("Calcul", "CM2"), "Thursday 15:00", "nobody else wants it");
    // An author comes to the CM2 at two. What else changes is nothing.
    director.pins("Calcul", "CM2", "Thursday 14:00");
    let second = director.solves_again_from(&first);
    assert_eq!(second.hour_of("Calcul", "CM2"), "Thursday 14:00");
    assert_eq!(first.compared_with(&second), ["Calcul of CM2"]);

    let preview = second.preview();
    assert_eq!((&preview["publishable"], &preview["mails"]), (&json!(true), &json!(9)), "{preview}");
    assert_eq!(list(&preview["changes"]).len(), 17);
    assert!(school.week().is_empty(), "nothing takes place before it is published");
    second.is_published();
    assert_eq!(school.week_is_sound().len(), 17);
    school.everyone_is_told();
}

fn calendars_show_the_week(director: &Person<'_>, teachers: &[Person<'_>]) {
    let school = director.school;
    for calendar in [director.subscribes_to("CE1"), who(teachers, "M. Évrard").subscribes()] {
        let mut expected: Vec<(String, String, bool)> = ["Lecture", "Calcul"]
            .map(|title| (title.to_owned(), school.class(title, "CE1").local.format("%FT%T").to_string(), false))
            .into();
        expected.sort();
        assert_eq!(calendar.shows(school.land), expected);
    }
}

fn somebody_is_late(school: &School<'_>, teachers: &[Person<'_>]) {
    let cadou = who(teachers, "Mme Cadou");
    let refused = cadou.wishes("Chant", "Grande section").on("Thursday 10:00").sent().expect(409).json();
    assert_eq!(refused["code"], "round-not-collecting");
    let free = cadou.finds_free("Grande section", "Thursday 10:00");
    cadou.books("Chant", "Grande section", &free[0]).expect(201);
    assert_eq!(school.class("Chant", "Grande section").hour, free[0]);
    // Half of a class is part of it: while the CP reads, it has no English.
    let hour = school.class("Lecture", "CP").hour;
    let refused = who(teachers, ENGLISH).books("English again", "CP, first half", &hour).expect(409).json();
    assert!(codes(&refused).contains(&"group-busy".to_owned()), "{refused}");
}

fn two_teachers_swap(school: &School<'_>, teachers: &[Person<'_>]) {
    let mine = school.class("Lecture", "Grande section");
    // Somebody who reads at another hour; not the CP, which has English on the same day.
    let at_another_hour = |class: &&str| **class != *"CP" && school.class("Lecture", class).hour != mine.hour;
    let class = CLASSES.map(|(class, _, _)| class);
    let class = class.iter().find(|class| at_another_hour(class)).expect("three read at a time, not eight");
    let theirs = school.class("Lecture", class);
    let (cadou, colleague) = (who(teachers, "Mme Cadou"), who(teachers, &theirs.teachers[0]));
    let before = (cadou.mails().len(), colleague.mails().len());
    let swap = cadou.proposes_to_swap(&mine, &theirs);
    assert_eq!(school.class("Lecture", "Grande section").hour, mine.hour, "nothing moves before both agree");
    cadou.agrees(&swap).expect(403);
    colleague.agrees(&swap).expect(200);
    assert_eq!(school.class("Lecture", "Grande section").hour, theirs.hour);
    assert_eq!(school.class("Lecture", class).hour, mine.hour);
    cadou.hears(before.0);
    colleague.hears(before.1);
    school.week_is_sound();
}

fn somebody_is_ill(director: &Person<'_>, teachers: &[Person<'_>]) {
    let (school, herve, faure) = (director.school, who(teachers, "Mme Hervé"), who(teachers, "Mme Faure"));
    let calendar = director.subscribes_to("CE2");
    let class = school.class("Calcul", "CE2");
    let end = class.to.with_timezone(&chrono_tz::Europe::Paris).format("%A %H:%M").to_string();
    // Mme Hervé would like to sing with the CE2 at that hour, in which they have Mme Faure.
    herve.books("Chorale", "CE2", &class.hour).expect(409);
    herve.waits_for("Chorale", "CE2", &class.hour, &end).expect(201);
    assert!(herve.is_waiting_without_offer("Chorale"));
    let before = faure.mails().len();
    director.calls_off(&class);
    herve.takes_what_is_offered("Chorale");
    faure.hears(before);
    assert!(!school.has_class("Calcul", "CE2"));
    assert_eq!(school.class("Chorale", "CE2").hour, class.hour);
    let hour = class.local.format("%FT%T").to_string();
    let shown: Vec<_> = calendar.shows(school.land).into_iter().filter(|(_, at, _)| *at == hour).collect();
    assert_eq!(shown, [("Calcul".to_owned(), hour.clone(), true), ("Chorale".to_owned(), hour, false)]);
}
