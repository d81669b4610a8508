//! Neighbouring tiles join: what each shows within its own edges is together the whole of a feature,
//! once, and areas are valid in each.

use std::f64::consts::PI;

use bordermap::atlas::geo::tiling::TileMatrixSet;
use bordermap::atlas::query::question::ItemsQuery;
use geo::{
    Area, BooleanOps, BoundingRect, Coord, Euclidean, Geometry, Length, Line, LineString,
    MultiPolygon, Polygon, Rect, Validation,
};

use super::shapes::{At, areas_of, lines_of, one, units};
use super::{Dice, tile, tile_of};

/// A tile within its own edges, in its units.
fn own() -> Polygon {
    Rect::new((0.0, 0.0), (4096.0, 4096.0)).to_polygon()
}

/// All tiles of a zoom around a geometry.
fn tiles_of(geometry: &Geometry, set: TileMatrixSet, zoom: u8) -> Vec<At> {
    let around = geometry.bounding_rect().unwrap();
    let corner = |x: f64, y: f64| tile_of(set, Coord { x, y }, zoom.into());
    let (top, left) = corner(around.min().x, around.max().y);
    let (bottom, right) = corner(around.max().x, around.min().y);
    let rows = (top..=bottom).flat_map(|row| (left..=right).map(move |column| (row, column)));
    rows.map(|place| (set, zoom, place)).collect()
}

/// A ring around a centre whose distance from it jumps: it leaves a tile and comes back many times.
fn star(dice: &mut Dice, centre: Coord, size: f64, points: u32) -> LineString {
    let ring = (0..points).map(|turn| {
        let angle = f64::from(turn) * 2.0 * PI / f64::from(points);
        let radius = size * dice.between(0.15, 1.0);
        centre
            + Coord {
                x: angle.cos(),
                y: angle.sin(),
            } * radius
    });
    LineString::new(ring.collect())
}

/// The area of a ring's part of the world in units of a zoom, with edges that bend as the set has them.
fn bent(ring: &LineString, at: At) -> LineString {
    let along = |edge: Line| {
        let steps = (0..32).map(move |step| f64::from(step) / 32.0);
        steps.map(move |share| units(edge.start + (edge.end - edge.start) * share, at))
    };
    LineString::new(ring.lines().flat_map(along).collect())
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "what is drawn and what it is held against are told side by side"
)]
fn the_parts_of_an_area_join_and_are_valid() {
    let mut dice = Dice(21);
    let (mut tiles, mut many) = (0, 0);
    for number in 0..40 {
        let size = if number % 2 == 0 { 6.0 } else { 0.3 };
        let centre = Coord {
            x: dice.between(-100.0, 100.0),
            y: dice.between(-55.0, 55.0),
        };
        let area = |dice: &mut Dice, centre| {
            Polygon::new(
                star(dice, centre, size, 160),
                vec![star(dice, centre, size * 0.1, 20)],
            )
        };
        let beside = centre
            + Coord {
                x: 2.5 * size,
                y: 0.0,
            };
        let areas = MultiPolygon(vec![area(&mut dice, centre), area(&mut dice, beside)]);
        let geometry = Geometry::from(areas.clone());
        let layer = one(geometry.clone());
        for (set, zoom) in TileMatrixSet::ALL
            .into_iter()
            .flat_map(|set| [3, 6, 8, 10].map(|zoom| (set, zoom)))
        {
            let around = tiles_of(&geometry, set, zoom);
            if around.len() > 64 {
                continue;
            }
            let mut shown = 0.0;
            for at in &around {
                let drawn = tile(&layer, set, zoom, at.2, &ItemsQuery::default());
                assert!(drawn.len() <= 1, "a feature twice in {at:?}");
                let parts =
                    MultiPolygon(drawn.iter().flat_map(|d| areas_of(&d.geometry)).collect());
                assert!(parts.is_valid(), "{at:?}: {:?}", parts.validation_errors());
                many += usize::from(parts.0.len() > 2);
                shown += parts.intersection(&own()).unsigned_area();
                tiles += 1;
            }
            let rings = |polygon: &Polygon| {
                let holes = polygon.interiors().iter().map(|ring| bent(ring, around[0]));
                Polygon::new(bent(polygon.exterior(), around[0]), holes.collect())
            };
            let whole: Vec<Polygon> = areas.0.iter().map(rings).collect();
            let expected: f64 = whole.iter().map(Area::unsigned_area).sum();
            let edges = whole
                .iter()
                .flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
            // Along its edges an area may be off by what simplification and rounding may move them.
            let doubtful = 3.0 * edges.map(|ring| Euclidean.length(ring)).sum::<f64>();
            assert!(
                (shown - expected).abs() <= doubtful.max(16.0),
                "{shown} of {expected}, {set:?} {zoom}"
            );
            if zoom >= 8 {
                assert!(
                    (shown - expected).abs() <= 0.02 * expected,
                    "{shown} of {expected}, {set:?} {zoom}"
                );
            }
        }
    }
    assert!(tiles > 500 && many > 50, "{tiles} {many}");
}

#[test]
fn the_parts_of_a_line_join() {
    let mut dice = Dice(22);
    let mut tiles = 0;
    for _ in 0..60 {
        let mut at = Coord {
            x: dice.between(-100.0, 100.0),
            y: dice.between(-55.0, 55.0),
        };
        let steps = std::iter::repeat_with(|| {
            at = at
                + Coord {
                    x: dice.between(-0.2, 0.3),
                    y: dice.between(-0.2, 0.3),
                };
            at
        });
        let line = LineString::new(steps.take(60).collect());
        let geometry = Geometry::from(line.clone());
        let layer = one(geometry.clone());
        for (set, zoom) in TileMatrixSet::ALL
            .into_iter()
            .flat_map(|set| [5, 8, 10].map(|zoom| (set, zoom)))
        {
            let around = tiles_of(&geometry, set, zoom);
            let mut shown = 0.0;
            for at in &around {
                let drawn = tile(&layer, set, zoom, at.2, &ItemsQuery::default());
                assert!(drawn.len() <= 1, "a feature twice in {at:?}");
                let lines: Vec<LineString> =
                    drawn.iter().flat_map(|d| lines_of(&d.geometry)).collect();
                let parts = own().clip(&geo::MultiLineString(lines), false);
                shown += Euclidean.length(&parts);
                tiles += 1;
            }
            let bent = bent(&line, around[0]);
            let expected = Euclidean.length(&bent);
            let share = shown / expected;
            assert!(
                (0.9..1.02).contains(&share),
                "{share} of {expected}, {set:?} {zoom}"
            );
        }
    }
    assert!(tiles > 500, "{tiles}");
}
