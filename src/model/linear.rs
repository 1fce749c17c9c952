//! The linear model: linfa's `Fit` and `PredictInplace` on the sparse matrix.

use linfa::dataset::{AsTargets, DatasetBase};
use linfa::traits::{Fit, Predict, PredictInplace};
use ndarray::Array1;
use rayon::prelude::*;

use super::params::{LinearParams, ValidLinearParams};
use super::solver::{Binary, solve};
use crate::error::{Error, ErrorKind, Result};
use crate::features::Matrix;

/// One hyperplane a class, each trained against the rest.
///
/// Classes are the numbers `0 .. classes`. The same data, parameters and seed give the same model, whatever
/// the number of threads.
///
/// ```
/// use linfa::prelude::*;
/// use ndarray::array;
/// use pilah::features::Matrix;
/// use pilah::model::LinearModel;
///
/// let mut rows = Matrix::builder(2);
/// for (x, y) in [(1.0, 0.0), (0.9, 0.1), (0.0, 1.0), (0.1, 0.9)] {
///     rows.push(&[0, 1], &[x, y]);
/// }
/// let data = DatasetBase::new(rows.finish(), array![0, 0, 1, 1]);
/// let model = LinearModel::params().check()?.fit(&data)?;
/// assert_eq!(model.predict(data.records()), array![0, 0, 1, 1]);
/// # Ok::<(), pilah::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LinearModel {
    classes: usize,
    /// `weights[column * classes + class]`.
    weights: Vec<f32>,
    biases: Vec<f32>,
}

impl LinearModel {
    /// The parameters, to change and then `check`.
    pub fn params() -> LinearParams {
        LinearParams::default()
    }

    /// How many classes there are.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The weights of a column, one a class.
    pub fn weights(&self, column: usize) -> &[f32] {
        &self.weights[column * self.classes..(column + 1) * self.classes]
    }

    /// The biases, one a class.
    pub fn biases(&self) -> &[f32] {
        &self.biases
    }

    /// The margin of each class for one row: signed distance from its hyperplane, times ‖w‖.
    pub fn margins(&self, columns: &[u32], values: &[f32]) -> Vec<f32> {
        let mut margins = self.biases.clone();
        for (&column, &value) in columns.iter().zip(values) {
            for (margin, weight) in margins.iter_mut().zip(self.weights(column as usize)) {
                *margin += value * weight;
            }
        }
        margins
    }
}

/// What is known of a row.
///
/// ```
/// use linfa::prelude::*;
/// use ndarray::array;
/// use pilah::features::Matrix;
/// use pilah::model::{LinearModel, Target};
///
/// let mut rows = Matrix::builder(2);
/// for (x, y) in [(1.0, 0.0), (0.0, 1.0), (0.7, 0.7)] {
///     rows.push(&[0, 1], &[x, y]);
/// }
/// let targets = array![Target::Is(0), Target::Is(1), Target::IsNot(vec![1])];
/// let data = DatasetBase::new(rows.finish(), targets);
/// let model = LinearModel::params().check()?.fit(&data)?;
/// assert_eq!(model.predict(data.records())[2], 0);
/// # Ok::<(), pilah::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Its class.
    Is(usize),
    /// Some classes that it is not of. It counts against these and says nothing of the others.
    IsNot(Vec<usize>),
}

impl Target {
    /// Which side of the plane of `class` the row is on: 1, −1, or 0 where nothing is known.
    fn sign(&self, class: usize) -> f64 {
        match self {
            Self::Is(own) if *own == class => 1.0,
            Self::IsNot(others) if !others.contains(&class) => 0.0,
            _ => -1.0,
        }
    }
}

impl Fit<Matrix, Array1<usize>, Error> for ValidLinearParams {
    type Object = LinearModel;

    /// Trains one hyperplane a class, in parallel on the rayon pool. Weights of the dataset, where given, scale
    /// the loss of each row.
    ///
    /// Cost: memory of the matrix plus 4 bytes a column and class; time linear in entries × classes × epochs
    /// (most rows drop out after a few epochs).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Training`] for fewer than two classes, or numbers of rows and targets that differ.
    fn fit(&self, dataset: &DatasetBase<Matrix, Array1<usize>>) -> Result<LinearModel> {
        let targets: Vec<Target> = dataset.targets.iter().map(|&class| Target::Is(class)).collect();
        self.train(&dataset.records, &targets, dataset.weights())
    }
}

impl Fit<Matrix, Array1<Target>, Error> for ValidLinearParams {
    type Object = LinearModel;

    /// The same with rows that are only known not to be of some classes. Such a row is one of the rest for the planes
    /// of these classes and takes no part in any other; as it is of no class, it counts as one of a class of average
    /// size, and changes neither the sizes of the classes nor the weights that follow from them.
    ///
    /// # Errors
    ///
    /// As for classes alone: two must be shown by rows that are of them.
    fn fit(&self, dataset: &DatasetBase<Matrix, Array1<Target>>) -> Result<LinearModel> {
        let targets = dataset.targets.as_targets();
        self.train(&dataset.records, targets.as_slice().unwrap_or_default(), dataset.weights())
    }
}

impl ValidLinearParams {
    fn train(&self, matrix: &Matrix, targets: &[Target], row_weights: Option<&[f32]>) -> Result<LinearModel> {
        let class_of = |target: &Target| match target {
            Target::Is(class) => Some(*class),
            Target::IsNot(_) => None,
        };
        let classes = targets.iter().filter_map(class_of).max().map_or(0, |last| last + 1).max(self.classes);
        if targets.len() != matrix.rows() {
            return Err(Error::new(
                ErrorKind::Training,
                format!("{} rows but {} labels: give one label a row", matrix.rows(), targets.len()),
            ));
        }
        if classes < 2 {
            return Err(Error::new(
                ErrorKind::Training,
                format!("{classes} class(es) to learn from: give rows of two classes or more"),
            ));
        }
        let costs = self.costs(classes, &targets.iter().map(class_of).collect::<Vec<_>>(), row_weights);
        let of_a_class = |row: &usize| class_of(&targets[*row]).is_some();
        let known = document_frequencies(matrix, (0..matrix.rows()).filter(of_a_class));
        let planes: Vec<Vec<f32>> = (0..classes)
            .into_par_iter()
            .map(|class| {
                let signs: Vec<f64> = targets.iter().map(|target| target.sign(class)).collect();
                let rows: Vec<usize> = (0..matrix.rows()).filter(|&row| signs[row] != 0.0).collect();
                let inside =
                    document_frequencies(matrix, rows.iter().copied().filter(|&row| signs[row] > 0.0));
                let bounced = rows.iter().copied().filter(|row| !of_a_class(row));
                let against = document_frequencies(matrix, bounced);
                let frequencies: Vec<u32> =
                    known.iter().zip(&against).map(|(known, against)| known + against).collect();
                let leeway = leeway(&inside, &frequencies, self.nb_strength);
                let square = |row: usize| -> f64 {
                    let (columns, values) = matrix.row(row);
                    let each = columns
                        .iter()
                        .zip(values)
                        .map(|(&column, &value)| leeway[column as usize] * value * value);
                    1.0 + f64::from(each.sum::<f32>())
                };
                let squares = (0..matrix.rows()).map(square).collect();
                let problem = Binary { matrix, rows, leeway: &leeway, squares, signs, costs: costs.clone() };
                solve(&problem, self, self.seed ^ (class as u64).wrapping_mul(0x9e37_79b9))
            })
            .collect();
        let width = matrix.width();
        let mut weights = vec![0.0; width * classes];
        for (class, plane) in planes.iter().enumerate() {
            for (column, &weight) in plane[..width].iter().enumerate() {
                weights[column * classes + class] = weight;
            }
        }
        Ok(LinearModel { classes, weights, biases: planes.iter().map(|plane| plane[width]).collect() })
    }

    /// What it costs to be wrong about each row: more for rare classes, and 1 · C for rows of no class.
    fn costs(&self, classes: usize, targets: &[Option<usize>], row_weights: Option<&[f32]>) -> Vec<f64> {
        let mut counts = vec![0usize; classes];
        for &class in targets.iter().flatten() {
            counts[class] += 1;
        }
        let present = counts.iter().filter(|&&count| count > 0).count();
        let labelled: usize = counts.iter().sum();
        let cost = |(row, class): (usize, &Option<usize>)| {
            let balance = class.map_or(1.0, |class| labelled as f64 / (present * counts[class]) as f64);
            let weight =
                row_weights.and_then(|weights| weights.get(row)).map_or(1.0, |&weight| f64::from(weight));
            (self.c * balance.powf(self.class_weight_power) * weight).max(1e-9)
        };
        targets.iter().enumerate().map(cost).collect()
    }
}

impl PredictInplace<Matrix, Array1<usize>> for LinearModel {
    fn predict_inplace(&self, rows: &Matrix, targets: &mut Array1<usize>) {
        for (row, target) in targets.iter_mut().enumerate() {
            let (columns, values) = rows.row(row);
            *target = argmax(&self.margins(columns, values));
        }
    }

    fn default_target(&self, rows: &Matrix) -> Array1<usize> {
        Array1::zeros(rows.rows())
    }
}

impl Predict<&Matrix, Array1<usize>> for LinearModel {
    fn predict(&self, rows: &Matrix) -> Array1<usize> {
        let mut targets = self.default_target(rows);
        self.predict_inplace(rows, &mut targets);
        targets
    }
}

/// In how many of the rows each column has a value.
fn document_frequencies(matrix: &Matrix, rows: impl Iterator<Item = usize>) -> Vec<u32> {
    let mut frequencies = vec![0; matrix.width()];
    for row in rows {
        for &column in matrix.row(row).0 {
            frequencies[column as usize] += 1;
        }
    }
    frequencies
}

/// How cheaply each feature may have weight in one class: features that are much more, or much less, frequent
/// inside the class than outside it are penalised less.
///
/// This is the naive-Bayes SVM of Wang and Manning ("Baselines and bigrams", ACL 2012) read as a prior: they
/// multiply each feature by its log-count ratio *r*, which is the same as dividing its penalty by *r²*. Here *r*
/// is scaled to a root mean square of 1 over all occurrences and mixed with 1 by `strength`.
fn leeway(inside: &[u32], everywhere: &[u32], strength: f64) -> Vec<f32> {
    let smooth = |count: u32| f64::from(count) + 0.5;
    let outside = |(&all, &here): (&u32, &u32)| smooth(all - here);
    let total_in: f64 = inside.iter().map(|&count| smooth(count)).sum();
    let total_out: f64 = everywhere.iter().zip(inside).map(outside).sum();
    let ratios: Vec<f64> = everywhere
        .iter()
        .zip(inside)
        .map(|pair| ((smooth(*pair.1) / total_in) / (outside(pair) / total_out)).ln().abs())
        .collect();
    let weighted: f64 =
        ratios.iter().zip(everywhere).map(|(ratio, &count)| ratio * ratio * f64::from(count)).sum();
    let occurrences: f64 = everywhere.iter().map(|&count| f64::from(count)).sum();
    let scale = if weighted > 0.0 { (occurrences / weighted).sqrt() } else { 0.0 };
    ratios.iter().map(|ratio| (1.0 - strength + strength * ratio * scale).powi(2) as f32).collect()
}

/// The first of the largest values.
pub(crate) fn argmax(values: &[f32]) -> usize {
    let mut best = 0;
    for (at, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = at;
        }
    }
    best
}
