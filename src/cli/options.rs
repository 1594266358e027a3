//! What the command line means: plain values, no words of the user's left to
//! interpret but names and the filter.

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;

use super::texts::value;
use crate::render::Selection;
pub use crate::render::tcpdump::TimeStyle;

/// Everything that the program needs to know from its command line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Options {
    /// What is to be done.
    pub task: Task,
    /// The filter expression, as tcpdump has it; `None`: every packet passes.
    pub filter: Option<String>,
    /// UDP datagrams are shown too.
    pub udp: bool,
    /// Save the packets that pass the filter.
    pub save: Option<Save>,
    /// The user to become once the capture is open, if root started the program
    /// (`-Z`).
    pub user: Option<String>,
    /// The output format.
    pub format: Format,
    /// A file for a page of HTML, beside the output; never `-`.
    pub html: Option<PathBuf>,
    /// A file for the drawing of the one conversation, beside the output; never
    /// `-`.
    pub svg: Option<PathBuf>,
    /// Only totals, as tables or as JSON.
    pub stats: bool,
    /// Scripts to hold the capture against, instead of showing it.
    pub verify: Option<super::Verify>,
    /// Which conversations.
    pub selection: Selection,
    /// Worksheets are solved.
    pub answers: bool,
    /// A progress bar may be shown: standard error is a terminal, and results go elsewhere.
    pub progress: bool,
    /// The order of the summary's rows, once all are known.
    pub sort: Option<Sort>,
    /// How it is to look.
    pub style: Style,
    /// When to stop, and how much to remember.
    pub limits: Limits,
}

/// What is to be done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Task {
    /// Analyze these files, as one capture; `-` is standard input. Never empty,
    /// `-` at most once.
    Files(Vec<PathBuf>),
    /// Analyze what an interface captures.
    Live(Live),
    /// List the interfaces.
    ListInterfaces,
    /// List the link types of an interface, given by name or number.
    ListLinkTypes(String),
}

/// A live capture.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Live {
    /// Name of the interface, or its number in the list of `-D`.
    pub interface: String,
    /// Octets to capture of each packet, 1 to 262144.
    pub snaplen: u32,
    /// Size of the system's capture buffer, in KiB; `None`: the system's choice.
    pub buffer_kib: Option<u32>,
    /// Put the interface into promiscuous mode.
    pub promiscuous: bool,
    /// Which way packets must go.
    pub direction: Direction,
    /// Name of the link type to capture; `None`: the interface's first.
    pub link_type: Option<String>,
}

/// Where to save packets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Save {
    /// The file; never `-`.
    pub path: PathBuf,
    /// Write each packet at once (`-U`).
    pub packet_buffered: bool,
}

/// How the output is to look.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Style {
    /// Columns of a table, 20 to 10000.
    pub width: u16,
    /// Use colors.
    pub color: bool,
    /// ASCII only.
    pub ascii: bool,
    /// The language of results.
    pub lang: Lang,
    /// How sequence numbers are shown.
    pub numbers: Numbers,
    /// What is shown of segments that only carry data.
    pub data: Data,
    /// What a line begins with.
    pub time: TimeStyle,
    /// The unit of times.
    pub resolution: Resolution,
    /// Lines are numbered (`-#`).
    pub ordinal: bool,
    /// Rows and verdicts say why.
    pub explain: bool,
    /// How often `-v` was given.
    pub verbosity: u8,
    /// Each line is handed over at once, also to a pipe or a file (`-l`).
    pub line_buffered: bool,
}

/// When to stop, and how much to remember.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Stop after so many packets that pass the filter; at least 1.
    pub packets: Option<u64>,
    /// Stop after this time; not zero.
    pub duration: Option<Duration>,
    /// Conversations followed at once; at least 1, at most 2^32 - 1.
    pub max_flows: usize,
    /// Silence after which an attempt that was not answered is given up; packet
    /// time, not zero.
    pub syn_timeout: Duration,
    /// Silence after which an open conversation is given up; packet time, not zero.
    /// TCP itself knows no such time: `Duration::MAX` unless asked for.
    pub idle_timeout: Duration,
}

/// Output formats. To add one, add it here; `--format` and its help follow.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Format {
    /// An annotated table a conversation.
    #[value(help = value::TABLE)]
    Table,
    /// A lane for each end, an arrow for each segment.
    #[value(help = value::LADDER)]
    Ladder,
    /// tcpdump's lines, annotated.
    #[value(help = value::LINES)]
    Lines,
    /// One line a conversation.
    #[value(help = value::SUMMARY)]
    Summary,
    /// One JSON object a line.
    #[value(help = value::JSON)]
    Json,
    /// Conversation scripts.
    #[value(help = value::SCRIPT)]
    Script,
    /// One page of HTML.
    #[value(help = value::HTML)]
    Html,
    /// The drawing of the one conversation.
    #[value(help = value::SVG)]
    Svg,
    /// One row of comma-separated values a conversation.
    #[value(help = value::CSV)]
    Csv,
    /// The sheet of a network lab, in Markdown.
    #[value(help = value::WORKSHEET)]
    Worksheet,
}

/// What the rows of the summary are sorted by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Sort {
    /// The first segment.
    #[value(help = value::START)]
    Start,
    /// From the first segment to the last.
    #[value(help = value::DURATION)]
    Duration,
    /// The round trip of the handshake.
    #[value(help = value::RTT)]
    Rtt,
    /// Payload of both sides.
    #[value(help = value::BYTES)]
    Bytes,
}

/// How sequence numbers are shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum Numbers {
    /// As tcpdump prints them.
    #[default]
    #[value(help = value::TCPDUMP)]
    Tcpdump,
    /// As offsets from the initial sequence number.
    #[value(help = value::ISN)]
    Isn,
    /// As they stand in the header.
    #[value(help = value::ABSOLUTE)]
    Absolute,
}

/// What is shown of segments that only carry or acknowledge data.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum Data {
    /// Runs of them become one row.
    #[default]
    #[value(help = value::FOLD)]
    Fold,
    /// All.
    #[value(help = value::ALL)]
    All,
    /// None.
    #[value(help = value::NONE)]
    None,
}

/// When to use colors.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal, unless the environment says otherwise.
    #[default]
    #[value(help = value::AUTO)]
    Auto,
    /// Also to a pipe or a file.
    #[value(help = value::ALWAYS)]
    Always,
    /// Never.
    #[value(help = value::NEVER)]
    Never,
}

/// What `--lang` may say.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum LangChoice {
    /// By the environment.
    #[default]
    #[value(help = value::LANG_AUTO)]
    Auto,
    /// English.
    #[value(help = value::ENGLISH)]
    En,
    /// Chinese.
    #[value(help = value::CHINESE)]
    Zh,
    /// Both side by side.
    #[value(name = "en+zh", help = value::BOTH)]
    Both,
}

/// The language of results.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Chinese.
    Zh,
    /// Both side by side.
    Both,
}

/// Which way packets must go (`-Q`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum Direction {
    /// To this machine.
    #[value(help = value::IN)]
    In,
    /// From this machine.
    #[value(help = value::OUT)]
    Out,
    /// Either.
    #[default]
    #[value(help = value::INOUT)]
    Inout,
}

/// The unit of times in the output.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum Resolution {
    /// Microseconds.
    #[default]
    #[value(help = value::MICRO)]
    Micro,
    /// Nanoseconds.
    #[value(help = value::NANO)]
    Nano,
}
