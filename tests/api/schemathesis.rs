//! The service against its own OpenAPI document: schemathesis, which is not ours, makes requests of all kinds from the
//! document, good ones and bad ones, and looks for answers that the document does not know.

use crate::support::{
    python::{ROOT, run},
    service::{Backend, Site, on_both},
};
use std::process::Command;
use tempfile::TempDir;

on_both!(answers_are_those_of_the_document);

/// Always the same requests.
const SEED: &str = "1";
/// Requests of each kind an operation at most.
const EXAMPLES: &str = "5";

fn answers_are_those_of_the_document(backend: Backend) {
    // Something to be asked for, and nobody who works on it: solves would take the processors.
    let site = Site::new(backend).set("demo.on_first_start", "true").set("jobs.in_process", "false");
    let service = site.serve();
    let token = service.site().run(&["token", "operator"]);
    let folder = TempDir::new().expect("a temporary folder");
    let mut schemathesis = Command::new(format!("{ROOT}/.venv/bin/schemathesis"));
    schemathesis
        .current_dir(folder.path())
        .args([
            "--config-file",
            &format!("{ROOT}/tests/tools/schemathesis.toml"),
            "run",
            &service.url("/api/v1/openapi.json"),
        ])
        .args(["--header", &format!("Authorization: Bearer {}", token.trim())])
        .args(["--checks", "all", "--phases", "examples,coverage,fuzzing", "--seed", SEED, "--max-examples", EXAMPLES])
        .args(["--generation-database", "none", "--continue-on-failure", "--no-color", "--warnings", "off"]);
    let answer = run(&mut schemathesis, b"");
    assert!(answer.ok, "{}\n{}", answer.output, answer.complaint);
}
