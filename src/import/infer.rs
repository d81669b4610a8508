//! The schema of a layer that nobody has described, from the rows of its first file.

use std::collections::HashMap;

use geo::Geometry;
use serde_json::Value as Json;

use crate::atlas::model::schema::{
    BORDER_DISTANCE_M, BORDER_KM, BORDER_SEGMENT, BORDER_SIDE, Field, FieldType, GeometryKind,
    Role, Schema,
};
use crate::format::csv;
use crate::format::file::Cells;
use crate::format::reading::Remarks;
use crate::format::row::Row;
use crate::import::declared::Declared;
use crate::import::moments::{self, Moment};
use crate::import::numbers::{self, Digits};

/// The most fields that a layer is created with.
const FIELDS_MAX: usize = 500;

/// What the rows that were seen have in common.
#[derive(Default)]
pub(super) struct Inference {
    fields: Vec<(String, Column)>,
    places: HashMap<String, usize>,
    rows: u64,
    geometries: Option<GeometryKind>,
}

/// What was seen of a field's values.
#[derive(Default)]
struct Column {
    kinds: Kinds,
    digits: Digits,
}

impl Column {
    /// The narrowest type that holds all values; and why it is not the type of numbers, if they look like some.
    fn field_type(&self, cells: Cells) -> (FieldType, Option<String>) {
        let numbers = Kinds::INTEGER | Kinds::NUMBER;
        if cells != Cells::Text || !self.kinds.within(numbers | Kinds::CODE) {
            return (self.kinds.field_type(cells), None);
        }
        match self.digits.would_change() {
            Some(reason) => (FieldType::String, Some(reason)),
            None => (self.kinds.field_type(cells), None),
        }
    }
}

/// The kinds of values that were seen in a field.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Kinds(u16);

impl Kinds {
    const INTEGER: u16 = 1;
    const NUMBER: u16 = 2;
    const BOOLEAN: u16 = 4;
    const DATE: u16 = 8;
    const DATETIME: u16 = 16;
    const JSON: u16 = 32;
    const TEXT: u16 = 64;
    /// Digits that mean a number to some programs, and would be others if they were one.
    const CODE: u16 = 128;
    /// An instant without a zone, at midnight and at another time.
    const MIDNIGHT: u16 = 256;
    const LOCAL: u16 = 512;
    const INSTANTS: u16 = Self::DATETIME | Self::MIDNIGHT | Self::LOCAL;

    fn within(self, kinds: u16) -> bool {
        self.0 & !kinds == 0
    }

    /// The narrowest type that holds them all. In a file whose cells are all text, text does.
    fn field_type(self, cells: Cells) -> FieldType {
        match self.0 {
            0 => FieldType::String,
            Self::INTEGER => FieldType::Integer,
            Self::BOOLEAN => FieldType::Boolean,
            Self::DATE => FieldType::Date,
            _ if self.within(Self::DATE | Self::MIDNIGHT) => FieldType::Date,
            _ if self.within(Self::INSTANTS) => FieldType::Datetime,
            Self::JSON => FieldType::Json,
            _ if self.within(Self::INTEGER | Self::NUMBER) => FieldType::Number,
            _ if cells != Cells::Typed || self.within(Self::TEXT | Self::DATE | Self::INSTANTS) => {
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
                    self.fields.push((name.clone(), Column::default()));
                    self.places.insert(name.clone(), self.fields.len() - 1);
                    self.fields.len() - 1
                }
            };
            let column = &mut self.fields[place].1;
            column.kinds.0 |= match value {
                Json::String(text) if cells == Cells::Text => {
                    let kind = kind_of_cell(text);
                    if kind & (Kinds::INTEGER | Kinds::NUMBER | Kinds::CODE) != 0 {
                        column.digits.see(text, kind == Kinds::CODE);
                    }
                    kind
                }
                Json::String(text) if cells == Cells::JsonAsText && is_json(text) => Kinds::JSON,
                value => kind_of_value(value),
            };
        }
    }

    /// The schema that all of the rows fit; the types of some of its fields, and which says when, may be declared.
    /// What was decided is remarked.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) fn schema(
        self,
        layer: &str,
        cells: Cells,
        declared: &Declared<'_>,
        remarks: &Remarks,
    ) -> Result<Schema, String> {
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
        declared.check_types(self.fields.iter().map(|(name, _)| &**name))?;
        let fields: Vec<Field> = self
            .fields
            .into_iter()
            .filter(|(name, _)| !(border_referenced && derived.contains(&name.as_str())))
            .map(|(name, column)| {
                let kind = declared.type_of(&name).unwrap_or_else(|| {
                    let (kind, reason) = column.field_type(cells);
                    if let Some(reason) = reason {
                        remarks.say(format!("{name} stays text: {reason}; --type {name}=number takes it for a number"));
                    }
                    kind
                });
                field(&name, kind)
            })
            .collect();
        let time = declared.time_of(&fields, remarks)?;
        Ok(Schema {
            id: layer.into(),
            title: title(layer),
            description: "Imported; the fields were inferred from the first file.".into(),
            role: Role::Data,
            geometry,
            attribution: String::new(),
            licences: Vec::new(),
            border_referenced,
            time,
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

/// A layer's id as a title: `patrol-sectors` is "Patrol sectors".
fn title(layer: &str) -> String {
    let words = layer.replace(['-', '_'], " ");
    let mut letters = words.trim().chars();
    letters.next().map_or_else(
        || layer.to_owned(),
        |first| first.to_uppercase().chain(letters).collect(),
    )
}

fn kind_of_value(value: &Json) -> u16 {
    match value {
        Json::Null => 0,
        Json::Bool(_) => Kinds::BOOLEAN,
        Json::Number(number) if number.is_i64() => Kinds::INTEGER,
        Json::Number(_) => Kinds::NUMBER,
        Json::String(text) => kind_of_text(text),
        Json::Array(_) | Json::Object(_) => Kinds::JSON,
    }
}

fn kind_of_text(text: &str) -> u16 {
    match moments::of(text) {
        Some(Moment::Day) => Kinds::DATE,
        Some(Moment::Instant) => Kinds::DATETIME,
        Some(Moment::Midnight) => Kinds::MIDNIGHT,
        Some(Moment::Local) => Kinds::LOCAL,
        None => Kinds::TEXT,
    }
}

/// A cell means a number only if that, written again, is the same.
fn kind_of_cell(text: &str) -> u16 {
    if text
        .parse::<i64>()
        .is_ok_and(|number| number.to_string() == text)
    {
        return Kinds::INTEGER;
    }
    if numbers::is_decimal(text) {
        return Kinds::NUMBER;
    }
    if numbers::looks_like_one(text) {
        return Kinds::CODE;
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The types that a column of cells (or values) is declared.
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
        let declared = Declared::default();
        let schema = inference.schema("t", cells, &declared, &Remarks::default());
        let schema = schema.unwrap();
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
        check(&["1", "2.5", "-0.25"], FieldType::Number);
        check(&["12.50", "3.25"], FieldType::Number);
        check(&["1.0", "2.25", "3"], FieldType::Number);
        check(&["46.07439004420385"], FieldType::Number);
        check(&["1.10", "1.1"], FieldType::String);
        check(&["1.10", "1"], FieldType::String);
        check(&["1", "2.5", "1e3"], FieldType::String);
        check(&["1E10", "2E5"], FieldType::String);
        check(&["007.5"], FieldType::String);
        check(&["0.1234567890123456789"], FieldType::String);
        check(&["1", "1.10", "x"], FieldType::String);
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
        check(&["2023-03-19 00:00:00.000", "2023-03-20"], FieldType::Date);
        check(
            &["2023-03-19 00:00:00", "2023-03-19T10:00:00"],
            FieldType::Datetime,
        );
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
