use askama::Template;
use chrono::DateTime;
use std::collections::HashSet;

use super::*;
use crate::{
    app::directory::Directory,
    domain::{
        finding::Finding,
        people::Language,
        request::{Follows, Rules},
        round::Request,
        wish::{Frame, windows},
    },
    http::web::{
        samples::{self, keep},
        words::Words,
    },
    planning::{explanation::WishOverload, obstacle::Obstacle},
};

fn round(state: RoundState) -> Round {
    let week = samples::week(0, 1).week;
    Round {
        id: "round".into(),
        school: "school".into(),
        name: "Semaine 13".to_owned(),
        starts_at: week.starts_at,
        ends_at: week.ends_at,
        step_minutes: 5,
        state,
        opens_at: None,
        closes_at: None,
        published_plan: None,
        created_at: DateTime::UNIX_EPOCH,
    }
}

fn typed() -> Typed {
    Typed {
        title: "Mathématiques".to_owned(),
        groups: vec!["g3".to_owned(), "g4".to_owned()],
        choices: [
            ("2020-03-23".to_owned(), "540".to_owned()),
            ("2020-03-24".to_owned(), "800".to_owned()),
            Default::default(),
        ],
        ..Typed::default()
    }
}

fn request(wish: &NewRequest, id: &str) -> Request {
    let school = samples::school();
    let frame = Frame {
        opening: school.opening(),
        grid: round(RoundState::Collecting).grid(),
        duration_minutes: wish.duration_minutes,
        is_round: true,
    };
    Request {
        id: id.into(),
        round: "round".into(),
        reference: id.to_owned(),
        title: wish.title.clone(),
        teachers: wish.teachers.clone(),
        groups: wish.groups.clone(),
        connections: 30,
        duration_minutes: wish.duration_minutes,
        windows: windows(&wish.preferred, wish.otherwise, &frame).unwrap(),
        unplaced_cost: 1000,
        created_at: DateTime::UNIX_EPOCH,
        rules: Rules::default(),
        wish: None,
        series: None,
    }
}

fn bare(state: RoundState) -> Desk {
    Desk {
        school: samples::school(),
        directory: Directory { groups: samples::groups(), teachers: samples::teachers() },
        round: round(state),
        requests: Vec::new(),
        wished: samples::week(300, 900).week.load,
        sessions: samples::sessions(2),
        overloads: Vec::new(),
        nothing: HashSet::new(),
    }
}

fn collecting() -> Desk {
    bare(RoundState::Collecting)
}

fn desk(state: RoundState, titles: &[&str]) -> TeachersDesk {
    let teacher = Id::from("t3");
    let (wish, _) = typed().wish(&teacher, &bare(state), Words::default());
    let requests = titles.iter().enumerate().map(|(index, title)| {
        let wish = NewRequest { title: (*title).to_owned(), ..wish.clone() };
        request(&wish, &format!("r{index}"))
    });
    let desk = Desk { requests: requests.collect(), ..bare(state) };
    let rounds = vec![desk.round.clone()];
    TeachersDesk {
        who: Principal::Teacher { school: "school".into(), teacher: teacher.clone() },
        teacher,
        base: "/wishes".to_owned(),
        desk,
        rounds,
    }
}

fn page(language: Language, desk: &TeachersDesk, typed: Typed, errors: Vec<FieldError>) -> String {
    let visitor = samples::visitor(language, "/wishes");
    desk.page(&visitor, Purpose::New, typed, errors).render().unwrap()
}

#[test]
fn a_teacher_sees_the_form_the_wishes_and_how_full_hours_are() {
    let html = page(Language::Fr, &desk(RoundState::Collecting, &["SVT", "Espagnol"]), Typed::default(), vec![]);
    keep("wishes-fr", &html);
    assert!(html.len() < 100_000, "{} bytes", html.len());
    assert!(html.contains("lundi 23 mars à 9\u{a0}h, puis mardi 24 mars à 13\u{a0}h\u{a0}20"), "{html}");
    assert!(html.contains("2 souhaits") && html.contains("data-paint=\"fine\"") && html.contains("name=\"c-1-9\""));
    assert!(!html.contains("style=") && !html.contains("<script>"));
}

#[test]
fn a_published_round_says_what_everybody_got() {
    let html = page(Language::En, &desk(RoundState::Published, &["SVT", "Maths", "Art"]), Typed::default(), vec![]);
    keep("wishes-published-en", &html);
    assert!(html.contains("moved by") && html.contains("No room was found"), "{html}");
    assert!(!html.contains("New wish"));
}

#[test]
fn wishes_without_room_beside_each_other_are_told_with_a_way_to_change_each() {
    let mut desk = desk(RoundState::Collecting, &["SVT", "Espagnol", "Art"]);
    let told = [("who", "Sofia Costa"), ("count", "2"), ("most", "1"), ("classes", "Espagnol, SVT")];
    let obstacle = Obstacle {
        code: "teacher-overload",
        parameters: told.map(|(name, value)| (name, value.to_owned())).into(),
        message: String::new(),
    };
    desk.desk.overloads = vec![WishOverload { obstacle, requests: vec!["r0".into(), "r1".into()] }];
    let html = page(Language::Fr, &desk, Typed::default(), vec![]);
    keep("wishes-crowded-fr", &html);
    assert!(
        html.contains("Sofia Costa a 2 classes pour des heures où il y a place pour 1 d’entre elles au plus"),
        "{html}"
    );
    assert!(html.contains("<a href=\"/wishes/r0\">SVT</a>") && html.contains("<a href=\"/wishes/r1\">Espagnol</a>"));
    let others = TeachersDesk { teacher: "t1".into(), ..desk };
    assert!(!page(Language::En, &others, Typed::default(), vec![]).contains("id=\"crowded\""), "not a colleague's");
}

#[test]
fn errors_keep_what_was_typed() {
    let typed = Typed {
        title: "<script>alert(1)</script> & \"co\"".to_owned(),
        choices: [Default::default(), (String::new(), "540".to_owned()), Default::default()],
        groups: vec!["g1".to_owned()],
        tolerance: "7".to_owned(),
        ..typed()
    };
    let (_, errors) = typed.wish(&"t3".into(), &collecting(), Words::default());
    let errors = in_order(errors);
    let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["grid", "day-2", "tolerance"]);
    let html = page(Language::Fr, &desk(RoundState::Collecting, &["<b>x</b>"]), typed, errors);
    keep("wishes-errors-fr", &html);
    assert!(html.contains("3 corrections sont nécessaires") && html.contains("<title>Erreur"));
    assert!(html.contains("value=\"g1\" checked") && html.contains("<details class=\"more\" open>"));
    assert!(!html.contains("<script>") && !html.contains("<b>x"), "{html}");
    assert!(html.contains("value=\"&#60;script&#62;alert(1)&#60;/script&#62; &#38; &#34;co&#34;\""), "{html}");
}

#[test]
fn a_wish_leads_back_to_its_form() {
    let teacher = Id::from("t3");
    for tolerance in form::TOLERANCES {
        for (_, otherwise, _) in form::OTHERWISE {
            let typed = Typed { tolerance: tolerance.to_string(), otherwise: otherwise.to_owned(), ..typed() };
            let (wish, errors) = typed.wish(&teacher, &collecting(), Words::default());
            assert_eq!(errors, []);
            let request = request(&wish, "r");
            let found = Typed::of(&request, &round(RoundState::Collecting), &samples::school());
            // Another form may give the very same windows; then it is as good.
            let (again, _) = found.wish(&teacher, &collecting(), Words::default());
            assert_eq!(self::request(&again, "r").windows, request.windows, "{tolerance} {otherwise}");
            assert_eq!(found.choices[0], typed.choices[0]);
        }
    }
}

#[test]
fn findings_stand_at_their_fields() {
    let typed = Typed {
        choices: [Default::default(), ("2020-03-23".into(), "540".into()), ("2020-03-24".into(), "720".into())],
        ..typed()
    };
    let finding = |code: &str, place: &str, action: &str| Finding::new(code, place, "m", action);
    let findings = [
        finding("outside-hours", "preferred[1].start", "the nearest start that fits is 2020-03-24T11:20"),
        finding("empty-text", "title", ""),
        finding("unknown-group", "groups[1]", ""),
        finding("no-preference", "preferred", ""),
        finding("never-heard-of", "", ""),
    ];
    let errors = typed.errors(&findings, Words::new(Language::En));
    let said: Vec<(&str, &str)> = errors.iter().map(|error| (error.field.as_str(), error.text.as_str())).collect();
    assert_eq!(said[0].0, "day-3");
    assert!(said[0].1.contains("Tuesday 24 March at 11:20"), "{said:?}");
    assert_eq!(said[1], ("title", "Give the class a title."));
    assert_eq!((said[2].0, said[3].0, said[4]), ("groups", "day-2", ("title", "m")));
}

fn painted(fields: &[(&str, &str)]) -> Typed {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Typed::read(&Form(fields.collect()))
}

#[test]
fn what_is_painted_is_what_is_wished() {
    let fields = [
        ("title", "SVT"),
        ("group", "g3"),
        ("duration", "55"),
        ("c-2-9", "wish"),
        ("c-2-10", "wish"),
        ("c-1-9", "need"),
        ("c-3-10", "never"),
        ("c-3-11", "never"),
        ("c-9-77", "wish"),
        ("reason", "Conseil de classe"),
    ];
    let typed = painted(&fields);
    let (wish, errors) = typed.wish(&"t3".into(), &collecting(), Words::default());
    assert_eq!(errors, []);
    assert_eq!(wish.preferred[0].start.to_string(), "2020-03-24 09:00:00");
    let never = &wish.impossible_hours;
    assert_eq!((never.len(), never[0].weekday, never[0].from_minute, never[0].to_minute), (1, 3, 600, 720));
    assert!(wish.liked_hours.iter().all(|hours| (hours.weekday, hours.from_minute) != (3, 600)));
    let request = Request { wish: Some(wish.clone()), ..request(&wish, "r") };
    let again = Typed::of(&request, &round(RoundState::Collecting), &samples::school());
    assert_eq!((again.paint, again.reason, again.title), (typed.paint, typed.reason, typed.title));
}

#[test]
fn impossible_hours_want_a_reason_and_some_hour_a_wish() {
    let typed = painted(&[
        ("title", "SVT"),
        ("group", "g3"),
        ("duration", "55"),
        ("c-3-10", "never"),
        ("tolerance", "0"),
        ("otherwise", "never"),
    ]);
    let (_, errors) = typed.wish(&"t3".into(), &collecting(), Words::default());
    let fields: Vec<String> = in_order(errors).into_iter().map(|error| error.field).collect();
    assert_eq!(fields, ["grid", "reason"]);
}

#[test]
fn an_hour_that_holds_no_class_is_named_unless_another_does() {
    // The school closes at a quarter past twelve.
    let noon = [("title", "SVT"), ("group", "g3"), ("duration", "55"), ("c-1-12", "wish")];
    let (_, errors) = painted(&noon).wish(&"t3".into(), &collecting(), Words::default());
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(errors[0].field, "grid");
    for part in ["lundi 12\u{a0}h", "55\u{a0}min"] {
        assert!(errors[0].text.contains(part), "{part}: {errors:?}");
    }
    let mut typed = painted(&noon);
    typed.paint.fill("day:1", "wish", &samples::school());
    let (wish, errors) = typed.wish(&"t3".into(), &collecting(), Words::default());
    assert_eq!((errors, wish.preferred[0].start.to_string()), (vec![], "2020-03-23 08:00:00".to_owned()));
    let also = painted(&[noon.as_slice(), &[("c-2-13", "wish")]].concat());
    let (wish, errors) = also.wish(&"t3".into(), &collecting(), Words::default());
    assert_eq!((errors, wish.preferred[0].start.to_string()), (vec![], "2020-03-24 13:15:00".to_owned()));
}

#[test]
fn numbers_that_are_wrong_name_their_field_and_its_bounds() {
    let mut wish = NewRequest { weeks: Some(99), weekly: true, ..NewRequest::default() };
    wish.minimum_break_minutes.teacher = Some(9999);
    wish.most_a_day.group = Some(0);
    let mut findings = Findings::default();
    wish.rule_findings(&mut findings);
    let errors = typed().errors(&findings.0, Words::default());
    let said: Vec<(&str, &str)> = errors.iter().map(|error| (error.field.as_str(), error.text.as_str())).collect();
    assert_eq!(
        said,
        [
            (
                "teacher-break",
                "Pause entre les classes du professeur (min) – Donnez un nombre de minutes, 600 au plus."
            ),
            (
                "group-most",
                "Classes des groupes par jour, au plus – Donnez un nombre de 1 à 50, ou laissez le champ vide."
            ),
            ("weeks", "Nombre de semaines – Donnez un nombre de semaines de 1 à 9."),
        ]
    );
    let typed = painted(&[("gap", "-5")]);
    let errors = typed.rules.put(&mut wish, None, Words::default());
    assert!(errors[0].text.starts_with("Minutes au moins entre les deux – Donnez un nombre entier"), "{errors:?}");
}

#[test]
fn a_wish_in_the_list_says_which_hours_are_impossible() {
    let mut desk = desk(RoundState::Collecting, &["SVT"]);
    let fields =
        [("duration", "55"), ("c-2-9", "wish"), ("c-3-10", "never"), ("c-3-11", "never"), ("reason", "Conseil")];
    let (wish, _) = painted(&fields).wish(&"t3".into(), &collecting(), Words::default());
    desk.desk.requests[0].wish = Some(wish);
    let html = page(Language::Fr, &desk, Typed::default(), vec![]);
    assert!(html.contains("Impossible mercredi 10\u{a0}h\u{a0}–\u{a0}12\u{a0}h</p>"), "{html}");
}

#[test]
fn a_row_and_a_column_are_filled_at_once() {
    let school = samples::school();
    let mut paint = paint::Paint::default();
    paint.fill("row:9", "need", &school);
    paint.fill("day:2", "wish", &school);
    paint.fill("day:99", "wish", &school);
    let liked = paint.liked(&school);
    let count = |liking| liked.iter().filter(|hours| hours.liking == liking).count();
    let tuesday = liked.iter().filter(|hours| hours.weekday == 2).count();
    assert_eq!(count(crate::domain::liking::Liking::Wish), tuesday);
    assert!(count(crate::domain::liking::Liking::IfNeedBe) >= 3, "{liked:?}");
    paint.fill("day:2", "fine", &school);
    assert!(!paint.has_wish());
}

#[test]
fn who_deletes_a_wish_hears_which_others_lose_a_rule() {
    let w = Words::new(Language::En);
    let (wish, _) = typed().wish(&"t3".into(), &collecting(), w);
    let [first, mut second, mut third] = ["a", "b", "c"].map(|id| request(&wish, id));
    let all = |second: &Request, third: &Request| vec![first.clone(), second.clone(), third.clone()];
    assert_eq!(rules::deleting(&first, &all(&second, &third), w), "Delete “Mathématiques”");
    second.rules.after.push(Follows { request: first.id.clone(), gap_minutes: 0 });
    assert!(rules::deleting(&first, &all(&second, &third), w).contains("Another wish is to come after it"));
    third.rules.not_same_day_as.push(first.id.clone());
    assert!(rules::deleting(&first, &all(&second, &third), w).contains("2 other wishes"));
    assert_eq!(rules::deleting(&third, &all(&second, &third), w), "Delete “Mathématiques”");
}
