# The unit tests with sanitizers, and a minute of fuzzing: each in its own build inside this one.
# SPDX-License-Identifier: GPL-2.0-or-later
cmake_host_system_information(RESULT cores QUERY NUMBER_OF_LOGICAL_CORES)

# tlsdiag_add_build(NAME asan OPTIONS -D... COMMAND ...): a test that configures, builds and runs.
function(tlsdiag_add_build)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME" "OPTIONS;COMMAND")
    add_test(NAME ${arg_NAME}
        COMMAND ${CMAKE_CTEST_COMMAND}
            --build-and-test ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/${arg_NAME}
            --build-generator ${CMAKE_GENERATOR} --build-noclean --build-options ${arg_OPTIONS}
            --test-command ${arg_COMMAND})
    set_tests_properties(${arg_NAME} PROPERTIES LABELS sanitized PROCESSORS ${cores} TIMEOUT 1800)
endfunction()

tlsdiag_add_build(NAME asan OPTIONS -DCMAKE_BUILD_TYPE=Debug -DTLSDIAG_SANITIZE=ON
    COMMAND ${CMAKE_CTEST_COMMAND} --output-on-failure --parallel ${cores})

find_program(TLSDIAG_CLANG clang)
find_program(TLSDIAG_CLANGXX clang++)
if(NOT TLSDIAG_CLANGXX)
    message(WARNING "No clang++: nothing is fuzzed")
    return()
endif()
tlsdiag_add_build(NAME fuzz
    OPTIONS -DCMAKE_BUILD_TYPE=RelWithDebInfo -DTLSDIAG_FUZZ=ON -DCMAKE_C_COMPILER=${TLSDIAG_CLANG}
            -DCMAKE_CXX_COMPILER=${TLSDIAG_CLANGXX}
    COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/fuzz_test.sh tests 60)
