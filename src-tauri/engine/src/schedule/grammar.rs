//! Reads the fields of an expression and says where one is wrong; croner then computes with them.
//!
//! croner's own errors name no position, and it reads some texts in ways nobody means (`MON` as an hour,
//! `1,,2`, `L` alone as a weekday that never comes), so the grammar is checked here first and handed on
//! as plain numbers. What dates the fields mean is not decided here.

use super::{Field, FieldProblem, ScheduleError};

/// One item of a field's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item {
    /// `*` with step 1, or `*/step`.
    Every { step: u32 },
    /// `from-to` with step 1, or `from-to/step`.
    Range { from: u32, to: u32, step: u32 },
    /// A number.
    Value(u32),
    /// `L`: the last day of the month.
    LastDay,
    /// `LW`: the last weekday, Monday to Friday, of the month.
    LastWorkday,
    /// `15W`: the weekday nearest to the day.
    NearestWorkday(u32),
    /// `5#2`: the second Friday of the month.
    Nth { weekday: u32, nth: u32 },
    /// `5L`: the last Friday of the month.
    LastOf { weekday: u32 },
}

/// A field with the place where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FieldText {
    pub field: Field,
    pub position: usize,
    pub text: String,
    pub items: Vec<Item>,
}

/// What `@` names stand for; croner does not know `@midnight`.
const NICKNAMES: [(&str, &str); 7] = [
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
    ("@monthly", "0 0 1 * *"),
    ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@hourly", "0 * * * *"),
];

/// Reads an expression of five or six fields, or a name with `@`. Five fields get second 0.
pub(super) fn read(expression: &str) -> Result<Vec<FieldText>, ScheduleError> {
    let words = words(expression);
    let Some((first_position, first)) = words.first() else { return Err(ScheduleError::Empty) };
    if first.starts_with('@') {
        if let Some((position, _)) = words.get(1) {
            return Err(ScheduleError::FieldCount { found: words.len(), position: *position });
        }
        let known = NICKNAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(first));
        let Some((_, meaning)) = known else {
            return Err(unknown_nickname(first, *first_position));
        };
        return read(meaning);
    }
    let fields: &[Field] = match words.len() {
        5 => &Field::ALL[1..],
        6 => &Field::ALL,
        found => {
            let end = expression.trim_end().chars().count();
            let position = words.get(6).map_or(end, |(position, _)| *position);
            return Err(ScheduleError::FieldCount { found, position });
        }
    };
    let mut read = Vec::with_capacity(6);
    if words.len() == 5 {
        let text = "0".to_owned();
        read.push(FieldText { field: Field::Second, position: 0, text, items: vec![Item::Value(0)] });
    }
    for (field, (position, text)) in fields.iter().zip(words) {
        let items = read_field(*field, position, text)?;
        read.push(FieldText { field: *field, position, text: text.to_owned(), items });
    }
    Ok(read)
}

fn unknown_nickname(token: &str, position: usize) -> ScheduleError {
    let near = NICKNAMES
        .iter()
        .map(|(name, _)| (super::zone::distance(&token.to_ascii_lowercase(), name), *name))
        .filter(|(distance, _)| *distance <= 3)
        .min();
    let suggestion = near.map(|(_, name)| name);
    ScheduleError::UnknownNickname { token: token.to_owned(), position, suggestion }
}

/// The words of the text, each with the character at which it begins.
fn words(text: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let mut start: Option<(usize, usize)> = None;
    for (character, (byte, symbol)) in text.char_indices().enumerate() {
        match (symbol.is_whitespace(), start) {
            (true, Some((position, from))) => {
                words.push((position, &text[from..byte]));
                start = None;
            }
            (false, None) => start = Some((character, byte)),
            _ => {}
        }
    }
    if let Some((position, from)) = start {
        words.push((position, &text[from..]));
    }
    words
}

fn read_field(field: Field, position: usize, text: &str) -> Result<Vec<Item>, ScheduleError> {
    for (offset, symbol) in text.chars().enumerate() {
        if !allowed(field, symbol) {
            let problem = FieldProblem::StrayCharacter(symbol);
            return Err(ScheduleError::Field {
                field,
                position: position + offset,
                token: text.to_owned(),
                problem,
            });
        }
    }
    // Every allowed character is ASCII, so bytes and characters are the same from here on.
    let alone = !text.contains(',');
    let mut items = Vec::new();
    let mut offset = position;
    for part in text.split(',') {
        let at = Part { field, position: offset, text: part };
        let item = at.read()?;
        if matches!(item, Item::Every { step: 1 }) && !alone {
            return Err(at.problem(FieldProblem::StarInList));
        }
        items.push(item);
        // croner keeps one flag for both, so that L would be lost beside LW.
        if items.contains(&Item::LastDay) && items.contains(&Item::LastWorkday) {
            return Err(at.problem(FieldProblem::LastAndLastWeekday));
        }
        offset += part.len() + 1;
    }
    Ok(items)
}

fn allowed(field: Field, symbol: char) -> bool {
    match symbol {
        '0'..='9' | '*' | '/' | '-' | ',' => true,
        '?' => matches!(field, Field::DayOfMonth | Field::DayOfWeek),
        'L' | 'l' | 'W' | 'w' if field == Field::DayOfMonth => true,
        '#' => field == Field::DayOfWeek,
        symbol => field.has_names() && symbol.is_ascii_alphabetic(),
    }
}

/// One part of a list, with the place where it stands.
struct Part<'a> {
    field: Field,
    position: usize,
    text: &'a str,
}

impl Part<'_> {
    fn problem(&self, problem: FieldProblem) -> ScheduleError {
        ScheduleError::Field {
            field: self.field,
            position: self.position,
            token: self.text.to_owned(),
            problem,
        }
    }

    fn sub<'b>(&self, offset: usize, text: &'b str) -> Part<'b> {
        Part { field: self.field, position: self.position + offset, text }
    }

    fn read(&self) -> Result<Item, ScheduleError> {
        let text = self.text;
        if text.is_empty() {
            return Err(self.problem(FieldProblem::EmptyItem));
        }
        if let Some((base, step)) = text.split_once('/') {
            return self.read_step(base, &self.sub(base.len() + 1, step));
        }
        if text == "*" || text == "?" {
            return Ok(Item::Every { step: 1 });
        }
        if let Some((from, to)) = text.split_once('-') {
            let (from, to) = self.read_range(from, to)?;
            return Ok(Item::Range { from, to, step: 1 });
        }
        match self.field {
            Field::DayOfMonth => self.read_day(),
            Field::DayOfWeek => self.read_weekday(),
            _ => Ok(Item::Value(self.number()?)),
        }
    }

    fn read_step(&self, base: &str, step: &Part<'_>) -> Result<Item, ScheduleError> {
        let high = self.field.high();
        let largest = high - self.field.low();
        let readable: Option<u32> = step.text.parse().ok();
        let is_number = !step.text.is_empty() && step.text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number {
            return Err(self.problem(FieldProblem::Malformed));
        }
        let problem = FieldProblem::StepOutOfRange { largest };
        let number =
            readable.filter(|number| (1..=largest).contains(number)).ok_or_else(|| step.problem(problem))?;
        if base == "*" || base == "?" {
            return Ok(Item::Every { step: number });
        }
        if base.is_empty() {
            return Err(self.problem(FieldProblem::StepWithoutRange { suggestion: format!("*/{number}") }));
        }
        if let Some((from, to)) = base.split_once('-') {
            let (from, to) = self.read_range(from, to)?;
            return Ok(Item::Range { from, to, step: number });
        }
        let start = self.sub(0, base).number()?;
        let suggestion = match self.field {
            Field::DayOfWeek => format!("{}-6/{number}", start.min(6)),
            _ => format!("{start}-{high}/{number}"),
        };
        Err(self.problem(FieldProblem::StepWithoutRange { suggestion }))
    }

    fn read_range(&self, from: &str, to: &str) -> Result<(u32, u32), ScheduleError> {
        // A number below 0, or a range that is cut short: the missing half alone would be named as nothing.
        if from.is_empty() || to.is_empty() {
            return Err(self.problem(FieldProblem::Malformed));
        }
        let start = self.sub(0, from).number()?;
        let end = self.sub(from.len() + 1, to).number()?;
        // SUN at the end of a range is the Sunday after Saturday.
        let end = if self.field == Field::DayOfWeek && end == 0 && start > 0 { 7 } else { end };
        if start > end {
            return Err(self.problem(FieldProblem::BackwardRange));
        }
        Ok((start, end))
    }

    /// A number, or a name where the field has names.
    fn number(&self) -> Result<u32, ScheduleError> {
        let text = self.text;
        if text.is_empty() {
            return Err(self.problem(FieldProblem::Malformed));
        }
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            let number: Option<u32> = text.parse().ok();
            let held = number.filter(|number| self.field.holds(*number));
            return held.ok_or_else(|| self.problem(FieldProblem::OutOfRange));
        }
        if text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            let number = self.field.number_of_name(&text.to_ascii_uppercase());
            return number.ok_or_else(|| self.problem(FieldProblem::UnknownWord));
        }
        Err(self.problem(FieldProblem::Malformed))
    }

    fn read_day(&self) -> Result<Item, ScheduleError> {
        let upper = self.text.to_ascii_uppercase();
        match upper.as_str() {
            "L" => Ok(Item::LastDay),
            "LW" => Ok(Item::LastWorkday),
            _ => match upper.strip_suffix('W') {
                Some(day) => Ok(Item::NearestWorkday(self.sub(0, day).number()?)),
                None => Ok(Item::Value(self.number()?)),
            },
        }
    }

    fn read_weekday(&self) -> Result<Item, ScheduleError> {
        let upper = self.text.to_ascii_uppercase();
        if upper == "L" {
            return Err(self.problem(FieldProblem::LastWithoutWeekday));
        }
        if let Some((day, nth)) = upper.split_once('#') {
            let weekday = self.sub(0, day).number()?;
            if nth == "L" {
                return Ok(Item::LastOf { weekday });
            }
            let nth: Option<u32> = nth.parse().ok().filter(|nth| (1..=5).contains(nth));
            let nth = nth.ok_or_else(|| self.problem(FieldProblem::NthOutOfRange))?;
            return Ok(Item::Nth { weekday, nth });
        }
        match upper.strip_suffix('L') {
            Some(day) => Ok(Item::LastOf { weekday: self.sub(0, day).number()? }),
            None => Ok(Item::Value(self.number()?)),
        }
    }
}

/// The fields in the numbers that croner reads.
pub(super) fn render(fields: &[FieldText]) -> String {
    let field = |field: &FieldText| field.items.iter().map(render_item).collect::<Vec<_>>().join(",");
    fields.iter().map(field).collect::<Vec<_>>().join(" ")
}

fn render_item(item: &Item) -> String {
    match item {
        Item::Every { step: 1 } => "*".to_owned(),
        Item::Every { step } => format!("*/{step}"),
        Item::Range { from, to, step: 1 } => format!("{from}-{to}"),
        Item::Range { from, to, step } => format!("{from}-{to}/{step}"),
        Item::Value(value) => value.to_string(),
        Item::LastDay => "L".to_owned(),
        Item::LastWorkday => "LW".to_owned(),
        Item::NearestWorkday(day) => format!("{day}W"),
        Item::Nth { weekday, nth } => format!("{weekday}#{nth}"),
        Item::LastOf { weekday } => format!("{weekday}#L"),
    }
}
