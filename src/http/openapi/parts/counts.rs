//! How counts along the border are described: what is counted where, exactly.

use serde_json::{Value as Json, json};

use super::{joined, query};
use crate::atlas::model::calendar::{Interval, WINDOW_DAYS_MAX};
use crate::atlas::products::profile::{
    BIN_KM_DEFAULT, BIN_KM_MAX, BIN_KM_MIN, CELLS_MAX, LAYER_DEFAULT,
};

/// The parameters of counts along the border.
pub fn parameters() -> Json {
    json!({
        "layer": query("layer",
            "Whose features are counted: a layer that has border_km. Its fields are parameters too; those \
             described here are the default layer's.",
            &json!({ "type": "string", "default": LAYER_DEFAULT })),
        "bin_km": query("bin_km",
            "Kilometres of the border in a bin; rounded to a centimetre.",
            &json!({ "type": "number", "minimum": BIN_KM_MIN, "maximum": BIN_KM_MAX, "default": BIN_KM_DEFAULT })),
        "interval": query("interval",
            &format!("How time is cut up, in UTC; weeks begin on Monday (ISO 8601). The intervals are those that \
                meet datetime; where it is open or left out, what the layer covers. Bins times intervals are at \
                most {CELLS_MAX}."),
            &json!({ "type": "string", "enum": Interval::NAMES.map(|(name, _)| name), "default": "month" })),
        "at": {
            "name": "at", "in": "query", "required": true,
            "description": "The day (its first instant, UTC) or instant that parts before from after.",
            "schema": { "type": "string" },
        },
        "window": query("window",
            &format!("How long before and after at is counted: 1d to {WINDOW_DAYS_MAX}d, or a duration of the \
                calendar as ISO 8601 writes it, such as P1Y."),
            &json!({ "type": "string", "default": "365d" })),
    })
}

/// The documents.
pub fn schemas() -> Json {
    json!({
        "profile": document(&joined(profile(), about())),
        "profileTable": { "type": "string",
            "description": "A row for each bin: km_from, km_to, spanning, undated, then a column for each \
                interval, named by its first day. The last row, without kilometres, has the features without \
                border_km. All numbers but the kilometres add up to what the filters select." },
        "comparison": document(&joined(comparison(), about())),
    })
}

/// What both documents of counts say of their layer.
fn about() -> Json {
    let text = json!({ "type": "string" });
    json!({
        "layer": text, "title": text,
        "coverage": described(&json!({
            "type": "object", "nullable": true, "properties": { "first": instant(), "last": instant() },
        }), "From the first to the last time in the layer, whatever was asked; null without any."),
        "caveat": described(&text, "What the counts are and are not; to be shown with them."),
        "attribution": text,
        "licences": { "type": "array", "items": { "type": "object" } },
        "links": { "type": "array", "items": { "$ref": "#/components/schemas/link" } },
    })
}

fn profile() -> Json {
    let counts = json!({ "type": "array", "items": count("") });
    json!({
        "bin_km": { "type": "number" },
        "km_edges": described(&json!({ "type": "array", "items": { "type": "number" } }),
            "Border kilometres where bins start and the last one ends: one more than there are bins. A bin holds \
             its first kilometre and not its last, but for the end of the line."),
        "interval": { "type": "string", "enum": Interval::NAMES.map(|(name, _)| name) },
        "interval_starts": described(&json!({ "type": "array", "items": { "type": "string", "format": "date" } }),
            "The first day of each interval, UTC."),
        "intervals_end": { "type": "string", "format": "date", "nullable": true,
            "description": "The day after the last interval." },
        "counts": described(&json!({ "type": "array", "items": counts }),
            "The matrix: a row for each bin from north to south, in it a number for each interval. A feature is in \
             the interval that holds its whole time: a report of month precision is that whole month."),
        "bin_totals": described(&counts, "Sums of the rows."),
        "interval_totals": described(&counts, "Sums of the columns."),
        "count_max": count("The largest number in the matrix."),
        "counted": count("The sum of the matrix."),
        "apart": { "type": "object", "required": ["spanning", "undated", "unplaced"],
            "description": "Features that are not in the matrix, each in the last of these that is true of it.",
            "properties": {
                "spanning": count("No interval holds all of their time, such as a month among days."),
                "undated": count("They have no time."),
                "unplaced": count("They have no border_km."),
            } },
        "matched": count("What the filters select: counted and all apart, each feature once."),
    })
}

fn comparison() -> Json {
    let numbers = json!({
        "before": count("Features whose whole time is in the window before."),
        "after": count("Features whose whole time is in the window after."),
        "change": { "type": "integer", "description": "After less before." },
        "ratio": { "type": "number", "nullable": true,
            "description": "After divided by before; null without any before." },
        "straddling": count("Features whose time meets the windows, but neither holds all of it: it goes on across \
            the instant between them or across an outer edge."),
    });
    let window = document(&json!({
        "from": described(&instant(), "The first instant of the window."),
        "until": described(&instant(), "The first instant after the window."),
        "incomplete": { "type": "boolean",
            "description": "Whether the window leaves what the layer covers: then it counts less than it could." },
    }));
    let segment = json!({
        "segment": { "type": "string" },
        "name": { "type": "string", "nullable": true },
        "km_from": { "type": "number" },
        "km_to": { "type": "number" },
    });
    json!({
        "at": instant(),
        "windows": document(&json!({ "before": window, "after": window })),
        "segments": { "type": "array", "items": document(&joined(segment, numbers.clone())),
            "description": "All segments, from north to south." },
        "unplaced": described(&document(&numbers), "Features on no segment."),
        "total": described(&document(&numbers), "The segments and unplaced together."),
        "undated": count("Features without a time, on a segment or on none: they are in no window."),
        "matched": count("Each feature once that the filters select and whose time meets the windows, or that has \
            none: total's before, after and straddling, and undated."),
    })
}

/// An object all of whose members are always there.
fn document(properties: &Json) -> Json {
    let required: Vec<String> = properties
        .as_object()
        .map(|members| members.keys().cloned().collect())
        .unwrap_or_default();
    json!({ "type": "object", "required": required, "properties": properties })
}

fn count(description: &str) -> Json {
    let integer = json!({ "type": "integer", "minimum": 0 });
    if description.is_empty() {
        integer
    } else {
        described(&integer, description)
    }
}

fn instant() -> Json {
    json!({ "type": "string", "format": "date-time" })
}

fn described(schema: &Json, description: &str) -> Json {
    joined(schema.clone(), json!({ "description": description }))
}
