//! Statistics over a handful of samples. None of these takes an empty slice.

/// The middle sample, the higher one of two.
pub fn median(samples: &mut [f64]) -> f64 {
    percentile(samples, 50)
}

/// The smallest sample that `percent` of all do not exceed.
pub fn percentile(samples: &mut [f64], percent: usize) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[(samples.len() * percent / 100).min(samples.len() - 1)]
}

/// The mean of ratios.
pub fn geometric_mean(ratios: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = ratios.fold((0.0, 0.0), |(sum, count), ratio| (sum + ratio.ln(), count + 1.0));
    (sum / f64::max(count, 1.0)).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_of_twice_and_half_is_one() {
        assert!((geometric_mean([2.0, 0.5].into_iter()) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn percentiles_count_from_the_smallest() {
        let mut samples: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!((median(&mut samples), percentile(&mut samples, 99)), (51.0, 100.0));
    }
}
