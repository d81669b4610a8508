//! Numbers in hexadecimal, written often enough to be written by hand.

/// Writes a number in lower-case hexadecimal with at least so many digits.
pub fn push(out: &mut Vec<u8>, number: u64, digits_min: u32) {
    let digits = (u64::BITS - number.leading_zeros()).div_ceil(4);
    for place in (0..digits.max(digits_min)).rev() {
        let digit = (number >> (4 * place) & 0xf) as usize;
        out.push(b"0123456789abcdef"[digit]);
    }
}

/// Bytes in lower-case hexadecimal, two digits each.
pub fn of_bytes(bytes: &[u8]) -> String {
    let digit = |four_bits: u8| char::from(b"0123456789abcdef"[usize::from(four_bits)]);
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.extend([digit(byte >> 4), digit(byte & 0xf)]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_as_the_library_writes_it() {
        for number in [0, 1, 15, 16, 0xabc, 0xffff_ffff, u64::MAX] {
            let mut out = Vec::new();
            push(&mut out, number, 1);
            push(&mut out, number, 8);
            let expected = format!("{number:x}{number:08x}");
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
        let all: Vec<u8> = (0..=255).collect();
        let expected: Vec<String> = all.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(of_bytes(&all), expected.concat());
    }
}
