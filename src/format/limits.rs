//! What one row of a file may be, whatever the file's format: so that what an import holds does not depend
//! on the file. Of a row at most [`ROW_BYTES_MAX`] are in memory at once, and what is made of them.

use serde_json::Value as Json;

use crate::atlas::geo::cost::POSITIONS_MAX;
use crate::format::row::Row;

/// The longest row that is read, in bytes: as much as a million positions of eight decimals take.
pub(super) const ROW_BYTES_MAX: usize = 32 << 20;
/// The most that a row's properties may take of it, in bytes.
pub(super) const PROPERTIES_BYTES_MAX: usize = 4 << 20;
/// The most columns of a file, and properties of a row.
pub(super) const COLUMNS_MAX: usize = 2_000;
/// The most commas in a geometry's JSON: three a position, and as many again for what is around them.
const GEOMETRY_COMMAS_MAX: usize = 4 * POSITIONS_MAX;

/// A row within the ceilings.
///
/// # Errors
/// Which ceiling it is over.
pub(super) fn checked(row: Row) -> Result<Row, String> {
    check_columns(row.properties.iter().count())?;
    let properties = row.properties.iter();
    let bytes: usize = properties
        .map(|(name, value)| name.len() + bytes_of(value))
        .sum();
    check_properties(bytes)?;
    Ok(row)
}

/// Whether a file may have so many columns.
///
/// # Errors
/// That it may not.
pub(super) fn check_columns(count: usize) -> Result<(), String> {
    if count <= COLUMNS_MAX {
        return Ok(());
    }
    Err(format!(
        "{count} columns or properties, and {COLUMNS_MAX} are taken at most: leave out what is not needed"
    ))
}

/// Whether a row's properties may take so many bytes.
///
/// # Errors
/// That they may not.
pub(super) fn check_properties(bytes: usize) -> Result<(), String> {
    if bytes <= PROPERTIES_BYTES_MAX {
        return Ok(());
    }
    Err(format!(
        "the properties take {bytes} bytes, and {} MiB are taken at most",
        PROPERTIES_BYTES_MAX >> 20
    ))
}

/// Whether a geometry's JSON can be one within the ceilings, before it is read: each number and each
/// bracket of it takes many times its bytes.
///
/// # Errors
/// That it cannot.
pub(super) fn check_geometry(json: &[u8]) -> Result<(), String> {
    let count =
        |wanted: u8| -> usize { json.iter().map(|byte| usize::from(*byte == wanted)).sum() };
    if count(b',') <= GEOMETRY_COMMAS_MAX && count(b'[') <= GEOMETRY_COMMAS_MAX / 2 {
        return Ok(());
    }
    Err(format!(
        "the geometry has more numbers than {POSITIONS_MAX} positions have, the most of a feature: divide it \
         into several features, or simplify it"
    ))
}

/// That a row is too long.
pub(super) fn too_long() -> String {
    format!(
        "longer than {} MiB, the most that is taken of one row",
        ROW_BYTES_MAX >> 20
    )
}

fn bytes_of(value: &Json) -> usize {
    match value {
        Json::String(text) => text.len(),
        Json::Array(members) => members.iter().map(|member| 1 + bytes_of(member)).sum(),
        Json::Object(members) => {
            let members = members.iter();
            members
                .map(|(name, member)| 1 + name.len() + bytes_of(member))
                .sum()
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => 1,
    }
}
