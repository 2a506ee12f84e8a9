// Tests the diagnosis unknown_ca.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis unknown_ca, missing_intermediate, self_signed_leaf;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

namespace {

struct Lab {
    pki::Identity root = pki::make_ca("Lab Root");
    pki::Identity issuing = pki::issue(root, "Lab Issuing", {.ca = true});
    pki::Identity leaf = pki::issue(issuing, "host.example");
};

} // namespace

TEST_CASE("unknown_ca: the peer refuses the CA of a complete chain")
{
    const Lab lab;
    for (const Side refuser : {Side::client, Side::server}) {
        for (const auto &chain : {std::vector{lab.leaf, lab.issuing}, std::vector{lab.leaf, lab.issuing, lab.root}}) {
            Conversation c = failed_by(refuser, "unknown_ca");
            with_chain(c, peer(refuser), chain);
            const Findings found = play(unknown_ca, c);
            REQUIRE(found.size() == 1);
            CHECK(found[0].certainty == Certainty::strong);
            CHECK(found[0].side == party(refuser));
            CHECK(has(found[0].detail, "CN=Lab Root"));
            CHECK(unknown_ca.explains(c, found[0]) == Fit::exact);
        }
    }
}

TEST_CASE("unknown_ca: not where the chain itself is the fault")
{
    const Lab lab;
    Conversation incomplete = failed_by(Side::client, "unknown_ca");
    with_chain(incomplete, Side::server, {lab.leaf});
    REQUIRE(play(missing_intermediate, incomplete).size() == 1);
    CHECK(play(unknown_ca, incomplete).empty());

    Conversation self_signed = failed_by(Side::client, "unknown_ca");
    with_chain(self_signed, Side::server, {pki::self_signed("printer")});
    REQUIRE(play(self_signed_leaf, self_signed).size() == 1);
    CHECK(play(unknown_ca, self_signed).empty());

    Conversation no_certificate = failed_by(Side::server, "unknown_ca");
    with_chain(no_certificate, Side::client, {});
    CHECK(play(unknown_ca, no_certificate).empty());
}

TEST_CASE("unknown_ca: a private root by itself, and other alerts, are no refusal of the CA")
{
    const Lab lab;
    Conversation accepted = completed();
    with_chain(accepted, Side::server, {lab.leaf, lab.issuing});
    CHECK(play(unknown_ca, accepted).empty());
    for (const char *alert : {"certificate_expired", "certificate_revoked", "handshake_failure", "access_denied"}) {
        Conversation c = failed_by(Side::client, alert);
        with_chain(c, Side::server, {lab.leaf, lab.issuing});
        CHECK(play(unknown_ca, c).empty());
    }
}

TEST_CASE("unknown_ca: a general alert for a chain in which all fits depends on who sends it")
{
    const Lab lab;
    struct Case {
        const char *library;
        const char *alert;
        std::optional<Certainty> certainty;
    };
    for (const Case &one :
         {Case{"JSSE", "certificate_unknown", Certainty::strong}, Case{"JSSE", "bad_certificate", std::nullopt},
          Case{"OpenSSL", "certificate_unknown", std::nullopt}, Case{"OpenSSL", "bad_certificate", std::nullopt},
          Case{"GnuTLS", "bad_certificate", Certainty::guess}, Case{"Go", "bad_certificate", Certainty::guess},
          Case{"NSS", "bad_certificate", std::nullopt}, Case{"", "certificate_unknown", Certainty::guess},
          Case{"", "bad_certificate", Certainty::guess}}) {
        INFO(one.library << " " << one.alert);
        Conversation c = failed_by(Side::client, one.alert);
        speaks_like(c, one.library);
        with_chain(c, Side::server, {lab.leaf, lab.issuing});
        const Findings found = play(unknown_ca, c);
        REQUIRE(found.size() == (one.certainty ? 1u : 0u));
        if (one.certainty) {
            CHECK(found[0].certainty == *one.certainty);
            CHECK(found[0].side == Party::client);
            CHECK(unknown_ca.explains(c, found[0]) == Fit::good);
        }
    }
}

TEST_CASE("unknown_ca: a general alert says nothing where something does not fit, or is not known")
{
    const Lab lab;
    World world;
    const auto found = [&](auto change, const std::vector<pki::Identity> &chain) {
        Conversation c = failed_by(Side::client, "certificate_unknown", 0x0303, world);
        speaks_like(c, "JSSE");
        with_chain(c, Side::server, chain);
        change(c);
        return play(unknown_ca, c).size();
    };
    const auto as_it_is = [](Conversation &) {};
    const std::vector<pki::Identity> chain{lab.leaf, lab.issuing};
    CHECK(found(as_it_is, chain) == 1);
    CHECK(found([](Conversation &c) { with_name(c, "other.example"); }, chain) == 0);
    CHECK(found([](Conversation &c) { with_name(c, std::nullopt); }, chain) == 0);
    CHECK(found([](Conversation &c) { c.ending.at.time = pki::date(2050); }, chain) == 0);
    CHECK(found([](Conversation &c) { c.gaps.truncated = true; }, chain) == 0);
    CHECK(found(as_it_is, {lab.leaf}) == 0); // perhaps an intermediate is missing
    world.trusts({lab.root});
    CHECK(found(as_it_is, chain) == 0);
    world.trusts({pki::make_ca("Other Root")});
    CHECK(found(as_it_is, {lab.leaf}) == 1); // the user says what the client has
}

TEST_CASE("unknown_ca: a server that names the CA in its list has it")
{
    const Lab lab;
    for (const bool listed : {true, false}) {
        Conversation c = failed_by(Side::server, "certificate_unknown");
        with_request(c, subjects({listed ? lab.root : pki::make_ca("Other Root")}));
        with_chain(c, Side::client, {lab.leaf, lab.issuing});
        CHECK(play(unknown_ca, c).size() == (listed ? 0u : 1u));
    }
}

TEST_CASE("unknown_ca: says what the user's own store has")
{
    const Lab lab;
    World world;
    world.trusts({lab.root});
    Conversation c = failed_by(Side::client, "unknown_ca", 0x0303, world);
    with_chain(c, Side::server, {lab.leaf, lab.issuing});
    const Findings trusted = play(unknown_ca, c);
    CHECK(has(trusted.at(0).detail, " contains it"));
    CHECK(trusted.at(0).certainty == Certainty::guess);

    Conversation other = failed_by(Side::client, "unknown_ca", 0x0303, world);
    const auto other_root = pki::make_ca("Other Root");
    with_chain(other, Side::server, {pki::issue(other_root, "host.example"), other_root});
    const Findings lacking = play(unknown_ca, other);
    CHECK(has(lacking.at(0).detail, " does not contain it"));
    CHECK(lacking.at(0).certainty == Certainty::proven);
}

TEST_CASE("unknown_ca: in clear, of a chain that is encrypted")
{
    Conversation c = failed_by(Side::client, "unknown_ca", 0x0304);
    const Findings found = play(unknown_ca, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].certainty == Certainty::guess);
    CHECK(has(found[0].detail, "cannot be read"));

    Conversation compressed = failed_by(Side::client, "unknown_ca", 0x0304);
    compressed.decrypted = true;
    CHECK(play(unknown_ca, compressed).empty());
    compressed.compressed_certificate[Side::server] = seen(frames::server_chain, CompressedCertificate{2, 900, 1500});
    CHECK(has(play(unknown_ca, compressed).at(0).detail, "compressed (brotli, 1,500 bytes)"));

    Conversation cut_short = failed_by(Side::client, "unknown_ca", 0x0304);
    cut_short.gaps.truncated = true;
    CHECK(play(unknown_ca, cut_short).empty());
    Conversation list_not_captured = failed_by(Side::server, "unknown_ca");
    const Lab lab;
    with_chain(list_not_captured, Side::client, {lab.leaf, lab.issuing});
    list_not_captured.gaps.truncated = true;
    CHECK(play(unknown_ca, list_not_captured).empty());
    Conversation not_captured = failed_by(Side::client, "unknown_ca");
    CHECK(play(unknown_ca, not_captured).empty());
}
