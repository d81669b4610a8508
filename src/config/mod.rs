//! What the program is told by flags and environment, read once.

mod serve;
mod tips;
mod values;

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueHint};

use crate::atlas::geo::position::{Bounds, LngLat};
use crate::atlas::model::time::TimeSpan;
use crate::config::values::{condition, forms, place_columns, radius, store_path, whole_number};
use crate::format::form::{Form, PlaceColumns};

pub use crate::config::serve::{Listen, ServeArgs};
pub use crate::config::values::Radius;

/// The store where none is named.
const STORE_DEFAULT: &str = "bordermap.gpkg";

const EXAMPLES: &str = "\
Examples:
  bordermap                                          the map on http://127.0.0.1:8080
  bordermap near 46.18,35.52 --radius 25km           what was reported near Marivan
  bordermap export incidents --where category=clash -o clashes.geojson
  bordermap import posts.csv --layer posts           your own layer, from CSV with lon and lat

Exit codes:
  0  done; also where whoever read the output has closed it (bordermap export incidents | head)
  1  it failed; the message says why
  2  the command line is wrong
  3  another program holds the store
  4  a newer bordermap made the store
  5  the store is damaged, is not one, or is not the file of the log beside it
  6  rows were refused
  7  the store cannot be written: it can only be read, or its file was moved, removed or replaced
  8  there is no such store, and the command makes none
  129, 130, 143  SIGHUP, SIGINT (Ctrl-C), SIGTERM ended it before it was done; a server that has
     ended in its order exits with 0, one that a second signal ended at once with these";

/// A map of the Iran-Iraq border and a spatial API over what was publicly reported near it.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = EXAMPLES,
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
    /// What the program was told. Ends it where that is wrong, with what would be right, or where help or the
    /// version was asked for.
    pub fn read() -> Self {
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
    #[command(after_help = IMPORT_EXAMPLES)]
    Import(ImportArgs),
    /// Withdraws features from a layer; their history stays in the store
    #[command(after_help = REMOVE_EXAMPLES)]
    Remove(RemoveArgs),
    /// Writes a layer, or what is selected of it, to a file
    #[command(after_help = EXPORT_EXAMPLES)]
    Export(ExportArgs),
    /// Says what lies near a position, nearest first
    #[command(after_help = NEAR_EXAMPLES)]
    Near(NearArgs),
    /// Verifies a store and says what it found
    #[command(after_help = CHECK_EXAMPLES)]
    Check(CheckArgs),
    /// Copies a store to a new file, while others use it, and verifies the copy
    #[command(after_help = BACKUP_EXAMPLES)]
    Backup(BackupArgs),
    /// Puts a copy in the place of a store; what was there is moved aside
    #[command(after_help = RESTORE_EXAMPLES)]
    Restore(RestoreArgs),
    /// Prints a completion script for a shell
    #[command(after_help = COMPLETIONS_EXAMPLES)]
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

const IMPORT_EXAMPLES: &str = "\
Examples:
  bordermap import reports.csv --layer incidents --dry-run     only says what it would do
  bordermap import posts.geojson --layer posts                 a new layer; its fields are inferred
  bordermap import camps.csv --layer camps --keep-going        takes good rows without the bad ones
  cat sectors.geojsonl | bordermap import - --layer sectors    - is standard input

The smallest file that adds a report to incidents (in CSV, quotes within quotes are doubled):

  lon,lat,title,category,date,date_precision,position_precision,status,sources
  46.18,35.52,A report,clash,2026-01-05,day,district,reported,\"[{\"\"name\"\":\"\"A newspaper\"\"}]\"

Files are GeoJSON (also one feature a line), CSV with columns lon and lat (or geometry, in
well-known text), FlatGeobuf, GeoPackage, KML or GPX, with longitude before latitude in WGS 84
degrees. A file is taken whole or not at all, but for --keep-going. A feature with an id that the
layer has is updated; without an id it gets one from its content, so that importing the same file
again changes nothing. The fields that the service derives (border_km and the like) are computed
anew.

A server on the same store shows the change within a second; which store it was, and whether a
server shows it, is said at the end. A store that is not there is made, and that is said.

What could not be served is refused: a feature whose edges are more than 50,000 degrees long
together, a layer's more than 1,000,000 or of more than 20,000,000 positions (docs/import.md has
all ceilings).";

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
    pub format: Option<Form>,
    /// Reads and checks everything, changes nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Takes the good rows even if others are refused
    #[arg(long)]
    pub keep_going: bool,
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

const REMOVE_EXAMPLES: &str = "\
Examples:
  bordermap remove incidents iib-017
  bordermap remove posts a1 a2 a3

All of them are withdrawn, or, if one is not there, none. The store must be there; which one it was,
and whether a server shows it, is said at the end.";

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

const EXPORT_EXAMPLES: &str = "\
Examples:
  bordermap export incidents -o incidents.geojson
  bordermap export incidents --format csv --datetime 2023-01-01/.. > since-2023.csv
  bordermap export incidents --where category=clash --where category=strike --bbox 45,35,47,36
  bordermap export places --near 46.18,35.52 --radius 50km --limit 20 -o nearest.csv

With --near each feature has its distance, a WGS84 geodesic in metres (distance_m). Licences and
attribution are written into formats that have a place for them, such as GeoJSON; keep them with
the data. Where no store is named and this folder has none, the shipped data are exported.";

/// What to export.
#[derive(Clone, Debug, Args)]
pub struct ExportArgs {
    /// The layer's id
    pub layer: String,
    /// The format; without it, what the output file's name says, else geojson
    #[arg(long, value_parser = forms())]
    pub format: Option<Form>,
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

const NEAR_EXAMPLES: &str = "\
Examples:
  bordermap near 46.18,35.52
  bordermap near 46.18,35.52 --radius 25km --datetime 2023-01-01/..
  bordermap near 45.96,35.62 --layer crossings --limit 3
  bordermap near 46.18,35.52 --where category=clash --json

Distances are WGS84 geodesics from the position to the feature's reported position, told no finer
than that is known: about 1 km ±20 km. --json has the numbers: distance_m, position_uncertainty_m.
Where no store is named and this folder has none, the shipped data answer, and no store is made.";

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

const CHECK_EXAMPLES: &str = "\
Examples:
  bordermap check
  bordermap check --quick
  bordermap check --store /var/lib/bordermap/bordermap.gpkg && echo sound

The store must be there. Exit code 5 says that something is wrong with it.";

const BACKUP_EXAMPLES: &str = "\
Examples:
  bordermap backup /backups/bordermap-$(date +%F).gpkg
  bordermap backup copy.gpkg --store /var/lib/bordermap/bordermap.gpkg

A server may run and commits go on meanwhile: the copy is the store at one revision. It is one file
without a log, is verified as check does, and never takes the place of another file.";

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

const RESTORE_EXAMPLES: &str = "\
Examples:
  bordermap restore /backups/bordermap-2026-11-30.gpkg
  bordermap restore copy.gpkg --store /var/lib/bordermap/bordermap.gpkg

The copy is verified first and stays as it is. What was in its place is moved aside with its log and
never deleted. Refused while a server or another program has the store open.";

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

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  bordermap completions bash > ~/.local/share/bash-completion/completions/bordermap
  bordermap completions fish > ~/.config/fish/completions/bordermap.fish
  bordermap completions zsh > ~/.zfunc/_bordermap

The folder must be there. Other shells: elvish and powershell.";

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
