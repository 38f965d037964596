//! Text in columns, aligned by the width that a terminal gives it.

use console::{measure_text_width, truncate_str};

/// On which side a column's text begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// At the left: text.
    Left,
    /// At the right: numbers.
    Right,
}

/// A column: its heading, its alignment and the width past which its text is cut.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    heading: &'static str,
    align: Align,
    widest: usize,
}

/// A column of text, not cut.
pub const fn text(heading: &'static str) -> Column {
    Column { heading, align: Align::Left, widest: usize::MAX }
}

/// A column of text, cut past a width.
pub const fn cut(heading: &'static str, widest: usize) -> Column {
    Column { heading, align: Align::Left, widest }
}

/// A column of numbers.
pub const fn number(heading: &'static str) -> Column {
    Column { heading, align: Align::Right, widest: usize::MAX }
}

/// Renders rows under their headings, two spaces between columns, no spaces at the end of a line.
pub fn table<const N: usize>(columns: [Column; N], rows: &[[String; N]]) -> String {
    let headings = columns.map(|column| column.heading.to_owned());
    let cells: Vec<[String; N]> = std::iter::once(&headings)
        .chain(rows)
        .map(|row| std::array::from_fn(|at| truncate_str(&row[at], columns[at].widest, "…").into_owned()))
        .collect();
    let widths: [usize; N] = std::array::from_fn(|at| {
        cells.iter().map(|row| measure_text_width(&row[at])).max().unwrap_or_default()
    });
    let mut lines = String::new();
    for row in &cells {
        let padded: Vec<String> =
            row.iter().enumerate().map(|(at, cell)| pad(cell, widths[at], columns[at].align)).collect();
        lines.push_str(padded.join("  ").trim_end());
        lines.push('\n');
    }
    lines
}

/// Renders names and values as two columns; fields without a value are left out.
pub fn fields(fields: &[(&str, String)]) -> String {
    let widest = fields.iter().map(|(name, _)| measure_text_width(name)).max().unwrap_or_default();
    fields
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{}  {value}\n", pad(name, widest, Align::Left)))
        .collect()
}

fn pad(text: &str, width: usize, align: Align) -> String {
    let space = " ".repeat(width.saturating_sub(measure_text_width(text)));
    match align {
        Align::Left => format!("{text}{space}"),
        Align::Right => format!("{space}{text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{cut, fields, number, table, text};

    #[test]
    fn columns_stand_in_line_whatever_the_script() {
        let rows = [["日本".to_owned(), "7".to_owned()], ["ops".to_owned(), "1024".to_owned()]];
        assert_eq!(
            table([text("NAME"), number("SIZE")], &rows),
            "NAME  SIZE\n日本     7\nops   1024\n",
            "wide characters take two cells"
        );
    }

    #[test]
    fn long_text_is_cut_where_its_column_says() {
        let rows = [["a-very-long-name".to_owned()]];
        assert_eq!(table([cut("JOB", 8)], &rows), "JOB\na-very-…\n", "a list must fit its lines");
    }

    #[test]
    fn fields_without_a_value_are_left_out() {
        let shown = fields(&[("Job", "nightly".to_owned()), ("Error", String::new())]);
        assert_eq!(shown, "Job    nightly\n", "an empty field says nothing");
    }
}
