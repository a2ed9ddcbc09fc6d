//! What those who run a school do, without JavaScript and without a browser: from a table of groups to a published week.

use std::time::Duration;

use serde_json::json;

use crate::{
    school::School,
    support::process::wait_until,
    visitor::{Page, Visitor},
};

/// An admin of the school who is signed in, with the proof of their forms.
fn admin(school: &School) -> (Visitor<'_>, String) {
    let mut admin = Visitor::new(school);
    admin.sign_in(&school.admin);
    let csrf = admin.csrf("/admin/groups");
    (admin, csrf)
}

/// Sends a form with its proof.
fn send(admin: &mut Visitor<'_>, csrf: &str, path: &str, fields: &[(&str, &str)]) -> Page {
    let all: Vec<(&str, &str)> = std::iter::once(("csrf", csrf)).chain(fields.iter().copied()).collect();
    admin.post(path, &all)
}

/// The first id that follows a mark in a page.
fn id_after(page: &str, mark: &str) -> String {
    let rest = page.split(mark).nth(1).unwrap_or_else(|| panic!("no {mark}: {page}"));
    rest.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect()
}

fn wish(school: &School, group: usize, start: &str) {
    let wish = json!({
        "title": format!("Cours {group}"), "teachers": [school.teacher], "groups": [school.groups[group]],
        "duration_minutes": 55, "preferred": [{ "start": start, "tolerance_minutes": 120 }],
    });
    school.service.post_json(&format!("/api/v1/rounds/{}/requests", school.round), &wish).expect(201);
}

/// The page of a job once it has ended.
fn ended(admin: &mut Visitor<'_>, job: &str) -> Page {
    wait_until(Duration::from_secs(60), "the solve ends", || {
        let page = admin.get(job);
        (!page.body.contains("http-equiv=\"refresh\"")).then_some(page)
    })
}

#[test]
fn a_week_is_planned_by_plain_forms() {
    let school = School::open();
    let (mut admin, csrf) = admin(&school);
    let admin = &mut admin;

    // A table: what would change comes first, with everything that is wrong.
    let bad = [("table", "name;headcount\n6e C;many\n6e A;25\n")];
    let page = send(admin, &csrf, "/admin/groups/import", &bad);
    assert_eq!(page.status, 422);
    assert!(page.body.contains("ligne 2, colonne effectif") && page.body.contains("6e A;25"), "{}", page.body);
    assert!(page.body.contains("Écrivez un nombre entier."), "{}", page.body);
    let table = [("table", "name;headcount\n6e C;22\n6e A;25\n")];
    let page = send(admin, &csrf, "/admin/groups/import", &table);
    assert!(page.status == 200 && page.body.contains("effectif\u{a0}: 24 → 25"), "{}", page.body);
    assert!(!admin.get("/admin/groups").body.contains("6e C"), "looking changes nothing");
    let page = send(admin, &csrf, "/admin/groups/import", &[table[0], ("sure", "1")]);
    assert_eq!(page.location, "/admin/groups", "{}", page.body);
    let page = admin.get("/admin/groups");
    assert!(page.body.contains("6e C") && page.body.contains("Le tableau est importé."), "{}", page.body);
    assert!(!admin.get("/admin/groups").body.contains("Le tableau est importé."), "it is said once");
    assert!(admin.get("/admin/groups.csv").body.contains("6e C"));
    let new = send(admin, &csrf, "/admin/groups/import", &[("table", "nom;effectif;présence\n6e D;27;90 %\n")]).body;
    // Who confirms other changes than they have seen is shown these first: 6e E would go, too.
    let remove = ("remove_missing", "1");
    let page = send(admin, &csrf, "/admin/groups/import", &[table[0], remove]).body;
    let version = version_in(&page, "/admin/groups/import");
    let late = json!({ "name": "6e E", "headcount": 20 });
    school.service.post_json(&format!("/api/v1/schools/{}/groups", school.id), &late).expect(201);
    let page = send(admin, &csrf, "/admin/groups/import", &[table[0], remove, ("sure", "1"), ("version", &version)]);
    assert!(page.status == 200 && page.body.contains("rien n’a été importé"), "{}", page.body);
    assert!(page.body.contains("6e E") && admin.get("/admin/groups").body.contains("6e E"), "{}", page.body);
    assert!(new.contains("présence 90\u{a0}%, effectif 27"), "{new}");

    // Capacity: a row is filled without being kept, a number that is none comes back, then all is kept.
    let grid = [("step", "60"), ("from", "480"), ("to", "1080"), ("connections", "60"), ("brush", "30")];
    let with = |more: &[(&'static str, &'static str)]| [grid.as_slice(), more].concat();
    let page = send(admin, &csrf, "/admin/capacity", &with(&[("fill", "row:480")]));
    assert_eq!(page.body.matches("value=\"30\" placeholder").count(), 5, "{}", page.body);
    let page = send(admin, &csrf, "/admin/capacity", &with(&[("c-1-480", "lots")]));
    assert!(page.status == 422 && page.body.contains("value=\"lots\""), "{}", page.body);
    let page = send(admin, &csrf, "/admin/capacity", &with(&[("c-1-540", "30"), ("c-1-600", "30")]));
    assert_eq!(page.location, "/admin/capacity", "{}", page.body);
    let kept = school.service.get(&format!("/api/v1/schools/{}/capacity", school.id)).expect(200).json();
    assert_eq!(kept["weekly"], json!([{"weekday": 1, "from_minute": 540, "to_minute": 660, "connections": 30}]));

    // The round: who has answered, closed, solved while somebody looks, a class fixed, published.
    wish(&school, 0, "2020-03-23T09:00");
    wish(&school, 1, "2020-03-23T09:00");
    let round = format!("/admin/rounds/{}", school.round);
    let page = admin.get(&round);
    assert!(page.body.contains("Mme Petit") && page.body.contains("1 sur "), "{}", page.body);
    let page = send(admin, &csrf, &format!("{round}/state"), &[("state", "closed")]);
    assert_eq!(page.location, round, "{}", page.body);
    for (typed, told) in [("2h", "nombre entier"), ("99999", "secondes")] {
        let page = send(admin, &csrf, &format!("{round}/solve"), &[("seconds", typed)]);
        assert!(page.status != 303 && page.body.contains(&format!("value=\"{typed}\"")), "{}", page.body);
        assert!(page.body.contains(told), "{}", page.body);
    }
    let job = send(admin, &csrf, &format!("{round}/solve"), &[("seconds", "2")]).location;
    assert!(job.starts_with("/admin/jobs/"), "{job}");
    let plan = format!("/admin/plans/{}", id_after(&ended(admin, &job).body, "/admin/plans/"));
    for view in ["load", "week", "classes", "wishes", "limits"] {
        let page = admin.get(&format!("{plan}?view={view}"));
        assert!(page.status == 200 && !page.body.contains("admin-"), "{view}: {}", page.body);
        assert!(!page.body.contains("<script>") && !page.body.contains("style="), "{view}");
    }
    let sad = admin.get(&format!("{plan}?view=wishes")).body;
    assert!(sad.contains("1 souhait") || sad.contains("Un souhait déçu"), "{sad}");
    let class = admin.get(&format!("{plan}?view=classes")).body;
    let request = id_after(&class, &format!("{plan}/classes/"));
    let pin = [
        ("request", request.as_str()),
        ("plan", plan.trim_start_matches("/admin/plans/")),
        ("start", "2020-03-24T10:00"),
    ];
    let page = send(admin, &csrf, &format!("{round}/pin"), &[pin[0], pin[1], ("start", "2020-03-28T03:00")]);
    assert!(page.status == 422 && page.body.contains("2020-03-28T03:00"), "{}", page.body);
    let page = send(admin, &csrf, &format!("{round}/pin"), &pin);
    assert_eq!(page.location, format!("{plan}/classes/{request}"), "{}", page.body);
    let again = [("seconds", "2"), ("from", pin[1].1), ("least_change", "1")];
    let job = send(admin, &csrf, &format!("{round}/solve"), &again).location;
    let second = format!("/admin/plans/{}", id_after(&ended(admin, &job).body, "/admin/plans/"));
    let compared = admin.get(&format!("{plan}/compare?with={}", second.trim_start_matches("/admin/plans/")));
    assert!(compared.status == 200 && compared.body.contains("mardi 24 mars 2020 à 10"), "{}", compared.body);
    let preview = admin.get(&format!("{second}/publish"));
    assert!(preview.body.contains("2 classes changent") && preview.body.contains("Mme Petit"), "{}", preview.body);
    // The first does not keep what was fixed since; and of two who publish the second is told kindly.
    assert!(admin.get(&format!("{plan}/publish")).body.contains("ne peut pas être publié tel quel"));
    let page = send(admin, &csrf, &format!("{second}/publish"), &[("replaces", "")]);
    assert_eq!(page.location, round, "{}", page.body);
    let page = send(admin, &csrf, &format!("{second}/publish"), &[("replaces", "")]);
    assert_eq!(page.location, round, "pressed twice, the same plan is there: {}", page.body);
    let page = send(admin, &csrf, &format!("{plan}/publish"), &[("replaces", "")]);
    assert!(page.status == 409 && page.body.contains("pendant que vous regardiez"), "{}", page.body);

    // A published class is moved; where it cannot go, that is said and what was typed stays.
    let week = admin.get("/admin/sessions?date=2020-03-23").body;
    let session = format!("/admin/sessions/{}", id_after(&week, "href=\"/admin/sessions/"));
    let page = send(admin, &csrf, &session, &[("starts_at_local", "2020-03-28T03:00")]);
    assert!(page.status == 422 && page.body.contains("2020-03-28T03:00"), "{}", page.body);
    let page = send(admin, &csrf, &session, &[("starts_at_local", "2020-03-25T10:03")]);
    assert!(page.status == 422 && page.body.contains("toutes les 5 minutes"), "{}", page.body);
    let shown = admin.get(&session).body;
    let version = version_in(&shown, &session);
    let moved = [("version", version.as_str()), ("starts_at_local", "2020-03-25T10:00")];
    let page = send(admin, &csrf, &session, &moved);
    assert_eq!(page.location, "/admin/sessions?date=2020-03-23", "{}", page.body);
    assert!(admin.get(&page.location).body.contains("La classe est déplacée"));
    // Another tab still shows the class where it was: it is told, and keeps what was typed.
    let stale = [("version", version.as_str()), ("starts_at_local", "2020-03-26T10:00")];
    let page = send(admin, &csrf, &session, &stale);
    assert!(page.status == 409 && page.body.contains("2020-03-26T10:00"), "{}", page.body);
    // The same hour once more is no move, and nobody is said to have heard of one.
    let page = send(admin, &csrf, &session, &moved[1..]);
    assert!(admin.get(&page.location).body.contains("Rien n’a changé"));
    assert_eq!(send(admin, &csrf, &format!("{session}/cancel"), &[]).status, 422, "not without being sure");
    // Nor does it call off another class than it shows.
    let cancel = format!("{session}/cancel");
    let page = send(admin, &csrf, &cancel, &[("version", &version), ("sure", "1")]);
    assert!(page.status == 409 && page.body.contains("entre-temps"), "{}", page.body);
    assert!(admin.get(&session).body.contains("a lieu"), "{}", page.body);
    let present = version_in(&page.body, &cancel);
    assert_eq!(send(admin, &csrf, &cancel, &[("version", &present), ("sure", "1")]).status, 303);
    let deeds = admin.get("/admin/audit").body;
    assert!(deeds.contains("a publié un plan") && deeds.contains("a changé la capacité"), "{deeds}");
}

/// The version that the form for an address carries.
fn version_in(body: &str, action: &str) -> String {
    let form = body.split(&format!("action=\"{action}\"")).nth(1).unwrap();
    form.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#34;", "\"")
}

#[test]
fn a_cut_is_shown_before_it_is_made() {
    let school = School::open();
    let (mut admin, csrf) = admin(&school);
    // A class in the future, since only what is to come can be too much.
    let booking = json!({
        "title": "Physique", "teachers": [school.teacher], "groups": [school.groups[0]],
        "duration_minutes": 55, "starts_at_local": "2035-03-19T09:00",
    });
    school.service.post_json(&format!("/api/v1/schools/{}/bookings", school.id), &booking).expect(201);
    let dated = [("date", "2035-03-19"), ("from_time", "08:00"), ("to_time", "12:00"), ("dated_connections", "0")];
    let page = send(&mut admin, &csrf, "/admin/capacity/dated", &dated);
    assert!(page.status == 200 && page.body.contains("Abaisser la limite\u{202f}?"), "{}", page.body);
    assert!(page.body.contains("Physique") && page.body.contains("25 connexions de trop"), "{}", page.body);
    let kept = || school.service.get(&format!("/api/v1/schools/{}/capacity", school.id)).expect(200).json();
    assert_eq!(kept()["dated"], json!([]), "asking changes nothing");
    let page = send(&mut admin, &csrf, "/admin/capacity/dated", &[dated.as_slice(), &[("sure", "1")]].concat());
    assert_eq!(page.location, "/admin/capacity/overloads", "{}", page.body);
    assert!(admin.get("/admin/capacity/overloads").body.contains("Physique"));
    let starts_at = kept()["dated"][0]["starts_at"].as_str().unwrap().to_owned();
    send(&mut admin, &csrf, "/admin/capacity/dated/delete", &[("starts_at", &starts_at)]);
    assert_eq!(kept()["dated"], json!([]));
}

#[test]
fn people_calendars_and_keys_are_looked_after() {
    let school = School::open();
    let (mut admin, csrf) = admin(&school);
    let admin = &mut admin;
    let page = send(admin, &csrf, "/admin/teachers", &[("name", " "), ("email", "nonsense"), ("language", "en")]);
    assert!(page.status == 422 && page.body.contains("value=\"nonsense\""), "{}", page.body);
    let new = [("name", "M. Bihan"), ("email", "bihan@example.org"), ("language", "fr")];
    assert_eq!(send(admin, &csrf, "/admin/teachers", &new).location, "/admin/teachers");
    let list = admin.get("/admin/teachers").body;
    let teacher = format!("0{}", id_after(&list, "href=\"/admin/teachers/0"));
    assert!(list.contains("Inviter le professeur sans compte"), "{list}");
    assert_eq!(send(admin, &csrf, &format!("/admin/teachers/{teacher}/invite"), &[]).location, "/admin/teachers");
    assert!(admin.get("/admin/teachers").body.contains(">invité<"));
    // All others at once: those who have an address and are not invited yet.
    for name in ["Mme Cam", "Mme Dao"] {
        let email = format!("{}@example.org", name[4..].to_lowercase());
        send(admin, &csrf, "/admin/teachers", &[("name", name), ("email", &email), ("language", "fr")]);
    }
    assert!(admin.get("/admin/teachers").body.contains("Inviter les 2 professeurs sans compte"));
    assert_eq!(send(admin, &csrf, "/admin/teachers/invite", &[]).location, "/admin/teachers");
    let list = admin.get("/admin/teachers").body;
    assert!(list.contains("2 invitations partent par courriel.") && list.matches(">invité<").count() == 3, "{list}");
    assert!(!list.contains("sans compte"), "{list}");
    send(admin, &csrf, "/admin/teachers/invite", &[]);
    assert!(admin.get("/admin/teachers").body.contains("Personne n’était à inviter."));
    // Who shares an address with one of them can never be invited, and is not promised to be.
    send(admin, &csrf, "/admin/teachers", &[("name", "M. Dao"), ("email", "dao@example.org"), ("language", "fr")]);
    let list = admin.get("/admin/teachers").body;
    assert!(list.contains("adresse d’un autre") && !list.contains("sans compte"), "{list}");
    let erase = format!("/admin/teachers/{teacher}/erase");
    let preview = admin.get(&erase).body;
    assert!(preview.contains("ancien professeur") && preview.contains("Invitations supprimées"), "{preview}");
    assert_eq!(send(admin, &csrf, &erase, &[]).status, 422);
    assert_eq!(send(admin, &csrf, &erase, &[("sure", "1")]).location, "/admin/teachers");
    assert!(!admin.get("/admin/teachers").body.contains("Bihan"));

    // A calendar's link is shown once, with its code.
    let made = send(admin, &csrf, "/admin/feeds", &[("kind", "group"), ("group", &school.groups[0])]).body;
    assert!(made.contains("data:image/svg+xml;base64,") && made.contains("/feeds/"), "{made}");
    let list = admin.get("/admin/feeds").body;
    let secret = id_after(&made, "/feeds/");
    assert!(secret.len() == 64 && !list.contains(&secret) && list.contains("6e A"), "{list}");
    let feed = id_after(&list, "action=\"/admin/feeds/");
    assert!(send(admin, &csrf, &format!("/admin/feeds/{feed}/replace"), &[]).body.contains("base64"));
    assert_eq!(send(admin, &csrf, &format!("/admin/feeds/{feed}/revoke"), &[]).location, "/admin/feeds");

    let made = send(admin, &csrf, "/admin/tokens", &[("label", "emploi du temps"), ("read_only", "1")]).body;
    assert!(made.contains("id=\"secret\""), "{made}");
    let hook = [("url", "https://example.org/creneau"), ("events", "swap"), ("description", "site")];
    let made = send(admin, &csrf, "/admin/webhooks", &hook).body;
    assert!(made.contains("whsec_"), "{made}");
    let hook = id_after(&admin.get("/admin/webhooks").body, "href=\"/admin/webhooks/");
    let address = format!("/admin/webhooks/{hook}");
    let page = admin.get(&address).body;
    assert!(!page.contains("whsec_") && page.contains("value=\"https://example.org/creneau\""), "{page}");
    // It is changed on its page, by whoever has seen it as it is.
    let (version, site) = (version_in(&page, &address), "https://example.org/news");
    let news = |url| [("version", version.as_str()), ("url", url), ("events", "swap"), ("description", "journal")];
    let wrong = send(admin, &csrf, &address, &news("nonsense"));
    assert!(wrong.status == 422 && wrong.body.contains("value=\"nonsense\""), "{}", wrong.body);
    assert_eq!(send(admin, &csrf, &address, &news(site)).location, address);
    assert!(admin.get(&address).body.contains(site));
    assert_eq!(send(admin, &csrf, &address, &news("https://example.org/late")).status, 409);
    assert_eq!(send(admin, &csrf, &format!("{address}/switch"), &[("enabled", "")]).status, 303);
    let page = admin.get(&address).body;
    assert!(page.contains("éteint") && page.contains(site) && page.contains("journal"), "{page}");

    // A teacher's key is a link to open, and a code to scan.
    let key = [("label", "M. Le Goff"), ("teacher", school.teacher.as_str())];
    let made = send(admin, &csrf, "/admin/tokens", &key).body;
    let secret = id_after(&made, "/enter/");
    assert!(secret.len() > 20 && made.contains("data:image/svg+xml;base64,"), "{made}");
    let mut teacher = Visitor::new(&school);
    assert_eq!(teacher.get(&format!("/enter/{secret}")).status, 303);
    let wishes = admin.get("/wishes").body;
    assert!(wishes.contains("href=\"/admin/teachers\"") && !wishes.contains("/api/docs"), "{wishes}");

    // A round is asked for days that are to come: a mistyped year mails nobody.
    let round = [("name", "Passé"), ("step_minutes", "5"), ("starts_on", "2020-01-06"), ("ends_on", "2020-01-10")];
    let page = send(admin, &csrf, "/admin/rounds", &round);
    assert!(page.status == 422 && page.body.contains("ou ils sont passés"), "{}", page.body);
    let round = [("name", "À venir"), ("step_minutes", "5"), ("starts_on", "2035-03-19"), ("ends_on", "2035-03-23")];
    let page = send(admin, &csrf, "/admin/rounds", &[&round[..], &[("closes_at", "2020-01-02T18:00")]].concat());
    assert!(page.status == 422 && page.body.contains("Cet instant est passé"), "{}", page.body);
    assert_eq!(send(admin, &csrf, "/admin/rounds", &round).status, 303);

    // What keeps a group from being deleted is named.
    wish(&school, 0, "2020-03-23T09:00");
    let page = send(admin, &csrf, &format!("/admin/groups/{}/delete", school.groups[0]), &[]);
    assert!(page.body.contains("Semaine 13") && page.body.contains("souhaits\u{a0}: 1"), "{}", page.body);

    let rules =
        ["book_notice_minutes", "move_notice_minutes", "cancel_notice_minutes", "hold_minutes", "offer_minutes"];
    let five: Vec<(&str, &str)> = rules.iter().map(|field| (*field, "5")).collect();
    assert_eq!(send(admin, &csrf, "/admin/rules", &five).location, "/admin/rules");
    let days = [("kind", "closed"), ("from", "2030-05-02"), ("to", "2030-05-03"), ("reason", "Pont")];
    assert_eq!(send(admin, &csrf, "/admin/calendar/days", &days).location, "/admin/calendar");
    assert!(admin.get("/admin/calendar").body.contains("Pont"));
    let wrong = [("part", "holidays"), ("lunch-0", "midi"), ("holiday_zone", "B")];
    let page = send(admin, &csrf, "/admin/calendar", &wrong);
    assert!(page.status == 422 && page.body.contains("value=\"midi\""), "{}", page.body);
    let right =
        [("part", "holidays"), ("lunch-0", "12:15-13:15"), ("holiday_zone", "B"), ("public_holidays", "france")];
    assert_eq!(send(admin, &csrf, "/admin/calendar", &right).location, "/admin/calendar");
    assert_eq!(admin.get("/admin/outbox?state=sent").status, 200);
}

#[test]
fn closures_are_taken_away_one_by_one_and_none_is_lost() {
    let school = School::open();
    let closures = || {
        let calendar = school.service.get(&format!("/api/v1/schools/{}/calendar", school.id)).expect(200).json();
        let reasons =
            calendar["closures"].as_array().unwrap().iter().map(|one| one["reason"].as_str().unwrap().to_owned());
        let mut reasons: Vec<String> = reasons.collect();
        reasons.sort();
        reasons
    };
    // Several admins at once.
    let reasons = ["Grève", "Travaux", "Neige", "Examens"];
    std::thread::scope(|threads| {
        for reason in reasons {
            let school = &school;
            threads.spawn(move || {
                let (mut admin, csrf) = admin(school);
                let days = [("kind", "closed"), ("from", "2035-03-19"), ("to", "2035-03-20"), ("reason", reason)];
                let done = send(&mut admin, &csrf, "/admin/calendar/days", &days);
                assert_eq!(done.status, 303, "{reason}: {}", done.body);
            });
        }
    });
    assert_eq!(closures(), ["Examens", "Grève", "Neige", "Travaux"]);
    let (mut admin, csrf) = admin(&school);
    let page = admin.get("/admin/calendar").body;
    let form =
        page.split("action=\"/admin/calendar/days/delete\"").find(|form| form.contains("value=\"Neige\"")).unwrap();
    let form = form.split("</form>").next().unwrap();
    let value =
        |name: &str| form.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap().split('"').next().unwrap();
    let fields = ["kind", "from", "to", "reason"].map(|name| (name, value(name)));
    assert_eq!(send(&mut admin, &csrf, "/admin/calendar/days/delete", &fields).status, 303);
    assert_eq!(closures(), ["Examens", "Grève", "Travaux"]);
}
