//! The rules of a round file as those of a school's requests: breaks, the most classes a day, order.

use super::{roundfile::Role, rules::local_days};
use crate::domain::{
    finding::Findings,
    id::Id,
    relatives::{breaks, most_a_day},
    request::Follows,
    round::Request,
    time::Grid,
};
use chrono_tz::Tz;
use creneau_solver as solver;
use std::collections::{HashMap, HashSet};

/// Gives requests the file's rules. A request's rule is for all its teachers, or all its groups: where it would be
/// stricter than the file for one of them, another of their requests has to carry it.
pub(super) fn keep(
    file: &solver::Round,
    zone: Tz,
    grid: &Grid,
    people: &HashMap<String, (Role, Id)>,
    requests: &mut [Request],
    findings: &mut Findings,
) {
    let wanted: HashMap<&str, &solver::Exclusive> = file.exclusives.iter().map(|rule| (&*rule.id, rule)).collect();
    let asked: HashMap<&str, &solver::Request> = file.requests.iter().map(|asked| (&*asked.id, asked)).collect();
    let ids: HashMap<String, Id> =
        requests.iter().map(|request| (request.reference.clone(), request.id.clone())).collect();
    for request in &mut *requests {
        let Some(asked) = asked.get(request.reference.as_str()) else { continue };
        for role in [Role::Teacher, Role::Group] {
            let theirs = asked.exclusive.iter().filter(|name| people.get(&***name).is_some_and(|who| who.0 == role));
            let rules: Vec<Option<&&solver::Exclusive>> = theirs.map(|name| wanted.get(&**name)).collect();
            let pause =
                rules.iter().map(|rule| rule.map_or(0, |rule| rule.break_cells)).min().filter(|pause| *pause > 0);
            let most = rules.iter().map(|rule| rule.and_then(|rule| rule.most)).collect::<Option<Vec<u32>>>();
            let most = most.and_then(|most| most.into_iter().max());
            let pause = pause.map(|cells| cells.saturating_mul(grid.step_minutes));
            let kept = &mut request.rules;
            match role {
                Role::Teacher => (kept.minimum_break_minutes.teacher, kept.most_a_day.teacher) = (pause, most),
                Role::Group => (kept.minimum_break_minutes.group, kept.most_a_day.group) = (pause, most),
            }
        }
        let after = asked.after.iter().filter_map(|after| {
            let gap_minutes = after.gap.saturating_mul(grid.step_minutes);
            Some(Follows { request: ids.get(&*after.request)?.clone(), gap_minutes })
        });
        request.rules.after = after.collect();
    }
    let (breaks, most) = (breaks(&*requests), most_a_day(&*requests));
    for (index, rule) in file.exclusives.iter().enumerate() {
        let Some((_, id)) = people.get(&*rule.id) else { continue };
        let pause = rule.break_cells.saturating_mul(grid.step_minutes);
        if breaks.get(id).copied().unwrap_or(0) != pause || most.get(id).copied() != rule.most {
            let message = format!("{} has a rule that no request of theirs alone could state", rule.id);
            let action = "give all who share these classes the same rule, or remove it";
            findings.add("rules-not-kept", format!("exclusives[{index}]"), message, action);
        }
    }
    if !most.is_empty() && !same_days(file, zone, grid) {
        let action = "import it with the --time-zone whose days the file counts, or remove days";
        findings.add("rules-not-kept", "days", "the days of the file are not those of the school", action);
    }
}

/// Whether classes that start on one day of the file start on one local day, and the other way round.
fn same_days(file: &solver::Round, zone: Tz, grid: &Grid) -> bool {
    let (days, local) = (file.days(), local_days(grid, zone));
    let starts =
        file.requests.iter().flat_map(|asked| asked.options.iter()).flat_map(|range| [range.first, range.last]);
    let edges = local.iter().copied().chain(starts);
    // Between two edges of local days the file's day must not change where a class may start: its own first cells do.
    let own = (0..u32::try_from(days.count()).unwrap_or(0)).map(|day| days.cells(day).0);
    let allowed =
        |cell: u32| file.requests.iter().flat_map(|asked| asked.options.iter()).any(|range| range.allows(cell));
    let pairs: HashSet<(u32, usize)> = edges
        .chain(own)
        .filter(|cell| allowed(*cell))
        .map(|cell| (days.of(cell), local.partition_point(|first| *first <= cell)))
        .collect();
    let firsts: HashSet<u32> = pairs.iter().map(|pair| pair.0).collect();
    let seconds: HashSet<usize> = pairs.iter().map(|pair| pair.1).collect();
    firsts.len() == pairs.len() && seconds.len() == pairs.len()
}
