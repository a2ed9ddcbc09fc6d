//! What mails say and how they are put together.

use super::{
    Rendered, accounts, alerts, bookings,
    changes::{self, Item, News},
    cuts, message, rounds,
    samples::{WEEK, class, item, mixed, plan, reader, utc},
};
use crate::domain::{
    access::Role,
    alert::{Alert, AlertKind},
    event::Event,
    load::{Metric, Place},
    notice::Notice,
    people::Language,
    session::Change,
};
use proptest::prelude::*;
use std::collections::BTreeSet;

const FRENCH: &str = include_str!("../locales/fr/mail.ftl");
const ENGLISH: &str = include_str!("../locales/en/mail.ftl");

fn mail(items: &[Item], language: Language) -> Rendered {
    changes::changes(&News { to: reader(language), link: WEEK, items }).unwrap()
}

fn notice(name: &str, title: &str, calendar: Option<&str>) -> Notice {
    let mail = mail(&[item(title, "2020-03-24T08:00", Change::Added)], Language::Fr);
    Notice {
        id: "0193599a-0000-7000-8000-000000000000".into(),
        school: Some("school".into()),
        teacher: None,
        cause: "cause".to_owned(),
        kind: Event::SessionsChanged,
        message_id: "0193599a-0000-7000-8000-000000000000@creneau.example.org".to_owned(),
        to_name: name.to_owned(),
        to_address: "martin@example.org".to_owned(),
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        calendar: calendar.map(str::to_owned),
        thread: Some("session-1@creneau.example.org".to_owned()),
        unsubscribe: Some(format!("https://creneau.example.org/unsubscribe/{}/swap", "0".repeat(64))),
        created_at: utc("2020-03-16T08:00"),
        send_at: utc("2020-03-16T08:00"),
    }
}

fn bytes(notice: &Notice) -> String {
    let from = "Créneau <creneau@example.org>".parse().unwrap();
    String::from_utf8(message::build(notice, &from).unwrap().formatted()).unwrap()
}

fn alert(kind: AlertKind, metric: Metric) -> Alert {
    let (place, began_at) = (Place::platform("platform".into()), utc("2020-03-16T07:55"));
    Alert { id: "alert".into(), place, metric, kind, began_at, ended_at: None, observed: 18_400, bound: 20_000 }
}

/// A mail of each kind, by its name.
fn each_kind(language: Language) -> Vec<(&'static str, Rendered)> {
    let to = reader(language);
    let maths = class("Mathématiques", "6e B", "Mme Martin", "2020-03-24T08:00");
    let english = class("Anglais", "5e A", "M. Colin", "2020-03-26T13:30");
    let call = rounds::Call {
        to,
        link: "https://creneau.example.org/wishes?round=r",
        round: "Semaine 14",
        starts_at: utc("2020-03-29T22:00"),
        closes_at: Some(utc("2020-03-27T17:00")),
    };
    let gone = |wishes, ask: &[String]| {
        let link = "https://creneau.example.org/wishes";
        rounds::deleted(&rounds::Gone { to, link, round: "Semaine 14", starts_at: call.starts_at, wishes, ask })
            .unwrap()
    };
    let proposed = bookings::BookingNews::SwapProposed {
        own: &maths,
        other: &english,
        by: Some("M. Colin"),
        until: utc("2020-03-24T08:00"),
    };
    let link = "https://creneau.example.org/plan";
    let booking = |news| bookings::booking(&bookings::BookingMail { to, link, news }).unwrap();
    let sport = class("EPS", "6e A", "M. Lebrun", "2020-03-24T09:00");
    let crowded = [(&maths, 12, None), (&sport, 9, None), (&english, 1, Some("e-lyco".to_owned()))]
        .map(|(class, over, pool)| cuts::Crowded { class: class.clone(), pool, over });
    let cut = |role, classes| {
        let to = crate::mail::Reader { role, ..to };
        cuts::capacity_cut(&cuts::CutMail { to, link: WEEK, classes }).unwrap()
    };
    let began = alert(AlertKind::NearLimit, Metric::Connections);
    let over = Alert {
        ended_at: Some(utc("2020-03-16T09:40")),
        observed: 20_000,
        bound: 5_000,
        ..alert(AlertKind::AboveForecast, Metric::Logins)
    };
    let silent = Alert { ended_at: Some(utc("2020-03-16T10:40")), ..began.clone() };
    let warned = |role, name, alert: &Alert, is_silent| {
        let to = crate::mail::Reader { role, school: name, ..to };
        let link = "https://creneau.example.org/operator/load?date=2020-03-16&pool=p";
        alerts::load_alert(&alerts::AlertMail { to, link, alert, is_silent, window_minutes: 10 }).unwrap()
    };
    let link = |purpose| {
        let link = "https://creneau.example.org/link/abc";
        accounts::one_time_link(&accounts::LinkMail { reader: "Mme Martin", language, link, purpose }).unwrap()
    };
    let invitation =
        accounts::Purpose::Invitation { role: Role::Teacher, school: "Collège Jules-Verne", by: "M. Colin", days: 7 };
    vec![
        ("round-opened", rounds::opened(&call).unwrap()),
        ("round-closing", rounds::reminder(&call).unwrap()),
        ("round-deleted", gone(3, &["M. Colin".to_owned(), "Mme Roux".to_owned()])),
        ("round-deleted-alone", gone(1, &[])),
        ("plan-published", mail(&plan(), language)),
        ("sessions-changed", mail(&mixed(), language)),
        ("session-moved", mail(&mixed()[1..2], language)),
        ("place-offered", booking(bookings::BookingNews::Offered { class: &maths, until: utc("2020-03-20T11:00") })),
        ("swap", booking(proposed)),
        ("capacity-cut", cut(Role::Teacher, &crowded[..1])),
        ("capacity-cut-admin", cut(Role::Admin, &crowded)),
        ("load-alert", warned(Role::Operator, "e-lyco", &began, false)),
        ("load-alert-admin", warned(Role::Admin, to.school, &began, false)),
        ("load-alert-over", warned(Role::Operator, "Fédération de Nantes", &over, false)),
        ("load-alert-silent", warned(Role::Operator, "e-lyco", &silent, true)),
        ("sign-in", link(accounts::Purpose::SignIn { minutes: 15 })),
        ("invitation", link(invitation)),
    ]
}

#[test]
fn each_kind_reads_well_in_each_language() {
    for language in [Language::Fr, Language::En] {
        let mails = each_kind(language);
        for event in Event::ALL {
            assert!(mails.iter().any(|(name, _)| *name == event.as_str()), "no mail of the kind {event:?} is shown");
        }
        for (name, mail) in mails {
            let name = format!("{name}-{}", language.code());
            insta::assert_snapshot!(name.clone(), format!("{}\n\n{}", mail.subject, mail.text));
            insta::assert_snapshot!(format!("{name}-html"), mail.html);
            assert!(!mail.text.contains("mail-") && !mail.html.contains("mail-"), "a text is missing: {name}");
            // Both forms say the same: every word of the text stands in the page.
            let page = mail.html.replace("&#38;", "&").replace("&#60;", "<").replace("&#62;", ">");
            for word in mail.text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)) {
                let word = word.trim_matches(['[', ']']);
                assert!(page.contains(word), "{name}: {word:?} is in the text alone");
            }
        }
    }
}

/// Writes each mail as a page and as text, to be looked at: `scripts/mail-screens` makes pictures of them.
#[test]
fn mails_can_be_looked_at() {
    let Some(folder) = std::env::var_os("MAIL_PAGES") else { return };
    for language in [Language::Fr, Language::En] {
        for (name, mail) in each_kind(language) {
            let path = std::path::Path::new(&folder).join(format!("{name}-{}.html", language.code()));
            std::fs::write(&path, mail.html).unwrap();
            std::fs::write(path.with_extension("txt"), mail.text).unwrap();
        }
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
fn a_round_without_an_end_tells_none() {
    let call = rounds::Call {
        to: reader(Language::En),
        link: WEEK,
        round: "<b>\r\nBcc: x</b>",
        starts_at: utc("2020-03-29T22:00"),
        closes_at: None,
    };
    let mail = rounds::reminder(&call).unwrap();
    assert!(!mail.text.contains("accepted until") && !mail.html.contains("<b>"), "{}", mail.html);
    assert_eq!(mail.subject, "Your wishes for virtual classes: <b>  Bcc: x</b>");
}

#[test]
fn a_cut_that_concerns_a_whole_school_fits_in_a_mail() {
    let one = cuts::Crowded { class: class("Maths", "6e B", "Mme Martin", "2020-03-24T08:00"), pool: None, over: 3 };
    let classes = vec![one; 300];
    let mail = cuts::capacity_cut(&cuts::CutMail { to: reader(Language::En), link: WEEK, classes: &classes }).unwrap();
    assert_eq!((mail.text.matches("Maths").count(), mail.text.contains("And 260 more classes.")), (40, true));
}

#[test]
fn a_page_escapes_what_users_wrote() {
    let html = mail(&plan(), Language::Fr).html;
    assert!(!html.contains("<b>") && html.contains("&#60;b&#62;&#38; géométrie"), "{html}");
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
fn it_hangs_below_its_thread_and_can_be_unsubscribed() {
    let mut notice = notice("Mme Martin", "Maths", None);
    let text = bytes(&notice);
    let address = notice.unsubscribe.clone().unwrap();
    for line in [
        "In-Reply-To: <session-1@creneau.example.org>",
        "References: <session-1@creneau.example.org>",
        &format!("List-Unsubscribe: <{address}>"),
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
    ] {
        assert!(text.contains(&format!("\r\n{line}\r\n")), "{line}\n{text}");
    }
    (notice.thread, notice.unsubscribe) = (None, None);
    let text = bytes(&notice);
    assert!(!text.contains("List-") && !text.contains("References"));
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
            "Auto-Submitted", "Content-Type", "Date", "From", "In-Reply-To", "List-Unsubscribe",
            "List-Unsubscribe-Post", "MIME-Version", "Message-ID", "References", "Subject", "To",
            "X-Auto-Response-Suppress",
        ];
        prop_assert!(names.iter().all(|name| expected.contains(name)), "{:?}", names);
        prop_assert!(!head.replace("\r\n", "").contains(['\r', '\n', '\0']));
    }
}
