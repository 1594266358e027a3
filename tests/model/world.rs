//! Two hosts, the wire between them, and virtual time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::app::App;
use super::arrive::reset_for;
use super::packet::{Captured, Packet, Why};
use super::rng::Rng;
use super::tcb::{Context, MS, SECOND, State, Style, Tcb};
use super::wire::{Direction, Wire};

/// What a host does with a segment for which it has no connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    Accepts,
    Refuses,
    /// A firewall drops it.
    Silent,
}

/// What is known of one connection attempt.
#[derive(Clone, Debug, Default)]
pub struct Incarnation {
    /// How many times the listener has begun it.
    pub generations: u32,
}

struct Host {
    tcb: Option<Tcb>,
    mode: Mode,
    style: Style,
    id: u16,
}

enum What {
    AtPoint(Packet),
    Arrives(Packet, Option<usize>),
    Tick(usize),
    Open,
    OpenCrossing(usize),
    Mode(Mode),
}

struct Event {
    at: u64,
    order: u64,
    what: What,
}

impl PartialEq for Event {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.order) == (other.at, other.order)
    }
}
impl Eq for Event {}
impl PartialOrd for Event {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Event {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

/// Longest exchange.
const MOST_PACKETS: usize = 300;
pub const LONGEST: u64 = 1_200 * SECOND;

/// What happened: the captured packets in order, and the connections.
pub struct Story {
    pub captured: Vec<Captured>,
    pub incarnations: Vec<Incarnation>,
    pub wire: Wire,
    /// An old SYN met a new one: nobody can tell whose connection that is.
    pub mixed: bool,
}

pub struct World {
    rng: Rng,
    now: u64,
    order: u64,
    events: BinaryHeap<Reverse<Event>>,
    hosts: [Host; 2],
    wire: Wire,
    incarnations: Vec<Incarnation>,
    to_open: u64,
    isns: [Vec<u32>; 2],
    captured: Vec<Captured>,
    capture_ends: u64,
    mixed: bool,
}

fn style(rng: &mut Rng) -> Style {
    Style {
        syn_ack_again: rng.chance(80),
        fin_with_data: rng.chance(50),
        delayed_ack: rng.pick(&[0, 0, 40 * MS]),
        mss: rng.pick(&[100, 536, 1_460]),
        buffer: rng.pick(&[1_000, 8_000, 65_535]),
        retries: rng.within(2, 8) as u32,
        reset_on_give_up: rng.chance(20),
        rto: rng.pick(&[200 * MS, SECOND]),
        max_rto: 50 * SECOND,
        time_wait: rng.pick(&[2 * SECOND, 30 * SECOND, 60 * SECOND]),
        keep_alive: 0,
        probe_octet: false,
        syn_data: 0,
        takes_syn_data: false,
    }
}

impl World {
    pub fn new(seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let wire = Wire::random(&mut rng);
        let mode = rng.pick(&[
            Mode::Accepts,
            Mode::Accepts,
            Mode::Accepts,
            Mode::Accepts,
            Mode::Accepts,
            Mode::Accepts,
            Mode::Refuses,
            Mode::Silent,
        ]);
        let hosts = [Mode::Refuses, mode].map(|mode| Host {
            tcb: None,
            mode,
            style: style(&mut rng),
            id: rng.next() as u16,
        });
        let capture_ends = if rng.chance(20) { rng.within(1, 20_000) * MS } else { u64::MAX };
        let to_open = rng.pick(&[1, 1, 1, 2, 3]);
        let mut world = World {
            rng,
            now: 0,
            order: 0,
            events: BinaryHeap::new(),
            hosts,
            wire,
            incarnations: Vec::new(),
            to_open,
            isns: [Vec::new(), Vec::new()],
            captured: Vec::new(),
            capture_ends,
            mixed: false,
        };
        world.push(0, What::Open);
        if world.rng.chance(20) {
            let at = world.rng.within(0, 8 * SECOND);
            let mode = world.rng.pick(&[Mode::Accepts, Mode::Refuses]);
            world.push(at, What::Mode(mode));
        }
        world
    }

    /// Hosts that send keep-alives, and data in their SYNs.
    pub fn lively(seed: u64) -> Self {
        let mut world = World::new(seed);
        for host in &mut world.hosts {
            let (rng, style) = (&mut world.rng, &mut host.style);
            style.keep_alive = rng.pick(&[0, 2 * SECOND, 20 * SECOND, 75 * SECOND]);
            style.probe_octet = rng.chance(30);
            style.syn_data = rng.pick(&[0, 0, 1, 100]);
            style.takes_syn_data = rng.chance(60);
        }
        world
    }

    fn push(&mut self, at: u64, what: What) {
        self.order += 1;
        self.events.push(Reverse(Event { at, order: self.order, what }));
    }

    /// Lets everything happen.
    pub fn run(mut self) -> Story {
        while let Some(Reverse(event)) = self.events.pop() {
            self.now = event.at;
            if self.now > LONGEST || self.captured.len() >= MOST_PACKETS {
                break;
            }
            self.happen(event.what);
        }
        let World { captured, incarnations, wire, mixed, .. } = self;
        Story { captured, incarnations, wire, mixed }
    }

    fn happen(&mut self, what: What) {
        match what {
            What::AtPoint(packet) => self.at_point(packet),
            What::Arrives(packet, frame) => self.arrives(&packet, frame),
            What::Tick(host) => self.with(host, None, |tcb, cx| tcb.tick(cx)),
            What::Open => self.open(),
            What::OpenCrossing(inc) => self.open_crossing(inc),
            What::Mode(mode) => self.hosts[1].mode = mode,
        }
    }

    /// The packet passes the capture point, and goes on.
    fn at_point(&mut self, packet: Packet) {
        let mut frame = None;
        if self.now < self.capture_ends {
            frame = Some(self.captured.len());
            self.captured.push(Captured { at: self.now, packet: packet.clone(), killed: false });
        }
        let to = 1 - packet.from;
        for at in self.wire.legs[to].carry(self.now, Direction::ToHost, &mut self.rng) {
            self.push(at, What::Arrives(packet.clone(), frame));
        }
    }

    fn send(&mut self, mut packet: Packet) {
        let host = &mut self.hosts[packet.from];
        host.id = host.id.wrapping_add(1);
        packet.id = host.id;
        for at in self.wire.legs[packet.from].carry(self.now, Direction::FromHost, &mut self.rng) {
            self.push(at, What::AtPoint(packet.clone()));
        }
    }

    /// Lets a host's connection do something; what it sends goes out.
    fn with(&mut self, host: usize, frame: Option<usize>, act: impl FnOnce(&mut Tcb, &mut Context)) {
        let Some(mut tcb) = self.hosts[host].tcb.take() else { return };
        let mut cx = Context { now: self.now, out: Vec::new(), killed: false, mixed: false };
        act(&mut tcb, &mut cx);
        let (out, killed) = (cx.out, cx.killed);
        self.mixed |= cx.mixed;
        if let (Some(frame), true) = (frame, killed) {
            self.captured[frame].killed = true;
        }
        for packet in out {
            self.send(packet);
        }
        if tcb.state == State::Closed {
            if host == 0 {
                self.client_is_free();
            }
            return;
        }
        if let Some(at) = tcb.next_deadline() {
            self.push(at.max(self.now), What::Tick(host));
        }
        self.hosts[host].tcb = Some(tcb);
    }

    fn client_is_free(&mut self) {
        if (self.incarnations.len() as u64) < self.to_open {
            let gap = self.rng.pick(&[MS, 100 * MS, 2 * SECOND, 20 * SECOND, 70 * SECOND]);
            self.push(self.now + self.rng.clone().within(gap / 2, gap), What::Open);
        }
    }

    fn open(&mut self) {
        if self.incarnations.len() as u64 >= self.to_open || self.hosts[0].tcb.is_some() {
            return;
        }
        if self.hosts[1].tcb.as_ref().is_some_and(|tcb| tcb.state == State::SynSent) {
            // It would meet the other side's old SYN: whose connection is that?
            return self.push(self.now + SECOND, What::Open);
        }
        let inc = self.incarnations.len();
        // Only the first time: a SYN of the other side while an older one of this
        // side stands unanswered cannot be told from an answer to that one.
        let crossing = inc == 0 && self.rng.chance(12);
        self.incarnations.push(Incarnation { generations: 0 });
        let isn = self.isn(0);
        if crossing {
            let way = self.wire.legs[0].delay + self.wire.legs[1].delay;
            let at = self.now + self.rng.within(0, way);
            self.push(at, What::OpenCrossing(inc));
        }
        self.begin(0, inc, isn);
    }

    fn open_crossing(&mut self, inc: usize) {
        if self.hosts[1].tcb.is_none() {
            let isn = self.isn(1);
            self.incarnations[inc].generations += 1;
            self.begin(1, inc, isn);
        }
    }

    fn isn(&mut self, host: usize) -> u32 {
        let isn = self.rng.isn(&self.isns[host]);
        self.isns[host].push(isn);
        isn
    }

    /// An active open.
    fn begin(&mut self, host: usize, inc: usize, isn: u32) {
        let app = App::random(&mut self.rng);
        let tcb = Tcb::new(host, inc, 0, isn, self.hosts[host].style, app);
        self.hosts[host].tcb = Some(tcb);
        self.with(host, None, |tcb, cx| tcb.send_syn(cx));
    }

    fn arrives(&mut self, packet: &Packet, frame: Option<usize>) {
        let host = 1 - packet.from;
        let reopens = self.hosts[host].tcb.as_ref().is_some_and(|tcb| {
            let expected = tcb.irs.unwrap_or_default().wrapping_add(tcb.rcv_nxt as u32);
            tcb.state == State::TimeWait
                && packet.bare_syn()
                && packet.seq.is_after(hsanalyze::model::Seq::new(expected))
                && self.hosts[host].mode == Mode::Accepts
        });
        if reopens {
            // RFC 9293 §3.10.7.4: TIME-WAIT may accept a SYN beyond its numbers.
            self.hosts[host].tcb = None;
        }
        if self.hosts[host].tcb.is_some() {
            return self.with(host, frame, |tcb, cx| tcb.arrives(packet, cx));
        }
        let (rst, ack, syn) = (packet.flags.rst(), packet.flags.ack(), packet.flags.syn());
        match self.hosts[host].mode {
            Mode::Silent => {}
            _ if rst => {}
            Mode::Accepts if syn && !ack => self.accept(packet),
            _ => self.send(reset_for(packet, Why::NoConnection)),
        }
    }

    /// RFC 9293 §3.10.7.2: a SYN for a listener.
    fn accept(&mut self, packet: &Packet) {
        let isn = self.isn(1);
        let incarnation = &mut self.incarnations[packet.inc];
        let generation = incarnation.generations;
        incarnation.generations += 1;
        let app = App::random(&mut self.rng);
        let mut tcb = Tcb::new(1, packet.inc, generation, isn, self.hosts[1].style, app);
        tcb.passive = true;
        tcb.irs = Some(packet.seq.raw());
        tcb.rcv_nxt = 1;
        if tcb.style.takes_syn_data && packet.len > 0 {
            tcb.rcv_nxt += i64::from(packet.len);
            tcb.app.heard = true;
        }
        tcb.peer_window = i64::from(packet.window);
        tcb.state = State::SynReceived;
        self.hosts[1].tcb = Some(tcb);
        self.with(1, None, |tcb, cx| tcb.send_syn(cx));
    }
}
