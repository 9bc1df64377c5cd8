//! Where boxes stand in a picture that is read from left to right: layers, an order in each with few crossings, heights.
//!
//! After the method of Sugiyama, Tagawa and Toda (1981): circles are broken, each box gets a layer to the right of all that lead
//! to it, edges over several layers are led through places of their own, boxes are ordered by the mean of their neighbours, and
//! moved up and down towards them. Nothing depends on anything but the order of boxes and edges.

/// How far layers and boxes stand from each other, and how wide a box is; pixels.
pub(super) const BOX: f64 = 210.0;
const BETWEEN_LAYERS: f64 = 52.0;
const BETWEEN_BOXES: f64 = 18.0;
/// What an edge takes where it passes a layer.
const PASSAGE: f64 = 10.0;
/// How often boxes are ordered anew, and moved.
const SWEEPS: usize = 12;

/// The finished picture: all in pixels, from the corner at the top left.
pub(super) struct Layout {
    /// The middle of the left side of each box.
    pub(super) boxes: Vec<(f64, f64)>,
    /// The points that each edge runs through, from the right side of the first to the left side of the second.
    pub(super) paths: Vec<Vec<(f64, f64)>>,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A box, or the passage of an edge through a layer.
struct Spot {
    layer: usize,
    height: f64,
    y: f64,
    left: Vec<usize>,
    right: Vec<usize>,
}

/// Places boxes of these heights, with these edges between them.
pub(super) fn layout(heights: &[f64], edges: &[(usize, usize)]) -> Layout {
    let forward = without_circles(heights.len(), edges);
    let layers = layers(heights.len(), &forward);
    let mut spots: Vec<Spot> = heights
        .iter()
        .zip(&layers)
        .map(|(height, layer)| Spot { layer: *layer, height: *height, y: 0.0, left: Vec::new(), right: Vec::new() })
        .collect();
    let chains: Vec<Vec<usize>> = forward.iter().map(|edge| chain(&mut spots, *edge)).collect();
    let mut columns: Vec<Vec<usize>> = vec![Vec::new(); layers.iter().max().map_or(0, |last| last + 1)];
    for (index, spot) in spots.iter().enumerate() {
        if let Some(column) = columns.get_mut(spot.layer) {
            column.push(index);
        }
    }
    order(&mut columns, &spots);
    settle(&mut spots, &columns);
    finish(&spots, &columns, heights.len(), &chains, edges)
}

/// The edges, turned round where they would close a circle.
fn without_circles(count: usize, edges: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut next: Vec<Vec<(usize, usize)>> = vec![Vec::new(); count];
    for (edge, (from, to)) in edges.iter().enumerate() {
        if let Some(next) = next.get_mut(*from) {
            next.push((edge, *to));
        }
    }
    // 0: not seen, 1: on the way, 2: done.
    let mut state = vec![0u8; count];
    let mut turned = vec![false; edges.len()];
    for start in 0..count {
        if state.get(start) != Some(&0) {
            continue;
        }
        let mut way = vec![(start, 0usize)];
        set(&mut state, start, 1);
        while let Some((at, step)) = way.last_mut() {
            let Some((edge, to)) = next.get(*at).and_then(|next| next.get(*step)).copied() else {
                set(&mut state, *at, 2);
                way.pop();
                continue;
            };
            *step += 1;
            match state.get(to) {
                Some(0) => {
                    set(&mut state, to, 1);
                    way.push((to, 0));
                }
                Some(1) => set(&mut turned, edge, true),
                _ => {}
            }
        }
    }
    let turn = |((from, to), turned): (&(usize, usize), &bool)| if *turned { (*to, *from) } else { (*from, *to) };
    edges.iter().zip(&turned).map(turn).collect()
}

fn set<T>(list: &mut [T], at: usize, value: T) {
    if let Some(slot) = list.get_mut(at) {
        *slot = value;
    }
}

/// A layer for each box: to the right of all that lead to it, and as near as can be to what it leads to.
fn layers(count: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut layers = vec![0usize; count];
    let at = |layers: &[usize], index: usize| layers.get(index).copied().unwrap_or(0);
    // The longest way has fewer steps than there are boxes.
    for _ in 0..count {
        let mut changed = false;
        for (from, to) in edges.iter().filter(|(from, to)| from != to) {
            let least = at(&layers, *from) + 1;
            if at(&layers, *to) < least {
                set(&mut layers, *to, least);
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    for _ in 0..count {
        let mut changed = false;
        for index in 0..count {
            let nearest =
                edges.iter().filter(|(from, to)| *from == index && *to != index).map(|(_, to)| at(&layers, *to)).min();
            if let Some(most) =
                nearest.map(|nearest| nearest.saturating_sub(1)).filter(|most| *most > at(&layers, index))
            {
                set(&mut layers, index, most);
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    layers
}

/// The spots that an edge runs through, with new ones in the layers between its ends.
fn chain(spots: &mut Vec<Spot>, (from, to): (usize, usize)) -> Vec<usize> {
    let layer = |spots: &[Spot], index: usize| spots.get(index).map_or(0, |spot| spot.layer);
    let (first, last) = (layer(spots, from), layer(spots, to));
    let mut chain = vec![from];
    for layer in first + 1..last {
        chain.push(spots.len());
        spots.push(Spot { layer, height: PASSAGE, y: 0.0, left: Vec::new(), right: Vec::new() });
    }
    chain.push(to);
    for pair in chain.windows(2) {
        if let [one, other] = pair
            && one != other
        {
            if let Some(spot) = spots.get_mut(*one) {
                spot.right.push(*other);
            }
            if let Some(spot) = spots.get_mut(*other) {
                spot.left.push(*one);
            }
        }
    }
    chain
}

/// Orders each layer by the mean place of what its spots hang on, from the left and from the right in turns; the order with the
/// fewest crossings is kept.
fn order(columns: &mut Vec<Vec<usize>>, spots: &[Spot]) {
    let mut best = (crossings(columns, spots), columns.clone());
    for sweep in 0..SWEEPS {
        let rightward = sweep % 2 == 0;
        let places: Vec<usize> =
            if rightward { (0..columns.len()).collect() } else { (0..columns.len()).rev().collect() };
        for place in places {
            let mut position = vec![0.0; spots.len()];
            for column in columns.iter() {
                for (index, spot) in column.iter().enumerate() {
                    set(&mut position, *spot, index as f64);
                }
            }
            let Some(column) = columns.get_mut(place) else { continue };
            let mean = |spot: &usize| {
                let own = position.get(*spot).copied().unwrap_or(0.0);
                let near = spots.get(*spot).map_or(&[][..], |spot| if rightward { &spot.left } else { &spot.right });
                middle(near, &position).unwrap_or(own)
            };
            column.sort_by(|one, other| mean(one).total_cmp(&mean(other)));
        }
        let count = crossings(columns, spots);
        if count < best.0 {
            best = (count, columns.clone());
        }
    }
    *columns = best.1;
}

fn middle(near: &[usize], position: &[f64]) -> Option<f64> {
    let sum: f64 = near.iter().filter_map(|other| position.get(*other)).sum();
    (!near.is_empty()).then(|| sum / near.len() as f64)
}

/// How many pairs of edges cross.
fn crossings(columns: &[Vec<usize>], spots: &[Spot]) -> usize {
    let mut position = vec![0usize; spots.len()];
    for column in columns {
        for (index, spot) in column.iter().enumerate() {
            set(&mut position, *spot, index);
        }
    }
    let at = |spot: usize| position.get(spot).copied().unwrap_or(0);
    let mut count = 0;
    for column in columns {
        let mut ends: Vec<(usize, usize)> = Vec::new();
        for spot in column {
            let right = spots.get(*spot).map_or(&[][..], |spot| &spot.right);
            ends.extend(right.iter().map(|other| (at(*spot), at(*other))));
        }
        for (index, (from, to)) in ends.iter().enumerate() {
            let rest = ends.iter().skip(index + 1);
            count += rest.filter(|(other, end)| (other < from && end > to) || (other > from && end < to)).count();
        }
    }
    count
}

/// Heights: each spot is moved towards the mean of what it hangs on, as far as the order and the distances allow.
fn settle(spots: &mut [Spot], columns: &[Vec<usize>]) {
    let stack = |spots: &[Spot], column: &[usize], wanted: &[f64]| -> Vec<f64> {
        let mut placed: Vec<f64> = Vec::with_capacity(column.len());
        let mut floor = f64::NEG_INFINITY;
        for (spot, wanted) in column.iter().zip(wanted) {
            let half = spots.get(*spot).map_or(0.0, |spot| spot.height / 2.0);
            let y = wanted.max(floor + half);
            placed.push(y);
            floor = y + half + BETWEEN_BOXES;
        }
        placed
    };
    for sweep in 0..SWEEPS {
        for column in columns {
            let wanted: Vec<f64> = column
                .iter()
                .map(|spot| {
                    let near =
                        spots.get(*spot).map_or_else(Vec::new, |spot| [&spot.left[..], &spot.right[..]].concat());
                    let sum: f64 = near.iter().filter_map(|other| spots.get(*other)).map(|other| other.y).sum();
                    if sweep == 0 || near.is_empty() {
                        spots.get(*spot).map_or(0.0, |spot| spot.y)
                    } else {
                        sum / near.len() as f64
                    }
                })
                .collect();
            let down = stack(spots, column, &wanted);
            let backward: Vec<usize> = column.iter().rev().copied().collect();
            let mirrored: Vec<f64> = wanted.iter().rev().map(|y| -y).collect();
            let mut up: Vec<f64> = stack(spots, &backward, &mirrored).iter().map(|y| -y).collect();
            up.reverse();
            // Both keep the distances, and so does what lies between them.
            for ((spot, down), up) in column.iter().zip(&down).zip(&up) {
                if let Some(spot) = spots.get_mut(*spot) {
                    spot.y = f64::midpoint(*down, *up);
                }
            }
        }
    }
}

fn finish(
    spots: &[Spot],
    columns: &[Vec<usize>],
    boxes: usize,
    chains: &[Vec<usize>],
    edges: &[(usize, usize)],
) -> Layout {
    let top = spots.iter().map(|spot| spot.y - spot.height / 2.0).fold(f64::INFINITY, f64::min);
    let top = if top.is_finite() { top } else { 0.0 };
    let bottom = spots.iter().map(|spot| spot.y + spot.height / 2.0).fold(top, f64::max);
    let x = |spot: &Spot| spot.layer as f64 * (BOX + BETWEEN_LAYERS);
    let path = |(chain, (from, _)): (&Vec<usize>, &(usize, usize))| {
        let last = chain.len().saturating_sub(1);
        let mut points: Vec<(f64, f64)> = Vec::new();
        for (index, spot) in chain.iter().filter_map(|spot| spots.get(*spot)).enumerate() {
            let (x, y) = (x(spot), spot.y - top);
            if index > 0 {
                points.push((x, y));
            }
            if index < last {
                points.push((x + BOX, y));
            }
        }
        // An edge that was turned round is drawn the way it really goes.
        if chain.first() != Some(from) {
            points.reverse();
        }
        points
    };
    let layers = columns.len() as f64;
    Layout {
        boxes: spots.iter().take(boxes).map(|spot| (x(spot), spot.y - top)).collect(),
        paths: chains.iter().zip(edges).map(path).collect(),
        width: (layers * (BOX + BETWEEN_LAYERS) - BETWEEN_LAYERS).max(BOX),
        height: bottom - top,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_to_a_box_stands_left_of_it_and_no_boxes_overlap() {
        let heights = [50.0, 80.0, 50.0, 50.0, 60.0];
        let edges = [(0, 2), (1, 2), (2, 3), (0, 3), (3, 4)];
        let layout = layout(&heights, &edges);
        for (from, to) in edges {
            assert!(layout.boxes[from].0 + BOX < layout.boxes[to].0, "{from} {to}");
        }
        for one in 0..heights.len() {
            for other in 0..one {
                let ((x, y), (left, top)) = (layout.boxes[one], layout.boxes[other]);
                let apart = (y - top).abs() >= f64::midpoint(heights[one], heights[other]);
                assert!(x != left || apart, "{one} {other}");
            }
        }
        // The long edge passes the layer between its ends.
        assert_eq!(layout.paths[3].len(), 4);
    }

    #[test]
    fn circles_end() {
        let layout = layout(&[50.0; 3], &[(0, 1), (1, 2), (2, 0), (1, 1)]);
        assert_eq!(layout.boxes.len(), 3);
        assert!(layout.width.is_finite() && layout.height.is_finite());
    }

    #[test]
    fn edges_that_need_not_cross_do_not() {
        let heights = [50.0; 6];
        let edges = [(0, 5), (1, 4), (2, 3)];
        let layout = layout(&heights, &edges);
        let order = |one: usize, other: usize| layout.boxes[one].1 < layout.boxes[other].1;
        assert_eq!(order(0, 1), order(5, 4));
        assert_eq!(order(1, 2), order(4, 3));
    }
}
