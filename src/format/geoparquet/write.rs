//! Features written as `GeoParquet`, a row group at a time.

use std::io;
use std::sync::Arc;

use geo::Geometry;
use jiff::civil::Date;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;
use serde_json::json;

use super::{EPOCH, GEO, GEOMETRY};
use crate::atlas::geo::{boxes, wkb};
use crate::atlas::layer::Layer;
use crate::atlas::layer::answer::Hit;
use crate::atlas::model::budget;
use crate::atlas::model::schema::{FieldType, Schema, Value};
use crate::format::csv::DISTANCE_M;
use crate::format::view::View;
use crate::format::writer::Writer;
use crate::format::{id_column, notice};

/// Rows of a group.
const ROWS_MAX: usize = 8192;
/// A group ends sooner where its features are large.
const GROUP_BYTES: usize = 4 << 20;

/// Writes one layer.
pub struct GeoParquet {
    schema: Arc<Schema>,
    view: View,
    has_distance: bool,
    /// Until it is whole.
    file: Option<SerializedFileWriter<Vec<u8>>>,
    columns: Vec<Column>,
    rows: usize,
    bytes: usize,
    /// West, south, east, north.
    sides: Option<[f64; 4]>,
    kinds: Vec<&'static str>,
}

/// The values of a group's column that are not null, and which are.
struct Column {
    values: Values,
    levels: Vec<i16>,
}

enum Values {
    Bytes(Vec<ByteArray>),
    Whole(Vec<i64>),
    Number(Vec<f64>),
    Flag(Vec<bool>),
    Day(Vec<i32>),
}

impl GeoParquet {
    /// A file of the layer's features.
    ///
    /// # Errors
    /// If the layer's fields cannot be columns.
    pub fn new(layer: &Layer, has_distance: bool, view: &View) -> io::Result<Self> {
        let schema = view.schema(layer);
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by("bordermap".into());
        let columns = columns_of(&schema, has_distance).map_err(io::Error::other)?;
        let file = SerializedFileWriter::new(Vec::new(), columns, Arc::new(properties.build()))
            .map_err(io::Error::other)?;
        let mut new = Self {
            schema,
            view: view.clone(),
            has_distance,
            file: Some(file),
            columns: Vec::new(),
            rows: 0,
            bytes: 0,
            sides: None,
            kinds: Vec::new(),
        };
        new.columns = new.empty();
        Ok(new)
    }

    /// The columns of a group without rows.
    fn empty(&self) -> Vec<Column> {
        let bytes = || Values::Bytes(Vec::new());
        let fields = self.schema.fields.iter().map(|field| match field.kind {
            FieldType::Integer => Values::Whole(Vec::new()),
            FieldType::Number => Values::Number(Vec::new()),
            FieldType::Boolean => Values::Flag(Vec::new()),
            FieldType::Date => Values::Day(Vec::new()),
            FieldType::String | FieldType::Datetime | FieldType::Json => bytes(),
        });
        let distance = self.has_distance.then(|| Values::Number(Vec::new()));
        let all = [bytes(), bytes()].into_iter().chain(fields).chain(distance);
        let empty = |values| Column {
            values,
            levels: Vec::new(),
        };
        all.map(empty).collect()
    }

    fn take(&mut self, hit: &Hit<'_>) -> io::Result<()> {
        let feature = hit.feature;
        let geometry = feature.geometry();
        if let Some(geometry) = geometry.as_deref() {
            self.see(geometry);
        }
        let place = geometry.as_deref().map(wkb::write);
        let [id, shape, fields @ ..] = self.columns.as_mut_slice() else {
            return Err(io::Error::other("the file has no columns"));
        };
        id.push_bytes(Some(feature.id().as_bytes().to_vec()));
        shape.push_bytes(place);
        let values = self.view.values(feature);
        for (column, value) in fields.iter_mut().zip(&values) {
            column.push(value);
        }
        if self.has_distance
            && let Some(column) = fields.get_mut(values.len())
        {
            let distance = hit.distance_m.filter(|metres| metres.is_finite());
            column.push(&distance.map_or(Value::Null, Value::Number));
        }
        self.rows += 1;
        self.bytes += feature.geojson_bytes().len();
        Ok(())
    }

    /// Takes note of a geometry's type and box.
    fn see(&mut self, geometry: &Geometry) {
        let kind = type_of(geometry);
        if !self.kinds.contains(&kind) {
            self.kinds.push(kind);
        }
        self.sides = boxes::widened(self.sides, boxes::sides_of(geometry));
    }

    /// Writes the rows so far as a group.
    fn flush(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        let empty = self.empty();
        let columns = std::mem::replace(&mut self.columns, empty);
        let Some(file) = self.file.as_mut().filter(|_| self.rows > 0) else {
            return Ok(());
        };
        (self.rows, self.bytes) = (0, 0);
        group(file, &columns).map_err(io::Error::other)?;
        out.append(file.inner_mut());
        Ok(())
    }

    /// The `geo` metadata (`GeoParquet` 1.1, "File metadata").
    fn geo(&self) -> String {
        let mut column = json!({ "encoding": "WKB", "geometry_types": self.kinds });
        if let Some(sides) = self.sides {
            column["bbox"] = json!(sides);
        }
        json!({
            "version": "1.1.0",
            "primary_column": GEOMETRY,
            "columns": { GEOMETRY: column },
        })
        .to_string()
    }
}

impl Writer for GeoParquet {
    fn begin(&mut self, _: &mut Vec<u8>) -> io::Result<()> {
        Ok(())
    }

    fn features(&mut self, out: &mut Vec<u8>, hits: &[Hit<'_>]) -> io::Result<()> {
        for hit in hits {
            self.take(hit)?;
            if self.rows == ROWS_MAX || self.bytes >= GROUP_BYTES {
                self.flush(out)?;
            }
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<u8>) -> io::Result<bool> {
        self.flush(out)?;
        let geo = self.geo();
        if let Some(mut file) = self.file.take() {
            file.append_key_value_metadata(KeyValue::new(GEO.to_owned(), geo));
            let notice = notice::lines(&self.schema);
            if !notice.is_empty() {
                file.append_key_value_metadata(KeyValue::new("notice".to_owned(), notice));
            }
            out.append(&mut file.into_inner().map_err(io::Error::other)?);
        }
        Ok(true)
    }
}

impl Column {
    fn push_bytes(&mut self, value: Option<Vec<u8>>) {
        self.levels.push(value.is_some().into());
        if let (Values::Bytes(all), Some(value)) = (&mut self.values, value) {
            all.push(value.into());
        }
    }

    /// Takes a value; the schema has given both the same type.
    fn push(&mut self, value: &Value) {
        let before = self.values.len();
        match (&mut self.values, value) {
            (Values::Bytes(all), Value::Text(text) | Value::Json(text)) => {
                all.push(text.as_bytes().to_vec().into());
            }
            (Values::Whole(all), Value::Integer(number)) => all.push(*number),
            (Values::Number(all), Value::Number(number)) => all.push(*number),
            (Values::Flag(all), Value::Boolean(flag)) => all.push(*flag),
            (Values::Day(all), Value::Text(text)) => all.extend(days(text)),
            _ => {}
        }
        self.levels.push((self.values.len() > before).into());
    }
}

impl Values {
    fn len(&self) -> usize {
        match self {
            Self::Bytes(all) => all.len(),
            Self::Whole(all) => all.len(),
            Self::Number(all) => all.len(),
            Self::Flag(all) => all.len(),
            Self::Day(all) => all.len(),
        }
    }
}

/// Days since 1970.
fn days(date: &str) -> Option<i32> {
    let date: Date = date.parse().ok()?;
    Some((date - EPOCH).get_days())
}

fn group(file: &mut SerializedFileWriter<Vec<u8>>, columns: &[Column]) -> Result<(), ParquetError> {
    let mut group = file.next_row_group()?;
    let mut columns = columns.iter();
    while let Some(mut writer) = group.next_column()? {
        // A column is compressed in one go.
        budget::look();
        if let Some(column) = columns.next() {
            column_of(&mut writer, column)?;
        }
        writer.close()?;
    }
    group.close()?;
    Ok(())
}

fn column_of(
    writer: &mut SerializedColumnWriter<'_>,
    column: &Column,
) -> Result<usize, ParquetError> {
    let levels = Some(&column.levels[..]);
    match &column.values {
        Values::Bytes(all) => writer
            .typed::<ByteArrayType>()
            .write_batch(all, levels, None),
        Values::Whole(all) => writer.typed::<Int64Type>().write_batch(all, levels, None),
        Values::Number(all) => writer.typed::<DoubleType>().write_batch(all, levels, None),
        Values::Flag(all) => writer.typed::<BoolType>().write_batch(all, levels, None),
        Values::Day(all) => writer.typed::<Int32Type>().write_batch(all, levels, None),
    }
}

fn columns_of(schema: &Schema, has_distance: bool) -> Result<Arc<Type>, ParquetError> {
    let text = (Physical::BYTE_ARRAY, Some(LogicalType::String));
    let mut all = vec![
        column_type(id_column::of(schema), text.clone())?,
        column_type(GEOMETRY, (Physical::BYTE_ARRAY, None))?,
    ];
    for field in &schema.fields {
        let kind = match field.kind {
            FieldType::String | FieldType::Datetime => text.clone(),
            FieldType::Integer => (Physical::INT64, None),
            FieldType::Number => (Physical::DOUBLE, None),
            FieldType::Boolean => (Physical::BOOLEAN, None),
            FieldType::Date => (Physical::INT32, Some(LogicalType::Date)),
            FieldType::Json => (Physical::BYTE_ARRAY, Some(LogicalType::Json)),
        };
        all.push(column_type(&field.name, kind)?);
    }
    if has_distance {
        all.push(column_type(DISTANCE_M, (Physical::DOUBLE, None))?);
    }
    let group = Type::group_type_builder("schema").with_fields(all);
    Ok(Arc::new(group.build()?))
}

fn column_type(
    name: &str,
    (physical, logical): (Physical, Option<LogicalType>),
) -> Result<Arc<Type>, ParquetError> {
    let column = Type::primitive_type_builder(name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical);
    Ok(Arc::new(column.build()?))
}

fn type_of(geometry: &Geometry) -> &'static str {
    match geometry {
        Geometry::Point(_) => "Point",
        Geometry::Line(_) | Geometry::LineString(_) => "LineString",
        Geometry::Polygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => "Polygon",
        Geometry::MultiPoint(_) => "MultiPoint",
        Geometry::MultiLineString(_) => "MultiLineString",
        Geometry::MultiPolygon(_) => "MultiPolygon",
        Geometry::GeometryCollection(_) => "GeometryCollection",
    }
}
