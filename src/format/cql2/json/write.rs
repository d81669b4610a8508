//! Writes the JSON encoding.

use serde_json::{Value as Json, json};

use crate::atlas::model::fragment::geometry_text;
use crate::format::cql2::{Node, Syntax};

/// Writes a filter.
pub(in crate::format::cql2) fn write(node: &Node) -> Json {
    match &node.syntax {
        Syntax::Boolean(flag) => json!(flag),
        Syntax::Integer(number) => json!(number),
        Syntax::Number(number) => json!(number),
        Syntax::Text(text) => json!(text),
        Syntax::Date(text) => json!({ "date": text }),
        Syntax::Timestamp(text) => json!({ "timestamp": text }),
        Syntax::Interval(ends) => json!({ "interval": all(&**ends) }),
        Syntax::Geometry(geometry) => {
            serde_json::from_str(&geometry_text(geometry)).unwrap_or_default()
        }
        Syntax::Box(bounds) => json!({ "bbox": bounds.sides() }),
        Syntax::Array(items) => json!(all(items)),
        Syntax::Property(name) => json!({ "property": name }),
        Syntax::Op(op, operands) => json!({ "op": op.name(), "args": all(operands) }),
        Syntax::Call(name, operands) => json!({ "op": name, "args": all(operands) }),
    }
}

fn all(nodes: &[Node]) -> Vec<Json> {
    nodes.iter().map(write).collect()
}
