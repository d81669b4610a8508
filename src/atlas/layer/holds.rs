//! What a layer's features have in common, for forms that cannot hold everything.

use crate::atlas::index::columns::Column;
use crate::atlas::layer::Layer;
use crate::atlas::model::schema::Value;

impl Layer {
    /// Whether no feature has a geometry that is more than a single position.
    pub fn has_only_points(&self) -> bool {
        self.levels.iter().all(|level| {
            let shapes = &level.part.shapes;
            let mut rows = shapes.rows();
            shapes.placed() == 0
                || rows.all(|row| shapes.geometry(row).is_none() || level.deleted.contains(row))
        })
    }

    /// Whether all whole numbers of a field are known to have 32 bits.
    pub fn fits_i32(&self, field: usize) -> bool {
        let fits = |number: &i64| i32::try_from(*number).is_ok();
        self.levels
            .iter()
            .all(|level| match &level.part.columns[field] {
                Column::Integers(numbers, _) => numbers.iter().all(fits),
                Column::Listed(listed) => listed.values.iter().all(|value| match value {
                    Value::Integer(number) => fits(number),
                    _ => true,
                }),
                Column::Numbers(_) | Column::Hashed(_) | Column::Unread => false,
            })
    }
}
