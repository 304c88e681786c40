//! Is the PEM text correct? If not: the line, and a command that mends it.

use crate::check::file::content::extract;
use crate::check::file::expected::{ExpectedContent, at};
use crate::check::file::rewrite::with_rewrite;
use crate::check::file::rule::*;
use crate::parse::pem::{Damage, DamageKind, Disguise, Quirk};
use crate::report::{Finding, Made, Rule};
use crate::source::Source;

pub(super) fn damaged(source: &Source, damage: &Damage, wanted: ExpectedContent) -> Finding {
    let from = &source.origin;
    if matches!(damage.kind, DamageKind::TextAfter(_) | DamageKind::TextBefore)
        && let Some(found) = disguised(source)
    {
        return found.at(at(source, damage.at));
    }
    let extract = extract(source, wanted);
    let (rule, repair): (&Rule, Option<&str>) = match &damage.kind {
        DamageKind::NoEnd => (&PEM_TRUNCATED, None),
        DamageKind::Glued => (&PEM_GLUED, Some(UNGLUE)),
        DamageKind::OneLine | DamageKind::SharedLine(_) => (&PEM_ONE_LINE, Some(REFOLD)),
        DamageKind::SmartDashes => (&PEM_DASHES, Some(STRAIGHTEN)),
        DamageKind::Indented => (&PEM_LAYOUT, Some("sed 's/^[[:blank:]]*//' \"$b\"")),
        DamageKind::Invisible => (&PEM_LAYOUT, Some("LC_ALL=C tr -d '\\200-\\377' < \"$b\"")),
        DamageKind::BlankForPlus => (&PEM_BAD_BASE64, Some("sed '/^-----/!s/ /+/g' \"$b\"")),
        DamageKind::LiteralNewlines | DamageKind::TextBefore => (&PEM_LAYOUT, extract.as_deref()),
        DamageKind::Quoted => (&PEM_LAYOUT, Some("tr -d '\"'\\' < \"$b\"")),
        DamageKind::WrongHyphens { .. } => (&PEM_LAYOUT, Some(FIVE_HYPHENS)),
        DamageKind::LowerCase | DamageKind::TextAfter(_) => (&PEM_LAYOUT, None),
        DamageKind::BadCharacter { .. } | DamageKind::BadLength { .. } | DamageKind::BadPadding => {
            (&PEM_BAD_BASE64, None)
        }
        DamageKind::BadEnd
        | DamageKind::EmptyBody
        | DamageKind::EndWithoutBegin
        | DamageKind::LabelMismatch(_)
        | DamageKind::OpenHeaders => (&PEM_DAMAGED, None),
    };
    let detail = match damage.kind {
        DamageKind::NoEnd => format!("is truncated: {damage}"),
        DamageKind::Glued => format!("lacks a newline between two blocks: {damage}"),
        _ => format!("is damaged: {damage}"),
    };
    let found = rule.found(format!("{from} {detail}")).at(at(source, damage.at));
    let found = match damage.kind {
        DamageKind::LiteralNewlines | DamageKind::TextBefore => found.advice(
            "take the block out of the text around it: a shell script, an assignment, a program",
        ),
        _ => found,
    };
    with_rewrite(found, source, repair.map(|command| Made::Mended.by(command)))
}

/// The finding that something was added to each line, if that is all that is wrong.
pub(super) fn disguised(source: &Source) -> Option<Finding> {
    let disguise = Disguise::of(&source.bytes)?;
    let found = PEM_LAYOUT.found(format!("{} is damaged: {}", source.origin, disguise.phrase()));
    let made = disguise.command().map(|command| Made::Mended.by(command));
    Some(with_rewrite(found, source, made))
}

/// In a line with a typographic dash, any run of hyphens and dashes stands for the five hyphens.
const STRAIGHTEN: &str = "sed -E '/–|—|−|‐|‑/s/(-|–|—|−|‐|‑)+/-----/g' \"$b\"";

const FIVE_HYPHENS: &str = "sed -E 's/^-+(BEGIN|END) ([^-]*[^- ])-+$/-----\\1 \\2-----/' \"$b\"";

const UNGLUE: &str = "sed -E 's/(-----END [^-]*-----)(-----BEGIN)/\\1\\n\\2/g' \"$b\"";

const REFOLD: &str = "sed -E 's/-----(BEGIN|END)([^-]*)-----/\\n&\\n/g' \"$b\" | awk \
                      '/^-----/{print;next}{gsub(/[ \\t\\r]/,\"\");if($0!=\"\")print}'";

pub(super) fn odd(source: &Source, quirk: Quirk) -> Finding {
    let message = format!("{}: {quirk}", source.origin);
    match quirk {
        Quirk::BareCarriageReturns(line) => {
            let found = PEM_CR.found(message).at(at(source, line));
            with_rewrite(found, source, Some(Made::Mended.by("tr '\\r' '\\n' < \"$b\"")))
        }
        Quirk::Headers(line) | Quirk::LineLength(line) => {
            PEM_DAMAGED.found(format!("{message}, which OpenSSL refuses")).at(at(source, line))
        }
        Quirk::BlankLine(line) => {
            let found = PEM_DAMAGED
                .found(format!("{message}, which OpenSSL refuses"))
                .advice("remove the blank line")
                .at(at(source, line));
            with_rewrite(found, source, Some(Made::Mended.by("awk 'NF' \"$b\"")))
        }
        Quirk::TooManyBlocks(line) => LATER_DAMAGED.found(message).at(at(source, line)),
        Quirk::BlanksInBody(line)
        | Quirk::ByteOrderMark(line)
        | Quirk::TrailingBlanks(line)
        | Quirk::TrailingBytes(line) => PEM_ODD.found(message).at(at(source, line)),
    }
}
