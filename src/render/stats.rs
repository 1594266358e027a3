//! Statistics: the whole analysis, and only totals printed.
//!
//! Everything is counted when a conversation ends, in bounded memory: one record
//! for each server port (a port has 16 bits) of TCP and of UDP, each with at most
//! 121 buckets of round trips, and 128 failing servers and clients.

mod heavy;
mod json;
mod print;
mod sections;
mod service;
mod spread;
mod udp;

use std::net::IpAddr;

use hashbrown::HashMap;

use crate::lang::Language;
use crate::model::Endpoint;
use crate::track::{Exchange, Side};
use crate::verdict::Opening;

use super::json::JsonSink;
use super::style::Style;
use super::{Begin, Ceased, Detail, Judged, Sink, Totals};
use heavy::Heavy;
use service::Service;
use udp::UdpService;

/// How statistics are printed.
#[derive(Clone, Copy)]
pub enum StatsForm {
    /// As tables, in a language.
    Tables(&'static dyn Language, Style),
    /// One JSON object a line.
    Json,
}

/// Counts conversations, and prints totals at the end.
pub struct StatsSink {
    form: StatsForm,
    counts: Counts,
}

/// All that is counted.
#[derive(Default)]
struct Counts {
    /// By server port.
    services: HashMap<u16, Box<Service>, foldhash::fast::RandomState>,
    /// The same of UDP.
    udp_services: HashMap<u16, Box<UdpService>, foldhash::fast::RandomState>,
    /// Servers that attempts failed at.
    servers: Heavy<Endpoint>,
    /// Clients whose attempts failed.
    clients: Heavy<IpAddr>,
}

impl Counts {
    fn add(&mut self, judged: &Judged<'_>) {
        let conv = judged.conversation;
        let server = conv.endpoint(Side::Server);
        self.services.entry(server.port).or_default().add(judged);
        let opening = Opening::of(&judged.verdict);
        self.servers.add(server, opening);
        self.clients.add(conv.endpoint(Side::Client).addr, opening);
    }

    fn add_exchange(&mut self, exchange: &Exchange) {
        let port = exchange.endpoint(Side::Server).port;
        self.udp_services.entry(port).or_default().add(exchange);
    }

    fn all(&self) -> Service {
        let mut all = Service::default();
        self.services.values().for_each(|service| all.merge(service));
        all
    }

    /// Services in the order of their ports.
    fn by_port(&self) -> Vec<(u16, &Service)> {
        by_port(&self.services)
    }

    /// The same of UDP.
    fn udp_by_port(&self) -> Vec<(u16, &UdpService)> {
        by_port(&self.udp_services)
    }
}

fn by_port<T>(services: &HashMap<u16, Box<T>, foldhash::fast::RandomState>) -> Vec<(u16, &T)> {
    let mut services: Vec<_> = services.iter().map(|(&port, service)| (port, &**service)).collect();
    services.sort_by_key(|(port, _)| *port);
    services
}

impl StatsSink {
    /// A sink that has seen nothing.
    pub fn new(form: StatsForm) -> Self {
        StatsSink { form, counts: Counts::default() }
    }
}

impl Sink for StatsSink {
    fn detail(&self) -> Detail {
        Detail::Conversations
    }

    fn begin(&mut self, begin: &Begin, out: &mut Vec<u8>) {
        if let StatsForm::Json = self.form {
            JsonSink::default().begin(begin, out);
        }
    }

    fn conversation(&mut self, judged: &Judged<'_>, _: &mut Vec<u8>) {
        self.counts.add(judged);
    }

    fn exchange(&mut self, ceased: &Ceased<'_>, _: &mut Vec<u8>) {
        self.counts.add_exchange(ceased.exchange);
    }

    fn end(&mut self, totals: &Totals, out: &mut Vec<u8>) {
        match self.form {
            StatsForm::Tables(lang, style) => {
                let mut text = String::new();
                print::print(&self.counts, lang, &style, &mut text);
                out.extend_from_slice(text.as_bytes());
            }
            StatsForm::Json => {
                json::print(&self.counts, out);
                JsonSink::default().end(totals, out);
            }
        }
    }
}
