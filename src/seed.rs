//! The shipped layers, carried by the program: a first start fills the store with them, a newer
//! program brings newer rows.

use std::collections::HashSet;

use serde::Deserialize;

use crate::atlas::model::change::{Change, Origin, Revision};
use crate::atlas::model::feature::Feature;
use crate::atlas::model::schema::Schema;
use crate::atlas::{Atlas, DERIVED_FROM};
use crate::format::geojson;
use crate::import::shape::Shaper;
use crate::live::{Completion, LiveAtlas};
use crate::store::{Abandon, StoreError};

/// Under this note the store remembers which shipped data it holds.
const NOTE: &str = "shipped";

/// Raised when the same data would be stored otherwise than before.
const SEED_FORMAT: u32 = 1;

/// The declaration of every layer.
const LAYERS: &str = include_str!("../data/layers.toml");

macro_rules! files {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../data/", $name)))),*]
    };
}

/// Every file that a layer names; a test compares.
const FILES: &[(&str, &str)] = files![
    "border.geojson"
    "crossings.geojson"
    "incidents.geojson"
    "provinces.geojson"
    "places.geojson"
    "border-25m.geojson"
    "land.geojson"
    "countries.geojson"
    "rivers.geojson"
    "lakes.geojson"
    "boundaries.geojson"
    "towns.geojson"
];

/// Why a store cannot be seeded.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The shipped data do not fit their own declaration; a test holds that they do.
    #[error("the shipped data are faulty: {0}")]
    Data(String),
}

/// A shipped layer: what it is and where its features are.
#[derive(Deserialize)]
#[serde(try_from = "toml::Table")]
struct Shipped {
    file: String,
    schema: Schema,
}

impl TryFrom<toml::Table> for Shipped {
    type Error = toml::de::Error;

    /// The file's name stands among what describes the layer.
    fn try_from(mut table: toml::Table) -> Result<Self, Self::Error> {
        let file = table.remove("file");
        let file = file.ok_or_else(|| serde::de::Error::missing_field("file"))?;
        Ok(Self {
            file: file.try_into()?,
            schema: Schema::deserialize(table)?,
        })
    }
}

#[derive(Deserialize)]
struct Layers {
    layer: Vec<Shipped>,
}

/// Brings the store level with the shipped data; whether there was anything to do. What a user has
/// changed stays. If it already holds these data nothing is even parsed, for a fast start.
///
/// # Errors
/// If the store refuses.
pub fn seed(live: &LiveAtlas) -> Result<bool, SeedError> {
    let fingerprint = fingerprint();
    if live.store().note(NOTE)?.as_deref() == Some(&*fingerprint) {
        return Ok(false);
    }
    let layers = layers()?;
    // The border and the provinces go first: what the others derive from them is then computed as they
    // enter. If the program is killed in between, the next start does the rest.
    let (border, others): (Vec<_>, Vec<_>) = layers
        .iter()
        .partition(|(schema, _)| DERIVED_FROM.contains(&&*schema.id));
    for part in [border, others] {
        let mut changes = Vec::new();
        for (schema, features) in part {
            changes.push(Change::Layer(Box::new(schema.clone())));
            changes.extend(withdrawn(live, schema, features)?);
            changes.extend(features.iter().map(|feature| Change::Put {
                layer: schema.id.clone(),
                feature: feature.clone(),
            }));
        }
        let mut changes = changes.into_iter().map(Ok::<_, Abandon>);
        live.report(Origin::Shipped, &mut changes)?;
    }
    live.store().set_note(NOTE, &fingerprint)?;
    Ok(true)
}

/// What is shipped, without a store: for who asks before there is one.
///
/// # Errors
/// If the shipped data are faulty; a test holds that they are not.
pub fn shipped() -> Result<Atlas, SeedError> {
    let mut atlas = Atlas::default();
    let layers = layers()?;
    let (border, others): (Vec<_>, Vec<_>) = layers
        .into_iter()
        .partition(|(schema, _)| DERIVED_FROM.contains(&&*schema.id));
    for part in [border, others] {
        let mut completion = Completion::of(&atlas);
        let changes = part.into_iter().flat_map(|(schema, features)| {
            let layer = schema.id.clone();
            let puts = features.into_iter().map(move |feature| Change::Put {
                layer: layer.clone(),
                feature,
            });
            std::iter::once(Change::Layer(Box::new(schema))).chain(puts)
        });
        let completed = changes.map(|change| completion.complete(change).into_change());
        atlas = atlas.with(Revision::default(), completed.collect());
    }
    Ok(atlas)
}

/// Removals of features that an older program shipped and this one does not.
fn withdrawn(
    live: &LiveAtlas,
    schema: &Schema,
    features: &[Feature],
) -> Result<Vec<Change>, StoreError> {
    if live.snapshot().layer(&schema.id).is_none() {
        return Ok(Vec::new());
    }
    let kept: HashSet<&str> = features.iter().map(|feature| &*feature.id).collect();
    Ok(live
        .store()
        .shipped_ids(&schema.id)?
        .into_iter()
        .filter(|id| !kept.contains(&**id))
        .map(|id| Change::Remove {
            layer: schema.id.clone(),
            id,
        })
        .collect())
}

/// Tells these shipped data from all others.
fn fingerprint() -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&SEED_FORMAT.to_le_bytes());
    for (name, text) in [("layers.toml", LAYERS)].iter().chain(FILES) {
        for part in [name, text] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
    }
    hasher.finalize().to_hex().to_string()
}

/// Every layer with its features, checked against its declaration.
fn layers() -> Result<Vec<(Schema, Vec<Feature>)>, SeedError> {
    declared()?
        .into_iter()
        .map(|shipped| {
            let schema = shipped.schema.with_derived();
            let features = features(&schema, &shipped.file).map_err(SeedError::Data)?;
            Ok((schema, features))
        })
        .collect()
}

fn declared() -> Result<Vec<Shipped>, SeedError> {
    toml::from_str::<Layers>(LAYERS)
        .map(|layers| layers.layer)
        .map_err(|error| SeedError::Data(format!("layers.toml: {error}")))
}

fn features(schema: &Schema, file: &str) -> Result<Vec<Feature>, String> {
    let (_, text) = FILES
        .iter()
        .find(|(name, _)| *name == file)
        .ok_or_else(|| format!("the program does not carry {file}"))?;
    let shaper = Shaper {
        schema,
        id: None,
        keep_equal: false,
        cells: false,
        ignore_unknown: false,
        make_valid: false,
    };
    geojson::read::read(text.as_bytes())
        .map(|row| {
            let row = row.map_err(|fault| format!("{file}: {fault}"))?;
            let line = row.line;
            let shaped = shaper
                .feature(row)
                .map_err(|reason| format!("{file}: line {line}: {reason}"))?;
            Ok(shaped.feature)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_data_fit_their_declaration() {
        let layers = layers().unwrap();
        assert_eq!(
            layers.len(),
            FILES.len(),
            "a file is carried that no layer names"
        );
        for (schema, features) in &layers {
            crate::import::check_layer_id(&schema.id).unwrap();
            assert!(!features.is_empty(), "{} is empty", schema.id);
            let ids: HashSet<&str> = features.iter().map(|feature| &*feature.id).collect();
            assert_eq!(ids.len(), features.len(), "{} has an id twice", schema.id);
            if let Some(time) = &schema.time {
                assert!(schema.index_of(&time.field).is_some());
            }
        }
    }
}
