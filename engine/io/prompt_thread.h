#pragma once
// Asks the kernel to let a thread run soon after it wakes.

namespace parley::io {

/// For the calling thread, which works little at a time and is waited for by others: a short slice
/// of processor time, so that it displaces whoever computes at length instead of waiting for the
/// end of theirs. It gets no more time in all. Linux from 6.12 on heeds it; an older one, or one
/// that refuses, goes on as before.
void ask_for_promptness();

}  // namespace parley::io
