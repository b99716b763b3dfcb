//! What the integration tests share: a gateway, FTP servers scripted and real, an archive.

#![allow(dead_code, reason = "each test file uses its own part")]

pub mod archive;
pub mod ftpd;
pub mod gateway;
pub mod left_out;
pub mod real;
