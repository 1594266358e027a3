//! Command lines and what they mean.

use super::*;
use crate::render::Selection;
use std::path::PathBuf;
use std::time::Duration;

/// The meaning of a command line given as words between blanks.
fn limits() -> Limits {
    Limits {
        packets: None,
        duration: None,
        max_flows: 1_000_000,
        syn_timeout: Duration::from_secs(600),
        idle_timeout: Duration::MAX,
    }
}

fn meaning(line: &str) -> Options {
    let argv = std::iter::once("hsanalyze").chain(line.split_whitespace()).map(OsString::from);
    match parse(argv, &Surroundings::default()) {
        Ok(Request::Run(options)) => *options,
        other => panic!("{line}: {other:?}"),
    }
}

fn style(line: &str) -> Style {
    meaning(&format!("{line} -r x")).style
}

fn live(line: &str) -> Live {
    match meaning(line).task {
        Task::Live(live) => live,
        other => panic!("{line}: {other:?}"),
    }
}

fn files(names: &[&str]) -> Task {
    Task::Files(names.iter().map(PathBuf::from).collect())
}

#[test]
fn the_definition_of_the_arguments_is_sound() {
    Args::command().debug_assert();
}

#[test]
fn all_that_is_not_asked_for_has_its_default() {
    let expected = Options {
        task: files(&["a"]),
        filter: None,
        udp: false,
        save: None,
        user: None,
        format: Format::Table,
        verify: None,
        html: None,
        svg: None,
        stats: false,
        selection: Selection::default(),
        answers: false,
        progress: false,
        sort: None,
        style: Style {
            width: 80,
            color: false,
            ascii: false,
            lang: Lang::En,
            numbers: Numbers::Tcpdump,
            data: Data::Fold,
            time: TimeStyle::Clock,
            resolution: Resolution::Micro,
            ordinal: false,
            explain: false,
            verbosity: 0,
            line_buffered: false,
        },
        limits: limits(),
    };
    assert_eq!(meaning("-r a"), expected);
    let live = Live {
        interface: "lo".into(),
        snaplen: 256,
        buffer_kib: None,
        promiscuous: true,
        direction: Direction::Inout,
        link_type: None,
    };
    assert_eq!(meaning("-i lo"), Options { task: Task::Live(live), format: Format::Lines, ..expected });
}

#[test]
fn explain_is_a_subcommand_only_as_the_first_word() {
    let parse = |line: &str| {
        let argv = std::iter::once("hsanalyze").chain(line.split_whitespace()).map(OsString::from);
        parse(argv, &Surroundings::default())
    };
    let expected = Explain {
        topics: vec!["syn".into(), "#".into()],
        look: Look { lang: Lang::Zh, width: 80, color: false, ascii: false },
    };
    assert_eq!(parse("explain syn --lang zh #"), Ok(Request::Explain(Box::new(expected))));
    assert!(
        matches!(parse("explain --help"), Ok(Request::Print(text)) if text.contains("explain [OPTIONS]"))
    );
    assert!(parse("explain --frobnicate").unwrap_err().to_string().contains("no such option"));
    assert_eq!(meaning("-r f -- explain").filter.as_deref(), Some("explain"));
    assert_eq!(meaning("-r f explain").filter.as_deref(), Some("explain"));
}

#[test]
fn options_come_before_and_after_the_filter_and_in_clusters() {
    for (line, filter) in [
        ("-r f port 9877", "port 9877"),
        ("port 9877 -r f", "port 9877"),
        ("port 9877 -S -r f", "port 9877"),
        ("port -nnr f 9877", "port 9877"),
        ("-nnSr f port 9877 -c5", "port 9877"),
        ("-ttttnnSvvr f -- port 9877", "port 9877"),
        ("-rf port 9877", "port 9877"),
        ("-r f -s0 -c 5 -l -U port 9877", "port 9877"),
        ("-r f tcp[13] & 2 != 0", "tcp[13] & 2 != 0"),
        ("-r f tcp[0:2] - 1 = 79", "tcp[0:2] - 1 = 79"),
        ("-r f -- -1 = 1", "-1 = 1"),
        ("-r f not ( port 80 )", "not ( port 80 )"),
        ("-r f -- lab", "lab"),
        ("-r f lab", "lab"),
        ("-- lab -r f.pcap -i", "lab -r f.pcap -i"),
    ] {
        let line = if line.starts_with("-- ") { format!("-r f {line}") } else { line.to_owned() };
        let options = meaning(&line);
        assert_eq!(options.filter.as_deref(), Some(filter), "{line}");
        assert_eq!(options.task, files(&["f"]), "{line}");
    }
    assert_eq!(live("-nni lo").interface, "lo");
    assert_eq!(live("-nilo").interface, "lo");
    assert_eq!(live("-i lo -- lab").interface, "lo");
    assert_eq!(live("-i 3").interface, "3");
}

#[test]
fn udp_is_for_those_who_chose_packets_or_ask_for_it() {
    for (line, udp) in [
        ("-r f", false),
        ("-i lo", false),
        ("-r f --udp", true),
        ("-i lo port 9877", true),
        ("-r f tcp", true),
    ] {
        assert_eq!(meaning(line).udp, udp, "{line}");
    }
}

#[test]
fn names_of_captures_behind_a_file_are_files() {
    for (line, names, filter) in [
        ("-r a.pcap b.pcap tcp", vec!["a.pcap", "b.pcap"], Some("tcp")),
        (
            "-r a.pcap b.pcap0 c.pcap12 d.cap.gz port 80",
            vec!["a.pcap", "b.pcap0", "c.pcap12", "d.cap.gz"],
            Some("port 80"),
        ),
        ("-ra.pcap b.pcap", vec!["a.pcap", "b.pcap"], None),
        ("-nnr a.pcap b.pcap -q", vec!["a.pcap", "b.pcap"], None),
        ("-r a b.pcapng c.zst", vec!["a", "b.pcapng", "c.zst"], None),
        ("-r a.pcap -r b.pcap c.pcap udp", vec!["a.pcap", "b.pcap", "c.pcap"], Some("udp")),
        ("-r a.pcap b.pcap -r c.pcap d.pcap", vec!["a.pcap", "b.pcap", "c.pcap", "d.pcap"], None),
        ("tcp -r a.pcap b.pcap", vec!["a.pcap", "b.pcap"], Some("tcp")),
        ("-r a.pcap tcp b.pcap", vec!["a.pcap"], Some("tcp b.pcap")),
        ("-r a.pcap -n b.pcap", vec!["a.pcap"], Some("b.pcap")),
        ("-r a.pcap -- b.pcap", vec!["a.pcap"], Some("b.pcap")),
        ("-r a.pcap b.pcap -- c.pcap", vec!["a.pcap", "b.pcap"], Some("c.pcap")),
        ("-r - b.pcap", vec!["-", "b.pcap"], None),
        ("-r a port 80", vec!["a"], Some("port 80")),
    ] {
        let options = meaning(line);
        assert_eq!(options.task, files(&names), "{line}");
        assert_eq!(options.filter.as_deref(), filter, "{line}");
    }
}

#[test]
fn formats_have_shorthands() {
    for (line, format) in [
        ("-r x -q", Format::Summary),
        ("-r x --json", Format::Json),
        ("-i lo --json", Format::Json),
        ("-i lo -nq", Format::Summary),
        ("-i lo --format table", Format::Table),
        ("-r x --format=lines", Format::Lines),
        ("-r x --format lines --format summary", Format::Summary),
    ] {
        assert_eq!(meaning(line).format, format, "{line}");
    }
}

#[test]
fn times_are_counted_as_in_tcpdump() {
    for (line, time) in [
        ("-t", TimeStyle::None),
        ("-tt", TimeStyle::Unix),
        ("-t -t", TimeStyle::Unix),
        ("-ttt", TimeStyle::SinceLast),
        ("-tttt", TimeStyle::Date),
        ("-tttnt", TimeStyle::Date),
        ("-ttttt", TimeStyle::SinceFirst),
    ] {
        assert_eq!(style(line).time, time, "{line}");
    }
    for (line, resolution) in [
        ("--nano", Resolution::Nano),
        ("--nano --micro", Resolution::Micro),
        ("--micro --nano", Resolution::Nano),
        ("--time-stamp-precision nano", Resolution::Nano),
        ("--nano --time-stamp-precision=micro", Resolution::Micro),
        ("--time-stamp-precision micro --nano", Resolution::Nano),
    ] {
        assert_eq!(style(line).resolution, resolution, "{line}");
    }
}

#[test]
fn numbers_and_looks_are_chosen() {
    assert_eq!(style("-S").numbers, Numbers::Absolute);
    assert_eq!(style("-S --numbers absolute").numbers, Numbers::Absolute);
    assert_eq!(style("--numbers isn").numbers, Numbers::Isn);
    assert_eq!(style("--data all").data, Data::All);
    assert_eq!(style("--data none").data, Data::None);
    assert!(style("-#").ordinal && style("--number").ordinal);
    assert_eq!(style("-vv -v").verbosity, 3);
    assert!(style("-l").line_buffered && style("--ascii").ascii && style("--color always").color);
    assert_eq!(style("--width 132").width, 132);
    assert_eq!(style("-n -n -nn --print --immediate-mode"), style(""));
    assert_eq!(style("-p -p -l -l"), style("-l"));
}

#[test]
fn live_captures_are_set_up() {
    let full = live("-i eth0 -p -s 96 -B 4096 -Q in -y EN10MB --immediate-mode");
    let expected = Live {
        interface: "eth0".into(),
        snaplen: 96,
        buffer_kib: Some(4096),
        promiscuous: false,
        direction: Direction::In,
        link_type: Some("EN10MB".into()),
    };
    assert_eq!(full, expected);
    let long = "--interface eth0 --no-promiscuous-mode --snapshot-length 96 --buffer-size 4096 --direction in \
                --linktype EN10MB";
    assert_eq!(live(long), expected);
    assert_eq!(live("-i lo -s0").snaplen, 262_144);
    assert_eq!(live("-i lo -Q inout").direction, Direction::Inout);
    assert_eq!(meaning("-r x -p -B 64 -s 96").task, files(&["x"]));
}

#[test]
fn lists_are_tasks() {
    assert_eq!(meaning("-D").task, Task::ListInterfaces);
    assert_eq!(meaning("-i lo -L").task, Task::ListLinkTypes("lo".into()));
    assert_eq!(meaning("-Li lo").task, Task::ListLinkTypes("lo".into()));
}

#[test]
fn limits_are_read() {
    let limits = meaning("-i lo -c5 --for 1.5s --max-flows 7").limits;
    assert_eq!(
        limits,
        Limits {
            packets: Some(5),
            duration: Some(Duration::from_millis(1500)),
            max_flows: 7,
            ..self::limits()
        }
    );
    assert_eq!(meaning("-r x -c 5 -c 6").limits.packets, Some(6));
}

#[test]
fn packets_are_saved_to_a_file() {
    let save = Save { path: "out.pcap".into(), packet_buffered: false };
    assert_eq!(meaning("-i lo -w out.pcap port 80").save, Some(save.clone()));
    assert_eq!(meaning("-i lo -Uw out.pcap").save, Some(Save { packet_buffered: true, ..save }));
}

#[test]
fn a_filter_file_loses_its_comments() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    std::io::Write::write_all(&mut file, b"# web\ntcp  # not udp\n\n  port 80 or\n\tport 443\n").unwrap();
    let name = file.path().display();
    assert_eq!(meaning(&format!("-r x -F {name}")).filter.as_deref(), Some("tcp port 80 or port 443"));
    std::fs::write(file.path(), "# nothing\n").unwrap();
    assert_eq!(meaning(&format!("-r x -F {name}")).filter, None);
}

#[test]
fn help_and_version_are_printed() {
    let printed =
        |option: &str| match parse(["hsanalyze", option].map(OsString::from), &Surroundings::default()) {
            Ok(Request::Print(text)) => text,
            other => panic!("{option}: {other:?}"),
        };
    for option in ["-h", "--help"] {
        let text = printed(option);
        for heading in ["Where from:", "What to show:", "How to print:", "Live capture:", "Limits:"] {
            assert!(text.contains(heading), "{heading} not in {text}");
        }
        assert!(text.contains("table") && text.contains("json"), "{text}");
    }
    assert!(printed("--help").contains("run*.pcap"));
    assert!(printed("--help").len() > printed("-h").len());
    assert!(printed("--version").starts_with("hsanalyze "));
    for line in ["--version -v", "-v --version", "--version -vv"] {
        let argv = format!("hsanalyze {line}");
        let asked = parse(argv.split(' ').map(OsString::from), &Surroundings::default());
        assert!(matches!(&asked, Ok(Request::Guards(text)) if text.starts_with("hsanalyze ")), "{asked:?}");
    }
}

#[test]
fn a_user_to_become_is_passed_on() {
    assert_eq!(meaning("-i lo -Z nobody").user.as_deref(), Some("nobody"));
    assert_eq!(meaning("-i lo --relinquish-privileges nobody").user.as_deref(), Some("nobody"));
    assert_eq!(meaning("-r x").user, None);
}
