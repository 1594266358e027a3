//! TCP options. Our own parser: it goes on after a kind that it does not know,
//! and it says where the octets end.

use super::seq::Seq;

/// Options that were cut or whose lengths contradict.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The snapshot length cut the options here.
    Cut,
    /// A length below 2, beyond the header, or impossible for the kind.
    BadLength,
}

/// One option as its octets stand in the header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RawOption<'a> {
    /// Kind.
    pub kind: u8,
    /// The octets after kind and length; fewer than the length says if cut.
    pub data: &'a [u8],
}

/// The TSval and TSecr of a timestamps option (RFC 7323 §3.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timestamps {
    /// The sender's clock.
    pub val: u32,
    /// The other's clock, echoed.
    pub ecr: u32,
}

/// One option, understood.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TcpOption<'a> {
    /// End of option list.
    End,
    /// No operation: padding.
    Nop,
    /// Maximum segment size, octets.
    Mss(u16),
    /// Window scale, a shift count.
    WindowScale(u8),
    /// SACK permitted.
    SackPermitted,
    /// SACK blocks: pairs of edges, eight octets each (see [`TcpOption::sack_blocks`]).
    Sack(&'a [u8]),
    /// Timestamps.
    Timestamps(Timestamps),
    /// MD5 signature (RFC 2385).
    Md5(&'a [u8]),
    /// Authentication (RFC 5925).
    Ao(&'a [u8]),
    /// Multipath TCP (RFC 8684); the subtype is in the upper half of the first octet.
    Mptcp(&'a [u8]),
    /// Fast Open (RFC 7413): the cookie, empty if one is asked for.
    FastOpen(&'a [u8]),
    /// Accurate ECN (RFC 9768), order 0 or 1.
    AccEcn(&'a [u8]),
    /// Any other kind, or a known one of a length that it cannot have.
    Other(RawOption<'a>),
}

impl<'a> TcpOption<'a> {
    #[inline]
    fn from_raw(raw: RawOption<'a>) -> Self {
        let other = TcpOption::Other(raw);
        match (raw.kind, raw.data) {
            (0, _) => TcpOption::End,
            (1, _) => TcpOption::Nop,
            (2, &[a, b]) => TcpOption::Mss(u16::from_be_bytes([a, b])),
            (3, &[shift]) => TcpOption::WindowScale(shift),
            (4, []) => TcpOption::SackPermitted,
            (5, blocks) if !blocks.is_empty() && blocks.len() % 8 == 0 => TcpOption::Sack(blocks),
            (8, &[a, b, c, d, e, f, g, h]) => TcpOption::Timestamps(Timestamps {
                val: u32::from_be_bytes([a, b, c, d]),
                ecr: u32::from_be_bytes([e, f, g, h]),
            }),
            (19, digest) if digest.len() == 16 => TcpOption::Md5(digest),
            (29, data) if data.len() >= 2 => TcpOption::Ao(data),
            (30, data) if !data.is_empty() => TcpOption::Mptcp(data),
            (34, cookie) => TcpOption::FastOpen(cookie),
            // RFC 6994 shared experimental option with the magic number of Fast Open.
            (254, [0xf9, 0x89, cookie @ ..]) => TcpOption::FastOpen(cookie),
            (172 | 174, counters) => TcpOption::AccEcn(counters),
            _ => other,
        }
    }

    /// The left and right edges of SACK blocks (RFC 2018 §3).
    pub fn sack_blocks(blocks: &'a [u8]) -> impl Iterator<Item = (Seq, Seq)> + 'a {
        blocks.chunks_exact(8).map(|b| {
            let left = u32::from_be_bytes([b[0], b[1], b[2], b[3]]);
            let right = u32::from_be_bytes([b[4], b[5], b[6], b[7]]);
            (Seq::new(left), Seq::new(right))
        })
    }
}

/// Iterates over the options of one header; ends after End of option list, at
/// the end, or after the first fault.
#[derive(Clone, Debug)]
pub struct OptionIter<'a> {
    octets: &'a [u8],
    declared: usize,
    done: bool,
}

impl<'a> OptionIter<'a> {
    /// `octets` as captured, of `declared` octets that the header has for
    /// options.
    pub fn new(octets: &'a [u8], declared: usize) -> Self {
        OptionIter { octets, declared, done: false }
    }

    fn fail(&mut self, fault: Fault) -> Option<Result<TcpOption<'a>, Fault>> {
        self.done = true;
        Some(Err(fault))
    }
}

impl<'a> Iterator for OptionIter<'a> {
    type Item = Result<TcpOption<'a>, Fault>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.done || self.declared == 0 {
            return None;
        }
        let Some(&kind) = self.octets.first() else { return self.fail(Fault::Cut) };
        let len = match kind {
            0 | 1 => 1,
            _ => match self.octets.get(1) {
                _ if self.declared < 2 => return self.fail(Fault::BadLength),
                None => return self.fail(Fault::Cut),
                Some(&len) => usize::from(len),
            },
        };
        if (kind > 1 && len < 2) || len > self.declared {
            return self.fail(Fault::BadLength);
        }
        let Some(data) = self.octets.get(len.min(2)..len) else { return self.fail(Fault::Cut) };
        self.octets = &self.octets[len..];
        self.declared -= len;
        self.done = kind == 0;
        Some(Ok(TcpOption::from_raw(RawOption { kind, data: if kind > 1 { data } else { &[] } })))
    }
}

/// The options that nearly every SYN has, and no others: each once, whole, and
/// as it must be in a SYN.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SynOptions {
    /// Maximum segment size, octets.
    pub mss: Option<u16>,
    /// Window scale, a shift count up to 14.
    pub window_scale: Option<u8>,
    /// SACK permitted.
    pub sack: bool,
    /// Timestamps.
    pub timestamps: Option<Timestamps>,
}

impl SynOptions {
    /// From the `declared` octets that the header has for options, if all of them
    /// were captured. `None`: there is something else among them, and
    /// [`OptionIter`] says what.
    #[inline]
    pub fn of(octets: &[u8], declared: usize) -> Option<Self> {
        if octets.len() != declared {
            return None;
        }
        // As Linux sends them, in one step.
        if let [2, 4, m, n, 4, 2, 8, 10, a, b, c, d, e, f, g, h, 1, 3, 3, shift @ 0..=14] = *octets {
            let (val, ecr) = (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]));
            return Some(SynOptions {
                mss: Some(u16::from_be_bytes([m, n])),
                window_scale: Some(shift),
                sack: true,
                timestamps: Some(Timestamps { val, ecr }),
            });
        }
        SynOptions::one_by_one(octets)
    }

    #[inline(never)] // so that the step above stays in registers
    fn one_by_one(mut octets: &[u8]) -> Option<Self> {
        let mut found = SynOptions::default();
        loop {
            octets = match *octets {
                [] | [0, ..] => return Some(found),
                [1, ref rest @ ..] => rest,
                [2, 4, a, b, ref rest @ ..] if found.mss.is_none() => {
                    found.mss = Some(u16::from_be_bytes([a, b]));
                    rest
                }
                [3, 3, shift @ 0..=14, ref rest @ ..] if found.window_scale.is_none() => {
                    found.window_scale = Some(shift);
                    rest
                }
                [4, 2, ref rest @ ..] if !found.sack => {
                    found.sack = true;
                    rest
                }
                [8, 10, a, b, c, d, e, f, g, h, ref rest @ ..] if found.timestamps.is_none() => {
                    let (val, ecr) = (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]));
                    found.timestamps = Some(Timestamps { val, ecr });
                    rest
                }
                _ => return None,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linux_syn() {
        let octets = [2, 4, 0xff, 0xd7, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7];
        let got: Vec<_> = OptionIter::new(&octets, 20).map(Result::unwrap).collect();
        assert_eq!(
            got,
            [
                TcpOption::Mss(65495),
                TcpOption::SackPermitted,
                TcpOption::Timestamps(Timestamps { val: 1, ecr: 0 }),
                TcpOption::Nop,
                TcpOption::WindowScale(7),
            ]
        );
    }

    #[test]
    fn what_is_found_in_one_go_is_what_is_found_one_by_one() {
        use proptest::prelude::*;
        let part = prop_oneof![
            any::<[u8; 2]>().prop_map(|[a, b]| vec![2, 4, a, b]),
            (0..16_u8).prop_map(|shift| vec![3, 3, shift]),
            Just(vec![4, 2]),
            any::<[u8; 8]>().prop_map(|ts| [&[8, 10][..], &ts].concat()),
            Just(vec![1]),
            Just(vec![0]),
            Just(vec![34, 2]),
            any::<[u8; 3]>().prop_map(|noise| noise.to_vec()),
        ];
        proptest!(|(parts in proptest::collection::vec(part, 0..7), cut in 0..3_usize)| {
            let octets = parts.concat();
            let declared = octets.len();
            let octets = &octets[..declared - if cut == 2 { declared.min(1) } else { 0 }];
            let Some(found) = SynOptions::of(octets, declared) else { return Ok(()) };
            let mut each = SynOptions::default();
            for option in OptionIter::new(octets, declared) {
                match option {
                    Ok(TcpOption::Mss(mss)) => prop_assert!(each.mss.replace(mss).is_none()),
                    Ok(TcpOption::WindowScale(shift)) => {
                        prop_assert!(shift <= 14 && each.window_scale.replace(shift).is_none());
                    }
                    Ok(TcpOption::SackPermitted) => prop_assert!(!std::mem::replace(&mut each.sack, true)),
                    Ok(TcpOption::Timestamps(ts)) => prop_assert!(each.timestamps.replace(ts).is_none()),
                    other => prop_assert!(matches!(other, Ok(TcpOption::Nop | TcpOption::End)), "{other:?}"),
                }
            }
            prop_assert_eq!(found, each);
        });
    }

    #[test]
    fn an_unknown_kind_does_not_end_the_list() {
        let octets = [77, 3, 9, 1, 3, 3, 7, 0];
        let got: Vec<_> = OptionIter::new(&octets, 8).map(Result::unwrap).collect();
        assert_eq!(got[0], TcpOption::Other(RawOption { kind: 77, data: &[9] }));
        assert_eq!(got[2], TcpOption::WindowScale(7));
        assert_eq!(got.len(), 4);
    }

    #[test]
    fn a_cut_is_not_a_bad_length() {
        let cut = [2, 4, 5];
        assert_eq!(OptionIter::new(&cut, 12).next(), Some(Err(Fault::Cut)));
        assert_eq!(OptionIter::new(&[2, 4, 5], 3).next(), Some(Err(Fault::BadLength)));
        assert_eq!(OptionIter::new(&[8, 0, 0, 0], 4).next(), Some(Err(Fault::BadLength)));
        assert_eq!(OptionIter::new(&[2], 1).next(), Some(Err(Fault::BadLength)));
    }
}
