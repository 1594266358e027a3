//! The command line as it was typed.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Parser};

use super::generate::Generate;
use super::options::{ColorWhen, Data, Direction, Format, LangChoice, Numbers, Resolution, Sort};
use super::texts::{self, error, heading, help};
use crate::model::{DurationFault, parse_duration};

/// The largest snapshot length, in octets (libpcap's `MAXIMUM_SNAPLEN`).
pub(super) const MAX_SNAPLEN: u32 = 262_144;

/// What the user typed; what it means is [`super::Options`].
#[derive(Parser, Debug)]
#[command(
    name = "hsanalyze", version, about = texts::ABOUT, override_usage = texts::USAGE,
    after_help = texts::AFTER, help_template = texts::TEMPLATE,
    args_override_self = true, disable_help_flag = true, disable_version_flag = true
)]
pub(super) struct Args {
    #[arg(short = 'r', value_name = "FILE", help = help::READ, long_help = help::READ_LONG,
          help_heading = heading::FROM, action = ArgAction::Append)]
    pub(super) read: Vec<PathBuf>,
    #[arg(short = 'i', long, value_name = "IFACE", help = help::INTERFACE, help_heading = heading::FROM,
          action = ArgAction::Append)]
    pub(super) interface: Vec<String>,
    #[arg(short = 'D', long, help = help::LIST_INTERFACES, help_heading = heading::FROM)]
    pub(super) list_interfaces: bool,
    #[arg(short = 'L', long = "list-data-link-types", help = help::LIST_LINK_TYPES,
          help_heading = heading::FROM)]
    pub(super) list_link_types: bool,
    #[arg(short = 'w', value_name = "FILE", help = help::WRITE, help_heading = heading::FROM,
          action = ArgAction::Append)]
    pub(super) write: Vec<PathBuf>,

    #[arg(value_name = "EXPRESSION", help = help::EXPRESSION, help_heading = heading::SHOW)]
    pub(super) expression: Vec<OsString>,
    #[arg(short = 'F', value_name = "FILE", help = help::FILTER_FILE, help_heading = heading::SHOW,
          action = ArgAction::Append)]
    pub(super) filter_file: Vec<PathBuf>,
    #[arg(long, value_name = "FORMAT", help = help::FORMAT, help_heading = heading::SHOW)]
    pub(super) format: Option<Format>,
    #[arg(short = 'q', help = help::QUIET, help_heading = heading::SHOW)]
    pub(super) quiet: bool,
    #[arg(long, help = help::JSON, help_heading = heading::SHOW)]
    pub(super) json: bool,
    #[arg(long, help = help::LADDER, help_heading = heading::SHOW)]
    pub(super) ladder: bool,
    #[arg(long, value_name = "FILE", help = help::HTML, help_heading = heading::SHOW,
          action = ArgAction::Append)]
    pub(super) html: Vec<PathBuf>,
    #[arg(long, value_name = "FILE", help = help::SVG, help_heading = heading::SHOW,
          action = ArgAction::Append)]
    pub(super) svg: Vec<PathBuf>,
    #[arg(long, help = help::CSV, help_heading = heading::SHOW)]
    pub(super) csv: bool,
    #[arg(long, help = help::STATS, long_help = help::STATS_LONG, help_heading = heading::SHOW)]
    pub(super) stats: bool,
    #[arg(long, value_name = "SLUG,…", help = help::ONLY, long_help = help::ONLY_LONG, help_heading = heading::SHOW,
          value_delimiter = ',', action = ArgAction::Append)]
    pub(super) only: Vec<String>,
    #[arg(long, value_name = "N,…", help = help::CONVERSATION, help_heading = heading::SHOW, value_delimiter = ',',
          action = ArgAction::Append)]
    pub(super) conversation: Vec<String>,
    #[arg(long, value_name = "SLUG,…", help = help::EXPECT, long_help = help::EXPECT_LONG,
          help_heading = heading::SHOW, value_delimiter = ',', action = ArgAction::Append)]
    pub(super) expect: Vec<String>,
    #[arg(long, help = help::ANSWERS, help_heading = heading::SHOW)]
    pub(super) answers: bool,
    #[arg(long, value_name = "BY", help = help::SORT, long_help = help::SORT_LONG, help_heading = heading::SHOW)]
    pub(super) sort: Option<Sort>,
    #[arg(long, value_name = "WHICH", help = help::DATA, help_heading = heading::SHOW, default_value = "fold")]
    pub(super) data: Data,
    #[arg(long, help = help::EXPLAIN, help_heading = heading::SHOW)]
    pub(super) explain: bool,
    #[arg(long, help = help::UDP, long_help = help::UDP_LONG, help_heading = heading::SHOW)]
    pub(super) udp: bool,
    #[arg(short = 'v', action = ArgAction::Count, help = help::VERBOSE, help_heading = heading::SHOW)]
    pub(super) verbose: u8,

    #[arg(short = 't', action = ArgAction::Count, help = help::TIME, help_heading = heading::PRINT)]
    pub(super) time: u8,
    #[arg(long, help = help::NANO, help_heading = heading::PRINT,
          overrides_with_all = ["micro", "time_stamp_precision"])]
    pub(super) nano: bool,
    #[arg(long, help = help::MICRO, help_heading = heading::PRINT,
          overrides_with_all = ["nano", "time_stamp_precision"])]
    pub(super) micro: bool,
    #[arg(long, value_name = "UNIT", hide = true, overrides_with_all = ["nano", "micro"])]
    pub(super) time_stamp_precision: Option<Resolution>,
    #[arg(long, value_name = "HOW", help = help::NUMBERS, help_heading = heading::PRINT)]
    pub(super) numbers: Option<Numbers>,
    #[arg(short = 'S', long = "absolute-tcp-sequence-numbers", help = help::ABSOLUTE,
          help_heading = heading::PRINT)]
    pub(super) absolute: bool,
    #[arg(short = '#', long = "number", help = help::ORDINAL, help_heading = heading::PRINT)]
    pub(super) ordinal: bool,
    #[arg(long, value_name = "WHEN", help = help::COLOR, help_heading = heading::PRINT, default_value = "auto")]
    pub(super) color: ColorWhen,
    #[arg(long, value_name = "LANGUAGE", help = help::LANG, help_heading = heading::PRINT, default_value = "auto")]
    pub(super) lang: LangChoice,
    #[arg(long, help = help::ASCII, help_heading = heading::PRINT)]
    pub(super) ascii: bool,
    #[arg(long, value_name = "COLUMNS", help = help::WIDTH, help_heading = heading::PRINT, value_parser = width, allow_negative_numbers = true)]
    pub(super) width: Option<u16>,
    #[arg(short = 'l', help = help::LINE_BUFFERED, help_heading = heading::PRINT)]
    pub(super) line_buffered: bool,
    #[arg(short = 'U', long, help = help::PACKET_BUFFERED, help_heading = heading::PRINT)]
    pub(super) packet_buffered: bool,
    #[arg(short = 'n', action = ArgAction::Count, help = help::NO_NAMES, help_heading = heading::PRINT)]
    pub(super) no_names: u8,
    #[arg(long, help = help::PRINT, help_heading = heading::PRINT, hide_short_help = true)]
    pub(super) print: bool,

    #[arg(short = 'p', long = "no-promiscuous-mode", help = help::NO_PROMISCUOUS, help_heading = heading::LIVE)]
    pub(super) no_promiscuous: bool,
    #[arg(short = 's', long = "snapshot-length", value_name = "OCTETS", help = help::SNAPLEN,
          help_heading = heading::LIVE, value_parser = snaplen, allow_negative_numbers = true)]
    pub(super) snaplen: Option<u32>,
    #[arg(short = 'B', long = "buffer-size", value_name = "KIB", help = help::BUFFER,
          help_heading = heading::LIVE, value_parser = buffer, allow_negative_numbers = true)]
    pub(super) buffer: Option<u32>,
    #[arg(short = 'Q', long, value_name = "DIRECTION", help = help::DIRECTION, help_heading = heading::LIVE)]
    pub(super) direction: Option<Direction>,
    #[arg(short = 'y', long = "linktype", value_name = "LINKTYPE", help = help::LINK_TYPE,
          help_heading = heading::LIVE)]
    pub(super) link_type: Option<String>,
    #[arg(long, help = help::IMMEDIATE, help_heading = heading::LIVE, hide_short_help = true)]
    pub(super) immediate_mode: bool,
    #[arg(short = 'Z', long = "relinquish-privileges", value_name = "USER", help = help::USER,
          long_help = help::USER_LONG, help_heading = heading::LIVE)]
    pub(super) user: Option<String>,

    #[arg(short = 'c', value_name = "COUNT", help = help::COUNT, help_heading = heading::LIMITS,
          value_parser = count, allow_negative_numbers = true)]
    pub(super) count: Option<u64>,
    #[arg(long, value_name = "N", help = help::CONVERSATIONS, help_heading = heading::LIMITS, value_parser = count,
          allow_negative_numbers = true)]
    pub(super) conversations: Option<u64>,
    #[arg(long = "for", value_name = "DURATION", help = help::FOR, help_heading = heading::LIMITS,
          value_parser = duration)]
    pub(super) duration: Option<Duration>,
    #[arg(long, value_name = "N", help = help::MAX_FLOWS, help_heading = heading::LIMITS,
          default_value = "1000000", value_parser = max_flows, allow_negative_numbers = true)]
    pub(super) max_flows: usize,
    #[arg(long, value_name = "DURATION", help = help::SYN_TIMEOUT, help_heading = heading::LIMITS,
          default_value = "600s", value_parser = duration, hide_short_help = true)]
    pub(super) syn_timeout: Duration,
    #[arg(long, value_name = "DURATION", help = help::IDLE_TIMEOUT, help_heading = heading::LIMITS,
          value_parser = duration, hide_short_help = true)]
    pub(super) idle_timeout: Option<Duration>,

    #[arg(long, value_name = "WHAT", help = help::GENERATE, help_heading = heading::OTHER)]
    pub(super) generate: Option<Generate>,
    #[arg(short = 'h', long, action = ArgAction::Help, help = help::HELP, help_heading = heading::OTHER)]
    help: Option<bool>,
    #[arg(long, action = ArgAction::Version, help = help::VERSION, help_heading = heading::OTHER)]
    version: Option<bool>,
}

fn number(text: &str, low: u64, high: u64) -> Result<u64, String> {
    // `parse` would take "+5".
    let digits = text.bytes().all(|octet| octet.is_ascii_digit());
    let number = Some(text).filter(|_| digits).and_then(|text| text.parse().ok());
    match number {
        Some(number) if (low..=high).contains(&number) => Ok(number),
        Some(_) => Err(error::out_of_range(low, high)),
        None => Err(error::NOT_A_NUMBER.to_owned()),
    }
}

fn narrow<T: TryFrom<u64>>(number: u64) -> Result<T, String> {
    T::try_from(number).map_err(|_| error::NOT_A_NUMBER.to_owned())
}

fn count(text: &str) -> Result<u64, String> {
    number(text, 1, u64::MAX)
}

fn max_flows(text: &str) -> Result<usize, String> {
    number(text, 1, u64::from(u32::MAX)).and_then(narrow)
}

pub(super) fn width(text: &str) -> Result<u16, String> {
    number(text, 20, 10_000).and_then(narrow)
}

fn snaplen(text: &str) -> Result<u32, String> {
    number(text, 0, u64::from(MAX_SNAPLEN)).and_then(narrow)
}

/// libpcap takes octets as a signed 32-bit number.
fn buffer(text: &str) -> Result<u32, String> {
    number(text, 1, (i32::MAX / 1024).unsigned_abs().into()).and_then(narrow)
}

pub(super) fn port(text: &str) -> Result<u16, String> {
    number(text, 1, u16::MAX.into()).and_then(narrow)
}

/// A duration that may be zero.
pub(super) fn duration_or_none(text: &str) -> Result<Duration, String> {
    match parse_duration(text) {
        Ok(duration) => Ok(duration),
        Err(DurationFault::Form) => Err(error::DURATION_FORM.to_owned()),
        Err(DurationFault::TooLong) => Err(error::DURATION_LONG.to_owned()),
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    match duration_or_none(text)? {
        Duration::ZERO => Err(error::DURATION_ZERO.to_owned()),
        duration => Ok(duration),
    }
}
