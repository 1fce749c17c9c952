//! Bytes as the fields of a complaint: the decision must be sound.
#![no_main]

#[allow(dead_code)]
#[path = "../../tests/fuzz/check.rs"]
mod check;

use std::cell::RefCell;

use libfuzzer_sys::fuzz_target;
use pilah::complaint::{Channel, Complaint, ReportType};
use pilah::routing::Triage;

/// Between fields: a byte that UTF-8 does not know.
const SEPARATOR: u8 = 0xFE;

thread_local! {
    static TRIAGE: RefCell<Triage<'static>> = RefCell::new(Triage::shipped());
}

fuzz_target!(|bytes: &[u8]| {
    let (first, rest) = bytes.split_first().unwrap_or((&0, &[]));
    let fields: Vec<_> = rest.split(|&byte| byte == SEPARATOR).map(String::from_utf8_lossy).collect();
    let field = |place: usize| fields.get(place).map_or("", |field| field);
    let complaint = Complaint {
        text: field(0),
        address: field(1),
        village: field(2),
        district: field(3),
        region: field(4),
        province: field(5),
        entry: field(6),
        stated_category: field(7),
        sent_to: field(8),
        channel: [None, Some(Channel::Sms), Some(Channel::Qr), Some(Channel::Other)][usize::from(first & 3)],
        stated_type: [
            None,
            Some(ReportType::Supervision),
            Some(ReportType::Aspiration),
            Some(ReportType::None),
        ][usize::from(first >> 2 & 3)],
        anonymous: first & 16 != 0,
        confidential: first & 32 != 0,
    };
    TRIAGE.with_borrow_mut(|triage| check::decide(triage, &complaint));
});
