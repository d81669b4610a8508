//! The parameters of counts along the border.

use serde_json::json;

use crate::atlas::model::calendar::{Interval, WINDOW_DAYS_MAX};
use crate::atlas::products::profile::{
    BIN_KM_DEFAULT, BIN_KM_MAX, BIN_KM_MIN, CELLS_MAX, LAYER_DEFAULT,
};
use crate::http::kit::parameters::Parameter;

/// `layer`.
pub static LAYER: Parameter = Parameter::query("layer", || {
    json!({
        "description": "Whose features are counted: a layer that has border_km. Its fields are parameters too; those \
            described here are the default layer's.",
        "schema": { "type": "string", "default": LAYER_DEFAULT },
    })
});

/// `bin_km`.
pub static BIN_KM: Parameter = Parameter::query("bin_km", || {
    json!({
        "description": "Kilometres of the border in a bin; rounded to a centimetre.",
        "schema": {
            "type": "number", "minimum": BIN_KM_MIN, "maximum": BIN_KM_MAX, "default": BIN_KM_DEFAULT,
        },
        "example": 100,
    })
});

/// `interval`.
pub static INTERVAL: Parameter = Parameter::query("interval", || {
    json!({
        "description": format!("How time is cut up, in UTC; weeks begin on Monday (ISO 8601). The intervals are those that \
            meet datetime; where it is open or left out, what the layer covers. Bins times intervals are at \
            most {CELLS_MAX}."),
        "schema": { "type": "string", "enum": Interval::NAMES.map(|(name, _)| name), "default": "month" },
        "example": "year",
    })
});

/// `at`.
pub static AT: Parameter = Parameter::query("at", || {
    json!({
        "required": true,
        "description": "The day (its first instant, UTC) or instant that parts before from after.",
        "schema": { "type": "string" },
        "example": "2023-03-19",
    })
});

/// `window`.
pub static WINDOW: Parameter = Parameter::query("window", || {
    json!({
        "description": format!("How long before and after at is counted: 1d to {WINDOW_DAYS_MAX}d, or a duration of the \
            calendar as ISO 8601 writes it, such as P1Y."),
        "schema": { "type": "string", "default": "365d" },
    })
});
