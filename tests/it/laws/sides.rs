//! On which side of the border a position is: only within both countries, decided here by brute force
//! over areas that the index never saw.

use bordermap::atlas::geo::geodesy::distance_to_geometry_m;
use bordermap::atlas::geo::position::LngLat;
use bordermap::atlas::products::border::{Border, OUTLINE_ERROR_M};
use bordermap::atlas::products::side::NoSide;
use bordermap::atlas::products::side::Side;
use geo::{Contains, Coord, Distance, Euclidean, Geometry, Point};

use super::border::{areas, border, provinces, shipped};

/// Positions in each area.
const IN_EACH: usize = 1_000;

fn at(lng: f64, lat: f64) -> LngLat {
    LngLat::new(lng, lat).unwrap()
}

/// Positions that lie scattered in a box (Halton's sequence), of which the first so many that are wanted.
fn scattered(
    [west, south, east, north]: [f64; 4],
    count: usize,
    is_wanted: impl Fn(LngLat) -> bool,
) -> Vec<LngLat> {
    let part = |mut number: u32, base: u32| {
        let (mut share, mut step) = (0.0, 1.0);
        while number > 0 {
            step /= f64::from(base);
            share += step * f64::from(number % base);
            number /= base;
        }
        share
    };
    let positions = (1..1_000_000).map(|number| {
        at(
            west + part(number, 2) * (east - west),
            south + part(number, 3) * (north - south),
        )
    });
    let wanted: Vec<LngLat> = positions.filter(|at| is_wanted(*at)).take(count).collect();
    assert_eq!(wanted.len(), count, "{west},{south},{east},{north}");
    wanted
}

fn holds(area: &Geometry, at: LngLat) -> bool {
    area.contains(&Point::new(at.lng(), at.lat()))
}

fn side(border: &Border, at: LngLat) -> Result<Side, NoSide> {
    border.locate(at).side
}

/// Every country and sea of the region by Natural Earth's countries, which are drawn by themselves and end
/// with the map, and beyond it by boxes: what is in one of them, and not near to its edges, has that
/// country's side.
#[test]
fn a_thousand_positions_in_each_country_and_sea() {
    let border = border();
    let countries = areas("countries", "name_en");
    let outlines: Vec<Geometry> = countries.iter().flat_map(|(_, area)| edges(area)).collect();
    // A quarter of a degree is 20 km at least. Islands are left out of the countries, not of the provinces.
    let (coarse, islands) = (&outlines, &outer_edges());
    let is_clear = |at: LngLat| {
        let at = Geometry::from(Point::new(at.lng(), at.lat()));
        let is_far =
            |all: &[Geometry], deg: f64| all.iter().all(|edge| Euclidean.distance(&at, edge) > deg);
        is_far(coarse, 0.25) && is_far(islands, 0.1)
    };
    let check = |bounds, wanted, is_inside: &dyn Fn(LngLat) -> bool| {
        for at in scattered(bounds, IN_EACH, |at| is_inside(at) && is_clear(at)) {
            assert_eq!(side(&border, at), wanted, "{at}");
        }
    };
    let mut tried = Vec::new();
    for (name, area) in &countries {
        let wanted = match &**name {
            "Iraq" => Ok(Side::Iraq),
            "Iran" => Ok(Side::Iran),
            _ => Err(NoSide::Outside),
        };
        let bounds = geo::BoundingRect::bounding_rect(area).unwrap();
        let (low, high) = (bounds.min(), bounds.max());
        check([low.x, low.y, high.x, high.y], wanted, &|at| {
            holds(area, at)
        });
        tried.push(&**name);
    }
    for country in [
        "Iraq",
        "Iran",
        "Kuwait",
        "Saudi Arabia",
        "Azerbaijan",
        "Armenia",
    ] {
        assert!(tried.contains(&country), "{country}: {tried:?}");
    }
    let is_sea = |at: LngLat| !countries.iter().any(|(_, area)| holds(area, at));
    let (gulf, caspian) = ([48.5, 28.0, 52.0, 29.5], [50.0, 37.5, 53.0, 40.0]);
    for sea in [gulf, caspian] {
        check(sea, Err(NoSide::Outside), &is_sea);
    }
    // Jordan, Syria, Türkiye, Turkmenistan, Afghanistan, Pakistan.
    for land in [
        [36.0, 30.5, 37.0, 32.0],
        [36.5, 33.5, 38.3, 36.5],
        [28.0, 37.5, 42.5, 40.5],
        [56.5, 39.0, 62.0, 41.0],
        [62.5, 31.5, 68.0, 35.5],
        [64.0, 26.0, 68.0, 29.0],
    ] {
        check(land, Err(NoSide::Outside), &|_| true);
    }
}

fn edges(area: &Geometry) -> Vec<Geometry> {
    let polygons = match area {
        Geometry::Polygon(polygon) => vec![polygon],
        Geometry::MultiPolygon(all) => all.iter().collect(),
        _ => panic!("an area"),
    };
    let rings = polygons
        .into_iter()
        .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
    rings.map(|ring| ring.clone().into()).collect()
}

/// The outer edges of the land, found by a way of its own: those that the provinces of both countries
/// together have once.
fn outer_edges() -> Vec<Geometry> {
    let mut seen: std::collections::BTreeMap<[[u64; 2]; 2], (usize, [Coord; 2])> =
        std::collections::BTreeMap::new();
    for (_, area) in provinces() {
        for ring in edges(&area) {
            let Geometry::LineString(ring) = ring else {
                panic!("a ring")
            };
            for line in ring.lines() {
                let mut key = [line.start, line.end].map(|end| [end.x.to_bits(), end.y.to_bits()]);
                key.sort_unstable();
                seen.entry(key).or_insert((0, [line.start, line.end])).0 += 1;
            }
        }
    }
    let once = seen.into_values().filter(|(count, _)| *count == 1);
    once.map(|(_, [from, to])| geo::Line::new(from, to).into())
        .collect()
}

/// Whether a position is within seven kilometres of where both countries end, by the geodesic to every
/// edge: the index leaves none out and takes none too many.
#[test]
fn seven_kilometres_are_geodesic() {
    let (border, outer) = (border(), outer_edges());
    let nearest_m = |at: LngLat| {
        let distances = outer.iter().map(|edge| distance_to_geometry_m(at, edge));
        distances.fold(f64::INFINITY, f64::min)
    };
    let mut near = 0;
    for at in scattered([43.0, 29.0, 49.5, 38.0], 1_500, |_| true) {
        let is_near = nearest_m(at) <= OUTLINE_ERROR_M;
        near += usize::from(is_near);
        let found = side(&border, at) == Err(NoSide::NearOuterBorder);
        assert_eq!(found, is_near, "{at}: {} m", nearest_m(at));
    }
    assert!(near > 30, "{near}");
    // To the centimetre: from Bushehr on the coast to the east, where the land has a side at last.
    let is_near = |off: f64| side(&border, at(50.84 + off, 28.97)) == Err(NoSide::NearOuterBorder);
    let (mut near, mut far) = (0.0, 0.5);
    assert!(is_near(near) && !is_near(far));
    for _ in 0..50 {
        let middle = f64::midpoint(near, far);
        *if is_near(middle) { &mut near } else { &mut far } = middle;
    }
    let edge_m = nearest_m(at(50.84 + far, 28.97));
    assert!((edge_m - OUTLINE_ERROR_M).abs() < 0.01, "{edge_m}");
}

/// Natural Earth's border between both and the measured one are nowhere farther apart than is allowed for.
#[test]
fn the_outlines_are_no_farther_off_than_is_said() {
    let border = border();
    let [iraq, iran] = [Side::Iraq, Side::Iran].map(|wanted| {
        let all = provinces().into_iter().filter(|(side, _)| *side == wanted);
        let rings = all.flat_map(|(_, area)| edges(&area));
        let vertices =
            rings.flat_map(|ring| geo::CoordsIter::coords_iter(&ring).collect::<Vec<_>>());
        let bits = vertices.map(|at| [at.x.to_bits(), at.y.to_bits()]);
        bits.collect::<std::collections::BTreeSet<_>>()
    });
    let shared: Vec<_> = iraq.intersection(&iran).collect();
    assert!(shared.len() > 400, "{}", shared.len());
    for [x, y] in shared {
        let located = border.locate(at(f64::from_bits(*x), f64::from_bits(*y)));
        assert!(located.distance_m < OUTLINE_ERROR_M, "{located:?}");
    }
}

#[test]
fn places_have_the_side_that_people_know() {
    let border = border();
    let check = |name: &str, lng: f64, lat: f64, wanted: Result<Side, NoSide>| {
        let located = border.locate(at(lng, lat));
        assert_eq!(located.side, wanted, "{name}");
        // Where there is no side there is a distance.
        assert!(
            located.distance_m.is_finite() && located.km >= 0.0,
            "{name}"
        );
    };
    let (iraq, iran) = (Ok(Side::Iraq), Ok(Side::Iran));
    let (outside, near) = (Err(NoSide::Outside), Err(NoSide::NearOuterBorder));
    check("Kuwait City", 47.978, 29.376, outside);
    check("Damascus", 36.29, 33.51, outside);
    check("null island", 0.0, 0.0, outside);
    check("Ankara", 32.85, 39.93, outside);
    check("Riyadh", 46.71, 24.69, outside);
    check("a ship in the Gulf", 50.2, 28.3, outside);
    check("the South Pole", 0.0, -90.0, outside);
    check("Baghdad", 44.36, 33.31, iraq);
    check("Basra", 47.78, 30.51, iraq);
    check("Erbil", 44.01, 36.19, iraq);
    check("Mosul", 43.13, 36.34, iraq);
    check("Halabja", 45.986, 35.178, iraq);
    check("Tehran", 51.39, 35.69, iran);
    check("Abadan", 48.3, 30.34, iran);
    check("Khorramshahr", 48.18, 30.44, iran);
    check("Zahedan", 60.86, 29.5, iran);
    check("Shiraz", 52.53, 29.59, iran);
    check("Urmia", 45.07, 37.55, iran);
    check("Maku", 44.5, 39.29, iran);
    check("Umm Qasr", 47.93, 30.04, near);
    check("Bushehr", 50.84, 28.97, near);
}

/// What is shipped loses a side only where it lies outside, or where the outlines can't tell.
#[test]
fn shipped_positions_keep_their_side() {
    let border = border();
    let mut without: Vec<String> = Vec::new();
    for layer in ["incidents", "crossings", "places"] {
        for feature in shipped(layer) {
            let reason = side(&border, at(feature.at[0].x, feature.at[0].y)).err();
            let reason = reason.map(NoSide::name);
            let country = feature.properties.get("country").and_then(|it| it.as_str());
            if let Some(reason) =
                reason.filter(|_| country.is_none_or(|it| ["IQ", "IR"].contains(&it)))
            {
                let name = ["name_en", "place"]
                    .iter()
                    .find_map(|it| feature.properties.get(*it)?.as_str());
                without.push(format!(
                    "{layer} {} {}: {reason}",
                    feature.id,
                    name.unwrap_or("")
                ));
            }
        }
    }
    insta::assert_snapshot!(without.join("\n"));
}
