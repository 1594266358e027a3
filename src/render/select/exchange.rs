//! Exchanges of datagrams: wanted or not.

use super::{SelectSink, Which};
use crate::render::{Ceased, Sink};
use crate::track::Exchange;

impl SelectSink {
    /// Something of an exchange is to be printed.
    pub(super) fn part(
        &mut self,
        exchange: &Exchange,
        out: &mut Vec<u8>,
        how: impl FnOnce(&mut dyn Sink, &mut Vec<u8>),
    ) {
        let which = Which::Exchange(exchange.number);
        if self.is_named(which) && !self.is_shut(which) {
            self.print(which, out, how);
        }
    }

    /// An exchange is over: what waited of it is printed, or forgotten.
    pub(super) fn ceased(&mut self, ceased: &Ceased<'_>, out: &mut Vec<u8>) {
        let exchange = ceased.exchange;
        let which = Which::Exchange(exchange.number);
        let wait = self.release(which);
        let reply = exchange.reply();
        let named = self.is_named(which);
        let wanted = named && self.selection.only.is_none_or(|only| only.replied(reply));
        // Lines that were printed get their outcome.
        let streamed = named && self.inner.prints_at_once() && self.selection.only.is_none();
        let chosen = wanted && self.choose(which) || streamed;
        self.chosen.remove(&which);
        if !chosen {
            return self.inner.pass_over_exchange(exchange.number, out);
        }
        self.let_out(wait, out);
        self.found.exchanges.set(self.found.exchanges.get() + 1);
        if let Some(expect) = self.selection.expect.filter(super::Wanted::is_of_exchanges) {
            self.expected(expect.replied(reply), || format!("U{} {}", exchange.number, reply.slug()));
        }
        self.inner.exchange(ceased, out);
    }
}
