use super::*;
use crate::track::Stray;
use std::time::Duration;

fn line(frame: u64, step: Step) -> Line {
    Line {
        frame,
        at: Timestamp::from_nanos(frame.cast_signed() * 1000),
        seq: Some(1),
        ack: Some(1),
        len: if matches!(step, Step::Data { .. } | Step::Retransmission { .. }) { 10 } else { 0 },
        flags: Flags::ACK,
        way: if frame.is_multiple_of(2) { Way::Up } else { Way::Down },
        states: [State::Established; 2],
        marks: Marks::default(),
        steps: {
            let mut steps = Steps::default();
            steps.push(step);
            steps
        },
        proofs: Proofs::default(),
        told: None,
    }
}

const DATA: Step = Step::Data { len: 10 };
const RESENT: Step = Step::Retransmission { cause: crate::track::Resend::Timeout, len: 10 };
const FIN: Step = Step::FinAck { of: 1, again: false };

fn rows(steps: impl IntoIterator<Item = Step>, data: DataRows) -> Rows {
    let mut rows = Rows::default();
    for (frame, step) in (1..).zip(steps) {
        rows.push(&line(frame, step).brief(), data);
    }
    rows
}

/// `1 2 3 [4-8] 9 10`
fn picture(rows: &Rows) -> String {
    let each = rows.items().map(|item| match item {
        Item::Line(line) => line.frame.to_string(),
        Item::Fold(fold) => format!("[{}-{}]", fold.first, fold.last),
        Item::Icmp(notice) => format!("!{}", notice.error.frame),
    });
    each.collect::<Vec<_>>().join(" ")
}

#[test]
fn eight_rows_are_shown_and_of_nine_the_middle_is_folded() {
    assert_eq!(picture(&rows([DATA; 8], DataRows::Fold)), "1 2 3 4 5 6 7 8");
    assert_eq!(picture(&rows([DATA; 9], DataRows::Fold)), "1 2 3 [4-7] 8 9");
    assert_eq!(picture(&rows([DATA; 500], DataRows::Fold)), "1 2 3 [4-498] 499 500");
}

#[test]
fn a_landmark_between_two_runs_is_kept() {
    let steps = [DATA; 20].into_iter().chain([FIN]).chain([DATA; 20]);
    assert_eq!(picture(&rows(steps, DataRows::Fold)), "1 2 3 [4-18] 19 20 21 22 23 24 [25-39] 40 41");
}

#[test]
fn a_fold_counts_segments_octets_and_retransmissions_each_way() {
    let steps = [DATA; 3].into_iter().chain([RESENT; 3]).chain([DATA; 14]);
    let rows = rows(steps, DataRows::Fold);
    let Item::Fold(fold) = rows.items().nth(3).unwrap() else { panic!("no fold") };
    let told = fold.told(Way::Up, Some(Timestamp::from_nanos(3000)));
    assert_eq!((told.first, told.last, told.run), (4, 18, Run::Data));
    assert_eq!(told.segments, [8, 7]);
    assert_eq!(told.bytes, [80, 70]);
    assert_eq!(fold.told(Way::Down, None).bytes, [70, 80]);
    assert_eq!(told.retransmissions, 3);
    assert_eq!(told.lasted, Duration::from_micros(15));
}

#[test]
fn data_can_be_shown_whole_or_not_at_all() {
    assert_eq!(rows([DATA; 500], DataRows::All).items().count(), 500);
    let steps = [FIN].into_iter().chain([DATA; 5]).chain([FIN]);
    assert_eq!(picture(&rows(steps, DataRows::None)), "1 [2-6] 7");
}

#[test]
fn thousands_of_like_rows_take_little_memory_whatever_they_are() {
    let syn = Step::Syn { attempt: 2, gap: Duration::ZERO };
    for step in [syn, Step::KeepAlive, Step::Reset, Step::Stray(Stray::AfterClose), Step::HandshakeAck] {
        assert_eq!(rows([step; 5000], DataRows::Fold).items().count(), 6, "{step:?}");
    }
}

#[test]
fn alternating_kinds_are_bounded_too_and_the_end_is_kept() {
    let steps = (0..5000).map(|n| if n % 2 == 0 { Step::ChallengeAck } else { DATA });
    let rows = rows(steps, DataRows::Fold);
    assert!(rows.items().count() <= MANY + 1 + REST.tail as usize, "{}", rows.items().count());
    assert!(
        picture(&rows).ends_with("[65-4988] 4989 4990 4991 4992 4993 4994 4995 4996 4997 4998 4999 5000")
    );
}

#[test]
fn the_close_of_a_long_and_varied_conversation_is_kept() {
    let mixed = |n: u32| (0..n).map(|n| if n % 2 == 0 { Step::ChallengeAck } else { DATA });
    let rows = rows(mixed(500).chain([FIN]).chain(mixed(500)), DataRows::Fold);
    assert!(picture(&rows).contains(" 501 "), "{}", picture(&rows));
    let turns = (0..5000).map(|n| if n % 2 == 0 { FIN } else { DATA });
    assert!(super::tests::rows(turns, DataRows::Fold).items().count() <= 2 * MANY + 1 + REST.tail as usize);
}

#[test]
fn the_rows_of_a_conversation_are_small() {
    assert!(size_of::<Rows>() <= 64, "{}", size_of::<Rows>());
    let rows = rows([DATA; 500], DataRows::Fold);
    assert!(rows.octets.capacity() <= 192, "{}", rows.octets.capacity());
}

#[test]
fn absorbed_rows_stand_in_the_order_of_frames_as_strays() {
    let mut ours = Rows::default();
    let mut theirs = Rows::default();
    ours.push(&line(1, FIN).brief(), DataRows::Fold);
    theirs.push(&line(2, Step::Syn { attempt: 1, gap: Duration::ZERO }).brief(), DataRows::Fold);
    ours.push(&line(3, Step::ChallengeAck).brief(), DataRows::Fold);
    ours.absorb(&theirs, DataRows::Fold);
    assert_eq!(picture(&ours), "1 2 3");
    let Item::Line(syn) = ours.items().nth(1).unwrap() else { panic!("a fold") };
    assert_eq!(syn.steps().collect::<Vec<_>>(), [&Step::Stray(Stray::SynInside)]);
}
