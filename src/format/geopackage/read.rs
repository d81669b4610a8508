//! The rows of a GeoPackage's layer. `SQLite` needs a file: what is read is copied to the scratch
//! file first.

use std::io::{self, BufRead};
use std::vec::IntoIter;

use tempfile::NamedTempFile;

use crate::format::row::{Row, RowFault};
use crate::format::shape;
use crate::geopackage::read::{FeatureTable, Record};

/// Reads the layer of the wanted name, or the only one. A row's place is its primary key.
pub fn read<R: BufRead>(
    reader: R,
    wanted: &str,
    scratch: Option<NamedTempFile>,
) -> GeoPackageRows<R> {
    GeoPackageRows {
        state: State::Start(reader, wanted.to_owned(), scratch),
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
}

enum State<R> {
    Start(R, String, Option<NamedTempFile>),
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
        Some(row(record, line).map_err(|reason| RowFault { line, reason }))
    }
}

impl<R: BufRead> GeoPackageRows<R> {
    fn more(&mut self) -> Result<Vec<Record>, String> {
        match std::mem::replace(&mut self.state, State::Over) {
            State::Start(mut reader, wanted, scratch) => {
                let copy = copied(&mut reader, scratch)?;
                self.state = State::Rows {
                    layer: FeatureTable::open(copy.path(), &wanted)?,
                    _copy: copy,
                };
            }
            other => self.state = other,
        }
        match &mut self.state {
            State::Rows { layer, .. } => layer.batch(),
            _ => Ok(Vec::new()),
        }
    }
}

fn row(record: Record, line: u64) -> Result<Row, String> {
    let geometry = match record.geometry? {
        Some(geometry) => shape::checked(geometry)?,
        None => None,
    };
    Ok(Row {
        line,
        id: record.id.or_else(|| Some(record.fid.to_string())),
        geometry,
        properties: record.properties?.into_iter().collect(),
    })
}
