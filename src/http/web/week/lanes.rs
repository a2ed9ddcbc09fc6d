//! Overlapping classes side by side.

/// The lane of each stretch and how many lanes lie beside it, for stretches in order of their begin. The number of
/// lanes is one that divides a grid of twelve columns; the seventh of seven shares the first's lane.
pub fn lanes(stretches: &[(u32, u32)]) -> Vec<(usize, usize)> {
    let mut out = Vec::with_capacity(stretches.len());
    let mut ends: Vec<u32> = Vec::new();
    let mut cluster = 0;
    for (index, (from, to)) in stretches.iter().enumerate() {
        if ends.iter().all(|end| end <= from) {
            close(&mut out, cluster, ends.len());
            (cluster, ends) = (index, Vec::new());
        }
        let lane = ends.iter().position(|end| end <= from).unwrap_or_else(|| {
            ends.push(0);
            ends.len() - 1
        });
        if let Some(end) = ends.get_mut(lane) {
            *end = *to;
        }
        out.push((lane, 0));
    }
    close(&mut out, cluster, ends.len());
    out
}

/// Writes the number of lanes of a cluster of overlapping stretches.
fn close(out: &mut [(usize, usize)], cluster: usize, lanes: usize) {
    let lanes = [1, 2, 3, 4, 6].into_iter().find(|wide| *wide >= lanes).unwrap_or(6);
    for (lane, of) in out.iter_mut().skip(cluster) {
        (*lane, *of) = (*lane % lanes, lanes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_alone_takes_the_whole_width() {
        assert_eq!(lanes(&[(0, 10), (10, 20)]), [(0, 1), (0, 1)]);
        assert!(lanes(&[]).is_empty());
    }

    #[test]
    fn what_overlaps_shares_it() {
        assert_eq!(lanes(&[(0, 20), (5, 10), (10, 30), (40, 50)]), [(0, 2), (1, 2), (1, 2), (0, 1)]);
        let five = lanes(&[(0, 9); 5]);
        assert_eq!(five[4], (4, 6));
        assert_eq!(lanes(&[(0, 9); 7])[6], (0, 6));
    }
}
