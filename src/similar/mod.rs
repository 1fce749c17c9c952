//! Has it been said before, and what keeps coming back?
//!
//! - [`Said`] remembers the [`Marks`] of all complaints and names those that may have said the same before: near-copies, and
//!   what was said of the same place in other words.
//! - [`RelationModel`] judges two complaints by their [`Portrait`]s: duplicate, recurring, related or none of these, with
//!   what that rests on in words for the clerk ([`Evidence`]).
//! - [`cited`] finds the numbers of other reports that a text names, [`asks_about_own`] whether it asks what became of one.
//! - [`Clusters`] puts together what is one issue, as complaints arrive and as people decide.
//! - [`Signer`] turns the tokens of a text into a [`Signature`] of 48 bytes, [`Signature::likeness`] estimates from two
//!   signatures how much the texts have in common.
//! - [`Copies`] is a table in memory of signatures under numbers: put one in, ask which [`Candidate`]s are like another.
//!
//! # What is alike
//!
//! A text is the set of its words and of its pairs of neighbouring words, as the analyser normalises them. All personal
//! names are one word, as are all telephone numbers, all NIK and so on: who sends a message on under another number
//! sends a copy. The likeness of two texts with the sets *A* and *B* is their resemblance (Broder 1997, *On the
//! resemblance and containment of documents*), which statisticians call Jaccard's:
//!
//! > *J(A, B) = |A ∩ B| / |A ∪ B|*
//!
//! Pairs alone would miss short complaints, where one changed word breaks half of all pairs; words alone would find
//! too much, since every complaint says *mohon* and *tidak*. Of 1,181 complaints of three to ten words, each with one
//! word mistyped, left out or added, the table finds 94 of 100 (with triples 73, with pairs 86, with words 98); of a
//! million unrelated complaints it takes 49 for candidates (1, 5 and 506), which their signatures then refute.
//!
//! # Signatures
//!
//! A random order of all possible elements makes some element of *A* the least; that of *B* is the same one with
//! probability *J*. A signature keeps the least elements under 48 orders, in the way of fast similarity sketching
//! (Dahlgaard, Knudsen, Thorup 2017): in round *r* each element goes to one of the 48 rows at random, a row keeps the
//! least of the first round that reaches it, and after 48 rounds each element goes to every row once. This keeps the
//! cost of one permutation hashing (Li, Owen, Zhang 2012), some 250 steps more than the set has elements, and has none
//! of the bias and dependence that short texts suffer where empty rows borrow from full ones, even by the optimal
//! densification (Shrivastava 2017). Of each least element eight bits are kept (b-bit minwise hashing: Li, König 2010),
//! which agree by chance once in 256 times. So with *m* equal rows of 48
//!
//! > *Ĵ = (m / 48 − 1/256) / (1 − 1/256)*
//!
//! has the expectation *J* and a standard error of no more than *√(J(1 − J) / 48)*, which is .058 at *J* = .8. It is less
//! for short texts, whose elements meet most rows evenly: .041 measured for ten words, .061 for three hundred.
//!
//! # The table
//!
//! Four rows are a band. Texts are candidates when all of one of the 12 bands are equal, which happens with probability
//!
//! > *1 − (1 − J⁴)¹²*
//!
//! | *J* | .1 | .2 | .3 | .4 | .5 | .6 | .7 | .8 | .9 |
//! |---|---|---|---|---|---|---|---|---|---|
//! | found | .001 | .02 | .09 | .27 | .54 | .81 | .96 | .998 | 1.000 |
//!
//! Five rows would take a tenth of the unrelated texts for candidates, but find only 90 of the 100 short complaints above
//! and .62 where *J* is .6.
//!
//! ```
//! use pilah::similar::{Copies, Signer};
//! use pilah::text::{Analyzer, Tokens};
//!
//! let analyzer = Analyzer::indonesian();
//! let (mut tokens, mut signer) = (Tokens::new(), Signer::new());
//! let mut sign = |text: &str| {
//!     analyzer.analyze(text, &mut tokens);
//!     signer.sign(&tokens)
//! };
//!
//! let mut copies = Copies::new();
//! copies.insert(1, &sign("Lampu jalan di depan pasar Kenanga mati sudah seminggu, mohon segera diperbaiki"))?;
//! copies.insert(2, &sign("Air PDAM di perumahan kami keruh sejak kemarin pagi"))?;
//!
//! let mut found = Vec::new();
//! let again = sign("LAMPU JLN DI DEPAN PASAR KENANGA MATI SDH SEMINGGU, MOHON SEGERA DIPERBAIKI !!!");
//! copies.query(&again, 10, &mut found);
//! assert_eq!(found.len(), 1);
//! assert_eq!(found[0].number, 1);
//! assert!(found[0].likeness > 0.9);
//! # Ok::<(), pilah::Error>(())
//! ```

mod band;
mod cited;
mod clusters;
mod copies;
mod evidence;
mod growth;
mod marks;
mod objects;
mod own;
mod pair;
mod portrait;
mod position;
mod postings;
mod rarity;
mod relation;
mod said;
mod signature;
mod site;
mod sketch;
mod title;
mod train;
mod witness;
mod words;

pub use cited::cited;
pub use clusters::{Clusters, Link, Side};
pub use copies::{Candidate, Copies};
pub use evidence::Evidence;
pub use growth::surprise;
pub use marks::{MARKS_VERSION, Marks};
pub use own::asks_about_own;
pub use portrait::{Portrait, Subject, Topics};
pub use relation::{Judgement, Relation, RelationModel};
pub use said::Said;
pub use signature::{SIGNATURE_VERSION, Signature, Signer};
pub use train::{LabelledPair, RelationLearner, RelationTraining};
