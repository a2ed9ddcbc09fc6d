//! The committed OpenAPI document is that of the registered routes.

use crate::support::service::{Backend, Site};
use std::{collections::BTreeSet, fs, path::Path};

#[test]
fn the_committed_document_is_the_present_one() {
    let path = format!("{}/api-spec/openapi.json", env!("CARGO_MANIFEST_DIR"));
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    let output = Site::new(Backend::Sqlite).command(&["openapi"]).output().expect("the program starts");
    let present = String::from_utf8(output.stdout).expect("JSON is UTF-8");
    assert!(committed == present, "the API has changed: run `make openapi` and look at the difference");
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let document = serde_json::to_value(creneau::http::openapi()).expect("it is JSON");
    let mut names = Vec::new();
    for item in document["paths"].as_object().expect("paths").values() {
        for operation in item.as_object().expect("operations").values() {
            names.push(operation["operationId"].as_str().expect("a name").to_owned());
            assert!(operation["summary"].is_string(), "{operation}");
        }
    }
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn parts_of_a_schema_do_not_forbid_each_other() {
    let document = serde_json::to_value(creneau::http::openapi()).expect("it is JSON");
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    for (name, schema) in schemas {
        for part in schema["allOf"].as_array().into_iter().flatten() {
            let target = part["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
            let part = target.map_or(part, |target| &schemas[target]);
            assert_ne!(part["additionalProperties"], false, "{name} is more than {target:?}, which allows no more");
        }
    }
}

#[test]
fn what_is_read_by_a_query_may_refuse_the_query() {
    let document = serde_json::to_value(creneau::http::openapi()).expect("it is JSON");
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let mut parameters = operation["parameters"].as_array().into_iter().flatten();
            let has_query = parameters.any(|parameter| parameter["in"] == "query");
            assert!(!has_query || operation["responses"]["422"].is_object(), "{method} {path}");
        }
    }
}

#[test]
fn it_can_be_read_without_the_internet() {
    let service = Site::new(Backend::Sqlite).serve();
    let page = service.get("/api/docs/").expect(200);
    assert!(page.header("content-security-policy").is_some_and(|policy| policy.contains("script-src 'self';")));
    for reference in page.text().split('"').filter(|text| text.ends_with(".js") || text.ends_with(".css")) {
        assert!(!reference.contains("//"), "{reference}");
        service.get(&format!("/api/docs/{}", reference.trim_start_matches("./"))).expect(200);
    }
    assert_eq!(service.get("/api/docs").expect(302).header("location"), Some("/api/docs/"));
}

/// The texts of the Rust files in a folder, and in those within.
fn texts(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("it can be read").path());
    entries
        .flat_map(|path| match path.is_dir() {
            true => texts(&path),
            false => vec![fs::read_to_string(path).expect("it is text")],
        })
        .collect()
}

/// Use cases ask `Expected::now()`; whoever calls one is an operation that looks at `If-Match`. Imports expect what a dry run
/// told, which has no tag of its own.
#[test]
fn operations_that_look_at_if_match_say_so() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut expecting = BTreeSet::new();
    for text in texts(&source.join("app")) {
        for (at, _) in text.match_indices("Expected::now()") {
            let (_, start) = text[..at].rsplit_once(" fn ").expect("it stands in a function");
            expecting.insert(start.split(['(', '<']).next().expect("a name").to_owned());
        }
    }
    assert!(expecting.len() > 25, "they are asked in another way now: {expecting:?}");
    let mut looking = BTreeSet::new();
    for text in texts(&source.join("http/api")) {
        for operation in text.split("#[utoipa::path(").skip(1) {
            let calls = |name: &String| operation.contains(&format!(".{name}("));
            if expecting.iter().any(calls) {
                let named = operation.split_once("operation_id = \"").and_then(|(_, rest)| rest.split('"').next());
                // Without a name of its own it has that of its function, but for a bare verb.
                let function = operation.split_once("async fn ").and_then(|(_, rest)| rest.split('(').next());
                let named = named.or(function.filter(|name| name.contains('_')));
                looking.insert(named.unwrap_or_else(|| panic!("give it an operation_id: {operation}")).to_owned());
            }
        }
    }
    let document = serde_json::to_value(creneau::http::openapi()).expect("it is JSON");
    let operations = document["paths"].as_object().expect("paths").values();
    let operations = operations.flat_map(|item| item.as_object().expect("operations").values());
    let says_so = |operation: &&serde_json::Value| {
        operation["parameters"].as_array().is_some_and(|all| all.iter().any(|one| one["name"] == "If-Match"))
    };
    let said: BTreeSet<String> =
        operations.filter(says_so).map(|it| it["operationId"].as_str().expect("a name").to_owned()).collect();
    assert_eq!(said, looking, "MATCHED in src/http/docs.rs lists them");
}
