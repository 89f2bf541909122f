//! What two sequences have in common.

/// The length of the longest common subsequence: how many items of one stand in the other, in
/// the same order. Time goes with the product of the lengths, memory with the shorter.
#[must_use]
pub fn common_subsequence<T: PartialEq>(one: &[T], other: &[T]) -> usize {
    let (long, short) = if one.len() < other.len() {
        (other, one)
    } else {
        (one, other)
    };
    let mut row = vec![0; short.len() + 1];
    for a in long {
        let mut before = 0;
        for (j, b) in short.iter().enumerate() {
            let best = if a == b {
                before + 1
            } else {
                row[j].max(row[j + 1])
            };
            before = row[j + 1];
            row[j + 1] = best;
        }
    }
    row[short.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_both_in_order() {
        #[track_caller]
        fn check(one: &str, other: &str, expected: usize) {
            let (one, other): (Vec<_>, Vec<_>) = (one.chars().collect(), other.chars().collect());
            assert_eq!(common_subsequence(&one, &other), expected);
            assert_eq!(common_subsequence(&other, &one), expected);
        }
        check("", "", 0);
        check("老年证", "", 0);
        check("老年证丢了", "老人正丢了", 3);
        check("abcbdab", "bdcaba", 4);
        check("same", "same", 4);
    }
}
