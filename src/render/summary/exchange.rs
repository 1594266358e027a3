//! The row of an exchange of UDP datagrams.

use crate::lang::Head;
use crate::lang::units::{ShortOctets, ShortSpan};
use crate::render::style::Role;
use crate::track::{Exchange, Side};

use super::SummarySink;

impl SummarySink {
    /// Its number is marked, for exchanges are counted by themselves.
    pub(super) fn exchange_row(&self, exchange: &Exchange) -> String {
        let merged = !self.columns.iter().any(|column| column.head == Head::Verdict);
        let outcome = if merged { Head::Ended } else { Head::Verdict };
        let role = match (exchange.unreachable, exchange.answer) {
            (Some(_), _) => Role::Trouble,
            (None, Some(_)) => Role::Good,
            (None, None) => Role::Warning,
        };
        let [up, down] = exchange.bytes;
        let plain = |text: String| (Role::Plain, text);
        self.line(|head| match head {
            head if head == outcome => (role, self.options.lang.exchange_outcome(exchange).to_owned()),
            Head::Frame => (Role::Dim, format!("U{}", exchange.number)),
            Head::Client => (Role::Client, exchange.endpoint(Side::Client).to_string()),
            Head::Server => (Role::Server, exchange.endpoint(Side::Server).to_string()),
            Head::Lasted => plain(ShortSpan(exchange.lasted()).to_string()),
            Head::Segments => plain(ShortOctets(exchange.datagrams.iter().sum()).to_string()),
            Head::Up => plain(ShortOctets(up).to_string()),
            Head::Down => plain(ShortOctets(down).to_string()),
            _ => plain(String::new()),
        })
    }
}
