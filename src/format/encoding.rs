//! Text in any encoding as UTF-8: by what was said of it, by its byte order mark, or by what an XML document
//! declares.

use std::io::{self, BufRead, BufReader};

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use encoding_rs_io::DecodeReaderBytesBuilder;

/// An XML declaration is no longer than this.
const DECLARATION_BYTES_MAX: usize = 200;

/// A file's text as UTF-8. What cannot be read in the encoding becomes U+FFFD.
///
/// # Errors
/// If the file cannot be read.
pub(super) fn utf8(
    mut reader: Box<dyn BufRead + Send>,
    said: Option<&'static Encoding>,
) -> io::Result<Box<dyn BufRead + Send>> {
    let beginning = reader.fill_buf()?;
    let Some(encoding) = said.or_else(|| of_beginning(beginning)) else {
        return Ok(reader);
    };
    // What is UTF-8 is held to be so by whoever reads it.
    if encoding == UTF_8 {
        return Ok(reader);
    }
    let decoded = DecodeReaderBytesBuilder::new()
        .encoding(Some(encoding))
        .strip_bom(true)
        .build(reader);
    Ok(Box::new(BufReader::new(decoded)))
}

/// The encoding that a file's first bytes tell.
fn of_beginning(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0xFF, 0xFE, ..] => return Some(UTF_16LE),
        [0xFE, 0xFF, ..] => return Some(UTF_16BE),
        _ => {}
    }
    let declaration = bytes.strip_prefix(b"<?xml")?;
    let declaration = &declaration[..declaration.len().min(DECLARATION_BYTES_MAX)];
    let declaration = declaration.split(|byte| *byte == b'?').next()?;
    let (_, value) = std::str::from_utf8(declaration)
        .ok()?
        .split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value
        .chars()
        .next()
        .filter(|quote| matches!(quote, '"' | '\''))?;
    Encoding::for_label(value[1..].split(quote).next()?.as_bytes())
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use super::*;

    fn read(bytes: &[u8], said: Option<&'static Encoding>) -> String {
        let mut text = String::new();
        let reader = utf8(Box::new(Cursor::new(bytes.to_vec())), said);
        reader.unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn text_is_read_as_it_says() {
        let name = "مریوان Mérivan".replace('ی', "ي");
        let utf16: Vec<u8> = "\u{feff}"
            .chars()
            .chain(name.chars())
            .collect::<String>()
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(read(&utf16, None), name);
        let arabic = encoding_rs::WINDOWS_1256.encode("مريوان").0;
        assert_eq!(read(&arabic, Some(encoding_rs::WINDOWS_1256)), "مريوان");
        let mut document = b"<?xml version='1.0' encoding='windows-1256'?><a>".to_vec();
        document.extend_from_slice(&arabic);
        assert!(read(&document, None).ends_with("<a>مريوان"));
        assert_eq!(read(name.as_bytes(), None), name);
        assert_eq!(
            read(b"<?xml version=\"1.0\"?><a>", None),
            "<?xml version=\"1.0\"?><a>"
        );
    }
}
