#pragma once
// What an operator gives a command to read: files of hexadecimal text, captures, digits, standard
// input.

#include "tools/parley/pdu_source.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace parley::tools {

struct InputListener {
    HearPdu hear;
    std::function<void(const std::string&)> note;      // what was left out
    std::function<void(const std::string&)> complain;  // what could not be read, and where
};

/// Reads them all, one after the other; none, or "-", is standard input. Ports: as for
/// read_capture_pdus(). SeenPdu::input tells which one a PDU is of. False after a complaint.
bool read_inputs(const std::vector<std::string>& inputs, const std::vector<std::uint16_t>& ports,
                 const InputListener& listener);

}  // namespace parley::tools
