//! Which conversations: `--only`, `--expect`, `--conversation`,
//! `--conversations`.

use super::args::Args;
use super::near;
use super::report::Hinted;
use super::texts::error;
use crate::render::{Selection, Wanted, Which};

/// Numbers of conversations that may be named.
const NUMBERS: usize = 10_000;

pub(super) fn selection(args: &Args) -> Result<Selection, Hinted> {
    Ok(Selection {
        only: wanted("--only", &args.only)?,
        numbers: numbers(&args.conversation)?,
        most: args.conversations,
        expect: wanted("--expect", &args.expect)?,
    })
}

fn wanted(option: &str, words: &[String]) -> Result<Option<Wanted>, Hinted> {
    let mut wanted = Wanted::default();
    for word in words.iter().map(|word| word.trim()) {
        if !wanted.add(&word.to_ascii_lowercase()) {
            let problem = Hinted::new(format!("{option} {} `{word}`", error::BAD_VALUE)).why(error::NO_SLUG);
            return Err(match near::nearest(word, &Wanted::words()) {
                Some(near) => problem.hint(format!("{} {near}?", error::DID_YOU_MEAN)),
                None => problem.hint(error::SLUGS_HINT),
            });
        }
    }
    Ok((!words.is_empty()).then_some(wanted))
}

fn numbers(words: &[String]) -> Result<Option<Vec<Which>>, Hinted> {
    if words.is_empty() {
        return Ok(None);
    }
    let problem = |word: &str| Hinted::new(format!("--conversation {} `{word}`", error::BAD_VALUE));
    let mut numbers = Vec::new();
    for word in words.iter().map(|word| word.trim()) {
        // As tables and summaries write them: 3, #3, U3, u3, UDP #3.
        let exchange = ["UDP #", "U", "u"].into_iter().find_map(|sign| word.strip_prefix(sign));
        let plain = exchange.or_else(|| word.strip_prefix('#')).unwrap_or(word);
        let digits = !plain.is_empty() && plain.bytes().all(|octet| octet.is_ascii_digit());
        match plain.parse().ok().filter(|&number: &u64| digits && number > 0) {
            Some(number) if exchange.is_some() => numbers.push(Which::Exchange(number)),
            Some(number) => numbers.push(Which::Conversation(number)),
            None => return Err(problem(word).why(error::NO_CONVERSATION)),
        }
    }
    if numbers.len() > NUMBERS {
        return Err(problem("…").why(error::MANY_NUMBERS));
    }
    numbers.sort_unstable();
    numbers.dedup();
    Ok(Some(numbers))
}
