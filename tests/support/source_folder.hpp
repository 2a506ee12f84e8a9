// The folder of the repository, which tests read captures, documents and goldens from.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>

const std::filesystem::path &source_folder();
