//! The order of the steps from a complaint to a decision.

use std::borrow::Cow;

use crate::complaint::{Complaint, ReportType};
use crate::model::{Bundle, Classifier, Prediction};
use crate::place::{Gazetteer, Level, Place, PlaceQuery, PlaceSource, RegionCode, Resolver};
use crate::text::{TokenKind, Tokens};

use super::completeness::Completeness;
use super::decision::{Action, Agency, Answer, Decision, Reason, Site, SiteEvidence};
use super::flags::{Flag, Sign, Signs};
use super::instance::{Instance, Thresholds};
use super::jurisdiction::{Jurisdiction, Ruling};
use super::office::{Territory, Tier};

/// From which probability on a text is held for no report at all.
const NO_REPORT: f32 = 0.6;
/// From which probability on a text speaks of another office than the entry point's clearly enough.
const CLEAR: f32 = 0.7;
/// Words of evidence in a decision.
const EVIDENCE: usize = 5;
/// Least probability of another function that is worth showing.
const ALTERNATIVE: f32 = 0.05;

/// Decides about complaints; the models and the buffers of one thread.
///
/// ```
/// use pilah::complaint::Complaint;
/// use pilah::routing::{Action, Triage};
///
/// let mut triage = Triage::shipped();
/// let text = "Lampu penerangan jalan di depan balai RW mati sejak seminggu, jalan jadi gelap";
/// let decision = triage.decide(&Complaint { text, village: "Mojo", district: "Gubeng", ..Complaint::default() });
/// let agency = decision.agency.unwrap();
/// assert_eq!(agency.id, "perhubungan@35.78");
/// assert_eq!(agency.name, "Dinas Perhubungan Kota Surabaya");
/// ```
#[derive(Debug)]
pub struct Triage<'m> {
    functions: Classifier<'m>,
    signs: Classifier<'m>,
    models: String,
    resolver: Resolver<'static>,
    instance: Cow<'m, Instance>,
    /// The function head's least probability to go on without a person.
    sure: f32,
}

impl Triage<'static> {
    /// With the models and tables that ship with the crate, for the whole country.
    pub fn shipped() -> Self {
        Self::new(Bundle::shipped(), Bundle::shipped_triage(), Cow::Owned(Instance::whole_country()))
    }
}

impl<'m> Triage<'m> {
    /// With the models that ship with the crate, for an instance.
    pub fn of(instance: &'m Instance) -> Self {
        Self::new(Bundle::shipped(), Bundle::shipped_triage(), Cow::Borrowed(instance))
    }

    fn new(functions: &'m Bundle, signs: &'m Bundle, instance: Cow<'m, Instance>) -> Self {
        let head = functions.heads().iter().find(|head| head.name() == "function");
        Self {
            functions: functions.classifier(),
            signs: signs.classifier(),
            models: format!("{} {}", functions.id(), signs.id()),
            resolver: Resolver::new(Gazetteer::shipped()),
            sure: head.and_then(|head| head.threshold(instance.thresholds.max_error)).unwrap_or(1.1),
            instance,
        }
    }

    /// The same for a territory: it decides between namesakes, and complaints without a place are taken to be from
    /// there.
    #[must_use]
    pub fn within(mut self, territory: RegionCode) -> Self {
        self.instance.to_mut().territory = Some(territory);
        self
    }

    /// What is to be done with a complaint. Any complaint gets a decision.
    pub fn decide(&mut self, complaint: &Complaint<'_>) -> Decision {
        let text = self.instance.without_prefix(complaint.text);
        let complaint = &Complaint { text, ..*complaint };
        let place = self.place(complaint);
        let mut read = self.read(complaint.text);
        let mismatch = self.favour_entry(complaint, &mut read);
        let tokens = self.functions.tokens();
        let mut flags = read.flags(self.instance.thresholds);
        flags.extend(mismatch);
        let region = place.as_ref().map(|place| place.region);
        let complete = read.completeness(tokens, complaint, place.as_ref());

        let (function, p) = read.functions.first().cloned().unwrap_or_default();
        let jurisdiction = Jurisdiction::shipped();
        let chosen = jurisdiction.chosen(tokens);
        let ruling = jurisdiction.ruling(&function, &chosen);
        let p_place = place.as_ref().map_or(1.0, |place| place.p);
        let agency = self.agency(&function, ruling, region, p * p_place);
        let mut alternatives: Vec<Agency> = Vec::new();
        for tier in ruling.into_iter().flat_map(|ruling| &ruling.also) {
            alternatives.extend(self.office(&function, *tier, region, 0.0));
        }
        for (function, p) in read.functions.iter().skip(1).filter(|(_, p)| *p >= ALTERNATIVE) {
            let ruling = jurisdiction.ruling(function, &chosen);
            alternatives.extend(self.agency(function, ruling, region, p * p_place));
        }
        alternatives.retain(|other| agency.as_ref().is_none_or(|agency| agency.id != other.id));
        let mut also = Vec::new();
        if flags.contains(&Flag::Misconduct) && read.official && function != "pengawasan" {
            flags.push(Flag::ConflictOfInterest);
            let tier = if agency.as_ref().is_some_and(|agency| agency.region == "00") {
                Tier::National
            } else {
                Tier::Regency
            };
            also.extend(self.office("pengawasan", tier, region, 1.0));
        }
        flags.sort_unstable();
        flags.dedup();
        let (action, reason) = self.action(&read, &flags, complete, agency.as_ref(), p, region.is_some());
        Decision {
            action,
            reason,
            kind: read.kind,
            category: read.category,
            agency,
            alternatives,
            also,
            place: place.map(site),
            flags: flags.into_iter().map(Flag::name).collect(),
            missing: complete.missing().collect(),
            evidence: self.evidence(),
            model: self.models.clone(),
            rules: ruling.map(|ruling| ruling.id.clone()).unwrap_or_default(),
        }
    }

    fn place(&mut self, complaint: &Complaint<'_>) -> Option<Place> {
        let code =
            if complaint.region.starts_with(|c: char| c.is_ascii_digit()) { complaint.region } else { "" };
        self.resolver.resolve(&PlaceQuery {
            text: complaint.text,
            address: complaint.address,
            village: complaint.village,
            district: complaint.district,
            regency: if code.is_empty() { complaint.region } else { "" },
            code,
            within: self.instance.territory,
            ..PlaceQuery::default()
        })
    }

    /// Puts the function of the entry point first, unless the text clearly speaks of another: then it is flagged, and
    /// so is an entry point that is not known.
    fn favour_entry(&self, complaint: &Complaint<'_>, read: &mut Read) -> Option<Flag> {
        let entry = complaint.entry.trim();
        if entry.is_empty() {
            return None;
        }
        let function = self.instance.entry.get(entry).map_or(entry, String::as_str);
        if self.instance.directory.must_know(function).is_err() {
            return Some(Flag::EntryUnknown);
        }
        let (first, p) = read.functions.first()?;
        if first == function {
            return None;
        }
        if *p >= CLEAR {
            return Some(Flag::EntryMismatch);
        }
        let p = read.functions.iter().find(|(known, _)| known == function).map_or(0.0, |(_, p)| *p);
        read.functions.retain(|(known, _)| known != function);
        read.functions.insert(0, (function.to_owned(), p.max(0.5)));
        None
    }

    /// What the models say about the text.
    fn read(&mut self, text: &str) -> Read {
        let prediction = self.functions.classify(text);
        let functions = prediction.head("function").map_or_else(Vec::new, |head| {
            head.ranked().take(3).map(|(label, p)| (label.to_owned(), p)).collect()
        });
        let category = answer(&prediction, "category");
        let tokens = std::mem::take(self.functions.tokens_mut());
        let prediction = self.signs.classify_tokens(&tokens);
        let yes = |head: &str| {
            prediction
                .head(head)
                .map_or(0.0, |head| head.ranked().find(|(label, _)| *label == "yes").map_or(0.0, |(_, p)| p))
        };
        let mut read = Read {
            functions,
            category,
            kind: answer(&prediction, "type"),
            misconduct: yes("misconduct"),
            urgent: yes("urgent"),
            says_where: yes("where") >= 0.5,
            says_when: yes("when") >= 0.5,
            found: Vec::new(),
            official: false,
            out_of_scope: false,
        };
        Signs::shipped().find(&tokens, |_, sign| match sign {
            Sign::Flag(flag) => read.found.push(flag),
            Sign::Official => read.official = true,
            Sign::OutOfScope => read.out_of_scope = true,
        });
        *self.functions.tokens_mut() = tokens;
        read
    }

    /// The office that has the task by the ruling; of national bodies the local branch, where there is one.
    fn agency(
        &self,
        function: &str,
        ruling: Option<&Ruling>,
        region: Option<RegionCode>,
        p: f32,
    ) -> Option<Agency> {
        let tier = ruling.map_or(Tier::Regency, |ruling| ruling.tier);
        if tier == Tier::National
            && let Some(branch) = self.office(function, Tier::Branch, region, p)
        {
            return Some(branch);
        }
        self.office(function, tier, region, p)
    }

    fn office(&self, function: &str, tier: Tier, region: Option<RegionCode>, p: f32) -> Option<Agency> {
        let office = self.instance.directory.at(function, tier, region)?;
        Some(Agency {
            id: office.id(),
            region: Territory(office.region).to_string(),
            name: office.name,
            function: office.function,
            p,
        })
    }

    fn action(
        &self,
        read: &Read,
        flags: &[Flag],
        complete: Completeness,
        agency: Option<&Agency>,
        p: f32,
        placed: bool,
    ) -> (Action, String) {
        if let Some(flag) = flags.iter().find(|flag| flag.is_content_risk()) {
            return (Action::Review, format!("Isi berisiko ({flag}): harus dilihat petugas"));
        }
        if read.out_of_scope && !flags.contains(&Flag::Misconduct) {
            return (Action::OutOfScope, "Bukan urusan pelayanan publik".to_owned());
        }
        if read.kind.label == ReportType::None.label() && read.kind.p >= NO_REPORT {
            return (Action::OutOfScope, "Bukan laporan".to_owned());
        }
        if !complete.what {
            return (Action::Incomplete, "Tidak disebut apa masalahnya".to_owned());
        }
        match agency {
            None if !placed => (Action::Incomplete, "Lokasi tidak disebut".to_owned()),
            None => (Action::Review, "Lokasi belum cukup jelas untuk memilih instansi".to_owned()),
            Some(_) if flags.contains(&Flag::ConflictOfInterest) => {
                (Action::Review, "Instansi yang dilaporkan tidak boleh menangani sendiri".to_owned())
            }
            Some(agency) if p < self.sure => {
                (Action::Review, format!("Belum yakin: {} ({:.0} %)", agency.name, 100.0 * p))
            }
            Some(agency) => (Action::Route, format!("Diteruskan ke {}", agency.name)),
        }
    }

    /// The weightiest words of the function.
    fn evidence(&self) -> Vec<Reason> {
        let why = self.functions.explain_last("function", 2 * EVIDENCE);
        let evidence = why.map(|why| why.evidence).unwrap_or_default();
        let reason = |evidence: crate::model::Evidence| Reason {
            words: evidence.words,
            contribution: evidence.contribution as f32,
        };
        evidence
            .into_iter()
            .filter(|evidence| evidence.contribution > 0.0)
            .take(EVIDENCE)
            .map(reason)
            .collect()
    }
}

/// What was read in a text.
#[allow(clippy::struct_excessive_bools)] // Four answers to four questions.
struct Read {
    /// The three most probable functions.
    functions: Vec<(String, f32)>,
    category: Answer,
    kind: Answer,
    misconduct: f32,
    urgent: f32,
    says_where: bool,
    says_when: bool,
    found: Vec<Flag>,
    official: bool,
    out_of_scope: bool,
}

impl Read {
    /// Flags by words and by the models.
    fn flags(&self, thresholds: Thresholds) -> Vec<Flag> {
        let mut flags = self.found.clone();
        if self.misconduct >= thresholds.misconduct || self.kind.label == ReportType::Supervision.label() {
            flags.push(Flag::Misconduct);
        }
        if self.urgent >= thresholds.urgent {
            flags.push(Flag::Urgent);
        }
        flags
    }

    /// What of the three a clerk needs is there; fewer than three words say nothing.
    fn completeness(
        &self,
        tokens: &Tokens,
        complaint: &Complaint<'_>,
        place: Option<&Place>,
    ) -> Completeness {
        let words = tokens.iter().filter(|token| token.kind() == TokenKind::Word).count();
        let deep = place.is_some_and(|place| place.region.level() >= Level::District);
        let field = !complaint.address.trim().is_empty();
        Completeness { what: words >= 3, place: self.says_where || deep || field, time: self.says_when }
    }
}

fn answer(prediction: &Prediction<'_>, head: &str) -> Answer {
    prediction.head(head).map_or_else(
        || Answer { label: String::new(), p: 0.0 },
        |head| Answer { label: head.label().to_owned(), p: head.p() },
    )
}

fn site(place: Place) -> Site {
    let evidence = place.evidence.into_iter().map(|evidence| SiteEvidence {
        words: evidence.words,
        source: match evidence.source {
            PlaceSource::Code => "code",
            PlaceSource::Village => "village",
            PlaceSource::District => "district",
            PlaceSource::Regency => "regency",
            PlaceSource::Province => "province",
            PlaceSource::Address => "address",
            PlaceSource::Text => "text",
            PlaceSource::Memory => "memory",
            PlaceSource::Territory => "territory",
        },
    });
    Site {
        region: place.region.to_string(),
        name: Gazetteer::shipped().full_name(place.region).unwrap_or_default().into_owned(),
        p: place.p,
        evidence: evidence.collect(),
    }
}
