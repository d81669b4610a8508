//! The part of the API's description that is about problem documents (RFC 9457).

use serde_json::{Value as Json, json};

use crate::atlas::model::refusal::Code;
use crate::http::kit::problem::KINDS;

/// What a request that fails is answered with.
pub fn schemas() -> Json {
    let text = json!({ "type": "string" });
    json!({
        "problem": {
            "type": "object", "required": ["type", "code", "title", "status", "detail", "request_id"],
            "properties": {
                "type": text,
                "code": {
                    "type": "string", "enum": KINDS.map(|(kind, _, _)| kind),
                    "description": "What kind of problem it is, as the fragment of type says it.",
                },
                "title": text, "status": { "type": "integer" }, "detail": text, "request_id": text,
                "errors": { "type": "array", "items": { "$ref": "#/components/schemas/fault" } },
            },
        },
        "fault": fault(),
    })
}

/// What is wrong with one parameter.
fn fault() -> Json {
    let text = json!({ "type": "string" });
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    json!({
        "type": "object", "required": ["parameter", "code", "detail"],
        "properties": {
            "parameter": text, "value": text,
            "code": {
                "type": "string", "enum": codes,
                "description": "What kind of fault it is; /api/docs says what each is. Programs word it themselves.",
            },
            "detail": text,
            "position": {
                "type": "array", "minItems": 2, "maxItems": 2, "items": { "type": "number" },
                "description": "Where on the map: longitude and latitude of the place where an area crosses itself, say.",
            },
            "offset": {
                "type": "integer", "minimum": 0,
                "description": "Where in the value: how many characters (Unicode code points) stand before it.",
            },
            "min": { "type": "number", "description": "The least number that is taken, in metres of a length." },
            "max": { "type": "number", "description": "The greatest number that is taken, in metres of a length." },
        },
    })
}
