//! The representations that there are: what each is called in `f`, its media type, and what it holds.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value as Json, json};

use crate::format::FORMATS;
use crate::format::file::FileFormat;
use crate::http::kit::component::component;
use crate::http::kit::features;
use crate::http::kit::link;

/// A representation of a resource (RFC 9110 §3.2).
#[derive(Clone, Copy)]
pub struct Representation {
    /// Its names in the parameter `f`; the first is the one in links.
    pub names: &'static [&'static str],
    /// Its media type, as in `Content-Type`.
    pub media: &'static str,
    /// Media types that a client may ask for it by, without parameters.
    pub accepted_as: &'static [&'static str],
    /// Its schema in the API's description, made with those of all others.
    pub schema: fn(&mut SchemaGenerator) -> Schema,
}

/// JSON, whose schema [`Representation::of`] gives.
pub const JSON: Representation = Representation {
    names: &["json"],
    media: link::JSON,
    accepted_as: &["application/json"],
    schema: |_| Schema::default(),
};
/// GeoJSON.
pub const GEOJSON: Representation = Representation {
    names: &["json", "geojson"],
    media: link::GEOJSON,
    accepted_as: &["application/geo+json", "application/json"],
    schema: features::collection,
};
/// A page for people.
pub const HTML: Representation = Representation {
    names: &["html"],
    media: "text/html; charset=utf-8",
    accepted_as: &["text/html", "application/xhtml+xml"],
    schema: |all| component(all, "html", json!({ "type": "string" })),
};
/// The API's own description.
pub const OPENAPI: Representation = Representation {
    names: &["json"],
    media: link::OPENAPI,
    accepted_as: &["application/vnd.oai.openapi+json", "application/json"],
    schema: |all| component(all, "openapi", json!({ "type": "object" })),
};

/// Every form of file, the first for whoever takes anything.
pub static FILES: [Representation; FORMATS.len()] = {
    let mut all = [GEOJSON; FORMATS.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = Representation::file(FORMATS[at]);
        at += 1;
    }
    all
};

/// The same, and the page for people second.
pub static FILES_AND_HTML: [Representation; FORMATS.len() + 1] = {
    let mut all = [HTML; FORMATS.len() + 1];
    all[0] = GEOJSON;
    let mut at = 1;
    while at < FORMATS.len() {
        all[at + 1] = Representation::file(FORMATS[at]);
        at += 1;
    }
    all
};

impl Representation {
    /// A form of file.
    pub const fn file(form: &FileFormat) -> Self {
        Self {
            names: form.names,
            media: form.media,
            accepted_as: form.accepted_as,
            schema: schema_of(form.schema),
        }
    }

    /// The same, whose content is what is written from this type.
    #[must_use]
    pub const fn of<T: JsonSchema>(self) -> Self {
        Self {
            schema: SchemaGenerator::subschema_for::<T>,
            ..self
        }
    }

    /// Its media type in the API's description: a page is described without its character set.
    pub fn described_media(&self) -> &'static str {
        if self.is_html() {
            link::HTML
        } else {
            self.media
        }
    }

    /// The form of file that it is; `None` if it is none.
    pub fn form(&self) -> Option<&'static FileFormat> {
        FileFormat::named(self.names[0])
    }

    /// Whether it is the page for people.
    pub fn is_html(&self) -> bool {
        self.is(&HTML)
    }

    /// Whether it is this one.
    pub fn is(&self, other: &Self) -> bool {
        self.names == other.names
    }
}

/// The schema of a file, by the name that its format has for it.
const fn schema_of(name: &str) -> fn(&mut SchemaGenerator) -> Schema {
    match name.as_bytes() {
        b"featureCollection" => features::collection,
        b"lines" => |all| {
            let text = "One GeoJSON feature a line; in a text sequence after a record separator.";
            component(
                all,
                "lines",
                json!({ "type": "string", "description": text }),
            )
        },
        b"table" => |all| {
            let text = "Comma-separated values with lon and lat, or geometry as well-known text.";
            component(
                all,
                "table",
                json!({ "type": "string", "description": text }),
            )
        },
        b"xml" => |all| {
            let text = "An XML document with a feature's values as ExtendedData (KML) or extensions (GPX).";
            component(all, "xml", json!({ "type": "string", "description": text }))
        },
        _ => |all| {
            let text = "One layer with its fields, as its format has it.";
            let schema = json!({ "type": "string", "format": "binary", "description": text });
            component(all, "file", schema)
        },
    }
}

/// `f`, which chooses among these, as a parameter's members in the API's description.
pub fn encodings(all: &[Representation]) -> Json {
    // Whoever chooses from the list sees no format by two names, but for GeoJSON, which is also what JSON is.
    let is_listed = |own: &Representation, name: &str| {
        name == own.names[0] || FORMATS.iter().any(|format| format.names[0] == name)
    };
    let names = all.iter().flat_map(|own| {
        let listed = own.names.iter().filter(|name| is_listed(own, name));
        listed.copied()
    });
    let names: Vec<&str> = names.collect();
    json!({
        "description": "The encoding; it goes before the Accept header.",
        "schema": { "type": "string", "enum": names },
        "example": names.first(),
    })
}
