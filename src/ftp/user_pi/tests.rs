//! Exact conversations, without a socket.
