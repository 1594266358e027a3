//! The worksheet in English.

use crate::lang::Lab;

pub(super) fn lab(word: Lab) -> &'static str {
    match word {
        Lab::Title => "Worksheet: conversation",
        Lab::Task => "Fill in the blanks from the capture, with tcpdump, tshark or Wireshark.",
        Lab::Segments => "Segments of the opening and the closing",
        Lab::Frame => "#",
        Lab::Time => "Time (s)",
        Lab::From => "From port",
        Lab::To => "To port",
        Lab::Flags => "Flags",
        Lab::RawSeq => "Seq (raw)",
        Lab::RelativeSeq => "Seq (relative)",
        Lab::RawAck => "Ack (raw)",
        Lab::RelativeAck => "Ack (relative)",
        Lab::Window => "Window",
        Lab::Length => "Length",
        Lab::Options => "Options",
        Lab::Step => "What is it?",
        Lab::MoreRows => "More segments of this kind were left out:",
        Lab::Questions => "Questions",
        Lab::WhoOpens => "Who opens the connection, and how do you know?",
        Lab::Isns => "What are the initial sequence numbers of client and server?",
        Lab::SynAcked => "Which segment acknowledges the client's SYN, and with which number?",
        Lab::SynAckAcked => "Which segment acknowledges the server's SYN, and with which number?",
        Lab::RoundTrip => "How long is the round trip from the SYN to the SYN-ACK?",
        Lab::ClosesFirst => "Who closes first?",
        Lab::ClientFin => "Which ACK acknowledges the client's FIN?",
        Lab::ServerFin => "Which ACK acknowledges the server's FIN?",
        Lab::CloseSegments => "How many segments does the close take?",
        Lab::WhoWaits => "Who is left in TIME-WAIT?",
        Lab::Ending => "How did the connection open, and how did it end?",
        Lab::Answer => "Answer:",
        Lab::Because => "Why:",
        Lab::NotSeen => "not in the capture",
        Lab::InFrame => "frame",
        Lab::BothSides => "both sides",
        Lab::Nobody => "nobody",
        Lab::Crossed => "both at once: the FINs cross",
    }
}
