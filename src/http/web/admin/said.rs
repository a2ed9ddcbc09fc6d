//! What use cases find and refuse, in the reader's language.

use crate::{domain::finding::Finding, http::web::words::Words};

pub use crate::http::web::said::{at, obstacle, pool};

/// A finding. One whose kind has no words yet is quoted.
pub fn said(finding: &Finding, w: Words) -> String {
    conflict(&finding.code, &finding.message, w)
}

/// Why something does not go with what is there now.
pub fn conflict(code: &str, message: &str, w: Words) -> String {
    w.find(&format!("refused-{code}")).unwrap_or_else(|| w.with("finding-other", &[("message", message)]))
}
