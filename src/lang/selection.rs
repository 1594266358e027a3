//! What is said of conversations that were selected, sorted or expected.

/// One sentence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SelectionNote<'a> {
    /// So many are shown, of so many.
    Shown(u64, u64),
    /// So many exchanges of UDP datagrams are shown, of so many.
    ShownExchanges(u64, u64),
    /// Segments of so many were too long to be held back, of at most so many
    /// octets.
    Cut(u64, usize),
    /// So many rows beyond those that are kept were left out.
    LeftOut(u64),
    /// Nothing was there of which something was expected.
    NothingToExpect,
    /// So many of so many are not as expected, conversations or exchanges; some of
    /// them.
    Unmet(u64, u64, &'a [String]),
}
