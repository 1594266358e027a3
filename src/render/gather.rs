//! The rows of the conversations that are not over, for what draws them at the
//! end.

use hashbrown::HashMap;

use crate::track::Conversation;

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
    stopped: bool,
}

impl Gather {
    /// Nothing is remembered yet.
    pub fn new(options: &PageOptions) -> Self {
        let PageOptions { numbers, data, .. } = *options;
        Gather { numbers, data, explain: options.reasons(), known: HashMap::new(), stopped: false }
    }

    /// A conversation is not to be shown.
    pub fn forget(&mut self, number: u64) {
        self.known.remove(&number);
    }

    /// A segment, with what it takes to say why it is what it is.
    pub fn segment(&mut self, row: &Row<'_>) {
        let absorbed = row.event.absorbs.and_then(|absorbed| self.known.remove(&absorbed));
        if Rows::is_plain_syn(row) {
            return;
        }
        let unseen = || match row.event.first {
            true => Rows::default(),
            false => Rows::of_plain_syn(row.conversation, self.numbers, self.explain),
        };
        let rows = self.known.entry(row.event.conversation).or_insert_with(unseen);
        if let Some(strays) = absorbed {
            rows.absorb(&strays, self.data);
        }
        rows.add(row, self.numbers, self.data, self.explain);
    }

    /// Nothing more is remembered of any conversation, nor asked for.
    pub fn stop(&mut self) {
        self.known = HashMap::new();
        self.stopped = true;
    }

    /// An ICMP error.
    pub fn icmp(&mut self, row: &IcmpRow<'_>) {
        if let About::Conversation(conv) = row.about
            && !self.stopped
        {
            let unseen = || Rows::of_plain_syn(conv, self.numbers, self.explain);
            self.known.entry(conv.number).or_insert_with(unseen).note(row.error, conv);
        }
    }

    /// The rows of a conversation that is over.
    pub fn take(&mut self, conv: &Conversation) -> Rows {
        let unseen = || Rows::of_plain_syn(conv, self.numbers, self.explain);
        self.known.remove(&conv.number).unwrap_or_else(unseen)
    }
}
