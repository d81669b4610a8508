//! What stands in which column of a CSV file, and what a row makes of its cells.

use geo::Geometry;
use serde_json::Value as Json;

use super::{ID, LAT_NAMES, LNG_NAMES, guard};
use crate::format::row::{Properties, Row};
use crate::format::{limits, shape, wkt};

const WKT_NAMES: [&str; 3] = ["geometry", "wkt", "geom"];

/// What stands in which column.
pub(super) struct Columns {
    names: Vec<String>,
    id: Option<usize>,
    place: Place,
}

enum Place {
    LngLat(usize, usize),
    Wkt(usize),
}

impl Columns {
    pub(super) fn of(header: &csv::StringRecord) -> Result<Self, String> {
        if header.is_empty() {
            return Err("the file is empty: its first line has the names of the columns".into());
        }
        limits::check_columns(header.len()).map_err(|reason| format!("the header has {reason}"))?;
        let names = header
            .iter()
            .map(|name| guard::unguarded(name.trim()).to_owned());
        let names: Vec<String> = names.collect();
        for (at, name) in names.iter().enumerate() {
            if name.is_empty() {
                return Err(format!("column {} has no name in the header", at + 1));
            }
            if names[..at].contains(name) {
                return Err(format!("the header has the column \"{name}\" twice"));
            }
        }
        let find = |wanted: &[&str]| {
            wanted.iter().find_map(|want| {
                names
                    .iter()
                    .position(|name| name.eq_ignore_ascii_case(want))
            })
        };
        let place = match (find(&WKT_NAMES), find(&LNG_NAMES), find(&LAT_NAMES)) {
            (Some(wkt), _, _) => Place::Wkt(wkt),
            (None, Some(lng), Some(lat)) => Place::LngLat(lng, lat),
            _ => {
                return Err(format!(
                    "the header has no columns lon and lat (nor lng, longitude, x; latitude, y), \
                     and no geometry, wkt or geom: it has {}",
                    names.join(", ")
                ));
            }
        };
        Ok(Self {
            id: find(&[ID]),
            names,
            place,
        })
    }

    pub(super) fn row(&self, line: u64, record: &csv::ByteRecord) -> Result<Row, String> {
        if record.len() != self.names.len() {
            return Err(format!(
                "the row has {} cells, the header {}",
                record.len(),
                self.names.len()
            ));
        }
        let mut properties = Properties::default();
        let mut cells = Vec::with_capacity(record.len());
        for (name, cell) in self.names.iter().zip(record) {
            let cell = std::str::from_utf8(cell)
                .map_err(|_| format!("column \"{name}\" is not UTF-8; save the file as UTF-8"))?;
            cells.push(cell);
        }
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
        Ok(Row {
            line,
            id: self
                .id
                .map(|at| guard::unguarded(cells[at]).to_owned())
                .filter(|id| !id.is_empty()),
            geometry: self.place.geometry(&cells)?,
            properties,
        })
    }
}

impl Place {
    fn uses(&self, column: usize) -> bool {
        match self {
            Self::LngLat(lng, lat) => column == *lng || column == *lat,
            Self::Wkt(wkt) => column == *wkt,
        }
    }

    fn geometry(&self, cells: &[&str]) -> Result<Option<Geometry>, String> {
        match self {
            Self::Wkt(at) if cells[*at].trim().is_empty() => Ok(None),
            Self::Wkt(at) => Ok(wkt::read(cells[*at])?),
            Self::LngLat(lng, lat) => {
                let (lng, lat) = (cells[*lng].trim(), cells[*lat].trim());
                if lng.is_empty() && lat.is_empty() {
                    return Ok(None);
                }
                let at = shape::coord(degrees("longitude", lng)?, degrees("latitude", lat)?)?;
                Ok(Some(Geometry::Point(at.into())))
            }
        }
    }
}

fn degrees(what: &str, cell: &str) -> Result<f64, String> {
    cell.parse().map_err(|_| {
        let hint = if cell.contains(',') {
            ", with a point, not a comma"
        } else {
            ""
        };
        format!("the {what} \"{cell}\" is not a decimal number{hint}")
    })
}
