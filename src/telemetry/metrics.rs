//! What `/metrics` tells, in the text format of Prometheus.

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

/// The metrics' names. Labels are few and small in number: a route and never a path, a kind and never an id.
pub mod names {
    /// Counter of answered requests; labels `method`, `route` (the pattern, or `none`), `status`.
    pub const HTTP_REQUESTS: &str = "creneau_http_requests_total";
    /// Histogram of the seconds an answer took; labels `method`, `route`.
    pub const HTTP_SECONDS: &str = "creneau_http_request_duration_seconds";
    /// Counter of tries of jobs; labels `kind`, `outcome` (`done`, `retried`, `failed`).
    pub const JOBS: &str = "creneau_jobs_total";
    /// Histogram of the seconds a try of a job took; label `kind`.
    pub const JOB_SECONDS: &str = "creneau_job_duration_seconds";
    /// Gauge of the jobs that are due and not taken.
    pub const JOBS_WAITING: &str = "creneau_jobs_waiting";
    /// Histogram of the seconds from asking for a plan to having it.
    pub const SOLVE_SECONDS: &str = "creneau_solve_duration_seconds";
    /// Histogram of (objective - bound) / objective of finished plans, 0 when proven best.
    pub const SOLVE_GAP: &str = "creneau_solve_gap_ratio";
    /// Counter of mails; label `outcome` (`sent`, `refused`, `deferred`).
    pub const MAILS: &str = "creneau_mails_total";
    /// Counter of attempts to send news to webhooks; label `outcome` (`sent`, `failed`, `gone`).
    pub const WEBHOOKS: &str = "creneau_webhooks_total";
    /// Counter of reads of calendars; label `outcome` (`sent`, `unchanged`, `unknown`).
    pub const FEED_READS: &str = "creneau_feed_reads_total";
    /// Counter of calendars that were made, since the one that was kept had changed.
    pub const FEED_RENDERS: &str = "creneau_feed_renders_total";
    /// Gauge of the alerts of load that last; label `kind` (`above-forecast`, `near-limit`).
    pub const LOAD_ALERTS: &str = "creneau_load_alerts";
}

/// Seconds, from a page out of a cache to a long solve.
const SECONDS: [f64; 14] = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0, 600.0];
const RATIOS: [f64; 8] = [0.0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5];

/// The process's metrics, collected since [`Metrics::install`].
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl Metrics {
    /// Collects what the macros of the crate `metrics` record in this process from now on.
    ///
    /// # Errors
    /// When they are collected already.
    pub fn install() -> Result<Self, BuildError> {
        let handle = builder()?.install_recorder()?;
        describe();
        Ok(Self(handle))
    }

    /// The answer to `GET /metrics`, of the type `text/plain; version=0.0.4`.
    #[must_use]
    pub fn render(&self) -> String {
        self.0.render()
    }

    /// Sums up what was recorded; to be called every few seconds, since memory grows with each request until then
    /// when nobody reads `/metrics`.
    pub fn sum_up(&self) {
        self.0.run_upkeep();
    }
}

fn builder() -> Result<PrometheusBuilder, BuildError> {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?
        .set_buckets_for_metric(Matcher::Suffix("_ratio".to_owned()), &RATIOS)
}

fn describe() {
    describe_counter!(names::HTTP_REQUESTS, "Answered requests");
    describe_histogram!(names::HTTP_SECONDS, Unit::Seconds, "Time to answer a request");
    describe_counter!(names::JOBS, "Tries of jobs");
    describe_histogram!(names::JOB_SECONDS, Unit::Seconds, "Time that a try of a job took");
    describe_gauge!(names::JOBS_WAITING, "Jobs that are due and not taken");
    describe_histogram!(names::SOLVE_SECONDS, Unit::Seconds, "Time from asking for a plan to having it");
    describe_histogram!(names::SOLVE_GAP, "Part of a plan's cost that is not proven necessary");
    describe_counter!(names::MAILS, "Mails by what became of them");
    describe_counter!(names::WEBHOOKS, "Attempts to send news to webhooks by what became of them");
    describe_counter!(names::FEED_READS, "Reads of calendars by what was answered");
    describe_counter!(names::FEED_RENDERS, "Calendars made anew after a change");
    describe_gauge!(names::LOAD_ALERTS, "Alerts of load that last");
}

#[cfg(test)]
mod tests {
    use metrics::{counter, gauge, histogram, with_local_recorder};

    use super::*;

    #[test]
    fn are_written_for_prometheus() {
        let recorder = builder().unwrap().build_recorder();
        with_local_recorder(&recorder, || {
            describe();
            counter!(names::MAILS, "outcome" => "sent").increment(2);
            gauge!(names::JOBS_WAITING).set(3.0);
            histogram!(names::HTTP_SECONDS, "method" => "GET", "route" => "/").record(0.003);
            histogram!(names::SOLVE_GAP).record(0.02);
        });
        let text = Metrics(recorder.handle()).render();
        for line in [
            "# HELP creneau_mails_total Mails by what became of them",
            "# TYPE creneau_mails_total counter",
            "creneau_mails_total{outcome=\"sent\"} 2",
            "creneau_jobs_waiting 3",
            "creneau_http_request_duration_seconds_bucket{method=\"GET\",route=\"/\",le=\"0.002\"} 0",
            "creneau_http_request_duration_seconds_bucket{method=\"GET\",route=\"/\",le=\"0.005\"} 1",
            "creneau_solve_gap_ratio_bucket{le=\"0.02\"} 1",
        ] {
            assert!(text.lines().any(|it| it == line), "{line}\nis not in\n{text}");
        }
    }
}
