//! Two people who save at once: the second is told, keeps what was typed, and overwrites only on purpose.

use serde_json::{Value, json};

use crate::{
    school::School,
    visitor::{Page, Visitor},
};

/// A form as a page shows it: where it goes, and its hidden fields.
fn hidden(visitor: &mut Visitor<'_>, page: &str, action: &str) -> Vec<(String, String)> {
    hidden_in(&visitor.get(page).body, action)
}

fn hidden_in(body: &str, action: &str) -> Vec<(String, String)> {
    let form = body.split(&format!("action=\"{action}\"")).nth(1).unwrap_or_else(|| panic!("no {action}: {body}"));
    let form = form.split("</form>").next().unwrap();
    let value = |tag: &str, name: &str| {
        Some(tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?.replace("&#34;", "\""))
    };
    let tags = form.split("<input").skip(1).map(|tag| tag.split('>').next().unwrap());
    let fields: Vec<(String, String)> = tags
        .filter(|tag| tag.contains("hidden"))
        .filter_map(|tag| Some((value(tag, "name")?, value(tag, "value")?)))
        .collect();
    assert!(fields.iter().any(|(name, value)| name == "version" && value.len() == 34), "{action}: {fields:?}");
    fields
}

fn send(visitor: &mut Visitor<'_>, action: &str, hidden: &[(String, String)], typed: &[(&str, &str)]) -> Page {
    let hidden = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let all: Vec<(&str, &str)> = hidden.chain(typed.iter().copied()).collect();
    visitor.post(action, &all)
}

/// Two open a form; the first saves, the second is told and then saves all the same. What is there is read after each.
fn one_after_the_other(
    (first, second): (&mut Visitor<'_>, &mut Visitor<'_>),
    (page, action): (&str, &str),
    [one, two]: [&[(&str, &str)]; 2],
    read: impl Fn() -> Value,
) {
    let (seen, seen_too) = (hidden(first, page, action), hidden(second, page, action));
    let before = read();
    assert_eq!(send(first, action, &seen, one).status, 303, "{action}");
    let after = read();
    assert_ne!(before, after, "{action}");
    // What is wrong besides does not make the form forget what it showed.
    let answer = send(second, action, &seen_too, two);
    assert_eq!(answer.status, 409, "{action}: {}", answer.body);
    assert_eq!(read(), after, "{action}: nothing is overwritten");
    assert!(answer.body.contains("entre-temps") && answer.body.contains("target=\"_blank\""), "{}", answer.body);
    let kept = two.last().unwrap().1;
    assert!(answer.body.contains(&format!("value=\"{kept}\"")), "{kept} was typed: {}", answer.body);
    let look = answer.body.split("\" target=\"_blank\"").next().unwrap().rsplit("href=\"").next().unwrap().to_owned();
    assert_eq!(second.get(&look).status, 200, "{look}");
    let told = hidden_in(&answer.body, action);
    assert_eq!(send(second, action, &told, two).status, 303, "{action}");
    assert_ne!(read(), after, "{action}: on purpose");
}

#[test]
fn what_two_admins_save_at_once() {
    let school = School::open();
    let (mut first, mut second) = (Visitor::new(&school), Visitor::new(&school));
    first.sign_in(&school.admin);
    second.sign_in(&school.admin);
    let get = |what: &str| school.service.get(&format!("/api/v1/schools/{}{what}", school.id)).expect(200).json();
    let mut both = |address: &str, one: &[(&str, &str)], two: &[(&str, &str)], what: &str| {
        one_after_the_other((&mut first, &mut second), (address, address), [one, two], || get(what));
    };

    let grid = |more: &[(&'static str, &'static str)]| [&[("connections", "60")], more].concat();
    let (one, two) = (grid(&[("c-1-540", "30")]), grid(&[("c-2-540", "35")]));
    both("/admin/capacity", &one, &two, "/capacity");
    let group = |headcount| [("name", "6e A"), ("attendance_percent", "100"), ("headcount", headcount)];
    let address = format!("/admin/groups/{}", school.groups[0]);
    both(&address, &group("20"), &group("21"), &format!("/groups/{}", school.groups[0]));
    let teacher = |name| [("language", "fr"), ("name", name)];
    let address = format!("/admin/teachers/{}", school.teacher);
    both(&address, &teacher("Mme Petit-Jean"), &teacher("Mme Petite"), &format!("/teachers/{}", school.teacher));
    let rules = |minutes: &'static str| {
        ["book_notice_minutes", "move_notice_minutes", "cancel_notice_minutes", "hold_minutes", "offer_minutes"]
            .map(|field| (field, minutes))
    };
    both("/admin/rules", &rules("5"), &rules("6"), "/booking-rules");
    let lunch = |hours| [("holiday_zone", "A"), ("public_holidays", "france"), ("lunch-0", hours)];
    let form = |body: &str| body.split("name=\"part\" value=\"hours\"").count();
    assert_eq!(form(&school_page(&school, "/admin/calendar")), 2);
    let mut visitors = [Visitor::new(&school), Visitor::new(&school)];
    visitors.iter_mut().for_each(|visitor| visitor.sign_in(&school.admin));
    let shown = visitors[0].get("/admin/calendar").body;
    let second_form = shown.split("name=\"part\" value=\"holidays\"").next().unwrap();
    let start = second_form.rfind("<form").unwrap();
    let seen = hidden_in(&shown[start..], "/admin/calendar");
    let [first, second] = &mut visitors;
    assert_eq!(send(first, "/admin/calendar", &seen, &lunch("12:00-13:00")).status, 303);
    let mut seen_too = seen.clone();
    let proof = hidden(second, "/admin/rules", "/admin/rules").into_iter().find(|(name, _)| name == "csrf").unwrap();
    seen_too.iter_mut().filter(|(name, _)| name == "csrf").for_each(|(_, value)| value.clone_from(&proof.1));
    assert_eq!(send(second, "/admin/calendar", &seen_too, &lunch("12:30-13:30")).status, 409);
    let round = format!("/admin/rounds/{}", school.round);
    let until = |at| [("closes_at", at)];
    let get = || school.service.get(&format!("/api/v1/rounds/{}", school.round)).expect(200).json();
    let times = [&until("2020-03-20T18:00")[..], &until("2020-03-21T18:00")[..]];
    one_after_the_other((first, second), (&round, &round), times, get);
}

fn school_page(school: &School, path: &str) -> String {
    let mut visitor = Visitor::new(school);
    visitor.sign_in(&school.admin);
    visitor.get(path).body
}

#[test]
fn what_two_operators_save_at_once() {
    let school = School::open();
    let key = school.service.site().run(&["token", "operator"]);
    let (mut first, mut second) = (Visitor::new(&school), Visitor::new(&school));
    first.sign_in(key.trim());
    second.sign_in(key.trim());
    let post = |path: &str, body: Value| school.service.post_json(path, &body).expect(201).json();
    let platform = post("/api/v1/platforms", json!({ "name": "e-lyco", "time_zone": "Europe/Paris" }));
    let pool = json!({
        "name": "platform/e-lyco", "kind": "concurrent", "connections": 9000, "platform": platform["id"],
    });
    let pool = post("/api/v1/pools", pool)["id"].as_str().unwrap().to_owned();
    let get = || school.service.get(&format!("/api/v1/pools/{pool}")).expect(200).json();
    let page = format!("/operator/pools/{pool}");
    let grid = |more: &[(&'static str, &'static str)]| [&[("connections", "9000")], more].concat();
    let (one, two) = (grid(&[("c-1-540", "300")]), grid(&[("c-2-540", "350")]));
    let both = (&mut first, &mut second);
    one_after_the_other(both, (&page, &format!("{page}/weekly")), [&one, &two], get);
    let details = |name| [("kind", "concurrent"), ("window_minutes", ""), ("name", name)];
    let typed = [&details("platform/a")[..], &details("platform/b")[..]];
    one_after_the_other((&mut first, &mut second), (&page, &page), typed, get);
    assert_eq!(get()["weekly"].as_array().unwrap().len(), 1, "the other form's limits stay");
    let chosen = json!({ "platform": platform["id"] });
    school.service.put_json(&format!("/api/v1/schools/{}/platform", school.id), &chosen).expect(200);
    let shares = format!("{page}/shares");
    let shared = || school.service.get(&format!("/api/v1/pools/{pool}/shares")).expect(200).json();
    let typed = [&[("guaranteed_percent", "10")][..], &[("guaranteed_percent", "20")][..]];
    one_after_the_other((&mut first, &mut second), (&shares, &shares), typed, shared);
    let details = |name| [("time_zone", "Europe/Paris"), ("language", "fr"), ("name", name)];
    let page = format!("/operator/schools/{}", school.id);
    let get = || school.service.get(&format!("/api/v1/schools/{}", school.id)).expect(200).json();
    let typed = [&details("Collège Verne")[..], &details("Collège J. Verne")[..]];
    one_after_the_other((&mut first, &mut second), (&page, &page), typed, get);
}

#[test]
fn what_a_teacher_and_an_admin_change_of_one_wish() {
    let school = School::open();
    let (mut teacher, mut admin) = (Visitor::new(&school), Visitor::new(&school));
    teacher.sign_in(&school.key);
    admin.sign_in(&school.admin);
    let round = format!("/api/v1/rounds/{}/requests", school.round);
    let wish = json!({
        "title": "SVT", "teachers": [school.teacher], "groups": [school.groups[0]], "duration_minutes": 55,
        "preferred": [{"start": "2020-03-23T09:00"}],
    });
    let id = school.service.post_json(&round, &wish).expect(201).json()["id"].as_str().unwrap().to_owned();
    let titles = || {
        let wishes = school.service.get(&round).expect(200).json();
        wishes.as_array().unwrap().iter().map(|wish| wish["title"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let typed = |title: &'static str| {
        let group = ("group", school.groups[0].as_str());
        let when = [("duration", "55"), ("day-1", "2020-03-23"), ("time-1", "540"), ("tolerance", "30")];
        [&[group], &when[..], &[("otherwise", "same_day"), ("title", title)]].concat()
    };
    let own = format!("/wishes/{id}");
    let others = format!("/admin/teachers/{}/wishes/{id}", school.teacher);
    let (seen, seen_too) = (hidden(&mut teacher, &own, &own), hidden(&mut admin, &others, &others));
    let delete = hidden(&mut admin, &others, &format!("{others}/delete"));
    assert_eq!(send(&mut teacher, &own, &seen, &typed("Physique")).status, 303);
    let answer = send(&mut admin, &others, &seen_too, &typed("Chimie"));
    assert_eq!(answer.status, 409, "{}", answer.body);
    assert!(answer.body.contains("entre-temps") && answer.body.contains("value=\"Chimie\""), "{}", answer.body);
    assert!(answer.body.contains("<h3>Physique</h3>"), "what is there now stands beside it: {}", answer.body);
    let refused = send(&mut admin, &format!("{others}/delete"), &delete, &[]);
    assert!(admin.get(&refused.location).body.contains("rien n’a été fait"), "another wish was seen");
    assert_eq!(titles(), ["Physique"]);
    let told = hidden_in(&answer.body, &others);
    assert_eq!(send(&mut admin, &others, &told, &typed("Chimie")).status, 303, "on purpose");
    assert_eq!(titles(), ["Chimie"]);
    let delete = hidden(&mut teacher, "/wishes", &format!("{own}/delete"));
    assert_eq!(send(&mut teacher, &format!("{own}/delete"), &delete, &[]).status, 303);
    assert!(titles().is_empty());
}

#[test]
fn who_has_seen_another_class_than_there_is_now_moves_nothing() {
    let school = School::coming(60);
    let wish = json!({
        "title": "SVT", "teachers": [school.teacher], "groups": [school.groups[0]], "duration_minutes": 55,
        "preferred": [{"start": format!("{}T09:00", school.monday)}],
    });
    school.service.post_json(&format!("/api/v1/rounds/{}/requests", school.round), &wish).expect(201);
    school.publish();
    let mut tabs = [Visitor::new(&school), Visitor::new(&school)];
    tabs.iter_mut().for_each(|tab| tab.sign_in(&school.key));
    let list = tabs[0].get("/plan").body;
    let class = list.split("href=\"/plan/").nth(1).unwrap().split('"').next().unwrap();
    let page = format!("/plan/{class}");
    let [move_to, link] = ["move", "link"].map(|deed| format!("{page}/{deed}"));
    let [one, two] = tabs.each_mut().map(|tab| hidden(tab, &page, &move_to));
    let room = hidden(&mut tabs[1], &page, &link);
    let at = |hour: u32| format!("{}T{hour}:00", school.monday);
    let moved = send(&mut tabs[0], &move_to, &one, &[("start", &at(11))]);
    assert!(tabs[0].get(&moved.location).body.contains("11\u{a0}h"));
    let (ten, svt) = (at(10), "https://meet.example.org/svt");
    for (address, seen, typed) in [(&move_to, &two, ("start", ten.as_str())), (&link, &room, ("link", svt))] {
        let refused = send(&mut tabs[1], address, seen, &[typed]);
        let told = tabs[1].get(&refused.location).body;
        assert!(told.contains("rien n’a été fait") && told.contains("11\u{a0}h"), "{told}");
    }
    let session = school.service.get(&format!("/api/v1/sessions/{class}")).expect(200).json();
    assert!(session["start"]["local"].as_str().unwrap().contains("11:00"), "{session}");
    assert!(session["link"].is_null(), "{session}");
}

#[test]
fn all_weeks_of_a_weekly_class_are_changed_by_who_has_seen_them() {
    let school = School::open();
    let mut tabs = [Visitor::new(&school), Visitor::new(&school)];
    tabs.iter_mut().for_each(|tab| tab.sign_in(&school.key));
    let round = json!({"name": "Printemps", "starts_on": "2020-04-27", "ends_on": "2020-05-17"});
    let path = format!("/api/v1/schools/{}/rounds", school.id);
    let round = school.service.post_json(&path, &round).expect(201).json()["id"].as_str().unwrap().to_owned();
    let requests = format!("/api/v1/rounds/{round}/requests");
    let wish = json!({
        "title": "SVT", "teachers": [school.teacher], "groups": [school.groups[0]], "duration_minutes": 55,
        "preferred": [{"start": "2020-04-27T09:00"}], "weekly": true,
    });
    school.service.post_json(&requests, &wish).expect(201);
    let weeks = || {
        let all = school.service.get(&requests).expect(200).json().as_array().unwrap().clone();
        all.iter().map(|week| (week["id"].as_str().unwrap().to_owned(), week["title"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(weeks().len(), 3);
    let page = format!("/wishes/{}", weeks()[0].0);
    let [seen, seen_too] = tabs.each_mut().map(|tab| hidden(tab, &page, &page));
    let typed = |title: &'static str| {
        let group = ("group", school.groups[0].as_str());
        let when = [("duration", "55"), ("day-1", "2020-04-27"), ("time-1", "540"), ("tolerance", "30")];
        [&[group, ("scope", "all")], &when[..], &[("otherwise", "same_day"), ("title", title)]].concat()
    };
    let done = send(&mut tabs[0], &page, &seen, &typed("Physique"));
    assert_eq!(done.status, 303, "{}", done.body);
    assert!(weeks().iter().all(|(_, title)| title == "Physique"), "{:?}", weeks());
    assert_eq!(send(&mut tabs[1], &page, &seen_too, &typed("Chimie")).status, 409);
    assert!(weeks().iter().all(|(_, title)| title == "Physique"), "nothing is overwritten");
    let list = tabs[1].get(&format!("/wishes?round={round}")).body;
    let all = list.split(&format!("action=\"{page}/delete\"")).nth(2).expect("the second deletes all weeks");
    let all = hidden_in(&format!("action=\"x\"{all}"), "x");
    assert_eq!(send(&mut tabs[1], &format!("{page}/delete"), &all, &[]).status, 303);
    assert!(weeks().is_empty(), "{:?}", weeks());
}
