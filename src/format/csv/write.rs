//! Features written as CSV.

use std::borrow::Cow;
use std::io;
use std::sync::Arc;

use geo::Geometry;

use crate::atlas::layer::Layer;
use crate::atlas::layer::answer::Hit;
use crate::atlas::model::schema::{Field, GeometryKind, Schema, Value};
use crate::format::csv::DISTANCE_M;
use crate::format::id_column;
use crate::format::table::guard::guarded;
use crate::format::table::is_place_name;
use crate::format::view::{PlaceColumns, View};
use crate::format::wkt;
use crate::format::writer::Writer;

/// Whether lon and lat columns suit a layer: it is one of points, and every one is a single point, or
/// none.
pub fn suit_points(layer: &Layer, schema: &Schema) -> bool {
    layer.schema().geometry == GeometryKind::Point
        && layer.has_only_points()
        && place_field(schema).is_none()
}

/// A field that would be read back as the place beside lon and lat.
fn place_field(schema: &Schema) -> Option<&str> {
    let is_place = |field: &&Field| is_place_name(&field.name);
    let field = schema.fields.iter().find(is_place);
    field.map(|field| &*field.name)
}

/// Why a layer cannot be written with the columns that a view wants, if it cannot: one sentence.
pub fn refuses(layer: &Layer, view: &View) -> Option<String> {
    if view.columns != Some(PlaceColumns::LngLat) {
        return None;
    }
    let schema = view.schema(layer);
    let id = &schema.id;
    if !layer.has_only_points() {
        return Some(format!(
            "lon and lat are columns for single points, and layer {id} holds other geometries; take wkt"
        ));
    }
    let field = place_field(&schema)?;
    Some(format!(
        "layer {id} has a field \"{field}\", which would be read as the place beside lon and lat; take wkt"
    ))
}

/// Writes features as CSV: `id`, `lon` and `lat` or `geometry` in well-known text, the fields in the schema's order, and `distance_m` if asked for.
pub struct CsvTable {
    schema: Arc<Schema>,
    view: View,
    points: bool,
    has_distance: bool,
}

impl CsvTable {
    /// A table of the layer's features.
    pub fn new(layer: &Layer, has_distance: bool, view: &View) -> Self {
        let schema = view.schema(layer);
        Self {
            points: match view.columns {
                Some(columns) => columns == PlaceColumns::LngLat,
                None => suit_points(layer, &schema),
            },
            schema,
            view: view.clone(),
            has_distance,
        }
    }

    /// A text as its cell.
    fn cell<'a>(&self, text: &'a str) -> Guarded<'a> {
        Guarded(guarded(text, self.view.safe))
    }

    fn header(&self, csv: &mut Rows<'_>) -> io::Result<()> {
        csv.write_field(id_column::of(&self.schema))?;
        if self.points {
            csv.write_field("lon")?;
            csv.write_field("lat")?;
        } else {
            csv.write_field("geometry")?;
        }
        for field in &self.schema.fields {
            csv.write_field(self.cell(&field.name))?;
        }
        if self.has_distance {
            csv.write_field(DISTANCE_M)?;
        }
        csv.write_record(None::<&[u8]>)?;
        Ok(())
    }

    /// Writes one feature; `distance_m` stays empty where it is not finite.
    fn row(
        &self,
        csv: &mut Rows<'_>,
        id: &str,
        geometry: Option<&Geometry>,
        values: &[Value],
        distance_m: Option<f64>,
    ) -> io::Result<()> {
        csv.write_field(self.cell(id))?;
        match (self.points, geometry) {
            (true, Some(Geometry::Point(at))) => {
                csv.write_field(at.x().to_string())?;
                csv.write_field(at.y().to_string())?;
            }
            (true, _) => {
                csv.write_field("")?;
                csv.write_field("")?;
            }
            (false, geometry) => csv.write_field(geometry.map(wkt::write).unwrap_or_default())?,
        }
        for value in values {
            match value {
                Value::Text(text) | Value::Json(text) => csv.write_field(self.cell(text))?,
                value => csv.write_field(&*value.text().unwrap_or_default())?,
            }
        }
        if self.has_distance {
            let distance = distance_m.filter(|metres| metres.is_finite());
            csv.write_field(distance.map_or_else(String::new, |metres| format!("{metres:.3}")))?;
        }
        csv.write_record(None::<&[u8]>)?;
        Ok(())
    }
}

impl Writer for CsvTable {
    fn begin(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        let mut csv = rows(out);
        self.header(&mut csv)?;
        csv.flush()
    }

    fn features(&mut self, out: &mut Vec<u8>, hits: &[Hit<'_>]) -> io::Result<()> {
        let mut csv = rows(out);
        for hit in hits {
            let feature = hit.feature;
            let geometry = feature.geometry();
            self.row(
                &mut csv,
                &feature.id(),
                geometry.as_deref(),
                &self.view.values(feature),
                hit.distance_m,
            )?;
        }
        csv.flush()
    }

    fn end(&mut self, _: &mut Vec<u8>) -> io::Result<bool> {
        Ok(true)
    }
}

/// A cell that spreadsheets may open.
struct Guarded<'a>(Cow<'a, str>);

impl AsRef<[u8]> for Guarded<'_> {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

type Rows<'a> = csv::Writer<&'a mut Vec<u8>>;

fn rows(out: &mut Vec<u8>) -> Rows<'_> {
    csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value as Json;

    use super::*;
    use crate::atlas::model::schema::FieldType;
    use crate::format::csv::read::read;
    use crate::format::csv::typed;
    use crate::format::reading::{ReadOptions, Remarks};

    fn schema() -> Schema {
        serde_json::from_value(serde_json::json!({
            "id": "t", "title": "T",
            "field": [{"name": "text", "type": "string"}, {"name": "n", "type": "number"}]
        }))
        .unwrap()
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(
            id in "[^\u{0}]{1,12}|'*[=+@-]1", text in prop_oneof![any::<String>(), "'*[=+@\t\r-].?"],
            n in -1e300..1e300_f64,
            lng in -180.0..=180.0_f64, lat in -90.0..=90.0_f64, points: bool, safe: bool,
        ) {
            let place: Geometry = geo::Point::new(lng, lat).into();
            let mut table = CsvTable { schema: Arc::new(schema()), view: View { safe, ..View::default() }, points, has_distance: false };
            let values = [Value::Text(text.as_str().into()), Value::Number(n)];
            let mut bytes = Vec::new();
            table.begin(&mut bytes).unwrap();
            table.row(&mut rows(&mut bytes), &id, Some(&place), &values, None).unwrap();
            let rows: Vec<_> = read(&*bytes, &ReadOptions::default(), &Remarks::default()).collect();
            let row = rows[0].clone().unwrap();
            let mut cells = csv::ReaderBuilder::new().from_reader(&*bytes);
            let cells = cells.byte_records().next().unwrap().unwrap();
            let texts = [&cells[0], &cells[cells.len() - 2]];
            let is_formula = |cell: &&[u8]| matches!(cell.first(), Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r'));
            prop_assert!(!(safe && texts.iter().any(is_formula)), "{texts:?}");
            let number = n.to_string();
            prop_assert_eq!(&cells[cells.len() - 1], number.as_bytes());
            prop_assert_eq!(rows.len(), 1);
            prop_assert_eq!(row.id.unwrap(), id);
            prop_assert_eq!(row.geometry, Some(place));
            prop_assert_eq!(row.properties.get("text").and_then(Json::as_str).unwrap_or_default(), text);
            prop_assert_eq!(typed(FieldType::Number, row.properties.get("n").unwrap().clone()), Json::from(n));
        }
    }
}
