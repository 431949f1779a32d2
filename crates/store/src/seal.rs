//! Sealing: what an item loses and what protects it before it enters the database.
//!
//! The author's name becomes a keyed pseudonym and the body is compressed and encrypted. This is pure
//! work on one item, so callers may run it on many threads before the one transaction that stores it.
//!
//! A sealed body is `flags (1) | nonce (24) | XChaCha20-Poly1305 (content)`. The item's identity and the
//! flags are authenticated with it, so a body moved to another row does not open.

use crate::{
    Error, Result,
    keys::{Key, Keys},
};
use chacha20poly1305::{AeadInOut, KeyInit, XChaCha20Poly1305, XNonce};
use model::{Author, RawItem};
use std::{cell::RefCell, io, sync::Arc};
use zstd::{
    bulk::{Compressor, Decompressor},
    zstd_safe,
};

/// The content is a zstd frame; without it, the content is stored as it was.
const COMPRESSED: u8 = 1;
/// The content begins with the item's address and title.
const WITH_HEAD: u8 = 2;
const NONCE: usize = 24;
/// Shorter content loses a few dozen bytes at best; building its tables costs more than everything else here.
const COMPRESSIBLE_BYTES_MIN: usize = 300;
/// Higher levels cost more time than they save space on bodies of this size.
const LEVEL: i32 = 1;

/// Prepares items for truth; cheap to clone and to share between threads.
#[derive(Clone)]
pub struct Sealer(Arc<Secrets>);

struct Secrets {
    cipher: XChaCha20Poly1305,
    pseudonym: Key,
    body_hash: Key,
}

/// An item ready to be stored: pseudonym instead of a name, sealed body.
#[derive(Clone, Debug)]
pub struct SealedItem {
    /// The item without its body and, for citizens' words, without address and title.
    pub(crate) item: RawItem,
    pub(crate) body_hash: [u8; 32],
    pub(crate) body: Option<Vec<u8>>,
}

impl Sealer {
    pub(crate) fn new(keys: &Keys) -> Self {
        Self(Arc::new(Secrets {
            cipher: XChaCha20Poly1305::new(&keys.seal.into()),
            pseudonym: keys.pseudonym,
            body_hash: blake3::derive_key("pesut 2026 hash of a body", &keys.seal),
        }))
    }

    /// Replaces the author's name by its pseudonym, compresses and seals the body.
    pub fn seal(&self, mut item: RawItem) -> Result<SealedItem> {
        item.author = item.author.take().and_then(|author| self.pseudonym(&item, author));
        let mut body = std::mem::take(&mut item.body);
        let body_hash = self.body_hash(&body);

        let mut flags = 0;
        // The address of a citizen's post usually holds the account's name, so it may not stay in the clear.
        if item.kind.is_public_voice() && (item.url.is_some() || item.title.is_some()) {
            flags |= WITH_HEAD;
            body = with_head(item.url.take(), item.title.take(), &body);
        }
        let body = match body.is_empty() {
            true => None,
            false => Some(self.encrypt(&item, flags, &body)?),
        };
        Ok(SealedItem { item, body_hash, body })
    }

    /// Opens what [`Self::seal`] closed; `None` where the bytes are not what was written.
    pub(crate) fn open(&self, sealed: SealedItem) -> Option<RawItem> {
        let mut item = sealed.item;
        if let Some(body) = sealed.body {
            let (flags, content) = self.decrypt(&item, body)?;
            item.body = content;
            if flags & WITH_HEAD != 0 {
                let mut rest = item.body.as_slice();
                item.url = take_text(&mut rest)?;
                item.title = take_text(&mut rest)?;
                item.body = rest.to_vec();
            }
        }
        (self.body_hash(&item.body) == sealed.body_hash).then_some(item)
    }

    /// A keyed hash: who has only the database can neither read the name nor test a guess.
    fn pseudonym(&self, item: &RawItem, author: Author) -> Option<Author> {
        let name = match author {
            Author::Name(name) => name,
            known @ Author::Pseudonym(_) => return Some(known),
        };
        let name = name.trim();
        if name.is_empty() {
            return None;
        }
        let mut hasher = blake3::Hasher::new_keyed(&self.0.pseudonym);
        hasher.update(&identity([item.source.as_str(), name]));
        Some(Author::Pseudonym(hasher.finalize().to_hex()[..32].to_owned()))
    }

    fn body_hash(&self, body: &[u8]) -> [u8; 32] {
        *blake3::keyed_hash(&self.0.body_hash, body).as_bytes()
    }

    fn encrypt(&self, item: &RawItem, mut flags: u8, content: &[u8]) -> Result<Vec<u8>> {
        let failed =
            |reason: String| Error::Seal { source_name: item.source.to_string(), id: item.id.to_string(), reason };
        let compressed = compress(content).map_err(|error| failed(error.to_string()))?;
        let content = match &compressed {
            Some(compressed) => {
                flags |= COMPRESSED;
                compressed
            }
            None => content,
        };
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(Error::Random)?;
        let mut sealed = Vec::with_capacity(1 + NONCE + content.len() + 16);
        sealed.push(flags);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(content);
        let tag = self
            .0
            .cipher
            .encrypt_inout_detached(&XNonce::from(nonce), &associated(item, flags), (&mut sealed[1 + NONCE..]).into())
            .map_err(|error| failed(error.to_string()))?;
        sealed.extend_from_slice(&tag);
        Ok(sealed)
    }

    fn decrypt(&self, item: &RawItem, mut body: Vec<u8>) -> Option<(u8, Vec<u8>)> {
        if body.len() < 1 + NONCE {
            return None;
        }
        let mut content = body.split_off(1 + NONCE);
        let flags = body[0];
        let nonce = XNonce::try_from(&body[1..]).ok()?;
        self.0.cipher.decrypt_in_place(&nonce, &associated(item, flags), &mut content).ok()?;
        if flags & COMPRESSED != 0 {
            // The frame is authenticated: its size is what was compressed, not what somebody claims.
            let bytes = zstd_safe::get_frame_content_size(&content).ok()??;
            content = decompress(&content, usize::try_from(bytes).ok()?)?;
        }
        Some((flags, content))
    }
}

thread_local! {
    // Setting these up costs more than a short text does with them.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// `None` where the content is not smaller for it.
fn compress(content: &[u8]) -> io::Result<Option<Vec<u8>>> {
    if content.len() < COMPRESSIBLE_BYTES_MIN {
        return Ok(None);
    }
    let compressed = COMPRESSOR.with_borrow_mut(|slot| match slot {
        Some(compressor) => compressor.compress(content),
        None => slot.insert(Compressor::new(LEVEL)?).compress(content),
    })?;
    Ok((compressed.len() < content.len()).then_some(compressed))
}

fn decompress(content: &[u8], bytes: usize) -> Option<Vec<u8>> {
    DECOMPRESSOR.with_borrow_mut(|slot| match slot {
        Some(decompressor) => decompressor.decompress(content, bytes).ok(),
        None => slot.insert(Decompressor::new().ok()?).decompress(content, bytes).ok(),
    })
}

fn associated(item: &RawItem, flags: u8) -> Vec<u8> {
    let mut bytes = identity([item.source.as_str(), item.id.as_str(), &item.revision]);
    bytes.push(flags);
    bytes
}

/// Joins texts so that no two lists of texts give the same bytes.
fn identity<const N: usize>(parts: [&str; N]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(parts.iter().map(|part| part.len() + 8).sum());
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes
}

fn with_head(url: Option<String>, title: Option<String>, body: &[u8]) -> Vec<u8> {
    let mut content = Vec::with_capacity(body.len() + 128);
    for text in [url, title] {
        // Absent is written as the largest length, so that it differs from empty.
        let bytes = text.as_ref().map_or(u32::MAX, |text| text.len() as u32);
        content.extend_from_slice(&bytes.to_le_bytes());
        content.extend_from_slice(text.unwrap_or_default().as_bytes());
    }
    content.extend_from_slice(body);
    content
}

fn take_text(content: &mut &[u8]) -> Option<Option<String>> {
    let (bytes, rest) = content.split_first_chunk()?;
    let bytes = u32::from_le_bytes(*bytes);
    if bytes == u32::MAX {
        *content = rest;
        return Some(None);
    }
    let (text, rest) = rest.split_at_checked(bytes as usize)?;
    *content = rest;
    Some(Some(String::from_utf8(text.to_vec()).ok()?))
}
