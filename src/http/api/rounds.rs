//! `/api/v1/schools/{school}/rounds` and `/api/v1/rounds`.

use super::created;
use crate::{
    app::{
        App, AppError,
        publication::{Publication, Published},
        reminders::{Answer, Answers, NewAnswer, Reminded},
        rounds::{NewRound, RoundChange},
    },
    domain::{id::Id, round::Round},
    http::{
        caller::Caller,
        input::Input,
        problem::{ReadRefused, WriteRefused},
    },
    planning::explanation::WishOverload,
};
use actix_web::{HttpResponse, delete, get, patch, post, put, web};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list).service(open).service(get).service(change).service(remove).service(publish);
    config.service(answers).service(remind).service(answer).service(overloads);
}

/// A school's rounds, the latest first
#[utoipa::path(operation_id = "list_rounds", tag = "Rounds", params(("school" = Id, Path)), responses((status = 200, body = [Round]), ReadRefused))]
#[get("/schools/{school}/rounds")]
async fn list(app: web::Data<App>, caller: Caller, school: web::Path<Id>) -> Result<web::Json<Vec<Round>>, AppError> {
    Ok(web::Json(app.rounds(&caller.0, &school).await?))
}

/// Open a round
///
/// For the school's admins. Teachers enter requests from `opens_at` until `closes_at`, or until it is closed.
#[utoipa::path(
    operation_id = "open_round", tag = "Rounds",
    params(("school" = Id, Path)),
    request_body = NewRound,
    responses((status = 201, body = Round), WriteRefused)
)]
#[post("/schools/{school}/rounds")]
async fn open(
    app: web::Data<App>,
    caller: Caller,
    school: web::Path<Id>,
    new: Input<NewRound>,
) -> Result<HttpResponse, AppError> {
    let round = app.open_round(&caller.0, &school, new.0).await?;
    Ok(created(&format!("/api/v1/rounds/{}", round.id), &round))
}

/// One round
#[utoipa::path(operation_id = "get_round", tag = "Rounds", params(("round" = Id, Path)), responses((status = 200, body = Round), ReadRefused))]
#[get("/rounds/{round}")]
async fn get(app: web::Data<App>, caller: Caller, round: web::Path<Id>) -> Result<web::Json<Round>, AppError> {
    Ok(web::Json(app.round(&caller.0, &round).await?))
}

/// Close a round, open it again, archive it, or say when requests are accepted
///
/// For the school's admins. A round goes from `collecting` to `closed`, by this or at its `closes_at`; while it is
/// solved it is `solving`, and `draft` as long as none of its plans is published. A published round stays published
/// until it is `archived`, and that one is only read. A round that is solved while it still collects requests goes on
/// collecting them.
#[utoipa::path(
    operation_id = "change_round", tag = "Rounds",
    params(("round" = Id, Path)),
    request_body = RoundChange,
    responses((status = 200, body = Round), WriteRefused)
)]
#[patch("/rounds/{round}")]
async fn change(
    app: web::Data<App>,
    caller: Caller,
    round: web::Path<Id>,
    change: Input<RoundChange>,
) -> Result<web::Json<Round>, AppError> {
    Ok(web::Json(app.change_round(&caller.0, &round, change.0).await?))
}

/// Take a round away that was never published
///
/// For the school's admins. Its wishes, plans and scenarios go with it, and who had entered wishes is told by mail, unless its
/// days are past; a round that was published can be archived.
#[utoipa::path(operation_id = "delete_round", tag = "Rounds", params(("round" = Id, Path)), responses((status = 204), WriteRefused))]
#[delete("/rounds/{round}")]
async fn remove(app: web::Data<App>, caller: Caller, round: web::Path<Id>) -> Result<HttpResponse, AppError> {
    app.delete_round(&caller.0, &round).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Publish a plan
///
/// For the school's admins. Its classes become sessions; calendars show them and teachers get a mail, all or nothing.
/// `replaces` is the plan that the publisher has seen published: of two publishers the second gets 409
/// `already-published`. When capacities or other classes have changed since the plan was made, the answer is 409
/// `does-not-fit` with everything that stands against it.
#[utoipa::path(
    operation_id = "publish_plan", tag = "Plans",
    params(("round" = Id, Path)),
    request_body = Publication,
    responses((status = 200, body = Published), WriteRefused)
)]
#[post("/rounds/{round}/publication")]
async fn publish(
    app: web::Data<App>,
    caller: Caller,
    round: web::Path<Id>,
    order: Input<Publication>,
) -> Result<web::Json<Published>, AppError> {
    Ok(web::Json(app.publish(&caller.0, &round, order.0).await?))
}

/// Who has answered a round, and who has not
///
/// For the school's admins.
#[utoipa::path(operation_id = "list_answers", tag = "Rounds", params(("round" = Id, Path)), responses((status = 200, body = Answers), ReadRefused))]
#[get("/rounds/{round}/reminders")]
async fn answers(app: web::Data<App>, caller: Caller, round: web::Path<Id>) -> Result<web::Json<Answers>, AppError> {
    Ok(web::Json(app.answers(&caller.0, &round).await?))
}

/// Remind the teachers who have not answered
///
/// For the school's admins. Each gets a mail, at most one a day; the answer says whom it reaches. A day before a round
/// closes its teachers are reminded by themselves.
#[utoipa::path(operation_id = "remind_teachers", tag = "Rounds", params(("round" = Id, Path)), responses((status = 200, body = Reminded), WriteRefused))]
#[post("/rounds/{round}/reminders")]
async fn remind(app: web::Data<App>, caller: Caller, round: web::Path<Id>) -> Result<web::Json<Reminded>, AppError> {
    Ok(web::Json(app.remind(&caller.0, &round).await?))
}

/// Say that a teacher wants nothing this time
///
/// Teachers say it for themselves, admins name the teacher. Whoever wants nothing is not reminded.
#[utoipa::path(
    operation_id = "answer_round", tag = "Rounds",
    params(("round" = Id, Path)),
    request_body = NewAnswer,
    responses((status = 200, body = Answer), WriteRefused)
)]
#[put("/rounds/{round}/answer")]
async fn answer(
    app: web::Data<App>,
    caller: Caller,
    round: web::Path<Id>,
    new: Input<NewAnswer>,
) -> Result<web::Json<Answer>, AppError> {
    Ok(web::Json(app.answer(&caller.0, &round, new.0).await?))
}

/// The wishes of which no plan can place all
///
/// Classes that one teacher or group, or a pool with room for one of them, lets be one at a time, and that are together
/// longer than the hours that they allow: known as soon as they are entered, so that somebody can allow other hours
/// before the round is solved. No request is told of twice. Other requests can be left without a class, too.
#[utoipa::path(
    operation_id = "round_overloads", tag = "Rounds",
    params(("round" = Id, Path)),
    responses((status = 200, body = [WishOverload]), ReadRefused)
)]
#[get("/rounds/{round}/overloads")]
async fn overloads(
    app: web::Data<App>,
    caller: Caller,
    round: web::Path<Id>,
) -> Result<web::Json<Vec<WishOverload>>, AppError> {
    Ok(web::Json(app.wish_overloads(&caller.0, &round).await?))
}
