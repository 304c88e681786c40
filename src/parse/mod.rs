//! Bytes to types, each type beside its parser.

mod asn1;
pub mod bearer;
pub mod ca_dir;
pub mod cert;
pub mod condor;
pub mod critical;
pub mod crl;
mod der;
pub mod distance;
pub mod exchange;
pub mod file;
pub mod host_name;
pub mod idtoken;
pub mod info;
pub mod json;
pub mod jws;
pub mod key;
pub mod lsc;
pub mod name;
pub mod oid;
pub mod pem;
pub mod policy;
pub mod proxy;
pub mod shape;
pub mod token;
pub mod value;
pub mod voms;
