//! `bordermap export`: a layer, or what is selected of it, to a file.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;

use crate::atlas::query::{ItemsQuery, Near};
use crate::atlas::time::rfc3339;
use crate::commands::{self, select};
use crate::config::ExportArgs;
use crate::format::collection::{self, Head};
use crate::format::export::{Export, Form};
use crate::import::Format;

/// Writes the export.
pub(super) fn run(args: &ExportArgs) -> anyhow::Result<()> {
    let live = commands::open(&args.store.store)?;
    let atlas = live.snapshot();
    let layer = commands::layer(&atlas, &args.layer)?;
    let asked = ItemsQuery {
        bbox: args.bbox,
        near: args.near.map(|at| Near {
            at,
            radius_m: args.radius,
        }),
        ..ItemsQuery::default()
    };
    let query = select::question(layer.schema(), &args.select, asked)?;
    let named = args.output.as_ref().and_then(|path| path.to_str());
    let format = match args.format {
        Some(format) => format.into(),
        None => named.and_then(Format::of_name).unwrap_or(Format::GeoJson),
    };
    let time_stamp = rfc3339(atlas.revision().committed_at_us);
    let head = Head {
        time_stamp: time_stamp.as_deref(),
        notice: &collection::notice(layer.schema()),
        ..Head::default()
    };
    let limit = args.limit.unwrap_or(u64::MAX);
    let export = Export::new(Arc::clone(layer), query, limit, form_of(format), &head);
    match args.output.as_ref().filter(|path| *path != Path::new("-")) {
        None => {
            let mut out = io::stdout().lock();
            write(&mut out, export)?;
            out.flush()?;
        }
        Some(path) => {
            whole_or_not_at_all(path, |out| write(out, export))
                .with_context(|| format!("{} cannot be written", path.display()))?;
        }
    }
    Ok(())
}

fn write(out: &mut impl Write, mut export: Export) -> io::Result<()> {
    while let Some(piece) = export.piece()? {
        out.write_all(&piece)?;
    }
    Ok(())
}

fn form_of(format: Format) -> Form {
    match format {
        Format::GeoJson => Form::GeoJson,
        Format::GeoJsonLines => Form::GeoJsonLines,
        Format::Csv => Form::Csv,
    }
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
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part: PathBuf = path.with_file_name(name);
    let written = File::create(&part).and_then(|mut file| {
        write(&mut file)?;
        file.sync_all()?;
        fs::rename(&part, path)
    });
    if written.is_err() {
        // It may never have been made.
        let _ = fs::remove_file(&part);
    }
    written
}
