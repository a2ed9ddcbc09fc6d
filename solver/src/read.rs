//! Reading rounds and plans: streamed, plain or gzip, never more than a given number of bytes.
//!
//! The quick way is serde, straight from the stream. It stops at the first defect; then a second, lenient pass over the
//! same text (as much of it as [`KEPT`] allows) collects all of them.

mod lenient;
mod schema;
mod source;

use std::io::{BufReader, Read};

use serde::de::DeserializeOwned;

use crate::finding::{Finding, Findings};
use crate::plan::Plan;
use crate::round::Round;
use schema::Schema;
use source::Source;

/// The most text that is kept for the second pass, in bytes.
const KEPT: usize = 64 << 20;

/// What reading may cost.
#[derive(Debug, Clone, Copy)]
pub struct ReadLimits {
    /// Bytes of JSON, after decompression. A small gzip file can hold terabytes.
    pub bytes: u64,
}

impl Default for ReadLimits {
    /// 4 GiB: three times a round of a million requests.
    fn default() -> Self {
        Self { bytes: 4 << 30 }
    }
}

/// Reads a round, which is then valid: [`crate::validate`] finds no error in it.
pub fn read_round(input: impl Read, limits: &ReadLimits) -> Result<Round, Findings> {
    let round: Round = read(input, limits, &schema::ROUND)?;
    let findings = crate::validate::validate(&round);
    if findings.iter().any(Finding::is_error) { Err(Findings(findings)) } else { Ok(round) }
}

/// Reads a plan. Whether it fits a round is for [`crate::check`](crate::check()) to say.
pub fn read_plan(input: impl Read, limits: &ReadLimits) -> Result<Plan, Findings> {
    read(input, limits, &schema::PLAN)
}

fn read<T: DeserializeOwned>(input: impl Read, limits: &ReadLimits, schema: &Schema) -> Result<T, Findings> {
    let mut source = Source::new(input, limits.bytes).map_err(|error| Findings::from(unreadable(&error)))?;
    let parsed = serde_json::from_reader(BufReader::with_capacity(1 << 16, &mut source));
    parsed.map_err(|error| {
        let rest = source.read_to_kept();
        if source.is_too_large() {
            return too_large(limits.bytes).into();
        }
        if let Some(kind) = error.io_error_kind().or(rest.err().map(|error| error.kind())) {
            return broken_stream(kind, source.is_gzip()).into();
        }
        findings(&error, source.kept(), schema)
    })
}

/// What is wrong with a text that serde refused.
fn findings(error: &serde_json::Error, kept: Option<&[u8]>, schema: &Schema) -> Findings {
    if kept.is_some_and(|text| text.iter().all(u8::is_ascii_whitespace)) {
        return Finding::error("empty-file", "", "the file is empty", "give a JSON document").into();
    }
    let position = format!("line {}, column {}", error.line(), error.column());
    if error.is_eof() {
        let message = format!("the document ends too early, at {position}");
        return Finding::error("truncated", "", message, "check that the file is complete").into();
    }
    if error.is_syntax() {
        return Finding::error("not-json", "", format!("this is not JSON: {error}"), "correct the text there").into();
    }
    // The first defect of the right syntax and the wrong shape: look for the others.
    let found = kept.map(|text| lenient::findings(text, schema)).unwrap_or_default();
    if found.is_empty() {
        let message = format!("{error}");
        return Finding::error("bad-value", "", message, "correct the value there").into();
    }
    Findings(found)
}

fn unreadable(error: &std::io::Error) -> Finding {
    Finding::error("unreadable", "", error.to_string(), "check that the file exists and can be read")
}

fn broken_stream(kind: std::io::ErrorKind, is_gzip: bool) -> Finding {
    match kind {
        std::io::ErrorKind::UnexpectedEof => {
            Finding::error("truncated", "", "the file ends too early", "check that it is complete")
        }
        std::io::ErrorKind::InvalidData | std::io::ErrorKind::InvalidInput if is_gzip => {
            Finding::error("bad-gzip", "", "the gzip data is damaged", "compress the file again")
        }
        kind => Finding::error("unreadable", "", format!("reading failed: {kind}"), "check that the file can be read"),
    }
}

fn too_large(bytes: u64) -> Finding {
    let message = format!("the document is longer than {bytes} bytes");
    Finding::error("too-large", "", message, "split it, or raise the limit")
}
