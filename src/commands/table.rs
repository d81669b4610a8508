//! A table that people read: columns aligned, empty columns left out.

use std::io::{self, Write};

/// The widest a column gets, in letters.
const WIDTH_MAX: usize = 64;

/// Writes rows under their headings. The first column is aligned to the right; a column without
/// any content is left out.
pub(super) fn write<const N: usize>(
    out: &mut impl Write,
    headings: [&str; N],
    rows: &[[String; N]],
) -> io::Result<()> {
    let widths: [usize; N] = std::array::from_fn(|column| {
        let content = rows.iter().map(|row| letters(&row[column])).max();
        match content.unwrap_or(0) {
            0 => 0,
            content => content.max(letters(headings[column])).min(WIDTH_MAX),
        }
    });
    let headings = headings.map(str::to_owned);
    for row in std::iter::once(&headings).chain(rows) {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            if widths[column] == 0 {
                continue;
            }
            let cell = cut(cell);
            let space = " ".repeat(widths[column].saturating_sub(letters(&cell)));
            if column == 0 {
                line = space + &cell;
            } else {
                line.push_str("  ");
                line.push_str(&cell);
                line.push_str(&space);
            }
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

fn letters(text: &str) -> usize {
    text.chars().count()
}

/// A cell on one line, not too wide, and without anything that would steer the terminal.
fn cut(cell: &str) -> String {
    let clean = |letter: char| if letter.is_control() { ' ' } else { letter };
    if letters(cell) <= WIDTH_MAX {
        return cell.chars().map(clean).collect();
    }
    let mut short: String = cell.chars().map(clean).take(WIDTH_MAX - 1).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_empty_ones_left_out() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned);
        let mut out = Vec::new();
        let rows = [
            row(["1 km", "", "a\u{1b}b"]),
            row(["12 km", "", &"é".repeat(70)]),
        ];
        write(&mut out, ["at", "nothing", "what"], &rows).unwrap();
        let wanted = format!("   at  what\n 1 km  a b\n12 km  {}…\n", "é".repeat(63));
        assert_eq!(String::from_utf8(out).unwrap(), wanted);
    }
}
