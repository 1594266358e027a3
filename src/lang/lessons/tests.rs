use super::*;

#[test]
fn every_lesson_has_all_its_parts_in_both_languages() {
    for name in names() {
        let both = [english(name).unwrap(), chinese(name).unwrap()];
        for lesson in &both {
            assert!(!lesson.title.is_empty() && !lesson.shows.is_empty(), "{name}: {lesson:?}");
            assert!(!lesson.calls.is_empty() && !lesson.next.is_empty(), "{name}: {lesson:?}");
            assert!(!lesson.look.is_empty(), "{name}: {lesson:?}");
            assert!(lesson.calls.iter().all(|(call, what)| !call.is_empty() && !what.is_empty()), "{name}");
        }
        let [en, zh] = both;
        let calls = |lesson: &Lesson| lesson.calls.iter().map(|(call, _)| *call).collect::<Vec<_>>();
        assert_eq!(calls(&en), calls(&zh), "{name}");
        assert_eq!(en.look.len(), zh.look.len(), "{name}");
        assert_eq!(en.next.len(), zh.next.len(), "{name}");
    }
}

#[test]
fn files_have_no_other_parts() {
    for (name, en, zh) in LESSONS {
        for file in [en, zh] {
            let heads: Vec<&str> = file.lines().filter(|line| line.starts_with('#')).skip(1).collect();
            assert_eq!(heads, ["## calls", "## look", "## next"], "{name}");
            assert!(file.starts_with("# "), "{name}");
        }
    }
}
