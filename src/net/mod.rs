//! The network beyond this machine, for all that connects there on somebody's word: to which addresses (`resolver`), with
//! which certificates (`tls`), and how something is read (`fetcher`).

mod fetcher;
mod resolver;
mod tls;

pub use fetcher::Fetcher;
pub use resolver::PublicResolver;
pub use tls::tls;

use crate::domain::text::one_line;
use std::{error::Error, io, time::Duration};

/// The longest that connecting may take.
pub const CONNECTING: Duration = Duration::from_secs(5);
/// The longest head of an answer, in bytes.
pub const LONGEST_HEAD: usize = 16 * 1024;
/// Letters of an error that are kept.
const LONGEST_ERROR: usize = 500;

/// What caused an error in the end, in one line; nothing when it was that time ran out.
pub fn cause(error: &(dyn Error + 'static)) -> Option<String> {
    let mut last = error;
    while let Some(cause) = last.source() {
        last = cause;
    }
    if last.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::TimedOut) {
        return None;
    }
    Some(one_line(&last.to_string()).chars().take(LONGEST_ERROR).collect())
}
