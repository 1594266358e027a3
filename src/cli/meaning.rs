//! What the typed words mean.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::args::{Args, MAX_SNAPLEN};
use super::files;
use super::options::{Format, Limits, Live, Numbers, Options, Resolution, Save, Style, Task, TimeStyle};
use super::report::{Hinted, reason};
use super::select::selection;
use super::surroundings::Surroundings;
use super::texts::error;

/// A filter that is longer than this is a mistake (a capture named by `-F`).
const MAX_FILTER: u64 = 1 << 20;

/// The meaning of the arguments. `read` and `words` are the files of `-r` and
/// the words of the filter, told apart.
pub(super) fn meaning(
    args: Args,
    read: Vec<PathBuf>,
    words: &[OsString],
    around: &Surroundings,
) -> Result<Options, Hinted> {
    let task = task(&args, read, words)?;
    let standard_input = matches!(&task, Task::Files(files) if files.iter().any(|file| is_standard(file)));
    let filter = filter(&args, words, standard_input)?;
    let format = format(&args, &task)?;
    let (html, svg) = (beside("--html", &args.html)?, beside("--svg", &args.svg)?);
    if args.sort.is_some() && (format != Format::Summary || args.stats) {
        return Err(Hinted::new(error::SORT_FORMAT).usage());
    }
    if args.answers && format != Format::Worksheet {
        return Err(Hinted::new(error::ANSWERS_FORMAT).usage());
    }
    let save = save(&args)?;
    let selection = selection(&args)?;
    let style = style(&args, around)?;
    let limits = Limits {
        packets: args.count,
        duration: args.duration,
        max_flows: args.max_flows,
        syn_timeout: args.syn_timeout,
        idle_timeout: args.idle_timeout.unwrap_or(Duration::MAX),
    };
    // Who chose packets, or named an exchange of datagrams, did so to see them.
    let udp = args.udp || filter.is_some() || selection.is_of_exchanges();
    let (user, stats, sort, answers) = (args.user, args.stats, args.sort, args.answers);
    let progress = around.progress(stats);
    Ok(Options {
        task,
        filter,
        udp,
        save,
        user,
        format,
        html,
        svg,
        stats,
        verify: None,
        selection,
        answers,
        progress,
        sort,
        style,
        limits,
    })
}

/// One format, by `--format` or its own option.
fn format(args: &Args, task: &Task) -> Result<Format, Hinted> {
    let own = [
        ("-q", args.quiet, Format::Summary),
        ("--json", args.json, Format::Json),
        ("--csv", args.csv, Format::Csv),
        ("--ladder", args.ladder, Format::Ladder),
    ];
    let named = args.format.map(|format| ("--format", format));
    let all: Vec<(&str, Format)> = own
        .iter()
        .filter(|(_, given, _)| *given)
        .map(|&(name, _, format)| (name, format))
        .chain(named)
        .collect();
    match all[..] {
        [] if !args.stats && matches!(task, Task::Live(_)) => Ok(Format::Lines),
        [] => Ok(Format::Table),
        [(_, Format::Json)] if args.stats => Ok(Format::Json),
        [("--format", _)] if args.stats => Err(conflict("--stats", "--format")),
        [(name, _), ..] if args.stats => Err(conflict(name, "--stats")),
        [(_, format)] => Ok(format),
        [(one, _), (other, _), ..] => Err(conflict(one, other)),
    }
}

/// A file for a picture beside the output.
fn beside(option: &str, paths: &[PathBuf]) -> Result<Option<PathBuf>, Hinted> {
    match once(option, paths)? {
        Some(path) if is_standard(path) => {
            let hint = format!("--format {}", option.trim_start_matches('-'));
            Err(Hinted::new(format!("{option} -: {}", error::STDOUT)).hint(hint))
        }
        path => Ok(path.cloned()),
    }
}

fn task(args: &Args, read: Vec<PathBuf>, words: &[OsString]) -> Result<Task, Hinted> {
    let interface = once("-i", &args.interface)
        .map_err(|_| Hinted::new(format!("-i: {}", error::ONE_INTERFACE)).hint(error::ONE_INTERFACE_HINT))?;
    if args.list_interfaces {
        return Ok(Task::ListInterfaces);
    }
    match (interface, read.is_empty()) {
        (Some(_), false) => Err(Hinted::new(error::READ_AND_LIVE).usage()),
        (Some(name), true) if args.list_link_types => Ok(Task::ListLinkTypes(name.clone())),
        (None, _) if args.list_link_types => {
            Err(Hinted::new(error::LINK_TYPES_OF).hint(error::LINK_TYPES_OF_HINT))
        }
        (Some(name), true) => Ok(Task::Live(live(args, name.clone()))),
        (None, false) => saved(args, read),
        (None, true) => Err(nothing(words)),
    }
}

/// Octets in which all headers of a packet lie, tunnels included.
const HEADERS: u32 = 256;

fn live(args: &Args, interface: String) -> Live {
    Live {
        interface,
        // As for tcpdump, 0 is the maximum. All headers lie within a short
        // snapshot; what is saved is saved whole.
        snaplen: match args.snaplen {
            Some(0) => MAX_SNAPLEN,
            Some(octets) => octets,
            None if !args.write.is_empty() => MAX_SNAPLEN,
            None => HEADERS,
        },
        buffer_kib: args.buffer,
        promiscuous: !args.no_promiscuous,
        direction: args.direction.unwrap_or_default(),
        link_type: args.link_type.clone(),
    }
}

/// `-p`, `-s`, `-B` and `--immediate-mode` do no harm with files, and are
/// passed over as tcpdump does; `-Q` and `-y` would choose packets.
fn saved(args: &Args, files: Vec<PathBuf>) -> Result<Task, Hinted> {
    let chooses = [("-Q", args.direction.is_some()), ("-y", args.link_type.is_some())];
    if let Some((option, _)) = chooses.iter().find(|(_, given)| *given) {
        let what = format!("{option} {}", error::LIVE_ONLY);
        return Err(Hinted::new(what).why(error::LIVE_ONLY_WHY));
    }
    if files.iter().filter(|file| is_standard(file)).count() > 1 {
        return Err(Hinted::new(format!("-r -: {}", error::STDIN_TWICE)));
    }
    Ok(Task::Files(files))
}

/// Neither `-r` nor `-i`; a lone capture among the words is probably one to read, and a
/// subcommand was meant to be in front.
fn nothing(words: &[OsString]) -> Hinted {
    if let Some(word) =
        words.first().and_then(|word| word.to_str()).filter(|&word| super::is_subcommand(word))
    {
        let meant: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
        let problem = Hinted::new(format!("{word}: {}", error::SUBCOMMAND_LATE));
        return problem.hint(format!("hsanalyze {} [OPTIONS]", meant.join(" "))).usage();
    }
    let example = match words.first().filter(|word| files::is_capture_name(word)) {
        Some(file) => format!("hsanalyze -r {}", file.to_string_lossy()),
        None => error::EXAMPLE_READ.to_owned(),
    };
    let problem = Hinted::new(error::NOTHING).why(error::NOTHING_WHY);
    problem.hint(example).hint(error::EXAMPLE_LIVE).usage()
}

fn filter(args: &Args, words: &[OsString], standard_input: bool) -> Result<Option<String>, Hinted> {
    let Some(path) = once("-F", &args.filter_file)? else {
        let words: Option<Vec<&str>> = words.iter().map(|word| word.to_str()).collect();
        let words = words.ok_or_else(|| Hinted::new(error::FILTER_TEXT))?;
        return Ok(Some(words.join(" ")).filter(|filter| !filter.trim().is_empty()));
    };
    if !words.is_empty() {
        return Err(Hinted::new(error::TWO_FILTERS).why(error::TWO_FILTERS_WHY));
    }
    if is_standard(path) && standard_input {
        return Err(Hinted::new(format!("-F -: {}", error::STDIN_TWICE)));
    }
    let name = path.display();
    let text = filter_text(path)
        .map_err(|cause| Hinted::new(format!("{name}: {}", error::FILTER_FILE)).why(reason(&cause)))?;
    let text = text.ok_or_else(|| Hinted::new(format!("{name}: {}", error::FILTER_LONG)))?;
    let text = String::from_utf8(text).map_err(|_| Hinted::new(format!("{name}: {}", error::FILTER_TEXT)))?;
    Ok(Some(without_comments(&text)).filter(|filter| !filter.is_empty()))
}

/// What is in a filter file; `None` if that is no filter's length.
fn filter_text(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let mut text = Vec::new();
    let mut read = |from: &mut dyn Read| from.take(MAX_FILTER + 1).read_to_end(&mut text);
    let length =
        if is_standard(path) { read(&mut io::stdin().lock()) } else { read(&mut File::open(path)?) }?;
    Ok(u64::try_from(length).is_ok_and(|length| length <= MAX_FILTER).then_some(text))
}

/// As tcpdump: from `#` to the end of the line is comment. What is left becomes
/// one line, so that a complaint can point into it.
fn without_comments(text: &str) -> String {
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

fn save(args: &Args) -> Result<Option<Save>, Hinted> {
    match once("-w", &args.write)? {
        Some(path) if is_standard(path) => {
            Err(Hinted::new(format!("-w -: {}", error::STDOUT)).hint(error::STDOUT_HINT))
        }
        Some(path) => Ok(Some(Save { path: path.clone(), packet_buffered: args.packet_buffered })),
        None => Ok(None),
    }
}

fn style(args: &Args, around: &Surroundings) -> Result<Style, Hinted> {
    let numbers = match (args.numbers, args.absolute) {
        (Some(Numbers::Absolute) | None, true) => Numbers::Absolute,
        (Some(_), true) => return Err(conflict("-S", "--numbers")),
        (numbers, false) => numbers.unwrap_or_default(),
    };
    let time = match args.time {
        0 => TimeStyle::Clock,
        1 => TimeStyle::None,
        2 => TimeStyle::Unix,
        3 => TimeStyle::SinceLast,
        4 => TimeStyle::Date,
        5 => TimeStyle::SinceFirst,
        _ => return Err(Hinted::new(error::TIMES).usage()),
    };
    let resolution = match args.time_stamp_precision {
        Some(resolution) => resolution,
        None if args.nano => Resolution::Nano,
        None => Resolution::Micro,
    };
    Ok(Style {
        width: args.width.unwrap_or_else(|| around.width()),
        color: around.color(args.color),
        ascii: args.ascii,
        lang: around.lang(args.lang),
        numbers,
        data: args.data,
        time,
        resolution,
        ordinal: args.ordinal,
        explain: args.explain,
        verbosity: args.verbose,
        line_buffered: args.line_buffered,
    })
}

fn conflict(one: &str, other: &str) -> Hinted {
    Hinted::new(format!("{one} {} {other}", error::CONFLICT)).usage()
}

/// The value of an option that must not lose one silently.
fn once<'a, T>(option: &str, values: &'a [T]) -> Result<Option<&'a T>, Hinted> {
    match values {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        _ => Err(Hinted::new(format!("{option} {}", error::ONCE)).usage()),
    }
}

fn is_standard(path: &Path) -> bool {
    path == Path::new("-")
}
