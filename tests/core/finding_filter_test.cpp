// Tests which findings the preferences hide or show.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/catalogue.hpp"
#include "core/diagnosis/finding_filter.hpp"

#include "core/tls/iana_names.hpp"
#include "support/catch.hpp"
#include "support/summaries.hpp"

#include <algorithm>

using namespace tlsdiag;

namespace {

std::vector<std::string_view> shown(std::string_view hide, std::string_view only)
{
    std::string error;
    const FindingFilter finding_filter = FindingFilter::parse(hide, only, error);
    REQUIRE(error.empty());
    Summary summary = samples::refused_client(0);
    finding_filter.apply(summary);
    std::vector<std::string_view> ids;
    for (const Finding &finding : summary.findings)
        ids.push_back(id(*finding.diagnosis));
    return ids;
}

using Ids = std::vector<std::string_view>;

} // namespace

TEST_CASE("choice: what is hidden is not shown, and what alone is asked for is")
{
    const Ids all = shown("", "");
    REQUIRE(all.size() >= 2);
    const std::string first{all.front()}, last{all.back()};
    REQUIRE(first != last);
    CHECK(shown(first, "") == Ids(all.begin() + 1, all.end()));
    CHECK(shown("", first) == Ids{first});
    CHECK(shown("", " " + first + ", " + last) == Ids{first, last});
    CHECK(shown(first, first).empty());
    CHECK(shown("x509_v1", "") == all);
}

TEST_CASE("choice: the verdict stays, whatever is hidden")
{
    std::string error;
    Summary summary = samples::refused_client(0);
    const Diagnosis *cause = summary.verdict.cause;
    REQUIRE(cause);
    FindingFilter::parse(id(*cause), "", error).apply(summary);
    CHECK(summary.verdict.cause == cause);
}

TEST_CASE("choice: an id that does not exist is named, and hides nothing")
{
    for (const auto &[hide, only] : {std::pair{"expired,nonsense\x1b", ""}, std::pair{"", "nonsense\x1b"}}) {
        std::string error;
        const FindingFilter finding_filter = FindingFilter::parse(hide, only, error);
        CHECK(error.find("nonsense\\x1b") != std::string::npos);
        CHECK(finding_filter.hidden.empty());
        CHECK(finding_filter.only.empty());
    }
}
