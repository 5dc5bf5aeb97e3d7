#include "engine/carrier/operator_table.h"

#include <algorithm>
#include <limits>

namespace parley::carrier {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

constexpr std::array<std::uint64_t, Digits::count_max + 1> powers = [] {
    std::array<std::uint64_t, Digits::count_max + 1> list{};
    std::uint64_t power = 1;
    for (std::uint64_t& each : list) {
        each = power;
        power *= 10;
    }
    return list;
}();

struct Number {
    std::uint64_t value = 0;
    std::size_t digits = 0;
};

/// Empty when it is not 1 to 15 digits.
std::optional<Number> read_number(std::string_view digits) {
    if (digits.empty() || digits.size() > Digits::count_max) return std::nullopt;
    Number number{.digits = digits.size()};
    for (const char c : digits) {
        if (c < '0' || c > '9') return std::nullopt;
        number.value = number.value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return number;
}

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    return text;
}

std::string quoted(std::string_view text) {
    constexpr std::size_t shown_max = 40;
    std::string shown("'");
    for (const char c : text.substr(0, shown_max))
        shown += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    return shown + (text.size() > shown_max ? "…'" : "'");
}

template <typename Value>
std::size_t octets_of(const std::vector<Value>& list) {
    return list.capacity() * sizeof(Value);
}

}  // namespace

// ---- Asking
// --------------------------------------------------------------------------------------

std::optional<std::uint16_t> OperatorTable::Rows::find(std::uint64_t value) const {
    const auto high = static_cast<std::uint32_t>(value >> 32U);
    const auto low = static_cast<std::uint32_t>(value);
    const auto found = std::lower_bound(highs.begin(), highs.end(), high);
    if (found == highs.end() || *found != high) return std::nullopt;
    const auto place = static_cast<std::size_t>(found - highs.begin());
    const std::size_t end = place + 1 < firsts.size() ? firsts[place + 1] : lows.size();
    const auto from = lows.begin() + firsts[place];
    const auto to = lows.begin() + static_cast<std::ptrdiff_t>(end);
    const auto row = std::lower_bound(from, to, low);
    if (row == to || *row != low) return std::nullopt;
    return operators[static_cast<std::size_t>(row - lows.begin())];
}

OperatorTable::Found OperatorTable::find(std::string_view number) const {
    if (!number.starts_with('+')) return {};
    const auto whole = read_number(number.substr(1));
    if (!whole) return {};
    for (std::size_t digits = whole->digits; digits > 0; --digits) {
        const Rows& rows = rows_[digits];
        if (rows.lows.empty()) continue;
        if (const auto found = rows.find(whole->value / powers[whole->digits - digits]))
            return {names_[*found], digits};
    }
    return {};
}

std::size_t OperatorTable::rows() const {
    std::size_t count = 0;
    for (const Rows& rows : rows_)
        count += rows.lows.size();
    return count;
}

std::size_t OperatorTable::octets() const {
    std::size_t octets = sizeof *this + octets_of(names_);
    for (const Rows& rows : rows_)
        octets += octets_of(rows.highs) + octets_of(rows.firsts) + octets_of(rows.lows) +
                  octets_of(rows.operators);
    for (const std::string& name : names_)
        octets += name.capacity();
    return octets;
}

// ---- Reading
// -------------------------------------------------------------------------------------

bool OperatorTableReader::complain(std::size_t column, std::string text) {
    if (!complaint_) complaint_ = {line_, static_cast<std::uint32_t>(column + 1), std::move(text)};
    return false;
}

void OperatorTableReader::feed(std::string_view octets) {
    while (!complaint_ && !octets.empty()) {
        const auto end = octets.find('\n');
        const std::string_view part = octets.substr(0, end);
        if (unfinished_.size() + part.size() > line_max) {
            ++line_;
            complain(line_max, "the line is longer than " + std::to_string(line_max) +
                                   " octets: expected number,operator");
            return;
        }
        if (end == std::string_view::npos) {
            unfinished_.append(part);
            return;
        }
        if (unfinished_.empty()) {
            take_line(part);
        } else {
            unfinished_.append(part);
            take_line(unfinished_);
            unfinished_.clear();
        }
        octets.remove_prefix(end + 1);
    }
}

void OperatorTableReader::take_line(std::string_view line) {
    ++line_;
    if (line_ == std::numeric_limits<std::uint32_t>::max()) {
        complain(0, "has too many lines");
        return;
    }
    if (line_ == 1 && line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::string_view text = trimmed(line);
    if (text.empty() || text.starts_with('#')) return;
    const auto comma = line.find(',');
    if (comma == std::string_view::npos) {
        complain(line.size(), "the operator is missing: expected number,operator");
        return;
    }
    take_row(line, comma);
}

void OperatorTableReader::take_row(std::string_view line, std::size_t comma) {
    const auto column = [&](std::string_view part) {
        return static_cast<std::size_t>(part.data() - line.data());
    };
    const std::string_view digits = trimmed(line.substr(0, comma));
    const std::string_view bare = digits.substr(digits.starts_with('+') ? 1 : 0);
    const auto number = read_number(bare);
    if (!number || bare.front() == '0') {
        complain(digits.empty() ? 0 : column(digits),
                 quoted(digits) +
                     " is no number and no beginning of one: expected '+' and 1 … 15 "
                     "digits, the first not 0");
        return;
    }
    const std::string_view name = trimmed(line.substr(comma + 1));
    if (const auto more = name.find(','); more != std::string_view::npos) {
        complain(column(name) + more, "a third column: expected number,operator");
        return;
    }
    if (name.empty() || name.size() > name_max || name.find('"') != std::string_view::npos) {
        complain(name.empty() ? comma + 1 : column(name),
                 quoted(name) + " is no name of an operator: expected 1 … " +
                     std::to_string(name_max) + " octets without quotes");
        return;
    }
    const auto index = index_of(name);
    if (!index) {
        complain(column(name), "has too many operators: expected up to 65535");
        return;
    }
    rows_[number->digits].push_back({number->value, line_, *index});
}

std::optional<std::uint16_t> OperatorTableReader::index_of(std::string_view name) {
    if (!names_.empty() && name == last_name_) return last_index_;
    last_name_ = name;
    const auto [found, is_new] = indexes_.try_emplace(last_name_, 0);
    if (is_new) {
        if (names_.size() == std::numeric_limits<std::uint16_t>::max()) return std::nullopt;
        found->second = static_cast<std::uint16_t>(names_.size());
        names_.push_back(last_name_);
    }
    return last_index_ = found->second;
}

/// And leaves out what is said twice. Complains of what is said in two ways.
bool OperatorTableReader::sort(std::vector<Row>& rows) {
    const auto before = [](const Row& left, const Row& right) {
        return left.value != right.value ? left.value < right.value : left.line < right.line;
    };
    if (!std::ranges::is_sorted(rows, before)) std::ranges::sort(rows, before);
    for (std::size_t i = 1; i < rows.size(); ++i) {
        if (rows[i].value != rows[i - 1].value ||
            rows[i].operator_index == rows[i - 1].operator_index)
            continue;
        line_ = rows[i].line;
        return complain(0, "the same number belongs to " + quoted(names_[rows[i].operator_index]) +
                               " here and to " + quoted(names_[rows[i - 1].operator_index]) +
                               " in line " + std::to_string(rows[i - 1].line));
    }
    const auto same = [](const Row& left, const Row& right) { return left.value == right.value; };
    rows.erase(std::unique(rows.begin(), rows.end(), same), rows.end());
    return true;
}

OperatorTable::Rows OperatorTableReader::pack(const std::vector<Row>& rows) {
    OperatorTable::Rows packed;
    packed.lows.reserve(rows.size());
    packed.operators.reserve(rows.size());
    for (const Row& row : rows) {
        const auto high = static_cast<std::uint32_t>(row.value >> 32U);
        if (packed.highs.empty() || packed.highs.back() != high) {
            packed.highs.push_back(high);
            packed.firsts.push_back(static_cast<std::uint32_t>(packed.lows.size()));
        }
        packed.lows.push_back(static_cast<std::uint32_t>(row.value));
        packed.operators.push_back(row.operator_index);
    }
    return packed;
}

std::optional<OperatorTable> OperatorTableReader::finish() {
    if (!complaint_ && !unfinished_.empty()) take_line(unfinished_);
    unfinished_.clear();
    OperatorTable table;
    for (std::size_t digits = 0; digits < rows_.size() && !complaint_; ++digits) {
        if (!sort(rows_[digits])) break;
        table.rows_[digits] = pack(rows_[digits]);
        rows_[digits] = {};  // a big file is in memory twice no longer than it must
    }
    if (complaint_) return std::nullopt;
    table.names_ = std::move(names_);
    return table;
}

}  // namespace parley::carrier
