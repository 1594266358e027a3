//! What waits, and what is chosen.

use super::*;

/// Prints at once.
struct Eager;

impl Sink for Eager {
    fn prints_at_once(&self) -> bool {
        true
    }
}

fn holding(most_held: usize) -> SelectSink {
    let mut only = Wanted::default();
    assert!(only.add("graceful"));
    let selection = Selection { only: Some(only), ..Selection::default() };
    SelectSink { most_held, ..SelectSink::new(Box::new(Eager), selection).0 }
}

fn print(sink: &mut SelectSink, number: u64, text: &str) {
    let mut out = Vec::new();
    sink.print(Which::Conversation(number), &mut out, |_, out| out.extend_from_slice(text.as_bytes()));
    assert!(out.is_empty(), "nothing is printed before the verdict");
}

#[test]
fn what_waits_is_bounded_and_the_one_that_grows_is_given_up() {
    let mut sink = holding(10);
    print(&mut sink, 1, "1234");
    print(&mut sink, 2, "12345");
    print(&mut sink, 2, "67");
    assert_eq!(sink.held, 4);
    assert!(matches!(sink.waits.get(&Which::Conversation(2)), Some(Wait::Cut)));
    print(&mut sink, 2, "not even counted");
    print(&mut sink, 1, "567890");
    assert_eq!(sink.held, 10);
    assert!(matches!(sink.release(Which::Conversation(1)), Some(Wait::Text(text)) if text == b"1234567890"));
    assert_eq!(sink.held, 0);
}

#[test]
fn what_is_absorbed_comes_first() {
    let mut sink = holding(100);
    print(&mut sink, 2, "stray ");
    print(&mut sink, 1, "own");
    sink.absorb(2, 1);
    assert_eq!(sink.held, 9);
    assert!(matches!(sink.release(Which::Conversation(1)), Some(Wait::Text(text)) if text == b"stray own"));
    assert_eq!((sink.held, sink.waits.len()), (0, 0));
}

#[test]
fn so_many_are_chosen_and_no_more() {
    let selection = Selection { most: Some(2), ..Selection::default() };
    let (mut sink, found) = SelectSink::new(Box::new(Eager), selection);
    assert!(sink.choose(Which::Conversation(7)) && !found.full.get());
    assert!(
        sink.choose(Which::Conversation(7)) && sink.choose(Which::Conversation(9)) && found.full.get(),
        "one counts once"
    );
    assert!(!sink.choose(Which::Conversation(10)) && sink.choose(Which::Conversation(9)));
}
