//! Where the captures were taken, how their clocks differ, and how long segments were on
//! the way.
//!
//! Of a client's segment, B's time minus A's is (clock difference + delay) if it passed A
//! first; of a server's, (clock difference - delay). The least of the one minus the
//! greatest of the other is thus the shortest time there and back between the two points,
//! whatever the clocks say; and were it negative, A would not be nearer the client. Half
//! of it is taken as the delay of the fastest each way, which is the best guess, and as
//! wrong as half of it at most.

use std::collections::HashMap;

use crate::lang::{Delays, Order, Point};
use crate::track::Side;

use super::align::{Aligned, One, difference};
use super::view::View;

/// A delay counts as long if it is so many times the median's excess over the fastest.
const MANY: u64 = 10;
/// And longer than this, nanoseconds.
const LONG: u64 = 1_000_000;

/// What the times of a pair say.
#[derive(Debug)]
pub(super) struct Clock {
    pub order: Order,
    /// B's clock minus A's and how far that may be off, nanoseconds.
    pub offset: Option<(i64, u64)>,
    /// Delays contradict each other.
    pub unsteady: bool,
    /// By side.
    pub delays: [Option<Delays>; 2],
    /// The usual difference of times, B minus A, by side; of the other side if there is
    /// none.
    pub usual: [Option<i64>; 2],
    /// Routers passed between the two points, by side.
    pub hops: [Option<i16>; 2],
    /// Most usual TTL, by point and side.
    pub ttl: [[Option<u8>; 2]; 2],
    /// The difference of times of the fastest, by side.
    quickest: [Option<i64>; 2],
}

impl Clock {
    /// What the times of these segments say.
    pub fn of(views: &[View<'_>; 2], aligned: &Aligned) -> Self {
        let all = Side::BOTH.map(|side| differences(views, &aligned.ones, side));
        let ttl = views.each_ref().map(|view| Side::BOTH.map(|side| usual_ttl(view, side)));
        let (order, sure) = order(&all, &ttl);
        let edge = |side: Side, last: bool| {
            let all = &all[side as usize];
            if last { all.last() } else { all.first() }.copied()
        };
        // The fastest of a side has the least difference if it passes A first.
        let quickest = Side::BOTH.map(|side| edge(side, first(order, side) == Some(Point::B)));
        let both = quickest[0].zip(quickest[1]);
        let steady = both.filter(|_| sure && order != Order::Unknown);
        let offset =
            steady.map(|(client, server)| (client.midpoint(server), client.abs_diff(server).div_ceil(2)));
        let half = steady.map(|(client, server)| client.abs_diff(server) / 2);
        let delays = Side::BOTH.map(|side| delays(&all[side as usize], quickest[side as usize], half));
        let middle = all.each_ref().map(|all| all.get(all.len() / 2).copied());
        Clock {
            order,
            offset,
            unsteady: both.is_some() && !sure,
            delays,
            usual: [middle[0].or(middle[1]), middle[1].or(middle[0])],
            hops: Side::BOTH.map(|side| hops(order, side, &ttl)),
            ttl,
            quickest,
        }
    }

    /// The capture that a side's segments met first.
    pub fn first(&self, side: Side) -> Option<Point> {
        first(self.order, side)
    }

    /// How much longer than the fastest of its side a segment was on the way.
    pub fn excess(&self, views: &[View<'_>; 2], one: &One) -> Option<u64> {
        let quickest = self.quickest[one.from as usize]?;
        (self.order != Order::Unknown).then(|| difference(views, one.a, one.b).abs_diff(quickest))
    }

    /// How long it was on the way: an estimate.
    pub fn delay(&self, views: &[View<'_>; 2], one: &One) -> Option<u64> {
        let fastest = self.delays[one.from as usize]?.fastest?;
        Some(fastest.saturating_add(self.excess(views, one)?))
    }

    /// Whether it was much longer on the way than others.
    pub fn is_late(&self, views: &[View<'_>; 2], one: &One) -> bool {
        let Some(delays) = self.delays[one.from as usize] else { return false };
        // What is short beside the whole way is not late.
        let usual = delays.fastest.unwrap_or(0) / 4;
        let least = LONG.max(usual).max(delays.median.saturating_mul(MANY));
        one.strict && self.excess(views, one).is_some_and(|excess| excess > least)
    }
}

/// The capture that a side's segments met first.
fn first(order: Order, side: Side) -> Option<Point> {
    match (order, side) {
        (Order::Nearer(point), Side::Client) => Some(point),
        (Order::Nearer(point), Side::Server) => Some(point.other()),
        (Order::Same | Order::Unknown, _) => None,
    }
}

/// Times at B minus times at A, in order.
fn differences(views: &[View<'_>; 2], ones: &[One], side: Side) -> Vec<i64> {
    let of_side = ones.iter().filter(|one| one.from == side && one.strict);
    let mut all: Vec<i64> = of_side.map(|one| difference(views, one.a, one.b)).collect();
    all.sort_unstable();
    all
}

/// Where they were taken, and whether all times agree with that.
fn order([client, server]: &[Vec<i64>; 2], ttl: &[[Option<u8>; 2]; 2]) -> (Order, bool) {
    let ends = |all: &[i64]| Some((*all.first()?, *all.last()?, *all.get(all.len() / 2)?));
    match (ends(client), ends(server)) {
        (Some((least, most, middle)), Some((other_least, other_most, other_middle))) => {
            if (least, most) == (other_least, other_most) && least == most {
                return (Order::Same, true);
            }
            let a = least >= other_most;
            let b = other_least >= most;
            let nearer = if a != b { a } else { middle >= other_middle };
            (Order::Nearer(if nearer { Point::A } else { Point::B }), a || b)
        }
        _ => (by_ttl(ttl), false),
    }
}

/// A segment's TTL is less where it came by later.
fn by_ttl(ttl: &[[Option<u8>; 2]; 2]) -> Order {
    for side in Side::BOTH {
        let [a, b] = ttl.map(|of| of[side as usize]);
        if let (Some(a), Some(b)) = (a, b)
            && a != b
        {
            let first = if a > b { Point::A } else { Point::B };
            return Order::Nearer(if side == Side::Client { first } else { first.other() });
        }
    }
    Order::Unknown
}

fn usual_ttl(view: &View<'_>, side: Side) -> Option<u8> {
    let mut counts: HashMap<u8, usize> = HashMap::new();
    for (_, record, _) in view.all().filter(|(_, record, seen)| seen.from == side && !record.flags.rst()) {
        *counts.entry(record.ttl).or_default() += 1;
    }
    counts.into_iter().max_by_key(|&(ttl, count)| (count, ttl)).map(|(ttl, _)| ttl)
}

fn hops(order: Order, side: Side, ttl: &[[Option<u8>; 2]; 2]) -> Option<i16> {
    let [a, b] = ttl.map(|of| of[side as usize]);
    let (a, b) = (i16::from(a?), i16::from(b?));
    match first(order, side) {
        Some(Point::A) => Some(a - b),
        Some(Point::B) => Some(b - a),
        None => (a == b).then_some(0),
    }
}

fn delays(all: &[i64], quickest: Option<i64>, fastest: Option<u64>) -> Option<Delays> {
    let quickest = quickest?;
    let mut excess: Vec<u64> = all.iter().map(|one| one.abs_diff(quickest)).collect();
    excess.sort_unstable();
    Some(Delays {
        count: excess.len() as u64,
        fastest,
        median: excess.get(excess.len() / 2).copied()?,
        slowest: excess.last().copied()?,
    })
}
