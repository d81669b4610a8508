//! Features written as CSV.

use std::io::{self, Write};

use geo::Geometry;

use crate::atlas::layer::{FeatureRef, Layer};
use crate::atlas::schema::{GeometryKind, Schema, Value};
use crate::format::csv::{DISTANCE_M, ID, LAT_NAMES, LNG_NAMES};
use crate::format::wkt;

/// Whether these geometries fit into lon and lat columns: every one a single point, or none.
pub fn only_points(layer: &Layer) -> bool {
    layer.schema().geometry == GeometryKind::Point && layer.has_only_points()
}

/// Writes features as CSV: `id`, `lon` and `lat` (or `geometry` in well-known text if the layer has
/// more than plain points), the fields in the schema's order, and `distance_m` if asked for.
pub struct Writer<W: Write> {
    csv: csv::Writer<W>,
    points: bool,
    distance: bool,
}

impl<W: Write> Writer<W> {
    /// Starts a file with its header. `points`: every geometry is one point (or none).
    ///
    /// # Errors
    /// If the output fails.
    pub fn new(out: W, schema: &Schema, points: bool, distance: bool) -> io::Result<Self> {
        let mut writer = Self::resumed(out, schema, points, distance);
        let csv = &mut writer.csv;
        csv.write_field(ID)?;
        if writer.points {
            csv.write_field("lon")?;
            csv.write_field("lat")?;
        } else {
            csv.write_field("geometry")?;
        }
        for field in &schema.fields {
            csv.write_field(&*field.name)?;
        }
        if distance {
            csv.write_field(DISTANCE_M)?;
        }
        csv.write_record(None::<&[u8]>)?;
        Ok(writer)
    }

    /// Goes on with a file whose header is written, asked for with the same arguments.
    pub fn resumed(out: W, schema: &Schema, points: bool, distance: bool) -> Self {
        let names = |name: &&str| {
            schema
                .fields
                .iter()
                .any(|field| field.name.eq_ignore_ascii_case(name))
        };
        Self {
            csv: csv::WriterBuilder::new()
                .terminator(csv::Terminator::CRLF)
                .from_writer(out),
            // A field of that name would be read back as the place.
            points: points && !LNG_NAMES.iter().chain(&LAT_NAMES).any(names),
            distance,
        }
    }

    /// Writes one feature; `distance_m` stays empty where it is not finite.
    ///
    /// # Errors
    /// If the output fails.
    pub fn write(&mut self, feature: FeatureRef<'_>, distance_m: Option<f64>) -> io::Result<()> {
        self.record(
            &feature.id(),
            feature.geometry().as_deref(),
            &feature.values(),
            distance_m,
        )
    }

    fn record(
        &mut self,
        id: &str,
        geometry: Option<&Geometry>,
        values: &[Value],
        distance_m: Option<f64>,
    ) -> io::Result<()> {
        self.csv.write_field(id)?;
        match (self.points, geometry) {
            (true, Some(Geometry::Point(at))) => {
                self.csv.write_field(at.x().to_string())?;
                self.csv.write_field(at.y().to_string())?;
            }
            (true, _) => {
                self.csv.write_field("")?;
                self.csv.write_field("")?;
            }
            (false, geometry) => {
                self.csv
                    .write_field(geometry.map(wkt::write).unwrap_or_default())?;
            }
        }
        for value in values {
            match value {
                Value::Null => self.csv.write_field("")?,
                Value::Boolean(flag) => self.csv.write_field(flag.to_string())?,
                Value::Integer(number) => self.csv.write_field(number.to_string())?,
                Value::Number(number) => self.csv.write_field(number.to_string())?,
                Value::Text(text) | Value::Json(text) => self.csv.write_field(&**text)?,
            }
        }
        if self.distance {
            let distance = distance_m.filter(|metres| metres.is_finite());
            self.csv
                .write_field(distance.map_or_else(String::new, |metres| format!("{metres:.3}")))?;
        }
        self.csv.write_record(None::<&[u8]>)?;
        Ok(())
    }

    /// Ends the file and gives the output back.
    ///
    /// # Errors
    /// If the output fails.
    pub fn finish(self) -> io::Result<W> {
        self.csv
            .into_inner()
            .map_err(csv::IntoInnerError::into_error)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value as Json;

    use super::*;
    use crate::atlas::schema::FieldType;
    use crate::format::csv::{read, typed};

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
            id in "[^\u{0}]{1,12}", text in any::<String>(), n in -1e300..1e300_f64,
            lng in -180.0..=180.0_f64, lat in -90.0..=90.0_f64, points: bool,
        ) {
            let schema = schema();
            let place: Geometry = geo::Point::new(lng, lat).into();
            let mut writer = Writer::new(Vec::new(), &schema, points, false).unwrap();
            let values = [Value::Text(text.as_str().into()), Value::Number(n)];
            writer.record(&id, Some(&place), &values, None).unwrap();
            let bytes = writer.finish().unwrap();
            let rows: Vec<_> = read(&*bytes).collect();
            let row = rows[0].clone().unwrap();
            prop_assert_eq!(rows.len(), 1);
            prop_assert_eq!(row.id.unwrap(), id);
            prop_assert_eq!(row.geometry, Some(place));
            prop_assert_eq!(row.properties.get("text").and_then(Json::as_str).unwrap_or_default(), text);
            prop_assert_eq!(typed(FieldType::Number, row.properties.get("n").unwrap().clone()), Json::from(n));
        }
    }
}
