//! The linear trainer against linfa-logistic and against slow gradient descent on the primal objective.
#![allow(missing_docs)]

use linfa::ParamGuard;
use linfa::dataset::{Dataset, DatasetBase};
use linfa::traits::{Fit, Predict};
use linfa_logistic::LogisticRegression;
use ndarray::{Array1, Array2};
use pilah::features::Matrix;
use pilah::model::{Example, LinearModel, LinearParams, Loss, Target, Training};
use pilah::{Error, ErrorKind};
use proptest::prelude::*;

/// A small problem: rows of values (zeros are left out of the sparse matrix) and a class for each.
#[derive(Debug, Clone)]
struct Problem {
    rows: Vec<Vec<f32>>,
    targets: Vec<usize>,
}

impl Problem {
    fn width(&self) -> usize {
        self.rows[0].len()
    }

    fn matrix(&self) -> Matrix {
        let mut builder = Matrix::builder(self.width());
        for row in &self.rows {
            let (columns, values): (Vec<u32>, Vec<f32>) = row
                .iter()
                .enumerate()
                .filter(|(_, value)| **value != 0.0)
                .map(|(at, value)| (at as u32, *value))
                .unzip();
            builder.push(&columns, &values);
        }
        builder.finish()
    }

    fn fit(&self, params: LinearParams) -> Result<LinearModel, Error> {
        params.check()?.fit(&DatasetBase::new(self.matrix(), Array1::from(self.targets.clone())))
    }

    fn signs(&self, class: usize) -> Vec<f64> {
        self.targets.iter().map(|&target| if target == class { 1.0 } else { -1.0 }).collect()
    }
}

/// Weights of one class and its bias, last.
fn plane(model: &LinearModel, width: usize, class: usize) -> Vec<f64> {
    let weights = (0..width).map(|column| model.weights(column)[class]);
    weights.chain([model.biases()[class]]).map(f64::from).collect()
}

/// Neither class weights nor the naive-Bayes prior, and as exact as 32 bits allow.
fn exact(loss: Loss, c: f64) -> LinearParams {
    LinearModel::params()
        .loss(loss)
        .c(c)
        .nb_strength(0.0)
        .class_weight_power(0.0)
        .tolerance(1e-4)
        .max_epochs(5000)
}

fn problems(classes: usize) -> impl Strategy<Value = Problem> {
    (2usize..5, 12usize..30).prop_flat_map(move |(width, rows)| {
        let value = prop_oneof![1 => Just(0.0f32), 4 => -2.0f32..2.0];
        let rows = proptest::collection::vec(proptest::collection::vec(value, width), rows);
        let noise = proptest::collection::vec(0usize..classes * 4, 30);
        (rows, noise).prop_map(move |(rows, noise)| {
            // The largest of the first values says the class, except for some noise; every class occurs.
            let mut targets: Vec<usize> = rows
                .iter()
                .zip(&noise)
                .map(|(row, &noise)| {
                    if noise < classes {
                        noise
                    } else {
                        usize::from(row[0] > row[1]) + usize::from(classes > 2 && row[0] > 1.0)
                    }
                })
                .collect();
            (0..classes).for_each(|class| targets[class] = class);
            Problem { rows, targets }
        })
    })
}

/// linfa's weights for `class` against the rest, the bias as a penalised column of ones.
fn linfa_plane(problem: &Problem, class: usize, c: f64) -> Vec<f64> {
    let width = problem.width();
    let value = |(row, column): (usize, usize)| {
        if column == width { 1.0 } else { f64::from(problem.rows[row][column]) }
    };
    let dense = Array2::from_shape_fn((problem.rows.len(), width + 1), value);
    let inside = Array1::from_iter(problem.targets.iter().map(|&target| target == class));
    let params = LogisticRegression::default().alpha(1.0 / c).with_intercept(false);
    let fitted =
        params.max_iterations(1000).gradient_tolerance(1e-7).fit(&Dataset::new(dense, inside)).unwrap();
    let sign = if fitted.labels().pos.class { 1.0 } else { -1.0 };
    fitted.params().iter().map(|weight| sign * weight).collect()
}

#[track_caller]
fn check_close(found: &[f64], expected: &[f64], tolerance: f64) {
    let scale = expected.iter().fold(1e-2f64, |most, value| most.max(value.abs()));
    for (found_value, expected_value) in found.iter().zip(expected) {
        let off = (found_value - expected_value).abs() / scale;
        assert!(off < tolerance, "{found:?} instead of {expected:?}");
    }
}

fn dot(row: &[f32], plane: &[f64]) -> f64 {
    row.iter().zip(plane).map(|(&value, weight)| f64::from(value) * weight).sum::<f64>()
        + plane[plane.len() - 1]
}

/// A primal problem with the squared hinge: Σ wⱼ² / (2·leewayⱼ) + b²/2 + Σ costᵢ · max(0, 1 − yᵢ·mᵢ)².
struct Primal<'p> {
    rows: &'p [Vec<f32>],
    signs: Vec<f64>,
    costs: Vec<f64>,
    leeway: Vec<f64>,
}

impl Primal<'_> {
    fn objective(&self, plane: &[f64]) -> f64 {
        let penalty: f64 =
            plane.iter().zip(&self.leeway).map(|(weight, leeway)| weight * weight / (2.0 * leeway)).sum();
        let each = self.rows.iter().zip(self.signs.iter().zip(&self.costs));
        penalty
            + each
                .map(|(row, (sign, cost))| cost * (1.0 - sign * dot(row, plane)).max(0.0).powi(2))
                .sum::<f64>()
    }

    /// Gradient descent with Nesterov's momentum in the scale of the leeway, steps of 1/L.
    fn solve(&self) -> Vec<f64> {
        let square = |row: &Vec<f32>| -> f64 {
            1.0 + row
                .iter()
                .zip(&self.leeway)
                .map(|(&value, leeway)| f64::from(value).powi(2) * leeway)
                .sum::<f64>()
        };
        let steepness =
            1.0 + self.rows.iter().zip(&self.costs).map(|(row, cost)| 2.0 * cost * square(row)).sum::<f64>();
        let momentum = (steepness.sqrt() - 1.0) / (steepness.sqrt() + 1.0);
        let mut plane = vec![0.0; self.leeway.len()];
        let mut before = plane.clone();
        for _ in 0..(100.0 + 15.0 * steepness.sqrt()) as usize {
            let ahead: Vec<f64> =
                plane.iter().zip(&before).map(|(now, before)| now + momentum * (now - before)).collect();
            let mut gradient: Vec<f64> =
                ahead.iter().zip(&self.leeway).map(|(weight, leeway)| weight / leeway).collect();
            for (row, (sign, cost)) in self.rows.iter().zip(self.signs.iter().zip(&self.costs)) {
                let push = -2.0 * cost * sign * (1.0 - sign * dot(row, &ahead)).max(0.0);
                for (slope, &value) in gradient.iter_mut().zip(row.iter().chain([&1.0])) {
                    *slope += push * f64::from(value);
                }
            }
            let step = |((weight, slope), leeway): ((&f64, &f64), &f64)| weight - slope * leeway / steepness;
            before = plane;
            plane = ahead.iter().zip(&gradient).zip(&self.leeway).map(step).collect();
        }
        plane
    }
}

/// The prior of each feature as its documentation says: the naive-Bayes log-count ratio, scaled to a root mean
/// square of 1 over all occurrences, mixed with 1, squared. The bias is last.
fn leeway(problem: &Problem, class: usize, strength: f64) -> Vec<f64> {
    let count = |column: usize, inside: bool| {
        let rows = problem.rows.iter().zip(&problem.targets);
        rows.filter(|(row, target)| row[column] != 0.0 && (**target == class) == inside).count() as f64
    };
    let columns = 0..problem.width();
    let total = |inside| columns.clone().map(|column| count(column, inside) + 0.5).sum::<f64>();
    let (total_in, total_out) = (total(true), total(false));
    let ratio = |column| {
        (((count(column, true) + 0.5) / total_in) / ((count(column, false) + 0.5) / total_out)).ln().abs()
    };
    let occurrences = |column| count(column, true) + count(column, false);
    let squares: f64 = columns.clone().map(|column| ratio(column).powi(2) * occurrences(column)).sum();
    let scale =
        if squares > 0.0 { (columns.clone().map(occurrences).sum::<f64>() / squares).sqrt() } else { 0.0 };
    columns.map(|column| (1.0 - strength + strength * ratio(column) * scale).powi(2)).chain([1.0]).collect()
}

fn check_hinge(problem: &Problem, c: f64, power: f64, strength: f64, row_weights: &[f32]) {
    let params =
        exact(Loss::SquaredHinge, c).class_weight_power(power).nb_strength(strength).check().unwrap();
    let targets = Array1::from(problem.targets.clone());
    let weights = Array1::from(row_weights[..targets.len()].to_vec());
    let model = params.fit(&DatasetBase::new(problem.matrix(), targets).with_weights(weights)).unwrap();
    let classes = model.classes();
    let cost = |(row, target): (usize, &usize)| {
        let here = problem.targets.iter().filter(|other| *other == target).count();
        let balance = problem.targets.len() as f64 / (classes * here) as f64;
        c * balance.powf(power) * f64::from(row_weights[row])
    };
    for class in 0..classes {
        let primal = Primal {
            rows: &problem.rows,
            signs: problem.signs(class),
            costs: problem.targets.iter().enumerate().map(cost).collect(),
            leeway: leeway(problem, class, strength),
        };
        let best = primal.objective(&primal.solve());
        let found = primal.objective(&plane(&model, problem.width(), class));
        assert!((found - best).abs() <= 1e-4 * best, "objective {found}, by gradient descent {best}");
    }
}

/// What a row says to the plane of `class`, read slowly: its class or one of the others, or nothing.
fn side(target: &Target, class: usize) -> Option<usize> {
    match target {
        Target::Is(own) => Some(usize::from(*own == class)),
        Target::IsNot(others) => others.contains(&class).then_some(0),
    }
}

/// Every plane against the problem of its own: the rows that say something to it, of two classes.
fn check_against(problem: &Problem, targets: &[Target], c: f64, power: f64, strength: f64) {
    let data = DatasetBase::new(problem.matrix(), Array1::from(targets.to_vec()));
    let hinge = exact(Loss::SquaredHinge, c).class_weight_power(power).nb_strength(strength);
    let hinge = hinge.check().unwrap().fit(&data).unwrap();
    let logistic = exact(Loss::Logistic, c).check().unwrap().fit(&data).unwrap();
    let is = |class: usize| targets.iter().filter(|target| **target == Target::Is(class)).count();
    let classes = hinge.classes();
    let labelled: usize = (0..classes).map(is).sum();
    for class in 0..classes {
        let part: Vec<usize> =
            (0..targets.len()).filter(|&row| side(&targets[row], class).is_some()).collect();
        let own = Problem {
            rows: part.iter().map(|&row| problem.rows[row].clone()).collect(),
            targets: part.iter().filter_map(|&row| side(&targets[row], class)).collect(),
        };
        let cost = |&row: &usize| match targets[row] {
            Target::Is(class) => c * (labelled as f64 / (classes * is(class)) as f64).powf(power),
            Target::IsNot(_) => c,
        };
        let primal = Primal {
            rows: &own.rows,
            signs: own.signs(1),
            costs: part.iter().map(cost).collect(),
            leeway: leeway(&own, 1, strength),
        };
        let best = primal.objective(&primal.solve());
        let found = primal.objective(&plane(&hinge, problem.width(), class));
        assert!((found - best).abs() <= 1e-4 * best, "objective {found}, by gradient descent {best}");
        let alone = own.fit(exact(Loss::Logistic, c)).unwrap();
        check_close(&plane(&logistic, problem.width(), class), &plane(&alone, problem.width(), 1), 1e-2);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn logistic_of_two_classes_is_linfas(problem in problems(2), c in 0.1f64..3.0) {
        let model = problem.fit(exact(Loss::Logistic, c)).unwrap();
        let expected = linfa_plane(&problem, 1, c);
        check_close(&plane(&model, problem.width(), 1), &expected, 1e-2);
        let mirrored: Vec<f64> = expected.iter().map(|weight| -weight).collect();
        check_close(&plane(&model, problem.width(), 0), &mirrored, 1e-2);
        let predicted = model.predict(&problem.matrix());
        for (row, &class) in problem.rows.iter().zip(&predicted) {
            let margin = dot(row, &expected);
            prop_assert!(margin.abs() < 0.05 || class == usize::from(margin > 0.0));
        }
    }

    #[test]
    fn logistic_of_three_classes_is_linfas_one_against_the_rest(problem in problems(3), c in 0.1f64..3.0) {
        let model = problem.fit(exact(Loss::Logistic, c)).unwrap();
        for class in 0..3 {
            check_close(&plane(&model, problem.width(), class), &linfa_plane(&problem, class, c), 1e-2);
        }
    }

    #[test]
    fn squared_hinge_reaches_the_least_objective(
        problem in problems(3), c in 0.1f64..1.5, power in 0.0f64..1.0, strength in 0.0f64..0.9,
        row_weights in proptest::collection::vec(0.2f32..2.0, 30),
    ) {
        check_hinge(&problem, c, 0.0, 0.0, &[1.0; 30]);
        check_hinge(&problem, c, power, strength, &row_weights);
    }

    #[test]
    fn a_row_of_no_class_counts_against_the_named_alone(
        problem in problems(3), c in 0.1f64..1.5, power in 0.0f64..1.0, strength in 0.0f64..0.9,
        bounced in proptest::collection::vec(proptest::option::weighted(0.4, 1usize..16), 30),
    ) {
        let target = |(row, &class): (usize, &usize)| match bounced[row] {
            // Classes as bits; the fourth is one that there is not. The first rows show every class.
            Some(bits) if row >= 3 => Target::IsNot((0..4).filter(|class| bits >> class & 1 == 1).collect()),
            _ => Target::Is(class),
        };
        let targets: Vec<Target> = problem.targets.iter().enumerate().map(target).collect();
        check_against(&problem, &targets, c, power, strength);

        // To the bit, the planes of classes that nothing speaks against are those of the labelled rows alone.
        let known = |row: &usize| matches!(targets[*row], Target::Is(_));
        let (labelled, rest): (Vec<usize>, Vec<usize>) = (0..targets.len()).partition(known);
        let alone = Problem {
            rows: labelled.iter().map(|&row| problem.rows[row].clone()).collect(),
            targets: labelled.iter().map(|&row| problem.targets[row]).collect(),
        };
        let alone = alone.fit(LinearModel::params()).unwrap();
        let mut against_first = targets;
        for row in rest {
            against_first[row] = Target::IsNot(vec![0]);
        }
        let data = DatasetBase::new(problem.matrix(), Array1::from(against_first));
        let model = LinearModel::params().check().unwrap().fit(&data).unwrap();
        for class in 1..3 {
            prop_assert_eq!(plane(&model, problem.width(), class), plane(&alone, problem.width(), class));
        }
    }

    #[test]
    fn margins_are_what_predictions_rest_on(problem in problems(3)) {
        let model = problem.fit(LinearModel::params()).unwrap();
        let matrix = problem.matrix();
        for (row, class) in model.predict(&matrix).into_iter().enumerate() {
            let (columns, values) = matrix.row(row);
            let margins = model.margins(columns, values);
            for (other, &margin) in margins.iter().enumerate() {
                let slow = dot(&problem.rows[row], &plane(&model, problem.width(), other));
                prop_assert!((f64::from(margin) - slow).abs() < 1e-4);
                prop_assert!(margin <= margins[class] && (margin < margins[class] || other >= class));
            }
        }
    }

    #[test]
    fn threads_and_repeats_change_nothing(problem in problems(3), seed in any::<u64>()) {
        let fit = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| problem.fit(LinearModel::params().seed(seed)).unwrap())
        };
        let alone = fit(1);
        prop_assert_eq!(&fit(2), &alone);
        prop_assert_eq!(&fit(1), &alone);
    }
}

#[test]
fn parameters_outside_their_range_are_refused_by_name_and_value() {
    let params = LinearModel::params;
    let table = [
        (params().c(0.0), "`c` is 0"),
        (params().c(-1.5), "`c` is -1.5"),
        (params().c(f64::NAN), "`c` is NaN"),
        (params().c(f64::INFINITY), "`c` is inf"),
        (params().class_weight_power(1.5), "`class_weight_power` is 1.5"),
        (params().class_weight_power(-0.1), "`class_weight_power` is -0.1"),
        (params().nb_strength(2.0), "`nb_strength` is 2"),
        (params().nb_strength(f64::NAN), "`nb_strength` is NaN"),
        (params().max_epochs(0), "`max_epochs` is 0"),
        (params().tolerance(0.0), "`tolerance` is 0"),
        (params().tolerance(f64::INFINITY), "`tolerance` is inf"),
    ];
    for (params, expected) in table {
        assert!(params.check_ref().is_err(), "{expected}");
        let error = params.check().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Parameter);
        assert!(error.to_string().starts_with(expected), "{error}");
    }
    assert!(params().class_weight_power(1.0).nb_strength(0.0).check().is_ok());
}

#[test]
fn what_cannot_be_learned_from_is_an_error() {
    #[track_caller]
    fn check(rows: usize, targets: Vec<usize>, expected: &str) {
        let problem = Problem { rows: vec![vec![1.0, 0.5]; rows.max(1)], targets };
        let matrix = problem.matrix().select(&(0..rows).collect::<Vec<_>>());
        let data = DatasetBase::new(matrix, Array1::from(problem.targets));
        let error = LinearModel::params().check().unwrap().fit(&data).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Training);
        assert!(error.to_string().contains(expected), "{error}");
    }
    check(3, vec![0, 0, 0], "1 class(es)");
    check(0, vec![], "0 class(es)");
    check(3, vec![0, 1], "3 rows but 2 labels");
    check(1, vec![0, 1, 0], "1 rows but 3 labels");
}

#[test]
fn classes_that_no_row_shows_are_never_the_answer() {
    let problem = Problem {
        rows: vec![vec![1.0, 0.0], vec![0.9, 0.0], vec![0.0, 1.0], vec![0.0, 0.8]],
        targets: vec![0, 0, 2, 2],
    };
    let model = problem.fit(LinearModel::params().classes(5)).unwrap();
    assert_eq!((model.classes(), model.biases().len()), (5, 5));
    assert_eq!(model.predict(&problem.matrix()).to_vec(), problem.targets);
}

/// One citizen's word is nobody's business; one word of a text that was written for training is what it was written
/// for.
#[test]
fn rare_words_count_where_they_were_written_for_training() {
    let common = (0..30).map(|at| {
        let (text, label) = [("jalan rusak", "jalan"), ("lampu mati", "lampu")][at % 2];
        Example::new(format!("{text} {}", ["sekali", "terus", "lagi"][at % 3]), [Some(label)])
    });
    let rare = |written: bool| Example { written, ..Example::new("stapelvoltase", [Some("lampu")]) };
    let label = |written: bool| {
        let examples: Vec<Example> = common.clone().chain([rare(written)]).collect();
        let mut training = Training::new(["k"]);
        (training.min_count, training.spec.chars_max) = (2, 0);
        let bundle = training.run(&examples, |_| ()).unwrap();
        bundle.classifier().explain("stapelvoltase", "k").unwrap().evidence.len()
    };
    assert_eq!((label(false), label(true)), (0, 1));
}
