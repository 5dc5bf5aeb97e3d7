#pragma once
// Texts with a form: addresses, senders, names. Lexical only, since config knows nobody; what a
// number means is protocol/smpp/address's matter, and agrees with this.

#include "config/setting.h"

#include <string>
#include <string_view>

namespace parley::config {

/// The normal form in `normalised`. Returns what is wrong, to be said after the text ("is not …:
/// expected …"), or nothing.
std::string read_shape(std::string_view text, Shape shape, std::string& normalised);
/// What is expected, in a few words.
std::string_view shape_help(Shape shape);

}  // namespace parley::config
