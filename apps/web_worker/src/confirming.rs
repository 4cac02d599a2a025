//! What is shown only after the passphrase, or the passkey, was given once more: *What's OK for me*.
//!
//! It is this tab's page that gave it, so each worker remembers that for its own page alone, until the page shows it no
//! longer or the profile is closed.

use view::{Ask, Keeping};

/// Whether this worker's page gave it.
#[derive(Debug, Default)]
pub struct Confirming(bool);

impl Confirming {
    /// Whether an ask is about what is shown so, or about showing it.
    pub const fn is_about(ask: &Ask) -> bool {
        matches!(
            ask,
            Ask::Confirm(_) | Ask::Conceal(_) | Ask::OwnLimits(_) | Ask::SetOwnLimit(_)
        )
    }

    /// Whether an ask may be answered. A profile that nothing seals asks for nothing.
    pub fn lets(&self, ask: &Ask, keeping: &Keeping) -> bool {
        !Self::is_about(ask) || *keeping == Keeping::Plain || self.0
    }

    /// It was given, and is right or not.
    pub const fn confirm(&mut self, is_right: bool) {
        self.0 = is_right;
    }

    /// Nothing is shown any more.
    pub const fn conceal(&mut self) {
        self.0 = false;
    }
}

#[cfg(test)]
mod tests {
    use super::Confirming;
    use view::question::{Letters, OwnLimits};
    use view::{Ask, Keeping};

    #[test]
    fn the_own_limits_of_a_sealed_profile_are_shown_to_who_opens_it_once_more() {
        let (limits, letters) = (Ask::from(OwnLimits {}), Ask::from(Letters {}));
        let mut confirming = Confirming::default();
        assert!(confirming.lets(&letters, &Keeping::Passphrase));
        assert!(confirming.lets(&limits, &Keeping::Plain));
        assert!(!confirming.lets(&limits, &Keeping::Passphrase));
        confirming.confirm(false);
        assert!(!confirming.lets(&limits, &Keeping::Passphrase));
        confirming.confirm(true);
        assert!(confirming.lets(&limits, &Keeping::Passphrase));
        confirming.conceal();
        assert!(!confirming.lets(&limits, &Keeping::Passphrase));
    }
}
