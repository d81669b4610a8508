//! What the program is told by flags and environment, read once.

mod serve;
mod values;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueHint};

use crate::atlas::position::{Bounds, LngLat};
use crate::atlas::time::TimeSpan;
use crate::config::values::{condition, forms, place_columns, radius};
use crate::format::form::{Form, PlaceColumns};

pub use crate::config::serve::ServeArgs;

const EXAMPLES: &str = "\
Examples:
  bordermap                                          the map on http://127.0.0.1:8080
  bordermap near 46.18,35.52 --radius 25km           what was reported near Marivan
  bordermap export incidents --where category=clash -o clashes.geojson
  bordermap import posts.csv --layer posts           your own layer, from CSV with lon and lat

Exit codes:
  0  done
  1  it failed; the message says why
  2  the command line is wrong
  3  another program holds the store
  4  a newer bordermap made the store
  5  the store is damaged, is not one, or is not the file of the log beside it
  6  rows were refused
  7  the store cannot be written: it can only be read, or its file was moved, removed or replaced
  130, 143  it was ended by SIGINT, by SIGTERM, before it was done";

/// A map of the Iran-Iraq border and a spatial API over what was publicly reported near it.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = EXAMPLES,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true
)]
pub struct Cli {
    /// What to do; without it, serve.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Options of `serve`, which needs not be named.
    #[command(flatten)]
    pub serve: ServeArgs,
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
    /// Verifies a store from end to end and says what it found
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
    /// The store's file, a GeoPackage; made and filled with the shipped data if it is not there
    #[arg(long, env = "BORDERMAP_STORE", default_value = "bordermap.gpkg", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub store: PathBuf,
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
  ogr2ogr -f GeoJSONSeq /vsistdout/ sectors.shp | bordermap import - --layer sectors

Files are GeoJSON (also one feature a line) or CSV with columns lon and lat (or geometry, in
well-known text), in WGS 84 degrees. A file is taken whole or not at all. A feature with an id that
the layer has is updated; without an id it gets one from its content, so that importing the same
file again changes nothing. The fields that the service derives (border_km and the like) are
computed anew. A server on the same store shows the change within a second.

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

All of them are withdrawn, or, if one is not there, none.";

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

Distances are WGS84 geodesics in metres (distance_m). Licences and attribution are written into
GeoJSON; keep them with the data.";

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
    /// Only what intersects this box: west,south,east,north in degrees
    #[arg(long, value_name = "BOX", allow_hyphen_values = true)]
    pub bbox: Option<Bounds>,
    /// What to select
    #[command(flatten)]
    pub select: SelectArgs,
    /// Orders by distance from this position: LON,LAT in degrees
    #[arg(long, value_name = "LON,LAT", allow_hyphen_values = true)]
    pub near: Option<LngLat>,
    /// With --near: only within this distance (25km, 500m, 3nmi)
    #[arg(long, requires = "near", value_parser = radius)]
    pub radius: Option<f64>,
    /// At most so many features
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
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

Distances are WGS84 geodesics from the position to the feature's reported position. Where that is
known only to a town, district or province, the distance says \"about\".";

/// Near what.
#[derive(Clone, Debug, Args)]
pub struct NearArgs {
    /// The position: LON,LAT in degrees, east and north positive
    #[arg(value_name = "LON,LAT", allow_hyphen_values = true)]
    pub at: LngLat,
    /// Only within this distance (25km, 500m, 3nmi)
    #[arg(long, value_parser = radius)]
    pub radius: Option<f64>,
    /// The layer's id
    #[arg(long, default_value = "incidents")]
    pub layer: String,
    /// At most so many features
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=10_000))]
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
  bordermap check --store /var/lib/bordermap/bordermap.gpkg && echo sound";

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
  bordermap completions zsh > ~/.zfunc/_bordermap";

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
        assert_eq!(cli.serve.listen.port(), 0);
    }

    #[test]
    fn a_position_may_be_west() {
        let cli = Cli::parse_from(["bordermap", "near", "-70.5,-33", "--radius", "3nmi"]);
        let Some(Command::Near(near)) = cli.command else {
            unreachable!()
        };
        assert_eq!(near.at, LngLat::new(-70.5, -33.0).unwrap());
        assert_eq!(near.radius, Some(5556.0));
    }
}
