//! The border line as shipped: one line in ten segments, and where real positions lie from it.

use bordermap::atlas::geo::geodesy::distance_m;
use bordermap::atlas::geo::position::LngLat;
use bordermap::atlas::products::border::Border;
use bordermap::atlas::products::side::NoSide;
use bordermap::atlas::products::side::Side;
use bordermap::atlas::products::swapped::{self, AREA_M};
use bordermap::atlas::products::territory::Territory;
use geo::{Coord, Geometry};
use proptest::prelude::*;

use super::distance::swept_m;

pub struct Shipped {
    pub id: String,
    pub at: Vec<Coord>,
    pub properties: serde_json::Map<String, serde_json::Value>,
}

pub fn shipped(layer: &str) -> Vec<Shipped> {
    let path = format!("{}/data/{layer}.geojson", env!("CARGO_MANIFEST_DIR"));
    let collection: geojson::FeatureCollection = std::fs::read_to_string(path)
        .unwrap()
        .parse::<geojson::GeoJson>()
        .unwrap()
        .try_into()
        .unwrap();
    let one = |feature: geojson::Feature| {
        let geometry = Geometry::<f64>::try_from(feature.geometry.unwrap()).unwrap();
        let Some(geojson::feature::Id::String(id)) = feature.id else {
            panic!("a shipped feature has a text id");
        };
        Shipped {
            id,
            at: match geometry {
                Geometry::Point(point) => vec![point.0],
                Geometry::LineString(line) => line.0,
                _ => panic!("a point or a line"),
            },
            properties: feature.properties.unwrap(),
        }
    };
    collection.features.into_iter().map(one).collect()
}

fn segments() -> Vec<Shipped> {
    let mut segments = shipped("border");
    segments.sort_by_key(|segment| segment.properties["number"].as_i64());
    segments
}

/// The border with the land on both sides of it.
pub fn border() -> Border {
    let segments = segments();
    let lines = segments.iter().map(|s| (s.id.as_str(), s.at.as_slice()));
    let border = Border::of_lines(lines).unwrap();
    border.within(Territory::of_areas(&provinces()))
}

/// The shipped provinces, each with its country.
pub fn provinces() -> Vec<(Side, Geometry)> {
    let countries = areas("provinces", "country").into_iter();
    let sides = countries.map(|(country, area)| {
        let side = if country == "IQ" {
            Side::Iraq
        } else {
            Side::Iran
        };
        (side, area)
    });
    sides.collect()
}

/// The areas of a shipped layer, each with what a field says of it.
pub fn areas(layer: &str, field: &str) -> Vec<(String, Geometry)> {
    let path = format!("{}/data/{layer}.geojson", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let collection: geojson::FeatureCollection = text.parse().unwrap();
    let one = |feature: geojson::Feature| {
        let value = feature
            .property(field)
            .unwrap()
            .as_str()
            .unwrap()
            .to_owned();
        let geometry = Geometry::try_from(feature.geometry.unwrap()).unwrap();
        (value, geometry)
    };
    collection.features.into_iter().map(one).collect()
}

fn position(coord: Coord) -> LngLat {
    LngLat::new(coord.x, coord.y).unwrap()
}

fn length_km(line: &[Coord]) -> f64 {
    let edges = line.windows(2);
    edges
        .map(|edge| distance_m(position(edge[0]), position(edge[1])))
        .sum::<f64>()
        / 1000.0
}

#[test]
fn ten_segments_are_one_line() {
    let segments = segments();
    assert_eq!(segments.len(), 10);
    for pair in segments.windows(2) {
        assert_eq!(
            pair[0].at.last(),
            pair[1].at.first(),
            "no gap after {}",
            pair[0].id
        );
        assert_eq!(
            pair[0].properties["km_to"], pair[1].properties["km_from"],
            "{}",
            pair[0].id
        );
    }
    // No overlap: but for the shared joints, no vertex of one segment is in another.
    let mut seen = std::collections::HashSet::new();
    for segment in &segments {
        for vertex in &segment.at[..segment.at.len() - 1] {
            assert!(
                seen.insert((vertex.x.to_bits(), vertex.y.to_bits())),
                "{vertex:?} twice"
            );
        }
    }
    let mut along_km = 0.0;
    for segment in &segments {
        let number = |name: &str| segment.properties[name].as_f64().unwrap();
        let length_km = length_km(&segment.at);
        assert!(
            (number("length_km") - length_km).abs() < 0.001,
            "{}",
            segment.id
        );
        assert!(
            (number("km_from") - along_km).abs() < 0.001,
            "{}",
            segment.id
        );
        along_km += length_km;
        assert!((number("km_to") - along_km).abs() < 0.001, "{}", segment.id);
    }
    assert!((along_km - 1641.0).abs() < 1.0, "{along_km} km");
    assert!((border().length_km() - along_km).abs() < 1e-6);
}

#[test]
fn kilometres_run_from_the_tripoint_to_the_river_mouth() {
    let (segments, border) = (segments(), border());
    let ends = [segments[0].at[0], *segments[9].at.last().unwrap()].map(position);
    let [north, south] = ends.map(|end| border.locate(end));
    assert_eq!(
        (north.km, north.distance_m, north.side),
        (0.0, 0.0, Err(NoSide::OnTheLine))
    );
    assert!((south.km - border.length_km()).abs() < 1e-9);
    assert!(ends[0].lat() > 37.0 && ends[1].lat() < 30.0);
    // Past the ends the nearest point is an end: a country's own outline tells the side, the sea has none.
    for (lng, lat, km, side) in [
        (44.75, 38.2, 0.0, Ok(Side::Iran)),
        (48.9, 29.4, border.length_km(), Err(NoSide::Outside)),
        (44.7, 37.25, 0.0, Err(NoSide::NearOuterBorder)),
    ] {
        let located = border.locate(LngLat::new(lng, lat).unwrap());
        assert!((located.km - km).abs() < 2.0, "{lng},{lat}: {located:?}");
        assert_eq!(located.side, side, "{lng},{lat}");
    }
}

/// Every incident and place that states Iraq or Iran lies on that side of the line.
#[test]
fn stated_countries_agree_with_the_side() {
    let border = border();
    let mut sides = [0, 0];
    let mut disagree = Vec::new();
    for layer in ["incidents", "places"] {
        for feature in shipped(layer) {
            let located = border.locate(position(feature.at[0]));
            let Ok(side) = located.side else { continue };
            sides[usize::from(side == Side::Iran)] += 1;
            let country = feature.properties["country"].as_str().unwrap();
            if country != side.code() {
                disagree.push(format!(
                    "{} is {:.0} m {}",
                    feature.id,
                    located.distance_m,
                    side.code()
                ));
            }
        }
    }
    assert!(sides[0] > 150 && sides[1] > 300, "{sides:?}");
    assert_eq!(disagree, Vec::<String>::new());
}

#[test]
fn a_vertex_is_no_trap() {
    // Sarpol-e Zahab: nearest to a vertex, and a nearest-edge test puts it in Iraq.
    let located = border().locate(LngLat::new(45.8622, 34.4611).unwrap());
    assert_eq!(located.side, Ok(Side::Iran));
    // A spike: both edges of its tip see the position on another side.
    let zigzag = [(45.0, 35.0), (45.5, 34.5), (45.0, 34.4), (45.0, 33.0)].map(Coord::from);
    let border = Border::of_lines(std::iter::once(("zigzag", zigzag.as_slice()))).unwrap();
    let land = geo::Rect::new((40.0, 30.0), (50.0, 40.0)).to_polygon();
    let border = border.within(Territory::of_areas(&[(Side::Iraq, land.into())]));
    let side = |lng, lat| border.locate(LngLat::new(lng, lat).unwrap()).side;
    assert_eq!(side(45.6, 34.55), Ok(Side::Iran));
    assert_eq!(side(45.6, 34.4), Ok(Side::Iran));
    assert_eq!(side(45.3, 34.48), Ok(Side::Iraq));
    assert_eq!(side(44.9, 34.0), Ok(Side::Iraq));
    // Past an end the outline decides, but not where it may be off.
    assert_eq!(side(45.0, 36.0), Ok(Side::Iraq));
    assert_eq!(side(45.0, 35.05), Err(NoSide::PastTheEnd));
}

/// The side of a position by a way of its own: whether it is inside the polygon that the line makes
/// with a far detour through Iran. Good between the latitudes of the line's ends.
fn side_by_area(at: LngLat) -> Side {
    use geo::Contains;
    let mut ring: Vec<Coord> = segments()
        .into_iter()
        .flat_map(|segment| segment.at)
        .collect();
    let (north, south) = (ring[0], ring[ring.len() - 1]);
    ring.extend([(60.0, south.y), (60.0, north.y)].map(Coord::from));
    ring.push(north);
    let iran = geo::Polygon::new(geo::LineString::new(ring), vec![]);
    let inside = iran.contains(&geo::Point::new(at.lng(), at.lat()));
    if inside { Side::Iran } else { Side::Iraq }
}

/// The index leaves nothing out: with the same measure at every edge, nothing is nearer, and of
/// what is as near the northernmost counts.
#[test]
fn no_edge_is_nearer_anywhere_on_earth() {
    use bordermap::atlas::geo::geodesy::{
        GeodesicOrigin, Piece, distance_to_piece_m, for_each_piece,
    };
    let (segments, border) = (segments(), border());
    let mut pieces: Vec<(usize, Piece)> = Vec::new();
    let lines = segments.iter().map(|s| s.at.as_slice());
    for (edge, ends) in lines.flat_map(|line| line.windows(2)).enumerate() {
        for_each_piece(&geo::Line::new(ends[0], ends[1]).into(), &mut |piece| {
            pieces.push((edge, piece));
        });
    }
    let lattice = |n: i32| {
        (
            f64::from(n % 20) * 18.0 - 171.0,
            f64::from(n / 20) * 9.0 - 85.0,
        )
    };
    let near = |n: i32| {
        (
            43.5 + f64::from(n % 20) * 0.31,
            29.2 + f64::from(n / 20) * 0.47,
        )
    };
    let vertices = segments[3].at.iter().step_by(300).map(|at| (at.x, at.y));
    let places = (0..400)
        .step_by(21)
        .map(lattice)
        .chain((0..400).step_by(9).map(near));
    for (lng, lat) in places.chain(vertices) {
        let at = LngLat::new(lng, lat).unwrap();
        let origin = GeodesicOrigin::new(at);
        let mut best = (f64::INFINITY, 0, 0.0);
        for (edge, piece) in &pieces {
            if let Some(found_m) = distance_to_piece_m(&origin, *piece, best.0)
                && found_m < best.0
            {
                best = (found_m, *edge, piece.nearest(at.ecef()));
            }
        }
        let located = border.locate(at);
        assert_eq!(located.distance_m, best.0, "{lng} {lat}");
        let (_, piece) = pieces.iter().find(|(edge, _)| *edge == best.1).unwrap();
        assert_eq!(located.foot, position(piece.at(best.2)), "{lng} {lat}");
    }
}

#[test]
fn a_kilometre_is_a_position_on_the_line() {
    let border = border();
    let length_km = border.length_km();
    // Edge by edge: where each starts and ends, and how far along.
    let mut along_m = 0.0;
    let mut edges = Vec::new();
    for edge in segments().iter().flat_map(|segment| segment.at.windows(2)) {
        let [start, end] = [position(edge[0]), position(edge[1])];
        let start_m = along_m;
        along_m += distance_m(start, end);
        edges.push((start, end, start_m, along_m));
    }
    let check = |km: f64| {
        let found = border.at_km(km).unwrap();
        assert!((found.km - km).abs() < 1e-6, "{km}: {found:?}");
        assert_eq!(
            (found.distance_m, found.side),
            (0.0, Err(NoSide::OnTheLine))
        );
        assert!(
            border.locate(found.foot).distance_m < 1e-3,
            "{km}: {found:?}"
        );
        let edge = edges
            .iter()
            .find(|(.., end_m)| *end_m >= km * 1000.0 - 1e-6);
        let (start, end, start_m, end_m) = *edge.unwrap();
        let near =
            |position, wanted_m: f64| (distance_m(position, found.foot) - wanted_m).abs() < 1e-3;
        assert!(near(start, km * 1000.0 - start_m), "{km}");
        assert!(near(end, end_m - km * 1000.0), "{km}");
    };
    for step in 0..=2_000 {
        check(length_km * f64::from(step) / 2_000.0);
    }
    for [start, end] in border.segments().map(|(_, ends)| ends) {
        check(start);
        check(end.min(length_km));
        assert!(border.at_km(end).is_some(), "{end} is told as its end");
    }
    for beyond in [-0.001, length_km + 1e-5, f64::NAN, f64::INFINITY] {
        assert_eq!(border.at_km(beyond), None, "{beyond}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn locate_equals_looking_at_every_edge(lng in 43.5..49.5_f64, lat in 29.0..38.0_f64) {
        let at = LngLat::new(lng, lat).unwrap();
        let located = border().locate(at);
        let segments = segments();
        // Looking finely at 22,810 edges takes minutes: only at those that could be nearest.
        let (mut best_m, mut along_km, mut best_km) = (f64::INFINITY, 0.0, 0.0);
        for edge in segments.iter().flat_map(|s| s.at.windows(2)) {
            let (from, to) = (position(edge[0]), position(edge[1]));
            let long_m = distance_m(from, to);
            if distance_m(at, from) - long_m <= located.distance_m + 1.0 {
                let found_m = swept_m(at, edge[0], edge[1]);
                if found_m < best_m {
                    best_m = found_m;
                    best_km = along_km + distance_m(from, located.foot).min(long_m) / 1000.0;
                }
            }
            along_km += long_m / 1000.0;
        }
        prop_assert!((located.distance_m - best_m).abs() <= best_m * 1e-4 + 0.01);
        prop_assert!((located.km - best_km).abs() < 0.01, "{} {}", located.km, best_km);
        prop_assert!((distance_m(at, located.foot) - located.distance_m).abs() < 1e-6);
        if let Some(side) = located.side.ok().filter(|_| (30.2..36.9).contains(&lat)) {
            prop_assert_eq!(side, side_by_area(at));
        }
    }
}

#[test]
fn swapped_positions_are_found_as_by_measuring_both_ways() {
    let border = border();
    let mut found = 0;
    // Around the border and around what it is the other way round, in steps that meet no box's edge.
    for (lngs, lats) in [(30..62, 15..55), (15..55, 30..62)] {
        for (lng, lat) in lngs.flat_map(|lng| lats.clone().map(move |lat| (lng, lat))) {
            let at = LngLat::new(f64::from(lng) + 0.37, f64::from(lat) + 0.61).unwrap();
            let other = LngLat::new(at.lat(), at.lng()).unwrap();
            let is_swapped =
                border.locate(at).distance_m > AREA_M && border.locate(other).distance_m <= AREA_M;
            let told = swapped::find(&border, at).map(|swapped| swapped.other);
            assert_eq!(told, is_swapped.then_some(other), "{at}");
            found += u32::from(is_swapped);
        }
    }
    assert!(found > 100, "{found}");
}
