#pragma once
// What the store gives back at a start, each piece to the shard that it belongs to. The shards work
// side by side, as they do later, but in rounds: in between they hand each other what belongs
// elsewhere (a message to the home shard of its carrier), or millions of letters would pile up.

#include "engine/clock.h"
#include "storage/store.h"

#include <memory>
#include <span>

namespace parley {

class Shard;

/// Before the first turn of any shard; returns when all have everything. Messages keep about the
/// order of their ids. What recovered held is moved from.
void recover_shards(Now now, storage::Recovered& recovered,
                    std::span<const std::unique_ptr<Shard>> shards);

}  // namespace parley
