// Feeds captures to the core, without Wireshark, TIMES times: replay_captures TIMES CAPTURE... instructions_test.py
// counts the cost.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/replay.hpp"

#include <cstdio>
#include <cstdlib>
#include <string_view>

int main(int count, char **arguments)
{
    const int times = count > 1 ? std::atoi(arguments[1]) : 0;
    std::size_t bytes = 0;
    for (int i = 2; i < count; ++i) {
        const auto segments = replay::read(arguments[i]);
        for (int time = 0; time < times; ++time) {
            const auto capture = replay::open();
            for (const auto &segment : segments)
                replay::feed(capture.get(), segment);
            tlsdiag_end(capture.get());
            for (std::uint32_t number = 0; number < tlsdiag_conversations(capture.get()); ++number)
                bytes += std::string_view{tlsdiag_json(capture.get(), number)}.size();
        }
    }
    std::printf("%zu bytes of JSON\n", bytes);
    return bytes > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
