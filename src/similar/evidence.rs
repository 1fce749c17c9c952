//! What a judgement rests on, in words that a clerk can check.

use super::pair::{Pair, compare};
use super::words::Known;

/// Days below which the time between two complaints says something.
const SOON: f64 = 61.0;

impl Pair<'_> {
    /// The strongest first.
    pub(super) fn evidence(&self) -> Vec<String> {
        let Self { one, other, .. } = *self;
        let known = Known::shipped();
        let mut evidence = Vec::new();
        let mut say = |holds: bool, what: &str| {
            if holds {
                evidence.push(what.to_owned());
            }
        };
        let features: Vec<(&str, f64)> = super::pair::NAMES.into_iter().zip(self.features()).collect();
        let of =
            |name: &str| features.iter().find(|(known, _)| *known == name).map_or(0.0, |(_, value)| *value);
        let (same_number, other_number) = self.numbers_at_places();
        say(self.is_same_text(), "teks sama");
        say(!self.is_same_text() && of("run") >= 0.5, "sebagian besar teks sama");
        say(same_number, "nama tempat dan nomor sama");
        say(other_number, "nomor tempat berbeda");
        let places = super::pair::cosine(&one.places, &other.places);
        say(places >= 0.5 && !same_number, "nama tempat sama");
        say(!one.places.is_empty() && !other.places.is_empty() && places == 0.0, "nama tempat berbeda");
        for (word, same, differs) in [
            (known.number, "nomor rumah sama", "nomor rumah berbeda"),
            (known.rt, "RT sama", "RT berbeda"),
            (known.rw, "RW sama", "RW berbeda"),
        ] {
            match compare(one, other, word) {
                Some(true) => say(true, same),
                Some(false) => say(true, differs),
                None => {}
            }
        }
        say(self.is_same_village(), "kelurahan atau desa sama");
        say(of("topic") >= 0.8, "urusan sama");
        say(of("topic") < 0.2, "urusan berbeda");
        say(!one.reporter.is_empty() && one.reporter == other.reporter, "pelapor sama");
        if let (Some(first), Some(second)) = (one.context.received, other.context.received)
            && self.days() < SOON
        {
            let day = |seconds: i64| seconds.div_euclid(86_400);
            let days = day(first).abs_diff(day(second));
            evidence.push(if days == 0 {
                "hari yang sama".to_owned()
            } else {
                format!("selisih {days} hari")
            });
        }
        evidence
    }
}
