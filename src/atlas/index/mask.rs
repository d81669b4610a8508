//! Masks of which rows of a chunk pass: a bit each.

/// Rows that are looked at together.
pub const CHUNK: usize = 64;

/// The positions of the ones in a mask, lowest first.
pub fn each_bit(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        (mask != 0).then(|| {
            let bit = mask.trailing_zeros() as usize;
            mask &= mask - 1;
            bit
        })
    })
}
