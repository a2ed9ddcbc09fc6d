//! What a teacher would like best.

use creneau_solver::Request;

/// What a request would like best.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The cell it would like to start in. It may lie just outside the allowed starts: a class wished for noon where
    /// none may last past 12:15.
    pub ideal: u32,
    /// What the allowed start nearest to it costs: no other start costs less.
    pub cost: u64,
}

/// The request's wish: where several cost the same, the published start, then the first in its list of options.
/// `None` only for a request that allows no start at all.
pub fn wish(request: &Request) -> Option<Wish> {
    let options = request.options.iter().map(|option| (option.ideal, option.ideal.max(option.first).min(option.last)));
    request
        .current
        .map(|current| (current, current))
        .into_iter()
        .chain(options)
        .filter_map(|(ideal, start)| Some(Wish { ideal, cost: cost(request, start)? }))
        .min_by_key(|wish| wish.cost)
}

/// What this start costs, `None` where it is not allowed.
pub fn cost(request: &Request, start: u32) -> Option<u64> {
    let wanted = request.options.iter().filter(|option| option.allows(start)).map(|option| option.cost(start)).min();
    let cost = match request.current {
        Some(current) if current == start && request.pinned => Some(wanted.unwrap_or(0)),
        Some(_) if request.pinned => None,
        Some(current) if current != start => wanted.map(|cost| cost.saturating_add(request.move_cost)),
        _ => wanted,
    };
    cost.map(|cost| cost.saturating_mul(request.weight.into()))
}

/// How many cells this start is away from the ideal; 0 for every start than which none is cheaper.
pub fn moved(request: &Request, start: u32) -> u32 {
    match wish(request) {
        Some(wish) if cost(request, start) != Some(wish.cost) => wish.ideal.abs_diff(start),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use creneau_solver::StartRange;

    fn range(first: u32, last: u32, ideal: u32, base: u64) -> StartRange {
        StartRange { first, last, ideal, base, per_cell: 1 }
    }

    fn request(options: Vec<StartRange>) -> Request {
        Request {
            id: "r".into(),
            connections: 20,
            duration: 11,
            options: options.into(),
            unplaced: 1000,
            ..Request::default()
        }
    }

    #[test]
    fn the_cheapest_allowed_start_is_the_wish() {
        let request = request(vec![range(96, 126, 96, 84), range(384, 414, 390, 0)]);
        assert_eq!(wish(&request), Some(Wish { ideal: 390, cost: 0 }));
        assert_eq!((moved(&request, 390), moved(&request, 393), moved(&request, 96)), (0, 3, 294));
    }

    #[test]
    fn an_ideal_outside_its_range_costs_what_its_nearest_end_costs() {
        let request = request(vec![range(708, 712, 720, 0)]);
        assert_eq!((moved(&request, 712), moved(&request, 711)), (0, 9));
        assert_eq!(wish(&request), Some(Wish { ideal: 720, cost: 8 }));
    }

    #[test]
    fn every_start_at_the_least_cost_is_a_first_choice() {
        let request = request(vec![StartRange { per_cell: 0, ..range(96, 126, 96, 0) }]);
        assert_eq!(moved(&request, 120), 0);
    }

    #[test]
    fn a_published_start_is_worth_its_move_cost() {
        let mut request = request(vec![range(96, 126, 96, 0)]);
        request.current = Some(100);
        request.move_cost = 6;
        assert_eq!(wish(&request), Some(Wish { ideal: 100, cost: 4 }));
        request.pinned = true;
        assert_eq!((cost(&request, 100), cost(&request, 96)), (Some(4), None));
    }

    #[test]
    fn no_option_no_wish() {
        assert_eq!(wish(&request(vec![])), None);
    }
}
