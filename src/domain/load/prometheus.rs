//! What a Prometheus answers to a `query_range`.

use super::{clock, report::Refusal};
use serde::Deserialize;

#[derive(Deserialize)]
struct Answer {
    status: String,
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    data: Option<Data>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    result_type: String,
    result: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Series {
    values: Vec<(f64, String)>,
}

/// The times and numbers of an answer; one that has no series has none.
///
/// # Errors
/// `not-prometheus`, `query-refused`, `not-a-range`, `several-series`.
pub fn samples(answer: &[u8]) -> Result<Vec<(i64, f64)>, Refusal> {
    let answer: Answer = serde_json::from_slice(answer).map_err(|error| foreign(&error.to_string()))?;
    if answer.status != "success" {
        let told: String = answer.error.unwrap_or_default().chars().take(300).collect();
        let message = format!("the query was refused: {told}");
        return Err(Refusal::new("query-refused", message, "try the query in the Prometheus's own page"));
    }
    let data = answer.data.ok_or_else(|| foreign("it holds no data"))?;
    if data.result_type != "matrix" {
        let message = format!("the query gives a {}", data.result_type.chars().take(40).collect::<String>());
        return Err(Refusal::new("not-a-range", message, "use a query that gives numbers over time"));
    }
    let mut series = data.result.into_iter();
    let Some(first) = series.next() else { return Ok(Vec::new()) };
    if series.len() > 0 {
        let message = format!("the query gives {} series", series.len() + 1);
        return Err(Refusal::new("several-series", message, "make one of them: sum(…)"));
    }
    let first: Series = serde_json::from_value(first).map_err(|error| foreign(&error.to_string()))?;
    let sample = |(at, value): (f64, String)| Some((clock::unix(at)?, value.parse().ok()?));
    first.values.into_iter().map(|pair| sample(pair).ok_or_else(|| foreign("a sample is no time and number"))).collect()
}

fn foreign(why: &str) -> Refusal {
    let why: String = why.chars().take(200).collect();
    let action = "give the address of a Prometheus, without /api/v1: https://prometheus.example.org";
    Refusal::new("not-prometheus", format!("this is no answer of a Prometheus: {why}"), action)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(result: &str) -> String {
        format!(r#"{{"status":"success","data":{{"resultType":"matrix","result":{result}}}}}"#)
    }

    #[test]
    fn an_answer_is_a_list_of_samples() {
        let one = matrix(r#"[{"metric":{},"values":[[1584349200,"12"],[1584349260.123,"NaN"]]}]"#);
        let read = samples(one.as_bytes()).unwrap();
        assert_eq!(read[0], (1_584_349_200, 12.0));
        assert!(read[1].0 == 1_584_349_260 && read[1].1.is_nan());
        assert_eq!(samples(matrix("[]").as_bytes()), Ok(Vec::new()));
    }

    #[test]
    fn another_answer_is_told() {
        for (wrong, code) in [
            ("<html>".to_owned(), "not-prometheus"),
            ("{}".to_owned(), "not-prometheus"),
            (r#"{"status":"success"}"#.to_owned(), "not-prometheus"),
            (matrix(r#"[{"values":[["soon","1"]]}]"#), "not-prometheus"),
            (matrix(r#"[{"values":[[1,"many"]]}]"#), "not-prometheus"),
            (matrix(r#"[{"value":[1,"1"]}]"#), "not-prometheus"),
            (r#"{"status":"error","error":"parse error"}"#.to_owned(), "query-refused"),
            (r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#.to_owned(), "not-a-range"),
            (matrix(r#"[{"values":[]},{"values":[]}]"#), "several-series"),
        ] {
            assert_eq!(samples(wrong.as_bytes()).unwrap_err().code, code, "{wrong}");
        }
    }
}
