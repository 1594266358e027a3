//! What was dropped before it could be captured, as far as it is told.

/// The sum over interfaces, sections and files, of which some may be silent.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Drops {
    told: Option<u64>,
    silent: bool,
}

impl Drops {
    /// One more. `None`: it does not tell.
    pub(super) fn add(&mut self, dropped: Option<u64>) {
        match dropped {
            Some(dropped) => self.told = Some(self.told.unwrap_or(0).saturating_add(dropped)),
            None => self.silent = true,
        }
    }

    /// At least so many. That it was none at all is known only if nobody is silent.
    pub(super) fn known(self) -> Option<u64> {
        self.told.filter(|&dropped| dropped > 0 || !self.silent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(all: &[Option<u64>]) -> Option<u64> {
        let mut drops = Drops::default();
        all.iter().for_each(|&dropped| drops.add(dropped));
        drops.known()
    }

    #[test]
    fn none_is_known_only_of_those_that_tell() {
        assert_eq!(known(&[]), None);
        assert_eq!(known(&[None]), None);
        assert_eq!(known(&[Some(0), Some(0)]), Some(0));
        assert_eq!(known(&[Some(0), None]), None);
        assert_eq!(known(&[None, Some(3), Some(u64::MAX)]), Some(u64::MAX));
    }
}
