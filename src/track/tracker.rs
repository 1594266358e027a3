//! Finds the conversation of each segment.

use std::collections::VecDeque;
use std::time::Duration;

use crate::model::{FlowKey, IcmpError, ScopeId, Segment, Timestamp, Way};

use super::conversation::Conversation;
use super::event::Event;
use super::facts::{Ended, Phase, Rejection};
use super::half::Sighting;
use super::listeners::Listeners;
use super::mark::Mark;
use super::mptcp::Connections;
use super::route::{Route, route};
use super::seed::is_plain;
use super::slab::{List, Place, Slab};
use super::state::{Side, State};
use super::twins::Twins;

/// Bounds of what is remembered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Conversations tracked at the same time; beyond it the half-open, then
    /// the closed, then the longest idle are evicted.
    pub max_flows: usize,
    /// How long a conversation that is over still takes in stragglers.
    pub linger: Duration,
    /// Conversations that are over and wait for stragglers at the same time;
    /// beyond it those that have waited longest are given out, some at a time. Where so
    /// many end that none would wait long enough for a segment sent again, 2,048.
    pub max_lingering: usize,
    /// Silence after which a conversation that is not open is given up: longer than
    /// the gaps between SYNs.
    pub syn_timeout: Duration,
    /// Silence after which an open conversation is given up.
    pub idle_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_flows: 1_000_000,
            // Linux keeps TIME-WAIT for 60 s; a last retransmission comes within it.
            linger: Duration::from_secs(60),
            max_lingering: 4096,
            // Twice what the SYNs of the most patient systems lie apart.
            syn_timeout: Duration::from_secs(600),
            // TCP itself has none.
            idle_timeout: Duration::MAX,
        }
    }
}

impl Limits {
    /// Whether a conversation that is not over has been silent for too long.
    #[inline]
    fn is_idle(&self, conv: &Conversation, now: Timestamp) -> bool {
        let most = match list_of(conv) {
            List::Over => return false,
            List::HalfOpen | List::Young | List::Unfit => self.syn_timeout,
            List::Open => self.idle_timeout,
        };
        now.since(conv.last.at) > most
    }
}

/// The list that a conversation belongs in.
fn list_of(conv: &Conversation) -> List {
    match conv.phase {
        _ if conv.is_over() => List::Over,
        Phase::Open(_) => List::Open,
        _ => List::HalfOpen,
    }
}

/// The flow of a segment, and the direction of the segment on it.
#[derive(Clone, Copy, Debug)]
pub struct Flow {
    key: FlowKey,
    way: Way,
    /// Of the flow table.
    tag: u32,
}

/// Attempts that are kept whole: most are answered while they are young. Older ones
/// become seeds.
const YOUNG: usize = 192;

/// Scopes that a copy of a frame is looked for in.
const RECENT_SCOPES: usize = 8;

mod ending;
mod incarnations;
mod planting;

use ending::{Closing, Pace};

/// Tracks all conversations of a capture.
#[derive(Debug)]
pub struct Tracker {
    slab: Slab,
    limits: Limits,
    numbered: u64,
    /// Given out, not yet asked for.
    ended: VecDeque<(Box<Conversation>, Ended)>,
    /// The capture is over: what is left is given out in the order of numbers.
    closing: Option<Closing>,
    /// Flows that are copies of another scope's.
    aliases: std::collections::HashMap<FlowKey, (FlowKey, Way)>,
    scopes: Vec<ScopeId>,
    mptcp: Connections,
    twins: Twins,
    listeners: Listeners,
    /// The latest time seen.
    now: Timestamp,
    /// When silent conversations were last looked for.
    swept: Timestamp,
    /// Until then nothing that is over has waited long enough.
    due: Timestamp,
    pace: Pace,
    touched: Option<Place>,
    /// The conversation of a SYN that was put down at once, and told.
    planted: Option<Box<Conversation>>,
    /// Plain SYNs are put down at once.
    planting: bool,
}

impl Tracker {
    /// A tracker that has seen nothing.
    pub fn new(limits: Limits) -> Self {
        let mut slab = Slab::new();
        if limits.idle_timeout < Duration::MAX {
            slab.keep_order();
        }
        Tracker {
            slab,
            limits,
            numbered: 0,
            ended: VecDeque::new(),
            closing: None,
            aliases: std::collections::HashMap::new(),
            scopes: Vec::new(),
            mptcp: Connections::default(),
            twins: Twins::default(),
            listeners: Listeners::default(),
            now: Timestamp::MIN,
            swept: Timestamp::MIN,
            due: Timestamp::MAX,
            pace: Pace::new(limits.max_lingering),
            touched: None,
            planted: None,
            planting: false,
        }
    }

    /// Follows conversations also in the words of other tools, Zeek and Wireshark.
    #[must_use]
    pub fn with_dialects(mut self, dialects: bool) -> Self {
        self.slab.dialects = dialects;
        self
    }

    /// Takes in a segment and says what it is. Its conversation can be had from
    /// [`Tracker::current`] until the next call.
    pub fn push(&mut self, seg: &Segment<'_>) -> Event {
        let mut event = Event::blank();
        self.push_of(seg, &self.flow_of(seg), &mut event);
        event
    }

    /// As [`Tracker::push`], of a flow that is known, into an event of the caller's: it is
    /// large.
    #[inline]
    pub fn push_of(&mut self, seg: &Segment<'_>, flow: &Flow, event: &mut Event) {
        if is_plain(seg)
            && let Some(seed) = self.planted(seg, flow)
        {
            self.tell(seg, &seed, event);
        } else {
            self.push_whole(seg, flow, event);
        }
    }

    fn push_whole(&mut self, seg: &Segment<'_>, flow: &Flow, event: &mut Event) {
        (event.first, event.absorbs) = (true, None);
        let alias;
        let flow = if self.aliases.is_empty() {
            flow
        } else {
            alias = self.alias_of(flow);
            &alias
        };
        self.slab.note_frame(seg.frame);
        let place = self.place_of(seg, flow);
        self.touched = Some(place);
        self.advance(place, seg, flow.way, event);
        if self.slab.len_of(List::Young) > YOUNG {
            self.slab.sow_oldest();
        }
        self.now = self.now.max(seg.at);
        self.pass(seg.at);
    }

    /// A segment of a conversation that is known.
    fn advance(&mut self, place: Place, seg: &Segment<'_>, way: Way, event: &mut Event) {
        let Some(conv) = self.slab.get_mut(place) else { return };
        event.first = conv.segments() == 0 && conv.rare.copies == 0;
        let from = conv.sender(way);
        conv.apply(seg, from, event);
        self.mptcp.note(seg, conv);
        self.listeners.learn(seg, event, conv);
        let list =
            if event.first && is_plain(seg) && conv.incarnation == 1 { List::Young } else { list_of(conv) };
        let (last, superseded) = (conv.last.at, conv.superseded);
        if superseded {
            event.absorbs = self.settle_tentative(place, seg, from);
        }
        self.sort_in(place, list, last);
    }

    /// Notes that a conversation of this list was active at `last`.
    #[inline]
    fn sort_in(&mut self, place: Place, list: List, last: Timestamp) {
        if list == List::Over {
            self.due = self.due.min(last.plus(self.limits.linger));
            if self.slab.list(place) != List::Over {
                self.pace.note(last);
            }
        }
        self.slab.touch(place, list);
    }

    /// The conversation of the last segment pushed.
    pub fn current(&self) -> Option<&Conversation> {
        match self.touched {
            Some(place) => self.slab.get(place),
            None => self.planted.as_deref(),
        }
    }

    /// There is no current conversation.
    fn untouch(&mut self) {
        self.touched = None;
        if let Some(conv) = self.planted.take() {
            self.slab.recycle(conv);
        }
    }

    /// Takes in an ICMP error about a segment; the conversation that it is
    /// about, if there is one.
    pub fn push_icmp(&mut self, error: &IcmpError) -> Option<&Conversation> {
        let (key, way) = FlowKey::of(error.src, error.dst, error.scope);
        let newest = self.slab.newest(&key)?;
        let place = self.not_expired(newest, error.at)?;
        self.touched = Some(place);
        let conv = self.slab.get_mut(place)?;
        let unusual = conv.rare.note();
        unusual.rejection.get_or_insert(Rejection { error: *error });
        unusual.icmp_errors += 1;
        let about_syn = conv.sender(way) == Side::Client && conv.side(Side::Client).isn == Some(error.seq);
        if conv.phase == Phase::SynSent && about_syn {
            conv.phase = Phase::Rejected;
            conv.rare.note().turned_away.get_or_insert(Sighting { frame: error.frame, at: error.at });
            for side in Side::BOTH {
                conv.side_mut(side).state = State::Closed;
            }
        }
        let (list, last) = (list_of(conv), conv.last.at);
        self.sort_in(place, list, last);
        self.slab.get(place)
    }

    /// Conversations being tracked.
    pub fn live(&self) -> usize {
        self.slab.len()
    }

    /// The flow of a segment.
    #[inline]
    pub fn flow_of(&self, seg: &Segment<'_>) -> Flow {
        let (key, way) = FlowKey::of(seg.src, seg.dst, seg.scope);
        Flow { tag: self.slab.tag(&key), key, way }
    }

    /// Has fetched from memory what a segment of this flow will need.
    #[inline]
    pub fn approach(&self, flow: &Flow) {
        self.slab.approach(flow.tag);
    }

    /// A flow seen in two scopes (a frame before and after encapsulation) is one flow.
    #[cold]
    fn alias_of(&self, flow: &Flow) -> Flow {
        let known = self.aliases.get(&flow.key);
        known.map_or(*flow, |&(key, _)| Flow { key, tag: self.slab.tag(&key), ..*flow })
    }

    /// Where a segment belongs.
    fn place_of(&mut self, seg: &Segment<'_>, flow: &Flow) -> Place {
        let &Flow { ref key, way, tag } = flow;
        let newest = self.slab.newest_of(key, tag);
        // As nearly always: one conversation on the flow, and it goes on.
        let alone = |&place: &Place| {
            !seg.flags.syn()
                && self.slab.is_alone(place)
                && match self.slab.list(place) {
                    List::Over => false,
                    List::Open if self.limits.idle_timeout == Duration::MAX => true,
                    _ => self.slab.get(place).is_some_and(|conv| !self.limits.is_idle(conv, seg.at)),
                }
        };
        if let Some(newest) = newest.filter(alone) {
            return newest;
        }
        let newest = newest.and_then(|newest| self.not_expired(newest, seg.at));
        let Some(newest) = newest else {
            let twin = self.alias(seg, *key, way);
            return twin.unwrap_or_else(|| self.begin(seg, flow));
        };
        let conv = self.slab.get(newest);
        let before = self.slab.before(newest);
        let route = conv.map_or(Route::New, |conv| route(conv, before, seg, way, self.limits.linger));
        match route {
            Route::Newest => {
                let tentative = conv.is_some_and(|conv| conv.tentative) && seg.flags.syn();
                let older = self.slab.older(newest).filter(|_| tentative);
                if let Some(old) = older.and_then(|place| self.slab.get_mut(place)) {
                    let from = old.sender(way);
                    old.side_mut(from).provoked = true;
                }
                newest
            }
            Route::Older(place) => place,
            Route::New => self.reuse(seg, flow, newest),
            Route::Tentative => {
                if let Some(old) = self.slab.get_mut(newest) {
                    let from = old.sender(way);
                    old.side_mut(from).provoked = true;
                }
                let place = self.reuse(seg, flow, newest);
                if let Some(conv) = self.slab.get_mut(place) {
                    conv.tentative = true;
                }
                place
            }
        }
    }

    /// A segment of an unknown flow that is a copy of one just seen in another
    /// scope, or the answer to a SYN in another (mirror ports give each direction
    /// a VLAN or session of its own): from now on the two flows are one.
    fn alias(&mut self, seg: &Segment<'_>, key: FlowKey, way: Way) -> Option<Place> {
        if !self.scopes.contains(&seg.scope) {
            self.scopes.push(seg.scope);
            if self.scopes.len() > RECENT_SCOPES {
                self.scopes.remove(0);
            }
        }
        if self.scopes.len() < 2 || self.aliases.len() >= self.limits.max_flows {
            return None;
        }
        let twin = self.scopes.iter().filter(|&&scope| scope != key.scope).find_map(|&scope| {
            let twin = FlowKey { scope, ..key };
            let place = self.slab.newest(&twin)?;
            let conv = self.slab.get(place)?;
            (conv.recent.knows(seg) || conv.is_answered_by(seg, way)).then_some((twin, place))
        });
        let (twin, place) = twin?;
        if let Some(conv) = self.slab.get_mut(place).filter(|conv| conv.is_answered_by(seg, way)) {
            conv.marks.set(Mark::SplitScope);
        }
        self.aliases.insert(key, (twin, way));
        Some(place)
    }

    fn begin(&mut self, seg: &Segment<'_>, &Flow { ref key, way, tag }: &Flow) -> Place {
        self.make_room();
        self.numbered += 1;
        let mut conv = Conversation::begin(self.numbered, *key, way, seg);
        conv.dialects = self.slab.dialects.then(Box::default);
        let first = seg.flags.syn() && !seg.flags.ack();
        if first && let Some(twin) = self.twins.of(seg, self.numbered) {
            conv.rare.note().twin = Some(twin);
            conv.marks.set(Mark::Translated);
        }
        let conv = self.slab.settle_down(conv);
        self.slab.insert(conv, key, tag)
    }
}

#[cfg(test)]
mod tests;
