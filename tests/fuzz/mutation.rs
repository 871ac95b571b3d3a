//! Inputs from seeds: texts of the corpus, taken apart into words and put together otherwise.

/// A sequence that a seed decides (SplitMix64).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, 0 where `end` is.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % end).unwrap_or(0)
    }

    pub(crate) fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// What breaks things: the ends of ranges, what opens and does not close, what text is measured wrongly in.
const ODD: [&str; 84] = [
    "0",
    "-1",
    "9223372036854775807",
    "-9223372036854775808",
    "99999999999999999999",
    "1e999",
    "0.1",
    "1j",
    "''",
    "\"\"",
    "b'a'",
    "f'{a}'",
    "f'{",
    "{}",
    "[]",
    "()",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "'",
    "\"",
    "'''",
    "\\",
    "\\\n",
    "#",
    ":",
    ":=",
    "**",
    "*",
    "*a",
    "**a",
    "@",
    "->",
    "...",
    ".",
    ",",
    ";",
    "%",
    "%s",
    "%(a)s",
    "%%",
    "{0}",
    "{!r:>9}",
    "$$",
    "$a$",
    "--",
    "/*",
    "*/",
    "é",
    "🎉",
    "\u{301}",
    "\u{200b}",
    "\u{202e}",
    "\u{1b}[2J",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\0",
    "\r",
    "\x0c",
    "\t",
    "    ",
    "\n",
    "\n\n",
    "lambda: 0",
    "yield",
    "await ",
    "None",
    "self",
    "super()",
    "__file__",
    "op",
    "sa",
    "Base",
    "cls",
    "x",
    "range(9)",
    "DROP TABLE ",
    "if x:\n    ",
    "for x in x:\n    ",
    "return\n",
];

/// A text made from another and its kin.
pub(crate) fn mutated(text: &str, kin: &[String], random: &mut Random) -> String {
    let mut words: Vec<String> = words(text).map(str::to_owned).collect();
    for _ in 0..=random.below(8) {
        mutate(&mut words, kin, random);
        words.truncate(20_000);
    }
    words.concat()
}

fn mutate(words: &mut Vec<String>, kin: &[String], random: &mut Random) {
    let at = random.below(words.len());
    let len = (1 + random.below(8)).min(words.len() - at.min(words.len()));
    let range = at..at + len;
    match random.below(11) {
        0 => drop(words.drain(range)),
        1 => {
            let copy = words[range].to_vec();
            let to = random.below(words.len());
            words.splice(to..to, copy);
        }
        2 => {
            let to = random.below(words.len());
            if !words.is_empty() {
                words.swap(at, to);
            }
        }
        3 => words.insert(at, (*random.pick(&ODD)).to_owned()),
        4 => {
            words.splice(range, [(*random.pick(&ODD)).to_owned()]);
        }
        5 => {
            let copy = words[range].concat();
            words.insert(at, copy.repeat(random.below(40)));
        }
        // One word of another text, or a stretch of it.
        6 => {
            let other: Vec<&str> = self::words(random.pick::<String>(kin)).collect();
            let from = random.below(other.len());
            let stretch = other.iter().skip(from).take(1 + random.below(30)).map(|word| (*word).to_owned());
            words.splice(range, stretch.collect::<Vec<_>>());
        }
        // One line of another text.
        7 => {
            let other: Vec<&str> = random.pick::<String>(kin).split_inclusive('\n').collect();
            let line = other.get(random.below(other.len())).copied().unwrap_or_default().to_owned();
            let end = words.iter().skip(at).position(|word| word == "\n").map_or(words.len(), |line| at + line + 1);
            words.insert(end, line);
        }
        8 => {
            let depth = 1 + random.below(60);
            let (open, close) = *random.pick(&[
                ("(", ")"),
                ("[", "]"),
                ("{", "}"),
                ("f(", ")"),
                ("-", ""),
                ("not ", ""),
                ("f'{", "}'"),
            ]);
            words.insert(at + len, close.repeat(depth));
            words.insert(at, open.repeat(depth));
        }
        // One name for another everywhere.
        9 => {
            let (from, to) = (random.pick_or_empty(words), random.pick_or_empty(words));
            words.iter_mut().filter(|word| **word == from).for_each(|word| word.clone_from(&to));
        }
        _ => words.truncate(at),
    }
}

impl Random {
    fn pick_or_empty(&mut self, words: &[String]) -> String {
        words.get(self.below(words.len())).cloned().unwrap_or_default()
    }
}

/// The text as names, blanks and single characters.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let kind = kind_of(first);
        let end = if kind == 0 { first.len_utf8() } else { rest.find(|c| kind_of(c) != kind).unwrap_or(rest.len()) };
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

fn kind_of(c: char) -> u8 {
    if c.is_alphanumeric() || c == '_' {
        1
    } else if c == ' ' {
        2
    } else {
        0
    }
}

/// Bytes that are no longer text, now and then.
pub(crate) fn bytes(text: String, random: &mut Random) -> Vec<u8> {
    let mut bytes = text.into_bytes();
    if random.below(20) == 0 {
        for _ in 0..=random.below(4) {
            let at = random.below(bytes.len());
            if let Some(byte) = bytes.get_mut(at) {
                *byte = u8::try_from(random.below(256)).unwrap_or(0);
            }
        }
    }
    bytes
}
