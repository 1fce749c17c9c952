//! Accuracy, macro-F1 and their like; equal to scikit-learn's on its own figures (`tests/metrics.rs`).

/// Precision, recall and F1 of one class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassFigures {
    /// The class.
    pub class: usize,
    /// Of what was predicted as this class, how much was; 0 when nothing was predicted so.
    pub precision: f64,
    /// Of what is this class, how much was predicted so; 0 when nothing is.
    pub recall: f64,
    /// Harmonic mean of the two; 0 when both are.
    pub f1: f64,
    /// How many rows are this class.
    pub support: usize,
}

/// Figures of predictions against the truth.
///
/// ```
/// let figures = pilah::model::Figures::new(&[0, 0, 1, 2], &[0, 1, 1, 1]);
/// assert_eq!(figures.accuracy(), 0.5);
/// assert!((figures.macro_f1() - (2.0 / 3.0 + 0.5) / 3.0).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    classes: Vec<ClassFigures>,
    right: usize,
    total: usize,
}

impl Figures {
    /// Compares row by row; what is longer is cut.
    pub fn new(truth: &[usize], predicted: &[usize]) -> Self {
        let highest = truth.iter().chain(predicted).max().map_or(0, |&class| class + 1);
        let mut hits = vec![0usize; highest];
        let mut actual = vec![0usize; highest];
        let mut claimed = vec![0usize; highest];
        for (&t, &p) in truth.iter().zip(predicted) {
            actual[t] += 1;
            claimed[p] += 1;
            hits[t] += usize::from(t == p);
        }
        let ratio = |part: usize, whole: usize| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
        let classes = (0..highest)
            .filter(|&class| actual[class] + claimed[class] > 0)
            .map(|class| ClassFigures {
                class,
                precision: ratio(hits[class], claimed[class]),
                recall: ratio(hits[class], actual[class]),
                f1: ratio(2 * hits[class], actual[class] + claimed[class]),
                support: actual[class],
            })
            .collect();
        Self { classes, right: hits.iter().sum(), total: truth.len().min(predicted.len()) }
    }

    /// Share of rows that are right; 0 without rows.
    pub fn accuracy(&self) -> f64 {
        if self.total == 0 { 0.0 } else { self.right as f64 / self.total as f64 }
    }

    /// Mean of per-class F1 over all classes that occur in truth or prediction; 0 without rows.
    pub fn macro_f1(&self) -> f64 {
        if self.classes.is_empty() {
            return 0.0;
        }
        self.classes.iter().map(|figures| figures.f1).sum::<f64>() / self.classes.len() as f64
    }

    /// The classes that occur in truth or prediction, ascending.
    pub fn per_class(&self) -> &[ClassFigures] {
        &self.classes
    }
}
