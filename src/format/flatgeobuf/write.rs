//! Features written as `FlatGeobuf`. The header counts them and the index is in front of them, so
//! they wait in the scratch file; of each 48 bytes stay in memory.

use std::borrow::Cow;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use flatbuffers::{FlatBufferBuilder, WIPOffset};
use flatgeobuf::{
    Column, ColumnArgs, ColumnType, Crs, CrsArgs, Feature, FeatureArgs, GeometryType, Header,
    HeaderArgs,
};
use tempfile::NamedTempFile;

use super::index::{self, Index, Leaf, NODE_NS, NODE_SIZE};
use super::{MAGIC, geometry};
use crate::atlas::geo::hilbert;
use crate::atlas::layer::Layer;
use crate::atlas::layer::answer::Hit;
use crate::atlas::model::budget;
use crate::atlas::model::schema::{FieldType, Schema, Value};
use crate::format::collection;
use crate::format::csv::DISTANCE_M;
use crate::format::id_column;
use crate::format::view::View;
use crate::format::writer::{PIECE_BYTES, Writer};

/// Nodes of a piece.
const NODES_A_PIECE: usize = 1600;
/// About what it takes to compare two leaves, and to read a feature back, in nanoseconds.
const COMPARE_NS: u64 = 10;
const READ_NS: u64 = 2_000;

/// Writes one layer.
pub struct FlatGeobuf {
    schema: Arc<Schema>,
    view: View,
    has_distance: bool,
    scratch: BufWriter<NamedTempFile>,
    written_bytes: u64,
    leaves: Vec<Leaf>,
    /// The type of every geometry so far; unknown if there were several.
    kind: Option<GeometryType>,
    builder: FlatBufferBuilder<'static>,
    properties: Vec<u8>,
    state: State,
}

/// How far the file is given out.
enum State {
    Spooling,
    /// The leaves from there on, whose bytes begin at that offset.
    Leaves(usize, u64),
    Features(usize),
}

impl FlatGeobuf {
    /// A file of the layer's features.
    pub fn new(layer: &Layer, has_distance: bool, view: &View, scratch: NamedTempFile) -> Self {
        Self {
            schema: view.schema(layer),
            view: view.clone(),
            has_distance,
            scratch: BufWriter::new(scratch),
            written_bytes: 0,
            // Memory that is not written to is not taken.
            leaves: Vec::with_capacity(layer.len()),
            kind: None,
            builder: FlatBufferBuilder::new(),
            properties: Vec::new(),
            state: State::Spooling,
        }
    }

    fn feature(&mut self, hit: &Hit<'_>) -> io::Result<()> {
        let feature = hit.feature;
        let geometry = self.view.geometry(feature);
        let values = self.view.values(feature);
        self.fill_properties(&feature.id(), &values, hit.distance_m)?;
        let builder = &mut self.builder;
        builder.reset();
        let place = geometry
            .as_deref()
            .map(|geometry| geometry::write(builder, geometry));
        let properties = Some(builder.create_vector(&self.properties));
        let args = FeatureArgs {
            geometry: place,
            properties,
            columns: None,
        };
        let written = Feature::create(builder, &args);
        builder.finish_size_prefixed(written, None);
        let bytes = builder.finished_data();
        self.scratch.write_all(bytes)?;
        let length = u32::try_from(bytes.len())
            .map_err(|_| io::Error::other("a feature is longer than 4 GiB"))?;
        if let Some(geometry) = geometry.as_deref() {
            let kind = geometry::type_of(geometry);
            self.kind = match self.kind {
                Some(seen) if seen != kind => Some(GeometryType::Unknown),
                _ => Some(kind),
            };
        }
        let leaf = Leaf {
            sides: index::sides_of(geometry.as_deref()),
            place: hilbert::coarse_key(feature.geometry().as_deref()),
            length,
            start: self.written_bytes,
        };
        self.leaves.push(leaf);
        self.written_bytes += u64::from(length);
        Ok(())
    }

    /// Makes the properties of a feature: each a column's number and a value; of null nothing.
    fn fill_properties(
        &mut self,
        id: &str,
        values: &[Value],
        distance_m: Option<f64>,
    ) -> io::Result<()> {
        let out = &mut self.properties;
        out.clear();
        push_text(out, 0, id)?;
        // A store takes 1,900 fields at most.
        for (column, value) in (1_u16..).zip(values) {
            match value {
                Value::Null => {}
                Value::Boolean(flag) => push_bytes(out, column, &[u8::from(*flag)]),
                Value::Integer(number) => push_bytes(out, column, &number.to_le_bytes()),
                Value::Number(number) => push_bytes(out, column, &number.to_le_bytes()),
                Value::Text(text) | Value::Json(text) => push_text(out, column, text)?,
            }
        }
        let distance = distance_m.filter(|metres| self.has_distance && metres.is_finite());
        if let Some(metres) = distance {
            let column =
                u16::try_from(values.len() + 1).expect("a store takes 1,900 fields at most");
            push_bytes(out, column, &metres.to_le_bytes());
        }
        Ok(())
    }

    /// Writes the beginning of the file, up to the leaves.
    fn front(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        self.scratch.flush()?;
        self.leaves.sort_unstable_by(|a, b| {
            budget::spend(COMPARE_NS);
            (a.place, a.start).cmp(&(b.place, b.start))
        });
        out.extend_from_slice(&MAGIC);
        let index = (!self.leaves.is_empty()).then(|| Index::of(&self.leaves));
        out.extend_from_slice(&self.header(index.as_ref()));
        if let Some(index) = index {
            index.write(out);
        }
        Ok(())
    }

    fn header(&self, index: Option<&Index>) -> Vec<u8> {
        let schema = &self.schema;
        let mut to = FlatBufferBuilder::new();
        let columns = self.columns(&mut to);
        let columns = Some(to.create_vector(&columns));
        let sides = index.map(Index::sides).filter(|sides| sides[0].is_finite());
        let envelope = sides.map(|sides| to.create_vector(&sides));
        let crs = self.view.crs;
        let (org, crs_name) = (to.create_string("EPSG"), to.create_string(crs.name()));
        let crs = Crs::create(
            &mut to,
            &CrsArgs {
                org: Some(org),
                code: crs.epsg(),
                name: Some(crs_name),
                ..CrsArgs::default()
            },
        );
        let mut text = |text: &str| (!text.is_empty()).then(|| to.create_string(text));
        let (name, title) = (text(&schema.id), text(&schema.title));
        let description = text(&schema.description);
        let metadata = text(&notice(schema));
        let args = HeaderArgs {
            name,
            envelope,
            geometry_type: self.kind.unwrap_or(GeometryType::Unknown),
            columns,
            features_count: self.leaves.len() as u64,
            index_node_size: if index.is_some() { NODE_SIZE } else { 0 },
            crs: Some(crs),
            title,
            description,
            metadata,
            ..HeaderArgs::default()
        };
        let header = Header::create(&mut to, &args);
        to.finish_size_prefixed(header, None);
        to.finished_data().to_vec()
    }

    fn columns<'a>(&self, to: &mut FlatBufferBuilder<'a>) -> Vec<WIPOffset<Column<'a>>> {
        let fields = &self.schema.fields;
        let id = id_column::of(&self.schema);
        let mut columns = vec![column(to, id, ColumnType::String, "", "")];
        for field in fields {
            let kind = match field.kind {
                FieldType::String => ColumnType::String,
                FieldType::Integer => ColumnType::Long,
                FieldType::Number => ColumnType::Double,
                FieldType::Boolean => ColumnType::Bool,
                FieldType::Date | FieldType::Datetime => ColumnType::DateTime,
                FieldType::Json => ColumnType::Json,
            };
            columns.push(column(
                to,
                &field.name,
                kind,
                &field.title,
                &field.description,
            ));
        }
        if self.has_distance {
            columns.push(column(to, DISTANCE_M, ColumnType::Double, "", ""));
        }
        columns
    }

    /// Writes the next leaves from there on; whether there are more.
    fn nodes(&mut self, out: &mut Vec<u8>, from: usize, mut offset: u64) {
        let leaves = &self.leaves[from..];
        let leaves = &leaves[..leaves.len().min(NODES_A_PIECE)];
        budget::spend(NODE_NS * leaves.len() as u64);
        for leaf in leaves {
            index::push_node(out, leaf.sides, offset);
            offset += u64::from(leaf.length);
        }
        let next = from + leaves.len();
        self.state = if next == self.leaves.len() {
            State::Features(0)
        } else {
            State::Leaves(next, offset)
        };
    }

    /// Writes the next features from there on.
    fn bytes(&mut self, out: &mut Vec<u8>, mut at: usize) -> io::Result<()> {
        let file = self.scratch.get_mut().as_file_mut();
        while let Some(leaf) = self.leaves.get(at).filter(|_| out.len() < PIECE_BYTES) {
            budget::spend(READ_NS + u64::from(leaf.length));
            file.seek(SeekFrom::Start(leaf.start))?;
            let read = file.take(leaf.length.into()).read_to_end(out)?;
            if read != leaf.length as usize {
                return Err(io::Error::other("the scratch file has become shorter"));
            }
            at += 1;
        }
        self.state = State::Features(at);
        Ok(())
    }
}

impl Writer for FlatGeobuf {
    fn begin(&mut self, _: &mut Vec<u8>) -> io::Result<()> {
        Ok(())
    }

    fn features(&mut self, _: &mut Vec<u8>, hits: &[Hit<'_>]) -> io::Result<()> {
        hits.iter().try_for_each(|hit| self.feature(hit))
    }

    fn end(&mut self, out: &mut Vec<u8>) -> io::Result<bool> {
        match self.state {
            State::Spooling => {
                self.front(out)?;
                self.state = State::Leaves(0, 0);
            }
            State::Leaves(from, offset) => self.nodes(out, from, offset),
            State::Features(from) => self.bytes(out, from)?,
        }
        Ok(matches!(self.state, State::Features(from) if from == self.leaves.len()))
    }
}

fn column<'a>(
    to: &mut FlatBufferBuilder<'a>,
    name: &str,
    type_: ColumnType,
    title: &str,
    description: &str,
) -> WIPOffset<Column<'a>> {
    let name = Some(to.create_string(name));
    let mut text = |text: &str| (!text.is_empty()).then(|| to.create_string(text));
    let args = ColumnArgs {
        name,
        type_,
        title: text(title),
        description: text(description),
        ..ColumnArgs::default()
    };
    Column::create(to, &args)
}

fn push_bytes(out: &mut Vec<u8>, column: u16, value: &[u8]) {
    out.extend_from_slice(&column.to_le_bytes());
    out.extend_from_slice(value);
}

fn push_text(out: &mut Vec<u8>, column: u16, text: &str) -> io::Result<()> {
    let length =
        u32::try_from(text.len()).map_err(|_| io::Error::other("a text is longer than 4 GiB"))?;
    push_bytes(out, column, &length.to_le_bytes());
    out.extend_from_slice(text.as_bytes());
    Ok(())
}

/// The notice as a JSON object; nothing if there is nothing to say.
fn notice(schema: &Schema) -> Cow<'static, str> {
    let members = collection::notice(schema);
    match members.strip_prefix(',') {
        Some(members) => format!("{{{members}}}").into(),
        None => "".into(),
    }
}
