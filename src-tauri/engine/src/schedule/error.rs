//! Why a schedule is refused, with the place in the text; the wording for people is in `error/schedule.rs`.

use super::Field;

/// Why an expression or a zone is refused. Positions count characters from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// Nothing was given.
    #[error("empty expression")]
    Empty,
    /// Neither five nor six fields.
    #[error("{found} fields at character {position}")]
    FieldCount {
        /// How many there are.
        found: usize,
        /// Where the first field too many begins, or where the text ends.
        position: usize,
    },
    /// A name with `@` that is not known.
    #[error("unknown name {token} at character {position}")]
    UnknownNickname {
        /// The name, as typed.
        token: String,
        /// Where it begins.
        position: usize,
        /// The name that was probably meant.
        suggestion: Option<&'static str>,
    },
    /// A field that cannot be read.
    #[error("{field:?} field, {token} at character {position}: {problem:?}")]
    Field {
        /// Which field.
        field: Field,
        /// Where the offending part begins.
        position: usize,
        /// The offending part, as typed.
        token: String,
        /// What is wrong with it.
        problem: FieldProblem,
    },
    /// Each field is right, but no date fits all of them.
    #[error("no date fits {field:?} field {token} at character {position}")]
    NeverFires {
        /// The field that cannot be satisfied.
        field: Field,
        /// Where it begins.
        position: usize,
        /// The field, as typed.
        token: String,
    },
    /// No such time zone.
    #[error("unknown time zone {zone}")]
    UnknownZone {
        /// The name, as given.
        zone: String,
        /// Names that were probably meant, best first; three at most.
        suggestions: Vec<&'static str>,
    },
    /// A preview of no slot, or of too many.
    #[error("preview of {count} slots")]
    PreviewCount {
        /// How many were asked for.
        count: u32,
    },
}

/// What is wrong with a part of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldProblem {
    /// A number outside the field's range.
    OutOfRange,
    /// A character that has no meaning in this field.
    StrayCharacter(char),
    /// A word that is no name of a month or a weekday.
    UnknownWord,
    /// A list with nothing between two commas, or at its end.
    EmptyItem,
    /// A range whose end comes before its start.
    BackwardRange,
    /// A step after a single number, or after nothing; what was probably meant is given.
    StepWithoutRange {
        /// The part with the range written out.
        suggestion: String,
    },
    /// A step of 0, or one that leaves the field's range at once.
    StepOutOfRange {
        /// The largest step that makes sense.
        largest: u32,
    },
    /// `*` as one item of a list.
    StarInList,
    /// `L` alone in the weekday field.
    LastWithoutWeekday,
    /// `L` and `LW` in one list.
    LastAndLastWeekday,
    /// The number after `#` is not 1 to 5.
    NthOutOfRange,
    /// Anything else that cannot be read.
    Malformed,
}
