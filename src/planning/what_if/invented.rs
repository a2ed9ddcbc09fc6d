//! Schools that are not there yet: collèges whose teachers want the usual hours.

use crate::{
    domain::scenario::MoreSchools,
    planning::replay::academie::{Kind, School, Timetabled, week},
};
use creneau_solver::{Name, Pool, PoolKind, Request, Round, StartRange};
use rand::{SeedableRng, rngs::StdRng};

/// Pupils of a group.
const HEADS: u32 = 26;
/// Percent of a school's pupils that may be connected at a time.
const OWN_PERCENT: u32 = 35;
/// When classes may be, in minutes of the day.
const OPEN: [(u32, u32); 2] = [(480, 735), (795, 1080)];
/// What the names of all that is invented begin with.
pub const PREFIX: &str = "what-if/";

/// The weight of each of them in a pool that is shared out: as of any school, the heads of its groups where none is set.
pub fn weight(more: &MoreSchools) -> u64 {
    more.weight.map_or_else(|| u64::from(more.groups) * u64::from(HEADS), u64::from)
}

/// Adds invented schools to a round: their own pools, and their wishes for each of its working days, as far as it has any. Its
/// first cell is taken for a Monday's midnight.
pub fn add(round: &mut Round, more: &MoreSchools, shared: &[Name], seed: u64, index: usize) {
    let mut rng = StdRng::seed_from_u64(seed);
    let step = round.horizon.step_minutes.max(1);
    for number in 0..more.schools {
        let name = format!("{PREFIX}{index}/{number}");
        let pupils = more.groups * HEADS;
        let school = School { name: name.clone(), kind: Kind::College, pupils, classes: more.groups };
        let own: Name = format!("{name}/school").as_str().into();
        let limit = (pupils * OWN_PERCENT / 100).max(HEADS + 4);
        round.pools.push(Pool { id: own.clone(), kind: PoolKind::Concurrent, window: None, limit, except: Vec::new() });
        let pools: std::sync::Arc<[Name]> = std::iter::once(own).chain(shared.iter().cloned()).collect();
        for (count, lesson) in week(&mut rng, &school).into_iter().enumerate() {
            let duration = lesson.minutes.div_ceil(step);
            let options = options(&lesson, step, duration, round.horizon.cells);
            if options.is_empty() {
                continue;
            }
            let people = [format!("{name}/teacher/{}", lesson.teacher), format!("{name}/group/{}", lesson.group)];
            round.requests.push(Request {
                id: format!("{name}/{count}").as_str().into(),
                pools: pools.clone(),
                exclusive: people.map(|who| Name::from(who.as_str())).into(),
                connections: lesson.heads + 1,
                duration,
                options: options.into(),
                unplaced: 1000,
                ..Request::default()
            });
        }
    }
}

/// Any start on the lesson's day; each cell from the usual hour costs 1.
fn options(lesson: &Timetabled, step: u32, duration: u32, cells: u32) -> Vec<StartRange> {
    let cell = |minute: u32| (lesson.day * 24 * 60 + minute) / step;
    let range = |(from, to): (u32, u32)| {
        let (first, last) = ((lesson.day * 24 * 60 + from).div_ceil(step), cell(to).checked_sub(duration)?);
        let last = last.min(cells.checked_sub(duration)?);
        (first <= last).then(|| StartRange { first, last, ideal: cell(lesson.begins), base: 0, per_cell: 1 })
    };
    OPEN.into_iter().filter_map(range).collect()
}
