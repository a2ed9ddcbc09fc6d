//! A teacher's screens by plain forms: all that works without JavaScript.

use crate::{school::School, visitor::Visitor};

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("no {before:?} in {text}")).1;
    rest.split_once(after).unwrap_or_else(|| panic!("no {after:?} after {before:?}")).0
}

/// A teacher who has signed in, and the proof of the forms.
fn signed_in<'a>(school: &'a School, key: &str) -> (Visitor<'a>, String) {
    let mut visitor = Visitor::new(school);
    visitor.sign_in(key);
    let csrf = visitor.csrf("/wishes");
    (visitor, csrf)
}

fn class<'a>(csrf: &'a str, title: &'a str, group: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("csrf", csrf), ("title", title), ("group", group), ("duration", "55")]
}

/// Holds a place and confirms it; the address of the class.
fn book(visitor: &mut Visitor<'_>, csrf: &str, title: &str, group: &str, start: &str) -> String {
    let mut fields = class(csrf, title, group);
    fields.push(("start", start));
    let held = visitor.post("/book", &fields);
    assert_eq!(held.status, 303, "{}", held.body);
    let page = visitor.get(&held.location);
    assert!(page.body.contains("data-until=") && page.body.contains(title), "{}", page.body);
    let confirmed = visitor.post(&format!("{}/confirm", held.location), &[("csrf", csrf)]);
    assert_eq!((confirmed.status, confirmed.location.as_str()), (303, "/plan"), "{}", confirmed.body);
    held.location.replace("/book/", "/plan/")
}

#[test]
fn hours_are_painted_filled_checked_and_come_back() {
    let school = School::coming(60);
    let (mut teacher, csrf) = signed_in(&school, &school.key);
    let wish = |more: &[(&'static str, &'static str)]| {
        let mut fields = class(&csrf, "Peinture", &school.groups[0]);
        fields.push(("round", &school.round));
        fields.extend(more);
        fields
    };
    // A row is filled without saving anything.
    let page = teacher.post("/wishes", &wish(&[("c-2-9", "wish"), ("brush", "never"), ("fill", "row:10")]));
    assert_eq!(page.status, 200, "{}", page.body);
    let ticked = |body: &str, name: &str| {
        let cells = body.split("<input class=\"is-").filter(|part| part.contains(&format!("name=\"{name}\"")));
        cells
            .filter(|part| part.contains(" checked>"))
            .map(|part| part.split('"').next().unwrap().to_owned())
            .collect::<String>()
    };
    assert_eq!((ticked(&page.body, "c-2-9"), ticked(&page.body, "c-4-10")), ("wish".to_owned(), "never".to_owned()));
    assert!(page.body.contains("aucun pour l’instant"));

    // What cannot work is told before it is sent, and when it is.
    let wrong = wish(&[("c-2-9", "wish"), ("c-3-10", "never")]);
    let found = teacher.post("/wishes/check", &wrong);
    assert!(found.status == 200 && found.body.contains("data-field=\"reason\""), "{}", found.body);
    let page = teacher.post("/wishes", &wrong);
    assert!(page.status == 422 && ticked(&page.body, "c-3-10") == "never", "{}", page.body);
    let right = wish(&[("c-2-9", "wish"), ("c-3-10", "never"), ("reason", "Conseil"), ("most", "")]);
    assert!(teacher.post("/wishes/check", &right).body.contains("Rien ne s’oppose"));
    let page = teacher.post("/wishes", &right);
    assert_eq!(page.status, 303, "{}", page.body);
    let list = teacher.get(&page.location).body;
    assert!(list.contains("Le souhait est enregistré.") && list.contains("mardi 9\u{a0}h"), "{list}");
    assert!(!teacher.get(&page.location).body.contains("Le souhait est enregistré."), "it is said once");
    let id = between(&list, "href=\"/wishes/", "\"").to_owned();
    let form = teacher.get(&format!("/wishes/{id}")).body;
    assert!(
        ticked(&form, "c-2-9") == "wish" && ticked(&form, "c-3-10") == "never" && form.contains("value=\"Conseil\"")
    );

    school.publish();
    let plan = teacher.get("/plan").body;
    assert!(plan.contains("Peinture") && plan.contains("comme souhaité"), "{plan}");
    let address = between(&plan, "href=\"/plan/", "\"").to_owned();
    let page = teacher.get(&format!("/plan/{address}"));
    assert!(page.body.contains("Votre premier choix, exactement."), "{}", page.body);
}

#[test]
fn the_last_place_goes_to_the_first_and_the_other_sees_the_nearest() {
    let school = School::coming(30);
    let (mut first, proof) = signed_in(&school, &school.key);
    let (mut second, other_proof) = signed_in(&school, &school.colleague);
    let start = format!("{}T09:00", school.monday);
    let search = format!("/book?title=SVT&group={}&duration=55&date={}", school.groups[1], school.monday);
    assert!(second.get(&search).body.contains(&format!("value=\"{start}\"")));
    let address = book(&mut first, &proof, "Maths", &school.groups[0], &start);
    let mut late = class(&other_proof, "SVT", &school.groups[1]);
    late.push(("start", &start));
    let page = second.post("/book", &late);
    assert_eq!(page.status, 409, "{}", page.body);
    assert!(page.body.contains("la place vient d’être prise"), "{}", page.body);
    // Which pool, when, how full it is, and what would be needed: as everywhere.
    let why = between(&page.body, "<p>Pas assez de place lundi ", "</p>");
    for said in ["à 9\u{a0}h", "capacité", "il en reste 5 sur 30", "il en faut 27"] {
        assert!(why.contains(said), "{said}: {why}");
    }
    let near = between(&page.body, "name=\"start\" value=\"", "\"").to_owned();
    let moved = book(&mut second, &other_proof, "SVT", &school.groups[1], &near);
    // A move that does not fit says the same.
    let refused = second.post(&format!("{moved}/move"), &[("csrf", &other_proof), ("start", &start)]);
    let page = second.get(&refused.location).body;
    for said in ["Pas assez de place lundi ", "il en reste 5 sur 30", "il en faut 27"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(second.get("/plan").body.contains("réservé"));
    // A hold that is let go is nobody's.
    let mut again = class(&proof, "Latin", &school.groups[0]);
    let later = format!("{}T14:00", school.monday);
    again.push(("start", &later));
    let held = first.post("/book", &again).location;
    assert_eq!(second.get(&held).status, 403, "whose hold it is not has nothing to answer");
    assert!(first.get(&held).body.contains("14\u{a0}h\u{a0}–\u{a0}14\u{a0}h\u{a0}55"), "until when the class would be");
    assert_eq!(first.post(&format!("{held}/cancel"), &[("csrf", &proof)]).location, "/book");
    assert_eq!(first.get(&held).location, "/book");
    // No hidden field says otherwise than what is typed; no start pressed, it is looked for.
    let page = first.get(&search).body;
    assert!(!page.contains("type=\"hidden\" name=\"title\""), "{page}");
    let mut look = class(&proof, "Chimie", &school.groups[0]);
    let date = school.monday.to_string();
    look.push(("date", &date));
    let found = first.post("/book", &look);
    assert!(found.status == 303 && found.location.contains("title=Chimie"), "{}", found.location);
    // Both groups together are more than the school ever has room for.
    let both = format!("{search}&group={}", school.groups[0]);
    assert!(first.get(&both).body.contains("trop nombreux ensemble"));
    // Whose class it is not may not look into it.
    assert_eq!(second.get(&address).status, 403);
}

#[test]
fn classes_move_swap_and_go() {
    let school = School::coming(60);
    let (mut one, proof) = signed_in(&school, &school.key);
    let (mut two, other_proof) = signed_in(&school, &school.colleague);
    let at = |time: &str| format!("{}T{time}", school.monday);
    let mine = book(&mut one, &proof, "Maths", &school.groups[0], &at("09:00"));
    let theirs = book(&mut two, &other_proof, "SVT", &school.groups[1], &at("11:00"));
    let told = |visitor: &mut Visitor<'_>, path: &str, fields: &[(&str, &str)]| {
        let page = visitor.post(path, fields);
        assert_eq!(page.status, 303, "{}", page.body);
        visitor.get(&page.location).body
    };
    let page = one.get(&mine).body;
    assert!(page.contains("Échanger avec un collègue") && page.contains("SVT"), "{page}");
    let with = theirs.replace("/plan/", "");
    let swapped = told(&mut one, &format!("{mine}/swap"), &[("csrf", &proof), ("with", &with)]);
    assert!(swapped.contains("Votre proposition est envoyée."), "{swapped}");
    assert!(two.get("/week").body.contains("Une réponse est attendue de vous"));
    assert!(!one.get("/week").body.contains("est attendue de vous"));
    let plan = two.get("/plan").body;
    assert!(plan.contains("Mme Petit vous propose un échange"), "{plan}");
    let swap = between(&plan, "action=\"/plan/swaps/", "/accept\"").to_owned();
    let path = |deed: &str| format!("/plan/swaps/{swap}/{deed}");
    assert!(told(&mut two, &path("accept"), &[("csrf", &other_proof)]).contains("Échange fait"));
    assert!(one.get(&mine).body.contains("11\u{a0}h\u{a0}–"), "both moved");
    assert!(told(&mut one, &path("undo"), &[("csrf", &proof)]).contains("Échange défait"));
    assert!(one.get(&mine).body.contains("9\u{a0}h\u{a0}–"), "both are back");

    let to = at("15:00");
    assert!(told(&mut one, &format!("{mine}/move"), &[("csrf", &proof), ("start", &to)]).contains("a maintenant lieu"));
    let night = at("03:00");
    let refused = told(&mut one, &format!("{mine}/move"), &[("csrf", &proof), ("start", &night)]);
    assert!(refused.contains("flash warning"), "{refused}");
    let date = school.monday.to_string();
    // What was typed comes back.
    let typed = [("csrf", proof.as_str()), ("day", &date), ("time", "16:03")];
    let odd = told(&mut one, &format!("{mine}/move"), &typed);
    for said in ["toutes les 5 minutes", "value=\"16:03\"", "<details class=\"more\" open>"] {
        assert!(odd.contains(said), "{said}: {odd}");
    }
    let none = told(&mut one, &format!("{mine}/move"), &[("csrf", &proof), ("day", ""), ("time", "")]);
    assert!(none.contains("Choisissez un jour et une heure."), "{none}");
    let shown = one.get(&mine).body;
    let cancel = shown.split(&format!("action=\"{mine}/cancel\"")).nth(1).unwrap();
    let seen = cancel.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let seen = seen.replace("&#34;", "\"");
    let link = [("csrf", proof.as_str()), ("link", "https://visio.example.org/b/abc")];
    assert!(told(&mut one, &format!("{mine}/link"), &link).contains("https://visio.example.org/b/abc"));
    let week = one.get(&format!("/week?date={date}")).body;
    assert!(week.contains("Prochaine classe") && week.contains("visio.example.org") && !week.contains("SVT"), "{week}");
    assert!(one.get(&format!("/week?date={date}&all=1")).body.contains("SVT"));
    let another = told(&mut one, &format!("{mine}/cancel"), &[("csrf", &proof), ("version", &seen)]);
    assert!(another.contains("rien n’a été fait") && another.contains("visio.example.org/b/abc"), "{another}");
    assert!(
        told(&mut one, &format!("{mine}/cancel"), &[("csrf", &proof)]).contains("«\u{a0}Maths\u{a0}» est annulée.")
    );

    let mut wait = class(&proof, "Latin", &school.groups[0]);
    wait.extend([("date", date.as_str()), ("day", date.as_str()), ("from", "08:00"), ("to", "10:00")]);
    let plan = told(&mut one, "/book/wait", &wait);
    assert!(plan.contains("«\u{a0}Latin\u{a0}» est en liste d’attente."), "{plan}");
    assert!(plan.contains("lun. · 8\u{a0}h\u{a0}–\u{a0}10\u{a0}h"), "{plan}");
    assert!(told(&mut one, "/book/wait", &wait).contains("attend déjà une place"));
    wait.truncate(5);
    assert!(told(&mut one, "/book/wait", &wait).contains("Choisissez au moins un jour."));
}

/// By a personal link, without an account.
#[test]
fn settings_that_are_refused_come_back_with_what_was_typed() {
    let school = School::coming(60);
    let (mut teacher, csrf) = signed_in(&school, &school.key);
    let wrong = teacher.post("/preferences/link", &[("csrf", &csrf), ("link", "http://zoom.us/x")]);
    assert!(wrong.status == 422 && wrong.body.contains("value=\"http://zoom.us/x\""), "{}", wrong.body);
    assert!(
        wrong.body.contains("id=\"link-error\"") && wrong.body.contains("Donnez une adresse https"),
        "{}",
        wrong.body
    );

    let mails = |from: &'static str, to: &'static str| {
        [("csrf", csrf.as_str()), ("kind", "swap"), ("quiet-from", from), ("quiet-to", to)]
    };
    for (from, to, field) in [("1320", "", "quiet-to"), ("", "420", "quiet-from"), ("420", "420", "quiet-to")] {
        let half = teacher.post("/preferences/mails", &mails(from, to));
        assert!(half.status == 422 && half.body.contains(&format!("id=\"{field}-error\"")), "{}", half.body);
        for minute in [from, to].into_iter().filter(|minute| !minute.is_empty()) {
            assert!(half.body.contains(&format!("<option value=\"{minute}\" selected>")), "{}", half.body);
        }
        assert!(half.body.contains("value=\"swap\" checked") && !half.body.contains("value=\"capacity-cut\" checked"));
    }
    let page = teacher.get("/preferences").body;
    assert!(page.contains("value=\"capacity-cut\" checked"), "nothing was kept");
    // Of load hear those who run something: a teacher is not asked, and switches nothing off by saving.
    assert!(page.contains("type=\"hidden\" name=\"kind\" value=\"load-alert\""), "{page}");
    assert!(!page.contains("type=\"checkbox\" name=\"kind\" value=\"load-alert\""), "{page}");
    assert_eq!(teacher.post("/preferences/mails", &mails("1320", "420")).status, 303);
    let kept = teacher.get("/preferences").body;
    assert!(
        kept.contains("<option value=\"1320\" selected>") && !kept.contains("value=\"capacity-cut\" checked"),
        "{kept}"
    );

    // Who looks for starts without a group is told what is missing, and where.
    let none = teacher.get("/book?title=Latin&duration=45&search=yes").body;
    assert!(none.contains("Choisissez au moins un groupe.") && none.contains("id=\"group-error\""), "{none}");
    assert!(none.contains("value=\"Latin\"") && none.contains("<option value=\"45\" selected>"), "{none}");
    assert!(!teacher.get("/book").body.contains("id=\"group-error\""));
}

#[test]
fn a_calendar_is_shown_once_replaced_and_revoked() {
    let school = School::coming(60);
    let (mut teacher, csrf) = signed_in(&school, &school.key);
    let proof = [("csrf", csrf.as_str())];
    let made = teacher.post("/preferences/feeds", &proof);
    assert!(made.status == 200 && made.body.contains("data:image/svg+xml;base64,"), "{}", made.body);
    let address = between(&made.body, "id=\"feed-url\" value=\"", "\"").to_owned();
    let path = address.split_once("/feeds/").unwrap().1.to_owned();
    let page = teacher.get("/preferences").body;
    assert!(!page.contains(&path) && page.contains("Jamais lu"), "{page}");
    assert_eq!(Visitor::new(&school).get(&format!("/feeds/{path}")).status, 200);
    let id = between(&page, "action=\"/preferences/feeds/", "/replace\"").to_owned();
    let replaced = teacher.post(&format!("/preferences/feeds/{id}/replace"), &proof);
    assert!(replaced.body.contains("/feeds/") && !replaced.body.contains(&path));
    assert_eq!(Visitor::new(&school).get(&format!("/feeds/{path}")).status, 404);
    assert_eq!(teacher.post(&format!("/preferences/feeds/{id}/revoke"), &proof).status, 303);
    assert!(teacher.get("/preferences").body.contains("Ce calendrier est supprimé."));
    let english = teacher.post("/preferences/language", &[("csrf", &csrf), ("language", "en")]);
    assert_eq!(english.location, "/preferences");
    assert!(teacher.get("/preferences").body.contains("<html lang=\"en\">"));
    for path in
        ["/preferences/feeds", "/preferences/mails", "/preferences/link", "/preferences/role", "/book", "/wishes/copy"]
    {
        assert_eq!(teacher.post(path, &[("csrf", "x")]).status, 403, "{path}");
    }
}

#[test]
fn who_wants_nothing_says_so_and_takes_it_back() {
    let school = School::open();
    let (mut teacher, csrf) = signed_in(&school, &school.key);
    let answers = || school.service.get(&format!("/api/v1/rounds/{}/reminders", school.round)).expect(200).json();
    let said = |answers: &serde_json::Value| {
        let all = answers["answered"].as_array().unwrap().clone();
        all.iter().any(|answer| answer["teacher"]["id"] == school.teacher.as_str() && answer["nothing"] == true)
    };
    let page = teacher.get("/wishes").body;
    assert!(page.contains("value=\"yes\">Je ne souhaite rien cette fois"), "{page}");
    let answer = [("csrf", csrf.as_str()), ("round", school.round.as_str()), ("nothing", "yes")];
    let done = teacher.post("/wishes/nothing", &answer);
    assert_eq!(done.status, 303, "{}", done.body);
    let page = teacher.get(&done.location).body;
    assert!(page.contains("C’est noté") && page.contains("Revenir là-dessus") && said(&answers()), "{page}");
    assert_eq!(teacher.post("/wishes/nothing", &answer[1..]).status, 403, "other sites answer for nobody");

    // Whoever runs the school takes it back for them, under the teacher's address only.
    let mut admin = Visitor::new(&school);
    admin.sign_in(&school.admin);
    let base = format!("/admin/teachers/{}/wishes", school.teacher);
    let csrf = admin.csrf(&base);
    assert!(admin.get(&base).body.contains("aucun rappel n’est envoyé"));
    let undo = [("csrf", csrf.as_str()), ("round", school.round.as_str()), ("nothing", "")];
    assert_eq!(admin.post(&format!("{base}/nothing"), &undo).status, 303);
    assert!(!said(&answers()) && admin.get(&base).body.contains("Rien n’est souhaité cette fois</button>"));
    assert_eq!(teacher.post(&format!("{base}/nothing"), &answer).status, 403);

    // A wish is an answer; there is nothing to say then.
    let start = [("day-1", "2020-03-23"), ("time-1", "540"), ("otherwise", "same_day"), ("tolerance", "30")];
    let fields = [&class(answer[0].1, "SVT", &school.groups[0])[..], &answer[1..2], &start].concat();
    assert_eq!(teacher.post("/wishes", &fields).status, 303);
    assert!(!teacher.get("/wishes").body.contains("/wishes/nothing"));
}
