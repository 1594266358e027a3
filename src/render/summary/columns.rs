//! Which columns there is room for.

use crate::lang::Head;

/// A column and its width in cells.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub head: Head,
    pub width: usize,
}

/// An endpoint of IPv4 takes at most 21 cells, one of IPv6 47.
const ENDPOINT: usize = 21;
const LONG_ENDPOINT: usize = 47;

const NARROW: &[(Head, usize)] = &[
    (Head::Frame, 4),
    (Head::Client, ENDPOINT),
    (Head::Server, ENDPOINT),
    (Head::Ended, 12),
    (Head::Lasted, 6),
];
const USUAL: &[(Head, usize)] = &[
    (Head::Frame, 4),
    (Head::Client, ENDPOINT),
    (Head::Server, ENDPOINT),
    (Head::Ended, 12),
    (Head::Lasted, 6),
    (Head::Up, 5),
    (Head::Down, 5),
];
const ROOMY: &[(Head, usize)] = &[
    (Head::Frame, 4),
    (Head::Client, ENDPOINT),
    (Head::Server, ENDPOINT),
    (Head::Ended, 12),
    (Head::Open, 6),
    (Head::Lasted, 6),
    (Head::Segments, 6),
    (Head::Up, 5),
    (Head::Down, 5),
];
const FULL: &[(Head, usize)] = &[
    (Head::Frame, 6),
    (Head::Client, ENDPOINT),
    (Head::Server, ENDPOINT),
    (Head::Verdict, 12),
    (Head::Ended, 11),
    (Head::Open, 7),
    (Head::Lasted, 7),
    (Head::Segments, 6),
    (Head::Up, 6),
    (Head::Down, 6),
];

/// The widest choice of columns that fits, and the cells between two of them;
/// endpoints are widened by what is left.
pub(super) fn columns(room: usize, words: usize) -> (Vec<Column>, usize) {
    let needs = |choice: &[(Head, usize)], gap: usize| {
        let columns = choice.iter().map(|(head, width)| width + if is_word(*head) { words } else { 0 });
        columns.sum::<usize>() + gap * (choice.len() - 1)
    };
    let choices = [(FULL, 2), (FULL, 1), (ROOMY, 1), (USUAL, 1)];
    let fits = |&(choice, gap): &(&[(Head, usize)], usize)| needs(choice, gap) <= room;
    let (choice, gap) = choices.into_iter().find(fits).unwrap_or((NARROW, 1));
    let more = (room.saturating_sub(needs(choice, gap)) / 2).min(LONG_ENDPOINT - ENDPOINT);
    let widen = |&(head, width): &(Head, usize)| match head {
        Head::Client | Head::Server => Column { head, width: width + more },
        head if is_word(head) => Column { head, width: width + words },
        _ => Column { head, width },
    };
    (choice.iter().map(widen).collect(), gap)
}

pub(super) fn is_word(head: Head) -> bool {
    matches!(head, Head::Verdict | Head::Ended)
}

pub(super) fn is_right(head: Head) -> bool {
    matches!(head, Head::Frame | Head::Open | Head::Lasted | Head::Segments | Head::Up | Head::Down)
}
