//! KML read as a stream, one Placemark at a time.

use std::collections::HashMap;
use std::io::BufRead;

use geo::{
    Coord, Geometry, GeometryCollection, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon,
};
use serde_json::Value as Json;

use super::{COLLECTION, LONG, SCHEMA};
use crate::format::reading::Remarks;
use crate::format::row::{Properties, Row, RowFault};
use crate::format::shape;
use crate::format::xml::Element;
use crate::format::xml::rows::{Dialect, ElementRole, XmlRows};

/// Fields of all schemas, at most.
const FIELDS_MAX: usize = 10_000;

/// Reads the rows of a document.
pub fn read<R: BufRead>(
    reader: R,
    remarks: &Remarks,
) -> impl Iterator<Item = Result<Row, RowFault>> + use<R> {
    let kml = Kml {
        remarks: remarks.clone(),
        ..Kml::default()
    };
    XmlRows::new(reader, kml)
}

/// Placemarks are features, by the schemas that stand before them.
#[derive(Default)]
struct Kml {
    /// The types of each schema's fields, in order, by its id.
    schemas: HashMap<String, Vec<(String, String)>>,
    /// Fields of all schemas.
    fields: usize,
    /// The folders around what is read, with how many elements are around each, and their names.
    folders: Vec<(usize, String)>,
    remarks: Remarks,
}

impl Dialect for Kml {
    const NAME: &'static str = "KML";
    const ROOT: &'static str = "kml";

    fn role(local: &str, around: &str) -> ElementRole {
        match (local, around) {
            ("Placemark", _) => ElementRole::Feature,
            ("Schema", _) | ("name", "Folder") => ElementRole::Note,
            _ => ElementRole::Around,
        }
    }

    fn enter(&mut self, local: &str, depth: usize) {
        if local == "Folder" {
            self.folders.retain(|(own, _)| *own < depth);
            self.folders.push((depth, String::new()));
        }
    }

    fn learn(&mut self, schema: &Element) -> Result<(), String> {
        if schema.local() == "name" {
            if let Some((_, name)) = self.folders.last_mut() {
                schema.text.trim().clone_into(name);
            }
            return Ok(());
        }
        let told = |element: &Element, name| element.attribute(name).unwrap_or_default().to_owned();
        let fields = schema.all("SimpleField");
        let fields: Vec<_> = fields
            .map(|field| match field.attribute(LONG) {
                Some("true") => (told(field, "name"), LONG.to_owned()),
                _ => (told(field, "name"), told(field, "type")),
            })
            .collect();
        self.fields += fields.len();
        if self.fields > FIELDS_MAX {
            return Err(format!("the schemas have more than {FIELDS_MAX} fields"));
        }
        self.schemas.insert(told(schema, "id"), fields);
        Ok(())
    }

    fn row(&self, line: u64, placemark: &Element, depth: usize) -> Result<Row, String> {
        let (mut properties, mut told) = (Properties::default(), Properties::default());
        let data = placemark.child("ExtendedData");
        let is_ours = data.is_some_and(|data| self.push_data(&mut told, data));
        if !is_ours {
            self.push_own(&mut properties, placemark, depth);
        }
        properties.append(told);
        Ok(Row {
            line,
            id: placemark.attribute("id").map(Into::into),
            geometry: geometry_in(placemark)?,
            properties,
        })
    }
}

/// What a Placemark of others tells that becomes a property: the element around it if there is one, its name, and
/// what the property is called.
const PROPERTIES: [(&str, &str, &str); 9] = [
    ("", "name", "name"),
    ("", "description", "description"),
    ("TimeStamp", "when", "time"),
    ("TimeSpan", "begin", "begin"),
    ("TimeSpan", "end", "end"),
    ("", "address", "address"),
    ("", "phoneNumber", "phone"),
    ("", "Snippet", "snippet"),
    ("", "snippet", "snippet"),
];
/// Elements of a Placemark that are looked into elsewhere.
const ELSEWHERE: [&str; 8] = [
    "ExtendedData",
    "Point",
    "LineString",
    "LinearRing",
    "Polygon",
    "MultiGeometry",
    "Track",
    "MultiTrack",
];

impl Kml {
    /// Takes what a Placemark of others tells beside its data, and remarks what has no place.
    fn push_own(&self, properties: &mut Properties, placemark: &Element, depth: usize) {
        for (around, own, name) in PROPERTIES {
            let within = match around {
                "" => Some(placemark),
                around => placemark.child(around),
            };
            if let Some(element) = within.and_then(|within| within.child(own)) {
                properties.push(name.to_owned(), element.text.trim().into());
            }
        }
        for child in &placemark.children {
            let local = child.local();
            let mut known = PROPERTIES.iter();
            let is_known = known.any(|(around, own, _)| match *around {
                "" => *own == local,
                around => around == local,
            });
            if !is_known && !ELSEWHERE.contains(&local) {
                self.remarks.passed_over(&format!("<{}>", child.name));
            }
        }
        for track in tracks(placemark) {
            let mut times = track.all("when").map(|when| when.text.trim());
            if let Some(first) = times.next() {
                properties.push("begin".to_owned(), first.into());
                properties.push("end".to_owned(), times.last().unwrap_or(first).into());
                self.remarks
                    .passed_over("times and heights of a track's positions");
            }
        }
        let folders = self.folders.iter().filter(|(own, _)| *own < depth);
        let folders: Vec<&str> = folders
            .map(|(_, name)| name.as_str())
            .filter(|name| !name.is_empty())
            .collect();
        if !folders.is_empty() {
            properties.push("folder".to_owned(), folders.join(" / ").into());
        }
    }

    /// Takes a Placemark's data; whether they are by a schema of ours.
    fn push_data(&self, properties: &mut Properties, data: &Element) -> bool {
        let mut is_ours = false;
        for typed in data.all("SchemaData") {
            let url = typed.attribute("schemaUrl").unwrap_or_default();
            let id = url.trim_start_matches('#');
            let fields = self.schemas.get(id);
            let by_ours = fields.is_some() && id.starts_with(SCHEMA);
            is_ours |= by_ours;
            let mut values: HashMap<&str, &str> = HashMap::new();
            for value in typed.all("SimpleData") {
                let name = value.attribute("name").unwrap_or_default();
                values.insert(name, &value.text);
            }
            for (at, (name, kind)) in fields.into_iter().flatten().enumerate() {
                if by_ours && at == 0 {
                    // The id, which the Placemark has itself.
                    values.remove(name.as_str());
                    continue;
                }
                let value = values.remove(name.as_str());
                let value = value.map_or(Json::Null, |text| value_of(kind, text));
                properties.push(name.clone(), value);
            }
            for value in typed.all("SimpleData") {
                let name = value.attribute("name").unwrap_or_default();
                if let Some(text) = values.remove(name) {
                    properties.push(name.to_owned(), text.into());
                }
            }
        }
        for plain in data.all("Data") {
            let name = plain.attribute("name").unwrap_or_default();
            if let Some(value) = plain.child("value") {
                properties.push(name.to_owned(), value.text.as_str().into());
            }
        }
        is_ours
    }
}

/// Text as a value of a `SimpleField`'s type (07-147r2 §9.5); what does not fit stays text, and the
/// layer will say what is wrong with it.
fn value_of(kind: &str, text: &str) -> Json {
    let trimmed = text.trim();
    let value = match kind {
        "int" | "uint" | "short" | "ushort" | LONG => trimmed.parse::<i64>().ok().map(Json::from),
        "float" | "double" => trimmed
            .parse::<f64>()
            .ok()
            .and_then(serde_json::Number::from_f64)
            .map(Json::Number),
        "bool" => match trimmed {
            "true" | "1" => Some(Json::Bool(true)),
            "false" | "0" => Some(Json::Bool(false)),
            _ => None,
        },
        _ => None,
    };
    value.unwrap_or_else(|| text.into())
}

/// The geometry among an element's children.
fn geometry_in(element: &Element) -> Result<Option<Geometry>, String> {
    for child in &element.children {
        if child.local() == "Model" {
            return Err(format!("a <{}> is not taken", child.name));
        }
        if let Some(geometry) = geometry(child)? {
            return Ok(Some(geometry));
        }
    }
    Ok(None)
}

/// An element as a geometry; `None` if it is none, or an empty one.
fn geometry(element: &Element) -> Result<Option<Geometry>, String> {
    Ok(Some(match element.local() {
        "Point" => {
            let coords = coords(element)?;
            let [at] = coords.as_slice() else {
                return Err(format!("a point has one position, not {}", coords.len()));
            };
            Geometry::Point(Point(*at))
        }
        "Track" => return track(element),
        "MultiTrack" => {
            let tracks = element.all("Track").map(track);
            let tracks = tracks.collect::<Result<Vec<_>, _>>()?;
            return Ok(collected(tracks.into_iter().flatten().collect(), false));
        }
        "LineString" | "LinearRing" => Geometry::LineString(shape::line(coords(element)?)?),
        "Polygon" => Geometry::Polygon(polygon(element)?),
        "MultiGeometry" => {
            let mut members = Vec::new();
            for child in &element.children {
                if child.local() == "MultiGeometry" && child.child("MultiGeometry").is_some() {
                    return Err("a MultiGeometry within another's member is not taken".into());
                }
                members.extend(geometry(child)?);
            }
            return Ok(collected(members, element.attribute(COLLECTION).is_some()));
        }
        _ => return Ok(None),
    }))
}

/// Members of one kind are the Multi form of it.
fn collected(members: Vec<Geometry>, is_collection: bool) -> Option<Geometry> {
    let are = |test: fn(&Geometry) -> bool| !is_collection && members.iter().all(test);
    if members.is_empty() {
        return None;
    }
    Some(if are(|one| matches!(one, Geometry::Point(_))) {
        let points = members.into_iter().filter_map(|one| one.try_into().ok());
        Geometry::MultiPoint(MultiPoint(points.collect()))
    } else if are(|one| matches!(one, Geometry::LineString(_))) {
        let lines = members.into_iter().filter_map(|one| one.try_into().ok());
        Geometry::MultiLineString(MultiLineString(lines.collect()))
    } else if are(|one| matches!(one, Geometry::Polygon(_))) {
        let polygons = members.into_iter().filter_map(|one| one.try_into().ok());
        Geometry::MultiPolygon(MultiPolygon(polygons.collect()))
    } else {
        Geometry::GeometryCollection(GeometryCollection(members))
    })
}

fn polygon(element: &Element) -> Result<Polygon, String> {
    let outer = element.all("outerBoundaryIs");
    let rings = outer.chain(element.all("innerBoundaryIs"));
    let rings = rings.flat_map(|side| side.all("LinearRing")).map(coords);
    Ok(shape::polygon(rings.collect::<Result<_, String>>()?)?)
}

/// The tracks of a Placemark.
fn tracks(placemark: &Element) -> impl Iterator<Item = &Element> {
    let within = placemark.all("MultiTrack").flat_map(|all| all.all("Track"));
    placemark.all("Track").chain(within)
}

/// A track of Google's extension: positions in elements of their own, with blanks between the numbers.
fn track(element: &Element) -> Result<Option<Geometry>, String> {
    let position = |coord: &Element| {
        let mut numbers = coord.text.split_whitespace().map(str::parse::<f64>);
        if let (Some(Ok(lng)), Some(Ok(lat))) = (numbers.next(), numbers.next()) {
            return Ok(shape::coord(lng, lat)?);
        }
        Err(format!(
            "\"{}\" is not a position: it is lon lat",
            shown(&coord.text)
        ))
    };
    let coords = element.all("coord").map(position);
    let coords = coords.collect::<Result<Vec<_>, String>>()?;
    Ok(match coords[..] {
        [] => None,
        [at] => Some(Geometry::Point(Point(at))),
        _ => Some(Geometry::LineString(shape::line(coords)?)),
    })
}

/// The beginning of a text, to be quoted.
fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

/// `lon,lat[,height]`, separated by blanks (07-147r2 §10.8); blanks around the commas, which many files have, are
/// taken, too.
fn coords(element: &Element) -> Result<Vec<Coord>, String> {
    let Some(text) = element.child("coordinates") else {
        return Ok(Vec::new());
    };
    let position = |text: &str| {
        let mut numbers = text.split(',').map(str::parse::<f64>);
        if let (Some(Ok(lng)), Some(Ok(lat))) = (numbers.next(), numbers.next()) {
            return Ok(shape::coord(lng, lat)?);
        }
        Err(format!(
            "\"{}\" is not a position: it is lon,lat",
            shown(text)
        ))
    };
    let has_blanks = |text: &str| {
        let mut pairs = text.as_bytes().windows(2);
        pairs.any(
            |pair| matches!(pair, [b',', other] | [other, b','] if other.is_ascii_whitespace()),
        )
    };
    if !has_blanks(&text.text) {
        return text.text.split_whitespace().map(position).collect();
    }
    let parts: Vec<&str> = text.text.split(',').map(str::trim).collect();
    parts.join(",").split_whitespace().map(position).collect()
}
