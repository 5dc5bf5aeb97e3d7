#pragma once
// What shards read of the configuration, and all that is made of it, as one value that never
// changes. A reload makes another one, which each shard takes over on its own thread. A carrier
// keeps its place as long as the process lives: one that leaves the configuration stays where it
// is, as it last was, and new ones come behind.

#include "config/config.h"
#include "engine/carrier/dialect.h"
#include "engine/carrier/routes.h"
#include "engine/carrier/submit_tlvs.h"
#include "engine/conversation/directory.h"
#include "engine/mail.h"

#include <memory>
#include <vector>

namespace parley {

struct Standing {
    /// before: what stands now; null at the start. Requires a configuration that is right, and that
    /// changes nothing of `before` that needs a restart.
    explicit Standing(const config::Config& wanted, const Standing* before = nullptr);
    Standing(const Standing&) = delete;
    Standing& operator=(const Standing&) = delete;

    bool is_removed(CarrierIndex carrier) const { return removed[carrier]; }

    config::Config config;  // its carriers in their places
    std::vector<bool> removed;
    /// What waits may belong elsewhere: routes, or what carriers take, are not as they were before.
    bool routes_otherwise = false;
    conversation::Directory directory;
    carrier::Routes routes;
    std::vector<carrier::Dialect> dialects;
    std::vector<carrier::SubmitTlvs> submit_tlvs;
};
using StandingPtr = std::shared_ptr<const Standing>;

}  // namespace parley
