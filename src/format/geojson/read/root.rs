//! The object around the features: read member by member up to them, and after them.

use std::io::BufRead;

use super::{GeoJsonRows, State, Step, fault};
use crate::format::geojson::feature;
use crate::format::geojson::scan::Broken;
use crate::format::limits::{ROW_BYTES_MAX, too_long};

/// What is known of the collection around the features.
#[derive(Default)]
pub(super) struct Root {
    pub(super) line: u64,
    members: usize,
    kind: Option<String>,
    /// Why its coordinate system is not taken.
    crs_fault: Option<String>,
    /// An array, not an object, is around the features.
    pub(super) bare_array: bool,
}

/// What a member of the outer object was.
enum Member {
    /// There is no further one; the object is closed.
    None,
    /// The features; the scan stands before the first.
    Features,
    Other,
    TooLong,
}

impl<R: BufRead> GeoJsonRows<R> {
    /// Reads a value member by member: if it turns out to be a collection, up to its features.
    pub(super) fn own_value(&mut self) -> Step {
        self.root = Root {
            line: self.scanner.line(),
            ..Root::default()
        };
        self.scanner.expect(b'{')?;
        self.text.clear();
        self.text.push(b'{');
        let fits = loop {
            match self.member()? {
                Member::Features => {
                    if let Some(reason) = self.root.crs_fault.take() {
                        self.state = State::End;
                        return Ok(Some(Err(fault(self.root.line, reason))));
                    }
                    self.state = State::Features { first: true };
                    return Ok(None);
                }
                Member::Other => {}
                Member::TooLong => break false,
                Member::None => break true,
            }
        };
        self.state = State::After(self.root.line);
        self.text.push(b'}');
        if !fits {
            return Err(Broken::Syntax(too_long()));
        }
        if self.root.kind.as_deref() == Some("FeatureCollection") {
            let reason = "the collection has no \"features\" array".into();
            return Ok(Some(Err(fault(self.root.line, reason))));
        }
        Ok(Some(self.parse(self.root.line)))
    }

    /// Reads one member of the outer object; keeps it in `text` if it may be a feature's.
    fn member(&mut self) -> Result<Member, Broken> {
        match self.scanner.skip_space()? {
            Some(b'}') => {
                self.scanner.bump()?;
                return Ok(Member::None);
            }
            _ if self.root.members == 0 => {}
            _ => {
                self.scanner.expect(b',')?;
                self.scanner.skip_space()?;
            }
        }
        self.root.members += 1;
        let mut name = Vec::new();
        if self.scanner.peek()? != Some(b'"') {
            self.scanner.expect(b'"')?;
        }
        self.scanner.value(&mut name)?;
        let key: String = serde_json::from_slice(&name)
            .map_err(|error| Broken::Syntax(feature::syntax(&error)))?;
        self.scanner.skip_space()?;
        self.scanner.expect(b':')?;
        let opens = self.scanner.skip_space()?;
        if key == "features" && opens == Some(b'[') && self.root.kind.as_deref() != Some("Feature")
        {
            self.scanner.bump()?;
            return Ok(Member::Features);
        }
        let mut value = Vec::new();
        let fits = self.scanner.value(&mut value)?;
        if !feature::MEMBERS.contains(&key.as_str()) {
            return Ok(Member::Other);
        }
        if !fits || self.text.len() + value.len() > ROW_BYTES_MAX {
            return Ok(Member::TooLong);
        }
        match key.as_str() {
            "type" => self.root.kind = serde_json::from_slice(&value).ok(),
            "crs" => self.root.crs_fault = feature::crs_fault(&value),
            _ => {}
        }
        if self.text.len() > 1 {
            self.text.push(b',');
        }
        self.text.extend_from_slice(&name);
        self.text.push(b':');
        self.text.append(&mut value);
        Ok(Member::Other)
    }

    /// The members after the features; what they say of the whole is judged at its end.
    pub(super) fn tail(&mut self) -> Step {
        loop {
            self.text.clear();
            match self.member()? {
                Member::None => break,
                Member::Other => {}
                Member::TooLong => return Err(Broken::Syntax(too_long())),
                Member::Features => {
                    return Err(Broken::Syntax("a second \"features\" array".into()));
                }
            }
        }
        self.state = State::After(0);
        if let Some(reason) = self.root.crs_fault.take() {
            return Ok(Some(Err(fault(self.root.line, reason))));
        }
        if self.root.kind.as_deref() != Some("FeatureCollection") {
            let reason = "the object around \"features\" has no \"type\": \"FeatureCollection\"";
            return Ok(Some(Err(fault(self.root.line, reason.into()))));
        }
        Ok(None)
    }
}
