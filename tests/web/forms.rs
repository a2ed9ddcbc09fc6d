//! Every journey without JavaScript and without a browser: what is sent is what a plain form sends.

use crate::school::{HOSTILE, School};
use crate::visitor::Visitor;

/// A wish for Monday at nine.
fn wish<'a>(school: &'a School, csrf: &'a str, title: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("csrf", csrf),
        ("round", &school.round),
        ("title", title),
        ("group", &school.groups[0]),
        ("duration", "55"),
        ("day-1", "2020-03-23"),
        ("time-1", "540"),
        ("day-2", ""),
        ("time-2", ""),
        ("tolerance", "30"),
        ("otherwise", "same_day"),
    ]
}

#[test]
fn a_wish_is_entered_changed_deleted_and_published_by_plain_forms() {
    let school = School::open();
    let mut teacher = Visitor::new(&school);
    assert_eq!(teacher.get("/wishes?x=1&y").location, "/sign-in?next=/wishes?x=1%26y");
    let csrf = teacher.csrf("/sign-in");
    let wrong = teacher.post("/sign-in", &[("csrf", &csrf), ("key", "0123456789abcdef")]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("Cette clé n’est pas valable") && !wrong.body.contains("0123456789abcdef"));
    teacher.sign_in(&school.key);

    // All that is wrong is said at once, and what was typed stays.
    let csrf = teacher.csrf("/wishes");
    let bad = [
        ("csrf", csrf.as_str()),
        ("title", "  "),
        ("duration", "55"),
        ("day-1", "2020-03-23"),
        ("time-1", "715"),
        ("day-3", "2020-03-24"),
        ("tolerance", "30"),
        ("otherwise", "never"),
    ];
    let page = teacher.post("/wishes", &bad);
    assert_eq!(page.status, 422);
    for said in [
        "4 corrections sont nécessaires",
        "Donnez un intitulé",
        "Choisissez au moins un groupe.",
        "lundi 23 mars 2020 à 11\u{a0}h\u{a0}20",
        "Choisissez aussi l’heure",
        "value=\"2020-03-24\" selected",
        "value=\"never\" checked",
    ] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }

    let hostile = "\"><script>alert(1)</script>";
    let page = teacher.post("/wishes", &wish(&school, &csrf, hostile));
    assert_eq!(page.status, 303, "{}", page.body);
    let page = teacher.get(&page.location);
    assert!(page.body.contains("Le souhait est enregistré.") && page.body.contains("1 souhait"), "{}", page.body);
    assert!(page.body.contains("lundi 23 mars 2020 à 9\u{a0}h") && page.body.contains("&#60;script&#62;alert(1)"));
    assert!(!page.body.contains("<script>") && !page.body.contains("<img") && !page.body.contains("style="));
    let escaped = HOSTILE.replace('&', "&#38;").replace('<', "&#60;").replace('>', "&#62;").replace('"', "&#34;");
    assert!(page.body.contains(&escaped), "{}", page.body);

    // Its form comes back as it was typed, and may be changed.
    let edit = page.body.split("href=\"/wishes/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let form = teacher.get(&format!("/wishes/{edit}"));
    assert!(form.body.contains("value=\"30\" selected") && form.body.contains("value=\"540\" selected"));
    let page = teacher.post(&format!("/wishes/{edit}"), &wish(&school, &csrf, "Mathématiques"));
    assert_eq!(page.status, 303, "{}", page.body);
    assert!(teacher.get(&page.location).body.contains("Le souhait est modifié."));
    let page = teacher.post("/wishes", &wish(&school, &csrf, "Pour rien"));
    let list = teacher.get(&page.location).body;
    let other = list.split("href=\"/wishes/").skip(1).find(|part| !part.starts_with(&edit)).unwrap();
    let other = other.split('"').next().unwrap().to_owned();
    let page = teacher.post(&format!("/wishes/{other}/delete"), &[("csrf", &csrf)]);
    assert!(teacher.get(&page.location).body.contains("1 souhait<"));

    school.publish();
    let week = teacher.get("/week");
    assert_eq!(week.status, 200);
    assert!(
        week.body.contains("Semaine du 23 au 29 mars 2020") && week.body.contains("Mathématiques"),
        "{}",
        week.body
    );
    assert!(week.policy.contains("default-src 'none'") && !week.policy.contains("unsafe"));
    let group = teacher.get(&format!("/week?date=2020-03-25&group={}&lang=en", school.groups[0])).body;
    assert!(group.contains("lang=\"en\"") && group.contains("9:00–9:55") && group.contains("Mme Petit"), "{group}");
    let got = teacher.get("/wishes").body;
    assert!(got.contains("What I got") && got.contains("Monday 23 March 2020 at 9:00, as wished"), "{got}");
    let late = teacher.post("/wishes", &wish(&school, &csrf, "Trop tard"));
    assert!(late.status == 422 && late.body.contains("This round takes no more wishes."), "{}", late.body);
    let feed = school.feed();
    let page = Visitor::new(&school).get(&feed);
    assert!(page.body.contains("Semaine\u{a0}: 6e A") && page.body.contains("Mathématiques"), "{}", page.body);
    assert!(page.body.contains("webcal://") && page.body.contains(&format!("{feed}.ics")));
    assert!(!page.body.split("</title>").next().unwrap().contains(&feed["/feeds/".len()..]));
    let gone = Visitor::new(&school).get("/feeds/0123456789abcdef");
    assert!(gone.status == 404 && gone.body.contains("révoqué"), "{}", gone.body);
    let empty = teacher.get("/week?date=2020-04-01").body;
    assert!(empty.contains("No class is published for this week."));
}

#[test]
fn a_form_of_somebody_else_changes_nothing() {
    let school = School::open();
    let (mut teacher, mut admin) = (Visitor::new(&school), Visitor::new(&school));
    teacher.sign_in(&school.key);
    admin.sign_in(&school.admin);
    let (right, others) = (teacher.csrf("/wishes"), admin.csrf("/week"));
    for proof in ["", "x", others.as_str()] {
        assert_eq!(teacher.post("/wishes", &wish(&school, proof, "SVT")).status, 403, "{proof}");
        assert_eq!(teacher.post("/sign-out", &[("csrf", proof)]).status, 403);
    }
    for site in ["cross-site", "same-site"] {
        assert_eq!(teacher.post_from("/wishes", &wish(&school, &right, "SVT"), site).status, 403, "{site}");
    }
    let stranger = Visitor::new(&school).post("/sign-in", &[("key", &school.key)]);
    assert_eq!(stranger.status, 403);
    assert!(teacher.get("/wishes").body.contains("aucun pour l’instant"));
    assert_eq!(teacher.get("/wishes/no-such-wish").status, 404);
    assert!(admin.get("/wishes").body.contains("Cette page est celle des professeurs"));
}

/// Who has signed out in another tab meanwhile loses nothing that they typed; what another site made up is not handed back.
#[test]
fn a_form_sent_after_signing_out_can_be_sent_again() {
    let school = School::open();
    let mut teacher = Visitor::new(&school);
    teacher.sign_in(&school.key);
    let proof = teacher.csrf("/wishes");
    assert_eq!(teacher.post("/sign-out", &[("csrf", &proof)]).status, 303);
    let late = wish(&school, &proof, "Ma <SVT>");
    let page = teacher.post("/wishes", &late);
    assert_eq!(page.status, 403);
    let kept = "name=\"title\" value=\"Ma &#60;SVT&#62;\"";
    assert!(page.body.contains(kept) && page.body.contains("Se connecter (nouvel onglet)"), "{}", page.body);
    let foreign = teacher.post_from("/wishes", &late, "cross-site");
    assert!(foreign.status == 403 && !foreign.body.contains(kept), "{}", foreign.body);
    let key = teacher.post("/sign-in", &[("csrf", "x"), ("key", &school.key)]);
    assert!(key.status == 403 && !key.body.contains(&school.key), "{}", key.body);

    // Signed in again, the page that they came back to knows the new session.
    teacher.sign_in(&school.key);
    let page = teacher.post("/wishes", &late);
    assert!(page.status == 403 && page.body.contains(kept) && !page.body.contains("nouvel onglet"), "{}", page.body);
    let form = page.body.split("action=\"/wishes\"").nth(1).unwrap();
    let proof = form.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(teacher.post("/wishes", &wish(&school, &proof, "Ma <SVT>")).status, 303);
    assert!(teacher.get("/wishes").body.contains("Ma &#60;SVT&#62;"));
}

#[test]
fn a_personal_link_signs_in_once_and_leads_only_to_our_own_pages() {
    let school = School::open();
    let mut teacher = Visitor::new(&school);
    let page = teacher.get(&format!("/enter/{}?next=/wishes", school.key));
    assert_eq!((page.status, page.location.as_str()), (303, "/wishes"));
    assert_eq!(teacher.get("/").location, "/week");
    let page = teacher.get(&format!("/enter/{}?next=//evil.example", school.key));
    assert_eq!(page.location, "/");
    let csrf = teacher.csrf("/wishes");
    assert_eq!(teacher.post("/sign-out", &[("csrf", &csrf)]).location, "/?done=signed-out");
    assert_eq!(teacher.get("/week").location, "/sign-in?next=/week");
    let page = teacher.get("/enter/0123456789?lang=en");
    assert!(page.status == 404 && page.body.contains("This link is not valid") && !page.body.contains("0123456789"));
    assert!(!school.service.log().contains(&school.key), "the log holds a secret");
    let page = teacher.get("/nowhere");
    assert!(page.status == 404 && page.body.contains("Page not found"));
}
