use super::*;
use crate::lang::en::English;
use crate::render::style::width;
use crate::render::testing::{
    ACK, FIN, Field, PSH, RST, SERVER_FIRST, SYN, SYN_ACK, Shot, fire, tables as options,
};

fn server_first(options: TableOptions) -> String {
    fire(&[(Field::loopback(45_582), &SERVER_FIRST)], &mut TableSink::new(options))
}

#[test]
fn the_first_experiment_at_80_columns() {
    insta::assert_snapshot!(server_first(options(80)));
}

#[test]
fn the_first_experiment_at_140_columns() {
    insta::assert_snapshot!(server_first(options(140)));
}

#[test]
fn the_first_experiment_in_ascii_with_isn_relative_numbers() {
    let mut options = options(80);
    options.style.ascii = true;
    options.numbers = NumberStyle::Isn;
    let text = server_first(options);
    assert!(text.is_ascii(), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn the_first_experiment_in_colour() {
    let mut options = options(80);
    options.style.color = true;
    insta::assert_snapshot!(server_first(options).replace('\x1b', "^"));
}

/// 100 segments of data, retransmissions among them, then a reset.
fn long_data() -> Vec<Shot> {
    let mut shots = SERVER_FIRST[..3].to_vec();
    for n in 0..50 {
        shots.push(('>', 20, PSH, 1 + n * 1448, 1, 1448));
        shots.push(('<', 900_000, ACK, 1, 1 + (n + 1) * 1448, 0));
        if n % 20 == 7 {
            shots.push(('>', 10, PSH, 1 + n * 1448, 1, 1448));
        }
    }
    shots.push(('<', 1_000, RST, 1, 0, 0));
    shots
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let data = long_data();
    for columns in (60..=170).chain([240]) {
        for numbers in [NumberStyle::Tcpdump, NumberStyle::Isn, NumberStyle::Absolute] {
            let data_rows = if columns % 2 == 0 { DataRows::Fold } else { DataRows::None };
            let mut sink = TableSink::new(TableOptions { numbers, data: data_rows, ..options(columns) });
            let only_data = [('>', 0, PSH, 1, 1, 5), ('<', 1, ACK, 1, 6, 0)];
            let fields = [
                (Field::long(), &SERVER_FIRST[..]),
                (Field::loopback(1), &data),
                (Field::loopback(2), &only_data),
            ];
            let text = fire(&fields, &mut sink);
            let widest = text.lines().map(width).max().unwrap();
            assert!(widest <= usize::from(columns), "{columns}: {text}");
            // Every table line reaches from border to border.
            let inner: Vec<_> = text.lines().filter(|line| line.starts_with(['│', '╭'])).map(width).collect();
            assert!(inner.iter().all(|&w| w == inner[0]), "{columns}: {text}");
        }
    }
}

#[test]
fn a_syn_with_data_leaves_room_for_the_step() {
    let shots = [('>', 0, SYN, 0, 0, 9), ('<', 20, SYN_ACK, 0, 10, 0), ('>', 10, ACK, 10, 1, 0)];
    for columns in 60..=90 {
        let text = fire(&[(Field::loopback(4), &shots)], &mut TableSink::new(options(columns)));
        assert!(text.lines().all(|line| width(line) <= usize::from(columns)), "{text}");
        assert!(text.contains("SYN-ACK") && text.contains("= ISN of #1 + 1 + 9"), "{columns}: {text}");
    }
}

#[test]
fn long_runs_of_data_are_folded_and_the_reset_is_told() {
    let data = long_data();
    let text = fire(&[(Field::loopback(1), &data)], &mut TableSink::new(options(80)));
    insta::assert_snapshot!(text);
}

#[test]
fn long_ipv6_endpoints_wrap_the_header_line() {
    let text = fire(&[(Field::long(), &SERVER_FIRST)], &mut TableSink::new(options(80)));
    let head: Vec<_> = text.lines().take(3).collect();
    assert_eq!(
        head,
        [
            "#1  [2001:db8:aaaa:bbbb:cccc:dddd:eeee:fff1]:52422",
            "    → [2001:db8:aaaa:bbbb:cccc:dddd:eeee:fff2]:9877   43.525 ms   ↑ 2 B  ↓ 2 B",
            "    vlan 10, vxlan 42",
        ]
    );
}

const CLOSED: [Shot; 6] = [
    ('>', 0, SYN, 0, 0, 0),
    ('<', 10, SYN_ACK, 0, 1, 0),
    ('>', 10, ACK, 1, 1, 0),
    ('>', 10, FIN, 1, 1, 0),
    ('<', 10, FIN, 1, 2, 0),
    ('>', 10, ACK, 2, 2, 0),
];

#[test]
fn live_a_table_is_printed_at_its_end_and_stragglers_are_named() {
    let mut sink = TableSink::new(TableOptions { live: true, ..options(80) });
    let mut shots = CLOSED.to_vec();
    shots.push(('<', 100, FIN, 1, 2, 0));
    shots.push(('>', 1, ACK, 2, 2, 0));
    let text = fire(&[(Field::loopback(2), &shots)], &mut sink);
    assert_eq!(text.matches("✔ closed").count(), 1, "{text}");
    assert!(text.ends_with("\n\n#1  2 more segments after its end: #7 to #8\n"), "{text}");
    let mut sink = TableSink::new(TableOptions { live: true, ..options(80) });
    let text = fire(&[(Field::loopback(2), &CLOSED)], &mut sink);
    assert_eq!(text.lines().filter(|line| line.starts_with("#1 ")).count(), 1, "{text}");
}

#[test]
fn tables_are_apart_by_an_empty_line_and_none_is_printed_of_a_discarded_one() {
    let fields = [(Field::loopback(2), &CLOSED[..]), (Field::loopback(3), &CLOSED[..])];
    let text = fire(&fields, &mut TableSink::new(options(80)));
    assert!(text.starts_with("#1  ") && text.contains("\n\n#2  "), "{text}");
    let mut sink = TableSink::new(options(80));
    let mut out = Vec::new();
    sink.discard(1, &mut out);
    sink.end(&Totals::default(), &mut out);
    assert!(out.is_empty());
}

#[test]
fn nothing_counted_is_nothing_said() {
    assert_eq!(totals_line(&Totals::default(), &English), "0 frames");
    let totals = Totals { frames: 1, ..Totals::default() };
    assert_eq!(totals_line(&totals, &English), "1 frame, 0 segments, 0 conversations");
}
