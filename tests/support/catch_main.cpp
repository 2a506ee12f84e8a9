// The runner of the unit tests.
// SPDX-License-Identifier: GPL-2.0-or-later
#define CATCH_CONFIG_RUNNER
#include "support/catch.hpp"

int main(int argc, char **argv)
{
    return Catch::Session().run(argc, argv);
}
