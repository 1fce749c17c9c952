//! Whether an issue grows.

/// Probability that of `recent + before` reports, each of which falls into the recent part of a period with probability
/// `share`, at least `recent` do: how surprising the recent ones are for an issue that does not grow.
///
/// This is the exact conditional test of two Poisson rates (Przyborowski, Wilenski 1940): given their sum, one of two
/// counts with equal rates is binomial. Who says "it grows" below a limit α is wrong for at most a share α of the issues
/// that do not. Cost: one step a report. `share` is cut to 0 … 1.
///
/// ```
/// use pilah::similar::surprise;
///
/// // 6 reports in the last 30 days after 4 in the 180 days before.
/// assert!(surprise(6, 4, 30.0 / 210.0) < 0.01);
/// assert!(surprise(2, 10, 30.0 / 210.0) > 0.4);
/// assert_eq!(surprise(0, 5, 0.5), 1.0);
/// ```
pub fn surprise(recent: u64, before: u64, share: f64) -> f64 {
    let (all, share) = (recent + before, share.clamp(0.0, 1.0));
    if recent == 0 {
        return 1.0;
    }
    if share <= 0.0 {
        return 0.0;
    }
    if share >= 1.0 {
        return 1.0;
    }
    // ln of C(n, k) s^k (1 - s)^(n - k), from k = 0 upwards; what lies below `recent` is left out.
    let (mut term, mut tail) = (all as f64 * (-share).ln_1p(), 0.0);
    for count in 0..=all {
        if count >= recent {
            tail += term.exp();
        }
        term += ((all - count) as f64 / (count + 1) as f64).ln() + share.ln() - (-share).ln_1p();
    }
    tail.min(1.0)
}
