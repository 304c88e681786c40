//! Requests, answers, what is kept of them, maps: what is read is what was written, and only that.

#![no_main]

use certok::parse::exchange::answer::AnswerFile;
use certok::parse::exchange::digest::Id;
use certok::parse::exchange::ledger::Ledger;
use certok::parse::exchange::map::Map;
use certok::parse::exchange::pending::Pending;
use certok::parse::exchange::request::{Request, RequestFile};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(request) = Request::parse(bytes) {
        assert_eq!(request.body().as_bytes(), bytes);
    }
    if let Ok(file) = RequestFile::parse(bytes) {
        let again = RequestFile::parse(file.request.armored(None).as_bytes());
        assert_eq!(again.map(|again| again.digest), Ok(file.digest));
        let code = file.digest.id();
        assert_eq!(Id::parse(&code.to_string()), Some(code));
    }
    if let Ok(file) = AnswerFile::parse(bytes) {
        let again = AnswerFile::parse(file.answer.armored(None).as_bytes());
        assert_eq!(again.map(|again| again.digest), Ok(file.digest));
    }
    if let Ok(pending) = Pending::parse(bytes) {
        assert_eq!(pending.text().as_bytes(), bytes);
    }
    let ledger = Ledger::read(bytes);
    let lines = bytes.split(|byte| *byte == b'\n').count();
    assert!(ledger.records.len() + ledger.damaged.len() <= lines);
    let _ = Map::read(&String::from_utf8_lossy(bytes)).look_up("/CN=x");
});
