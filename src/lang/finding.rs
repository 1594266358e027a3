//! What differs between two captures: of several segments, or of one.

use crate::track::Side;

use super::compare::{Kind, Point, Values};

/// What differs, of one segment or of several alike.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// What.
    pub kind: Kind,
    /// Whose segments.
    pub from: Side,
    /// The capture that has them, if only one has.
    pub only: Option<Point>,
    /// How many.
    pub count: u64,
    /// The first of them: frames at A and at B.
    pub frames: Vec<[Option<u64>; 2]>,
    /// As it was at A and at B.
    pub values: Values,
    /// Something else bears it out.
    pub certain: bool,
    /// The frame that does, in the capture that has the segment; or for a copy, and for
    /// what a capture missed, in the capture where that shows.
    pub proof: Option<u64>,
}

/// What stands in a row of the table beside a segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Note {
    /// What differs.
    pub kind: Kind,
    /// As in [`Finding`].
    pub only: Option<Point>,
    /// As in [`Finding`].
    pub values: Values,
    /// As in [`Finding`].
    pub certain: bool,
    /// As in [`Finding`].
    pub proof: Option<u64>,
}

impl Finding {
    /// Where it is to be seen, the first few: `A #8, #20 …`, `A #1 = B #2`.
    pub fn places(&self) -> String {
        /// More numbers than this help nobody.
        const MOST: usize = 4;
        let mut text = String::new();
        for (nth, frames) in self.frames.iter().take(MOST).enumerate() {
            let one = match (*frames, nth) {
                ([Some(a), Some(b)], _) => format!("A #{a} = B #{b}"),
                ([Some(a), None], 0) => format!("A #{a}"),
                ([None, Some(b)], 0) => format!("B #{b}"),
                ([Some(own), None] | [None, Some(own)], _) => format!("#{own}"),
                ([None, None], _) => continue,
            };
            text.push_str(if nth > 0 { ", " } else { "" });
            text.push_str(&one);
        }
        if self.count > MOST as u64 {
            text.push_str(", …");
        }
        text
    }

    /// The proof with its capture: `A #61`.
    pub fn proof_at(&self, point: Point) -> Option<String> {
        self.proof.map(|frame| format!("{} #{frame}", point.letter()))
    }

    /// The capture in which [`Finding::proof`] is a frame.
    pub fn proof_point(&self) -> Point {
        proof_point(self.kind, self.only)
    }
}

impl Note {
    /// The capture in which [`Note::proof`] is a frame.
    pub fn proof_point(&self) -> Point {
        proof_point(self.kind, self.only)
    }
}

/// Copies and what is sent again are seen where the segment is; what a capture missed,
/// and who went on, where it is not.
fn proof_point(kind: Kind, only: Option<Point>) -> Point {
    let own = only.unwrap_or(Point::A);
    match kind {
        Kind::NotCaptured | Kind::Injected => own.other(),
        _ => own,
    }
}

/// A value as it was at one of the points; `nothing` where it has none.
pub(super) fn shown(kind: Kind, value: Option<i64>, nothing: &str) -> String {
    match (kind, value) {
        (_, None) => nothing.to_owned(),
        (Kind::EcnBits, Some(bits)) => ecn(bits).to_owned(),
        (Kind::EcnFlags | Kind::Flags, Some(bits)) => flags(bits),
        (_, Some(value)) => value.to_string(),
    }
}

/// ECN bits of the IP header by name (RFC 3168 §5).
const fn ecn(bits: i64) -> &'static str {
    match bits {
        0 => "not-ECT",
        1 => "ECT(1)",
        2 => "ECT(0)",
        _ => "CE",
    }
}

/// Letters of flags, as tcpdump has them; `none`.
fn flags(bits: i64) -> String {
    let letters: String = crate::model::Flags::from_header(bits as u16).tcpdump().into();
    if bits & 0x100 == 0 { letters } else { format!("{}A", letters.replace("none", "")) }
}
