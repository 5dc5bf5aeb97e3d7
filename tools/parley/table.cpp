#include "tools/parley/table.h"

#include <algorithm>
#include <ostream>
#include <string_view>

namespace parley::tools {

namespace {

/// Of UTF-8, as most terminals show it.
std::size_t width(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

bool is_number(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(),
                                        [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

}  // namespace

void Table::print(std::ostream& out) const {
    const std::size_t columns = rows_.front().size();
    std::vector<std::size_t> widths(columns, 0);
    std::vector<bool> right(columns, rows_.size() > 1);
    for (std::size_t n = 0; n < rows_.size(); ++n) {
        for (std::size_t column = 0; column < columns; ++column) {
            const std::string& cell = rows_[n][column];
            widths[column] = std::max(widths[column], width(cell));
            if (n > 0 && !cell.empty() && !is_number(cell)) right[column] = false;
        }
    }
    const auto& titles = rows_.front();
    const bool untitled = std::ranges::all_of(titles, &std::string::empty);
    for (const auto& row : rows_) {
        if (untitled && &row == &titles) continue;
        std::string line;
        for (std::size_t column = 0; column < columns; ++column) {
            std::string cell = row[column];
            std::replace_if(
                cell.begin(), cell.end(),
                [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
            const std::string blanks(widths[column] - width(cell), ' ');
            if (column > 0) line += "  ";
            line += right[column] ? blanks + cell : cell + blanks;
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out << line << "\n";
    }
}

}  // namespace parley::tools
