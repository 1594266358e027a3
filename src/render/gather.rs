//! The rows of the conversations that are not over, for what draws them at the
//! end.

use hashbrown::HashMap;

use super::row::{DataRows, Rows};
use super::style::NumberStyle;
use super::told::Explain;
use super::{About, IcmpRow, PageOptions, Row};

/// Rows by conversation.
#[derive(Debug)]
pub(super) struct Gather {
    numbers: NumberStyle,
    data: DataRows,
    explain: Explain,
    known: HashMap<u64, Rows>,
}

impl Gather {
    /// Nothing is remembered yet.
    pub fn new(options: &PageOptions) -> Self {
        let PageOptions { numbers, data, .. } = *options;
        Gather { numbers, data, explain: options.reasons(), known: HashMap::new() }
    }

    /// A conversation is not to be shown.
    pub fn forget(&mut self, number: u64) {
        self.known.remove(&number);
    }

    /// A segment, with what it takes to say why it is what it is.
    pub fn segment(&mut self, row: &Row<'_>) {
        let absorbed = row.event.absorbs.and_then(|absorbed| self.known.remove(&absorbed));
        let rows = self.known.entry(row.event.conversation).or_default();
        if let Some(strays) = absorbed {
            rows.absorb(strays, self.data);
        }
        rows.add(row, self.numbers, self.data, self.explain);
    }

    /// Nothing more is remembered of any conversation.
    pub fn stop(&mut self) {
        self.known = HashMap::new();
    }

    /// An ICMP error.
    pub fn icmp(&mut self, row: &IcmpRow<'_>) {
        if let About::Conversation(conv) = row.about
            && let Some(rows) = self.known.get_mut(&conv.number)
        {
            rows.note(row.error, conv);
        }
    }

    /// The rows of a conversation that is over; none if they were not
    /// remembered.
    pub fn take(&mut self, number: u64) -> Option<Rows> {
        self.known.remove(&number)
    }
}
