//! What is printed, in every format.

use hsanalyze::app::Analysis;
use hsanalyze::lang::{Language, en, zh};
use hsanalyze::model::{Frame, LinkType, Precision, Timestamp};
use hsanalyze::render::lines::LinesSink;
use hsanalyze::render::tcpdump::{LineStyle, TimeStyle, Zone};
use hsanalyze::render::{self, json::JsonSink};
use hsanalyze::render::{
    Begin, DataRows, Explain, NumberStyle, Sink, StatsForm, StatsSink, Style, SummaryOptions, SummarySink,
    TableOptions, TableSink, WatchSink,
};
use hsanalyze::track::Limits;

use super::flows::{Shot, shots};
use super::take::Take;
use super::wire::octets;

/// A face of the program, chosen by numbers.
#[derive(Clone, Copy)]
pub struct Face {
    /// Which format.
    pub format: u8,
    /// Language, colours, characters, explanations.
    pub says: u8,
    /// Cells in a line.
    pub width: u16,
    /// Numbers, data rows, times.
    pub details: u8,
}

/// Formats there are.
pub const FORMATS: u8 = 7;

impl Face {
    /// Takes four octets.
    pub fn take(take: &mut Take<'_>) -> Face {
        let (format, says, width, details) = (take.u8(), take.u8(), take.u8(), take.u8());
        let width = match width {
            255 => u16::MAX,
            0 => 1,
            width => width.into(),
        };
        Face { format: format % FORMATS, says, width, details }
    }

    fn lang(self) -> &'static dyn Language {
        if self.says & 1 == 0 { &en::English } else { &zh::Chinese }
    }

    fn style(self) -> Style {
        Style { color: self.says & 2 != 0, ascii: self.says & 4 != 0, width: self.width }
    }

    fn explain(self) -> Explain {
        [Explain::No, Explain::Turns, Explain::All, Explain::All][usize::from(self.says >> 4 & 3)]
    }

    fn live(self) -> bool {
        self.says & 8 != 0
    }

    fn table(self) -> TableSink {
        let numbers = [NumberStyle::Tcpdump, NumberStyle::Isn, NumberStyle::Absolute];
        let data = [DataRows::Fold, DataRows::All, DataRows::None];
        TableSink::new(TableOptions {
            lang: self.lang(),
            style: self.style(),
            numbers: numbers[usize::from(self.details & 3) % 3],
            data: data[usize::from(self.details >> 2 & 3) % 3],
            explain: self.explain(),
            live: self.live(),
            // The corpus has ladders for every fourth table.
            face: if self.details & 0xc0 == 0xc0 { render::Face::Ladder } else { render::Face::Table },
        })
    }

    fn lines(self) -> LinesSink {
        LinesSink::new(line_style(self.details), self.lang(), self.says & 64 != 0)
            .explaining(self.explain(), self.width)
    }

    fn sink(self) -> Box<dyn Sink> {
        match self.format {
            0 => Box::new(self.lines()),
            1 => Box::new(self.table()),
            2 => {
                let (lang, style, live) = (self.lang(), self.style(), self.live());
                Box::new(SummarySink::new(SummaryOptions { lang, style, live, sort: None }))
            }
            3 => Box::new(JsonSink::default()),
            4 => Box::new(StatsSink::new(StatsForm::Tables(self.lang(), self.style()))),
            5 => Box::new(StatsSink::new(StatsForm::Json)),
            _ => Box::new(WatchSink::new(self.lines(), self.table())),
        }
    }

    /// An analysis that shows this face. `max_flows`: 0 for room enough.
    pub fn analysis(self, max_flows: usize) -> Analysis {
        let limits = match max_flows {
            0 => Limits::default(),
            max_flows => Limits { max_flows, max_lingering: 2, ..Limits::default() },
        };
        Analysis::new(self.sink(), limits, self.details & 3 == 2, self.live())
            .with_datagrams(self.says & 128 != 0)
    }

    /// What was printed is fit for a terminal, or for a program.
    pub fn check(self, out: &[u8]) {
        match self.format {
            3 | 5 => is_json(out),
            0 => is_text(out, false),
            _ => is_text(out, self.says & 2 != 0),
        }
    }
}

/// How lines are to look.
pub fn line_style(details: u8) -> LineStyle {
    let times = [
        TimeStyle::Clock,
        TimeStyle::None,
        TimeStyle::Unix,
        TimeStyle::SinceLast,
        TimeStyle::Date,
        TimeStyle::SinceFirst,
    ];
    LineStyle {
        time: times[usize::from(details >> 4 & 7) % times.len()],
        nanos: details & 128 != 0,
        zone: Zone::utc(),
        packet_numbers: details & 8 != 0,
        interface_name: None,
    }
}

/// Text, and no control character but line feeds; with colours, SGR sequences.
pub fn is_text(out: &[u8], color: bool) {
    let text = str::from_utf8(out).unwrap_or_else(|error| panic!("{error}: {out:?}"));
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\n' => {}
            '\u{1b}' if color => {
                let code: String = chars.by_ref().take_while(|&c| c != 'm').collect();
                let sgr = code
                    .strip_prefix('[')
                    .is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit() || b == b';'));
                assert!(sgr, "ESC {code:?}");
            }
            c => assert!(!c.is_control(), "{c:?} in {text:?}"),
        }
    }
}

/// Lines that are JSON values, each.
pub fn is_json(out: &[u8]) {
    is_text(out, false);
    for line in out.split(|&octet| octet == b'\n').filter(|line| !line.is_empty()) {
        let value: Result<serde_json::Value, _> = serde_json::from_slice(line);
        assert!(value.is_ok_and(|value| value.is_object()), "{}", String::from_utf8_lossy(line));
    }
}

/// A face (4 octets), names and room (1 octet each), and a walk over a few flows.
pub fn feed(data: &[u8]) {
    let mut take = Take(data);
    let face = Face::take(&mut take);
    let (names, room) = (take.u8(), take.u8());
    let names = String::from_utf8_lossy(take.octets(usize::from(names % 24))).into_owned();
    let shots = shots(take.0);
    let mut analysis = face.analysis(usize::from(room % 4));
    let mut out = Vec::new();
    let begin = Begin {
        sources: vec![names.clone(), "-".into()],
        link_types: vec![names.clone()],
        filter: Some(names),
        live: room & 128 != 0,
    };
    analysis.begin(&begin, &mut out);
    for (number, shot) in (1..).zip(&shots) {
        let (at, udp) = match shot {
            Shot::Segment(seg, _) => (seg.at, is_udp(seg.dst.port, seg.src.port)),
            Shot::Icmp(error) => (error.at, is_udp(error.dst.port, error.src.port)),
        };
        let (data, wire_len) = octets(shot, udp);
        analysis.frame(&frame(number, at, wire_len, &data), &mut out);
    }
    if room & 64 != 0 {
        analysis.lost(7);
        analysis.idle(Timestamp::from_nanos(i64::MAX), &mut out);
    }
    analysis.finish((room & 32 != 0).then_some(9), &mut out, &mut |_| Ok(())).unwrap_or_default();
    face.check(&out);
}

/// The flow of port 80 is one of datagrams.
fn is_udp(one: u16, other: u16) -> bool {
    one == 80 || other == 80
}

fn frame(number: u64, at: Timestamp, wire_len: u32, data: &[u8]) -> Frame<'_> {
    let precision = Precision::Nanos;
    Frame { number, at, carried: 0, precision, link: LinkType(1), interface: 0, wire_len, data }
}
