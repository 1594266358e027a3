//! What hostile captures cost: a counting allocator holds the memory against
//! bounds. One test at a time, so that each counts its own.
#![allow(unsafe_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::{self, Read};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use common::random::Random;
use hsanalyze::app::Analysis;
use hsanalyze::lang::en::English;
use hsanalyze::render::csv::CsvSink;
use hsanalyze::render::json::JsonSink;
use hsanalyze::render::{
    Begin, DataRows, Detail, Explain, Face, NumberStyle, PageOptions, PageSink, SelectSink, Selection, Sink,
    StatsForm, StatsSink, Style, SummaryOptions, SummarySink, TableOptions, TableSink, Totals, Wanted,
    WorksheetOptions, WorksheetSink,
};
use hsanalyze::source::{FileOptions, Pulse, open_stream};
use hsanalyze::track::Limits;
use hsanalyze::verify::ScriptSink;

/// The system's allocator, and how many octets are out.
struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: everything is passed on as it came; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        PEAK.fetch_max(NOW.fetch_add(layout.size(), Relaxed) + layout.size(), Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, octets: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(octets, layout) }
    }

    // As the system does it: what is large moves in the page table, not in memory.
    unsafe fn realloc(&self, octets: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        NOW.fetch_sub(layout.size(), Relaxed);
        PEAK.fetch_max(NOW.fetch_add(size, Relaxed) + size, Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.realloc(octets, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static TURN: Mutex<()> = Mutex::new(());

const MIB: usize = 1 << 20;

/// Counts what is allocated from here on.
fn begin() -> (MutexGuard<'static, ()>, usize) {
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let now = NOW.load(Relaxed);
    PEAK.store(now, Relaxed);
    (turn, now)
}

/// Octets that were out at the same time, since `before`.
fn peak(before: usize) -> usize {
    PEAK.load(Relaxed).saturating_sub(before)
}

/// A pcap file of so many records, made as it is read.
struct Made<F> {
    left: u64,
    random: Random,
    record: F,
    octets: Vec<u8>,
    at: usize,
}

/// A pcap file: what `record` puts into each record's frame.
fn made(
    records: u64,
    record: impl FnMut(&mut Random, &mut Vec<u8>) + Send + 'static,
) -> Box<dyn Read + Send> {
    let header = [0xa1b2_c3d4_u32, 0x0002_0004, 0, 0, 65_535, 101].map(u32::to_be_bytes).concat();
    Box::new(Made { left: records, random: Random(0), record, octets: header, at: 0 })
}

impl<F: FnMut(&mut Random, &mut Vec<u8>)> Read for Made<F> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        if self.at == self.octets.len() && self.left > 0 {
            (self.at, self.left) = (0, self.left - 1);
            self.octets.clear();
            self.octets.resize(16, 0);
            (self.record)(&mut self.random, &mut self.octets);
            let len = (self.octets.len() as u32 - 16).to_be_bytes();
            self.octets[8..12].copy_from_slice(&len);
            self.octets[12..16].copy_from_slice(&len);
        }
        let rest = &self.octets[self.at..];
        let count = rest.len().min(room.len());
        room[..count].copy_from_slice(&rest[..count]);
        self.at += count;
        Ok(count)
    }
}

/// Shows nothing of conversations, so that only what is remembered counts.
struct Silent;

impl Sink for Silent {
    fn detail(&self) -> Detail {
        Detail::Conversations
    }
}

fn analyse(stream: Box<dyn Read + Send>, sink: Box<dyn Sink>, limits: Limits) -> (Totals, usize) {
    let mut source = match open_stream("made", stream, &FileOptions::default()) {
        Ok(source) => source,
        Err(_) => return (Totals::default(), 1),
    };
    let mut analysis = Analysis::new(sink, limits, false, false).with_datagrams(true);
    let (mut out, mut errors) = (Vec::new(), 0);
    analysis.begin(&Begin::default(), &mut out);
    loop {
        match source.next() {
            Ok(Pulse::Frame(frame)) => analysis.frame(&frame, &mut out),
            Ok(Pulse::Idle(_)) => unreachable!(),
            Ok(Pulse::End(_)) => break,
            Err(_) => errors += 1,
        }
        assert!(errors <= 2);
        out.clear();
    }
    let spill = &mut |out: &mut Vec<u8>| {
        out.clear();
        Ok(())
    };
    (analysis.finish(None, &mut out, spill).unwrap(), errors)
}

/// A TCP segment over IPv4.
fn segment(src: u32, dst: u32, ports: u32, flags: u8, out: &mut Vec<u8>) {
    out.extend([0x45, 0, 0, 40, 0, 0, 0, 0, 64, 6, 0, 0]);
    out.extend(src.to_be_bytes());
    out.extend(dst.to_be_bytes());
    out.extend(ports.to_be_bytes());
    out.extend([0, 0, 0, 7, 0, 0, 0, 0, 0x50, flags, 255, 255, 0, 0, 0, 0]);
}

const SYN: u8 = 2;
const ACK: u8 = 0x10;

/// The SYN of a client, the SYN-ACK, or an ACK.
fn of_handshake(flow: u32, step: u32, out: &mut Vec<u8>) {
    let (client, server) = (0x0b00_0000 + flow, 0x0a00_0001);
    match step {
        0 => return segment(client, server, 0x9c40_0050, SYN, out),
        1 => segment(server, client, 0x0050_9c40, SYN | ACK, out),
        _ => segment(client, server, 0x9c40_0050, ACK, out),
    }
    // The acknowledgment number.
    let last = out.len() - 9;
    out[last] = 8;
}

#[test]
fn noise_in_frames_is_bounded() {
    let (_turn, before) = begin();
    // 16 MiB of frames that begin like IP.
    let noise = made(16 << 10, |random, out| {
        out.push(if random.next() & 1 == 0 { 0x45 } else { 0x60 });
        (0..128).for_each(|_| out.extend(random.next().to_be_bytes()));
    });
    let (totals, _) = analyse(noise, Box::new(JsonSink::default()), Limits::default());
    assert_eq!(totals.frames, 16 << 10);
    assert!(peak(before) < 32 * MIB, "{}", peak(before));
}

#[test]
fn noise_behind_a_header_is_bounded() {
    for magic in
        [[0xa1, 0xb2, 0xc3, 0xd4], [0x0a, 0x0d, 0x0d, 0x0a], [0x1f, 0x8b, 8, 0], [0x28, 0xb5, 0x2f, 0xfd]]
    {
        let (_turn, before) = begin();
        let mut random = Random(1);
        let mut octets = magic.to_vec();
        octets.extend((0..256 << 10).flat_map(|_| random.next().to_be_bytes()));
        let len = octets.len();
        let stream = Box::new(io::Cursor::new(octets));
        let (_, errors) = analyse(stream, Box::new(Silent), Limits::default());
        assert!(errors > 0, "{magic:?}");
        assert!(peak(before) < 2 * len + 24 * MIB, "{magic:?}: {}", peak(before));
    }
}

#[test]
fn a_scan_costs_no_more_than_the_flows_allowed() {
    let (_turn, before) = begin();
    let scan = made(200_000, |random, out| {
        let random = random.next();
        segment(random as u32, 0x0a00_0001, (random >> 32) as u32, SYN, out);
    });
    let limits = Limits { max_flows: 10_000, ..Limits::default() };
    let (totals, _) = analyse(scan, Box::new(Silent), limits);
    assert_eq!((totals.segments, totals.conversations), (200_000, 200_000));
    assert!(peak(before) < 4 * MIB, "{}", peak(before));
}

#[test]
fn conversations_in_the_middle_are_bounded_too() {
    let (_turn, before) = begin();
    let acks = made(100_000, |random, out| {
        let random = random.next();
        segment(random as u32, (random >> 32) as u32, (random >> 16) as u32, 0x10, out);
    });
    let limits = Limits { max_flows: 5_000, ..Limits::default() };
    let (totals, _) = analyse(acks, Box::new(Silent), limits);
    assert_eq!(totals.conversations, totals.segments);
    assert!(peak(before) < 6 * MIB, "{}", peak(before));
}

#[test]
fn fragments_that_never_end_are_bounded() {
    let (_turn, before) = begin();
    let fragments = made(40_000, |random, out| {
        let random = random.next();
        let mut ip = [0_u8; 1044];
        ip[..10].copy_from_slice(&[0x45, 0, 4, 20, random as u8, (random >> 8) as u8, 0x3f, 0, 64, 6]);
        ip[12..16].copy_from_slice(&(random as u32 >> 16).to_be_bytes());
        out.extend(ip);
    });
    let (totals, _) = analyse(fragments, Box::new(Silent), Limits::default());
    assert_eq!((totals.frames, totals.segments), (40_000, 0));
    // 4096 datagrams, 16 MiB of octets; a vector may have twice the room it needs.
    assert!(peak(before) < 80 * MIB, "{}", peak(before));
}

#[test]
fn a_length_that_is_not_true_costs_little() {
    for claimed in [0x7fff_ffff_u32, 0xffff_ffff, 4 << 20] {
        let (_turn, before) = begin();
        let mut octets = [0xa1b2_c3d4_u32, 0x0002_0004, 0, 0, u32::MAX, 1].map(u32::to_be_bytes).concat();
        octets.extend([0, 0, claimed, claimed].map(u32::to_be_bytes).concat());
        octets.extend([0; 100]);
        let (totals, errors) =
            analyse(Box::new(io::Cursor::new(octets)), Box::new(Silent), Limits::default());
        assert_eq!((totals.frames, errors), (0, 1));
        assert!(peak(before) < 4 * MIB, "{claimed:x}: {}", peak(before));
    }
}

#[test]
fn a_stream_that_swells_is_read_block_by_block() {
    // 64 MiB of zeros in some kilobytes, after a header that makes them records: made
    // in a turn of its own, so that no other test counts them.
    let (making, _) = begin();
    let mut octets = [0xa1b2_c3d4_u32, 0x0002_0004, 0, 0, 65_535, 1].map(u32::to_be_bytes).concat();
    octets.resize(64 * MIB, 0);
    let packed = zstd::stream::encode_all(&octets[..], 1).unwrap();
    drop(octets);
    assert!(packed.len() < 64 << 10);
    drop(making);
    let (_turn, before) = begin();
    let (totals, _) = analyse(Box::new(io::Cursor::new(packed)), Box::new(Silent), Limits::default());
    assert_eq!(totals.frames, (64 * MIB as u64 - 24) / 16);
    assert!(peak(before) < 16 * MIB, "{}", peak(before));
}

#[test]
fn tunnels_in_tunnels_end() {
    let (_turn, before) = begin();
    // As many IP headers in each other as a packet holds, and more VLAN tags.
    let tunnels = made(2_000, |random, out| {
        let deepest = 65_535 / 20;
        for depth in 0..deepest {
            let len = 20 * (deepest - depth) as u16;
            let [a, b] = len.to_be_bytes();
            let id = random.next() as u8;
            out.extend([0x45, 0, a, b, id, 0, 0, 0, 64, 4, 0, 0, 10, 0, 0, depth as u8, 10, 0, 0, 2]);
        }
    });
    let (totals, _) = analyse(tunnels, Box::new(JsonSink::default()), Limits::default());
    assert_eq!((totals.frames, totals.segments), (2_000, 0));
    assert_eq!(totals.skipped.of(hsanalyze::model::Skip::TooDeep), 2_000);
    assert!(peak(before) < 8 * MIB, "{}", peak(before));
}

fn tables(face: Face, explain: Explain, live: bool) -> Box<dyn Sink> {
    let (lang, style, numbers, data) =
        (&English, Style::default(), NumberStyle::default(), DataRows::default());
    Box::new(TableSink::new(TableOptions { lang, style, numbers, data, explain, face, live }))
}

/// Lines that wait until it is known whether they are wanted.
fn selected() -> Box<dyn Sink> {
    let mut wanted = Wanted::default();
    assert!(wanted.add("refused"));
    let selection = Selection { only: Some(wanted), ..Selection::default() };
    Box::new(SelectSink::new(Box::new(JsonSink::default()), selection).0)
}

/// Everything that may remember something of each conversation.
fn faces() -> Vec<(&'static str, Box<dyn Sink>)> {
    let lang = &English;
    let style = Style::default();
    let page = PageOptions { lang, numbers: NumberStyle::Isn, data: DataRows::Fold, explain: Explain::All };
    let sheets = WorksheetOptions { lang, answers: true, live: false, ascii: false };
    let summary = SummaryOptions { lang, style, live: false, sort: None };
    vec![
        ("tables", tables(Face::Table, Explain::No, false)),
        ("tables at once", tables(Face::Table, Explain::No, true)),
        ("reasons", tables(Face::Table, Explain::All, false)),
        ("ladders", tables(Face::Ladder, Explain::Turns, false)),
        ("a page", Box::new(PageSink::new(page))),
        ("sheets", Box::new(WorksheetSink::new(sheets))),
        ("a script", Box::new(ScriptSink::default())),
        ("a summary", Box::new(SummarySink::new(summary))),
        ("totals", Box::new(StatsSink::new(StatsForm::Json))),
        ("CSV", Box::new(CsvSink::new(false))),
        ("JSON", Box::new(JsonSink::default())),
        ("some of the JSON", selected()),
    ]
}

/// A capture, made as it is read.
type Capture = fn() -> Box<dyn Read + Send>;

/// The most that a face has out at a time.
fn most(capture: Capture, sink: Box<dyn Sink>) -> usize {
    let (_turn, before) = begin();
    let (totals, _) = analyse(capture(), sink, Limits::default());
    assert_eq!(totals.conversations, MANY as u64);
    peak(before)
}

/// Holds the tracker against how many octets a conversation it may take, and each face
/// against how many it may add.
fn hold(capture: Capture, tracker: usize, allowed: impl Fn(&str) -> usize) {
    let tracked = most(capture, Box::new(Silent));
    assert!(tracked / MANY <= tracker, "octets a conversation: {}", tracked / MANY);
    let costs = faces().into_iter().map(|(name, sink)| {
        let cost = most(capture, sink).saturating_sub(tracked) / MANY;
        (name, cost, allowed(name))
    });
    let over: Vec<_> = costs.filter(|(_, cost, allowed)| cost > allowed).collect();
    assert!(over.is_empty(), "octets a conversation, and allowed: {over:?}");
}

const MANY: usize = 20_000;

#[test]
fn a_flood_costs_what_is_shown_of_it_next_to_nothing() {
    let flood: Capture = || {
        made(MANY as u64, |random, out| {
            segment(random.next() as u32, 0x0a00_0001, 0x9c40_0050, SYN, out);
        })
    };
    hold(flood, 220, |name| match name {
        "a page" | "sheets" | "a script" => 1_000,
        "some of the JSON" => 1_500,
        // What tcpdump's numbers are told from, in a table that doubles.
        "tables" | "tables at once" | "reasons" | "ladders" | "JSON" => 200,
        _ => 40,
    });
}

#[test]
fn the_rows_of_an_open_conversation_cost_little() {
    let talks: Capture = || {
        let mut nth = 0;
        made(4 * MANY as u64, move |_, out| {
            let (flow, step) = (nth % MANY as u32, nth / MANY as u32);
            nth += 1;
            of_handshake(flow, step, out);
        })
    };
    hold(talks, 1_000, |name| match name {
        "a page" | "sheets" | "a script" | "some of the JSON" => 2_500,
        "reasons" | "ladders" => 500,
        _ => 350,
    });
}

#[test]
fn who_is_idle_rests_in_little_room() {
    const FLOWS: u32 = 260_000; // just below 2^18: tables that double are full
    let handshakes = |each: u32| -> Box<dyn Read + Send> {
        let mut nth = 0_u32;
        made(u64::from(FLOWS * each), move |_, out| {
            let (flow, step) = (nth / each, nth % each);
            nth += 1;
            of_handshake(flow, step, out);
        })
    };
    // Whole, each would take 704 octets beside the tables that find it.
    for each in [2, 3] {
        let (_turn, before) = begin();
        let (totals, _) = analyse(handshakes(each), Box::new(Silent), Limits::default());
        assert_eq!(totals.conversations, u64::from(FLOWS));
        let each_takes = peak(before) / FLOWS as usize;
        assert!(each_takes < 350, "{each} segments each: {each_takes}");
    }
}
