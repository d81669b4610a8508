//! The JSON text of one feature to a row.

use geo::{Coord, Geometry, GeometryCollection, MultiLineString, MultiPoint, MultiPolygon, Point};
use geojson::{GeometryValue, Position};
use serde::Deserialize;
use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::plain;
use crate::atlas::model::refusal::{Code, Refusal};
use crate::format::limits;
use crate::format::row::{Properties, Row};
use crate::format::shape::{self, Make};

/// The members of a feature, or of a geometry that stands alone, that mean something here.
pub(super) const MEMBERS: [&str; 7] = [
    "type",
    "id",
    "geometry",
    "properties",
    "crs",
    "coordinates",
    "geometries",
];

/// The longest id, type or reference system that is looked at, in bytes.
const SMALL_BYTES_MAX: usize = 64 << 10;

/// The members as they are written: what is too large is not read.
#[derive(Deserialize)]
struct Text<'a> {
    #[serde(rename = "type", default, borrow)]
    kind: Option<&'a RawValue>,
    #[serde(default, borrow)]
    id: Option<&'a RawValue>,
    #[serde(default, borrow)]
    geometry: Option<&'a RawValue>,
    #[serde(default, borrow)]
    properties: Option<&'a RawValue>,
    #[serde(default, borrow)]
    crs: Option<&'a RawValue>,
}

/// Reads a feature, or a bare geometry as a feature without properties.
pub(super) fn parse(line: u64, text: &[u8]) -> Result<Row, String> {
    // A point with so long a text has more properties than are taken.
    let plain = (text.len() <= limits::PROPERTIES_BYTES_MAX).then(|| plain::parse(line, text));
    match plain.flatten() {
        Some(row) => Ok(row),
        None => parse_any(line, text),
    }
}

fn parse_any(line: u64, text: &[u8]) -> Result<Row, String> {
    let feature: Text<'_> = serde_json::from_slice(text).map_err(|error| syntax(&error))?;
    let Json::String(kind) = small("type", feature.kind)? else {
        return Err("this is not a GeoJSON feature: it has no \"type\"".into());
    };
    check_crs(&small("crs", feature.crs)?)?;
    if kind != "Feature" {
        return bare_geometry(line, &kind, text);
    }
    let id = match small("id", feature.id)? {
        Json::Null => None,
        Json::String(id) => Some(id),
        Json::Number(id) => Some(id.to_string()),
        other => return Err(format!("the id {other} is neither text nor a number")),
    };
    let properties = feature.properties.map_or("null", RawValue::get);
    limits::check_properties(properties.len())?;
    let properties = match properties.as_bytes().first() {
        Some(b'{') => serde_json::from_str(properties).map_err(|error| syntax(&error))?,
        Some(b'n') => Properties::default(),
        _ => return Err("\"properties\" is not an object".into()),
    };
    let geometry = match feature.geometry {
        Some(geometry) if !is_empty(geometry) => {
            to_geo(&geometry_of(geometry.get().as_bytes())?.value, shape::coord)?
        }
        _ => None,
    };
    Ok(Row {
        line,
        id,
        geometry,
        properties,
    })
}

fn bare_geometry(line: u64, kind: &str, text: &[u8]) -> Result<Row, String> {
    const KINDS: [&str; 7] = [
        "Point",
        "MultiPoint",
        "LineString",
        "MultiLineString",
        "Polygon",
        "MultiPolygon",
        "GeometryCollection",
    ];
    if !KINDS.contains(&kind) {
        return Err(format!("\"type\" is \"{kind}\", not \"Feature\""));
    }
    let geometry = geometry_of(text)?;
    Ok(Row {
        line,
        id: None,
        geometry: to_geo(&geometry.value, shape::coord)?,
        properties: Properties::default(),
    })
}

/// A member that is small in any feature.
fn small(name: &str, raw: Option<&RawValue>) -> Result<Json, String> {
    small_of(name, raw.map_or("null", RawValue::get).as_bytes())
}

fn small_of(name: &str, text: &[u8]) -> Result<Json, String> {
    if text.len() > SMALL_BYTES_MAX {
        return Err(format!(
            "the \"{name}\" takes {} bytes, and {SMALL_BYTES_MAX} are taken at most",
            text.len()
        ));
    }
    serde_json::from_slice(text).map_err(|error| syntax(&error))
}

/// Whether a geometry has no coordinates at all, as GDAL writes an empty point (RFC 7946 §3.1: it may be taken for
/// null).
fn is_empty(geometry: &RawValue) -> bool {
    #[derive(Deserialize)]
    struct Parts<'a> {
        #[serde(borrow)]
        coordinates: &'a RawValue,
    }
    // Anything longer has some.
    geometry.get().len() < 100
        && serde_json::from_str::<Parts<'_>>(geometry.get()).is_ok_and(|parts| {
            let mut letters = parts.coordinates.get().chars();
            letters
                .by_ref()
                .filter(|letter| !letter.is_whitespace())
                .eq("[]".chars())
        })
}

fn geometry_of(text: &[u8]) -> Result<geojson::Geometry, String> {
    limits::check_geometry(text)?;
    serde_json::from_slice(text).map_err(|error| syntax(&error))
}

/// A geometry object.
pub(super) fn geometry(json: &Json, make: Make) -> Result<Option<Geometry>, Refusal> {
    let geometry = geojson::Geometry::deserialize(json).map_err(|error| {
        let detail = format!("this is not a GeoJSON geometry: {error}");
        Refusal::new(Code::NotAGeometry, detail)
    })?;
    to_geo(&geometry.value, make)
}

/// What is wrong with a collection's `crs`.
pub(super) fn crs_fault(text: &[u8]) -> Option<String> {
    let checked = small_of("crs", text).and_then(|crs| check_crs(&crs));
    checked.err()
}

/// RFC 7946 §4 removed `crs`; files that still have one must mean the same by it.
fn check_crs(crs: &Json) -> Result<(), String> {
    if crs.is_null() {
        return Ok(());
    }
    let name = crs["properties"]["name"].as_str().unwrap_or_default();
    let upper = name.to_ascii_uppercase();
    let last = upper.rsplit([':', '/']).next().unwrap_or_default();
    if last == "CRS84" || (last == "4326" && upper.contains("EPSG")) {
        return Ok(());
    }
    Err(format!(
        "the coordinate system is {}; GeoJSON must be in WGS 84 degrees (RFC 7946 §4), so convert \
         the file first, for example with ogr2ogr -t_srs EPSG:4326",
        if name.is_empty() {
            crs.to_string()
        } else {
            format!("\"{name}\"")
        }
    ))
}

/// What the parser said, without the place in the piece of text that it was given: that is not the
/// place in the file.
pub(super) fn syntax(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text
        .rsplit_once(" at line ")
        .map_or(text.as_str(), |(said, _)| said);
    format!("this is not a valid GeoJSON feature: {text}")
}

/// What a text has that programs write although JSON has no word for it.
pub(super) fn not_a_number(text: &[u8]) -> Option<&'static str> {
    let has = |word: &str| {
        let mut places = text.windows(word.len() + 1);
        // As a value: behind a colon, a comma, a bracket or a blank.
        places.any(|part| b":,[ ".contains(&part[0]) && &part[1..] == word.as_bytes())
    };
    ["NaN", "Infinity", "-Infinity"]
        .into_iter()
        .find(|word| has(word))
}

/// A geometry in range, heights dropped; `None` for empty coordinates (RFC 7946 §3.1).
fn to_geo(value: &GeometryValue, make: Make) -> Result<Option<Geometry>, Refusal> {
    Ok(match value {
        GeometryValue::Point { coordinates } => {
            if coordinates.is_empty() {
                return Ok(None);
            }
            Some(Geometry::Point(coord(coordinates, make)?.into()))
        }
        GeometryValue::MultiPoint { coordinates } => {
            let points = coords(coordinates, make)?;
            let points: Vec<Point> = points.into_iter().map(Into::into).collect();
            some(points, |points| Geometry::MultiPoint(MultiPoint(points)))
        }
        GeometryValue::LineString { coordinates } => {
            if coordinates.is_empty() {
                return Ok(None);
            }
            let line = shape::line(coords(coordinates, make)?)?;
            Some(Geometry::LineString(line))
        }
        GeometryValue::MultiLineString { coordinates } => {
            let lines = coordinates
                .iter()
                .map(|line| shape::line(coords(line, make)?))
                .collect::<Result<Vec<_>, _>>()?;
            some(lines, |lines| {
                Geometry::MultiLineString(MultiLineString(lines))
            })
        }
        GeometryValue::Polygon { coordinates } => {
            if coordinates.is_empty() {
                return Ok(None);
            }
            let area = shape::polygon(rings(coordinates, make)?)?;
            Some(Geometry::Polygon(area))
        }
        GeometryValue::MultiPolygon { coordinates } => {
            let polygons = coordinates
                .iter()
                .map(|polygon| shape::polygon(rings(polygon, make)?))
                .collect::<Result<Vec<_>, _>>()?;
            some(polygons, |polygons| {
                Geometry::MultiPolygon(MultiPolygon(polygons))
            })
        }
        GeometryValue::GeometryCollection { geometries } => {
            let mut parts = Vec::with_capacity(geometries.len());
            for part in geometries {
                if matches!(part.value, GeometryValue::GeometryCollection { .. }) {
                    let detail = "a GeometryCollection within another is not taken";
                    return Err(Refusal::new(Code::TooDeep, detail));
                }
                parts.extend(to_geo(&part.value, make)?);
            }
            some(parts, |parts| {
                Geometry::GeometryCollection(GeometryCollection(parts))
            })
        }
    })
}

/// A geometry of parts, if there are any.
fn some<T>(parts: Vec<T>, geometry: impl FnOnce(Vec<T>) -> Geometry) -> Option<Geometry> {
    (!parts.is_empty()).then(|| geometry(parts))
}

fn rings(rings: &[Vec<Position>], make: Make) -> Result<Vec<Vec<Coord>>, Refusal> {
    rings.iter().map(|ring| coords(ring, make)).collect()
}

fn coords(positions: &[Position], make: Make) -> Result<Vec<Coord>, Refusal> {
    positions.iter().map(|at| coord(at, make)).collect()
}

fn coord(position: &Position, make: Make) -> Result<Coord, Refusal> {
    match position.as_slice() {
        [x, y, ..] => make(*x, *y),
        short => {
            let detail = format!(
                "a position needs a longitude and a latitude, this one has {} number{}",
                short.len(),
                if short.len() == 1 { "" } else { "s" }
            );
            Err(Refusal::new(Code::NotAPosition, detail))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What both ways make of a text; the plain way may leave it to the other.
    fn check(text: &str) -> bool {
        let plain = plain::parse(7, text.as_bytes());
        if let Some(row) = &plain {
            let any = parse_any(7, text.as_bytes()).unwrap();
            assert_eq!(row, &any, "{text}");
        }
        plain.is_some()
    }

    #[test]
    fn the_plain_way_takes_what_is_plain() {
        for text in [
            r#"{"type":"Feature","id":"a","geometry":{"type":"Point","coordinates":[45.5,35.5,900]},"properties":{"n":"\" é","n":[1,{"x":2.50}]}}"#,
            r#"{"properties":null,"geometry":null,"id":7,"type":"Feature","bbox":[1,2,3,4]}"#,
            r#"{"type":"Feature","id":-7,"geometry":{"coordinates":[45,-35],"type":"Point"},"crs":null}"#,
        ] {
            assert!(check(text), "{text}");
        }
        for text in [
            r#"{"type":"Feature","id":1.5}"#,
            r#"{"type":"Feature","id":true}"#,
            r#"{"type":"Feature","crs":{}}"#,
            r#"{"type":"Point","coordinates":[45,35]}"#,
            r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[]}}"#,
            r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[181,0]}}"#,
            r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2,"x"]}}"#,
            r#"{"type":"Feature","geometry":{"type":"LineString","coordinates":[[1,2],[3,4]]}}"#,
            r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2],"bbox":[1]}}"#,
            r#"{"type":"Feature","properties":[]}"#,
            r#"{"type":"Feature"} x"#,
        ] {
            assert!(!check(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn both_ways_agree(
            kind in r#""(Feature|feature|Feat\\u0075re)""#,
            id in r#"(null|"[a-zé\\n]{0,3}"|-?[0-9]{1,20}|1e3)"#,
            point in "-?[0-9]{1,3}(\\.[0-9]{1,18})?(e-?[0-9])?",
            value in r#"(-?[0-9]{1,20}|"[a-z]*"|true|\[1,null\]|[0-9]{1,3}\.[0-9]{1,20})"#,
        ) {
            check(&format!(
                r#"{{"type":{kind},"id":{id},"properties":{{"v":{value}}},"geometry":{{"type":"Point","coordinates":[{point},{point}]}}}}"#
            ));
        }
    }
}
