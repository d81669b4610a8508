//! KML 2.2 (OGC 07-147r2): a Placemark a feature, its values as `ExtendedData` typed by a Schema.
//!
//! A Placemark whose data are by a schema of ours says everything there; its name and its time are
//! for those who look at it, and are passed over when it is read back.

pub mod read;
pub mod write;

/// What the ids of our schemas begin with.
const SCHEMA: &str = "bordermap.";
/// Says of a `MultiGeometry` that it is a collection, although its members are all of one kind.
const COLLECTION: &str = "bordermap:collection";
/// The namespace of what KML has no word for.
const NAMESPACE: &str = "urn:bordermap:kml:1";
