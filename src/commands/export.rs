//! `bordermap export`: a layer, or what is selected of it, to a file.

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};

use crate::atlas::Atlas;
use crate::atlas::layer::Layer;
use crate::atlas::model::time::rfc3339;
use crate::atlas::query::question::{ItemsQuery, Near};
use crate::commands::{ending, known, near, say, select, swapped};
use crate::config::ExportArgs;
use crate::format::collection::{self, CollectionHead};
use crate::format::export::Export;
use crate::format::file::FileFormat;
use crate::format::view::View;
use crate::format::writer::ExportOptions;
use crate::format::{csv, geojson};
use crate::fresh::{self, Fresh};

/// Writes the export.
pub(super) fn run(args: &ExportArgs) -> anyhow::Result<()> {
    let known = known::ask(&args.store)?;
    let atlas = &known.atlas;
    let layer = known::layer(atlas, &args.layer)?;
    let query = question(args, atlas, layer)?;
    let format = format(args);
    let view = view(args, format, layer)?;
    let time_stamp = rfc3339(atlas.revision().committed_at_us);
    let head = CollectionHead {
        time_stamp: time_stamp.as_deref(),
        notice: &collection::notice(layer.schema()),
        ..CollectionHead::default()
    };
    let limit = args.limit.unwrap_or(u64::MAX);
    let scratch = format.needs_scratch.then(fresh::scratch);
    let options = ExportOptions {
        layer,
        has_distance: query.near.is_some(),
        head: &head,
        view: &view,
        scratch: scratch
            .transpose()
            .context("there is no room for a scratch file")?,
    };
    let writer = format.writer(options).map_err(of_scratch)?;
    let export = Export::new(Arc::clone(layer), query, limit, writer);
    match args.output.as_ref().filter(|path| *path != Path::new("-")) {
        None => {
            let mut out = io::stdout().lock();
            write(&mut out, export).context(say::STDOUT)?;
            out.flush().context(say::STDOUT)?;
        }
        Some(path) => {
            whole_or_not_at_all(path, |out| write(out, export))
                .with_context(|| format!("{} cannot be written", path.display()))?;
        }
    }
    Ok(())
}

/// What is asked for; says before what may be meant otherwise.
fn question(args: &ExportArgs, atlas: &Atlas, layer: &Layer) -> anyhow::Result<ItemsQuery> {
    if let Some(at) = args.near {
        swapped::tell(atlas, at);
    }
    if let Some(bounds) = args.bbox {
        swapped::tell(atlas, bounds);
    }
    if let Some(radius) = args.radius.filter(|radius| radius.is_bare) {
        say::note(near::within(radius));
    }
    let asked = ItemsQuery {
        bbox: args.bbox,
        near: args.near.map(|at| Near {
            at,
            radius_m: args.radius.map(|radius| radius.metres),
        }),
        ..ItemsQuery::default()
    };
    select::question(layer.schema(), &args.select, asked)
}

/// The format that is asked for, or that the file's name tells.
fn format(args: &ExportArgs) -> &'static FileFormat {
    let named = args.output.as_ref().and_then(|path| path.to_str());
    let named = named.and_then(FileFormat::of_file_name);
    if args.format.is_none() && named.is_none() {
        tell_default(args.output.as_deref());
    }
    args.format.or(named).unwrap_or(&geojson::FORMAT)
}

/// How the layer is shown in a format, which may not take it so.
fn view(args: &ExportArgs, format: &FileFormat, layer: &Arc<Layer>) -> anyhow::Result<View> {
    let view = View {
        columns: args.csv_geometry,
        safe: args.safe,
        ..View::default()
    };
    if view.columns.is_some() && *format != csv::FORMAT {
        bail!("--csv-geometry says how CSV tells places, with --format csv");
    }
    if view.safe && *format != csv::FORMAT {
        bail!("--safe guards the cells of CSV, with --format csv");
    }
    let refused = format.refuses(layer);
    if let Some(reason) = refused.or_else(|| csv::write::refuses(layer, &view)) {
        bail!("{reason}");
    }
    Ok(view)
}

/// Says what a file is whose name promises something else.
fn tell_default(path: Option<&Path>) {
    let ending = path.and_then(Path::extension);
    if let (Some(path), Some(ending)) = (path, ending) {
        say::note(format_args!(
            "{} is GeoJSON: .{} is the ending of no format that there is; --format chooses one",
            path.display(),
            ending.display()
        ));
    }
}

fn write(out: &mut impl Write, mut export: Export) -> io::Result<()> {
    while let Some(piece) = export.piece().map_err(of_scratch)? {
        ending::look()?;
        out.write_all(&piece)?;
    }
    Ok(())
}

/// The error of a writer: where there is no room, it is its scratch file that has none.
fn of_scratch(error: io::Error) -> io::Error {
    let kind = error.kind();
    if !matches!(kind, ErrorKind::StorageFull | ErrorKind::QuotaExceeded) {
        return error;
    }
    let folder = std::env::temp_dir();
    let folder = folder.display();
    io::Error::new(
        kind,
        format!("the folder for scratch files {folder} has no room (TMPDIR names another)"),
    )
}

/// Writes beside the file and puts it in its place at the end: half an export would look like a
/// whole one.
fn whole_or_not_at_all(
    path: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<()> {
    // A device or a pipe is written to as it is.
    if path.exists() && !path.is_file() {
        return write(&mut File::options().write(true).open(path)?);
    }
    fresh::sweep_beside(path);
    let mut part = Fresh::beside(path)?;
    write(part.file())?;
    ending::look()?;
    part.put(path)
}
