//! A side put down small, and taken up again.

use std::num::NonZeroU64;

use crate::model::{Flags, Seq};
use crate::track::coverage::Coverage;
use crate::track::rest::{Reader, Writer};
use crate::track::state::State;

use super::{FinFacts, Half, Last, Offers};

const LASTS: [Last; 4] = [Last::Nothing, Last::Data, Last::Fin, Last::Other];

impl Half {
    /// Writes it, but for its last acknowledgment.
    pub(in crate::track) fn put_down(&self, to: &mut Writer) {
        let near = self.isn.unwrap_or_default();
        to.bits([
            self.isn.is_some(),
            self.sent.is_some(),
            self.syn_frame.is_some(),
            self.fin.is_some(),
            self.scaled,
            self.keep_alive,
            self.provoked,
            self.probing,
            self.stuck,
            self.checksums_real,
            self.ttl_varies,
        ]);
        self.isn.into_iter().for_each(|isn| to.word(isn.raw()));
        self.sent.iter().for_each(|sent| sent.put_down(near, to));
        for n in [self.high_offset, self.segments, self.bytes] {
            to.number(n);
        }
        to.maybe_time(self.last_data);
        for n in [self.duplicate_acks, self.unanswered, self.window.into(), self.retransmissions] {
            to.number(n.into());
        }
        to.one_of(self.last, &LASTS);
        to.one_of(self.state, &State::ALL);
        to.number(self.ttl.into());
        self.offers.put_down(to);
        self.syn_frame.into_iter().for_each(|frame| to.frame(frame.get()));
        self.fin.iter().for_each(|fin| fin.put_down(to));
    }

    /// The side that [`Half::put_down`] wrote.
    pub(in crate::track) fn take_up(from: &mut Reader<'_>) -> Self {
        let [
            has_isn,
            has_sent,
            has_syn_frame,
            has_fin,
            scaled,
            keep_alive,
            provoked,
            probing,
            stuck,
            checksums_real,
            ttl_varies,
        ] = from.bits();
        let isn = has_isn.then(|| Seq::new(from.word()));
        let sent = has_sent.then(|| Coverage::take_up(isn.unwrap_or_default(), from));
        let [high_offset, segments, bytes] = [(); 3].map(|()| from.number());
        let last_data = from.maybe_time();
        let [duplicate_acks, unanswered, window, retransmissions] = [(); 4].map(|()| from.number() as u32);
        Half {
            high_offset,
            segments,
            bytes,
            last_data,
            sent,
            acked: None,
            duplicate_acks,
            unanswered,
            window: window as u16,
            scaled,
            keep_alive,
            provoked,
            probing,
            stuck,
            checksums_real,
            ttl_varies,
            retransmissions,
            isn,
            last: from.one_of(&LASTS),
            state: from.one_of(&State::ALL),
            ttl: from.number() as u8,
            offers: Offers::take_up(from),
            syn_frame: if has_syn_frame { NonZeroU64::new(from.frame()) } else { None },
            fin: has_fin.then(|| FinFacts::take_up(from)),
        }
    }
}

impl Offers {
    fn put_down(&self, to: &mut Writer) {
        if self.mptcp.is_some() {
            to.refuse();
        }
        to.bits([
            self.mss.is_some(),
            self.window_scale.is_some(),
            self.tsval.is_some(),
            self.sack,
            self.cookie_request,
            self.cookie,
            self.md5,
            self.ao,
            self.cut,
        ]);
        self.mss.into_iter().for_each(|mss| to.number(mss.into()));
        self.window_scale.into_iter().for_each(|shift| to.number(shift.into()));
        self.tsval.into_iter().for_each(|tsval| to.word(tsval));
        to.number(self.flags.bits().into());
    }

    fn take_up(from: &mut Reader<'_>) -> Self {
        let [has_mss, has_scale, has_times, sack, cookie_request, cookie, md5, ao, cut] = from.bits();
        Offers {
            mss: has_mss.then(|| from.number() as u16),
            window_scale: has_scale.then(|| from.number() as u8),
            tsval: has_times.then(|| from.word()),
            flags: Flags::from_header(from.number() as u16),
            sack,
            cookie_request,
            cookie,
            mptcp: None,
            md5,
            ao,
            cut,
        }
    }
}

impl FinFacts {
    fn put_down(&self, to: &mut Writer) {
        to.word(self.seq.raw());
        to.sighting(self.first);
        to.number(self.sent.into());
        to.maybe_sighting(self.acked);
        to.bits([self.arrived, self.asks_again, self.heard]);
    }

    fn take_up(from: &mut Reader<'_>) -> Self {
        let seq = Seq::new(from.word());
        let first = from.sighting();
        let sent = from.number() as u32;
        let acked = from.maybe_sighting();
        let [arrived, asks_again, heard] = from.bits();
        FinFacts { seq, first, sent, acked, arrived, asks_again, heard }
    }
}
