// The only file that is compiled with the folder's path: so ccache can use the other objects in another clone.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/source_folder.hpp"

const std::filesystem::path &source_folder()
{
    static const std::filesystem::path folder{TLSDIAG_SOURCE_DIR};
    return folder;
}
