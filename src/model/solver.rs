//! Dual coordinate descent for one class against the rest.
//!
//! Sources: Hsieh, Chang, Lin, Keerthi, Sundararajan, "A dual coordinate descent method for large-scale linear
//! SVM", ICML 2008 (squared hinge, with shrinking); Yu, Huang, Lin, "Dual coordinate descent methods for
//! logistic regression and maximum entropy models", Machine Learning 85, 2011 (logistic).

use rand::SeedableRng;
use rand::rngs::SmallRng;
use rand::seq::SliceRandom;

use super::params::{Loss, ValidLinearParams};
use crate::features::Matrix;

/// One side of the problem: what each row is, and what it costs to be wrong about it.
pub(super) struct Binary<'a> {
    pub(super) matrix: &'a Matrix,
    /// The rows that take part, ascending.
    pub(super) rows: Vec<usize>,
    /// How cheaply each column may have weight: the penalty of a weight is w² / (2 · leeway).
    pub(super) leeway: &'a [f32],
    /// Σ leeway · value² of each row, the constant feature of the bias included.
    pub(super) squares: Vec<f64>,
    /// +1 or −1 a row, 0 for one that takes no part.
    pub(super) signs: Vec<f64>,
    /// Upper weight of each row's loss.
    pub(super) costs: Vec<f64>,
}

/// The hyperplane: a weight a column, and the bias last.
pub(super) fn solve(problem: &Binary<'_>, params: &ValidLinearParams, seed: u64) -> Vec<f32> {
    match params.loss {
        Loss::SquaredHinge => squared_hinge(problem, params, seed),
        Loss::Logistic => logistic(problem, params, seed),
    }
}

fn squared_hinge(problem: &Binary<'_>, params: &ValidLinearParams, seed: u64) -> Vec<f32> {
    let mut weights = vec![0.0f32; problem.matrix.width() + 1];
    let mut alpha = vec![0.0f64; problem.matrix.rows()];
    let mut active = problem.rows.clone();
    let mut rng = SmallRng::seed_from_u64(seed);
    let mut bound = f64::INFINITY;
    let mut epoch = 0;
    while epoch < params.max_epochs {
        active.shuffle(&mut rng);
        let (mut highest, mut lowest) = (f64::NEG_INFINITY, f64::INFINITY);
        let mut kept = 0;
        for at in 0..active.len() {
            let row = active[at];
            let sign = problem.signs[row];
            let diagonal = 0.5 / problem.costs[row];
            let gradient = sign * dot(problem.matrix, row, &weights) - 1.0 + diagonal * alpha[row];
            let mut projected = gradient;
            if alpha[row] == 0.0 {
                if gradient > bound {
                    continue; // shrunk: left out until the end
                }
                projected = gradient.min(0.0);
            }
            active[kept] = row;
            kept += 1;
            highest = highest.max(projected);
            lowest = lowest.min(projected);
            if projected.abs() > 1e-12 {
                let old = alpha[row];
                alpha[row] = (old - gradient / (problem.squares[row] + diagonal)).max(0.0);
                add(problem, row, (alpha[row] - old) * sign, &mut weights);
            }
        }
        active.truncate(kept);
        epoch += 1;
        if highest - lowest <= params.tolerance {
            if active.len() == problem.rows.len() {
                break;
            }
            // Converged on what was left: once more over everything.
            active.clone_from(&problem.rows);
            bound = f64::INFINITY;
            continue;
        }
        bound = if highest > 0.0 { highest } else { f64::INFINITY };
    }
    weights
}

fn logistic(problem: &Binary<'_>, params: &ValidLinearParams, seed: u64) -> Vec<f32> {
    let mut weights = vec![0.0f32; problem.matrix.width() + 1];
    // Dual variable of each row, strictly between 0 and its cost.
    let mut alpha: Vec<f64> = problem.costs.iter().map(|cost| (0.001 * cost).min(1e-8)).collect();
    for &row in &problem.rows {
        add(problem, row, problem.signs[row] * alpha[row], &mut weights);
    }
    let mut order = problem.rows.clone();
    let mut rng = SmallRng::seed_from_u64(seed);
    for _ in 0..params.max_epochs {
        order.shuffle(&mut rng);
        let mut steepest = 0.0f64;
        for &row in &order {
            let (cost, square, sign) = (problem.costs[row], problem.squares[row], problem.signs[row]);
            let margin = sign * dot(problem.matrix, row, &weights);
            let old = alpha[row];
            let slope = |a: f64| margin + square * (a - old) + (a / (cost - a)).ln();
            steepest = steepest.max(slope(old).abs());
            // Newton's steps, halved towards the border they would cross.
            let mut a = old;
            for _ in 0..20 {
                let gradient = slope(a);
                if gradient.abs() < 1e-3 * params.tolerance {
                    break;
                }
                let next = a - gradient / (square + cost / (a * (cost - a)));
                a = if next <= 0.0 {
                    a * 0.1
                } else if next >= cost {
                    cost - (cost - a) * 0.1
                } else {
                    next
                };
            }
            alpha[row] = a;
            add(problem, row, (a - old) * sign, &mut weights);
        }
        if steepest < params.tolerance {
            break;
        }
    }
    weights
}

fn dot(matrix: &Matrix, row: usize, weights: &[f32]) -> f64 {
    let (columns, values) = matrix.row(row);
    let sum: f32 = columns.iter().zip(values).map(|(&column, &value)| weights[column as usize] * value).sum();
    f64::from(sum + weights[weights.len() - 1])
}

fn add(problem: &Binary<'_>, row: usize, step: f64, weights: &mut [f32]) {
    let step = step as f32;
    if step == 0.0 {
        return;
    }
    let (columns, values) = problem.matrix.row(row);
    for (&column, &value) in columns.iter().zip(values) {
        weights[column as usize] += step * value * problem.leeway[column as usize];
    }
    if let Some(bias) = weights.last_mut() {
        *bias += step;
    }
}
