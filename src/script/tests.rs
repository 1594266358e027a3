use std::time::Duration;

use super::*;
use crate::model::Flags;
use crate::track::{Mark, Side, State};

const SCRIPT: &str = "\
# Half-close: the server keeps talking after the client's FIN.
isn client 4294967295
vlan 10

C > S  [S]   seq 0, win 65535, options <mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7>
S > C  [S.]  seq 0, ack 1    within 10ms  ; syn-ack; server SYN-RECEIVED
C > S  [.]   ack 1                        ; handshake-ack, +late
C > S  [P.]  seq 1:6, ack 1  after 200ms
copy                                      ; stray copy, +duplicate-capture
S > C  [.]   ack 6, ttl 63
...  # any data and its ACKs
wait 2s
C > S  [F.]  seq *, ack *                 ; fin first 1; client FIN-WAIT-1, server CLOSE-WAIT
icmp R > C  unreachable port, quoting 1
=> complete, half-closed, first client, +gap, ~gaps
";

#[test]
fn what_is_printed_is_what_was_read() {
    let script = parse(SCRIPT).unwrap();
    assert_eq!(script.to_string(), SCRIPT);
    assert_eq!(parse(&script.to_string()).unwrap(), script);
}

#[test]
fn columns_are_put_right() {
    let script =
        parse("C>S [S] seq 0;syn 1;server LISTEN\r\n\tS > C[.S]ack 1 , seq 0 within 1.5ms#x \n=>half-open");
    let printed = "C > S  [S]   seq 0                        ; syn 1; server LISTEN\n\
                   S > C  [S.]  seq 0, ack 1  within 1500us  #x\n\
                   => half-open\n";
    assert_eq!(script.unwrap().to_string(), printed);
}

#[test]
fn a_line_becomes_plain_values() {
    let script =
        parse("S > C  [FP.]  seq 1:6, ack 7, old  after 1s  ; fin second, +gap; client TIME-WAIT").unwrap();
    let Content::Segment(seg) = &script.lines[0].content else { panic!("{script:?}") };
    assert_eq!(seg.from, Side::Server);
    assert_eq!(seg.flags, Flags::FIN.with(Flags::PSH).with(Flags::ACK));
    assert_eq!((seg.seq, seg.ack), (Some(SeqField::Range(1, 6)), Some(Number::Exactly(7))));
    assert!(seg.old && seg.window.is_none());
    assert_eq!(seg.timing.after, Some(Duration::from_secs(1)));
    assert_eq!(seg.expect.steps, [StepWord { slug: "fin", detail: Some("second"), number: None }]);
    assert_eq!(seg.expect.marks, [Mark::Gap]);
    assert_eq!(seg.expect.states, [(Side::Client, State::TimeWait)]);
}

#[test]
fn an_error_says_where_and_what() {
    for (text, message) in [
        (
            "C > S  [X]",
            "line 1, column 9: expected flags, letters of `FSRP.UEW`, each once, or `none`, found `X`",
        ),
        (
            "C > S  [S.S]",
            "line 1, column 11: expected flags, letters of `FSRP.UEW`, each once, or `none`, found `S`",
        ),
        ("\nC > C  [S]", "line 2, column 5: expected `S`, found `C`"),
        (
            "C > S  []",
            "line 1, column 10: expected flags: `[none]` if there are none, found the end of the line",
        ),
        (
            "C > S  [S]  seq 6:6",
            "line 1, column 19: expected the number after the last octet, more than the first, found `6`",
        ),
        (
            "C > S  [S]  seq 1, seq 2",
            "line 1, column 20: expected `seq`, `ack`, `len`, `win`, `options`, `cut`, `id`, `ttl`, `fragments`, \
             `bad-checksum`, `offloaded-checksum` or `old`, each once, found `seq`",
        ),
        (
            "C > S  [S]  seq 0 ack 1",
            "line 1, column 19: expected `,` and a field, `after`, `within` or `;`, found `ack`",
        ),
        ("C > S  [S]  win 65536", "line 1, column 17: expected a window, 0 to 65535, found `65536`"),
        (
            "C > S  [S]  ; sny",
            "line 1, column 15: expected a step, `+` and a mark, or `client` or `server` and a state, found `sny`",
        ),
        (
            "=> complet",
            "line 1, column 4: expected an opening, such as `complete`, or of UDP `udp-answered`, found `complet`",
        ),
        ("=> complete graceful", "line 1, column 13: expected the end of the line, found `graceful`"),
        ("wait 3", "line 1, column 6: expected a time such as 10ms, 1.5s, 40us, found `3`"),
    ] {
        assert_eq!(parse(text).unwrap_err().to_string(), message);
    }
    let unknown = parse("X > S").unwrap_err();
    assert!(unknown.expected.contains("`...`, `*` or `=>`") && unknown.found == "X");
}

#[test]
fn a_played_script_has_absolute_numbers_and_times() {
    let text = "C > S  [S]  seq 0\nwait 2s\nS > C  [S.]  seq 0, ack 1\nC > S  [.]  ack 1\n\
                C > S  [P.]  seq 1:6, ack 1  after 3s\nS > C  [F.]  seq 1, ack 6\nagain\nC > S  [S]  seq 0\n\
                S > C  [.]  ack 6, old";
    let frames = frames(&parse(text).unwrap(), Isns::new(u32::MAX, 7)).unwrap();
    let seen: Vec<_> = frames
        .iter()
        .map(|frame| match &frame.what {
            Captured::Segment(seg) => {
                let seg = seg.get();
                (
                    seg.frame,
                    seg.at.as_nanos() / 1_000_000 % 100_000_000,
                    seg.seq.raw(),
                    seg.ack_field.raw(),
                    seg.len,
                )
            }
            Captured::Icmp(_) => panic!("{frame:?}"),
        })
        .collect();
    assert_eq!(
        seen,
        [
            (1, 0, u32::MAX, 0, 0),
            (2, 2000, 7, 0, 0),
            (3, 2001, 0, 8, 0),
            (4, 5001, 0, 8, 5),
            (5, 5002, 8, 5, 0),
            (6, 5003, 640_000_016, 0, 0),
            (7, 5004, 9, 5, 0),
        ]
    );
}

#[test]
fn what_cannot_be_played_is_named() {
    for (text, line) in [
        ("C > S  [S]  seq *", 1),
        ("\n...", 2),
        ("C > S  [.]  seq 1", 1),
        ("copy", 1),
        ("icmp R > C  unreachable port, quoting 0", 1),
        ("icmp R > C  unreachable port, quoting 1", 1),
        ("C > S  [S]  seq 0:4294967296", 1),
    ] {
        assert_eq!(frames(&parse(text).unwrap(), Isns::new(0, 0)).unwrap_err().line, line, "{text}");
    }
}

#[test]
fn every_step_that_can_be_seen_can_be_written() {
    use crate::track::{FinOrder, Resend, Step, Stray, Unacceptable};
    let steps = [
        Step::Syn { attempt: 2, gap: Duration::ZERO },
        Step::SimultaneousSyn,
        Step::SynAck { attempt: 1 },
        Step::HandshakeAck,
        Step::Refused,
        Step::ClientAbort,
        Step::Data { len: 5 },
        Step::Ack { newly: 0 },
        Step::DuplicateAck { nth: 1 },
        Step::WindowUpdate,
        Step::ZeroWindow,
        Step::WindowProbe,
        Step::KeepAlive,
        Step::KeepAliveAck,
        Step::Retransmission { cause: Resend::Fast, len: 1 },
        Step::Retransmission { cause: Resend::Timeout, len: 1 },
        Step::Retransmission { cause: Resend::Spurious, len: 1 },
        Step::OutOfOrder { len: 1 },
        Step::Fin { order: FinOrder::First, attempt: 1 },
        Step::Fin { order: FinOrder::Second, attempt: 1 },
        Step::Fin { order: FinOrder::Simultaneous, attempt: 1 },
        Step::FinAck { of: 1, again: false },
        Step::LastAck { of: 1, again: false },
        Step::Reset,
        Step::ResetIgnored { why: Unacceptable::OutsideWindow },
        Step::ResetIgnored { why: Unacceptable::WrongAck },
        Step::ResetIgnored { why: Unacceptable::BadChecksum },
        Step::ResetChallenged,
        Step::ChallengeAck,
        Step::Stray(Stray::AfterClose),
        Step::Stray(Stray::OddFlags),
        Step::Stray(Stray::SynInside),
        Step::Stray(Stray::WrongAck),
        Step::Stray(Stray::OutsideWindow),
        Step::Stray(Stray::Copy),
    ];
    for step in steps {
        let word = StepWord::of(&step);
        let text = format!("copy  ; {word}\n");
        let read = parse(&text).unwrap();
        let Content::Copy(_, expect) = &read.lines[0].content else { panic!("{read:?}") };
        assert_eq!(expect.steps, [word]);
    }
}

/// Found by a fuzzer.
#[test]
fn numbers_and_times_without_end_can_be_played() {
    let most = u64::MAX;
    for text in [
        format!("C > S  [S]  seq {most}"),
        format!("C > S  [.]  seq {}:{most}, ack {most}\nC > S  [F.]  ack 1\n", most - 1),
        format!(
            "wait {0}s\nwait {0}s\nC > S  [S]  seq 0  after {0}s\nwait 1s\nC > S  [S]  seq 0",
            1_u64 << 33
        ),
    ] {
        let script = parse(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert!(!frames(&script, Isns::new(u32::MAX, 0)).unwrap().is_empty(), "{text}");
    }
}
