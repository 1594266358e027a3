//! What reading several files keeps track of beside their frames.

use super::*;

impl Files {
    #[cold]
    pub(super) fn note_links(&mut self, index: usize, file: &CaptureFile) {
        let Some(slot) = self.slots.get_mut(index) else { return };
        for link in file.links.list.iter().skip(slot.links) {
            if self.known_links.insert(*link) {
                self.links.push(*link);
            }
        }
        slot.links = file.links.list.len();
        self.snaplen = self.snaplen.max(file.links.snaplen);
    }

    pub(super) fn note_drops(&mut self, file: &CaptureFile) {
        if let Some(dropped) = file.dropped() {
            let so_far = self.stats.dropped_by_kernel.unwrap_or(0);
            self.stats.dropped_by_kernel = Some(so_far.saturating_add(dropped));
        }
    }

    /// Whether a signal asks for the end.
    pub(super) fn signalled(&self) -> bool {
        #[cfg(unix)]
        return self.signals.as_ref().is_some_and(|signals| signals.stop_requested());
        #[cfg(not(unix))]
        return false;
    }

    /// Whether to deliver no more.
    pub(super) fn ends(&mut self) -> bool {
        if !self.stopped && !self.drains && self.signalled() {
            (self.stopped, self.cut) = (true, true);
        }
        self.stopped
    }
}
