//! Single changes of DER, at every node of its tree; each has its number, so a run is always the
//! same one.

// Each test binary takes what it needs and none exports anything.
#![allow(dead_code, unreachable_pub)]

use crate::forge::der;

/// An element with what is in it: elements, also where an OCTET STRING holds one, or bytes.
#[derive(Clone)]
struct Node {
    tag: u8,
    content: Vec<u8>,
    inside: Vec<Node>,
}

impl Node {
    fn read(tag: u8, content: &[u8]) -> Self {
        // An OCTET STRING may hold an element too, or a SEQUENCE what is none.
        let holds = tag & 0x20 != 0 || tag == 0x04 && content.first() == Some(&0x30);
        let inside = parts(content).filter(|_| holds).unwrap_or_default();
        let inside = inside.into_iter().map(|(tag, content)| Self::read(tag, content)).collect();
        Self { tag, content: content.to_vec(), inside }
    }
}

/// The elements that `content` is made of, if it is of whole ones in the shortest form.
fn parts(content: &[u8]) -> Option<Vec<(u8, &[u8])>> {
    let (mut rest, mut found) = (content, Vec::new());
    while let [tag, first, after @ ..] = rest {
        let digits = if *first < 0x80 { 0 } else { usize::from(first & 0x7f) };
        let length = match digits {
            0 => usize::from(*first),
            1..=3 => after.get(..digits)?.iter().fold(0, |sum, b| sum << 8 | usize::from(*b)),
            _ => return None,
        };
        let inner = after.get(digits..)?.get(..length)?;
        let whole = der::tlv(*tag, inner);
        rest = rest.strip_prefix(whole.as_slice())?;
        found.push((*tag, inner));
    }
    rest.is_empty().then_some(found)
}

/// Every change of the one element `tbs`, and its description.
pub fn changes(tbs: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut out = Vec::new();
    let Some(&[(tag, content)]) = parts(tbs).as_deref() else { return out };
    at_node(&Node::read(tag, content), "", &|changed| changed.to_vec(), &mut out);
    out
}

/// `around` gives the whole for what stands in the place of this node.
fn at_node(
    node: &Node,
    path: &str,
    around: &dyn Fn(&[u8]) -> Vec<u8>,
    out: &mut Vec<(String, Vec<u8>)>,
) {
    let whole = der::tlv(node.tag, &node.content);
    let path = format!("{path}/{:02x}", node.tag);
    let mut add = |what: &str, bytes: &[u8]| {
        if bytes != whole {
            out.push((format!("{path} {what}"), around(bytes)));
        }
    };
    let content = node.content.as_slice();
    for tag in TAGS.iter().copied().chain([node.tag ^ 0x20, node.tag ^ 0x80, node.tag ^ 0x40]) {
        add(&format!("as {tag:02x}"), &der::tlv(tag, content));
    }
    add("removed", &[]);
    add("twice", &whole.repeat(2));
    add("NULL before", &[&der::null(), whole.as_slice()].concat());
    add("NULL behind", &[whole.as_slice(), &der::null()].concat());
    add("00 behind", &[whole.as_slice(), &[0]].concat());
    for (what, changed) in [
        ("empty", Vec::new()),
        ("00 in front", [&[0], content].concat()),
        ("ff in front", [&[0xff], content].concat()),
        ("00 at its end", [content, &[0]].concat()),
        ("80 at its end", [content, &[0x80]].concat()),
        ("NULL at its end", [content, &der::null()].concat()),
        (
            "without its last byte",
            content.split_last().map_or(Vec::new(), |(_, rest)| rest.to_vec()),
        ),
        ("without its first byte", content.get(1..).unwrap_or_default().to_vec()),
        ("first bit flipped", flipped(content, 0, 0x80)),
        ("last high bit flipped", flipped(content, content.len().wrapping_sub(1), 0x80)),
        ("last low bit flipped", flipped(content, content.len().wrapping_sub(1), 1)),
        ("a byte of ff within", flipped(content, content.len() / 2, 0xff)),
    ] {
        add(what, &der::tlv(node.tag, &changed));
    }
    let length = u8::try_from(content.len()).unwrap_or(0xff);
    add("long length", &[&[node.tag, 0x81, length], content].concat());
    add("longer length", &[&[node.tag, 0x82, 0, length], content].concat());
    add("indefinite length", &[&[node.tag, 0x80], content, &[0, 0]].concat());
    if (2..0x7f).contains(&content.len()) {
        add("length more", &[&[node.tag, length + 1], content].concat());
        add("length less", &[&[node.tag, length - 1], content].concat());
    }
    let children: Vec<Vec<u8>> =
        node.inside.iter().map(|child| der::tlv(child.tag, &child.content)).collect();
    for at in 1..children.len() {
        let mut other = children.clone();
        other.swap(at - 1, at);
        add(&format!("children {at} and before swapped"), &der::tlv(node.tag, &other.concat()));
    }
    for (at, child) in node.inside.iter().enumerate() {
        let inner = |changed: &[u8]| {
            let mut parts = children.clone();
            parts[at] = changed.to_vec();
            around(&der::tlv(node.tag, &parts.concat()))
        };
        at_node(child, &format!("{path}[{at}]"), &inner, out);
    }
}

fn flipped(content: &[u8], at: usize, bits: u8) -> Vec<u8> {
    let mut copy = content.to_vec();
    if let Some(byte) = copy.get_mut(at) {
        *byte ^= bits;
    }
    copy
}

/// Types that another may be taken for.
const TAGS: &[u8] = &[
    0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0a, 0x0c, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1a, 0x1c, 0x1e,
    0x30, 0x31, 0x80, 0xa0,
];
