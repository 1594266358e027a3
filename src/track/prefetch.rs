//! Asks the memory for what will be needed soon. A conversation is seldom still in the
//! caches when its next segment comes, and to wait for it costs as much as to judge it.
#![allow(unsafe_code)]

use super::conversation::Conversation;

/// Has the caches fetch the line in which a value begins. A hint: the program cannot see
/// whether it was followed.
#[inline(always)]
pub(super) fn line_of<T>(value: &T) {
    // SAFETY: it neither reads nor writes as far as the program can see, and faults at
    // no address. SSE, which it is part of, belongs to x86-64.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(value).cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = value;
}

impl Conversation {
    /// Fetches what a segment of it will need: its first lines, of each side the first
    /// three, and what is known of the last frames.
    #[inline]
    pub(super) fn approach(&self) {
        line_of(&self.key);
        line_of(&self.number);
        for half in &self.half {
            line_of(&half.segments);
            line_of(&half.retransmissions);
            line_of(&half.fin);
        }
        line_of(&self.recent);
        line_of(&self.third);
    }

    /// Fetches all of it, for its verdict.
    pub(super) fn approach_all(&self) {
        self.approach();
        self.half.iter().for_each(|half| line_of(&half.start));
        line_of(&self.incarnation);
        line_of(&self.last_synack);
        line_of(&self.turned_away);
        line_of(&self.waited);
    }
}
