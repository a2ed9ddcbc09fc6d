//! What a request's rules and those of its relatives leave: order, other days, and the most classes a day.

use super::{
    finding::{Finding, Findings},
    id::Id,
    round::Request,
    time::day_start,
};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use chrono_tz::Tz;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The earliest and the latest start on each local day.
type Days = BTreeMap<NaiveDate, (DateTime<Utc>, DateTime<Utc>)>;

/// Everything that makes a request impossible, as far as the round's other requests decide it.
pub fn findings(request: &Request, others: &[&Request], zone: Tz) -> Vec<Finding> {
    let by_id: HashMap<&Id, &Request> = others.iter().map(|other| (&other.id, *other)).collect();
    let mut findings = Findings::default();
    let relatives = Relatives { request, days: days(request, zone), by_id, zone };
    relatives.cycles(&mut findings);
    if findings.0.is_empty() {
        relatives.order(&mut findings);
    }
    relatives.other_days(&mut findings);
    relatives.most(others, &mut findings);
    findings.0
}

/// The most classes a day of everybody whom these requests name: the least that one of them says.
pub fn most_a_day<'a>(requests: impl IntoIterator<Item = &'a Request>) -> HashMap<&'a Id, u32> {
    strictest(requests, |request| (request.rules.most_a_day.teacher, request.rules.most_a_day.group), u32::min)
}

/// The least break of everybody whom these requests name, in minutes: the longest that one of them says.
pub fn breaks<'a>(requests: impl IntoIterator<Item = &'a Request>) -> HashMap<&'a Id, u32> {
    let rule =
        |request: &Request| (request.rules.minimum_break_minutes.teacher, request.rules.minimum_break_minutes.group);
    strictest(requests, rule, u32::max)
}

/// The pairs of requests that are not on the same day, each once.
pub fn apart<'a>(requests: impl IntoIterator<Item = &'a Request>) -> BTreeSet<(&'a Id, &'a Id)> {
    let pairs = requests.into_iter().flat_map(|request| {
        request.rules.not_same_day_as.iter().map(move |other| (other.min(&request.id), other.max(&request.id)))
    });
    pairs.filter(|(a, b)| a != b).collect()
}

fn strictest<'a>(
    requests: impl IntoIterator<Item = &'a Request>,
    rule: impl Fn(&Request) -> (Option<u32>, Option<u32>),
    stricter: impl Fn(u32, u32) -> u32,
) -> HashMap<&'a Id, u32> {
    let mut out: HashMap<&Id, u32> = HashMap::new();
    for request in requests {
        let (teacher, group) = rule(request);
        for (people, number) in [(&request.teachers, teacher), (&request.groups, group)] {
            let Some(number) = number else { continue };
            for id in people {
                out.entry(id).and_modify(|known| *known = stricter(*known, number)).or_insert(number);
            }
        }
    }
    out
}

struct Relatives<'a> {
    request: &'a Request,
    days: Days,
    by_id: HashMap<&'a Id, &'a Request>,
    zone: Tz,
}

impl Relatives<'_> {
    /// Whether the request comes after itself, be it by way of others.
    fn cycles(&self, findings: &mut Findings) {
        for (index, follows) in self.request.rules.after.iter().enumerate() {
            let mut seen: HashSet<&Id> = HashSet::new();
            let mut open: Vec<Vec<&Id>> = vec![vec![&follows.request]];
            while let Some(path) = open.pop() {
                let Some(last) = path.last().copied().filter(|last| seen.insert(last)) else { continue };
                if *last == self.request.id {
                    let by_way_of = path[..path.len() - 1].iter().filter_map(|id| self.by_id.get(*id));
                    let names: Vec<String> = by_way_of.map(|other| format!("“{}”", other.title)).collect();
                    let message = if names.is_empty() {
                        "the class would come after itself".to_owned()
                    } else {
                        format!("the class would come after itself, by way of {}", names.join(", "))
                    };
                    findings.add("order-cycle", format!("after[{index}]"), message, "remove one of them");
                    break;
                }
                let next = self.by_id.get(last).map(|other| other.rules.after.as_slice()).unwrap_or_default();
                open.extend(next.iter().map(|follows| [path.as_slice(), &[&follows.request]].concat()));
            }
        }
    }

    fn order(&self, findings: &mut Findings) {
        for (index, follows) in self.request.rules.after.iter().enumerate() {
            let Some(first) = self.by_id.get(&follows.request) else { continue };
            let (before, apart) = (days(first, self.zone), self.is_apart(first));
            if !can_follow(&before, first.duration_minutes, &self.days, follows.gap_minutes, apart) {
                let message =
                    self.too_late(&first.title, &before, first, (&self.days, "this class"), follows.gap_minutes);
                findings.add(
                    "order-impossible",
                    format!("after[{index}]"),
                    message,
                    "allow later starts, or drop the order",
                );
            }
        }
        for second in self.by_id.values() {
            let Some(follows) = second.rules.after.iter().find(|follows| follows.request == self.request.id) else {
                continue;
            };
            let (later, apart) = (days(second, self.zone), self.is_apart(second));
            if !can_follow(&self.days, self.request.duration_minutes, &later, follows.gap_minutes, apart) {
                let title = format!("“{}”", second.title);
                let message =
                    self.too_late("this class", &self.days, self.request, (&later, &title), follows.gap_minutes);
                findings.add(
                    "order-impossible",
                    "preferred",
                    message,
                    "allow earlier starts, or drop the other's order",
                );
            }
        }
    }

    fn too_late(
        &self,
        first: &str,
        before: &Days,
        request: &Request,
        (after, second): (&Days, &str),
        gap: u32,
    ) -> String {
        let local = |at: Option<DateTime<Utc>>| {
            at.map_or_else(|| "?".to_owned(), |at| at.with_timezone(&self.zone).format("%Y-%m-%dT%H:%M").to_string())
        };
        let ends = before.values().map(|span| span.0).min().map(|at| at + minutes(request.duration_minutes));
        let latest = after.values().map(|span| span.1).max();
        let first = if first == "this class" { first.to_owned() } else { format!("“{first}”") };
        format!(
            "{first} ends at {} at the earliest, {second} starts at {} at the latest, and at least {gap} minutes are \
             to lie between them",
            local(ends),
            local(latest)
        )
    }

    fn other_days(&self, findings: &mut Findings) {
        let named = self.request.rules.not_same_day_as.iter().enumerate();
        let own = named.filter_map(|(index, id)| Some((format!("not_same_day_as[{index}]"), *self.by_id.get(id)?)));
        let back = self.by_id.values().filter(|other| {
            other.rules.not_same_day_as.contains(&self.request.id)
                && !self.request.rules.not_same_day_as.contains(&other.id)
        });
        for (place, other) in own.chain(back.map(|other| ("preferred".to_owned(), *other))) {
            let others: Days = days(other, self.zone);
            let all: BTreeSet<&NaiveDate> = self.days.keys().chain(others.keys()).collect();
            if let (Some(day), 1) = (all.first(), all.len()) {
                let message = format!("this class and “{}” can both be on {day} only", other.title);
                findings.add("same-day-only", place, message, "allow another day for one of them, or drop the rule");
            }
        }
    }

    /// More requests of somebody than the days on which they can be hold.
    fn most(&self, others: &[&Request], findings: &mut Findings) {
        let request = self.request;
        let most = most_a_day(others.iter().copied().chain([request]));
        for (who, people) in [("a teacher", &request.teachers), ("a group", &request.groups)] {
            for (id, most) in people.iter().filter_map(|id| Some((id, *most.get(id)?))) {
                let named = |other: &&&Request| other.teachers.contains(id) || other.groups.contains(id);
                let theirs: Vec<Days> = others.iter().filter(named).map(|other| days(other, self.zone)).collect();
                let all: BTreeSet<&NaiveDate> = theirs.iter().flat_map(Days::keys).chain(self.days.keys()).collect();
                let (count, holds) = (theirs.len() + 1, all.len().saturating_mul(most as usize));
                let only = self.days.keys().next().filter(|_| self.days.len() == 1);
                let bound = theirs.iter().filter(|days| days.len() == 1 && days.keys().next() == only).count() + 1;
                let message = match only {
                    Some(day) if bound > most as usize => {
                        format!("{who} of this class may have {most} classes a day, and {bound} can be on {day} only")
                    }
                    _ if count > holds => format!(
                        "{who} of this class may have {most} classes a day, and {count} are asked for on {} days",
                        all.len()
                    ),
                    _ => continue,
                };
                findings.add("most-exceeded", "most_a_day", message, "allow other days, or more classes a day");
            }
        }
    }

    fn is_apart(&self, other: &Request) -> bool {
        self.request.rules.not_same_day_as.contains(&other.id) || other.rules.not_same_day_as.contains(&self.request.id)
    }
}

/// Whether some start of the second class lies after some end of the first.
fn can_follow(before: &Days, duration: u32, after: &Days, gap: u32, apart: bool) -> bool {
    before.iter().any(|(day, (first, _))| {
        let from = *first + minutes(duration) + minutes(gap);
        after.iter().any(|(other, (_, last))| (!apart || day != other) && from <= *last)
    })
}

fn minutes(number: u32) -> Duration {
    Duration::minutes(i64::from(number))
}

/// The local days on which a request may start, each with its earliest and latest start.
fn days(request: &Request, zone: Tz) -> Days {
    let mut out = Days::new();
    for window in &request.windows {
        let day = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
        for day in day(window.first_at).iter_days().take_while(|each| *each <= day(window.last_at)) {
            let end = day_start(zone, day + Duration::days(1)) - Duration::minutes(1);
            let (first, last) = (window.first_at.max(day_start(zone, day)), window.last_at.min(end));
            let known = out.entry(day).or_insert((first, last));
            *known = (known.0.min(first), known.1.max(last));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        request::{Follows, PerRole, Rules},
        round::Window,
    };

    /// A class of an hour of teacher t and group g, on days of March 2020 between two hours of UTC.
    fn request(id: &str, dates: &[u32], from: u32, to: u32, rules: Rules) -> Request {
        let at = |date: u32, hour: u32| {
            NaiveDate::from_ymd_opt(2020, 3, date).unwrap().and_hms_opt(hour, 0, 0).unwrap().and_utc()
        };
        let windows = dates.iter().map(|date| Window {
            first_at: at(*date, from),
            last_at: at(*date, to),
            ideal_at: at(*date, from),
            base: 0,
            per_step: 1,
        });
        Request {
            id: id.into(),
            round: "r".into(),
            reference: id.to_owned(),
            title: id.to_owned(),
            teachers: vec!["t".into()],
            groups: vec!["g".into()],
            connections: 1,
            duration_minutes: 60,
            windows: windows.collect(),
            unplaced_cost: 1000,
            created_at: at(1, 0),
            rules,
            wish: None,
            series: None,
        }
    }

    fn after(id: &str, gap_minutes: u32) -> Rules {
        Rules { after: vec![Follows { request: id.into(), gap_minutes }], ..Rules::default() }
    }

    fn apart_from(id: &str) -> Rules {
        Rules { not_same_day_as: vec![id.into()], ..Rules::default() }
    }

    fn codes(request: &Request, others: &[&Request]) -> Vec<String> {
        findings(request, others, chrono_tz::Europe::Paris).into_iter().map(|finding| finding.code).collect()
    }

    fn refs(requests: &[Request]) -> Vec<&Request> {
        requests.iter().collect()
    }

    #[test]
    fn order_needs_a_later_start() {
        let first = request("a", &[23], 8, 10, Rules::default());
        assert!(codes(&request("b", &[23], 8, 9, after("a", 0)), &[&first]).is_empty());
        assert_eq!(codes(&request("b", &[23], 8, 9, after("a", 1)), &[&first]), ["order-impossible"]);
        // The other way round: the one that comes first is changed.
        let second = request("b", &[23], 8, 9, after("a", 0));
        assert!(codes(&first, &[&second]).is_empty());
        assert_eq!(codes(&request("a", &[24], 8, 10, Rules::default()), &[&second]), ["order-impossible"]);
        let both = Rules { not_same_day_as: vec!["a".into()], ..after("a", 0) };
        assert_eq!(codes(&request("b", &[22, 23], 8, 20, both.clone()), &[&first]), ["order-impossible"]);
        assert!(codes(&request("b", &[23, 24], 8, 20, both), &[&first]).is_empty());
    }

    #[test]
    fn nothing_comes_after_itself() {
        let of = |id: &str, first: &str| request(id, &[23], 8, 18, after(first, 0));
        assert_eq!(codes(&of("a", "a"), &[]), ["order-cycle"]);
        assert_eq!(codes(&of("a", "b"), &[&of("b", "c"), &of("c", "a")]), ["order-cycle"]);
        assert!(codes(&of("a", "b"), &[&of("b", "c"), &of("c", "d")]).is_empty());
        // A cycle of others is not this request's.
        assert!(codes(&of("a", "b"), &[&of("b", "c"), &of("c", "b")]).is_empty());
    }

    #[test]
    fn other_days_need_two_days() {
        let other = request("a", &[23], 8, 18, Rules::default());
        assert_eq!(codes(&request("b", &[23], 8, 18, apart_from("a")), &[&other]), ["same-day-only"]);
        assert!(codes(&request("b", &[23, 24], 8, 18, apart_from("a")), &[&other]).is_empty());
        let naming = request("b", &[23], 8, 18, apart_from("a"));
        assert_eq!(codes(&other, &[&naming]), ["same-day-only"]);
    }

    #[test]
    fn the_strictest_most_counts_for_a_person() {
        let most = |teacher| Rules { most_a_day: PerRole { teacher, group: None }, ..Rules::default() };
        let others = [request("a", &[23], 8, 18, most(Some(2))), request("b", &[23], 8, 18, most(Some(3)))];
        assert_eq!(most_a_day(&others)[&Id::from("t")], 2);
        assert_eq!(codes(&request("c", &[23], 8, 18, Rules::default()), &refs(&others)), ["most-exceeded"]);
        assert!(codes(&request("c", &[23, 24], 8, 18, Rules::default()), &refs(&others)).is_empty());
        let free = [request("a", &[23, 24], 8, 18, most(Some(1))), request("b", &[23, 24], 8, 18, Rules::default())];
        assert_eq!(codes(&request("c", &[23, 24], 8, 18, Rules::default()), &refs(&free)), ["most-exceeded"]);
        let mut stranger = request("c", &[23], 8, 18, Rules::default());
        stranger.teachers = vec!["u".into()];
        assert!(codes(&stranger, &refs(&others)).is_empty());
    }
}
