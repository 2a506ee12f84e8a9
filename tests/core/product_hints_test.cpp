// Tests the hints: which product would log what, and on which side.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/catalogue.hpp"
#include "core/diagnosis/product_hints.hpp"

#include "core/tls/iana_names.hpp"
#include "support/catch.hpp"
#include "support/summaries.hpp"

#include <algorithm>

using namespace tlsdiag;

namespace {

Products products(std::string_view list)
{
    std::string error;
    Products chosen = Products::parse(list, error);
    REQUIRE(error.empty());
    return chosen;
}

// The server sent only its leaf, and the client refused it with an alert.
Summary refused_server()
{
    Summary summary = samples::refused_client(0);
    for (Finding &finding : summary.findings) {
        finding.side = Party::server;
        finding.hints.clear();
    }
    summary.findings[1].attributes = {SentAlert{alert_number("unknown_ca"), Side::client}};
    summary.ended_by = Side::client;
    return summary;
}

std::vector<std::string> hints(Summary summary, std::string_view list, std::size_t finding = 0)
{
    add_hints(summary, products(list));
    std::vector<std::string> texts;
    for (const Hint &hint : summary.findings[finding].hints)
        texts.push_back(hint_text(hint));
    return texts;
}

} // namespace

TEST_CASE("hints: every row is whole, and belongs to a diagnosis of the catalogue")
{
    CHECK(product_notes().size() > 100);
    for (const auto &[id, note] : product_notes()) {
        INFO(id << ' ' << note.product);
        CHECK(std::ranges::find(catalogue(), id, &Entry::id) != catalogue().end());
        CHECK(!note.product.empty());
        CHECK(!note.source.empty());
        CHECK((!note.log.empty() || !note.fix.empty()));
        CHECK((note.when == "failed" || note.when == "completed" || note.when == "any"));
        CHECK(!note.where.empty());
        for (const std::string_view word : note.where) {
            INFO(word);
            const std::vector<std::string_view> words{"client", "server", "fault", "other", "ender", "receiver"};
            CHECK(std::ranges::find(words, word) != words.end());
        }
        CHECK((note.where.back() == "receiver") == (id == "fatal_alert"));
        if (!note.alert.empty())
            CHECK(alert_number(note.alert) != 255); // not the name of an alert
    }
}

TEST_CASE("hints: the products of the catalogue of hints")
{
    for (const std::string_view name :
         {"Transfer CFT", "AT-TLS", "webMethods", "JSSE", "OpenSSL", "Schannel", "GnuTLS", "curl", "nginx", "Apigee",
          "Connect:Direct", "HAProxy", "vsftpd", "ProFTPD", "Postfix", "PostgreSQL", "stunnel", "FreeRADIUS"}) {
        INFO(name);
        CHECK(products(name).named == std::set<std::string_view>{name});
    }
}

TEST_CASE("hints: the preference")
{
    CHECK(products("").by_evidence);
    CHECK(products("auto").by_evidence);
    CHECK(products(" , ").named.empty());
    CHECK(!products("none").by_evidence);
    CHECK(!products("OpenSSL").by_evidence);
    CHECK(products("all").all);
    const Products some = products("auto, transfer cft ,JSSE");
    CHECK(some.by_evidence);
    CHECK(some.named == std::set<std::string_view>{"JSSE", "Transfer CFT"});

    std::string error;
    const Products wrong = Products::parse("OpenSSL,Kermit\n", error);
    CHECK(error.find("'Kermit\\x0a' is not a known product; use auto, all, none, AT-TLS, ") != std::string::npos);
    CHECK(wrong.named.empty());
    CHECK(wrong.by_evidence);
}

TEST_CASE("hints: by evidence, only what this side is seen to run")
{
    Summary summary = refused_server();
    CHECK(hints(summary, "auto").empty());
    summary.stacks[Side::client] = {"OpenSSL", "its ClientHello"};
    CHECK(
        hints(summary, "auto") ==
        std::vector<std::string>{"OpenSSL (the client, judging by its ClientHello) logs: certificate verify failed; "
                                 "verify error 20 (unable to get local issuer certificate) or 21 (unable to verify the "
                                 "first certificate)"});
    CHECK(hints(summary, "none").empty());
    CHECK(hints(summary, "auto", 1).empty()); // the client sent the alert
    summary.stacks[Side::server] = {"OpenSSL", "its CertificateRequest"};
    CHECK(
        hints(summary, "auto", 1) ==
        std::vector<std::string>{"OpenSSL (the server, judging by its CertificateRequest) logs: SSL alert number 48"});
}

TEST_CASE("hints: by evidence, only of the reason of a failure")
{
    Summary summary = refused_server();
    summary.stacks[Side::client] = {"OpenSSL", "its ClientHello"};
    SECTION("another reason")
    {
        summary.verdict.cause = samples::diagnosis("expired");
        CHECK(hints(summary, "auto").empty());
        CHECK(!hints(summary, "OpenSSL").empty()); // the user wants to know what OpenSSL would log
    }
    SECTION("it completed")
    {
        summary.verdict.outcome = Outcome::completed;
        CHECK(hints(summary, "auto").empty());
    }
}

TEST_CASE("hints: products that the packets cannot tell, when they are named")
{
    const Summary summary = refused_server();
    const std::vector<std::string> cft = hints(summary, "Transfer CFT");
    REQUIRE(cft.size() == 2); // one for each side
    CHECK(cft[0] == "Transfer CFT (if it is the server): import the intermediates into the PKI base, and name them in "
                    "ROOTCID");
    CHECK(cft[1].starts_with("Transfer CFT (if it is the client) logs: CFTY13E "));
    CHECK(cft[1].find("; fix: import the root") != std::string::npos);
    CHECK(hints(summary, "Transfer CFT", 1) ==
          std::vector<std::string>{
              "Transfer CFT (if it is the server) logs: CFTY30E ... SSL Handshake remote error ... CR=48"});
    CHECK(hints(summary, "all").size() > 10);
}

TEST_CASE("hints: rows of one alert, and its name in words")
{
    Summary summary = refused_server();
    const auto text = [&](std::string_view product) { return join(hints(summary, product, 1), " | "); };
    CHECK(text("Schannel").find("SEC_E_UNTRUSTED_ROOT") != std::string::npos);
    CHECK(text("webMethods").find("Alert Fatal: unknown ca") != std::string::npos);
    summary.findings[1].attributes = {SentAlert{alert_number("certificate_expired"), Side::client}};
    CHECK(text("Schannel").find("SEC_E_UNTRUSTED_ROOT") == std::string::npos);
    CHECK(text("Schannel").find("SEC_E_CERT_EXPIRED") != std::string::npos);
}

TEST_CASE("hints: a side that is no party has none")
{
    Summary summary = refused_server();
    summary.findings[0].side = Party::network;
    CHECK(hints(summary, "GnuTLS").empty());
    summary.findings[1].attributes = {SentAlert{alert_number("unknown_ca"), std::nullopt}};
    CHECK(hints(summary, "all", 1).empty());
}

TEST_CASE("hints: nginx accepts an empty certificate, and answers 400")
{
    Summary summary = samples::completed(0);
    summary.findings = {
        samples::finding("client_cert_missing", 10, Party::client, Certainty::proven, "an empty Certificate message")};
    CHECK(hints(summary, "nginx").size() == 1);
    CHECK(hints(summary, "OpenSSL").empty());
    summary.verdict.outcome = Outcome::failed;
    CHECK(hints(summary, "nginx").empty());
    CHECK(hints(summary, "GnuTLS").empty()); // the side that ended it is not known
    summary.ended_by = Side::server;
    CHECK(hints(summary, "GnuTLS").size() == 1);
    summary.ended_by = Side::client;
    CHECK(hints(summary, "GnuTLS").empty());
}
