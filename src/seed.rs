//! The shipped layers, carried by the program: a first start fills the store with them, a newer
//! program brings newer rows.
