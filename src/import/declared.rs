//! What somebody has said of a new layer's fields, before it is inferred from the rows.

use crate::atlas::model::schema::{Field, FieldType, TimeFields};
use crate::format::reading::Remarks;

/// Fields that say when, by their names, the surest first.
const TIME_NAMES: [&str; 7] = [
    "date",
    "datetime",
    "time",
    "timestamp",
    "event_date",
    "incident_date",
    "incident date",
];
/// Pairs of fields that say from when until when.
const SPANS: [[&str; 2]; 6] = [
    ["date_start", "date_end"],
    ["start_date", "end_date"],
    ["start", "end"],
    ["begin", "end"],
    ["from", "to"],
    ["start_time", "end_time"],
];

/// What is not to be inferred.
#[derive(Default)]
pub(super) struct Declared<'a> {
    /// The types of fields.
    pub(super) types: &'a [(String, FieldType)],
    /// The field that says when, or two with a slash between: from when, until when.
    pub(super) time: Option<&'a str>,
}

impl Declared<'_> {
    pub(super) fn type_of(&self, name: &str) -> Option<FieldType> {
        let mut types = self.types.iter();
        types.find_map(|(own, kind)| (own == name).then_some(*kind))
    }

    /// Whether all fields whose types are given are there.
    ///
    /// # Errors
    /// One sentence that names what is not there, and what is.
    pub(super) fn check_types<'n>(
        &self,
        names: impl Iterator<Item = &'n str> + Clone,
    ) -> Result<(), String> {
        for (name, _) in self.types {
            if !names.clone().any(|own| own == name) {
                let all: Vec<&str> = names.collect();
                return Err(format!(
                    "--type: there is no column \"{name}\"; there are {}",
                    all.join(", ")
                ));
            }
        }
        Ok(())
    }

    /// The fields that say when: as given, or as their names and types tell; it is remarked which, or why
    /// none.
    ///
    /// # Errors
    /// One sentence, if what is given can say no time.
    pub(super) fn time_of(
        &self,
        fields: &[Field],
        remarks: &Remarks,
    ) -> Result<Option<TimeFields>, String> {
        if let Some(given) = self.time {
            let (start, end) = match given.split_once('/') {
                Some((start, end)) if find(fields, given).is_none() => (start, Some(end)),
                _ => (given, None),
            };
            let start = dated(fields, start)?;
            let end = end.map(|end| dated(fields, end)).transpose()?;
            return Ok(Some(time_fields(start, end)));
        }
        let all: Vec<&Field> = fields.iter().filter(|field| is_dated(field)).collect();
        let found = found(&all);
        match (&found, &all[..]) {
            (None, [_, _, ..]) => {
                let names: Vec<&str> = all.iter().map(|field| &*field.name).collect();
                remarks.say(format!(
                    "no time: each of {} may say when; --time COLUMN, or --time START/END, says which",
                    names.join(", ")
                ));
            }
            (
                Some(TimeFields {
                    field,
                    end_field: Some(end),
                    ..
                }),
                _,
            ) => {
                remarks.say(format!("time: from {field} until {end}"));
            }
            (Some(time), [_, _, ..]) => {
                remarks.say(format!(
                    "time: {}; --time COLUMN says otherwise",
                    time.field
                ));
            }
            _ => {}
        }
        Ok(found)
    }
}

/// The field, or the pair, that says when among those that can.
fn found(all: &[&Field]) -> Option<TimeFields> {
    let named = |name: &str| {
        let mut all = all.iter();
        all.find(|field| field.name.eq_ignore_ascii_case(name))
    };
    let one = |field: &&Field| time_fields(field, None);
    if let Some(field) = TIME_NAMES.into_iter().find_map(named) {
        return Some(one(field));
    }
    let pair = |[start, end]: [&str; 2]| Some(time_fields(named(start)?, Some(named(end)?)));
    if let Some(span) = SPANS.into_iter().find_map(pair) {
        return Some(span);
    }
    match all {
        [only] => Some(one(only)),
        _ => None,
    }
}

fn time_fields(start: &Field, end: Option<&Field>) -> TimeFields {
    TimeFields {
        field: start.name.to_string(),
        end_field: end.map(|end| end.name.to_string()),
        precision_field: None,
    }
}

fn is_dated(field: &Field) -> bool {
    matches!(field.kind, FieldType::Date | FieldType::Datetime)
}

fn find<'a>(fields: &'a [Field], name: &str) -> Option<&'a Field> {
    fields.iter().find(|field| &*field.name == name)
}

fn dated<'a>(fields: &'a [Field], name: &str) -> Result<&'a Field, String> {
    let field = find(fields, name).ok_or_else(|| {
        let names: Vec<&str> = fields.iter().map(|field| &*field.name).collect();
        format!(
            "--time: there is no column \"{name}\"; there are {}",
            names.join(", ")
        )
    })?;
    if is_dated(field) {
        return Ok(field);
    }
    Err(format!(
        "--time: column \"{name}\" has {}, not dates or instants in every row",
        field.kind.name()
    ))
}
