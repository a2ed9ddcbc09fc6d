//! Sources of load: a Prometheus and a BigBlueButton that answer whatever a test wants, right and wrong.

use super::school::World;
use crate::support::process::wait_until;
use crate::support::service::{Backend, Site, on_both};
use chrono::{Duration, Utc};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

on_both!(
    a_prometheus_is_read_in_its_turn,
    bad_answers_of_a_prometheus_are_told,
    a_bigbluebutton_tells_who_is_there,
    bad_answers_of_a_bigbluebutton_are_told,
    only_what_is_allowed_is_read,
);

/// A server that answers everything in one way.
struct Server {
    address: SocketAddr,
    answer: Arc<Mutex<String>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let (answer, asked) = (Arc::new(Mutex::new(String::new())), Arc::new(Mutex::new(Vec::new())));
        let server = Self { address, answer: Arc::clone(&answer), asked: Arc::clone(&asked) };
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut reader = BufReader::new(&stream);
                let mut head = String::new();
                while reader.read_line(&mut head).is_ok_and(|count| count > 2) {}
                let start = head.split("start=").nth(1).and_then(|rest| rest.split('&').next()?.parse::<i64>().ok());
                let start = start.unwrap_or(0);
                let mut answer = answer.lock().expect("nobody panics").clone();
                for step in 0..5 {
                    answer = answer.replace(&format!("T{step}"), &(start + step * 60).to_string());
                }
                asked.lock().expect("nobody panics").push(head);
                // Who asks may have gone.
                let _ = (&stream).write_all(answer.as_bytes());
            }
        });
        server
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn answers(&self, status: &str, body: &str) {
        let length = body.len() + 40;
        *self.answer.lock().expect("nobody panics") =
            format!("HTTP/1.1 {status}\r\nConnection: close\r\nX-Length: {length}\r\n\r\n{body}");
    }

    fn says(&self, raw: &str) {
        raw.clone_into(&mut self.answer.lock().expect("nobody panics"));
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("nobody panics").clone()
    }
}

fn world(backend: Backend, server: &Server) -> (World, String) {
    let world = World::at(Site::new(backend).set("load.allow", &server.url()).set("load.timeout_seconds", "2"));
    let platform = world.made("/api/v1/platforms", &json!({"name": "e-lyco"}));
    (world, platform)
}

fn matrix(values: &str) -> String {
    format!(
        r#"{{"status":"success","data":{{"resultType":"matrix","result":[{{"metric":{{}},"values":[{values}]}}]}}}}"#
    )
}

fn prometheus(server: &Server, platform: &str) -> Value {
    let since = (Utc::now() - Duration::hours(1)).to_rfc3339();
    json!({"platform": platform, "kind": "prometheus", "address": server.url(), "query": "sum(up)", "since": since,
        "every_seconds": 3600, "secret": "open-sesame"})
}

fn bigbluebutton(server: &Server, platform: &str) -> Value {
    json!({"platform": platform, "kind": "bigbluebutton", "address": format!("{}/bigbluebutton", server.url()),
        "every_seconds": 3600, "secret": "639259d4"})
}

/// Enters a source and waits until it was read: what came of it, or its error.
fn read(world: &World, source: &Value) -> (Value, Option<String>) {
    let id = world.made("/api/v1/load/sources", source);
    let read = wait_until(std::time::Duration::from_secs(30), "the source is read", || {
        let listed = world.get(&format!("/api/v1/load/ingestions?source={id}")).expect(200).json();
        let error = world.get(&format!("/api/v1/load/sources/{id}")).expect(200).json()["error"].clone();
        let error = error.as_str().map(str::to_owned);
        (error.is_some() || listed[0].is_object()).then(|| (listed[0]["report"].clone(), error))
    });
    world.send(Method::DELETE, &format!("/api/v1/load/sources/{id}"), Some(&world.operator), None).expect(204);
    read
}

fn a_prometheus_is_read_in_its_turn(backend: Backend) {
    let server = Server::start();
    let (world, platform) = world(backend, &server);
    server.answers("200 OK", &matrix(r#"[T0,"10"],[T1,"20"],[T2,"30"],[T2,"31"],[T4,"50"]"#));
    let source = prometheus(&server, &platform);
    let id = world.made("/api/v1/load/sources", &source);
    let path = format!("/api/v1/load/sources/{id}");
    let seen = wait_until(std::time::Duration::from_secs(30), "it is read", || {
        let listed = world.get(&format!("/api/v1/load/ingestions?source={id}")).expect(200).json();
        listed[0].is_object().then(|| listed[0]["report"].clone())
    });
    assert_eq!(["taken", "duplicates", "refused"].map(|key| seen[key].as_u64()), [Some(4), Some(1), Some(0)]);
    let asked = server.asked();
    assert!(asked[0].starts_with("GET /api/v1/query_range?query=sum%28up%29&start="), "{asked:?}");
    assert!(asked[0].to_lowercase().contains("authorization: bearer open-sesame"), "{asked:?}");
    let shown = world.get(&path).expect(200).text();
    assert!(!shown.contains("open-sesame") && shown.contains("\"has_secret\":true"), "{shown}");
    assert!(!world.service.log().contains("open-sesame"));
    server.answers("503 Service Unavailable", "");
    // The next step has to pass first: until then there is nothing to ask for.
    world.service.site().sql("UPDATE load_sources SET read_until = '2020-03-16 09:00:00'");
    world.post(&format!("{path}/reading"), &json!({})).expect(202);
    let failing = wait_until(std::time::Duration::from_secs(30), "it fails", || {
        Some(world.get(&path).expect(200).json()).filter(|source| source["error"].is_string())
    });
    assert!(failing["error"].as_str().is_some_and(|error| error.contains("503")), "{failing}");
    assert!(failing["failing_since"].is_string());
    let details = json!({"metric": "connections", "address": server.url(), "query": "up", "step_seconds": 60,
        "every_seconds": 60, "enabled": false});
    let changed = world.put(&path, &details).expect(200).json();
    assert_eq!((&changed["error"], &changed["has_secret"]), (&Value::Null, &json!(true)));
    let answer = world.post(&format!("{path}/reading"), &json!({})).expect(409).json();
    assert_eq!(answer["code"], "source-disabled");
}

fn bad_answers_of_a_prometheus_are_told(backend: Backend) {
    let server = Server::start();
    let (world, platform) = world(backend, &server);
    let source = prometheus(&server, &platform);
    let errors = [
        ("200 OK", "<html>".to_owned(), "no answer of a Prometheus"),
        ("200 OK", String::new(), "no answer of a Prometheus"),
        ("200 OK", r#"{"status":"error","error":"parse error"}"#.to_owned(), "parse error"),
        (
            "200 OK",
            r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#.to_owned(),
            "the query gives a vector",
        ),
        ("200 OK", matrix("],\"x\":[]},{\"values\":["), "the query gives 2 series"),
        (
            "200 OK",
            r#"{"status":"success","data":{"resultType":"matrix","result":[]}}"#.to_owned(),
            "the query gives no samples",
        ),
        ("200 OK", matrix(r#"[T0,"many"]"#), "no answer of a Prometheus"),
        ("404 Not Found", String::new(), "404"),
        ("302 Found", String::new(), "redirects are not followed"),
        ("500 Internal Server Error", String::new(), "500"),
    ];
    for (status, body, expected) in errors {
        server.answers(status, &body);
        let error = read(&world, &source).1.unwrap_or_default();
        assert!(error.contains(expected), "{status} {body}: {error}");
    }
    server.says("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nshort");
    assert!(read(&world, &source).1.is_some(), "an answer that breaks off is none");
    for (values, code) in [
        (r#"[T0,"NaN"],[T1,"1"]"#, "bad-value"),
        (r#"[T0,"-1"],[T1,"1"]"#, "bad-value"),
        (r#"[T0,"+Inf"],[T1,"1"]"#, "bad-value"),
        (r#"[T1,"1"],[86400,"1"]"#, "not-asked-for"),
        (r#"[T1,"1"],[4102444800,"1"]"#, "not-asked-for"),
    ] {
        server.answers("200 OK", &matrix(values));
        let (report, error) = read(&world, &source);
        assert_eq!((&report["found"][code], error), (&json!(1), None), "{values}: {report}");
        assert_eq!(report["refused"], 1);
    }
    let counter = json!({"metric": "logins", "counter": true});
    let mut of_counter = source.clone();
    of_counter.as_object_mut().expect("it is one").extend(counter.as_object().expect("it is one").clone());
    server.answers("200 OK", &matrix(r#"[T0,"100"],[T1,"160"],[T2,"30"]"#));
    let (report, _) = read(&world, &of_counter);
    assert_eq!(["taken", "counter_resets"].map(|key| report[key].as_u64()), [Some(2), Some(1)]);
}

fn meeting(id: &str, participants: &str, moderators: u32) -> String {
    format!(
        "<meeting><meetingID>{id}</meetingID><participantCount>{participants}</participantCount>\
         <moderatorCount>{moderators}</moderatorCount><attendees><attendee><fullName>Zoé Martin</fullName></attendee>\
         </attendees></meeting>"
    )
}

fn meetings(meetings: &str) -> String {
    format!("<response><returncode>SUCCESS</returncode><meetings>{meetings}</meetings></response>")
}

fn a_bigbluebutton_tells_who_is_there(backend: Backend) {
    let server = Server::start();
    let (world, platform) = world(backend, &server);
    let school = world.school("Collège A");
    world.put(&format!("/api/v1/schools/{}/platform", school.id), &json!({"platform": platform})).expect(200);
    let (from, to) = (Utc::now() - Duration::minutes(20), Utc::now() + Duration::minutes(20));
    world.service.site().sql(&format!(
        "INSERT INTO sessions (id, school_id, title, connections, starts_at, ends_at, state, sequence, created_at, changed_at,
         link) VALUES ('now', '{0}', 'Maths', 27, '{1}', '{2}', 'confirmed', 1, '{1}', '{1}',
         'https://bbb.example.org/b/mar-tin')",
        school.id,
        from.format("%F %T"),
        to.format("%F %T")
    ));
    server.answers("200 OK", &meetings(&format!("{}{}", meeting("mar-tin", "25", 1), meeting("other", "10", 2))));
    let (report, error) = read(&world, &bigbluebutton(&server, &platform));
    assert_eq!((report["taken"].as_u64(), error), (Some(1), None));
    let checksum = hex::encode(Sha256::digest("getMeetings639259d4"));
    let asked = server.asked();
    assert!(asked[0].starts_with(&format!("GET /bigbluebutton/api/getMeetings?checksum={checksum} ")), "{asked:?}");
    let now = Utc::now();
    let span = [now - Duration::minutes(10), now + Duration::minutes(10)].map(|at| at.format("%FT%TZ").to_string());
    let path = format!("/api/v1/load/cells?platform={platform}&metric=connections&from={}&until={}", span[0], span[1]);
    assert_eq!(world.get(&path).expect(200).json()["cells"][0]["peak"], 35.0);
    let attended = || world.get("/api/v1/sessions/now/attendance").expect(200).json();
    let seen = attended();
    assert_eq!(["participants", "planned"].map(|key| seen[key].as_u64()), [Some(24), Some(27)]);
    assert_eq!(seen["input"], "polled");
    server.answers("200 OK", &meetings(&meeting("mar-tin", "12", 1)));
    // Another sample of the same second would be none.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    read(&world, &bigbluebutton(&server, &platform));
    assert_eq!(attended()["participants"], 24, "the most that was seen counts");
    assert!(!world.service.log().contains("Martin"), "nobody's name is kept");
}

fn bad_answers_of_a_bigbluebutton_are_told(backend: Backend) {
    let server = Server::start();
    let (world, platform) = world(backend, &server);
    let source = bigbluebutton(&server, &platform);
    let bomb = "<!DOCTYPE a [<!ENTITY b \"c\">]><response><returncode>&b;</returncode></response>";
    let failed = "<response><returncode>FAILED</returncode><message>checksum does not match</message></response>";
    for (status, body, expected) in [
        ("200 OK", String::new(), "no answer of a BigBlueButton"),
        ("200 OK", "{}".to_owned(), "no answer of a BigBlueButton"),
        ("200 OK", "<html><body/></html>".to_owned(), "no answer of a BigBlueButton"),
        ("200 OK", meetings("<meeting>"), "no answer of a BigBlueButton"),
        ("200 OK", bomb.to_owned(), "no answer of a BigBlueButton"),
        ("200 OK", failed.to_owned(), "checksum does not match"),
        ("200 OK", meetings(&meeting("a", "-1", 0)), "participantCount"),
        ("200 OK", meetings(&meeting("a", "", 0)), "participantCount"),
        ("200 OK", meetings("<meeting><participantCount>1</participantCount></meeting>"), "meetingID"),
        ("302 Found", String::new(), "redirects are not followed"),
        ("401 Unauthorized", String::new(), "401"),
    ] {
        server.answers(status, &body);
        let error = read(&world, &source).1.unwrap_or_default();
        assert!(error.contains(expected), "{status} {body}: {error}");
    }
}

fn only_what_is_allowed_is_read(backend: Backend) {
    let server = Server::start();
    let (world, platform) = world(backend, &server);
    let create = |change: Value| {
        let mut source = prometheus(&server, &platform);
        source.as_object_mut().expect("it is one").extend(change.as_object().expect("it is one").clone());
        world.post("/api/v1/load/sources", &source)
    };
    for (change, code) in [
        (json!({"address": "https://prometheus.example.org"}), "not-allowed"),
        (json!({"address": "http://127.0.0.1:1"}), "not-allowed"),
        (json!({"address": "file:///etc/passwd"}), "bad-address"),
        (json!({"address": format!("{}?a=b", server.url())}), "bad-address"),
        (json!({"query": " "}), "missing-query"),
        (json!({"kind": "bigbluebutton"}), "needless-query"),
        (json!({"kind": "bigbluebutton", "query": null, "metric": "logins"}), "only-connections"),
        (json!({"kind": "bigbluebutton", "query": null, "secret": null}), "missing-secret"),
        (json!({"counter": true}), "no-counter"),
        (json!({"step_seconds": 600, "every_seconds": 60}), "every-below-step"),
        (json!({"since": "2100-01-01T00:00:00Z"}), "bad-since"),
        (json!({"secret": "a b"}), "bad-secret"),
        (json!({"school": "42"}), "two-places"),
    ] {
        let answer = create(change.clone()).expect(422).json();
        let codes: Vec<_> =
            answer["findings"].as_array().expect("a list").iter().map(|it| it["code"].clone()).collect();
        assert!(codes.contains(&json!(code)), "{change}: {answer}");
    }
    assert_eq!(server.asked().len(), 0);
}
