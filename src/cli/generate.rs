//! `--generate`: the man page and the completions of shells, from the very
//! definition of the command line.

use clap::{CommandFactory, ValueEnum};
use clap_complete::{Shell, generate};
use clap_mangen::Man;

use super::args::Args;
use super::texts::value;
use super::{compare, explain, lab, verify};

/// What to generate.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Generate {
    #[value(help = value::MAN)]
    Man,
    #[value(help = value::BASH)]
    Bash,
    #[value(help = value::ZSH)]
    Zsh,
    #[value(help = value::FISH)]
    Fish,
}

/// The program's name.
const NAME: &str = "hsanalyze";

/// The text.
pub(super) fn text(what: Generate) -> String {
    let mut command = Args::command()
        .subcommand(explain::command())
        .subcommand(compare::command())
        .subcommand(lab::command())
        .subcommand(verify::command().name("verify"));
    let mut text = Vec::new();
    let shell = match what {
        Generate::Man => {
            // Writing to a Vec cannot fail.
            let _ = Man::new(command).render(&mut text);
            return in_roff(&String::from_utf8_lossy(&text));
        }
        Generate::Bash => Shell::Bash,
        Generate::Zsh => Shell::Zsh,
        Generate::Fish => {
            // fish takes no option called `#`, and then none at all.
            command = without_sign(command).mut_subcommand("verify", without_sign);
            Shell::Fish
        }
    };
    generate(shell, &mut command, NAME, &mut text);
    let text = String::from_utf8_lossy(&text).into_owned();
    // An option that still lacks its value is no reason to offer nothing: its values
    // are what is wanted.
    text.replace("    or return\n    if set -q argv[1]", "    or return 0\n    if set -q argv[1]")
}

/// Without the short name `-#`.
fn without_sign(command: clap::Command) -> clap::Command {
    command.mut_arg("ordinal", |arg| arg.short(None))
}

/// A man page in ASCII: not every roff reads UTF-8.
fn in_roff(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    for c in page.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            out.push_str(&format!("\\[u{:04X}]", u32::from(c)));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_is_in_each_of_them() {
        for what in Generate::value_variants() {
            let text = text(*what);
            for name in Args::command()
                .get_arguments()
                .filter(|arg| !arg.is_hide_set())
                .filter_map(clap::Arg::get_long)
            {
                let escaped = name.replace('-', "\\-");
                assert!(*what == Generate::Fish || name != "number" || text.contains("-#"));
                assert!(text.contains(name) || text.contains(&escaped), "{what:?} lacks --{name}");
            }
            assert!(text.contains("explain") && text.contains("compare"), "{what:?}");
        }
    }

    #[test]
    fn each_is_what_its_reader_takes() {
        assert!(text(Generate::Man).contains(".TH hsanalyze 1") && text(Generate::Man).is_ascii());
        assert!(text(Generate::Bash).contains("complete -F _hsanalyze"));
        assert!(text(Generate::Zsh).starts_with("#compdef hsanalyze"));
        assert!(text(Generate::Fish).contains("complete -c hsanalyze"));
    }
}
