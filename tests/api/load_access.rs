//! The rows of observed load and attendance in the table of `access.rs`, and what their calls need.

use super::access::{ALLOWED, Row, admins, inviters, members};
use super::school::{School, World};
use serde_json::{Value, json};

pub const ROWS: &[Row] = &[
    ("GET", "/sessions/{session}/attendance", [404; 5]),
    ("PUT", "/sessions/{session}/attendance", members(ALLOWED)),
    ("GET", "/groups/{group}/attendance", members(200)),
    ("DELETE", "/groups/{group}/attendance", admins(200)),
    ("GET", "/load/cells", members(200)),
    ("POST", "/load/csv", admins(201)),
    ("POST", "/load/openmetrics", admins(201)),
    ("GET", "/load/ingestions", [200, 200, 403, 200, 403]),
    ("GET", "/load/ingestions/{ingestion}", inviters(200)),
    ("GET", "/load/sources", [200, 200, 403, 200, 403]),
    ("POST", "/load/sources", admins(201)),
    ("GET", "/load/sources/{source}", inviters(200)),
    ("PUT", "/load/sources/{source}", inviters(200)),
    ("DELETE", "/load/sources/{source}", inviters(204)),
    ("POST", "/load/sources/{source}/reading", inviters(202)),
];

/// Completes the address and gives the body, of what is about load.
pub fn prepared(
    world: &World,
    school: &School,
    method: &str,
    path: &str,
    address: &mut String,
) -> Option<Option<Value>> {
    if path == "/sessions/{session}/attendance" {
        return Some((method == "PUT").then(|| json!({"participants": 20})));
    }
    if !path.starts_with("/load/") {
        return None;
    }
    let source = json!({
        "school": school.id, "kind": "prometheus", "address": "https://prometheus.invalid", "query": "up",
    });
    let details = json!({
        "metric": "connections", "address": "https://prometheus.invalid", "query": "up", "step_seconds": 60,
        "every_seconds": 60, "enabled": false,
    });
    if path.contains("{source}") {
        *address = address.replace("{source}", &world.made("/api/v1/load/sources", &source));
    }
    let (of_school, table) = (format!("?school={}", school.id), json!("time,connections\n2020-03-16T09:00:00Z,5\n"));
    match path {
        "/load/cells" => {
            let span = "&metric=connections&from=2020-03-16T00:00:00Z&until=2020-03-17T00:00:00Z";
            address.push_str(&format!("{of_school}{span}"));
        }
        "/load/csv" | "/load/openmetrics" => address.push_str(&of_school),
        "/load/ingestions/{ingestion}" => {
            let made = world.made(&format!("/api/v1/load/csv{of_school}"), &table);
            *address = address.replace("{ingestion}", &made);
        }
        _ => {}
    }
    Some(match (method, path) {
        ("POST", "/load/csv") => Some(table),
        ("POST", "/load/openmetrics") => Some(json!("connections 5\n# EOF\n")),
        ("POST", "/load/sources") => Some(source),
        ("PUT", "/load/sources/{source}") => Some(details),
        _ => None,
    })
}
