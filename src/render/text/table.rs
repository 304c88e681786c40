//! Rows of cells.

use crate::render::Style;
use crate::render::text::lines::{BOLD, line, paint, width};
use crate::report::Item;
use crate::text::screen::{for_screen, without_keys};
use crate::text::wrap::wrap;

/// Between two columns.
const GAP: usize = 2;
/// Columns behind the first line of a row are indented.
const INDENT: usize = 4;
/// The last column is not made narrower than this to save a line.
const MIN_LAST: usize = 24;

/// One line a row; where the terminal ends before the row does, the columns behind stand in further
/// lines, in all rows alike. Nothing is cut, and a column begins in one place.
pub(super) fn write_table(out: &mut String, columns: &[&str], rows: &[&Item], style: Style) {
    let head: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
    let shown = |item: &&Item| {
        item.row.iter().map(|cell| without_keys(&for_screen(cell)).into_owned()).collect()
    };
    let cells: Vec<Vec<String>> = rows.iter().map(shown).collect();
    let limit = width(style).unwrap_or(usize::MAX);
    let mut widths = vec![0; columns.len()];
    for row in std::iter::once(&head).chain(&cells) {
        for (width, cell) in widths.iter_mut().zip(row) {
            // A few of excessive length do not change it for all.
            *width = cell.chars().count().min(limit / 2).max(*width);
        }
    }
    let positions = positions(&widths, limit);
    for text in laid_out(&head, &positions, limit) {
        line(out, &paint(&text, BOLD, style));
    }
    for text in cells.iter().flat_map(|row| laid_out(row, &positions, limit)) {
        line(out, &text);
    }
}

/// Where a column stands: in which line of its row, behind how many characters.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct CellPosition {
    line: usize,
    column: usize,
}

/// The positions of columns that are so wide, on a terminal of `limit`.
fn positions(widths: &[usize], limit: usize) -> Vec<CellPosition> {
    let mut positions = Vec::new();
    let mut next = CellPosition { line: 0, column: 0 };
    for (at, width) in widths.iter().enumerate() {
        let is_last = at + 1 == widths.len();
        let needed = if is_last { *width.min(&MIN_LAST) } else { *width };
        if at > 0 && next.column.saturating_add(needed) > limit {
            next = CellPosition { line: next.line + 1, column: INDENT };
        }
        positions.push(next);
        next.column += width + GAP;
    }
    positions
}

/// The lines of one row. A cell that reaches into the next column moves it to a line of its own.
fn laid_out(row: &[String], positions: &[CellPosition], limit: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut text = String::new();
    let mut line = 0;
    let mut used = 0;
    for (cell, place) in row.iter().zip(positions) {
        if place.line > line || used > 0 && used >= place.column {
            lines.push(std::mem::take(&mut text));
            (line, used) = (place.line, 0);
        }
        text.push_str(&" ".repeat(place.column.saturating_sub(used)));
        text.push_str(cell);
        used = place.column + cell.chars().count();
    }
    let hang = positions.last().map_or(0, |place| place.column);
    lines.extend(wrap(&text, limit, hang));
    lines.iter().map(|line| line.trim_end().to_owned()).collect()
}
