//! Which pattern a message becomes, and what its arguments are.
//!
//! Of Fluent there is what the interface needs: texts, arguments, `NUMBER`, `DATETIME`, selection, terms and messages
//! that are named in others; and two functions of ours, `LIST` for several texts and `BYTES` for a size. A line break
//! within a message is a blank, so that long ones can be wrapped.

use crate::reading::Read;
use fluent_syntax::ast::{CallArguments, Expression, InlineExpression, PatternElement, VariantKey};
use fluent_syntax::unicode::unescape_unicode_to_string;
use phrases::{Format, Options, Part, Pattern, Variant};
use std::collections::BTreeMap;

/// The plural categories of Unicode TR35, Part 3.
const PLURALS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// How deep messages may name each other.
const DEPTH: usize = 8;

/// What an argument is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text, or whatever the program gives.
    Text,
    /// A number, Fluent's `NUMBER` or a selection by it.
    Number,
    /// A point in time.
    Moment,
    /// Several texts.
    List,
}

/// The arguments of a message, by name.
pub type Arguments = BTreeMap<String, Kind>;

/// The entries of a language, by name.
pub type Entries<'e, 's> = BTreeMap<&'e str, &'e Read<'s>>;

type Source<'s> = fluent_syntax::ast::Pattern<&'s str>;
type Inline<'s> = InlineExpression<&'s str>;

/// Makes the pattern of a message.
///
/// # Errors
/// What is wrong with it, in words.
pub fn compile(read: &Read<'_>, entries: &Entries<'_, '_>) -> Result<(Pattern, Arguments), String> {
    let mut arguments = Arguments::new();
    let compiler = Compiler { entries };
    compiler.collect(&read.pattern, DEPTH, &mut arguments)?;
    let pattern = compiler.pattern(&read.pattern, &arguments)?;
    Ok((merged(pattern), arguments))
}

struct Compiler<'e, 's> {
    entries: &'e Entries<'e, 's>,
}

impl Compiler<'_, '_> {
    fn named(&self, id: &str) -> Result<&Read<'_>, String> {
        let found = self.entries.get(id);
        found
            .copied()
            .ok_or_else(|| format!("{id} is named and is nowhere"))
    }

    /// The arguments, also those of what is named.
    fn collect(&self, of: &Source<'_>, depth: usize, into: &mut Arguments) -> Result<(), String> {
        let depth = depth.checked_sub(1).ok_or("messages name each other")?;
        for element in &of.elements {
            let PatternElement::Placeable { expression } = element else {
                continue;
            };
            match expression {
                Expression::Inline(inline) => self.collect_inline(inline, depth, into)?,
                Expression::Select { selector, variants } => {
                    let is_number = variants.iter().all(|variant| match &variant.key {
                        VariantKey::NumberLiteral { .. } => true,
                        VariantKey::Identifier { name } => PLURALS.contains(name),
                    });
                    let kind = if is_number { Kind::Number } else { Kind::Text };
                    add(into, variable(selector)?, kind)?;
                    for variant in variants {
                        self.collect(&variant.value, depth, into)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn collect_inline(
        &self,
        of: &Inline<'_>,
        depth: usize,
        into: &mut Arguments,
    ) -> Result<(), String> {
        match of {
            InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {
                Ok(())
            }
            InlineExpression::VariableReference { id } => add(into, id.name, Kind::Text),
            InlineExpression::FunctionReference { id, arguments } => {
                let (name, _) = call(arguments)?;
                add(into, name, function(id.name)?)
            }
            InlineExpression::MessageReference { id, .. } => {
                self.collect(&self.named(id.name)?.pattern, depth, into)
            }
            InlineExpression::TermReference { id, .. } => {
                let term = self.named(&format!("-{}", id.name))?;
                self.collect(&term.pattern, depth, into)
            }
            InlineExpression::Placeable { .. } => Err("one placeable stands in another".to_owned()),
        }
    }

    fn pattern(&self, of: &Source<'_>, arguments: &Arguments) -> Result<Pattern, String> {
        let mut parts = Vec::new();
        for element in &of.elements {
            match element {
                PatternElement::TextElement { value } => {
                    parts.push(Part::Text(value.replace('\n', " ")));
                }
                PatternElement::Placeable { expression } => {
                    self.expression(expression, arguments, &mut parts)?;
                }
            }
        }
        Ok(Pattern(parts))
    }

    fn expression(
        &self,
        of: &Expression<&str>,
        arguments: &Arguments,
        parts: &mut Vec<Part>,
    ) -> Result<(), String> {
        let inline = match of {
            Expression::Inline(inline) => inline,
            Expression::Select { selector, variants } => {
                parts.push(self.select(selector, variants, arguments)?);
                return Ok(());
            }
        };
        match inline {
            InlineExpression::StringLiteral { value } => {
                parts.push(Part::Text(unescape_unicode_to_string(value).into_owned()));
            }
            InlineExpression::NumberLiteral { value } => {
                parts.push(Part::Text((*value).to_owned()));
            }
            InlineExpression::VariableReference { id } => {
                parts.push(Part::Argument(place(arguments, id.name)?, Format::Plain));
            }
            InlineExpression::FunctionReference {
                id,
                arguments: given,
            } => {
                let (name, options) = call(given)?;
                let format = match id.name {
                    "NUMBER" => Format::Number(options),
                    "DATETIME" => Format::Moment(options),
                    "LIST" => Format::List,
                    _ => Format::Bytes,
                };
                parts.push(Part::Argument(place(arguments, name)?, format));
            }
            InlineExpression::MessageReference { id, .. } => {
                let named = self.pattern(&self.named(id.name)?.pattern, arguments)?;
                parts.extend(named.0);
            }
            InlineExpression::TermReference { id, .. } => {
                let term = self.named(&format!("-{}", id.name))?;
                parts.extend(self.pattern(&term.pattern, arguments)?.0);
            }
            InlineExpression::Placeable { .. } => {
                return Err("one placeable stands in another".to_owned());
            }
        }
        Ok(())
    }

    fn select(
        &self,
        selector: &Inline<'_>,
        variants: &[fluent_syntax::ast::Variant<&str>],
        arguments: &Arguments,
    ) -> Result<Part, String> {
        let mut found = Vec::new();
        let mut otherwise = Pattern::default();
        for variant in variants {
            let pattern = merged(self.pattern(&variant.value, arguments)?);
            let (VariantKey::Identifier { name: key } | VariantKey::NumberLiteral { value: key }) =
                &variant.key;
            if variant.default {
                otherwise = pattern.clone();
            }
            found.push(Variant {
                key: (*key).to_owned(),
                pattern,
            });
        }
        // What is said otherwise needs no key.
        found.retain(|variant| variant.pattern != otherwise);
        Ok(Part::Select(
            place(arguments, variable(selector)?)?,
            found,
            otherwise,
        ))
    }
}

fn add(into: &mut Arguments, name: &str, kind: Kind) -> Result<(), String> {
    let known = into.entry(name.to_owned()).or_insert(kind);
    match (*known, kind) {
        (known, kind) if known == kind => Ok(()),
        // A number may be said as it is, too.
        (Kind::Number, Kind::Text) => Ok(()),
        (Kind::Text, Kind::Number) => {
            *known = Kind::Number;
            Ok(())
        }
        _ => Err(format!("${name} is two kinds of argument")),
    }
}

fn place(arguments: &Arguments, name: &str) -> Result<u8, String> {
    let place = arguments.keys().position(|known| known == name);
    let place = place.and_then(|place| u8::try_from(place).ok());
    place.ok_or_else(|| format!("${name} is one argument too many"))
}

fn variable<'s>(of: &Inline<'s>) -> Result<&'s str, String> {
    match of {
        InlineExpression::VariableReference { id } => Ok(id.name),
        _ => Err("a selection is by an argument".to_owned()),
    }
}

fn function(name: &str) -> Result<Kind, String> {
    match name {
        "NUMBER" | "BYTES" => Ok(Kind::Number),
        "DATETIME" => Ok(Kind::Moment),
        "LIST" => Ok(Kind::List),
        _ => Err(format!("there is no function {name}")),
    }
}

/// The argument that a function is called with, and its options.
fn call<'s>(given: &CallArguments<&'s str>) -> Result<(&'s str, Options), String> {
    let [argument] = given.positional.as_slice() else {
        return Err("a function takes one argument".to_owned());
    };
    let mut options = Options::new();
    for option in &given.named {
        let (InlineExpression::StringLiteral { value } | InlineExpression::NumberLiteral { value }) =
            &option.value
        else {
            return Err(format!("the option {} is no value", option.name.name));
        };
        options.push((option.name.name.to_owned(), (*value).to_owned()));
    }
    Ok((variable(argument)?, options))
}

/// Texts that stand beside each other as one.
fn merged(pattern: Pattern) -> Pattern {
    let mut parts: Vec<Part> = Vec::with_capacity(pattern.0.len());
    for part in pattern.0 {
        match (parts.last_mut(), part) {
            (Some(Part::Text(before)), Part::Text(text)) => before.push_str(&text),
            (_, part) => parts.push(part),
        }
    }
    Pattern(parts)
}
