//! Numbers and texts as `printf` shows them.

use crate::parse::classad::scientific;

/// `%.16G`.
pub(super) fn general(number: f64) -> String {
    let shown = format!("{number:.15e}");
    let (_, exponent) = shown.split_once('e').unwrap_or((&shown, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let trimmed = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    if !(-4..16).contains(&exponent) {
        let shown = scientific(number);
        let (digits, exponent) = shown.split_once('E').unwrap_or((&shown, ""));
        return format!("{}E{exponent}", trimmed(digits));
    }
    let digits = usize::try_from(15 - exponent).unwrap_or_default();
    trimmed(&format!("{number:.digits$}"))
}

/// One conversion of `printf` and the text around it. Not all there are.
pub(super) struct Format<'a> {
    before: &'a str,
    flags: &'a str,
    width: usize,
    precision: Option<usize>,
    conversion: char,
    behind: &'a str,
}

/// Widest field. It is HTCondor's buffer.
const MAX_WIDTH: usize = 50;

impl<'a> Format<'a> {
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let (before, rest) = text.split_once('%')?;
        let behind_flags = rest.trim_start_matches(['-', '0']);
        let flags = rest.strip_suffix(behind_flags)?;
        let (width, rest) = digits(behind_flags);
        let (precision, rest) = match rest.strip_prefix('.') {
            Some(rest) => (Some(digits(rest).0), digits(rest).1),
            None => (None, rest),
        };
        let conversion = rest.chars().next()?;
        let behind = rest.get(conversion.len_utf8()..)?;
        let number = |text: &str| match text {
            "" => Some(0),
            text => text.parse().ok().filter(|width| *width <= MAX_WIDTH),
        };
        let is_plain = !behind.contains('%') && before.len() + behind.len() <= MAX_WIDTH;
        let precision = precision.map(number);
        if precision == Some(None) || !is_plain {
            return None;
        }
        let precision = precision.flatten();
        Some(Self { before, flags, width: number(width)?, precision, conversion, behind })
    }

    pub(super) fn integer(&self, number: i64) -> Option<String> {
        let is_plain = matches!(self.conversion, 'd' | 'i') && self.precision.is_none();
        // `%d` takes 32 bits.
        let number = i32::try_from(number).ok().filter(|_| is_plain)?;
        Some(self.padded(&number.to_string()))
    }

    /// It always looks like a fraction.
    pub(super) fn real(&self, number: f64) -> Option<String> {
        let precision = self.precision.unwrap_or(6);
        let number = (self.conversion == 'f').then(|| format!("{number:.precision$}"))?;
        let shown = self.padded(&number);
        Some(if shown.contains('.') { shown } else { shown + ".0" })
    }

    pub(super) fn text(&self, text: &str) -> Option<String> {
        let is_plain = self.conversion == 's' && !self.flags.contains('0') && text.is_ascii();
        let text = text.get(..self.precision.map_or(text.len(), |most| most.min(text.len())))?;
        is_plain.then(|| self.padded(text))
    }

    fn padded(&self, shown: &str) -> String {
        let missing = self.width.saturating_sub(shown.len());
        let (sign, digits) = shown.split_at(usize::from(shown.starts_with('-')));
        let field = if self.flags.contains('-') {
            format!("{shown}{}", " ".repeat(missing))
        } else if self.flags.contains('0') {
            format!("{sign}{}{digits}", "0".repeat(missing))
        } else {
            format!("{}{shown}", " ".repeat(missing))
        };
        [self.before, &field, self.behind].concat()
    }
}

fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}
