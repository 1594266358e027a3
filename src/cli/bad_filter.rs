//! A filter that does not compile, shown with the place.

use std::ops::Range;

use super::near::filter_word;
use super::printable::{columns, printable};
use super::report::Hinted;
use super::texts::error;

/// The complaint about a filter: the expression, carets under the octets `at`
/// that are to blame (one behind its end if that is empty: something is
/// missing there), the compiler's words, and what may have been meant.
///
/// `at` counts octets of `expression`; a range that does not fit it is ignored.
pub fn bad_filter(expression: &str, message: &str, at: Option<Range<usize>>) -> Hinted {
    let mut problem = Hinted::new(error::BAD_FILTER).why(printable(expression));
    let at = at.filter(|at| expression.get(at.clone()).is_some());
    let blamed = at.as_ref().and_then(|at| expression.get(at.clone())).unwrap_or_default();
    if let Some(before) = at.and_then(|at| expression.get(..at.start)) {
        let indent = columns(&printable(before));
        let carets = columns(&printable(blamed)).max(1);
        problem = problem.why(format!("{}{}", " ".repeat(indent), "^".repeat(carets)));
    }
    problem = problem.why(message.trim());
    match filter_word(blamed) {
        Some(word) => problem.hint(format!("{} `{word}`?", error::DID_YOU_MEAN)),
        None => problem.hint(error::FILTER_MANUAL),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(expression: &str, at: Option<Range<usize>>) -> String {
        super::super::report::text(&bad_filter(expression, "syntax error", at).into())
    }

    #[test]
    fn carets_stand_under_the_word_to_blame() {
        assert_eq!(
            shown("tcp prot 80", Some(4..8)),
            "hsanalyze: the filter does not compile\n  tcp prot 80\n      ^^^^\n  syntax error\n\n\
             hint: did you mean `port`?\n"
        );
    }

    #[test]
    fn a_missing_word_is_pointed_at_behind_the_end() {
        let text = shown("tcp port", Some(8..8));
        assert!(text.contains("\n  tcp port\n          ^\n  syntax error\n"), "{text}");
    }

    #[test]
    fn wide_and_escaped_characters_do_not_shift_the_carets() {
        let text = shown("端口 prot", Some(7..11));
        assert!(text.contains("\n       ^^^^\n"), "{text}");
        let text = shown("\x1b prot", Some(2..6));
        assert!(text.contains("\n  \\u{1b} prot\n         ^^^^\n"), "{text}");
    }

    #[test]
    fn a_place_outside_the_expression_is_ignored() {
        for at in [3..1_000, 1..2] {
            let text = shown("é", Some(at));
            assert!(!text.contains('^'), "{text}");
        }
        assert!(!shown("tcp prot", None).contains('^'));
    }
}
