//! The lenient pass: walks a document that has the right syntax and some wrong shape, and lists every defect.

use serde_json::{Map, Value};

use super::schema::{Field, Kind, Schema};
use crate::finding::{Collector, Finding, did_you_mean};

/// Everything in `text` that is not as `schema` wants it; empty if it is not JSON at all.
pub(super) fn findings(text: &[u8], schema: &Schema) -> Vec<Finding> {
    let mut findings = Collector::default();
    if let Ok(value) = serde_json::from_slice::<Value>(text) {
        object(&mut findings, &value, String::new(), schema);
    }
    findings.finish()
}

fn object(findings: &mut Collector, value: &Value, place: String, schema: &Schema) {
    let Value::Object(map) = value else {
        return wrong_type(findings, place, value, "an object { … }");
    };
    for field in schema.fields {
        let place = join(&place, field.name);
        match map.get(field.name) {
            Some(value) => check(findings, value, place, &field.kind),
            None if field.required => findings.push(Finding::error(
                "missing-field",
                place,
                format!("the field “{}” is missing", field.name),
                missing_action(field, map, schema),
            )),
            None => {}
        }
    }
    if !schema.open {
        for name in map.keys().filter(|name| schema.fields.iter().all(|field| field.name != name.as_str())) {
            let known = schema.fields.iter().map(|field| field.name);
            let meant = if findings.may_compare(known.len()) { did_you_mean(name, known) } else { String::new() };
            findings.push(Finding::error(
                "unknown-field",
                join(&place, name),
                format!("there is no field “{}”", name.escape_debug()),
                if meant.is_empty() { "remove it".into() } else { meant },
            ));
        }
    }
}

/// A missing field may be there under a misspelt name.
fn missing_action(field: &Field, map: &Map<String, Value>, schema: &Schema) -> String {
    let others = map.keys().map(String::as_str).filter(|name| schema.fields.iter().all(|field| field.name != *name));
    match crate::finding::nearest(field.name, others) {
        Some(other) => format!("rename “{}”", other.escape_debug()),
        None => "add it".into(),
    }
}

fn check(findings: &mut Collector, value: &Value, place: String, kind: &Kind) {
    match (kind, value) {
        (Kind::Text, Value::String(_)) | (Kind::Flag, Value::Bool(_)) | (Kind::Real, Value::Number(_)) => {}
        (Kind::Maybe(_), Value::Null) => {}
        (Kind::Maybe(kind), value) => check(findings, value, place, kind),
        (Kind::Number(most), Value::Number(_)) => number(findings, value, place, *most),
        (Kind::Word(words), Value::String(word)) if words.contains(&word.as_str()) => {}
        (Kind::Word(words), Value::String(word)) => {
            let known = words.iter().copied();
            let meant = if findings.may_compare(known.len()) { did_you_mean(word, known) } else { String::new() };
            findings.push(Finding::error(
                "unknown-word",
                place,
                format!("“{}” is not known", word.escape_debug()),
                if meant.is_empty() { format!("write one of: {}", words.join(", ")) } else { meant },
            ));
        }
        (Kind::List(kind), Value::Array(items)) => {
            for (item, i) in items.iter().zip(0_usize..) {
                check(findings, item, format!("{place}[{i}]"), kind);
            }
        }
        (Kind::Map(kind), Value::Object(map)) => {
            for (name, value) in map {
                check(findings, value, join(&place, name), kind);
            }
        }
        (Kind::Map(_), _) => wrong_type(findings, place, value, "an object { … }"),
        (Kind::Object(schema), value) => object(findings, value, place, schema),
        (Kind::Text | Kind::Word(_), _) => wrong_type(findings, place, value, "a text \"…\""),
        (Kind::Number(_) | Kind::Real, _) => wrong_type(findings, place, value, "a number"),
        (Kind::Flag, _) => wrong_type(findings, place, value, "true or false"),
        (Kind::List(_), _) => wrong_type(findings, place, value, "a list [ … ]"),
    }
}

fn number(findings: &mut Collector, value: &Value, place: String, most: u64) {
    let (code, action) = match (value.as_u64(), value.as_i64(), value.as_f64()) {
        (Some(number), _, _) if number <= most => return,
        (Some(_), _, _) => ("number-too-large", format!("write at most {most}")),
        (None, Some(_), _) => ("negative-number", "write 0 or more".into()),
        (_, _, Some(real)) if real.abs() >= u64::MAX as f64 => ("number-too-large", format!("write at most {most}")),
        _ => ("fractional-number", "write a whole number, without point or exponent".into()),
    };
    findings.push(Finding::error(code, place, format!("{value} is not a number that is allowed here"), action));
}

fn wrong_type(findings: &mut Collector, place: String, value: &Value, wanted: &str) {
    let found = match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    findings.push(Finding::error("wrong-type", place, format!("this is {found}"), format!("write {wanted}")));
}

fn join(place: &str, name: &str) -> String {
    if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") }
}
