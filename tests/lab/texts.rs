//! Names, scripts, lessons and recordings agree.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use hsanalyze::lab::{EXPERIMENTS, find};
use hsanalyze::lang::{LabGroup, Language, en::English, lessons, zh::Chinese};
use hsanalyze::script::parse;
use hsanalyze::verify::sections;

use super::bench::{lab, names, run};

#[test]
fn every_name_has_its_script_and_its_lessons() {
    let experiments: BTreeSet<&str> = EXPERIMENTS.iter().map(|experiment| experiment.name).collect();
    assert_eq!(experiments.len(), EXPERIMENTS.len(), "a name twice");
    assert_eq!(lessons::names().collect::<BTreeSet<_>>(), experiments);
    for experiment in EXPERIMENTS {
        let name = experiment.name;
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{name}");
        let script = parse(experiment.script).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert!(sections(&script, name, experiment.script).is_ok_and(|all| !all.is_empty()), "{name}");
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("lessons/{name}.txt"));
        assert_eq!(std::fs::read_to_string(file).unwrap(), experiment.script, "{name}");
        for lang in [&English as &dyn Language, &Chinese] {
            assert!(lang.lesson(name).is_some(), "{name}");
        }
        if let Some(fixture) = experiment.fixture {
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(fixture.name);
            assert_eq!(std::fs::read(file).unwrap(), fixture.octets, "{name}");
        }
        assert!(LabGroup::ALL.contains(&experiment.group));
        assert!(experiment.limit >= Duration::from_secs(10), "{name}");
    }
}

#[test]
fn every_recording_satisfies_its_script() {
    let limit = Duration::from_secs(20);
    for experiment in EXPERIMENTS {
        let name = experiment.name;
        let recording = experiment.fixture.unwrap_or_else(|| panic!("{name}: no recording"));
        let mut verify = Command::new(env!("CARGO_BIN_EXE_hsanalyze"));
        verify.current_dir(env!("CARGO_MANIFEST_DIR")).arg("verify");
        let said = run(verify.args([&format!("lessons/{name}.txt"), "-r", recording.name]), limit);
        assert_eq!(said.code, Some(0), "{name}: {}{}", said.out, said.err);
    }
}

#[test]
fn lessons_name_experiments_that_there_are() {
    for name in lessons::names() {
        for lang in [&English as &dyn Language, &Chinese] {
            let lesson = lang.lesson(name).unwrap();
            for line in lesson.next.iter().chain(&lesson.look) {
                for rest in line.split("hsanalyze lab ").skip(1) {
                    let word: String =
                        rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
                    let option = word.starts_with("--");
                    assert!(option || find(&word).is_some(), "{name}: {line}: {word}");
                }
            }
        }
    }
}

#[test]
fn lessons_name_topics_that_there_are() {
    let groups = English.topics();
    for name in lessons::names() {
        let (en, zh) = (English.lesson(name).unwrap(), Chinese.lesson(name).unwrap());
        for line in en.next.iter().chain(&zh.next).filter(|line| line.starts_with("hsanalyze explain ")) {
            for word in line.split_whitespace().skip(2) {
                let found = hsanalyze::lang::topics::find(&groups, word);
                assert!(!found.is_empty(), "{name}: {word}");
            }
        }
    }
}

#[test]
fn the_list_has_every_name_in_each_language() {
    let limit = Duration::from_secs(20);
    let names = names();
    for lang in ["en", "zh", "en+zh"] {
        let said = run(&mut lab(&["--lang", lang]), limit);
        assert_eq!(said.code, Some(0), "{}", said.err);
        for name in &names {
            assert!(said.out.contains(name.as_str()), "{lang}: {name}");
        }
    }
}

#[test]
fn what_is_wrong_is_said() {
    let limit = Duration::from_secs(20);
    for (words, says) in [
        (&["echo-server"][..], "did you mean echo-server-closes-first"),
        (&["nonsense"], "no such experiment"),
        (&["--step"], "NAME is needed"),
        (&["states", "--port", "1"], "go with --serve or --connect"),
        (&["--serve", "echo", "--step"], "run no experiment"),
        (&["states", "-w", "-"], "standard output holds what is shown"),
    ] {
        let said = run(&mut lab(words), limit);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{words:?}");
        assert!(said.err.contains(says), "{words:?}: {}", said.err);
    }
}
