//! What tables have in common, whatever file they stand in: columns by their names, and a place made of
//! cells.

mod columns;
pub(super) mod guard;
mod place;

pub(super) use columns::Columns;
pub(super) use place::is_place_name;
