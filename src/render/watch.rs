//! What a live capture shows unless told otherwise: lines while it runs, tables
//! at the end.

use crate::model::{Segment, Timestamp};
use crate::track::Numbers;

use super::lines::LinesSink;
use super::table::TableSink;
use super::{Begin, Ceased, DatagramRow, IcmpRow, Judged, Row, Sink, Totals};

/// Octets of tables that are kept for the end. A capture that makes more is not
/// one that somebody reads table by table.
const KEPT: usize = 1 << 20;

/// Lines at once, tables at the end.
pub struct WatchSink {
    lines: LinesSink,
    tables: TableSink,
    kept: Vec<u8>,
    full: bool,
}

impl WatchSink {
    /// Both sinks must have seen nothing.
    pub fn new(lines: LinesSink, tables: TableSink) -> Self {
        WatchSink { lines, tables, kept: Vec::new(), full: false }
    }
}

impl Sink for WatchSink {
    fn prints_at_once(&self) -> bool {
        true
    }

    fn begin(&mut self, begin: &Begin, out: &mut Vec<u8>) {
        self.lines.begin(begin, out);
        self.tables.begin(begin, &mut self.kept);
    }

    fn segment(&mut self, row: &Row<'_>, out: &mut Vec<u8>) {
        self.lines.segment(row, out);
        if !self.full {
            self.tables.segment(row, &mut self.kept);
        }
    }

    fn loose(&mut self, segment: &Segment<'_>, numbers: Numbers, ordinal: u64, out: &mut Vec<u8>) {
        self.lines.loose(segment, numbers, ordinal, out);
    }

    fn icmp(&mut self, row: &IcmpRow<'_>, out: &mut Vec<u8>) {
        self.lines.icmp(row, out);
        if !self.full {
            self.tables.icmp(row, &mut self.kept);
        }
    }

    fn datagram(&mut self, row: &DatagramRow<'_>, out: &mut Vec<u8>) {
        self.lines.datagram(row, out);
        if !self.full {
            self.tables.datagram(row, &mut self.kept);
        }
    }

    fn exchange(&mut self, ceased: &Ceased<'_>, out: &mut Vec<u8>) {
        self.lines.exchange(ceased, out);
        if self.kept.len() < KEPT {
            self.tables.exchange(ceased, &mut self.kept);
        } else {
            self.full = true;
            self.tables.discard_exchange(ceased.exchange.number, &mut self.kept);
        }
    }

    fn pass(&mut self, at: Timestamp) {
        self.lines.pass(at);
    }

    fn over(&mut self, judged: &Judged<'_>, out: &mut Vec<u8>) {
        self.lines.over(judged, out);
    }

    fn pass_over(&mut self, number: u64, out: &mut Vec<u8>) {
        self.lines.pass_over(number, out);
        self.tables.discard(number, &mut self.kept);
    }

    fn pass_over_exchange(&mut self, number: u64, _: &mut Vec<u8>) {
        self.tables.discard_exchange(number, &mut self.kept);
    }

    fn conversation(&mut self, judged: &Judged<'_>, out: &mut Vec<u8>) {
        self.lines.conversation(judged, out);
        if self.kept.len() < KEPT {
            self.tables.conversation(judged, &mut self.kept);
        } else {
            self.full = true;
            self.tables.discard(judged.conversation.number, &mut self.kept);
        }
    }

    fn end(&mut self, totals: &Totals, out: &mut Vec<u8>) {
        self.lines.end(totals, out);
        self.tables.end(totals, &mut self.kept);
        if !self.kept.is_empty() {
            out.push(b'\n');
            out.append(&mut self.kept);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::en::English;
    use crate::render::table::TableOptions;
    use crate::render::tcpdump::TimeStyle;
    use crate::render::testing::{self, Field, SERVER_FIRST, fire};

    #[test]
    fn all_have_lines_and_the_first_have_tables() {
        let tables = TableSink::new(TableOptions { live: true, ..testing::tables(80) });
        let mut sink =
            WatchSink::new(LinesSink::new(testing::lines(TimeStyle::Clock), &English, false), tables);
        let fields: Vec<_> = (0..1_000).map(|n| (Field::loopback(40_000 + n), &SERVER_FIRST[..])).collect();
        let text = fire(&fields, &mut sink);
        let (lines, tables) = text.split_at(text.find('\u{256d}').unwrap());
        assert_eq!(lines.lines().filter(|line| line.contains("Flags [")).count(), 9_000);
        // The first title is among the lines.
        assert!((KEPT - 100..KEPT + 4_096).contains(&tables.len()), "{}", tables.len());
        let whole = tables.matches('\u{256d}').count();
        assert!((300..900).contains(&whole) && tables.matches('\u{2570}').count() == whole, "{whole}");
    }
}
