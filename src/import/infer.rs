//! The schema of a layer that nobody has described, from the rows of its first file.

use std::collections::HashMap;

use geo::Geometry;
use serde_json::Value as Json;

use crate::atlas::model::schema::{
    BORDER_DISTANCE_M, BORDER_KM, BORDER_SEGMENT, BORDER_SIDE, Field, FieldType, GeometryKind,
    Role, Schema, TimeFields,
};
use crate::format::csv;
use crate::format::file::Cells;
use crate::format::row::Row;

/// The most fields that a layer is created with.
const FIELDS_MAX: usize = 500;

/// What the rows that were seen have in common.
#[derive(Default)]
pub(super) struct Inference {
    fields: Vec<(String, Kinds)>,
    places: HashMap<String, usize>,
    rows: u64,
    geometries: Option<GeometryKind>,
}

/// The kinds of values that were seen in a field.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Kinds(u8);

impl Kinds {
    const INTEGER: u8 = 1;
    const NUMBER: u8 = 2;
    const BOOLEAN: u8 = 4;
    const DATE: u8 = 8;
    const DATETIME: u8 = 16;
    const JSON: u8 = 32;
    const TEXT: u8 = 64;

    fn within(self, kinds: u8) -> bool {
        self.0 & !kinds == 0
    }

    /// The narrowest type that holds them all. In a file whose cells are all text, text does.
    fn field_type(self, cells: Cells) -> FieldType {
        match self.0 {
            0 => FieldType::String,
            Self::INTEGER => FieldType::Integer,
            Self::BOOLEAN => FieldType::Boolean,
            Self::DATE => FieldType::Date,
            Self::DATETIME => FieldType::Datetime,
            Self::JSON => FieldType::Json,
            _ if self.within(Self::INTEGER | Self::NUMBER) => FieldType::Number,
            _ if cells != Cells::Typed || self.within(Self::TEXT | Self::DATE | Self::DATETIME) => {
                FieldType::String
            }
            _ => FieldType::Json,
        }
    }
}

impl Inference {
    /// Takes a row into account.
    pub(super) fn see(&mut self, row: &Row, cells: Cells) {
        self.rows += 1;
        if let Some(geometry) = &row.geometry {
            let kind = kind_of(geometry);
            self.geometries = match self.geometries {
                None => Some(kind),
                Some(seen) if seen == kind => Some(kind),
                Some(_) => Some(GeometryKind::Any),
            };
        }
        for (name, value) in row.properties.iter() {
            let place = match self.places.get(name) {
                Some(place) => *place,
                None if self.fields.len() > FIELDS_MAX => continue,
                None => {
                    self.fields.push((name.clone(), Kinds::default()));
                    self.places.insert(name.clone(), self.fields.len() - 1);
                    self.fields.len() - 1
                }
            };
            self.fields[place].1.0 |= match value {
                Json::String(text) if cells == Cells::Text => kind_of_cell(text),
                Json::String(text) if cells == Cells::JsonAsText && is_json(text) => Kinds::JSON,
                value => kind_of_value(value),
            };
        }
    }

    /// The schema that all of the rows fit.
    pub(super) fn schema(self, layer: &str, cells: Cells) -> Result<Schema, String> {
        if self.rows == 0 {
            return Err(format!(
                "there is no layer \"{layer}\", and no row in the file to create it from"
            ));
        }
        if self.fields.len() > FIELDS_MAX {
            return Err(format!("the rows have more than {FIELDS_MAX} properties"));
        }
        let geometry = self.geometries.unwrap_or_default();
        let border_referenced = geometry == GeometryKind::Point;
        let derived = [BORDER_KM, BORDER_DISTANCE_M, BORDER_SEGMENT, BORDER_SIDE];
        let fields: Vec<Field> = self
            .fields
            .into_iter()
            .filter(|(name, _)| !(border_referenced && derived.contains(&name.as_str())))
            .map(|(name, kinds)| field(&name, kinds.field_type(cells)))
            .collect();
        for (at, field) in fields.iter().enumerate() {
            // The columns of a GeoPackage table do not tell case.
            let same = |other: &&Field| other.name.eq_ignore_ascii_case(&field.name);
            if let Some(other) = fields[..at].iter().find(same) {
                return Err(format!(
                    "the properties \"{}\" and \"{}\" differ only in case",
                    other.name, field.name
                ));
            }
        }
        Ok(Schema {
            id: layer.into(),
            title: title(layer),
            description: "Imported; the fields were inferred from the first file.".into(),
            role: Role::Data,
            geometry,
            attribution: String::new(),
            licences: Vec::new(),
            border_referenced,
            time: time(&fields),
            position: None,
            fields,
        }
        .with_derived())
    }
}

/// Which kind of layer a geometry belongs in.
pub(super) fn kind_of(geometry: &Geometry) -> GeometryKind {
    match geometry {
        Geometry::Point(_) | Geometry::MultiPoint(_) => GeometryKind::Point,
        Geometry::Line(_) | Geometry::LineString(_) | Geometry::MultiLineString(_) => {
            GeometryKind::Line
        }
        Geometry::Polygon(_)
        | Geometry::MultiPolygon(_)
        | Geometry::Rect(_)
        | Geometry::Triangle(_) => GeometryKind::Polygon,
        Geometry::GeometryCollection(_) => GeometryKind::Any,
    }
}

fn field(name: &str, kind: FieldType) -> Field {
    Field {
        name: name.into(),
        kind,
        title: String::new(),
        description: String::new(),
        unit: None,
        values: Vec::new(),
        required: false,
        derived: false,
        searched: false,
    }
}

/// The one field that can say when, or the one that is named so.
fn time(fields: &[Field]) -> Option<TimeFields> {
    let mut dated = fields
        .iter()
        .filter(|field| matches!(field.kind, FieldType::Date | FieldType::Datetime));
    let named = dated.clone().find(|field| {
        ["date", "datetime", "time"]
            .iter()
            .any(|name| field.name.eq_ignore_ascii_case(name))
    });
    let field = match (named, dated.next(), dated.next()) {
        (Some(named), _, _) => named,
        (None, Some(only), None) => only,
        _ => return None,
    };
    Some(TimeFields {
        field: field.name.to_string(),
        precision_field: None,
    })
}

/// A layer's id as a title: `patrol-sectors` is "Patrol sectors".
fn title(layer: &str) -> String {
    let words = layer.replace(['-', '_'], " ");
    let mut letters = words.trim().chars();
    letters.next().map_or_else(
        || layer.to_owned(),
        |first| first.to_uppercase().chain(letters).collect(),
    )
}

fn kind_of_value(value: &Json) -> u8 {
    match value {
        Json::Null => 0,
        Json::Bool(_) => Kinds::BOOLEAN,
        Json::Number(number) if number.is_i64() => Kinds::INTEGER,
        Json::Number(_) => Kinds::NUMBER,
        Json::String(text) => kind_of_text(text),
        Json::Array(_) | Json::Object(_) => Kinds::JSON,
    }
}

fn kind_of_text(text: &str) -> u8 {
    if text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok() {
        Kinds::DATE
    } else if text.len() > 10 && text.parse::<jiff::Timestamp>().is_ok() {
        Kinds::DATETIME
    } else {
        Kinds::TEXT
    }
}

/// A cell means a number only if it is written as one would be: a telephone number or a code that
/// begins with 0 or + stays text, and so does a whole number too large to keep exactly.
fn kind_of_cell(text: &str) -> u8 {
    if text
        .parse::<i64>()
        .is_ok_and(|number| number.to_string() == text)
    {
        return Kinds::INTEGER;
    }
    if is_decimal(text) {
        return Kinds::NUMBER;
    }
    if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") {
        return Kinds::BOOLEAN;
    }
    if is_json(text) {
        Kinds::JSON
    } else {
        kind_of_text(&csv::dashed(text))
    }
}

/// Whether a text is a list or an object in JSON.
fn is_json(text: &str) -> bool {
    text.starts_with(['[', '{']) && serde_json::from_str::<Json>(text).is_ok()
}

/// A JSON number with a fraction or an exponent.
fn is_decimal(text: &str) -> bool {
    text.contains(['.', 'e', 'E'])
        && matches!(serde_json::from_str(text), Ok(Json::Number(number))
            if number.as_f64().is_some_and(f64::is_finite))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The types that a column of cells (or values) is given.
    fn check(cells: Cells, values: &[Json], wanted: FieldType) {
        let mut inference = Inference::default();
        for value in values {
            let properties = [("v".to_owned(), value.clone())].into_iter().collect();
            let geometry = Some(geo::Point::new(1.0, 2.0).into());
            let row = Row {
                line: 1,
                id: None,
                geometry,
                properties,
            };
            inference.see(&row, cells);
        }
        let schema = inference.schema("t", cells).unwrap();
        assert_eq!(schema.fields[0].kind, wanted, "{values:?}");
    }

    #[test]
    fn cells_are_given_the_narrowest_type() {
        let check = |cells: &[&str], wanted| {
            let cells: Vec<Json> = cells
                .iter()
                .map(|cell| Some(*cell).filter(|cell| !cell.is_empty()).into())
                .collect();
            check(Cells::Text, &cells, wanted);
        };
        check(&["1", "", "-20"], FieldType::Integer);
        check(&["1", "2.5", "1e3"], FieldType::Number);
        check(&["1", "007"], FieldType::String);
        check(&["0770123"], FieldType::String);
        check(&["+964770"], FieldType::String);
        check(&["12345678901234567890"], FieldType::String);
        check(&["1e999"], FieldType::String);
        check(&["NaN"], FieldType::String);
        check(&["true", "FALSE"], FieldType::Boolean);
        check(&["true", "1"], FieldType::String);
        check(&["2023-03-19", "2023/03/19", ""], FieldType::Date);
        check(&["2023-03-19", "2023-03-19T10:00:00Z"], FieldType::String);
        check(&["2023-03-19T10:00:00Z"], FieldType::Datetime);
        check(&["2023-02-30"], FieldType::String);
        check(&["[1]", "{}"], FieldType::Json);
        check(&["[sic]"], FieldType::String);
        check(&["", ""], FieldType::String);
    }

    #[test]
    fn json_values_keep_what_they_are() {
        let check = |values: Json, wanted| check(Cells::Typed, values.as_array().unwrap(), wanted);
        check(serde_json::json!([1, null]), FieldType::Integer);
        check(serde_json::json!([1, 2.5]), FieldType::Number);
        check(serde_json::json!(["1", "2"]), FieldType::String);
        check(serde_json::json!(["1", 2]), FieldType::Json);
        check(serde_json::json!([[1], {"a": 1}]), FieldType::Json);
        check(serde_json::json!(["2023-03-19"]), FieldType::Date);
        check(serde_json::json!([true, null]), FieldType::Boolean);
    }
}
