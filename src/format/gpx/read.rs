//! GPX read as a stream: waypoints, routes and tracks, one at a time.

use std::io::BufRead;

use geo::{Coord, Geometry, MultiLineString, MultiPoint, Point};
use serde_json::Value as Json;

use super::{FEATURE_ID, FIELD, PREFIX};
use crate::format::reading::Remarks;
use crate::format::row::{Properties, Row, RowFault};
use crate::format::shape;
use crate::format::xml::Element;
use crate::format::xml::rows::{Dialect, ElementRole, XmlRows};

/// What other programs say of a waypoint, route or track that is a number (GPX 1.1, `wptType`).
const NUMBERS: [&str; 10] = [
    "ele",
    "number",
    "magvar",
    "geoidheight",
    "sat",
    "hdop",
    "vdop",
    "pdop",
    "ageofdgpsdata",
    "dgpsid",
];
/// What is looked into elsewhere.
const ELSEWHERE: [&str; 4] = ["extensions", "link", "trkseg", "rtept"];

/// Reads the rows of a document.
pub fn read<R: BufRead>(
    reader: R,
    remarks: &Remarks,
) -> impl Iterator<Item = Result<Row, RowFault>> + use<R> {
    XmlRows::new(reader, Gpx(remarks.clone()))
}

/// Waypoints, routes and tracks are features, wherever they stand.
struct Gpx(Remarks);

impl Dialect for Gpx {
    const NAME: &'static str = "GPX";
    const ROOT: &'static str = "gpx";

    fn role(local: &str, _: &str) -> ElementRole {
        match local {
            "wpt" | "rte" | "trk" => ElementRole::Feature,
            _ => ElementRole::Around,
        }
    }

    fn learn(&mut self, _: &Element) -> Result<(), String> {
        Ok(())
    }

    fn row(&self, line: u64, feature: &Element, _: usize) -> Result<Row, String> {
        row(line, feature, &self.0)
    }
}

fn row(line: u64, feature: &Element, remarks: &Remarks) -> Result<Row, String> {
    let mut properties = Properties::default();
    let extensions = feature.child("extensions");
    let own = extensions.and_then(|all| all.children.iter().find(|one| one.name == FEATURE_ID));
    if own.is_none() {
        push_own(&mut properties, feature, remarks);
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
        } else {
            push_leaves(&mut properties, value);
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

/// Takes what other programs say of a feature, and remarks what has no place.
fn push_own(properties: &mut Properties, feature: &Element, remarks: &Remarks) {
    for told in &feature.children {
        let (name, text) = (told.local(), told.text.trim());
        if ELSEWHERE.contains(&name) {
            continue;
        }
        let number = NUMBERS.contains(&name).then(|| text.parse().ok()).flatten();
        let number = number.and_then(serde_json::Number::from_f64);
        let value = match (text.parse::<i64>(), number) {
            (Ok(whole), Some(_)) => whole.into(),
            (_, Some(number)) => Json::Number(number),
            _ => text.into(),
        };
        properties.push(name.to_owned(), value);
    }
    for link in feature.all("link") {
        let href = link.attribute("href").unwrap_or_default();
        properties.push("link".to_owned(), href.into());
        if let Some(text) = link.child("text") {
            properties.push("link_text".to_owned(), text.text.trim().into());
        }
    }
    let segments = feature
        .all("trkseg")
        .flat_map(|segment| segment.all("trkpt"));
    let positions: Vec<&Element> = segments.chain(feature.all("rtept")).collect();
    let times = positions
        .iter()
        .filter_map(|position| position.child("time"));
    let times: Vec<&str> = times.map(|time| time.text.trim()).collect();
    if let [first, .., last] | [first @ last] = times[..] {
        properties.push("begin".to_owned(), first.into());
        properties.push("end".to_owned(), last.into());
    }
    if positions
        .iter()
        .any(|position| !position.children.is_empty())
    {
        remarks.passed_over(
            "what is told of each position of a track or route, such as its time and height",
        );
    }
}

/// Takes what stands in an extension of others, however deep.
fn push_leaves(properties: &mut Properties, element: &Element) {
    for child in &element.children {
        if child.children.is_empty() {
            properties.push(child.local().to_owned(), child.text.trim().into());
        } else {
            push_leaves(properties, child);
        }
    }
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
            Some(line_or_point(coords)?)
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
        None if segments.len() == 1 => line_or_point(segments.remove(0))?,
        _ => {
            let lines = segments.into_iter().map(shape::line);
            Geometry::MultiLineString(MultiLineString(lines.collect::<Result<_, _>>()?))
        }
    }))
}

/// A line, or, of somebody who has not moved, a point.
fn line_or_point(coords: Vec<Coord>) -> Result<Geometry, String> {
    Ok(match coords[..] {
        [at] => Geometry::Point(Point(at)),
        _ => Geometry::LineString(shape::line(coords)?),
    })
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
