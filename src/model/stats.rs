//! The tests behind drift and comparison: exact where counts are small, and equal to what `scipy.stats` gives.

/// ln Γ(x) for x > 0: Stirling's series (DLMF 5.11.1) from 16 on, where its error is below 1e-12, and the recurrence
/// down to x.
fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut product) = (x, 1.0);
    while x < 16.0 {
        product *= x;
        x += 1.0;
    }
    let series = (1.0 / 12.0 - (1.0 / 360.0 - 1.0 / (1260.0 * x * x)) / (x * x)) / x;
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + series - product.ln()
}

fn ln_choose(n: u64, k: u64) -> f64 {
    ln_gamma(n as f64 + 1.0) - ln_gamma(k as f64 + 1.0) - ln_gamma((n - k) as f64 + 1.0)
}

/// The regularised incomplete beta function `I_x(a, b)`, by its continued fraction (DLMF 8.17.22, evaluated as Lentz does).
fn beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - beta(1.0 - x, b, a);
    }
    let away = |value: f64| if value.abs() < 1e-300 { 1e-300 } else { value };
    let (mut c, mut d) = (1.0, 1.0 / away(1.0 - (a + b) * x / (a + 1.0)));
    let mut fraction = d;
    for step in 1..=10_000 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for term in [even, odd] {
            d = 1.0 / away(1.0 + term * d);
            c = away(1.0 + term / c);
            change = c * d;
            fraction *= change;
        }
        if (change - 1.0).abs() < 1e-15 {
            break;
        }
    }
    let front = a * x.ln() + b * (1.0 - x).ln() + ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b);
    (front.exp() * fraction / a).min(1.0)
}

/// The exact two-sided p of `McNemar`'s test: how probable it is that `a` and `b` differ as much or more when each of the
/// a + b rows is as likely on either side (`McNemar`, "Note on the sampling error of the difference between correlated
/// proportions or percentages", Psychometrika 12, 1947; by the binomial itself, not its chi-square).
pub(super) fn mcnemar(a: u64, b: u64) -> f64 {
    let (less, all) = (a.min(b), a + b);
    if less * 2 == all {
        return 1.0;
    }
    (2.0 * beta(0.5, (all - less) as f64, less as f64 + 1.0)).min(1.0)
}

/// Dunning's log-likelihood ratio −2 ln λ that `parts` of two `wholes` are one share (T. Dunning, "Accurate methods for
/// the statistics of surprise and coincidence", Computational Linguistics 19, 1993).
pub(super) fn g2(parts: [u64; 2], wholes: [u64; 2]) -> f64 {
    let all: u64 = wholes.iter().sum();
    let cells = |parts: [u64; 2]| -> f64 {
        let row: u64 = parts.iter().sum();
        let cell = |(part, whole): (u64, u64)| {
            let expected = row as f64 * whole as f64 / all as f64;
            if part == 0 { 0.0 } else { part as f64 * (part as f64 / expected).ln() }
        };
        parts.into_iter().zip(wholes).map(cell).sum()
    };
    2.0 * (cells(parts) + cells([wholes[0] - parts[0], wholes[1] - parts[1]])).max(0.0)
}

/// How probable it is that the second part is as large or larger when the parts are drawn from one share: Fisher's exact
/// test, one-sided. Unlike the chi-square of G² it holds for rare words too (T. Pedersen, "Fishing for exactness", 1996).
///
/// Cost: linear in the smaller part at worst; terms that no longer count are left out.
pub(super) fn fisher_rise(parts: [u64; 2], wholes: [u64; 2]) -> f64 {
    let all = (parts[0] + parts[1]) as f64 * wholes[1] as f64;
    if parts[1] as f64 * (wholes[0] + wholes[1]) as f64 > all {
        upper(parts, wholes)
    } else if parts[0] == wholes[0] || parts[1] == 0 {
        1.0
    } else {
        // Below the mean the other tail is the short one.
        1.0 - upper([parts[1] - 1, parts[0] + 1], [wholes[1], wholes[0]])
    }
}

/// Fisher's exact test, two-sided: twice the smaller tail.
pub(super) fn fisher(parts: [u64; 2], wholes: [u64; 2]) -> f64 {
    let falls = fisher_rise([parts[1], parts[0]], [wholes[1], wholes[0]]);
    (2.0 * fisher_rise(parts, wholes).min(falls)).min(1.0)
}

/// P(X ≥ `parts[1]`), summed outwards.
fn upper(parts: [u64; 2], wholes: [u64; 2]) -> f64 {
    let marked = parts[0] + parts[1];
    let log = ln_choose(wholes[0], parts[0]) + ln_choose(wholes[1], parts[1]);
    let first = log - ln_choose(wholes[0] + wholes[1], marked);
    let (mut term, mut sum) = (1.0, 0.0);
    let [mut first_part, mut second_part] = parts;
    loop {
        sum += term;
        if first_part == 0 || second_part == wholes[1] || term < 1e-17 * sum {
            return (first.exp() * sum).min(1.0);
        }
        term *= first_part as f64 / (second_part + 1) as f64;
        first_part -= 1;
        term *= (wholes[1] - second_part) as f64 / (wholes[0] - first_part) as f64;
        second_part += 1;
    }
}

/// The z of two shares, pooled: positive when the second is larger; 0 when neither varies.
pub(super) fn two_shares(parts: [u64; 2], wholes: [u64; 2]) -> f64 {
    let [m, n] = wholes.map(|whole| whole as f64);
    let pooled = (parts[0] + parts[1]) as f64 / (m + n);
    let error = (pooled * (1.0 - pooled) * (1.0 / m + 1.0 / n)).sqrt();
    let z = (parts[1] as f64 / n - parts[0] as f64 / m) / error;
    if z.is_finite() { z } else { 0.0 }
}

/// Numbers of which the mean and its error are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sample {
    pub(super) count: u64,
    sum: f64,
    squares: f64,
}

impl Sample {
    pub(super) fn add(&mut self, value: f64) {
        self.count += 1;
        self.sum += value;
        self.squares += value * value;
    }

    /// 0 of nothing.
    pub(super) fn mean(&self) -> f64 {
        if self.count == 0 { 0.0 } else { self.sum / self.count as f64 }
    }

    /// Sum of the squared distances from the mean.
    fn spread(&self) -> f64 {
        (self.squares - self.sum * self.mean()).max(1e-18)
    }

    /// t of two means, positive when the second is lower, and its one-sided p (B. L. Welch, Biometrika 34, 1947; degrees of
    /// freedom by Satterthwaite). 0 and 1 with fewer than two numbers on a side.
    pub(super) fn falls_to(&self, later: &Self) -> (f64, f64) {
        if self.count < 2 || later.count < 2 {
            return (0.0, 1.0);
        }
        let freedoms = [self, later].map(|sample| sample.count as f64 - 1.0);
        let error = |sample: &Self| sample.spread() / (sample.count as f64 - 1.0) / sample.count as f64;
        let errors = [self, later].map(error);
        let both: f64 = errors.iter().sum();
        let freedom =
            both * both / (errors[0] * errors[0] / freedoms[0] + errors[1] * errors[1] / freedoms[1]);
        let t = (self.mean() - later.mean()) / both.sqrt();
        (t, student(t, freedom))
    }

    /// The one-sided p of Student's t, which takes both sides to vary alike.
    pub(super) fn falls_to_alike(&self, later: &Self) -> f64 {
        if self.count < 2 || later.count < 2 {
            return 1.0;
        }
        let freedom = (self.count + later.count - 2) as f64;
        let variance = (self.spread() + later.spread()) / freedom;
        let both = variance * (1.0 / self.count as f64 + 1.0 / later.count as f64);
        student((self.mean() - later.mean()) / both.sqrt(), freedom)
    }
}

/// P(T ≥ t) with this many degrees of freedom.
fn student(t: f64, freedom: f64) -> f64 {
    let tail = 0.5 * beta(freedom / (freedom + t * t), freedom / 2.0, 0.5);
    if t > 0.0 { tail } else { 1.0 - tail }
}

#[cfg(test)]
mod tests {
    use super::{Sample, fisher, fisher_rise, g2, mcnemar, two_shares};

    #[track_caller]
    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1e-12), "{found:e}, not {expected:e}");
    }

    /// Rows of numbers.
    fn rows<const N: usize>(table: &str) -> impl Iterator<Item = [f64; N]> {
        table.lines().map(|line| {
            let numbers: Vec<f64> = line.split_whitespace().map(|number| number.parse().unwrap()).collect();
            numbers.try_into().unwrap()
        })
    }

    /// `scipy.stats.binomtest(a, a + b).pvalue`: a, b, p.
    const BINOMIAL: &str = "\
        0 0 1
        1 0 1
        5 5 1
        3 12 3.515625000000000e-02
        12 3 3.515625000000000e-02
        40 70 5.447429511444476e-03
        0 20 1.907348632812500e-06
        480 520 2.174482932041415e-01
        3000 3300 1.647560766974836e-04";

    #[test]
    fn mcnemar_is_the_binomial_of_scipy() {
        for [a, b, p] in rows(BINOMIAL) {
            close(mcnemar(a as u64, b as u64), p);
        }
    }

    /// Parts and wholes; `chi2_contingency(…, correction=False, lambda_="log-likelihood")`; `hypergeom.sf`; twice the
    /// smaller tail of `hypergeom`; the pooled z by hand.
    const SHARES: &str = "\
        0 5 100 100 7.059690985837880e+00 2.969160523429329e-02 5.938321046858658e-02 2.264554068289192e+00
        0 16 1000 1000 2.230974343465186e+01 1.436344484785817e-05 2.872688969571635e-05 4.016096644512494e+00
        3 12 500 400 8.107262992710410e+00 5.265380005168554e-03 1.053076001033711e-02 2.794668046749994e+00
        50 20 300 300 1.498188403696379e+01 9.999683138853841e-01 1.883428291787502e-04 -3.815135130593676e+00
        1 1 10 10 0 7.631578947368420e-01 1 0
        10000 10900 50000 50000 4.900839086843018e+01 1.347256326753937e-12 2.694512653507874e-12 6.999727361608055e+00
        5 900 2000 1000 2.953551068407707e+03 0 0 5.048865241810366e+01
        0 0 10 10 0 1 1 0
        7 7 7 7 0 1 1 0";

    #[test]
    fn tests_of_two_shares_are_those_of_scipy() {
        for [first, second, m, n, likelihood, rise, both, z] in rows(SHARES) {
            let (parts, wholes) = ([first as u64, second as u64], [m as u64, n as u64]);
            close(g2(parts, wholes), likelihood);
            close(fisher_rise(parts, wholes), rise);
            close(fisher(parts, wholes), both);
            close(two_shares(parts, wholes), z);
        }
    }

    /// Every tail against the sum of all its terms.
    #[test]
    fn tails_of_small_tables_add_up() {
        fn choose(n: u64, k: u64) -> f64 {
            (0..k).fold(1.0, |product, at| product * (n - at) as f64 / (at + 1) as f64)
        }
        for (m, n) in [(1u64, 1u64), (3, 9), (12, 4), (20, 20)] {
            for marked in 0..=m + n {
                let least = marked.saturating_sub(m);
                let mut tail = 0.0;
                for second in (least..=marked.min(n)).rev() {
                    tail += choose(m, marked - second) * choose(n, second) / choose(m + n, marked);
                    close(fisher_rise([marked - second, second], [m, n]), tail);
                }
            }
        }
    }

    /// `ttest_ind(…, alternative="greater")` with `equal_var=False`, t and p, and its p with `equal_var=True`.
    const MEANS: &str = "\
        2.230186447662903e+00 4.167225697578764e-02 2.405938325909967e-02
        -3.662235972947772e-01 6.383633153603765e-01 6.396007242637510e-01
        2.417593772130141e+00 8.369182333174179e-03 6.805949960097571e-03
        1.063116525707406e+01 6.999860188925990e-04 1.102503800484403e-05
        0 1 1";

    #[test]
    fn t_tests_are_those_of_scipy() {
        let line = |from: f64, to: f64, count: u32| -> Vec<f64> {
            (0..count).map(|at| from + (to - from) * f64::from(at) / f64::from(count - 1)).collect()
        };
        let high = vec![0.9, 0.8, 0.95, 0.7, 0.99];
        let samples = [
            (high.clone(), vec![0.5, 0.6, 0.9, 0.4]),
            (high, vec![0.91, 0.8, 0.96, 0.72, 0.99, 0.98]),
            (line(0.2, 1.0, 200), line(0.1, 0.95, 90)),
            (vec![0.5, 0.5, 0.6], vec![0.1, 0.2, 0.11, 0.12, 0.13]),
            (vec![0.5], vec![0.1, 0.2]),
        ];
        let sample = |values: Vec<f64>| {
            let mut sample = Sample::default();
            for value in values {
                sample.add(value);
            }
            sample
        };
        for ((earlier, later), [t, welch, student]) in samples.into_iter().zip(rows(MEANS)) {
            let (earlier, later) = (sample(earlier), sample(later));
            let found = earlier.falls_to(&later);
            close(found.0, t);
            close(found.1, welch);
            close(earlier.falls_to_alike(&later), student);
        }
    }
}
