//! How much of all conversations is remembered at once: what takes room counts
//! itself while it lives.

use std::cell::Cell;
use std::rc::Rc;

/// Units of room in all: a place of a machine, a step of the way to it, or a row of
/// an account, 100 to 200 octets each.
pub const ROOM: usize = 1 << 21;

/// Units that are taken as long as it lives.
#[derive(Debug)]
pub struct Held {
    all: Rc<Cell<usize>>,
    units: usize,
}

impl Held {
    /// Takes some.
    pub fn new(all: &Rc<Cell<usize>>, units: usize) -> Self {
        all.set(all.get().saturating_add(units));
        Held { all: Rc::clone(all), units }
    }

    /// Takes so many instead.
    pub fn set(&mut self, units: usize) {
        let others = self.all.get().saturating_sub(self.units);
        self.all.set(others.saturating_add(units));
        self.units = units;
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.set(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lives_counts_and_what_is_gone_does_not() {
        let all = Rc::new(Cell::new(0));
        let mut one = Held::new(&all, 3);
        let other = Held::new(&all, 4);
        one.set(10);
        assert_eq!(all.get(), 14);
        drop(other);
        assert_eq!(all.get(), 10);
        drop(one);
        assert_eq!(all.get(), 0);
    }
}
