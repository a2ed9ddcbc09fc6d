//! Reading rounds and plans: streamed, plain or gzip, never more than a given number of bytes.

use std::io::{BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;
use serde::de::DeserializeOwned;

use crate::finding::{Finding, Findings};
use crate::plan::Plan;
use crate::round::Round;

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
    let round: Round = read(input, limits)?;
    let findings = crate::validate::validate(&round);
    if findings.iter().any(Finding::is_error) { Err(Findings(findings)) } else { Ok(round) }
}

/// Reads a plan. Whether it fits a round is for [`crate::check`] to say.
pub fn read_plan(input: impl Read, limits: &ReadLimits) -> Result<Plan, Findings> {
    read(input, limits)
}

fn read<T: DeserializeOwned>(input: impl Read, limits: &ReadLimits) -> Result<T, Findings> {
    let mut input = BufReader::with_capacity(1 << 16, input);
    let is_gzip = input.fill_buf().map_err(|error| unreadable(&error))?.starts_with(&[0x1f, 0x8b]);
    let text: Box<dyn Read + '_> = if is_gzip { Box::new(MultiGzDecoder::new(input)) } else { Box::new(input) };
    serde_json::from_reader(BufReader::with_capacity(1 << 16, text.take(limits.bytes)))
        .map_err(|error| Finding::error("not-json", "", error.to_string(), "correct the file").into())
}

fn unreadable(error: &std::io::Error) -> Findings {
    Finding::error("unreadable", "", error.to_string(), "check that the file is complete and can be read").into()
}
