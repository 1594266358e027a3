//! Where those that rest lie: texts of like length side by side, without an allocation
//! each, and without gaps.

use std::num::NonZeroU32;

use crate::track::prefetch::line_of;

/// Lengths are rounded up to this.
const STEP: usize = 16;

/// Lengths that there are, in steps: at most 384 octets.
const LENGTHS: usize = 24;

/// Bits of a place that say where it is among those of its length.
const AT: u32 = 27;

/// Texts of one length, and whose they are.
#[derive(Debug, Default)]
struct Bed {
    octets: Vec<u8>,
    owners: Vec<u32>,
    /// Octets that were in use since memory was last given back.
    most: usize,
}

/// Memory is given back once so much of it, and a quarter of all, is not in use.
const UNUSED: usize = 1 << 18;

/// Texts of all lengths.
#[derive(Debug, Default)]
pub(in crate::track) struct Beds([Bed; LENGTHS]);

/// Where a text lies, and one; valid until another one leaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::track) struct Berth(NonZeroU32);

impl Berth {
    fn new(step: usize, at: usize) -> Option<Self> {
        let at = u32::try_from(at).ok().filter(|at| at >> AT == 0)?;
        NonZeroU32::new(((step as u32) << AT | at) + 1).map(Berth)
    }

    /// The step of its length, and where it is among those.
    fn parts(self) -> (usize, usize) {
        let place = self.0.get() - 1;
        ((place >> AT) as usize, (place & ((1 << AT) - 1)) as usize)
    }
}

/// Octets of a text of this step.
fn length(step: usize) -> usize {
    (step + 1) * STEP
}

impl Beds {
    /// Puts a text in. `None`: it is too long, or there are too many.
    pub fn put(&mut self, text: &[u8], owner: u32) -> Option<Berth> {
        let step = text.len().div_ceil(STEP).max(1) - 1;
        let bed = self.0.get_mut(step)?;
        let berth = Berth::new(step, bed.owners.len())?;
        bed.owners.push(owner);
        bed.octets.extend_from_slice(text);
        bed.octets.resize(bed.owners.len() * length(step), 0);
        bed.most = bed.most.max(bed.octets.len());
        Some(berth)
    }

    /// A text, and perhaps more behind it.
    #[inline]
    pub fn get(&self, berth: Berth) -> &[u8] {
        let (step, at) = berth.parts();
        self.0.get(step).and_then(|bed| bed.octets.get(at * length(step)..)).unwrap_or_default()
    }

    /// Fetches one that will be needed soon.
    pub fn approach(&self, berth: Berth) {
        let (step, _) = berth.parts();
        self.get(berth).chunks(64).take(length(step).div_ceil(64)).for_each(|line| line_of(&line[0]));
    }

    /// Takes a text out. The last one of its length takes its place: given is whose that
    /// is.
    pub fn leave(&mut self, berth: Berth) -> Option<u32> {
        let (step, at) = berth.parts();
        let bed = self.0.get_mut(step)?;
        let last = bed.owners.len().checked_sub(1)? * length(step);
        bed.octets.copy_within(last.., at * length(step));
        bed.octets.truncate(last);
        bed.owners.swap_remove(at);
        if last + last / 4 + UNUSED < bed.most {
            bed.most = last;
            bed.octets.shrink_to(last);
            bed.owners.shrink_to(bed.owners.len());
        }
        bed.owners.get(at).copied()
    }
}
