//! Patterns with `*`, `?` and `[a-z]`.

/// Whether a text fits a pattern: `*` stands for any characters, `?` for one, `[abx-z]` for one of a set, `[!a]` for one outside of it.
pub fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        if p < pattern.len() && pattern[p] == '*' {
            retry = Some((p + 1, t));
            p += 1;
        } else if let Some(next) = one(&pattern, p, text[t]) {
            p = next;
            t += 1;
        } else if let Some((after_star, from)) = retry {
            p = after_star;
            t = from + 1;
            retry = Some((after_star, t));
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|&c| c == '*')
}

/// The place behind a part of the pattern that fits one character.
fn one(pattern: &[char], at: usize, c: char) -> Option<usize> {
    match pattern.get(at)? {
        '?' => Some(at + 1),
        '[' => set(pattern, at + 1, c),
        &other if other == c => Some(at + 1),
        _ => None,
    }
}

fn set(pattern: &[char], start: usize, c: char) -> Option<usize> {
    let end = start + pattern[start..].iter().position(|&x| x == ']')?;
    let negated = pattern[start] == '!';
    let members = &pattern[if negated { start + 1 } else { start }..end];
    let mut found = false;
    let mut i = 0;
    while i < members.len() {
        if i + 2 < members.len() && members[i + 1] == '-' {
            found |= members[i] <= c && c <= members[i + 2];
            i += 3;
        } else {
            found |= members[i] == c;
            i += 1;
        }
    }
    if found != negated {
        Some(end + 1)
    } else {
        None
    }
}
