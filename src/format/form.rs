//! The forms in which a layer leaves as a file and comes back: the one table that the service, the
//! commands and the API's description read.

use std::sync::Arc;

use crate::atlas::layer::Layer;
use crate::atlas::model::schema::GeometryKind;

/// A form of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One feature collection (RFC 7946).
    GeoJson,
    /// A text sequence (RFC 8142).
    GeoJsonSeq,
    /// One feature a line.
    GeoJsonLines,
    /// A table (RFC 4180).
    Csv,
    /// `FlatGeobuf` 3 with its index.
    FlatGeobuf,
    /// A `GeoPackage` 1.3 of one layer (OGC 12-128r18).
    GeoPackage,
    /// KML 2.2 (OGC 07-147r2).
    Kml,
    /// GPX 1.1 (topografix.com/GPX/1/1).
    Gpx,
    /// `GeoParquet` 1.1 (geoparquet.org).
    #[cfg(feature = "geoparquet")]
    GeoParquet,
}

/// What is to be known of a form.
#[derive(Debug)]
pub struct Facts {
    /// Which one.
    pub form: Form,
    /// Its names, as in `f=` and `--format`; the first is the usual one.
    pub names: &'static [&'static str],
    /// What it is, for people.
    pub title: &'static str,
    /// Its media type, as in `Content-Type`.
    pub media: &'static str,
    /// Media types that a client may ask for it by, without parameters.
    pub accepted_as: &'static [&'static str],
    /// How names of such files end; the first is written.
    pub extensions: &'static [&'static str],
    /// Whether it can only be read and written as a file, not as a stream.
    pub needs_scratch: bool,
    /// What a row's place in a file is counted by.
    pub unit: &'static str,
    /// What the values of its rows are.
    pub cells: Cells,
}

/// What the values of a file's rows are before a schema has looked at them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cells {
    /// Of the type that they mean.
    Typed,
    /// The same, but for lists and objects, which are JSON text.
    JsonAsText,
    /// Text, whatever they mean.
    Text,
}

/// Every form, the usual one first.
pub static FORMS: [Facts; 8 + cfg!(feature = "geoparquet") as usize] = [
    Facts {
        form: Form::GeoJson,
        names: &["geojson", "json"],
        title: "GeoJSON",
        media: "application/geo+json",
        accepted_as: &["application/geo+json", "application/json"],
        extensions: &["geojson", "json"],
        needs_scratch: false,
        unit: "line",
        cells: Cells::Typed,
    },
    Facts {
        form: Form::GeoJsonSeq,
        names: &["geojsonseq"],
        title: "GeoJSON text sequence",
        media: "application/geo+json-seq",
        accepted_as: &["application/geo+json-seq"],
        extensions: &["geojsons", "geojsonseq"],
        needs_scratch: false,
        unit: "line",
        cells: Cells::Typed,
    },
    Facts {
        form: Form::GeoJsonLines,
        names: &["geojsonl"],
        title: "GeoJSON, one feature a line",
        media: "application/x-ndjson",
        accepted_as: &["application/x-ndjson"],
        extensions: &["geojsonl", "ndjson", "jsonl", "ndgeojson"],
        needs_scratch: false,
        unit: "line",
        cells: Cells::Typed,
    },
    Facts {
        form: Form::Csv,
        names: &["csv"],
        title: "CSV",
        media: "text/csv; charset=utf-8",
        accepted_as: &["text/csv"],
        extensions: &["csv", "tsv"],
        needs_scratch: false,
        unit: "line",
        cells: Cells::Text,
    },
    Facts {
        form: Form::FlatGeobuf,
        names: &["fgb", "flatgeobuf"],
        title: "FlatGeobuf",
        media: "application/flatgeobuf",
        accepted_as: &["application/flatgeobuf", "application/vnd.flatgeobuf"],
        extensions: &["fgb"],
        needs_scratch: true,
        unit: "feature",
        cells: Cells::Typed,
    },
    Facts {
        form: Form::GeoPackage,
        names: &["gpkg", "geopackage"],
        title: "GeoPackage",
        media: "application/geopackage+sqlite3",
        accepted_as: &["application/geopackage+sqlite3"],
        extensions: &["gpkg"],
        needs_scratch: true,
        unit: "feature",
        cells: Cells::Typed,
    },
    Facts {
        form: Form::Kml,
        names: &["kml"],
        title: "KML",
        media: "application/vnd.google-earth.kml+xml",
        accepted_as: &["application/vnd.google-earth.kml+xml"],
        extensions: &["kml"],
        needs_scratch: false,
        unit: "line",
        cells: Cells::JsonAsText,
    },
    Facts {
        form: Form::Gpx,
        names: &["gpx"],
        title: "GPX",
        media: "application/gpx+xml",
        accepted_as: &["application/gpx+xml"],
        extensions: &["gpx"],
        needs_scratch: false,
        unit: "line",
        cells: Cells::Typed,
    },
    #[cfg(feature = "geoparquet")]
    Facts {
        form: Form::GeoParquet,
        names: &["parquet", "geoparquet"],
        title: "GeoParquet",
        media: "application/vnd.apache.parquet",
        accepted_as: &["application/vnd.apache.parquet"],
        extensions: &["parquet"],
        needs_scratch: true,
        unit: "feature",
        cells: Cells::JsonAsText,
    },
];

/// The columns of a table that say where a feature is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceColumns {
    /// `lon` and `lat`, for single points.
    LngLat,
    /// `geometry`, as well-known text.
    Wkt,
}

impl PlaceColumns {
    /// Each with its name, and what it is for people.
    pub const ALL: [(Self, &'static str, &'static str); 2] = [
        (Self::LngLat, "lonlat", "lon and lat"),
        (Self::Wkt, "wkt", "well-known text"),
    ];

    /// The ones of a name.
    pub fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find_map(|(columns, own, _)| (own == name).then_some(columns))
    }
}

impl Form {
    /// What is to be known of it.
    pub fn facts(self) -> &'static Facts {
        // The table has a row for each.
        FORMS
            .iter()
            .find(|facts| facts.form == self)
            .unwrap_or(&FORMS[0])
    }

    /// The form of a name in `f=` or `--format`.
    pub fn named(name: &str) -> Option<Self> {
        let known = FORMS.iter().find(|facts| facts.names.contains(&name));
        known.map(|facts| facts.form)
    }

    /// The form that a file's name says.
    pub fn of_file_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        let extension = extension.to_ascii_lowercase();
        let mut known = FORMS.iter();
        known
            .find(|facts| facts.extensions.contains(&extension.as_str()))
            .map(|facts| facts.form)
    }

    /// The form that a file's first bytes look like.
    pub fn of_beginning(bytes: &[u8]) -> Self {
        if bytes.starts_with(b"SQLite format 3\0") {
            return Self::GeoPackage;
        }
        if bytes.starts_with(b"fgb") {
            return Self::FlatGeobuf;
        }
        #[cfg(feature = "geoparquet")]
        if bytes.starts_with(b"PAR1") {
            return Self::GeoParquet;
        }
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        match bytes.trim_ascii_start().first() {
            Some(b'<') if bytes.windows(4).any(|word| word == b"<gpx") => Self::Gpx,
            Some(b'<') => Self::Kml,
            Some(b'{' | b'[' | 0x1E) => Self::GeoJson,
            _ => Self::Csv,
        }
    }

    /// Whether every layer of a kind can be written in this form.
    pub fn suits(self, kind: GeometryKind) -> bool {
        self != Self::Gpx || matches!(kind, GeometryKind::Point | GeometryKind::Line)
    }

    /// Whether coordinates in it can be in other systems than longitude and latitude.
    pub fn has_systems(self) -> bool {
        matches!(
            self,
            Self::GeoJson
                | Self::GeoJsonSeq
                | Self::GeoJsonLines
                | Self::FlatGeobuf
                | Self::GeoPackage
        )
    }

    /// Why a layer cannot be written in this form, if it cannot: one sentence.
    pub fn refuses(self, layer: &Arc<Layer>) -> Option<String> {
        let kind = layer.schema().geometry;
        let held = match kind {
            _ if self.suits(kind) => return None,
            GeometryKind::Any if layer.has_only_points() => return None,
            GeometryKind::Any => "geometry of any kind",
            _ => "areas",
        };
        Some(format!(
            "GPX has a form for points and lines only, and layer {} holds {held}",
            layer.schema().id
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_found_by_all_that_it_is_called() {
        for facts in &FORMS {
            assert_eq!(facts.form.facts().names, facts.names);
            for name in facts.names {
                assert_eq!(Form::named(name), Some(facts.form));
            }
            for extension in facts.extensions {
                let name = format!("a.b.{}", extension.to_uppercase());
                assert_eq!(Form::of_file_name(&name), Some(facts.form));
            }
        }
        assert_eq!(Form::named("shp"), None);
        assert_eq!(Form::of_file_name("geojson"), None);
    }

    #[test]
    fn a_beginning_tells_the_form() {
        let check = |bytes: &[u8], form| assert_eq!(Form::of_beginning(bytes), form);
        check(b"\xEF\xBB\xBF {\"type\"", Form::GeoJson);
        check(b"\x1E{}", Form::GeoJson);
        check(b"id,lon,lat", Form::Csv);
        check(b"", Form::Csv);
        check(b"fgb\x03fgb\x00", Form::FlatGeobuf);
        check(b"SQLite format 3\0", Form::GeoPackage);
        check(b"<?xml version=\"1.0\"?>\n<gpx ", Form::Gpx);
        check(b"\xEF\xBB\xBF<kml ", Form::Kml);
    }
}
