//! Vector tiles as bytes (Mapbox Vector Tile Specification 2.1): layers of points, lines, areas and
//! clusters.

mod strings;
mod wire;

use std::hint::black_box;

use crate::atlas::geo::clip::Shape;
use crate::atlas::geo::rings::Vertex;
use crate::atlas::geo::tiling::EXTENT;
use crate::atlas::layer::FeatureRef;
use crate::atlas::model::budget;
use crate::atlas::products::tiles::{Cluster, Tile, TileFeature};
use crate::format::mvt::strings::{FieldValues, Strings, ValueIndex};
use crate::format::mvt::wire::{
    Pen, VARINT, put_bool_value, put_bytes, put_integer_value, put_key, put_text_value, put_value,
    put_varint,
};

/// No tile is larger because of lines, areas or values, in bytes before compression; single positions are never left out.
pub const BYTES_MAX: usize = 500_000;
/// About what it takes to write a mark, and a vertex of one, in nanoseconds.
const MARK_NS: u64 = 300;
const VERTEX_NS: u64 = 5;

/// The bytes of a tile; none at all if it shows nothing, which is a tile without layers.
///
/// A tile that would be larger than [`BYTES_MAX`] tells less of each feature, and if that is not
/// enough leaves out the smallest lines and areas. No position is ever left out.
pub fn encode(tile: &Tile<'_>) -> Vec<u8> {
    encode_within(tile, BYTES_MAX)
}

/// The bytes of one tile of several layers in their order. Each has an equal share of what those
/// before it have left of [`BYTES_MAX`], and more only for positions.
pub fn encode_all<'a>(layers: impl ExactSizeIterator<Item = Tile<'a>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let all = layers.len();
    for (done, layer) in layers.enumerate() {
        let share = BYTES_MAX.saturating_sub(bytes.len()) / (all - done);
        bytes.extend(encode_within(&layer, share));
    }
    bytes
}

fn encode_within(tile: &Tile<'_>, bytes_max: usize) -> Vec<u8> {
    if tile.marks.is_empty() {
        return Vec::new();
    }
    let mut bytes = Vec::new();
    for tells in [Tells::All, Tells::IdAndClass, Tells::Class] {
        bytes = encode_as(tile, tells, &tile.marks.iter().collect::<Vec<_>>());
        if bytes.len() <= bytes_max {
            return bytes;
        }
    }
    let mut marks: Vec<&TileFeature<'_>> = tile.marks.iter().collect();
    // A stable sort: shapes of a size stay in order of id. What is no shape is largest.
    marks.sort_by_key(|mark| std::cmp::Reverse(size_of(mark)));
    let positions = marks.iter().take_while(|mark| size_of(mark) == u32::MAX);
    let kept = positions.count().max(1);
    while bytes.len() > bytes_max && marks.len() > kept {
        // Somewhat more than the excess, so that few rounds are enough.
        let fits = marks.len() * bytes_max / bytes.len();
        marks.truncate((fits * 15 / 16).max(kept));
        bytes = encode_as(tile, Tells::Class, &marks);
    }
    bytes
}

/// How many vertices a mark has.
fn vertices_of(mark: &TileFeature<'_>) -> u64 {
    match mark {
        TileFeature::Shape { shape, .. } => shape.vertices() as u64,
        TileFeature::Point { .. } | TileFeature::Cluster(_) => 1,
    }
}

/// How much a tile tells of a feature.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tells {
    /// Its id and all fields that tiles show.
    All,
    /// Its id and the class field.
    IdAndClass,
    /// The class field.
    Class,
}

/// How large a shape is: half the way around its box, in units.
fn size_of(mark: &TileFeature<'_>) -> u32 {
    let TileFeature::Shape { shape, .. } = mark else {
        return u32::MAX;
    };
    shape.size()
}

fn encode_as(tile: &Tile<'_>, tells: Tells, marks: &[&TileFeature<'_>]) -> Vec<u8> {
    let mut layer = LayerWriter::new(tile, tells);
    if layer.with_id {
        fetch_ids(marks);
    }
    for mark in marks {
        budget::spend(MARK_NS + VERTEX_NS * vertices_of(mark));
        match mark {
            TileFeature::Point { at, feature } => {
                layer.tell(*feature);
                layer.points(&[at.map(u32::cast_signed)]);
            }
            TileFeature::Shape { shape, feature } => {
                layer.tell(*feature);
                layer.shape(shape);
            }
            TileFeature::Cluster(cluster) => layer.cluster(cluster),
        }
    }
    let body = layer.finish(&tile.schema.id);
    let mut bytes = Vec::with_capacity(body.len() + 8);
    put_bytes(&mut bytes, 3, &body);
    bytes
}

/// Reads what the features' texts begin with, where their ids stand. They lie anywhere in memory: in
/// a loop that does nothing else, the processor fetches many of them side by side.
fn fetch_ids(marks: &[&TileFeature<'_>]) {
    /// Well within the id.
    const AT: usize = 32;
    let byte = |mark: &&TileFeature<'_>| match mark {
        TileFeature::Point { feature, .. } | TileFeature::Shape { feature, .. } => {
            feature.geojson_bytes().get(AT).copied().unwrap_or_default()
        }
        TileFeature::Cluster(_) => 0,
    };
    black_box(marks.iter().map(byte).fold(0, u8::wrapping_add));
}

/// The message `Layer` while it is written.
struct LayerWriter<'a> {
    tile: &'a Tile<'a>,
    /// The fields that it tells.
    fields: Vec<FieldValues>,
    with_id: bool,
    /// The place in `keys` of the count of each value of the class field, once it is there.
    class_keys: Vec<Option<u32>>,
    features: Vec<u8>,
    keys: Strings,
    values: Strings,
    /// Pairs of places in `keys` and `values`, for the features that are written next.
    tags: Vec<u8>,
    geometry: Vec<u8>,
    scratch: Vec<u8>,
}

impl<'a> LayerWriter<'a> {
    fn new(tile: &'a Tile<'a>, tells: Tells) -> Self {
        let fields = match tells {
            Tells::All => tile.fields.as_slice(),
            Tells::IdAndClass | Tells::Class => tile.class.as_slice(),
        };
        Self {
            tile,
            fields: fields
                .iter()
                .map(|field| FieldValues::new(*field))
                .collect(),
            with_id: tells != Tells::Class,
            class_keys: Vec::new(),
            features: Vec::new(),
            keys: Strings::new(3),
            values: Strings::new(4),
            tags: Vec::new(),
            geometry: Vec::new(),
            scratch: Vec::new(),
        }
    }

    /// Takes a feature's id and properties for what is written next. Null is left out: the format
    /// has no such value.
    fn tell(&mut self, feature: FeatureRef<'_>) {
        self.tags.clear();
        if self.with_id {
            let key = self.keys.place_of(b"id");
            put_text_value(&mut self.scratch, &feature.id());
            // No other feature has this value.
            let value = self.values.push(&self.scratch);
            self.tag(key, value);
        }
        for at in 0..self.fields.len() {
            let index = self.fields[at].index;
            // Values of a list are looked up once a tile, not once a feature.
            let listed = feature.listed(index);
            let known = listed.map_or(ValueIndex::Unseen, |(list, place)| {
                self.fields[at].known(list, place)
            });
            let value = match known {
                ValueIndex::At(place) => Some(place),
                ValueIndex::Nothing => None,
                ValueIndex::Unseen => self.value_of(feature, index),
            };
            if let (ValueIndex::Unseen, Some((list, place))) = (known, listed) {
                self.fields[at].learn(
                    list,
                    place,
                    value.map_or(ValueIndex::Nothing, ValueIndex::At),
                );
            }
            if let Some(value) = value {
                let name = self.tile.schema.fields[index].name.as_bytes();
                let key = self.fields[at]
                    .key
                    .unwrap_or_else(|| self.keys.place_of(name));
                self.fields[at].key = Some(key);
                self.tag(key, value);
            }
        }
    }

    /// The place in `values` of a feature's value; `None` if it has none.
    fn value_of(&mut self, feature: FeatureRef<'_>, index: usize) -> Option<u32> {
        let field = &self.tile.schema.fields[index];
        put_value(&mut self.scratch, field, &feature.value(index))
            .then(|| self.values.place_of(&self.scratch))
    }

    fn cluster(&mut self, cluster: &Cluster) {
        self.tags.clear();
        put_bool_value(&mut self.scratch, true);
        self.tag_scratch("cluster");
        put_integer_value(&mut self.scratch, cluster.count.cast_signed());
        self.tag_scratch("point_count");
        let class = self.tile.class.filter(|_| self.with_id);
        if let Some(field) = class.map(|index| &self.tile.schema.fields[index]) {
            self.class_keys.resize(field.values.len(), None);
            for (value, count) in &cluster.by_class {
                let key = self.class_keys[*value].unwrap_or_else(|| {
                    let key = format!("{}:{}", field.name, field.values[*value]);
                    self.keys.place_of(key.as_bytes())
                });
                self.class_keys[*value] = Some(key);
                put_integer_value(&mut self.scratch, count.cast_signed());
                let value = self.values.place_of(&self.scratch);
                self.tag(key, value);
            }
        }
        self.points(&[cluster.at.map(u32::cast_signed)]);
    }

    /// The value in `scratch` under a key.
    fn tag_scratch(&mut self, key: &str) {
        let key = self.keys.place_of(key.as_bytes());
        let value = self.values.place_of(&self.scratch);
        self.tag(key, value);
    }

    fn tag(&mut self, key: u32, value: u32) {
        put_varint(&mut self.tags, key.into());
        put_varint(&mut self.tags, value.into());
    }

    /// A feature has one kind of geometry in this format: one of several kinds becomes several.
    fn shape(&mut self, shape: &Shape) {
        if !shape.points.is_empty() {
            self.points(&shape.points);
        }
        if !shape.lines.is_empty() {
            let mut pen = Pen::new(&mut self.geometry);
            shape.lines.iter().for_each(|line| pen.line(line));
            self.feature(2);
        }
        if !shape.areas.is_empty() {
            let mut pen = Pen::new(&mut self.geometry);
            for ring in shape.areas.iter().flatten() {
                pen.line(ring);
                pen.close();
            }
            self.feature(3);
        }
    }

    fn points(&mut self, points: &[Vertex]) {
        Pen::new(&mut self.geometry).move_to(points);
        self.feature(1);
    }

    /// The message `Feature` of a geometry type, with the tags and the geometry as they stand.
    fn feature(&mut self, geometry_type: u64) {
        let message = &mut self.scratch;
        message.clear();
        if !self.tags.is_empty() {
            put_bytes(message, 2, &self.tags);
        }
        put_key(message, 3, VARINT);
        put_varint(message, geometry_type);
        put_bytes(message, 4, &self.geometry);
        put_bytes(&mut self.features, 2, message);
    }

    fn finish(self, name: &str) -> Vec<u8> {
        let mut body = Vec::with_capacity(self.features.len() + self.values.bytes.len() + 1024);
        put_bytes(&mut body, 1, name.as_bytes());
        body.extend_from_slice(&self.features);
        body.extend_from_slice(&self.keys.bytes);
        body.extend_from_slice(&self.values.bytes);
        put_key(&mut body, 5, VARINT);
        put_varint(&mut body, EXTENT.into());
        put_key(&mut body, 15, VARINT);
        put_varint(&mut body, 2);
        body
    }
}
