//! Derived fields: those that the service fills and that no file gives.

use crate::atlas::model::schema::field::{Field, FieldType};

/// Border kilometre of the nearest point of the border.
pub const BORDER_KM: &str = "border_km";

/// Geodesic distance to the border in metres.
pub const BORDER_DISTANCE_M: &str = "border_distance_m";

/// Id of the border segment with the nearest point.
pub const BORDER_SEGMENT: &str = "border_segment";

/// `IQ` or `IR`; null where the nearest point is an end of the line.
pub const BORDER_SIDE: &str = "border_side";

/// Within how many metres the position is known.
pub const POSITION_UNCERTAINTY_M: &str = "position_uncertainty_m";

pub(super) fn border_fields() -> [Field; 4] {
    let mut side = derived(
        BORDER_SIDE,
        FieldType::String,
        "Side of the border",
        "In which country the position lies: Iraq (IQ) or Iran (IR), with the measured line as the edge between them. Null outside of both, and within 7 km of where both end (at a neighbour or the sea), because the outlines that say so are no finer.",
        None,
    );
    side.values = vec!["IQ".into(), "IR".into()];
    [
        derived(
            BORDER_KM,
            FieldType::Number,
            "Border kilometre",
            "Distance along the border from its northern end to the point nearest to the position.",
            Some("km"),
        ),
        derived(
            BORDER_DISTANCE_M,
            FieldType::Number,
            "Distance to the border",
            "Geodesic distance from the position to the nearest point of the border.",
            Some("m"),
        ),
        derived(
            BORDER_SEGMENT,
            FieldType::String,
            "Border segment",
            "Id of the segment with the point nearest to the position.",
            None,
        ),
        side,
    ]
}

pub(super) fn derived(
    name: &str,
    kind: FieldType,
    title: &str,
    description: &str,
    unit: Option<&str>,
) -> Field {
    Field {
        name: name.into(),
        kind,
        title: title.into(),
        description: description.into(),
        unit: unit.map(Into::into),
        values: Vec::new(),
        required: false,
        derived: true,
        searched: false,
    }
}
