// Includes Catch2 as Debian 12 (2.13) or Debian 13 (3) installs it.
// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef TLSDIAG_TESTS_CATCH_HPP
#define TLSDIAG_TESTS_CATCH_HPP

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx; // the name in 2.13
#else
#include <catch2/catch.hpp>
#endif

#endif
