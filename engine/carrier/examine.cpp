#include "engine/carrier/examine.h"

#include "engine/carrier/routes.h"
#include "engine/carrier/submit_tlvs.h"

namespace parley::carrier {

namespace {

std::string at(const char* list, std::size_t place, const std::string& name) {
    return std::string(list) + "[" + std::to_string(place) + "].tlvs." + name;
}

class Examiner {
public:
    explicit Examiner(const config::Config& config) : config_(config) {
        for (config::Carrier carrier : config.carriers) {
            carrier.tlvs.clear();  // they are what is in question
            carriers_.emplace_back(carrier, std::vector<config::Brand>());
        }
    }

    std::vector<config::Contradiction> run() {
        for (std::size_t i = 0; i < carriers_.size(); ++i) {
            for (const auto& [name, value] : config_.carriers[i].tlvs)
                add(at("carriers", i, name), carriers_[i].complaint_about({name, value}));
        }
        for (std::size_t i = 0; i < config_.brands.size(); ++i) {
            for (const auto& entry : config_.brands[i].tlvs)
                examine_brand(at("brands", i, entry.name), {entry.name, entry.value});
        }
        for (std::size_t i = 0; i < config_.routes.size(); ++i) {
            const std::string& pattern = config_.routes[i].pattern;
            if (!pattern.empty())
                add("routes[" + std::to_string(i) + "].pattern", complaint_about_pattern(pattern));
        }
        return std::move(found_);
    }

private:
    void add(std::string setting, std::string complaint) {
        if (!complaint.empty()) found_.push_back({std::move(setting), std::move(complaint)});
    }

    /// Carriers that do not know the name go without; one must know it.
    void examine_brand(const std::string& setting, const smpp::NamedTlv& tlv) {
        bool known = false;
        std::string names;
        for (const SubmitTlvs& carrier : carriers_) {
            const std::string own = carrier.names();
            if (!own.empty()) names.append(names.empty() ? "" : ", ").append(own);
            if (!carrier.knows(tlv.name)) continue;
            known = true;
            if (std::string complaint = carrier.complaint_about(tlv); !complaint.empty())
                return add(setting, std::move(complaint));
        }
        if (known) return;
        add(setting, "no carrier's dialect has a parameter of this name: expected " +
                         (names.empty() ? "one of a dialect's tlvs" : names));
    }

    const config::Config& config_;
    std::vector<SubmitTlvs> carriers_;
    std::vector<config::Contradiction> found_;
};

}  // namespace

std::vector<config::Contradiction> contradictions(const config::Config& config) {
    return Examiner(config).run();
}

}  // namespace parley::carrier
