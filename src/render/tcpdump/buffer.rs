//! Where a line is put together.

/// More than any line needs: about 250 octets before the options, and 40 octets
/// of options give at most 12 characters each.
const CAPACITY: usize = 2048;

/// One line in the making. What does not fit is dropped; nothing that comes
/// from a capture is so long.
#[derive(Debug)]
pub(super) struct Buffer {
    octets: Box<[u8; CAPACITY]>,
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

/// Decimal digits of each octet, and in the last place how many they are.
static OCTETS: [[u8; 4]; 256] = {
    let mut table = [[0; 4]; 256];
    let mut n = 0;
    while n < 256 {
        let (a, b, c) = (b'0' + (n / 100) as u8, b'0' + (n / 10 % 10) as u8, b'0' + (n % 10) as u8);
        table[n] = match n {
            0..10 => [c, 0, 0, 1],
            10..100 => [b, c, 0, 2],
            _ => [a, b, c, 3],
        };
        n += 1;
    }
    table
};

const HEX: &[u8; 16] = b"0123456789abcdef";

impl Buffer {
    pub(super) fn new() -> Self {
        Buffer { octets: Box::new([0; CAPACITY]), used: 0 }
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
    fn put_some<const N: usize>(&mut self, text: &[u8; N], len: usize) {
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
    #[inline]
    pub(super) fn decimal(&mut self, n: impl itoa::Integer) {
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
    #[inline]
    pub(super) fn octet(&mut self, n: u8) {
        let digits = OCTETS.get(usize::from(n)).unwrap_or(&[0; 4]);
        self.put_some(digits, usize::from(digits[3]));
    }

    /// Two digits of a number below 100.
    #[inline]
    pub(super) fn pair(&mut self, n: u32) {
        self.put(PAIRS.get(n as usize).unwrap_or(b"??"));
    }

    /// Six digits of a number below 1 000 000.
    #[inline]
    pub(super) fn six(&mut self, n: u32) {
        self.pair(n / 10_000);
        self.pair(n / 100 % 100);
        self.pair(n % 100);
    }

    /// Hexadecimal number without leading zeros.
    pub(super) fn hex(&mut self, n: u64) {
        let digits = (64 - n.leading_zeros()).div_ceil(4).max(1);
        for place in (0..digits).rev() {
            self.put(&[HEX[(n >> (4 * place)) as usize & 15]]);
        }
    }

    /// Two hexadecimal digits for each octet.
    pub(super) fn hex_octets(&mut self, octets: &[u8]) {
        for octet in octets {
            self.put(&[HEX[usize::from(octet >> 4)], HEX[usize::from(octet & 15)]]);
        }
    }
}
