//! Pins: requests that an admin fixes at a start, for every plan that is made from then on.

use super::{
    App, AppError, AppResult,
    rounds::{may_run, visible},
    situation,
};
use crate::{
    domain::{
        access::Principal,
        finding::{Finding, Findings},
        id::Id,
        pin::Pin,
        round::{Request, Round},
        text,
        time::instant,
        wish::{Frame, local_minutes},
    },
    planning::{
        names::{Moment, Names},
        obstacle::Obstacle,
        pins::obstacles,
        problem::Situation,
    },
    store::{self, Conn},
};
use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

/// Where a request is fixed.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPin {
    /// The start, in the school's local time. The wish need not allow it.
    #[serde(with = "local_minutes")]
    #[schema(value_type = String, example = "2020-03-23T09:00", pattern = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$")]
    pub start: NaiveDateTime,
    /// Why.
    #[serde(default)]
    #[schema(max_length = 200, example = "the only hour of the visiting author")]
    pub note: Option<String>,
}

/// A request that is fixed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PinView {
    /// The request.
    pub request: Id,
    /// Its name in the round.
    pub reference: String,
    /// What the class is called.
    pub title: String,
    /// Its start.
    pub start: Moment,
    /// Why.
    pub note: Option<String>,
    /// When it was pinned.
    pub created_at: DateTime<Utc>,
    /// What has come to stand against it since.
    pub obstacles: Vec<Obstacle>,
}

impl PinView {
    fn of(pin: &Pin, request: &Request, names: &Names, obstacles: Vec<Obstacle>) -> Self {
        Self {
            request: request.id.clone(),
            reference: request.reference.clone(),
            title: request.title.clone(),
            start: names.moment(pin.starts_at),
            note: pin.note.clone(),
            created_at: pin.created_at,
            obstacles,
        }
    }
}

impl App {
    /// A round's pins, by start.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn pins(&self, who: &Principal, round: &Id) -> AppResult<Vec<PinView>> {
        let (who, round, now) = (who.clone(), round.clone(), self.now());
        self.store
            .read(move |conn| {
                let round = visible(conn, &who, &round)?;
                let pins = store::pins::of_round(conn, &round.id)?;
                let situation = pinned(conn, &round, &pins)?;
                let names = situation::names(conn, &situation.school)?;
                let mut against = obstacles(&situation, &names, now);
                let view = |pin: &Pin| {
                    let request = situation.requests.iter().find(|request| request.id == pin.request)?;
                    Some(PinView::of(pin, request, &names, against.remove(&pin.request).unwrap_or_default()))
                };
                Ok(pins.iter().filter_map(view).collect())
            })
            .await
    }

    /// Fixes a request at a start, or at another than before.
    ///
    /// # Errors
    /// `NotFound`, also for a request of another round; `Forbidden` for teachers; `Invalid` for a start off the grid,
    /// outside the round or the opening hours; `Conflict`: `pin-does-not-fit` with everything that stands against it: a
    /// limit, people in another class that is fixed, its own class that has begun or was called off.
    pub async fn pin(&self, who: &Principal, round: &Id, request: &Id, new: NewPin) -> AppResult<PinView> {
        let (who, round, id, now) = (who.clone(), round.clone(), request.clone(), self.now());
        self.write(move |conn| {
            let round = visible(conn, &who, &round)?;
            may_run(&who, &round.school, "fix requests")?;
            let mut pins = store::pins::of_round(conn, &round.id)?;
            pins.retain(|pin| pin.request != id);
            let mut situation = pinned(conn, &round, &pins)?;
            let request = situation.requests.iter().find(|request| request.id == id).cloned();
            let request = request.ok_or_else(|| AppError::not_found("request", &id))?;
            let mut wrong = Findings::default();
            let note = new.note.as_deref().and_then(|note| wrong.keep(text::line(note, "note")));
            let zone = situation.school.zone();
            let Some(starts_at) = wrong.keep(instant(zone, new.start, "start")) else { return Err(wrong.into()) };
            let frame = Frame {
                opening: situation.school.opening(),
                grid: round.grid(),
                duration_minutes: request.duration_minutes,
                is_round: true,
            };
            wrong.keep(frame.start(new.start, "start"));
            situation.terms.pins.insert(id.clone(), starts_at);
            let names = situation::names(conn, &situation.school)?;
            let mut against = own_class(&situation, &request, starts_at, now);
            let others = obstacles(&situation, &names, now).remove(&id).unwrap_or_default();
            against.extend(others.iter().map(|one| one.finding("start", "choose another start, or make room there")));
            if !wrong.0.is_empty() {
                // All of it at once: who mends the start should know what else is there.
                wrong.0.extend(against);
                return Err(wrong.into());
            }
            if !against.is_empty() {
                let message = "the class cannot be fixed there".to_owned();
                return Err(AppError::Conflict { code: "pin-does-not-fit", message, findings: against });
            }
            let pin = Pin { request: id.clone(), starts_at, note, created_at: now };
            store::pins::set(conn, &pin)?;
            Ok(PinView::of(&pin, &request, &names, Vec::new()))
        })
        .await
    }

    /// Lets a request go; one that is not fixed stays so.
    ///
    /// # Errors
    /// `NotFound`, also for a request of another round; `Forbidden` for teachers.
    pub async fn unpin(&self, who: &Principal, round: &Id, request: &Id) -> AppResult<()> {
        let (who, round, id) = (who.clone(), round.clone(), request.clone());
        self.write(move |conn| {
            let round = visible(conn, &who, &round)?;
            may_run(&who, &round.school, "let fixed requests go")?;
            match store::requests::get(conn, &id) {
                Ok(request) if request.round == round.id => {}
                Ok(_) => return Err(AppError::not_found("request", &id)),
                Err(error) => return Err(error.or_unknown("request", &id)),
            }
            store::pins::remove(conn, &id)?;
            Ok(())
        })
        .await
    }
}

/// Where a round's requests are fixed.
pub(super) fn starts(conn: &mut Conn, round: &Round) -> AppResult<HashMap<Id, DateTime<Utc>>> {
    let pins = store::pins::of_round(conn, &round.id)?;
    Ok(pins.into_iter().map(|pin| (pin.request, pin.starts_at)).collect())
}

/// Refuses to go on while something stands against a round's pins.
///
/// # Errors
/// `Conflict`: `pins-do-not-fit`.
pub(super) fn must_fit(conn: &mut Conn, round: &Round, now: DateTime<Utc>) -> AppResult<()> {
    let pins = store::pins::of_round(conn, &round.id)?;
    if pins.is_empty() {
        return Ok(());
    }
    let situation = pinned(conn, round, &pins)?;
    let names = situation::names(conn, &situation.school)?;
    let against = obstacles(&situation, &names, now);
    let of_request = |request: &Request| {
        let obstacles = against.get(&request.id).map(Vec::as_slice).unwrap_or_default();
        let place = format!("pins[{}]", request.reference);
        obstacles.iter().map(|one| one.finding(&place, "let it go, or fix it elsewhere")).collect::<Vec<Finding>>()
    };
    let findings: Vec<Finding> = situation.requests.iter().flat_map(of_request).collect();
    if findings.is_empty() {
        return Ok(());
    }
    let message = "requests are fixed where they do not fit any more".to_owned();
    Err(AppError::Conflict { code: "pins-do-not-fit", message, findings })
}

/// The round's situation, with these pins.
fn pinned(conn: &mut Conn, round: &Round, pins: &[Pin]) -> AppResult<Situation> {
    let mut situation = situation::situation(conn, round)?;
    situation.terms.pins = pins.iter().map(|pin| (pin.request.clone(), pin.starts_at)).collect();
    Ok(situation)
}

/// What stands against a pin by the published class of the request itself.
fn own_class(situation: &Situation, request: &Request, at: DateTime<Utc>, now: DateTime<Utc>) -> Vec<Finding> {
    let place = "start";
    if situation.cancelled().contains(&request.id) {
        let message = format!("“{}” was called off; no plan brings it back", request.title);
        return vec![Finding::new("class-called-off", place, message, "enter a new request")];
    }
    situation.too_late(request, Some(at), place, now).into_iter().collect()
}
