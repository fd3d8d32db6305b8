//! Breaks text into lines.

/// Breaks a text at white space into lines of at most `width` characters. A longer word gets a line of its own.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let used = line.chars().count();
        if used > 0 && used + 1 + word.chars().count() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// Cuts a text to a number of characters; what is cut off shows as `…`.
pub fn shorten(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_string();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Puts something before each line that is not blank.
pub fn indent(text: &str, prefix: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| if line.trim().is_empty() { String::new() } else { format!("{prefix}{line}") }).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::{indent, shorten, wrap};

    #[test]
    fn breaks_between_words() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("one two three", 6), ["one", "two", "three"]);
    }

    #[test]
    fn long_words_stand_alone() {
        assert_eq!(wrap("a internationalization b", 5), ["a", "internationalization", "b"]);
    }

    #[test]
    fn counts_characters_not_bytes() {
        assert_eq!(wrap("äö üß", 5), ["äö üß"]);
    }

    #[test]
    fn blank_text_has_no_lines() {
        assert!(wrap(" \n ", 10).is_empty());
    }

    #[test]
    fn shortens_long_texts_only() {
        assert_eq!(shorten("short", 5), "short");
        assert_eq!(shorten("a bit longer", 6), "a bit…");
        assert_eq!(shorten("a bit longer", 7), "a bit…");
        assert_eq!(shorten("abc", 0), "…");
    }

    #[test]
    fn indents_lines_that_hold_something() {
        assert_eq!(indent("a\n\n b", "> "), "> a\n\n>  b");
    }
}
