//! Counts of what is found, by the values of fields.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, ColumnIndex, StrColumn};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use super::collect::Block;
use super::key::Key;
use super::schema::{MONTH, PLACE, ancestors};
use super::vocabulary::{Vocabularies, Vocabulary};
use crate::error::{Error, ErrorKind, Result};

/// What to count by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Facet {
    /// Function that must act.
    Function,
    /// SP4N main category.
    Category,
    /// Office that must act, by its id.
    Agency,
    /// Type of report.
    Type,
    /// How far complaints are dealt with.
    Status,
    /// The way they came.
    Channel,
    /// What is to be done.
    Action,
    /// Flags; a complaint with several counts under each, one without any under the empty name.
    Flag,
    /// Month in which they were received, local time: `2023-01`.
    Month,
    /// Province, by its code.
    Province,
    /// Regency or city.
    Regency,
    /// District.
    District,
    /// Village.
    Village,
}

impl Facet {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Function,
        Self::Category,
        Self::Agency,
        Self::Type,
        Self::Status,
        Self::Channel,
        Self::Action,
        Self::Flag,
        Self::Month,
        Self::Province,
        Self::Regency,
        Self::District,
        Self::Village,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match (self.key(), self.depth(), self) {
            (Some(key), ..) => key.name(),
            (_, Some(1), _) => "province",
            (_, Some(2), _) => "regency",
            (_, Some(3), _) => "district",
            (_, Some(_), _) => "village",
            _ => "month",
        }
    }

    fn key(self) -> Option<Key> {
        Key::ALL.get(self as usize).copied()
    }

    /// Parts of a region's code.
    fn depth(self) -> Option<usize> {
        (self as usize).checked_sub(Self::Month as usize).filter(|&depth| depth > 0)
    }

    /// The column that its values stand in; months have one of their own.
    pub(super) fn column(self) -> &'static str {
        self.key().map_or(PLACE, Key::name)
    }

    /// The value to count a name of the column under.
    pub(super) fn cut(self, name: &str) -> &str {
        match self.depth() {
            Some(depth) => ancestors(name).nth(depth - 1).unwrap_or_default(),
            None => name,
        }
    }
}

impl fmt::Display for Facet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Facet {
    type Err = Error;

    /// Reads its name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parameter`] for any other.
    fn from_str(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|facet| facet.name() == name).ok_or_else(|| {
            let known = Self::ALL.map(Self::name).join(", ");
            Error::new(ErrorKind::Parameter, format!("nothing is counted by `{name}`: give one of {known}"))
        })
    }
}

/// How many of the complaints found have each value of a field.
///
/// A complaint whose value is not known counts under the empty name, and so does one whose region is not known as
/// deep as is asked for. So the counts of every field but [`Facet::Flag`] sum to the number of complaints found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetCounts {
    /// What was counted by.
    pub facet: Facet,
    /// Values and how many complaints have them: the most frequent first, those equally frequent by name. The codes of
    /// months and regions are values too.
    pub values: Vec<(String, u64)>,
}

/// Counts exactly, unlike a terms aggregation: every value of every segment.
pub(super) struct FacetCollector(Vec<Counted>);

/// A facet, and the numbers of its values; months are numbers themselves.
struct Counted {
    facet: Facet,
    vocabulary: Option<Arc<Vocabulary>>,
}

pub(super) struct SegmentFacets {
    counters: Vec<Counter>,
    block: Block,
    ordinals: Vec<u64>,
    months: Vec<i64>,
}

/// A counter for each value of a column, by the value's place in the segment's dictionary.
enum Counter {
    Names { vocabulary: Arc<Vocabulary>, segment: SegmentOrdinal, names: StrColumn, counts: Vec<u64> },
    Months { months: Column<i64>, first: i64, counts: Vec<u64> },
}

/// How often each value was counted, by its number, or by its month.
type Counts = FxHashMap<i64, u64>;

impl FacetCollector {
    pub(super) fn new(
        facets: &[Facet],
        vocabularies: &Vocabularies,
        segments: &[SegmentReader],
    ) -> tantivy::Result<Self> {
        let counted = facets.iter().map(|&facet| {
            let named = (facet != Facet::Month).then(|| vocabularies.get(facet, segments));
            Ok(Counted { facet, vocabulary: named.transpose()? })
        });
        counted.collect::<tantivy::Result<_>>().map(Self)
    }
}

impl Collector for FacetCollector {
    type Fruit = Vec<FacetCounts>;
    type Child = SegmentFacets;

    fn for_segment(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentFacets> {
        let counters = self.0.iter().map(|counted| Counter::new(counted, segment, reader));
        Ok(SegmentFacets {
            counters: counters.collect::<tantivy::Result<_>>()?,
            block: Block::default(),
            ordinals: Vec::new(),
            months: Vec::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<Vec<Counts>>) -> tantivy::Result<Vec<FacetCounts>> {
        let mut sums = vec![Counts::default(); self.0.len()];
        for segment in segments {
            for (sum, counts) in sums.iter_mut().zip(segment) {
                for (number, count) in counts {
                    *sum.entry(number).or_default() += count;
                }
            }
        }
        let facets = self.0.iter().zip(sums).map(|(counted, sum)| {
            let mut values: Vec<_> =
                sum.into_iter().map(|(number, count)| (counted.value(number), count)).collect();
            values.sort_unstable_by(|(one, often), (other, as_often)| {
                as_often.cmp(often).then_with(|| one.cmp(other))
            });
            FacetCounts { facet: counted.facet, values }
        });
        Ok(facets.collect())
    }
}

impl Counted {
    fn value(&self, number: i64) -> String {
        match &self.vocabulary {
            Some(vocabulary) => vocabulary.value(number as u32).to_owned(),
            None => format!("{:04}-{:02}", number.div_euclid(12), number.rem_euclid(12) + 1),
        }
    }
}

impl SegmentCollector for SegmentFacets {
    type Fruit = Vec<Counts>;

    fn collect(&mut self, document: DocId, _: Score) {
        if let Some(block) = self.block.push(document) {
            self.collect_block(&block);
            self.block.reuse(block);
        }
    }

    fn collect_block(&mut self, documents: &[DocId]) {
        for counter in &mut self.counters {
            match counter {
                Counter::Names { names, counts, .. } => {
                    each(names.ords(), documents, &mut self.ordinals, |ordinal| ordinal as usize, counts);
                }
                Counter::Months { months, first, counts } => {
                    each(months, documents, &mut self.months, |month| (month - *first) as usize, counts);
                }
            }
        }
    }

    fn harvest(mut self) -> Self::Fruit {
        let block = self.block.take();
        self.collect_block(&block);
        self.counters.into_iter().map(Counter::counts).collect()
    }
}

/// Counts the values of documents.
fn each<T: Copy + Default + PartialOrd + fmt::Debug + Send + Sync + 'static>(
    column: &Column<T>,
    documents: &[DocId],
    buffer: &mut Vec<T>,
    place: impl Fn(T) -> usize,
    counts: &mut [u64],
) {
    let count = |value| {
        if let Some(count) = counts.get_mut(place(value)) {
            *count += 1;
        }
    };
    if let ColumnIndex::Full = column.index {
        buffer.resize(documents.len(), T::default());
        column.values.get_vals(documents, buffer);
        buffer.iter().copied().for_each(count);
    } else {
        documents.iter().flat_map(|document| column.values_for_doc(*document)).for_each(count);
    }
}

impl Counter {
    fn new(counted: &Counted, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<Self> {
        let Some(vocabulary) = &counted.vocabulary else {
            let months = reader.fast_fields().i64(MONTH)?;
            let first = months.min_value();
            // Years have four digits: at most a quarter of a million months.
            let counts = vec![0; months.max_value().abs_diff(first) as usize + 1];
            return Ok(Self::Months { months, first, counts });
        };
        let column = counted.facet.column();
        let names = reader.fast_fields().str(column)?;
        let names = names.ok_or_else(|| tantivy::TantivyError::FieldNotFound(column.to_owned()))?;
        let counts = vec![0; names.num_terms()];
        Ok(Self::Names { vocabulary: vocabulary.clone(), segment, names, counts })
    }

    fn counts(self) -> Counts {
        let mut sums = Counts::default();
        let mut add = |number, count| {
            if count > 0 {
                *sums.entry(number).or_default() += count;
            }
        };
        match self {
            Self::Months { first, counts, .. } => {
                (first..).zip(counts).for_each(|(month, count)| add(month, count));
            }
            Self::Names { vocabulary, segment, counts, .. } => {
                let numbers = vocabulary.numbers(segment).iter();
                numbers.zip(counts).for_each(|(number, count)| add(i64::from(*number), count));
            }
        }
        sums
    }
}
