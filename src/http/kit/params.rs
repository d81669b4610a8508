//! A query string, decoded, and read parameter by parameter. Every fault is collected, so that a client
//! sees them all at once. What a layer is asked by it is `selection.rs`.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::ops::Range;

use percent_encoding::percent_decode_str;

use crate::atlas::model::refusal::{Code, Refusal};
use crate::http::kit::escape::escaped;
use crate::http::kit::parameters::Named;
use crate::http::kit::problem::{Fault, Problem};

/// The longest value that is quoted back, in characters.
const QUOTED_CHARS_MAX: usize = 200;

/// A query string, decoded.
#[derive(Clone, Debug, Default)]
pub struct Params {
    /// The query as it was sent and, behind it, what had to be decoded.
    text: String,
    /// How much of the text was sent.
    sent: usize,
    /// Where in the text each name and its value stand.
    pairs: Vec<(Range<usize>, Range<usize>)>,
    faults: Vec<Fault>,
}

/// Reads parameters one by one; what nobody has read when it ends is unknown.
pub struct Reader<'a> {
    pairs: Vec<Pair<'a>>,
    /// What was asked for; one may be there twice.
    known: Vec<Named<'a>>,
    /// Whether it finds out what is asked for, rather than what was given.
    describes: bool,
    faults: Vec<Fault>,
}

/// A name and its value, and whether somebody has asked for the name.
struct Pair<'a> {
    name: &'a str,
    value: &'a str,
    is_asked: bool,
}

/// What was sent tells the rest.
impl Hash for Params {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text[..self.sent].hash(state);
    }
}

impl Params {
    /// Decodes `application/x-www-form-urlencoded` pairs. What cannot be decoded is kept as a
    /// fault, reported when the parameters are read.
    pub fn decode(query: Option<&str>) -> Self {
        let query = query.unwrap_or_default();
        let mut params = Self {
            text: query.to_owned(),
            sent: query.len(),
            pairs: Vec::with_capacity(8),
            faults: Vec::new(),
        };
        let mut start = 0;
        for pair in query.split('&') {
            let end = start + pair.len();
            let middle = pair.find('=').map_or(end, |at| start + at);
            let (name, value) = (start..middle, end.min(middle + 1)..end);
            start = end + 1;
            if pair.is_empty() {
                continue;
            }
            match (params.decoded(name.clone()), params.decoded(value.clone())) {
                (Some(name), Some(value)) => params.pairs.push((name, value)),
                _ => params.faults.push(fault(
                    &query[name],
                    Some(&query[value]),
                    Refusal::new(Code::NotUtf8, "it is not UTF-8 text in percent-encoding"),
                )),
            }
        }
        params
    }

    /// Where the decoded form of a part of the query stands.
    fn decoded(&mut self, part: Range<usize>) -> Option<Range<usize>> {
        let start = self.text.len();
        match decoded(&self.text[part.clone()])? {
            Cow::Borrowed(_) => Some(part),
            Cow::Owned(decoded) => {
                self.text.push_str(&decoded);
                Some(start..self.text.len())
            }
        }
    }

    /// The pairs in their order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> + Clone {
        let pairs = self.pairs.iter().cloned();
        pairs.map(|(name, value)| (&self.text[name], &self.text[value]))
    }

    /// The first value of a name.
    pub fn first(&self, name: &str) -> Option<&str> {
        let mut pairs = self.pairs();
        pairs.find_map(|(own, value)| (own == name).then_some(value))
    }

    /// A query string, with its question mark, of these parameters without those called `without`
    /// and with others in their place; values that are `None` are left out.
    pub fn with(&self, without: &[&str], and: &[(&str, Option<&str>)]) -> String {
        let mut query = String::with_capacity(self.text.len() * 2 + 64);
        let kept = self
            .pairs()
            .filter(|(name, _)| !without.contains(name) && !and.iter().any(|(new, _)| new == name));
        let new = and
            .iter()
            .filter_map(|(name, value)| Some((*name, (*value)?)));
        for (name, value) in kept.chain(new) {
            query.push(if query.is_empty() { '?' } else { '&' });
            query.push_str(&escaped(name));
            query.push('=');
            query.push_str(&escaped(value));
        }
        query
    }
}

impl<'a> Reader<'a> {
    /// A reader at the beginning.
    pub fn new(params: &'a Params) -> Self {
        let pair = |(name, value)| Pair {
            name,
            value,
            is_asked: false,
        };
        Self {
            pairs: params.pairs().map(pair).collect(),
            known: Vec::with_capacity(24),
            faults: params.faults.clone(),
            describes: false,
        }
    }

    /// A reader that finds out what is asked for, of a query without anything in it.
    pub fn describing(nothing: &'a Params) -> Self {
        Self {
            describes: true,
            ..Self::new(nothing)
        }
    }

    /// What was asked for, each once.
    pub fn known(&self) -> Vec<Named<'a>> {
        let mut all: Vec<Named<'a>> = Vec::new();
        for named in &self.known {
            if !all.iter().any(|own| own.name() == named.name()) {
                all.push(*named);
            }
        }
        all
    }

    /// Whether a parameter was given, whatever its value.
    pub fn has(&self, name: &str) -> bool {
        self.pairs.iter().any(|pair| pair.name == name)
    }

    /// Takes down that something is asked for, and which pairs answer that. Its name, if there are any.
    fn ask(&mut self, named: impl Into<Named<'a>>) -> Option<&'a str> {
        let named = named.into();
        self.known.push(named);
        let name = named.name();
        let mut is_given = false;
        for pair in self.pairs.iter_mut().filter(|pair| pair.name == name) {
            pair.is_asked = true;
            is_given = true;
        }
        is_given.then_some(name)
    }

    /// The values of a name in their order.
    fn values(&self, name: &str) -> impl Iterator<Item = &'a str> {
        let named = self.pairs.iter().filter(move |pair| pair.name == name);
        named.map(|pair| pair.value)
    }

    /// All values of a parameter in their order.
    pub fn all(&mut self, named: impl Into<Named<'a>>) -> Vec<&'a str> {
        let name = self.ask(named);
        name.map_or_else(Vec::new, |name| self.values(name).collect())
    }

    /// Whether somebody has asked for a parameter, which then means something of its own here.
    pub fn knows(&self, name: &str) -> bool {
        self.known.iter().any(|known| known.name() == name)
    }

    /// Whether there is a parameter that nobody has asked for yet.
    pub fn has_more(&self) -> bool {
        self.describes || self.pairs.iter().any(|pair| !pair.is_asked)
    }

    /// The value of a parameter that has one; the same value twice is one value.
    pub fn one(&mut self, named: impl Into<Named<'a>>) -> Option<&'a str> {
        let name = self.ask(named)?;
        let (first, other) = {
            let mut values = self.values(name);
            let first = values.next()?;
            (first, values.find(|value| *value != first))
        };
        if let Some(other) = other {
            let detail = format!("it was already given as \"{}\"", quoted(first));
            self.fault(name, other, Code::RepeatedParameter, detail);
        }
        Some(first)
    }

    /// The value of a parameter, parsed; a fault if it does not parse.
    pub fn parsed<T, E: Into<Refusal>>(
        &mut self,
        named: impl Into<Named<'a>>,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let named = named.into();
        let text = self.one(named)?;
        match parse(text) {
            Ok(value) => Some(value),
            Err(refusal) => {
                self.refuse(named.name(), text, refusal.into());
                None
            }
        }
    }

    /// Whether nothing that was read so far is wrong.
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    /// Takes down why a value is not taken.
    pub fn refuse(&mut self, name: &str, value: &str, refusal: Refusal) {
        self.faults.push(fault(name, Some(value), refusal));
    }

    /// The same, of which there is nothing more to say than its kind and a clause.
    pub fn fault(&mut self, name: &str, value: &str, code: Code, detail: impl Into<String>) {
        self.refuse(name, value, Refusal::new(code, detail));
    }

    /// Takes down that a parameter is missing.
    pub fn missing(&mut self, name: &str, detail: impl Into<String>) {
        let refusal = Refusal::new(Code::MissingParameter, detail);
        self.faults.push(fault(name, None, refusal));
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// All faults, those of unknown parameters included.
    pub fn finish(mut self) -> Result<(), Problem> {
        if self.has_more() {
            self.tell_unknown();
        }
        if self.faults.is_empty() {
            Ok(())
        } else {
            Err(Problem::Parameters(self.faults))
        }
    }

    /// A fault for each name that nobody has asked for.
    fn tell_unknown(&mut self) {
        let known = self.known().into_iter().map(Named::name);
        let known: Vec<&str> = known.collect();
        // Once: many parameters must not be answered with many times their own length.
        let mut listed = Some(format!(
            "there is no such parameter here; those that there are: {}",
            known.join(", ")
        ));
        let mut unknown = HashSet::new();
        for Pair { name, value, .. } in self.pairs.iter().filter(|pair| !pair.is_asked) {
            if unknown.insert(*name) {
                let detail = listed.take();
                let detail = detail.unwrap_or_else(|| "there is no such parameter here".into());
                let refusal = Refusal::new(Code::UnknownParameter, detail);
                self.faults.push(fault(name, Some(value), refusal));
            }
        }
    }
}

/// Reads `true` or `false`.
pub fn boolean(text: &str) -> Result<bool, Refusal> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Refusal::new(Code::NotABoolean, "it is true or false")),
    }
}

fn fault(name: &str, value: Option<&str>, refusal: Refusal) -> Fault {
    let value = value.map(|value| quoted(value).into_owned());
    Fault::new(quoted(name).into_owned(), value, refusal)
}

/// A text short enough to be quoted back.
pub fn quoted(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(QUOTED_CHARS_MAX) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// Undoes percent-encoding, with `+` for a space; `None` if it is not valid or not UTF-8.
fn decoded(text: &str) -> Option<Cow<'_, str>> {
    if !text.bytes().any(|byte| matches!(byte, b'%' | b'+')) {
        return Some(Cow::Borrowed(text));
    }
    // The library leaves a malformed escape as it is; here it is a fault.
    let is_escape = |rest: &str| {
        let digits = rest.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    if !text.split('%').skip(1).all(is_escape) {
        return None;
    }
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8().ok()?;
    Some(Cow::Owned(decoded.into_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;

    use super::*;
    use crate::http::kit::parameters::Parameter;

    #[test]
    fn a_query_is_decoded_and_written_again() {
        let params = Params::decode(Some("a=1&&b=%C3%A9+x&c&a=2&near=46.18,35.52"));
        let pairs: Vec<_> = params.pairs().collect();
        let expected = [
            ("a", "1"),
            ("b", "é x"),
            ("c", ""),
            ("a", "2"),
            ("near", "46.18,35.52"),
        ];
        assert_eq!(pairs, expected);
        assert_eq!(
            params.with(&["c"], &[("b", None), ("f", Some("/\"")), ("a", Some("3"))]),
            "?near=46.18,35.52&f=/%22&a=3"
        );
        assert_eq!(Params::decode(None).with(&[], &[]), "");
        for wrong in ["a=%", "a=%4", "a=%zz", "%FF=1"] {
            let params = Params::decode(Some(wrong));
            assert!(Reader::new(&params).finish().is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_nobody_reads_is_unknown() {
        let named = |name| Parameter::query(name, || Json::Null);
        let [a, b] = ["a", "b"].map(|name| &*Box::leak(Box::new(named(name))));
        let params = Params::decode(Some("a=1&x=1&x=2&y="));
        let mut read = Reader::new(&params);
        assert_eq!(
            (read.one(b), read.one(a), read.one(a)),
            (None, Some("1"), Some("1"))
        );
        let Err(Problem::Parameters(faults)) = read.finish() else {
            panic!("x and y were not read");
        };
        let named: Vec<_> = faults.iter().map(|fault| &*fault.parameter).collect();
        assert_eq!(named, ["x", "y"]);
        assert!(faults[0].detail.ends_with(": b, a"), "{}", faults[0].detail);
    }
}
