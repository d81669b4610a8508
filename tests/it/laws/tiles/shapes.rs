//! Lines and areas lie in a tile where they lie in the world.

use std::f64::consts::PI;

use bordermap::atlas::geo::tiling::TileMatrixSet;
use bordermap::atlas::layer::Layer;
use bordermap::atlas::query::question::ItemsQuery;
use geo::{Coord, Distance, Euclidean, Geometry, Intersects, Line, LineString, Point, Polygon};

use super::{Dice, feature, schema, tile, tile_of};

/// A tile: set, zoom, row and column.
pub type At = (TileMatrixSet, u8, (u32, u32));

/// Where a position lies in a tile by the textbook, in units.
pub fn units(at: Coord, (set, zoom, (row, column)): At) -> Coord {
    let tiles = 2_f64.powi(zoom.into());
    let [x, y] = match set {
        TileMatrixSet::WebMercatorQuad => {
            let y = (1.0 - at.y.to_radians().tan().asinh() / PI) / 2.0;
            [(at.x + 180.0) / 360.0, y]
        }
        TileMatrixSet::WorldCrs84Quad => [(at.x + 180.0) / 180.0, (90.0 - at.y) / 180.0],
    };
    Coord {
        x: (x * tiles - f64::from(column)) * 4096.0,
        y: (y * tiles - f64::from(row)) * 4096.0,
    }
}

fn wide(at: Coord<f32>) -> Coord {
    Coord {
        x: at.x.into(),
        y: at.y.into(),
    }
}

pub fn lines_of(geometry: &Geometry<f32>) -> Vec<LineString> {
    let line =
        |line: &LineString<f32>| LineString::new(line.0.iter().map(|at| wide(*at)).collect());
    match geometry {
        Geometry::LineString(only) => vec![line(only)],
        Geometry::MultiLineString(lines) => lines.0.iter().map(line).collect(),
        _ => Vec::new(),
    }
}

pub fn areas_of(geometry: &Geometry<f32>) -> Vec<Polygon> {
    let ring =
        |line: &LineString<f32>| LineString::new(line.0.iter().map(|at| wide(*at)).collect());
    let area = |polygon: &Polygon<f32>| {
        Polygon::new(
            ring(polygon.exterior()),
            polygon.interiors().iter().map(ring).collect(),
        )
    };
    match geometry {
        Geometry::Polygon(only) => vec![area(only)],
        Geometry::MultiPolygon(areas) => areas.0.iter().map(area).collect(),
        _ => Vec::new(),
    }
}

/// Tiles around a coordinate at several zooms.
fn tiles_around(at: Coord) -> impl Iterator<Item = At> {
    let zooms = [0_u8, 2, 4, 6, 8, 11].into_iter();
    let zooms = zooms.flat_map(|zoom| TileMatrixSet::ALL.map(|set| (set, zoom)));
    zooms.flat_map(move |(set, zoom)| {
        let (row, column) = tile_of(set, at, zoom.into());
        let beside = [(row, column), (row, column ^ 1), (row ^ 1, column)];
        let [columns, rows] = set.size(zoom);
        let inside = beside
            .into_iter()
            .filter(move |(row, column)| *row < rows && *column < columns);
        inside.map(move |place| (set, zoom, place))
    })
}

pub fn one(geometry: Geometry) -> Layer {
    Layer::new(schema()).with(vec![("g".into(), Some(feature("g", geometry, 0)))])
}

#[test]
fn a_line_lies_in_a_tile_where_it_lies_in_the_world() {
    let mut dice = Dice(11);
    let mut looked_at = 0;
    for number in 0..60 {
        // Long edges bend in the projection; short ones are simplified.
        let reach = if number % 3 == 0 { 40.0 } else { 1.0 };
        let mut at = Coord {
            x: dice.between(-130.0, 130.0),
            y: dice.between(-60.0, 60.0),
        };
        let line = std::iter::repeat_with(|| {
            at.x = (at.x + dice.between(-reach, reach)).clamp(-180.0, 180.0);
            at.y = (at.y + dice.between(-reach, reach)).clamp(-80.0, 80.0);
            at
        });
        let line = LineString::new(line.take(8).collect());
        let layer = one(line.clone().into());
        for at @ (set, zoom, place) in tiles_around(line.0[3]) {
            let drawn = tile(&layer, set, zoom, place, &ItemsQuery::default());
            let lines: Vec<LineString> = drawn.iter().flat_map(|d| lines_of(&d.geometry)).collect();
            for edge in line.lines() {
                for step in 0..=400 {
                    let here = edge.start + (edge.end - edge.start) * (f64::from(step) / 400.0);
                    let here = units(here, at);
                    let inside = [here.x, here.y]
                        .iter()
                        .all(|units| (0.0..4096.0).contains(units));
                    // A line that is no longer than a few units may not be drawn at all.
                    if !inside || zoom < 4 {
                        continue;
                    }
                    looked_at += 1;
                    let away = lines
                        .iter()
                        .map(|line| Euclidean.distance(line, &Point(here)));
                    let away = away.fold(f64::INFINITY, f64::min);
                    assert!(away < 4.0, "{away} at {here:?} in {at:?}");
                }
            }
            for vertex in lines.iter().flat_map(|line| &line.0) {
                let kept = [vertex.x, vertex.y]
                    .iter()
                    .all(|units| (-65.0..=4161.0).contains(units));
                assert!(kept, "{vertex:?}");
            }
        }
    }
    assert!(looked_at > 5000, "{looked_at}");
}

#[test]
fn an_area_covers_in_a_tile_what_it_covers_in_the_world() {
    let mut dice = Dice(5);
    let (mut covered, mut free) = (0, 0);
    for number in 0..24 {
        let size = if number % 3 == 0 { 25.0 } else { 1.5 };
        let centre = Coord {
            x: dice.between(-120.0, 120.0),
            y: dice.between(-50.0, 50.0),
        };
        let mut star = |size: f64| {
            let ring = (0..20).map(|turn| {
                let angle = f64::from(turn) * PI / 10.0;
                let radius = size * dice.between(0.4, 1.0);
                centre
                    + Coord {
                        x: radius * angle.cos(),
                        y: radius * angle.sin(),
                    }
            });
            LineString::new(ring.collect())
        };
        let area = Polygon::new(star(size), vec![star(size * 0.3)]);
        let layer = one(area.clone().into());
        for at @ (set, zoom, place) in
            tiles_around(area.exterior().0[0]).chain(tiles_around(centre))
        {
            let drawn = tile(&layer, set, zoom, place, &ItemsQuery::default());
            let areas: Vec<Polygon> = drawn.iter().flat_map(|d| areas_of(&d.geometry)).collect();
            let rings = std::iter::once(area.exterior()).chain(area.interiors());
            let bent = |edge: Line| {
                let steps = (0..=16).map(|step| f64::from(step) / 16.0);
                let along = steps.map(|share| edge.start + (edge.end - edge.start) * share);
                LineString::new(along.map(|along| units(along, at)).collect())
            };
            let edges: Vec<LineString> = rings.flat_map(LineString::lines).map(bent).collect();
            for _ in 0..40 {
                let here = Coord {
                    x: dice.between(0.0, 4096.0),
                    y: dice.between(0.0, 4096.0),
                };
                let world = world_of(here, at);
                // Next to an edge, bent by the projection and simplified, either is right.
                let mut away = edges
                    .iter()
                    .map(|edge| Euclidean.distance(edge, &Point(here)));
                let doubtful = away.any(|away| away < 8.0);
                if doubtful {
                    continue;
                }
                let is = area.intersects(&Point(world));
                let shown = areas.iter().any(|area| area.intersects(&Point(here)));
                assert_eq!(shown, is, "{here:?} in {at:?}");
                *(if is { &mut covered } else { &mut free }) += 1;
            }
        }
    }
    assert!(covered > 500 && free > 500, "{covered} {free}");
}

/// The position at a place in a tile.
fn world_of(units: Coord, (set, zoom, (row, column)): At) -> Coord {
    let tiles = 2_f64.powi(zoom.into());
    let (x, y) = (
        (units.x / 4096.0 + f64::from(column)) / tiles,
        (units.y / 4096.0 + f64::from(row)) / tiles,
    );
    match set {
        TileMatrixSet::WebMercatorQuad => Coord {
            x: x * 360.0 - 180.0,
            y: (PI * (1.0 - 2.0 * y)).sinh().atan().to_degrees(),
        },
        TileMatrixSet::WorldCrs84Quad => Coord {
            x: x * 180.0 - 180.0,
            y: 90.0 - y * 180.0,
        },
    }
}
