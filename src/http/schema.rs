//! Values against the JSON Schema of their type, the one that the API document publishes; what is wrong becomes
//! findings.

use super::problem::Problem;
use crate::{app::AppError, domain::finding::Finding};
use jsonschema::{ValidationError, Validator, error::ValidationErrorKind as Kind, paths::LocationSegment};
use serde_json::{Value, json};
use std::{
    any::TypeId,
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};
use utoipa::{PartialSchema, ToSchema};

/// How many findings are listed.
const MOST: usize = 100;

struct Compiled {
    validator: Validator,
    schema: Value,
}

static COMPILED: LazyLock<Mutex<HashMap<TypeId, Arc<Compiled>>>> = LazyLock::new(Mutex::default);

/// Everything in which the value is not a `T`.
///
/// # Errors
/// 500 when the type's schema is none.
pub fn findings<T: ToSchema + 'static>(value: &Value) -> Result<Vec<Finding>, Problem> {
    let compiled = compiled::<T>()?;
    let mut out = Vec::new();
    for error in compiled.validator.iter_errors(value) {
        explain(&error, &compiled.schema, &mut out);
        if out.len() >= MOST {
            out.truncate(MOST);
            out.push(Finding::new("more-findings", "", "there may be more findings", "correct these first"));
            break;
        }
    }
    Ok(out)
}

fn compiled<T: ToSchema + 'static>() -> Result<Arc<Compiled>, Problem> {
    // The map is whole even when somebody panicked while holding it.
    let mut known = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(compiled) = known.get(&TypeId::of::<T>()) {
        return Ok(Arc::clone(compiled));
    }
    let mut schemas = vec![(T::name().into_owned(), <T as PartialSchema>::schema())];
    T::schemas(&mut schemas);
    let schemas: HashMap<_, _> = schemas.into_iter().collect();
    let schema = json!({
        "$ref": format!("#/components/schemas/{}", T::name()),
        "components": { "schemas": schemas },
    });
    let validator = jsonschema::draft202012::options().should_validate_formats(true).build(&schema);
    let validator = validator
        .map_err(|error| Problem::from(&AppError::Internal(format!("the schema of {} is none: {error}", T::name()))))?;
    let compiled = Arc::new(Compiled { validator, schema });
    known.insert(TypeId::of::<T>(), Arc::clone(&compiled));
    Ok(compiled)
}

fn explain(error: &ValidationError<'_>, schema: &Value, out: &mut Vec<Finding>) {
    let place = place(error);
    let field = |name: &str| if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") };
    let value = shown(error.instance());
    match error.kind() {
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => match best(context) {
            Some(branch) => branch.iter().for_each(|error| explain(error, schema, out)),
            None => out.push(Finding::new("wrong-value", place, format!("{value} is not allowed here"), SEE)),
        },
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let known = known_fields(error, schema);
            for name in unexpected {
                out.push(unknown("field", field(&clip(name)), name, &known));
            }
        }
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            out.push(Finding::new("missing-field", field(name), format!("{name:?} is missing"), "add it"));
        }
        Kind::Type { .. } => {
            let expected = error.to_string();
            let expected = expected.rsplit_once(" is not of ").map_or("", |(_, types)| types).replace('"', "");
            out.push(Finding::new("wrong-type", place, format!("{value} is not of {expected}"), "change its type"));
        }
        Kind::Enum { options } => {
            let words: Vec<&str> = options.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let action = match error.instance().as_str().and_then(|word| nearest(word, &words)) {
                Some(near) => format!("did you mean {near:?}?"),
                None => format!("use one of {}", words.join(", ")),
            };
            out.push(Finding::new("unknown-value", place, format!("{value} is not one of the choices"), action));
        }
        Kind::Minimum { limit } | Kind::ExclusiveMinimum { limit } => {
            out.push(Finding::new(
                "out-of-range",
                place,
                format!("{value} is too small"),
                format!("use at least {limit}"),
            ));
        }
        Kind::Maximum { limit } | Kind::ExclusiveMaximum { limit } => {
            out.push(Finding::new(
                "out-of-range",
                place,
                format!("{value} is too large"),
                format!("use at most {limit}"),
            ));
        }
        Kind::MaxLength { limit } | Kind::MaxItems { limit } => {
            out.push(Finding::new("too-long", place, "it is too long", format!("shorten it to {limit}")));
        }
        Kind::MinLength { limit } | Kind::MinItems { limit } => {
            out.push(Finding::new("too-short", place, "it is too short", format!("give at least {limit}")));
        }
        Kind::Pattern { pattern } => {
            out.push(Finding::new(
                "wrong-format",
                place,
                format!("{value} has another form"),
                format!("write it as {pattern}"),
            ));
        }
        Kind::Format { format } => {
            let action = match format.as_str() {
                "date-time" => "write an instant such as 2020-03-23T08:00:00Z".to_owned(),
                "date" => "write a date such as 2020-03-23".to_owned(),
                other => format!("write a {other}"),
            };
            out.push(Finding::new("wrong-format", place, format!("{value} is no {format}"), action));
        }
        other => {
            let message = format!("{value} is not allowed here ({})", other.keyword());
            out.push(Finding::new("wrong-value", place, message, SEE));
        }
    }
}

/// A field or parameter of a name that is not among those that are known.
pub(super) fn unknown(what: &str, place: String, name: &str, known: &[&str]) -> Finding {
    let action = match nearest(name, known) {
        Some(near) => format!("did you mean {near:?}?"),
        None if known.is_empty() => "remove it".to_owned(),
        None => format!("remove it; known are {}", known.join(", ")),
    };
    let message = format!("there is no {what} {}", shown(&Value::from(name)));
    Finding::new("unknown-field", place, message, action)
}

const SEE: &str = "see /api/docs for what is expected";

/// Of several alternatives the one that fits best: not the `null` that stands for a field left out, then the one with the
/// fewest errors.
fn best<'a>(context: &'a [Vec<ValidationError<'static>>]) -> Option<&'a Vec<ValidationError<'static>>> {
    let is_null = |branch: &&Vec<ValidationError<'static>>| matches!(branch.as_slice(), [only] if matches!(only.kind(), Kind::Type { .. }) && only.to_string().ends_with("\"null\""));
    let is_other_word = |error: &ValidationError<'_>| matches!(error.kind(), Kind::Enum { .. } | Kind::Constant { .. });
    let rank = |branch: &&Vec<ValidationError<'static>>| (branch.iter().any(is_other_word), branch.len());
    let others = context.iter().filter(|branch| !branch.is_empty() && !is_null(branch));
    others.min_by_key(rank).or_else(|| context.iter().find(|branch| !branch.is_empty()))
}

/// The names that the object could have held, from the schema beside the keyword that refused.
fn known_fields<'a>(error: &ValidationError<'_>, schema: &'a Value) -> Vec<&'a str> {
    let keyword = error.schema_path().as_str();
    let object = keyword.rsplit_once('/').and_then(|(object, _)| schema.pointer(object));
    let properties = object.and_then(|object| object.get("properties")).and_then(Value::as_object);
    properties.into_iter().flat_map(|properties| properties.keys()).map(String::as_str).collect()
}

fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let near = known.iter().map(|other| (strsim::jaro_winkler(name, other), *other));
    near.filter(|(likeness, _)| *likeness > 0.8).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, other)| other)
}

/// `/groups/1/name` as `groups[1].name`.
fn place(error: &ValidationError<'_>) -> String {
    let mut out = String::new();
    for segment in error.instance_path() {
        match segment {
            LocationSegment::Index(index) => out.push_str(&format!("[{index}]")),
            LocationSegment::Property(name) => {
                if !out.is_empty() {
                    out.push('.');
                }
                out.push_str(&clip(&name));
            }
        }
    }
    out
}

/// A value as a message may hold it: whoever sends a megabyte does not get it back.
fn shown(value: &Value) -> String {
    match value {
        Value::Array(_) => "the list".to_owned(),
        Value::Object(_) => "the object".to_owned(),
        other => clip(&other.to_string()),
    }
}

pub(super) fn clip(text: &str) -> String {
    let mut out: String = text.chars().take(60).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its schema counts")]
    struct Sample {
        #[schema(max_length = 5)]
        name: String,
        #[schema(minimum = 1, maximum = 7)]
        weekday: u32,
        colour: Option<Colour>,
        parts: Vec<Part>,
        at: Option<chrono::DateTime<chrono::Utc>>,
    }

    #[derive(Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its schema counts")]
    struct Part {
        connections: u32,
    }

    #[derive(Deserialize, ToSchema)]
    #[serde(rename_all = "lowercase")]
    enum Colour {
        Red,
        Green,
    }

    #[test]
    fn everything_is_told_at_once() {
        let value = json!({
            "name": "too long", "weekday": 8, "colour": "gren", "at": "yesterday", "surname": 1,
            "parts": [{"connections": 3}, {"conections": 3}, {"connections": -1}, {"connections": "3"}, 7],
        });
        let found = findings::<Sample>(&value).unwrap();
        let mut told: Vec<String> = found.iter().map(|it| format!("{} {}: {}", it.code, it.place, it.action)).collect();
        told.sort();
        insta::assert_snapshot!(told.join("\n"), @r#"
        missing-field parts[1].connections: add it
        out-of-range parts[2].connections: use at least 0
        out-of-range weekday: use at most 7
        too-long name: shorten it to 5
        unknown-field parts[1].conections: did you mean "connections"?
        unknown-field surname: remove it; known are at, colour, name, parts, weekday
        unknown-value colour: did you mean "green"?
        wrong-format at: write an instant such as 2020-03-23T08:00:00Z
        wrong-type parts[3].connections: change its type
        wrong-type parts[4]: change its type
        "#);
    }

    #[test]
    fn what_fits_is_let_in() {
        let value = json!({"name": "a", "weekday": 1, "colour": null, "parts": []});
        assert_eq!(findings::<Sample>(&value).unwrap(), []);
    }
}
