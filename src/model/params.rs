//! Parameters of the trainer: built, checked once, then impossible to hold wrong.

use linfa::ParamGuard;

use crate::error::{Error, ErrorKind, Result};

/// What a wrong side of a class boundary costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Loss {
    /// `max(0, 1 − y·m)²`, one class against the rest: the most accurate here (`models/EXPERIMENTS.md`).
    SquaredHinge,
    /// `ln(1 + exp(−y·m))`, one class against the rest.
    Logistic,
}

/// Parameters of [`LinearModel`](super::LinearModel), not yet checked.
///
/// | parameter | default | purpose | range |
/// |---|---|---|---|
/// | `loss` | squared hinge | see [`Loss`] | |
/// | `c` | 0.3 | weight of the losses against ½‖w‖² (L2) | > 0 |
/// | `class_weight_power` | 0.5 | weight of a class: (n / (k · nᵢ))^power; 0 none, 1 balanced | 0 ..= 1 |
/// | `nb_strength` | 0.4 | how far the penalty of a feature follows its naive-Bayes ratio; 0 not at all | 0 ..= 1 |
/// | `max_epochs` | 300 | passes over the data for each class | ≥ 1 |
/// | `tolerance` | 0.1 | stop when no dual step exceeds it | > 0 |
/// | `seed` | 1 | order of the steps | |
/// | `classes` | 0 | at least this many classes, though the rows show fewer | |
#[derive(Debug, Clone, PartialEq)]
pub struct LinearParams(ValidLinearParams);

/// Checked parameters: what [`LinearParams`] becomes by [`ParamGuard::check`]. Has linfa's `Fit`.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidLinearParams {
    pub(crate) loss: Loss,
    pub(crate) c: f64,
    pub(crate) class_weight_power: f64,
    pub(crate) nb_strength: f64,
    pub(crate) max_epochs: usize,
    pub(crate) tolerance: f64,
    pub(crate) seed: u64,
    pub(crate) classes: usize,
}

impl Default for LinearParams {
    fn default() -> Self {
        Self(ValidLinearParams {
            loss: Loss::SquaredHinge,
            c: 0.3,
            class_weight_power: 0.5,
            nb_strength: 0.4,
            max_epochs: 300,
            tolerance: 0.1,
            seed: 1,
            classes: 0,
        })
    }
}

impl LinearParams {
    /// Sets the loss.
    #[must_use]
    pub fn loss(mut self, loss: Loss) -> Self {
        self.0.loss = loss;
        self
    }

    /// Sets the weight of the losses against the penalty.
    #[must_use]
    pub fn c(mut self, c: f64) -> Self {
        self.0.c = c;
        self
    }

    /// Sets how far rare classes are weighted up.
    #[must_use]
    pub fn class_weight_power(mut self, power: f64) -> Self {
        self.0.class_weight_power = power;
        self
    }

    /// Sets how far the penalty of a feature follows its naive-Bayes log-count ratio.
    #[must_use]
    pub fn nb_strength(mut self, strength: f64) -> Self {
        self.0.nb_strength = strength;
        self
    }

    /// Sets the most passes over the data.
    #[must_use]
    pub fn max_epochs(mut self, epochs: usize) -> Self {
        self.0.max_epochs = epochs;
        self
    }

    /// Sets the stopping tolerance.
    #[must_use]
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.0.tolerance = tolerance;
        self
    }

    /// Sets the least number of classes.
    #[must_use]
    pub fn classes(mut self, classes: usize) -> Self {
        self.0.classes = classes;
        self
    }

    /// Sets the seed.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.seed = seed;
        self
    }
}

impl ParamGuard for LinearParams {
    type Checked = ValidLinearParams;
    type Error = Error;

    fn check_ref(&self) -> Result<&ValidLinearParams> {
        let ValidLinearParams { c, class_weight_power, nb_strength, max_epochs, tolerance, .. } = self.0;
        let refuse = |name: &str, value: f64, range: &str| {
            Err(Error::new(ErrorKind::Parameter, format!("`{name}` is {value}: give a value {range}")))
        };
        if !(c > 0.0 && c.is_finite()) {
            return refuse("c", c, "above 0");
        }
        if !(0.0..=1.0).contains(&class_weight_power) {
            return refuse("class_weight_power", class_weight_power, "in 0 ..= 1");
        }
        if !(0.0..=1.0).contains(&nb_strength) {
            return refuse("nb_strength", nb_strength, "in 0 ..= 1");
        }
        if max_epochs == 0 {
            return refuse("max_epochs", 0.0, "of 1 and more");
        }
        if !(tolerance > 0.0 && tolerance.is_finite()) {
            return refuse("tolerance", tolerance, "above 0");
        }
        Ok(&self.0)
    }

    fn check(self) -> Result<ValidLinearParams> {
        self.check_ref()?;
        Ok(self.0)
    }
}
