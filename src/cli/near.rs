//! Words that look like a mistyped one.

/// Words that filter expressions are made of (pcap-filter), commonest first:
/// of equally near words the first is proposed.
const FILTER_WORDS: [&str; 58] = [
    "port",
    "host",
    "net",
    "tcp",
    "udp",
    "src",
    "dst",
    "portrange",
    "ip6",
    "ip",
    "icmp",
    "icmp6",
    "and",
    "or",
    "not",
    "vlan",
    "proto",
    "arp",
    "ether",
    "mask",
    "less",
    "greater",
    "broadcast",
    "multicast",
    "inbound",
    "outbound",
    "gateway",
    "mpls",
    "pppoes",
    "pppoed",
    "geneve",
    "sctp",
    "igmp",
    "esp",
    "ah",
    "rarp",
    "link",
    "protochain",
    "ifname",
    "ifindex",
    "len",
    "http",
    "https",
    "ssh",
    "domain",
    "tcpflags",
    "tcp-syn",
    "tcp-ack",
    "tcp-fin",
    "tcp-rst",
    "tcp-push",
    "tcp-urg",
    "tcp-ece",
    "tcp-cwr",
    "icmptype",
    "icmpcode",
    "icmp6type",
    "icmp6code",
];

/// The word of filter expressions that `word` was probably meant to be; none
/// if it is one, or looks like none.
pub(super) fn filter_word(word: &str) -> Option<&'static str> {
    nearest(word, &FILTER_WORDS)
}

/// The candidate that needs the fewest changes, if they are few for the
/// length of the word; the first of equals.
pub(super) fn nearest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let word = word.to_ascii_lowercase();
    let letters = word.chars().count();
    if !(2..=24).contains(&letters) {
        return None;
    }
    let allowed = (letters / 3).max(1);
    let scored = candidates.iter().map(|candidate| (distance(&word, candidate), *candidate));
    let (changes, best) = scored.min_by_key(|(changes, _)| *changes)?;
    (changes > 0 && changes <= allowed).then_some(best)
}

/// Letters to insert, drop, replace or exchange with the next to make `b` of
/// `a` (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, &ca) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &cb) in b.iter().enumerate() {
            let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&above, j) + usize::from(ca != cb);
            let mut least = replaced.min(at(&above, j + 1) + 1).min(at(&row, j) + 1);
            let crossed = i > 0 && j > 0 && a.get(i - 1) == Some(&cb) && b.get(j - 1) == Some(&ca);
            if crossed {
                least = least.min(at(&before, j - 1) + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_counted() {
        for (a, b, changes) in
            [("prot", "port", 1), ("", "net", 3), ("hst", "host", 1), ("tcp", "tcp", 0), ("abcd", "dcba", 3)]
        {
            assert_eq!(distance(a, b), changes, "{a} {b}");
            assert_eq!(distance(b, a), changes, "{b} {a}");
        }
    }

    #[test]
    fn mistyped_filter_words_are_recognized() {
        for (typed, meant) in [
            ("prot", Some("port")),
            ("hsot", Some("host")),
            ("tpc", Some("tcp")),
            ("Prot", Some("port")),
            ("andd", Some("and")),
            ("tcp-sin", Some("tcp-syn")),
            ("port", None),
            ("xyzzy", None),
            ("(", None),
            ("", None),
        ] {
            assert_eq!(filter_word(typed), meant, "{typed}");
        }
    }

    #[test]
    fn no_word_is_listed_twice() {
        let mut words = FILTER_WORDS.to_vec();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), FILTER_WORDS.len());
    }
}
