//! The verdict of Zeek on a conversation.

use crate::track::{EndState, Zeek};

/// Zeek's `conn_state`: S0 S1 SF REJ S2 S3 RSTO RSTR RSTOS0 RSTRH SH SHR OTH.
pub fn conn_state(zeek: &Zeek) -> &'static str {
    word(zeek.states(), zeek.is_empty(), zeek.history())
}

/// From the states of originator and responder, whether neither sent an octet,
/// and the history.
fn word(states: [EndState; 2], empty: bool, history: &str) -> &'static str {
    use EndState as E;
    let unheard = |state: E| matches!(state, E::Inactive | E::Partial);
    match states {
        [E::SynSent | E::SynAckSent, E::Reset] => "REJ",
        [E::Reset, E::Reset] if empty => "REJ",
        [orig, E::Reset] if unheard(orig) => "RSTRH",
        [_, E::Reset] => "RSTR",
        [E::Reset, resp] if !unheard(resp) => "RSTO",
        [E::Reset, _] if is_aborted_attempt(history) => "RSTOS0",
        [E::Reset, _] => "OTH",
        [E::Closed, E::Closed] => "SF",
        [E::Closed, resp] if unheard(resp) => "SH",
        [E::Closed, _] => "S2",
        [orig, E::Closed] if unheard(orig) => "SHR",
        [_, E::Closed] => "S3",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_states_has_zeeks_word() {
        use EndState::{Closed, Established, Inactive, Partial, Reset, SynAckSent, SynSent};
        let all = [Inactive, SynSent, SynAckSent, Partial, Established, Closed, Reset];
        // Rows: the originator; columns: the responder, in the order of `all`.
        let words = [
            "OTH OTH OTH OTH OTH SHR RSTRH",
            "S0 OTH OTH OTH OTH S3 REJ",
            "OTH OTH OTH OTH OTH S3 REJ",
            "OTH OTH OTH OTH OTH SHR RSTRH",
            "OTH OTH OTH OTH S1 S3 RSTR",
            "SH S2 S2 SH S2 SF RSTR",
            "OTH RSTO RSTO OTH RSTO RSTO RSTR",
        ];
        for (orig, row) in all.into_iter().zip(words) {
            for (resp, expected) in all.into_iter().zip(row.split(' ')) {
                assert_eq!(word([orig, resp], false, "ShAR"), expected, "{orig:?} {resp:?}");
            }
        }
        assert_eq!(word([Reset, Reset], true, "SrR"), "REJ");
        assert_eq!(word([Reset, Inactive], false, "SR"), "RSTOS0");
    }

    #[test]
    fn an_aborted_attempt_has_a_reset_and_nothing_of_the_originator_between() {
        for history in ["SR", "^SR", "STR", "SaR", "SRF"] {
            assert!(is_aborted_attempt(history), "{history}");
        }
        for history in ["", "R", "S", "Sr", "SAR", "SFR", "SGR", "HR", "sR"] {
            assert!(!is_aborted_attempt(history), "{history}");
        }
    }
}
