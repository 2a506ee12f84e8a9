// Fuzzes the settings that users give: a size table, a trust store file, a list of products.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/product_hints.hpp"
#include "core/handshake/receiver_limits.hpp"
#include "core/x509/trust_store.hpp"

#include "sane_text.hpp"

#include <openssl/err.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>

using namespace tlsdiag;

// A file that exists only in memory, always the same one.
static const std::string &file_of(Bytes content)
{
    static const int file = memfd_create("settings", 0);
    static const std::string path = "/proc/self/fd/" + std::to_string(file);
    require(ftruncate(file, 0) == 0);
    require(pwrite(file, content.data(), content.size(), 0) == static_cast<ssize_t>(content.size()));
    return path;
}

static void size_table(Bytes content)
{
    std::string error;
    const ReceiverLimits table = ReceiverLimits::load(file_of(content), error);
    require_sane(error);
    require(!table.limits().empty());
    std::uint32_t last = 0;
    for (const ReceiverLimit &limit : table.limits()) {
        require(limit.limit >= last);
        last = limit.limit;
        require_sane(limit.receiver + limit.setting + limit.source);
    }
    table.too_long_for(last, last / 2);
}

static void trust_store(Bytes content)
{
    std::string error;
    const TrustStore store = TrustStore::load(file_of(content), error);
    require_sane(error);
    require_sane(store.description());
    require(store.none() != error.empty());
    store.has_subject(content);
    require(ERR_peek_error() == 0);
}

static void products(Bytes content)
{
    std::string error;
    const std::string list{content.begin(), content.end()};
    const Products chosen = Products::parse(list, error);
    require_sane(error);
    require(error.empty() || chosen.named.empty());
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    Reader reader{{data, size}};
    switch (reader.u8() % 4) {
    case 0:
        products(reader.rest());
        break;
    case 1:
        trust_store(reader.rest());
        break;
    default:
        size_table(reader.rest());
    }
    return 0;
}
