//! What the engine advises, as commands.

use client::client_core::{Advice, Step};

/// What was said, with the command for what there is to do next.
pub(super) fn advised(said: &str, advice: Option<Advice>) -> String {
    match advice {
        None => said.to_owned(),
        Some(advice) => format!("{said} {}", advice.sentence(command(advice.step))),
    }
}

const fn command(step: Step) -> &'static str {
    match step {
        Step::Unblock => "kith contact unblock CONTACT",
        Step::JoinHome => "kith persona join NAME --home URL",
        Step::Sync => "kith sync",
        Step::Retract => "kith retract ITEM",
        Step::Reply => "kith send C TEXT --reply ITEM",
        Step::SeeNames => "kith persona list",
        Step::SeeConversation => "kith show",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::error::CommandError;
    use client::client_core::CoreError;

    #[test]
    fn what_is_advised_ends_what_was_said_with_a_command() {
        let error = Box::new(CoreError::Refused("nothing was sent.".into()));
        let advice = Advice {
            leading: "To write to them again",
            step: Step::Unblock,
        };
        let said = CommandError::from(CoreError::Advised { error, advice });
        assert_eq!(
            said.to_string(),
            "Nothing was sent. To write to them again: kith contact unblock CONTACT."
        );
        assert_eq!(said.exit_code(), 3);
        assert_eq!(advised("It is so.", None), "It is so.");
    }
}
