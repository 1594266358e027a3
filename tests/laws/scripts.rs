//! Scripts of any content.

use std::net::IpAddr;
use std::time::Duration;

use hsanalyze::model::{Checksum, Flags};
use hsanalyze::script::{
    Content, DatagramLine, Directive, Expectation, IcmpLine, IcmpWord, Line, Loose, Number, OptionWord,
    Outcome, Party, Script, SegmentLine, SeqField, Span, StepWord, Timing,
};
use hsanalyze::track::{FinOrder, Mark, Resend, Roles, Side, State, Step, Stray, Unacceptable};
use hsanalyze::verdict::{Confidence, End, ResetReason, Schedule, Verdict};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

const STEPS: [Step; 8] = [
    Step::HandshakeAck,
    Step::SynAck { attempt: 2 },
    Step::Retransmission { cause: Resend::Fast, len: 1 },
    Step::Fin { order: FinOrder::Simultaneous, attempt: 1 },
    Step::LastAck { of: u64::MAX, again: false },
    Step::Reset,
    Step::ResetIgnored { why: Unacceptable::WrongAck },
    Step::Stray(Stray::AfterClose),
];

fn side() -> impl Strategy<Value = Side> {
    select(&Side::BOTH[..])
}

fn time() -> impl Strategy<Value = Duration> {
    let unit = select(vec![1u64, 1_000, 1_000_000, 1_000_000_000]);
    prop_oneof![
        (0u64..10_000, unit).prop_map(|(n, unit)| Duration::from_nanos(n * unit)),
        any::<u64>().prop_map(Duration::from_nanos),
    ]
}

fn timing() -> impl Strategy<Value = Timing> {
    (of(time()), of(time()), of(time())).prop_map(|(after, within, earlier)| Timing {
        after,
        within,
        earlier,
    })
}

fn marks() -> impl Strategy<Value = Vec<Mark>> {
    prop::collection::vec(select(&Mark::ALL[..]), 0..3)
}

fn expectation() -> impl Strategy<Value = Expectation> {
    let step = (select(&STEPS[..]), any::<bool>(), any::<bool>()).prop_map(|(step, detail, number)| {
        let word = StepWord::of(&step);
        StepWord { detail: word.detail.filter(|_| detail), number: word.number.filter(|_| number), ..word }
    });
    let state =
        select(vec![State::Listen, State::SynReceived, State::FinWait1, State::TimeWait, State::Closed]);
    let steps = prop::collection::vec(step, 0..4);
    let states = prop::collection::vec((side(), state), 0..3);
    (steps, marks(), states).prop_map(|(steps, marks, states)| Expectation { steps, marks, states })
}

fn option() -> impl Strategy<Value = OptionWord> {
    prop_oneof![
        Just(OptionWord::End),
        Just(OptionWord::Nop),
        any::<u16>().prop_map(OptionWord::Mss),
        any::<u8>().prop_map(OptionWord::WindowScale),
        Just(OptionWord::SackPermitted),
        prop::collection::vec(any::<(u64, u64)>(), 1..5).prop_map(OptionWord::Sack),
        any::<(u32, u32)>().prop_map(|(val, ecr)| OptionWord::Timestamps(val, ecr)),
        prop::collection::vec(any::<u8>(), 0..17).prop_map(OptionWord::FastOpen),
        prop::collection::vec(any::<u8>(), 1..17).prop_map(OptionWord::Octets),
    ]
}

fn segment() -> impl Strategy<Value = SegmentLine> {
    let seq = prop_oneof![
        Just(SeqField::Any),
        any::<u64>().prop_map(SeqField::At),
        (0..u64::MAX, 1..u64::MAX).prop_map(|(start, len)| SeqField::Range(start, start.saturating_add(len))),
    ];
    let ack = prop_oneof![Just(Number::Any), any::<u64>().prop_map(Number::Exactly)];
    let options = prop::collection::vec(option(), 1..6);
    let numbers = (side(), 0u16..0x100, of(seq), of(ack), of(any::<u16>()), of(options));
    let checksum = select(vec![Checksum::Good, Checksum::Bad, Checksum::Offloaded]);
    let captured = (of(any::<u8>()), of(any::<u16>()), checksum);
    let extras = (of(any::<u16>()), of(any::<u8>()), captured, any::<bool>());
    (numbers, extras, timing(), expectation()).prop_map(|(numbers, extras, timing, expect)| {
        let (from, flags, seq, ack, window, options) = numbers;
        let (id, ttl, (cut, fragments, checksum), old) = extras;
        let flags = Flags::from_header(flags);
        SegmentLine {
            from,
            flags,
            seq,
            ack,
            window,
            options,
            id,
            ttl,
            checksum,
            cut,
            fragments,
            old,
            timing,
            expect,
            loose: Loose::default(),
        }
    })
}

fn icmp() -> impl Strategy<Value = IcmpLine> {
    let party = || prop_oneof![Just(Party::Router), side().prop_map(Party::End)];
    let what = prop_oneof![
        select(vec![IcmpWord::Net, IcmpWord::Host, IcmpWord::Port, IcmpWord::Admin, IcmpWord::TimeExceeded]),
        any::<u32>().prop_map(IcmpWord::TooBig),
    ];
    (party(), party(), what, of(any::<u64>()), timing(), expectation()).prop_map(
        |(from, to, what, quoting, timing, expect)| IcmpLine { from, to, what, quoting, timing, expect },
    )
}

fn datagram() -> impl Strategy<Value = DatagramLine> {
    let len = of((any::<u32>(), any::<u32>()).prop_map(|(a, b)| Span { low: a.min(b), high: a.max(b) }));
    (side(), len, timing()).prop_map(|(from, len, timing)| DatagramLine { from, len, timing })
}

fn directive() -> impl Strategy<Value = Directive> {
    prop_oneof![
        (side(), any::<u32>()).prop_map(|(side, isn)| Directive::Isn(side, isn)),
        any::<(u16, u16)>().prop_map(|(client, server)| Directive::Ports(client, server)),
        (side(), any::<IpAddr>()).prop_map(|(side, addr)| Directive::Address(side, addr)),
        Just(Directive::Again),
        of(any::<u16>()).prop_map(Directive::Vlan),
        any::<u32>().prop_map(Directive::Room),
    ]
}

fn outcome() -> impl Strategy<Value = Outcome> {
    let opening = select(Verdict::OPENINGS);
    let ending = of(select(End::SLUGS));
    let close = (of(side()), of(any::<u8>()), any::<bool>());
    let reset = (of(side()), of(select(ResetReason::SLUGS)));
    let schedule = of(select(Schedule::SLUGS));
    let rest = (of(any::<u32>()), schedule, of(select(vec![Roles::Seen, Roles::Inferred, Roles::Guessed])));
    let confidence = prop::collection::vec(select(Confidence::SLUGS), 0..3);
    (opening, ending, close, reset, rest, marks(), confidence).prop_map(
        |(
            opening,
            ending,
            (first, segments, simultaneous),
            (reset_by, reason),
            (tries, schedule, roles),
            marks,
            confidence,
        )| {
            Outcome {
                opening,
                ending,
                first,
                segments,
                simultaneous,
                reset_by,
                reason,
                tries,
                schedule,
                roles,
                marks,
                confidence,
            }
        },
    )
}

fn content() -> impl Strategy<Value = Content> {
    prop_oneof![
        1 => Just(Content::Blank),
        2 => directive().prop_map(Content::Directive),
        8 => segment().prop_map(|segment| Content::Segment(Box::new(segment))),
        1 => (timing(), expectation()).prop_map(|(timing, expect)| Content::Copy(timing, expect)),
        1 => icmp().prop_map(|icmp| Content::Icmp(Box::new(icmp))),
        1 => datagram().prop_map(Content::Datagram),
        1 => Just(Content::Anything),
        1 => time().prop_map(Content::Wait),
        2 => outcome().prop_map(|outcome| Content::Outcome(Box::new(outcome))),
    ]
}

/// Any script.
pub fn script() -> impl Strategy<Value = Script> {
    let comment = of("[ -~é→]{0,20}".prop_map(|text: String| text.trim_end().to_string()));
    let line =
        (content(), comment).prop_map(|(content, comment)| Line { content, comment, ..Line::default() });
    prop::collection::vec(line, 0..12).prop_map(|lines| Script { lines })
}
