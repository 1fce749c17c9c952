//! From labelled texts to answers: reading files, training, the bundle, prediction, explanations, figures.
//!
//! | you want to | take |
//! |---|---|
//! | classify a text | [`Bundle`], [`Classifier`], [`Prediction`] |
//! | know why | [`Explanation`] |
//! | classify a file | [`Reader`], [`classify_stream`] |
//! | train | [`Training`], [`Example`] |
//! | measure | [`Evaluation`], [`Figures`] |
//! | know when to train again, and whether it helped | [`Drift`], [`split_newest`], [`Comparison`] |
//! | use the trainer alone, by linfa's traits | [`LinearModel`], [`LinearParams`] |
//!
//! How an answer comes about: the text's features (see [`features`](crate::features)) times the weights of each
//! class give its margin; the softmax of the margins times the head's sharpness gives its probability; the sharpness
//! and the thresholds were set on the latest part of the training period, which the weights had not seen.

mod bundle;
mod calibrate;
mod classifier;
mod compare;
mod corpus;
mod date;
mod drift;
mod evaluation;
mod explain;
mod linear;
mod lookup;
mod metrics;
mod params;
mod rows;
mod solver;
mod split;
mod stats;
mod stream;
mod table;
mod targets;
mod train;

pub use bundle::{Bundle, Facts, Head, HeadFacts, Threshold};
pub use classifier::{Classifier, HeadPrediction, Prediction};
pub use compare::{Comparison, HeadComparison, Quality};
pub use corpus::{Batch, Columns, Field, Format, Profile, Reader, Reject, Row, join_address};
pub use date::parse_date;
pub use drift::{Confidence, Drift, DriftReport, HeadDrift, LabelDrift, NewWord, Topic};
pub use evaluation::{Auto, Evaluation, HeadEvaluation, wilson};
pub use explain::{Evidence, Explanation};
pub use linear::{LinearModel, Target};
pub use metrics::{ClassFigures, Figures};
pub use params::{LinearParams, Loss, ValidLinearParams};
pub use split::split_newest;
pub use stream::classify_stream;
pub(crate) use stream::stream_rows;
pub use train::{Example, Step, Training};
