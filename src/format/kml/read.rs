//! KML read as a stream, one Placemark at a time.

use std::collections::HashMap;
use std::io::BufRead;

use geo::{
    Coord, Geometry, GeometryCollection, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon,
};
use serde_json::Value as Json;

use super::{COLLECTION, SCHEMA};
use crate::format::row::{Properties, Row, RowFault};
use crate::format::shape;
use crate::format::xml::Element;
use crate::format::xml::rows::{Dialect, ElementRole, XmlRows};

/// Fields of all schemas, at most.
const FIELDS_MAX: usize = 10_000;

/// Reads the rows of a document.
pub fn read<R: BufRead>(reader: R) -> impl Iterator<Item = Result<Row, RowFault>> {
    XmlRows::new(reader, Kml::default())
}

/// Placemarks are features, by the schemas that stand before them.
#[derive(Default)]
struct Kml {
    /// The types of each schema's fields, in order, by its id.
    schemas: HashMap<String, Vec<(String, String)>>,
    /// Fields of all schemas.
    fields: usize,
}

impl Dialect for Kml {
    const NAME: &'static str = "KML";
    const ROOT: &'static str = "kml";

    fn role(local: &str) -> ElementRole {
        match local {
            "Placemark" => ElementRole::Feature,
            "Schema" => ElementRole::Note,
            _ => ElementRole::Around,
        }
    }

    fn learn(&mut self, schema: &Element) -> Result<(), String> {
        let told = |element: &Element, name| element.attribute(name).unwrap_or_default().to_owned();
        let fields = schema.all("SimpleField");
        let fields: Vec<_> = fields
            .map(|field| (told(field, "name"), told(field, "type")))
            .collect();
        self.fields += fields.len();
        if self.fields > FIELDS_MAX {
            return Err(format!("the schemas have more than {FIELDS_MAX} fields"));
        }
        self.schemas.insert(told(schema, "id"), fields);
        Ok(())
    }

    fn row(&self, line: u64, placemark: &Element) -> Result<Row, String> {
        let mut properties = Properties::default();
        let data = placemark.child("ExtendedData");
        let is_ours = data.is_some_and(|data| self.push_data(&mut properties, data));
        if !is_ours {
            for (own, name) in [("name", "name"), ("description", "description")] {
                if let Some(element) = placemark.child(own) {
                    properties.push(name.to_owned(), element.text.trim().into());
                }
            }
            let time = placemark.child("TimeStamp");
            if let Some(when) = time.and_then(|time| time.child("when")) {
                properties.push("time".to_owned(), when.text.trim().into());
            }
        }
        Ok(Row {
            line,
            id: placemark.attribute("id").map(Into::into),
            geometry: geometry_in(placemark)?,
            properties,
        })
    }
}

impl Kml {
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
        "int" | "uint" | "short" | "ushort" => trimmed.parse::<i64>().ok().map(Json::from),
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
        if matches!(child.local(), "Model" | "Track" | "MultiTrack") {
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

/// `lon,lat[,height]`, separated by blanks (07-147r2 §10.8).
fn coords(element: &Element) -> Result<Vec<Coord>, String> {
    let Some(text) = element.child("coordinates") else {
        return Ok(Vec::new());
    };
    let position = |text: &str| {
        let mut numbers = text.split(',').map(str::parse::<f64>);
        if let (Some(Ok(lng)), Some(Ok(lat))) = (numbers.next(), numbers.next()) {
            return Ok(shape::coord(lng, lat)?);
        }
        let shown: String = text.chars().take(40).collect();
        Err(format!("\"{shown}\" is not a position: it is lon,lat"))
    };
    text.text.split_whitespace().map(position).collect()
}
