//! `--generate`: the man page and the completions of shells, from the very
//! definition of the command line.

use clap::{CommandFactory, ValueEnum};
use clap_complete::{Shell, generate};
use clap_mangen::Man;

use super::args::Args;
use super::texts::value;
use super::{compare, explain};

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
    let mut command = Args::command().subcommand(explain::command()).subcommand(compare::command());
    let mut text = Vec::new();
    let shell = match what {
        Generate::Man => {
            // Writing to a Vec cannot fail.
            let _ = Man::new(command).render(&mut text);
            return String::from_utf8_lossy(&text).into_owned();
        }
        Generate::Bash => Shell::Bash,
        Generate::Zsh => Shell::Zsh,
        Generate::Fish => Shell::Fish,
    };
    generate(shell, &mut command, NAME, &mut text);
    String::from_utf8_lossy(&text).into_owned()
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
                assert!(text.contains(name) || text.contains(&escaped), "{what:?} lacks --{name}");
            }
            assert!(text.contains("explain") && text.contains("compare"), "{what:?}");
        }
    }

    #[test]
    fn each_is_what_its_reader_takes() {
        assert!(text(Generate::Man).contains(".TH hsanalyze 1"));
        assert!(text(Generate::Bash).contains("complete -F _hsanalyze"));
        assert!(text(Generate::Zsh).starts_with("#compdef hsanalyze"));
        assert!(text(Generate::Fish).contains("complete -c hsanalyze"));
    }
}
