//! Where a line is put together.

use crate::render::digits::{PAIRS, TEN_TO_EIGHT, below_ten_to_eight, from_ten_to_eight, point_six};

/// More than any line needs: about 250 octets before the options, and 40 octets
/// of options give at most 12 characters each.
const CAPACITY: usize = 2048;

/// Room for a line, to be used again for each.
pub(super) type Room = [u8; CAPACITY];

/// Room that nothing was written into.
pub(super) const EMPTY: Room = [0; CAPACITY];

/// One line in the making. What does not fit is dropped; nothing that comes
/// from a capture is so long.
///
/// It only borrows its room, so that how far it has come stays in a register
/// while the usual parts of a line are written: these are inlined, and what is
/// rare goes [aside](Buffer::aside).
#[derive(Debug)]
pub(super) struct Buffer<'a> {
    octets: &'a mut Room,
    used: usize,
}

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

impl<'a> Buffer<'a> {
    /// An empty line.
    #[inline]
    pub(super) fn on(octets: &'a mut Room) -> Self {
        Buffer { octets, used: 0 }
    }

    /// What was written.
    #[inline]
    pub(super) fn written(&self) -> &[u8] {
        self.octets.get(..self.used).unwrap_or_default()
    }

    /// Appends what is rare, out of line.
    #[inline(always)]
    pub(super) fn aside<T>(&mut self, write: impl FnOnce(&mut Buffer<'_>) -> T) -> T {
        let (used, told) = out_of_line(self.octets, self.used, write);
        self.used = used;
        told
    }

    /// Text of known length: one move.
    #[inline(always)]
    pub(super) fn put<const N: usize>(&mut self, text: &[u8; N]) {
        self.put_some(text, N);
    }

    /// The first `len` octets of `text`, moved as a whole.
    #[inline(always)]
    pub(super) fn put_some<const N: usize>(&mut self, text: &[u8; N], len: usize) {
        if self.used <= CAPACITY - N
            && let Some(room) = self.octets.get_mut(self.used..self.used + N)
        {
            room.copy_from_slice(text);
            self.used += len;
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
    #[inline(always)]
    pub(super) fn decimal(&mut self, n: u32) {
        if n < TEN_TO_EIGHT {
            let (text, len) = below_ten_to_eight(n);
            self.put_some(&text, len);
        } else {
            let ((first, len), last) = from_ten_to_eight(n);
            self.put_some(&first, len);
            self.put(&last);
        }
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
    #[inline(always)]
    pub(super) fn dotted(&mut self, octets: [u8; 4]) {
        let [a, b, c, d] = octets.map(|octet| OCTETS.get(usize::from(octet)).copied().unwrap_or(0));
        self.two_octets(a, b);
        self.two_octets(c, d);
    }

    #[inline(always)]
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
    #[inline(always)]
    pub(super) fn six(&mut self, n: u32) {
        self.put_some(&point_six(n), 7);
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

/// Whatever it writes, the place in the line comes and goes as a value.
#[inline(never)]
fn out_of_line<T>(octets: &mut Room, used: usize, write: impl FnOnce(&mut Buffer<'_>) -> T) -> (usize, T) {
    let mut line = Buffer { octets, used };
    let told = write(&mut line);
    (line.used, told)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl FnOnce(&mut Buffer<'_>)) -> String {
        let mut room = EMPTY;
        let mut line = Buffer::on(&mut room);
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
