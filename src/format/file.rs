//! What a file format is: what is to be known of it, how its files are read and written.

use std::fmt::{self, Debug, Write as _};
use std::io::{self, BufRead};
use std::sync::Arc;

use tempfile::NamedTempFile;

use super::{ELSE, FORMATS};
use crate::atlas::layer::Layer;
use crate::atlas::model::schema::GeometryKind;
use crate::format::encoding;
use crate::format::limits;
use crate::format::reading::{ReadOptions, Remarks};
use crate::format::row::{Row, RowFault};
use crate::format::writer::{ExportOptions, Writer};

/// A format in which a layer leaves as a file and comes back. Each is a static in the folder of its own that
/// [`FORMATS`] lists; the service, the commands and the API's description know no more of it than this.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct FileFormat {
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
    /// The name of the schema in the API's description that its text has.
    pub schema: &'static str,
    /// Whether its files are text.
    pub is_text: bool,
    /// Whether it can only be read and written as a file, not as a stream.
    pub needs_scratch: bool,
    /// Whether coordinates in it can be in other systems than longitude and latitude.
    pub has_systems: bool,
    /// Whether areas can be written in it.
    pub has_areas: bool,
    /// What a row's place in a file is counted by.
    pub unit: &'static str,
    /// What the values of its rows are.
    pub cells: Cells,
    /// Whether a file is one, by its first bytes; only one format says so of any.
    pub(super) begins: fn(&[u8]) -> bool,
    /// The rows of a file.
    pub(super) read: fn(SourceFile<'_>) -> Rows,
    /// What writes such a file; an error if its scratch file fails.
    pub(super) write: fn(ExportOptions<'_>) -> io::Result<Box<dyn Writer>>,
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

/// A file that is read.
pub(super) struct SourceFile<'a> {
    pub(super) reader: Box<dyn BufRead + Send>,
    /// What was said of it.
    pub(super) options: &'a ReadOptions,
    /// Takes what is to be said of it.
    pub(super) remarks: &'a Remarks,
    /// An empty file for a copy, where the format needs one.
    pub(super) scratch: Option<NamedTempFile>,
}

/// Rows as they are read.
pub type Rows = Box<dyn Iterator<Item = Result<Row, RowFault>> + Send>;

impl FileFormat {
    /// The format of a name in `f=` or `--format`.
    pub fn named(name: &str) -> Option<&'static Self> {
        let mut all = FORMATS.into_iter();
        all.find(|format| format.names.contains(&name))
    }

    /// The format that a file's name says.
    pub fn of_file_name(name: &str) -> Option<&'static Self> {
        let (_, extension) = name.rsplit_once('.')?;
        let extension = extension.to_ascii_lowercase();
        let mut all = FORMATS.into_iter();
        all.find(|format| format.extensions.contains(&extension.as_str()))
    }

    /// The format that a file's first bytes look like.
    pub fn of_beginning(bytes: &[u8]) -> &'static Self {
        let mut all = FORMATS.into_iter();
        all.find(|format| (format.begins)(bytes)).unwrap_or(ELSE)
    }

    /// What there are files of, for people; what is a way to write one format is not told apart.
    pub fn titles() -> String {
        let mut titles: Vec<&str> = Vec::new();
        for format in FORMATS {
            if !titles.iter().any(|title| format.title.starts_with(title)) {
                titles.push(format.title);
            }
        }
        let last = titles.pop().unwrap_or_default();
        format!("{} or {last}", titles.join(", "))
    }

    /// All formats with how their files' names end, a line each, for a command's help.
    pub fn help() -> String {
        let mut help = String::new();
        for format in FORMATS {
            let ends: Vec<String> = format
                .extensions
                .iter()
                .map(|end| format!(".{end}"))
                .collect();
            // Writing to memory does not fail.
            let _ = writeln!(
                help,
                "  {:<11} {} ({})",
                format.names[0],
                format.title,
                ends.join(", ")
            );
        }
        help
    }

    /// Reads the rows of a file. A format that cannot be read as a stream is copied to the scratch file
    /// first. A row over the ceilings (`limits.rs`) is a fault. What is to be said of the file is remarked as it
    /// is read.
    pub fn rows(
        &self,
        reader: Box<dyn BufRead + Send>,
        options: &ReadOptions,
        remarks: &Remarks,
        scratch: Option<NamedTempFile>,
    ) -> Rows {
        let within = |row: Result<Row, RowFault>| {
            let row = row?;
            let line = row.line;
            limits::checked(row).map_err(|reason| RowFault { line, reason })
        };
        let decoded = if self.is_text {
            encoding::utf8(reader, options.encoding)
        } else {
            Ok(reader)
        };
        let reader = match decoded {
            Ok(reader) => reader,
            Err(error) => {
                let reason = format!("the file cannot be read: {error}");
                return Box::new(std::iter::once(Err(RowFault { line: 1, reason })));
            }
        };
        let rows = (self.read)(SourceFile {
            reader,
            options,
            remarks,
            scratch,
        });
        Box::new(rows.map(within))
    }

    /// What writes features in this format.
    ///
    /// # Errors
    /// If it needs a scratch file and there is none, or that fails.
    pub fn writer(&self, options: ExportOptions<'_>) -> io::Result<Box<dyn Writer>> {
        (self.write)(options)
    }

    /// Whether every layer of a kind can be written in this format.
    pub fn suits(&self, kind: GeometryKind) -> bool {
        self.has_areas || matches!(kind, GeometryKind::Point | GeometryKind::Line)
    }

    /// Why a layer cannot be written in this format, if it cannot: one sentence.
    pub fn refuses(&self, layer: &Arc<Layer>) -> Option<String> {
        let kind = layer.schema().geometry;
        let held = match kind {
            _ if self.suits(kind) => return None,
            GeometryKind::Any if layer.has_only_points() => return None,
            GeometryKind::Any => "geometry of any kind",
            _ => "areas",
        };
        Some(format!(
            "{} has a form for points and lines only, and layer {} holds {held}",
            self.title,
            layer.schema().id
        ))
    }
}

impl PartialEq for FileFormat {
    fn eq(&self, other: &Self) -> bool {
        self.names == other.names
    }
}

impl Eq for FileFormat {}

impl Debug for FileFormat {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(self.title)
    }
}

/// A text from its first letter on, without a byte order mark.
pub(super) fn text(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    bytes.trim_ascii_start()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{csv, flatgeobuf, geojson, geopackage, gpx, kml};

    #[test]
    fn every_format_is_found_by_all_that_it_is_called() {
        for format in FORMATS {
            for name in format.names {
                assert_eq!(FileFormat::named(name), Some(format));
            }
            for extension in format.extensions {
                let name = format!("a.b.{}", extension.to_uppercase());
                assert_eq!(FileFormat::of_file_name(&name), Some(format));
            }
        }
        assert_eq!(FileFormat::named("shp"), None);
        assert_eq!(FileFormat::of_file_name("geojson"), None);
    }

    #[test]
    fn a_beginning_tells_the_format() {
        let check = |bytes: &[u8], format| {
            assert_eq!(FileFormat::of_beginning(bytes), format);
            let claims = FORMATS.iter().filter(|format| (format.begins)(bytes));
            assert!(claims.count() < 2, "{bytes:?}");
        };
        check(b"\xEF\xBB\xBF {\"type\"", &geojson::FORMAT);
        check(b"\x1E{}", &geojson::FORMAT);
        check(b"id,lon,lat", &csv::FORMAT);
        check(b"", &csv::FORMAT);
        check(b"fgb\x03fgb\x00", &flatgeobuf::FORMAT);
        check(b"SQLite format 3\0", &geopackage::FORMAT);
        check(b"<?xml version=\"1.0\"?>\n<gpx ", &gpx::FORMAT);
        check(b"\xEF\xBB\xBF<kml ", &kml::FORMAT);
    }
}
