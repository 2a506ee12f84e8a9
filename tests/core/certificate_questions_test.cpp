// Tests chains as text, and the questions about chains that several analyzers ask.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/handshake/certificate_questions.hpp"
#include "support/builders.hpp"
#include "support/catch.hpp"

#include <limits>

using namespace tlsdiag;
using namespace tlsdiag::builders;

static const pki::Identity root = pki::make_ca("Lab Root");
static const pki::Identity issuing = pki::issue(root, "Lab Issuing", {.ca = true});
static const pki::Identity leaf = pki::issue(issuing, "host.example");

TEST_CASE("chain: times that a clock may show")
{
    CHECK_FALSE(is_sane(0));
    CHECK_FALSE(is_sane(pki::date(1990) - 1));
    CHECK(is_sane(pki::date(1990)));
    CHECK(is_sane(pki::date(2100) - 1));
    CHECK_FALSE(is_sane(pki::date(2100)));
}

TEST_CASE("chain: certificates and chains by name")
{
    CHECK(short_name("") == "(no name)");
    CHECK(short_name(std::string(90, 'x')) == std::string(90, 'x'));
    CHECK(short_name(std::string(91, 'x')) == std::string(90, 'x') + "...");

    Conversation c = completed();
    with_chain(c, Side::server, {leaf, issuing});
    const Chain &chain = *c.chain[Side::server];
    CHECK(named_in_chain(c, Side::server, *chain.certificates[0]) == "the server's certificate CN=host.example");
    CHECK(named_in_chain(c, Side::server, *chain.certificates[1]) ==
          "the intermediate CN=Lab Issuing in the server's chain");
    CHECK(chain_text(chain) == "2 certificates");
    with_chain(c, Side::client, {leaf});
    CHECK(named_in_chain(c, Side::client, *chain.certificates[0]) == "the client's certificate CN=host.example");
    CHECK(chain_text(*c.chain[Side::client]) == "only its own certificate");
}

TEST_CASE("chain: what a peer checks of it")
{
    const auto checked = [](const std::vector<pki::Identity> &chain) {
        Conversation c = completed();
        with_chain(c, Side::server, chain);
        return below_root(c, Side::server).size();
    };
    CHECK(checked({}) == 0);
    CHECK(checked({leaf}) == 1);
    CHECK(checked({leaf, issuing}) == 2);
    CHECK(checked({leaf, issuing, root}) == 2);
    CHECK(checked({root}) == 1); // it is the leaf
    pki::Identity broken = leaf;
    broken.der = {1, 2, 3};
    CHECK(checked({broken, issuing}) == 0);
    Conversation none = completed();
    CHECK(below_root(none, Side::server).empty());
    CHECK(readable_leaf(none, Side::server) == nullptr);
}

TEST_CASE("chain: only the fingerprint counts where either side says use_srtp")
{
    constexpr std::uint16_t use_srtp = 14;
    Conversation c = completed();
    with_chain(c, Side::server, {leaf});
    CHECK_FALSE(fingerprint_is_signalled(c));
    Conversation by_client = c, by_server = c;
    by_client.client_hello.what.extensions = {use_srtp};
    CHECK(fingerprint_is_signalled(by_client));
    CHECK(below_root(by_client, Side::server).empty());
    by_server.client_hello = {}; // not captured
    CHECK_FALSE(fingerprint_is_signalled(by_server));
    by_server.server_hello.what.extensions = {use_srtp};
    CHECK(fingerprint_is_signalled(by_server));
}

TEST_CASE("chain: where it stops without a root")
{
    const auto end_of = [](const std::vector<pki::Identity> &chain) -> std::string {
        Conversation c = completed();
        with_chain(c, Side::server, chain);
        const Certificate *top = open_end(c, Side::server);
        return top ? top->subject_text : "none";
    };
    CHECK(end_of({leaf}) == "CN=host.example");
    CHECK(end_of({leaf, issuing}) == "CN=Lab Issuing");
    CHECK(end_of({leaf, root}) == "CN=host.example"); // the root is not its issuer
    CHECK(end_of({leaf, issuing, root}) == "none");
    CHECK(end_of({pki::self_signed("printer")}) == "none");
    CHECK(end_of({}) == "none");
    // Self-issued, but with the key of a CA of the same name (RFC 5280, 6.1): a new root, signed by the old one.
    CHECK(end_of({pki::issue(root, "Lab Root", {.ca = true})}) == "none");
    CHECK(end_of({pki::issue(pki::make_ca(""), "host.example")}) == "none"); // an issuer without a name is not missing
}

TEST_CASE("chain: the name that a client wants to see")
{
    struct Case {
        std::optional<std::string> asked;
        bool wanted;
    };
    const Case cases[] = {
        {"host.example", true},
        {"3com.example", true},
        {"1.2.3.4.example", true},
        {"192.0.2.1", false},
        {"2001:db8::1", false},
        {"::", false},
        {"", false},
        {std::nullopt, false},
    };
    for (const Case &one : cases) {
        CAPTURE(one.asked.value_or("(none)"));
        Conversation c = completed();
        with_name(c, one.asked);
        CHECK(expected_name(c) == (one.wanted ? one.asked : std::nullopt));
    }
    Conversation not_encrypted_after_all = completed(0x0303);
    not_encrypted_after_all.client_hello.what.encrypted_client_hello = true;
    CHECK(expected_name(not_encrypted_after_all) == "host.example");
}

TEST_CASE("chain: the authorities that a side accepts, and who has one")
{
    World world;
    Conversation c = completed(0x0304, world);
    CHECK(accepted_authorities(c, Side::server) == nullptr);
    CHECK(accepted_authorities(c, Side::client) == nullptr);
    with_request(c, std::nullopt); // without a list
    CHECK(accepted_authorities(c, Side::server) == nullptr);
    CHECK_FALSE(has_authority(c, Side::server, root.subject()));

    SECTION("the server names it")
    {
        with_request(c, subjects({root}));
        REQUIRE(accepted_authorities(c, Side::server));
        CHECK(accepted_authorities(c, Side::server)->count == 1);
        CHECK(accepted_authorities(c, Side::client) == nullptr);
        CHECK(has_authority(c, Side::server, root.subject()));
        CHECK_FALSE(has_authority(c, Side::client, root.subject()));
        CHECK_FALSE(has_authority(c, Side::server, issuing.subject()));
    }
    SECTION("the client names it")
    {
        CaList list;
        list.count = 1;
        list.names = subjects({root});
        c.client_hello.what.certificate_authorities = list;
        REQUIRE(accepted_authorities(c, Side::client));
        CHECK(has_authority(c, Side::client, root.subject()));
        CHECK_FALSE(has_authority(c, Side::server, root.subject()));
    }
    SECTION("the server sends it")
    {
        with_chain(c, Side::server, {leaf, root});
        CHECK(has_authority(c, Side::server, root.subject()));
        CHECK_FALSE(has_authority(c, Side::client, root.subject()));
    }
    SECTION("the user trusts it")
    {
        world.trusts({root});
        CHECK(has_authority(c, Side::server, root.subject()));
        CHECK(has_authority(c, Side::client, root.subject()));
        CHECK(trust_text(c, root.subject()).ends_with(" contains it"));
        CHECK(trust_text(c, issuing.subject()).ends_with(" does not contain it"));
        CHECK(trust_text(c, root.subject()).starts_with("; "));
    }
    SECTION("nobody does")
    {
        CHECK(trust_text(c, root.subject()).empty());
        CHECK_FALSE(has_authority(c, Side::client, root.subject()));
    }
}

TEST_CASE("chain: how well it fits a list of authorities")
{
    CertificateCache cache;
    const auto match = [&](const std::vector<pki::Identity> &chain, std::vector<Octets> names) {
        std::vector<const Certificate *> certificates;
        for (const pki::Identity &one : chain)
            certificates.push_back(cache.parse(one.der));
        CaList list;
        list.names = std::move(names);
        return best_match(certificates, list);
    };
    const Octets otherwise = pki::name_der("Lab Issuing", V_ASN1_PRINTABLESTRING);
    pki::Identity broken = leaf;
    broken.der = {1, 2, 3};
    CHECK(match({leaf, issuing}, {issuing.subject()}) == NameMatch::exact);
    CHECK(match({leaf, issuing}, {root.subject()}) == NameMatch::exact);
    CHECK(match({leaf, issuing}, {otherwise}) == NameMatch::differs_in_encoding); // although the second matches nothing
    CHECK(match({leaf, issuing}, {otherwise, root.subject()}) == NameMatch::exact);
    CHECK(match({leaf, issuing}, {pki::name_der("Other Root")}) == NameMatch::none);
    CHECK(match({broken}, {issuing.subject(), Octets{}}) == NameMatch::none);
    CHECK(match({}, {issuing.subject()}) == NameMatch::none);
}

TEST_CASE("chain: a list of authorities may be in a hole, but only the server's")
{
    Conversation c = completed();
    CHECK_FALSE(list_may_be_missing(c, Side::server));
    c.gaps.bytes_missing[Side::server] = 100;
    CHECK(list_may_be_missing(c, Side::server));
    CHECK_FALSE(list_may_be_missing(c, Side::client));
    with_request(c, std::nullopt);
    CHECK_FALSE(list_may_be_missing(c, Side::server));
}

TEST_CASE("chain: the issuer's name with another key, or its key with another name")
{
    const auto in_part = [](const pki::Identity &end, const std::vector<pki::Identity> &others) {
        Conversation c = completed();
        std::vector<pki::Identity> chain{end};
        chain.insert(chain.end(), others.begin(), others.end());
        with_chain(c, Side::server, chain);
        return issuer_is_sent_in_part(c, Side::server, *c.chain[Side::server]->leaf());
    };
    CHECK_FALSE(in_part(leaf, {}));
    CHECK_FALSE(in_part(leaf, {pki::make_ca("Other Root")}));
    CHECK(in_part(leaf, {pki::make_ca("Lab Issuing")}));

    const auto with_key = pki::make_ca("Lab Key", {.key = "ED25519-7"});
    const auto renamed = pki::make_ca("Lab Renamed", {.key = "ED25519-7"});
    CHECK(in_part(pki::issue(with_key, "host.example"), {renamed}));
    const pki::Spec no_ids{.key_ids = false};
    CHECK_FALSE(in_part(pki::issue(pki::make_ca("Lab Plain", no_ids), "host.example", no_ids),
                        {pki::make_ca("Other Root", no_ids)})); // two absent key IDs do not match
    pki::Identity broken = root;
    broken.der = {1, 2, 3};
    CHECK_FALSE(in_part(leaf, {broken}));
}
