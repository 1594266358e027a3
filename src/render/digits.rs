//! Decimal numbers as text, without loops and branches: numbers are half of what
//! is printed.

/// `00` to `99`.
pub(super) static PAIRS: [[u8; 2]; 100] = {
    let mut table = [[0; 2]; 100];
    let mut n = 0;
    while n < 100 {
        table[n] = [b'0' + (n / 10) as u8, b'0' + (n % 10) as u8];
        n += 1;
    }
    table
};

/// The first number with nine digits.
pub(super) const TEN_TO_EIGHT: u32 = 100_000_000;

/// Eight times `0`.
const ZEROS: u64 = 0x3030_3030_3030_3030;

/// The text of a number below 10^8, and how many characters these are.
#[inline]
pub(super) fn below_ten_to_eight(n: u32) -> ([u8; 8], usize) {
    let digits = eight_digits(n);
    let leading = (digits | 1 << 56).trailing_zeros() & !7;
    let text = (digits + ZEROS) >> leading;
    (text.to_le_bytes(), 8 - leading as usize / 8)
}

/// The text of a number below 10^8 in eight digits.
#[inline]
pub(super) fn eight(n: u32) -> [u8; 8] {
    (eight_digits(n) + ZEROS).to_le_bytes()
}

/// The digits of a number below 10^8 as bytes 0 to 9, the first in the lowest:
/// halves, then quarters, then digits are divided side by side in one word.
#[inline]
fn eight_digits(n: u32) -> u64 {
    let halves = u64::from(n / 10_000) | u64::from(n % 10_000) << 32;
    // 10486 / 2^20 is 1 / 100 for every number below 10^4.
    let hundreds = (halves * 10_486) >> 20 & 0x7f_0000_007f;
    let pairs = hundreds | (halves - 100 * hundreds) << 16;
    // 103 / 2^10 is 1 / 10 for every number below 100.
    let tens = (pairs * 103) >> 10 & 0x000f_000f_000f_000f;
    tens | (pairs - 10 * tens) << 8
}

/// The text of a number of nine or ten digits: the one or two before the last
/// eight, how many these are, and the last eight.
#[inline]
pub(super) fn from_ten_to_eight(n: u32) -> (([u8; 2], usize), [u8; 8]) {
    // One digit or two: no branch, for it is anyone's guess.
    let (high, low) = (n / TEN_TO_EIGHT, n % TEN_TO_EIGHT);
    let one = u32::from(high < 10);
    let pair = u16::from_le_bytes(PAIRS.get(high as usize).copied().unwrap_or_default());
    (((pair >> (8 * one)).to_le_bytes(), 2 - one as usize), eight(low))
}

/// The text of a number below 10^6 in six digits, behind a point.
#[inline]
pub(super) fn point_six(n: u32) -> [u8; 8] {
    let digits = (eight_digits(n) + ZEROS) >> 16;
    (digits << 8 | u64::from(b'.')).to_le_bytes()
}

/// Appends a number.
pub(super) fn decimal(n: u64, out: &mut Vec<u8>) {
    // As many octets are moved as there are, whatever it takes of them.
    match u32::try_from(n) {
        Ok(n) if n < TEN_TO_EIGHT => {
            let (text, len) = below_ten_to_eight(n);
            let end = out.len() + len;
            out.extend_from_slice(&text);
            out.truncate(end);
        }
        Ok(n) => {
            let ((first, len), last) = from_ten_to_eight(n);
            let end = out.len() + len;
            out.extend_from_slice(&first);
            out.truncate(end);
            out.extend_from_slice(&last);
        }
        Err(_) => out.extend_from_slice(itoa::Buffer::new().format(n).as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_format_has_them() {
        let edges = (0..=19).flat_map(|power| {
            let ten = 10_u64.pow(power);
            [ten - 1, ten, ten + 1, ten.saturating_mul(9), ten.wrapping_mul(4_294_967)]
        });
        let others = (0..100_000).map(|i: u64| i.wrapping_mul(2_654_435_761) % (1 << 33));
        for n in edges.chain(others).chain(0..20_000).chain([u32::MAX.into(), u64::MAX, 4_200_000_000]) {
            let mut out = b"n=".to_vec();
            decimal(n, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), format!("n={n}"));
        }
        for n in (0..10_000).map(|n| n * 10_000 + n) {
            assert_eq!(eight(n), *format!("{n:08}").as_bytes());
            assert_eq!(point_six(n % 1_000_000)[..7], *format!(".{:06}", n % 1_000_000).as_bytes());
        }
    }
}
