//! `creneau openapi`.

use clap::Args;

/// Print the description of the REST API, as OpenAPI JSON
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  creneau openapi > api-spec/openapi.json")]
pub struct Openapi {}
