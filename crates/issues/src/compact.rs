//! Compact bytes of plain data that is derived and can be made anew: no names of fields, numbers as short as they are.

use postcard::ser_flavors::Flavor;
use serde::{Serialize, de::DeserializeOwned};

/// The bytes of a value.
pub fn encoded(value: &impl Serialize) -> Vec<u8> {
    postcard::serialize_with_flavor(value, Bytes(Vec::new())).expect("plain data can be written to memory")
}

/// The value of these bytes; nothing where they are not what was written.
pub fn decoded<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    postcard::from_bytes(bytes).ok()
}

/// Bytes that grow. The library brings the same behind a feature for which half the program would be built anew.
struct Bytes(Vec<u8>);

impl Flavor for Bytes {
    type Output = Vec<u8>;

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<Vec<u8>> {
        Ok(self.0)
    }
}
