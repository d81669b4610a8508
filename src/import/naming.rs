//! No two properties of a file under one name: fields of a layer differ in more than case, because columns of
//! tables and databases do.

use crate::atlas::model::schema::Schema;
use crate::format::row::{Properties, Row};

/// The names that a file's properties get.
pub(super) struct Naming<'a> {
    /// The layer that the rows go into, if it is there; its fields' names go before.
    schema: Option<&'a Schema>,
    /// What each property of the file is called, by its name in the file and how often that has come before in its
    /// row.
    known: Vec<Known>,
}

struct Known {
    source: String,
    repeated: usize,
    name: String,
}

impl<'a> Naming<'a> {
    pub(super) fn new(schema: Option<&'a Schema>) -> Self {
        Self {
            schema,
            known: Vec::new(),
        }
    }

    /// Gives each property of a row its name.
    pub(super) fn name(&mut self, mut row: Row) -> Row {
        if !self.is_as_known(&row.properties) {
            let names: Vec<String> = row
                .properties
                .iter()
                .map(|(name, _)| name.clone())
                .collect();
            for (at, source) in names.iter().enumerate() {
                let repeated = names[..at].iter().filter(|name| *name == source).count();
                self.learn(source, repeated);
            }
        }
        let is_plain = |known: &Known| known.name == known.source;
        if self.known.iter().all(is_plain) {
            return row;
        }
        let mut seen: Vec<String> = Vec::new();
        row.properties.rename(|source| {
            let repeated = seen.iter().filter(|name| *name == source).count();
            seen.push(source.to_owned());
            let known = self.find(source, repeated).filter(|known| !is_plain(known));
            known.map(|known| known.name.clone())
        });
        row
    }

    /// Whether a row has properties that have all been seen, none of them twice. Nearly all rows of a file are
    /// like the first.
    fn is_as_known(&self, properties: &Properties) -> bool {
        let mut names = properties.iter().map(|(name, _)| name);
        let mut known = self.known.iter();
        names.all(|name| {
            let next = known.find(|known| known.source == *name);
            next.is_some_and(|known| known.repeated == 0)
        })
    }

    fn find(&self, source: &str, repeated: usize) -> Option<&Known> {
        let mut known = self.known.iter();
        known.find(|known| known.source == source && known.repeated == repeated)
    }

    fn learn(&mut self, source: &str, repeated: usize) {
        if self.find(source, repeated).is_some() {
            return;
        }
        let is_field = |name: &str| {
            let schema = self.schema;
            schema.is_some_and(|schema| schema.index_of(name).is_some())
        };
        let is_taken = |name: &str| {
            let mut known = self.known.iter();
            known.any(|known| known.name.eq_ignore_ascii_case(name))
        };
        let numbered = |count: usize| match count {
            1 => source.to_owned(),
            count => format!("{source}_{count}"),
        };
        // More names than there are known cannot all be taken.
        let candidates = || (1..=self.known.len() + 2).map(numbered);
        let like_a_field = self.schema.is_some_and(|schema| {
            let mut fields = schema.fields.iter();
            fields.any(|field| field.name.eq_ignore_ascii_case(source))
        });
        let of_field = || {
            let mut candidates = candidates().filter(|_| like_a_field);
            candidates.find(|name| is_field(name) && !is_taken(name))
        };
        let free = || candidates().find(|name| !is_taken(name));
        let name = of_field()
            .or_else(free)
            .unwrap_or_else(|| source.to_owned());
        self.known.push(Known {
            source: source.to_owned(),
            repeated,
            name,
        });
    }

    /// What was renamed, in sentences.
    pub(super) fn remarks(&self) -> impl Iterator<Item = String> {
        let renamed = self.known.iter().filter(|known| known.name != known.source);
        renamed.map(|known| {
            format!(
                "there are two properties \"{}\" (names are compared without case): the later one is called {}",
                known.source, known.name
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(names: &[&str]) -> Row {
        let properties = names
            .iter()
            .map(|name| ((*name).to_owned(), (*name).into()));
        Row {
            line: 1,
            id: None,
            geometry: None,
            properties: properties.collect(),
        }
    }

    fn named(naming: &mut Naming<'_>, names: &[&str]) -> Vec<String> {
        let row = naming.name(row(names));
        row.properties
            .iter()
            .map(|(name, _)| name.clone())
            .collect()
    }

    #[test]
    fn every_property_of_a_file_has_a_name_of_its_own() {
        let mut naming = Naming::new(None);
        assert_eq!(
            named(&mut naming, &["name", "Name", "a"]),
            ["name", "Name_2", "a"]
        );
        assert_eq!(named(&mut naming, &["Name", "b"]), ["Name_2", "b"]);
        assert_eq!(named(&mut naming, &["a", "a", "A"]), ["a", "a_2", "A_3"]);
        assert_eq!(named(&mut naming, &["b", "name"]), ["b", "name"]);
        assert_eq!(naming.remarks().count(), 3);
    }

    #[test]
    fn a_second_file_gets_the_names_of_the_first() {
        let schema: Schema = serde_json::from_value(serde_json::json!({
            "id": "t", "title": "T",
            "field": [{"name": "name", "type": "string"}, {"name": "Name_2", "type": "string"}]
        }))
        .unwrap();
        for order in [["name", "Name"], ["Name", "name"]] {
            let mut naming = Naming::new(Some(&schema));
            let mut names = named(&mut naming, &order);
            names.sort();
            assert_eq!(names, ["Name_2", "name"]);
        }
    }
}
