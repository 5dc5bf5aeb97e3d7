#pragma once
// Puts the lines of a message's story together: from its history, which has what the last values no
// longer tell, and from those.

#include "tools/parley/story.h"

#include <cstddef>
#include <string>
#include <vector>

#include <boost/json/array.hpp>

namespace parley::tools {

class Teller {
public:
    explicit Teller(const boost::json::object& message);
    std::vector<StoryLine> tell();

private:
    using object = boost::json::object;
    struct Placed {
        std::string when;  // a moment, also for a line that shows none
        StoryLine line;
    };
    struct Part {  // a segment
        const object* last = nullptr;
        std::size_t tries = 0;    // told so far
        bool told = false;        // the last try as well
        bool receipted = false;   // some receipt is told
        std::string known_since;  // of the last line about it
    };

    void add(std::string at, std::string what, std::string detail);
    void add(Part& part, std::string at, std::string what, std::string detail);
    void tell_acceptance();
    void tell_queue();
    void tell_decision(const object& decision);
    void tell_looks(const Part& part, const std::string& from, const std::string& to);
    std::string next_try(const Part& part, const std::string& from) const;
    void tell_history();
    void tell_happening(const object& happening);
    void tell_try_behind(std::size_t place);
    void tell_try(const object& happening);
    void tell_last_try(Part& part);
    void tell_segment(Part& part);
    void tell_submit(Part& part, const std::string& carrier, const object& from);
    void tell_receipt(Part& part, const std::string& at, const object& from, bool repeated);
    void tell_inquiry(const object& inquiry);
    void tell_question(const std::string& operation, const std::string& carrier,
                       const object& inquiry, const std::string& at, const std::string& more);
    void tell_end();
    Part* part_of(const object& from);
    std::string which(const object& from) const;
    bool was_asked_for(const object& from, const std::string& at) const;
    bool in_history(std::string_view what, const object& segment) const;

    const object& message_;
    const boost::json::array& history_;
    std::vector<Part> parts_;
    std::vector<const object*> looks_;  // at the window, not yet told
    std::vector<bool> happened_;        // by place in the history: told
    std::vector<Placed> lines_;
    std::vector<Placed> told_;  // by answers to questions: they come behind those
};

}  // namespace parley::tools
