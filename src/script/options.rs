//! The octets of TCP options.

use crate::model::Seq;

use super::ast::OptionWord;

/// Most octets that a TCP header has for options (RFC 9293 §3.1).
const ROOM: usize = 40;

/// The octets of `words`, padded to whole words of the header with
/// no-operations; `None` if they are more than a header holds. `base`: the ISN
/// that SACK edges count from.
pub(super) fn octets(words: &[OptionWord], base: Seq) -> Option<Vec<u8>> {
    let mut octets = Vec::new();
    for word in words {
        match word {
            OptionWord::End => octets.push(0),
            OptionWord::Nop => octets.push(1),
            OptionWord::Mss(mss) => put(&mut octets, 2, &mss.to_be_bytes()),
            OptionWord::WindowScale(shift) => put(&mut octets, 3, &[*shift]),
            OptionWord::SackPermitted => put(&mut octets, 4, &[]),
            OptionWord::Sack(blocks) => {
                let edges = blocks.iter().flat_map(|&(left, right)| [left, right]);
                let edges = edges.flat_map(|edge| base.advance(edge as u32).raw().to_be_bytes());
                put(&mut octets, 5, &edges.collect::<Vec<u8>>());
            }
            OptionWord::Timestamps(val, ecr) => {
                put(&mut octets, 8, &[val.to_be_bytes(), ecr.to_be_bytes()].concat());
            }
            OptionWord::FastOpen(cookie) => put(&mut octets, 34, cookie),
            OptionWord::Octets(raw) => octets.extend(raw),
            OptionWord::Any(_) | OptionWord::More => return None,
        }
    }
    while octets.len() % 4 != 0 {
        octets.push(1);
    }
    (octets.len() <= ROOM).then_some(octets)
}

/// One option: kind, length, value. All values here are shorter than 254.
fn put(octets: &mut Vec<u8>, kind: u8, value: &[u8]) {
    octets.extend([kind, value.len() as u8 + 2]);
    octets.extend(value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{OptionIter, TcpOption, Timestamps};

    #[test]
    fn the_octets_read_back_as_the_options_that_were_written() {
        let words = [
            OptionWord::Mss(1460),
            OptionWord::SackPermitted,
            OptionWord::Timestamps(1, u32::MAX),
            OptionWord::WindowScale(7),
            OptionWord::FastOpen(vec![1, 2, 3, 4]),
        ];
        let octets = octets(&words, Seq::new(0)).unwrap();
        let read: Vec<_> = OptionIter::new(&octets, octets.len()).map(Result::unwrap).collect();
        let padding = TcpOption::Nop;
        assert_eq!(
            read,
            [
                TcpOption::Mss(1460),
                TcpOption::SackPermitted,
                TcpOption::Timestamps(Timestamps { val: 1, ecr: u32::MAX }),
                TcpOption::WindowScale(7),
                TcpOption::FastOpen(&[1, 2, 3, 4]),
                padding,
                padding,
                padding,
            ]
        );
    }

    #[test]
    fn sack_edges_wrap_with_the_sequence_numbers() {
        let octets = octets(&[OptionWord::Sack(vec![(1, 6)])], Seq::new(u32::MAX)).unwrap();
        assert_eq!(octets, [5, 10, 0, 0, 0, 0, 0, 0, 0, 5, 1, 1]);
    }

    #[test]
    fn more_than_a_header_holds_is_refused() {
        assert_eq!(octets(&vec![OptionWord::Timestamps(0, 0); 5], Seq::new(0)), None);
    }
}
