//! Words of the worksheet.

/// A word, a question or a short sentence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Worksheet {
    /// The title of a sheet.
    Title,
    /// What is to be done, with blanks.
    Task,
    /// Over the table of the opening and closing.
    Segments,
    /// Heads: frame.
    Frame,
    /// Time since the first frame, in seconds.
    Time,
    /// Source port.
    From,
    /// Destination port.
    To,
    /// Flags.
    Flags,
    /// Sequence number as in the header.
    RawSeq,
    /// Offset from the ISN.
    RelativeSeq,
    /// Acknowledgment number as in the header.
    RawAck,
    /// Offset from the other side's ISN.
    RelativeAck,
    /// Window as in the header.
    Window,
    /// Octets of payload.
    Length,
    /// TCP options.
    Options,
    /// What it is.
    Step,
    /// Under a table that would be too long.
    MoreRows,
    /// Over the questions.
    Questions,
    /// Who opens?
    WhoOpens,
    /// The initial sequence numbers.
    Isns,
    /// How is the SYN acknowledged?
    SynAcked,
    /// How is the SYN-ACK acknowledged?
    SynAckAcked,
    /// How long did the handshake take?
    RoundTrip,
    /// Who closes first?
    ClosesFirst,
    /// Which ACK acknowledges the client's FIN?
    ClientFin,
    /// Which ACK acknowledges the server's FIN?
    ServerFin,
    /// How many segments did the close take?
    CloseSegments,
    /// Who is in TIME-WAIT?
    WhoWaits,
    /// How did it end?
    Ending,
    /// Before an answer.
    Answer,
    /// Before a reason.
    Because,
    /// Something that is not in the capture.
    NotSeen,
    /// Before the number of a frame.
    InFrame,
    /// Both sides.
    BothSides,
    /// Nobody.
    Nobody,
    /// Both FINs cross.
    Crossed,
    /// The connection never opened.
    NeverOpened,
    /// Both SYNs were sent before either arrived.
    SynsCrossed,
    /// Between two of a list.
    Comma,
    /// Between a word and what it introduces.
    Colon,
}
