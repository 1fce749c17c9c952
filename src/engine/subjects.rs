//! From complaints to what is compared of them.

use jiff::civil::DateTime;

use crate::complaint::Complaint;
use crate::model::{Bundle, Classifier, HeadPrediction};
use crate::similar::{Subject, Topics};
use crate::text::{Analyzer, Tokens};

/// So many labels of each head count.
const TOPICS: usize = 8;

/// Reads complaints for comparison; the model and the buffers of one thread.
///
/// ```
/// use pilah::complaint::Complaint;
/// use pilah::engine::Subjects;
/// use pilah::similar::{Relation, RelationModel};
///
/// let (mut subjects, model) = (Subjects::new(), RelationModel::shipped());
/// let (text, address) = ("PJU di depan pos RW padam sejak Senin", "Jalan Mojo Kidul 12");
/// let complaint = Complaint { text, address, village: "Mojo", ..Complaint::default() };
/// let [monday, friday] = [4, 8].map(|day| Some(jiff::civil::date(2026, 5, day).at(8, 0, 0, 0)));
/// let first = subjects.read(&complaint, monday, |subject| model.portrait(subject));
/// let second = subjects.read(&complaint, friday, |subject| model.portrait(subject));
/// assert!(model.judge(&first, &second).relation.is_same_issue());
/// ```
#[derive(Debug)]
pub struct Subjects {
    classifier: Classifier<'static>,
    analyzer: Analyzer,
    text: Tokens,
    address: Tokens,
    topics: Topics,
    joined: String,
    best: Vec<(usize, f32)>,
}

impl Default for Subjects {
    fn default() -> Self {
        Self::new()
    }
}

impl Subjects {
    /// With the model that ships with the crate, which says what a complaint is about.
    pub fn new() -> Self {
        Self {
            classifier: Bundle::shipped().classifier(),
            analyzer: Analyzer::indonesian(),
            text: Tokens::new(),
            address: Tokens::new(),
            topics: Topics::default(),
            joined: String::new(),
            best: Vec::new(),
        }
    }

    /// Hands a complaint to `take`, ready to be compared; reporter and coordinates are for `take` to add where they are known.
    pub fn read<T>(
        &mut self,
        complaint: &Complaint<'_>,
        received: Option<DateTime>,
        take: impl FnOnce(&Subject<'_>) -> T,
    ) -> T {
        self.analyzer.analyze(complaint.text, &mut self.text);
        self.analyzer.analyze(complaint.address, &mut self.address);
        crate::model::join_address(complaint.text, complaint.address, 1, &mut self.joined);
        let prediction = self.classifier.classify(&self.joined);
        for (name, topics) in
            [("function", &mut self.topics.functions), ("category", &mut self.topics.categories)]
        {
            topics.clear();
            if let Some(head) = prediction.head(name) {
                list(&head, &mut self.best, topics);
            }
        }
        take(&Subject {
            text: &self.text,
            address: &self.address,
            village: complaint.village,
            topics: &self.topics,
            received,
            position: None,
            reporter: "",
        })
    }
}

fn list(head: &HeadPrediction<'_>, best: &mut Vec<(usize, f32)>, topics: &mut Vec<(String, f32)>) {
    head.top(TOPICS, best);
    let labels = head.head().labels();
    topics.extend(best.iter().filter_map(|(class, p)| Some((labels.get(*class)?.clone(), *p))));
}
