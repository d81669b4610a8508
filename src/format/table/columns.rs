//! What stands in which column of a table, and what a row makes of its cells.

use serde_json::Value as Json;

use super::guard;
use super::place::RowPlace;
use crate::format::reading::{ColumnNames, Remarks};
use crate::format::row::{Properties, Row};
use crate::format::{id_column, limits};

/// What stands in which column.
pub(in crate::format) struct Columns {
    names: Vec<String>,
    id: Option<usize>,
    place: RowPlace,
    /// Whether blanks around a cell mean nothing: the header has some, too.
    is_padded: bool,
    /// Whether numbers may have a decimal comma: it separates nothing.
    has_decimal_comma: bool,
}

impl Columns {
    /// The columns of a header. Names that are missing are made, and those that stand twice told apart.
    ///
    /// # Errors
    /// What the header lacks.
    pub(in crate::format) fn of(
        header: &[&str],
        said: &ColumnNames,
        remarks: &Remarks,
    ) -> Result<Self, String> {
        limits::check_columns(header.len()).map_err(|reason| format!("the header has {reason}"))?;
        let names = named(header, remarks);
        let place = RowPlace::among(&names, said)?;
        if let Some(remark) = place.remark(&names) {
            remarks.say(remark);
        }
        let id = match &said.id {
            Some(_) => None,
            None => id_column::among(&names),
        };
        Ok(Self {
            id,
            names,
            place,
            is_padded: header.iter().any(|name| name.trim() != *name),
            has_decimal_comma: false,
        })
    }

    /// Whether a header says where its rows lie.
    pub(in crate::format) fn is_header(cells: &[&str], said: &ColumnNames) -> bool {
        cells.len() > 1
            && limits::check_columns(cells.len()).is_ok()
            && RowPlace::among(&named(cells, &Remarks::default()), said).is_ok()
    }

    /// Takes a decimal comma in positions.
    pub(in crate::format) fn allow_decimal_comma(&mut self) {
        self.has_decimal_comma = true;
    }

    /// A row of cells.
    ///
    /// # Errors
    /// Why they make no row.
    pub(in crate::format) fn row(&self, line: u64, cells: &[&str]) -> Result<Row, String> {
        if cells.len() != self.names.len() {
            return Err(format!(
                "the row has {} cells, the header {}",
                cells.len(),
                self.names.len()
            ));
        }
        let trimmed: Vec<&str>;
        let cells = if self.is_padded {
            trimmed = cells.iter().map(|cell| cell.trim()).collect();
            &trimmed
        } else {
            cells
        };
        let mut properties = Properties::default();
        for (at, name) in self.names.iter().enumerate() {
            if Some(at) == self.id || self.place.uses(at) {
                continue;
            }
            let value = match cells[at] {
                "" => Json::Null,
                text => Json::from(guard::unguarded(text)),
            };
            properties.push(name.clone(), value);
        }
        let id = self.id.map(|at| guard::unguarded(cells[at]).to_owned());
        Ok(Row {
            line,
            id: id.filter(|id| !id.is_empty()),
            geometry: self.place.geometry(cells, self.has_decimal_comma)?,
            properties,
        })
    }

    /// The name of a column, for what is said of a cell.
    pub(in crate::format) fn name(&self, at: usize) -> &str {
        self.names.get(at).map_or("", |name| name)
    }
}

/// A name for each column, no two the same but for case.
fn named(header: &[&str], remarks: &Remarks) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(header.len());
    for (at, name) in header.iter().enumerate() {
        let own = guard::unguarded(name.trim());
        let wanted = match own {
            "" => format!("column_{}", at + 1),
            own => own.to_owned(),
        };
        let mut name = wanted.clone();
        let mut count = 1;
        while names.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
            count += 1;
            name = format!("{wanted}_{count}");
        }
        if own.is_empty() {
            remarks.say(format!(
                "column {} has no name in the header: it is called {name}",
                at + 1
            ));
        } else if name != wanted {
            remarks.say(format!(
                "the header has \"{wanted}\" more than once: column {} is called {name}",
                at + 1
            ));
        }
        names.push(name);
    }
    names
}
