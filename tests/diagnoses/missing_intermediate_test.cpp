// Tests the diagnosis missing_intermediate.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis missing_intermediate, hostname_mismatch, client_cert_not_in_ca_list;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

namespace {

const std::string url = "http://ca.example/issuing.crt";

struct Lab {
    pki::Identity root = pki::make_ca("Lab Root");
    pki::Identity issuing = pki::issue(root, "Lab Issuing", {.ca = true});
    pki::Identity leaf = pki::issue(issuing, "host.example");
    pki::Identity leaf_with_url = pki::issue(issuing, "host.example", {.aia = url});
    pki::Identity under_root = pki::issue(root, "host.example");
    World world;
};

Findings found_for(Conversation &&c, Side side, const std::vector<pki::Identity> &chain)
{
    with_chain(c, side, chain);
    return play(missing_intermediate, c);
}

} // namespace

TEST_CASE("missing_intermediate: proven by the issuer seen elsewhere")
{
    Lab lab;
    lab.world.saw(lab.issuing, 3);
    for (const Side side : {Side::server, Side::client}) {
        const Findings found = found_for(completed(0x0303, lab.world), side, {lab.leaf});
        REQUIRE(found.size() == 1);
        CHECK(found[0].certainty == Certainty::proven);
        CHECK(found[0].side == party(side));
        CHECK(attribute<MissingIssuer>(found[0])->name == "CN=Lab Issuing");
        CHECK(attribute<MissingIssuer>(found[0])->url.empty());
        CHECK(has(found[0].detail, "seen in frame 3"));
        CHECK(std::ranges::count(found[0].evidence, 3u) == 1);
    }
}

TEST_CASE("missing_intermediate: another key of the same name proves nothing")
{
    Lab lab;
    lab.world.saw(pki::issue(lab.root, "Lab Issuing", {.ca = true}), 3);
    CHECK(found_for(completed(0x0303, lab.world), Side::server, {lab.leaf}).empty());
}

TEST_CASE("missing_intermediate: the leaf contains a URL for its issuer")
{
    Lab lab;
    const Findings found = found_for(completed(0x0303, lab.world), Side::server, {lab.leaf_with_url});
    REQUIRE(found.size() == 1);
    CHECK(found[0].certainty == Certainty::strong);
    CHECK(attribute<MissingIssuer>(found[0])->url == url);
    CHECK(has(found[0].detail, url));
}

TEST_CASE("missing_intermediate: chains that lack nothing, or nothing that can be shown")
{
    Lab lab;
    const auto with_url = pki::issue(lab.root, "Url Issuing", {.aia = "http://ca.example/root.crt", .ca = true});
    const auto complete = pki::issue(with_url, "host.example", {.aia = "http://ca.example/url.crt"});
    const auto self = pki::self_signed("printer", {.aia = url});
    const std::vector<std::pair<const char *, std::vector<pki::Identity>>> cases{
        {"up to below the root", {lab.leaf, lab.issuing}},
        {"out of order", {lab.leaf, lab.root, lab.issuing}},
        {"an intermediate with a URL for its root", {complete, with_url}},
        {"up to the root", {lab.leaf, lab.issuing, lab.root}},
        {"a leaf alone that may be right under a private root", {lab.leaf}},
        {"a self-signed leaf", {self}},
        {"a CA in the leaf's place", {with_url}},
        {"nothing", {}},
    };
    for (const auto &[name, chain] : cases) {
        INFO(name);
        CHECK(found_for(completed(0x0303, lab.world), Side::server, chain).empty());
    }
}

TEST_CASE("missing_intermediate: not where the issuer is a root, or the peer has it")
{
    Lab lab;
    SECTION("self-signed elsewhere in the capture")
    {
        lab.world.saw(lab.root, 3);
        Conversation c = failed_by(Side::client, "unknown_ca", 0x0303, lab.world);
        CHECK(found_for(std::move(c), Side::server, {lab.under_root}).empty());
    }
    SECTION("in the user's trust store")
    {
        lab.world.trusts({lab.root});
        const auto leaf = pki::issue(lab.root, "host.example", {.aia = url});
        CHECK(found_for(completed(0x0303, lab.world), Side::server, {leaf}).empty());
        CHECK(found_for(completed(0x0303, lab.world), Side::server, {lab.leaf_with_url}).size() == 1);
    }
    SECTION("named in the server's list of CAs")
    {
        Conversation c = completed(0x0303, lab.world);
        with_request(c, subjects({lab.root, lab.issuing}));
        CHECK(found_for(std::move(c), Side::client, {lab.leaf_with_url}).empty());
        Conversation other = completed(0x0303, lab.world);
        with_request(other, subjects({lab.root}));
        CHECK(found_for(std::move(other), Side::client, {lab.leaf_with_url}).size() == 1);
    }
    SECTION("sent by the peer itself")
    {
        lab.world.saw(lab.issuing, 3);
        Conversation c = completed(0x0303, lab.world);
        with_chain(c, Side::server, {pki::issue(lab.issuing, "server"), lab.issuing});
        CHECK(found_for(std::move(c), Side::client, {lab.leaf}).empty());
        Conversation refused = failed_by(Side::server, "certificate_unknown", 0x0303, lab.world);
        with_chain(refused, Side::server, {pki::issue(lab.issuing, "server"), lab.issuing});
        const Findings found = found_for(std::move(refused), Side::client, {lab.leaf}); // it does not verify with that
        REQUIRE(found.size() == 1);
        CHECK(found[0].certainty == Certainty::proven);
    }
}

TEST_CASE("missing_intermediate: what the peer's refusal of a leaf alone shows")
{
    Lab lab;
    struct Case {
        const char *alert;
        std::size_t found;
        Fit fit;
    };
    for (const Case &one : {Case{"unknown_ca", 1, Fit::exact}, Case{"certificate_unknown", 1, Fit::good},
                            Case{"bad_certificate", 1, Fit::good}, Case{"certificate_expired", 0, Fit::none},
                            Case{"handshake_failure", 0, Fit::none}, Case{"unsupported_certificate", 0, Fit::none}}) {
        INFO(one.alert);
        Conversation c = failed_by(Side::client, one.alert, 0x0303, lab.world);
        with_chain(c, Side::server, {lab.leaf});
        const Findings found = play(missing_intermediate, c);
        REQUIRE(found.size() == one.found);
        if (!found.empty()) {
            CHECK(found[0].certainty == Certainty::guess); // it may be a private root
            CHECK(has(found[0].detail, "either an intermediate or a private root"));
            CHECK(missing_intermediate.explains(c, found[0]) == one.fit);
        }
        CHECK(found_for(failed_by(Side::client, one.alert, 0x0303, lab.world), Side::server, {lab.leaf, lab.issuing})
                  .empty());
    }
}

TEST_CASE("missing_intermediate: an alert that cannot be read leaves a guess, where nothing else explains it")
{
    Lab lab;
    const auto refused = [&lab](Side by, EndReason reason) {
        Conversation c = answered(0x0303, lab.world);
        with_chain(c, Side::server, {lab.leaf});
        end(c, by, reason);
        return c;
    };
    Conversation hidden = refused(Side::client, EndReason::encrypted_alert);
    const Findings found = play(missing_intermediate, hidden);
    REQUIRE(found.size() == 1);
    CHECK(found[0].certainty == Certainty::guess);
    CHECK(missing_intermediate.explains(hidden, found[0]) == Fit::possible);

    for (const EndReason reason :
         {EndReason::closed, EndReason::reset}) { // no refusal of a certificate is needed for these
        Conversation c = refused(Side::client, reason);
        CHECK(play(missing_intermediate, c).empty());
    }
    Conversation by_server = refused(Side::server, EndReason::encrypted_alert);
    CHECK(play(missing_intermediate, by_server).empty());

    Conversation explained_elsewhere = refused(Side::client, EndReason::encrypted_alert);
    with_name(explained_elsewhere, "other.example");
    REQUIRE(fit(hostname_mismatch, explained_elsewhere) == Fit::possible);
    CHECK(play(missing_intermediate, explained_elsewhere).empty());
}

TEST_CASE("missing_intermediate: what the capture lacks is not guessed")
{
    Lab lab;
    Conversation c = failed_by(Side::client, "bad_certificate", 0x0303, lab.world);
    c.gaps.started_midway = true;
    CHECK(found_for(std::move(c), Side::server, {lab.leaf}).empty());
    Conversation told = failed_by(Side::client, "unknown_ca", 0x0303, lab.world);
    told.gaps.started_midway = true;
    CHECK(found_for(std::move(told), Side::server, {lab.leaf}).size() == 1);

    Conversation list_unseen = completed(0x0303, lab.world);
    list_unseen.gaps.started_midway = true;
    CHECK(found_for(std::move(list_unseen), Side::client, {lab.leaf_with_url}).empty());
}

TEST_CASE("missing_intermediate: a gap below a CA that was sent")
{
    Lab lab;
    const auto upper = pki::issue(lab.root, "Lab Upper", {.ca = true});
    const auto middle = pki::issue(upper, "Lab Middle", {.ca = true});
    const auto lower = pki::issue(middle, "Lab Lower", {.ca = true});
    const auto leaf = pki::issue(lower, "host.example");
    for (const auto &chain : {std::vector{leaf, middle, upper}, std::vector{leaf, lower, upper}}) {
        const Findings found = found_for(failed_by(Side::client, "unknown_ca", 0x0303, lab.world), Side::server, chain);
        REQUIRE(found.size() == 1);
        CHECK(found[0].certainty == Certainty::strong);
        CHECK(found_for(completed(0x0303, lab.world), Side::server, chain).empty());
    }
    const auto chain = std::vector{leaf, lower, middle, upper};
    CHECK(found_for(failed_by(Side::client, "unknown_ca", 0x0303, lab.world), Side::server, chain).empty());
}

TEST_CASE("missing_intermediate: an alert that is not about trust in the library that sends it")
{
    Lab lab;
    for (const auto &[library, expected] : {std::pair{"OpenSSL", 0u}, std::pair{"Go", 1u}, std::pair{"", 1u}}) {
        INFO(library);
        Conversation c = failed_by(Side::client, "bad_certificate", 0x0303, lab.world);
        speaks_like(c, library);
        CHECK(found_for(std::move(c), Side::server, {lab.leaf}).size() == expected);
    }
}

TEST_CASE("missing_intermediate: not said again where the list of CAs says it")
{
    Lab lab;
    Conversation c = failed_by(Side::server, "unknown_ca", 0x0303, lab.world);
    with_request(c, subjects({pki::make_ca("Other Root")}));
    with_chain(c, Side::client, {lab.leaf});
    REQUIRE(play(client_cert_not_in_ca_list, c).size() == 1);
    CHECK(play(missing_intermediate, c).empty());
}

TEST_CASE("missing_intermediate: a refusal that another fault explains is not evidence for it")
{
    Lab lab;
    Conversation c = failed_by(Side::client, "bad_certificate", 0x0303, lab.world);
    with_chain(c, Side::server, {pki::issue(lab.issuing, "other", {.sans = {"other.example"}})});
    REQUIRE(play(hostname_mismatch, c).size() == 1);
    CHECK(play(missing_intermediate, c).empty());
}
