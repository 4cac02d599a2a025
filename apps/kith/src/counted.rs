//! How many of something, for people.

/// A number and what there is so many of, in the singular or the plural.
pub fn counted(count: u64, one: &str, several: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        count => format!("{count} {several}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_one_and_everything_else_is_several() {
        let said = [0, 1, 2, 11, 21].map(|count| counted(count, "thing is", "things are"));
        let expected = [
            "0 things are",
            "1 thing is",
            "2 things are",
            "11 things are",
            "21 things are",
        ];
        assert_eq!(said, expected);
    }
}
