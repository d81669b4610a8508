//! What KML and GPX have in common: text escaped, and XML read as a stream of small trees.
//!
//! Not by the crates `kml` and `gpx`: they hold a whole document, where here a feature is read at a
//! time, within ceilings.

pub(super) mod rows;

use std::io::{self, BufRead, Read};

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader as Events, XmlVersion};

use crate::format::file;
use crate::format::limits::{ROW_BYTES_MAX, too_long};

/// Elements of one feature, at most.
const ELEMENTS_MAX: usize = 1_000_000;
/// Attributes of one element, at most.
const ATTRIBUTES_MAX: usize = 256;
/// Elements within elements, at most.
const DEPTH_MAX: usize = 64;

/// Whether a file's first bytes are XML.
pub(super) fn is_document(bytes: &[u8]) -> bool {
    file::text(bytes).first() == Some(&b'<')
}

/// Whether a tag opens among a file's first bytes.
pub(super) fn has_tag(bytes: &[u8], name: &str) -> bool {
    let tag = format!("<{name}");
    bytes.windows(tag.len()).any(|word| word == tag.as_bytes())
}

/// Writes text between tags.
pub(super) fn push_text(out: &mut Vec<u8>, text: &str) {
    push(out, text, false);
}

/// Writes an attribute after a blank.
pub(super) fn push_attribute(out: &mut Vec<u8>, name: &str, value: &str) {
    out.push(b' ');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"=\"");
    push(out, value, true);
    out.push(b'"');
}

/// Writes an element that holds text.
pub(super) fn push_element(out: &mut Vec<u8>, name: &str, text: &str) {
    for part in ["<", name, ">"] {
        out.extend_from_slice(part.as_bytes());
    }
    push_text(out, text);
    for part in ["</", name, ">"] {
        out.extend_from_slice(part.as_bytes());
    }
}

/// A line end of Windows, and any in an attribute, would be read as another character (XML 1.0
/// §2.11, §3.3.3); control characters have no form at all (§2.2) and become U+FFFD.
fn push(out: &mut Vec<u8>, text: &str, is_attribute: bool) {
    for c in text.chars() {
        let reference: &[u8] = match c {
            '&' => b"&amp;",
            '<' => b"&lt;",
            '>' => b"&gt;",
            '"' => b"&quot;",
            '\r' => b"&#13;",
            '\n' if is_attribute => b"&#10;",
            '\t' if is_attribute => b"&#9;",
            '\n' | '\t' => &[c as u8],
            '\0'..'\u{20}' | '\u{FFFE}' | '\u{FFFF}' => "\u{FFFD}".as_bytes(),
            _ => {
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                continue;
            }
        };
        out.extend_from_slice(reference);
    }
}

/// An element with what is in it.
#[derive(Debug, Default)]
pub(super) struct Element {
    /// Its name with its prefix.
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
    /// All text directly in it.
    pub(super) text: String,
}

impl Element {
    /// Its name without a prefix.
    pub(super) fn local(&self) -> &str {
        local(&self.name)
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let mut all = self.attributes.iter();
        all.find_map(|(own, value)| (own == name).then_some(value.as_str()))
    }

    pub(super) fn all<'a>(&'a self, local: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children
            .iter()
            .filter(move |child| child.local() == local)
    }

    pub(super) fn child(&self, local: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.local() == local)
    }
}

/// A name without a prefix.
fn local(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, local)| local)
}

/// Reads XML.
pub(super) struct XmlReader<R> {
    events: Events<Counted<R>>,
    buffer: Vec<u8>,
    /// The names of the elements around.
    open: Vec<String>,
}

impl<R: BufRead> XmlReader<R> {
    pub(super) fn new(reader: R) -> Self {
        let mut events = Events::from_reader(Counted {
            inner: reader,
            line: 1,
            left: ROW_BYTES_MAX as u64,
        });
        events.config_mut().expand_empty_elements = true;
        Self {
            events,
            buffer: Vec::new(),
            open: Vec::new(),
        }
    }

    /// The line up to which was read.
    pub(super) fn line(&self) -> u64 {
        self.events.get_ref().line
    }

    /// How many elements are around the one that has opened last.
    pub(super) fn depth(&self) -> usize {
        self.open.len().saturating_sub(1)
    }

    /// The name of the element around the one that has opened last, without a prefix.
    pub(super) fn around(&self) -> &str {
        let around = self.open.iter().rev().nth(1);
        around.map_or("", |name| local(name))
    }

    /// The next element that opens, with its attributes only; `None` at the end of the document.
    pub(super) fn opening(&mut self) -> Result<Option<Element>, String> {
        loop {
            self.events.get_mut().left = ROW_BYTES_MAX as u64;
            match self.step()? {
                Step::Open(element) => return Ok(Some(element)),
                Step::Over => return Ok(None),
                Step::Close | Step::Text(_) => {}
            }
        }
    }

    /// The rest of an element that has just opened.
    pub(super) fn whole(&mut self, opened: Element) -> Result<Element, String> {
        let mut around = Vec::new();
        let mut current = opened;
        let mut count = 0;
        loop {
            match self.step()? {
                Step::Open(element) => {
                    count += 1;
                    if count > ELEMENTS_MAX {
                        return Err(format!("more than {ELEMENTS_MAX} elements in one feature"));
                    }
                    around.push(std::mem::replace(&mut current, element));
                }
                Step::Text(text) => current.text.push_str(&text),
                Step::Close => match around.pop() {
                    None => return Ok(current),
                    Some(parent) => {
                        let child = std::mem::replace(&mut current, parent);
                        current.children.push(child);
                    }
                },
                Step::Over => return Err("the file ends too early".into()),
            }
        }
    }

    fn step(&mut self) -> Result<Step, String> {
        loop {
            self.buffer.clear();
            let event =
                self.events
                    .read_event_into(&mut self.buffer)
                    .map_err(|error| match error {
                        quick_xml::Error::Io(error) => {
                            format!("the file cannot be read on: {error}")
                        }
                        error => format!("this is not XML: {error}"),
                    })?;
            return Ok(match event {
                Event::Start(start) => {
                    let element = opened(&start)?;
                    if self.open.len() == DEPTH_MAX {
                        return Err(format!("elements are nested deeper than {DEPTH_MAX}"));
                    }
                    self.open.push(element.name.clone());
                    Step::Open(element)
                }
                Event::End(_) => {
                    self.open.pop();
                    Step::Close
                }
                Event::Text(text) => Step::Text(text.xml10_content().into_owned()),
                Event::CData(text) => Step::Text(text.xml10_content().into_owned()),
                Event::GeneralRef(reference) => Step::Text(resolved(&reference)?.to_string()),
                Event::DocType(_) => {
                    return Err("a document type declaration is not taken".into());
                }
                Event::Eof => match self.open.last() {
                    None => Step::Over,
                    Some(name) => return Err(format!("the file ends within <{name}>")),
                },
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => continue,
            });
        }
    }
}

enum Step {
    Open(Element),
    Text(String),
    Close,
    Over,
}

fn opened(start: &BytesStart<'_>) -> Result<Element, String> {
    let mut element = Element {
        name: start.name().as_ref().to_owned(),
        ..Element::default()
    };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| format!("this is not XML: {error}"))?;
        if element.attributes.len() == ATTRIBUTES_MAX {
            return Err(format!(
                "more than {ATTRIBUTES_MAX} attributes in one element"
            ));
        }
        let value = attribute
            .normalized_value(XmlVersion::Explicit1_0)
            .map_err(|error| format!("this is not XML: {error}"))?;
        element
            .attributes
            .push((attribute.key.as_ref().to_owned(), value.into_owned()));
    }
    Ok(element)
}

/// A character by its number, or one of the five that XML names. Others would be defined in a
/// document type, which is not taken.
fn resolved(reference: &BytesRef<'_>) -> Result<char, String> {
    let numbered = reference
        .resolve_char_ref()
        .map_err(|error| format!("this is not XML: {error}"))?;
    if let Some(c) = numbered {
        return Ok(c);
    }
    let name = reference.xml10_content();
    Ok(match &*name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return Err(format!("this is not XML: the entity {name} is not defined")),
    })
}

/// Counts lines, and gives no more than what is left for one feature.
struct Counted<R> {
    inner: R,
    line: u64,
    left: u64,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let read = available.len().min(into.len());
        into[..read].copy_from_slice(&available[..read]);
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let available = self.inner.fill_buf()?;
        if self.left == 0 && !available.is_empty() {
            return Err(io::Error::other(format!("a feature is {}", too_long())));
        }
        let end =
            usize::try_from(self.left).map_or(available.len(), |left| left.min(available.len()));
        Ok(&available[..end])
    }

    fn consume(&mut self, amount: usize) {
        // What is consumed was given by `fill_buf`, and still is.
        if let Ok(available) = self.inner.fill_buf() {
            let consumed = available.iter().take(amount);
            self.line += consumed.map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
        }
        self.left = self.left.saturating_sub(amount as u64);
        self.inner.consume(amount);
    }
}
