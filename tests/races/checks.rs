//! What must hold, whoever wrote and whatever was killed.

use crate::{
    model::{Class, Model, Span},
    scene::{MOST, Scene},
};
use chrono::{DateTime, Duration, Utc};
use creneau::{
    domain::{
        booking::{Swap, SwapState},
        capacity::{CELL, PoolUse},
        id::Id,
        people::Overlaps,
        session::{Session, SessionState},
    },
    store::{self, Conn, StoreError},
};
use std::{
    collections::{BTreeMap, HashMap},
    time::Instant,
};

/// One picture of the database.
struct Picture {
    /// Classes and holds that take place, school by school.
    schools: Vec<(Id, Vec<Session>, Overlaps)>,
    /// Stored use of each pool.
    used: BTreeMap<(Id, DateTime<Utc>), u32>,
    /// What it must be.
    recomputed: BTreeMap<(Id, DateTime<Utc>), u32>,
}

/// While others write: nothing is ever half done.
pub fn in_passing(scene: &Scene) {
    // A database that is down just now is looked at later.
    if let Ok(picture) = scene.open().and_then(|store| store.read_now(|conn| picture(conn, scene))) {
        sound(&picture);
        for ((pool, at), used) in &picture.used {
            assert!(*used <= MOST, "{used} in {pool} at {at}, and no limit was ever above {MOST}");
        }
    }
}

/// When nobody writes: everything is as it was acknowledged.
pub fn at_rest(scene: &Scene) {
    let model = scene.model();
    let store = scene.open().expect("the database is there");
    let picture = store.read_now(|conn| picture(conn, scene)).expect("the database is there");
    sound(&picture);
    within_limits(&picture, &model, scene);
    let there: HashMap<&Id, &Session> =
        picture.schools.iter().flat_map(|(_, sessions, _)| sessions).map(|session| (&session.id, session)).collect();
    for (id, class) in &model.classes {
        as_acknowledged(id, class, there.get(id).copied());
    }
    let strangers = there.keys().filter(|id| !model.classes.contains_key(**id)).count();
    assert!(strangers <= model.lost_places, "{strangers} classes that nobody was told of");
    let ids: Vec<&Id> = model.swaps.keys().collect();
    let read = |conn: &mut Conn| ids.iter().map(|id| store::bookings::swap(conn, id)).collect::<Result<Vec<_>, _>>();
    for swap in store.read_now(read).expect("every swap that was acknowledged is there") {
        swap_as_acknowledged(&model, &swap);
    }
}

fn picture(conn: &mut Conn, scene: &Scene) -> Result<Picture, StoreError> {
    let from: DateTime<Utc> = "2030-03-18T00:00:00Z".parse().expect("a time");
    let to = from + Duration::days(1);
    let mut schools = Vec::new();
    for school in &scene.schools {
        let sessions = store::sessions::taking_place(conn, &school.id, from, to)?;
        schools.push((school.id.clone(), sessions, Overlaps::of(&store::groups::list(conn, &school.id)?)));
    }
    let pools: Vec<Id> = scene.cuts.iter().map(|cut| cut.pool.clone()).collect();
    let by_cell = |uses: Vec<PoolUse>| uses.into_iter().map(|taken| ((taken.pool, taken.at), taken.connections));
    let used = by_cell(store::usage::between(conn, &pools, from, to)?).collect();
    let mut recomputed = BTreeMap::new();
    for pool in &pools {
        recomputed.extend(by_cell(store::usage::recomputed(conn, pool)?));
    }
    Ok(Picture { schools, used, recomputed })
}

/// Nobody is in two places, and the stored use is that of the sessions.
fn sound(picture: &Picture) {
    assert_eq!(picture.used, picture.recomputed, "the stored use is that of the sessions");
    for (_, sessions, overlaps) in &picture.schools {
        for (index, one) in sessions.iter().enumerate() {
            for other in sessions[..index].iter().filter(|other| one.overlaps(other)) {
                let shared = one.teachers.iter().any(|teacher| other.teachers.contains(teacher))
                    || one.groups.iter().any(|group| {
                        other.groups.contains(group) || overlaps.with(group).any(|with| other.groups.contains(with))
                    });
                assert!(!shared, "somebody is in two places:\n{one:#?}\n{other:#?}");
            }
        }
    }
}

/// No cell is fuller than the limit that held when the last of its classes was put there. What was put before a cut
/// stays, so that a cell may be above the limit of today.
fn within_limits(picture: &Picture, model: &Model, scene: &Scene) {
    let all: Vec<&Session> = picture.schools.iter().flat_map(|(_, sessions, _)| sessions).collect();
    for ((pool, at), used) in &picture.used {
        let schools = scene.schools_of(pool);
        let inside =
            all.iter().filter(|class| schools.contains(&&class.school) && covers(class, *at)).collect::<Vec<_>>();
        let mut puts = Vec::new();
        let mut is_known = true;
        for class in inside {
            // When a change whose answer was lost put it there, nobody knows.
            let known = model.classes.get(&class.id).filter(|known| known.lost == 0);
            let own = known.into_iter().flat_map(|known| known.placed.values());
            puts.extend(own.filter(|(start, _)| *start == class.starts_at).map(|(_, span)| *span));
            is_known &= known.is_some();
        }
        let Some(sent) = puts.iter().map(|span| span.sent).max() else { continue };
        // The last of them was put there between the last request and the last answer, if all came.
        let answered = puts.iter().map(|span| span.answered).max().filter(|_| is_known).unwrap_or_else(Instant::now);
        let limit = model.limit_in(pool, Span { sent, answered });
        assert!(*used <= limit, "{used} in {pool} at {at}, where {limit} was the limit when the last came in");
    }
}

fn covers(class: &Session, at: DateTime<Utc>) -> bool {
    class.starts_at < at + CELL && at < class.ends_at
}

fn as_acknowledged(id: &Id, class: &Class, there: Option<&Session>) {
    let Some(session) = there else {
        assert!(class.is_off() || class.lost > 0, "{id} was acknowledged and is not there: {class:#?}");
        return;
    };
    assert!(!class.is_off(), "{id} was called off and takes place: {class:#?}");
    assert!(class.changes().contains(&session.sequence), "{id} has changed otherwise: {class:#?}\n{session:#?}");
    match class.seen.get(&session.sequence) {
        Some((start, state)) => {
            assert_eq!(session.starts_at, *start, "{id}: {class:#?}");
            let only_confirmed = *state == SessionState::Held && class.lost > 0;
            assert!(session.state == *state || only_confirmed, "{id}: {class:#?}\n{session:#?}");
        }
        None => {
            let by_swap = class.swapped.values().any(|start| *start == session.starts_at);
            assert!(by_swap || class.lost > 0, "nobody was told that {id} moved there: {class:#?}\n{session:#?}");
        }
    }
}

fn swap_as_acknowledged(model: &Model, swap: &Swap) {
    let known = &model.swaps[&swap.id];
    let lost = [&swap.session, &swap.other].iter().any(|class| model.classes[*class].lost > 0);
    let later = matches!(
        (known.state, swap.state),
        (SwapState::Proposed, SwapState::Agreed | SwapState::Undone) | (SwapState::Agreed, SwapState::Undone)
    );
    // Whoever moves a class or calls it off ends its proposals.
    let is_outdated = (known.state, swap.state) == (SwapState::Proposed, SwapState::Outdated);
    assert!(known.state == swap.state || is_outdated || (lost && later), "{known:#?}\n{swap:#?}");
}
