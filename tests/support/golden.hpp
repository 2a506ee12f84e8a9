// Compares output with the golden files: one readable file for each renderer. No command accepts a new output: read
// the diff, then copy the file by hand.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "support/source_folder.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace tlsdiag {

// Whether tests/golden/<name> equals `output`. If not, the output is written to golden/<name> in the build's test
// folder and the difference is printed.
inline bool matches_golden(const std::string &name, const std::string &output)
{
    const std::filesystem::path golden = source_folder() / "tests" / "golden" / name;
    std::ifstream stream{golden, std::ios::binary};
    if (stream && std::string{std::istreambuf_iterator<char>{stream}, {}} == output)
        return true;
    const std::filesystem::path fresh = std::filesystem::absolute(std::filesystem::path{"golden"} / name);
    std::filesystem::create_directories(fresh.parent_path());
    std::ofstream{fresh, std::ios::binary} << output;
    const std::string diff = "diff -u '" + golden.string() + "' '" + fresh.string() + "'";
    [[maybe_unused]] const int shown = std::system(diff.c_str());
    return false;
}

} // namespace tlsdiag
