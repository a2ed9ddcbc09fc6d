//! What mails say and how they are put together.

use super::{
    message,
    render::{self, Call, Item, News},
};
use crate::domain::{
    notice::Notice,
    people::Language,
    session::{Change, NamedSession, Session, SessionState},
};
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use proptest::prelude::*;
use std::collections::BTreeSet;

const FRENCH: &str = include_str!("../locales/fr/mail.ftl");
const ENGLISH: &str = include_str!("../locales/en/mail.ftl");

fn utc(text: &str) -> DateTime<Utc> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap().and_utc()
}

fn item(number: u32, title: &str, starts_at: &str, change: Change) -> Item {
    let starts_at = utc(starts_at);
    let state = if change == Change::Cancelled { SessionState::Cancelled } else { SessionState::Confirmed };
    Item {
        session: NamedSession {
            session: Session {
                id: format!("s{number}").into(),
                school: "school".into(),
                request: Some("request".into()),
                title: title.to_owned(),
                teachers: Vec::new(),
                groups: Vec::new(),
                connections: 25,
                starts_at,
                ends_at: starts_at + Duration::minutes(55),
                state,
                held_until: None,
                sequence: 0,
                created_at: utc("2020-03-16T08:00"),
                changed_at: utc("2020-03-16T08:00"),
            },
            group_names: vec!["6e B".to_owned()],
            teacher_names: vec!["Mme Martin".to_owned()],
        },
        change,
    }
}

fn plan() -> Vec<Item> {
    vec![
        item(1, "Mathématiques", "2020-03-27T08:00", Change::Added),
        item(2, "Maths <b>& géométrie</b>", "2020-03-27T10:30", Change::Added),
        item(3, "Mathématiques", "2020-03-30T07:00", Change::Added),
    ]
}

fn mixed() -> Vec<Item> {
    vec![
        item(1, "Mathématiques", "2020-03-24T08:00", Change::Added),
        item(2, "Algèbre", "2020-03-26T09:00", Change::Moved { from: utc("2020-03-24T08:00") }),
        item(3, "Soutien", "2020-04-01T07:30", Change::Cancelled),
    ]
}

fn mail(items: &[Item], language: Language) -> render::Rendered {
    render::changes(&News {
        school: "Collège Jules-Verne",
        zone: chrono_tz::Europe::Paris,
        reader: "Mme Martin",
        language,
        link: "https://creneau.example.org/week",
        items,
    })
    .unwrap()
}

fn notice(name: &str, title: &str, calendar: Option<&str>) -> Notice {
    let mail = mail(&[item(1, title, "2020-03-24T08:00", Change::Added)], Language::Fr);
    Notice {
        id: "0193599a-0000-7000-8000-000000000000".into(),
        school: Some("school".into()),
        teacher: None,
        cause: "cause".to_owned(),
        kind: "sessions".to_owned(),
        message_id: "0193599a-0000-7000-8000-000000000000@creneau.example.org".to_owned(),
        to_name: name.to_owned(),
        to_address: "martin@example.org".to_owned(),
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        calendar: calendar.map(str::to_owned),
        created_at: utc("2020-03-16T08:00"),
    }
}

fn bytes(notice: &Notice) -> String {
    let from = "Créneau <creneau@example.org>".parse().unwrap();
    String::from_utf8(message::build(notice, &from).unwrap().formatted()).unwrap()
}

#[test]
fn a_plan_reads_well() {
    for language in [Language::Fr, Language::En] {
        let mail = mail(&plan(), language);
        insta::assert_snapshot!(format!("plan-{}", language.code()), format!("{}\n\n{}", mail.subject, mail.text));
    }
}

#[test]
fn changes_read_well() {
    for language in [Language::Fr, Language::En] {
        let mail = mail(&mixed(), language);
        insta::assert_snapshot!(format!("changes-{}", language.code()), format!("{}\n\n{}", mail.subject, mail.text));
    }
}

#[test]
fn one_change_is_told_in_the_subject() {
    let subjects: Vec<String> = mixed().into_iter().map(|item| mail(&[item], Language::En).subject).collect();
    insta::assert_snapshot!(subjects.join("\n"), @r"
    New virtual class: Mathématiques, Tuesday 24 March at 9:00
    Virtual class moved: Algèbre, Thursday 26 March at 10:00
    Virtual class cancelled: Soutien, Wednesday 1 April at 9:30
    ");
}

#[test]
fn a_reminder_reads_well() {
    let call = |language, round, closes_at| {
        render::reminder(&Call {
            school: "Collège Jules-Verne",
            zone: chrono_tz::Europe::Paris,
            reader: "Mme Martin",
            language,
            link: "https://creneau.example.org/wishes?round=r",
            round,
            starts_at: utc("2020-03-29T22:00"),
            closes_at,
        })
        .unwrap()
    };
    let mail = call(Language::Fr, "Semaine 14", Some(utc("2020-03-27T17:00")));
    insta::assert_snapshot!(format!("{}\n\n{}", mail.subject, mail.text), @r"
    Vos souhaits de classes virtuelles : Semaine 14

    Collège Jules-Verne

    Bonjour Mme Martin,

    Vous n’avez pas encore exprimé de souhait pour « Semaine 14 », à partir du lundi 30 mars.
    Les souhaits sont ouverts jusqu’au vendredi 27 mars à 18 h. Les heures sont celles de l’établissement (fuseau Europe/Paris).
    Si vous ne souhaitez rien cette fois, dites-le : vous ne recevrez plus de rappel.

    Exprimer mes souhaits
    https://creneau.example.org/wishes?round=r

    -- 
    Vous recevez ce message parce que vous enseignez dans cet établissement : Collège Jules-Verne. Il est envoyé automatiquement.
    ");
    let mail = call(Language::En, "<b>\r\nBcc: x</b>", None);
    assert!(!mail.text.contains("accepted until") && !mail.html.contains("<b>"), "{}", mail.html);
    assert_eq!(mail.subject, "Your wishes for virtual classes: <b>  Bcc: x</b>");
}

#[test]
fn a_page_escapes_what_users_wrote() {
    let html = mail(&plan(), Language::Fr).html;
    assert!(!html.contains("<b>") && html.contains("&#60;b&#62;&#38; géométrie"), "{html}");
}

/// Writes the pages to be looked at: `MAIL_PAGES=folder cargo test --workspace --lib mail`.
#[test]
fn pages_can_be_looked_at() {
    let Some(folder) = std::env::var_os("MAIL_PAGES") else { return };
    for language in [Language::Fr, Language::En] {
        for (name, items) in [("plan", plan()), ("changes", mixed())] {
            let path = std::path::Path::new(&folder).join(format!("{name}-{}.html", language.code()));
            std::fs::write(path, mail(&items, language).html).unwrap();
        }
    }
}

#[test]
fn both_languages_have_the_same_texts() {
    let keys = |source: &'static str| -> BTreeSet<&str> {
        source
            .lines()
            .filter(|line| line.starts_with("mail-"))
            .filter_map(|line| Some(line.split_once(" =")?.0))
            .collect()
    };
    assert_eq!(keys(FRENCH), keys(ENGLISH));
}

#[test]
fn an_invitation_stands_among_the_alternatives_and_beside_them() {
    let request = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n";
    let text = bytes(&notice("Mme Martin", "Maths", Some(request)));
    assert_eq!(text.matches("text/calendar; method=REQUEST; charset=utf-8").count(), 1);
    assert_eq!(text.matches("Content-Disposition").count(), 1);
    assert!(text.contains("filename=\"invite.ics\""));
    let several = request.replace("REQUEST", "PUBLISH");
    let text = bytes(&notice("Mme Martin", "Maths", Some(&several)));
    assert!(text.contains("filename=\"classes.ics\"") && text.matches("text/calendar").count() == 1);
    assert!(!bytes(&notice("Mme Martin", "Maths", None)).contains("calendar;"));
}

#[test]
fn sent_again_it_has_the_same_bytes() {
    let notice = notice("Mme Martin", "Maths", Some("BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nEND:VCALENDAR\r\n"));
    assert_eq!(bytes(&notice), bytes(&notice));
    assert!(bytes(&notice).contains("Message-ID: <0193599a-0000-7000-8000-000000000000@creneau.example.org>\r\n"));
}

#[test]
fn an_address_that_is_none_is_no_panic() {
    let from = "creneau@example.org".parse().unwrap();
    for address in ["", "a", "a@b\r\nBcc: c@d.fr", "a b@c.fr", "a@"] {
        let broken = Notice { to_address: address.to_owned(), ..notice("x", "Maths", None) };
        assert!(message::build(&broken, &from).is_err(), "{address:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_text_reaches_a_header_of_its_own(
        name in prop_oneof![any::<String>(), "(\r|\n|\r\n|\0|\"|\\\\|<|>|@|,|é|🎓|Bcc: x@y.fr| ){0,30}"],
        title in prop_oneof![any::<String>(), "(\r|\n|\r\n|\0|Bcc: x@y.fr|é|🎓| ){0,200}"],
    ) {
        let text = bytes(&notice(&name, &title, None));
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        let names: BTreeSet<&str> = head
            .split("\r\n")
            .filter(|line| !line.starts_with([' ', '\t']))
            .map(|line| line.split_once(':').unwrap().0)
            .collect();
        let expected = [
            "Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To",
            "X-Auto-Response-Suppress",
        ];
        prop_assert!(names.iter().all(|name| expected.contains(name)), "{:?}", names);
        prop_assert!(!head.replace("\r\n", "").contains(['\r', '\n', '\0']));
    }
}
