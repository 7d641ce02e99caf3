# A folder of src/ as a library: target valetkey_<name>, include root src/.
#   valetkey_library(base PURE SOURCES hex.cpp DEPENDS fmt::fmt TESTS hex_test.cpp)
# PURE builds the library (not its tests) without exceptions and RTTI.
# TESTS become one binary, <name>_test, registered in ctest.
function(valetkey_library name)
  cmake_parse_arguments(arg "PURE" "" "SOURCES;DEPENDS;TESTS" ${ARGN})
  set(target valetkey_${name})
  add_library(${target} STATIC ${arg_SOURCES})
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${target} PUBLIC ${arg_DEPENDS})
  if(arg_PURE)
    target_compile_options(${target} PRIVATE -fno-exceptions -fno-rtti)
  endif()
  if(arg_TESTS)
    valetkey_test(${name}_test SOURCES ${arg_TESTS} DEPENDS ${target})
  endif()
endfunction()

# A GoogleTest binary, registered in ctest under its own name.
function(valetkey_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${name} PRIVATE ${arg_DEPENDS} GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name})
endfunction()
