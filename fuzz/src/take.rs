//! Values out of octets: whatever the octets are, they are values.

/// Octets that are taken from the front; after the last come zeros.
pub struct Take<'a>(pub &'a [u8]);

impl<'a> Take<'a> {
    /// Whether there are any left.
    pub fn more(&self) -> bool {
        !self.0.is_empty()
    }

    /// At most so many octets.
    pub fn octets(&mut self, count: usize) -> &'a [u8] {
        let (head, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        head
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut array = [0; N];
        let head = self.octets(N);
        array[..head.len()].copy_from_slice(head);
        array
    }

    /// One octet.
    pub fn u8(&mut self) -> u8 {
        self.array::<1>()[0]
    }

    /// Two octets.
    pub fn u16(&mut self) -> u16 {
        u16::from_be_bytes(self.array())
    }

    /// Four octets.
    pub fn u32(&mut self) -> u32 {
        u32::from_be_bytes(self.array())
    }

    /// One octet and a sign; rarely four octets: numbers are mostly off by little.
    pub fn offset(&mut self) -> u32 {
        match self.u8() {
            0x80 => self.u32(),
            small => i32::from(small as i8) as u32,
        }
    }
}
