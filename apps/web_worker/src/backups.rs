//! Backups, for the page to save: the whole profile as one sealed file, and the words that open it.

use view::{Backup, Refused, Secret};

use crate::answers::Work;
use crate::sentences::refused;

/// Makes one of everything that is here now. `day` is in its file's name. The words come along until they were shown.
///
/// # Errors
/// [`Refused`]; nothing was made.
pub fn back_up(work: &mut impl Work, day: &str) -> Result<Backup, Refused> {
    let backup = work.act(client_core::Engine::zipped_backup);
    let backup = backup.map_err(|error| refused(&error))?;
    let kept = work.engine().phrase().map_err(|error| refused(&error))?;
    let was_shown = backup.is_phrase_kept && kept.is_some_and(|(_, shown)| shown);
    let words = || Secret::new(backup.phrase.words().as_bytes().to_vec());
    Ok(Backup {
        name: format!("kith-backup-{day}.zip"),
        phrase: (!was_shown).then(words),
        zip: backup.bytes,
    })
}

/// The file was taken, and its words were written down.
///
/// # Errors
/// [`Refused`]; they are shown again then.
pub fn backed_up(work: &mut impl Work) -> Result<(), Refused> {
    let shown = work.act(|engine, now| engine.phrase_shown(now));
    shown.map_err(|error| refused(&error))
}

#[cfg(test)]
mod tests {
    use super::{back_up, backed_up};
    use crate::answers::tests::here;

    #[test]
    fn the_words_come_with_each_backup_until_they_were_written_down() {
        let mut here = here();
        let first = back_up(&mut here, "2026-11-30").unwrap();
        assert_eq!(first.name, "kith-backup-2026-11-30.zip");
        assert!(first.zip.starts_with(b"PK"));
        let words = first.phrase.unwrap();
        assert_eq!(words.as_bytes().split(|byte| *byte == b' ').count(), 24);
        let second = back_up(&mut here, "2026-12-01").unwrap();
        assert_eq!(second.phrase, Some(words));
        backed_up(&mut here).unwrap();
        assert_eq!(back_up(&mut here, "2026-12-02").unwrap().phrase, None);
    }
}
