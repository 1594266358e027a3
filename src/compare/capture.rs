//! One capture: what is kept of its conversations.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::model::{Endpoint, Seq, Timestamp};
use crate::render::{Detail, Judged, Row, Sink};
use crate::track::{Mark, Roles, Side};
use crate::verdict::Verdict;

use super::record::Record;

/// Segments that are kept of a capture: some 80 MiB.
pub const MOST_SEGMENTS: usize = 1 << 20;
/// Conversations that are kept of a capture.
pub const MOST_CONVERSATIONS: usize = 1 << 16;

/// What is kept of a capture.
#[derive(Debug, Default)]
pub struct Capture {
    /// Its conversations, in the order of their first frames once it is whole.
    pub(super) flows: Vec<Flow>,
    by_number: HashMap<u64, usize>,
    kept: usize,
    /// Segments that were not kept.
    pub(super) passed_over: u64,
    /// Time stamps of its first and last frame.
    pub(super) span: Option<[Timestamp; 2]>,
}

/// What is kept of a conversation.
#[derive(Debug)]
pub(super) struct Flow {
    pub number: u64,
    pub ends: [Endpoint; 2],
    pub roles: Roles,
    /// Initial sequence numbers, of SYNs that were captured or acknowledged.
    pub isn: [Option<Seq>; 2],
    pub syn_tsval: Option<u32>,
    pub records: Vec<Record>,
    /// Some of its segments were not kept.
    pub cut: bool,
    pub verdict: Option<Verdict>,
}

impl Capture {
    /// A frame was captured then, whatever is in it.
    pub fn frame_at(&mut self, at: Timestamp) {
        self.span = Some(match self.span {
            None => [at, at],
            Some([first, last]) => [first.min(at), last.max(at)],
        });
    }

    /// Segments that are kept.
    pub fn segments(&self) -> usize {
        self.kept
    }

    fn flow(&mut self, row: &Row<'_>) -> Option<&mut Flow> {
        let number = row.conversation.number;
        if let Some(&index) = self.by_number.get(&number) {
            return self.flows.get_mut(index);
        }
        if self.flows.len() >= MOST_CONVERSATIONS {
            return None;
        }
        self.by_number.insert(number, self.flows.len());
        self.flows.push(Flow {
            number,
            ends: Side::BOTH.map(|side| row.conversation.endpoint(side)),
            roles: row.conversation.roles,
            isn: [None; 2],
            syn_tsval: None,
            records: Vec::new(),
            cut: false,
            verdict: None,
        });
        self.flows.last_mut()
    }

    fn take(&mut self, row: &Row<'_>) {
        let absorbed = row.event.absorbs.and_then(|number| self.by_number.remove(&number));
        let absorbed = absorbed.and_then(|index| self.flows.get_mut(index));
        let absorbed = absorbed.map(|flow| std::mem::take(&mut flow.records)).unwrap_or_default();
        // A copy is the capture's doing.
        if row.event.marks.has(Mark::DuplicateCapture) {
            return;
        }
        let full = self.kept >= MOST_SEGMENTS;
        let Some(flow) = self.flow(row).filter(|flow| !(full && flow.records.is_empty())) else {
            self.passed_over += 1;
            return;
        };
        flow.records.extend(absorbed);
        if full {
            flow.cut = true;
            self.passed_over += 1;
            return;
        }
        flow.records.push(Record::of(row));
        self.kept += 1;
    }

    fn over(&mut self, judged: &Judged<'_>) {
        let conv = judged.conversation;
        let Some(flow) = self.by_number.remove(&conv.number).and_then(|index| self.flows.get_mut(index))
        else {
            return;
        };
        let ends = Side::BOTH.map(|side| conv.endpoint(side));
        // Roles may have been revised on the way.
        if flow.ends != ends && flow.ends[0] == ends[1] {
            flow.records.iter_mut().for_each(|record| record.from = record.from.other());
        }
        flow.ends = ends;
        flow.roles = conv.roles;
        flow.isn = Side::BOTH.map(|side| conv.side(side).isn);
        flow.syn_tsval = conv.syn_tsval;
        flow.verdict = Some(judged.verdict);
    }

    fn end(&mut self) {
        self.flows.retain(|flow| !flow.records.is_empty());
        self.flows.sort_by_key(|flow| flow.number);
    }
}

/// Keeps what a comparison needs; prints nothing.
#[derive(Clone, Default)]
pub struct CaptureSink(Rc<RefCell<Capture>>);

impl CaptureSink {
    /// What was kept, once the capture is over.
    pub fn capture(&self) -> Capture {
        self.0.take()
    }
}

impl Sink for CaptureSink {
    fn detail(&self) -> Detail {
        Detail::Events
    }

    fn segment(&mut self, row: &Row<'_>, _: &mut Vec<u8>) {
        let mut capture = self.0.borrow_mut();
        capture.frame_at(row.segment.at);
        capture.take(row);
    }

    fn pass(&mut self, at: Timestamp) {
        self.0.borrow_mut().frame_at(at);
    }

    fn conversation(&mut self, judged: &Judged<'_>, _: &mut Vec<u8>) {
        self.0.borrow_mut().over(judged);
    }

    fn end(&mut self, _: &crate::render::Totals, _: &mut Vec<u8>) {
        self.0.borrow_mut().end();
    }
}
