//! The rows of a GeoPackage's layer. `SQLite` needs a file: what is read is copied to the scratch
//! file first.

use std::io::{self, BufRead};
use std::vec::IntoIter;

use tempfile::NamedTempFile;

use crate::format::reading::{ReadOptions, Remarks};
use crate::format::row::{Properties, Row, RowFault};
use crate::format::shape;
use crate::geopackage::read::{FeatureTable, Record};

/// Reads the layer that was named, the one that is called like the layer that it is read into, or the only one.
/// A row's place is its primary key.
pub fn read<R: BufRead>(
    reader: R,
    options: &ReadOptions,
    remarks: &Remarks,
    scratch: Option<NamedTempFile>,
) -> GeoPackageRows<R> {
    GeoPackageRows {
        options: options.clone(),
        remarks: remarks.clone(),
        has_row_numbers: false,
        state: State::Start(reader, scratch),
        batch: Vec::new().into_iter(),
        last: 0,
    }
}

fn copied(
    reader: &mut impl BufRead,
    scratch: Option<NamedTempFile>,
) -> Result<NamedTempFile, String> {
    let mut scratch = scratch.ok_or("there is no room for a copy of the file")?;
    io::copy(reader, &mut scratch)
        .map_err(|error| format!("the file cannot be copied: {error}"))?;
    Ok(scratch)
}

/// The rows of a layer.
pub struct GeoPackageRows<R> {
    state: State<R>,
    batch: IntoIter<Record>,
    /// The place of the last row.
    last: u64,
    options: ReadOptions,
    remarks: Remarks,
    /// Whether the features' ids are the numbers of their rows, because that was said.
    has_row_numbers: bool,
}

enum State<R> {
    Start(R, Option<NamedTempFile>),
    /// The copy goes when its layer is closed.
    Rows {
        layer: FeatureTable,
        _copy: NamedTempFile,
    },
    Over,
}

impl<R: BufRead> Iterator for GeoPackageRows<R> {
    type Item = Result<Row, RowFault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.batch.len() == 0 {
            match self.more() {
                Ok(batch) => self.batch = batch.into_iter(),
                Err(reason) => {
                    self.state = State::Over;
                    let line = self.last + 1;
                    return Some(Err(RowFault { line, reason }));
                }
            }
        }
        let Some(record) = self.batch.next() else {
            self.state = State::Over;
            return None;
        };
        self.last = record.fid.unsigned_abs();
        let line = self.last;
        Some(
            self.row(record, line)
                .map_err(|reason| RowFault { line, reason }),
        )
    }
}

impl<R: BufRead> GeoPackageRows<R> {
    fn more(&mut self) -> Result<Vec<Record>, String> {
        match std::mem::replace(&mut self.state, State::Over) {
            State::Start(mut reader, scratch) => {
                let copy = copied(&mut reader, scratch)?;
                let named = self.options.source_layer.as_deref();
                let layer = FeatureTable::open(copy.path(), named, &self.options.layer)?;
                self.has_row_numbers = self.options.columns.id.as_deref() == Some(layer.key());
                self.state = State::Rows { layer, _copy: copy };
            }
            other => self.state = other,
        }
        match &mut self.state {
            State::Rows { layer, .. } => layer.batch(),
            _ => Ok(Vec::new()),
        }
    }

    fn row(&self, record: Record, line: u64) -> Result<Row, String> {
        let geometry = match record.geometry? {
            Some(geometry) => shape::checked(geometry)?,
            None => None,
        };
        for column in &record.passed_over {
            let what = format!("bytes in column \"{column}\", which no field holds");
            self.remarks.passed_over(&what);
        }
        let mut properties: Properties = record.properties?.into_iter().collect();
        if self.has_row_numbers {
            let key = self.options.columns.id.clone().unwrap_or_default();
            properties.push(key, record.fid.into());
        } else if record.id.is_none() && self.options.columns.id.is_none() {
            self.remarks.say(
                "ids are made from what the features say: the file has numbers of rows, which another file has, too; \
                 --id COLUMN says which column has ids",
            );
        }
        Ok(Row {
            line,
            id: record.id,
            geometry,
            properties,
        })
    }
}
