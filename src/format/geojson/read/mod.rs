//! GeoJSON read row by row, whatever it is framed by: a feature collection, features on lines of their own,
//! or a text sequence (RFC 8142). One feature at a time is in memory.
//!
//! A feature that cannot be taken is a fault and reading goes on, as long as it is clear where the
//! next one starts; JSON that is broken in between ends with a fault.

mod root;

use std::io::BufRead;

use super::scan::{Broken, JsonScanner, shown};
use super::{RECORD_SEPARATOR, feature};
use crate::format::limits::too_long;
use crate::format::row::{Row, RowFault};
use root::Root;

/// Reads GeoJSON of any framing, told apart by how it begins. A bare feature or geometry is one
/// row; an array of features is taken like a collection.
pub fn read<R: BufRead>(reader: R) -> GeoJsonRows<R> {
    GeoJsonRows::new(reader, false)
}

/// Reads one feature a line or a text sequence, where even a first one that is broken does not hide
/// the others, and none at all is no fault.
pub fn read_lines<R: BufRead>(reader: R) -> GeoJsonRows<R> {
    GeoJsonRows::new(reader, true)
}

/// The rows of a GeoJSON file.
pub struct GeoJsonRows<R> {
    scanner: JsonScanner<R>,
    state: State,
    lines: bool,
    root: Root,
    text: Vec<u8>,
}

/// What comes next.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Start,
    /// A value of its own.
    Value,
    /// After a value of its own, which started on that line.
    After(u64),
    /// Features on lines of their own.
    Lines,
    /// Texts between record separators.
    Records,
    /// A feature of an array; `first` until one was there.
    Features {
        first: bool,
    },
    /// The members of a collection after its features.
    Tail,
    End,
}

type Step = Result<Option<Result<Row, RowFault>>, Broken>;

impl<R: BufRead> Iterator for GeoJsonRows<R> {
    type Item = Result<Row, RowFault>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.state != State::End {
            let step = match self.state {
                State::Start => self.start(),
                State::Value => self.own_value(),
                State::After(line) => self.after(line),
                State::Lines => self.line(),
                State::Records => self.record(),
                State::Features { first } => self.element(first),
                State::Tail => self.tail(),
                State::End => Ok(None),
            };
            match step {
                Ok(None) => {}
                Ok(row) => return row,
                Err(broken) => {
                    self.state = State::End;
                    return Some(Err(fault(self.scanner.line(), broken.reason())));
                }
            }
        }
        None
    }
}

impl<R: BufRead> GeoJsonRows<R> {
    fn new(reader: R, lines: bool) -> Self {
        Self {
            scanner: JsonScanner::new(reader),
            state: State::Start,
            lines,
            root: Root::default(),
            text: Vec::new(),
        }
    }

    fn start(&mut self) -> Step {
        self.scanner.skip_bom()?;
        self.state = match self.scanner.skip_space()? {
            None if self.lines => State::End,
            None => return Err(Broken::Syntax("the file is empty".into())),
            Some(RECORD_SEPARATOR) => State::Records,
            Some(_) if self.lines => State::Lines,
            Some(b'{') => State::Value,
            Some(b'[') => {
                self.root.bare_array = true;
                self.scanner.bump()?;
                State::Features { first: true }
            }
            Some(byte) => {
                return Err(Broken::Syntax(format!("it begins with {}", shown(byte))));
            }
        };
        Ok(None)
    }

    fn after(&mut self, line: u64) -> Step {
        let ended_on = self.scanner.line();
        self.state = match self.scanner.skip_space()? {
            None => State::End,
            Some(RECORD_SEPARATOR) => State::Records,
            Some(_) if ended_on == line && self.scanner.line() > line => State::Lines,
            Some(_) => State::Value,
        };
        Ok(None)
    }

    fn line(&mut self) -> Step {
        let line = self.scanner.line();
        if self.scanner.peek()?.is_none() {
            self.state = State::End;
            return Ok(None);
        }
        self.text.clear();
        let fits = self.scanner.until(b'\n', &mut self.text)?;
        Ok(self.kept(line, fits))
    }

    fn record(&mut self) -> Step {
        while self.scanner.skip_space()? == Some(RECORD_SEPARATOR) {
            self.scanner.bump()?;
        }
        let line = self.scanner.line();
        if self.scanner.peek()?.is_none() {
            self.state = State::End;
            return Ok(None);
        }
        self.text.clear();
        let fits = self.scanner.until(RECORD_SEPARATOR, &mut self.text)?;
        Ok(self.kept(line, fits))
    }

    /// The row of a kept text, if it is not blank.
    fn kept(&mut self, line: u64, fits: bool) -> Option<Result<Row, RowFault>> {
        if !fits {
            return Some(Err(fault(line, too_long())));
        }
        if self.text.trim_ascii().is_empty() {
            return None;
        }
        Some(self.parse(line))
    }

    fn element(&mut self, first: bool) -> Step {
        match self.scanner.skip_space()? {
            Some(b']') => {
                self.scanner.bump()?;
                self.state = if self.root.bare_array {
                    State::After(0)
                } else {
                    State::Tail
                };
                return Ok(None);
            }
            _ if first => {}
            _ => {
                self.scanner.expect(b',')?;
                self.scanner.skip_space()?;
            }
        }
        self.state = State::Features { first: false };
        let line = self.scanner.line();
        self.text.clear();
        let fits = self.scanner.value(&mut self.text)?;
        Ok(self.kept(line, fits))
    }

    fn parse(&self, line: u64) -> Result<Row, RowFault> {
        feature::parse(line, &self.text).map_err(|reason| fault(line, reason))
    }
}

fn fault(line: u64, reason: String) -> RowFault {
    RowFault { line, reason }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::format::limits::ROW_BYTES_MAX;

    /// What a text reads as: `id@line` of each row, `!line reason` of each fault.
    fn told(text: &[u8], lines: bool) -> Vec<String> {
        GeoJsonRows::new(text, lines)
            .map(|row| match row {
                Ok(row) => format!("{}@{}", row.id.unwrap_or_default(), row.line),
                Err(fault) => format!("!{} {}", fault.line, fault.reason),
            })
            .collect()
    }

    fn check(text: &str, wanted: &[&str]) {
        let told = told(text.as_bytes(), false);
        assert_eq!(told.len(), wanted.len(), "{told:#?}");
        for (told, wanted) in told.iter().zip(wanted) {
            let fits = match wanted.strip_prefix('!') {
                Some(part) => told.starts_with(wanted) || told.contains(part),
                None => told == wanted,
            };
            assert!(fits, "{told} is not {wanted}");
        }
    }

    const A: &str = r#"{"type":"Feature","id":"a","properties":{"n":"] } \" \\"},"geometry":{"type":"Point","coordinates":[45.5,35.5,900]}}"#;
    const B: &str = r#"{"id":7,"geometry":null,"properties":null,"type":"Feature"}"#;

    #[test]
    fn every_framing_gives_the_same_rows() {
        check(
            &format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{A},\n{B}\n]}}"),
            &["a@2", "7@3"],
        );
        check(
            &format!(
                "\u{feff}{{\"features\":[{A},{B}],\"x\":[1,{{}}],\"type\":\"FeatureCollection\"}}\n"
            ),
            &["a@1", "7@1"],
        );
        check(&format!("{A}\n\n{B}\r\n"), &["a@1", "7@3"]);
        check(&format!("\u{1e}{A}\n\u{1e}{B}\n"), &["a@1", "7@2"]);
        check(&format!("[{A},{B}]"), &["a@1", "7@1"]);
        check(A, &["a@1"]);
        check(r#"{"type":"Point","coordinates":[1,2]}"#, &["@1"]);
        check(r#"{"type":"FeatureCollection","features":[]}"#, &[]);
    }

    #[test]
    fn a_position_keeps_two_numbers() {
        let row = read(A.as_bytes()).next().unwrap().unwrap();
        assert_eq!(row.geometry, Some(geo::Point::new(45.5, 35.5).into()));
        assert_eq!(row.properties.get("n"), Some(&r#"] } " \"#.into()));
    }

    #[test]
    fn a_bad_feature_does_not_hide_the_next() {
        for bad in [
            r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[181,0]}}"#,
            r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[1e999,0]}}"#,
            r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[NaN,0]}}"#,
            r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[1]}}"#,
            r#"{"type":"Feature","geometry":{"type":"LineString","coordinates":[[1,2]]}}"#,
            r#"{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}}"#,
            r#"{"type":"Feature","geometry":{"type":"Blob"}}"#,
            r#"{"type":"Feature","geometry":5}"#,
            r#"{"type":"Feature","id":[1]}"#,
            r#"{"type":"Feature","properties":[]}"#,
            r#"{"type":"Feature","crs":{"properties":{"name":"EPSG:32638"}}}"#,
            r#"{"type":"Banana"}"#,
            r#"{"no":"type"}"#,
            "5",
            "null",
            r#"{"type" "Feature"}"#,
        ] {
            check(
                &format!("{{\"type\":\"FeatureCollection\",\"features\":[{bad},\n{B}]}}"),
                &["!1 ", "7@2"],
            );
            assert_eq!(told(format!("{bad}\n{B}").as_bytes(), true)[1], "7@2");
        }
        check(&format!("{A}\n{{\"broken\n{B}"), &["a@1", "!2 ", "7@3"]);
    }

    #[test]
    fn broken_json_ends_with_a_fault() {
        check("", &["!1 this is not JSON: the file is empty"]);
        check("<kml/>", &["!1 this is not JSON: it begins with '<'"]);
        check(&format!("[{A}"), &["a@1", "!not whole"]);
        check(
            &format!("[{A} {B}]"),
            &["a@1", "!'{' stands where ',' is due"],
        );
        check(&format!("[{A}]]"), &["a@1", "!1 "]);
        check(&format!("{{\"features\":[{A}]}}"), &["a@1", "!no \"type\""]);
        check(
            r#"{"type":"FeatureCollection"}"#,
            &["!no \"features\" array"],
        );
        check(
            &format!(
                r#"{{"type":"FeatureCollection","crs":{{"type":"name","properties":{{"name":"urn:ogc:def:crs:EPSG::3857"}}}},"features":[{A}]}}"#
            ),
            &["!\"urn:ogc:def:crs:EPSG::3857\""],
        );
        check(
            &format!(
                r#"{{"type":"FeatureCollection","crs":{{"type":"name","properties":{{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}}}},"features":[{A}]}}"#
            ),
            &["a@1"],
        );
    }

    #[test]
    fn deep_and_long_values_are_faults() {
        let deep = "[".repeat(300) + &"]".repeat(300);
        check(
            &format!("[{{\"type\":\"Feature\",\"properties\":{{\"x\":{deep}}}}},{B}]"),
            &["!recursion limit", "7@1"],
        );
        check(&"[".repeat(100_000), &["!nested deeper"]);
        let long = "x".repeat(ROW_BYTES_MAX + 1);
        check(
            &format!("[{{\"type\":\"Feature\",\"id\":\"{long}\"}},{B}]"),
            &["!longer than 32 MiB", "7@1"],
        );
    }

    #[test]
    fn cut_anywhere_it_is_a_fault_and_no_panic() {
        let whole = format!("{{\"type\":\"FeatureCollection\",\"features\":[{A},{B}],\"é\":1}}");
        for end in 0..whole.len() {
            let told = told(&whole.as_bytes()[..end], false);
            assert!(
                told.last().is_some_and(|last| last.starts_with('!')),
                "cut at {end}: {told:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_input_panics(bytes in prop::collection::vec(any::<u8>(), 0..200), lines: bool) {
            told(&bytes, lines);
        }

        #[test]
        fn no_json_like_input_panics(text in r#"[\[\]{}",:0-9a \n\u{1e}\\]{0,80}"#, lines: bool) {
            let text = text.replace('a', "\"features\":[").replace('0', "\"type\":\"Feature\"");
            told(text.as_bytes(), lines);
        }
    }
}
