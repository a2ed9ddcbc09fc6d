//! Requests, with their windows, teachers and groups.

use super::{
    Conn, StoreError,
    conn::on_backend,
    schema::{request_groups, request_teachers, request_windows, requests},
    types::{ROWS, column, count, utc},
};
use crate::domain::{
    id::Id,
    round::{Request, Window},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use std::collections::HashMap;

type Row =
    ((String, String, String, String, i64, i64, i64, NaiveDateTime), (Option<String>, Option<String>, Option<String>));
type Columns = (
    (
        requests::id,
        requests::round_id,
        requests::reference,
        requests::title,
        requests::connections,
        requests::duration_minutes,
        requests::unplaced_cost,
        requests::created_at,
    ),
    (requests::wish, requests::rules, requests::series_id),
);
const COLUMNS: Columns = (
    (
        requests::id,
        requests::round_id,
        requests::reference,
        requests::title,
        requests::connections,
        requests::duration_minutes,
        requests::unplaced_cost,
        requests::created_at,
    ),
    (requests::wish, requests::rules, requests::series_id),
);
type WindowRow = (String, i64, NaiveDateTime, NaiveDateTime, NaiveDateTime, i64, i64);

/// Enters requests, however many.
///
/// # Errors
/// `Duplicate` when a reference is taken in its round, `Reference` for an unknown teacher or group.
pub fn insert(conn: &mut Conn, new: &[Request]) -> Result<(), StoreError> {
    let mut rows = Vec::new();
    for request in new {
        let (wish, rules) = texts(request)?;
        rows.push((
            requests::id.eq(request.id.as_str()),
            requests::round_id.eq(request.round.as_str()),
            requests::reference.eq(&request.reference),
            requests::title.eq(&request.title),
            requests::connections.eq(i64::from(request.connections)),
            requests::duration_minutes.eq(i64::from(request.duration_minutes)),
            requests::unplaced_cost.eq(i64::from(request.unplaced_cost)),
            requests::created_at.eq(column(request.created_at)),
            requests::wish.eq(wish),
            requests::rules.eq(rules),
            requests::series_id.eq(request.series.as_ref().map(Id::as_str)),
        ));
    }
    for rows in rows.chunks(ROWS) {
        let rows = rows.to_vec();
        on_backend!(conn, conn => diesel::insert_into(requests::table).values(&rows).execute(conn))?;
    }
    insert_parts(conn, new)
}

/// Replaces everything but the identity of a request.
///
/// # Errors
/// `NotFound`, and those of [`insert`].
pub fn replace(conn: &mut Conn, request: &Request) -> Result<(), StoreError> {
    let id = request.id.as_str();
    let (wish, rules) = texts(request)?;
    let changed = diesel::update(requests::table.filter(requests::id.eq(id)))
        .set((
            requests::reference.eq(&request.reference),
            requests::title.eq(&request.title),
            requests::connections.eq(i64::from(request.connections)),
            requests::duration_minutes.eq(i64::from(request.duration_minutes)),
            requests::unplaced_cost.eq(i64::from(request.unplaced_cost)),
            requests::wish.eq(wish),
            requests::rules.eq(rules),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(StoreError::NotFound);
    }
    diesel::delete(request_windows::table.filter(request_windows::request_id.eq(id))).execute(conn)?;
    diesel::delete(request_teachers::table.filter(request_teachers::request_id.eq(id))).execute(conn)?;
    diesel::delete(request_groups::table.filter(request_groups::request_id.eq(id))).execute(conn)?;
    insert_parts(conn, std::slice::from_ref(request))
}

/// Takes a request out, with everything that hangs on it.
///
/// # Errors
/// `NotFound`; `Reference` when a session answers it.
pub fn delete(conn: &mut Conn, id: &Id) -> Result<(), StoreError> {
    let deleted = diesel::delete(requests::table.filter(requests::id.eq(id.as_str()))).execute(conn)?;
    if deleted == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// One request.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: &Id) -> Result<Request, StoreError> {
    let row = requests::table.filter(requests::id.eq(id.as_str())).select(COLUMNS).first::<Row>(conn)?;
    let windows = request_windows::table
        .filter(request_windows::request_id.eq(id.as_str()))
        .order(request_windows::position)
        .load::<WindowRow>(conn)?;
    let mut parts = Parts { people: people(conn, &[id.as_str()])?, windows: windows_by_request(windows)? };
    parts.request(row)
}

/// Every request of a round in the order of entry, in four queries whatever their number.
///
/// # Errors
/// those of the database.
pub fn of_round(conn: &mut Conn, round: &Id) -> Result<Vec<Request>, StoreError> {
    let in_round = requests::round_id.eq(round.as_str());
    let rows = requests::table
        .filter(in_round)
        .order((requests::created_at, requests::id))
        .select(COLUMNS)
        .load::<Row>(conn)?;
    let windows = request_windows::table
        .inner_join(requests::table)
        .filter(in_round)
        .order((request_windows::request_id, request_windows::position))
        .select(request_windows::all_columns)
        .load::<WindowRow>(conn)?;
    let teachers = request_teachers::table
        .inner_join(requests::table)
        .filter(in_round)
        .order((request_teachers::request_id, request_teachers::teacher_id))
        .select(request_teachers::all_columns)
        .load::<(String, String)>(conn)?;
    let groups = request_groups::table
        .inner_join(requests::table)
        .filter(in_round)
        .order((request_groups::request_id, request_groups::group_id))
        .select(request_groups::all_columns)
        .load::<(String, String)>(conn)?;
    let people = People { teachers: by_request(teachers), groups: by_request(groups) };
    let mut parts = Parts { people, windows: windows_by_request(windows)? };
    rows.into_iter().map(|row| parts.request(row)).collect()
}

/// The round of a weekly class, if there is such a class.
///
/// # Errors
/// those of the database.
pub fn round_of_series(conn: &mut Conn, series: &Id) -> Result<Option<Id>, StoreError> {
    let of_series = requests::table.filter(requests::series_id.eq(Some(series.as_str())));
    let round = of_series.select(requests::round_id).first::<String>(conn).optional()?;
    Ok(round.map(Id::from))
}

/// How many requests of a round each teacher has.
///
/// # Errors
/// those of the database.
pub fn count_by_teacher(conn: &mut Conn, round: &Id) -> Result<HashMap<Id, u32>, StoreError> {
    let teachers = request_teachers::table
        .inner_join(requests::table)
        .filter(requests::round_id.eq(round.as_str()))
        .select(request_teachers::teacher_id)
        .load::<String>(conn)?;
    let mut out: HashMap<Id, u32> = HashMap::new();
    teachers.into_iter().for_each(|id| *out.entry(id.into()).or_default() += 1);
    Ok(out)
}

/// Who teaches and who attends, by request.
struct People {
    teachers: HashMap<String, Vec<Id>>,
    groups: HashMap<String, Vec<Id>>,
}

impl People {
    /// Takes out the teachers of a request.
    fn teachers(&mut self, request: &str) -> Vec<Id> {
        self.teachers.remove(request).unwrap_or_default()
    }

    /// Takes out the groups of a request.
    fn groups(&mut self, request: &str) -> Vec<Id> {
        self.groups.remove(request).unwrap_or_default()
    }
}

/// The people of these requests.
fn people(conn: &mut Conn, ids: &[&str]) -> Result<People, StoreError> {
    let (mut teachers, mut groups) = (Vec::new(), Vec::new());
    for ids in ids.chunks(ROWS) {
        let rows = request_teachers::table
            .filter(request_teachers::request_id.eq_any(ids.to_vec()))
            .order((request_teachers::request_id, request_teachers::teacher_id))
            .load::<(String, String)>(conn)?;
        teachers.extend(rows);
        let rows = request_groups::table
            .filter(request_groups::request_id.eq_any(ids.to_vec()))
            .order((request_groups::request_id, request_groups::group_id))
            .load::<(String, String)>(conn)?;
        groups.extend(rows);
    }
    Ok(People { teachers: by_request(teachers), groups: by_request(groups) })
}

fn insert_parts(conn: &mut Conn, new: &[Request]) -> Result<(), StoreError> {
    let windows: Vec<_> = new
        .iter()
        .flat_map(|request| {
            request.windows.iter().zip(0_i64..).map(|(window, position)| {
                (
                    request_windows::request_id.eq(request.id.as_str()),
                    request_windows::position.eq(position),
                    request_windows::first_at.eq(column(window.first_at)),
                    request_windows::last_at.eq(column(window.last_at)),
                    request_windows::ideal_at.eq(column(window.ideal_at)),
                    request_windows::base.eq(i64::from(window.base)),
                    request_windows::per_step.eq(i64::from(window.per_step)),
                )
            })
        })
        .collect();
    for rows in windows.chunks(ROWS) {
        let rows = rows.to_vec();
        on_backend!(conn, conn => diesel::insert_into(request_windows::table).values(&rows).execute(conn))?;
    }
    let teachers: Vec<_> = new
        .iter()
        .flat_map(|request| {
            let of_request = request_teachers::request_id.eq(request.id.as_str());
            request.teachers.iter().map(move |id| (of_request, request_teachers::teacher_id.eq(id.as_str())))
        })
        .collect();
    for rows in teachers.chunks(ROWS) {
        let rows = rows.to_vec();
        on_backend!(conn, conn => diesel::insert_into(request_teachers::table).values(&rows).execute(conn))?;
    }
    let groups: Vec<_> = new
        .iter()
        .flat_map(|request| {
            let of_request = request_groups::request_id.eq(request.id.as_str());
            request.groups.iter().map(move |id| (of_request, request_groups::group_id.eq(id.as_str())))
        })
        .collect();
    for rows in groups.chunks(ROWS) {
        let rows = rows.to_vec();
        on_backend!(conn, conn => diesel::insert_into(request_groups::table).values(&rows).execute(conn))?;
    }
    Ok(())
}

struct Parts {
    people: People,
    windows: HashMap<String, Vec<Window>>,
}

impl Parts {
    fn request(&mut self, row: Row) -> Result<Request, StoreError> {
        let ((id, round, reference, title, connections, duration, unplaced, created_at), (wish, rules, series)) = row;
        Ok(Request {
            teachers: self.people.teachers(&id),
            groups: self.people.groups(&id),
            windows: self.windows.remove(&id).unwrap_or_default(),
            id: id.into(),
            round: round.into(),
            reference,
            title,
            connections: count(connections)?,
            duration_minutes: count(duration)?,
            unplaced_cost: count(unplaced)?,
            created_at: utc(created_at),
            rules: rules.as_deref().map(read).transpose()?.unwrap_or_default(),
            wish: wish.as_deref().map(read).transpose()?,
            series: series.map(Id::from),
        })
    }
}

/// What was entered and the rules, as their columns hold them.
fn texts(request: &Request) -> Result<(Option<String>, Option<String>), StoreError> {
    let wish = request.wish.as_ref().map(written).transpose()?;
    let rules = (!request.rules.is_empty()).then(|| written(&request.rules)).transpose()?;
    Ok((wish, rules))
}

fn written(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Other(error.to_string()))
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Other(format!("a wish cannot be read: {error}")))
}

fn by_request(rows: Vec<(String, String)>) -> HashMap<String, Vec<Id>> {
    let mut out: HashMap<String, Vec<Id>> = HashMap::new();
    for (request, id) in rows {
        out.entry(request).or_default().push(id.into());
    }
    out
}

fn windows_by_request(rows: Vec<WindowRow>) -> Result<HashMap<String, Vec<Window>>, StoreError> {
    let mut out: HashMap<String, Vec<Window>> = HashMap::new();
    for (request, _, first_at, last_at, ideal_at, base, per_step) in rows {
        out.entry(request).or_default().push(Window {
            first_at: utc(first_at),
            last_at: utc(last_at),
            ideal_at: utc(ideal_at),
            base: count(base)?,
            per_step: count(per_step)?,
        });
    }
    Ok(out)
}
