#include "protocol/smpp/codec.h"

namespace parley::smpp {

namespace {

class CodecCategory final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "smpp"; }
    std::string message(int value) const override {
        switch (static_cast<errc>(value)) {
            case errc::command_length_too_short:
                return "command_length is below 16";
            case errc::command_length_too_long:
                return "command_length is above the maximum";
            case errc::unknown_command_id:
                return "unknown command_id";
            case errc::truncated:
                return "a field ends past the end of the PDU";
            case errc::unterminated:
                return "a C-octet string has no NUL";
            case errc::string_too_long:
                return "a C-octet string is too long";
            case errc::tlv_truncated:
                return "a TLV ends past the end of the PDU";
            case errc::trailing_octets:
                return "octets after the last field are no TLV";
            case errc::unknown_choice:
                return "a field that says what follows has an unknown value";
        }
        return "unknown codec error " + std::to_string(value);
    }
};

}  // namespace

const boost::system::error_category& codec_category() {
    static const CodecCategory category;
    return category;
}

boost::system::error_code make_error_code(errc code) {
    return {static_cast<int>(code), codec_category()};
}

std::string DecodeError::message(Command command) const {
    std::string text(name(command).empty() ? "pdu" : name(command));
    if (!field.empty()) text.append(".").append(field);
    text += ": ";
    if (code == errc::truncated || code == errc::tlv_truncated) {
        text += std::to_string(promised) + " octets promised, " + std::to_string(left) + " left";
    } else if (code == errc::unterminated) {
        text += "no NUL in the " + std::to_string(left) + " octets left";
    } else if (code == errc::string_too_long) {
        text += "no NUL within " + std::to_string(c_string_octets_read_max) + " octets";
    } else if (code == errc::trailing_octets) {
        text += std::to_string(left) + " octets left that are no TLV";
    } else if (code == errc::unknown_choice) {
        text += "the value " + std::to_string(promised) + " is unknown";
    } else {
        return text + code.message();
    }
    return text + ", at offset " + std::to_string(offset);
}

Status status_for(const boost::system::error_code& code) {
    if (!code) return Status::ESME_ROK;
    if (code.category() != codec_category()) return Status::ESME_RSYSERR;
    switch (static_cast<errc>(code.value())) {
        case errc::command_length_too_short:
        case errc::command_length_too_long:
            return Status::ESME_RINVCMDLEN;
        case errc::unknown_command_id:
            return Status::ESME_RINVCMDID;
        case errc::truncated:
        case errc::unterminated:
            return Status::ESME_RINVMSGLEN;
        case errc::string_too_long:
            return Status::ESME_RINVTLVLEN;  // SMPP 3.4 calls 0xC2 "invalid parameter length"
        case errc::tlv_truncated:
        case errc::trailing_octets:
            return Status::ESME_RINVTLVSTREAM;
        case errc::unknown_choice:
            return Status::ESME_RINVDESTFLAG;
    }
    return Status::ESME_RSYSERR;
}

void encode_header(std::string& out, Command command, Status command_status,
                   std::uint32_t sequence_number) {
    const std::size_t begin = out.size();
    out.resize(begin + header_octets);
    detail::put_header(out.data() + begin, header_octets, command, command_status, sequence_number);
}

namespace detail {

void Reader::note(errc code, std::string_view field, std::uint32_t promised) {
    if (error_.code) return;  // the first finding explains those after it
    error_.code = code;
    error_.field = field;
    error_.offset = header_octets + static_cast<std::uint32_t>(at_ - begin_);
    error_.promised = promised;
    error_.left = static_cast<std::uint32_t>(left());
}

void Reader::stop(errc code, std::string_view field, std::uint32_t promised) {
    note(code, field, promised);
    failed_ = true;
    end_ = at_;
}

void Reader::without_integer(std::string_view field, std::uint32_t octets) {
    if (response_ && at_ == end_) return;  // it may end before any of its fields
    stop(errc::truncated, field, octets);
}

void Reader::without_nul(std::string_view field, std::string_view& value) {
    value = {};
    if (failed_) return;
    if (at_ == end_) {
        if (!response_) stop(errc::truncated, field, 1);
        return;  // a response may end before any of its fields
    }
    if (left() >= c_string_octets_read_max) return stop(errc::string_too_long, field, 0);
    if (!response_ || !tolerate_tlvs_) return stop(errc::unterminated, field, 0);
    note(errc::unterminated, field, 0);
    value = {at_, left()};
    at_ = end_;
}

void Reader::read_tlvs(Tlvs& tlvs) {
    while (left() >= 4) {
        const auto tag = static_cast<Tag>(take<std::uint16_t>(at_));
        const auto octets = take<std::uint16_t>(at_ + 2);
        if (left() - 4 < octets) {
            note(errc::tlv_truncated, name(tag).empty() ? "tlv" : name(tag), octets);
            error_.left -= 4;  // what is left for the value
            failed_ = !tolerate_tlvs_;
            at_ = end_;
            return;
        }
        tlvs.add(tag, {at_ + 4, octets});
        at_ += 4 + octets;
    }
    if (at_ != end_) trailing_octets();
}

void Reader::trailing_octets() {
    note(errc::trailing_octets, "", 0);
    failed_ = failed_ || !tolerate_tlvs_;
    at_ = end_;
}

}  // namespace detail

}  // namespace parley::smpp
