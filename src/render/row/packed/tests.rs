use std::time::Duration;

use super::*;

/// Every kind of step, its numbers as large as they can be.
fn steps() -> Vec<Step> {
    let (most, frame) = (u32::MAX, u64::MAX);
    let mut all = vec![
        Step::Syn { attempt: most, gap: Duration::from_nanos(u64::MAX) },
        Step::SynAck { attempt: most },
        Step::Data { len: most },
        Step::Ack { newly: most },
        Step::DuplicateAck { nth: most },
        Step::OutOfOrder { len: most },
        Step::FinAck { of: frame, again: false },
        Step::FinAck { of: frame, again: true },
        Step::LastAck { of: frame, again: false },
        Step::LastAck { of: frame, again: true },
    ];
    all.extend(RESENDS.map(|cause| Step::Retransmission { cause, len: most }));
    all.extend(ORDERS.map(|order| Step::Fin { order, attempt: most }));
    all.extend(REFUSALS.map(|why| Step::ResetIgnored { why }));
    all.extend(STRAYS.map(Step::Stray));
    all.extend(BARE);
    all
}

fn there_and_back(line: &Line, base: Timestamp) -> usize {
    let pen = Pen::of(&line.brief(), base);
    assert_eq!(usize::from(pen.octets()[0]), pen.octets().len());
    assert!(pen.octets().len() < 255, "it may have been cut");
    let read = Reader::new(&pen.octets()[1..]).line(base);
    assert_eq!(format!("{read:?}"), format!("{line:?}"));
    pen.octets().len()
}

fn line(step: Step) -> Line {
    let mut steps = Steps::default();
    steps.push(step);
    Line {
        frame: 70_000,
        at: Timestamp::from_nanos(1_700_000_000_123_456_000),
        seq: Some(1),
        ack: Some(1449),
        len: 1448,
        flags: Flags::ACK,
        way: Way::Up,
        states: [State::Established; 2],
        marks: Marks::default(),
        steps,
        proofs: Proofs::default(),
        told: None,
    }
}

#[test]
fn every_step_and_every_state_comes_back() {
    let base = Timestamp::from_nanos(1_700_000_000_000_000_000);
    let slugs: std::collections::BTreeSet<_> = steps().iter().map(|step| step.slug()).collect();
    assert_eq!(slugs, Step::SLUGS.iter().copied().collect(), "a step is missing here");
    for step in steps() {
        there_and_back(&line(step), base);
    }
    for state in State::ALL {
        for other in State::ALL {
            there_and_back(&Line { states: [state, other], ..line(Step::Reset) }, base);
        }
    }
    assert_eq!(State::ALL.map(State::name), State::NAMES);
}

#[test]
fn the_longest_row_fits() {
    let longest = Step::Syn { attempt: u32::MAX, gap: Duration::from_nanos(u64::MAX) };
    let mut line = line(longest);
    let proof = Proof {
        step: longest,
        of: Some(u64::MAX),
        claim: Claim::AcksSyn { ack: Seq::new(1), isn: Seq::new(u32::MAX), data: u32::MAX },
        status: Status::Failed,
    };
    for _ in 0..3 {
        line.steps.push(longest);
        line.proofs.push(proof);
    }
    let offsets = [Some(u64::MAX); 2];
    line.told =
        Some(Told { seq: Seq::new(1), ack: Seq::new(2), isn: offsets, shown: [3, u32::MAX], relative: true });
    line = Line {
        frame: u64::MAX,
        seq: Some(u64::MAX),
        ack: Some(u64::MAX),
        len: u32::MAX,
        flags: Flags::from_header(0x1ff),
        way: Way::Down,
        marks: Marks::from_bits(u64::MAX),
        ..line
    };
    for (at, base) in [(i64::MAX, i64::MIN), (i64::MIN + 1, i64::MAX), (0, i64::MAX), (5, 5)] {
        there_and_back(&Line { at: Timestamp::from_nanos(at), ..line.clone() }, Timestamp::from_nanos(base));
    }
}

#[test]
fn every_claim_comes_back() {
    let (a, b) = (Seq::new(7), Seq::new(u32::MAX));
    let claims = [
        Claim::AcksSyn { ack: a, isn: b, data: 9 },
        Claim::AcksFin { ack: a, fin: b },
        Claim::AtRcvNxt { seq: a, rcv_nxt: b },
        Claim::Repeats { seq: b },
    ];
    for (claim, status) in claims.into_iter().flat_map(|claim| STATUSES.map(|status| (claim, status))) {
        for of in [None, Some(3)] {
            let mut line = line(Step::Reset);
            line.proofs.push(Proof { step: Step::ChallengeAck, of, claim, status });
            there_and_back(&line, Timestamp::default());
        }
    }
}

#[test]
fn a_row_is_small() {
    let base = Timestamp::from_nanos(1_700_000_000_000_000_000);
    assert!(there_and_back(&line(Step::Data { len: 1448 }), base) <= 20);
}
