//! What the program is told by flags and environment, read once.

mod examples;
mod import;
mod serve;
mod tips;
mod values;

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueHint};

use crate::atlas::geo::position::{Bounds, LngLat};
use crate::atlas::model::time::TimeSpan;
use crate::config::values::{condition, forms, place_columns, radius, store_path, whole_number};
use crate::format::file::FileFormat;
use crate::format::view::PlaceColumns;

pub use crate::config::import::ImportArgs;
pub use crate::config::serve::{Listen, ServeArgs};
pub use crate::config::values::Radius;

/// The store where none is named.
const STORE_DEFAULT: &str = "bordermap.gpkg";

/// A map of the Iran-Iraq border and a spatial API over what was publicly reported near it.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = examples::PROGRAM,
    args_conflicts_with_subcommands = true
)]
pub struct Cli {
    /// What to do; without it, serve.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Options of `serve`, which needs not be named.
    #[command(flatten)]
    pub serve: ServeArgs,
}

impl Cli {
    /// What the program was told.
    ///
    /// # Errors
    /// What is wrong with it and what would be right; or, to be printed, the help or the version that was asked for.
    pub fn read() -> Result<Self, clap::Error> {
        tips::read()
    }
}

/// One command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serves the map and the API
    #[command(after_help = serve::EXAMPLES)]
    Serve(ServeArgs),
    /// Brings a file's features into a layer
    #[command(after_help = examples::import())]
    Import(ImportArgs),
    /// Withdraws features from a layer; their history stays in the store
    #[command(after_help = examples::REMOVE)]
    Remove(RemoveArgs),
    /// Writes a layer, or what is selected of it, to a file
    #[command(after_help = examples::export())]
    Export(ExportArgs),
    /// Says what lies near a position, nearest first
    #[command(after_help = examples::NEAR)]
    Near(NearArgs),
    /// Verifies a store and says what it found
    #[command(after_help = examples::CHECK)]
    Check(CheckArgs),
    /// Copies a store to a new file, while others use it, and verifies the copy
    #[command(after_help = examples::BACKUP)]
    Backup(BackupArgs),
    /// Puts a copy in the place of a store; what was there is moved aside
    #[command(after_help = examples::RESTORE)]
    Restore(RestoreArgs),
    /// Prints a completion script for a shell
    #[command(after_help = examples::COMPLETIONS)]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// Which store.
#[derive(Clone, Debug, Args)]
pub struct StoreArgs {
    /// The store's file, a GeoPackage; without it, bordermap.gpkg in this folder. `serve`, `import` and
    /// `restore` make it if it is not there
    #[arg(long, env = "BORDERMAP_STORE", value_name = "FILE", value_hint = ValueHint::FilePath, value_parser = store_path())]
    store: Option<PathBuf>,
}

impl StoreArgs {
    /// Its file.
    pub fn path(&self) -> &Path {
        self.store.as_deref().unwrap_or(Path::new(STORE_DEFAULT))
    }

    /// Whether it was named, not just the one of this folder.
    pub fn is_named(&self) -> bool {
        self.store.is_some()
    }
}

/// Which store, and how thoroughly.
#[derive(Clone, Debug, Args)]
pub struct CheckArgs {
    /// Which store.
    #[command(flatten)]
    pub store: StoreArgs,
    /// Verify only that the store can be read and that its parts fit together, not every change that
    /// it remembers against its digest
    #[arg(long)]
    pub quick: bool,
}

/// What to withdraw.
#[derive(Clone, Debug, Args)]
pub struct RemoveArgs {
    /// The layer's id
    pub layer: String,
    /// The features' ids
    #[arg(required = true)]
    pub id: Vec<String>,
    /// Which store
    #[command(flatten)]
    pub store: StoreArgs,
}

/// What to export.
#[derive(Clone, Debug, Args)]
pub struct ExportArgs {
    /// The layer's id
    pub layer: String,
    /// The format; without it, what the output file's name says, else geojson
    #[arg(long, value_parser = forms())]
    pub format: Option<&'static FileFormat>,
    /// In CSV: lon and lat columns, or well-known text; without it, what suits the layer
    #[arg(long, value_parser = place_columns())]
    pub csv_geometry: Option<PlaceColumns>,
    /// In CSV: puts an apostrophe before texts that a spreadsheet would take for formulas; import takes it away
    #[arg(long)]
    pub safe: bool,
    /// Where to write; without it, or with -, standard output
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// Only what intersects this box: west,south,east,north in degrees (longitude before latitude)
    #[arg(long, value_name = "BOX", allow_hyphen_values = true)]
    pub bbox: Option<Bounds>,
    /// What to select
    #[command(flatten)]
    pub select: SelectArgs,
    /// Orders by distance from this position: longitude, then latitude, in degrees
    #[arg(long, value_name = "LON,LAT", allow_hyphen_values = true)]
    pub near: Option<LngLat>,
    /// With --near: only within this distance (25km, 500m, 3nmi; without a unit, metres)
    #[arg(long, value_name = "LENGTH", requires = "near", allow_hyphen_values = true, value_parser = radius)]
    pub radius: Option<Radius>,
    /// At most so many features
    #[arg(long, value_parser = whole_number(1, u64::MAX))]
    pub limit: Option<u64>,
    /// Which store
    #[command(flatten)]
    pub store: StoreArgs,
}

/// Which features of a layer.
#[derive(Clone, Debug, Args)]
pub struct SelectArgs {
    /// Only of this time: a day, an instant, or an interval such as 2023-01-01/2023-12-31 or 2024-01-01/..
    #[arg(long, value_name = "TIME", value_parser = TimeSpan::parse_query)]
    pub datetime: Option<TimeSpan>,
    /// Only with this property; the same property repeated means any of the values
    #[arg(long = "where", value_name = "PROPERTY=VALUE", value_parser = condition)]
    pub conditions: Vec<(String, String)>,
    /// Only those of which this is true, in CQL2 text, such as "category = 'strike' AND dead > 3"
    #[arg(long, value_name = "CQL2")]
    pub filter: Option<String>,
}

/// Near what.
#[derive(Clone, Debug, Args)]
pub struct NearArgs {
    /// The position: longitude, then latitude, in degrees, east and north positive
    #[arg(value_name = "LON,LAT", allow_hyphen_values = true)]
    pub at: LngLat,
    /// Only within this distance (25km, 500m, 3nmi; without a unit, metres)
    #[arg(long, value_name = "LENGTH", allow_hyphen_values = true, value_parser = radius)]
    pub radius: Option<Radius>,
    /// The layer's id
    #[arg(long, default_value = "incidents")]
    pub layer: String,
    /// At most so many features
    #[arg(long, default_value_t = 10, value_parser = whole_number(1, 10_000))]
    pub limit: u64,
    /// What to select
    #[command(flatten)]
    pub select: SelectArgs,
    /// Writes a GeoJSON feature collection, as the API does
    #[arg(long)]
    pub json: bool,
    /// Which store
    #[command(flatten)]
    pub store: StoreArgs,
}

/// Copy what, and where to.
#[derive(Clone, Debug, Args)]
pub struct BackupArgs {
    /// The new file
    #[arg(value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// Which store
    #[command(flatten)]
    pub store: StoreArgs,
}

/// Put what in the place of which store.
#[derive(Clone, Debug, Args)]
pub struct RestoreArgs {
    /// The copy, made by backup
    #[arg(value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// Which store
    #[command(flatten)]
    pub store: StoreArgs,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn nothing_said_means_serve() {
        let cli = Cli::parse_from(["bordermap", "--listen", "127.0.0.1:0"]);
        assert!(cli.command.is_none());
        assert_eq!(cli.serve.listen.to_string(), "127.0.0.1:0");
    }

    #[test]
    fn a_position_may_be_west() {
        let cli = Cli::parse_from(["bordermap", "near", "-70.5,-33", "--radius", "3nmi"]);
        let Some(Command::Near(near)) = cli.command else {
            unreachable!()
        };
        assert_eq!(near.at, LngLat::new(-70.5, -33.0).unwrap());
        assert_eq!(near.radius.map(|radius| radius.metres), Some(5556.0));
    }
}
