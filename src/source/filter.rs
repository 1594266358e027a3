//! tcpdump's filter expressions, compiled by libpcap for each link type met.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use pcap::{BpfProgram, Capture, Precision};

use super::bpf;
use super::linktype::{ETHERNET, link_name, to_dlt};
use crate::model::LinkType;

/// A filter that does not compile.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FilterError {
    /// The whole expression.
    pub expression: String,
    /// libpcap's words.
    pub message: String,
    /// The link type for which it does not compile, if the expression is right
    /// for others.
    pub link: Option<LinkType>,
    /// Octets of `expression` that are to blame, as far as it could be found
    /// out; empty, at the end, if something is missing there.
    pub at: Option<Range<usize>>,
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "filter '{}' does not compile", self.expression)?;
        if let Some(link) = self.link {
            write!(f, " for link type {}", link_name(link))?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for FilterError {}

impl FilterError {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        if self.link.is_some() {
            return Some(
                "this part of the filter needs another link layer; IP addresses and ports always work".into(),
            );
        }
        match &self.at {
            Some(at) if at.is_empty() => Some("something is missing at the end; see man pcap-filter".into()),
            _ => Some("see man pcap-filter".into()),
        }
    }
}

/// A filter expression and its programs.
pub struct Filter {
    expression: String,
    programs: HashMap<LinkType, Option<BpfProgram>>,
    last: Option<(LinkType, Option<BpfProgram>)>,
}

impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Filter").field("expression", &self.expression).finish_non_exhaustive()
    }
}

impl Filter {
    /// A filter that compiles for at least one of these link types.
    ///
    /// # Errors
    /// It compiles for none of them. The error of the first is given.
    pub fn new(expression: &str, links: &[LinkType]) -> Result<Filter, FilterError> {
        let mut first_error = None;
        for link in links {
            match compile(expression, *link) {
                Ok(program) => {
                    let last = Some((*link, Some(program)));
                    return Ok(Filter { expression: expression.to_owned(), programs: HashMap::new(), last });
                }
                Err(message) => _ = first_error.get_or_insert((*link, message)),
            }
        }
        match first_error {
            Some((link, message)) => Err(explain(expression, link, message)),
            None => Filter::new(expression, &[super::ETHERNET]),
        }
    }

    /// Whether a frame passes.
    ///
    /// # Errors
    /// The expression does not compile for this link type. Said once for each
    /// link type; later frames of it do not pass.
    #[inline]
    pub fn passes(&mut self, link: LinkType, data: &[u8], wire_len: u32) -> Result<bool, FilterError> {
        if let Some(passes) = self.knows(link, data, wire_len) {
            return Ok(passes);
        }
        self.switch(link)?;
        Ok(self.knows(link, data, wire_len).unwrap_or(false))
    }

    /// The same if the program for this link type is at hand; else `None`.
    #[inline]
    pub fn knows(&self, link: LinkType, data: &[u8], wire_len: u32) -> Option<bool> {
        let (_, program) = self.last.as_ref().filter(|(known, _)| *known == link)?;
        Some(program.as_ref().is_some_and(|program| bpf::matches(program, data, wire_len)))
    }

    /// Makes the program of another link type the one at hand.
    #[cold]
    fn switch(&mut self, link: LinkType) -> Result<(), FilterError> {
        if let Some((old, program)) = self.last.take() {
            self.programs.insert(old, program);
        }
        if let Some(program) = self.programs.remove(&link) {
            self.last = Some((link, program));
            return Ok(());
        }
        match compile(&self.expression, link) {
            Ok(program) => {
                self.last = Some((link, Some(program)));
                Ok(())
            }
            Err(message) => {
                self.last = Some((link, None));
                Err(FilterError { expression: self.expression.clone(), message, link: Some(link), at: None })
            }
        }
    }
}

/// Compiles for one link type; the error is libpcap's message.
fn compile(expression: &str, link: LinkType) -> Result<BpfProgram, String> {
    let dead = Capture::dead_with_precision(to_dlt(link), Precision::Nano).map_err(message_of)?;
    dead.compile(expression, true).map_err(message_of)
}

/// libpcap's words without what goes before them.
/// Whether no ICMP error can pass an expression that compiles: the compiler itself
/// says that the two together reject every packet.
pub fn hides_icmp(expression: &str) -> bool {
    let both = format!("({expression}) and (icmp or icmp6)");
    let refused = |expression: &str| compile(expression, ETHERNET).err();
    refused(expression).is_none() && refused(&both).is_some_and(|why| why.contains("rejects all packets"))
}

pub(super) fn message_of(error: pcap::Error) -> String {
    match error {
        pcap::Error::PcapError(text) => {
            text.strip_prefix("can't parse filter expression: ").unwrap_or(&text).to_owned()
        }
        other => other.to_string(),
    }
}

/// Finds out more about a filter that libpcap refused.
pub(super) fn explain(expression: &str, link: LinkType, message: String) -> FilterError {
    let elsewhere = [super::ETHERNET, super::RAW]
        .into_iter()
        .any(|other| other != link && compile(expression, other).is_ok());
    let at = match elsewhere {
        true => None,
        false => quoted_word(expression, &message).or_else(|| offending_word(expression, link)),
    };
    FilterError { expression: expression.to_owned(), message, link: elsewhere.then_some(link), at }
}

/// Where the expression has the name that libpcap quotes.
fn quoted_word(expression: &str, message: &str) -> Option<Range<usize>> {
    let mut quotes = message.split(['\'', '"']);
    let name = quotes.nth(1).filter(|_| quotes.next().is_some())?;
    words(expression).into_iter().find(|word| expression.get(word.clone()) == Some(name))
}

/// The first word after which nothing that could follow makes a filter.
fn offending_word(expression: &str, link: LinkType) -> Option<Range<usize>> {
    let words = words(expression);
    // Each try costs a compilation; nobody types a filter of so many words.
    if words.is_empty() || words.len() > 200 {
        return None;
    }
    let viable = |word: &&Range<usize>| expression.get(..word.end).is_some_and(|text| can_go_on(text, link));
    match words.iter().find(|word| !viable(word)) {
        Some(word) => Some(word.clone()),
        None => Some(expression.len()..expression.len()),
    }
}

/// Whether some continuation of this text compiles.
fn can_go_on(text: &str, link: LinkType) -> bool {
    const TAILS: [&str; 14] = [
        "",
        " tcp",
        " 1",
        " 1.1.1.1",
        " host 1.1.1.1",
        " port 1",
        " = 0",
        " 0 = 0",
        "[0] = 0",
        "0] = 0",
        "] = 0",
        " & 1 = 0",
        " ::1",
        " 00:00:00:00:00:01",
    ];
    let open = text.matches('(').count().saturating_sub(text.matches(')').count());
    let closing = ")".repeat(open);
    TAILS.iter().any(|tail| {
        compile(&format!("{text}{tail}{closing}"), link).is_ok()
            || (open > 0 && compile(&format!("{text}{tail}{closing} = 0"), link).is_ok())
    })
}

/// The words and signs of an expression, as ranges of octets.
fn words(expression: &str) -> Vec<Range<usize>> {
    let sign = |c: char| "()[]!&|=<>+*".contains(c);
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut previous = ' ';
    for (start, c) in expression.char_indices() {
        let end = start + c.len_utf8();
        let joins = !c.is_whitespace()
            && !previous.is_whitespace()
            && match (sign(previous), sign(c)) {
                (false, false) => true,
                (true, true) => {
                    matches!((previous, c), ('&', '&') | ('|', '|') | ('!' | '<' | '>' | '=', '='))
                }
                _ => false,
            };
        match words.last_mut() {
            Some(word) if joins => word.end = end,
            _ if c.is_whitespace() => {}
            _ => words.push(start..end),
        }
        previous = c;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::super::{ETHERNET, RAW};
    use super::*;

    fn blamed(expression: &str) -> String {
        let error = Filter::new(expression, &[ETHERNET]).unwrap_err();
        let at = error.at.unwrap_or_else(|| panic!("{expression}: no place found: {}", error.message));
        if at.is_empty() { format!("<end {}>", at.start) } else { expression[at].to_owned() }
    }

    #[test]
    fn the_word_to_blame_is_found() {
        assert_eq!(blamed("tcp prot 80"), "prot");
        assert_eq!(blamed("tcp port"), "<end 8>");
        assert_eq!(blamed("tcp and (port 80 or port)"), ")");
        assert_eq!(blamed("tcp and (port 80"), "<end 16>");
        assert_eq!(blamed("port htttp"), "htttp");
        assert_eq!(blamed("tcp[13 & 2 = 2"), "=");
        assert_eq!(blamed("tcp[tcpflags] & tcp-sin != 0"), "tcp-sin");
        assert_eq!(blamed("host 1.2.3.4 andd port 80"), "andd");
    }

    #[test]
    fn lengths_are_those_on_the_wire() {
        let mut filter = Filter::new("greater 1000", &[ETHERNET]).unwrap();
        assert!(filter.passes(ETHERNET, &[0; 64], 1500).unwrap());
        assert!(!filter.passes(ETHERNET, &[0; 64], 64).unwrap());
    }

    #[test]
    fn octets_that_were_cut_off_do_not_match() {
        let mut filter = Filter::new("ether[100] = 0", &[ETHERNET]).unwrap();
        assert!(filter.passes(ETHERNET, &[0; 101], 1500).unwrap());
        assert!(!filter.passes(ETHERNET, &[0; 100], 1500).unwrap());
    }

    /// Each frame is an allocation of its own length: valgrind sees one octet more.
    #[test]
    fn a_frame_cut_anywhere_is_not_read_beyond_its_end() {
        let wild = "ether[60:4] = 7 or ip[2:2] > 100 or tcp[((tcp[12] & 0xf0) >> 2):4] = 0x47455420 or vlan";
        let mut filters = [wild, "ip6 proto 6", "len > 10", "ether[ether[14]] = 0"]
            .map(|expression| Filter::new(expression, &[ETHERNET]).unwrap());
        for fill in [0_u8, 0x45, 0x60, 0x81, 0xff] {
            for len in 0..96 {
                let mut frame = vec![fill; len].into_boxed_slice();
                if let Some(kind) = frame.get_mut(12..14) {
                    kind.copy_from_slice(&[8, 0]);
                }
                for filter in &mut filters {
                    for wire in [0, len as u32, 1500, u32::MAX] {
                        filter.passes(ETHERNET, &frame, wire).unwrap();
                    }
                }
            }
        }
    }

    #[test]
    fn each_link_type_has_its_program_and_its_one_error() {
        let mut filter = Filter::new("ether host 1:2:3:4:5:6", &[ETHERNET]).unwrap();
        let frame = [1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 0, 8, 0];
        assert!(filter.passes(ETHERNET, &frame, 14).unwrap());
        let error = filter.passes(RAW, &frame, 14).unwrap_err();
        assert_eq!(error.link, Some(RAW));
        assert!(error.to_string().contains("for link type RAW"), "{error}");
        assert!(!filter.passes(RAW, &frame, 14).unwrap());
        assert!(filter.passes(ETHERNET, &frame, 14).unwrap());
    }

    #[test]
    fn one_fitting_link_type_is_enough() {
        assert!(Filter::new("ether proto 0x800", &[RAW, ETHERNET]).is_ok());
        let error = Filter::new("ether host 1:2:3:4:5:6", &[RAW]).unwrap_err();
        assert_eq!(error.link, Some(RAW));
    }

    #[test]
    fn an_expression_with_a_nul_is_an_error() {
        assert!(Filter::new("tcp\0", &[ETHERNET]).is_err());
    }

    #[test]
    fn a_filter_on_ports_hides_icmp_errors() {
        for hiding in ["port 9877", "tcp", "tcp port 9877 and host 10.0.0.1", "tcp[13] & 2 != 0"] {
            assert!(hides_icmp(hiding), "{hiding}");
        }
        for open in ["", "host 10.0.0.1", "not tcp port 22", "tcp or icmp", "ip", "tcp prot 80"] {
            assert!(!hides_icmp(open), "{open}");
        }
    }
}
