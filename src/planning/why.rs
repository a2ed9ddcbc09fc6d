//! Why the requests of a round file are where they are, for those who plan with files: as data and as text.

use std::cmp::Reverse;
use std::fmt;

use creneau_solver::{self as solver, Blocker, Explanation, FreeStart, Overloaded, Plan, Request, Round};
use serde::Serialize;

use super::names::{shown, span};
use super::stretch::{Stretch, stretches};
use super::week::Week;
use super::wish::wish;

/// How many stretches of better starts, and how many free starts, people are told; data holds more.
const MOST_TOLD: usize = 12;
const MOST_FREE_TOLD: usize = 5;

/// Which requests are explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Those that did not get their first choice, the most disappointed first.
    Disappointed,
    /// These, by their ids, in this order.
    These(Vec<String>),
}

/// A cell, and when it begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct At {
    /// The cell.
    pub cell: u32,
    /// When it begins: RFC 3339, UTC.
    pub utc: String,
}

/// Why a request is where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Why {
    /// Id of the request.
    pub request: String,
    /// Where it is; nothing when it is left without a class.
    pub start: Option<At>,
    /// Where it would like to be.
    pub wished: Option<At>,
    /// What it costs.
    pub cost: u64,
    /// What its cheapest start costs.
    pub best_cost: u64,
    /// Stretches of starts that cost less, the cheapest first, and what stands against them.
    pub better: Vec<Better>,
    /// The cheapest better start that limits alone forbid; nothing where no limit would help.
    pub relief: Option<Relief>,
    /// For each pool that alone forbids a better start, the cheapest such start.
    pub one_pool: Vec<Relief>,
    /// Starts that are free, the cheapest first.
    pub alternatives: Vec<Free>,
    /// Without a class: the requests, it among them, of which no plan can place all.
    pub overload: Option<Overloaded>,
    #[serde(skip)]
    week: Week,
}

/// Neighbouring starts that cost less.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Better {
    /// The first of them.
    pub first: At,
    /// The last of them.
    pub last: At,
    /// What the cheapest of them costs.
    pub cost: u64,
    /// What stands against them; nothing where they are free.
    pub blockers: Vec<Told>,
}

/// A blocker as data and as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// The blocker.
    #[serde(flatten)]
    pub blocker: Blocker,
    /// The same for people.
    pub message: String,
}

/// Limits that would have let the request through, had they been higher.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Relief {
    /// Where it would be.
    pub start: At,
    /// What it would cost there.
    pub cost: u64,
    /// What it would cost less.
    pub saves: u64,
    /// The raises that it takes, all of them; each the least that does.
    pub raises: Vec<Raise>,
}

/// A pool's limit raised for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Raise {
    /// Id of the pool.
    pub pool: String,
    /// The first cell in which its limit is too low.
    pub from: At,
    /// The cell after the last one.
    pub to: At,
    /// Connections.
    pub by: u64,
}

/// A start that is free.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Free {
    /// The start.
    pub start: At,
    /// What it costs.
    pub cost: u64,
}

/// Explains requests of a plan that breaks no rule. Ids that the round does not know are left out.
pub fn why(round: &Round, plan: &Plan, asked: &Asked) -> Vec<Why> {
    let explainer = solver::explain(round, plan);
    let words = Words { week: Week::of(&round.horizon) };
    let explained = |id: &str| explainer.request(id);
    let of = |explained: Explanation| {
        let request = round.requests.iter().find(|request| *request.id == *explained.request)?;
        Some(words.why(request, explained))
    };
    match asked {
        Asked::These(ids) => ids.iter().filter_map(|id| of(explained(id)?)).collect(),
        Asked::Disappointed => {
            let mut all: Vec<Why> = round
                .requests
                .iter()
                .filter_map(|request| Some(words.why(request, explained(&request.id)?)))
                .filter(Why::is_disappointed)
                .collect();
            all.sort_by_key(|why| Reverse(why.cost.saturating_sub(why.best_cost)));
            all
        }
    }
}

/// Puts cells into words.
struct Words {
    week: Week,
}

impl Words {
    fn why(&self, request: &Request, explained: Explanation) -> Why {
        Why {
            start: explained.start.map(|cell| self.at(cell)),
            wished: wish(request).map(|wish| self.at(wish.ideal)),
            cost: explained.cost,
            best_cost: explained.best_cost,
            better: stretches(explained.better).into_iter().map(|stretch| self.better(stretch)).collect(),
            relief: explained.relief.map(|relief| self.relief(relief)),
            one_pool: explained.one_pool.into_iter().map(|relief| self.relief(relief)).collect(),
            alternatives: explained
                .alternatives
                .into_iter()
                .map(|FreeStart { start, cost }| Free { start: self.at(start), cost })
                .collect(),
            overload: explained.overload,
            request: explained.request.to_string(),
            week: self.week,
        }
    }

    fn better(&self, stretch: Stretch) -> Better {
        let told = |blocker: Blocker| Told { message: self.blocker(&blocker), blocker };
        Better {
            first: self.at(stretch.first),
            last: self.at(stretch.last),
            cost: stretch.cost,
            blockers: stretch.blockers.into_iter().map(told).collect(),
        }
    }

    fn blocker(&self, blocker: &Blocker) -> String {
        let when = |cell: u32| format!("cell {cell}, {}", shown(self.week.at(cell)));
        match blocker {
            Blocker::Pool { pool, cell, used, limit, needed, .. } => {
                format!("{pool} is full: {used} of {limit} taken and {needed} needed at {}", when(*cell))
            }
            Blocker::Exclusive { exclusive, cell, held_by } => {
                format!("{exclusive} is in {held_by} at {}", when(*cell))
            }
            Blocker::Break { exclusive, cell, held_by, needed } => {
                format!("{exclusive} needs a break of {needed} cells from {held_by} at {}", when(*cell))
            }
            Blocker::Day { exclusive, cell, most, .. } => {
                format!("{exclusive} has {most} classes already, the most a day, on the day of {}", when(*cell))
            }
            Blocker::Order { other, cell, comes_first: true, gap } => {
                format!("{other} at {} has to end first, {gap} cells before it", when(*cell))
            }
            Blocker::Order { other, cell, comes_first: false, gap } => {
                format!("{other} at {} has to come after it, {gap} cells later", when(*cell))
            }
        }
    }

    fn relief(&self, relief: solver::Relief) -> Relief {
        let raise = |solver::Raise { pool, from, to, by }| Raise {
            pool: pool.to_string(),
            from: self.at(from),
            to: self.at(to),
            by,
        };
        Relief {
            start: self.at(relief.start),
            cost: relief.cost,
            saves: relief.saves,
            raises: relief.raises.into_iter().map(raise).collect(),
        }
    }

    fn at(&self, cell: u32) -> At {
        At { cell, utc: self.week.at(cell).and_utc().to_rfc3339_opts(chrono::SecondsFormat::Secs, true) }
    }
}

impl Why {
    /// Whether it has no class, or not one at its first choice.
    fn is_disappointed(&self) -> bool {
        self.start.is_none() || self.cost > self.best_cost
    }

    fn when(&self, at: &At) -> String {
        shown(self.week.at(at.cell))
    }

    /// A stretch of starts: cells and times of the first and the last.
    fn starts(&self, first: &At, last: &At) -> (String, String) {
        if first == last {
            return (first.cell.to_string(), self.when(first));
        }
        (format!("{}–{}", first.cell, last.cell), span(self.week.at(first.cell), self.week.at(last.cell)))
    }

    /// The free starts, neighbours together, where the cheapest is first.
    fn free(&self) -> Vec<Vec<&Free>> {
        let mut free: Vec<&Free> = self.alternatives.iter().collect();
        free.sort_by_key(|free| free.start.cell);
        let neighbours = |a: &&Free, b: &&Free| a.start.cell + 1 == b.start.cell;
        let mut runs: Vec<Vec<&Free>> = free.chunk_by(neighbours).map(<[_]>::to_vec).collect();
        runs.sort_by_key(|run| run.iter().map(|free| free.cost).min());
        runs
    }

    fn relief(&self, f: &mut fmt::Formatter<'_>, begin: &str, relief: &Relief) -> fmt::Result {
        let Relief { start, cost, saves, raises } = relief;
        writeln!(f, "    {begin}cell {}, {}, cost {cost}, saves {saves}:", start.cell, self.when(start))?;
        for Raise { pool, from, to, by } in raises {
            let cells = if from.cell + 1 == to.cell {
                format!("cell {}", from.cell)
            } else {
                format!("cells {}–{}", from.cell, to.cell - 1)
            };
            let when = span(self.week.at(from.cell), self.week.at(to.cell));
            writeln!(f, "      {pool} + {by} in {cells}, {when}")?;
        }
        Ok(())
    }
}

/// Times are UTC.
impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = |at: &At| format!("cell {}, {}", at.cell, self.when(at));
        let place = self.start.as_ref().map_or("without a class".into(), at);
        if !self.is_disappointed() {
            return writeln!(f, "{}: {place}, cost {}: its first choice", self.request, self.cost);
        }
        writeln!(f, "{}: {place}, cost {} instead of {}", self.request, self.cost, self.best_cost)?;
        if let Some(wished) = &self.wished {
            writeln!(f, "  wished for {}", at(wished))?;
        }
        if let Some(Overloaded { exclusive, pool, requests, most }) = &self.overload {
            let only = exclusive.as_ref().or(pool.as_ref()).map_or("", |name| name);
            writeln!(
                f,
                "  no plan has room for all {}, of which {only} lets one be at a time: {most} at most",
                requests.len()
            )?;
            requests.iter().try_for_each(|id| writeln!(f, "    {id}"))?;
        }
        if !self.better.is_empty() {
            writeln!(f, "  what stands against better starts")?;
        }
        for better in self.better.iter().take(MOST_TOLD) {
            let (cells, times) = self.starts(&better.first, &better.last);
            writeln!(f, "    {cells:<11} {times:<22} cost {}", better.cost)?;
            if better.blockers.is_empty() {
                writeln!(f, "      nothing: solve again, or longer")?;
            }
            better.blockers.iter().try_for_each(|told| writeln!(f, "      {}", told.message))?;
        }
        if let Some(more) = self.better.len().checked_sub(MOST_TOLD).filter(|more| *more > 0) {
            writeln!(f, "    and {more} more stretches")?;
        }
        if let Some(relief) = &self.relief {
            writeln!(f, "  what would have let it through")?;
            self.relief(f, "", relief)?;
            let others = self.one_pool.iter().filter(|other| *other != relief);
            others.into_iter().try_for_each(|other| self.relief(f, "or one pool alone: ", other))?;
        } else if self.better.iter().all(|better| !better.blockers.is_empty()) && !self.better.is_empty() {
            writeln!(f, "  no limit would have let it through: people or groups stand against every better start")?;
        }
        if self.alternatives.is_empty() {
            return writeln!(f, "  no other start is free");
        }
        writeln!(f, "  free instead")?;
        for run in self.free().into_iter().take(MOST_FREE_TOLD) {
            let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
            let (cells, times) = self.starts(&first.start, &last.start);
            let costs = run.iter().map(|free| free.cost);
            let (least, most) = (costs.clone().min().unwrap_or(0), costs.max().unwrap_or(0));
            let cost = if least == most { least.to_string() } else { format!("{least}–{most}") };
            writeln!(f, "    {cells:<11} {times:<22} cost {cost}")?;
        }
        Ok(())
    }
}
