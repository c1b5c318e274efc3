//! The targets of `tests/fuzz`, run on the corpus, on damaged copies of it, and on random text.

use std::path::Path;

use proptest::prelude::*;
use proptest::sample::Index;

use targets::TARGETS;

#[path = "../fuzz/targets.rs"]
mod targets;

/// Reads the corpus of a target.
fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(name);
    let files = std::fs::read_dir(folder).unwrap();
    let mut read: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    read.sort();
    read.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

#[test]
fn the_corpus_is_parsed_or_refused() {
    for (name, target) in TARGETS {
        let kept = corpus(name);
        assert!(!kept.is_empty(), "{name}");
        for data in &kept {
            target(data);
        }
    }
}

/// Damages bytes: cuts them, changes a byte, or repeats a part.
fn damage(mut data: Vec<u8>, steps: &[(u8, Index, u8)]) -> Vec<u8> {
    for (kind, at, byte) in steps.iter().filter(|_| !data.is_empty()).copied().collect::<Vec<_>>() {
        if data.is_empty() {
            break;
        }
        let at = at.index(data.len());
        match kind % 4 {
            0 => data.truncate(at),
            1 => data[at] = byte,
            2 => data.insert(at, b"{}[]\",:\\0-"[usize::from(byte) % 10]),
            _ => data.extend_from_within(at..(at + usize::from(byte)).min(data.len())),
        }
    }
    data
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn damaged_bytes_are_parsed_or_refused(
        which in any::<Index>(),
        steps in prop::collection::vec((any::<u8>(), any::<Index>(), any::<u8>()), 1..6),
    ) {
        for (name, target) in TARGETS {
            let kept = corpus(name);
            target(&damage(kept[which.index(kept.len())].clone(), &steps));
        }
    }

    #[test]
    fn any_text_is_parsed_or_refused(text in "\\PC{0,40}|[/a-z0-9.:%?*-]{0,40}|[0-9.eEkKMGTi+-]{0,12}|(ctrl-|shift-|alt-)?.{0,6}") {
        for (_, target) in TARGETS {
            target(text.as_bytes());
        }
    }
}
