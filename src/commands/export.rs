//! `bordermap export`: a layer, or what is selected of it, to a file.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::atlas::Atlas;
use crate::atlas::layer::{FeatureRef, Layer};
use crate::atlas::query::{Hit, ItemsQuery, LIMIT_MAX, Near};
use crate::atlas::time::rfc3339;
use crate::commands::{self, select};
use crate::config::ExportArgs;
use crate::format::collection::{self, Head};
use crate::format::csv;
use crate::import::Format;

/// Writes the export.
pub(super) fn run(args: &ExportArgs) -> anyhow::Result<()> {
    let live = commands::open(&args.store.store)?;
    let atlas = live.snapshot();
    let layer = commands::layer(&atlas, &args.layer)?;
    let query = ItemsQuery {
        bbox: args.bbox,
        near: args.near.map(|at| Near {
            at,
            radius_m: args.radius,
        }),
        limit: LIMIT_MAX,
        count: false,
        ..select::question(layer.schema(), &args.select)?
    };
    let named = args.output.as_ref().and_then(|path| path.to_str());
    let format = match args.format {
        Some(format) => format.into(),
        None => named.and_then(Format::of_name).unwrap_or(Format::GeoJson),
    };
    let limit = args.limit.unwrap_or(u64::MAX);
    match &args.output {
        None => {
            let mut out = BufWriter::new(io::stdout().lock());
            write(&mut out, format, &atlas, layer, query, limit)?;
            out.flush()?;
        }
        Some(path) => {
            whole_or_not_at_all(path, |out| write(out, format, &atlas, layer, query, limit))
                .with_context(|| format!("{} cannot be written", path.display()))?;
        }
    }
    Ok(())
}

fn write(
    out: &mut impl Write,
    format: Format,
    atlas: &Atlas,
    layer: &Layer,
    query: ItemsQuery,
    limit: u64,
) -> io::Result<()> {
    match format {
        Format::GeoJson => write_collection(out, atlas, layer, query, limit),
        Format::GeoJsonLines => write_lines(out, layer, query, limit),
        Format::Csv => write_csv(out, layer, query, limit),
    }
}

fn write_collection(
    out: &mut impl Write,
    atlas: &Atlas,
    layer: &Layer,
    query: ItemsQuery,
    limit: u64,
) -> io::Result<()> {
    let time_stamp = rfc3339(atlas.revision().committed_at_us);
    let mut text = Vec::new();
    let head = Head::<()> {
        time_stamp: time_stamp.as_deref(),
        ..Head::notice(layer, &[])
    };
    collection::begin(&mut text, &head);
    let mut first = true;
    each_page(layer, query, limit, |hits| {
        for hit in hits {
            text.extend_from_slice(if first { b"\n" } else { b",\n" });
            first = false;
            collection::feature(&mut text, hit);
        }
        out.write_all(&text)?;
        text.clear();
        Ok(())
    })?;
    collection::end(&mut text);
    out.write_all(&text)
}

fn write_lines(
    out: &mut impl Write,
    layer: &Layer,
    query: ItemsQuery,
    limit: u64,
) -> io::Result<()> {
    let mut text = Vec::new();
    each_page(layer, query, limit, |hits| {
        for hit in hits {
            collection::feature(&mut text, hit);
            text.push(b'\n');
        }
        out.write_all(&text)?;
        text.clear();
        Ok(())
    })
}

fn write_csv(out: &mut impl Write, layer: &Layer, query: ItemsQuery, limit: u64) -> io::Result<()> {
    let geometries = layer.features().map(FeatureRef::geometry);
    let points = csv::write::only_points(layer.schema(), geometries);
    let mut writer = csv::write::Writer::new(out, layer.schema(), points, query.near.is_some())?;
    each_page(layer, query, limit, |hits| {
        for hit in hits {
            writer.write(hit.feature, hit.distance_m)?;
        }
        Ok(())
    })?;
    writer.finish()?;
    Ok(())
}

/// Follows the pages of a question up to so many features. One page at a time is in memory.
fn each_page(
    layer: &Layer,
    mut query: ItemsQuery,
    mut left: u64,
    mut page: impl FnMut(&[Hit<'_>]) -> io::Result<()>,
) -> io::Result<()> {
    while left > 0 {
        query.limit = usize::try_from(left).unwrap_or(LIMIT_MAX).min(LIMIT_MAX);
        let answer = layer.items(&query);
        page(&answer.hits)?;
        left = left.saturating_sub(answer.hits.len() as u64);
        let Some(next) = answer.next else { break };
        query.cursor = Some(next);
    }
    Ok(())
}

/// Writes beside the file and puts it in its place at the end: half an export would look like a
/// whole one.
fn whole_or_not_at_all(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<()> {
    // A device or a pipe is written to as it is.
    if path.exists() && !path.is_file() {
        let mut out = BufWriter::new(File::options().write(true).open(path)?);
        write(&mut out)?;
        return out.flush();
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part: PathBuf = path.with_file_name(name);
    let written = File::create(&part).and_then(|file| {
        let mut out = BufWriter::new(file);
        write(&mut out)?;
        out.into_inner()?.sync_all()?;
        fs::rename(&part, path)
    });
    if written.is_err() {
        // It may never have been made.
        let _ = fs::remove_file(&part);
    }
    written
}
