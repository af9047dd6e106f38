//! The text so far, and where the next character goes. Knows columns and line breaks, nothing of values.

use super::WriteOptions;

pub(super) struct Writer {
    text: String,
    pub options: WriteOptions,
    /// The column of the innermost block; nothing outside of all.
    pub indent: Option<usize>,
    /// Characters since the line began.
    pub column: usize,
    /// The last character was a blank, or the line is new.
    is_spaced: bool,
    /// The line holds nothing but indentation and indicators, so a nested block may begin on it.
    pub is_indentation: bool,
    /// The last scalar keeps its trailing breaks, so the document's end has to be marked.
    pub is_open_ended: bool,
}

impl Writer {
    pub fn new(options: &WriteOptions) -> Self {
        Self {
            text: String::new(),
            options: *options,
            indent: None,
            column: 0,
            is_spaced: true,
            is_indentation: true,
            is_open_ended: false,
        }
    }

    pub fn finish(mut self) -> String {
        if self.column > 0 {
            self.text.push('\n');
        }
        self.text
    }

    /// Goes to the column of the innermost block, on this line if only indentation stands on it.
    pub fn new_line(&mut self) {
        let indent = self.indent.unwrap_or(0);
        if !self.is_indentation || self.column > indent || (self.column == indent && !self.is_spaced) {
            self.break_line();
        }
        while self.column < indent {
            self.push(' ');
        }
        self.is_spaced = true;
        self.is_indentation = true;
    }

    pub fn break_line(&mut self) {
        self.text.push('\n');
        self.column = 0;
    }

    /// Ends a line of a block scalar.
    pub fn block_break(&mut self) {
        self.break_line();
        self.is_indentation = true;
        self.is_spaced = true;
    }

    /// A line break that is none to other programs, kept as it is; indentation follows it.
    pub fn foreign_break(&mut self, c: char) {
        self.text.push(c);
        self.column = 0;
        self.is_indentation = true;
        self.is_spaced = true;
    }

    pub fn push(&mut self, c: char) {
        self.text.push(c);
        self.column += 1;
    }

    /// A character of content.
    pub fn content(&mut self, c: char) {
        self.push(c);
        self.is_indentation = false;
        self.is_spaced = false;
    }

    fn push_str(&mut self, text: &str) {
        self.text.push_str(text);
        self.column += text.chars().count();
    }

    /// A run of content that needs no thought.
    pub fn run(&mut self, text: &str) {
        self.space();
        self.push_str(text);
        self.is_indentation = false;
        self.is_spaced = false;
    }

    /// A blank, unless there is one.
    pub fn space(&mut self) {
        if !self.is_spaced {
            self.push(' ');
        }
    }

    /// A word such as `true`.
    pub fn plain(&mut self, word: &str) {
        self.run(word);
        self.is_open_ended = false;
    }

    /// A mark such as `{}` or the header of a block scalar.
    pub fn indicator(&mut self, mark: &str) {
        self.run(mark);
        self.is_open_ended = false;
    }

    /// `-`, `?` or `:` at the head of a line, after which a block may begin at once.
    pub fn block_indicator(&mut self, mark: &str) {
        self.space();
        self.push_str(mark);
        self.is_spaced = false;
        self.is_open_ended = false;
    }

    /// The `:` right behind a key.
    pub fn key_end(&mut self) {
        self.push(':');
        self.is_spaced = false;
        self.is_indentation = false;
    }

    /// Whether a line of text has become too long for another word.
    pub fn is_past_width(&self) -> bool {
        self.options.width.is_some_and(|width| self.column > width)
    }
}
