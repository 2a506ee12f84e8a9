# The unit tests and damaged captures with sanitizers, and a minute of fuzzing, in a build of its own inside this one.
# SPDX-License-Identifier: GPL-2.0-or-later
cmake_host_system_information(RESULT cores QUERY NUMBER_OF_LOGICAL_CORES)

# clang's build serves both; gcc has no fuzzers. Without optimization the fuzzers are slow; more than -O1 takes longer to
# compile than it saves.
find_program(TLSDIAG_CLANG clang)
find_program(TLSDIAG_CLANGXX clang++)
set(options -DCMAKE_BUILD_TYPE=Debug -DTLSDIAG_SANITIZE=ON "-DCMAKE_C_FLAGS_DEBUG=-O1 -gline-tables-only"
    "-DCMAKE_CXX_FLAGS_DEBUG=-O1 -gline-tables-only")
if(TLSDIAG_CLANGXX)
    list(APPEND options -DTLSDIAG_FUZZ=ON -DCMAKE_C_COMPILER=${TLSDIAG_CLANG} -DCMAKE_CXX_COMPILER=${TLSDIAG_CLANGXX})
else()
    message(WARNING "No clang++: nothing is fuzzed")
    list(TRANSFORM options REPLACE "-gline-tables-only" "-g1")
endif()
add_test(NAME sanitized
    COMMAND ${CMAKE_CTEST_COMMAND}
        --build-and-test ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/sanitized
        --build-generator ${CMAKE_GENERATOR} --build-noclean --build-options ${options}
        --test-command ${CMAKE_CTEST_COMMAND} --output-on-failure --parallel ${cores})
set_tests_properties(sanitized PROPERTIES LABELS sanitized PROCESSORS ${cores} TIMEOUT 3600)
