// Tests how an ending is judged, and the sentence of the verdict. Which findings explain an ending is tested with each
// diagnosis.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/verdict.hpp"
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis fatal_alert, server_cert_rejected, hostname_mismatch, self_signed_leaf, version_mismatch,
    tcp_closed_during_handshake, handshake_failure_unexplained;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

namespace {

Conversation ended(Side by, EndReason reason, Conversation c = answered())
{
    end(c, by, reason);
    return c;
}

template <class Change>
Conversation but(Conversation c, Change change)
{
    change(c);
    return c;
}

std::string sentence_of(const Conversation &c)
{
    return judge(c, true).sentence;
}

} // namespace

TEST_CASE("verdict: what is not over")
{
    struct Case {
        const char *says;
        Outcome outcome;
        Conversation conversation;
    };
    const Conversation open = answered();
    const Case cases[] = {
        {"The capture ends after the ServerHello, before the end of the handshake.", Outcome::unfinished, open},
        {"The capture ends after the ServerHello, before", Outcome::unfinished,
         but(open, [](Conversation &c) { c.fin[Side::client] = at(frames::ending); })},
        {"The capture ends after the ServerHello, before", Outcome::unfinished,
         but(open, [](Conversation &c) { c.fin[Side::server] = at(frames::ending); })},
        {"handshake ended: the server's last message is encrypted.", Outcome::unseen,
         but(open, [](Conversation &c) { c.fin[Side::client] = c.fin[Side::server] = at(frames::ending); })},
        {"the rest of the inner connection is not decrypted.", Outcome::unseen,
         but(open, [](Conversation &c) { c.inner = true; })},
        {"it contains only the client's packets.", Outcome::unseen,
         but(open, [](Conversation &c) { c.gaps.direction_missing[Side::server] = true; })},
        {"it contains only the server's packets.", Outcome::unseen,
         but(open, [](Conversation &c) { c.gaps.direction_missing[Side::client] = true; })},
        {"it starts after the beginning of the handshake.", Outcome::unseen,
         but(open,
             [](Conversation &c) {
                 c.gaps.started_midway = true;
                 c.tcp_syn = {};
             })},
        {"packets are missing.", Outcome::unseen, but(open, [](Conversation &c) { c.gaps.started_midway = true; })},
        {"its packets are truncated.", Outcome::unseen, but(open, [](Conversation &c) { c.gaps.truncated = true; })},
        {"packets are missing.", Outcome::unseen,
         but(open, [](Conversation &c) { c.gaps.bytes_missing[Side::server] = 1; })},
    };
    for (const Case &one : cases) {
        INFO(one.says);
        const Verdict verdict = judge(one.conversation, true);
        CHECK(verdict.outcome == one.outcome);
        CHECK(has(verdict.sentence, one.says));
        CHECK(verdict.at.frame == one.conversation.last.frame);
        CHECK_FALSE(judge(one.conversation, false).at);
    }
}

TEST_CASE("verdict: an ending without a word says nothing where packets are missing")
{
    const std::pair<EndReason, Outcome> endings[] = {
        {EndReason::closed, Outcome::unseen},           {EndReason::reset, Outcome::unseen},
        {EndReason::silence, Outcome::unseen},          {EndReason::not_tls, Outcome::failed},
        {EndReason::starttls_refused, Outcome::failed}, {EndReason::unreachable, Outcome::failed},
    };
    for (const auto &[reason, outcome] : endings) {
        INFO(static_cast<int>(reason));
        Conversation c = ended(Side::server, reason);
        c.ending.icmp = 0x0301;
        CHECK(judge(c, true).outcome == Outcome::failed);
        c.gaps.bytes_missing[Side::server] = 1;
        CHECK(judge(c, true).outcome == outcome);
    }
    Conversation alerted = failed_by(Side::client, "unknown_ca");
    alerted.gaps.bytes_missing[Side::server] = 1;
    CHECK(judge(alerted, true).outcome == Outcome::failed);
}

TEST_CASE("verdict: who refused what")
{
    const auto leaf = pki::issue(pki::make_ca("Lab Root"), "host.example", {.sans = {"host.example"}});
    Conversation c = failed_by(Side::client, "bad_certificate");
    CHECK(
        has(sentence_of(c), "The client ended the handshake with the alert bad_certificate after the server's flight"));
    with_chain(c, Side::server, {leaf});
    CHECK(has(sentence_of(c), "The client refused the server's certificate (bad_certificate)"));
    Conversation of_something_else = failed_by(Side::client, "illegal_parameter");
    with_chain(of_something_else, Side::server, {leaf});
    CHECK(has(sentence_of(of_something_else), "The client ended the handshake with the alert illegal_parameter"));
    Conversation of_none = failed_by(Side::server, "bad_certificate");
    with_chain(of_none, Side::client, {});
    CHECK(has(sentence_of(of_none), "The server ended the handshake with the alert bad_certificate"));

    Conversation answered_otherwise = hello();
    end(answered_otherwise, Side::server, EndReason::not_tls);
    CHECK(has(sentence_of(answered_otherwise), "The server answered the ClientHello with bytes that"));
    CHECK(has(sentence_of(ended(Side::server, EndReason::not_tls)), "The server left TLS"));
    CHECK(has(sentence_of(ended(Side::client, EndReason::not_tls)), "The client sent bytes that are not TLS"));
    Conversation unasked = answered_otherwise;
    unasked.client_hello = {};
    CHECK(has(sentence_of(unasked), "The server sent bytes that are not TLS"));
}

TEST_CASE("verdict: the cause, and how sure it is")
{
    const auto self_signed = pki::self_signed("printer");
    const auto refused = [&](const char *alert, std::initializer_list<const Diagnosis *> asked) {
        Conversation c = failed_by(Side::client, alert);
        with_chain(c, Side::server, {self_signed});
        for (const Diagnosis *one : asked)
            REQUIRE(play(*one, c).size() == 1);
        return judge(c, true);
    };
    const Verdict unknown = refused("bad_certificate", {});
    CHECK(unknown.cause == nullptr);
    CHECK(has(unknown.sentence, "; the packets do not show why."));
    const Verdict symptom = refused("bad_certificate", {&fatal_alert});
    CHECK(symptom.cause == nullptr);
    CHECK(has(symptom.sentence, "(bad_certificate); the packets do not show why; this alert usually means"));
    const Verdict vague = refused("bad_certificate", {&server_cert_rejected});
    CHECK(vague.cause == &server_cert_rejected);
    CHECK(vague.certainty == Certainty::guess); // the alert says that the certificate was refused, and not why
    CHECK(has(vague.sentence, "(bad_certificate): nothing that can be checked here explains it"));
    const Verdict possible = refused("handshake_failure", {&hostname_mismatch});
    CHECK(possible.certainty == Certainty::guess);
    CHECK(has(possible.sentence, ", perhaps because "));
    const Verdict good = refused("bad_certificate", {&hostname_mismatch});
    CHECK(good.certainty == Certainty::strong);
    CHECK(has(good.sentence, ", most likely because "));

    // Both explain it equally well: the order in the catalogue decides, not which was found first.
    CHECK(refused("bad_certificate", {&self_signed_leaf}).cause == &self_signed_leaf);
    CHECK(refused("bad_certificate", {&self_signed_leaf, &hostname_mismatch}).cause == &hostname_mismatch);
}

TEST_CASE("verdict: what is proven of an ending is not proven as its cause")
{
    Conversation closed = answered();
    end(closed, Side::server, EndReason::closed);
    REQUIRE(play(tcp_closed_during_handshake, closed).at(0).certainty == Certainty::proven);
    CHECK(judge(closed, true).certainty == Certainty::guess);
    Conversation refused = failed_by(Side::server, "handshake_failure");
    REQUIRE(play(handshake_failure_unexplained, refused).size() == 1);
    CHECK(judge(refused, true).certainty == Certainty::guess);
    Conversation named = hello();
    end(named, Side::server, EndReason::alert, "protocol_version");
    REQUIRE(play(version_mismatch, named).size() == 1);
    CHECK(judge(named, true).certainty == Certainty::proven);
}

TEST_CASE("verdict: a completion that nothing shows is a guess, and says so")
{
    struct Case {
        CompletionSign sign;
        Certainty certainty;
        const char *words;
    };
    const Case cases[] = {
        {CompletionSign::seen, Certainty::proven, "The handshake completed in"},
        {CompletionSign::not_refused, Certainty::guess, "no record of the server after the client's Finished"},
        {CompletionSign::alert_sized, Certainty::guess, "has the size of an alert"},
        {CompletionSign::client_left, Certainty::guess, "did not accept ECH"},
    };
    for (const Case &one : cases) {
        INFO(one.words);
        Conversation c = completed(0x0304);
        c.completion_sign = one.sign;
        const Verdict verdict = judge(c, true);
        CHECK(verdict.certainty == one.certainty);
        const std::string text = sentence(summarize(c, verdict));
        CHECK(has(text, one.words));
        CHECK(has(text, "probably") == (one.certainty == Certainty::guess));
    }
}

TEST_CASE("verdict: an external pre-shared key resumes nothing")
{
    Conversation c = completed(0x0304);
    c.resumed = true;
    CHECK(has(sentence(summarize(c, judge(c, true))), ", resumed."));
    c.external_psk = true;
    CHECK(has(sentence(summarize(c, judge(c, true))), ", with an external pre-shared key."));
}

TEST_CASE("verdict: a finding that has no clause for the sentence")
{
    Conversation c = failed_by(Side::client, "protocol_version");
    c.server_hello = {};
    c.client_hello = {};
    REQUIRE(play(version_mismatch, c).at(0).because.empty());
    CHECK(has(sentence_of(c), "; the packets do not show why."));
    REQUIRE(play(fatal_alert, c).size() == 1);
    c.findings = {c.findings.back()};
    c.findings[0].because.clear();
    CHECK(has(sentence_of(c), "; the packets do not show why."));
}

TEST_CASE("verdict: what a summary says of a handshake that completed")
{
    Conversation c = completed();
    Summary summary = summarize(c, judge(c, true));
    summary.seconds = 0;
    CHECK(sentence(summary) == "The handshake completed in 0.00 ms with TLS 1.2.");
    summary.seconds = -1;
    CHECK(sentence(summary) == "The handshake completed with TLS 1.2.");
    CHECK(cipher_text(summary) == "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");

    c.server_hello.what.sslv2 = true; // an SSLv2 ServerHello chooses no suite
    CHECK(cipher_text(summarize(c, judge(c, true))).empty());
    c.server_hello = {};
    CHECK(cipher_text(summarize(c, judge(c, true))).empty());
    CHECK(sentence(summarize(hello(), judge(hello(), true))).find("The capture ends") == 0);
}
