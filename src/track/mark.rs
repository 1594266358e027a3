//! Marks: what else is to be said of a segment or a conversation.

use crate::model::slugs;

/// One mark. The slugs are stable.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum Mark {
    /// tcpdump's relative number misleads here.
    TcpdumpMisleads,
    /// A second copy of a captured frame, not a retransmission.
    DuplicateCapture,
    /// Octets before this segment were never captured.
    Gap,
    /// The SYN asks for a Fast Open cookie.
    CookieRequested,
    /// The SYN carried data.
    SynData,
    /// The SYN's data was not accepted.
    SynDataIgnored,
    /// The SYN-ACK came again after the third step: the server had not taken it.
    NotAccepted,
    /// The handshake was acknowledged late, or after a SYN-ACK was sent again.
    LateAck,
    /// The third segment itself was not captured, but what follows proves it.
    ThirdNotCaptured,
    /// The SYN-ACK was not captured, but the third segment proves it.
    SynAckNotCaptured,
    /// The SYN-ACK stands before the SYN in the capture.
    SynAckFirst,
    /// The options were cut by the snapshot length.
    OptionsCut,
    /// The options contradict themselves.
    BadOptions,
    /// Fields of the clock ran backwards.
    TimeBackwards,
    /// The same ports as an earlier conversation.
    PortReuse,
    /// Wrong checksum.
    BadChecksum,
    /// Checksum left to the network card.
    ChecksumOffload,
    /// The FIN was seen before data that it follows.
    FinEarly,
    /// Both ends are one socket.
    SelfConnect,
    /// Urgent data.
    Urgent,
    /// Congestion was met on the way: CE in the IP header, ECE or CWR after the
    /// handshake.
    Ecn,
    /// Came in IP fragments.
    Fragmented,
    /// A reset came after both FINs were acknowledged.
    ResetAfterClose,
    /// Acknowledges octets that were not seen being sent.
    AcksUnseen,
    /// Each direction was captured in a VLAN or tunnel of its own.
    SplitScope,
    /// The handshake took four or five steps: the SYN was acknowledged before the
    /// server sent its own.
    SplitHandshake,
    /// The request was acknowledged, but its answer took long or never came.
    Waiting,
    /// An option stands where it must not, or twice.
    IllegalOption,
    /// Flags that begin no connection: a probe.
    Probe,
    /// A reset that would have been accepted was contradicted by what followed.
    ResetSurvived,
    /// The same connection as another one, before or after address translation.
    Translated,
    /// The server keeps the connection back until data comes
    /// (`TCP_DEFER_ACCEPT`): it asks again although the third segment arrived.
    DeferredAccept,
    /// A proxy shook hands in the server's place, to see whether the client means
    /// it.
    SynProxy,
    /// Full-sized segments never arrive, small ones do.
    PmtuBlackHole,
    /// Its last octet is the last that its receiver has announced room for.
    WindowFull,
    /// A SYN-ACK with another ISN than the one before.
    OtherIsn,
}

impl Mark {
    /// All marks.
    pub const ALL: [Mark; 36] = [
        Mark::TcpdumpMisleads,
        Mark::DuplicateCapture,
        Mark::Gap,
        Mark::CookieRequested,
        Mark::SynData,
        Mark::SynDataIgnored,
        Mark::NotAccepted,
        Mark::LateAck,
        Mark::ThirdNotCaptured,
        Mark::SynAckNotCaptured,
        Mark::SynAckFirst,
        Mark::OptionsCut,
        Mark::BadOptions,
        Mark::TimeBackwards,
        Mark::PortReuse,
        Mark::BadChecksum,
        Mark::ChecksumOffload,
        Mark::FinEarly,
        Mark::SelfConnect,
        Mark::Urgent,
        Mark::Ecn,
        Mark::Fragmented,
        Mark::ResetAfterClose,
        Mark::AcksUnseen,
        Mark::SplitScope,
        Mark::SplitHandshake,
        Mark::Waiting,
        Mark::IllegalOption,
        Mark::Probe,
        Mark::ResetSurvived,
        Mark::Translated,
        Mark::DeferredAccept,
        Mark::SynProxy,
        Mark::PmtuBlackHole,
        Mark::WindowFull,
        Mark::OtherIsn,
    ];

    /// True of nearly every segment that a host captures of itself: said in
    /// JSON and on request, not on every line.
    pub const fn is_quiet(self) -> bool {
        matches!(self, Mark::ChecksumOffload)
    }

    slugs! {
        /// All names.
        SLUGS;
        /// The name in JSON; never translated.
        slug {
            Self::TcpdumpMisleads => "tcpdump-misleads",
            Self::DuplicateCapture => "duplicate-capture",
            Self::Gap => "gap",
            Self::CookieRequested => "cookie-requested",
            Self::SynData => "syn-data",
            Self::SynDataIgnored => "ignored",
            Self::NotAccepted => "not-accepted",
            Self::LateAck => "late",
            Self::ThirdNotCaptured => "third-not-captured",
            Self::SynAckNotCaptured => "syn-ack-not-captured",
            Self::SynAckFirst => "syn-ack-first",
            Self::OptionsCut => "options-cut",
            Self::BadOptions => "bad-options",
            Self::TimeBackwards => "time-backwards",
            Self::PortReuse => "port-reuse",
            Self::BadChecksum => "bad-checksum",
            Self::ChecksumOffload => "checksum-offload",
            Self::FinEarly => "fin-early",
            Self::SelfConnect => "self-connect",
            Self::Urgent => "urgent",
            Self::Ecn => "ecn",
            Self::Fragmented => "fragmented",
            Self::ResetAfterClose => "reset-after-close",
            Self::AcksUnseen => "acks-unseen",
            Self::SplitScope => "split-scope",
            Self::SplitHandshake => "split-handshake",
            Self::Waiting => "waiting",
            Self::IllegalOption => "illegal-option",
            Self::Probe => "probe",
            Self::ResetSurvived => "reset-survived",
            Self::Translated => "translated",
            Self::DeferredAccept => "deferred-accept",
            Self::SynProxy => "syn-proxy",
            Self::PmtuBlackHole => "pmtu-black-hole",
            Self::WindowFull => "window-full",
            Self::OtherIsn => "other-isn",
        }
    }
}

/// A set of marks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Marks(u64);

impl Marks {
    /// No mark.
    pub const NONE: Marks = Marks(0);

    /// Those of a SYN with so many octets of data, and nothing else to be said of it.
    pub fn of_syn(len: u32) -> Self {
        let mut marks = Marks::NONE;
        if len > 0 {
            marks.set(Mark::SynData);
        }
        marks
    }

    /// All of them as a number.
    pub(crate) const fn bits(self) -> u64 {
        self.0
    }

    /// Those of [`Marks::bits`].
    pub(crate) const fn from_bits(bits: u64) -> Self {
        Marks(bits)
    }

    /// Adds a mark.
    pub fn set(&mut self, mark: Mark) {
        self.0 |= 1 << mark as u8;
    }

    /// Takes a mark away.
    pub fn clear(&mut self, mark: Mark) {
        self.0 &= !(1 << mark as u8);
    }

    /// Whether the mark is set.
    pub fn has(self, mark: Mark) -> bool {
        self.0 & (1 << mark as u8) != 0
    }

    /// Whether none is set.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The marks that are set.
    pub fn iter(self) -> impl Iterator<Item = Mark> {
        Mark::ALL.into_iter().filter(move |&mark| self.has(mark))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_is_listed_once_and_has_its_own_bit() {
        let mut marks = Marks::default();
        for mark in Mark::ALL {
            assert!(!marks.has(mark), "{mark:?} twice");
            marks.set(mark);
        }
        assert_eq!(marks.iter().map(Mark::slug).collect::<Vec<_>>(), Mark::SLUGS);
    }
}
