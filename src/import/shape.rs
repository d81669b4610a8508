//! One row to one feature of a layer, or the reason why not.

use geo::Geometry;
use serde_json::Value as Json;

use crate::atlas::geo::cost::Cost;
use crate::atlas::geo::mend;
use crate::atlas::geo::validity;
use crate::atlas::model::feature::Feature;
use crate::atlas::model::schema::{GeometryKind, Schema, Value};
use crate::format::row::{Properties, Row};
use crate::format::{csv, wkt};
use crate::import::infer::kind_of;
use crate::import::moments;

/// The longest id, in bytes.
const ID_BYTES_MAX: usize = 255;
/// The length of an id made from content, in hexadecimal digits: 80 bits.
const CONTENT_ID_DIGITS: usize = 20;

/// How rows become features of a layer.
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct Shaper<'a> {
    /// What the layer is, with its derived fields.
    pub schema: &'a Schema,
    /// The property that has the features' ids, if that was said.
    pub id: Option<&'a str>,
    /// Rows without an id that say the same are kept, each under its number among them.
    pub keep_equal: bool,
    /// Properties that are text take the type of their field.
    pub cells: bool,
    /// Properties that the layer does not have are passed over, not refused.
    pub ignore_unknown: bool,
    /// Areas that are not valid are mended, not refused.
    pub make_valid: bool,
}

/// A feature, and whether its id was made from its content.
pub struct Shaped {
    /// The feature; derived fields are null.
    pub feature: Feature,
    /// The file gave no id.
    pub id_from_content: bool,
    /// Its areas were not valid and have been mended.
    pub mended: bool,
    /// It has an instant without a zone, which was taken as UTC.
    pub assumed_utc: bool,
}

impl Shaper<'_> {
    /// Makes a feature of a row.
    ///
    /// # Errors
    /// All that is wrong with the row, in one sentence or more.
    pub fn feature(&self, mut row: Row) -> Result<Shaped, String> {
        let mut faults = Vec::new();
        faults.extend(adopt_id(&mut row, Some(self.schema), self.id).err());
        let mut mended = false;
        if let Some(geometry) = &mut row.geometry {
            faults.extend(self.misfit(geometry));
            match self.sound(geometry) {
                Ok(None) => {}
                Ok(Some(whole)) => (*geometry, mended) = (whole, true),
                Err(fault) => faults.push(fault),
            }
        }
        if let Some(fault) = row.id.as_deref().and_then(id_fault) {
            faults.push(fault);
        }
        let assumed_utc = self.know(&mut row.properties);
        let values = self
            .schema
            .values_of(row.properties.iter())
            .unwrap_or_else(|reasons| {
                faults.extend(reasons);
                Box::default()
            });
        if !faults.is_empty() {
            return Err(faults.join("; "));
        }
        let id_from_content = row.id.is_none();
        let id = match row.id {
            Some(id) => id.into(),
            None => self.content_id(row.geometry.as_ref(), &values),
        };
        Ok(Shaped {
            feature: Feature {
                id,
                geometry: row.geometry,
                values,
            },
            id_from_content,
            mended,
            assumed_utc,
        })
    }

    /// Takes out the properties that are to be passed over, and gives text cells their types. Whether UTC was assumed
    /// of an instant.
    fn know(&self, properties: &mut Properties) -> bool {
        let mut expected = 0;
        let mut assumed_utc = false;
        properties.retain_mut(|name, value| {
            let Some(at) = self.schema.index_near(name, expected) else {
                // An answer to a near question carries it; it belongs to the question.
                return !self.ignore_unknown && name != csv::DISTANCE_M;
            };
            expected = at + 1;
            let kind = self.schema.fields[at].kind;
            if self.cells {
                *value = csv::typed(kind, value.take());
            }
            if let Json::String(text) = value {
                let (fitted, assumed) = moments::fitted(kind, text);
                assumed_utc |= assumed;
                if *text != fitted {
                    *text = fitted.into_owned();
                }
            }
            true
        });
        assumed_utc
    }

    /// What a geometry becomes when its areas are mended, if they have to be; an error if it is to be
    /// refused.
    fn sound(&self, geometry: &Geometry) -> Result<Option<Geometry>, String> {
        if let Some(excess) = Cost::of(geometry).excess() {
            return Err(excess.to_string());
        }
        let Some(fault) = validity::fault_of(geometry) else {
            return Ok(None);
        };
        if !self.make_valid {
            return Err(match mend::obstacle(geometry) {
                None => format!("{fault}; import it with --make-valid to have it mended"),
                Some(obstacle) => format!("{fault}; --make-valid cannot mend it: {obstacle}"),
            });
        }
        mend::mended(geometry).map(Some)
    }

    fn misfit(&self, geometry: &Geometry) -> Option<String> {
        let (wanted, kind) = (self.schema.geometry, kind_of(geometry));
        if wanted == GeometryKind::Any || wanted == kind {
            return None;
        }
        let name = |kind| match kind {
            GeometryKind::Point => "points",
            GeometryKind::Line => "lines",
            GeometryKind::Polygon => "polygons",
            GeometryKind::Any => "geometry collections",
        };
        Some(format!(
            "layer {} holds {}, not {}",
            self.schema.id,
            name(wanted),
            name(kind)
        ))
    }

    /// The same content has the same id, whatever the format and the order of its properties.
    fn content_id(&self, geometry: Option<&Geometry>, values: &[Value]) -> Box<str> {
        let mut hasher = blake3::Hasher::new();
        let mut part = |text: &str| {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        };
        part(&geometry.map(wkt::write).unwrap_or_default());
        let mut fields: Vec<_> = self
            .schema
            .fields
            .iter()
            .zip(values)
            .filter(|(field, value)| !field.derived && **value != Value::Null)
            .collect();
        fields.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
        for (field, value) in fields {
            part(&field.name);
            part(&value.text().unwrap_or_default());
        }
        hasher.finalize().to_hex()[..CONTENT_ID_DIGITS].into()
    }
}

/// Takes a feature's id from the property that was named for it; that stays a property, too. Otherwise a property
/// `id` is the feature's id where the file gives no other, as GDAL writes it, unless it is a field of the layer.
///
/// # Errors
/// One sentence, if the property that was named has no id.
pub(super) fn adopt_id(
    row: &mut Row,
    schema: Option<&Schema>,
    named: Option<&str>,
) -> Result<(), String> {
    if let Some(named) = named {
        if named.eq_ignore_ascii_case("id") && row.properties.get(named).is_none() {
            // The reader has taken it already.
            return Ok(());
        }
        row.id = match row.properties.get(named) {
            Some(Json::String(id)) => Some(id.clone()),
            Some(Json::Number(id)) => Some(id.to_string()),
            _ => return Err(format!("there is no id in \"{named}\", which --id names")),
        };
        return Ok(());
    }
    if schema.is_some_and(|schema| schema.index_of("id").is_some()) {
        return Ok(());
    }
    let id = match row.properties.get("id") {
        Some(Json::String(id)) => id.clone(),
        Some(Json::Number(id)) => id.to_string(),
        _ => return Ok(()),
    };
    if row.id.as_ref().is_none_or(|known| *known == id) {
        row.properties.retain_mut(|name, _| name != "id");
        row.id = Some(id);
    }
    Ok(())
}

fn id_fault(id: &str) -> Option<String> {
    if id.is_empty() {
        Some("the id is empty".into())
    } else if id.len() > ID_BYTES_MAX {
        Some(format!("the id is longer than {ID_BYTES_MAX} bytes"))
    } else if id.chars().any(char::is_control) {
        Some(format!("the id {id:?} has control characters"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Schema {
        serde_json::from_value::<Schema>(serde_json::json!({
            "id": "posts", "title": "Posts", "geometry": "point", "border_referenced": true,
            "field": [
                {"name": "name", "type": "string", "required": true},
                {"name": "staff", "type": "integer"}
            ]
        }))
        .unwrap()
        .with_derived()
    }

    fn row(id: Option<&str>, properties: Json) -> Row {
        let Json::Object(properties) = properties else {
            unreachable!()
        };
        Row {
            line: 1,
            id: id.map(Into::into),
            geometry: Some(geo::Point::new(45.0, 35.0).into()),
            properties: properties.into_iter().collect(),
        }
    }

    fn shaped(row: Row, cells: bool, ignore_unknown: bool) -> Result<Feature, String> {
        Shaper {
            schema: &schema(),
            id: None,
            keep_equal: false,
            cells,
            ignore_unknown,
            make_valid: false,
        }
        .feature(row)
        .map(|shaped| shaped.feature)
    }

    #[test]
    fn the_same_content_has_the_same_id() {
        let one = row(None, serde_json::json!({"name": "Bashmaq", "staff": 4}));
        let other = row(
            None,
            serde_json::json!({"staff": "4", "name": "Bashmaq", "border_km": "9"}),
        );
        let different = row(None, serde_json::json!({"name": "Bashmaq", "staff": 5}));
        let id = |row, cells| shaped(row, cells, false).unwrap().id;
        assert_eq!(id(one.clone(), false), id(other, true));
        assert_ne!(id(one, false), id(different, false));
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let mut bad = row(Some(""), serde_json::json!({"staff": "many", "mood": 1}));
        bad.geometry = Some(geo::LineString::from(vec![(1.0, 2.0), (3.0, 4.0)]).into());
        let fault = shaped(bad, false, false).unwrap_err();
        for part in [
            "holds points, not lines",
            "id is empty",
            "\"mood\"",
            "\"staff\"",
            "\"name\" is missing",
        ] {
            assert!(fault.contains(part), "{fault}");
        }
    }

    #[test]
    fn what_is_not_the_layers_is_passed_over_only_if_asked() {
        let with = |name: &str| row(None, serde_json::json!({"name": "a", name: 1}));
        assert!(shaped(with("mood"), false, false).is_err());
        assert!(shaped(with("mood"), false, true).is_ok());
        assert!(shaped(with("distance_m"), false, false).is_ok());
        assert!(shaped(with("border_km"), false, false).is_ok());
    }

    #[test]
    fn a_property_id_is_the_id() {
        let id = |known, property: Json| {
            shaped(
                row(known, serde_json::json!({"name": "a", "id": property})),
                false,
                false,
            )
            .map(|feature| feature.id)
        };
        assert_eq!(&*id(None, "x".into()).unwrap(), "x");
        assert_eq!(&*id(None, 7.into()).unwrap(), "7");
        assert_eq!(&*id(Some("x"), "x".into()).unwrap(), "x");
        assert!(id(Some("x"), "y".into()).is_err());
    }
}
