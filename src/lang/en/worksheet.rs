//! The worksheet in English.

use crate::lang::Worksheet;

pub(super) fn worksheet(word: Worksheet) -> &'static str {
    match word {
        Worksheet::Title => "Worksheet: conversation",
        Worksheet::Task => "Fill in the blanks from the capture, with tcpdump, tshark or Wireshark.",
        Worksheet::Segments => "Segments of the opening and the closing",
        Worksheet::Frame => "#",
        Worksheet::Time => "Time (s)",
        Worksheet::From => "From port",
        Worksheet::To => "To port",
        Worksheet::Flags => "Flags",
        Worksheet::RawSeq => "Seq (raw)",
        Worksheet::RelativeSeq => "Seq (relative)",
        Worksheet::RawAck => "Ack (raw)",
        Worksheet::RelativeAck => "Ack (relative)",
        Worksheet::Window => "Window",
        Worksheet::Length => "Length",
        Worksheet::Options => "Options",
        Worksheet::Step => "What is it?",
        Worksheet::MoreRows => "More segments of this kind were left out:",
        Worksheet::Questions => "Questions",
        Worksheet::WhoOpens => "Who opens the connection, and how do you know?",
        Worksheet::Isns => "What are the initial sequence numbers of client and server?",
        Worksheet::SynAcked => "Which segment acknowledges the client's SYN, and with which number?",
        Worksheet::SynAckAcked => "Which segment acknowledges the server's SYN, and with which number?",
        Worksheet::RoundTrip => "How long is the round trip from the SYN to the SYN-ACK?",
        Worksheet::ClosesFirst => "Who closes first?",
        Worksheet::ClientFin => "Which ACK acknowledges the client's FIN?",
        Worksheet::ServerFin => "Which ACK acknowledges the server's FIN?",
        Worksheet::CloseSegments => "How many segments does the close take?",
        Worksheet::WhoWaits => "Who is left in TIME-WAIT?",
        Worksheet::Ending => "How did the connection open, and how did it end?",
        Worksheet::Answer => "Answer:",
        Worksheet::Because => "Why:",
        Worksheet::NotSeen => "not in the capture",
        Worksheet::InFrame => "frame",
        Worksheet::BothSides => "both sides",
        Worksheet::Nobody => "nobody",
        Worksheet::Crossed => "both at once: the FINs cross",
    }
}
