//! One measurement a stage, over bundled captures repeated to a workload.
//! `cargo bench`; `cargo bench -- track` for one.
//!
//! Nothing is read from elsewhere: each fixture's frames are laid down again and
//! again, each time with other addresses and later, so that the flow table fills
//! as with a real capture.

use std::fs;
use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hsanalyze::app::Analysis;
use hsanalyze::decode::Decoder;
use hsanalyze::lang::en::English;
use hsanalyze::model::{Decoded, Frame, LinkType, Precision, Timestamp};
use hsanalyze::render::json::JsonSink;
use hsanalyze::render::lines::LinesSink;
use hsanalyze::render::tcpdump::{LineStyle, TimeStyle, Zone};
use hsanalyze::render::{
    DataRows, Explain, Face, NumberStyle, Sink, StatsForm, StatsSink, Style, TableOptions, TableSink,
};
use hsanalyze::source::{FileOptions, Pulse, open_files};
use hsanalyze::track::{Limits, Numberer, Tracker};
use hsanalyze::verdict::{Times, judge};

/// Frames of Ethernet over IPv4, of the common kinds of conversations.
const FIXTURES: &[&str] = &[
    "01_normal_4seg.pcap",
    "03_server_closes_first.pcap",
    "05c_wrong_close_small.pcap",
    "07_refused_retry5.pcap",
    "08_syn_drop_linear4.pcap",
    "13_simultaneous_close.pcap",
    "31_server_speaks_first.pcap",
];
/// How often they are repeated.
const ROUNDS: u32 = 300;
/// Where the addresses of IPv4 begin in an Ethernet frame.
const ADDRESSES: usize = 26;

/// A frame that was read.
struct Kept {
    at: Timestamp,
    link: LinkType,
    data: Vec<u8>,
}

impl Kept {
    fn frame(&self, number: u64) -> Frame<'_> {
        Frame {
            number,
            at: self.at,
            carried: 0,
            precision: Precision::Micros,
            link: self.link,
            interface: 0,
            wire_len: self.data.len() as u32,
            data: &self.data,
        }
    }
}

fn read(path: &Path) -> anyhow::Result<Vec<Kept>> {
    let mut source = open_files(&[path.to_path_buf()], &FileOptions::default())?;
    let mut kept = Vec::new();
    while let Pulse::Frame(frame) = source.next()? {
        kept.push(Kept { at: frame.at, link: frame.link, data: frame.data.to_vec() });
    }
    Ok(kept)
}

/// The workload: all fixtures, with other addresses in each round.
fn workload() -> anyhow::Result<Vec<Kept>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut all = Vec::new();
    for name in FIXTURES {
        all.extend(read(&folder.join(name))?);
    }
    let mut frames = Vec::new();
    for round in 0..ROUNDS {
        for (nth, kept) in all.iter().enumerate() {
            let mut data = kept.data.clone();
            let net = (round % 250 + 1) as u8;
            for at in [ADDRESSES, ADDRESSES + 4] {
                data[at] = net;
                data[at + 1] = (round / 250) as u8;
            }
            let nanos = (u64::from(round) * all.len() as u64 + nth as u64) * 10_000;
            frames.push(Kept {
                at: Timestamp::from_nanos(1_700_000_000_000_000_000 + nanos as i64),
                data,
                ..*kept
            });
        }
    }
    Ok(frames)
}

/// The workload as a file in pcap format.
fn saved(frames: &[Kept], path: &Path) -> std::io::Result<()> {
    let mut file = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0];
    for kept in frames {
        let len = kept.data.len() as u32;
        for field in [kept.at.secs() as u32, kept.at.subsec_nanos() / 1000, len, len] {
            file.extend(field.to_le_bytes());
        }
        file.extend(&kept.data);
    }
    fs::write(path, file)
}

/// The whole way into a sink.
fn into_sink(frames: &[Kept], sink: Box<dyn Sink>) -> usize {
    let mut analysis = Analysis::new(sink, Limits::default(), false, false);
    let (mut out, mut octets) = (Vec::with_capacity(1 << 17), 0);
    for (number, kept) in frames.iter().enumerate() {
        analysis.frame(&kept.frame(number as u64 + 1), &mut out);
        if out.len() > 1 << 16 {
            octets += out.len();
            out.clear();
        }
    }
    let kept = analysis.finish(None, &mut out, &mut |_| Ok(()));
    assert!(kept.is_ok(), "nothing is written");
    octets + out.len()
}

fn lines() -> LinesSink {
    let style = LineStyle {
        time: TimeStyle::Clock,
        nanos: false,
        zone: Zone::local(),
        packet_numbers: false,
        interface_name: None,
    };
    LinesSink::new(style, &English, false)
}

fn tables() -> TableSink {
    TableSink::new(TableOptions {
        lang: &English,
        style: Style::default(),
        numbers: NumberStyle::Tcpdump,
        data: DataRows::Fold,
        explain: Explain::No,
        face: Face::Table,
        live: false,
    })
}

fn decode(frames: &[Kept], mut each: impl FnMut(Decoded<'_>)) {
    let mut decoder = Decoder::new();
    for (number, kept) in frames.iter().enumerate() {
        if let Ok(decoded) = decoder.decode(&kept.frame(number as u64 + 1)) {
            each(decoded);
        }
    }
}

/// Conversations judged.
fn track(frames: &[Kept]) -> usize {
    let (mut tracker, mut judged) = (Tracker::new(Limits::default()), 0);
    let mut judge_ended = |tracker: &mut Tracker| {
        for (conv, ended) in tracker.take_ended() {
            black_box((judge(&conv, ended), Times::of(&conv)));
            judged += 1;
        }
    };
    decode(frames, |decoded| {
        if let Decoded::Segment(segment) = decoded {
            black_box(tracker.push(&segment));
        }
        if tracker.has_ended() {
            judge_ended(&mut tracker);
        }
    });
    tracker.finish();
    judge_ended(&mut tracker);
    judged
}

fn stages(criterion: &mut Criterion) -> anyhow::Result<()> {
    let frames = workload()?;
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stages.pcap");
    saved(&frames, &file)?;
    let mut group = criterion.benchmark_group("stages");
    group.throughput(Throughput::Elements(frames.len() as u64)).sample_size(20);
    group.bench_function("source", |b| {
        b.iter(|| {
            let mut octets = 0;
            if let Ok(mut source) = open_files(std::slice::from_ref(&file), &FileOptions::default()) {
                while let Ok(Pulse::Frame(frame)) = source.next() {
                    octets += black_box(frame).data.len();
                }
            }
            octets
        });
    });
    group.bench_function("decode", |b| b.iter(|| decode(&frames, |decoded| _ = black_box(decoded))));
    group.bench_function("number", |b| {
        b.iter(|| {
            let mut numberer = Numberer::new();
            decode(&frames, |decoded| {
                if let Decoded::Segment(segment) = decoded {
                    black_box(numberer.number(&segment));
                }
            });
        });
    });
    group.bench_function("track and judge", |b| b.iter(|| track(&frames)));
    group.bench_function("statistics", |b| {
        b.iter(|| into_sink(&frames, Box::new(StatsSink::new(StatsForm::Json))));
    });
    group.bench_function("lines", |b| b.iter(|| into_sink(&frames, Box::new(lines()))));
    group.bench_function("tables", |b| b.iter(|| into_sink(&frames, Box::new(tables()))));
    group.bench_function("json", |b| b.iter(|| into_sink(&frames, Box::new(JsonSink::default()))));
    group.finish();
    Ok(())
}

fn all(criterion: &mut Criterion) {
    if let Err(error) = stages(criterion) {
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), "not measured: {error:#}");
        std::process::exit(1);
    }
}

criterion_group!(benches, all);
criterion_main!(benches);
