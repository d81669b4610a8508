//! `bordermap import`: a file's features into a layer.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Cursor, IsTerminal, Read};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use tempfile::NamedTempFile;

use crate::atlas::Atlas;
use crate::atlas::model::schema::{FieldType, GeometryKind, Schema};
use crate::atlas::products::swapped;
use crate::commands::ending::{Awaited, Heeding};
use crate::commands::known::{self, Written};
use crate::commands::{RowsRefused, say, whole};
use crate::config::ImportArgs;
use crate::format::file::FileFormat;
use crate::format::geopackage;
use crate::format::lengths;
use crate::format::reading::{ColumnNames, ReadOptions};
use crate::format::told::told;
use crate::import::{Import, ImportOutcome, Target, import};
use crate::store::sqlite::SqliteStore;
use crate::system;

/// The most that is read from standard input where it must be read twice, in bytes.
const STDIN_BYTES_MAX: u64 = 1 << 30;
/// As much as tells the format.
const BEGINNING_BYTES: u64 = 4096;

/// Imports the file and says what came of it, and where it went.
pub(super) fn run(args: &ImportArgs) -> anyhow::Result<()> {
    let input = Input::of(&args.file)?;
    let format = match args.format {
        Some(format) => format,
        None => input.format()?,
    };
    if args.encoding.is_some() && !format.is_text {
        bail!("--encoding is for text, and {} has its own", format.title);
    }
    let input = input.whole(format)?;
    let path = args.store.path();
    let needs = |atlas: &Atlas| atlas.layer(&args.layer).and_then(|it| needs(it.schema()));
    if args.dry_run {
        let known = known::before_import(path)?;
        let outcome = bring(args, &input, format, Target::DryRun(&known.atlas))?;
        return tell(args, format, &outcome, needs(&known.atlas));
    }
    let is_new = !SqliteStore::is_there(path);
    let live = known::open(path)?;
    let needs = needs(&live.snapshot());
    let outcome = bring(args, &input, format, Target::Live(&live));
    drop(live);
    let said = outcome.and_then(|outcome| {
        let said = tell(args, format, &outcome, needs);
        if outcome.taken && !is_new {
            known::tell_written(path, Written::Into);
        }
        said
    });
    // Whatever became of the rows.
    if is_new {
        known::tell_written(path, Written::IntoNew);
    }
    said
}

fn bring(
    args: &ImportArgs,
    input: &Input<'_>,
    format: &'static FileFormat,
    target: Target<'_>,
) -> anyhow::Result<ImportOutcome> {
    let bar = progress(input.bytes());
    let outcome = import(
        target,
        &Import {
            reading: ReadOptions {
                layer: args.layer.clone(),
                source_layer: args.source_layer.clone(),
                encoding: args.encoding,
                columns: ColumnNames {
                    id: args.id.clone(),
                    lng_lat: args.lon.clone().zip(args.lat.clone()),
                    geometry: args.geometry.clone(),
                },
                has_no_header: args.no_header,
            },
            format,
            time: args.time.clone(),
            types: args.types.clone(),
            keep_going: args.keep_going,
            keep_equal: args.keep_equal,
            ignore_unknown: args.ignore_unknown,
            make_valid: args.make_valid,
        },
        &mut || {
            bar.reset();
            input.open(&bar)
        },
        &mut |schema| bar.suspend(|| announce(schema, args.dry_run)),
    );
    bar.finish_and_clear();
    Ok(outcome?)
}

/// Says that a layer is about to be created, and what it will be.
fn announce(schema: &Schema, dry_run: bool) {
    let fields: Vec<String> = schema
        .fields
        .iter()
        .filter(|field| !field.derived)
        .map(|field| format!("{} ({})", told(&field.name), type_name(field.kind)))
        .collect();
    say::line(format_args!(
        "There is no layer {}: it {} created, with {}.",
        schema.id,
        if dry_run { "would be" } else { "will be" },
        if fields.is_empty() {
            "no fields".to_owned()
        } else {
            format!("the fields {}", fields.join(", "))
        }
    ));
}

fn type_name(kind: FieldType) -> &'static str {
    match kind {
        FieldType::String => "text",
        FieldType::Integer => "integer",
        FieldType::Number => "number",
        FieldType::Boolean => "true or false",
        FieldType::Date => "date",
        FieldType::Datetime => "date and time",
        FieldType::Json => "JSON",
    }
}

/// What every row of a layer must have, if there is anything.
fn needs(schema: &Schema) -> Option<String> {
    let fields = schema.fields.iter().filter(|field| field.required);
    let names: Vec<&str> = fields.map(|field| &*field.name).collect();
    let place = match schema.geometry {
        GeometryKind::Point => "lon,lat,",
        _ => "geometry,",
    };
    (!names.is_empty()).then(|| {
        format!(
            "every row of layer {} needs these columns: {place}{}; \"bordermap import --help\" shows the smallest \
             file of incidents",
            schema.id,
            names.join(",")
        )
    })
}

fn tell(
    args: &ImportArgs,
    format: &'static FileFormat,
    outcome: &ImportOutcome,
    needs: Option<String>,
) -> anyhow::Result<()> {
    for remark in &outcome.remarks {
        say::line(format_args!("{}: {}", args.file.display(), told(remark)));
    }
    for fault in &outcome.faults {
        let unit = format.unit;
        say::line(format_args!(
            "{}: {unit} {}: {}",
            args.file.display(),
            fault.line,
            told(&fault.reason)
        ));
    }
    if let Some(needs) = needs.filter(|_| {
        let mut reasons = outcome.faults.iter().map(|fault| &fault.reason);
        reasons.any(|reason| reason.contains("is missing"))
    }) {
        say::line(needs);
    }
    let untold = outcome.refused - outcome.faults.len() as u64;
    if untold > 0 {
        say::line(format_args!(
            "{}: {untold} more rows refused",
            args.file.display()
        ));
    }
    if outcome.taken {
        let dry_run = if args.dry_run { "dry run: " } else { "" };
        say::outcome(format_args!("{dry_run}{}", summary(outcome)))?;
    }
    tell_doubts(outcome);
    if outcome.refused == 0 {
        return Ok(());
    }
    let rows = if outcome.refused == 1 {
        "row was"
    } else {
        "rows were"
    };
    let rest = if outcome.taken {
        "the others were taken"
    } else {
        "no row was taken; --keep-going takes the others"
    };
    Err(RowsRefused(format!("{} {rows} refused; {rest}", outcome.refused)).into())
}

/// What was taken for something that it perhaps is not.
fn tell_doubts(outcome: &ImportOutcome) {
    if outcome.assumed_utc > 0 {
        say::note(format_args!(
            "{} {} a time without a zone, which was taken as UTC",
            outcome.assumed_utc,
            if outcome.assumed_utc == 1 {
                "feature has"
            } else {
                "features have"
            }
        ));
    }
    if outcome.swapped > 0 {
        say::note(format_args!(
            "warning: {} {} more than {} from the border, and with longitude and latitude swapped near it; files \
             have longitude first (in CSV the header says which is which)",
            outcome.swapped,
            if outcome.swapped == 1 {
                "feature lies"
            } else {
                "features lie"
            },
            lengths::distance(swapped::AREA_M)
        ));
    }
}

fn summary(outcome: &ImportOutcome) -> String {
    let commit = &outcome.commit;
    let mended = match outcome.mended {
        0 => String::new(),
        mended => format!(", {mended} mended"),
    };
    format!(
        "{} added, {} updated, {} unchanged, {} refused{mended}",
        commit.added, commit.updated, commit.unchanged, outcome.refused
    )
}

/// A bar of bytes, drawn only on a terminal.
fn progress(bytes: Option<u64>) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = "{wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
    match bytes {
        Some(bytes) => ProgressBar::new(bytes).with_style(
            ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()),
        ),
        None => ProgressBar::new_spinner(),
    }
}

/// A file's error that names it.
fn cannot_be_read(file: &Path, error: &io::Error) -> io::Error {
    let words = system::words(error);
    let told = format!("{} cannot be read: {words}", file.display());
    io::Error::new(error.kind(), told)
}

/// What is read, perhaps twice.
enum Input<'a> {
    File(&'a Path),
    /// A file with what lay in the log beside it.
    Whole(NamedTempFile),
    /// Standard input, read to its end.
    Bytes(Arc<[u8]>),
}

impl<'a> Input<'a> {
    fn of(file: &'a Path) -> anyhow::Result<Self> {
        if file.as_os_str() != "-" {
            let facts = fs::metadata(file).map_err(|error| cannot_be_read(file, &error))?;
            if facts.is_dir() {
                bail!("{} is a folder, not a file", file.display());
            }
            return Ok(Self::File(file));
        }
        let mut bytes = Vec::new();
        io::stdin()
            .lock()
            .take(STDIN_BYTES_MAX + 1)
            .read_to_end(&mut bytes)
            .context("standard input cannot be read")?;
        if bytes.len() as u64 > STDIN_BYTES_MAX {
            bail!("standard input is longer than 1 GiB; import it from a file");
        }
        Ok(Self::Bytes(bytes.into()))
    }

    /// The same with what another program has not yet written into the file itself.
    fn whole(self, format: &'static FileFormat) -> anyhow::Result<Self> {
        let Self::File(path) = self else {
            return Ok(self);
        };
        if *format != geopackage::FORMAT {
            return Ok(self);
        }
        Ok(whole::with_log(path)?.map_or(self, Self::Whole))
    }

    fn bytes(&self) -> Option<u64> {
        match self {
            Self::Whole(copy) => copy.as_file().metadata().ok().map(|facts| facts.len()),
            Self::File(path) => path.metadata().ok().map(|facts| facts.len()),
            Self::Bytes(bytes) => Some(bytes.len() as u64),
        }
    }

    /// What it is called.
    fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Whole(copy) => copy.path().display().to_string(),
            Self::Bytes(_) => "standard input".to_owned(),
        }
    }

    /// The format that the name says, else the one that the beginning looks like.
    fn format(&self) -> anyhow::Result<&'static FileFormat> {
        let named = match self {
            Self::File(path) => path.to_str().and_then(FileFormat::of_file_name),
            Self::Whole(_) | Self::Bytes(_) => None,
        };
        if let Some(format) = named {
            return Ok(format);
        }
        let mut beginning = Vec::new();
        self.open(&ProgressBar::hidden())?
            .take(BEGINNING_BYTES)
            .read_to_end(&mut beginning)
            .with_context(|| format!("{} cannot be read", self.name()))?;
        Ok(FileFormat::of_beginning(&beginning))
    }

    fn open(&self, bar: &ProgressBar) -> io::Result<Box<dyn BufRead + Send>> {
        let path = match self {
            Self::File(path) => path,
            Self::Whole(copy) => copy.path(),
            Self::Bytes(bytes) => {
                let bytes = Cursor::new(Arc::clone(bytes));
                return Ok(Box::new(BufReader::new(Heeding(bar.wrap_read(bytes)))));
            }
        };
        let file = File::open(path).map_err(|error| cannot_be_read(path, &error))?;
        if !file.metadata()?.is_file() {
            return Ok(Box::new(BufReader::new(Awaited::of(bar.wrap_read(file))?)));
        }
        let file = BufReader::with_capacity(1 << 16, Heeding(bar.wrap_read(file)));
        Ok(Box::new(file))
    }
}
