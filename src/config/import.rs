//! What `bordermap import` is told.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use crate::atlas::model::schema::FieldType;
use crate::config::StoreArgs;
use crate::config::values::{encoding, forms, typed_column};
use crate::format::file::FileFormat;

/// What to import.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[derive(Clone, Debug, Args)]
pub struct ImportArgs {
    /// The file; - is standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// The layer's id; a layer that is not there is created
    #[arg(long, value_name = "LAYER")]
    pub layer: String,
    /// The file's format, if its name and beginning do not tell
    #[arg(long, value_parser = forms())]
    pub format: Option<&'static FileFormat>,
    /// The layer of the file, if it holds several
    #[arg(long, value_name = "NAME")]
    pub source_layer: Option<String>,
    /// What the file's text is written in, such as windows-1256, if it does not tell
    #[arg(long, value_name = "ENCODING", value_parser = encoding)]
    pub encoding: Option<&'static encoding_rs::Encoding>,
    /// In CSV: the first row is a feature, too; columns are called column and their number, from `column_1` on
    #[arg(long)]
    pub no_header: bool,
    /// The column, or the property, that has the features' ids
    #[arg(long, value_name = "COLUMN")]
    pub id: Option<String>,
    /// In CSV: the column with longitudes, in degrees
    #[arg(long, value_name = "COLUMN", requires = "lat")]
    pub lon: Option<String>,
    /// In CSV: the column with latitudes, in degrees
    #[arg(long, value_name = "COLUMN", requires = "lon")]
    pub lat: Option<String>,
    /// In CSV: the column with geometries in well-known text
    #[arg(long, value_name = "COLUMN", conflicts_with = "lon")]
    pub geometry: Option<String>,
    /// Of a new layer: the column that says when; with START/END, the two that say from when until when
    #[arg(long, value_name = "COLUMN")]
    pub time: Option<String>,
    /// Of a new layer: what a column holds: text, integer, number, boolean, date, datetime or json
    #[arg(long = "type", value_name = "COLUMN=TYPE", value_parser = typed_column)]
    pub types: Vec<(String, FieldType)>,
    /// Reads and checks everything, changes nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Takes the good rows even if others are refused
    #[arg(long)]
    pub keep_going: bool,
    /// Keeps rows without an id that say the same, each under its number among them
    #[arg(long)]
    pub keep_equal: bool,
    /// Passes over properties that the layer does not have
    #[arg(long)]
    pub ignore_unknown: bool,
    /// Mends areas that cross themselves instead of refusing them
    #[arg(long)]
    pub make_valid: bool,
    /// Which store
    #[command(flatten)]
    pub store: StoreArgs,
}
