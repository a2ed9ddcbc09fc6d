use super::*;
use crate::{
    domain::{people::Language, round::RoundState},
    http::web::samples::{self, keep},
};

fn page(language: Language, asked: &Asked, count: usize, limit: u32) -> String {
    let visitor = samples::visitor(language, "/week");
    let now = "2020-03-25T09:00:00Z".parse().unwrap();
    WeekPage::new(&visitor, asked, &samples::week(count, limit), now).render().unwrap()
}

#[test]
fn six_hundred_classes_fit_into_a_hundred_kilobytes() {
    let html = page(Language::Fr, &Asked::default(), 600, 1900);
    keep("week-600-fr", &html);
    assert!(html.len() < 100_000, "{} bytes", html.len());
    assert!(html.contains("599 classes") && html.contains("Semaine du 23 au 29 mars 2020"), "{html}");
}

#[test]
fn a_small_school_sees_every_class_at_once() {
    let html = page(Language::En, &Asked::default(), 60, 230);
    keep("week-60-en", &html);
    assert!(html.contains("<details class=\"hour\" open>") && html.contains("Week of 23 to 29 March 2020"));
    assert!(html.contains("week.css") == html.contains("style=") && !html.contains("<script>"));
}

#[test]
fn only_hours_in_which_a_class_may_begin_are_called_quiet() {
    // Closed from a quarter past twelve to a quarter past one, and much room all week: ten stretches of the same kind.
    let html = page(Language::Fr, &Asked::default(), 60, 9000);
    let hour = |name: &str, next: &str| html.contains(&format!("<span class=\"at\">{name}\u{a0}h</span>{next}"));
    assert!(hour("11", "<span class=\"tag quiet\">creux</span>") && hour("13", "<span class=\"tag quiet\">"), "{html}");
    assert!(hour("12", "<svg") && !hour("12", "<span class=\"tag"), "{html}");
    assert!(html.contains("et 7 autres plages") && html.contains("classes commencent</span>"), "{html}");
}

#[test]
fn a_group_s_week_is_a_grid() {
    let asked = Asked { group: "g5".into(), ..Asked::default() };
    let html = page(Language::Fr, &asked, 240, 900);
    keep("week-group-fr", &html);
    assert!(html.contains("6e F · Semaine du 23 au 29 mars 2020") && html.contains("lane-0-1"));
    assert!(html.contains("/week?date=2020-03-30&#38;group=g5"), "{html}");
}

#[test]
fn half_an_hour_says_who_and_leads_to_the_class() {
    let mut material = samples::week(60, 230);
    for (index, session) in material.week.sessions.iter_mut().enumerate() {
        session.end = samples::moment(session.start.utc + Duration::minutes([30, 55, 15, 40][index / 5 % 4]));
        session.link = Some(format!("https://visio.example.org/b/{index}"));
        session.groups[0].name = "6e F, section européenne et bilangue".to_owned();
    }
    let group = material.week.sessions[0].groups[0].id.to_string();
    for session in &mut material.week.sessions {
        session.groups[0].id = group.as_str().into();
    }
    let now = "2020-03-22T09:00:00Z".parse().unwrap();
    let teacher = material.week.sessions[0].teachers[0].clone();
    for session in &mut material.week.sessions {
        session.teachers = vec![teacher.clone()];
    }
    let asked = Asked { teacher: teacher.id.to_string(), ..Asked::default() };
    let html = WeekPage::new(&samples::visitor(Language::Fr, "/week"), &asked, &material, now).render().unwrap();
    keep("week-short-fr", &html);
    let card = |number: usize| {
        let link = html.find(&format!("https://visio.example.org/b/{number}\"")).unwrap();
        let from = html[..link].rfind("<li class=\"block").unwrap();
        &html[from..link + html[link..].find("</li>").unwrap()]
    };
    let (half, whole) = (card(0), card(5));
    let who = "6e F, section européenne et bilangue";
    assert!(half.contains(" short") && half.contains(&format!("<span class=\"who\">{who}</span>")), "{half}");
    assert!(half.contains(&format!(", {who}\">")) && half.contains("<a class=\"join\""), "{half}");
    assert!(half.contains("Rejoindre</span><span class=\"unseen\"> ") && !half.contains("tiny"), "{half}");
    assert!(!whole.contains(" short") && whole.contains("Rejoindre</span><span"), "{whole}");
    assert!(card(10).contains(" short tiny\""), "a quarter of an hour has one line");
}

#[test]
fn a_teacher_sees_the_own_classes_first_and_how_to_join_the_next() {
    let visitor = samples::visitor(Language::En, "/week");
    let mut material = samples::week(60, 230);
    for session in &mut material.week.sessions {
        session.link = Some("https://visio.example.org/b/abc".to_owned());
    }
    let now = "2020-03-22T09:00:00Z".parse().unwrap();
    let asked = Asked::default().of(visitor.who.as_ref());
    assert_eq!(asked.teacher, "t3");
    let html = WeekPage::new(&visitor, &asked, &material, now).render().unwrap();
    keep("week-mine-en", &html);
    assert!(html.contains("Next class") && html.contains("https://visio.example.org/b/abc"), "{html}");
    assert!(html.contains("/week?date=2020-03-23&#38;all=1"), "{html}");
    let whole = Asked { all: "1".into(), ..Asked::default() }.of(visitor.who.as_ref());
    assert_eq!(whole.teacher, "");
}

#[test]
fn an_empty_week_says_what_to_do() {
    let html = page(Language::Fr, &Asked::default(), 0, 420);
    keep("week-empty-fr", &html);
    assert!(html.contains("Dire mes souhaits"));
}

#[test]
fn the_published_week_is_shown_first() {
    let school = samples::school();
    let round = |id: &str, from: &str, to: &str, state| Round {
        id: id.into(),
        school: school.id.clone(),
        name: id.to_owned(),
        starts_at: from.parse().unwrap(),
        ends_at: to.parse().unwrap(),
        step_minutes: 5,
        state,
        opens_at: None,
        closes_at: None,
        published_plan: None,
        created_at: DateTime::UNIX_EPOCH,
    };
    let first = round("1", "2020-03-15T23:00:00Z", "2020-03-22T23:00:00Z", RoundState::Published);
    let second = round("2", "2020-03-22T23:00:00Z", "2020-04-05T22:00:00Z", RoundState::Published);
    let third = round("3", "2020-04-05T22:00:00Z", "2020-04-12T22:00:00Z", RoundState::Collecting);
    let rounds = [third, second, first];
    let shown = |now: &str| usual_monday(&rounds, &school, now.parse().unwrap()).to_string();
    assert_eq!(shown("2020-03-10T09:00:00Z"), "2020-03-16");
    assert_eq!(shown("2020-03-18T09:00:00Z"), "2020-03-16");
    assert_eq!(shown("2020-04-01T09:00:00Z"), "2020-03-30");
    assert_eq!(shown("2026-01-01T09:00:00Z"), "2020-03-23");
    assert_eq!(usual_monday(&[], &school, "2026-01-01T09:00:00Z".parse().unwrap()).to_string(), "2025-12-29");
}

#[test]
fn what_makes_no_sense_is_left_out_of_links() {
    let asked = Asked { group: "\"><script>".into(), date: "2020-03-25".into(), ..Asked::default() };
    assert_eq!(asked.link(asked.monday().unwrap()), "/week?date=2020-03-23");
    assert!(Asked { date: "+262142-12-31".into(), ..Asked::default() }.monday().is_none());
}

#[test]
fn hours_stay_local_across_summer_time() {
    let school = samples::school();
    let sunday = NaiveDate::from_ymd_opt(2020, 3, 29).unwrap();
    let mut session = samples::sessions(1).remove(0);
    session.start = samples::moment("2020-03-29T07:00:00Z".parse().unwrap());
    session.end = samples::moment("2020-03-29T08:00:00Z".parse().unwrap());
    let week = WeekView::of(&Material {
        w: Words::default(),
        zone: school.zone(),
        monday: samples::monday(),
        today: sunday,
        hours: &school.opening_hours,
        classes: &[Class::of(&session, &[])],
        load: &[],
    });
    let day = week.days.last().unwrap();
    assert_eq!(
        (day.iso, week.days.len(), day.blocks[0].line.time.as_str()),
        (sunday, 6, "9\u{a0}h\u{a0}–\u{a0}10\u{a0}h")
    );
}
