//! `model.safetensors`: tensors by name, read one at a time.
//!
//! The format is eight bytes of length, a JSON header, and the values (<https://github.com/huggingface/safetensors>).
//! The crate of that name wants the whole file in memory beside the values made of it; half a gigabyte twice is too much
//! for an office PC, so the header is read here and each tensor where it lies.

use crate::error::OpenError;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

const HEADER_BYTES_MAX: u64 = 16 << 20;

/// The tensors of one file, not yet read.
pub(crate) struct Tensors {
    path: PathBuf,
    file: File,
    entries: BTreeMap<String, Entry>,
    data_start: u64,
}

#[derive(Deserialize)]
struct Entry {
    dtype: Type,
    shape: Vec<usize>,
    data_offsets: (u64, u64),
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
enum Type {
    F32,
    F16,
    BF16,
    #[serde(other)]
    Other,
}

impl Type {
    fn bytes(self) -> u64 {
        if self == Self::F32 { 4 } else { 2 }
    }
}

impl Tensors {
    pub(crate) fn open(folder: &Path) -> Result<Self, OpenError> {
        let path = folder.join("model.safetensors");
        let mut file = File::open(&path).map_err(|source| {
            let others = ["pytorch_model.bin", "model.onnx", "model.safetensors.index.json", "tf_model.h5"];
            let hint = match others.iter().any(|name| folder.join(name).exists()) {
                true => "; save the model as one model.safetensors: save_pretrained(folder, safe_serialization=True)",
                false => "",
            };
            OpenError::Read { path: path.clone(), hint, source }
        })?;
        let bytes = file.metadata().map_err(|error| OpenError::read(&path, error))?.len();
        let mut length = [0; 8];
        file.read_exact(&mut length).map_err(|error| OpenError::read(&path, error))?;
        let length = u64::from_le_bytes(length);
        if length > HEADER_BYTES_MAX.min(bytes.saturating_sub(8)) {
            return Err(OpenError::wrong(&path, format!("is no safetensors file: a header of {length} bytes")));
        }
        let mut header = vec![0; length as usize];
        file.read_exact(&mut header).map_err(|error| OpenError::read(&path, error))?;
        let json = |source| OpenError::Json { path: path.clone(), source };
        let mut header: BTreeMap<String, serde_json::Value> = serde_json::from_slice(&header).map_err(json)?;
        header.remove("__metadata__");
        let entries = header.into_iter().map(|(name, entry)| Ok((name, serde_json::from_value(entry).map_err(json)?)));
        let entries: BTreeMap<String, Entry> = entries.collect::<Result<_, _>>()?;
        let data_start = 8 + length;
        for (name, entry) in &entries {
            let (start, end) = entry.data_offsets;
            if start > end || end > bytes - data_start {
                return Err(OpenError::wrong(&path, format!("tensor {name} lies outside the file; was it cut off?")));
            }
        }
        Ok(Self { path, file, entries, data_start })
    }

    /// Refuses a tensor that is missing or unlike what the configuration says.
    pub(crate) fn check(&self, name: &str, shape: &[usize]) -> Result<(), OpenError> {
        let wrong = |reason: String| Err(OpenError::wrong(&self.path, reason));
        let Some(entry) = self.find(name) else {
            let hint = match name.starts_with("classifier") {
                true => "; a model for sentiment must first be trained for it (BertForSequenceClassification)",
                false => "",
            };
            return wrong(format!("has no tensor {name}{hint}"));
        };
        if entry.shape != shape {
            return wrong(format!("tensor {name} has the shape {:?}; by config.json it is {shape:?}", entry.shape));
        }
        if entry.dtype == Type::Other {
            return wrong(format!("tensor {name} is of an unknown type; known: F32, F16, BF16"));
        }
        let bytes = shape.iter().product::<usize>() as u64 * entry.dtype.bytes();
        if entry.data_offsets.1 - entry.data_offsets.0 != bytes {
            return wrong(format!("tensor {name} does not have the {bytes} bytes of its shape"));
        }
        Ok(())
    }

    /// The values of a tensor that was checked, row by row.
    pub(crate) fn read(&self, name: &str) -> Result<Vec<f32>, OpenError> {
        let entry = self.find(name).ok_or_else(|| OpenError::wrong(&self.path, format!("has no tensor {name}")))?;
        let (start, end) = entry.data_offsets;
        let mut bytes = vec![0; (end - start) as usize];
        let mut file = &self.file;
        file.seek(SeekFrom::Start(self.data_start + start))
            .and_then(|_| file.read_exact(&mut bytes))
            .map_err(|error| OpenError::read(&self.path, error))?;
        let halves = || bytes.as_chunks::<2>().0.iter().map(|&pair| u16::from_le_bytes(pair));
        let values: Vec<f32> = match entry.dtype {
            Type::F32 => bytes.as_chunks::<4>().0.iter().map(|&four| f32::from_le_bytes(four)).collect(),
            Type::F16 => halves().map(half).collect(),
            Type::BF16 => halves().map(|upper| f32::from_bits(u32::from(upper) << 16)).collect(),
            Type::Other => Vec::new(),
        };
        match values.iter().all(|value| value.is_finite()) {
            true => Ok(values),
            false => Err(OpenError::wrong(&self.path, format!("tensor {name} holds values that are no numbers"))),
        }
    }

    /// Models converted from the first TensorFlow release call the parts of a normalisation gamma and beta.
    fn find(&self, name: &str) -> Option<&Entry> {
        self.entries.get(name).or_else(|| {
            let (front, part) = name.rsplit_once("LayerNorm.")?;
            let old = if part == "weight" { "gamma" } else { "beta" };
            self.entries.get(&format!("{front}LayerNorm.{old}"))
        })
    }
}

/// A half-precision number (IEEE 754 binary16), exactly.
fn half(bits: u16) -> f32 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f32::from(bits & 0x3ff));
    match exponent {
        0 => sign * fraction * 2f32.powi(-24),
        31 if fraction == 0.0 => sign * f32::INFINITY,
        31 => f32::NAN,
        _ => sign * (1024.0 + fraction) * 2f32.powi(exponent - 25),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_exact() {
        for (bits, value) in [
            (0x0000, 0.0),
            (0x0001, 5.960_464_5e-8),
            (0x0400, 6.103_515_6e-5),
            (0x3555, 0.333_251_95),
            (0xc000, -2.0),
            (0x7bff, 65_504.0),
        ] {
            assert_eq!(half(bits), value, "{bits:#06x}");
        }
        assert!(half(0x7c00).is_infinite() && half(0x7e00).is_nan());
    }
}
