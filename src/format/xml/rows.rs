//! The rows of an XML document: its features one after another, as a dialect tells them.

use std::io::BufRead;

use super::{Element, XmlReader};
use crate::format::row::{Row, RowFault};

/// What an element of a document is.
pub(in crate::format) enum ElementRole {
    /// A feature.
    Feature,
    /// What must be known to read features.
    Note,
    /// What may have features in it.
    Around,
}

/// What one format has of its own.
pub(in crate::format) trait Dialect {
    /// What it is called.
    const NAME: &'static str;
    /// The element around all others, without a prefix.
    const ROOT: &'static str;

    /// What an element is, by its name without a prefix and that of the element around it.
    fn role(local: &str, around: &str) -> ElementRole;

    /// Takes down that an element opens which may have features in it, within so many others.
    fn enter(&mut self, _local: &str, _depth: usize) {}

    /// Takes a note.
    ///
    /// # Errors
    /// One sentence, if the document cannot be read on.
    fn learn(&mut self, note: &Element) -> Result<(), String>;

    /// A feature as a row; `line` is where it starts, and so many elements are around it.
    ///
    /// # Errors
    /// One sentence that says what is wrong with it.
    fn row(&self, line: u64, feature: &Element, depth: usize) -> Result<Row, String>;
}

/// The rows of a document. A row's place is the line where its feature starts.
pub(in crate::format) struct XmlRows<R, D> {
    reader: XmlReader<R>,
    dialect: D,
    has_root: bool,
    is_over: bool,
}

impl<R: BufRead, D: Dialect> XmlRows<R, D> {
    /// Those of a document in a dialect.
    pub(in crate::format) fn new(reader: R, dialect: D) -> Self {
        Self {
            reader: XmlReader::new(reader),
            dialect,
            has_root: false,
            is_over: false,
        }
    }

    /// The next feature, the line where it starts, and how many elements are around it.
    fn feature(&mut self) -> Result<Option<(u64, Element, usize)>, String> {
        loop {
            let Some(element) = self.reader.opening()? else {
                return if self.has_root {
                    Ok(None)
                } else {
                    Err(format!("this is not {}: it has no element", D::NAME))
                };
            };
            if !self.has_root && element.local() != D::ROOT {
                let name = &element.name;
                return Err(format!("this is not {}: it begins with <{name}>", D::NAME));
            }
            self.has_root = true;
            let line = self.reader.line();
            let depth = self.reader.depth();
            match D::role(element.local(), self.reader.around()) {
                ElementRole::Feature => {
                    return Ok(Some((line, self.reader.whole(element)?, depth)));
                }
                ElementRole::Note => {
                    let note = self.reader.whole(element)?;
                    self.dialect.learn(&note)?;
                }
                ElementRole::Around => self.dialect.enter(element.local(), depth),
            }
        }
    }
}

impl<R: BufRead, D: Dialect> Iterator for XmlRows<R, D> {
    type Item = Result<Row, RowFault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        match self.feature() {
            Ok(Some((line, feature, depth))) => {
                let row = self.dialect.row(line, &feature, depth);
                Some(row.map_err(|reason| RowFault { line, reason }))
            }
            Ok(None) => {
                self.is_over = true;
                None
            }
            Err(reason) => {
                self.is_over = true;
                let line = self.reader.line();
                Some(Err(RowFault { line, reason }))
            }
        }
    }
}
