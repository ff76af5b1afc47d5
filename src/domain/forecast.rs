//! Forecasts when something runs out, by fitting a straight line to the last hours. If the values do not lie on a line,
//! there is no forecast: a wrong forecast is worse than none.

use std::time::Duration;

use super::history::{Point, Series, Window};

/// The smallest share of the window's points that must be known.
const MIN_KNOWN_SHARE: f64 = 0.66;
/// The smallest share of the values' variance that the fitted line must explain.
const MIN_R_SQUARED: f64 = 0.9;
/// The speed of the fall in the window's last part may differ from the speed in the whole window by at most this
/// factor. A value that has just stopped falling is not about to run out.
const MAX_PACE_RATIO: f64 = 2.0;
/// The last parts of the window that are checked: the last third, and the last twelfth (half an hour of six hours).
const TAIL_PARTS: [usize; 2] = [3, 12];
/// The smallest fall within the window, in percentage points. A smaller fall is noise.
const MIN_FALL: f64 = 0.5;
/// The longest forecast that six hours of data allow.
const MAX_FORECAST: Duration = Duration::from_secs(5 * 24 * 3600);

/// The time from the window's end until a steadily falling percentage reaches 0. `None` if the percentage does not
/// fall, falls unsteadily, or has gaps at its end. Also `None` if the time is too long for a forecast.
pub fn time_until_empty(series: &Series, window: &Window) -> Option<Duration> {
    let points: Vec<Point> = series.known_points().collect();
    let is_known = points.len() as f64 >= MIN_KNOWN_SHARE * window.points as f64;
    let last = points.last().copied()?;
    let is_recent = last.index.saturating_add(3) >= window.points;
    if !is_known || !is_recent || last.value <= 0.0 {
        return None;
    }
    let whole = LinearFit::fit(&points).filter(|line| line.r_squared >= MIN_R_SQUARED)?;
    let fall = -whole.slope * window.points as f64;
    if fall < MIN_FALL
        || !TAIL_PARTS
            .iter()
            .all(|part| tail_keeps_pace(&points, *part, &whole))
    {
        return None;
    }
    let steps = last.value / -whole.slope;
    let left = Duration::try_from_secs_f64(steps * window.step.as_secs_f64()).ok()?;
    (left <= MAX_FORECAST).then_some(left)
}

// Whether the last of `parts` equal parts falls about as fast as the whole window.
fn tail_keeps_pace(points: &[Point], parts: usize, whole: &LinearFit) -> bool {
    let late = (points.len() / parts.max(1)).max(3);
    let late = points.get(points.len().saturating_sub(late)..);
    let line = late.and_then(LinearFit::fit);
    line.is_some_and(|line| {
        (1.0 / MAX_PACE_RATIO..=MAX_PACE_RATIO).contains(&(line.slope / whole.slope))
    })
}

/// A line by least squares.
struct LinearFit {
    /// The change from one point to the next.
    slope: f64,
    /// The coefficient of determination, from 0 to 1.
    r_squared: f64,
}

impl LinearFit {
    fn fit(points: &[Point]) -> Option<Self> {
        let count = points.len() as f64;
        let mean = |of: fn(&Point) -> f64| points.iter().map(of).sum::<f64>() / count;
        let (x, y) = (|it: &Point| it.index as f64, |it: &Point| it.value);
        let (mean_x, mean_y) = (mean(x), mean(y));
        let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
        for point in points {
            let (dx, dy) = (x(point) - mean_x, y(point) - mean_y);
            xx += dx * dx;
            xy += dx * dy;
            yy += dy * dy;
        }
        (xx > 0.0 && yy > 0.0).then(|| Self {
            slope: xy / xx,
            r_squared: xy * xy / (xx * yy),
        })
    }
}

#[cfg(test)]
mod tests;
