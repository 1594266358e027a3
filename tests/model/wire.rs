//! The way between two hosts, and the point where it is captured.

use super::rng::Rng;
use super::tcb::{MS, SECOND};

/// The way between a host and the capture point, both directions alike.
#[derive(Clone, Copy, Debug, Default)]
pub struct Leg {
    pub delay: u64,
    pub jitter: u64,
    /// In percent.
    pub loss: u64,
    pub copies: u64,
    /// Everything is lost from the first to the second time, towards the host
    /// (bit 0) or from it (bit 1).
    pub outage: Option<(u64, u64, u8)>,
}

/// Which way on a leg.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    ToHost = 1,
    FromHost = 2,
}

impl Leg {
    fn random(rng: &mut Rng) -> Self {
        let delay = rng.pick(&[100, 2 * MS, 20 * MS, 150 * MS]);
        let jitter = rng.pick(&[0, 0, 1, 3]) * delay;
        let loss = rng.pick(&[0, 0, 3, 10, 25, 45]);
        let copies = rng.pick(&[0, 0, 0, 3, 15]);
        let outage = rng.chance(12).then(|| {
            let from = rng.within(0, 15 * SECOND);
            (from, from + rng.within(0, 300 * SECOND), rng.within(1, 3) as u8)
        });
        Leg { delay, jitter, loss, copies, outage }
    }

    /// When the copies of a packet sent now come out: none, one or two.
    pub fn carry(&self, now: u64, direction: Direction, rng: &mut Rng) -> Vec<u64> {
        let out = self
            .outage
            .is_some_and(|(from, to, ways)| ways & direction as u8 != 0 && now >= from && now < to);
        if out || rng.chance(self.loss) {
            return Vec::new();
        }
        let jitter = if self.jitter > 0 { rng.within(0, self.jitter) } else { 0 };
        let first = now + self.delay + jitter;
        // A copy comes later than what could be one frame captured twice.
        let copy = rng.chance(self.copies).then(|| first + 3 * MS + rng.within(0, 40 * MS));
        [Some(first), copy].into_iter().flatten().collect()
    }
}

/// Where the capture is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Point {
    AtHost0,
    Middle,
    AtHost1,
}

/// Both legs.
#[derive(Clone, Copy, Debug)]
pub struct Wire {
    pub point: Point,
    pub legs: [Leg; 2],
}

impl Wire {
    pub fn random(rng: &mut Rng) -> Self {
        let point = rng.pick(&[Point::AtHost0, Point::Middle, Point::AtHost1]);
        let calm = rng.chance(35);
        let legs = [0, 1].map(|host| {
            let here = matches!((point, host), (Point::AtHost0, 0) | (Point::AtHost1, 1));
            let mut leg = if here { Leg::default() } else { Leg::random(rng) };
            if calm {
                (leg.loss, leg.copies, leg.outage) = (0, 0, None);
            }
            leg
        });
        Wire { point, legs }
    }
}
