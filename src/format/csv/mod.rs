//! CSV (RFC 4180) read and written: lon and lat columns for points, a column with well-known text
//! for any other geometry.
//!
//! What is written reads back the same; only null and the empty text become one. A text that a
//! spreadsheet would take for a formula is guarded by a mark if that is asked for (`table/guard.rs`), because for
//! every other reader the mark is part of the text; reading takes it away.

mod beginning;
mod read;
pub mod write;

use serde_json::Value as Json;

use crate::atlas::model::schema::FieldType;
use crate::format::file::{Cells, FileFormat};

/// A table (RFC 4180).
pub static FORMAT: FileFormat = FileFormat {
    names: &["csv"],
    title: "CSV",
    media: "text/csv; charset=utf-8",
    accepted_as: &["text/csv"],
    extensions: &["csv", "tsv"],
    schema: "table",
    is_text: true,
    needs_scratch: false,
    has_systems: false,
    has_areas: true,
    unit: "line",
    cells: Cells::Text,
    begins: |_| false,
    read: |source| Box::new(read::read(source.reader, source.options, source.remarks)),
    write: |options| {
        Ok(Box::new(write::CsvTable::new(
            options.layer,
            options.has_distance,
            options.view,
        )))
    },
};

/// Column with the distance in an answer to a near question.
pub const DISTANCE_M: &str = "distance_m";

/// Gives a cell the type of its field; one that does not fit stays text, and the schema will say
/// what is wrong with it.
pub fn typed(kind: FieldType, cell: Json) -> Json {
    let Json::String(text) = &cell else {
        return cell;
    };
    let trimmed = text.trim();
    let read = match kind {
        FieldType::Integer => trimmed.parse::<i64>().ok().map(Json::from),
        FieldType::Number => trimmed.parse::<f64>().ok().map(Json::from),
        FieldType::Boolean => match trimmed.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => Some(Json::Bool(true)),
            "false" | "no" | "0" => Some(Json::Bool(false)),
            _ => None,
        },
        FieldType::Json => serde_json::from_str(trimmed).ok(),
        FieldType::Date => Some(Json::from(dashed(trimmed))),
        FieldType::Datetime => Some(Json::from(trimmed)),
        FieldType::String => None,
    };
    // f64 reads "NaN", which JSON has no number for.
    read.filter(|read| !read.is_null()).unwrap_or(cell)
}

/// A date with dashes; GDAL writes `2023/03/19` into CSV.
pub fn dashed(date: &str) -> String {
    match date.as_bytes() {
        [_, _, _, _, b'/', _, _, b'/', _, _] => date.replace('/', "-"),
        _ => date.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_take_the_type_of_their_field() {
        let check = |kind, cell: &str, wanted: Json| assert_eq!(typed(kind, cell.into()), wanted);
        check(FieldType::Integer, " 12", 12.into());
        check(FieldType::Integer, "1.5", "1.5".into());
        check(FieldType::Number, "1.5", 1.5.into());
        check(FieldType::Number, "NaN", "NaN".into());
        check(FieldType::Number, "1,5", "1,5".into());
        check(FieldType::Boolean, "Yes", true.into());
        check(FieldType::Boolean, "0", false.into());
        check(FieldType::Boolean, "maybe", "maybe".into());
        check(FieldType::Date, "2023/03/19", "2023-03-19".into());
        check(FieldType::Date, "19/03/2023", "19/03/2023".into());
        check(FieldType::Json, "[1]", serde_json::json!([1]));
        check(FieldType::String, "007", "007".into());
        assert_eq!(typed(FieldType::Integer, Json::Null), Json::Null);
    }
}
