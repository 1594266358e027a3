//! The verdict of Zeek on a conversation.

use crate::track::{EndState, Zeek};

/// Zeek's `conn_state`: S0 S1 SF REJ S2 S3 RSTO RSTR RSTOS0 RSTRH SH SHR OTH.
pub fn conn_state(zeek: &Zeek) -> &'static str {
    use EndState as E;
    let unheard = |state: E| matches!(state, E::Inactive | E::Partial);
    match zeek.states() {
        [E::SynSent | E::SynAckSent, E::Reset] => "REJ",
        [E::Reset, E::Reset] if zeek.is_empty() => "REJ",
        [orig, E::Reset] => {
            if unheard(orig) {
                "RSTRH"
            } else {
                "RSTR"
            }
        }
        [E::Reset, resp] if !unheard(resp) => "RSTO",
        [E::Reset, _] if is_aborted_attempt(zeek.history()) => "RSTOS0",
        [E::Closed, E::Closed] => "SF",
        [E::Closed, resp] => {
            if unheard(resp) {
                "SH"
            } else {
                "S2"
            }
        }
        [orig, E::Closed] => {
            if unheard(orig) {
                "SHR"
            } else {
                "S3"
            }
        }
        [E::SynSent, E::Inactive] => "S0",
        [E::Established, E::Established] => "S1",
        _ => "OTH",
    }
}

/// A SYN and a RST of the originator, and neither SYN-ACK, ACK, FIN, gap nor
/// odd flags of it before the RST.
fn is_aborted_attempt(history: &str) -> bool {
    let letters = history.strip_prefix('^').unwrap_or(history);
    letters.strip_prefix('S').is_some_and(|rest| {
        rest.find('R').is_some_and(|reset| !rest[..reset].contains(['H', 'A', 'F', 'G', 'I', 'Q']))
    })
}
