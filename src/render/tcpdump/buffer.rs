//! Where a line is put together.

/// More than any line needs: about 250 octets before the options, and 40 octets
/// of options give at most 12 characters each.
const CAPACITY: usize = 2048;

/// One line in the making. What does not fit is dropped; nothing that comes
/// from a capture is so long.
/// In place rather than in a box: each move would have to ask where it is.
#[derive(Debug)]
pub(super) struct Buffer {
    octets: [u8; CAPACITY],
    used: usize,
}

/// `00` to `99`.
static PAIRS: [[u8; 2]; 100] = {
    let mut table = [[0; 2]; 100];
    let mut n = 0;
    while n < 100 {
        table[n] = [b'0' + (n / 10) as u8, b'0' + (n % 10) as u8];
        n += 1;
    }
    table
};

/// Decimal digits of each octet and a point behind them, the first in the
/// lowest byte; in the upper half how many characters these are.
static OCTETS: [u64; 256] = {
    let mut table = [0; 256];
    let mut n = 0;
    while n < 256 {
        let (a, b, c) = (b'0' + (n / 100) as u8, b'0' + (n / 10 % 10) as u8, b'0' + (n % 10) as u8);
        let (text, len) = match n {
            0..10 => ([c, b'.', 0, 0], 2),
            10..100 => ([b, c, b'.', 0], 3),
            _ => ([a, b, c, b'.'], 4),
        };
        table[n] = u32::from_le_bytes(text) as u64 | len << 32;
        n += 1;
    }
    table
};

const HEX: &[u8; 16] = b"0123456789abcdef";

impl Buffer {
    pub(super) fn new() -> Self {
        Buffer { octets: [0; CAPACITY], used: 0 }
    }

    /// Starts anew.
    pub(super) fn clear(&mut self) {
        self.used = 0;
    }

    /// What was written since.
    pub(super) fn written(&self) -> &[u8] {
        self.octets.get(..self.used).unwrap_or_default()
    }

    /// Text of known length: one move.
    #[inline]
    pub(super) fn put<const N: usize>(&mut self, text: &[u8; N]) {
        if let Some(room) = self.octets.get_mut(self.used..).and_then(|rest| rest.first_chunk_mut()) {
            *room = *text;
            self.used += N;
        }
    }

    /// The first `len` octets of `text`, moved as a whole.
    #[inline]
    pub(super) fn put_some<const N: usize>(&mut self, text: &[u8; N], len: usize) {
        if let Some(room) = self.octets.get_mut(self.used..).and_then(|rest| rest.first_chunk_mut()) {
            *room = *text;
            self.used += len.min(N);
        }
    }

    /// Text of any length.
    #[inline]
    pub(super) fn text(&mut self, text: &[u8]) {
        if let Some(room) = self.octets.get_mut(self.used..).and_then(|rest| rest.get_mut(..text.len())) {
            room.copy_from_slice(text);
            self.used += text.len();
        }
    }

    /// Text in at least `width` columns, filled with spaces behind it.
    pub(super) fn text_padded(&mut self, text: &[u8], width: usize) {
        self.text(text);
        for _ in text.len()..width {
            self.put(b" ");
        }
    }

    /// Decimal number.
    ///
    /// Eight digits at once in one word, and no loop: numbers are half of a line.
    #[inline]
    pub(super) fn decimal(&mut self, n: u32) {
        const EIGHT: u32 = 100_000_000;
        if n < EIGHT {
            let (text, len) = below_ten_to_eight(n);
            return self.put_some(&text, len);
        }
        // Two digits before these, or one: no branch, for it is anyone's guess.
        let (high, low) = (n / EIGHT, n % EIGHT);
        let one = u32::from(high < 10);
        let high = u16::from_le_bytes(PAIRS.get(high as usize).copied().unwrap_or_default()) >> (8 * one);
        let low = u128::from(eight_digits(low) + ZEROS) << (16 - 8 * one);
        self.put_some(&(low | u128::from(high)).to_le_bytes(), 10 - one as usize);
    }

    /// Decimal number of 64 bits.
    pub(super) fn decimal64(&mut self, n: u64) {
        self.text(itoa::Buffer::new().format(n).as_bytes());
    }

    /// Decimal number in at least five columns, filled with spaces before it.
    pub(super) fn decimal_padded(&mut self, n: u64) {
        let mut digits = itoa::Buffer::new();
        let digits = digits.format(n).as_bytes();
        for _ in digits.len()..5 {
            self.put(b" ");
        }
        self.text(digits);
    }

    /// Decimal number of one octet.
    pub(super) fn octet(&mut self, n: u8) {
        self.decimal(n.into());
    }

    /// `127.0.0.1.`: an IPv4 address and one more point.
    #[inline]
    pub(super) fn dotted(&mut self, octets: [u8; 4]) {
        let [a, b, c, d] = octets.map(|octet| OCTETS.get(usize::from(octet)).copied().unwrap_or(0));
        self.two_octets(a, b);
        self.two_octets(c, d);
    }

    #[inline]
    fn two_octets(&mut self, a: u64, b: u64) {
        let (a_len, b_len) = ((a >> 32) as u32, (b >> 32) as u32);
        let text = (a & 0xffff_ffff) | (b & 0xffff_ffff) << (8 * a_len);
        self.put_some(&text.to_le_bytes(), (a_len + b_len) as usize);
    }

    /// Takes the last octet back.
    pub(super) fn drop_last(&mut self) {
        self.used = self.used.saturating_sub(1);
    }

    /// Two digits of a number below 100.
    #[inline]
    pub(super) fn pair(&mut self, n: u32) {
        self.put(PAIRS.get(n as usize).unwrap_or(b"??"));
    }

    /// A point and six digits of a number below 1 000 000.
    #[inline]
    pub(super) fn six(&mut self, n: u32) {
        let digits = (eight_digits(n) + ZEROS) >> 16;
        self.put_some(&(digits << 8 | u64::from(b'.')).to_le_bytes(), 7);
    }

    /// Hexadecimal number without leading zeros.
    pub(super) fn hex(&mut self, n: u64) {
        let digits = (64 - n.leading_zeros()).div_ceil(4).max(1);
        for place in (0..digits).rev() {
            self.put(&[HEX[(n >> (4 * place)) as usize & 15]]);
        }
    }

    /// Hexadecimal number of 16 bits without leading zeros, behind a colon if
    /// one is wanted.
    #[inline]
    pub(super) fn hex16(&mut self, n: u16, colon: bool) {
        let n = u32::from(n);
        let digits = n >> 12 | (n & 0xf00) | (n & 0xf0) << 12 | (n & 15) << 24;
        let leading = (digits | 1 << 24).trailing_zeros() & !7;
        let above_nine = (digits + 0x0606_0606) >> 4 & 0x0101_0101;
        let text = (digits + 0x3030_3030 + above_nine * u32::from(b'a' - b'9' - 1)) >> leading;
        let text = u64::from(text) << 8 | u64::from(b':');
        let without = u32::from(!colon);
        self.put_some(&(text >> (8 * without)).to_le_bytes(), 5 - (leading / 8 + without) as usize);
    }

    /// Two hexadecimal digits for each octet.
    pub(super) fn hex_octets(&mut self, octets: &[u8]) {
        for octet in octets {
            self.put(&[HEX[usize::from(octet >> 4)], HEX[usize::from(octet & 15)]]);
        }
    }
}

/// Eight times `0`.
const ZEROS: u64 = 0x3030_3030_3030_3030;

/// The text of a number below 10^8, and how many characters these are.
#[inline]
pub(in crate::render) fn below_ten_to_eight(n: u32) -> ([u8; 8], usize) {
    let digits = eight_digits(n);
    let leading = (digits | 1 << 56).trailing_zeros() & !7;
    let text = (digits + ZEROS) >> leading;
    (text.to_le_bytes(), 8 - leading as usize / 8)
}

/// The text of a number below 10^8 in eight digits.
#[inline]
pub(in crate::render) fn eight(n: u32) -> [u8; 8] {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl FnOnce(&mut Buffer)) -> String {
        let mut line = Buffer::new();
        write(&mut line);
        String::from_utf8(line.written().to_vec()).unwrap()
    }

    #[test]
    fn decimal_numbers() {
        let edges = (0..=9).flat_map(|power| {
            let ten = 10_u32.pow(power);
            [ten - 1, ten, ten + 1, ten.saturating_mul(9), ten.wrapping_mul(4_294_967)]
        });
        let others = (0..20_000).chain((0..100_000).map(|i: u32| i.wrapping_mul(2_654_435_761)));
        for n in edges.chain(others).chain([u32::MAX, 99_990_000, 4_200_000_000]) {
            assert_eq!(text(|line| line.decimal(n)), n.to_string());
        }
        for n in 0..10_000 {
            assert_eq!(text(|line| line.six(n * 100)), format!(".{:06}", n * 100));
        }
        assert_eq!(text(|line| line.decimal64(u64::MAX)), u64::MAX.to_string());
        assert_eq!(text(|line| line.decimal_padded(42)), "   42");
        assert_eq!(text(|line| line.decimal_padded(1_234_567)), "1234567");
    }

    #[test]
    fn octets_and_hexadecimal() {
        for n in 0..=255_u8 {
            assert_eq!(text(|line| line.dotted([n, 0, 255, n])), format!("{n}.0.255.{n}."));
            assert_eq!(text(|line| line.hex_octets(&[n])), format!("{n:02x}"));
        }
        for n in 0..=u16::MAX {
            assert_eq!(text(|line| line.hex16(n, false)), format!("{n:x}"));
            assert_eq!(text(|line| line.hex16(n, true)), format!(":{n:x}"));
        }
        for n in [0, 1, 15, 16, 0xfff, 0x1000, u64::MAX] {
            assert_eq!(text(|line| line.hex(n)), format!("{n:x}"));
        }
    }

    #[test]
    fn what_does_not_fit_is_dropped() {
        let full = text(|line| {
            for _ in 0..CAPACITY {
                line.put(b"abc");
                line.text(b"de");
            }
        });
        assert!(full.len() <= CAPACITY && full.len() > CAPACITY - 5);
    }
}
