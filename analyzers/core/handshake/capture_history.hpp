// What the whole capture has shown so far, and the user's settings. It is limited in size, and read-only for analyzers.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/moment.hpp"
#include "core/handshake/conversation.hpp"
#include "core/handshake/receiver_limits.hpp"
#include "core/x509/certificate_cache.hpp"
#include "core/x509/trust_store.hpp"

#include <deque>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace tlsdiag {

// A certificate from any chain in this capture.
struct SeenCertificate {
    const Certificate *certificate;
    std::uint32_t frame; // where it was first seen
};

// What a server (address and port) accepted or refused so far.
struct ServerHistory {
    std::map<Version, std::uint32_t> versions;          // chosen -> frame of the ServerHello
    std::map<CipherSuite, std::uint32_t> cipher_suites; // chosen -> frame
    std::map<Group, std::uint32_t> groups;              // chosen or asked for -> frame
    std::map<SignatureScheme, std::uint32_t> schemes;   // used by the server to sign -> frame
    std::map<std::string, std::uint32_t> names;         // SNI answered with a ServerHello -> frame; at most max_names
    std::map<std::string, std::uint32_t> protocols;     // ALPN chosen -> frame; at most max_names
    std::uint32_t nameless = 0;                         // frame of a ServerHello for a client without SNI, 0: none
    std::uint32_t completed = 0;                        // frame of the last completion, 0: none
    PerSide<std::uint32_t> delivered;                   // to or from it: the largest segment that was acknowledged

    static constexpr std::size_t max_names = 8;
};

// A completed handshake between two hosts, for the spare connections of browsers.
struct Completion {
    Endpoint client, server; // the client's port is 0
    Time time;
    std::uint32_t frame;
};

// The certificates that a client sent in a handshake that completed.
struct ClientChain {
    std::vector<const Certificate *> certificates;
    std::uint32_t frame;
};

// The highest version that a client offered to a server so far.
struct OfferedVersion {
    Version version;
    std::uint32_t frame;
};

// The path MTU between two hosts, as a router reported it.
struct ReportedMtu {
    std::uint32_t bytes; // 0: not reported
    std::uint32_t frame;
};

struct CaptureHistory {
    CertificateCache *certificates = nullptr;        // never null in use
    const TrustStore *trust = nullptr;               // never null in use
    const ReceiverLimits *receiver_limits = nullptr; // never null in use
    Time silence = 3 * second;

    std::unordered_map<std::string, std::vector<SeenCertificate>> by_subject; // key: DER of the subject
    std::unordered_set<const Certificate *> learned;                          // the certificates in by_subject
    std::unordered_map<std::string, SeenCertificate> leaves;                  // by server name: its first leaf
    std::map<Endpoint, ServerHistory> servers;
    std::deque<Completion> completions;                             // the latest ones
    std::map<Endpoint, ClientChain> clients;                        // by address; the port is 0
    std::map<std::pair<Endpoint, Endpoint>, OfferedVersion> offers; // by client (the port is 0) and server
    std::map<std::pair<Endpoint, Endpoint>, ReportedMtu> mtus;      // by sender and receiver

    const std::vector<SeenCertificate> *with_subject(const Octets &subject) const; // nullptr: none
    const SeenCertificate *leaf_for(const std::string &sni) const;                 // nullptr: none
    const ServerHistory *server(const Endpoint &server) const;                     // nullptr: none
    const ClientChain *client_chain(Endpoint client) const;                        // from any port; nullptr: none
    const Completion *completed_near(const Endpoint &client, const Endpoint &server, Time time, Time within) const;

    // What the conversation's client offered to its server in an earlier conversation; nullptr: not more than in this
    // one.
    const OfferedVersion *higher_offer_before(const Conversation &conversation) const;

    std::map<std::pair<Endpoint, Endpoint>, std::uint32_t> ftp; // client and server without ports -> its first frame

    std::uint32_t ftp_control(Endpoint client, Endpoint server) const;              // a frame of it; 0: none
    const ReportedMtu *mtu(const Endpoint &sender, const Endpoint &receiver) const; // nullptr: none

    void learn_mtu(const std::pair<Endpoint, Endpoint> &ends, const ReportedMtu &mtu);
    void learn_certificate(const Certificate *certificate, std::uint32_t frame);
    void learn_leaf(const Conversation &conversation);     // the server's, with its name
    void learn_choice(const Conversation &conversation);   // what the server chose in its hello and its key exchange
    void learn_offer(const Conversation &conversation);    // the highest version in the ClientHello
    void learn_segments(const Conversation &conversation); // TCP
    void learn_ftp(const Conversation &conversation);      // a control connection
    void learn_completion(const Conversation &conversation);

    static constexpr std::size_t max_subjects = 20'000;
    static constexpr std::size_t max_same_subject = 8;
    static constexpr std::size_t max_leaves = 20'000;
    static constexpr std::size_t max_servers = 20'000;
    static constexpr std::size_t max_clients = 20'000;
    static constexpr std::size_t max_completions = 256;
    static constexpr std::size_t max_offers = 4096;
    static constexpr std::size_t max_mtus = 4096;
    static constexpr std::size_t max_ftp = 4096;
};

} // namespace tlsdiag
