//! The demo school as `creneau demo` makes it, with a platform, a federation and a second school beside it; and somebody of
//! each role.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Role;
use crate::support::service::{Backend, Service, Site};

/// The secret of somebody who reads mails.
const READER: &str = "f0e1d2c3b4a5968778695a4b3c2d1e0ff0e1d2c3b4a5968778695a4b3c2d1e0f";

/// A running service to look at.
pub struct Scene {
    pub service: Service,
    /// What stands for a word in braces.
    words: BTreeMap<&'static str, String>,
    /// A token of each role.
    tokens: BTreeMap<&'static str, String>,
}

impl Scene {
    pub fn open() -> Self {
        let site = Site::new(Backend::Sqlite);
        let sights: Value = serde_json::from_str(&site.run(&["demo", "--json"])).expect("one JSON document");
        let mut service = site.serve();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let tokens: BTreeMap<&'static str, String> =
            ["operator", "admin", "teacher"].map(|role| (role, text(&sights["tokens"][role]))).into();
        service.authorise(&tokens["operator"]);
        let get = |path: &str| service.get(path).expect(200).json();
        let post = |path: &str, body: Value| service.post_json(path, &body).expect(201).json();
        let school = text(&get("/api/v1/schools")[0]["id"]);
        let groups = get(&format!("/api/v1/schools/{school}/groups"));
        let platform = text(&get("/api/v1/platforms")[0]["id"]);
        let federation = text(&post("/api/v1/federations", json!({"name": "Académie de Démonstration"}))["id"]);
        let pools = get("/api/v1/pools");
        let pools = pools.as_array().expect("a list");
        let pool =
            pools.iter().find(|pool| pool["platform"] == platform.as_str()).expect("the platform's pool").clone();
        // A pool with all that there can be to see: other limits by the week and by date, shares, another school.
        let limits = json!({"name": pool["name"], "kind": "concurrent", "platform": platform, "time_zone": "Europe/Paris",
            "connections": pool["connections"],
            "weekly": [{"weekday": 1, "from_minute": 525, "to_minute": 570, "connections": 150},
                {"weekday": 3, "from_minute": 720, "to_minute": 1080, "connections": 0}],
            "dated": [{"starts_at": "2031-05-05T06:00:00Z", "ends_at": "2031-05-05T16:00:00Z", "connections": 50}]});
        let pool = text(&pool["id"]);
        service.put_json(&format!("/api/v1/pools/{pool}"), &limits).expect(200);
        let logins = json!({"name": "login/académie", "kind": "arrivals", "window_minutes": 10, "federation": federation,
            "connections": 900, "time_zone": "Europe/Paris"});
        post("/api/v1/pools", logins);
        let details = json!({"name": "Démonstration", "time_zone": "Europe/Paris", "federation": federation});
        service.put_json(&format!("/api/v1/platforms/{platform}"), &details).expect(200);
        let other = json!({"name": "École élémentaire Anne-Frank, Saint-Sébastien-sur-Loire", "uai": "0440012A",
            "connections": 90});
        let other = text(&post("/api/v1/schools", other)["id"]);
        let chosen = json!({"platform": platform});
        service.put_json(&format!("/api/v1/schools/{other}/platform"), &chosen).expect(200);
        let shares = json!({"guaranteed_percent": 80, "weights": [{"school": other, "weight": 120}]});
        service.put_json(&format!("/api/v1/pools/{pool}/shares"), &shares).expect(200);
        let invitation = json!({"email": "claire.martin@example.org", "name": "Claire Martin", "role": "admin",
            "school": school});
        post("/api/v1/invitations", invitation);
        let rounds = get(&format!("/api/v1/schools/{school}/rounds"));
        let round = |is_published: bool| {
            let all = rounds.as_array().expect("a list");
            let found = all.iter().find(|round| round["published_plan"].is_null() != is_published);
            found.expect("a published round and an open one").clone()
        };
        let published = round(true);
        let starts = published["starts_at"].as_str().expect("an instant");
        // The next day, for midnight in Paris is another day in UTC.
        let monday = next_day(starts);
        let week = get(&format!("/api/v1/schools/{school}/week?date={monday}"));
        let teachers = get(&format!("/api/v1/schools/{school}/teachers"));
        let teacher = text(&teachers[0]["id"]);
        let sessions = week["sessions"].as_array().expect("a list");
        let is_theirs = |session: &&Value| session["teachers"][0]["id"] == teacher.as_str();
        let session = sessions.iter().find(is_theirs).expect("the first teacher has a class");
        // A draft of the published week that differs from it: the class is fixed at another start, as near as there is one.
        let published_id = text(&published["id"]);
        let pin = format!("/api/v1/rounds/{published_id}/pins/{}", text(&session["request"]));
        let afternoon = ["16:30", "16:00", "15:30", "15:00", "14:30", "13:30"];
        let free = afternoon.iter().find(|time| {
            let answer =
                service.put_json(&pin, &json!({"start": format!("{monday}T{time}"), "note": "sortie scolaire"}));
            answer.status == 200
        });
        assert!(free.is_some(), "no start of the afternoon is free");
        let order = json!({"seconds": 1, "least_change": true});
        let job = service.post_json(&format!("/api/v1/rounds/{published_id}/jobs"), &order).expect(202).json();
        let job = service.wait_for(&format!("/api/v1/jobs/{}", text(&job["id"])), |job| job["state"] == "done");
        let draft = text(&job["plan"]);
        let feeds = sights["feeds"].as_array().expect("a list");
        let feed = text(&feeds[0]).trim_end_matches(".ics").to_owned();
        let open = text(&round(false)["id"]);
        crowd(&service, &open, (&teacher, &text(&groups[0]["id"])));
        for (kind, place) in [("platform", &platform), ("school", &school)] {
            alerts(&service, (kind, place));
        }
        let hook = json!({"school": school, "url": "https://www.example.org/news", "events": ["swap"],
            "description": "Site de l’établissement"});
        let hook = text(&post("/api/v1/webhooks", hook)["id"]);
        // Mails bring such an address along; nothing is sent here.
        service.site().sql(&format!("INSERT INTO mail_readers VALUES ('nobody', '{READER}', '', NULL, NULL)"));
        let words = BTreeMap::from([
            ("monday", monday),
            ("draft", draft),
            ("reader", READER.to_owned()),
            ("school", school),
            ("group", text(&groups[0]["id"])),
            ("platform", platform),
            ("federation", federation),
            ("pool", pool),
            ("feed", feed),
            ("round", text(&published["id"])),
            ("open", open),
            ("hook", hook),
            ("plan", text(&published["published_plan"])),
            ("session", text(&session["id"])),
            ("teacher", teacher.clone()),
        ]);
        let mut scene = Self { service, words, tokens };
        let hour = scene.fullest_hour();
        scene.words.insert("hour", hour);
        scene
    }

    /// The address of the fullest hour of the load map.
    fn fullest_hour(&self) -> String {
        let mut operator = super::plain::Reader::of(self, Role::Operator);
        let page = operator.get("/operator/load");
        let link = page.body.split("class=\"heat-").filter_map(|cell| cell.split("href=\"").nth(1)).find_map(|link| {
            let link = link.split('"').next()?;
            link.contains("&#38;at=").then(|| link.replace("&#38;", "&").replace("#hour", ""))
        });
        link.expect("the demo school's week presses on some hour")
    }

    /// An address with its words in.
    pub fn fill(&self, address: &str) -> String {
        self.words
            .iter()
            .fold(address.to_owned(), |address, (word, value)| address.replace(&format!("{{{word}}}"), value))
    }

    /// The token of a role.
    pub fn token(&self, role: Role) -> Option<&str> {
        let name = match role {
            Role::Nobody => return None,
            Role::Teacher => "teacher",
            Role::Admin => "admin",
            Role::Operator => "operator",
        };
        Some(&self.tokens[name])
    }
}

/// Two wishes of a teacher for one hour.
fn crowd(service: &Service, round: &str, (teacher, group): (&str, &str)) {
    let found = service.get(&format!("/api/v1/rounds/{round}")).expect(200).json();
    let monday = next_day(found["starts_at"].as_str().expect("an instant"));
    for title in ["Latin", "Grec ancien"] {
        let wish = json!({"title": title, "teachers": [teacher], "groups": [group], "duration_minutes": 55,
            "preferred": [{"start": format!("{monday}T09:00"), "tolerance_minutes": 15}], "otherwise": "never"});
        service.post_json(&format!("/api/v1/rounds/{round}/requests"), &wish).expect(201);
    }
}

/// A warning of load that is over, and one that lasts.
fn alerts(service: &Service, (kind, place): (&str, &str)) {
    for (number, ended) in [(1, "'2026-01-12 09:40:00'"), (2, "NULL")] {
        let alert = if number == 1 { "above-forecast" } else { "near-limit" };
        service.site().sql(&format!(
            "INSERT INTO load_alerts (id, {kind}_id, metric, kind, began_at, ended_at, observed, bound)
             VALUES ('{kind}-{number}', '{place}', 'connections', '{alert}', '2026-01-1{} 08:05:00', {ended}, 287, 300)",
            number + 1
        ));
    }
}

/// The day after an instant's, as `2020-03-23`.
fn next_day(instant: &str) -> String {
    let at: chrono::DateTime<chrono::Utc> = instant.parse().expect("an instant");
    (at + chrono::Duration::days(1)).date_naive().to_string()
}
