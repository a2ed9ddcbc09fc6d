//! Where classes take place, from the teacher to the calendar.

use crate::support::service::{Answer, Backend, Service, on_both};
use creneau::ical::{lint, reader::Component};
use reqwest::Method;
use serde_json::{Value, json};

on_both!(a_class_takes_place_at_its_teachers_link_unless_it_has_its_own, a_wrong_link_is_told_with_all_else);

const USUAL: &str = "https://visio.example.org/b/martin";
const MOVED: &str = "https://bbb.example.org/martin-2;a,b";
const OWN: &str = "https://visio.example.org/b/latin";

/// A school with a group, a teacher and a feed of it, as its admin.
pub struct Scene {
    pub service: Service,
    pub school: String,
    pub group: String,
    pub teacher: String,
    pub feed: String,
}

impl Scene {
    pub fn new(backend: Backend, zone: &str, link: Option<&str>) -> Self {
        let mut service = Service::start(backend);
        let token = service.site().run(&["token", "operator"]);
        service.authorise(token.trim());
        let school = json!({"name": "Collège Jules-Verne", "time_zone": zone, "connections": 600});
        let mut scene =
            Self { service, school: String::new(), group: String::new(), teacher: String::new(), feed: String::new() };
        scene.school = format!("/api/v1/schools/{}", scene.made("/api/v1/schools", &school));
        scene.group = scene.made(&scene.of_school("groups"), &json!({"name": "6e B", "headcount": 25}));
        scene.teacher = scene.made(&scene.of_school("teachers"), &json!({"name": "Mme Martin", "link": link}));
        let feed = json!({"group": scene.group});
        let feed = scene.service.post_json(&scene.of_school("feeds"), &feed).expect(201).json();
        scene.feed = feed["path"].as_str().unwrap().to_owned();
        scene
    }

    pub fn of_school(&self, what: &str) -> String {
        format!("{}/{what}", self.school)
    }

    fn made(&self, path: &str, body: &Value) -> String {
        self.service.post_json(path, body).expect(201).json()["id"].as_str().unwrap().to_owned()
    }

    /// Books a class of the teacher and the group: its id.
    pub fn book(&self, title: &str, start: &str, link: Option<&str>) -> String {
        let class = json!({
            "title": title, "teachers": [self.teacher], "groups": [self.group], "duration_minutes": 55,
            "starts_at_local": start, "link": link,
        });
        self.made(&self.of_school("bookings"), &class)
    }

    pub fn session(&self, id: &str) -> Value {
        self.service.get(&format!("/api/v1/sessions/{id}")).expect(200).json()
    }

    /// The feed's text.
    pub fn text(&self) -> Vec<u8> {
        self.service.get(&self.feed).expect(200).body
    }

    fn event(&self, id: &str) -> Component {
        let text = self.text();
        let calendar = lint::read(&text).unwrap_or_else(|findings| panic!("{findings}"));
        let is_it = |event: &&Component| event.value("UID").unwrap().starts_with(id);
        calendar.parts_named("VEVENT").into_iter().find(is_it).expect("the class is in the feed").clone()
    }

    /// Where the class is, as API and feed say alike; and its SEQUENCE and LAST-MODIFIED.
    fn place(&self, id: &str) -> (Option<String>, String, String) {
        let (session, event) = (self.session(id), self.event(id));
        let link = session["link"].as_str();
        assert_eq!((event.value("URL"), event.value("CONFERENCE")), (link, link));
        let value = |name: &str| event.value(name).unwrap().to_owned();
        assert_eq!(event.value("DTSTAMP"), event.value("LAST-MODIFIED"));
        (link.map(str::to_owned), value("SEQUENCE"), value("LAST-MODIFIED"))
    }
}

fn a_class_takes_place_at_its_teachers_link_unless_it_has_its_own(backend: Backend) {
    let scene = Scene::new(backend, "Europe/Paris", Some(USUAL));
    let maths = scene.book("Maths", "2030-03-18T09:00", None);
    let latin = scene.book("Latin", "2030-03-18T10:00", Some(OWN));
    assert_eq!((scene.place(&maths).0.as_deref(), scene.place(&latin).0.as_deref()), (Some(USUAL), Some(OWN)));
    let conference = scene.event(&maths).all("CONFERENCE")[0].clone();
    assert_eq!(conference.parameters["FEATURE"], "AUDIO,VIDEO");
    assert_eq!(conference.parameters["LABEL"], "Rejoindre la classe virtuelle");

    // The teacher's classroom moves: what took place there follows, and calendars find the newer version.
    let (_, sequence, before) = scene.place(&maths);
    let untouched = scene.place(&latin);
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let teacher = scene.of_school(&format!("teachers/{}", scene.teacher));
    let set = |path: &str, link: Option<&str>| scene.service.put_json(&format!("{path}/link"), &json!({"link": link}));
    assert_eq!(set(&teacher, Some(MOVED)).expect(200).json()["link"], MOVED);
    let (link, same, after) = scene.place(&maths);
    assert_eq!((link.as_deref(), &same), (Some(MOVED), &sequence));
    assert!(after > before, "{after} after {before}");
    assert_eq!(scene.place(&latin), untouched);

    // A class takes another one, and its teacher's again.
    let session = format!("/api/v1/sessions/{maths}");
    set(&session, Some(OWN)).expect(200);
    assert_eq!(scene.place(&maths).0.as_deref(), Some(OWN));
    set(&session, None).expect(200);
    assert_eq!(scene.place(&maths).0.as_deref(), Some(MOVED));

    // A table of teachers moves it as well.
    let table = format!("name,link\nMme Martin,{USUAL}\n");
    let import = scene.of_school("teachers/import?dry_run=false");
    let sent = scene.service.request(Method::POST, &import).header("content-type", "text/csv").body(table);
    Answer::to(sent).expect(200);
    assert_eq!(scene.place(&maths).0.as_deref(), Some(USUAL));

    scene.service.post_json(&format!("{session}/cancellation"), &json!({})).expect(200);
    let refused = set(&session, Some(OWN)).expect(409).json();
    assert_eq!(refused["code"], "session-cancelled");
    set(&teacher, None).expect(200);
    assert_eq!(scene.place(&maths).0.as_deref(), Some(USUAL), "what was called off stays as calendars know it");
    assert_eq!(scene.place(&latin), untouched);
}

fn a_wrong_link_is_told_with_all_else(backend: Backend) {
    let scene = Scene::new(backend, "Europe/Paris", None);
    let codes = |answer: Value| -> Vec<String> {
        let findings = answer["findings"].as_array().unwrap();
        findings.iter().map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
    };
    let class = json!({
        "title": "a\nb", "teachers": [scene.teacher], "groups": [scene.group], "duration_minutes": 55,
        "starts_at_local": "2030-03-18T09:00", "link": "http://visio.example.org",
    });
    let refused = scene.service.post_json(&scene.of_school("bookings"), &class).expect(422).json();
    assert_eq!(codes(refused), ["control-character", "bad-link"]);
    let teacher = json!({"name": "", "link": "https://a:b@example.org/"});
    let refused = scene.service.post_json(&scene.of_school("teachers"), &teacher).expect(422).json();
    assert_eq!(codes(refused), ["empty-text", "bad-link"]);
    let path = scene.of_school(&format!("teachers/{}/link", scene.teacher));
    for (link, code) in [("https://a.fr/\r\nURL:x", "control-character"), ("javascript:alert(1)", "bad-link")] {
        assert_eq!(codes(scene.service.put_json(&path, &json!({"link": link})).expect(422).json()), [code]);
    }
}

/// An alarm is asked for in the address; what is no number of minutes is refused in words.
#[test]
fn a_subscriber_asks_for_an_alarm() {
    let scene = Scene::new(Backend::Sqlite, "Europe/Paris", None);
    let maths = scene.book("Maths", "2030-03-18T09:00", None);
    assert!(scene.event(&maths).parts.is_empty());
    let text = scene.service.get(&format!("{}?alarm=10&from=program", scene.feed)).expect(200).body;
    let calendar = lint::read(&text).unwrap();
    let alarm = &calendar.parts_named("VEVENT")[0].parts[0];
    assert_eq!((alarm.value("ACTION"), alarm.value("TRIGGER")), (Some("DISPLAY"), Some("-PT10M")));
    for wrong in ["-5", "ten", "10081", ""] {
        let refused = scene.service.get(&format!("{}?alarm={wrong}", scene.feed)).expect(422).json();
        assert_eq!(
            (&refused["findings"][0]["code"], &refused["findings"][0]["place"]),
            (&json!("bad-alarm"), &json!("?alarm"))
        );
    }
}
