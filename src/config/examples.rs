//! What a command's help ends with: examples, and what is to be known of its files.

use crate::format::file::FileFormat;

/// Of the program.
pub(super) const PROGRAM: &str = "\
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

/// Of `import`, with the formats that it reads.
pub(super) fn import() -> String {
    let (titles, formats) = (FileFormat::titles(), FileFormat::help());
    format!(
        "\
Examples:
  bordermap import reports.csv --layer incidents --dry-run     only says what it would do
  bordermap import posts.geojson --layer posts                 a new layer; its fields are inferred
  bordermap import camps.csv --layer camps --keep-going        takes good rows without the bad ones
  cat sectors.geojsonl | bordermap import - --layer sectors    - is standard input

The smallest file that adds a report to incidents (in CSV, quotes within quotes are doubled):

  lon,lat,title,category,date,date_precision,position_precision,status,sources
  46.18,35.52,A report,clash,2026-01-05,day,district,reported,\"[{{\"\"name\"\":\"\"A newspaper\"\"}}]\"

Files are {titles}, with longitude before
latitude in WGS 84 degrees; CSV has columns lon and lat, or geometry in well-known text, or what
--lon and --lat or --geometry say (docs/import.md). Formats, and how the names of their files end:

{formats}
A file is taken whole or not at all, but for --keep-going. A feature with an id that the
layer has is updated; without an id it gets one from its content, so that importing the same file
again changes nothing. The fields that the service derives (border_km and the like) are computed
anew.

A server on the same store shows the change within a second; which store it was, and whether a
server shows it, is said at the end. A store that is not there is made, and that is said.

What could not be served is refused: a feature whose edges are more than 50,000 degrees long
together, a layer's more than 1,000,000 or of more than 20,000,000 positions (docs/import.md has
all ceilings)."
    )
}

/// Of `remove`.
pub(super) const REMOVE: &str = "\
Examples:
  bordermap remove incidents iib-017
  bordermap remove posts a1 a2 a3

All of them are withdrawn, or, if one is not there, none. The store must be there; which one it was,
and whether a server shows it, is said at the end.";

/// Of `export`, with the formats that it writes.
pub(super) fn export() -> String {
    let formats = FileFormat::help();
    format!(
        "\
Examples:
  bordermap export incidents -o incidents.geojson
  bordermap export incidents --format csv --datetime 2023-01-01/.. > since-2023.csv
  bordermap export incidents --where category=clash --where category=strike --bbox 45,35,47,36
  bordermap export places --near 46.18,35.52 --radius 50km --limit 20 -o nearest.csv

With --near each feature has its distance, a WGS84 geodesic in metres (distance_m). Licences and
attribution are written into formats that have a place for them, such as GeoJSON; keep them with
the data. Where no store is named and this folder has none, the shipped data are exported.

Formats, and how the names of their files end:

{formats}"
    )
}

/// Of `near`.
pub(super) const NEAR: &str = "\
Examples:
  bordermap near 46.18,35.52
  bordermap near 46.18,35.52 --radius 25km --datetime 2023-01-01/..
  bordermap near 45.96,35.62 --layer crossings --limit 3
  bordermap near 46.18,35.52 --where category=clash --json

Distances are WGS84 geodesics from the position to the feature's reported position, told no finer
than that is known: about 1 km ±20 km. --json has the numbers: distance_m, position_uncertainty_m.
Where no store is named and this folder has none, the shipped data answer, and no store is made.";

/// Of `check`.
pub(super) const CHECK: &str = "\
Examples:
  bordermap check
  bordermap check --quick
  bordermap check --store /var/lib/bordermap/bordermap.gpkg && echo sound

The store must be there. Exit code 5 says that something is wrong with it.";

/// Of `backup`.
pub(super) const BACKUP: &str = "\
Examples:
  bordermap backup /backups/bordermap-$(date +%F).gpkg
  bordermap backup copy.gpkg --store /var/lib/bordermap/bordermap.gpkg

A server may run and commits go on meanwhile: the copy is the store at one revision. It is one file
without a log, is verified as check does, and never takes the place of another file.";

/// Of `restore`.
pub(super) const RESTORE: &str = "\
Examples:
  bordermap restore /backups/bordermap-2026-11-30.gpkg
  bordermap restore copy.gpkg --store /var/lib/bordermap/bordermap.gpkg

The copy is verified first and stays as it is. What was in its place is moved aside with its log and
never deleted. Refused while a server or another program has the store open.";

/// Of `completions`.
pub(super) const COMPLETIONS: &str = "\
Examples:
  bordermap completions bash > ~/.local/share/bash-completion/completions/bordermap
  bordermap completions fish > ~/.config/fish/completions/bordermap.fish
  bordermap completions zsh > ~/.zfunc/_bordermap

The folder must be there. Other shells: elvish and powershell.";
