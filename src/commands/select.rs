//! What `near` and `export` select: flags to a checked question.

use anyhow::{Context, bail};
use serde_json::Value as Json;

use crate::atlas::filter::Filter;
use crate::atlas::model::schema::Schema;
use crate::atlas::query::question::ItemsQuery;
use crate::config::SelectArgs;
use crate::format::cql2::{self, FilterEncoding};
use crate::format::csv;

/// The question that the flags ask of a layer, besides what is asked already.
pub(super) fn question(
    schema: &Schema,
    select: &SelectArgs,
    asked: ItemsQuery,
) -> anyhow::Result<ItemsQuery> {
    if select.datetime.is_some() && schema.time.is_none() {
        bail!("layer {} has no time to ask for", schema.id);
    }
    let mut parts: Vec<(usize, Filter)> = Vec::new();
    for (property, text) in &select.conditions {
        let field = schema.index_of(property).with_context(|| {
            let known: Vec<&str> = schema.fields.iter().map(|field| &*field.name).collect();
            format!(
                "layer {} has no property \"{property}\"; it has {}",
                schema.id,
                known.join(", ")
            )
        })?;
        let declared = &schema.fields[field];
        let value = declared
            .value_of(&csv::typed(declared.kind, Json::from(text.as_str())))
            .map_err(anyhow::Error::msg)?;
        let known = parts.iter_mut().find(|(other, _)| *other == field);
        if let Some((_, Filter::AnyOf { values, .. })) = known {
            values.push(value);
        } else {
            let values = vec![value];
            parts.push((field, Filter::AnyOf { field, values }));
        }
    }
    let query = ItemsQuery {
        datetime: select.datetime,
        filter: Filter::All(parts.into_iter().map(|(_, part)| part).collect()),
        ..asked
    };
    let Some(text) = &select.filter else {
        return Ok(query);
    };
    match cql2::read(FilterEncoding::Text, text, schema) {
        Ok(condition) => Ok(query.filtered(condition.into(), schema)),
        Err(fault) => bail!("--filter is not right {}", fault.refusal(text)),
    }
}
