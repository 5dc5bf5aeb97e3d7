#pragma once
// Whose number is whose: numbers that were ported and ranges that were given out, to the names of
// operators. Read from text once, then never changed: a newer one takes its place whole. Some six
// octets a row, so that a country's ported numbers fit. No file, no clock.

#include "engine/carrier/digits.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

namespace parley::carrier {

class OperatorTable {
public:
    struct Found {
        std::string_view name;   // of the operator, a view into the table; empty: none
        std::size_t digits = 0;  // of the row that names it
    };
    /// The row with the most digits that the number begins with. "+" and digits; for anything else
    /// nothing is found.
    Found find(std::string_view number) const;

    std::size_t rows() const;
    std::size_t operators() const { return names_.size(); }
    /// In memory.
    std::size_t octets() const;

private:
    friend class OperatorTableReader;
    /// Rows of one number of digits, in order. Their values, taken as whole numbers, are cut in
    /// two: rows with the same high part lie side by side and keep only the low one.
    struct Rows {
        std::vector<std::uint32_t> highs;   // each once
        std::vector<std::uint32_t> firsts;  // of its rows
        std::vector<std::uint32_t> lows;
        std::vector<std::uint16_t> operators;

        std::optional<std::uint16_t> find(std::uint64_t value) const;
    };
    std::array<Rows, Digits::count_max + 1> rows_;  // by number of digits
    std::vector<std::string> names_;
};

/// Takes lines of "+15551234567,name": comma separated, in any order, with blank lines and #
/// comments; the + may be left out. All or nothing: the first fault ends it.
class OperatorTableReader {
public:
    struct Complaint {
        std::uint32_t line = 0;    // from 1
        std::uint32_t column = 0;  // in octets, from 1
        std::string text;
    };
    static constexpr std::size_t name_max = 64;  // octets
    static constexpr std::size_t line_max = 1'024;

    /// The next piece of the text, cut anywhere.
    void feed(std::string_view octets);
    /// After the last piece. Empty after a complaint.
    std::optional<OperatorTable> finish();
    const std::optional<Complaint>& complaint() const { return complaint_; }

private:
    struct Row {
        std::uint64_t value;
        std::uint32_t line;
        std::uint16_t operator_index;
    };
    void take_line(std::string_view line);
    void take_row(std::string_view line, std::size_t comma);
    std::optional<std::uint16_t> index_of(std::string_view name);
    bool complain(std::size_t column, std::string text);
    bool sort(std::vector<Row>& rows);
    static OperatorTable::Rows pack(const std::vector<Row>& rows);

    std::array<std::vector<Row>, Digits::count_max + 1> rows_;
    std::vector<std::string> names_;
    boost::unordered_flat_map<std::string, std::uint16_t> indexes_;
    std::string last_name_;  // lines of one operator often stand together
    std::uint16_t last_index_ = 0;
    std::string unfinished_;  // the beginning of a line
    std::uint32_t line_ = 0;
    std::optional<Complaint> complaint_;
};

}  // namespace parley::carrier
