//! Reads the rows of a table in an SQLite database: only the part of the file format that the key
//! cache of scitokens-cpp needs (sqlite.org/fileformat2.html): one table with two columns, read once.
//! The library brings a whole database, in C, for it.

/// The first bytes of a database.
pub const MAGIC: &[u8] = b"SQLite format 3\0";

/// The texts of a row, by column. None for a value that is not text.
pub type Row = Vec<Option<String>>;

/// Most levels of a tree. Each level has at least twice as many pages as the one above.
const MAX_DEPTH: usize = 20;

/// The error for a damaged file.
const DAMAGED: &str = "it is a damaged SQLite database";

/// The rows of `table`. Empty if there is no such table.
///
/// # Errors
///
/// Why the database cannot be read.
pub fn rows(bytes: &[u8], table: &str) -> Result<Vec<Row>, &'static str> {
    let database = Database::of(bytes)?;
    let mut schema = Vec::new();
    database.walk(1, MAX_DEPTH, &mut database.pages(), &mut schema)?;
    let text = |value: Option<&Value>| value.and_then(|value| value.text.clone());
    let of_table = schema.iter().find(|row| {
        text(row.first()).as_deref() == Some("table") && text(row.get(1)).as_deref() == Some(table)
    });
    let Some(root) = of_table.and_then(|row| row.get(3)?.number) else {
        return Ok(Vec::new());
    };
    let mut rows = Vec::new();
    database.walk(root, MAX_DEPTH, &mut database.pages(), &mut rows)?;
    let texts = |row: Vec<Value>| row.into_iter().map(|value| value.text).collect();
    Ok(rows.into_iter().map(texts).collect())
}

struct Database<'a> {
    bytes: &'a [u8],
    page_size: usize,
    /// Bytes of a page that hold content.
    usable: usize,
}

/// A value of a row, if it is a type that is read.
#[derive(Default)]
struct Value {
    text: Option<String>,
    number: Option<usize>,
}

impl<'a> Database<'a> {
    fn of(bytes: &'a [u8]) -> Result<Self, &'static str> {
        if !bytes.starts_with(MAGIC) {
            return Err("it is no SQLite database");
        }
        let page_size = match number(bytes, 16, 2).ok_or(DAMAGED)? {
            1 => 65_536,
            size => size,
        };
        let reserved = number(bytes, 20, 1).ok_or(DAMAGED)?;
        // The encoding must be UTF-8 (1). The others are UTF-16.
        if number(bytes, 56, 4) != Some(1) {
            return Err("it is an SQLite database that is not in UTF-8");
        }
        if page_size < 512 || reserved > 255.min(page_size - 480) {
            return Err(DAMAGED);
        }
        Ok(Self { bytes, page_size, usable: page_size - reserved })
    }

    /// Number of pages. At most this many are read.
    fn pages(&self) -> usize {
        self.bytes.len() / self.page_size + 1
    }

    fn page(&self, index: usize) -> Result<&'a [u8], &'static str> {
        let start = index.checked_sub(1).and_then(|before| before.checked_mul(self.page_size));
        let start = start.ok_or(DAMAGED)?;
        self.bytes.get(start..start.saturating_add(self.page_size)).ok_or(DAMAGED)
    }

    /// The rows of the tree below a page.
    fn walk(
        &self,
        index: usize,
        depth: usize,
        left: &mut usize,
        rows: &mut Vec<Vec<Value>>,
    ) -> Result<(), &'static str> {
        *left = left.checked_sub(1).ok_or(DAMAGED)?;
        let page = self.page(index)?;
        let head = if index == 1 { 100 } else { 0 };
        let count = number(page, head + 3, 2).ok_or(DAMAGED)?;
        let cell = |at: usize, first: usize| number(page, first + 2 * at, 2).ok_or(DAMAGED);
        match page.get(head) {
            // A leaf of a table.
            Some(0x0d) => {
                for at in 0..count {
                    rows.push(self.row(page, cell(at, head + 8)?, left)?);
                }
                Ok(())
            }
            // An inner page of a table.
            Some(0x05) if depth > 0 => {
                for at in 0..count {
                    let child = number(page, cell(at, head + 12)?, 4).ok_or(DAMAGED)?;
                    self.walk(child, depth - 1, left, rows)?;
                }
                let last = number(page, head + 8, 4).ok_or(DAMAGED)?;
                self.walk(last, depth - 1, left, rows)
            }
            _ => Err(DAMAGED),
        }
    }

    fn row(&self, page: &[u8], at: usize, left: &mut usize) -> Result<Vec<Value>, &'static str> {
        let (size, at) = varint(page, at).ok_or(DAMAGED)?;
        let (_, at) = varint(page, at).ok_or(DAMAGED)?;
        if size > self.bytes.len() {
            return Err(DAMAGED);
        }
        let own = self.own(size);
        let mut payload = page.get(at..at + own).ok_or(DAMAGED)?.to_vec();
        let mut next = if own < size { number(page, at + own, 4).ok_or(DAMAGED)? } else { 0 };
        while payload.len() < size {
            *left = left.checked_sub(1).ok_or(DAMAGED)?;
            let page = self.page(next)?;
            let rest = (size - payload.len()).min(self.usable - 4);
            payload.extend(page.get(4..4 + rest).ok_or(DAMAGED)?);
            next = number(page, 0, 4).ok_or(DAMAGED)?;
        }
        values(&payload).ok_or(DAMAGED)
    }

    /// How many bytes of a payload of `size` bytes are in the leaf itself. The rest is on overflow
    /// pages.
    fn own(&self, size: usize) -> usize {
        let most = self.usable - 35;
        if size <= most {
            return size;
        }
        let least = (self.usable - 12) * 32 / 255 - 23;
        let fitting = least + (size - least) % (self.usable - 4);
        if fitting <= most { fitting } else { least }
    }
}

/// The values of a record.
fn values(record: &[u8]) -> Option<Vec<Value>> {
    let (head, mut at) = varint(record, 0)?;
    let mut body = head;
    let mut values = Vec::new();
    while at < head {
        let (kind, behind) = varint(record, at)?;
        at = behind;
        let width = match kind {
            0 | 8 | 9 => 0,
            1..=4 => kind,
            5 => 6,
            6 | 7 => 8,
            10 | 11 => return None,
            _ => (kind - 12) / 2,
        };
        let bytes = record.get(body..body.checked_add(width)?)?;
        let is_text = kind >= 13 && kind % 2 == 1;
        values.push(Value {
            text: is_text.then(|| String::from_utf8_lossy(bytes).into_owned()),
            number: match kind {
                1..=4 => number(bytes, 0, width),
                9 => Some(1),
                _ => None,
            },
        });
        body += width;
    }
    Some(values)
}

/// A big-endian number of `width` bytes.
fn number(bytes: &[u8], at: usize, width: usize) -> Option<usize> {
    let bytes = bytes.get(at..at.checked_add(width)?)?;
    Some(bytes.iter().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

/// A number of one to nine bytes, and what follows it.
fn varint(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let mut number = 0usize;
    for index in 0..8 {
        let byte = *bytes.get(at.checked_add(index)?)?;
        number = number << 7 | usize::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((number, at + index + 1));
        }
    }
    let byte = *bytes.get(at.checked_add(8)?)?;
    Some((number << 8 | usize::from(byte), at + 9))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by sqlite3: `CREATE TABLE keycache (issuer text, keys text)`, with a row whose second text is
    /// `keys` of this length.
    fn database(length: usize) -> Vec<u8> {
        let page = 512;
        let mut bytes = vec![0; 2 * page];
        bytes[..16].copy_from_slice(MAGIC);
        bytes[16..18].copy_from_slice(&[2, 0]);
        bytes[59] = 1;
        let mut leaf = |at: usize, head: usize, row: &[(u8, &[u8])], own: usize| {
            let kinds: Vec<u8> =
                row.iter().flat_map(|(kind, value)| kind_of(*kind, value)).collect();
            let mut record = vec![u8::try_from(kinds.len() + 1).unwrap()];
            record.extend(kinds);
            row.iter().for_each(|(_, value)| record.extend(*value));
            let size = record.len();
            let mut cell = vec![0x80 | u8::try_from(size >> 7).unwrap(), (size & 0x7f) as u8, 1];
            let own = own.min(size);
            cell.extend(&record[..own]);
            let rest = record[own..].to_vec();
            if own < size {
                cell.extend([0, 0, 0, 3]);
            }
            let start = page - cell.len();
            bytes[at + start..at + page].copy_from_slice(&cell);
            bytes[at + head] = 0x0d;
            bytes[at + head + 4] = 1;
            bytes[at + head + 8..at + head + 10]
                .copy_from_slice(&u16::try_from(start).unwrap().to_be_bytes());
            for chunk in rest.chunks(page - 4) {
                let next = u32::try_from(bytes.len() / page + 2).unwrap();
                bytes.extend(next.to_be_bytes());
                bytes.extend(chunk);
                bytes.resize(bytes.len().next_multiple_of(page), 0);
            }
        };
        let schema: &[(u8, &[u8])] =
            &[(13, b"table"), (13, b"keycache"), (13, b"keycache"), (1, &[2]), (13, b"CREATE")];
        leaf(0, 100, schema, 512);
        let text = vec![b'k'; length];
        let of = Database { bytes: &[], page_size: page, usable: page };
        let head = if length < 58 { 3 } else { 4 };
        let own = of.own(head + 9 + length);
        leaf(page, 0, &[(13, b"https://x"), (13, &text)], own);
        bytes
    }

    fn kind_of(kind: u8, value: &[u8]) -> Vec<u8> {
        match kind {
            13 if value.len() < 58 => vec![u8::try_from(13 + 2 * value.len()).unwrap()],
            13 => {
                let kind = 13 + 2 * value.len();
                vec![0x80 | u8::try_from(kind >> 7).unwrap(), (kind & 0x7f) as u8]
            }
            kind => vec![kind],
        }
    }

    #[test]
    fn rows_of_a_table() {
        for length in [0, 3, 57, 58, 400, 464, 465, 600, 1500, 4000] {
            let bytes = database(length);
            let rows = rows(&bytes, "keycache").unwrap();
            let keys = rows[0][1].clone().unwrap();
            assert_eq!((rows.len(), rows[0][0].as_deref()), (1, Some("https://x")), "{length}");
            assert_eq!(keys.len(), length);
            assert!(keys.bytes().all(|byte| byte == b'k'), "{length}");
        }
        assert!(rows(&database(3), "other").unwrap().is_empty());
    }

    #[test]
    fn whatever_is_changed_nothing_panics() {
        let bytes = database(600);
        for at in 0..bytes.len() {
            let _ = rows(&bytes[..at], "keycache");
            for value in [0, 5, 0xff] {
                let mut changed = bytes.clone();
                changed[at] = value;
                let _ = rows(&changed, "keycache");
            }
        }
        assert!(rows(b"SQLite format 2\0", "keycache").is_err());
    }
}
