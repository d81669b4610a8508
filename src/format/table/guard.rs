//! Cells that a spreadsheet would take for a formula, guarded by a mark, and the mark taken away again.
//!
//! The mark is an apostrophe before what a formula begins with (=, +, -, @, the same in full width, tab,
//! carriage return or line feed; OWASP, "CSV Injection"). A text that begins like a guarded one itself gets one more, guarded or not, so that
//! what is read is always what was written.

use std::borrow::Cow;

const MARK: char = '\'';
const FORMULA: [char; 11] = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n'];

/// A text as its cell; `all` guards whatever begins a formula, otherwise only what would be read as
/// guarded.
pub(in crate::format) fn guarded(text: &str, all: bool) -> Cow<'_, str> {
    if begins_formula(text) && (all || text.starts_with(MARK)) {
        Cow::Owned(format!("{MARK}{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text of a cell.
pub(super) fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix(MARK) {
        Some(text) if begins_formula(text) => text,
        _ => cell,
    }
}

/// Whether a formula begins behind any number of marks.
fn begins_formula(text: &str) -> bool {
    text.trim_start_matches(MARK).starts_with(FORMULA)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_are_guarded() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("+964", "'+964"),
            ("-2", "'-2"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("\n=1", "'\n=1"),
            ("＝1+1", "'＝1+1"),
            ("'=1", "''=1"),
            ("''-1", "'''-1"),
            ("'Ana", "'Ana"),
            ("a=1", "a=1"),
            ("", ""),
        ] {
            assert_eq!(guarded(text, true), cell);
        }
        assert_eq!(guarded("=1", false), "=1");
        assert_eq!(guarded("'=1", false), "''=1");
    }

    proptest! {
        #[test]
        fn what_was_guarded_comes_back(text in "['=+@＝＠\t\r\na-]{0,5}", all: bool) {
            let cell = guarded(&text, all);
            prop_assert_eq!(unguarded(&cell), &text);
            prop_assert!(!all || !cell.starts_with(FORMULA));
        }
    }
}
