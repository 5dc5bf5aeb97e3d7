#pragma once
// Asks the same question several times and goes on when the last answer is there. All on one
// thread.

#include <functional>
#include <memory>
#include <vector>

namespace parley::api {

/// ask(index, answer) is called count times; done gets the answers in order of index.
template <typename Answer, typename Ask, typename Done>
void gather(std::size_t count, const Ask& ask, Done done) {
    struct Round {
        std::vector<Answer> answers;
        std::size_t open;
        Done done;
    };
    if (count == 0) return done(std::vector<Answer>());
    auto round = std::make_shared<Round>(Round{std::vector<Answer>(count), count, std::move(done)});
    for (std::size_t i = 0; i < count; ++i) {
        ask(i, [round, i](Answer answer) {
            round->answers[i] = std::move(answer);
            if (--round->open == 0) round->done(std::move(round->answers));
        });
    }
}

}  // namespace parley::api
