// Tests the table of receivers' size limits.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/handshake/receiver_limits.hpp"

#include "core/tls/iana_names.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

using namespace tlsdiag;

namespace {

struct Loaded {
    ReceiverLimits table;
    std::string error;
};

Loaded load(const std::string &text)
{
    const auto file =
        std::filesystem::temp_directory_path() / ("tlsdiag-sizes-test-" + std::to_string(getpid()) + ".tsv");
    std::ofstream{file, std::ios::binary} << text;
    Loaded loaded;
    loaded.table = ReceiverLimits::load(file.string(), loaded.error);
    std::filesystem::remove(file);
    return loaded;
}

bool has(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

std::vector<std::string> names(const std::vector<const ReceiverLimit *> &limits)
{
    std::vector<std::string> out;
    for (const ReceiverLimit *limit : limits)
        out.push_back(limit->receiver);
    return out;
}

} // namespace

TEST_CASE("the built-in table: every row is whole and has a source, the smallest limit first")
{
    const ReceiverLimits table = ReceiverLimits::builtin();
    REQUIRE(table.limits().size() >= 8);
    for (const ReceiverLimit &limit : table.limits()) {
        INFO(limit.receiver);
        CHECK(!limit.source.empty());
        CHECK(limit.limit >= 16'384);
    }
    CHECK(std::ranges::is_sorted(table.limits(), {}, &ReceiverLimit::limit));
    const auto java = std::ranges::find(table.limits(), "Java (JSSE)", &ReceiverLimit::receiver);
    REQUIRE(java != table.limits().end());
    CHECK(java->limit == 32'768);
    CHECK(java->alerts == std::vector{alert_number("unexpected_message")});
    CHECK(java->setting == "jdk.tls.maxHandshakeMessageSize");
}

TEST_CASE("too long for whom: each unit by its own measure, and the limit itself is taken")
{
    const Loaded loaded = load("# a comment\n"
                               "names\tnames\t100\t-\t-\tx\n"
                               "message\tmessage\t200\tdecode_error,internal_error\tknob\tx\r\n"
                               "\n"
                               "flight\tflight\t50\t-\t-\tx");
    REQUIRE(loaded.error.empty());
    using List = std::vector<std::string>;
    CHECK(names(loaded.table.too_long_for(50, 100)).empty());
    CHECK(names(loaded.table.too_long_for(51, 100)) == List{"flight"});
    CHECK(names(loaded.table.too_long_for(200, 101)) == List{"flight", "names"});
    CHECK(names(loaded.table.too_long_for(201, 101)) == List{"flight", "names", "message"});
    CHECK(loaded.table.limits().back().alerts ==
          std::vector{alert_number("decode_error"), alert_number("internal_error")});
    CHECK(loaded.table.limits().front().setting.empty());
}

TEST_CASE("a table that cannot be used: one line that says where and what, and the built-in one in its place")
{
    const std::vector<std::pair<std::string, std::string>> cases{
        {"", "no rows"},
        {"# only a comment\n", "no rows"},
        {"A\tmessage\t1\t-\t-\n", "line 1: not 6 columns"},
        {"A\tmessage\t1\t-\t-\tx\ty\n", "line 1: not 6 columns"},
        {"\n\nA\tbytes\t1\t-\t-\tx\n", "line 3: the unit 'bytes'"},
        {"A\tmessage\t0\t-\t-\tx\n", "the limit '0'"},
        {"A\tmessage\t12k\t-\t-\tx\n", "the limit '12k'"},
        {"A\tmessage\t99999999999\t-\t-\tx\n", "the limit '99999999999'"},
        {"A\tmessage\t-5\t-\t-\tx\n", "the limit '-5'"},
        {"A\tmessage\t5\tnonsense\t-\tx\n", "neither a comma-separated list of alert names"},
        {"\tmessage\t5\t-\t-\tx\n", "the receiver or the source is missing"},
        {"A\tmessage\t5\t-\t-\t\n", "the receiver or the source is missing"},
        {std::string((1u << 20) + 1, '#'), "larger than"},
    };
    const std::size_t built_in = ReceiverLimits::builtin().limits().size();
    for (const auto &[text, wrong] : cases) {
        INFO(text.substr(0, 60));
        const Loaded loaded = load(text);
        CHECK(has(loaded.error, wrong));
        CHECK(has(loaded.error, "tlsdiag-sizes-test-"));
        CHECK(loaded.error.find('\n') == std::string::npos);
        CHECK(loaded.table.limits().size() == built_in);
    }
}

TEST_CASE("a table that is not there, or is a directory")
{
    for (const std::string file : {"/nonexistent/sizes.tsv", "/"}) {
        std::string error;
        const ReceiverLimits table = ReceiverLimits::load(file, error);
        CHECK(has(error, "cannot be read"));
        CHECK(table.limits().size() == ReceiverLimits::builtin().limits().size());
    }
}
