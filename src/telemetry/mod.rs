//! Logs and metrics: what the people who run the service see of it.
//!
//! Logs go to standard error, so that standard output stays free for what commands print. Every line of a request
//! stands in a span made by [`access_log::RequestSpan`], which never holds a secret.

mod access_log;
mod metrics;
mod redaction;

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{Log, LogFormat};

pub use access_log::RequestSpan;
pub use metrics::{Metrics, names};
pub use redaction::redact_path;

/// Why logs cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The filter is not one; the configuration refuses such before.
    #[error("the log filter cannot be understood: {0}")]
    Filter(#[from] ParseError),
    /// Somebody else in this process has set logging up.
    #[error("logging is set up already: {0}")]
    Taken(#[from] tracing_subscriber::util::TryInitError),
}

/// Has this process log as `log` says, from now on.
///
/// # Errors
/// When the filter is wrong, or logging is set up already.
pub fn log_to_stderr(log: &Log) -> Result<(), LogError> {
    subscriber(log, io::stderr, io::stderr().is_terminal())?.try_init()?;
    Ok(())
}

fn subscriber<W>(log: &Log, writer: W, colours: bool) -> Result<Box<dyn tracing::Subscriber + Send + Sync>, ParseError>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(&log.filter)?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).with_ansi(colours);
    Ok(match log.format {
        LogFormat::Pretty => Box::new(builder.finish()),
        LogFormat::Json => Box::new(builder.json().flatten_event(true).finish()),
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Keeps what is logged.
    #[derive(Clone, Default)]
    pub(super) struct Memory(Arc<Mutex<Vec<u8>>>);

    impl Memory {
        pub(super) fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Memory {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: LogFormat, filter: &str) -> String {
        let memory = Memory::default();
        let writer = memory.clone();
        let log = Log { format, filter: filter.to_owned() };
        let subscriber = subscriber(&log, move || writer.clone(), false).unwrap();
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!(round = 7, "solved");
            tracing::debug!("too much to say");
        });
        memory.text()
    }

    #[test]
    fn pretty_is_for_people_and_json_for_machines() {
        let pretty = logged(LogFormat::Pretty, "info");
        assert!(pretty.contains("solved round=7"), "{pretty}");
        assert_eq!(pretty.lines().count(), 1);
        let json: serde_json::Value = serde_json::from_str(&logged(LogFormat::Json, "info")).unwrap();
        assert_eq!((&json["message"], &json["round"]), (&"solved".into(), &7.into()));
        assert_eq!(json["level"], "INFO");
    }

    #[test]
    fn the_filter_decides() {
        assert_eq!(logged(LogFormat::Pretty, "debug").lines().count(), 2);
        assert_eq!(logged(LogFormat::Pretty, "error"), "");
    }
}
