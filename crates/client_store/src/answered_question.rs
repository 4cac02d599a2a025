//! What was answered to questions that may be asked once more.

use crate::error::StoreError;
use crate::store::Store;

/// So many are kept. One is asked again within moments, and no more than a few are open at a time.
const KEPT: u32 = 1_000;

impl Store {
    /// What was answered to a question.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn answer_to(&self, key: &[u8; 12]) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT answer FROM answered_question WHERE key = ?1";
        self.row(sql, [key], |row| Ok(row.get("answer")?))
    }

    /// Keeps what is answered, and forgets what is long past.
    ///
    /// # Errors
    /// What SQLite says; a key that is there already is refused.
    pub fn keep_answer(&self, key: &[u8; 12], answer: &[u8]) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO answered_question (key, answer) VALUES (?1, ?2)",
            (key, answer),
        )?;
        self.execute(
            "DELETE FROM answered_question WHERE number <= (SELECT max(number) FROM answered_question) - ?1",
            [KEPT],
        )?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::KEPT;
    use crate::Store;

    fn key(number: u32) -> [u8; 12] {
        let mut key = [7; 12];
        key[..4].copy_from_slice(&number.to_le_bytes());
        key
    }

    #[test]
    fn the_newest_answers_are_kept_each_once() {
        let store = Store::in_memory().unwrap();
        assert_eq!(store.answer_to(&key(0)).unwrap(), None);
        for number in 0..=KEPT {
            store.keep_answer(&key(number), &[1]).unwrap();
        }
        assert_eq!(store.answer_to(&key(0)).unwrap(), None);
        assert_eq!(store.answer_to(&key(1)).unwrap(), Some(vec![1]));
        assert!(store.keep_answer(&key(1), &[2]).is_err());
        assert_eq!(store.answer_to(&key(1)).unwrap(), Some(vec![1]));
    }
}
