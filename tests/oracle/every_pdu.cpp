// Writes every PDU for an oracle that is another program: `every_pdu hex` a line of digits each,
// `every_pdu pcap` a capture with one in each TCP segment, from port 40000 to 2775.

#include "tests/oracle/every_pdu.h"

#include "protocol/smpp/hex.h"
#include "tests/support/capture_writer.h"

#include <iostream>

namespace {

std::string capture_of(const std::vector<std::string>& pdus) {
    using parley::test::CaptureWriter;
    const CaptureWriter::Peer esme{std::string("\x0A\0\0\x01", 4), 40000};
    const CaptureWriter::Peer smsc{std::string("\x0A\0\0\x02", 4), 2775};
    CaptureWriter capture;
    std::int64_t time_ns = 1'767'268'800'000'000'000;
    std::uint32_t sequence = 1;
    capture.tcp(time_ns, esme, smsc, 0, CaptureWriter::syn, "");
    for (const auto& pdu : pdus) {
        time_ns += 1'000'000;
        capture.tcp(time_ns, esme, smsc, sequence, CaptureWriter::ack, pdu);
        sequence += static_cast<std::uint32_t>(pdu.size());
    }
    return capture.octets();
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view form = argc == 2 ? argv[1] : "";
    const auto pdus = parley::oracle::every_pdu();
    if (form == "hex") {
        for (const auto& pdu : pdus)
            std::cout << parley::smpp::to_hex(pdu) << "\n";
    } else if (form == "pcap") {
        std::cout << capture_of(pdus);
    } else {
        std::cerr << "usage: every_pdu hex|pcap\n";
        return 2;
    }
    return std::cout.flush() ? 0 : 1;
}
