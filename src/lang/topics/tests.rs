//! Every word has its lesson, in every language, and every lesson is whole.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use super::*;
use crate::lang::{Head, Language, en::English, zh::Chinese};
use crate::model::Skip;
use crate::track::{FinOrder, Mark, Opened, Reply, Resend, Side, State, Step, Stray, Unacceptable};
use crate::verdict::{Close, Confidence, End, ResetReason, TimeWait, Verdict};

/// All values of an enum, in a list that the compiler keeps whole: a value
/// that `$next` does not know is an error.
macro_rules! chain {
    ($name:ident, $of:ty, $first:expr, { $($from:pat => $to:expr),+ $(,)? }) => {
        fn $name() -> Vec<$of> {
            let mut all = vec![$first];
            while let Some(next) = match all[all.len() - 1] { $($from => $to),+ } {
                all.push(next);
            }
            all
        }
    };
}

chain!(steps, Step, Step::Syn { attempt: 1, gap: Duration::ZERO }, {
    Step::Syn { .. } => Some(Step::SimultaneousSyn),
    Step::SimultaneousSyn => Some(Step::SynAck { attempt: 1 }),
    Step::SynAck { .. } => Some(Step::HandshakeAck),
    Step::HandshakeAck => Some(Step::Refused),
    Step::Refused => Some(Step::ClientAbort),
    Step::ClientAbort => Some(Step::Data { len: 1 }),
    Step::Data { .. } => Some(Step::Ack { newly: 1 }),
    Step::Ack { .. } => Some(Step::DuplicateAck { nth: 1 }),
    Step::DuplicateAck { .. } => Some(Step::WindowUpdate),
    Step::WindowUpdate => Some(Step::ZeroWindow),
    Step::ZeroWindow => Some(Step::WindowProbe),
    Step::WindowProbe => Some(Step::KeepAlive),
    Step::KeepAlive => Some(Step::KeepAliveAck),
    Step::KeepAliveAck => Some(Step::Retransmission { cause: Resend::Fast, len: 1 }),
    Step::Retransmission { .. } => Some(Step::OutOfOrder { len: 1 }),
    Step::OutOfOrder { .. } => Some(Step::Fin { order: FinOrder::First, attempt: 1 }),
    Step::Fin { .. } => Some(Step::FinAck { of: 1, again: false }),
    Step::FinAck { .. } => Some(Step::LastAck { of: 1, again: false }),
    Step::LastAck { .. } => Some(Step::Reset),
    Step::Reset => Some(Step::ResetIgnored { why: Unacceptable::WrongAck }),
    Step::ResetIgnored { .. } => Some(Step::ResetChallenged),
    Step::ResetChallenged => Some(Step::ChallengeAck),
    Step::ChallengeAck => Some(Step::Stray(Stray::Copy)),
    Step::Stray(_) => None,
});

chain!(states, State, State::Listen, {
    State::Listen => Some(State::SynSent),
    State::SynSent => Some(State::SynReceived),
    State::SynReceived => Some(State::Established),
    State::Established => Some(State::FinWait1),
    State::FinWait1 => Some(State::FinWait2),
    State::FinWait2 => Some(State::CloseWait),
    State::CloseWait => Some(State::Closing),
    State::Closing => Some(State::LastAck),
    State::LastAck => Some(State::TimeWait),
    State::TimeWait => Some(State::Closed),
    State::Closed => None,
});

chain!(reset_reasons, ResetReason, ResetReason::UnreadData, {
    ResetReason::UnreadData => Some(ResetReason::ClosedSocket),
    ResetReason::ClosedSocket => Some(ResetReason::HalfOpenDiscovery),
    ResetReason::HalfOpenDiscovery => Some(ResetReason::Abort),
    ResetReason::Abort => Some(ResetReason::KeepAliveTimeout),
    ResetReason::KeepAliveTimeout => Some(ResetReason::FinWait2Timeout),
    ResetReason::FinWait2Timeout => Some(ResetReason::NotAccepted),
    ResetReason::NotAccepted => Some(ResetReason::Forged),
    ResetReason::Forged => None,
});

chain!(confidences, Confidence, Confidence::KernelDrops, {
    Confidence::KernelDrops => Some(Confidence::OptionsCut),
    Confidence::OptionsCut => Some(Confidence::OneDirection),
    Confidence::OneDirection => Some(Confidence::Duplicates),
    Confidence::Duplicates => Some(Confidence::MidStream),
    Confidence::MidStream => Some(Confidence::Gaps),
    Confidence::Gaps => Some(Confidence::Evicted),
    Confidence::Evicted => Some(Confidence::InexactReset),
    Confidence::InexactReset => None,
});

chain!(openings, Opened, Opened::Complete, {
    Opened::Complete => Some(Opened::Simultaneous),
    Opened::Simultaneous => Some(Opened::FastOpen),
    Opened::FastOpen => Some(Opened::NotCaptured),
    Opened::NotCaptured => None,
});

const CLOSE: Close =
    Close { by: Side::Client, segments: 4, simultaneous: false, time_wait: TimeWait::One(Side::Client) };

chain!(endings, End, End::Open, {
    End::Open => Some(End::Expired),
    End::Expired => Some(End::HalfClosed { by: Side::Client, acked: true }),
    End::HalfClosed { by, .. } => Some(End::Closing { by, unacked: by }),
    End::Closing { .. } => Some(End::Graceful(CLOSE)),
    // A reset has facts of its own; its slug is that of the step.
    End::Graceful(_) | End::Reset(..) => None,
});

chain!(strays, (Stray, &'static str), (Stray::AfterClose, "after-close"), {
    (Stray::AfterClose, _) => Some((Stray::OddFlags, "odd-flags")),
    (Stray::OddFlags, _) => Some((Stray::SynInside, "syn-inside")),
    (Stray::SynInside, _) => Some((Stray::OutsideWindow, "outside-window")),
    (Stray::OutsideWindow, _) => Some((Stray::WrongAck, "wrong-ack")),
    (Stray::WrongAck, _) => Some((Stray::Duplicated, "duplicated")),
    (Stray::Duplicated, _) => Some((Stray::Copy, "copy")),
    (Stray::Copy, _) => None,
});

chain!(unacceptable, (Unacceptable, &'static str), (Unacceptable::OutsideWindow, "outside-window"), {
    (Unacceptable::OutsideWindow, _) => Some((Unacceptable::WrongAck, "wrong-ack")),
    (Unacceptable::WrongAck, _) => Some((Unacceptable::BadChecksum, "bad-checksum")),
    (Unacceptable::BadChecksum, _) => None,
});

chain!(heads, Head, Head::Frame, {
    Head::Frame => Some(Head::Gap),
    Head::Gap => Some(Head::Flags),
    Head::Flags => Some(Head::Seq),
    Head::Seq => Some(Head::Ack),
    Head::Ack => Some(Head::Step),
    Head::Step => Some(Head::Client),
    Head::Client => Some(Head::Server),
    Head::Server => Some(Head::Why),
    Head::Why => Some(Head::Verdict),
    Head::Verdict => Some(Head::Ended),
    Head::Ended => Some(Head::Open),
    Head::Open => Some(Head::Lasted),
    Head::Lasted => Some(Head::Segments),
    Head::Segments => Some(Head::Up),
    Head::Up => Some(Head::Down),
    Head::Down => None,
});

/// Openings of conversations that were never open.
const NEVER_OPEN: [&str; 5] = ["unanswered", "refused", "rejected", "aborted", "half-open"];

const FLAGS: [&str; 17] =
    ["S", "F", "R", "P", ".", "U", "E", "W", "none", "SYN", "FIN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"];

/// Every word that the program says and that is never translated, and the
/// English heads of columns.
fn words() -> Vec<&'static str> {
    let mut words: Vec<&str> = steps().iter().map(|step| step.slug()).collect();
    words.extend(Mark::ALL.iter().map(|mark| mark.slug()));
    words.extend(states().iter().map(|state| state.name()));
    words.extend(reset_reasons().iter().map(|reason| reason.slug()));
    words.extend(confidences().iter().map(|why| why.slug()));
    words.extend(openings().iter().map(|&how| Verdict::Opened { how, end: End::Open }.opening()));
    words.extend(endings().iter().map(|end| end.slug()));
    words.extend(strays().iter().map(|(_, name)| *name));
    words.extend(unacceptable().iter().map(|(_, name)| *name));
    words.extend(heads().iter().map(|&head| English.head(head)));
    words.extend(Skip::ALL.iter().map(|skip| skip.slug()));
    words.extend(NEVER_OPEN.iter().chain(&FLAGS).chain(Reply::SLUGS));
    words
}

fn languages() -> [(&'static dyn Language, Vec<Group>); 2] {
    [(&English, English.topics()), (&Chinese, Chinese.topics())]
}

fn topics(groups: &[Group]) -> impl Iterator<Item = &Topic> {
    groups.iter().flat_map(|group| &group.topics)
}

#[test]
fn every_word_has_its_lesson() {
    for (lang, groups) in languages() {
        let missing: BTreeSet<_> =
            words().into_iter().filter(|word| find(&groups, word).len() != 1).collect();
        assert!(missing.is_empty(), "{}: {missing:?}", lang.tag());
    }
}

#[test]
fn no_lesson_is_an_orphan() {
    // What is not a word of the program is a chapter, or is referred to.
    let chapters = [
        "handshake",
        "close",
        "numbers",
        "tcpdump-numbers",
        "roles",
        "scope",
        "time",
        "skipped",
        "udp",
        "csv",
    ];
    let words: BTreeSet<String> = words().into_iter().map(plain).collect();
    for topic in topics(&English.topics()) {
        let known = topic.names.iter().any(|name| words.contains(&plain(name)) || chapters.contains(name));
        assert!(known, "{:?}", topic.names);
    }
}

#[test]
fn all_languages_have_the_same_lessons_in_the_same_order() {
    let [(_, english), (_, chinese)] = languages();
    let names = |groups: &[Group]| topics(groups).map(|topic| topic.names.clone()).collect::<Vec<_>>();
    assert_eq!(names(&english), names(&chinese));
    let mut seen = BTreeSet::new();
    for name in names(&english).into_iter().flatten() {
        assert!(seen.insert(plain(name)), "{name} twice");
    }
}

#[test]
fn every_lesson_has_its_parts() {
    let parts = [["", "Seen:", "Why:", "RFC:"], ["", "辨认：", "原因：", "RFC："]];
    for ((lang, groups), parts) in languages().into_iter().zip(parts) {
        for topic in topics(&groups) {
            let labels: Vec<_> = topic.paragraphs.iter().map(|paragraph| paragraph.label).collect();
            // Some things speak for themselves.
            let needed = parts.iter().filter(|label| **label != parts[2]);
            assert!(needed.clone().all(|label| labels.contains(label)), "{}: {topic:?}", lang.tag());
            assert!(labels.last().is_some_and(|last| ["See:", "参见："].contains(last)), "{topic:?}");
            let rfc = topic.paragraphs.iter().find(|paragraph| paragraph.label == parts[3]);
            assert!(rfc.is_some_and(|rfc| rfc.text.contains("RFC ")), "{topic:?}");
        }
    }
}

#[test]
fn lessons_are_short() {
    // The columns of CSV are a list, not a lesson.
    for topic in topics(&English.topics()).filter(|topic| topic.names[0] != "csv") {
        let count = topic.paragraphs.iter().map(|it| it.text.split_whitespace().count()).sum::<usize>();
        assert!((45..=160).contains(&count), "{:?}: {count} words", topic.names);
    }
}

#[test]
fn what_a_lesson_refers_to_exists() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    for (lang, groups) in languages() {
        for paragraph in topics(&groups).flat_map(|topic| &topic.paragraphs) {
            if ["See:", "参见："].contains(&paragraph.label) {
                for name in paragraph.text.split(", ") {
                    assert_eq!(find(&groups, name).len(), 1, "{}: {name}", lang.tag());
                }
            }
            let is_name = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
            for word in paragraph.text.split(|c| !is_name(c)).map(|word| word.trim_end_matches('.')) {
                if word.contains(".pcap") {
                    assert!(fixtures.join(word).exists(), "{}: {word}", lang.tag());
                }
            }
        }
    }
}

#[test]
fn words_are_found_in_any_writing() {
    let [(_, english), (_, chinese)] = languages();
    let first = |groups, word| find(groups, word).first().map(|topic| topic.names[0]);
    for (word, name) in [
        ("FIN_WAIT_1", "fin-wait-1"),
        ("FinWait1", ""),
        ("FIN-WAIT1", "fin-wait-1"),
        ("syn_recv", "syn-received"),
        ("[S.]", "syn-ack"),
        ("Δ", "Δ"),
        ("↑ B", "lasted"),
        ("frobnicate", ""),
        ("the", ""),
    ] {
        assert_eq!(first(&english, word).unwrap_or(""), name, "{word}");
    }
    assert_eq!(first(&chinese, "四次挥手"), Some("close"));
    assert_eq!(first(&chinese, "半关闭"), Some("half-closed"));
    let letters: Vec<_> = find(&english, "[FP.]").iter().map(|topic| topic.names[0]).collect();
    assert_eq!(letters, ["fin", "psh", "ack"]);
}
