//! Plots a value over time, either as a line of braille dots (or asterisks) with the alert's limit, or as one row of
//! blocks. Both plots have a gap where the value is not known.

/// The values to be plotted, with the alert's limit.
#[derive(Clone, Copy, Debug)]
pub struct Plot<'a> {
    /// The values, in equal steps of time. `None` is a gap. Every value is finite.
    pub values: &'a [Option<f64>],
    /// The value at which the alert's limit is drawn.
    pub limit: Option<f64>,
}

/// The content of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlotCell {
    /// Nothing.
    Blank,
    /// The limit's line passes through the cell.
    Limit,
    /// The value's line passes through the cell.
    Value(char),
}

/// The lowest and the highest level of a plot, which are never equal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// The level of the lowest dot.
    pub low: f64,
    /// The level of the highest dot.
    pub high: f64,
}

impl Scale {
    /// A scale for all values and the limit; `None` if there are no values.
    pub fn for_plot(plot: Plot<'_>) -> Option<Self> {
        let mut values = plot.values.iter().flatten().copied();
        let first = values.next()?;
        let all = values.chain(plot.limit);
        let (low, high) = all.fold((first, first), |(low, high), value| {
            (value.min(low), value.max(high))
        });
        Some(Self { low, high }.widen_if_flat())
    }

    // A constant series is drawn through the middle.
    fn widen_if_flat(self) -> Self {
        if self.low < self.high {
            return self;
        }
        let by = (self.low.abs() / 10.0).max(1.0);
        Self {
            low: self.low - by,
            high: self.high + by,
        }
    }

    /// The row of dots that a level falls in, counted from the top; there are `rows` rows of dots.
    pub fn row(self, level: f64, rows: usize) -> usize {
        let last = rows.saturating_sub(1);
        // Each level is halved first: the plain difference of two finite numbers may overflow.
        let share = (self.high / 2.0 - level / 2.0) / (self.high / 2.0 - self.low / 2.0);
        let row = (share.clamp(0.0, 1.0) * last as f64).round() as usize;
        row.min(last)
    }
}

/// Draws the plot in `rows` rows of `cells` cells, the top row first; `None` if there is no value.
pub fn plot(plot: Plot<'_>, cells: usize, rows: usize, ascii: bool) -> Option<Vec<Vec<PlotCell>>> {
    let scale = Scale::for_plot(plot)?;
    let (across, down) = if ascii { (1, 1) } else { (2, 4) };
    let mut dots = Dots::new(cells.saturating_mul(across), rows.saturating_mul(down));
    dots.draw(plot.values, scale);
    let limit = plot.limit.map(|level| scale.row(level, rows));
    let cell = |row: usize, column: usize| match dots.glyph(column, row, ascii) {
        Some(glyph) => PlotCell::Value(glyph),
        None if limit == Some(row) => PlotCell::Limit,
        None => PlotCell::Blank,
    };
    let line = |row| (0..cells).map(|column| cell(row, column)).collect();
    Some((0..rows).map(line).collect())
}

/// The place of a dot, counted from the top left.
#[derive(Clone, Copy)]
struct Dot {
    x: usize,
    y: usize,
}

/// A raster of dots.
struct Dots {
    width: usize,
    height: usize,
    set: Vec<bool>,
}

impl Dots {
    fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            set: vec![false; width.saturating_mul(height)],
        }
    }

    fn draw(&mut self, values: &[Option<f64>], scale: Scale) {
        let last = values.len().saturating_sub(1).max(1);
        let right = self.width.saturating_sub(1);
        let mut before: Option<Dot> = None;
        for (index, value) in values.iter().enumerate() {
            let here = value.map(|value| Dot {
                x: index.saturating_mul(right) / last,
                y: scale.row(value, self.height),
            });
            match (before, here) {
                (Some(from), Some(to)) => self.connect(from, to),
                (None, Some(to)) => self.draw_column(to.x, to.y, to.y),
                (_, None) => {}
            }
            before = here;
        }
    }

    // Connects two dots column by column. Each column is filled from the previous column's height to its own, so that a
    // jump is a vertical line.
    fn connect(&mut self, from: Dot, to: Dot) {
        let steps = to.x.saturating_sub(from.x);
        let mut height = from.y;
        for step in 1..=steps.max(1) {
            let share = step as f64 / steps.max(1) as f64;
            let rise = (to.y as f64 - from.y as f64) * share;
            let next = (from.y as f64 + rise).round() as usize;
            self.draw_column((from.x + step).min(to.x), height, next);
            height = next;
        }
    }

    fn draw_column(&mut self, x: usize, from: usize, to: usize) {
        for y in from.min(to)..=from.max(to) {
            let at = y.saturating_mul(self.width).saturating_add(x);
            if let Some(dot) = self.set.get_mut(at).filter(|_| x < self.width) {
                *dot = true;
            }
        }
    }

    fn is_set(&self, x: usize, y: usize) -> bool {
        let at = y.saturating_mul(self.width).saturating_add(x);
        x < self.width && self.set.get(at).copied().unwrap_or(false)
    }

    fn glyph(&self, column: usize, row: usize, ascii: bool) -> Option<char> {
        if ascii {
            return self.is_set(column, row).then_some('*');
        }
        let bits = BRAILLE.iter().filter(|(x, y, _)| {
            self.is_set(column * 2 + usize::from(*x), row * 4 + usize::from(*y))
        });
        let bits: u32 = bits.map(|(_, _, bit)| bit).sum();
        (bits > 0).then(|| char::from_u32(0x2800 + bits)).flatten()
    }
}

/// The dots of a braille cell: the dot's column, its row, and its bit in the code point above U+2800.
const BRAILLE: [(u8, u8, u32); 8] = [
    (0, 0, 1),
    (0, 1, 2),
    (0, 2, 4),
    (1, 0, 8),
    (1, 1, 16),
    (1, 2, 32),
    (0, 3, 64),
    (1, 3, 128),
];

/// Draws the values in one row of cells, with a blank where no value is known. If several values share a cell, `choose`
/// picks one.
pub fn sparkline(
    values: &[Option<f64>],
    cells: usize,
    scale: Scale,
    choose: fn(f64, f64) -> f64,
    ascii: bool,
) -> String {
    let levels: &[char] = if ascii {
        &['_', '.', '-', '=', '#']
    } else {
        &BLOCKS
    };
    let cell = |index: usize| {
        let edge = |index: usize| index.saturating_mul(values.len()) / cells.max(1);
        let (from, to) = (edge(index), edge(index + 1).max(edge(index) + 1));
        let shared = values.get(from..to.min(values.len())).unwrap_or_default();
        let value = shared.iter().flatten().copied().reduce(choose);
        let row = value.map(|value| scale.row(value, levels.len()));
        row.and_then(|row| levels.iter().rev().nth(row)).copied()
    };
    (0..cells).map(|index| cell(index).unwrap_or(' ')).collect()
}

const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn drawn(values: &[Option<f64>], limit: Option<f64>, cells: usize, ascii: bool) -> Vec<String> {
        let rows = plot(Plot { values, limit }, cells, 3, ascii).unwrap();
        let letter = |cell: &PlotCell| match cell {
            PlotCell::Blank => ' ',
            PlotCell::Limit => '-',
            PlotCell::Value(glyph) => *glyph,
        };
        rows.iter()
            .map(|row| row.iter().map(letter).collect())
            .collect()
    }

    #[test]
    fn a_line_falls_through_its_limit() {
        let values: Vec<_> = (0..9).map(|i| Some(8.0 - f64::from(i))).collect();
        assert_eq!(
            drawn(&values, Some(4.0), 9, true),
            ["***      ", "--*****--", "      ***"]
        );
        assert_eq!(drawn(&values, None, 5, false), ["⠙⣆   ", " ⠈⢧⡀ ", "   ⠹⣄"]);
    }

    #[test]
    fn a_gap_is_blank_and_not_bridged() {
        let values = [Some(1.0), Some(1.0), None, None, Some(1.0), None];
        assert_eq!(
            drawn(&values, None, 6, true),
            ["      ", "**  * ", "      "]
        );
        let jump = [Some(0.0), Some(2.0)];
        assert_eq!(drawn(&jump, None, 2, true), [" *", " *", "**"]);
    }

    #[test]
    fn what_is_not_known_has_no_plot() {
        assert_eq!(
            plot(
                Plot {
                    values: &[None, None],
                    limit: Some(1.0)
                },
                9,
                3,
                false
            ),
            None
        );
        assert_eq!(
            plot(
                Plot {
                    values: &[],
                    limit: None
                },
                9,
                3,
                false
            ),
            None
        );
    }

    #[test]
    fn in_one_row_zero_is_not_blank_and_peaks_stay() {
        let values = [Some(0.0), Some(3.0), None, None, Some(0.0), Some(0.0)];
        let scale = Scale {
            low: 0.0,
            high: 3.0,
        };
        assert_eq!(sparkline(&values, 3, scale, f64::max, false), "█ ▁");
        assert_eq!(sparkline(&values, 3, scale, f64::min, false), "▁ ▁");
        assert_eq!(sparkline(&values, 6, scale, f64::max, true), "_#  __");
        assert_eq!(sparkline(&values, 0, scale, f64::max, true), "");
    }

    proptest! {
        #[test]
        fn any_values_fit_any_place(
            values in prop::collection::vec(prop::option::of(prop::num::f64::NORMAL | prop::num::f64::ZERO), 0..90),
            limit in prop::option::of(prop::num::f64::NORMAL),
            cells in 0_usize..60, rows in 0_usize..9, ascii in any::<bool>(),
        ) {
            let it = Plot { values: &values, limit };
            if let Some(drawn) = plot(it, cells, rows, ascii) {
                prop_assert_eq!(drawn.len(), rows);
                prop_assert!(drawn.iter().all(|row| row.len() == cells));
                let is_there = drawn.iter().flatten().any(|cell| matches!(cell, PlotCell::Value(_)));
                prop_assert!(is_there || cells == 0 || rows == 0);
                let scale = Scale::for_plot(it).unwrap();
                prop_assert_eq!(sparkline(&values, cells, scale, f64::max, ascii).chars().count(), cells);
            }
        }
    }
}
