//! GPX read as a stream: waypoints, routes and tracks, one at a time.

use std::io::BufRead;

use geo::{Coord, Geometry, MultiLineString, MultiPoint, Point};
use serde_json::Value as Json;

use super::{FEATURE_ID, FIELD, PREFIX};
use crate::format::row::{Properties, Row, RowFault};
use crate::format::shape;
use crate::format::xml::Element;
use crate::format::xml::rows::{Dialect, ElementRole, XmlRows};

/// What other programs say of a waypoint, route or track that is taken as properties.
const PROPERTIES: [&str; 9] = [
    "name", "cmt", "desc", "src", "type", "sym", "time", "ele", "number",
];

/// Reads the rows of a document.
pub fn read<R: BufRead>(reader: R) -> impl Iterator<Item = Result<Row, RowFault>> {
    XmlRows::new(reader, Gpx)
}

/// Waypoints, routes and tracks are features, wherever they stand.
struct Gpx;

impl Dialect for Gpx {
    const NAME: &'static str = "GPX";
    const ROOT: &'static str = "gpx";

    fn role(local: &str) -> ElementRole {
        match local {
            "wpt" | "rte" | "trk" => ElementRole::Feature,
            _ => ElementRole::Around,
        }
    }

    fn learn(&mut self, _: &Element) -> Result<(), String> {
        Ok(())
    }

    fn row(&self, line: u64, feature: &Element) -> Result<Row, String> {
        row(line, feature)
    }
}

fn row(line: u64, feature: &Element) -> Result<Row, String> {
    let mut properties = Properties::default();
    let extensions = feature.child("extensions");
    let own = extensions.and_then(|all| all.children.iter().find(|one| one.name == FEATURE_ID));
    if own.is_none() {
        for name in PROPERTIES {
            if let Some(told) = feature.child(name) {
                properties.push(name.to_owned(), told.text.trim().into());
            }
        }
    }
    for value in extensions.into_iter().flat_map(|all| &all.children) {
        let is_ours = value.name.starts_with(PREFIX);
        if value.name == FEATURE_ID || is_ours != own.is_some() {
            continue;
        }
        let name = match value.attribute("name") {
            Some(name) if value.name == FIELD => name,
            _ => value.local(),
        };
        if value.children.is_empty() {
            properties.push(name.to_owned(), value_of(value));
        }
    }
    let kind = own.and_then(|own| own.attribute("geometry"));
    Ok(Row {
        line,
        id: own.map(|own| own.text.clone()),
        geometry: geometry(feature, kind)?,
        properties,
    })
}

/// A value of the type that its element gives; what does not fit stays text, and the layer will say
/// what is wrong with it.
fn value_of(element: &Element) -> Json {
    let text = element.text.as_str();
    let value = match element.attribute("type") {
        Some("integer" | "number" | "boolean" | "json") => serde_json::from_str(text).ok(),
        _ => None,
    };
    value.unwrap_or_else(|| text.into())
}

fn geometry(feature: &Element, kind: Option<&str>) -> Result<Option<Geometry>, String> {
    Ok(match feature.local() {
        "wpt" => Some(Geometry::Point(Point(position(feature)?))),
        "rte" => {
            let coords = positions(feature, "rtept")?;
            if coords.is_empty() {
                return Ok(None);
            }
            Some(Geometry::LineString(shape::line(coords)?))
        }
        _ => {
            let segments = feature.all("trkseg");
            let segments = segments.map(|segment| positions(segment, "trkpt"));
            let mut segments = segments.collect::<Result<Vec<_>, _>>()?;
            segments.retain(|segment| !segment.is_empty());
            track(segments, kind)?
        }
    })
}

fn track(mut segments: Vec<Vec<Coord>>, kind: Option<&str>) -> Result<Option<Geometry>, String> {
    if segments.is_empty() {
        return Ok(None);
    }
    Ok(Some(match kind {
        Some("MultiPoint") => {
            let points = segments.into_iter().flatten().map(Point);
            Geometry::MultiPoint(MultiPoint(points.collect()))
        }
        None if segments.len() == 1 => Geometry::LineString(shape::line(segments.remove(0))?),
        _ => {
            let lines = segments.into_iter().map(shape::line);
            Geometry::MultiLineString(MultiLineString(lines.collect::<Result<_, _>>()?))
        }
    }))
}

fn positions(element: &Element, local: &str) -> Result<Vec<Coord>, String> {
    element.all(local).map(position).collect()
}

fn position(element: &Element) -> Result<Coord, String> {
    let degrees = |name: &str| {
        let text = element
            .attribute(name)
            .ok_or_else(|| format!("a <{}> has no {name}", element.name))?;
        text.trim()
            .parse::<f64>()
            .map_err(|_| format!("the {name} \"{text}\" is not a decimal number"))
    };
    Ok(shape::coord(degrees("lon")?, degrees("lat")?)?)
}
