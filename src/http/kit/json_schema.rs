//! A layer as JSON Schema (2020-12): its properties, those that a question may ask for, and those that
//! an answer may be ordered by (OGC API Features Part 5, 23-058r2; Part 3, 19-079r2 §6 and §7).

use schemars::{Schema as Described, SchemaGenerator};
use serde_json::{Map, Value as Json, json};

use crate::atlas::model::schema::{Field, FieldType, GeometryKind, Schema};
use crate::atlas::query::sort::is_sortable;
use crate::http::kit::component::component;
use crate::http::kit::selection::RESERVED;

/// `application/schema+json`.
pub const MEDIA: &str = "application/schema+json";

/// The name of the identifier among the properties.
pub const ID: &str = "id";
/// The name of the geometry among the properties.
pub const GEOMETRY: &str = "geometry";

/// Which of a layer's properties a document tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaKind {
    /// All that a feature has.
    Schema,
    /// Those that a filter or a parameter of their own may ask for.
    Queryables,
    /// Those that `sortby` may name.
    Sortables,
}

impl SchemaKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Schema, Self::Queryables, Self::Sortables];

    /// The last segment of its path.
    pub fn segment(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::Queryables => "queryables",
            Self::Sortables => "sortables",
        }
    }

    /// The relation of a link from the layer to it.
    pub fn rel(self) -> &'static str {
        match self {
            Self::Schema => "http://www.opengis.net/def/rel/ogc/1.0/schema",
            Self::Queryables => "http://www.opengis.net/def/rel/ogc/1.0/queryables",
            Self::Sortables => "http://www.opengis.net/def/rel/ogc/1.0/sortables",
        }
    }

    /// What it is, for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Schema => "The properties of its features",
            Self::Queryables => "What may be asked for",
            Self::Sortables => "What its features may be ordered by",
        }
    }

    /// Whether it tells of a field.
    pub fn has(self, field: &Field) -> bool {
        match self {
            Self::Schema => true,
            Self::Queryables => is_queryable(field),
            Self::Sortables => is_sortable(field),
        }
    }
}

/// Whether a parameter of the field's name asks for its values.
pub fn is_queryable(field: &Field) -> bool {
    field.kind != FieldType::Json && !RESERVED.contains(&&*field.name)
}

/// The document, whose own address is `id`.
pub fn document(schema: &Schema, kind: SchemaKind, id: &str) -> Json {
    let mut properties = Map::new();
    let identifier = json!({
        "title": "Id", "description": "What tells the feature from all others of its layer.",
        "type": "string", "x-ogc-role": "id",
    });
    properties.insert(ID.into(), identifier);
    if kind != SchemaKind::Sortables {
        properties.insert(GEOMETRY.into(), geometry(schema.geometry));
    }
    for field in schema.fields.iter().filter(|field| kind.has(field)) {
        let mut property = property(field);
        if is_time(schema, field) {
            property["x-ogc-role"] = "primary-instant".into();
        }
        properties.insert(field.name.to_string(), property);
    }
    for (place, (_, property)) in (1..).zip(properties.iter_mut()) {
        property["x-ogc-propertySeq"] = Json::from(place);
    }
    let mut document = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": id,
        "type": "object",
        "title": schema.title,
        "description": schema.description,
        "properties": properties,
        "additionalProperties": false,
    });
    let fields = schema.fields.iter();
    let required = fields.filter(|field| field.required && !field.derived);
    let required: Vec<&str> = required.map(|field| &*field.name).collect();
    if kind == SchemaKind::Schema && !required.is_empty() {
        document["required"] = json!(required);
    }
    document
}

/// How the documents are described.
pub fn described(all: &mut SchemaGenerator) -> Described {
    let text = json!({ "type": "string" });
    let schema = json!({
        "type": "object", "required": ["$schema", "$id", "type", "properties"],
        "properties": {
            "$schema": text, "$id": text, "type": { "type": "string", "enum": ["object"] },
            "title": text, "description": text, "properties": { "type": "object" },
            "required": { "type": "array", "items": text },
            "additionalProperties": { "type": "boolean" },
        },
    });
    component(all, "jsonSchema", schema)
}

/// Whether the field says when a feature happened.
fn is_time(schema: &Schema, field: &Field) -> bool {
    let named = schema
        .time
        .as_ref()
        .is_some_and(|time| *time.field == *field.name);
    named && matches!(field.kind, FieldType::Date | FieldType::Datetime)
}

fn geometry(kind: GeometryKind) -> Json {
    let format = match kind {
        GeometryKind::Point => "geometry-point-or-multipoint",
        GeometryKind::Line => "geometry-linestring-or-multilinestring",
        GeometryKind::Polygon => "geometry-polygon-or-multipolygon",
        GeometryKind::Any => "geometry-any",
    };
    json!({ "title": "Geometry", "format": format, "x-ogc-role": "primary-geometry" })
}

/// A field as a property of the documents.
fn property(field: &Field) -> Json {
    let mut property = json!({});
    property["title"] = field.label().into();
    if !field.description.is_empty() {
        property["description"] = field.description.as_str().into();
    }
    for (name, value) in value_schema(field) {
        property[name] = value;
    }
    if let Some(unit) = field.unit.as_deref() {
        property["x-ogc-unit"] = unit.into();
    }
    if field.derived {
        property["readOnly"] = true.into();
    }
    property
}

/// What a field's values are: the members that OpenAPI 3.0 and JSON Schema have in common.
pub fn value_schema(field: &Field) -> Map<String, Json> {
    let mut schema = Map::new();
    let kind = match field.kind {
        FieldType::Integer => json!("integer"),
        FieldType::Number => json!("number"),
        FieldType::Boolean => json!("boolean"),
        FieldType::String | FieldType::Date | FieldType::Datetime => json!("string"),
        FieldType::Json => json!(["array", "object"]),
    };
    schema.insert("type".into(), kind);
    let format = match field.kind {
        FieldType::Date => Some("date"),
        FieldType::Datetime => Some("date-time"),
        _ => None,
    };
    if let Some(format) = format {
        schema.insert("format".into(), format.into());
    }
    if !field.values.is_empty() {
        schema.insert("enum".into(), json!(field.values));
    }
    schema
}
