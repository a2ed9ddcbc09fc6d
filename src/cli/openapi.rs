//! `creneau openapi`.

use clap::Args;

use super::{Console, Failure, Outcome, Run};

/// Print the description of the REST API, as OpenAPI JSON
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  creneau openapi > api-spec/openapi.json")]
pub struct Openapi {}

impl Run for Openapi {
    fn run(self, console: &Console) -> Result<Outcome, Failure> {
        console.document(&crate::http::openapi())?;
        Ok(Outcome::Fine)
    }
}
