//! Features written as GeoJSON: one collection, or texts that stand alone.

use std::io;

use super::RECORD_SEPARATOR;
use crate::atlas::layer::answer::Hit;
use crate::format::collection::{self, CollectionHead};
use crate::format::view::View;
use crate::format::writer::Writer;

/// Writes one feature collection.
pub struct Collection {
    head: Vec<u8>,
    view: View,
    is_first: bool,
}

impl Collection {
    /// A collection with these members before its features.
    pub fn new(head: &CollectionHead<'_>, view: &View) -> Self {
        let mut text = Vec::new();
        collection::begin(&mut text, head);
        Self {
            head: text,
            view: view.clone(),
            is_first: true,
        }
    }
}

impl Writer for Collection {
    fn begin(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        out.append(&mut self.head);
        Ok(())
    }

    fn features(&mut self, out: &mut Vec<u8>, hits: &[Hit<'_>]) -> io::Result<()> {
        for hit in hits {
            if !self.is_first {
                out.extend_from_slice(b",\n");
            }
            self.is_first = false;
            self.view.feature(out, hit);
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<u8>) -> io::Result<bool> {
        collection::end(out);
        Ok(true)
    }
}

/// Writes each feature as a text of its own.
pub struct Texts {
    before: &'static [u8],
    view: View,
}

impl Texts {
    /// One feature a line.
    pub fn lines(view: &View) -> Self {
        Self {
            before: b"",
            view: view.clone(),
        }
    }

    /// A text sequence: before each text a record separator, after it a line feed (RFC 8142 §2).
    pub fn sequence(view: &View) -> Self {
        Self {
            before: &[RECORD_SEPARATOR],
            view: view.clone(),
        }
    }
}

impl Writer for Texts {
    fn begin(&mut self, _: &mut Vec<u8>) -> io::Result<()> {
        Ok(())
    }

    fn features(&mut self, out: &mut Vec<u8>, hits: &[Hit<'_>]) -> io::Result<()> {
        for hit in hits {
            out.extend_from_slice(self.before);
            self.view.feature(out, hit);
            out.push(b'\n');
        }
        Ok(())
    }

    fn end(&mut self, _: &mut Vec<u8>) -> io::Result<bool> {
        Ok(true)
    }
}
