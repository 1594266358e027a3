//! What really happened in each bundled capture (`fixtures/verdicts.tsv`,
//! from `errno`, `ss` and `nstat` on the machines that made them) against what
//! the program says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod common;

use common::{fixture, root, stdout};
use serde_json::Value;

/// `opening/ending/who`, as the table has it.
fn said(conversation: &Value) -> String {
    let text = |key: &str| conversation[key].as_str().unwrap_or("-").to_string();
    let (opening, ending) = (text("opening"), text("ending"));
    let who = match (opening.as_str(), ending.as_str()) {
        (_, "reset") | ("aborted", _) => text("reset_by"),
        (_, "graceful" | "half-closed" | "closing") => text("first_closer"),
        _ => "-".to_string(),
    };
    format!("{opening}/{ending}/{who}")
}

fn fits(wanted: &str, said: &str) -> bool {
    let parts = |text: &str| text.split('/').map(str::to_string).collect::<Vec<_>>();
    let (wanted, said) = (parts(wanted), parts(said));
    wanted.len() == said.len()
        && wanted.iter().zip(&said).all(|(w, s)| w == "*" || s == "*" || w.split('|').any(|w| w == s))
}

#[test]
fn each_bundled_capture_is_judged_as_it_went() {
    let table = std::fs::read_to_string(root().join("fixtures/verdicts.tsv")).unwrap();
    let mut wrong = Vec::new();
    let mut judged = 0;
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let (name, rest) = line.split_once('\t').unwrap();
        let wanted: Vec<&str> = rest.split(';').filter(|part| !part.is_empty()).collect();
        let output = common::run(&["--json", "-r", &fixture(name)]);
        let text = String::from_utf8(output.stdout).unwrap();
        let mut said: Vec<(u64, String)> = common::objects_of(&text, "conversation")
            .iter()
            .map(|o| (o["first_frame"].as_u64().unwrap(), said(o)))
            .collect();
        said.sort();
        let said: Vec<String> = said.into_iter().map(|(_, text)| text).collect();
        judged += 1;
        if wanted.len() != said.len() || !wanted.iter().zip(&said).all(|(w, s)| fits(w, s)) {
            wrong.push(format!("{name}\n  true {wanted:?}\n  said {said:?}"));
        }
    }
    assert!(judged > 60, "the table has only {judged} captures");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_capture_has_its_story() {
    let told = std::fs::read_to_string(root().join("fixtures/README.md")).unwrap();
    for path in common::captures().iter().filter(|path| path.starts_with(root())) {
        let name = path.file_name().unwrap().to_string_lossy();
        assert!(told.contains(&format!("`{name}`")), "fixtures/README.md does not say how {name} was made");
    }
}

#[test]
fn json_is_one_object_a_line() {
    let text = stdout(&["--json", "-r", &fixture("03_server_closes_first.pcap")]);
    let objects = common::objects(&text);
    let kinds: Vec<&str> = objects.iter().map(|o| o["type"].as_str().unwrap()).collect();
    assert_eq!(kinds[0], "begin");
    assert_eq!(kinds[1..10], ["segment"; 9]);
    assert_eq!(kinds[10..], ["conversation", "end"]);
    let conversation = &objects[10];
    assert_eq!(conversation["states"]["client"], "CLOSE-WAIT");
    assert_eq!(conversation["states"]["server"], "FIN-WAIT-2");
    assert_eq!(objects[2]["proofs"][0]["status"], "verified");
    assert_eq!(objects[2]["proofs"][0]["of"], 1);
}
