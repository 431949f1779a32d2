//! The open list of faults; adding one is an entry in one of these files.

mod connection;

mod contents;

mod encodings;

mod endless;

mod heads;

mod lengths;

mod redirects;

mod status;

use crate::Fault;

/// Every fault that there is.
pub fn faults() -> Vec<Fault> {
    [
        status::FAULTS,
        redirects::FAULTS,
        contents::FAULTS,
        encodings::FAULTS,
        lengths::FAULTS,
        heads::FAULTS,
        connection::FAULTS,
        endless::FAULTS,
    ]
    .concat()
}

/// A fault by its name.
pub fn fault(name: &str) -> Option<Fault> {
    faults().into_iter().find(|fault| fault.name == name)
}
