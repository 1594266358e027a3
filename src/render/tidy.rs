//! `--ascii` for formats that know nothing of it: what they print is put into
//! ASCII afterwards.

use crate::model::{Segment, Timestamp};
use crate::track::Numbers;

use super::style::Style;
use super::{Begin, Ceased, DatagramRow, Detail, IcmpRow, Judged, Row, Sink, Totals};

/// Prints through another sink, in ASCII.
pub struct TidySink {
    inner: Box<dyn Sink>,
    style: Style,
}

impl TidySink {
    /// A sink that prints what `inner` prints.
    pub fn new(inner: Box<dyn Sink>) -> Self {
        TidySink { inner, style: Style { ascii: true, ..Style::default() } }
    }

    fn tidy(&mut self, out: &mut Vec<u8>, print: impl FnOnce(&mut dyn Sink, &mut Vec<u8>)) {
        let from = out.len();
        print(&mut *self.inner, out);
        if out.get(from..).is_some_and(|text| !text.is_ascii()) {
            let text = out.split_off(from);
            let text = self.style.tidy(String::from_utf8_lossy(&text).into_owned());
            out.extend_from_slice(text.as_bytes());
        }
    }
}

impl Sink for TidySink {
    fn wants_dialects(&self) -> bool {
        self.inner.wants_dialects()
    }

    fn prints_at_once(&self) -> bool {
        self.inner.prints_at_once()
    }

    fn detail(&self) -> Detail {
        self.inner.detail()
    }

    fn begin(&mut self, begin: &Begin, out: &mut Vec<u8>) {
        self.tidy(out, |sink, out| sink.begin(begin, out));
    }

    fn segment(&mut self, row: &Row<'_>, out: &mut Vec<u8>) {
        self.tidy(out, |sink, out| sink.segment(row, out));
    }

    fn loose(&mut self, segment: &Segment<'_>, numbers: Numbers, ordinal: u64, out: &mut Vec<u8>) {
        self.tidy(out, |sink, out| sink.loose(segment, numbers, ordinal, out));
    }

    fn icmp(&mut self, row: &IcmpRow<'_>, out: &mut Vec<u8>) {
        self.tidy(out, |sink, out| sink.icmp(row, out));
    }

    fn datagram(&mut self, row: &DatagramRow<'_>, out: &mut Vec<u8>) {
        self.tidy(out, |sink, out| sink.datagram(row, out));
    }

    fn exchange(&mut self, ceased: &Ceased<'_>, out: &mut Vec<u8>) {
        self.tidy(out, |sink, out| sink.exchange(ceased, out));
    }

    fn pass(&mut self, at: Timestamp) {
        self.inner.pass(at);
    }

    fn conversation(&mut self, judged: &Judged<'_>, out: &mut Vec<u8>) {
        self.tidy(out, |sink, out| sink.conversation(judged, out));
    }

    fn pass_over(&mut self, number: u64, out: &mut Vec<u8>) {
        self.tidy(out, |sink, out| sink.pass_over(number, out));
    }

    fn pass_over_exchange(&mut self, number: u64, out: &mut Vec<u8>) {
        self.tidy(out, |sink, out| sink.pass_over_exchange(number, out));
    }

    fn over(&mut self, judged: &Judged<'_>, out: &mut Vec<u8>) {
        self.tidy(out, |sink, out| sink.over(judged, out));
    }

    fn end(&mut self, totals: &Totals, out: &mut Vec<u8>) {
        self.tidy(out, |sink, out| sink.end(totals, out));
    }
}
