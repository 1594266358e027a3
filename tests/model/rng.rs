//! A small generator of pseudo-random numbers: one seed, one exchange.

use crate::common::random::Random;

/// What an exchange draws.
#[derive(Clone, Debug)]
pub struct Rng(Random);

impl Rng {
    /// All that follows is determined by `seed`.
    pub fn new(seed: u64) -> Self {
        Rng(Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d))
    }

    pub fn next(&mut self) -> u64 {
        self.0.next()
    }

    /// A number from `low` up to and including `high`.
    pub fn within(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    /// True in `percent` of 100 cases.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }

    /// One of them.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[(self.next() % from.len() as u64) as usize]
    }

    /// An initial sequence number; often one that soon wraps. `used` are those of
    /// the connections before on the same ports: the new one lies clearly ahead
    /// of the last, or far from all of them (RFC 9293 §3.4.1).
    pub fn isn(&mut self, used: &[u32]) -> u32 {
        loop {
            let isn = match used.last() {
                Some(last) if self.chance(60) => last.wrapping_add(self.within(1 << 20, 1 << 30) as u32),
                _ => self.first_isn(),
            };
            let apart = |other: &u32| isn.wrapping_sub(*other).cast_signed().unsigned_abs() >= 1 << 20;
            if used.iter().all(apart) {
                return isn;
            }
        }
    }

    fn first_isn(&mut self) -> u32 {
        match self.within(0, 3) {
            0 => u32::MAX - self.within(0, 3000) as u32,
            1 => 0x8000_0000_u32.wrapping_sub(self.within(0, 3000) as u32),
            _ => self.next() as u32,
        }
    }
}
