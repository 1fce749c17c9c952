//! Said before? Likeness of complaints, relations between them, and clusters of recurring issues.

mod cited;
mod clusters;
mod evidence;
mod pair;
mod portrait;
mod rarity;
mod relation;
mod train;
mod words;

pub use cited::cited;
pub use clusters::{Clusters, Link};
pub use portrait::{Portrait, Subject, Topics};
pub use relation::{Judgement, Relation, RelationModel};
pub use train::{LabelledPair, RelationLearner, RelationTraining};
