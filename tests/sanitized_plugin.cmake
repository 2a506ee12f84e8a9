# The plugin with sanitizers, in a tshark built without them: LD_PRELOAD loads the sanitizer libraries first.
# SPDX-License-Identifier: GPL-2.0-or-later
if(NOT TLSDIAG_PLUGIN)
    return()
endif()
find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)

# The C++ library is preloaded too: if it is loaded later, the sanitizers cannot find the function that throws.
set(preload)
set(libraries libasan.so libubsan.so libstdc++.so)
if(CMAKE_CXX_COMPILER_ID STREQUAL Clang)
    set(libraries libclang_rt.asan-${CMAKE_SYSTEM_PROCESSOR}.so libstdc++.so)
endif()
foreach(library IN LISTS libraries)
    execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=${library} OUTPUT_VARIABLE path
        OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
    list(APPEND preload ${path})
endforeach()
list(JOIN preload ":" preload)
file(WRITE ${PROJECT_BINARY_DIR}/preload "${preload}\n")

add_test(NAME damage
    COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/plugin/damage_test.py --plugins ${TLSDIAG_PLUGIN_DIR}
            --preload ${preload} --every 4)
set_tests_properties(damage PROPERTIES RUN_SERIAL ON TIMEOUT 900)
