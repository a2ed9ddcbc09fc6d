//! A solve that is under way: its numbers, followed by server-sent events, or looked at again where there is no
//! JavaScript.

use std::{convert::Infallible, pin::Pin, time::Duration};

use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_ENCODING, ContentEncoding},
    web::{self, Bytes},
};
use askama::Template;
use futures_core::Stream;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep},
};

use super::super::{Office, parts::Page, reply};
use crate::{
    app::{App, jobs::JobView},
    domain::{access::Principal, id::Id, job::JobState},
    http::web::{
        page::{Refusal, Shell},
        parts::Progress,
        visitor::{Form, Visitor},
        words::Words,
    },
};

/// How often a job is looked at.
const LOOK: Duration = Duration::from_millis(500);
/// After how long without news a sign of life is sent, so that nothing between closes the connection.
const SILENCE: Duration = Duration::from_secs(15);
/// How long a connection lasts. The browser connects again by itself, and shows its session again.
const LASTS: Duration = Duration::from_secs(60);
/// Seconds after which a page without JavaScript looks again.
const AGAIN: u32 = 3;

/// How far a solve is.
#[derive(Template)]
#[template(path = "web/admin/live.html")]
struct Live {
    w: Words,
    shell: Shell,
    id: Id,
    state: String,
    is_open: bool,
    error: Option<String>,
    progress: Progress,
    facts: Vec<(String, String, String)>,
    plan: Option<Id>,
    round: Id,
}

/// `GET /admin/jobs/{id}`.
pub async fn show(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::of(&visitor, &app).await?;
        let job = app.job(&office.who, &id).await?;
        let round = app.round(&office.who, &job.round).await?;
        let cost = match &job.plan {
            Some(plan) => Some(app.plan(&office.who, plan).await?.summary.objective),
            None => None,
        };
        let w = visitor.w;
        let is_open = is_open(&job);
        let page = Page::new(&visitor, &round.name, w.t("admin-live-title")).lead(w.t("admin-live-lead"));
        let page = if is_open { page.refresh(AGAIN) } else { page };
        Ok(visitor.answer(Ok(page.part(&Live::of(&visitor, job, cost))?)))
    })
    .await
}

fn is_open(job: &JobView) -> bool {
    matches!(job.state, JobState::Queued | JobState::Running)
}

impl Live {
    /// The job, and what its plan costs by the wishes alone: as everywhere but in the search.
    fn of(visitor: &Visitor, job: JobView, cost: Option<u64>) -> Self {
        let w = visitor.w;
        let progress = job.progress.clone().unwrap_or_default();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds, for display")]
        let spent = progress.seconds.max(0.0) as u64;
        let is_open = is_open(&job);
        let state = match job.state {
            JobState::Queued => "admin-live-queued",
            JobState::Running => "admin-live-running",
            JobState::Done => "admin-live-done",
            JobState::Failed => "admin-live-failed",
            JobState::Cancelled => "admin-live-stopped",
        };
        let none = || "–".to_owned();
        let number = |value: Option<u64>| value.map_or_else(none, |value| w.number(value));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a bound, for display")]
        let bound = progress.bound.map(|bound| bound.max(0.0).ceil() as u64);
        let phase = w.find(&format!("admin-phase-{}", progress.phase)).unwrap_or_default();
        let named = [("spent", spent.to_string()), ("all", job.seconds.to_string())];
        let words = w.with("admin-live-time", &named.each_ref().map(|(name, value)| (*name, value.as_str())));
        Self {
            w,
            shell: visitor.shell(""),
            state: w.t(state),
            is_open,
            progress: Progress {
                label: phase.clone(),
                value: if is_open { spent.min(job.seconds) } else { job.seconds },
                most: job.seconds,
                words: words.clone(),
            },
            facts: cost
                .map(|cost| (w.t("admin-live-cost"), w.number(cost), w.t("admin-live-cost-hint")))
                .into_iter()
                .chain([
                    (w.t("admin-live-objective"), number(progress.objective), w.t("admin-live-objective-hint")),
                    (w.t("admin-live-bound"), number(bound), w.t("admin-live-bound-hint")),
                    (
                        w.t("admin-plan-without"),
                        number(progress.unplaced.map(|count| count as u64)),
                        w.t("admin-live-unplaced-hint"),
                    ),
                    (w.t("admin-live-steps"), w.number(progress.iterations), phase),
                ])
                .collect(),
            error: job.error,
            plan: job.plan,
            round: job.round,
            id: job.id,
        }
    }
}

/// `POST /admin/jobs/{id}/stop`: the best plan so far is kept.
pub async fn stop(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        app.cancel_job(&office.who, &id).await?;
        Ok(visitor.redirect(&format!("/admin/jobs/{id}")))
    })
    .await
}

/// `GET /admin/jobs/{id}/events`: a line for each step of a solve, and `done` at its end.
pub async fn events(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>) -> HttpResponse {
    let (app, id) = (app.get_ref().clone(), id.into_inner());
    let begun: Result<Principal, Refusal> = async {
        let office = Office::of(&visitor, &app).await?;
        app.job(&office.who, &id).await?;
        Ok(office.who)
    }
    .await;
    let who = match begun {
        Ok(who) => who,
        Err(refusal) => return visitor.refuse(&refusal),
    };
    let (news, lines) = mpsc::channel(4);
    // It ends when the browser goes, the job is over, or the connection has lasted long enough.
    tokio::spawn(async move { drop(follow(&app, &who, &id, &news).await) });
    HttpResponse::Ok()
        .content_type("text/event-stream; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-store"))
        // What is compressed waits for more to compress.
        .insert_header((CONTENT_ENCODING, ContentEncoding::Identity))
        .streaming(Lines(lines))
}

async fn follow(
    app: &App,
    who: &Principal,
    id: &Id,
    news: &mpsc::Sender<Bytes>,
) -> Result<(), mpsc::error::SendError<Bytes>> {
    let (begun, mut spoke, mut said) = (Instant::now(), Instant::now(), String::new());
    news.send("retry: 1000\n\n".into()).await?;
    while begun.elapsed() < LASTS {
        // A job that cannot be seen any more is over for who follows it.
        let Ok(job) = app.job(who, id).await else { break };
        if !is_open(&job) {
            return news.send(format!("event: done\ndata: {}\n\n", job.id).into()).await;
        }
        let now = serde_json::to_string(&job).unwrap_or_default();
        if now != said {
            news.send(format!("data: {now}\n\n").into()).await?;
            (said, spoke) = (now, Instant::now());
        } else if spoke.elapsed() > SILENCE {
            news.send(": still there\n\n".into()).await?;
            spoke = Instant::now();
        }
        sleep(LOOK).await;
    }
    Ok(())
}

/// What was sent, as the body of an answer.
struct Lines(mpsc::Receiver<Bytes>);

impl Stream for Lines {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|line| line.map(Ok))
    }
}
