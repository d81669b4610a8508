//! The order that a question asks for: by fields, each up or down, and by id where they tie
//! (OGC API Features Part 8, draft 24-030, §7).

use crate::atlas::model::refusal::{Code, Refusal};
use crate::atlas::model::schema::{Field, FieldType, Schema, Value};
use crate::atlas::model::time::parse_instant;
use crate::atlas::query::cursor::Cursor;

/// Fields in an order at most.
pub const SORT_KEYS_MAX: usize = 8;
/// Texts are compared by so many bytes at most: a cursor carries them.
pub const SORTED_BYTES_MAX: usize = 256;
/// What names the id among the keys.
const ID: &str = "id";

/// An order of features. What has no value of a field comes after what has one, up and down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The fields, the first decides first; perhaps none.
    pub keys: Vec<SortKey>,
    /// Whether the greatest id comes first where they tie.
    pub id_descending: bool,
}

/// One field of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SortKey {
    /// The field's index in the schema.
    pub field: usize,
    /// Whether the greatest value comes first.
    pub descending: bool,
}

/// Whether features can be ordered by a field: lists and objects have no order, and a comma parts keys.
pub fn is_sortable(field: &Field) -> bool {
    field.kind != FieldType::Json && !field.name.contains(',')
}

impl Sort {
    /// Reads `-date,+fatalities_max,id`: names, down if a minus stands before them. Ids tie with no
    /// other, so what follows `id` decides nothing.
    ///
    /// # Errors
    /// One sentence that names what is wrong and what would be right.
    pub fn parse(text: &str, schema: &Schema) -> Result<Self, Refusal> {
        let mut sort = Self {
            keys: Vec::new(),
            id_descending: false,
        };
        for key in text.split(',') {
            // A plus sign that nobody encoded arrives as a space.
            let (descending, name) = match key.strip_prefix('-') {
                Some(name) => (true, name),
                None => (false, key.strip_prefix(['+', ' ']).unwrap_or(key)),
            };
            if name == ID {
                sort.id_descending = descending;
                return Ok(sort);
            }
            let field = schema.index_of(name);
            let field = field.filter(|field| is_sortable(&schema.fields[*field]));
            let field = field.ok_or_else(|| unknown(name, schema))?;
            if sort.keys.iter().any(|known| known.field == field) {
                let detail = format!("\"{name}\" is named twice");
                return Err(Refusal::new(Code::RepeatedProperty, detail));
            }
            sort.keys.push(SortKey { field, descending });
        }
        if sort.keys.len() > SORT_KEYS_MAX {
            let detail = format!("it names more than {SORT_KEYS_MAX} properties");
            return Err(Refusal::new(Code::TooMany, detail));
        }
        Ok(sort)
    }

    /// Whether a cursor is of a question in such an order.
    pub fn is_of(&self, cursor: &Cursor, schema: &Schema) -> bool {
        let Cursor::AfterSorted { values, .. } = cursor else {
            return false;
        };
        let mut pairs = self.keys.iter().zip(values);
        values.len() == self.keys.len()
            && pairs.all(|(key, value)| is_of(schema.fields[key.field].kind, value))
    }
}

fn unknown(name: &str, schema: &Schema) -> Refusal {
    let fields = schema.fields.iter().filter(|field| is_sortable(field));
    let known: Vec<&str> = fields.map(|field| &*field.name).collect();
    let code = match schema.index_of(name) {
        Some(_) => Code::NotSortable,
        None => Code::UnknownProperty,
    };
    let detail = format!(
        "\"{}\" cannot be ordered by; what can: {ID}, {}, each perhaps with - before it to go down",
        name.chars().take(100).collect::<String>(),
        known.join(", ")
    );
    Refusal::new(code, detail)
}

fn is_of(kind: FieldType, value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Boolean(_) => kind == FieldType::Boolean,
        Value::Integer(_) => kind == FieldType::Integer,
        Value::Number(_) => kind == FieldType::Number,
        Value::Text(_) => matches!(
            kind,
            FieldType::String | FieldType::Date | FieldType::Datetime
        ),
        Value::Json(_) => false,
    }
}

/// Where a value stands among those of its field; nothing known comes last. Of texts it tells the
/// first eight bytes, of everything else all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    /// Whether there is no value.
    pub is_null: bool,
    /// In the order of the values, or against it.
    pub at: u64,
}

impl Rank {
    /// The rank of null.
    pub const NULL: Self = Self {
        is_null: true,
        at: 0,
    };

    /// The rank of what has one, for an order up or down.
    pub fn new(at: u64, descending: bool) -> Self {
        Self {
            is_null: false,
            at: if descending { !at } else { at },
        }
    }

    /// The rank of a value of a type of field.
    pub fn of(kind: FieldType, value: &Value, descending: bool) -> Self {
        let at = match value {
            Value::Null | Value::Json(_) => return Self::NULL,
            Value::Boolean(flag) => u64::from(*flag),
            Value::Integer(number) => of_integer(*number),
            Value::Number(number) => of_number(*number),
            Value::Text(text) => of_text(kind, text),
        };
        Self::new(at, descending)
    }
}

/// Integers in their order as whole numbers from 0.
pub fn of_integer(number: i64) -> u64 {
    number.cast_unsigned() ^ (1 << 63)
}

/// Doubles in their order as whole numbers; both zeros are one (IEEE 754 §5.10 orders their bits).
pub fn of_number(number: f64) -> u64 {
    let bits = (number + 0.0).to_bits();
    if bits >> 63 == 1 {
        !bits
    } else {
        bits | 1 << 63
    }
}

fn of_text(kind: FieldType, text: &str) -> u64 {
    if matches!(kind, FieldType::Date | FieldType::Datetime)
        && let Ok(start_us) = parse_instant(text)
    {
        return of_integer(start_us);
    }
    let mut head = [0; 8];
    let length = text.len().min(8);
    head[..length].copy_from_slice(&text.as_bytes()[..length]);
    u64::from_be_bytes(head)
}

/// As much of a text as is compared.
pub fn compared(text: &str) -> &str {
    let mut end = text.len().min(SORTED_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_order_is_read() {
        let schema: Schema = serde_json::from_value(serde_json::json!({
            "id": "t", "title": "T",
            "field": [{"name": "a", "type": "string"}, {"name": "b", "type": "date"},
                {"name": "c", "type": "json"}],
        }))
        .unwrap();
        let check = |text: &str, expected: Option<(&[(usize, bool)], bool)>| {
            let read = Sort::parse(text, &schema).ok();
            let expected = expected.map(|(keys, id_descending)| Sort {
                keys: keys
                    .iter()
                    .map(|(field, descending)| SortKey {
                        field: *field,
                        descending: *descending,
                    })
                    .collect(),
                id_descending,
            });
            assert_eq!(read, expected, "{text}");
        };
        check("a", Some((&[(0, false)], false)));
        check("-b,+a", Some((&[(1, true), (0, false)], false)));
        check(" a,-id", Some((&[(0, false)], true)));
        check("-id,a", Some((&[], true)));
        for wrong in ["", "c", "a,a", "a,,b", "--a", "d", "a,-a", "-"] {
            check(wrong, None);
        }
    }

    proptest! {
        #[test]
        fn ranks_are_in_the_order_of_values(a: i64, b: i64, x in -1e9..1e9_f64, y in -1e9..1e9_f64,
            s in "[a-c]{0,9}", t in "[a-c]{0,9}") {
            prop_assert_eq!(a.cmp(&b), of_integer(a).cmp(&of_integer(b)));
            prop_assert_eq!(x.partial_cmp(&y).unwrap(), of_number(x).cmp(&of_number(y)));
            prop_assert_eq!(of_number(-0.0), of_number(0.0));
            let [p, q] = [&s, &t].map(|text| of_text(FieldType::String, text));
            prop_assert!(p.cmp(&q) == s.cmp(&t) || p == q && s.len() >= 8 && t.len() >= 8 || p == q && s == t);
        }
    }
}
