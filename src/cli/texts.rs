//! All words that the command line itself says, in one place, so that another
//! language can stand beside this one.

/// What the program is, first line of its help.
pub(super) const ABOUT: &str =
    "Says what each TCP segment of a capture is, and how each connection opened and ended.";
/// How to call it.
pub(super) const USAGE: &str = "hsanalyze [OPTIONS] [EXPRESSION…]";
/// Layout of the help.
pub(super) const TEMPLATE: &str = "{about}\n\nUsage: {usage}\n\n{all-args}{after-help}";
/// Last lines of the help.
pub(super) const AFTER: &str = "\
Examples:
  hsanalyze -r saved.pcap                   what is in a saved capture
  hsanalyze -r saved.pcap -q port 80        one line a conversation
  hsanalyze -i lo port 9877                 watch an interface (needs permission)
  tcpdump -w - | hsanalyze -r - --json      from another program, for another
  hsanalyze explain half-closed             what a word means

Commands (each with --help):
  hsanalyze verify SCRIPT -r FILE           does a capture show what a script says?
  hsanalyze compare A B                     two captures of the same connections
  hsanalyze lab [NAME]                      run an experiment for real, no root needed
  hsanalyze explain [WORD]                  lessons on the words used here

An option that tcpdump has too means the same here.";

/// What the subcommand `explain` says.
pub(super) mod explain {
    pub(crate) const ABOUT: &str = "Explains a word that hsanalyze says: a step, a verdict, a mark, a state, a \
flag, a column.";
    pub(crate) const USAGE: &str = "hsanalyze explain [OPTIONS] [TOPIC…]";
    pub(crate) const AFTER: &str = "\
Examples:
  hsanalyze explain                         all topics
  hsanalyze explain handshake half-closed   two of them
  hsanalyze explain TIME_WAIT '[S.]'        states and flags";
    pub(crate) const TOPIC: &str = "What to explain; nothing: list all topics";
    pub(crate) const NO_TOPIC: &str = "no such topic";
    pub(crate) const LIST_HINT: &str = "hsanalyze explain";
}

/// What the subcommand `compare` says.
pub(super) mod compare {
    pub(crate) const ABOUT: &str = "Holds two captures of the same connections, taken at two points, side by side: what was \
lost, delayed, reordered, duplicated, translated (NAT), changed or forged between them.";
    pub(crate) const USAGE: &str = "hsanalyze compare [OPTIONS] A B [EXPRESSION…]";
    pub(crate) const AFTER: &str = "\
Examples:
  hsanalyze compare client.pcap server.pcap            what happened between the two
  hsanalyze compare client.pcap server.pcap port 80    of these connections
  hsanalyze compare -q --lang zh inside.pcap outside.pcap

Connections are recognised by their initial sequence numbers and data, so a NAT or a firewall between the two points does \
not hide them. Which of the two was nearer the client, and how the clocks differ, is found out; one-way delays are \
estimates. A capture does not say what it missed: what cannot be known is called missing, not lost.

Exit status: 0 the same story at both points, 1 something differs (lost, changed, added, or a connection in one capture \
only), 2 error. Delays, hops, what a capture missed, and segments cut anew by a network card are told, and count as \
the same.";
    pub(crate) const CAPTURE_A: &str = "A capture, as for -r; - is standard input";
    pub(crate) const CAPTURE_B: &str = "A capture of the same time, taken elsewhere";
    pub(crate) const EXPRESSION: &str = "Filter for both, as tcpdump has it (man pcap-filter)";
    pub(crate) const DATA: &str = "Segments alike in both: fold runs of them, show all, or no segments";
    pub(crate) const QUIET: &str = "No segments, only what differs: --data none";
    pub(crate) const JSON: &str = "One JSON object a connection, and one for all";
    pub(crate) const TWO: &str = "compare: two captures are needed";
    pub(crate) const EXAMPLE: &str = "hsanalyze compare client.pcap server.pcap";
}

/// What the subcommand `verify` says.
pub(super) mod verify {
    pub(crate) const ABOUT: &str = "Holds a capture against conversation scripts: does it do what they say?";
    pub(crate) const USAGE: &str = "hsanalyze verify SCRIPT… (-r FILE | -i IFACE) [OPTIONS] [EXPRESSION…]";
    pub(crate) const AFTER: &str = "\
Examples:
  hsanalyze verify close.txt -r saved.pcap           is each connection so?
  hsanalyze verify close.txt -i lo port 9877         live: ends as soon as it is certain
  ssh host cat close.txt | hsanalyze verify - -r saved.pcap
  hsanalyze verify *.txt -r saved.pcap --junit r.xml for a course server
  hsanalyze -r saved.pcap --format script            a script of what is there

Scripts come first; - is standard input. A script:
  C > S  [S]   seq 0
  S > C  [S.]  seq 0, ack 1   within 10ms
  C > S  [.]   ack 1
  ...                                        any data and its ACKs
  C > S  [FP?.]  seq $fin
  S > C  [.]     ack $fin+1
  ? S > C  [F.]                              may be missing; * any number, + at least one
  => complete, half-closed, first client

Of UDP: C > S  udp 5; S > C  udp; icmp S > C  unreachable port; => udp-answered

Exit status: 0 it does, 1 it does not, 2 error.";
    pub(crate) const MATCH: &str = "How many conversations must be so: all, any, first, or a number [default: what the \
script says, else all, any with several scripts, first on an interface]";
    pub(crate) const MATCH_FORM: &str = "all, any, first, or a number is needed";
    pub(crate) const JUNIT: &str = "Also write the outcome as JUnit XML, for course servers";
    pub(crate) const BOTH_STANDARD: &str = "verify: script and capture cannot both be standard input";
    pub(crate) const TWICE_STANDARD: &str = "verify: standard input holds one script";
    pub(crate) const STANDARD_HINT: &str = "hsanalyze verify close.txt -r -";
    pub(crate) const NO_SCRIPT: &str = "verify: no script";
    pub(crate) const EXAMPLE: &str = "hsanalyze verify close.txt -r saved.pcap";
    pub(crate) const NO_FORMAT: &str = "verify prints its report, or with --json one object a script";
    pub(crate) const EXPECTED: &str = "expected";
    pub(crate) const FOUND: &str = "found";
    pub(crate) const LINE_ENDS: &str = "the end of the line";
    pub(crate) const NOT_READ: &str = "the script cannot be read";
}

/// What the subcommand `lab` says.
pub(super) mod lab;

/// Headings of the help.
pub(super) mod heading {
    pub(crate) const FROM: &str = "Where from";
    pub(crate) const SHOW: &str = "What to show";
    pub(crate) const PRINT: &str = "How to print";
    pub(crate) const LIVE: &str = "Live capture";
    pub(crate) const LIMITS: &str = "Limits";
    pub(crate) const OTHER: &str = "Help";
}

/// One text an option.
pub(super) mod help {
    pub(crate) const READ: &str =
        "Read a saved capture (pcap, pcapng; gzip and zstd too); - is standard input";
    pub(crate) const READ_LONG: &str = "\
Read a saved capture: pcap or pcapng, as it is or compressed with gzip or zstd; - is standard input.

May be given several times. Words that follow FILE at once and end as captures do (.pcap, .pcapng, .cap, .dmp, \
.gz, .zst; also with a number as in .pcap3) are further files, so -r run*.pcap reads them all; write -- before a \
filter that begins with such a word. Several files are read in the order of their first packets, as one capture.";
    pub(crate) const INTERFACE: &str = "Capture on an interface, by name or by number in the list of -D";
    pub(crate) const LIST_INTERFACES: &str = "List the interfaces and stop";
    pub(crate) const LIST_LINK_TYPES: &str = "List the link types of the interface of -i and stop";
    pub(crate) const WRITE: &str = "Also save the packets that pass the filter";

    pub(crate) const EXPRESSION: &str = "Filter, as tcpdump has it (man pcap-filter)";
    pub(crate) const FILTER_FILE: &str = "Read the filter from a file; # begins a comment";
    pub(crate) const FORMAT: &str = "Output format [default: table for files, lines for live captures]";
    pub(crate) const QUIET: &str = "One line a conversation: --format summary";
    pub(crate) const JSON: &str = "One JSON object a line: --format json";
    pub(crate) const LADDER: &str = "A lane for each end, an arrow for each segment: --format ladder";
    pub(crate) const HTML: &str =
        "Also write a page of HTML: all conversations in a table, each drawn as a ladder";
    pub(crate) const SVG: &str = "Also write the drawing of the one conversation that the filter selects";
    pub(crate) const CSV: &str = "Comma-separated values, a row a conversation: --format csv";
    pub(crate) const STATS: &str = "Only totals: what became of the connections of each service";
    pub(crate) const STATS_LONG: &str = "\
Only totals, at the end: for each service (a server's port) how many connections were tried, how many opened, were \
refused, got no answer or stayed half-open, how many SYNs were sent again, and the round trips of the handshakes; for \
all together also how they ended, why they were reset, who closed first, and who fails most. With --udp, or a filter that \
lets UDP through, for each UDP service how many exchanges were answered, not answered or unreachable, and how soon.

The fastest way through a large capture; memory is bounded. With --json, one object a service.";
    pub(crate) const ONLY: &str = "Only conversations with one of these slugs: an opening, an ending, a mark, why it was reset; or failed";
    pub(crate) const ONLY_LONG: &str = "\
Only conversations with one of these slugs: an opening, an ending, a mark, why it was reset (hsanalyze explain lists \
them); failed is every opening that failed. In every format. Numbers stay those of the whole capture; what belongs to \
no conversation is left out.

UDP exchanges (--udp) are answered, unanswered or unreachable; unanswered is a SYN without an answer, too, and failed is \
unreachable, too.

Whether a conversation is wanted is known when it is over: lines and JSON objects of segments wait for that, at most \
64 MiB of them; of a conversation beyond that only the verdict is shown.";
    pub(crate) const CONVERSATION: &str =
        "Only the conversations with these numbers; U1 is the first UDP exchange";
    pub(crate) const CONVERSATIONS: &str =
        "Stop after N conversations are over, of those that --only selects";
    pub(crate) const EXPECT: &str =
        "Exit with 1 unless every conversation shown is so: one slug of each kind fits";
    pub(crate) const EXPECT_LONG: &str = "\
Exit with 1 unless every conversation that is shown is as expected, and there is one. Slugs of one kind (openings, \
endings, marks, why it was reset) are alternatives, and of each kind that is named one must fit: complete,graceful \
wants both, graceful,half-closed one of them. \
Of UDP exchanges answered, unanswered or unreachable is expected, or nothing.";
    pub(crate) const ANSWERS: &str = "With --format worksheet: the solved sheet, each answer with its reason";
    pub(crate) const SORT: &str = "Order of the summary's rows";
    pub(crate) const SORT_LONG: &str = "\
Order of the summary's rows, printed at the end: start (earliest first), duration, rtt (SYN to SYN-ACK; of UDP \
to the first answer) or bytes (most first). At most 100000 rows are kept; of more, the last in the order are left out and counted.";
    pub(crate) const DATA: &str = "Segments that only carry data: fold runs of them, show all, or none";
    pub(crate) const EXPLAIN: &str =
        "Say why: under each row of an opening, a closing or a reset (with -v every row), and each verdict";
    pub(crate) const UDP: &str = "UDP too, for contrast; with a filter it is shown if it passes";
    pub(crate) const UDP_LONG: &str = "\
UDP too, for contrast: who sent how much, who answered, and the ICMP errors about it.

Without a filter only TCP is shown, and UDP is counted as not TCP. With a filter, whatever passes it is shown, so port \
9877 shows a UDP program on that port beside a TCP one; tcp port 9877 shows TCP alone.";
    pub(crate) const VERBOSE: &str = "Say more; twice: still more";

    pub(crate) const TIME: &str = "Time in lines: -t none, -tt seconds since 1970, -ttt since the line before, \
-tttt with date, -ttttt since the first line";
    pub(crate) const NANO: &str = "Nanoseconds in times";
    pub(crate) const MICRO: &str = "Microseconds in times (default)";
    pub(crate) const NUMBERS: &str =
        "Sequence numbers as tcpdump prints them, as offsets from the ISN, or absolute";
    pub(crate) const ABSOLUTE: &str = "Absolute sequence numbers: --numbers absolute";
    pub(crate) const ORDINAL: &str = "Number the lines";
    pub(crate) const COLOR: &str = "Color: auto obeys NO_COLOR, CLICOLOR_FORCE and the terminal";
    pub(crate) const LANG: &str = "Language of results; auto obeys LC_ALL, LC_MESSAGES and LANG";
    pub(crate) const ASCII: &str = "ASCII only: no arrows, no lines of boxes";
    pub(crate) const WIDTH: &str =
        "Width of tables, in columns [default: COLUMNS, the terminal's width, or 80]";
    pub(crate) const LINE_BUFFERED: &str = "Hand over each line at once, also to a pipe or a file";
    pub(crate) const PACKET_BUFFERED: &str = "With -w: save each packet at once";
    pub(crate) const NO_NAMES: &str = "Accepted: names are never looked up";
    pub(crate) const PRINT: &str = "Accepted: results are printed with -w too";

    pub(crate) const NO_PROMISCUOUS: &str = "Do not put the interface into promiscuous mode";
    pub(crate) const SNAPLEN: &str =
        "Octets to capture of each packet; 0 is the maximum, 262144 [default: 256, with -w the maximum]";
    pub(crate) const BUFFER: &str =
        "Size of the system's capture buffer, in KiB [default: 65536, at most a 32nd of the memory]";
    pub(crate) const DIRECTION: &str = "Capture only what comes in, or only what goes out";
    pub(crate) const LINK_TYPE: &str = "Link type to capture, one of those that -L lists";
    pub(crate) const IMMEDIATE: &str = "Accepted: packets are always handed over at once";

    pub(crate) const USER: &str =
        "When started by root: become USER once the capture is open [default: who called sudo]";
    pub(crate) const USER_LONG: &str = "\
When started by root: become USER, with all of USER's groups, once the capture is open and before its first packet is \
looked at; files of -w are made as USER. Without -Z that is who called sudo. -Z root stays root.

Whoever runs it, all capabilities are given up then, and on Linux with Landlock no file can be opened and no TCP \
connection made any more; --version -v says whether this system has it.";

    pub(crate) const COUNT: &str = "Stop after so many packets that pass the filter";
    pub(crate) const FOR: &str = "Stop after this time: 500ms, 10s, 2m, 1h";
    pub(crate) const MAX_FLOWS: &str =
        "Conversations followed at once; beyond, the one longest quiet is given up";
    pub(crate) const SYN_TIMEOUT: &str =
        "Give up an attempt after so long a silence, by the clock of the packets";
    pub(crate) const IDLE_TIMEOUT: &str =
        "Give up an open conversation after so long a silence, likewise [default: never]";

    pub(crate) const GENERATE: &str = "Print the man page, or the completions of a shell, and stop";
    pub(crate) const HELP: &str = "Help: -h in short, --help in full";
    pub(crate) const VERSION: &str = "Version; with -v what guards the system against the program";
}

/// One text a value of an option.
pub(super) mod value {
    pub(crate) const TABLE: &str = "an annotated table a conversation";
    pub(crate) const LADDER: &str = "a lane for each end, an arrow for each segment";
    pub(crate) const HTML: &str = "one page: a table of the conversations, each drawn as a ladder";
    pub(crate) const SVG: &str = "a drawing of the one conversation that is selected";
    pub(crate) const LINES: &str = "tcpdump's line for each segment, annotated";
    pub(crate) const SUMMARY: &str = "one line a conversation";
    pub(crate) const JSON: &str = "one JSON object a line";
    pub(crate) const SCRIPT: &str = "a script for verify, a section a conversation";
    pub(crate) const CSV: &str = "comma-separated values, a row a conversation";
    pub(crate) const WORKSHEET: &str =
        "the sheet of a network lab, in Markdown, with blanks; --answers solves it";
    pub(crate) const MAN: &str = "the man page";
    pub(crate) const BASH: &str = "completions of bash";
    pub(crate) const ZSH: &str = "completions of zsh";
    pub(crate) const FISH: &str = "completions of fish";
    pub(crate) const START: &str = "the first segment, earliest first";
    pub(crate) const DURATION: &str = "from the first segment to the last, longest first";
    pub(crate) const RTT: &str = "SYN to SYN-ACK, longest first";
    pub(crate) const BYTES: &str = "payload of both sides, most first";
    pub(crate) const TCPDUMP: &str = "as tcpdump prints them";
    pub(crate) const ISN: &str = "offsets from the initial sequence number";
    pub(crate) const ABSOLUTE: &str = "as they stand in the header";
    pub(crate) const FOLD: &str = "one row for a run of them";
    pub(crate) const ALL: &str = "one row each";
    pub(crate) const NONE: &str = "no row";
    pub(crate) const AUTO: &str = "on a terminal, unless the environment says otherwise";
    pub(crate) const LANG_AUTO: &str = "that of the environment, if it is one of these, else English";
    pub(crate) const ENGLISH: &str = "English";
    pub(crate) const CHINESE: &str = "Chinese";
    pub(crate) const BOTH: &str = "both side by side";
    pub(crate) const ALWAYS: &str = "to pipes and files too";
    pub(crate) const NEVER: &str = "no color";
    pub(crate) const IN: &str = "to this machine";
    pub(crate) const OUT: &str = "from this machine";
    pub(crate) const INOUT: &str = "both";
    pub(crate) const MICRO: &str = "microseconds";
    pub(crate) const NANO: &str = "nanoseconds";
}

/// What was wrong with the command line: what, why, hints.
pub(super) mod error {
    pub(crate) const SUBCOMMAND_LATE: &str = "a subcommand comes before its options";
    pub(crate) const NOTHING: &str = "nothing to analyze";
    pub(crate) const NOTHING_WHY: &str = "name a saved capture or an interface";
    pub(crate) const EXAMPLE_READ: &str = "hsanalyze -r saved.pcap";
    pub(crate) const EXAMPLE_LIVE: &str = "hsanalyze -i lo port 9877";
    pub(crate) const READ_AND_LIVE: &str =
        "-r and -i: packets come from files or from an interface, not from both";
    pub(crate) const LIVE_ONLY: &str = "is for live captures only";
    pub(crate) const LIVE_ONLY_WHY: &str = "what it would select is not stored in the files of -r";
    pub(crate) const ONE_INTERFACE: &str = "one interface at a time";
    pub(crate) const ONE_INTERFACE_HINT: &str = "-i any captures on all of them";
    pub(crate) const LINK_TYPES_OF: &str = "-L needs an interface";
    pub(crate) const LINK_TYPES_OF_HINT: &str = "hsanalyze -i lo -L";
    pub(crate) const STDIN_TWICE: &str = "standard input can be read only once";
    pub(crate) const STDOUT: &str = "standard output is for the results";
    pub(crate) const STDOUT_HINT: &str = "tcpdump -w - | tee saved.pcap | hsanalyze -r -";
    pub(crate) const ONCE: &str = "may be given only once";
    pub(crate) const TIMES: &str = "only -t, -tt, -ttt, -tttt and -ttttt have a meaning";
    pub(crate) const TWO_FILTERS: &str = "two filters: that of -F, and the words on the command line";
    pub(crate) const TWO_FILTERS_WHY: &str = "tcpdump would ignore the words";
    pub(crate) const FILTER_FILE: &str = "the filter cannot be read";
    pub(crate) const FILTER_TEXT: &str = "the filter is not UTF-8 text";
    pub(crate) const FILTER_LONG: &str = "the filter is longer than 1 MiB";

    pub(crate) const NO_SLUG: &str = "no opening, ending, mark or reason of a reset has this name";
    pub(crate) const SLUGS_HINT: &str = "hsanalyze explain lists them";
    pub(crate) const NO_CONVERSATION: &str = "conversations are numbered from 1, UDP exchanges from U1";
    pub(crate) const MANY_NUMBERS: &str = "10000 numbers are the most";
    pub(crate) const ANSWERS_FORMAT: &str = "--answers is for --format worksheet";
    pub(crate) const SORT_FORMAT: &str = "--sort is for the summary (-q)";

    pub(crate) const UNKNOWN: &str = "no such option";
    pub(crate) const NOT_HERE: &str = "hsanalyze does not have this option of tcpdump";
    pub(crate) const NO_VALUE: &str = "needs a value";
    pub(crate) const BAD_VALUE: &str = "cannot be";
    pub(crate) const UNWANTED_VALUE: &str = "takes no value";
    pub(crate) const CONFLICT: &str = "cannot be together with";
    pub(crate) const NOT_UTF8: &str = "an argument is not UTF-8 text";
    pub(crate) const POSSIBLE: &str = "possible:";
    pub(crate) const DID_YOU_MEAN: &str = "did you mean";
    pub(crate) const USAGE_LABEL: &str = "usage:";
    pub(crate) const HINT_LABEL: &str = "hint:";
    pub(crate) const HELP_HINT: &str = "hsanalyze --help";

    pub(crate) const NO_FILTER: &str = "no filter begins so, and no subcommand has this name";
    pub(crate) const SUBCOMMAND: &str = "the subcommand";
    pub(crate) const NO_FILTER_WHY: &str =
        "a filter begins with a word such as tcp, port, host, net, src or dst";
    pub(crate) const BAD_FILTER: &str = "the filter does not compile";
    pub(crate) const FILTER_MANUAL: &str = "see man pcap-filter";

    pub(crate) const NOT_A_NUMBER: &str = "a whole number is needed";
    pub(crate) const DURATION_FORM: &str = "a number and a unit are needed: 500ms, 10s, 2m, 1h";
    pub(crate) const DURATION_ZERO: &str = "it would end before it begins";
    pub(crate) const DURATION_LONG: &str = "that is more than 584 years";

    /// A number outside its range.
    pub(crate) fn out_of_range(low: u64, high: u64) -> String {
        match high {
            u64::MAX => format!("{low} is the smallest"),
            _ => format!("it must be from {low} to {high}"),
        }
    }

    /// What tcpdump does with an option that is absent here, and how to have it.
    pub(crate) fn tcpdump_has(option: &str, does: &str) -> String {
        format!("tcpdump has {option} ({does})")
    }
}
