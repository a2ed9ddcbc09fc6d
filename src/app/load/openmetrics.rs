//! Samples that a program pushes as OpenMetrics text.

use super::{
    intake::{Goes, Intake},
    may_feed, one_place, own_school,
};
use crate::{
    app::{App, AppError, AppResult},
    domain::{
        access::Principal,
        finding::{Finding, Findings},
        id::Id,
        load::{
            Place, openmetrics,
            report::{Ingestion, Input, Refusal, Report},
        },
    },
};
use serde::Deserialize;
use utoipa::IntoParams;

/// Whose samples they are where their labels do not tell.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PlaceOptions {
    /// The platform of all samples.
    pub platform: Option<Id>,
    /// Or the federation.
    pub federation: Option<Id>,
    /// Or the school.
    pub school: Option<Id>,
}

impl App {
    /// Takes samples in, and tells what came of them.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, and `Invalid` when the text is not whole. Lines that are wrong are in the report.
    pub async fn push_load(&self, who: &Principal, options: PlaceOptions, text: Vec<u8>) -> AppResult<Ingestion> {
        let mut findings = Findings::default();
        let place = one_place(&options.platform, &options.federation, &options.school, false, &mut findings);
        let text = findings.keep(whole(text)).filter(|_| findings.0.is_empty());
        let Some(text) = text else { return Err(findings.into()) };
        let place = place.or_else(|| own_school(who));
        let (app, who, of) = (self.clone(), who.clone(), place.clone());
        let taken = tokio::task::spawn_blocking(move || app.take_text(&who, of, &text)).await;
        let report = taken.map_err(|stopped| AppError::Internal(stopped.to_string()))??;
        self.keep_report(place, Input::OpenMetrics, report).await
    }

    fn take_text(&self, who: &Principal, place: Option<Place>, text: &str) -> AppResult<Report> {
        if let Some(place) = &place {
            self.store.read_now(|conn| may_feed(conn, who, place))?;
        }
        let mut intake = Intake::new(self, who, Goes::On(None));
        let now = intake.now();
        for (index, line) in text.lines().enumerate() {
            let at = || format!("line {}", index + 1);
            let sample = match openmetrics::line(line) {
                Ok(Some(sample)) => sample,
                Ok(None) => continue,
                Err(refusal) => {
                    intake.refuse(refusal, at);
                    continue;
                }
            };
            let named = match (&sample.place, &place) {
                (Some((kind, name)), _) => intake.place(*kind, name)?,
                (None, Some(place)) => Ok(place.clone()),
                (None, None) => {
                    let action = "give it a label: platform, federation or school";
                    Err(Refusal::new("missing-place", "it does not tell whose load it is", action))
                }
            };
            match named {
                Ok(place) => {
                    let series = intake.series(&place, sample.metric)?;
                    intake.take(series, sample.at.unwrap_or(now), sample.value, sample.is_counter, at)?;
                }
                Err(refusal) => intake.refuse(refusal, at),
            }
        }
        intake.end()
    }
}

/// A text that has arrived to its end.
fn whole(text: Vec<u8>) -> Result<String, Finding> {
    let text = String::from_utf8(text)
        .map_err(|_| Finding::new("not-utf-8", "", "the text is not UTF-8", "send OpenMetrics as UTF-8"))?;
    let mut lines = text.lines();
    if !lines.by_ref().any(openmetrics::is_end) {
        let message = "the text does not end with # EOF: a part of it may be missing";
        return Err(Finding::new("no-end", "", message, "send it once more, with # EOF as its last line"));
    }
    if lines.next().is_some() {
        return Err(Finding::new("after-end", "", "text follows # EOF", "send one text at a time"));
    }
    Ok(text)
}
