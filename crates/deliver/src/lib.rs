//! Files and recipients to receipts: mail, messengers, folders.
//!
//! Invariant: a message leaves under one name (`Message::id` and the recipient) however often it is tried, and what the
//! other side answered is in the receipt or in the fault. Who gets what is decided elsewhere; so is the ledger that
//! keeps it ([`Ledger`]).

mod message;

mod channel;

mod dispatch;

mod http;

mod smtp;

mod telegram;

mod telegram_text;

mod webhook;

mod whatsapp;

mod papers;

mod folder;

mod print;

mod sftp;

pub use channel::{BuildContext, Channel, ChannelKind, Fault, Receipt};
pub use dispatch::{DispatchOptions, Dispatched, Ledger, dispatch};
pub use message::{File, Message};

/// Every way out; its name stands as `kind` in a `[[deliver]]` entry.
pub const CHANNELS: &[ChannelKind] = &[
    // One a line, so that two people may add one.
    smtp::KIND,
    telegram::KIND,
    webhook::KIND,
    whatsapp::KIND,
    folder::KIND,
    sftp::KIND,
    print::KIND,
];
