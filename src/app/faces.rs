//! Which sink prints what the options ask for.

use crate::cli::{self, Format, Options, Resolution};
use crate::lang::{Language, Tally, en};
use crate::render::json::JsonSink;
use crate::render::lines::LinesSink;
use crate::render::tcpdump::{LineStyle, TimeStyle, Zone};
use crate::render::{Sink, Totals};

/// The language that results are written in.
pub fn language() -> &'static dyn Language {
    &en::English
}

/// The sink for a format.
pub fn sink(options: &Options, live: bool) -> Box<dyn Sink> {
    let _ = live;
    match options.format {
        Format::Json => Box::new(JsonSink::default()),
        Format::Lines => Box::new(lines(options)),
        Format::Table | Format::Summary => Box::new(lines(options)),
    }
}

fn lines(options: &Options) -> LinesSink {
    LinesSink::new(line_style(options), language(), options.style.verbosity > 0)
}

fn line_style(options: &Options) -> LineStyle {
    LineStyle {
        time: time_style(options.style.time),
        nanos: options.style.resolution == Resolution::Nano,
        zone: Zone::local(),
        packet_numbers: options.style.ordinal,
        interface_name: Some(interface_name),
    }
}

fn time_style(style: cli::TimeStyle) -> TimeStyle {
    match style {
        cli::TimeStyle::Clock => TimeStyle::Clock,
        cli::TimeStyle::None => TimeStyle::None,
        cli::TimeStyle::Unix => TimeStyle::Unix,
        cli::TimeStyle::SinceLast => TimeStyle::SinceLast,
        cli::TimeStyle::Date => TimeStyle::Date,
        cli::TimeStyle::SinceFirst => TimeStyle::SinceFirst,
    }
}

/// The name of an interface of this machine, as tcpdump shows it (also for
/// captures of another machine).
fn interface_name(index: u32) -> Option<String> {
    let socket = rustix::net::socket(rustix::net::AddressFamily::INET, rustix::net::SocketType::DGRAM, None);
    rustix::net::netdevice::index_to_name(socket.ok()?, index).ok()
}

/// The counts, in words.
pub fn tally(totals: &Totals) -> String {
    let mut text = String::new();
    let tally = Tally {
        frames: totals.frames,
        segments: totals.segments,
        conversations: totals.conversations,
        skipped: totals.skipped,
        bad_headers: totals.bad_headers,
        icmp_errors: totals.icmp_errors,
        dropped_by_kernel: totals.dropped_by_kernel,
    };
    language().tally(&tally, &mut text);
    text
}
