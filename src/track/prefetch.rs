//! Asks the memory for what will be needed soon. A conversation is seldom still in the
//! caches when its next segment comes, and to wait for it costs as much as to judge it.
#![allow(unsafe_code)]

use std::mem::offset_of;

use super::conversation::Conversation;

/// Has the caches fetch the line in which a value begins.
#[inline(always)]
pub(super) fn line_of<T>(value: &T) {
    prefetch(std::ptr::from_ref(value).cast());
}

/// Has the caches fetch a line. A hint: the program cannot see whether it was followed.
#[inline(always)]
fn prefetch(at: *const u8) {
    // SAFETY: it neither reads nor writes as far as the program can see, and faults at
    // no address. SSE, which it is part of, belongs to x86-64.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(at.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = at;
}

/// Lines of a conversation that a segment of it will need: all but how it was opened.
const FOR_A_SEGMENT: usize = offset_of!(Conversation, third).div_ceil(LINE);

/// Octets in a line of the cache, as in nearly all machines.
const LINE: usize = 64;

impl Conversation {
    /// Fetches what a segment of it will need.
    #[inline]
    pub(super) fn approach(&self) {
        self.lines(FOR_A_SEGMENT);
    }

    /// Fetches all of it, for its verdict.
    pub(super) fn approach_all(&self) {
        self.lines(size_of::<Self>().div_ceil(LINE));
    }

    #[inline(always)]
    fn lines(&self, count: usize) {
        let first = std::ptr::from_ref(self).cast::<u8>();
        for line in 0..count {
            prefetch(first.wrapping_add(line * LINE));
        }
    }
}
