//! Web servers' logs, counted where they are.

use super::{
    intake::{Goes, Intake},
    may_feed,
};
use crate::{
    app::{App, AppError, AppResult},
    domain::{
        access::Principal,
        load::{
            Metric, Place,
            log::{Counted, LONGEST_LINE, LogCounter},
            report::{Ingestion, Input, Refusal, Report},
        },
    },
};
use std::io::{self, BufRead, Read};

/// Counts a log line by line, and hands on what is counted of each five minutes; lines that are wrong are reported.
///
/// # Errors
/// those of reading and of `each`.
pub fn count_log<E: From<io::Error>>(
    mut log: impl BufRead,
    login_paths: Vec<String>,
    now: i64,
    report: &mut Report,
    mut each: impl FnMut(Counted, &mut Report) -> Result<(), E>,
) -> Result<(), E> {
    let mut counter = LogCounter::new(login_paths);
    let (mut line, mut number) = (Vec::new(), 0_u64);
    loop {
        line.clear();
        number += 1;
        let most = LONGEST_LINE as u64 + 1;
        if log.by_ref().take(most).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let counted = if line.last() == Some(&b'\n') || line.len() <= LONGEST_LINE {
            line.pop_if(|byte| *byte == b'\n');
            counter.line(&line, now)
        } else {
            skip_line(&mut log)?;
            let message = format!("it is longer than {LONGEST_LINE} bytes");
            Err(Refusal::new("line-too-long", message, "have the web server refuse such requests"))
        };
        match counted {
            Ok(counted) => counted.into_iter().try_for_each(|counted| each(counted, report))?,
            Err(refusal) => report.refuse(refusal, || format!("line {number}")),
        }
    }
    counter.end().into_iter().try_for_each(|counted| each(counted, report))
}

/// Reads to the end of a line without keeping it.
fn skip_line(log: &mut impl BufRead) -> io::Result<()> {
    loop {
        let part = log.fill_buf()?;
        if part.is_empty() {
            return Ok(());
        }
        let (used, is_end) = match part.iter().position(|byte| *byte == b'\n') {
            Some(end) => (end + 1, true),
            None => (part.len(), false),
        };
        log.consume(used);
        if is_end {
            return Ok(());
        }
    }
}

impl App {
    /// Counts a log as the load of a place: different clients in five minutes as connections, and logins if paths of logins
    /// are given.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Internal` when the log cannot be read.
    pub async fn import_log(
        &self,
        who: &Principal,
        place: Place,
        login_paths: Vec<String>,
        log: impl BufRead + Send + 'static,
    ) -> AppResult<Ingestion> {
        let (app, who, of) = (self.clone(), who.clone(), place.clone());
        let taken = tokio::task::spawn_blocking(move || app.take_log(&who, &of, login_paths, log)).await;
        let report = taken.map_err(|stopped| AppError::Internal(stopped.to_string()))??;
        self.keep_report(Some(place), Input::Log, report).await
    }

    fn take_log(
        &self,
        who: &Principal,
        place: &Place,
        login_paths: Vec<String>,
        log: impl BufRead,
    ) -> AppResult<Report> {
        self.store.read_now(|conn| may_feed(conn, who, place))?;
        let mut intake = Intake::new(self, who, Goes::Alone);
        let connections = intake.series(place, Metric::Connections)?;
        let logins = if login_paths.is_empty() { None } else { Some(intake.series(place, Metric::Logins)?) };
        let (now, mut refused) = (intake.now(), Report::default());
        count_log(log, login_paths, now, &mut refused, |counted, _| {
            // A log of five minutes has far fewer clients than a double holds.
            intake.take(connections, counted.at, counted.clients as f64, false, String::new)?;
            match logins {
                Some(logins) => intake.take(logins, counted.at, counted.logins_a_minute(), false, String::new),
                None => Ok(()),
            }
        })?;
        Ok(intake.end()?.with_refused(refused))
    }
}
