//! Tests of what the other tests stand on.
#![cfg(test)]

mod support;

mod postgres {
    use diesel::{Connection, PgConnection, RunQueryDsl, sql_query};

    use crate::support::postgres::database;

    #[test]
    fn each_test_gets_a_database_of_its_own() {
        let (first, second) = (database(), database());
        for fresh in [&first, &second] {
            let mut connection = PgConnection::establish(&fresh.url).unwrap();
            sql_query("CREATE TABLE schools (name TEXT)").execute(&mut connection).unwrap();
        }
    }
}

mod smtp {
    use std::time::Duration;

    use lettre::{Message, SmtpTransport, Transport};

    use crate::support::smtp::SmtpServer;

    fn mail_to(recipient: &str) -> Message {
        Message::builder()
            .from("Créneau <creneau@school.example>".parse().unwrap())
            .to(recipient.parse().unwrap())
            .subject("Votre semaine")
            .body("8 h 55, 4e B\n.\nA dot on a line of its own ends nothing.".to_owned())
            .unwrap()
    }

    #[test]
    fn keeps_what_it_accepts_and_refuses_what_it_is_told_to() {
        let server = SmtpServer::start();
        let transport = SmtpTransport::builder_dangerous("127.0.0.1")
            .port(server.port())
            .timeout(Some(Duration::from_secs(10)))
            .build();
        transport.send(&mail_to("anne@school.example")).unwrap();
        for (recipient, code) in [
            ("refuse421-anne@school.example", 421),
            ("refuse450-anne@school.example", 450),
            ("refuse550-anne@school.example", 550),
        ] {
            let refusal = transport.send(&mail_to(recipient)).unwrap_err();
            assert_eq!(refusal.status().map(u16::from), Some(code), "{refusal}");
        }
        let lost = transport.send(&mail_to("vanish-anne@school.example"));
        assert!(lost.is_err(), "the answer is lost");

        let mails = server.wait_for(2, Duration::from_secs(5));
        assert_eq!(mails.len(), 2);
        assert_eq!(mails[0].from, "creneau@school.example");
        assert_eq!(mails[0].to, ["anne@school.example"]);
        assert_eq!(mails[0].header("subject").as_deref(), Some("Votre semaine"));
        assert!(mails[0].text().contains("\r\n.\r\nA dot on a line"));
        assert_eq!(mails[1].to, ["vanish-anne@school.example"]);
    }
}

mod calendar {
    use crate::support::calendar::{occurrences, read, try_read};

    /// A weekly class through the change to summer time, on 29 March 2026 in France.
    const WEEKLY: &str = "\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Creneau//test//FR
BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:session-1@school.example
DTSTAMP:20260301T120000Z
DTSTART;TZID=Europe/Paris:20260323T090000
DTEND;TZID=Europe/Paris:20260323T095500
RRULE:FREQ=WEEKLY;COUNT=3
SEQUENCE:2
STATUS:CONFIRMED
SUMMARY:Histoire\\, 4e B
CATEGORIES:histoire,4e B
END:VEVENT
END:VCALENDAR
";

    fn crlf(text: &str) -> Vec<u8> {
        text.replace('\n', "\r\n").into_bytes()
    }

    #[test]
    fn is_read_with_its_zone_and_in_utc() {
        let events = read(&crlf(WEEKLY));
        assert_eq!(events.len(), 1);
        assert_eq!(events[0].summary.as_deref(), Some("Histoire, 4e B"));
        assert_eq!(events[0].categories, ["histoire", "4e B"]);
        assert_eq!((events[0].sequence, events[0].status.as_deref()), (2, Some("CONFIRMED")));
        assert_eq!(events[0].start.local, "2026-03-23T09:00:00");
        assert_eq!(events[0].start.zone.as_deref(), Some("Europe/Paris"));

        let utc: Vec<_> = occurrences(&crlf(WEEKLY), "2026-03-01", "2026-05-01")
            .into_iter()
            .filter_map(|occurrence| occurrence.start.utc)
            .collect();
        let expected = ["2026-03-23T08:00:00Z", "2026-03-30T07:00:00Z", "2026-04-06T07:00:00Z"];
        assert_eq!(utc, expected);
    }

    #[test]
    fn is_refused_when_it_breaks_the_rules() {
        let long = WEEKLY.replace("SUMMARY:", &format!("SUMMARY:{}", "é".repeat(40)));
        for (wrong, complaint) in [
            (crlf("BEGIN:VEVENT\n"), "calendar"),
            (WEEKLY.as_bytes().to_vec(), "CRLF"),
            (crlf(&long), "75 are allowed"),
            (crlf(&WEEKLY.replace("Histoire", "His\rtoire")), "control character"),
            (crlf(&WEEKLY.replace("UID:session-1@school.example\n", "")), "has no UID"),
            (crlf(&WEEKLY.replace("TZID=Europe/Paris", "TZID=Europe/Berlin")), "does not define"),
            (crlf(&WEEKLY.replace("20260323T090000", "20260332T090000")), "DTSTART"),
        ] {
            let answer = try_read(&wrong, None).unwrap_err();
            assert!(answer.contains(complaint), "{answer}\nlacks {complaint}");
        }
    }
}

mod browser {
    use crate::support::browser::Browser;

    #[test]
    fn shows_a_page() {
        let browser = Browser::start(360, 640);
        browser.open(
            "data:text/html;charset=utf-8,<title>Semaine</title><p>bonjour</p><input>\
             <button onclick=\"document.querySelector('p').textContent = \
             document.querySelector('input').value + navigator.language\">ok</button>",
        );
        assert_eq!(browser.script("return document.title"), "Semaine");
        browser.fill("input", "langue : ");
        browser.click("button");
        assert_eq!(browser.text("p"), "langue : fr");
        assert_eq!(browser.count("button"), 1);
        let size = browser.script("return [window.innerWidth, window.innerHeight]");
        assert_eq!(size, serde_json::json!([360, 640]));
        assert!(!browser.is_wider_than_its_window());
        let picture = std::fs::read(browser.screenshot("harness")).unwrap();
        assert!(picture.starts_with(b"\x89PNG"));
    }
}

mod checker {
    use crate::support::python::{check_plan, school_round};

    #[test]
    fn names_what_is_wrong_with_a_plan() {
        let plan = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(plan.path(), r#"{"sessions": []}"#).unwrap();
        let verdict = check_plan(&school_round("BR-SA-00"), plan.path()).unwrap_err();
        assert!(verdict.contains("is not in the plan"), "{verdict}");
        assert!(verdict.contains("infeasible"), "{verdict}");
    }
}
