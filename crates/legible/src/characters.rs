//! What kind of character something is, by Unicode's properties (UAX #44).

use icu_properties::props::{
    BidiControl, DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup,
    NoncharacterCodePoint, PrependedConcatenationMark, VariationSelector,
};
use icu_properties::{CodePointMapData, CodePointSetData};

/// Zero width non-joiner and joiner: Persian, Indic scripts and emoji cannot do without.
const NON_JOINER: char = '\u{200c}';
const JOINER: char = '\u{200d}';
/// Symbols by their category that show nothing at all; no property says so.
const BLANK_SYMBOLS: [char; 2] = ['\u{2800}', '\u{1d159}'];
/// The flag that tags may follow, for the flags of England, Scotland and Wales (UTS #51, `ED-14a`).
const FLAG: char = '\u{1f3f4}';
const END_OF_TAGS: char = '\u{e007f}';
/// Letters and digits of the longest region that a flag may name (CLDR, `unicode_subdivision_id`).
const LONGEST_REGION: usize = 6;

fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}

/// What steers a terminal or breaks a line: control characters, line and paragraph separators.
pub(crate) fn is_control(c: char) -> bool {
    matches!(
        category(c),
        GeneralCategory::Control
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
    )
}

/// What turns the direction of the text around it (UAX #9, explicit formatting and implicit marks).
pub(crate) fn turns(c: char) -> bool {
    CodePointSetData::new::<BidiControl>().contains(c)
}

/// Of these, what opens or closes something, and so reaches beyond itself. The marks LRM, RLM and ALM do not.
pub(crate) fn turns_what_follows(c: char) -> bool {
    turns(c) && !matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}')
}

/// What is not seen, and is no part of how a language or an emoji is written: default ignorables, formats, blanks that
/// are none. Joiners, variation selectors, and signs that stand before numbers are not among them.
pub(crate) fn is_unseen(c: char) -> bool {
    let is_format = category(c) == GeneralCategory::Format
        && !CodePointSetData::new::<PrependedConcatenationMark>().contains(c);
    !joins(c) && !varies(c) && (is_ignorable(c) || is_format || shows_nothing(c))
}

/// Whatever may not be seen or changes how others look, needed or not: control characters, directions, joiners, selectors,
/// fillers, tags.
pub fn is_nowhere_seen(c: char) -> bool {
    is_control(c) || turns(c) || is_ignorable(c) || is_unseen(c)
}

/// What says something that nobody reads (tags), or stands for no character.
pub(crate) fn is_hidden(c: char) -> bool {
    matches!(c, '\u{e0000}'..='\u{e007f}' | '\u{fff9}'..='\u{fffb}') || is_no_character(c)
}

/// What may show nothing where it stands: default ignorables, joiners and selectors among them.
pub(crate) fn is_ignorable(c: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

fn shows_nothing(c: char) -> bool {
    BLANK_SYMBOLS.contains(&c) || is_no_character(c)
}

fn is_no_character(c: char) -> bool {
    CodePointSetData::new::<NoncharacterCodePoint>().contains(c)
}

/// Joiners.
pub(crate) const fn joins(c: char) -> bool {
    matches!(c, NON_JOINER | JOINER)
}

/// Variation selectors, those of Mongolian among them.
pub(crate) fn varies(c: char) -> bool {
    CodePointSetData::new::<VariationSelector>().contains(c)
}

/// Marks that take no room of their own; variation selectors are some, too.
pub(crate) fn is_mark(c: char) -> bool {
    let marks = GeneralCategoryGroup::NonspacingMark.union(GeneralCategoryGroup::EnclosingMark);
    marks.contains(category(c))
}

/// Symbols: of mathematics, of currencies, and all others that are no letters.
pub(crate) fn is_symbol(c: char) -> bool {
    GeneralCategoryGroup::Symbol.contains(category(c))
}

/// The flag of a part of a country at the beginning of a text, which ends it with tags: how many bytes it takes.
pub(crate) fn flag(text: &str) -> Option<usize> {
    let after = text.strip_prefix(FLAG)?;
    let is_tag = |c: &char| matches!(c, '\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}');
    // No further, or a text of nothing but flags would be read again and again.
    let most = after.chars().take(LONGEST_REGION + 1);
    let region: String = most.take_while(is_tag).collect();
    let ends = after.strip_prefix(&*region)?.starts_with(END_OF_TAGS);
    let is_region = ends && (3..=LONGEST_REGION).contains(&region.chars().count());
    is_region.then_some(FLAG.len_utf8() + region.len() + END_OF_TAGS.len_utf8())
}
