//! Names of capture interfaces.

use foldhash::fast::RandomState;
use hashbrown::HashMap;

/// Finds the name of an interface of the capturing machine by its index.
pub type InterfaceName = fn(u32) -> Option<String>;

/// Names remembered; a capture may hold any index.
const LIMIT: usize = 1024;

/// Names by index, each asked for once.
#[derive(Debug)]
pub(super) struct Interfaces {
    find: Option<InterfaceName>,
    known: HashMap<u32, Box<[u8]>, RandomState>,
}

impl Interfaces {
    pub(super) fn new(find: Option<InterfaceName>) -> Self {
        Interfaces { find, known: HashMap::default() }
    }

    /// The name, or `?`.
    pub(super) fn name(&mut self, index: u32) -> &[u8] {
        if self.known.len() >= LIMIT && !self.known.contains_key(&index) {
            self.known.clear();
        }
        let find = self.find;
        self.known.entry(index).or_insert_with(|| {
            let name = find.and_then(|find| find(index));
            name.map_or_else(|| b"?".as_slice().into(), |name| name.into_bytes().into_boxed_slice())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capture_may_name_any_interface() {
        let mut interfaces = Interfaces::new(Some(|index| (index % 2 == 0).then(|| format!("eth{index}"))));
        for index in 0..5_000 {
            let expected = if index % 2 == 0 { format!("eth{index}") } else { "?".to_owned() };
            assert_eq!(interfaces.name(index), expected.as_bytes());
            assert!(interfaces.known.len() <= LIMIT);
        }
        assert_eq!(interfaces.name(0), b"eth0");
    }
}
