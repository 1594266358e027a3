//! The row of an exchange of UDP datagrams.

use std::fmt::Write;

use crate::lang::Head;
use crate::lang::units::{ShortOctets, ShortSpan};
use crate::render::ends::EndText;
use crate::render::style::Role;
use crate::track::{Exchange, Reply, Side};

use super::{Cell, SummarySink};

impl SummarySink {
    /// Its number is marked, for exchanges are counted by themselves.
    pub(super) fn exchange_row(&self, exchange: &Exchange, out: &mut String) {
        let merged = !self.columns.iter().any(|column| column.head == Head::Verdict);
        let outcome = if merged { Head::Ended } else { Head::Verdict };
        let role = match exchange.reply() {
            Reply::Unreachable => Role::Trouble,
            Reply::Answered => Role::Good,
            Reply::Unanswered => Role::Warning,
        };
        let [up, down] = exchange.bytes;
        self.line(out, |head, text| {
            // Writing to a string cannot fail.
            let _ = match head {
                head if head == outcome => text.write_str(self.options.lang.exchange_outcome(exchange)),
                Head::Frame => write!(text, "U{}", exchange.number),
                Head::Client => text.write_str(EndText::of(exchange.endpoint(Side::Client)).text()),
                Head::Server => text.write_str(EndText::of(exchange.endpoint(Side::Server)).text()),
                Head::Lasted => ShortSpan(exchange.lasted()).put(text),
                Head::Segments => ShortOctets(exchange.datagrams.iter().sum()).put(text),
                Head::Up => ShortOctets(up).put(text),
                Head::Down => ShortOctets(down).put(text),
                _ => Ok(()),
            };
            let role = match head {
                head if head == outcome => role,
                Head::Frame => Role::Dim,
                Head::Client => Role::Client,
                Head::Server => Role::Server,
                _ => Role::Plain,
            };
            Cell::new(head, role)
        });
    }
}
