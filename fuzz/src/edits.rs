//! An input that is a list of edits to a file which is mostly right: a hundred kilobytes of SQLite need
//! not be in the corpus, nor be found by chance.

/// Edits of an input at most.
const EDITS_MAX: usize = 24;

/// The bytes with some of them changed: of each four bytes of the input three say where, in parts of
/// the whole, and one what is laid over what is there (exclusive or).
pub fn edited(bytes: &[u8], input: &[u8]) -> Vec<u8> {
    let mut edited = bytes.to_vec();
    for edit in input.chunks_exact(4).take(EDITS_MAX) {
        let [a, b, c, change] = [edit[0], edit[1], edit[2], edit[3]];
        let at = usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c);
        let len = edited.len();
        if let Some(byte) = edited.get_mut(at % len.max(1)) {
            *byte ^= change;
        }
    }
    edited
}
